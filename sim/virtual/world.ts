/**
 * The telephone network in virtual time: takes the engine's telephony effects, gives back telephony inputs when their
 * time has come. The same people as on the simulated switch, without sockets.
 */
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { People } from '../people.js';
import type { FaultPlan, Scenario } from '../scenario.js';
import { SWITCH_ACTIONS } from '../scenario-schema.js';
import { CallsBack } from './calls-back.js';
import { Conversations } from './conversations.js';
import {
  type CallBack,
  type Change,
  type FailedBridge,
  Ground,
  type LateOriginate,
  type Notice,
  REACTION,
  type WorldCounts,
  type WorldOptions,
} from './ground.js';
import { type Leg, newLeg } from './leg.js';
import type { Delayed, FaultRates, Link } from './links.js';
import { OutboundCalls } from './outbound-calls.js';
import { SwitchFaults } from './switch-faults.js';
import {
  AGENT_ANSWER,
  AGENT_FAILURE,
  ANSWER,
  ARRIVAL,
  BRIDGE,
  BRIDGE_FAILURE,
  CALL_BACK,
  CHANGE,
  COMMAND_TIMEOUT,
  FAULT,
  HANG_UP,
  KEY,
  LATE_BRIDGE,
  LATE_ORIGINATE,
  LEG_DROP,
  LINK_NOTICE,
  LINK_UP,
  LISTING,
  LOCAL_FAILURE,
  MESSAGE_OVER,
  PATIENCE,
  REFUSE,
  SIGNAL,
  STAY,
  TALK,
  TIMEOUT,
} from './world-events.js';

export type { WorldCounts, WorldListener } from './ground.js';

/** A consulted party, or a supervisor, picks up after this. */
const SIDE_LEG_ANSWER = 3_000;

export class VirtualWorld {
  readonly #ground: Ground;
  readonly #calls: OutboundCalls;
  readonly #conversations: Conversations;
  readonly #faults: SwitchFaults;
  readonly #back: CallsBack;
  #optOutKey: string;

  constructor(options: WorldOptions) {
    const { scenario, seed, startAt } = options;
    const ground = new Ground(options);
    this.#ground = ground;
    this.#calls = new OutboundCalls(ground, new People(scenario, seed), seed);
    this.#back = new CallsBack(ground, this.#calls);
    this.#conversations = new Conversations(ground, (leg) => this.#back.ended(leg));
    this.#faults = new SwitchFaults(ground, this.#conversations);
    this.#optOutKey = scenario.people.optOutKey;
    for (const link of ground.links.all) ground.heap.push(startAt, LINK_UP, link);
    for (const fault of scenario.faults.schedule) {
      if (SWITCH_ACTIONS.includes(fault.action as never))
        ground.heap.push(startAt + fault.at * 1000, FAULT, fault);
    }
    for (const { at, people } of scenario.changes) {
      const changed = { ...scenario.people, ...people } as Scenario['people'];
      ground.heap.push(startAt + at * 1000, CHANGE, {
        people: new People({ ...scenario, people: changed }, seed),
        optOutKey: changed.optOutKey,
      });
    }
  }

  get counts(): WorldCounts {
    return this.#ground.counts;
  }

  /** Rates of faults now. */
  get rates(): FaultRates {
    return this.#ground.rates;
  }

  /** When something happens next; infinite when nothing will. */
  nextTime(): EpochMilliseconds {
    return this.#ground.heap.next();
  }

  /** Live legs, agents' included. */
  get channels(): number {
    return this.#ground.legs.size;
  }

  /** The legs that exist, agents' included. */
  legs(): Iterable<Leg> {
    return this.#ground.legs.values();
  }

  leg(channelId: string): Leg | undefined {
    return this.#ground.legs.get(channelId);
  }

  /** Whether the engine hears and reaches the switch. */
  carries(switchId: string): boolean {
    return this.#ground.links.of(switchId)?.carries === true;
  }

  /** Lets the next event happen, at its time. */
  advance(): void {
    const ground = this.#ground;
    const { heap } = ground;
    heap.pop();
    ground.now = heap.time;
    const { kind } = heap;
    const target = heap.target!;
    switch (kind) {
      case FAULT:
        this.#faults.fault(target as FaultPlan);
        return;
      case LINK_UP:
      case LISTING:
        this.#faults.link(kind, target as Link);
        return;
      case LINK_NOTICE:
        this.#faults.noticed(target as Notice);
        return;
      case ARRIVAL:
        ground.links.arrive(target as Delayed);
        return;
      case BRIDGE_FAILURE: {
        const { switchId, channelId, agentLegId } = target as FailedBridge;
        const reason = 'Invalid uuid';
        ground.tell(switchId, { type: 'bridge-failed', switchId, channelId, agentLegId, reason });
        return;
      }
      case LATE_ORIGINATE: {
        const { effect, link, instance } = target as LateOriginate;
        // A switch that died meanwhile never read it.
        if (link.instance === instance) this.#calls.dial(effect, ground.now);
        return;
      }
      case CALL_BACK:
        this.#back.ring(target as CallBack);
        return;
      case CHANGE:
        this.#calls.people = (target as Change).people;
        this.#optOutKey = (target as Change).optOutKey;
        return;
      default: {
        const leg = target as Leg;
        if (!leg.ended) this.#happen(kind, leg);
      }
    }
  }

