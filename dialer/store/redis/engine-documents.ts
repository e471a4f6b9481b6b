/** Documents that the engine itself keeps, or starts with, as `store/engine-documents.ts` has them. */
import type { CallerIdSnapshot, EmergencyStop, EpochMilliseconds } from '../../core/model.js';
import {
  callerIdKinds,
  callerIdWrites,
  EMERGENCY_STOP,
  type EngineDocuments,
  engineDocumentsOf,
  MOST_POOLS,
} from '../engine-documents.js';
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
export async function bootDocuments(documents: DocumentRecords): Promise<EngineDocuments> {
  const [stop, { items: pools }] = await Promise.all([
    documents.get(EMERGENCY_STOP.kind, EMERGENCY_STOP.id),
    documents.page({ kind: 'caller-id-pool', limit: MOST_POOLS }),
  ]);
  const kept = await Promise.all(
    pools.map(({ id }) => Promise.all(callerIdKinds.map((kind) => documents.get(kind, id)))),
  );
  return engineDocumentsOf(stop, pools, kept);
}
