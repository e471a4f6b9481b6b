/**
 * The predictive method: add a call while the chance that nobody is free when it answers stays under a
 * threshold, and steer the threshold so that the abandoned share of answers meets the target.
 */
import { AnswerRatio } from './answer-rate.js';
import { AttemptLog, type TrackedAttempt } from './attempts.js';
import { type Clipped, clip, readyForOutbound } from './clip.js';
import { type ControllerTuning, controllerDefaults, ThresholdController } from './controller.js';
import { LookAhead } from './look-ahead.js';
import { type CommonOptions, commonOptions, inRange } from './options.js';
import { RingModel } from './ring-model.js';
import { DurationModel } from './survival.js';
import type {
  Pacer,
  PacerOptions,
  PacingEvent,
  PacingExplanation,
  PacingId,
  PacingSnapshot,
} from './types.js';

/** Seconds between two computations of the tables, at the start and later. */
const REBUILD_EARLY = 10;
const REBUILD_LATER = 30;

interface TrackedAgent {
  state: 'talk' | 'wrap' | 'other';
  since: number;
  /** Ring bin of the call's answer, for its disposition; -1 when not known. */
  answerBin: number;
}

export class PredictivePacer implements Pacer {
  readonly name = 'predictive';
  readonly #options: CommonOptions;
  readonly #ring = new RingModel();
  readonly #talk: DurationModel;
  readonly #wrap: DurationModel;
  readonly #rate: AnswerRatio;
  readonly #attempts = new AttemptLog();
  readonly #agents = new Map<PacingId, TrackedAgent>();
  readonly #lookAhead = new LookAhead();
  readonly #controller: ThresholdController;
  readonly #last: Clipped = { lines: 0, limit: 'agents' };
  readonly #errors = { answer: 0, ends: 0 };
  #target: number;
  #wait: number;
  #rebuildAt = Number.NEGATIVE_INFINITY;
  #firstAt = Number.NaN;
  #decideAt = Number.NEGATIVE_INFINITY;
  #at: number | null = null;
  #threshold = 0;
  #risk = 0;
  #seen = { ready: 0, talking: 0, wrap: 0, inFlight: 0, waiting: 0 };

