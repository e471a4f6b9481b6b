/**
 * Methods that need no estimate: progressive (one line per ready agent), ratio (a fixed number of lines per
 * ready agent), preview (one contact per ready agent, the agent dials) and agentless (a number of lines, or
 * of calls per minute). A decision touches counts only, never the snapshot's arrays.
 */
import { type Clipped, clip, nothingYet, readyForOutbound } from './clip.js';
import { counted, decisionText } from './explanation.js';
import { commonOptions, inRange, PacerOptionError } from './options.js';
import type {
  Pacer,
  PacerOptions,
  PacingEvent,
  PacingExplanation,
  PacingLimit,
  PacingSnapshot,
} from './types.js';

abstract class SimplePacer implements Pacer {
  readonly name: string;
  readonly #last: Clipped = nothingYet('agents');
  #at: number | null = null;
  #ready = 0;
  #inFlight = 0;
  #waiting = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Lines wanted before channels, calls per second and the hopper cut them. */
  protected abstract wish(s: PacingSnapshot): number;
  /** What limits the lines when nothing cuts them. */
  protected abstract readonly limit: PacingLimit;
  protected abstract rule(): string;

  observe(_event: PacingEvent): void {}

  callsToPlace(s: PacingSnapshot): number {
    this.#at = s.now;
    this.#ready = s.agentsReady;
    this.#inFlight = s.inFlightCount;
    this.#waiting = s.waitingAnswered;
    return clip(this.wish(s), this.limit, s, this.#last);
  }

  limitingFactor(): PacingLimit {
    return this.#last.limit;
  }

  explain(): PacingExplanation {
    const { lines, limit } = this.#last;
    return {
      pacer: this.name,
      at: this.#at,
      lines,
      limit,
      inputs: { agentsReady: this.#ready, inFlight: this.#inFlight, waitingAnswered: this.#waiting },
      estimates: {},
      text: decisionText(
        this.#last,
        this.rule(),
        `${counted(this.#ready, 'agent')} ready, ${counted(this.#inFlight, 'line')} in flight, ${counted(this.#waiting, 'customer')} waiting`,
      ),
    };
  }
}

/** One line per ready agent: nobody who answers waits, and nobody is dialled ahead of an agent. */
export class ProgressivePacer extends SimplePacer {
  protected readonly limit = 'agents';
  constructor(options: PacerOptions) {
    super('progressive');
    commonOptions(options);
  }
  protected wish(s: PacingSnapshot): number {
    return readyForOutbound(s) - s.inFlightCount - s.waitingAnswered;
  }
  protected rule(): string {
    return 'one line per ready agent';
  }
}

/** `linesPerAgent` lines per ready agent, rounded on the total. */
export class RatioPacer extends SimplePacer {
  protected readonly limit = 'agents';
  readonly #linesPerAgent: number;
  constructor(options: PacerOptions) {
    super('ratio');
    commonOptions(options);
    this.#linesPerAgent = inRange('linesPerAgent', options.linesPerAgent, 2, 1, 100);
  }
  protected wish(s: PacingSnapshot): number {
    return Math.round(this.#linesPerAgent * readyForOutbound(s)) - s.inFlightCount - s.waitingAnswered;
  }
  protected rule(): string {
    return `${this.#linesPerAgent} lines per ready agent`;
  }
}

/** One contact per ready agent who has none on the screen; the agent dials, or skips, it. */
export class PreviewPacer extends SimplePacer {
  protected readonly limit = 'agents';
  constructor(options: PacerOptions) {
    super('preview');
    commonOptions(options);
  }
  protected wish(s: PacingSnapshot): number {
    return readyForOutbound(s) - (s.previewsOpen ?? 0) - s.inFlightCount - s.waitingAnswered;
  }
  protected rule(): string {
    return 'one contact per ready agent, dialled by the agent';
  }
}

/** Calls without agents: holds `lines` lines, or places `callsPerMinute` evenly, or both. */
export class AgentlessPacer extends SimplePacer {
  protected readonly limit = 'lines';
  readonly #lines: number;
  readonly #perSecond: number;
  #credit = 0;
  #since: number | null = null;

  constructor(options: PacerOptions) {
    super('agentless');
    commonOptions(options);
    if (options.lines === undefined && options.callsPerMinute === undefined) {
      throw new PacerOptionError(
        'lines',
        'agentless has neither lines nor callsPerMinute: give one of them, or both',
      );
    }
    this.#lines = inRange('lines', options.lines, Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY);
    const perMinute = inRange(
      'callsPerMinute',
      options.callsPerMinute,
      Number.POSITIVE_INFINITY,
      0,
      Number.POSITIVE_INFINITY,
    );
    this.#perSecond = perMinute / 60;
  }

  protected wish(s: PacingSnapshot): number {
    const room = this.#lines - s.inFlightCount - s.waitingAnswered;
    if (this.#perSecond === Number.POSITIVE_INFINITY) return room;
    // At most one second of credit is kept, so that a pause is not followed by a burst.
    if (this.#since === null) this.#credit = Math.min(1, this.#perSecond);
    else if (s.now > this.#since) {
      this.#credit = Math.min(
        Math.max(1, this.#perSecond),
        this.#credit + (s.now - this.#since) * this.#perSecond,
      );
    }
    this.#since = s.now;
    return Math.min(room, this.#credit);
  }

  override callsToPlace(s: PacingSnapshot): number {
    const lines = super.callsToPlace(s);
    if (this.#perSecond !== Number.POSITIVE_INFINITY) this.#credit -= lines;
    return lines;
  }

  protected rule(): string {
    const parts: string[] = [];
    if (this.#lines !== Number.POSITIVE_INFINITY) parts.push(`${this.#lines} lines at once`);
    if (this.#perSecond !== Number.POSITIVE_INFINITY) parts.push(`${this.#perSecond * 60} calls per minute`);
    return parts.join(', ');
  }
}
