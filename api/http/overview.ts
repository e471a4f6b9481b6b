/**
 * What the first page shows: the engine's view condensed to aggregates. No person's name, no telephone number,
 * no contact, attempt or agent id is in it, because the page and its figures need no key.
 */
import type { AgentState, CampaignStatus, StageCounters, StageName } from '../../dialer/core/model.js';
import { STAGES } from '../../dialer/core/model.js';
import type { CampaignView, EngineView, PacingLimit } from '../../dialer/core/view.js';
import type { DomainEvent, JournalledEvent } from '../../dialer/events/domain-events.js';
import type { Said } from '../../dialer/kpi/words.js';
import type { StoreFigures } from '../metrics/store-figures.js';
import { eventSentence } from './event-sentence.js';

/** Every campaign that is not over is shown, then the newest of the others, up to this many. */
const MAXIMUM_CAMPAIGNS = 50;
const MAXIMUM_EVENTS = 30;
/** Events that are looked through for those of note. */
export const EVENTS_LOOKED_AT = 400;
const SAMPLE_MILLISECONDS = 2_000;
/** Ten minutes of samples. */
const MAXIMUM_SAMPLES = 300;

export interface OverviewStage extends StageCounters {
  readonly stage: StageName;
  /** What the stage takes of the list: a number of contacts, or a share of 0–1; neither is the rest. */
  readonly plannedContacts?: number;
  readonly plannedShare?: number;
  /** Contacts of the stage, and how many of them are done; absent until they have been counted. */
  readonly contacts?: number;
  readonly done?: number;
}

export interface OverviewCampaign {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly status: CampaignStatus;
  readonly stage: StageName;
  readonly statusSince: number;
  readonly reason: string;
  /** The reason as codes with parameters, for other languages; absent where somebody wrote it. */
  readonly reasonSaid?: readonly Said[];
  readonly stages: readonly OverviewStage[];
  readonly agents: Readonly<Partial<Record<AgentState, number>>>;
  readonly hopper: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly talking: number;
  readonly linesTarget: number;
  readonly pacing: string;
  readonly limit: PacingLimit;
  /** What limits the dialling, in words. */
  readonly limitSentence: string;
  readonly diagnosis: string;
  readonly open: number;
  readonly untried: number;
  readonly nextDueAt?: number;
  /** Live answers ÷ attempts of the present stage, 0–1; absent before the first attempt. */
  readonly answerRate?: number;
  /** Abandoned ÷ live answers of the present stage, 0–1; absent before the first live answer. */
  readonly abandonRatio?: number;
  readonly targetAbandonRatio: number;
}

/**
 * One line of the recent past: of a campaign,
 * `[at, in flight, talking, ready agents, attempts, live answers, lines wanted]`.
 */
export type Sample = readonly [number, number, number, number, number, number, number];

export interface Overview {
  readonly at: number;
  readonly draining: boolean;
  /** All dialling has been stopped since then; absent when it is not. */
  readonly emergencyStopSince?: number;
  readonly storeFailed: boolean;
  readonly switches: readonly {
    readonly id: string;
    readonly connected: boolean;
    readonly channels: number;
  }[];
  readonly agents: Readonly<Partial<Record<AgentState, number>>>;
  readonly campaigns: readonly OverviewCampaign[];
  readonly campaignsInAll: number;
  readonly events: readonly {
    readonly sequence: number;
    readonly at: number;
    readonly kind: string;
    readonly campaignId?: string;
    readonly text: string;
    /** The event's own codes (outcome, state, decision, …), for a client that words it itself. */
    readonly codes: Readonly<Record<string, string>>;
  }[];
  /** By campaign; only when asked for. */
  readonly history?: Readonly<Record<string, readonly Sample[]>>;
}

