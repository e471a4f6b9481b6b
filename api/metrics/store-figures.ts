/**
 * Figures that only the store knows (contacts by stage and state, abandon ratios recounted from the attempts),
 * read in the background so that a scrape or a page never waits for the store. A figure is read again after
 * its period, and never so often that reading takes more than a twentieth of the time.
 */
import type { StageName } from '../../dialer/core/model.js';
import type { Engine } from '../../dialer/engine.js';
import type { ContactState } from '../../dialer/store/port.js';
import { withDeadline } from '../http/deadline.js';

export type WindowName = '5m' | '1h' | '24h' | '30d';

const SECOND = 1000;
const WINDOWS: readonly { readonly name: WindowName; readonly span: number; readonly period: number }[] = [
  { name: '5m', span: 300 * SECOND, period: 10 * SECOND },
  { name: '1h', span: 3600 * SECOND, period: 30 * SECOND },
  { name: '24h', span: 86_400 * SECOND, period: 60 * SECOND },
  { name: '30d', span: 30 * 86_400 * SECOND, period: 300 * SECOND },
];
const COUNTS_PERIOD = 5 * SECOND;
const PASS_INTERVAL = 2 * SECOND;
const READ_DEADLINE = 10 * SECOND;
const LARGEST_SHARE = 1 / 20;
/** Campaigns whose own figures are read; those that run come first. */
export const MAXIMUM_CAMPAIGNS = 50;

export type StageCounts = Readonly<Record<StageName, Readonly<Partial<Record<ContactState, number>>>>>;

export interface AbandonFigure {
  readonly window: WindowName;
  /** Absent: over all campaigns. */
  readonly campaignId: string | undefined;
  readonly liveAnswers: number;
  readonly abandoned: number;
}

interface Figure<T> {
  value: T | undefined;
  /** Process time, milliseconds, before which it is not read again. */
  dueAt: number;
}

export class StoreFigures {
  readonly #engine: Pick<Engine, 'store' | 'view'>;
  readonly #onError: (error: unknown) => void;
  readonly #counts = new Map<string, Figure<StageCounts>>();
  readonly #abandons = new Map<string, Figure<AbandonFigure>>();
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> | undefined;
  #closed = false;

  constructor(engine: Pick<Engine, 'store' | 'view'>, onError: (error: unknown) => void) {
    this.#engine = engine;
    this.#onError = onError;
  }

  /** Reads now, and from then on in the background until `close`. */
  start(): void {
    this.#timer ??= setInterval(() => void this.refresh(), PASS_INTERVAL).unref();
    void this.refresh();
  }

  /** Waits for a read that is under way, so that the store can be closed after it. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#pass;
  }

  contactCounts(campaignId: string): StageCounts | undefined {
    return this.#counts.get(campaignId)?.value;
  }

  abandons(): readonly AbandonFigure[] {
    return [...this.#abandons.values()].flatMap((figure) => figure.value ?? []);
  }

  /** One pass over the figures that are due. A pass that is under way is not joined by another. */
  refresh(): Promise<void> {
    this.#pass ??= this.#readDue()
      .catch(this.#onError)
      .finally(() => {
        this.#pass = undefined;
      });
    return this.#pass;
  }

  async #readDue(): Promise<void> {
    const { now, campaigns } = this.#engine.view();
    const running = campaigns.filter((c) => c.record.status === 'running');
    const others = campaigns.filter((c) => c.record.status !== 'running');
    const ids = [...running, ...others].slice(0, MAXIMUM_CAMPAIGNS).map((c) => c.record.settings.id);
    const wanted = new Set(ids);
    for (const id of this.#counts.keys()) if (!wanted.has(id)) this.#counts.delete(id);
    for (const id of ids) {
      await this.#read(this.#counts, id, COUNTS_PERIOD, async () =>
        byStage(await this.#engine.store.contactCounts(id)),
      );
    }
    const runningIds = running.slice(0, MAXIMUM_CAMPAIGNS).map((c) => c.record.settings.id);
    const keys = new Set<string>();
    for (const window of WINDOWS) {
      for (const campaignId of [undefined, ...runningIds]) {
        const key = `${window.name} ${campaignId ?? ''}`;
        keys.add(key);
        await this.#read(this.#abandons, key, window.period, async () => {
          const totals = await this.#engine.store.attemptTotals({
            from: now - window.span,
            to: now + 1,
            ...(campaignId === undefined ? {} : { campaignId }),
          });
          return {
            window: window.name,
            campaignId,
            liveAnswers: totals.liveAnswers,
            abandoned: totals.abandoned,
          };
        });
      }
    }
    for (const key of this.#abandons.keys()) if (!keys.has(key)) this.#abandons.delete(key);
  }

  async #read<T>(
    figures: Map<string, Figure<T>>,
    key: string,
    period: number,
    read: () => Promise<T>,
  ): Promise<void> {
    const figure = figures.get(key) ?? { value: undefined, dueAt: 0 };
    figures.set(key, figure);
    const began = performance.now();
    if (this.#closed || began < figure.dueAt) return;
    try {
      figure.value = await withDeadline(read(), READ_DEADLINE, () => new Error('the store did not answer'));
    } catch (error) {
      if (!this.#closed) this.#onError(error);
    }
    const ended = performance.now();
    figure.dueAt = ended + Math.max(period, (ended - began) / LARGEST_SHARE);
  }
}

function byStage(
  rows: readonly { readonly stage: StageName; readonly state: ContactState; readonly count: number }[],
): StageCounts {
  const counts: Record<StageName, Partial<Record<ContactState, number>>> = {
    validation: {},
    pilot: {},
    production: {},
  };
  for (const { stage, state, count } of rows) counts[stage][state] = (counts[stage][state] ?? 0) + count;
  return counts;
}
