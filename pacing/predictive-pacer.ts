/**
 * The predictive method: add a call while the chance that nobody is free when it answers stays under a
 * threshold, and steer the threshold so that the abandoned share of answers meets the target.
 */
import { CampaignTrim } from './campaign-trim.js';
import { type Clipped, clip, nothingYet, slackForOutbound } from './clip.js';
import { ContactPicker, type PickForecast } from './contact-picker.js';
import { type ControllerTuning, controllerDefaults, ThresholdController } from './controller.js';
import { counted, decisionText, percent } from './explanation.js';
import { InboundRate, InboundReserve } from './inbound.js';
import { EXACT_UP_TO, LookAhead, type LookAheadInput } from './look-ahead.js';
import { type CommonOptions, checkedService, commonOptions } from './options.js';
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
const heldBack: ReadonlySet<PacingLimit> = new Set(['channels', 'cps', 'hopper', 'window', 'blind']);
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
  /** Contacts are chosen by the moment's risk on small teams. Default true. */
  readonly choice?: boolean;
  /** Each campaign of a team has its own factor on the threshold. Default true. */
  readonly trim?: boolean;
}

export class PredictivePacer implements Pacer {
  readonly name = 'predictive';
  readonly #options: CommonOptions;
  readonly #model: PoolModel;
  /** The forecast in use, and the one whose tables are being built. */
  #lookAhead = new LookAhead(GRID_POINTS);
  #nextLookAhead = new LookAhead(GRID_POINTS);
  #building: Generator<void> | null = null;
  #latest: PacingSnapshot | null = null;
  readonly #controller: ThresholdController;
  readonly #trim = new CampaignTrim();
  readonly #picker = new ContactPicker(this.#trim);
  readonly #inbound = new InboundRate();
  readonly #shedder: Shedder | null;
  readonly #choose: boolean;
  readonly #trims: boolean;
  readonly #reserve: InboundReserve | null;
  readonly #last: Clipped = nothingYet('agents');
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
  /** Agents kept ready for inbound calls; agents beyond them now; answers that took one of them, and how far. */
  #held = 0;
  #inboundNow = 0;
  #spareNow = 0;
  readonly #onHeld = new Map<PacingId, number>();
  #team = 0;
  #seen = { ready: 0, talking: 0, wrap: 0, inFlight: 0, waiting: 0 };

  constructor(options: PacerOptions, tuning: PredictiveTuning = { controller: controllerDefaults }) {
    this.#options = commonOptions(options);
    this.#target = this.#options.targetAbandonRatio;
    this.#model = new PoolModel(options, (o) => this.#steer(o));
    this.#controller = new ThresholdController(tuning.controller);
    this.#shedder = options.shed === false ? null : new Shedder(tuning.shedAbove);
    this.#choose = tuning.choice ?? true;
    this.#trims = tuning.trim ?? true;
    const service = checkedService(options.inboundService);
    this.#reserve = service ? new InboundReserve(service) : null;
  }

