/** The one place to write the audit log from, for every part of the service. */
import type { EpochMilliseconds } from '../core/model.js';
import type { Store } from '../store/port.js';
import type { AuditActor, AuditEntry } from './audit-record.js';

/** A change to record; the time is now and the actor is the service itself, unless said. */
export type AuditDraft = Omit<AuditEntry, 'at' | 'actor'> & {
  readonly at?: EpochMilliseconds;
  readonly actor?: AuditActor;
};

export interface AuditLog {
  /**
   * Records a change; resolves when the record is durable. Await it before the change is answered. Where the change is
   * one operation of the store, use `store.audited`, which makes both durable in one transaction.
   */
  record(draft: AuditDraft): Promise<void>;
  /** The entry that `record` would write, for `store.audited`, `store.write` and `engine.request`. */
  entry(draft: AuditDraft): AuditEntry;
}

export const ENGINE_ACTOR: AuditActor = { kind: 'engine', id: 'engine', name: 'engine', role: 'engine' };

export function createAuditLog(store: Pick<Store, 'appendAudit'>, now: () => EpochMilliseconds): AuditLog {
  const entry = (draft: AuditDraft): AuditEntry => ({ at: now(), actor: ENGINE_ACTOR, ...draft });
  return { entry, record: (draft) => store.appendAudit([entry(draft)]) };
}
