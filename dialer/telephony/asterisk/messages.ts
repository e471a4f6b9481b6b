/** Messages played to customers whom nobody can talk with: each ends with its call. */
import type { AriEvent } from './ari-protocol.js';
import type { Deadlines } from './deadlines.js';
import { type Media, mediaOf } from './media.js';
import type { SwitchContext } from './switch-context.js';

export class Messages {
  readonly #context: SwitchContext;
  readonly #deadlines: Deadlines;
  /** By channel: ends the message whose length Asterisk does not know. */
  readonly #playing = new Map<string, () => void>();

  constructor(context: SwitchContext, deadlines: Deadlines) {
    this.#context = context;
    this.#deadlines = deadlines;
  }

  /** Plays a message and hangs up. No key ends it early; keys are reported. */
  play(channelId: string, message: string): void {
    const { link, legs, options } = this.#context;
    let media: Media;
    try {
      media = mediaOf(message);
    } catch (error) {
      // Better hung up than kept in silence.
      this.#context.log('error', `message not played: ${(error as Error).message}`);
      this.#end(channelId);
      return;
    }
    this.#playing.set(channelId, () => undefined);
    this.#deadlines.set(channelId, options.longestMessageSeconds);
    link.call(
      'channels.play',
      { channelId, media: media.uri, playbackId: this.#playbackId(channelId) },
      (result) => {
        if (legs.hasEnded(channelId)) return;
        if (result.outcome === 'error') {
          this.#context.log('error', `message to ${channelId} not played: ${result.error}`);
          this.#end(channelId);
        } else if (media.milliseconds !== undefined && this.#playing.has(channelId))
          this.#playing.set(
            channelId,
            options.clock.after(media.milliseconds, () => this.#end(channelId)),
          );
      },
    );
  }

  finished({ playback }: AriEvent): void {
    if (playback === undefined) return;
    const channelId = playback.id.slice(this.#playbackId('').length);
    if (playback.id !== this.#playbackId(channelId) || this.#context.legs.hasEnded(channelId)) return;
    if (playback.state === 'failed')
      this.#context.log('error', `message to ${channelId} was not played to its end: is there such a sound?`);
    this.#end(channelId);
  }

  channelEnded(channelId: string): void {
    this.#playing.get(channelId)?.();
    this.#playing.delete(channelId);
  }

  stop(): void {
    for (const cancel of this.#playing.values()) cancel();
    this.#playing.clear();
  }

  #end(channelId: string): void {
    this.channelEnded(channelId);
    this.#context.hangUp(channelId, 'NORMAL_CLEARING');
  }

  /** Tells of itself, so that a dialer that was restarted still ends the call. */
  #playbackId(channelId: string): string {
    return `tactus-${this.#context.options.ownPrefix}-message-${channelId}`;
  }
}
