/** The Store port's operations as plain synchronous calls: what a backend does inside one transaction. */
import type { AuditEntry } from '../audit/audit-record.js';
import type { EpochMilliseconds } from '../core/model.js';
import type { AuditedOperation, Store } from './port.js';

type Operation = Exclude<keyof Store, 'idempotent' | 'audited' | 'check' | 'close' | 'durability'>;

/**
 * Synchronous twin of `Store`, with the same meaning call by call. The virtual-time simulator calls it
 * directly; the SQLite worker runs it inside its transactions. Time is always an argument.
 */
export type StoreOperations = {
  [K in Operation]: (...parameters: Parameters<Store[K]>) => Awaited<ReturnType<Store[K]>>;
} & {
  idempotent(key: string, now: EpochMilliseconds): Awaited<ReturnType<Store['idempotent']>>;
  audited(entry: AuditEntry, operation: AuditedOperation, parameters: readonly unknown[]): unknown;
};
