/** What all parts of a virtual world stand on: its time, its legs, its links, and what happens next. */
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { Input, TelephonyInput } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { SlotMap } from '../../dialer/core/slot-map.js';
import type { People } from '../people.js';
import { type RandomStream, randomStream } from '../random.js';
import type { FaultPlan, Scenario } from '../scenario.js';
import { EventHeap } from './event-heap.js';
import type { Leg } from './leg.js';
import { type Delayed, type FaultRates, type Link, Links, ratesOf } from './links.js';
import { ARRIVAL } from './world-events.js';

/** From a command until the switch tells what came of it. */
export const REACTION = 20;

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
  /** Calls back to our caller ids. */
  calledBack: number;
}

export interface WorldListener {
  /** An input for the engine. */
  input(input: Input): void;
  /** Agent and customer can talk now. What it returns, if anything, multiplies the length of the talk. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a listener that does not care returns nothing
  bridged(agentId: string, channelId: string, spokeTo: 'human' | 'machine'): number | void;
}

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly switchIds: readonly string[];
  readonly startAt: EpochMilliseconds;
  readonly listener: WorldListener;
}

/** The link is lost, and the engine will notice. */
export interface Notice {
  readonly link: Link;
  readonly generation: number;
  readonly reason: string;
  /** From the notice until the link stands again, milliseconds. */
  readonly gone: number;
}

export type Originate = Extract<TelephonyEffect, { type: 'originate' }>;

export interface LateOriginate {
  readonly effect: Originate;
  readonly link: Link;
  readonly instance: number;
}

/** The people are different from then on. */
export interface Change {
  readonly people: People;
  readonly optOutKey: string;
}

export interface FailedBridge {
  readonly switchId: string;
  readonly channelId: string;
  readonly agentLegId: string;
}

/** Somebody who missed a call rings the number that it showed. */
export interface CallBack {
  readonly switchId: string;
  /** Numbers as the switch has them: digits alone. */
  readonly from: string;
  readonly to: string;
  /** Which of the calls to that number they missed. */
  readonly attempt: number;
}

export type Target =
  | Leg
  | Link
  | FaultPlan
  | Delayed
  | Notice
  | Change
  | FailedBridge
  | LateOriginate
  | CallBack;

export class Ground {
  readonly counts: WorldCounts = {
    originated: 0,
    humans: 0,
    machines: 0,
    humansBridged: 0,
    humansAbandoned: 0,
    machinesBridged: 0,
    calledBack: 0,
  };
  readonly scenario: Scenario;
  /** Rates of faults now; `calm` sets them to nothing. */
  readonly rates: FaultRates;
  readonly random: RandomStream;
  readonly heap = new EventHeap<Target>();
  /** The legs that exist, agents' included. */
  readonly legs = new SlotMap<Leg>();
  readonly links: Links;
  readonly listener: WorldListener;
  readonly brownOutUntil = new Map<string, EpochMilliseconds>();
  readonly pausedUntil = new Map<string, EpochMilliseconds>();
  now: EpochMilliseconds;
  calm = false;

  constructor({ scenario, seed, switchIds, startAt, listener }: WorldOptions) {
    this.scenario = scenario;
    this.rates = ratesOf(scenario.faults);
    this.random = randomStream(seed, 'virtual world');
    this.listener = listener;
    this.now = startAt;
    this.links = new Links({
      switchIds,
      faults: scenario.faults,
      rates: this.rates,
      random: this.random,
      deliver: listener.input,
      later: (milliseconds, delayed) => this.after(milliseconds, ARRIVAL, delayed),
    });
  }

  /** Says it to the engine, as far as the link carries. */
  tell(switchId: string, input: TelephonyInput): void {
    this.links.tell(switchId, input);
  }

  /** A whole number of milliseconds from now. */
  after(milliseconds: number, kind: number, target: Target): void {
    this.heap.push(this.now + Math.round(milliseconds), kind, target);
  }
}
