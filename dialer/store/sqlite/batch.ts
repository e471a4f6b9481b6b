/** Group commit: operations that wait together are carried out in one transaction. */
import { StoreError } from '../errors.js';
import { type Database, storeErrorOf } from './database.js';
import { type Answer, type Failure, monotonicMilliseconds, type Request } from './protocol.js';
import type { SqliteOperations } from './sqlite-operations.js';

/** No more operations join a transaction that has gone on for so long; the others' answers wait for it. */
const LONGEST_BATCH_MILLISECONDS = 25;

export class BatchRunner {
  readonly #database: Database;
  readonly #operations: SqliteOperations;

  constructor(database: Database, operations: SqliteOperations) {
    this.#database = database;
    this.#operations = operations;
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
      this.#database.execute('BEGIN IMMEDIATE');
      for (let request = next(); request !== undefined; ) {
        taken.push(request.id);
        const now = monotonicMilliseconds();
        answers.push(this.#answer(request, now));
        if (now - started >= LONGEST_BATCH_MILLISECONDS) break;
        request = next();
      }
      this.#operations.beforeCommit();
      this.#database.execute('COMMIT');
      return answers;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.execute('ROLLBACK');
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
    this.#database.execute('SAVEPOINT operation');
    try {
      const value = this.#perform(request);
      this.#database.execute('RELEASE operation');
      this.#operations.operationDone();
      return { id, value };
    } catch (error) {
      // Some errors (a full disk) end the whole transaction; then the batch fails with them.
      if (!this.#database.inTransaction) throw error;
      this.#database.execute('ROLLBACK TO operation; RELEASE operation');
      this.#operations.operationFailed();
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
