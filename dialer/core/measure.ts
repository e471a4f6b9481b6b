/**
 * Measures attempts: counts over all, by segment, and in blocks of five minutes. Gates, the watch's baseline, KPI views
 * and reports are all made of this, so that they say the same.
 */
import { addKpiCounts, emptyKpiCounts, type KpiCounts, SHORT_CALL_SECONDS } from '../kpi/kpis.js';
import {
  type AttemptResult,
  type Disposition,
  type EpochMilliseconds,
  type Intent,
  machineDisposition,
  type StageName,
  wrongNumberDisposition,
} from './model.js';

/**
 * What attempts can be told apart by. `hour` is the local hour of the called party at the dial, `00` to `23`; `call` is which
 * call to the contact it is, `1` to `4+`, or `callback`.
 */
export const DIMENSIONS = [
  'stage',
  'team',
  'tier',
  'agent',
  'script',
  'offer',
  'source',
  'caller-id',
  'trunk',
  'hour',
  'call',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Dispositions with a meaning for the counts, as the campaign has them. */
export interface MeasureRules {
  readonly optOutDispositions: readonly string[];
  readonly complaintDispositions: readonly string[];
  /** A callback dialled later than this after its time is not kept, seconds. */
  readonly callbackGraceSeconds: number;
}

export interface MeasureRequest {
  readonly campaignId: string;
  /** Absent: all stages. */
  readonly stage?: StageName;
  /** Attempts intended in `[from, to)`. */
  readonly from?: EpochMilliseconds;
  readonly to?: EpochMilliseconds;
  readonly dimensions: readonly Dimension[];
  /**
   * Blocks and segments (`call` excepted) of the first calls to contacts alone: what moves with the time of day, or differs
   * between segments, is not to be taken for what moves with the share of retries.
   */
  readonly shapeOf?: 'first-calls';
  readonly rules: MeasureRules;
}

/** Five minutes of attempts, by the time of their intent. */
export interface MeasureBlock {
  readonly at: EpochMilliseconds;
  readonly counts: KpiCounts;
}

export interface Measure {
  readonly total: KpiCounts;
  /** In order of time; blocks without an attempt are left out. */
  readonly blocks: readonly MeasureBlock[];
  /** dimension → value → counts. Attempts without a value in a dimension are left out there. */
  readonly segments: Readonly<Record<string, Readonly<Record<string, KpiCounts>>>>;
  /** disposition → count. */
  readonly dispositions: Readonly<Record<string, number>>;
  /** outcome → count, those that were never dialled included. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly intent: Intent;
  readonly result: AttemptResult;
  readonly disposition?: Disposition | undefined;
}

/** An attempt as it is found later: without a result it is still open. */
export interface PastAttempt {
  readonly intent: Intent;
  readonly result?: AttemptResult | undefined;
  readonly disposition?: Disposition | undefined;
}

export const MEASURE_BLOCK_MILLISECONDS = 300_000;
/** More values than this in one dimension are counted as `other`. */
const MAXIMUM_VALUES = 2_000;

/** What one ended attempt counts for; undefined when it was never dialled. */
export function countsOf(
  { intent, result, disposition }: EndedAttempt,
  rules: MeasureRules,
): KpiCounts | undefined {
  if (!result.charged) return undefined;
  const counts = emptyKpiCounts();
  counts.attempts = 1;
  if (result.outcome === 'invalid') counts.invalidNumbers = 1;
  const word = disposition?.disposition;
  const machine = result.outcome === 'machine' || word === machineDisposition;
  if (machine) counts.machines = 1;
  const live =
    !machine &&
    (result.outcome === 'connected' || result.outcome === 'abandoned' || result.outcome === 'short');
  if (live) counts.answers = 1;
  if (result.outcome === 'abandoned') counts.abandoned = 1;
  if (result.optedOut === true || (word !== undefined && rules.optOutDispositions.includes(word)))
    counts.optOuts = 1;
  if (result.outcome === 'connected' && !machine) {
    counts.connected = 1;
    if (word === wrongNumberDisposition) counts.wrongNumbers = 1;
    else counts.contacts = 1;
    if (disposition?.success === true) counts.successes = 1;
    if (disposition?.refusal === true) counts.refusals = 1;
    if (word !== undefined && rules.complaintDispositions.includes(word)) counts.complaints = 1;
    const talk =
      result.connectedAt === undefined ? 0 : Math.max(0, result.endedAt - result.connectedAt) / 1000;
    counts.talkSeconds = talk;
    if (talk < SHORT_CALL_SECONDS) counts.shortCalls = 1;
    counts.handleSeconds =
      talk + (disposition === undefined ? 0 : Math.max(0, disposition.at - result.endedAt) / 1000);
    counts.handleSecondsSquared = counts.handleSeconds ** 2;
  }
  if (intent.callbackAt !== undefined) {
    counts.callbacks = 1;
    if (intent.intendedAt - intent.callbackAt <= rules.callbackGraceSeconds * 1000) counts.callbacksKept = 1;
  }
  return counts;
}

/** The attempt's value in a dimension; undefined where it has none. */
export function segmentOf({ intent, result }: EndedAttempt, dimension: Dimension): string | undefined {
  switch (dimension) {
    case 'stage':
      return intent.stage;
    case 'team':
      return result.team;
    case 'tier':
      return result.tier;
    case 'agent':
      return result.agentId;
    case 'script':
      return intent.script;
    case 'offer':
      return intent.offer;
    case 'source':
      return intent.source;
    case 'caller-id':
      return intent.callerId === '' ? undefined : intent.callerId;
    case 'trunk':
      return intent.trunk;
    case 'hour':
      // Such as `Mon 08:30`.
      return intent.permit.local[0]?.slice(4, 6);
    case 'call':
      return callOf(intent);
  }
}

function callOf({ call, callbackAt }: Intent): string | undefined {
  if (callbackAt !== undefined) return 'callback';
  if (call === undefined) return undefined;
  return call < 4 ? String(call) : '4+';
}

export class Measurer {
  readonly #request: MeasureRequest;
  readonly #total = emptyKpiCounts();
  readonly #blocks = new Map<EpochMilliseconds, KpiCounts>();
  readonly #segments = new Map<Dimension, Map<string, KpiCounts>>();
  readonly #dispositions = new Map<string, number>();
  readonly #outcomes = new Map<string, number>();

  constructor(request: MeasureRequest) {
    this.#request = request;
    for (const dimension of request.dimensions) this.#segments.set(dimension, new Map());
  }

  /** Attempts of other campaigns, stages and times are passed over. */
  add(attempt: EndedAttempt): void {
    const { intent, result, disposition } = attempt;
    const { campaignId, stage, from, to, rules, shapeOf } = this.#request;
    if (intent.campaignId !== campaignId || (stage !== undefined && intent.stage !== stage)) return;
    if (from !== undefined && intent.intendedAt < from) return;
    if (to !== undefined && intent.intendedAt >= to) return;
    this.#outcomes.set(result.outcome, (this.#outcomes.get(result.outcome) ?? 0) + 1);
    if (disposition !== undefined) {
      const word = disposition.disposition;
      this.#dispositions.set(word, (this.#dispositions.get(word) ?? 0) + 1);
    }
    const counts = countsOf(attempt, rules);
    if (counts === undefined) return;
    addKpiCounts(this.#total, counts);
    const at = Math.floor(intent.intendedAt / MEASURE_BLOCK_MILLISECONDS) * MEASURE_BLOCK_MILLISECONDS;
    const shapes = shapeOf === undefined || (callOf(intent) ?? '1') === '1';
    if (shapes) addTo(this.#blocks, at, counts);
    for (const [dimension, values] of this.#segments) {
      const value = segmentOf(attempt, dimension);
      if (value === undefined || (!shapes && dimension !== 'call')) continue;
      addTo(values, values.has(value) || values.size < MAXIMUM_VALUES ? value : 'other', counts);
    }
  }

  /** Adds what was measured elsewhere: another page of the same attempts. */
  merge(part: Measure): void {
    addKpiCounts(this.#total, part.total);
    for (const { at, counts } of part.blocks) addTo(this.#blocks, at, counts);
    for (const [dimension, values] of this.#segments)
      for (const [value, counts] of Object.entries(part.segments[dimension] ?? {}))
        addTo(values, value, counts);
    for (const [word, count] of Object.entries(part.dispositions))
      this.#dispositions.set(word, (this.#dispositions.get(word) ?? 0) + count);
    for (const [outcome, count] of Object.entries(part.outcomes))
      this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + count);
  }

  result(): Measure {
    return {
      total: this.#total,
      blocks: [...this.#blocks].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, counts })),
      segments: Object.fromEntries(
        [...this.#segments].map(([dimension, values]) => [dimension, sorted(values)]),
      ),
      dispositions: sorted(this.#dispositions),
      outcomes: sorted(this.#outcomes),
    };
  }
}

function addTo<K>(table: Map<K, KpiCounts>, key: K, counts: KpiCounts): void {
  let sum = table.get(key);
  if (sum === undefined) {
    sum = emptyKpiCounts();
    table.set(key, sum);
  }
  addKpiCounts(sum, counts);
}

/** In order of the keys, so that both stores answer alike. */
function sorted<T>(table: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
}
