/**
 * The telephone network in virtual time: takes the engine's telephony effects, gives back telephony inputs when their
 * time has come. The same people as on the simulated switch, without sockets.
 */
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { Input, TelephonyInput } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { SlotMap } from '../../dialer/core/slot-map.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import { type Sampler, sampler } from '../distributions.js';
import { localHourIn } from '../local-hour.js';
import { type CallPlan, People } from '../people.js';
import { type RandomStream, randomStream } from '../random.js';
import type { FaultPlan, Scenario } from '../scenario.js';
import { SWITCH_ACTIONS } from '../scenario-schema.js';
import { q850 } from '../switch/signalling.js';
import { EventHeap } from './event-heap.js';
import { type Leg, newLeg, snapshotOf } from './leg.js';
import { type Delayed, type FaultRates, type Link, Links, ratesOf } from './links.js';
import { TrunkLines } from './trunk-lines.js';

/** From the bridge command until both hear each other, milliseconds. */
const BRIDGE_DELAY = 41;
/** From a command until the switch tells what came of it. */
const REACTION = 20;

/** A consulted party, or a supervisor, picks up after this. */
const SIDE_LEG_ANSWER = 3_000;
/** A call that was handed over goes on for so long. */
const HANDED_OVER_TALK = 60_000;

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
const LINK_NOTICE = 17;
const ARRIVAL = 18;
const COMMAND_TIMEOUT = 19;
const AGENT_FAILURE = 20;
const CHANGE = 21;
const LATE_BRIDGE = 22;
const BRIDGE_FAILURE = 23;
const LATE_ORIGINATE = 24;

/** A dead link is noticed within this, milliseconds, when nobody says that it is dead. */
const LONGEST_SILENCE = 4000;
/** An engine that has started reaches its switches within this. */
const LONGEST_CONNECT = 1000;
/** An originate that the switch has not answered is given up after this. */
const COMMAND_WAIT = 2000;
/** An originate that comes late comes within this. */
const LATEST_COMMAND = 30_000;

interface Notice {
  readonly link: Link;
  readonly generation: number;
  readonly reason: string;
  /** From the notice until the link stands again, milliseconds. */
  readonly gone: number;
}

type Originate = Extract<TelephonyEffect, { type: 'originate' }>;

interface LateOriginate {
  readonly effect: Originate;
  readonly link: Link;
  readonly instance: number;
}

interface Change {
  readonly people: People;
  readonly optOutKey: string;
}

interface FailedBridge {
  readonly switchId: string;
  readonly channelId: string;
  readonly agentLegId: string;
}

