/** How long records are kept, and the deletion of those whose time is over. */
import { builtinPacks, type RulePack } from '../../compliance/index.js';
import type { AuditLog } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { Store } from '../store/port.js';

/**
 * Days for which records of calls are kept where no pack says more: five years, after 16 CFR 310.5 (the longest period
 * for records of calls that we know of).
 */
export const LEAST_RETENTION_DAYS = 1827;

const DAY = 86_400_000;
/** Records deleted in one transaction: the store is not kept from other work for long. */
const RECORDS_AT_ONCE = 200;
const BETWEEN_STEPS_MILLISECONDS = 50;
const BETWEEN_RUNS_MILLISECONDS = 3_600_000;
const FIRST_RUN_MILLISECONDS = 60_000;

/** Kinds of record that live in attempts and their events; the ledgers of abandoned calls are recounted from them. */
const PRUNED_KINDS: readonly string[] = ['calls', 'abandon_rates'];

/**
 * The longest period that any pack asks for in records of calls; an operator's wish can only lengthen it. Periods of other
 * records (opt-outs, consents) do not count: those are not deleted.
 */
export function retentionDays(packs: readonly RulePack[] = builtinPacks, wished = 0): number {
  let days = Math.max(LEAST_RETENTION_DAYS, wished);
  for (const { rules } of packs) {
    for (const rule of rules as readonly {
      readonly kind: string;
      readonly record?: string;
      readonly days?: number;
    }[])
      if (
        rule.kind === 'retention' &&
        rule.days !== undefined &&
        PRUNED_KINDS.includes(rule.record ?? 'calls')
      )
        days = Math.max(days, rule.days);
  }
  return days;
}

export interface PrunerOptions {
  readonly store: Pick<Store, 'prune'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly days: number;
  readonly onError: (error: unknown) => void;
}

/** Deletes what is past its retention, once an hour, in small steps. Returns the function that ends it. */
export function startPruner(options: PrunerOptions): () => void {
  const { clock, onError } = options;
  let stopped = false;
  let cancel: () => void;
  const run = (): void => {
    prune(options, () => stopped)
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
  { store, audit, clock, days }: Omit<PrunerOptions, 'onError'>,
  stopped: () => boolean = () => false,
): Promise<{ readonly attempts: number; readonly events: number }> {
  const before = clock.now() - days * DAY;
  let attempts = 0;
  let events = 0;
  let more = true;
  while (more && !stopped()) {
    const report = await store.prune(before, RECORDS_AT_ONCE);
    attempts += report.attempts;
    events += report.events;
    more = report.more;
    if (more) await new Promise<void>((resolve) => void clock.after(BETWEEN_STEPS_MILLISECONDS, resolve));
  }
  if (attempts + events > 0)
    await audit.record({
      action: 'retention.prune',
      subject: { kind: 'service', id: '' },
      reason: `older than ${days} days`,
      after: { before: new Date(before).toISOString(), attempts, events },
    });
  return { attempts, events };
}
