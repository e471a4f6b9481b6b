/** Group commit: operations that wait together are carried out in one transaction. */
import { StoreError } from '../errors.js';
import { type Database, storeErrorOf } from './database.js';
import { type Answer, type Failure, monotonicMilliseconds, type Request } from './protocol.js';
import type { SqliteOperations } from './sqlite-operations.js';

/** No more operations join a transaction that has gone on for so long; the others' answers wait for it. */
const LONGEST_BATCH_MILLISECONDS = 25;

/** These change nothing, so that there is nothing to undo. */
const READING: ReadonlySet<Request['operation']> = new Set([
  'contact',
  'contacts',
  'contactCounts',
  'lists',
  'penetration',
  'callbacks',
  'attempt',
  'attempts',
  'attemptTotals',
  'abandonLedger',
  'isDnc',
  'consentOf',
  'consentHistory',
  'consentRecords',
  'recentAttempts',
  'events',
  'lastEvent',
  'dncEntries',
  'peekLeads',
  'emergencyAreas',
  'webhooks',
  'webhookDeliveries',
  'attemptsBetween',
  'contactsWith',
  'contactsClosedByLists',
  'person',
  'auditRecords',
  'auditHead',
  'apiKeys',
  'idempotent',
]);

export class BatchRunner {
  readonly #database: Database;
  readonly #operations: SqliteOperations;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #savepoint;
  readonly #release;
  readonly #rollbackTo;

  constructor(database: Database, operations: SqliteOperations) {
    this.#database = database;
    this.#operations = operations;
    this.#begin = database.command('BEGIN IMMEDIATE');
    this.#commit = database.command('COMMIT');
    this.#rollback = database.command('ROLLBACK');
    this.#savepoint = database.command('SAVEPOINT operation');
    this.#release = database.command('RELEASE operation');
    this.#rollbackTo = database.command('ROLLBACK TO operation');
  }

  /**
   * Carries out what `next` hands over until it has no more (or the transaction has gone on for long enough),
   * commits, and returns the answers. An operation that fails is undone alone; when the commit fails, all are.
   */
  run(next: () => Request | undefined): readonly Answer[] {
    const taken: number[] = [];
    const answers: Answer[] = [];
    const started = monotonicMilliseconds();
    try {
      this.#begin.run();
      for (let request = next(); request !== undefined; ) {
        taken.push(request.id);
        const now = monotonicMilliseconds();
        answers.push(this.#answer(request, now));
        if (now - started >= LONGEST_BATCH_MILLISECONDS) break;
        request = next();
      }
      this.#operations.beforeCommit();
      this.#commit.run();
      return answers;
    } catch (error) {
      if (this.#database.inTransaction) this.#rollback.run();
      this.#operations.rolledBack();
      const failure = failureOf(storeErrorOf(error, this.#database.file));
      return taken.map((id) => ({ id, failure }));
    }
  }

  #answer(request: Request, now: number): Answer {
    const { id } = request;
    if (now > request.deadline) {
      return { id, failure: { code: 'store_deadline', message: 'the deadline passed before its turn came' } };
    }
    const undoable = !READING.has(request.operation);
    if (undoable) this.#savepoint.run();
    try {
      const value = this.#perform(request);
      if (undoable) this.#release.run();
      this.#operations.operationDone();
      return { id, value };
    } catch (error) {
      // Some errors (a full disk) end the whole transaction; then the batch fails with them.
      if (!this.#database.inTransaction) throw error;
      if (undoable) {
        this.#rollbackTo.run();
        this.#release.run();
        this.#operations.operationFailed();
      }
      return { id, failure: failureOf(storeErrorOf(error, this.#database.file)) };
    }
  }

  #perform({ operation, parameters }: Request): unknown {
    const perform = this.#operations[operation] as ((...p: readonly unknown[]) => unknown) | undefined;
    if (perform === undefined) throw new StoreError('store_failed', `no operation is called ${operation}`);
    return perform.apply(this.#operations, parameters as unknown[]);
  }
}

export function failureOf({ code, message }: StoreError): Failure {
  return { code, message };
}
