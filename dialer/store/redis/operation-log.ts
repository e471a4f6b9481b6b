/**
 * Operations that change keys of several slots, or that must not be without their audit record. Such an operation is noted in
 * the redo log first, with its parameters and its entries. Then its steps are taken, each once, however often it is asked for;
 * then its record is appended, once. Whoever finds the note left over takes the same steps and comes to the same end, even at
 * the same time as the one who wrote it.
 */
import { type AuditEntry, canonicalJson } from '../../audit/audit-record.js';
import { StoreError } from '../errors.js';
import { auditResult } from '../rules.js';
import type { AuditChain } from './audit-chain.js';
import type { RedisConnection } from './connection.js';
import type { RedoLog } from './redo-log.js';
import { OnceSteps, PlainSteps, type Steps } from './steps.js';

/** Carries an operation out in steps, from its parameters alone. An answer of `false`: nothing changed. */
export type Handler = (steps: Steps, ...parameters: never[]) => Promise<unknown>;

interface Note {
  readonly operation: string;
  readonly parameters: readonly unknown[];
  readonly entries: readonly AuditEntry[];
}

const KIND = 'operation';

export class OperationLog {
  readonly #connection: RedisConnection;
  readonly #redo: RedoLog;
  readonly #audit: AuditChain;
  readonly #handlers = new Map<string, Handler>();

  constructor(connection: RedisConnection, redo: RedoLog, audit: AuditChain) {
    this.#connection = connection;
    this.#redo = redo;
    this.#audit = audit;
    redo.register(KIND, (batch, note: Note) => this.#carryOut(batch, note));
  }

  /** @param operation name under which it is noted: notes of this name may be left over from an earlier version */
  define(operation: string, handler: Handler): void {
    this.#handlers.set(operation, handler);
  }

  /** In one step, in one slot, without a record: no note is needed. */
  atOnce(operation: string, parameters: readonly unknown[]): Promise<unknown> {
    return this.#handler(operation)(new PlainSteps(this.#connection), ...(parameters as never[]));
  }

  /**
   * In steps, and with the entries in the audit log, or neither. Where the call rejects after it was noted, and not with
   * `store_failed`, it is finished later.
   */
  async run(
    operation: string,
    parameters: readonly unknown[],
    entries: readonly AuditEntry[] = [],
  ): Promise<unknown> {
    // What cannot be recorded is not done.
    for (const entry of entries) canonicalJson(entry);
    this.#handler(operation);
    // JSON has no undefined: what is left out stays left out.
    const given = parameters.slice(0, parameters.findLastIndex((each) => each !== undefined) + 1);
    const note: Note = { operation, parameters: given, entries };
    const batch = this.#redo.newBatch();
    await this.#redo.begin(batch, KIND, note).commit();
    try {
      return await this.#carryOut(batch, note, (steps) =>
        this.#redo.end(batch, async () => {
          if (entries.length > 0) await this.#audit.forget(batch);
          await steps.forget();
        }),
      );
    } catch (error) {
      // It was refused before its first step: there is nothing to finish.
      if (error instanceof StoreError && error.code === 'store_failed')
        this.#redo.end(batch, async () => undefined);
      throw error;
    }
  }

  async #carryOut(
    batch: string,
    { operation, parameters, entries }: Note,
    finished: (steps: OnceSteps) => void = () => undefined,
  ): Promise<unknown> {
    const steps = new OnceSteps(this.#connection, batch);
    const answer = await this.#handler(operation)(steps, ...(parameters as never[]));
    if (answer !== false && entries.length > 0) await this.#audit.append(entries, auditResult(answer), batch);
    finished(steps);
    return answer;
  }

  #handler(operation: string): Handler {
    const handler = this.#handlers.get(operation);
    if (handler === undefined)
      throw new StoreError(
        'store_unsupported',
        `this build does not know the operation ${operation}: use a newer one`,
      );
    return handler;
  }
}
