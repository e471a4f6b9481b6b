/** API keys: made from 256 random bits, kept as a SHA-256 hash, looked up by id and compared in constant time. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEntry, ENGINE_ACTOR } from '../../../dialer/audit/index.js';
import type { ApiKey, Store } from '../../../dialer/store/port.js';
import { defined } from '../defined.js';
import type { Principal, Role } from './principal.js';

/** Another process may have revoked a key: what is in memory is read again after this long. */
const REFRESH_MILLISECONDS = 5_000;

type KeyStore = Pick<Store, 'apiKeys' | 'audited'>;

/** A key as it is handed out, once. */
export interface IssuedKey {
  readonly key: ApiKey;
  /** `tactus_<id>_<secret>`: what goes into the Authorization header. */
  readonly token: string;
}

/** A high-entropy secret needs no slow hash: there is nothing to guess. */
function hashOf(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Makes a key; the caller saves `key` and shows `token` once. */
export function issueKey(name: string, role: Role, now: number, agentId?: string): IssuedKey {
  const id = randomBytes(6).toString('hex');
  const token = `tactus_${id}_${randomBytes(32).toString('base64url')}`;
  return { key: { id, name, role, ...defined({ agentId }), hash: hashOf(token), createdAt: now }, token };
}

/** The key as whoever asks. */
export function principalOfKey({ id, name, role, agentId }: ApiKey): Principal {
  return { kind: 'key', id, name, role, ...defined({ agentId }) };
}

/** The record of a key that the service makes by itself. */
function engineEntry({ id, name, role, createdAt }: ApiKey): AuditEntry {
  return {
    at: createdAt,
    action: 'key.create',
    actor: ENGINE_ACTOR,
    subject: { kind: 'key', id },
    after: { name, role },
  };
}

/** The keys of the store, in memory for as long as they are fresh. */
export class KeyRing {
  readonly #store: KeyStore;
  readonly #now: () => number;
  readonly #onStale: (error: unknown) => void;
  #keys: ReadonlyMap<string, ApiKey> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  /** `onStale` is told when the store could not be read; keys that are in memory go on being valid. */
  constructor(store: KeyStore, now: () => number, onStale: (error: unknown) => void) {
    this.#store = store;
    this.#now = now;
    this.#onStale = onStale;
  }

  /** The key that the token belongs to; undefined when unknown or revoked. */
  async find(token: string): Promise<ApiKey | undefined> {
    if (this.#now() - this.#readAt >= REFRESH_MILLISECONDS) await this.#refresh();
    const id = /^tactus_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/.exec(token)?.[1];
    if (id === undefined) return undefined;
    const key = this.#keys.get(id);
    if (key === undefined || key.revokedAt !== undefined) return undefined;
    const given = Buffer.from(hashOf(token), 'hex');
    const known = Buffer.from(key.hash, 'hex');
    return given.length === known.length && timingSafeEqual(given, known) ? key : undefined;
  }

  async list(): Promise<readonly ApiKey[]> {
    await this.#read();
    return [...this.#keys.values()];
  }

  /** `entryOf` makes the record of the audit log that is stored with the key. */
  async issue(name: string, role: Role, entryOf = engineEntry, agentId?: string): Promise<IssuedKey> {
    const issued = issueKey(name, role, this.#now(), agentId);
    await this.#store.audited(entryOf(issued.key), 'saveApiKey', [issued.key]);
    await this.#read();
    return issued;
  }

  /** Ends a key; false when there is no such key. A revoked key stays listed. */
  async revoke(id: string, entryOf: (key: ApiKey) => AuditEntry): Promise<ApiKey | undefined> {
    await this.#read();
    const key = this.#keys.get(id);
    if (key === undefined || key.revokedAt !== undefined) return key;
    const revoked = { ...key, revokedAt: this.#now() };
    await this.#store.audited(entryOf(revoked), 'saveApiKey', [revoked]);
    await this.#read();
    return revoked;
  }

  async #refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    try {
      await this.#reading;
    } catch (error) {
      this.#readAt = this.#now();
      this.#onStale(error);
    }
  }

  async #read(): Promise<void> {
    const keys = await this.#store.apiKeys();
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#readAt = this.#now();
  }
}

/**
 * Sees to it that there is an admin key. The first is written to `<dataDirectory>/admin.key`, readable by the
 * owner only, and nowhere else. Returns the file's path when a key was made.
 */
export async function ensureAdminKey(
  store: KeyStore,
  dataDirectory: string,
  now: number,
): Promise<string | undefined> {
  const keys = await store.apiKeys();
  if (keys.some((key) => key.role === 'admin' && key.revokedAt === undefined)) return undefined;
  const { key, token } = issueKey('admin', 'admin', now);
  const file = join(dataDirectory, 'admin.key');
  await mkdir(dataDirectory, { recursive: true });
  // The file first: a key in the store that nobody was told would lock everyone out.
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  const reason = 'there was no admin key: the first one, written to admin.key';
  await store.audited({ ...engineEntry(key), reason }, 'saveApiKey', [key]);
  return file;
}
