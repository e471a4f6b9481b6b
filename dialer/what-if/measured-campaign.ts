/** What a campaign has measured of its people and agents, from its attempts in the store. */
import {
  type CampaignSettings,
  type EpochMilliseconds,
  machineDisposition,
  noDisposition,
  type Outcome,
  type StageName,
} from '../core/model.js';
import type { AttemptRecord, Store } from '../store/port.js';
import type { WhatIfCampaign } from './port.js';

/** A measured time: mean, coefficient of variation (standard deviation ÷ mean), and how many it was measured on. */
export interface MeasuredTime {
  readonly count: number;
  /** Seconds. */
  readonly mean: number;
  readonly cv: number;
}

export interface MeasuredCampaign {
  readonly campaignId: string;
  readonly campaign: WhatIfCampaign;
  /** Contacts that are not closed. */
  readonly contactsLeft: number;
  /** The newest ended attempts, which all figures are of. */
  readonly attempts: number;
  /** Shares of the attempts, 0–1. What is missing to 1 rang and was not answered. */
  readonly rates: {
    /** A person answered. */
    readonly answer: number;
    readonly machine: number;
    readonly busy: number;
    readonly invalid: number;
    readonly congestion: number;
    readonly rejected: number;
    /** Answered, and gone before anything could happen. */
    readonly short: number;
  };
  readonly times: {
    /** From the dial to the first ringing. */
    readonly dialLatency: MeasuredTime;
    /** From the ringing to a person's answer, to a machine's. */
    readonly ring: MeasuredTime;
    readonly machineRing: MeasuredTime;
    /** Connected, with a person, with a machine. */
    readonly talk: MeasuredTime;
    readonly machineTalk: MeasuredTime;
    /** From the end of the call to the disposition. */
    readonly wrapUp: MeasuredTime;
    readonly machineWrapUp: MeasuredTime;
  };
  /** Shares of the conversations with people that have a disposition. */
  readonly dispositions: {
    readonly count: number;
    readonly success: number;
    readonly optOut: number;
    readonly callback: number;
  };
}

/** Attempts that are looked at: enough for a rate of 30 % to within half a point. */
export const ATTEMPTS_MEASURED = 20_000;
const PAGE = 500;
/** The agent's word for a call that was agreed for later. */
const CALLBACK_DISPOSITION = 'callback';

/** Outcomes that say nothing of the people called: the call did not leave, or nobody knows. */
const LEFT_OUT: ReadonlySet<Outcome> = new Set(['not-dialed', 'unknown', 'cancelled']);

class Sample {
  #count = 0;
  #mean = 0;
  #squares = 0;

