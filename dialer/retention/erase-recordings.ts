/** The recordings of a person who is erased: deleted at once, or noted for deletion until that is possible. */
import { access, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RulePack } from '../../compliance/index.js';
import type { EpochMilliseconds } from '../core/model.js';
import type { AttemptRecord, Store } from '../store/port.js';
import { recordingFile } from './recordings.js';

const KIND = 'recording-deletion';
const PAGE = 500;
const DAY = 86_400_000;

type RecordingStore = Pick<Store, 'attempts' | 'documents' | 'saveDocument' | 'removeDocument'>;

/** One recording to be deleted; kept in the store until the file is gone. */
interface Deletion {
  /** Below the folder of recordings. */
  readonly path: string;
  /** The law of the call asks for it to be kept until then. */
  readonly notBefore: EpochMilliseconds;
}

export interface RecordingErasure {
  /** Recordings whose files are gone. */
  readonly deleted: number;
  /** Recordings that go later: the law asks for them still, or their files cannot be reached now. */
  readonly later: number;
}

/** Days for which the packs that bound a call ask its recording to be kept. */
function daysOf(attempt: AttemptRecord, packs: readonly RulePack[]): number {
  const bound = new Set(attempt.permit.rules.map(({ pack }) => pack));
  let days = 0;
  for (const { id, rules } of packs)
    if (bound.has(id))
      for (const rule of rules)
        if (rule.kind === 'retention' && rule.record === 'recordings') days = Math.max(days, rule.days);
  return days;
}

/**
 * Notes the recordings of these contacts for deletion, durably and before anything of the person is erased, so that a
 * crash between the two loses none.
 */
export async function noteRecordings(
  store: RecordingStore,
  contactIds: readonly string[],
  packs: readonly RulePack[],
  at: EpochMilliseconds,
): Promise<readonly string[]> {
  const noted: string[] = [];
  for (const contactId of contactIds) {
    let cursor: string | undefined;
    do {
      const page = await store.attempts({
        contactId,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const attempt of page.items) {
        const path = attempt.result?.recording;
        if (path === undefined) continue;
        const notBefore = (attempt.result?.endedAt ?? at) + daysOf(attempt, packs) * DAY;
        const body = { path, notBefore };
        await store.saveDocument({ kind: KIND, id: attempt.attemptId, body, at, keep: 'last' });
        noted.push(attempt.attemptId);
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  return noted;
}

/**
 * Deletes what is noted and due: those of `only`, or all.
 *
 * @param directory undefined where the folder cannot be reached: everything stays noted
 */
export async function deleteNotedRecordings(
  store: RecordingStore,
  directory: string | undefined,
  at: EpochMilliseconds,
  only?: readonly string[],
): Promise<RecordingErasure> {
  const wanted = only === undefined ? undefined : new Set(only);
  let deleted = 0;
  let later = 0;
  let cursor: string | undefined;
  do {
    const page = await store.documents({
      kind: KIND,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, body } of page.items) {
      if (wanted !== undefined && !wanted.has(id)) continue;
      const { path, notBefore } = body as unknown as Deletion;
      if (notBefore > at || directory === undefined || !(await deleteRecording(directory, path, id))) {
        later++;
        continue;
      }
      await store.removeDocument({ kind: KIND, id, keep: 'none' });
      deleted++;
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { deleted, later };
}

/**
 * All parts of a recording: where the name holds the attempt's id, every file with it. False while a file cannot be
 * deleted, or the folder itself is not there.
 */
async function deleteRecording(directory: string, path: string, attemptId: string): Promise<boolean> {
  const file = recordingFile(directory, path);
  // What leads out of the folder is no recording of ours.
  if (file === undefined) return true;
  try {
    // Not mounted: the file may still be there.
    await access(directory);
  } catch {
    return false;
  }
  try {
    const folder = dirname(file);
    const own = basename(file);
    const names = own.includes(attemptId)
      ? (await readdir(folder)).filter((name) => name.includes(attemptId))
      : [own];
    for (const name of names) await rm(join(folder, name), { force: true });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
