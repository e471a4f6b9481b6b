/** The deletion of records whose time is over. */
import type { AuditLog } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { Store } from '../store/port.js';
import { differentDays, longestDays, type RetentionPeriods } from './periods.js';

const DAY = 86_400_000;
/** Records deleted in one transaction: the store is not kept from other work for long. */
const RECORDS_AT_ONCE = 200;
const BETWEEN_STEPS_MILLISECONDS = 50;
const BETWEEN_RUNS_MILLISECONDS = 3_600_000;
const FIRST_RUN_MILLISECONDS = 60_000;

export interface PrunerOptions {
  readonly store: Pick<Store, 'prune' | 'pruneAttempts'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly periods: RetentionPeriods;
  readonly onError: (error: unknown) => void;
}

/** How far attempts have been looked through for each period, so that what stays is not looked at in every run. */
export type PrunedUpTo = Map<number, string>;

/** Deletes what is past its retention, once an hour, in small steps. Returns the function that ends it. */
export function startPruner(options: PrunerOptions): () => void {
  const { clock, onError } = options;
  const upTo: PrunedUpTo = new Map();
  let stopped = false;
  let cancel: () => void;
  const run = (): void => {
    prune(options, upTo, () => stopped)
      .catch(onError)
      .finally(() => {
        if (!stopped) cancel = clock.after(BETWEEN_RUNS_MILLISECONDS, run);
      });
  };
  cancel = clock.after(FIRST_RUN_MILLISECONDS, run);
  return () => {
    stopped = true;
    cancel();
  };
}

/** One run. What it deleted is recorded in the audit log. */
export async function prune(
  { store, audit, clock, periods }: Omit<PrunerOptions, 'onError'>,
  upTo: PrunedUpTo = new Map(),
  stopped: () => boolean = () => false,
): Promise<{ readonly attempts: number; readonly events: number }> {
  const now = clock.now();
  const longest = longestDays(periods);
  const before = now - longest * DAY;
  const pause = (): Promise<void> =>
    new Promise<void>((resolve) => void clock.after(BETWEEN_STEPS_MILLISECONDS, resolve));
  let attempts = 0;
  let events = 0;
  let more = true;
  while (more && !stopped()) {
    const report = await store.prune(before, RECORDS_AT_ONCE);
    attempts += report.attempts;
    events += report.events;
    more = report.more;
    if (more) await pause();
  }
  for (const days of differentDays(periods)) {
    if (days >= longest) break;
    for (let looking = true; looking && !stopped(); ) {
      const cursor = upTo.get(days);
      const report = await store.pruneAttempts({
        before: now - days * DAY,
        days,
        periods,
        now,
        limit: RECORDS_AT_ONCE,
        ...(cursor !== undefined && { cursor }),
      });
      attempts += report.attempts;
      if (report.cursor !== undefined) upTo.set(days, report.cursor);
      looking = report.more;
      if (looking) await pause();
    }
  }
  if (attempts + events > 0)
    await audit.record({
      action: 'retention.prune',
      subject: { kind: 'service', id: '' },
      reason: `past the retention of their packs, ${longest} days at most`,
      after: { before: new Date(before).toISOString(), attempts, events },
    });
  return { attempts, events };
}