  /** Adds the seconds between two instants, when both are known and in order. */
  between(from: number | undefined, to: number | undefined): void {
    if (from === undefined || to === undefined || to < from) return;
    const seconds = (to - from) / 1000;
    this.#count++;
    const off = seconds - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (seconds - this.#mean);
  }

  result(): MeasuredTime {
    const deviation = this.#count < 2 ? 0 : Math.sqrt(this.#squares / (this.#count - 1));
    return { count: this.#count, mean: this.#mean, cv: this.#mean === 0 ? 0 : deviation / this.#mean };
  }
}

/** Attempts of one stage, intended in `[from, to)`. */
export interface StagePeriod {
  readonly stage: StageName;
  readonly from: EpochMilliseconds;
  readonly to: EpochMilliseconds;
}

/** Measures from the newest ended attempts of the campaign, or from those of one stage: `most` at most. */
export async function measureCampaign(
  store: Pick<Store, 'attempts' | 'attemptsBetween' | 'contactCounts'>,
  settings: CampaignSettings,
  { most = ATTEMPTS_MEASURED, period }: { readonly most?: number; readonly period?: StagePeriod } = {},
): Promise<MeasuredCampaign> {
  const measurement = new Measurement(settings);
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = {
      campaignId: settings.id,
      limit: Math.min(PAGE, most - read),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const { items, nextCursor } =
      period === undefined
        ? await store.attempts(page)
        : await store.attemptsBetween({ ...page, from: period.from, to: period.to });
    for (const attempt of items)
      if (period === undefined || attempt.stage === period.stage) measurement.add(attempt);
    read += items.length;
    cursor = nextCursor;
  } while (cursor !== undefined && read < most);
  const counts = await store.contactCounts(settings.id);
  const contactsLeft = counts.reduce((sum, { state, count }) => sum + (state === 'done' ? 0 : count), 0);
  return measurement.result(contactsLeft);
}

class Measurement {
  readonly #settings: CampaignSettings;
  #attempts = 0;
  readonly #kinds = { answer: 0, machine: 0, busy: 0, invalid: 0, congestion: 0, rejected: 0, short: 0 };
  readonly #times = {
    dialLatency: new Sample(),
    ring: new Sample(),
    machineRing: new Sample(),
    talk: new Sample(),
    machineTalk: new Sample(),
    wrapUp: new Sample(),
    machineWrapUp: new Sample(),
  };
  readonly #said = { count: 0, success: 0, optOut: 0, callback: 0 };

  constructor(settings: CampaignSettings) {
    this.#settings = settings;
  }

  add({ result, disposition }: AttemptRecord): void {
    if (result === undefined || LEFT_OUT.has(result.outcome)) return;
    this.#attempts++;
    const times = this.#times;
    times.dialLatency.between(result.dialedAt, result.ringingAt);
    const { outcome } = result;
    if (outcome === 'busy' || outcome === 'invalid' || outcome === 'congestion' || outcome === 'rejected') {
      this.#kinds[outcome]++;
      return;
    }
    if (outcome === 'short') this.#kinds.short++;
    const machine = outcome === 'machine' || disposition?.disposition === machineDisposition;
    if (machine) {
      this.#kinds.machine++;
      times.machineRing.between(result.ringingAt, result.answeredAt);
    } else if (outcome === 'connected' || outcome === 'abandoned') {
      this.#kinds.answer++;
      times.ring.between(result.ringingAt, result.answeredAt);
    }
    if (outcome !== 'connected') return;
    (machine ? times.machineTalk : times.talk).between(result.connectedAt, result.endedAt);
    // Without a word of the agent the reaper ended the wrap-up: that is not how long people write.
    if (disposition === undefined || disposition.disposition === noDisposition) return;
    (machine ? times.machineWrapUp : times.wrapUp).between(result.endedAt, disposition.at);
    if (machine) return;
    this.#said.count++;
    if (disposition.success) this.#said.success++;
    else if (this.#settings.optOutDispositions.includes(disposition.disposition)) this.#said.optOut++;
    else if (disposition.disposition === CALLBACK_DISPOSITION) this.#said.callback++;
  }

  result(contactsLeft: number): MeasuredCampaign {
    const share = (count: number, of: number): number => (of === 0 ? 0 : count / of);
    const shares = <K extends string>(counts: Readonly<Record<K, number>>, of: number): Record<K, number> =>
      Object.fromEntries(
        Object.entries<number>(counts).map(([name, count]) => [name, share(count, of)]),
      ) as Record<K, number>;
    const { count, ...said } = this.#said;
    const {
      ringSeconds,
      answerWaitMilliseconds,
      wrapUpSeconds,
      maximumTalkSeconds,
      retry,
      maximumAttempts,
      attemptsPerDay,
      pacing,
    } = this.#settings;
    return {
      campaignId: this.#settings.id,
      campaign: {
        ringSeconds,
        answerWaitMilliseconds,
        wrapUpSeconds,
        maximumTalkSeconds,
        retry,
        maximumAttempts,
        attemptsPerDay,
        pacing,
      },
      contactsLeft,
      attempts: this.#attempts,
      rates: shares(this.#kinds, this.#attempts),
      times: {
        dialLatency: this.#times.dialLatency.result(),
        ring: this.#times.ring.result(),
        machineRing: this.#times.machineRing.result(),
        talk: this.#times.talk.result(),
        machineTalk: this.#times.machineTalk.result(),
        wrapUp: this.#times.wrapUp.result(),
        machineWrapUp: this.#times.machineWrapUp.result(),
      },
      dispositions: { count, ...shares(said, count) },
    };
  }
}