const LIMIT_SENTENCES: Readonly<Record<PacingLimit, string>> = {
  agents: 'Limited by agents: nobody is free to take another call.',
  abandon: 'Limited by the abandon target: another line would risk more abandoned calls.',
  lines: 'As many lines are placed as the pacing method aims at.',
  channels: 'Limited by channels: the switch or trunk has none left.',
  cps: 'Limited by calls per second: the trunk takes no more just now.',
  hopper: 'Limited by the hopper: no contact is due and permitted.',
  window: 'Limited by calling windows: it is not a lawful hour for the contacts that are left.',
  blind: 'Blind: the switch cannot be seen, so nothing is dialled.',
  'not-running': 'Not running.',
  draining: 'Draining: the service is stopping, no new calls.',
  'switch-drained': 'Its switch is taken out of service: no new calls there.',
  schedule: 'Outside its schedule: it goes on by itself.',
  'caller-ids': 'Limited by caller ids: every number of the pool rests or has had its calls of the day.',
  'emergency-stop': 'Emergency stop: all dialling is stopped until somebody lifts it.',
  none: 'Not limited: as many lines as the pacer wants.',
};

export function limitSentence(limit: PacingLimit): string {
  return LIMIT_SENTENCES[limit] ?? `Limited by ${limit}.`;
}

export function condense(
  view: EngineView,
  figures: Pick<StoreFigures, 'contactCounts'>,
  events: readonly JournalledEvent[],
): Overview {
  const live = view.campaigns.filter((c) => !isOver(c));
  const over = view.campaigns.filter(isOver).sort((a, b) => b.record.statusSince - a.record.statusSince);
  const order = (c: CampaignView) =>
    c.record.status === 'running' ? 0 : c.record.status === 'draft' ? 2 : 1;
  live.sort((a, b) => order(a) - order(b) || b.record.createdAt - a.record.createdAt);
  return {
    at: view.now,
    draining: view.draining,
    ...(view.emergencyStop === undefined ? {} : { emergencyStopSince: view.emergencyStop.since }),
    storeFailed: view.storeFailed,
    switches: view.switches.map((s) => ({ id: s.switchId, connected: s.connected, channels: s.channels })),
    agents: agentsByState(view, undefined),
    campaigns: [...live, ...over].slice(0, MAXIMUM_CAMPAIGNS).map((c) => campaignOverview(c, view, figures)),
    campaignsInAll: view.campaigns.length,
    events: events
      .filter(({ event }) => isOfNote(event))
      .slice(-MAXIMUM_EVENTS)
      .reverse()
      .map(({ sequence, event }) => ({
        sequence,
        at: event.at,
        kind: event.kind,
        ...('campaignId' in event ? { campaignId: event.campaignId } : {}),
        text: eventSentence(event),
        codes: codesOf(event),
      })),
  };
}

function campaignOverview(
  c: CampaignView,
  view: EngineView,
  figures: Pick<StoreFigures, 'contactCounts'>,
): OverviewCampaign {
  const { settings, counters, stage } = c.record;
  const counts = figures.contactCounts(settings.id);
  const now = counters[stage];
  return {
    id: settings.id,
    name: settings.name,
    pool: settings.pool,
    status: c.record.status,
    stage,
    statusSince: c.record.statusSince,
    reason: c.record.reason,
    ...(c.record.reasonSaid === undefined ? {} : { reasonSaid: c.record.reasonSaid }),
    stages: STAGES.map((name) => {
      const byState = counts?.[name];
      const { contacts, share } = settings.stages[name];
      return {
        stage: name,
        ...counters[name],
        ...(contacts === undefined ? {} : { plannedContacts: contacts }),
        ...(share === undefined ? {} : { plannedShare: share }),
        ...(byState === undefined
          ? {}
          : {
              contacts: Object.values(byState).reduce((sum, n) => sum + n, 0),
              done: byState.done ?? 0,
            }),
      };
    }),
    agents: agentsByState(view, settings.pool),
    hopper: c.hopper,
    inFlight: c.inFlight,
    waiting: c.waiting,
    talking: c.talking,
    linesTarget: c.linesTarget,
    pacing: settings.pacing.method,
    limit: c.limit,
    limitSentence: limitSentence(c.limit),
    diagnosis: c.diagnosis,
    open: c.open,
    untried: c.untried,
    ...(c.nextDueAt === undefined ? {} : { nextDueAt: c.nextDueAt }),
    ...(now.attempts === 0 ? {} : { answerRate: now.liveAnswers / now.attempts }),
    ...(now.liveAnswers === 0 ? {} : { abandonRatio: now.abandoned / now.liveAnswers }),
    targetAbandonRatio: settings.pacing.targetAbandonRatio,
  };
}

