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

export const EMERGENCY_STOP = { kind: 'emergency-stop', id: 'all' } as const;
/** Kinds of what is kept of a pool's numbers. */
const USES = 'caller-id-uses';
const WATCH = 'caller-id-watch';
/** More pools than anybody has. */
export const MOST_POOLS = 10_000;

export function keepEmergencyStop(documents: Documents, stop: EmergencyStop | undefined): void {
  if (stop === undefined) documents.removeDocument(EMERGENCY_STOP);
  else documents.saveDocument({ ...EMERGENCY_STOP, body: { ...stop }, at: stop.since });
}

export function keepCallerIds(documents: Documents, at: EpochMilliseconds, snapshot: CallerIdSnapshot): void {
  for (const write of callerIdWrites(at, snapshot)) documents.saveDocument(write);
}

/** What keeps the snapshot. */
export function callerIdWrites(
  at: EpochMilliseconds,
  { pool: id, uses, watch }: CallerIdSnapshot,
): readonly DocumentWrite[] {
  const writeOf = (kind: string, body: string | undefined): readonly DocumentWrite[] =>
    body === undefined ? [] : [{ kind, id, body, at, keep: 'last' }];
  return [...writeOf(USES, uses), ...writeOf(WATCH, watch)];
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
export function bootDocuments(documents: Documents): EngineDocuments {
  const pools = documents.documents({ kind: 'caller-id-pool', limit: MOST_POOLS }).items;
  return engineDocumentsOf(
    documents.document(EMERGENCY_STOP.kind, EMERGENCY_STOP.id),
    pools,
    pools.map(({ id }) => callerIdKinds.map((kind) => documents.document(kind, id))),
  );
}

export type EngineDocuments = Pick<BootState, 'emergencyStop' | 'callerIdPools' | 'callerIds'>;

/** Kinds of the two documents that are kept of each pool's numbers. */
export const callerIdKinds: readonly string[] = [USES, WATCH];

/** @param kept of each pool, its documents of `callerIdKinds` */
export function engineDocumentsOf(
  stop: StoredDocument | undefined,
  pools: readonly StoredDocument[],
  kept: readonly (readonly (StoredDocument | undefined)[])[],
): EngineDocuments {
  const text = (document: StoredDocument | undefined): string | undefined =>
    typeof document?.body === 'string' ? document.body : undefined;
  return {
    callerIdPools: pools.map(callerIdPoolOf),
    callerIds: pools.map(({ id: pool }, i) => {
      const [uses, watch] = kept[i]?.map(text) ?? [];
      return { pool, ...(uses === undefined ? {} : { uses }), ...(watch === undefined ? {} : { watch }) };
    }),
    ...(stop === undefined ? {} : { emergencyStop: stop.body as unknown as EmergencyStop }),
  };
}
