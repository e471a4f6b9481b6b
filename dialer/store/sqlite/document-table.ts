import type { Json } from '../../audit/audit-record.js';
import type {
  DocumentFilter,
  DocumentRemoval,
  DocumentVersionFilter,
  DocumentWrite,
  StoredDocument,
} from '../documents.js';
import type { Page } from '../port.js';
import type { Database } from './database.js';

type VersionRow = [id: string, version: number, createdAt: number, updatedAt: number, body: string];

const COLUMNS = 'v.id, v.version, v.created_at, v.updated_at, v.body';

/** Documents by kind and id, with their versions. */
export class DocumentTable {
  readonly #head;
  readonly #version;
  readonly #page;
  readonly #versions;
  readonly #saveHead;
  readonly #saveVersion;
  readonly #forgetVersions;
  readonly #remove;

  constructor(database: Database) {
    this.#head = database.query<[version: number, createdAt: number, removed: number]>(
      'SELECT version, created_at, removed FROM documents WHERE kind = ? AND id = ?',
    );
    this.#version = database.query<VersionRow>(
      `SELECT ${COLUMNS} FROM document_versions v WHERE kind = ? AND id = ? AND version = ?`,
    );
    this.#page = database.query<VersionRow>(
      `SELECT ${COLUMNS} FROM documents d JOIN document_versions v USING (kind, id, version)
         WHERE d.kind = ?1 AND d.id > ?2 AND d.removed = 0 ORDER BY d.id LIMIT ?3`,
    );
    this.#versions = database.query<VersionRow>(
      `SELECT ${COLUMNS} FROM document_versions v
         WHERE kind = ?1 AND id = ?2 AND version < ?3 ORDER BY version DESC LIMIT ?4`,
    );
    this.#saveHead = database.command('INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, 0)');
    this.#saveVersion = database.command('INSERT INTO document_versions VALUES (?, ?, ?, ?, ?, ?)');
    this.#forgetVersions = database.command('DELETE FROM document_versions WHERE kind = ? AND id = ?');
    this.#remove = database.command('UPDATE documents SET removed = 1 WHERE kind = ? AND id = ?');
  }

  get(kind: string, id: string, version?: number): StoredDocument | undefined {
    if (version !== undefined) return this.#read(kind, id, version);
    const [current, , removed] = this.#head.first(kind, id) ?? [0, 0, 1];
    return removed === 1 ? undefined : this.#read(kind, id, current);
  }

  save({ kind, id, body, at, ifVersion, keep = 'all' }: DocumentWrite): number | false {
    const [last, createdAt, removed] = this.#head.first(kind, id) ?? [0, at, 1];
    if (ifVersion !== undefined && ifVersion !== (removed === 1 ? 0 : last)) return false;
    const version = last + 1;
    const made = removed === 1 ? at : createdAt;
    if (keep === 'last') this.#forgetVersions.run(kind, id);
    this.#saveHead.run(kind, id, version, made);
    this.#saveVersion.run(kind, id, version, made, at, JSON.stringify(body));
    return version;
  }

  remove({ kind, id, ifVersion, keep = 'all' }: DocumentRemoval): boolean {
    const [last, , removed] = this.#head.first(kind, id) ?? [0, 0, 1];
    if (removed === 1 || (ifVersion !== undefined && ifVersion !== last)) return false;
    this.#remove.run(kind, id);
    if (keep === 'none') this.#forgetVersions.run(kind, id);
    return true;
  }

  page({ kind, limit, cursor }: DocumentFilter): Page<StoredDocument> {
    return pageOf(kind, this.#page.all(kind, cursor ?? '', limit + 1), limit, ({ id }) => id);
  }

  versions({ kind, id, limit, cursor }: DocumentVersionFilter): Page<StoredDocument> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
    const rows = this.#versions.all(kind, id, before, limit + 1);
    return pageOf(kind, rows, limit, ({ version }) => String(version));
  }

  #read(kind: string, id: string, version: number): StoredDocument | undefined {
    const row = this.#version.first(kind, id, version);
    return row === undefined ? undefined : documentOf(kind, row);
  }
}

function documentOf(kind: string, [id, version, createdAt, updatedAt, body]: VersionRow): StoredDocument {
  return { kind, id, version, body: JSON.parse(body) as Json, createdAt, updatedAt };
}

/** The first `limit` of the rows; one more means that there is a next page. */
function pageOf(
  kind: string,
  rows: readonly VersionRow[],
  limit: number,
  cursorOf: (last: StoredDocument) => string,
): Page<StoredDocument> {
  const items = rows.slice(0, limit).map((row) => documentOf(kind, row));
  const last = items.at(-1);
  return rows.length <= limit || last === undefined ? { items } : { items, nextCursor: cursorOf(last) };
}
