/**
 * The telephone network in virtual time: takes the engine's telephony effects, gives back telephony inputs when their
 * time has come. The same people as on the simulated switch, without sockets.
 */
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { SlotMap } from '../../dialer/core/slot-map.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import { localHourIn } from '../local-hour.js';
import { type CallPlan, People } from '../people.js';
import { type RandomStream, randomStream } from '../random.js';
import type { FaultAction, Scenario } from '../scenario.js';
import { q850 } from '../switch/signalling.js';
import { EventHeap } from './event-heap.js';
import { type Leg, newLeg, snapshotOf } from './leg.js';
import { type Link, Links } from './links.js';

/** From the bridge command until both hear each other, milliseconds. */
const BRIDGE_DELAY = 41;
/** From a command until the switch tells what came of it. */
const REACTION = 20;

const SIGNAL = 0;
const ANSWER = 1;
const REFUSE = 2;
const STAY = 3;
const PATIENCE = 4;
const BRIDGE = 5;
const TALK = 6;
const KEY = 7;
const HANG_UP = 8;
const AGENT_ANSWER = 9;
const MESSAGE_OVER = 10;
const LOCAL_FAILURE = 11;
const LINK_UP = 12;
const LISTING = 13;
const FAULT = 14;
const LEG_DROP = 15;
const TIMEOUT = 16;

interface PlannedFault {
  readonly action: FaultAction;
  readonly milliseconds: number;
}

type Target = Leg | Link | PlannedFault;

/** What really happened, whatever the engine made of it. */
export interface WorldCounts {
  originated: number;
  /** Answers by people and by machines. */
  humans: number;
  machines: number;
  /** People who were put through to an agent. */
  humansBridged: number;
  /** Calls gone with a person who had answered and was never put through. */
  humansAbandoned: number;
  machinesBridged: number;
}

export interface WorldListener {
  /** An input for the engine. */
  input(input: Input): void;
  /** Agent and customer can talk now. */
  bridged(agentId: string, channelId: string, spokeTo: 'human' | 'machine'): void;
}

export class VirtualWorld {
  readonly counts: WorldCounts = {
    originated: 0,
    humans: 0,
    machines: 0,
    humansBridged: 0,
    humansAbandoned: 0,
    machinesBridged: 0,
  };
  readonly #scenario: Scenario;
  readonly #people: People;
  readonly #hourOf: (at: number) => number;
  readonly #random: RandomStream;
  readonly #heap = new EventHeap<Target>();
  readonly #legs = new SlotMap<Leg>();
  readonly #calls = new Map<string, number>();
  readonly #links: Links;
  readonly #listener: WorldListener;
  #now = 0;
  #brownOutUntil = 0;
  #pausedUntil = 0;

