/** What an import tells about itself while it runs and when it is over. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { EpochMilliseconds } from '../core/model.js';
import type { ColumnPlan } from './columns.js';
import type { RowIssue } from './contact-row.js';
import { csvLine } from './csv-cell.js';

/**
 * `failed`: reading or storing broke off; what was stored before stays.
 * `cancelled`: ended by request; likewise.
 * `interrupted`: the service ended while it ran, and was started again; likewise.
 */
export type ImportState = 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';

export interface ImportProgress {
  readonly id: string;
  readonly campaignId: string;
  /** The list that the contacts go to. */
  readonly list: string;
  /** Name of the file, when somebody said. */
  readonly source: string;
  readonly format: 'csv' | 'ndjson';
  readonly state: ImportState;
  readonly startedAt: EpochMilliseconds;
  readonly finishedAt?: EpochMilliseconds;
  /** Bytes of the file read so far, and its size when known. */
  readonly bytes: number;
  readonly totalBytes?: number;
  /** Rows read: added + duplicates + rejected, and those on their way to the store. */
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Numbers left out of contacts that have another. */
  readonly numbersDropped: number;
  /** Everything up to this line (it included) has been stored or reported. */
  readonly settledLine: number;
  /** The first rows with something wrong; the rest is counted in `issueCounts`. */
  readonly errors: readonly RowIssue[];
  readonly errorsOmitted: number;
  /** Issues by their code. */
  readonly issueCounts: Readonly<Record<string, number>>;
  /** Column headers by what they were taken for. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly encoding: string;
  readonly delimiter: string;
  /** Why it failed or was cancelled, one line; empty otherwise. */
  readonly failure: string;
}

/** What is known at the end; `state` is not `running`, `finishedAt` is there. */
export type ImportReport = ImportProgress;

/** First line of an error file. */
export const ISSUE_HEADER = csvLine(['line', 'column', 'code', 'reason', 'value', 'contact kept']);

/** A line of an error file. */
export function issueLine({ line, field, code, reason, value, kept }: RowIssue): string {
  return csvLine([String(line), field, code, reason, value, kept ? 'yes' : 'no']);
}

/** Keeps the first issues, counts all, and writes all to a file when asked. */
export class IssueCollector {
  readonly kept: RowIssue[] = [];
  readonly counts: Record<string, number> = {};
  omitted = 0;
  readonly #limit: number;
  readonly #file: WriteStream | undefined;
  #fileError: Error | undefined;

  constructor(limit: number, file: string | undefined) {
    this.#limit = limit;
    if (file === undefined) return;
    this.#file = createWriteStream(file);
    this.#file.on('error', (error) => {
      this.#fileError = error;
    });
    this.#file.write(ISSUE_HEADER);
  }

  /** Waits while the error file cannot take more. */
  async add(issues: readonly RowIssue[]): Promise<void> {
    for (const issue of issues) {
      this.counts[issue.code] = (this.counts[issue.code] ?? 0) + 1;
      if (this.kept.length < this.#limit) this.kept.push(issue);
      else this.omitted += 1;
    }
    if (this.#file === undefined || issues.length === 0) return;
    this.#throwFileError();
    const text = issues.map(issueLine).join('');
    const file = this.#file;
    if (file.write(text)) return;
    // Not once(): the stream may fail instead, and then no 'drain' comes.
    await new Promise<void>((resolve) => {
      const done = (): void => {
        file.off('drain', done);
        file.off('close', done);
        resolve();
      };
      file.once('drain', done);
      file.once('close', done);
    });
    this.#throwFileError();
  }

  async close(): Promise<void> {
    if (this.#file === undefined) return;
    if (this.#fileError === undefined) {
      this.#file.end();
      await finished(this.#file);
    }
    this.#throwFileError();
  }

  #throwFileError(): void {
    if (this.#fileError !== undefined)
      throw new Error(`the error file cannot be written: ${this.#fileError.message}`);
  }
}

/** Columns by what they were taken for, for the report. */
export function describeColumns(plan: ColumnPlan): Record<string, readonly string[]> {
  const names = (positions: readonly number[]): string[] =>
    positions.filter((at) => at >= 0).map((at) => plan.header[at]!);
  const described = {
    numbers: names(plan.numbers),
    name: names(plan.name),
    externalId: names([plan.externalId]),
    timeZone: names([plan.timeZone]),
    region: names([plan.region]),
    postalCode: names([plan.postalCode]),
    party: names([plan.party]),
    numberClass: names([plan.numberClass]),
    country: names([plan.country]),
    consent: names([plan.consent]),
    consentLevel: names([plan.consentLevel]),
    consentSource: names([plan.consentSource]),
    consentEvidence: names([plan.consentEvidence]),
    consentAt: names([plan.consentAt]),
    consentExpires: names([plan.consentExpires]),
    fields: plan.fields.map(({ name }) => name),
  };
  return Object.fromEntries(Object.entries(described).filter(([, columns]) => columns.length > 0));
}
