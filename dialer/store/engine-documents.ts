/** Documents that the engine itself keeps, or starts with: alike in every store. */
import type {
  CallerIdPoolSettings,
  CallerIdSnapshot,
  EmergencyStop,
  EpochMilliseconds,
  SwitchDrain,
} from '../core/model.js';
import type { DocumentFilter, DocumentRemoval, DocumentWrite, StoredDocument } from './documents.js';
import type { AttemptFilter, AttemptRecord, BootState, Page } from './port.js';

/** A store's documents, within its transaction. */
export interface Documents {
  document(kind: string, id: string): StoredDocument | undefined;
  documents(filter: DocumentFilter): Page<StoredDocument>;
  saveDocument(write: DocumentWrite): number | false;
  removeDocument(removal: DocumentRemoval): boolean;
}

export const EMERGENCY_STOP = { kind: 'emergency-stop', id: 'all' } as const;
/** Switches that are out of service, by id. */
export const SWITCH_DRAIN = 'switch-drain';
/** Kinds of what is kept of a pool's numbers. */
const USES = 'caller-id-uses';
const WATCH = 'caller-id-watch';
/** More pools, or switches, than anybody has. */
export const MOST_POOLS = 10_000;
/** Attempts since the uses were saved, a second or two before a crash, are read in pages of so many … */
const PAGE = 1_000;
/** … and at most so many of them. */
const MOST_PAGES = 20;

export function keepEmergencyStop(documents: Documents, stop: EmergencyStop | undefined): void {
  if (stop === undefined) documents.removeDocument(EMERGENCY_STOP);
  else documents.saveDocument({ ...EMERGENCY_STOP, body: { ...stop }, at: stop.since });
}

export function keepSwitchDrain(documents: Documents, id: string, drain: SwitchDrain | undefined): void {
  if (drain === undefined) documents.removeDocument({ kind: SWITCH_DRAIN, id });
  else documents.saveDocument(switchDrainWrite(drain));
}

/** What keeps the drain. */
export const switchDrainWrite = (drain: SwitchDrain): DocumentWrite => ({
  kind: SWITCH_DRAIN,
  id: drain.switchId,
  body: { ...drain },
  at: drain.since,
});

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

/** Of each pool, its documents of `callerIdKinds`. */
export type KeptOfPools = readonly (readonly (StoredDocument | undefined)[])[];

/** A call that showed a number. */
export type ShownNumber = NonNullable<CallerIdSnapshot['since']>[number];

/**
 * Caller ids of the calls since the uses of the first pool were saved, oldest first; not those that were never dialled. It
 * asks for pages of attempts, newest first, and is handed each.
 */
export function* shownSinceSaved(
  kept: KeptOfPools,
): Generator<AttemptFilter, readonly ShownNumber[], Page<AttemptRecord>> {
  if (kept.length === 0) return [];
  const from = Math.min(...kept.map(([uses]) => uses?.updatedAt ?? 0));
  const shown: ShownNumber[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = yield { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    for (const { callerId: number, intendedAt: at, result } of items) {
      if (at < from) return shown.reverse();
      if (result?.outcome !== 'not-dialed') shown.push({ number, at });
    }
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return shown.reverse();
}

/** What a restarting engine finds in the documents. */
export function bootDocuments(
  documents: Documents & { attempts(filter: AttemptFilter): Page<AttemptRecord> },
): EngineDocuments {
  const pools = documents.documents({ kind: 'caller-id-pool', limit: MOST_POOLS }).items;
  const kept = pools.map(({ id }) => callerIdKinds.map((kind) => documents.document(kind, id)));
  const search = shownSinceSaved(kept);
  let asked = search.next();
  while (asked.done !== true) asked = search.next(documents.attempts(asked.value));
  return engineDocumentsOf(
    documents.document(EMERGENCY_STOP.kind, EMERGENCY_STOP.id),
    documents.documents({ kind: SWITCH_DRAIN, limit: MOST_POOLS }).items,
    pools,
    kept,
    asked.value,
  );
}

export type EngineDocuments = Pick<
  BootState,
  'emergencyStop' | 'switchDrains' | 'callerIdPools' | 'callerIds'
>;

/** Kinds of the two documents that are kept of each pool's numbers. */
export const callerIdKinds: readonly string[] = [USES, WATCH];

/**
 * @param shown calls since the uses of the first pool were saved, oldest first
 */
export function engineDocumentsOf(
  stop: StoredDocument | undefined,
  drains: readonly StoredDocument[],
  pools: readonly StoredDocument[],
  kept: KeptOfPools,
  shown: readonly ShownNumber[],
): EngineDocuments {
  const text = (document: StoredDocument | undefined): string | undefined =>
    typeof document?.body === 'string' ? document.body : undefined;
  return {
    callerIdPools: pools.map(callerIdPoolOf),
    callerIds: pools.map((pool, i) => {
      const [uses, watch] = kept[i]?.map(text) ?? [];
      const savedAt = kept[i]?.[0]?.updatedAt ?? 0;
      const own = new Set(callerIdPoolOf(pool).numbers.map(({ number }) => number));
      const since = shown.filter(({ number, at }) => at >= savedAt && own.has(number));
      return {
        pool: pool.id,
        ...(uses === undefined ? {} : { uses }),
        ...(watch === undefined ? {} : { watch }),
        ...(since.length === 0 ? {} : { since }),
      };
    }),
    switchDrains: drains.map(({ body }) => body as unknown as SwitchDrain),
    ...(stop === undefined ? {} : { emergencyStop: stop.body as unknown as EmergencyStop }),
  };
}