function agentsByState(view: EngineView, pool: string | undefined): Partial<Record<AgentState, number>> {
  const counts: Partial<Record<AgentState, number>> = {};
  for (const agent of view.agents) {
    if (pool !== undefined && agent.pool !== pool) continue;
    counts[agent.state] = (counts[agent.state] ?? 0) + 1;
  }
  return counts;
}

const CODES = ['status', 'stage', 'outcome', 'decision', 'state', 'disposition', 'change', 'rule'] as const;

function codesOf(event: DomainEvent): Record<string, string> {
  const codes: Record<string, string> = {};
  for (const name of CODES) {
    const value: unknown = name in event ? event[name as keyof DomainEvent] : undefined;
    if (typeof value === 'string') codes[name] = value;
  }
  if (event.kind === 'switch-changed') codes['link'] = event.connected ? 'up' : 'down';
  if (event.kind === 'switch-drain-changed') codes['link'] = event.draining ? 'drained' : 'serving';
  if (event.kind === 'emergency-stop-changed') codes['link'] = event.active ? 'on' : 'off';
  return codes;
}

/** Steps on the way of a call are left out: its end tells of them. Agents are told when they come and go. */
function isOfNote(event: DomainEvent): boolean {
  if (event.kind === 'agent-changed') {
    return event.state === 'paused' || event.state === 'offline' || event.state === 'connecting';
  }
  return event.kind !== 'attempt-started' && event.kind !== 'attempt-answered';
}

function isOver(c: CampaignView): boolean {
  return c.record.status === 'completed' || c.record.status === 'stopped';
}

/** The overview as text, made at most twice a second however many pages are open, and its recent past. */
export class OverviewSource {
  readonly #make: () => Overview;
  readonly #onError: (error: unknown) => void;
  readonly #history = new Map<string, Sample[]>();
  #timer: NodeJS.Timeout | undefined;
  #last: { readonly madeAt: number; readonly overview: Overview; readonly text: string } | undefined;

  /** `onError` is told when a sample of the recent past could not be taken. */
  constructor(make: () => Overview, onError: (error: unknown) => void) {
    this.#make = make;
    this.#onError = onError;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.sample(), SAMPLE_MILLISECONDS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  text(withHistory: boolean): string {
    const { overview, text } = this.#current();
    if (!withHistory) return text;
    return JSON.stringify({ ...overview, history: Object.fromEntries(this.#history) });
  }

  #current(): { readonly overview: Overview; readonly text: string } {
    const now = performance.now();
    if (this.#last === undefined || now - this.#last.madeAt > 500) {
      const overview = this.#make();
      this.#last = { madeAt: now, overview, text: JSON.stringify(overview) };
    }
    return this.#last;
  }

  /** Adds one sample to the recent past. */
  sample(): void {
    try {
      this.#add(this.#current().overview);
    } catch (error) {
      this.#onError(error);
    }
  }

  #add(overview: Overview): void {
    const running = new Set<string>();
    for (const c of overview.campaigns) {
      if (c.status !== 'running' && !this.#history.has(c.id)) continue;
      running.add(c.id);
      const samples = this.#history.get(c.id) ?? [];
      this.#history.set(c.id, samples);
      const sum = (key: 'attempts' | 'liveAnswers') => c.stages.reduce((n, s) => n + s[key], 0);
      samples.push([
        overview.at,
        c.inFlight,
        c.talking,
        c.agents.ready ?? 0,
        sum('attempts'),
        sum('liveAnswers'),
        c.linesTarget,
      ]);
      if (samples.length > MAXIMUM_SAMPLES) samples.shift();
    }
    for (const id of this.#history.keys()) if (!running.has(id)) this.#history.delete(id);
  }
}
