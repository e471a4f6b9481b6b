/**
 * The people behind the numbers. What happens to a call is a pure function of the seed, the number and how often
 * the number was called before, so a run repeats itself whatever else goes on around it.
 */
import { type Sampler, sampler } from './distributions.js';
import { hashText, mixWord, RandomStream } from './random.js';
import type { PeopleScenario, Scenario } from './scenario.js';

export type CalleeKind =
  | 'human'
  | 'machine'
  /** A call screening assistant, behind which a person may take the call. */
  | 'screened'
  | 'busy'
  | 'invalid'
  | 'congestion'
  | 'rejected'
  | 'announcement'
  | 'short'
  | 'instant'
  | 'no-answer';

/** The course of one call as the far end will have it. Times are whole milliseconds; infinite means never. */
export interface CallPlan {
  readonly kind: CalleeKind;
  /** What the far end first lets know: it rings, plays an announcement, or nothing. */
  readonly signal: 'ringing' | 'announcement' | 'none';
  /** From the originate to the signal. */
  readonly signalAfter: number;
  /** From the originate to the answer. */
  readonly answerAfter: number;
  /** From the originate to the far end's refusal, when it is not answered. */
  readonly refuseAfter: number;
  /** From the answer until the far end hangs up, come what may. */
  readonly stay: number;
  /** From the answer until the far end hangs up when it was not bridged. */
  readonly patience: number;
  /** From the bridge until the far end hangs up. */
  readonly talk: number;
  /** From the start of a message to the opt-out key. */
  readonly keyAfter: number;
  /** From the end of a call that was missed until the person rings the number that it showed; infinite: never. */
  readonly callBackAfter: number;
  /** How the far end ends it: the cause and SIP status of a refusal, or of its hang-up. */
  readonly cause: string;
  readonly sipStatus: number;
  /** What machine detection says with the answer; empty when it is off. */
  readonly detected: 'human' | 'machine' | '';
}

const NEVER = Number.POSITIVE_INFINITY;

/** One stream for each question about a call, so that a change to one answer leaves the others as they were. */
const FATE = 1;
const LATENCY = 2;
const RING = 3;
const TALK = 4;
const PATIENCE = 5;
const KEY = 6;
const DETECTION = 7;
const NUMBER = 8;
const SCREENING = 9;
const CALL_BACK = 10;
const BACK_TALK = 11;
const BACK_PATIENCE = 12;
const BACK_KEY = 13;

/** How the far end ends a call of each kind. */
const ENDINGS: Readonly<Record<CalleeKind, { readonly cause: string; readonly sipStatus: number }>> = {
  human: { cause: 'NORMAL_CLEARING', sipStatus: 200 },
  machine: { cause: 'NORMAL_CLEARING', sipStatus: 200 },
  screened: { cause: 'NORMAL_CLEARING', sipStatus: 200 },
  short: { cause: 'NORMAL_CLEARING', sipStatus: 200 },
  instant: { cause: 'NORMAL_CLEARING', sipStatus: 200 },
  busy: { cause: 'USER_BUSY', sipStatus: 486 },
  invalid: { cause: 'UNALLOCATED_NUMBER', sipStatus: 404 },
  congestion: { cause: 'NORMAL_CIRCUIT_CONGESTION', sipStatus: 503 },
  rejected: { cause: 'CALL_REJECTED', sipStatus: 603 },
  announcement: { cause: 'NO_USER_RESPONSE', sipStatus: 408 },
  'no-answer': { cause: 'NO_ANSWER', sipStatus: 480 },
};

export class People {
  readonly #people: PeopleScenario;
  readonly #detection: Scenario['trunk']['machineDetection'];
  readonly #seed: number;
  readonly #stream = new RandomStream(0, 0, 0);
  readonly #sample: Readonly<Record<SampledTime, Sampler>>;
  /** Kinds other than the human, with the upper end of their share of what humans leave. */
  readonly #others: readonly (readonly [CalleeKind, number])[];

