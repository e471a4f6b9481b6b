/** Documents: what operators keep and edit (scripts, users, caller-id pools, …), whole, with their versions. */
import type { Json } from '../audit/audit-record.js';
import type { EpochMilliseconds } from '../core/model.js';

/** One version of a document. */
export interface StoredDocument {
  /** What it is, such as `script`; ids are unique within a kind. */
  readonly kind: string;
  readonly id: string;
  /** 1, 2, …; a document that was removed and made again goes on counting. */
  readonly version: number;
  readonly body: Json;
  /** When the document was made, or made again. */
  readonly createdAt: EpochMilliseconds;
  /** When this version was made. */
  readonly updatedAt: EpochMilliseconds;
}

export interface DocumentWrite {
  readonly kind: string;
  readonly id: string;
  readonly body: Json;
  readonly at: EpochMilliseconds;
  /** Write only if this is the version there is; 0: if there is none. Absent: whatever there is. */
  readonly ifVersion?: number;
  /** `last`: versions before this one are forgotten, as it must be with secrets. Absent: all are kept. */
  readonly keep?: 'all' | 'last';
}

export interface DocumentRemoval {
  readonly kind: string;
  readonly id: string;
  /** Remove only this version. */
  readonly ifVersion?: number;
  /** `none`: its versions are forgotten, too. Absent: they can still be read one by one. */
  readonly keep?: 'all' | 'none';
}

export interface DocumentFilter {
  readonly kind: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface DocumentVersionFilter extends DocumentFilter {
  readonly id: string;
}
