import type {
  DocumentFilter,
  DocumentRemoval,
  DocumentVersionFilter,
  DocumentWrite,
  StoredDocument,
} from '../documents.js';
import type { Page } from '../port.js';
import type { RedisConnection } from './connection.js';
import { lexAfter } from './lex-range.js';
import type { RegistryKeys } from './registry-keys.js';
import { readScript } from './scripts.js';
import type { Steps } from './steps.js';

const SAVE = readScript('save-document');
const REMOVE = readScript('remove-document');

type StoredVersion = Omit<StoredDocument, 'kind' | 'id'>;

/** Documents by kind and id, with their versions. */
export class DocumentRecords {
  readonly #connection: RedisConnection;
  readonly #keys: RegistryKeys;

  constructor(connection: RedisConnection, keys: RegistryKeys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async save(
    steps: Steps,
    { kind, id, body, at, ifVersion, keep = 'all' }: DocumentWrite,
    step = 'save',
  ): Promise<number | false> {
    const { document, versions, kind: ofKind } = this.#keys.document(kind, id);
    const version = await steps.run(
      step,
      SAVE,
      [document, versions, ofKind],
      [id, JSON.stringify(body), at, ifVersion ?? '', keep],
    );
    return version === 0 ? false : Number(version);
  }

  async remove(
    steps: Steps,
    { kind, id, ifVersion, keep = 'all' }: DocumentRemoval,
    step = 'remove',
  ): Promise<boolean> {
    const { document, versions, kind: ofKind } = this.#keys.document(kind, id);
    return (await steps.run(step, REMOVE, [document, versions, ofKind], [id, ifVersion ?? '', keep])) === 1;
  }

  async get(kind: string, id: string, version?: number): Promise<StoredDocument | undefined> {
    const { document } = this.#keys.document(kind, id);
    const [there, now, before] = (await this.#connection.call(
      'hmget',
      document,
      'there',
      'now',
      `v${version ?? ''}`,
    )) as (string | null)[];
    if (version === undefined) return there === '1' ? documentOf(kind, id, now) : undefined;
    const newest = documentOf(kind, id, now);
    return newest?.version === version ? newest : documentOf(kind, id, before);
  }

  async page({ kind, limit, cursor }: DocumentFilter): Promise<Page<StoredDocument>> {
    const { kind: ofKind } = this.#keys.document(kind, '');
    const ids = (await this.#connection.call(
      'zrangebylex',
      ofKind,
      lexAfter(cursor),
      '+',
      'LIMIT',
      0,
      limit + 1,
    )) as string[];
    const found = await Promise.all(ids.slice(0, limit).map((id) => this.get(kind, id)));
    // One that was removed while the page was read is left out.
    const items = found.filter((each) => each !== undefined);
    return ids.length <= limit ? { items } : { items, nextCursor: ids[limit - 1] ?? '' };
  }

  async versions({ kind, id, limit, cursor }: DocumentVersionFilter): Promise<Page<StoredDocument>> {
    const { versions } = this.#keys.document(kind, id);
    const before = cursor === undefined ? '+inf' : `(${Number(cursor)}`;
    const numbers = (await this.#connection.call(
      'zrevrangebyscore',
      versions,
      before,
      '-inf',
      'LIMIT',
      0,
      limit + 1,
    )) as string[];
    const found = await Promise.all(numbers.slice(0, limit).map((each) => this.get(kind, id, Number(each))));
    const items = found.filter((each) => each !== undefined);
    return numbers.length <= limit ? { items } : { items, nextCursor: numbers[limit - 1] ?? '' };
  }
}

function documentOf(kind: string, id: string, json: string | null | undefined): StoredDocument | undefined {
  if (json === null || json === undefined) return undefined;
  const { version, body, createdAt, updatedAt } = JSON.parse(json) as StoredVersion;
  return { kind, id, version, body, createdAt, updatedAt };
}