  observe(e: PacingEvent): void {
    if (e.type === 'placed') {
      if (e.pHint !== undefined) this.#hinted = true;
    } else if (e.type !== 'ringing') this.#happened = true;
    if (e.type === 'inbound') this.#inbound.arrived(e.t);
    else if (e.type === 'inboundAnswered' || e.type === 'inboundLost')
      this.#reserve?.waited(e.waited, e.type === 'inboundAnswered', this.#team);
    else if (e.type === 'answered' && this.#held > 0 && this.#spareNow < 1)
      this.#onHeld.set(e.id, Math.min(1, 1 - this.#spareNow));
    this.#model.observe(e);
  }

  #steer({ id, abandoned, person, campaign }: AnswerOutcome): void {
    // An answer that took an agent kept for inbound calls found none of its own: it counts as one abandoned.
    const taken = abandoned ? 1 : (this.#onHeld.get(id) ?? 0);
    this.#onHeld.delete(id);
    // Where something else holds the lines back, too few abandons say nothing about the threshold.
    if (taken === 0 && heldBack.has(this.#last.limit)) return;
    if (taken > 0) this.#controller.count(true, taken * person);
    if (taken < 1) this.#controller.count(false, (1 - taken) * person);
    if (campaign !== undefined && this.#trims) this.#trim.count(campaign, abandoned, person, this.#target);
  }

  /** Brings target, tables and estimates up to date. */
  #prepare(s: PacingSnapshot): void {
    this.#target = s.targetAbandonRatio ?? this.#options.targetAbandonRatio;
    this.#latest = s;
    if (s.now >= this.#rebuildAt && !this.#building) {
      const first = Number.isNaN(this.#firstAt);
      if (first) this.#firstAt = s.now;
      this.#rebuildAt = s.now + (s.now - this.#firstAt < EARLY ? REBUILD_EARLY : REBUILD_LATER);
      this.#building = this.#rebuild();
      if (first) for (const _ of this.#building);
    }
    // A step a decision: the tables in use are a second or two older, and no decision waits for new ones.
    if (this.#building?.next().done) this.#building = null;
    this.#lookAhead.setAnswerRate(this.#cautiousRate(s));
  }

  *#rebuild(): Generator<void> {
    const now = () => this.#latest as PacingSnapshot;
    const model = this.#model;
    yield* model.rebuild(now);
    const wait = Math.max(0, this.#options.answerWait - (now().handover ?? this.#options.handover));
    const times = model.ring.answerTimes(GRID_POINTS);
    const next = this.#nextLookAhead;
    yield* next.rebuildInSteps(model, this.#cautiousRate(now()), wait, times);
    this.#nextLookAhead = this.#lookAhead;
    this.#lookAhead = next;
    this.#shedder?.rebuild(wait);
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
      ready: slackForOutbound(s, this.#held),
      inboundPerSecond: this.#inboundPerSecond(s),
      chanceOf: this.#hinted ? this.#chanceOf : null,
      answerError: this.#model.answerRateError,
      endError: 1 / Math.sqrt(this.#model.talk.ends + 4),
    };
  }

  #inboundPerSecond(s: PacingSnapshot): number {
    return s.inboundPerSecond ?? this.#inbound.perSecond(s.now);
  }

  /** Agents to keep ready for inbound calls: what the caller says, or what the service asked for needs. */
  #hold(s: PacingSnapshot): number {
    this.#team = s.agentsTotal;
    return Math.min(s.agentsTotal, Math.max(s.agentsHeld ?? 0, this.#reserve?.agents ?? 0));
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
    if (this.#held > 0) this.#spareNow = slackForOutbound(s, this.#held);
    const since = s.now - this.#decidedAt;
    // A clock that went back decides at once.
    if (since >= 0 && since < cadence(s.agentsTotal + s.inFlightCount, this.#happened)) return 0;
    this.#decidedAt = s.now;
    this.#happened = false;
    this.#at = s.now;
    this.#prepare(s);
    this.#inboundNow = this.#inboundPerSecond(s);
    this.#held = this.#hold(s);
    this.#spareNow = slackForOutbound(s, this.#held);
    const ready = Math.max(0, Math.floor(slackForOutbound(s, this.#held)));
    this.#seen = {
      ready,
      talking: s.agentsTalking,
      wrap: s.agentsWrap,
      inFlight: s.inFlightCount,
      waiting: s.waitingAnswered,
    };
    // With nothing left to spend, or nobody there, one line per ready agent is what abandons nobody.
    const sure = Math.max(0, ready - s.inFlightCount - s.waitingAnswered);
    if (this.#target <= 0 || s.agentsTotal === 0 || s.blind || s.windowClosed) {
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

  /** Contacts to call, where they have chances of their own or belong to campaigns. */
  #pick(s: PacingSnapshot, hopper: readonly HopperLead[]): number | PacingPicks {
    const look = this.#lookAhead;
    const input = this.#input(s);
    const last = this.#last;
    const most = clip(hopper.length, 'hopper', s, last);
    const leads: HopperLead[] = [];
    const forecast: PickForecast = {
      restart: () => {
        leads.length = 0;
        look.load(input);
      },
      risk: () => look.risk(),
      add: (lead) => {
        this.#room(input, leads.length, leads);
        look.add(this.#model.chance(lead));
        leads.push(lead);
      },
    };
    const choose = this.#choose && s.agentsTotal <= CHOICE_UP_TO && this.#hinted;
    const request = { hopper, most, limit: last.limit, threshold: this.#threshold, choose };
    const picked = this.#picker.pick(request, forecast);
    this.#risk = picked.risk;
    last.lines = picked.leads.length;
    last.limit = picked.limit;
    if (last.limit === 'cps') this.#decidedAt = Number.NEGATIVE_INFINITY;
    return picked.inOrder ? last.lines : { picks: picked.leads.map((l) => l.lead) };
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
    if (this.#inboundNow > 0) estimates['inboundPerHour'] = 3600 * this.#inboundNow;
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
        ...(this.#held > 0 ? { agentsHeld: this.#held } : {}),
      },
      estimates,
      text: decisionText(this.#last, this.#rule(), this.#stateText()),
    };
  }

  #rule(): string {
    const { limit } = this.#last;
    if (limit === 'blind' || limit === 'window') return 'nothing may be dialled';
    if (this.#target <= 0) return 'the abandon target is 0 %, so one line per ready agent';
    if (limit === 'agents') return 'no agent is logged in';
    return `the chance that one more answer finds no agent is ${percent(this.#risk)}, allowed ${percent(this.#threshold)} for a target of ${percent(this.#target)} abandoned`;
  }

  #stateText(): string {
    const { ready, talking, wrap, inFlight, waiting } = this.#seen;
    const held = this.#held > 0 ? ` and ${Number(this.#held.toFixed(1))} kept for inbound calls` : '';
    return `${counted(ready, 'agent')} ready to dial for${held}, ${talking + wrap} busy, ${counted(inFlight, 'line')} in flight, ${counted(waiting, 'customer')} waiting, answer rate ${percent(this.#model.answerRate)}`;
  }
}
