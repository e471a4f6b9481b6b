import type {
  DocumentFilter,
  DocumentRemoval,
  DocumentVersionFilter,
  DocumentWrite,
  StoredDocument,
} from '../documents.js';
import type { Page } from '../port.js';

interface Held {
  /** Oldest first; the last is the newest. */
  versions: readonly StoredDocument[];
  lastVersion: number;
  removed: boolean;
}

/** Documents by kind and id, with their versions. */
export class DocumentBook {
  readonly #kinds = new Map<string, Map<string, Held>>();

  get(kind: string, id: string, version?: number): StoredDocument | undefined {
    const held = this.#kinds.get(kind)?.get(id);
    if (version !== undefined) return held?.versions.find((each) => each.version === version);
    return held?.removed === false ? held.versions.at(-1) : undefined;
  }

  save({ kind, id, body, at, ifVersion, keep = 'all' }: DocumentWrite): number | false {
    const documents = this.#kinds.get(kind) ?? new Map<string, Held>();
    const held = documents.get(id);
    const current = this.get(kind, id);
    if (ifVersion !== undefined && ifVersion !== (current?.version ?? 0)) return false;
    const version = (held?.lastVersion ?? 0) + 1;
    const document: StoredDocument = {
      kind,
      id,
      version,
      // As a copy, so that nobody changes what is kept.
      body: structuredClone(body),
      createdAt: current?.createdAt ?? at,
      updatedAt: at,
    };
    const before = keep === 'all' ? (held?.versions ?? []) : [];
    documents.set(id, { versions: [...before, document], lastVersion: version, removed: false });
    this.#kinds.set(kind, documents);
    return version;
  }

  remove({ kind, id, ifVersion, keep = 'all' }: DocumentRemoval): boolean {
    const held = this.#kinds.get(kind)?.get(id);
    if (held === undefined || held.removed) return false;
    if (ifVersion !== undefined && ifVersion !== held.lastVersion) return false;
    held.removed = true;
    if (keep === 'none') held.versions = [];
    return true;
  }

  page({ kind, limit, cursor }: DocumentFilter): Page<StoredDocument> {
    const left = [...(this.#kinds.get(kind)?.values() ?? [])]
      .flatMap(({ versions, removed }) => (removed ? [] : versions.slice(-1)))
      .filter(({ id }) => cursor === undefined || id > cursor)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const items = left.slice(0, limit);
    return left.length <= limit ? { items } : { items, nextCursor: items.at(-1)?.id ?? '' };
  }

  versions({ kind, id, limit, cursor }: DocumentVersionFilter): Page<StoredDocument> {
    const left = [...(this.#kinds.get(kind)?.get(id)?.versions ?? [])]
      .reverse()
      .filter(({ version }) => cursor === undefined || version < Number(cursor));
    const items = left.slice(0, limit);
    return left.length <= limit ? { items } : { items, nextCursor: String(items.at(-1)?.version ?? 0) };
  }
}
