/** What the HTTP interface needs of list imports. */
import type { Readable } from 'node:stream';
import type { ColumnMapping } from '../../dialer/lists/columns.js';

export interface ImportRequest {
  readonly campaignId: string;
  /** The file's bytes; the importer reads them at its own pace. */
  readonly source: Readable;
  readonly mapping: ColumnMapping;
  /** ISO 3166-1 code for numbers without a country code. */
  readonly defaultCountry?: string;
}

/** How far an import is. */
export interface ImportProgress {
  readonly id: string;
  readonly campaignId: string;
  readonly state: 'running' | 'completed' | 'failed';
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly bytes: number;
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** The first rejected rows: `line` counts from 1, the header included. */
  readonly errors: readonly { readonly line: number; readonly field: string; readonly reason: string }[];
  /** Why it failed, one line; empty otherwise. */
  readonly failure: string;
}

export interface ListImporter {
  /**
   * Begins an import. `received` resolves when the whole source has been read, and rejects with
   * `ListRejected` when the file cannot be imported (no header, no column with numbers, not text).
   */
  start(request: ImportRequest): { readonly id: string; readonly received: Promise<void> };
  progress(id: string): ImportProgress | undefined;
}
