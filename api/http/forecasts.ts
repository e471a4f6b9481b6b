/** Forecasts for production: worked out once for each question, kept while the service runs. */
import type { PreparedForecast, ProductionForecast } from '../../dialer/what-if/forecast.js';
import { Problem } from './problem.js';

export type ForecastState =
  | { readonly state: 'running'; readonly progress: number }
  | { readonly state: 'completed'; readonly forecast: ProductionForecast }
  | { readonly state: 'failed'; readonly failure: string };

interface Entry {
  current: ForecastState;
  readonly ended: Promise<void>;
  readonly abort: AbortController;
}

/** Questions whose answers are kept. */
const KEPT = 50;
/** Forecasts at the same time. */
const AT_ONCE = 3;
/** One that takes longer fails. */
const LIMIT_MILLISECONDS = 10 * 60_000;

export class Forecasts {
  readonly #entries = new Map<string, Entry>();
  readonly #onError: (error: unknown) => void;
  #running = 0;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /**
   * How the forecast of this question stands, after waiting for it so long at most. One that failed is begun anew.
   *
   * @param key the question: the same key has the same answer
   * @throws Problem when too many are under way
   */
  async ask(key: string, prepare: () => PreparedForecast, waitMilliseconds: number): Promise<ForecastState> {
    let entry = this.#entries.get(key);
    if (entry === undefined || entry.current.state === 'failed') {
      if (this.#running >= AT_ONCE)
        throw new Problem(
          'too_many_simulations',
          `${this.#running} forecasts are under way: ask again when they are done.`,
        );
      entry = this.#begin(prepare());
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      this.#forgetOldest();
    }
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      entry.ended,
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMilliseconds);
      }),
    ]);
    clearTimeout(timer);
    return entry.current;
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    for (const { abort } of entries) abort.abort();
    await Promise.all(entries.map(({ ended }) => ended));
  }

  #begin(prepared: PreparedForecast): Entry {
    const abort = new AbortController();
    const late = AbortSignal.timeout(LIMIT_MILLISECONDS);
    this.#running++;
    const run = async (): Promise<void> => {
      try {
        const forecast = await prepared.run({
          signal: AbortSignal.any([abort.signal, late]),
          progress: (progress) => {
            if (entry.current.state === 'running') entry.current = { state: 'running', progress };
          },
        });
        entry.current = { state: 'completed', forecast };
      } catch (error) {
        const failure = late.aborted
          ? `It took longer than ${LIMIT_MILLISECONDS / 60_000} minutes.`
          : (error as Error).message;
        entry.current = { state: 'failed', failure };
        if (!abort.signal.aborted && !late.aborted) this.#onError(error);
      } finally {
        this.#running--;
      }
    };
    const entry: Entry = {
      current: { state: 'running', progress: 0 },
      // Begun in the next turn, so that what it writes to exists.
      ended: Promise.resolve().then(run),
      abort,
    };
    return entry;
  }

  #forgetOldest(): void {
    for (const [key, { current }] of this.#entries) {
      if (this.#entries.size <= KEPT) return;
      if (current.state !== 'running') this.#entries.delete(key);
    }
  }
}