type Target = Leg | Link | FaultPlan | Delayed | Notice | Change | FailedBridge | LateOriginate;

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
  /** Agent and customer can talk now. What it returns, if anything, multiplies the length of the talk. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a listener that does not care returns nothing
  bridged(agentId: string, channelId: string, spokeTo: 'human' | 'machine'): number | void;
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
  #people: People;
  #optOutKey: string;
  /** Rates of faults now; `calm` sets them to nothing. */
  readonly rates: FaultRates;
  readonly #trunks: TrunkLines;
  readonly #bridgeDelay: Sampler;
  readonly #listingDelay: Sampler;
  readonly #hourOf: (at: number) => number;
  readonly #random: RandomStream;
  readonly #heap = new EventHeap<Target>();
  readonly #legs = new SlotMap<Leg>();
  readonly #calls = new Map<string, number>();
  readonly #links: Links;
  readonly #listener: WorldListener;
  #now = 0;
  #engineThere = true;
  #calm = false;
  readonly #brownOutUntil = new Map<string, EpochMilliseconds>();
  readonly #pausedUntil = new Map<string, EpochMilliseconds>();

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
    this.#optOutKey = scenario.people.optOutKey;
    this.rates = ratesOf(scenario.faults);
    this.#trunks = new TrunkLines(scenario.trunks, seed, startAt);
    this.#bridgeDelay = sampler(scenario.faults.bridgeDelay);
    this.#listingDelay = sampler(scenario.faults.listingDelay);
    this.#hourOf = localHourIn(scenario.timeZone);
    this.#random = randomStream(seed, 'virtual world');
    this.#listener = options.listener;
    this.#now = startAt;
    this.#links = new Links({
      switchIds: options.switchIds,
      faults: scenario.faults,
      rates: this.rates,
      random: this.#random,
      deliver: options.listener.input,
      later: (milliseconds, delayed) => this.#after(milliseconds, ARRIVAL, delayed),
    });
    for (const link of this.#links.all) this.#heap.push(startAt, LINK_UP, link);
    for (const fault of scenario.faults.schedule) {
      if (SWITCH_ACTIONS.includes(fault.action as never))
        this.#heap.push(startAt + fault.at * 1000, FAULT, fault);
    }
    for (const { at, people } of scenario.changes) {
      const changed = { ...scenario.people, ...people } as Scenario['people'];
      this.#heap.push(startAt + at * 1000, CHANGE, {
        people: new People({ ...scenario, people: changed }, seed),
        optOutKey: changed.optOutKey,
      });
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

  /** The legs that exist, agents' included. */
  legs(): Iterable<Leg> {
    return this.#legs.values();
  }

  leg(channelId: string): Leg | undefined {
    return this.#legs.get(channelId);
  }

  /** Whether the engine hears and reaches the switch. */
  carries(switchId: string): boolean {
    return this.#links.of(switchId)?.carries === true;
  }

  /** Lets the next event happen, at its time. */
  advance(): void {
    const heap = this.#heap;
    heap.pop();
    this.#now = heap.time;
    const { kind } = heap;
    const target = heap.target!;
    switch (kind) {
      case FAULT:
        this.#fault(target as FaultPlan);
        return;
      case LINK_UP:
      case LISTING:
        this.#link(kind, target as Link);
        return;
      case LINK_NOTICE:
        this.#noticed(target as Notice);
        return;
      case ARRIVAL:
        this.#links.arrive(target as Delayed);
        return;
      case BRIDGE_FAILURE: {
        const { switchId, channelId, agentLegId } = target as FailedBridge;
        this.#tell(switchId, {
          type: 'bridge-failed',
          switchId,
          channelId,
          agentLegId,
          reason: 'Invalid uuid',
        });
        return;
      }
      case LATE_ORIGINATE: {
        const { effect, link, instance } = target as LateOriginate;
        // A switch that died meanwhile never read it.
        if (link.instance === instance) this.#dial(effect, this.#now);
        return;
      }
      case CHANGE:
        this.#people = (target as Change).people;
        this.#optOutKey = (target as Change).optOutKey;
        return;
      default: {
        const leg = target as Leg;
        if (!leg.ended) this.#happen(kind, leg);
      }
    }
  }

  perform(effect: TelephonyEffect, now: EpochMilliseconds): void {
    this.#now = now;
    const link = this.#links.of(effect.switchId);
    if (link?.carries !== true) return;
    if (effect.type === 'audit-channels') {
      if (!this.#lost(undefined)) this.#heap.push(now + REACTION, LISTING, link);
      return;
    }
    const leg = this.#legs.get(effect.channelId);
    if (this.#lost(leg)) return;
    switch (effect.type) {
      case 'originate':
        this.#originate(effect, link, now);
        return;
      case 'dial-agent':
        this.#dialAgent(newLeg(effect.channelId, effect.switchId, effect.agentId, undefined, now), now);
        return;
      case 'bridge':
        this.#bridge(effect.switchId, effect.channelId, effect.agentLegId, now);
        return;
      case 'dial-leg': {
        const side = newLeg(effect.channelId, effect.switchId, '', undefined, now);
        this.#legs.set(side.id, side);
        this.#heap.push(now + SIDE_LEG_ANSWER, AGENT_ANSWER, side);
        return;
      }
      case 'join':
        this.#bridge(effect.switchId, effect.channelId, effect.otherLegId, now);
        return;
      case 'hold':
      case 'hand-over':
        if (leg !== undefined && !leg.ended) this.#part(leg, effect.type, now);
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
        const length = this.#scenario.trunk.messageSeconds * 1000;
        const keyAfter = leg.plan?.keyAfter ?? Number.POSITIVE_INFINITY;
        if (keyAfter < length) this.#heap.push(now + keyAfter, KEY, leg);
        this.#heap.push(now + length, MESSAGE_OVER, leg);
        return;
      }
      case 'hang-up':
        if (leg === undefined || leg.ended) return;
        leg.hangUpCause = effect.cause;
        this.#heap.push(now + REACTION, HANG_UP, leg);
    }
  }

  /** Whether a command about the leg is lost. */
  #lost(leg: Leg | undefined): boolean {
    const { lostCommandRate } = this.rates;
    if (lostCommandRate === 0 || !this.#random.bernoulli(lostCommandRate)) return false;
    if (leg === undefined) return true;
    return ++leg.lost <= 2;
  }

  #dialAgent(leg: Leg, now: EpochMilliseconds): void {
    const { legDropsPerHour, legFailureRate } = this.#scenario.agents;
    this.#legs.set(leg.id, leg);
    if (legFailureRate > 0 && this.#random.bernoulli(legFailureRate)) {
      if (this.#random.bernoulli(0.5)) this.#heap.push(now + REACTION, AGENT_FAILURE, leg);
      else {
        leg.hangUpCause = 'NO_ANSWER';
        this.#heap.push(now + 30_000, HANG_UP, leg);
      }
      return;
    }
    this.#heap.push(now + 2 * REACTION, AGENT_ANSWER, leg);
    if (legDropsPerHour > 0) {
      const after = Math.round(this.#random.exponential(3_600_000 / legDropsPerHour));
      this.#heap.push(now + 1000 + after, LEG_DROP, leg);
    }
  }

  #originate(effect: Originate, link: Link, now: EpochMilliseconds): void {
    const { lateCommandRate } = this.rates;
    if (lateCommandRate === 0 || !this.#random.bernoulli(lateCommandRate)) {
      this.#dial(effect, now);
      return;
    }
    const { switchId, channelId } = effect;
    this.#heap.push(now + COMMAND_WAIT, COMMAND_TIMEOUT, newLeg(channelId, switchId, '', undefined, now));
    const late = COMMAND_WAIT + this.#random.uniform() * (LATEST_COMMAND - COMMAND_WAIT);
    this.#after(late, LATE_ORIGINATE, { effect, link, instance: link.instance });
  }

  #dial(effect: Originate, now: EpochMilliseconds): void {
    const { switchId, channelId, number } = effect;
    const { failure, latency } = this.#trunks.fate(effect.trunk, now);
    if (
      failure === 'local' ||
      now < (this.#pausedUntil.get(switchId) ?? 0) ||
      this.#random.bernoulli(this.rates.localFailureRate)
    ) {
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
    if (this.rates.lostReplyRate > 0 && this.#random.bernoulli(this.rates.lostReplyRate))
      this.#heap.push(now + COMMAND_WAIT, COMMAND_TIMEOUT, called);
    const from = now + latency;
    if (failure !== undefined || now < (this.#brownOutUntil.get(switchId) ?? 0)) {
      called.hangUpCause = 'NORMAL_CIRCUIT_CONGESTION';
      this.#heap.push(from + plan.signalAfter, HANG_UP, called);
      return;
    }
    const timeout = effect.ringSeconds * 1000 - latency;
    if (plan.signal !== 'none' && plan.signalAfter < timeout) {
      this.#heap.push(from + plan.signalAfter, SIGNAL, called);
    }
    if (plan.answerAfter < timeout) this.#heap.push(from + plan.answerAfter, ANSWER, called);
    else if (plan.refuseAfter < timeout) this.#heap.push(from + plan.refuseAfter, REFUSE, called);
    else this.#heap.push(from + Math.max(0, timeout), TIMEOUT, called);
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
      case LATE_BRIDGE:
        this.#join(leg);
        return;
      case COMMAND_TIMEOUT:
        this.#failOriginate(leg, 'COMMAND_TIMEOUT', false);
        return;
      case AGENT_FAILURE:
        leg.ended = true;
        this.#legs.delete(leg.id);
        this.#failOriginate(leg, 'USER_NOT_REGISTERED', true);
        return;
      case KEY:
        this.#tell(leg.switchId, {
          type: 'key-pressed',
          switchId: leg.switchId,
          channelId: leg.id,
          key: this.#optOutKey,
        });
        return;
      case HANG_UP:
        this.#end(leg, leg.hangUpCause, undefined);
        return;
      case MESSAGE_OVER:
      case LEG_DROP:
        if (!this.#calm) this.#end(leg, 'NORMAL_CLEARING', undefined);
        return;
      case LOCAL_FAILURE:
        this.#failOriginate(leg, 'DESTINATION_OUT_OF_ORDER', true);
    }
  }

  #failOriginate({ switchId, id: channelId }: Leg, cause: string, local: boolean): void {
    this.#tell(switchId, { type: 'originate-failed', switchId, channelId, cause, local });
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
    const { failedBridgeRate, slowBridgeRate } = this.rates;
    const fails = failedBridgeRate > 0 && this.#random.bernoulli(failedBridgeRate);
    if (fails || customer === undefined || customer.ended || agent === undefined || agent.ended) {
      this.#heap.push(now + REACTION, BRIDGE_FAILURE, { switchId, channelId, agentLegId });
      return;
    }
    customer.joining = agent;
    if (slowBridgeRate > 0 && this.#random.bernoulli(slowBridgeRate))
      this.#after(BRIDGE_DELAY + 1000 * this.#bridgeDelay(this.#random), LATE_BRIDGE, customer);
    else this.#heap.push(now + BRIDGE_DELAY, BRIDGE, customer);
  }

  /** The customer leaves the agent: to wait, or to go on with somebody else for a while. */
  #part(leg: Leg, why: 'hold' | 'hand-over', now: EpochMilliseconds): void {
    if (leg.peer !== undefined) leg.peer.peer = undefined;
    leg.peer = undefined;
    leg.held = why === 'hold';
    leg.handedOver = why === 'hand-over';
    if (!leg.handedOver) return;
    leg.hangUpCause = 'NORMAL_CLEARING';
    this.#heap.push(now + HANDED_OVER_TALK, HANG_UP, leg);
  }

  /** Two legs of a conversation that has begun already are joined again, or otherwise. */
  #rejoin(leg: Leg, other: Leg): void {
    for (const one of [leg, other]) {
      if (one.peer !== undefined) one.peer.peer = undefined;
      one.held = false;
    }
    leg.peer = other;
    other.peer = leg;
    // A customer with somebody who is no agent of ours is handed over.
    if (other.agentId === '') {
      for (const one of [leg, other]) one.handedOver = true;
      leg.hangUpCause = 'NORMAL_CLEARING';
      this.#heap.push(this.#now + HANDED_OVER_TALK, HANG_UP, leg);
    }
    const { switchId, id: channelId } = leg;
    this.#tell(switchId, {
      type: 'channel-bridged',
      switchId,
      channelId,
      otherChannelId: other.id,
      at: this.#now,
    });
    if (leg.plan !== undefined) this.#heap.push(this.#now + leg.plan.talk, TALK, leg);
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
    if (customer.peer === agent) return;
    if (customer.everBridged || customer.plan === undefined) {
      this.#rejoin(customer, agent);
      return;
    }
    // An agent who is bridged already loses that customer, as on the switch; a customer, that agent.
    const former = agent.peer;
    if (former !== undefined) this.#end(former, 'NORMAL_CLEARING', undefined);
    if (customer.peer !== undefined) customer.peer.peer = undefined;
    agent.peer = customer;
    customer.peer = agent;
    customer.everBridged = true;
    const plan = customer.plan!;
    const spokeTo = plan.kind === 'machine' ? 'machine' : 'human';
    if (spokeTo === 'machine') this.counts.machinesBridged++;
    else this.counts.humansBridged++;
    const factor = this.#listener.bridged(agent.agentId, customer.id, spokeTo) ?? 1;
    this.#tell(customer.switchId, {
      type: 'channel-bridged',
      switchId: customer.switchId,
      channelId: customer.id,
      otherChannelId: agent.id,
      at: this.#now,
    });
    this.#heap.push(this.#now + (factor === 1 ? plan.talk : Math.round(plan.talk * factor)), TALK, customer);
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
      const kept = peer.agentId !== '' || (peer.plan === undefined && !peer.handedOver);
      if (!kept && !peer.ended) this.#end(peer, 'NORMAL_CLEARING', undefined);
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

  #tell(switchId: string, input: TelephonyInput): void {
    this.#links.tell(switchId, input);
  }

  #link(kind: number, link: Link): void {
    const channels = this.#listing(link.switchId);
    if (kind === LINK_UP) {
      if (this.#engineThere) this.#links.up(link, channels, this.#now);
      return;
    }
    if (!link.carries) return;
    const requestedAt = this.#now - REACTION;
    const input = { type: 'switch-channels', switchId: link.switchId, channels, requestedAt } as const;
    const { lateListingRate } = this.rates;
    if (lateListingRate > 0 && this.#random.bernoulli(lateListingRate)) {
      const late = 1000 * this.#listingDelay(this.#random);
      this.#after(late, ARRIVAL, { link, generation: link.generation, input });
    } else this.#listener.input(input);
  }

  #listing(switchId: string): ChannelSnapshot[] {
    const list: ChannelSnapshot[] = [];
    for (const leg of this.#legs.values()) if (leg.switchId === switchId) list.push(snapshotOf(leg));
    return list;
  }

  #fault({ action, seconds, switch: switchId }: FaultPlan): void {
    const milliseconds = seconds * 1000;
    for (const link of this.#links.all) {
      if (switchId !== '' && link.switchId !== switchId) continue;
      switch (action) {
        case 'brown-out':
          this.#brownOutUntil.set(link.switchId, this.#now + milliseconds);
          break;
        case 'pause-outbound':
          this.#pausedUntil.set(link.switchId, this.#now + milliseconds);
          break;
        case 'shutdown':
          for (const leg of [...this.#legs.values()])
            if (!leg.ended && leg.switchId === link.switchId) this.#end(leg, 'SYSTEM_SHUTDOWN', undefined);
          this.#breakLink(link, action, milliseconds, true);
          break;
        case 'crash':
          for (const leg of [...this.#legs.values()]) {
            if (leg.switchId !== link.switchId) continue;
            leg.ended = true;
            this.#legs.delete(leg.id);
          }
          this.#breakLink(link, action, milliseconds, true);
          break;
        default:
          // However the link was lost, the calls go on and their events are not heard.
          this.#breakLink(link, action, milliseconds, false);
      }
    }
  }

  /** Cuts the link that the leg is on, as a fault at set times does. */
  cutLink(switchId: string, milliseconds: number): void {
    const link = this.#links.of(switchId);
    if (link !== undefined) this.#breakLink(link, 'stall', milliseconds, false);
  }

  /** A leg is gone without anybody having wanted it. */
  dropLeg(channelId: string): void {
    const leg = this.#legs.get(channelId);
    if (leg !== undefined && !leg.ended) this.#end(leg, 'NORMAL_CLEARING', undefined);
  }

  #breakLink(link: Link, action: string, gone: number, newInstance: boolean): void {
    if (newInstance) link.instance++;
    if (!link.up) return;
    this.#links.cut(link);
    const notice: Notice = { link, generation: link.generation, reason: action, gone };
    // A connection that is closed is noticed at once, one that is silent after a while.
    if (action === 'stall') this.#after(this.#random.uniform() * LONGEST_SILENCE, LINK_NOTICE, notice);
    else this.#noticed(notice);
  }

  #noticed({ link, generation, reason, gone }: Notice): void {
    if (link.generation !== generation) return;
    this.#links.notice(link, reason);
    this.#heap.push(this.#now + gone, LINK_UP, link);
  }

  /** The engine died; the calls go on without it. */
  engineGone(): void {
    this.#engineThere = false;
    this.#links.engineGone();
  }

  /** The next engine finds its switches. */
  engineBack(now: EpochMilliseconds): void {
    this.#now = now;
    this.#engineThere = true;
    for (const link of this.#links.all) this.#after(this.#random.uniform() * LONGEST_CONNECT, LINK_UP, link);
  }

  /** A whole number of milliseconds from now. */
  #after(milliseconds: number, kind: number, target: Target): void {
    this.#heap.push(this.#now + Math.round(milliseconds), kind, target);
  }

  /** No more trouble: whatever is wrong by now has to come right by itself. */
  calm(): void {
    this.#calm = true;
    for (const name of Object.keys(this.rates) as (keyof FaultRates)[]) this.rates[name] = 0;
    this.#trunks.calm();
    this.#brownOutUntil.clear();
    this.#pausedUntil.clear();
  }
}
