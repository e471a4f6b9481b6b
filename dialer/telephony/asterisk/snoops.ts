/**
 * Channels that hear a customer's channel: for a supervisor, and for a recording. They are attached to the customer's channel,
 * never to the agent's, so they follow it from bridge to bridge and end with the call.
 */
import type { TelephonyEffect } from '../../core/effects.js';
import type { KnownBridge } from './bridge-book.js';
import type { Bridges } from './bridges.js';
import type { Moves } from './moves.js';
import type { SwitchContext } from './switch-context.js';

type Eavesdrop = Extract<TelephonyEffect, { type: 'eavesdrop' }>;

/** A supervisor on a call: a bridge of the supervisor's leg with the snoop that is in use. */
interface Watch {
  readonly bridge: KnownBridge;
  snoopId: string;
}

/** What is whispered into what comes in from the customer is heard by the agent; into what goes out, by the customer. */
const whisper = { listen: 'none', whisper: 'in', barge: 'both' } as const;

export class Snoops {
  readonly #context: SwitchContext;
  readonly #bridges: Bridges;
  readonly #moves: Moves;
  /** By the supervisor's leg. */
  readonly #watches = new Map<string, Watch>();
  /** What to do when a snoop is there. */
  readonly #starting = new Map<string, () => void>();

  constructor(context: SwitchContext, bridges: Bridges, moves: Moves) {
    this.#context = context;
    this.#bridges = bridges;
    this.#moves = moves;
  }

  eavesdrop({ channelId, targetId, mode }: Eavesdrop): void {
    const watch = this.#watches.get(channelId);
    const snoopId = this.attach('snoop', targetId, whisper[mode], (error) => {
      const current = this.#watches.get(channelId);
      if (current?.snoopId !== snoopId) this.detach(snoopId);
      else if (error !== undefined) {
        this.#context.log('warn', `eavesdrop of ${channelId} on ${targetId}: ${error}`);
        this.#context.hangUp(channelId, 'NORMAL_CLEARING');
      } else this.#listen(channelId, current, watch !== undefined);
    });
    if (watch === undefined) {
      const bridge = this.#context.bridgeBook.plan('spy', channelId, targetId);
      this.#watches.set(channelId, { bridge, snoopId });
    } else {
      // The one that was heard through until now goes.
      this.detach(watch.snoopId);
      watch.snoopId = snoopId;
    }
  }

  /** Attaches a snoop; `ready` is called when it is there, or with the reason why it is not. Returns its id. */
  attach(
    purpose: 'snoop' | 'record',
    targetId: string,
    whisperInto: 'none' | 'in' | 'both',
    ready: (error: string | undefined) => void,
  ): string {
    const { link, application, bridgeBook } = this.#context;
    const snoopId = bridgeBook.auxiliaryId(purpose);
    this.#starting.set(snoopId, () => ready(undefined));
    link.call(
      'channels.snoopChannelWithId',
      {
        channelId: targetId,
        snoopId,
        spy: 'both',
        whisper: whisperInto,
        app: application,
        appArgs: purpose,
      },
      (result) => {
        if (result.outcome !== 'ok' && this.#starting.delete(snoopId)) ready(result.error);
      },
    );
    return snoopId;
  }

  detach(snoopId: string): void {
    this.#context.link.call('channels.hangup', { channelId: snoopId }, () => undefined);
  }

  /** A channel of ours that is no call has started. */
  started(channelId: string): void {
    const ready = this.#starting.get(channelId);
    this.#starting.delete(channelId);
    ready?.();
  }

  channelEnded(channelId: string): void {
    this.#starting.delete(channelId);
    const watch = this.#watches.get(channelId);
    if (watch !== undefined) {
      this.#watches.delete(channelId);
      this.detach(watch.snoopId);
      return;
    }
    // The snoop ends with the call that it heard, and the supervisor's leg with the snoop.
    for (const [supervisorId, { snoopId }] of this.#watches)
      if (snoopId === channelId) {
        this.#watches.delete(supervisorId);
        this.#context.hangUp(supervisorId, 'NORMAL_CLEARING');
      }
  }

  /** The link is lost: what was starting is not waited for. */
  linkLost(): void {
    this.#starting.clear();
  }

  #listen(supervisorId: string, { bridge, snoopId }: Watch, made: boolean): void {
    const settle = (error: string | undefined): void => {
      if (error === undefined || this.#context.legs.hasEnded(supervisorId)) return;
      this.#context.log('warn', `${supervisorId} does not hear the call: ${error}`);
      this.#context.hangUp(supervisorId, 'NORMAL_CLEARING');
    };
    this.#moves.run([supervisorId], (done) => {
      const over = (error: string | undefined): void => {
        done();
        settle(error);
      };
      if (made) this.#bridges.add(bridge.id, [snoopId], over);
      else this.#bridges.make(bridge, [supervisorId, snoopId], over);
    });
  }
}
