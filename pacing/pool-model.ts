/**
 * What the pacer has learned about a pool: answer chances, ring times, talk and wrap-up times, announced
 * ends. Fed by events, brought up to date from a snapshot every few seconds.
 */
import { AnswerRatio } from './answer-rate.js';
import { AttemptLog, type TrackedAttempt } from './attempts.js';
import { EndingModel } from './ending-model.js';
import { inRange } from './options.js';
import { RingModel } from './ring-model.js';
import { DurationModel } from './survival.js';
import type {
  AgentEvent,
  AttemptHints,
  PacerOptions,
  PacingEvent,
  PacingId,
  PacingSnapshot,
} from './types.js';

/** Ends by the network or the switch, before anybody could be rung. */
const REFUSALS: ReadonlySet<string> = new Set(['congestion', 'cancelled', 'not-dialed', 'unknown']);
/** Attempts over which refusals are remembered. */
const REFUSAL_MEMORY = 50;
/**
 * Most of the attempts that are reckoned to be refused: in a brown-out nearly all are, and whoever placed lines for
 * that would have many times too many in flight when it ends.
 */
const MOST_REFUSED = 0.3;

interface TrackedAgent {
  state: 'talk' | 'wrap' | 'other';
  since: number;
  /** Ring bin of the call's answer, for its disposition; -1 when not known. */
  answerBin: number;
  /** When the end of the call was announced; -1 when it was not. */
  endingAt: number;
}

/** An answered call came to its end: connected to an agent (or given up while one was on the way), or abandoned. */
export interface AnswerOutcome {
  readonly id: PacingId;
  readonly abandoned: boolean;
  /** Chance that a person answered, where machines are not told apart. */
  readonly person: number;
  readonly campaign: PacingId | undefined;
}