  constructor(options: {
    readonly scenario: Scenario;
    readonly seed: string;
    readonly switchIds: readonly string[];
    readonly startAt: EpochMilliseconds;
    readonly listener: WorldListener;
  }) {
    const { scenario, seed, startAt } = options;
    this.#scenario = scenario;
    this.#people = new People(scenario, seed);
    this.#hourOf = localHourIn(scenario.timeZone);
    this.#random = randomStream(seed, 'virtual world');
    this.#listener = options.listener;
    this.#now = startAt;
    this.#links = new Links(options.switchIds, scenario.faults, this.#random, options.listener.input);
    for (const link of this.#links.all) this.#heap.push(startAt, LINK_UP, link);
    for (const { at, action, seconds } of scenario.faults.schedule) {
      this.#heap.push(startAt + at * 1000, FAULT, { action, milliseconds: seconds * 1000 });
    }
  }

  /** When something happens next; infinite when nothing will. */
  nextTime(): EpochMilliseconds {
    return this.#heap.next();
  }

  /** Live legs, agents' included. */
  get channels(): number {
    return this.#legs.size;
  }

  /** Lets the next event happen, at its time. */
  advance(): void {
    const heap = this.#heap;
    heap.pop();
    this.#now = heap.time;
    const { kind } = heap;
    const target = heap.target!;
    if (kind >= LINK_UP && kind <= FAULT) {
      if (kind === FAULT) this.#fault(target as PlannedFault);
      else this.#link(kind, target as Link);
      return;
    }
    const leg = target as Leg;
    if (!leg.ended) this.#happen(kind, leg);
  }

  perform(effect: TelephonyEffect, now: EpochMilliseconds): void {
    this.#now = now;
    switch (effect.type) {
      case 'originate':
        this.#originate(effect, now);
        return;
      case 'dial-agent': {
        const leg = newLeg(effect.channelId, effect.switchId, effect.agentId, undefined, now);
        this.#legs.set(leg.id, leg);
        this.#heap.push(now + 2 * REACTION, AGENT_ANSWER, leg);
        const { legDropsPerHour } = this.#scenario.agents;
        if (legDropsPerHour > 0) {
          const after = Math.round(this.#random.exponential(3_600_000 / legDropsPerHour));
          this.#heap.push(now + 1000 + after, LEG_DROP, leg);
        }
        return;
      }
      case 'bridge':
        this.#bridge(effect.switchId, effect.channelId, effect.agentLegId, now);
        return;
      case 'play-safe-harbour': {
        const leg = this.#legs.get(effect.channelId);
        if (leg === undefined || leg.ended) return;
        const length = this.#scenario.trunk.messageSeconds * 1000;
        const keyAfter = leg.plan?.keyAfter ?? Number.POSITIVE_INFINITY;
        if (keyAfter < length) this.#heap.push(now + keyAfter, KEY, leg);
        this.#heap.push(now + length, MESSAGE_OVER, leg);
        return;
      }
      case 'hang-up': {
        const leg = this.#legs.get(effect.channelId);
        if (leg === undefined || leg.ended) return;
        leg.hangUpCause = effect.cause;
        this.#heap.push(now + REACTION, HANG_UP, leg);
        return;
      }
      case 'audit-channels': {
        const link = this.#links.of(effect.switchId);
        if (link?.up === true) this.#heap.push(now + REACTION, LISTING, link);
      }
    }
  }

  #originate(effect: Extract<TelephonyEffect, { type: 'originate' }>, now: EpochMilliseconds): void {
    const { switchId, channelId, number } = effect;
    if (now < this.#pausedUntil || this.#random.bernoulli(this.#scenario.faults.localFailureRate)) {
      this.#heap.push(now + REACTION, LOCAL_FAILURE, newLeg(channelId, switchId, '', undefined, now));
      return;
    }
    // The digits alone, as a dial string carries them.
    const digits = number.charCodeAt(0) === 43 ? number.slice(1) : number;
    const attempt = this.#calls.get(digits) ?? 0;
    this.#calls.set(digits, attempt + 1);
    const plan = this.#people.fate(digits, attempt, this.#hourOf(now));
    const called = newLeg(channelId, switchId, '', plan, now);
    this.counts.originated++;
    this.#legs.set(channelId, called);
    if (now < this.#brownOutUntil) {
      called.hangUpCause = 'NORMAL_CIRCUIT_CONGESTION';
      this.#heap.push(now + plan.signalAfter, HANG_UP, called);
      return;
    }
    const timeout = effect.ringSeconds * 1000;
    if (plan.signal !== 'none' && plan.signalAfter < timeout) {
      this.#heap.push(now + plan.signalAfter, SIGNAL, called);
    }
    if (plan.answerAfter < timeout) this.#heap.push(now + plan.answerAfter, ANSWER, called);
    else if (plan.refuseAfter < timeout) this.#heap.push(now + plan.refuseAfter, REFUSE, called);
    else this.#heap.push(now + timeout, TIMEOUT, called);
  }

  #happen(kind: number, leg: Leg): void {
    switch (kind) {
      case SIGNAL:
        leg.progressed = true;
        this.#tell(leg.switchId, {
          type: 'channel-progress',
          switchId: leg.switchId,
          channelId: leg.id,
          at: this.#now,
        });
        return;
      case ANSWER:
        this.#answer(leg, leg.plan!);
        return;
      case AGENT_ANSWER:
        leg.answered = true;
        this.#tell(leg.switchId, {
          type: 'channel-answered',
          switchId: leg.switchId,
          channelId: leg.id,
          at: this.#now,
        });
        return;
      case REFUSE:
      case STAY:
        this.#end(leg, leg.plan!.cause, leg.plan!.sipStatus);
        return;
      case TIMEOUT:
        this.#end(leg, 'NO_ANSWER', undefined);
        return;
      case PATIENCE:
        if (!leg.everBridged) this.#end(leg, leg.plan!.cause, 200);
        return;
      case TALK:
        if (leg.peer !== undefined) this.#end(leg, leg.plan!.cause, 200);
        return;
      case BRIDGE:
        this.#join(leg);
        return;
      case KEY:
        this.#tell(leg.switchId, {
          type: 'key-pressed',
          switchId: leg.switchId,
          channelId: leg.id,
          key: this.#scenario.people.optOutKey,
        });
        return;
      case HANG_UP:
        this.#end(leg, leg.hangUpCause, undefined);
        return;
      case MESSAGE_OVER:
      case LEG_DROP:
        this.#end(leg, 'NORMAL_CLEARING', undefined);
        return;
      case LOCAL_FAILURE:
        this.#tell(leg.switchId, {
          type: 'originate-failed',
          switchId: leg.switchId,
          channelId: leg.id,
          cause: 'DESTINATION_OUT_OF_ORDER',
          local: true,
        });
    }
  }

  #answer(leg: Leg, plan: CallPlan): void {
    leg.answered = true;
    if (plan.kind === 'machine') this.counts.machines++;
    else this.counts.humans++;
    const { switchId, id } = leg;
    const at = this.#now;
    this.#tell(
      switchId,
      plan.detected === ''
        ? { type: 'channel-answered', switchId, channelId: id, at }
        : { type: 'channel-answered', switchId, channelId: id, at, answeredBy: plan.detected },
    );
    if (plan.stay < Number.POSITIVE_INFINITY) this.#heap.push(at + plan.stay, STAY, leg);
    if (plan.patience < Number.POSITIVE_INFINITY) this.#heap.push(at + plan.patience, PATIENCE, leg);
  }

  #bridge(switchId: string, channelId: string, agentLegId: string, now: EpochMilliseconds): void {
    const customer = this.#legs.get(channelId);
    const agent = this.#legs.get(agentLegId);
    if (customer === undefined || customer.ended || agent === undefined || agent.ended) {
      this.#tell(switchId, {
        type: 'bridge-failed',
        switchId,
        channelId,
        agentLegId,
        reason: 'Invalid uuid',
      });
      return;
    }
    customer.joining = agent;
    this.#heap.push(now + BRIDGE_DELAY, BRIDGE, customer);
  }

  #join(customer: Leg): void {
    const agent = customer.joining;
    customer.joining = undefined;
    if (agent === undefined || agent.ended) {
      this.#tell(customer.switchId, {
        type: 'bridge-failed',
        switchId: customer.switchId,
        channelId: customer.id,
        agentLegId: agent?.id ?? '',
        reason: 'agent leg gone',
      });
      return;
    }
    // An agent who is bridged already loses that customer, as on the switch.
    const former = agent.peer;
    if (former !== undefined) this.#end(former, 'NORMAL_CLEARING', undefined);
    agent.peer = customer;
    customer.peer = agent;
    customer.everBridged = true;
    const plan = customer.plan!;
    const spokeTo = plan.kind === 'machine' ? 'machine' : 'human';
    if (spokeTo === 'machine') this.counts.machinesBridged++;
    else this.counts.humansBridged++;
    this.#listener.bridged(agent.agentId, customer.id, spokeTo);
    this.#tell(customer.switchId, {
      type: 'channel-bridged',
      switchId: customer.switchId,
      channelId: customer.id,
      otherChannelId: agent.id,
      at: this.#now,
    });
    this.#heap.push(this.#now + plan.talk, TALK, customer);
  }

  #end(leg: Leg, cause: string, sipStatus: number | undefined): void {
    leg.ended = true;
    this.#legs.delete(leg.id);
    const { peer, plan } = leg;
    if (plan !== undefined && leg.answered && !leg.everBridged && plan.kind !== 'machine') {
      this.counts.humansAbandoned++;
    }
    if (peer !== undefined) {
      leg.peer = undefined;
      peer.peer = undefined;
      // An agent's leg goes back to park; a customer without an agent is hung up.
      if (peer.plan !== undefined && !peer.ended) this.#end(peer, 'NORMAL_CLEARING', undefined);
    }
    const { switchId, id: channelId, answered, progressed } = leg;
    const at = this.#now;
    this.#tell(
      switchId,
      sipStatus === undefined
        ? { type: 'channel-ended', switchId, channelId, cause, q850: q850(cause), answered, progressed, at }
        : {
            type: 'channel-ended',
            switchId,
            channelId,
            cause,
            q850: q850(cause),
            sipStatus,
            answered,
            progressed,
            at,
          },
    );
  }

  // ---------------------------------------------------------------- links and faults

  #tell(switchId: string, input: Input): void {
    this.#links.tell(switchId, input);
  }

  #link(kind: number, link: Link): void {
    const channels = this.#listing(link.switchId);
    if (kind === LISTING) {
      if (link.up) {
        this.#listener.input({
          type: 'switch-channels',
          switchId: link.switchId,
          channels,
          requestedAt: this.#now - REACTION,
        });
      }
      return;
    }
    this.#links.up(link, channels, this.#now);
  }

  #listing(switchId: string): ChannelSnapshot[] {
    const list: ChannelSnapshot[] = [];
    for (const leg of this.#legs.values()) if (leg.switchId === switchId) list.push(snapshotOf(leg));
    return list;
  }

  #fault({ action, milliseconds }: PlannedFault): void {
    switch (action) {
      case 'brown-out':
        this.#brownOutUntil = this.#now + milliseconds;
        return;
      case 'pause-outbound':
        this.#pausedUntil = this.#now + milliseconds;
        return;
      case 'shutdown':
        for (const leg of [...this.#legs.values()])
          if (!leg.ended) this.#end(leg, 'SYSTEM_SHUTDOWN', undefined);
        this.#linksDown(action, milliseconds, true);
        return;
      case 'crash':
        for (const leg of this.#legs.values()) leg.ended = true;
        this.#legs.clear();
        this.#linksDown(action, milliseconds, true);
        return;
      default:
        // However the link was lost, the calls go on and their events are not heard.
        this.#linksDown(action, milliseconds, false);
    }
  }

  #linksDown(reason: string, milliseconds: number, newInstance: boolean): void {
    for (const link of this.#links.down(reason, newInstance)) {
      this.#heap.push(this.#now + milliseconds, LINK_UP, link);
    }
  }
}
