/**
 * Customers who are transferred: they hear ringing in a bridge of their own, in which the destination meets them.
 *
 * The bridge is named after both, so a listing shows how far a transfer has come. When either goes the other is hung up; should
 * the dialer be dead by then, the customer's deadline ends the call.
 */
import type { TelephonyEffect } from '../../core/effects.js';
import { safeCallerId } from '../safe-arguments.js';
import type { AriChannel } from './ari-protocol.js';
import type { KnownBridge } from './bridge-book.js';
import type { Bridges } from './bridges.js';
import type { Deadlines } from './deadlines.js';
import type { Moves } from './moves.js';
import { originateTimeout, safeDestination } from './originates.js';
import type { SwitchContext } from './switch-context.js';

type HandOver = Extract<TelephonyEffect, { type: 'hand-over' }>;

export class HandOvers {
  readonly #context: SwitchContext;
  readonly #bridges: Bridges;
  readonly #moves: Moves;
  readonly #deadlines: Deadlines;
  /** Bridges that wait for their destination, by its channel. */
  readonly #underWay = new Map<string, KnownBridge>();

  constructor(context: SwitchContext, bridges: Bridges, moves: Moves, deadlines: Deadlines) {
    this.#context = context;
    this.#bridges = bridges;
    this.#moves = moves;
    this.#deadlines = deadlines;
  }

  perform(effect: HandOver): void {
    const { channelId, agentLegId } = effect;
    const { bridgeBook, log } = this.#context;
    let endpoint: string;
    try {
      endpoint = safeDestination(effect.destination);
    } catch (error) {
      log('error', `hand-over of ${channelId} refused: ${(error as Error).message}`);
      this.#context.hangUp(channelId, 'NORMAL_CLEARING');
      return;
    }
    const destinationId = bridgeBook.auxiliaryId('over');
    this.#moves.run([channelId], (done) => {
      const bridge = bridgeBook.plan('over', channelId, destinationId);
      this.#underWay.set(destinationId, bridge);
      this.#bridges.make(bridge, [channelId], (error) => {
        done();
        this.#bridges.toIdle(agentLegId);
        if (error === undefined) this.#dial(effect, endpoint, bridge);
        else this.#failed(destinationId, error);
      });
    });
  }

  /** The destination has picked up. */
  answered(destinationId: string): boolean {
    const bridge = this.#underWay.get(destinationId);
    if (bridge === undefined) return false;
    this.#underWay.delete(destinationId);
    this.#context.link.call('playbacks.stop', { playbackId: this.#ringbackOf(bridge) }, () => undefined);
    this.#bridges.add(bridge.id, [destinationId], (error) => {
      if (error === undefined) return;
      this.#context.hangUp(destinationId, 'NORMAL_CLEARING');
      this.#failed(destinationId, error, bridge);
    });
    return true;
  }

  /** A channel ended: the destination of a transfer, or the customer while it rang. */
  channelEnded(channelId: string): void {
    const bridge = this.#underWay.get(channelId);
    if (bridge !== undefined) this.#failed(channelId, '');
    for (const [destinationId, { first }] of this.#underWay)
      if (first === channelId) {
        this.#underWay.delete(destinationId);
        this.#context.hangUp(destinationId, 'ORIGINATOR_CANCEL');
      }
  }

  /** The switch was listed: transfers whose destination went unheard are ended, those that still ring go on. */
  resynchronise(listed: readonly AriChannel[]): void {
    const { bridgeBook } = this.#context;
    const states = new Map(listed.map(({ id, state }) => [id, state]));
    this.#underWay.clear();
    for (const bridge of bridgeBook.all()) {
      if (bridge.purpose !== 'over' || !bridge.members.has(bridge.first)) continue;
      const state = states.get(bridge.second);
      if (bridge.members.has(bridge.second)) continue;
      if (!bridgeBook.isAuxiliary(bridge.second) || state === undefined)
        this.#context.hangUp(bridge.first, 'NORMAL_CLEARING');
      else {
        this.#underWay.set(bridge.second, bridge);
        if (state === 'Up') this.answered(bridge.second);
      }
    }
  }

  #dial(effect: HandOver, endpoint: string, bridge: KnownBridge): void {
    const { link, application } = this.#context;
    const callerId = safeCallerId(effect.callerId);
    const maximum = Math.ceil(effect.maximumSeconds);
    this.#deadlines.set(effect.channelId, maximum);
    link.call(
      'bridges.play',
      { bridgeId: bridge.id, media: 'tone:ring', playbackId: this.#ringbackOf(bridge) },
      () => undefined,
    );
    link.call(
      'channels.originate',
      {
        endpoint,
        app: application,
        appArgs: 'destination',
        channelId: bridge.second,
        timeout: originateTimeout(effect.ringSeconds),
        ...(callerId === '' ? {} : { callerId }),
        variables: { 'TIMEOUT(absolute)': String(maximum) },
      },
      (result) => {
        if (result.outcome !== 'ok') this.#failed(bridge.second, result.error);
      },
    );
  }

  #failed(destinationId: string, error: string, bridge = this.#underWay.get(destinationId)): void {
    this.#underWay.delete(destinationId);
    if (bridge === undefined || this.#context.legs.hasEnded(bridge.first)) return;
    if (error !== '') this.#context.log('warn', `hand-over of ${bridge.first}: ${error}`);
    this.#context.hangUp(bridge.first, 'NORMAL_CLEARING');
  }

  #ringbackOf(bridge: KnownBridge): string {
    return `${bridge.id}-ringback`;
  }
}
