import type { Clock } from '../../dialer/clock.js';
import { emptyStageCounters } from '../../dialer/core/model.js';
import type { AgentView, CampaignView, EngineView } from '../../dialer/core/view.js';
import type { Engine, OperatorRequest, Reply } from '../../dialer/engine.js';
import type { DomainEvent, JournalledEvent } from '../../dialer/events/domain-events.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #now: number;
  #timers: { at: number; callback: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }
}

/** As much of an engine as the demonstration sees: remembers requests, keeps campaigns and agents as it is told. */
export class FakeEngine {
  readonly store: MemoryStore;
  readonly requests: OperatorRequest[] = [];
  readonly notices: unknown[] = [];
  agents: AgentView[] = [];
  campaigns: CampaignView[] = [];
  draining = false;
  refuse: (request: OperatorRequest) => string | undefined = () => undefined;
  readonly #clock: Clock;
  #listener: ((events: readonly JournalledEvent[]) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.store = new MemoryStore({ clock: () => clock.now() });
  }

  /** What the code under test is given. */
  get engine(): Engine {
    return this as unknown as Engine;
  }

  async request(request: OperatorRequest): Promise<Reply> {
    this.requests.push(request);
    const message = this.refuse(request);
    if (message !== undefined) return { ok: false, code: 'refused', message };
    if (request.type === 'campaign-save') {
      const { settings } = request;
      const record = {
        settings,
        createdAt: this.#clock.now(),
        status: 'draft' as const,
        stage: 'validation' as const,
        statusSince: this.#clock.now(),
        reason: '',
        sampled: false,
        counters: {
          validation: emptyStageCounters(),
          pilot: emptyStageCounters(),
          production: emptyStageCounters(),
        },
      };
      await this.store.write([{ type: 'save-campaign', campaign: record }]);
      this.campaigns.push({
        record,
        hopper: 0,
        inFlight: 0,
        waiting: 0,
        talking: 0,
        linesTarget: 0,
        limit: 'not-running',
        diagnosis: 'draft',
        why: { code: 'draft', parameters: {}, text: 'draft' },
        open: 0,
        untried: 0,
        staff: { tiers: ['expert'] },
        schedule: { open: true, ended: false, until: Number.POSITIVE_INFINITY },
        abandon: { target: 0.03, spent: false, windows: [], standings: [] },
      });
    }
    return { ok: true, code: '', message: '' };
  }

  notify(notice: unknown): void {
    this.notices.push(notice);
  }

  view(): EngineView {
    return {
      now: this.#clock.now(),
      draining: this.draining,
      campaigns: this.campaigns,
      agents: this.agents,
    } as unknown as EngineView;
  }

  setStatus(id: string, status: CampaignView['record']['status']): void {
    this.campaigns = this.campaigns.map((campaign) =>
      campaign.record.settings.id === id ? { ...campaign, record: { ...campaign.record, status } } : campaign,
    );
  }

  subscribe(listener: (events: readonly JournalledEvent[]) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  get subscribed(): boolean {
    return this.#listener !== undefined;
  }

  emit(...events: DomainEvent[]): void {
    this.#listener?.(events.map((event, index) => ({ sequence: index + 1, event })));
  }
}
