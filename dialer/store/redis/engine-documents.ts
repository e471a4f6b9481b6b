/** Documents that the engine itself keeps, or starts with, as `store/engine-documents.ts` has them. */
import type { CallerIdSnapshot, EmergencyStop, EpochMilliseconds, SwitchDrain } from '../../core/model.js';
import {
  callerIdKinds,
  callerIdWrites,
  EMERGENCY_STOP,
  type EngineDocuments,
  engineDocumentsOf,
  MOST_POOLS,
  SWITCH_DRAIN,
  shownSinceSaved,
  switchDrainWrite,
} from '../engine-documents.js';
import type { AttemptBook } from './attempt-book.js';
import type { DocumentRecords } from './document-records.js';
import type { Steps } from './steps.js';

/** @param step name of the step in its operation */
export async function keepEmergencyStop(
  documents: DocumentRecords,
  steps: Steps,
  stop: EmergencyStop | undefined,
  step = 'emergency-stop',
): Promise<void> {
  if (stop === undefined) await documents.remove(steps, EMERGENCY_STOP, step);
  else await documents.save(steps, { ...EMERGENCY_STOP, body: { ...stop }, at: stop.since }, step);
}

/** @param step name of the step in its operation */
export async function keepSwitchDrain(
  documents: DocumentRecords,
  steps: Steps,
  id: string,
  drain: SwitchDrain | undefined,
  step = `switch-drain:${id}`,
): Promise<void> {
  if (drain === undefined) await documents.remove(steps, { kind: SWITCH_DRAIN, id }, step);
  else await documents.save(steps, switchDrainWrite(drain), step);
}

/** @param step name of the step in its operation */
export async function keepCallerIds(
  documents: DocumentRecords,
  steps: Steps,
  at: EpochMilliseconds,
  snapshot: CallerIdSnapshot,
  step = `caller-ids:${snapshot.pool}`,
): Promise<void> {
  for (const write of callerIdWrites(at, snapshot))
    await documents.save(steps, write, `${step}:${write.kind}`);
}

/** What a restarting engine finds in the documents. */
export async function bootDocuments(
  documents: DocumentRecords,
  attempts: Pick<AttemptBook, 'attempts'>,
): Promise<EngineDocuments> {
  const [stop, { items: pools }, { items: drains }] = await Promise.all([
    documents.get(EMERGENCY_STOP.kind, EMERGENCY_STOP.id),
    documents.page({ kind: 'caller-id-pool', limit: MOST_POOLS }),
    documents.page({ kind: SWITCH_DRAIN, limit: MOST_POOLS }),
  ]);
  const kept = await Promise.all(
    pools.map(({ id }) => Promise.all(callerIdKinds.map((kind) => documents.get(kind, id)))),
  );
  const search = shownSinceSaved(kept);
  let asked = search.next();
  while (asked.done !== true) asked = search.next(await attempts.attempts(asked.value));
  return engineDocumentsOf(stop, drains, pools, kept, asked.value);
}
