/** Carries out what is done with calls that stand. What becomes of it is seen in the events of their channels. */
import type { TelephonyEffect } from '../../core/effects.js';
import type { Bridges } from './bridges.js';
import {
  announce,
  eavesdrop,
  handOver,
  hold,
  keepBetween,
  keepNoLonger,
  limitHold,
  mute,
  prepareRecording,
  recording,
  sendDigits,
  threeWay,
  unlimitHold,
} from './call-commands.js';
import type { SwitchContext } from './switch-context.js';

export type CallControl = Extract<
  TelephonyEffect,
  { type: 'hold' | 'join' | 'mute' | 'send-digits' | 'hand-over' | 'three-way' | 'eavesdrop' | 'record' }
>;

export class CallControls {
  readonly #context: SwitchContext;
  readonly #bridges: Bridges;
  /** Customers on hold: the switch would end them after a time. */
  readonly #held = new Set<string>();

  constructor(context: SwitchContext, bridges: Bridges) {
    this.#context = context;
    this.#bridges = bridges;
  }

  perform(effect: CallControl): void {
    switch (effect.type) {
      case 'hold':
        this.#parted(effect.channelId, effect.agentLegId);
        this.#held.add(effect.channelId);
        this.#send(effect, () => hold(effect.channelId, effect.music));
        this.#send(effect, () => limitHold(effect.channelId, effect.maximumSeconds));
        return;
      case 'join':
        this.#join(effect.channelId, effect.otherLegId);
        return;
      case 'mute':
        // Taking away what is not there is no error worth a word.
        this.#send(effect, () => mute(effect.channelId, effect.on));
        return;
      case 'send-digits':
        this.#send(effect, () => sendDigits(effect.channelId, effect.digits));
        return;
      case 'hand-over':
        this.#release(effect.channelId);
        this.#parted(effect.channelId, effect.agentLegId);
        this.#send(effect, () => handOver(effect));
        return;
      case 'three-way':
        this.#parted(effect.channelId, '');
        this.#send(effect, () => threeWay(effect.channelId, effect.targetId));
        return;
      case 'record':
        this.#record(effect);
        return;
      case 'eavesdrop':
        this.#send(effect, () => eavesdrop(effect.channelId, effect.targetId, effect.mode));
    }
  }

  /**
   * A side leg in a conversation with an agent is kept when they part. It is said again here: where the leg had not parked yet
   * when it was joined, the switch has forgotten it by now.
   */
  channelsBridged(pair: readonly [string, string]): void {
    const { legs } = this.#context;
    const side = pair.find((id) => legs.get(id)?.kind === 'side');
    if (side === undefined || !pair.some((id) => legs.get(id)?.kind === 'agent')) return;
    this.#send({ type: 'join', channelId: side }, () => keepBetween(side));
  }

  channelEnded(channelId: string): void {
    this.#release(channelId);
  }

  #join(channelId: string, otherLegId: string): void {
    this.#release(channelId);
    this.#release(otherLegId);
    const { legs } = this.#context;
    const kinds = [legs.get(channelId)?.kind, legs.get(otherLegId)?.kind];
    if (kinds[0] === 'side') this.#send({ type: 'join', channelId }, () => keepBetween(channelId));
    // No agent's leg among them: neither is kept when they part.
    if (kinds[0] === 'customer' && kinds[1] === 'side')
      for (const id of [channelId, otherLegId])
        this.#send({ type: 'join', channelId: id }, () => keepNoLonger(id));
    this.#bridges.request(channelId, otherLegId, 'join');
  }

  #record(effect: Extract<CallControl, { type: 'record' }>): void {
    const { channelId, on, announcement } = effect;
    const { recordingsDirectory } = this.#context.options;
    if (recordingsDirectory === '') {
      this.#context.log('error', `${channelId} is not recorded: no folder for recordings is configured`);
      return;
    }
    const path = `${recordingsDirectory}/${effect.path}`;
    if (on) this.#send(effect, () => prepareRecording(channelId));
    this.#send(effect, () => recording(channelId, on, path));
    if (on && announcement !== '') this.#send(effect, () => announce(channelId, announcement));
  }

  /** Forgets the bridge, so that a listing is not corrected by what is no longer true. */
  #parted(channelId: string, otherId: string): void {
    const { legs } = this.#context;
    for (const id of [channelId, otherId]) {
      const leg = legs.get(id);
      if (leg) leg.bridgedTo = '';
    }
  }

  #release(channelId: string): void {
    if (!this.#held.delete(channelId)) return;
    this.#send({ type: 'hold', channelId }, () => unlimitHold(channelId));
  }

  #send(effect: { readonly type: string; readonly channelId: string }, command: () => string): void {
    const { commands, legs, log } = this.#context;
    const { type, channelId } = effect;
    let text: string;
    try {
      text = command();
    } catch (error) {
      log('error', `${type} of ${channelId} refused: ${(error as Error).message}`);
      return;
    }
    commands.api(text, (result) => {
      if (result.outcome !== 'ok' && !legs.hasEnded(channelId))
        log('warn', `${type} of ${channelId}: ${result.error}`);
    });
  }
}
