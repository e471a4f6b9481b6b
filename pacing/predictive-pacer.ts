/**
 * The predictive method: add a call while the chance that nobody is free when it answers stays under a
 * threshold, and steer the threshold so that the abandoned share of answers meets the target.
 */
import { CampaignTrim } from './campaign-trim.js';
import { type Clipped, clip, readyForOutbound } from './clip.js';
import { type ControllerTuning, controllerDefaults, ThresholdController } from './controller.js';
import { LeadChoice } from './lead-choice.js';
import { EXACT_UP_TO, LookAhead, type LookAheadInput } from './look-ahead.js';
import { type CommonOptions, commonOptions } from './options.js';
import { type AnswerOutcome, PoolModel } from './pool-model.js';
import { Shedder } from './shedder.js';
import type {
  HopperLead,
  InFlightAttempt,
  Pacer,
  PacerOptions,
  PacingEvent,
  PacingExplanation,
  PacingId,
  PacingLimit,
  PacingPicks,
  PacingSnapshot,
} from './types.js';

/** Answer times at which a new call's risk is taken; each stands for an equal share of the answers. */
const GRID_POINTS = 12;
/** Seconds between two computations of the tables, at the start and later. */
const REBUILD_EARLY = 10;
const REBUILD_LATER = 30;
const EARLY = 300;
/** Agents up to which contacts are chosen by the moment's risk: larger teams always dial at the threshold. */
const CHOICE_UP_TO = 30;
/** Limits under which fewer lines were placed than the threshold allowed. */
const heldBack: ReadonlySet<PacingLimit> = new Set(['channels', 'cps', 'hopper', 'blind']);
/** Most lines that one decision adds. */
const MOST_LINES = 100_000;

/**
 * Seconds between two decisions. Small teams decide whenever something has happened, as each ready agent
 * counts; large ones a few times a second, which was never seen to cost anything.
 */
function cadence(size: number, happened: boolean): number {
  if (size < 150) return happened ? 0 : 0.4;
  return size < 1500 ? 0.2 : 0.45;
}

export interface PredictiveTuning {
  readonly controller: ControllerTuning;
  /** Chance of no agent above which a ringing call is released; undefined: by team size. */
  readonly shedAbove?: number;
  readonly choice?: boolean;
}

export class PredictivePacer implements Pacer {
  readonly name = 'predictive';
  readonly #options: CommonOptions;
  readonly #model: PoolModel;
  readonly #lookAhead = new LookAhead(GRID_POINTS);
  readonly #controller: ThresholdController;
  readonly #trim = new CampaignTrim();
  readonly #choice = new LeadChoice();
  readonly #shedder: Shedder | null;
  readonly #choose: boolean;
  readonly #last: Clipped = { lines: 0, limit: 'agents' };
  readonly #chanceOf = (call: InFlightAttempt) => this.#model.chance(call);
  #target: number;
  #rebuildAt = Number.NEGATIVE_INFINITY;
  #firstAt = Number.NaN;
  #decidedAt = Number.NEGATIVE_INFINITY;
  /** Something other than the start of a call has happened since the last decision. */
  #happened = true;
  /** Calls come with chances of their own; the caller asks for calls to release. */
  #hinted = false;
  #shedding = false;
  #at: number | null = null;
  #threshold = 0;
  #risk = 0;
  #seen = { ready: 0, talking: 0, wrap: 0, inFlight: 0, waiting: 0 };

  constructor(options: PacerOptions, tuning: PredictiveTuning = { controller: controllerDefaults }) {
    this.#options = commonOptions(options);
    this.#target = this.#options.targetAbandonRatio;
    this.#model = new PoolModel(options, (o) => this.#steer(o));
    this.#controller = new ThresholdController(tuning.controller);
    this.#shedder = options.shed === false ? null : new Shedder(tuning.shedAbove);
    this.#choose = tuning.choice ?? true;
  }

  observe(e: PacingEvent): void {
    if (e.type === 'placed') {
      if (e.pHint !== undefined) this.#hinted = true;
    } else if (e.type !== 'ringing') this.#happened = true;
    this.#model.observe(e);
  }

