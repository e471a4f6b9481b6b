/**
 * VICIdial's three adaptive dial methods, re-expressed from their documented behaviour as baselines.
 *
 * One multiplier, the dial level, is all there is. Once a second the number of ready agents less waiting
 * calls is sampled; every 15 s the level moves by the average of 15 samples relative to the team, between 1
 * and the maximum; every minute today's drops are compared with the limit, and over it HARD_LIMIT falls to
 * level 1, AVERAGE halves, TAPERED shrinks with the time left today. Every 2.5 s the dial loop fills the
 * lines up to level x agents. There is no model of answer rate, ring or talk time.
 */
import { type Clipped, clip, nothingYet, readyForOutbound } from './clip.js';
import { counted, decisionText } from './explanation.js';
import { commonOptions, inRange } from './options.js';
import type {
  Pacer,
  PacerOptions,
  PacingEvent,
  PacingExplanation,
  PacingLimit,
  PacingSnapshot,
} from './types.js';

export type VicidialMethod = 'hard-limit' | 'average' | 'tapered';

const SAMPLES = 15;
const LEVEL_SECONDS = 15;
const DROP_SECONDS = 60;
const DIAL_SECONDS = 2.5;
/** Calls before today's drop percentage is looked at, and of a minute before its own is. */
const CALLS_TODAY = 50;
const CALLS_MINUTE = 20;
const DAY = 86_400;

/** Mean of the last samples of a count. */
class MovingAverage {
  readonly #values: number[] = [];
  add(value: number): void {
    this.#values.push(value);
    if (this.#values.length > SAMPLES) this.#values.shift();
  }
  get mean(): number {
    return this.#values.reduce((sum, v) => sum + v, 0) / Math.max(1, this.#values.length);
  }
}

/** Calls, drops and human answers of a period. */
interface Counts {
  calls: number;
  drops: number;
  answers: number;
}

const noCounts = (): Counts => ({ calls: 0, drops: 0, answers: 0 });

export class VicidialPacer implements Pacer {
  readonly name: string;
  readonly #method: VicidialMethod;
  readonly #dropPercent: number;
  readonly #maximumLevel: number;
  readonly #intensity: number;
  readonly #difference: number;
  readonly #availableOnly: boolean;
  readonly #latest: number | undefined;
  readonly #ready = new MovingAverage();
  readonly #waiting = new MovingAverage();
  readonly #team = new MovingAverage();
  readonly #last: Clipped = nothingYet('agents');
  #level: number;
  #today = noCounts();
  #minute = noCounts();
  #day = Number.NaN;
  #startedAt = Number.NaN;
  #sampleAt = Number.NEGATIVE_INFINITY;
  #levelAt = Number.NEGATIVE_INFINITY;
  #dropsAt = Number.NEGATIVE_INFINITY;
  #dialAt = Number.NEGATIVE_INFINITY;
  #lastMinute = noCounts();
  #at: number | null = null;
  #seen = { ready: 0, live: 0 };
  #overLimit = false;

  constructor(method: VicidialMethod, options: PacerOptions) {
    this.name = `vicidial-${method}`;
    this.#method = method;
    const { targetAbandonRatio } = commonOptions(options);
    this.#dropPercent = inRange('dropPercent', options.dropPercent, 100 * targetAbandonRatio, 0, 100);
    this.#maximumLevel = inRange('maximumLevel', options.maximumLevel, 3, 1, 100);
    this.#level = inRange('startLevel', options.startLevel, 1, 0, 100);
    this.#intensity = inRange('intensity', options.intensity, 0, -40, 40) / 100;
    this.#difference = inRange('levelDifferenceTarget', options.levelDifferenceTarget, 0, -1000, 1000);
    this.#availableOnly = options.availableOnly ?? false;
    this.#latest = options.latestServerTime;
  }

  observe(e: PacingEvent): void {
    switch (e.type) {
      case 'answered':
      case 'machine':
      case 'failed':
        this.#count('calls');
        break;
      case 'abandoned':
        // A drop is a human-answered call too.
        this.#count('drops');
        this.#count('answers');
        break;
      case 'disposition':
        if (e.human) this.#count('answers');
        break;
      default:
        break;
    }
  }