  constructor(scenario: Pick<Scenario, 'people' | 'trunk'>, seed: string) {
    const { people } = scenario;
    this.#people = people;
    this.#detection = scenario.trunk.machineDetection;
    this.#seed = hashText(seed);
    this.#sample = {
      dialLatency: sampler(people.dialLatency),
      failureDelay: sampler(people.failureDelay),
      ring: sampler(people.ring),
      machineRing: sampler(people.machineRing),
      screeningRing: sampler(people.screeningRing),
      screeningTalk: sampler(people.screeningTalk),
      rejectedRing: sampler(people.rejectedRing),
      talk: sampler(people.talk),
      machineTalk: sampler(people.machineTalk),
      machineStay: sampler(people.machineStay),
      patience: sampler(people.patience),
      optOutKeyDelay: sampler(people.optOutKeyDelay),
      callBackDelay: sampler(people.callBackDelay),
      callBackWait: sampler(people.callBackWait),
    };
    let end = 0;
    this.#others = (
      [
        ['machine', people.machineRate],
        ['screened', people.screeningRate],
        ['busy', people.busyRate],
        ['invalid', people.invalidRate],
        ['congestion', people.congestionRate],
        ['rejected', people.rejectedRate],
        ['announcement', people.announcementRate],
        ['short', people.shortRate],
        ['instant', people.instantRate],
      ] as const
    ).map(([kind, rate]) => {
      end += rate;
      return [kind, end] as const;
    });
  }

  get rules(): PeopleScenario {
    return this.#people;
  }

  /** Probability that a person answers the number at this hour (0–23). */
  answerRate(number: string, hour: number): number {
    const { answerRate, answerSpread } = this.#people;
    const rate = typeof answerRate === 'number' ? answerRate : answerRate[hour]!;
    if (answerSpread === 0 || rate <= 0 || rate >= 1) return rate;
    return this.#spread(hashText(number), rate, answerSpread);
  }

  /**
   * What becomes of a call to `number` that was called `attempt` times before, at `hour` (0–23) of the people's day.
   *
   * @param factor what the answer rate is multiplied with for the sake of the caller id
   */
  fate(number: string, attempt: number, hour: number, factor = 1): CallPlan {
    const numberHash = hashText(number);
    const kind = this.#kind(numberHash, attempt, hour, factor);
    const ending = ENDINGS[kind];
    this.#ask(numberHash, attempt, LATENCY);
    let signalAfter = milliseconds(this.#sample.dialLatency(this.#stream));
    let signal: CallPlan['signal'] = 'ringing';
    let answerAfter = NEVER;
    let refuseAfter = NEVER;
    let stay = NEVER;
    let patience = NEVER;
    let talk = NEVER;
    let keyAfter = NEVER;
    let detected: CallPlan['detected'] = '';
    switch (kind) {
      case 'human':
      case 'machine':
        this.#ask(numberHash, attempt, RING);
        answerAfter =
          signalAfter +
          milliseconds(
            kind === 'human' ? this.#sample.ring(this.#stream) : this.#sample.machineRing(this.#stream),
          );
        this.#ask(numberHash, attempt, TALK);
        talk = milliseconds(
          kind === 'human' ? this.#sample.talk(this.#stream) : this.#sample.machineTalk(this.#stream),
        );
        this.#ask(numberHash, attempt, PATIENCE);
        patience = milliseconds(
          kind === 'human' ? this.#sample.patience(this.#stream) : this.#sample.machineStay(this.#stream),
        );
        if (kind === 'human') {
          this.#ask(numberHash, attempt, KEY);
          if (this.#stream.bernoulli(this.#people.optOutKeyRate)) {
            keyAfter = milliseconds(this.#sample.optOutKeyDelay(this.#stream));
          }
        }
        if (this.#detection.enabled) {
          this.#ask(numberHash, attempt, DETECTION);
          const wrong =
            kind === 'human' ? this.#detection.falsePositiveRate : 1 - this.#detection.sensitivity;
          const right = !this.#stream.bernoulli(wrong);
          detected = (kind === 'human') === right ? 'human' : 'machine';
        }
        break;
      case 'screened': {
        this.#ask(numberHash, attempt, RING);
        answerAfter = signalAfter + milliseconds(this.#sample.screeningRing(this.#stream));
        this.#ask(numberHash, attempt, SCREENING);
        const accepts = this.#stream.bernoulli(this.#people.screeningAcceptRate);
        talk = milliseconds(this.#sample.screeningTalk(this.#stream));
        this.#ask(numberHash, attempt, TALK);
        if (accepts) talk += milliseconds(this.#sample.talk(this.#stream));
        this.#ask(numberHash, attempt, PATIENCE);
        patience = milliseconds(this.#sample.machineStay(this.#stream));
        if (this.#detection.enabled) {
          // It speaks like a machine, and is taken for one as often.
          this.#ask(numberHash, attempt, DETECTION);
          detected = this.#stream.bernoulli(this.#detection.sensitivity) ? 'machine' : 'human';
        }
        break;
      }
      case 'short':
      case 'instant':
        this.#ask(numberHash, attempt, RING);
        answerAfter = signalAfter + milliseconds(this.#sample.ring(this.#stream));
        stay = kind === 'short' ? 1000 : 0;
        if (this.#detection.enabled) detected = 'human';
        break;
      case 'rejected':
        this.#ask(numberHash, attempt, RING);
        refuseAfter = signalAfter + milliseconds(this.#sample.rejectedRing(this.#stream));
        break;
      case 'announcement':
        signal = 'announcement';
        refuseAfter = signalAfter + 4000;
        break;
      case 'no-answer':
        refuseAfter = signalAfter + milliseconds(this.#people.ringLimitSeconds);
        break;
      default:
        signal = 'none';
        refuseAfter = signalAfter + milliseconds(this.#sample.failureDelay(this.#stream));
        signalAfter = refuseAfter;
    }
    return {
      kind,
      signal,
      signalAfter,
      answerAfter,
      refuseAfter,
      stay,
      patience,
      talk,
      keyAfter,
      callBackAfter: this.#callBackAfter(numberHash, attempt),
      cause: ending.cause,
      sipStatus: ending.sipStatus,
      detected,
    };
  }

  #callBackAfter(numberHash: number, attempt: number): number {
    const { callBackRate } = this.#people;
    if (callBackRate === 0) return NEVER;
    this.#ask(numberHash, attempt, CALL_BACK);
    return this.#stream.bernoulli(callBackRate)
      ? milliseconds(this.#sample.callBackDelay(this.#stream))
      : NEVER;
  }

  /** The course of the call by which somebody answers the `attempt`-th call to their number, which they missed. */
  callBack(number: string, attempt: number): CallPlan {
    const numberHash = hashText(number);
    this.#ask(numberHash, attempt, BACK_TALK);
    const talk = milliseconds(this.#sample.talk(this.#stream));
    this.#ask(numberHash, attempt, BACK_PATIENCE);
    const patience = milliseconds(this.#sample.callBackWait(this.#stream));
    this.#ask(numberHash, attempt, BACK_KEY);
    const presses = this.#stream.bernoulli(this.#people.optOutKeyRate);
    return {
      kind: 'human',
      signal: 'none',
      signalAfter: 0,
      answerAfter: 0,
      refuseAfter: NEVER,
      stay: NEVER,
      patience,
      talk,
      keyAfter: presses ? milliseconds(this.#sample.optOutKeyDelay(this.#stream)) : NEVER,
      callBackAfter: NEVER,
      ...ENDINGS.human,
      detected: '',
    };
  }

  #kind(numberHash: number, attempt: number, hour: number, factor: number): CalleeKind {
    const { answerRate, answerSpread } = this.#people;
    let rate = typeof answerRate === 'number' ? answerRate : answerRate[hour]!;
    let scale = 1;
    if (answerSpread > 0 && rate > 0 && rate < 1) {
      const own = this.#spread(numberHash, rate, answerSpread);
      // The other kinds keep their proportions in what the number leaves them.
      scale = (1 - own) / (1 - rate);
      rate = own;
    }
    if (factor !== 1 && rate < 1) {
      const own = Math.min(1, rate * factor);
      scale *= (1 - own) / (1 - rate);
      rate = own;
    }
    this.#ask(numberHash, attempt, FATE);
    const draw = this.#stream.uniform();
    if (draw < rate) return 'human';
    const rest = (draw - rate) / scale;
    for (const [kind, end] of this.#others) if (rest < end) return kind;
    return 'no-answer';
  }

  /** The number's own answer rate: beta distributed about the mean, as a quotient of gammas. */
  #spread(numberHash: number, mean: number, deviation: number): number {
    const weight = Math.max(0.5, (mean * (1 - mean)) / (deviation * deviation) - 1);
    this.#ask(numberHash, 0, NUMBER);
    const yes = this.#stream.gamma(mean * weight, 1 / Math.sqrt(mean * weight));
    const no = this.#stream.gamma((1 - mean) * weight, 1 / Math.sqrt((1 - mean) * weight));
    return yes / (yes + no);
  }

  #ask(numberHash: number, attempt: number, question: number): void {
    this.#stream.reseed(this.#seed ^ mixWord(numberHash), mixWord(numberHash + question), attempt);
  }
}

type SampledTime =
  | 'dialLatency'
  | 'failureDelay'
  | 'ring'
  | 'machineRing'
  | 'screeningRing'
  | 'screeningTalk'
  | 'rejectedRing'
  | 'talk'
  | 'machineTalk'
  | 'machineStay'
  | 'patience'
  | 'optOutKeyDelay'
  | 'callBackDelay'
  | 'callBackWait';

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
