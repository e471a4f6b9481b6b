import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Makers } from './makers.js';

export interface LoopMetrics {
  /** Copies what was measured since the last reading. */
  copy(): void;
  close(): void;
}

/** The clock is looked at so often, milliseconds. */
const RESOLUTION = 10;

/** How late the event loop runs. */
export function loopMetrics({ gauge }: Makers): LoopMetrics {
  const lag = gauge(
    'dialer_event_loop_lag_seconds',
    'Delay of the event loop since the last scrape, by quantile.',
    ['quantile'],
  );
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  return {
    copy() {
      // An empty histogram reads NaN or its initial bound: nothing was measured, so nothing lagged.
      // What is measured is the time from one look at the clock to the next: what it should be is no delay.
      const seconds = (nanoseconds: number) =>
        delay.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1e3);
      lag.set({ quantile: '0.5' }, seconds(delay.percentile(50)));
      lag.set({ quantile: '0.99' }, seconds(delay.percentile(99)));
      lag.set({ quantile: '1' }, seconds(delay.max));
      delay.reset();
    },
    close: () => delay.disable(),
  };
}