  #count(what: keyof Counts): void {
    this.#today[what] += 1;
    this.#minute[what] += 1;
  }

  callsToPlace(s: PacingSnapshot): number {
    const { now } = s;
    this.#at = now;
    this.#newDay(now);
    if (now >= this.#sampleAt) {
      this.#sampleAt = now + 1;
      this.#ready.add(readyForOutbound(s));
      this.#waiting.add(s.waitingAnswered);
      this.#team.add(s.agentsTotal);
      if (now >= this.#dropsAt) {
        this.#dropsAt = now + DROP_SECONDS;
        this.#lastMinute = this.#minute;
        this.#minute = noCounts();
      }
      if (now >= this.#levelAt) {
        this.#levelAt = now + LEVEL_SECONDS;
        this.#adapt(now);
      }
    }
    if (now < this.#dialAt) return clip(0, this.#last.limit, s, this.#last);
    this.#dialAt = now + DIAL_SECONDS;
    const withAgents = s.agentsTalking + (s.agentsReserved ?? 0);
    const live = s.inFlightCount + s.waitingAnswered + withAgents;
    const ready = readyForOutbound(s);
    this.#seen = { ready, live };
    const goal = this.#availableOnly
      ? Math.round(this.#level * Math.max(0, ready + this.#difference)) + withAgents
      : Math.round(this.#level * Math.max(0, ready + withAgents + this.#difference));
    const limit: PacingLimit = this.#overLimit ? 'abandon' : 'agents';
    return clip(goal - live, limit, s, this.#last);
  }

  #newDay(now: number): void {
    const day = Math.floor(now / DAY);
    if (day === this.#day) return;
    this.#day = day;
    this.#startedAt = now;
    this.#dropsAt = now;
    this.#levelAt = now + LEVEL_SECONDS;
    this.#today = noCounts();
    this.#minute = noCounts();
    this.#lastMinute = noCounts();
  }

  #adapt(now: number): void {
    const team = this.#team.mean;
    if (!(team > 0)) return;
    const change = (this.#ready.mean - this.#waiting.mean + this.#difference) / team;
    const factor = change > 0 ? 1 + this.#intensity : Math.abs(this.#intensity - 1);
    let level = Math.min(this.#maximumLevel, Math.max(1, this.#level * (1 + change * factor)));
    const { calls, drops } = this.#lastMinute;
    if (calls > CALLS_MINUTE && drops > 0.5 * calls) level /= 2;
    const today = this.#today;
    this.#overLimit =
      today.calls > CALLS_TODAY && 100 * today.drops > this.#dropPercent * Math.max(1, today.answers);
    if (this.#overLimit) {
      if (this.#method === 'hard-limit') level = 1;
      else if (this.#method === 'average') level /= 2;
      else level *= this.#taper(now);
    }
    this.#level = Math.max(1, level);
  }

  /** Time left until the latest server time, as hours and minutes read like a number, over 1000. */
  #taper(now: number): number {
    const latest = this.#latest ?? this.#startedAt + DAY / 2;
    const left = Math.max(0, latest - now);
    const hours = Math.floor(left / 3600);
    return Math.min(1, (100 * hours + Math.floor((left - 3600 * hours) / 60)) / 1000);
  }

  limitingFactor(): PacingLimit {
    return this.#last.limit;
  }

  explain(): PacingExplanation {
    const { lines, limit } = this.#last;
    const { drops, answers, calls } = this.#today;
    const percent = answers > 0 ? (100 * drops) / answers : 0;
    return {
      pacer: this.name,
      at: this.#at,
      lines,
      limit,
      inputs: { agentsReady: this.#seen.ready, live: this.#seen.live, callsToday: calls, dropsToday: drops },
      estimates: { level: this.#level, dropPercentToday: percent, dropPercentLimit: this.#dropPercent },
      text: decisionText(
        this.#last,
        `dial level ${this.#level.toFixed(2)}`,
        `${counted(this.#seen.ready, 'agent')} ready, ${counted(this.#seen.live, 'call')} live, ${percent.toFixed(2)} % dropped today against ${this.#dropPercent} %`,
      ),
    };
  }
}
