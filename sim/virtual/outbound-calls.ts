/** Calls and agents' legs that the engine dials in a virtual world, and what becomes of them until somebody talks. */
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { CallerIdLabels } from '../caller-id-labels.js';
import { localHourIn } from '../local-hour.js';
import type { CallPlan, People } from '../people.js';
import { type Ground, type Originate, REACTION } from './ground.js';
import { type Leg, newLeg } from './leg.js';
import type { Link } from './links.js';
import { TrunkLines } from './trunk-lines.js';
import {
  AGENT_ANSWER,
  AGENT_FAILURE,
  ANSWER,
  COMMAND_TIMEOUT,
  HANG_UP,
  LATE_ORIGINATE,
  LEG_DROP,
  LOCAL_FAILURE,
  PATIENCE,
  REFUSE,
  SIGNAL,
  STAY,
  TIMEOUT,
} from './world-events.js';

/** An originate that the switch has not answered is given up after this. */
const COMMAND_WAIT = 2000;
/** An originate that comes late comes within this. */
const LATEST_COMMAND = 30_000;

export class OutboundCalls {
  people: People;
  readonly trunks: TrunkLines;
  readonly #ground: Ground;
  readonly #hourOf: (at: number) => number;
  readonly #labels = new CallerIdLabels();
  /** How often each number was called. */
  readonly #calls = new Map<string, number>();

  constructor(ground: Ground, people: People, seed: string) {
    const { scenario, now } = ground;
    this.#ground = ground;
    this.people = people;
    this.trunks = new TrunkLines(scenario.trunks, seed, now);
    this.#hourOf = localHourIn(scenario.timeZone);
  }

  originate(effect: Originate, link: Link, now: EpochMilliseconds): void {
    const { lateCommandRate } = this.#ground.rates;
    if (lateCommandRate === 0 || !this.#ground.random.bernoulli(lateCommandRate)) {
      this.dial(effect, now);
      return;
    }
    const { switchId, channelId } = effect;
    this.#ground.heap.push(
      now + COMMAND_WAIT,
      COMMAND_TIMEOUT,
      newLeg(channelId, switchId, '', undefined, now),
    );
    const late = COMMAND_WAIT + this.#ground.random.uniform() * (LATEST_COMMAND - COMMAND_WAIT);
    this.#ground.after(late, LATE_ORIGINATE, { effect, link, instance: link.instance });
  }

  dial(effect: Originate, now: EpochMilliseconds): void {
    const { switchId, channelId, number } = effect;
    const { failure, latency } = this.trunks.fate(effect.trunk, now);
    if (
      failure === 'local' ||
      now < (this.#ground.pausedUntil.get(switchId) ?? 0) ||
      this.#ground.random.bernoulli(this.#ground.rates.localFailureRate)
    ) {
      this.#ground.heap.push(now + REACTION, LOCAL_FAILURE, newLeg(channelId, switchId, '', undefined, now));
      return;
    }
    // The digits alone, as a dial string carries them.
    const digits = number.charCodeAt(0) === 43 ? number.slice(1) : number;
    const attempt = this.#calls.get(digits) ?? 0;
    this.#calls.set(digits, attempt + 1);
    const { callerIds } = this.people.rules;
    const factor = this.#labels.shown(callerIds, effect.callerId, digits, now);
    const plan = this.people.fate(digits, attempt, this.#hourOf(now), factor);
    const called = newLeg(channelId, switchId, '', plan, now);
    called.number = digits;
    called.callerId = effect.callerId;
    called.attempt = attempt;
    this.#ground.counts.originated++;
    this.#ground.legs.set(channelId, called);
    if (
      this.#ground.rates.lostReplyRate > 0 &&
      this.#ground.random.bernoulli(this.#ground.rates.lostReplyRate)
    )
      this.#ground.heap.push(now + COMMAND_WAIT, COMMAND_TIMEOUT, called);
    const from = now + latency;
    if (failure !== undefined || now < (this.#ground.brownOutUntil.get(switchId) ?? 0)) {
      called.hangUpCause = 'NORMAL_CIRCUIT_CONGESTION';
      this.#ground.heap.push(from + plan.signalAfter, HANG_UP, called);
      return;
    }
    const timeout = effect.ringSeconds * 1000 - latency;
    if (plan.signal !== 'none' && plan.signalAfter < timeout) {
      this.#ground.heap.push(from + plan.signalAfter, SIGNAL, called);
    }
    if (plan.answerAfter < timeout) this.#ground.heap.push(from + plan.answerAfter, ANSWER, called);
    else if (plan.refuseAfter < timeout) this.#ground.heap.push(from + plan.refuseAfter, REFUSE, called);
    else this.#ground.heap.push(from + Math.max(0, timeout), TIMEOUT, called);
  }

  answer(leg: Leg, plan: CallPlan): void {
    leg.answered = true;
    if (plan.kind === 'machine') this.#ground.counts.machines++;
    else this.#ground.counts.humans++;
    const { switchId, id } = leg;
    const at = this.#ground.now;
    this.#ground.tell(
      switchId,
      plan.detected === ''
        ? { type: 'channel-answered', switchId, channelId: id, at }
        : { type: 'channel-answered', switchId, channelId: id, at, answeredBy: plan.detected },
    );
    if (plan.stay < Number.POSITIVE_INFINITY) this.#ground.heap.push(at + plan.stay, STAY, leg);
    if (plan.patience < Number.POSITIVE_INFINITY) this.#ground.heap.push(at + plan.patience, PATIENCE, leg);
  }

  dialAgent(leg: Leg, now: EpochMilliseconds): void {
    const { legDropsPerHour, legFailureRate } = this.#ground.scenario.agents;
    this.#ground.legs.set(leg.id, leg);
    if (legFailureRate > 0 && this.#ground.random.bernoulli(legFailureRate)) {
      if (this.#ground.random.bernoulli(0.5)) this.#ground.heap.push(now + REACTION, AGENT_FAILURE, leg);
      else {
        leg.hangUpCause = 'NO_ANSWER';
        this.#ground.heap.push(now + 30_000, HANG_UP, leg);
      }
      return;
    }
    this.#ground.heap.push(now + 2 * REACTION, AGENT_ANSWER, leg);
    if (legDropsPerHour > 0) {
      const after = Math.round(this.#ground.random.exponential(3_600_000 / legDropsPerHour));
      this.#ground.heap.push(now + 1000 + after, LEG_DROP, leg);
    }
  }

  failOriginate({ switchId, id: channelId }: Leg, cause: string, local: boolean): void {
    this.#ground.tell(switchId, { type: 'originate-failed', switchId, channelId, cause, local });
  }
}
