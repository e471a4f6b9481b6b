/** Carries out what is done with calls that stand. What becomes of it is seen in the events of their channels and bridges. */
import type { TelephonyEffect } from '../../core/effects.js';
import { UnsafeArgumentError } from '../safe-arguments.js';
import type { Bridges } from './bridges.js';
import type { Deadlines } from './deadlines.js';
import type { HandOvers } from './hand-overs.js';
import { mediaOf, musicClassOf } from './media.js';
import type { Moves } from './moves.js';
import type { Recordings } from './recordings.js';
import type { Snoops } from './snoops.js';
import type { SwitchContext } from './switch-context.js';

export type CallControl = Extract<
  TelephonyEffect,
  { type: 'hold' | 'join' | 'mute' | 'send-digits' | 'hand-over' | 'three-way' | 'eavesdrop' | 'record' }
>;

/** What call controls are carried out with. */
export interface CallTools {
  readonly bridges: Bridges;
  readonly moves: Moves;
  readonly deadlines: Deadlines;
  readonly handOvers: HandOvers;
  readonly snoops: Snoops;
  readonly recordings: Recordings;
}

export class CallControls {
  readonly #context: SwitchContext;
  readonly #tools: CallTools;

  constructor(context: SwitchContext, tools: CallTools) {
    this.#context = context;
    this.#tools = tools;
  }

  perform(effect: CallControl): void {
    switch (effect.type) {
      case 'hold':
        this.#hold(effect);
        return;
      case 'join':
        this.#tools.bridges.request(effect.channelId, effect.otherLegId, 'join');
        return;
      case 'mute':
        this.#send(effect, effect.on ? 'channels.mute' : 'channels.unmute', { direction: 'in' });
        return;
      case 'send-digits':
        this.#sendDigits(effect);
        return;
      case 'hand-over':
        this.#tools.handOvers.perform(effect);
        return;
      case 'three-way':
        this.#threeWay(effect.channelId, effect.targetId);
        return;
      case 'eavesdrop':
        this.#tools.snoops.eavesdrop(effect);
        return;
      case 'record':
        this.#tools.recordings.perform(effect);
    }
  }

  /** The customer hears music, of the switch or of the campaign, and the agent waits. */
  #hold(effect: Extract<CallControl, { type: 'hold' }>): void {
    const { channelId, agentLegId, music, maximumSeconds } = effect;
    const { bridgeBook, link } = this.#context;
    const { bridges, moves, deadlines } = this.#tools;
    const over = (done: () => void, error: string | undefined): void => {
      done();
      this.#warn(effect, error);
    };
    try {
      const musicClass = musicClassOf(music);
      if (music === '' || musicClass !== undefined) {
        if (musicClass !== undefined)
          this.#send(effect, 'channels.setChannelVar', {
            variable: 'CHANNEL(musicclass)',
            value: musicClass,
          });
        moves.run([channelId], (done) =>
          bridges.add(bridgeBook.heldId, [channelId], (error) => over(done, error)),
        );
      } else {
        const { uri } = mediaOf(music);
        const bridge = bridgeBook.plan('held', channelId, '');
        moves.run([channelId], (done) =>
          bridges.make(bridge, [channelId], (error) => {
            over(done, error);
            if (error === undefined)
              link.call('bridges.play', { bridgeId: bridge.id, media: uri }, (played) =>
                this.#warn(effect, played.outcome === 'ok' ? undefined : played.error),
              );
          }),
        );
      }
    } catch (error) {
      this.#context.log('error', `hold of ${channelId} refused: ${(error as Error).message}`);
      return;
    }
    bridges.toIdle(agentLegId);
    deadlines.set(channelId, maximumSeconds);
  }

  #sendDigits(effect: Extract<CallControl, { type: 'send-digits' }>): void {
    if (!/^[0-9A-D*#wW]{1,64}$/.test(effect.digits)) {
      const error = new UnsafeArgumentError(
        'digits must be 1 to 64 of 0-9, A-D, * and #, with w or W to wait',
      );
      this.#context.log('error', `send-digits of ${effect.channelId} refused: ${error.message}`);
    } else this.#send(effect, 'channels.sendDTMF', { dtmf: effect.digits });
  }

  /** Brings a leg into the conversation of the target. */
  #threeWay(channelId: string, targetId: string): void {
    const effect = { type: 'three-way', channelId };
    const bridge = this.#context.bridgeBook.now(targetId);
    if (bridge === undefined || bridge.purpose === 'held') {
      this.#warn(effect, `${targetId} is in no conversation`);
      return;
    }
    this.#tools.moves.run([channelId], (done) =>
      this.#tools.bridges.add(bridge.id, [channelId], (error) => {
        done();
        this.#warn(effect, error);
      }),
    );
  }

  #send(
    effect: { readonly type: string; readonly channelId: string },
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
  ): void {
    this.#context.link.call(operation, { channelId: effect.channelId, ...parameters }, (result) =>
      this.#warn(effect, result.outcome === 'ok' ? undefined : result.error),
    );
  }

  #warn(
    { type, channelId }: { readonly type: string; readonly channelId: string },
    error: string | undefined,
  ): void {
    if (error !== undefined && !this.#context.legs.hasEnded(channelId))
      this.#context.log('warn', `${type} of ${channelId}: ${error}`);
  }
}
