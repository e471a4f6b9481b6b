/**
 * The KPIs of a campaign, each with its numerator, denominator and unit, and the counts they are made of. All counts are
 * recountable from the attempts.
 */

/** What attempts add up to. */
export interface KpiCounts {
  /** Attempts charged to a contact: dialled, whatever came of it. */
  attempts: number;
  /** Answered, and not by something known to be a machine. */
  answers: number;
  machines: number;
  /** Put through to an agent, machines taken out. */
  connected: number;
  /** Right-party contacts: put through, and neither a machine nor a wrong number. */
  contacts: number;
  successes: number;
  refusals: number;
  optOuts: number;
  complaints: number;
  /** Live answers not put through in time. */
  abandoned: number;
  wrongNumbers: number;
  /** Numbers that do not exist. */
  invalidNumbers: number;
  /** Conversations shorter than SHORT_CALL_SECONDS. */
  shortCalls: number;
  talkSeconds: number;
  /** Talk and wrap-up. */
  handleSeconds: number;
  /** Sum of the squares of each call's talk and wrap-up, for their spread. */
  handleSecondsSquared: number;
  /** Attempts made for a promised callback, and those of them within its grace. */
  callbacks: number;
  callbacksKept: number;
}

/** A conversation shorter than this is a short call. */
export const SHORT_CALL_SECONDS = 10;

export function emptyKpiCounts(): KpiCounts {
  return {
    attempts: 0,
    answers: 0,
    machines: 0,
    connected: 0,
    contacts: 0,
    successes: 0,
    refusals: 0,
    optOuts: 0,
    complaints: 0,
    abandoned: 0,
    wrongNumbers: 0,
    invalidNumbers: 0,
    shortCalls: 0,
    talkSeconds: 0,
    handleSeconds: 0,
    handleSecondsSquared: 0,
    callbacks: 0,
    callbacksKept: 0,
  };
}

export function addKpiCounts(into: KpiCounts, more: Readonly<KpiCounts>): void {
  // Field by field: it is done for every attempt.
  into.attempts += more.attempts;
  into.answers += more.answers;
  into.machines += more.machines;
  into.connected += more.connected;
  into.contacts += more.contacts;
  into.successes += more.successes;
  into.refusals += more.refusals;
  into.optOuts += more.optOuts;
  into.complaints += more.complaints;
  into.abandoned += more.abandoned;
  into.wrongNumbers += more.wrongNumbers;
  into.invalidNumbers += more.invalidNumbers;
  into.shortCalls += more.shortCalls;
  into.talkSeconds += more.talkSeconds;
  into.handleSeconds += more.handleSeconds;
  into.handleSecondsSquared += more.handleSecondsSquared;
  into.callbacks += more.callbacks;
  into.callbacksKept += more.callbacksKept;
}

export type KpiId =
  | 'answer-rate'
  | 'contact-rate'
  | 'success-rate'
  | 'refusal-rate'
  | 'opt-out-rate'
  | 'complaint-rate'
  | 'abandon-rate'
  | 'average-handle-time'
  | 'short-call-rate'
  | 'callbacks-kept'
  | 'valid-target-rate';

export interface KpiDefinition {
  readonly id: KpiId;
  readonly name: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly unit: 'share' | 'seconds';
  /** The direction that is bad; absent where neither is by itself. */
  readonly bad?: 'drop' | 'rise';
  readonly of: (counts: Readonly<KpiCounts>) => { readonly numerator: number; readonly denominator: number };
  /** Of a mean: the sum of squares of what the numerator is the sum of. */
  readonly squares?: (counts: Readonly<KpiCounts>) => number;
}

const share = (
  id: KpiId,
  name: string,
  bad: 'drop' | 'rise',
  numerator: string,
  denominator: string,
  of: (counts: Readonly<KpiCounts>) => readonly [number, number],
): KpiDefinition => ({
  id,
  name,
  bad,
  numerator,
  denominator,
  unit: 'share',
  of: (counts) => {
    const [n, d] = of(counts);
    return { numerator: n, denominator: d };
  },
});

export const KPIS: readonly KpiDefinition[] = [
  share('answer-rate', 'answer rate', 'drop', 'live answers', 'attempts', (c) => [c.answers, c.attempts]),
  share('contact-rate', 'contact rate', 'drop', 'right-party contacts', 'attempts', (c) => [
    c.contacts,
    c.attempts,
  ]),
  share('success-rate', 'success rate', 'drop', 'successes', 'right-party contacts', (c) => [
    c.successes,
    c.contacts,
  ]),
  share('refusal-rate', 'refusal rate', 'rise', 'refusals', 'right-party contacts', (c) => [
    c.refusals,
    c.contacts,
  ]),
  share('opt-out-rate', 'opt-out rate', 'rise', 'opt-outs', 'live answers', (c) => [c.optOuts, c.answers]),
  share('complaint-rate', 'complaint rate', 'rise', 'complaints', 'right-party contacts', (c) => [
    c.complaints,
    c.contacts,
  ]),
  share('abandon-rate', 'abandon rate', 'rise', 'abandoned live answers', 'live answers', (c) => [
    c.abandoned,
    c.answers,
  ]),
  {
    id: 'average-handle-time',
    name: 'average handle time',
    numerator: 'seconds of talk and wrap-up',
    denominator: 'calls put through to an agent',
    unit: 'seconds',
    of: (c) => ({ numerator: c.handleSeconds, denominator: c.connected }),
    squares: (c) => c.handleSecondsSquared,
  },
  share(
    'short-call-rate',
    'short calls',
    'rise',
    `conversations under ${SHORT_CALL_SECONDS} s`,
    'calls put through to an agent',
    (c) => [c.shortCalls, c.connected],
  ),
  share(
    'callbacks-kept',
    'callbacks kept',
    'drop',
    'callbacks dialled within their grace',
    'callbacks dialled',
    (c) => [c.callbacksKept, c.callbacks],
  ),
  share(
    'valid-target-rate',
    'valid targets',
    'drop',
    'attempts on numbers that are neither invalid nor wrong',
    'attempts',
    (c) => [c.attempts - c.invalidNumbers - c.wrongNumbers, c.attempts],
  ),
];

const byId = new Map(KPIS.map((kpi) => [kpi.id, kpi]));

export function kpiById(id: KpiId): KpiDefinition {
  const kpi = byId.get(id);
  if (kpi === undefined)
    throw new RangeError(`kpi: "${id}" is unknown, use one of ${KPIS.map((each) => each.id).join(', ')}`);
  return kpi;
}

/** What a call costs; what is absent is not counted. */
export interface Prices {
  readonly perAttempt?: number;
  readonly perTalkMinute?: number;
  /** Of agents' time spent talking and wrapping up. */
  readonly perAgentHour?: number;
}

/** Cost of one success in the prices' currency; undefined without a success or without prices. */
export function costPerSuccess(counts: Readonly<KpiCounts>, prices: Prices): number | undefined {
  if (counts.successes === 0 || Object.keys(prices).length === 0) return undefined;
  const cost =
    (prices.perAttempt ?? 0) * counts.attempts +
    (prices.perTalkMinute ?? 0) * (counts.talkSeconds / 60) +
    (prices.perAgentHour ?? 0) * (counts.handleSeconds / 3600);
  return cost / counts.successes;
}