  #steer({ abandoned, person, campaign }: AnswerOutcome): void {
    // Where something else holds the lines back, too few abandons say nothing about the threshold.
    if (!abandoned && heldBack.has(this.#last.limit)) return;
    this.#controller.count(abandoned, person);
    if (campaign !== undefined) this.#trim.count(campaign, abandoned, person, this.#target);
  }

  /** Brings target, tables and estimates up to date. */
  #prepare(s: PacingSnapshot): void {
    this.#target = s.targetAbandonRatio ?? this.#options.targetAbandonRatio;
    if (s.now >= this.#rebuildAt) {
      if (Number.isNaN(this.#firstAt)) this.#firstAt = s.now;
      this.#rebuildAt = s.now + (s.now - this.#firstAt < EARLY ? REBUILD_EARLY : REBUILD_LATER);
      const model = this.#model;
      model.rebuild(s);
      const wait = Math.max(0, this.#options.answerWait - (s.handover ?? this.#options.handover));
      this.#lookAhead.rebuild(model, this.#cautiousRate(s), wait, model.ring.answerTimes(GRID_POINTS));
      this.#shedder?.rebuild(wait);
    }
    this.#lookAhead.setAnswerRate(this.#cautiousRate(s));
  }

  /**
   * The answer rate to forecast with. Too low a rate costs more abandons than too high a one spares, the more
   * so the less is known: small teams add for the variance of the estimate, large ones have it in that of
   * their forecast.
   */
  #cautiousRate(s: PacingSnapshot): number {
    const { answerRate, answerRateError } = this.#model;
    if (s.agentsTotal + s.inFlightCount > EXACT_UP_TO) return answerRate;
    return Math.min(0.97, answerRate * (1 + Math.min(0.5, 2 * answerRateError ** 2)));
  }

  #input(s: PacingSnapshot): LookAheadInput {
    return {
      snapshot: s,
      ready: readyForOutbound(s),
      chanceOf: this.#hinted ? this.#chanceOf : null,
      answerError: this.#model.answerRateError,
      endError: 1 / Math.sqrt(this.#model.talk.ends + 4),
    };
  }

  callsToShed(s: PacingSnapshot): PacingId[] {
    if (!this.#shedder || s.blind) return [];
    this.#shedding = true;
    if (s.inFlightCount === 0) return [];
    this.#prepare(s);
    if (this.#target <= 0) return [];
    const minRing = s.minRing ?? this.#options.minRing;
    return this.#shedder.select(this.#input(s), this.#model, minRing);
  }

  callsToPlace(s: PacingSnapshot): number | PacingPicks {
    const since = s.now - this.#decidedAt;
    // A clock that went back decides at once.
    if (since >= 0 && since < cadence(s.agentsTotal + s.inFlightCount, this.#happened)) return 0;
    this.#decidedAt = s.now;
    this.#happened = false;
    this.#at = s.now;
    this.#prepare(s);
    const ready = readyForOutbound(s);
    this.#seen = {
      ready,
      talking: s.agentsTalking,
      wrap: s.agentsWrap,
      inFlight: s.inFlightCount,
      waiting: s.waitingAnswered,
    };
    // With nothing left to spend, or nobody there, one line per ready agent is what abandons nobody.
    const sure = Math.max(0, ready - s.inFlightCount - s.waitingAnswered);
    if (this.#target <= 0 || s.agentsTotal === 0 || s.blind) {
      this.#threshold = 0;
      this.#risk = 0;
      return clip(sure, 'agents', s, this.#last);
    }
    this.#threshold = this.#controller.threshold(s.agentsTotal, this.#target, this.#allowance(s));
    const hopper = s.hopper;
    const first = hopper?.[0];
    if (hopper && first && (first.pHint !== undefined || first.campaign !== undefined)) {
      return this.#pick(s, hopper);
    }
    const lines = this.#count(s, sure);
    const placed = clip(lines, 'abandon', s, this.#last);
    // Cut by the calls-per-second limit: the next call may go out before the next decision is due.
    if (this.#last.limit === 'cps') this.#decidedAt = Number.NEGATIVE_INFINITY;
    return placed;
  }

  /**
   * How much more the threshold may be from the start, by simulation: a fifth where calls are told apart, and
   * the more the larger the share of answers that come late enough for their calls to be released instead.
   */
  #allowance(s: PacingSnapshot): number {
    const minRing = s.minRing ?? this.#options.minRing;
    const released = this.#shedding ? 1 + 2.5 * this.#model.ring.answeredAfter(minRing) : 1;
    return released * (this.#hinted ? 1.2 : 1);
  }

  /** Number of calls of the mean answer chance to add. */
  #count(s: PacingSnapshot, sure: number): number {
    const look = this.#lookAhead;
    const threshold = this.#threshold;
    const input = this.#input(s);
    look.load(input);
    if (look.exact) {
      let n = 0;
      for (;;) {
        this.#risk = look.risk();
        if (this.#risk >= threshold || n >= MOST_LINES) return n;
        this.#room(input, n, null);
        look.add();
        n++;
      }
    }
    this.#risk = look.risk(sure);
    if (this.#risk >= threshold) return sure;
    let low = sure;
    let step = 1;
    while (step < MOST_LINES && look.risk(low + step) < threshold) {
      low += step;
      step *= 2;
    }
    let high = low + step;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (look.risk(middle) < threshold) low = middle;
      else high = middle;
    }
    this.#risk = look.risk(high);
    return high;
  }

  /** Makes room in the exact sums for one more call after the `n` already added. */
  #room(input: LookAheadInput, n: number, picked: readonly HopperLead[] | null): void {
    const look = this.#lookAhead;
    if (look.hasRoom) return;
    look.load(input, 4 * n + 8);
    for (let i = 0; i < n; i++) look.add(picked ? this.#model.chance(picked[i] as HopperLead) : -1);
  }

  /** Contacts to call, each judged with its own answer chance and by its own campaign's threshold. */
  #pick(s: PacingSnapshot, hopper: readonly HopperLead[]): number | PacingPicks {
    const look = this.#lookAhead;
    const input = this.#input(s);
    const most = Math.min(hopper.length, clip(hopper.length, 'hopper', s, this.#last));
    let limit = this.#last.limit;
    look.load(input);
    const threshold = this.#threshold;
    const picked: HopperLead[] = [];
    const chosen = this.#choose && s.agentsTotal <= CHOICE_UP_TO && this.#hinted;
    let sorted: HopperLead[] | null = null;
    let next = 0;
    let inOrder = true;
    while (picked.length < most) {
      this.#risk = look.risk();
      const pooled = hopper[0]?.campaign !== undefined;
      if (!pooled && this.#risk >= threshold) break;
      let lead: HopperLead | undefined;
      if (chosen && !pooled) {
        sorted ??= [...hopper].sort((a, b) => (a.pHint ?? 0) - (b.pHint ?? 0));
        lead = this.#choice.take(sorted, this.#risk);
        inOrder = false;
      } else {
        while (next < hopper.length) {
          const candidate = hopper[next++] as HopperLead;
          if (this.#risk < threshold * this.#trim.factor(candidate.campaign)) {
            lead = candidate;
            break;
          }
          inOrder = false;
        }
      }
      if (!lead) break;
      this.#room(input, picked.length, picked);
      look.add(this.#model.chance(lead));
      picked.push(lead);
    }
    if (picked.length < most) limit = 'abandon';
    this.#last.lines = picked.length;
    this.#last.limit = limit;
    return inOrder ? picked.length : { picks: picked.map((l) => l.lead) };
  }

  limitingFactor(): PacingLimit {
    return this.#last.limit;
  }

  explain(): PacingExplanation {
    const { lines, limit } = this.#last;
    const { ready, talking, wrap, inFlight, waiting } = this.#seen;
    const model = this.#model;
    const answerRate = model.answerRate;
    const estimates: Record<string, number> = {
      answerRate,
      talkSeconds: model.talk.mean(),
      wrapSeconds: model.wrap.mean(),
      risk: this.#risk,
      threshold: this.#threshold,
    };
    if (this.#hinted) estimates['hintCalibration'] = model.calibration;
    if (model.ending.inUse) estimates['announcedEnds'] = model.ending.share;
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
      estimates,
      text: `${lines} lines: the chance that one more answer finds no agent is ${percent(this.#risk)}, allowed ${percent(this.#threshold)} for a target of ${percent(this.#target)} abandoned; ${ready} agents ready, ${talking + wrap} busy, ${inFlight} lines in flight, ${waiting} customers waiting, answer rate ${percent(answerRate)}; limited by ${limit}`,
    };
  }
}

function percent(x: number): string {
  return `${(100 * x).toFixed(x < 0.1 ? 2 : 1)} %`;
}