export class PoolModel {
  readonly ring = new RingModel();
  readonly talk: DurationModel;
  readonly wrap: DurationModel;
  readonly ending = new EndingModel();
  readonly #rate: AnswerRatio;
  readonly #calibration = new AnswerRatio(1, 40, true);
  readonly #attempts = new AttemptLog();
  readonly #agents = new Map<PacingId, TrackedAgent>();
  readonly #outcome: (o: AnswerOutcome) => void;
  /** Share of the latest attempts that the network refused. */
  #refused = 0;
  readonly #count = (a: TrackedAttempt) => {
    this.#refused += ((a.refused ? 1 : 0) - this.#refused) / REFUSAL_MEMORY;
    // Nobody was asked: it says nothing of who answers.
    if (a.refused) return;
    this.#rate.count(a.answered, 1);
    if (a.pHint >= 0) this.#calibration.count(a.answered, a.pHint);
  };

  constructor(options: PacerOptions, outcome: (o: AnswerOutcome) => void) {
    this.talk = new DurationModel(inRange('talkSeconds', options.talkSeconds, 90, 1, 7200));
    this.wrap = new DurationModel(inRange('wrapSeconds', options.wrapSeconds, 15, 0.1, 7200));
    this.#rate = new AnswerRatio(inRange('answerRate', options.answerRate, 0.35, 0.005, 0.95), 12, false);
    this.#outcome = outcome;
  }

  /** Mean chance that an attempt is answered. */
  get answerRate(): number {
    return this.#rate.value * this.#carried;
  }

  /** Share of attempts that get through the network. Of a brown-out only a part is believed: it may be over with the next call. */
  get #carried(): number {
    return 1 - Math.min(MOST_REFUSED, this.#refused);
  }

  get answerRateError(): number {
    return this.#rate.relativeError;
  }

  /** Observed over expected answers of attempts that came with a hint. */
  get calibration(): number {
    return this.#calibration.value;
  }

  /** An attempt's own answer chance from its hint, calibrated; negative when it has none. */
  chance(of: AttemptHints): number {
    const hint = of.pHint;
    if (hint === undefined || !(hint >= 0)) return -1;
    return Math.min(0.98, Math.max(0.002, hint * this.#calibration.value * this.#carried));
  }

  observe(e: PacingEvent): void {
    switch (e.type) {
      case 'placed':
        this.#attempts.place(e.id, e.t, e.pHint ?? -1, e.campaign);
        break;
      case 'ringing': {
        const attempt = this.#attempts.get(e.id);
        if (!attempt || attempt.ringingAt >= 0) break;
        attempt.ringingAt = e.t;
        this.ring.rang(e.t - attempt.placedAt);
        break;
      }
      case 'answered':
        this.#answered(e.id, e.t);
        break;
      case 'machine':
      case 'failed':
      case 'shed':
        this.#ended(e.id, e.t, e.type === 'shed', e.type === 'failed' && REFUSALS.has(e.kind ?? ''));
        break;
      case 'connected':
        this.#reached(e.id, false);
        break;
      case 'abandoned':
        this.#reached(e.id, true);
        this.#attempts.close(e.id);
        break;
      case 'hungup':
        // Answered and not abandoned: an agent was taken for it.
        this.#reached(e.id, false);
        this.#attempts.close(e.id);
        break;
      case 'agent':
        this.#agent(e);
        break;
      case 'ending': {
        const agent = this.#agents.get(e.agent);
        if (agent && agent.state !== 'other') agent.endingAt = e.t;
        break;
      }
      case 'disposition': {
        const agent = e.agent === undefined ? undefined : this.#agents.get(e.agent);
        if (agent && agent.answerBin >= 0) {
          this.ring.disposition(agent.answerBin, e.human);
          agent.answerBin = -1;
        }
        break;
      }
      default:
        break;
    }
  }

  #answered(id: PacingId, t: number): void {
    const attempt = this.#attempts.get(id);
    if (!attempt || attempt.answered >= 0) return;
    const rang = attempt.ringingAt >= 0;
    attempt.answerBin = this.ring.answer(t - (rang ? attempt.ringingAt : attempt.placedAt), rang);
    attempt.answered = 1;
    this.#attempts.settle(t, this.#count);
  }

  #ended(id: PacingId, t: number, released: boolean, refused: boolean): void {
    const attempt = this.#attempts.get(id);
    if (!attempt) return;
    this.#attempts.close(id);
    if (attempt.answered >= 0) return;
    attempt.answered = 0;
    attempt.refused = refused;
    // A refusal is no end that a line in flight has to reckon with.
    if (!refused) this.#unanswered(attempt, t, released);
    this.#attempts.settle(t, this.#count);
  }

  #unanswered(attempt: TrackedAttempt, t: number, released: boolean): void {
    const { ring } = this;
    const since = attempt.ringingAt >= 0 || !ring.ringsUnseen ? attempt.ringingAt : attempt.placedAt;
    if (since < 0) ring.fail(t - attempt.placedAt);
    else if (released) {
      const hinted = this.chance({ pHint: attempt.pHint });
      attempt.answered = ring.released(t - since, hinted >= 0 ? hinted : this.answerRate);
    } else ring.end(t - since);
  }

  #reached(id: PacingId, abandoned: boolean): void {
    const attempt = this.#attempts.get(id);
    const bin = attempt?.answerBin ?? -1;
    this.#outcome({
      id,
      abandoned,
      person: bin >= 0 ? this.ring.peopleShare(bin) : 1,
      campaign: attempt?.campaign,
    });
  }

  #agent({ agent: id, state, t, call }: AgentEvent): void {
    const agent = this.#agents.get(id);
    const wasTalking = agent?.state === 'talk' && state !== 'talk';
    const wasWrapping = agent?.state === 'wrap' && state !== 'wrap';
    if (agent && (wasTalking || wasWrapping)) {
      const lasted = t - agent.since;
      if (wasTalking) this.talk.add(lasted, t);
      else this.wrap.add(lasted, t);
      if (wasTalking && state !== 'wrap') this.wrap.add(0, t);
      if (state !== 'wrap') {
        this.ending.finished(agent.endingAt >= 0 ? t - agent.endingAt : -1, wasWrapping ? lasted : 0, t);
        agent.endingAt = -1;
      }
    }
    if (state === 'out') {
      this.#agents.delete(id);
      return;
    }
    const next = state === 'talk' || state === 'wrap' ? state : 'other';
    let tracked = agent;
    if (!tracked) {
      tracked = { state: next, since: t, answerBin: -1, endingAt: -1 };
      this.#agents.set(id, tracked);
    } else if (tracked.state !== next) {
      tracked.state = next;
      tracked.since = t;
    }
    if (state === 'talk' && call !== undefined) {
      tracked.answerBin = this.#attempts.get(call)?.answerBin ?? -1;
      this.#attempts.close(call);
    }
  }

  /**
   * Computes the estimates anew, with what is under way, in steps of a fraction of a millisecond, so that no
   * decision waits for all of it. `now`: the snapshot at the time of each step.
   */
  *rebuild(now: () => PacingSnapshot): Generator<void> {
    const agents = now().agentsTotal;
    this.#rate.setMemory(agents);
    this.#calibration.setMemory(agents);
    this.ring.setMemory(agents);
    this.talk.setMemory(agents);
    this.wrap.setMemory(agents);
    this.ring.rebuild();
    yield;
    this.talk.rebuild(now().talkingSince, now().now);
    yield;
    this.wrap.rebuild(now().wrapSince, now().now);
    this.ending.rebuild();
    yield;
  }
}
