/** Recordings of what a customer's channel says and hears, below Asterisk's own folder for recordings. */
import type { TelephonyEffect } from '../../core/effects.js';
import { UnsafeArgumentError } from '../safe-arguments.js';
import type { Media } from './media.js';
import { mediaOf } from './media.js';
import type { Snoops } from './snoops.js';
import type { SwitchContext } from './switch-context.js';

type RecordEffect = Extract<TelephonyEffect, { type: 'record' }>;

/** Name and format of a recording from its path. @throws UnsafeArgumentError when the path holds what a file name need not */
export function recordingOf(path: string): { readonly name: string; readonly format: string } {
  const parts = /^([A-Za-z0-9_.+:/-]{1,1000})\.([a-z0-9]{2,8})$/.exec(path);
  if (!parts || path.includes('..') || path.startsWith('/'))
    throw new UnsafeArgumentError(
      `recording path ${JSON.stringify(path)} must be letters, digits and . _ - + : / with an ending, without .. or a / at its head`,
    );
  return { name: parts[1] ?? '', format: parts[2] ?? '' };
}

export class Recordings {
  readonly #context: SwitchContext;
  readonly #snoops: Snoops;
  /** The recording channel of each customer. */
  readonly #recorders = new Map<string, string>();

  constructor(context: SwitchContext, snoops: Snoops) {
    this.#context = context;
    this.#snoops = snoops;
  }

  perform(effect: RecordEffect): void {
    const { channelId } = effect;
    const { log, options } = this.#context;
    if (!effect.on) {
      this.#end(channelId);
      return;
    }
    if (options.recordingsDirectory === '') {
      log('error', `${channelId} is not recorded: no folder for recordings is configured`);
      return;
    }
    try {
      const { name, format } = recordingOf(effect.path);
      const announcement = effect.announcement === '' ? undefined : mediaOf(effect.announcement);
      this.#begin(channelId, name, format);
      if (announcement !== undefined) this.#announce(channelId, announcement);
    } catch (error) {
      log('error', `record of ${channelId} refused: ${(error as Error).message}`);
    }
  }

  channelEnded(channelId: string): void {
    this.#recorders.delete(channelId);
  }

  failed(name: string, reason: string): void {
    this.#context.log('error', `recording ${name} failed: ${reason || 'is there room, and a folder?'}`);
  }

  #begin(channelId: string, name: string, format: string): void {
    this.#end(channelId);
    const { link, log, legs } = this.#context;
    const failed = (error: string): void => {
      if (!legs.hasEnded(channelId)) log('error', `${channelId} is not recorded: ${error}`);
    };
    const snoopId = this.#snoops.attach('record', channelId, 'none', (error) => {
      if (error !== undefined) failed(error);
      else
        link.call(
          'channels.record',
          { channelId: snoopId, name, format, ifExists: 'overwrite' },
          (result) => {
            if (result.outcome !== 'ok') failed(result.error);
          },
        );
    });
    this.#recorders.set(channelId, snoopId);
  }

  /** The file is written to its end as the channel goes. */
  #end(channelId: string): void {
    const snoopId = this.#recorders.get(channelId);
    if (snoopId === undefined) return;
    this.#recorders.delete(channelId);
    this.#snoops.detach(snoopId);
  }

  /** Plays to both of a conversation. */
  #announce(channelId: string, { uri, milliseconds }: Media): void {
    const { link, bridgeBook, log, options } = this.#context;
    const bridge = bridgeBook.now(channelId);
    if (bridge === undefined) {
      log('warn', `the announcement to ${channelId} was not played: it is in no conversation`);
      return;
    }
    const playbackId = `${bridge.id}-announcement`;
    link.call('bridges.play', { bridgeId: bridge.id, media: uri, playbackId }, (result) => {
      if (result.outcome !== 'ok') log('warn', `the announcement to ${channelId}: ${result.error}`);
      else if (milliseconds !== undefined)
        options.clock.after(milliseconds, () => link.call('playbacks.stop', { playbackId }, () => undefined));
    });
  }
}
