/** Documents that the engine itself keeps, or starts with: alike in every store. */
import type {
  CallerIdPoolSettings,
  CallerIdSnapshot,
  EmergencyStop,
  EpochMilliseconds,
} from '../core/model.js';
import type { DocumentFilter, DocumentRemoval, DocumentWrite, StoredDocument } from './documents.js';
import type { BootState, Page } from './port.js';

/** A store's documents, within its transaction. */
export interface Documents {
  document(kind: string, id: string): StoredDocument | undefined;
  documents(filter: DocumentFilter): Page<StoredDocument>;
  saveDocument(write: DocumentWrite): number | false;
  removeDocument(removal: DocumentRemoval): boolean;
}

const EMERGENCY_STOP = { kind: 'emergency-stop', id: 'all' } as const;
/** Kinds of what is kept of a pool's numbers. */
const USES = 'caller-id-uses';
const WATCH = 'caller-id-watch';
/** More pools than anybody has. */
const MOST_POOLS = 10_000;

export function keepEmergencyStop(documents: Documents, stop: EmergencyStop | undefined): void {
  if (stop === undefined) documents.removeDocument(EMERGENCY_STOP);
  else documents.saveDocument({ ...EMERGENCY_STOP, body: { ...stop }, at: stop.since });
}

export function keepCallerIds(
  documents: Documents,
  at: EpochMilliseconds,
  { pool: id, uses, watch }: CallerIdSnapshot,
): void {
  if (uses !== undefined) documents.saveDocument({ kind: USES, id, body: uses, at, keep: 'last' });
  if (watch !== undefined) documents.saveDocument({ kind: WATCH, id, body: watch, at, keep: 'last' });
}

/** The pool as the engine works with it. */
export function callerIdPoolOf({ id, body }: StoredDocument): CallerIdPoolSettings {
  const given = body as unknown as Partial<CallerIdPoolSettings> &
    Pick<CallerIdPoolSettings, 'name' | 'numbers'>;
  return {
    rotation: 'least-used',
    localPresence: true,
    timeZone: 'UTC',
    flagRestHours: 72,
    callsBetweenFalseFlags: 200_000,
    ...given,
    id,
  };
}

/** What a restarting engine finds in the documents. */
export function bootDocuments(
  documents: Documents,
): Pick<BootState, 'emergencyStop' | 'callerIdPools' | 'callerIds'> {
  const stop = documents.document(EMERGENCY_STOP.kind, EMERGENCY_STOP.id);
  const pools = documents.documents({ kind: 'caller-id-pool', limit: MOST_POOLS }).items;
  const text = (kind: string, id: string): string | undefined => {
    const body = documents.document(kind, id)?.body;
    return typeof body === 'string' ? body : undefined;
  };
  return {
    callerIdPools: pools.map(callerIdPoolOf),
    callerIds: pools.map(({ id: pool }) => {
      const uses = text(USES, pool);
      const watch = text(WATCH, pool);
      return { pool, ...(uses === undefined ? {} : { uses }), ...(watch === undefined ? {} : { watch }) };
    }),
    ...(stop === undefined ? {} : { emergencyStop: stop.body as unknown as EmergencyStop }),
  };
}