  perform(effect: TelephonyEffect, now: EpochMilliseconds): void {
    const ground = this.#ground;
    ground.now = now;
    const link = ground.links.of(effect.switchId);
    if (link?.carries !== true) return;
    if (effect.type === 'audit-channels') {
      if (!this.#lost(undefined)) ground.heap.push(now + REACTION, LISTING, link);
      return;
    }
    const leg = ground.legs.get(effect.channelId);
    if (this.#lost(leg)) return;
    switch (effect.type) {
      case 'originate':
        this.#calls.originate(effect, link, now);
        return;
      case 'dial-agent':
        this.#calls.dialAgent(newLeg(effect.channelId, effect.switchId, effect.agentId, undefined, now), now);
        return;
      case 'bridge':
        this.#conversations.bridge(effect.switchId, effect.channelId, effect.agentLegId, now);
        return;
      case 'dial-leg': {
        const side = newLeg(effect.channelId, effect.switchId, '', undefined, now);
        ground.legs.set(side.id, side);
        ground.heap.push(now + SIDE_LEG_ANSWER, AGENT_ANSWER, side);
        return;
      }
      case 'join':
        this.#conversations.bridge(effect.switchId, effect.channelId, effect.otherLegId, now);
        return;
      case 'hold':
      case 'hand-over':
        if (leg !== undefined && !leg.ended) this.#conversations.part(leg, effect.type, now);
        return;
      case 'mute':
      case 'record':
      case 'send-digits':
      case 'three-way':
      case 'eavesdrop':
        // Heard, not seen: no leg of a world without sound is the worse for it.
        return;
      case 'play-safe-harbour': {
        if (leg === undefined || leg.ended) return;
        const length = ground.scenario.trunk.messageSeconds * 1000;
        const keyAfter = leg.plan?.keyAfter ?? Number.POSITIVE_INFINITY;
        if (keyAfter < length) ground.heap.push(now + keyAfter, KEY, leg);
        ground.heap.push(now + length, MESSAGE_OVER, leg);
        return;
      }
      case 'hang-up':
        if (leg === undefined || leg.ended) return;
        leg.hangUpCause = effect.cause;
        ground.heap.push(now + REACTION, HANG_UP, leg);
    }
  }

  /** Whether a command about the leg is lost. */
  #lost(leg: Leg | undefined): boolean {
    const { rates, random } = this.#ground;
    if (rates.lostCommandRate === 0 || !random.bernoulli(rates.lostCommandRate)) return false;
    if (leg === undefined) return true;
    return ++leg.lost <= 2;
  }

  #happen(kind: number, leg: Leg): void {
    const ground = this.#ground;
    const { switchId, id: channelId } = leg;
    switch (kind) {
      case SIGNAL:
        leg.progressed = true;
        ground.tell(switchId, { type: 'channel-progress', switchId, channelId, at: ground.now });
        return;
      case ANSWER:
        this.#calls.answer(leg, leg.plan!);
        return;
      case AGENT_ANSWER:
        leg.answered = true;
        ground.tell(switchId, { type: 'channel-answered', switchId, channelId, at: ground.now });
        return;
      case REFUSE:
      case STAY:
        this.#conversations.end(leg, leg.plan!.cause, leg.plan!.sipStatus);
        return;
      case TIMEOUT:
        this.#conversations.end(leg, 'NO_ANSWER', undefined);
        return;
      case PATIENCE:
        if (!leg.everBridged) this.#conversations.end(leg, leg.plan!.cause, 200);
        return;
      case TALK:
        if (leg.peer !== undefined) this.#conversations.end(leg, leg.plan!.cause, 200);
        return;
      case BRIDGE:
      case LATE_BRIDGE:
        this.#conversations.join(leg);
        return;
      case COMMAND_TIMEOUT:
        this.#calls.failOriginate(leg, 'COMMAND_TIMEOUT', false);
        return;
      case AGENT_FAILURE:
        leg.ended = true;
        ground.legs.delete(leg.id);
        this.#calls.failOriginate(leg, 'USER_NOT_REGISTERED', true);
        return;
      case KEY:
        ground.tell(switchId, { type: 'key-pressed', switchId, channelId, key: this.#optOutKey });
        return;
      case HANG_UP:
        this.#conversations.end(leg, leg.hangUpCause, undefined);
        return;
      case MESSAGE_OVER:
      case LEG_DROP:
        if (!ground.calm) this.#conversations.end(leg, 'NORMAL_CLEARING', undefined);
        return;
      case LOCAL_FAILURE:
        this.#calls.failOriginate(leg, 'DESTINATION_OUT_OF_ORDER', true);
    }
  }

  /** Cuts the link that the leg is on, as a fault at set times does. */
  cutLink(switchId: string, milliseconds: number): void {
    this.#faults.cutLink(switchId, milliseconds);
  }

  /** A leg is gone without anybody having wanted it. */
  dropLeg(channelId: string): void {
    const leg = this.#ground.legs.get(channelId);
    if (leg !== undefined && !leg.ended) this.#conversations.end(leg, 'NORMAL_CLEARING', undefined);
  }

  /** The engine died; the calls go on without it. */
  engineGone(): void {
    this.#faults.engineGone();
  }

  /** The next engine finds its switches. */
  engineBack(now: EpochMilliseconds): void {
    this.#ground.now = now;
    this.#faults.engineBack();
  }

  /** No more trouble: whatever is wrong by now has to come right by itself. */
  calm(): void {
    const ground = this.#ground;
    ground.calm = true;
    for (const name of Object.keys(ground.rates) as (keyof FaultRates)[]) ground.rates[name] = 0;
    this.#calls.trunks.calm();
    ground.brownOutUntil.clear();
    ground.pausedUntil.clear();
  }
}
