/** Files of recordings: where they are, and the deletion of those whose time is over. */
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import type { RulePack } from '../../compliance/index.js';
import type { AuditLog } from '../audit/index.js';
import type { Clock } from '../clock.js';

const DAY = 86_400_000;
const BETWEEN_RUNS_MILLISECONDS = 3_600_000;
const FIRST_RUN_MILLISECONDS = 90_000;
/** Days for which recordings are kept where a campaign does not say. */
export const DEFAULT_RECORDING_DAYS = 90;

/** Where the file of a recording is; undefined when the path leads out of the folder. */
export function recordingFile(directory: string, path: string): string | undefined {
  const inside = normalize(path);
  if (path === '' || isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) return undefined;
  return join(directory, inside);
}

/** Fewest days that a rule of any pack in force asks recordings to be kept. */
export function leastRecordingDays(packs: readonly RulePack[]): number {
  let days = 0;
  for (const { rules } of packs)
    for (const rule of rules)
      if (rule.kind === 'retention' && rule.record === 'recordings') days = Math.max(days, rule.days);
  return days;
}

export interface RecordingPrunerOptions {
  readonly directory: string;
  /** Days for which a campaign's recordings are kept; undefined for one that is not known any more. */
  readonly daysOf: (campaignId: string) => number | undefined;
  readonly leastDays: number;
  readonly audit: Pick<AuditLog, 'record'>;
  /** Run beside it: what else is to be deleted from the folder. */
  readonly also?: () => Promise<unknown>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Deletes recordings that are past their retention, once an hour. Returns the function that ends it. */
export function startRecordingPruner(options: RecordingPrunerOptions): () => void {
  let stopped = false;
  let cancel: () => void;
  const run = (): void => {
    pruneRecordings(options)
      .then(() => options.also?.())
      .catch(options.onError)
      .finally(() => {
        if (!stopped) cancel = options.clock.after(BETWEEN_RUNS_MILLISECONDS, run);
      });
  };
  cancel = options.clock.after(FIRST_RUN_MILLISECONDS, run);
  return () => {
    stopped = true;
    cancel();
  };
}

/**
 * One run: each campaign has a folder of its own, and a file is as old as it was last written. What was deleted is recorded
 * in the audit log.
 * @returns files deleted, by campaign
 */
export async function pruneRecordings(
  options: Omit<RecordingPrunerOptions, 'onError'>,
): Promise<Readonly<Record<string, number>>> {
  const { directory, daysOf, leastDays, audit, clock } = options;
  const deleted: Record<string, number> = {};
  for (const campaignId of await foldersOf(directory)) {
    const days = Math.max(leastDays, daysOf(campaignId) ?? DEFAULT_RECORDING_DAYS);
    const count = await pruneFolder(join(directory, campaignId), clock.now() - days * DAY);
    if (count === 0) continue;
    deleted[campaignId] = count;
    await audit.record({
      action: 'retention.recordings',
      subject: { kind: 'campaign', id: campaignId },
      reason: `recordings are kept for ${days} days`,
      after: { files: count },
    });
  }
  return deleted;
}

async function foldersOf(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    // Nothing has been recorded yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function pruneFolder(folder: string, before: number): Promise<number> {
  let deleted = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      deleted += await pruneFolder(path, before);
      // A folder that is empty by now goes, one that is not stays.
      await rmdir(path).catch(() => undefined);
    } else if (entry.isFile() && (await lstat(path)).mtimeMs < before) {
      await rm(path, { force: true });
      deleted++;
    }
  }
  return deleted;
}