  constructor(options: PacerOptions, tuning: ControllerTuning = controllerDefaults) {
    this.#options = commonOptions(options);
    this.#target = this.#options.targetAbandonRatio;
    this.#wait = Math.max(0, this.#options.answerWait - this.#options.handover);
    this.#talk = new DurationModel(inRange('talkSeconds', options.talkSeconds, 90, 1, 7200));
    this.#wrap = new DurationModel(inRange('wrapSeconds', options.wrapSeconds, 15, 0.1, 7200));
    this.#rate = new AnswerRatio(inRange('answerRate', options.answerRate, 0.35, 0.005, 0.95), 12, false);
    this.#controller = new ThresholdController(tuning);
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
        this.#ring.rang(e.t - attempt.placedAt);
        break;
      }
      case 'answered': {
        const attempt = this.#attempts.get(e.id);
        if (!attempt || attempt.answered >= 0) break;
        const rang = attempt.ringingAt >= 0;
        attempt.answerBin = this.#ring.answer(e.t - (rang ? attempt.ringingAt : attempt.placedAt), rang);
        attempt.answered = 1;
        this.#settle(e.t);
        break;
      }
      case 'machine':
      case 'failed': {
        const attempt = this.#attempts.get(e.id);
        if (!attempt) break;
        this.#attempts.close(e.id);
        if (attempt.answered >= 0) break;
        attempt.answered = 0;
        if (attempt.ringingAt >= 0) this.#ring.end(e.t - attempt.ringingAt);
        else if (this.#ring.ringsUnseen) this.#ring.end(e.t - attempt.placedAt);
        else this.#ring.fail(e.t - attempt.placedAt);
        this.#settle(e.t);
        break;
      }
      case 'shed': {
        const attempt = this.#attempts.get(e.id);
        if (!attempt) break;
        this.#attempts.close(e.id);
        if (attempt.answered >= 0) break;
        attempt.answered = 0;
        this.#settle(e.t);
        break;
      }
      case 'connected':
        this.#controller.connected(this.#personShare(e.id));
        break;
      case 'abandoned':
        this.#controller.abandoned(this.#personShare(e.id), this.#target);
        this.#attempts.close(e.id);
        break;
      case 'hungup':
        this.#attempts.close(e.id);
        break;
      case 'agent':
        this.#agent(e.agent, e.state, e.t, e.call);
        break;
      case 'disposition': {
        const agent = e.agent === undefined ? undefined : this.#agents.get(e.agent);
        if (agent && agent.answerBin >= 0) {
          this.#ring.disposition(agent.answerBin, e.human);
          agent.answerBin = -1;
        }
        break;
      }
      default:
        break;
    }
  }

  #settle(now: number): void {
    this.#attempts.settle(now, (a: TrackedAttempt) => this.#rate.count(a.answered, 1));
  }

  #personShare(id: PacingId): number {
    const bin = this.#attempts.get(id)?.answerBin ?? -1;
    return bin >= 0 ? this.#ring.peopleShare(bin) : 1;
  }

  #agent(
    id: PacingId,
    state: 'ready' | 'reserved' | 'talk' | 'wrap' | 'out',
    t: number,
    call?: PacingId,
  ): void {
    const agent = this.#agents.get(id);
    if (agent?.state === 'talk' && state !== 'talk') {
      this.#talk.add(t - agent.since);
      if (state !== 'wrap') this.#wrap.add(0);
    } else if (agent?.state === 'wrap' && state !== 'wrap') this.#wrap.add(t - agent.since);
    if (state === 'out') {
      this.#agents.delete(id);
      return;
    }
    const next = state === 'talk' || state === 'wrap' ? state : 'other';
    if (!agent) this.#agents.set(id, { state: next, since: t, answerBin: -1 });
    else if (agent.state !== next) {
      agent.state = next;
      agent.since = t;
    }
    if (state === 'talk' && call !== undefined) {
      (this.#agents.get(id) as TrackedAgent).answerBin = this.#attempts.get(call)?.answerBin ?? -1;
      this.#attempts.close(call);
    }
  }

  #rebuild(s: PacingSnapshot): void {
    if (Number.isNaN(this.#firstAt)) this.#firstAt = s.now;
    this.#rebuildAt = s.now + (s.now - this.#firstAt < 300 ? REBUILD_EARLY : REBUILD_LATER);
    const agents = s.agentsTotal;
    this.#rate.setMemory(agents);
    this.#ring.setMemory(agents);
    this.#talk.setMemory(agents);
    this.#wrap.setMemory(agents);
    this.#ring.rebuild();
    this.#talk.rebuild(s.talkingSince, s.now);
    this.#wrap.rebuild(s.wrapSince, s.now);
    this.#lookAhead.rebuild(
      { ring: this.#ring, talk: this.#talk, wrap: this.#wrap },
      this.#rate.value,
      this.#wait,
    );
  }

  callsToPlace(s: PacingSnapshot): number {
    this.#target = s.targetAbandonRatio ?? this.#options.targetAbandonRatio;
    this.#wait = Math.max(0, this.#options.answerWait - (s.handover ?? this.#options.handover));
    const ready = readyForOutbound(s);
    const size = s.agentsTotal + s.inFlightCount;
    if (s.now < this.#decideAt) return 0;
    this.#decideAt = s.now + (size < 60 ? 0 : size < 1500 ? 0.2 : 0.45);
    if (s.now >= this.#rebuildAt) this.#rebuild(s);
    this.#at = s.now;
    const seen = this.#seen;
    seen.ready = ready;
    seen.talking = s.agentsTalking;
    seen.wrap = s.agentsWrap;
    seen.inFlight = s.inFlightCount;
    seen.waiting = s.waitingAnswered;
    const sure = Math.max(0, ready - s.inFlightCount - s.waitingAnswered);
    if (this.#target <= 0 || s.agentsTotal === 0) return clip(sure, 'agents', s, this.#last);
    this.#threshold = this.#controller.threshold(s.agentsTotal, this.#target);
    this.#lookAhead.setAnswerRate(this.#rate.value);
    this.#errors.answer = this.#rate.relativeError;
    this.#errors.ends = 1 / Math.sqrt(this.#talk.ends + 4);
    const state = { ready, waiting: s.waitingAnswered };
    const lines = this.#decide(s, state, sure);
    return clip(lines, 'abandon', s, this.#last);
  }

  #decide(s: PacingSnapshot, state: { ready: number; waiting: number }, sure: number): number {
    const look = this.#lookAhead;
    const threshold = this.#threshold;
    look.load(s, state, null, this.#errors);
    let n = 0;
    if (look.exact) {
      for (;;) {
        if (look.room === 0) {
          look.load(s, state, null, this.#errors, 4 * n + 8);
          for (let i = 0; i < n; i++) look.addExact();
        }
        this.#risk = look.exactRisk();
        if (this.#risk >= threshold || n >= 2000) return n;
        look.addExact();
        n++;
      }
    }
    n = sure;
    this.#risk = look.normalRisk(n);
    if (this.#risk >= threshold) return n;
    let low = n;
    let step = 1;
    while (look.normalRisk(low + step) < threshold && step < 1e6) {
      low += step;
      step *= 2;
    }
    let high = low + step;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (look.normalRisk(middle) < threshold) low = middle;
      else high = middle;
    }
    return high;
  }

  explain(): PacingExplanation {
    const { lines, limit } = this.#last;
    const { ready, talking, wrap, inFlight, waiting } = this.#seen;
    const answerRate = this.#rate.value;
    return {
      pacer: this.name,
      at: this.#at,
      lines,
      limit,
      inputs: {
        agentsReady: ready,
        agentsTalking: talking,
        agentsWrap: wrap,
        inFlight,
        waitingAnswered: waiting,
        targetAbandonRatio: this.#target,
      },
      estimates: {
        answerRate,
        talkSeconds: this.#talk.mean(),
        wrapSeconds: this.#wrap.mean(),
        risk: this.#risk,
        threshold: this.#threshold,
      },
      text: `${lines} lines: the chance that one more answer finds no agent is ${percent(this.#risk)}, allowed ${percent(this.#threshold)} for a target of ${percent(this.#target)} abandoned; ${ready} agents ready, ${talking + wrap} busy, ${inFlight} lines in flight, ${waiting} customers waiting, answer rate ${percent(answerRate)}; limited by ${limit}`,
    };
  }
}

function percent(x: number): string {
  return `${(100 * x).toFixed(x < 0.1 ? 2 : 1)} %`;
}
