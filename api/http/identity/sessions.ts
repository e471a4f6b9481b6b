/**
 * Sessions of users who have logged in. The browser has a random token in a cookie; the store has its hash, so that a
 * copy of the data lets nobody in, and sessions outlive a restart of the service.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { AuditEntry } from '../../../dialer/audit/index.js';
import type { EpochMilliseconds } from '../../../dialer/core/model.js';
import { defined } from '../defined.js';
import type { DocumentStore, User, UserBook } from './users.js';

/** How long a login lasts, milliseconds. */
export interface SessionTimes {
  /** Without a request, and without a page that is open on the event stream. */
  readonly idle: number;
  /** However busy. */
  readonly longest: number;
}

export const SESSION_TIMES: SessionTimes = { idle: 3_600_000, longest: 12 * 3_600_000 };

/** The oldest session of a user ends when there would be more. */
const PER_USER = 20;
const KIND = 'user-sessions';
const PAGE = 500;
const SWEEP_MILLISECONDS = 60_000;

interface StoredSession {
  /** SHA-256 of the token. */
  readonly hash: string;
  /** Of the user when the session began. */
  readonly stamp: string;
  readonly beganAt: EpochMilliseconds;
}

export interface Session extends StoredSession {
  readonly username: string;
  usedAt: EpochMilliseconds;
}

/** What a login is answered with. */
export interface StartedSession {
  readonly session: Session;
  /** For the cookie. */
  readonly token: string;
}

/** A token has 256 random bits: there is nothing to guess, so it needs no slow hash. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** The token that scripts of our own pages send with each write; others cannot read it. */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('tactus csrf').digest('base64url');
}

export class SessionBook {
  readonly #store: DocumentStore;
  readonly #users: UserBook;
  readonly #now: () => EpochMilliseconds;
  readonly #times: SessionTimes;
  readonly #onError: (error: unknown) => void;
  readonly #byHash = new Map<string, Session>();
  readonly #byUser = new Map<string, Set<Session>>();
  /** One write at a time: each stores all sessions of its user. */
  #writing: Promise<unknown> = Promise.resolve();
  #sweeper: NodeJS.Timeout | undefined;

  /** `now`: epoch milliseconds of real time. `onError` is told when sessions that have ended could not be deleted. */
  constructor(
    store: DocumentStore,
    users: UserBook,
    now: () => EpochMilliseconds,
    times: SessionTimes,
    onError: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#users = users;
    this.#now = now;
    this.#times = times;
    this.#onError = onError;
  }

  /** Takes up the sessions that the store has kept. How long they were idle before is not known: that begins anew. */
  async load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#store.documents({ kind: KIND, limit: PAGE, ...defined({ cursor }) });
      for (const { id, body } of page.items)
        for (const stored of body as unknown as readonly StoredSession[])
          this.#hold({ ...stored, username: id, usedAt: this.#now() });
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    this.#sweeper = setInterval(() => void this.sweep().catch(this.#onError), SWEEP_MILLISECONDS);
    this.#sweeper.unref();
  }

  /** Begins a session; `entry` is recorded with it. */
  async start(user: User, entry: AuditEntry): Promise<StartedSession> {
    const token = randomBytes(32).toString('base64url');
    const at = this.#now();
    const session: Session = {
      hash: hashOf(token),
      stamp: user.stamp,
      beganAt: at,
      username: user.username,
      usedAt: at,
    };
    const others = [...(this.#byUser.get(user.username) ?? [])].sort((a, b) => a.usedAt - b.usedAt);
    for (const oldest of others.slice(0, Math.max(0, others.length + 1 - PER_USER))) this.#drop(oldest);
    this.#hold(session);
    try {
      await this.#save(user.username, entry);
    } catch (error) {
      this.#drop(session);
      throw error;
    }
    return { session, token };
  }

  /** The session that the token belongs to and its user; undefined when it has ended. */
  async find(token: string): Promise<{ readonly session: Session; readonly user: User } | undefined> {
    const session = this.#byHash.get(hashOf(token));
    if (session === undefined) return undefined;
    const user = await this.#userOf(session);
    if (user === undefined) return undefined;
    session.usedAt = this.#now();
    return { session, user };
  }

  /** Ends a session; `entry` is recorded with it. */
  async end(session: Session, entry: AuditEntry): Promise<void> {
    this.#drop(session);
    await this.#save(session.username, entry);
  }

  /** Deletes what has expired. */
  async sweep(): Promise<void> {
    const ended = new Set<string>();
    for (const session of this.#byHash.values()) {
      if ((await this.#userOf(session)) !== undefined) continue;
      this.#drop(session);
      ended.add(session.username);
    }
    for (const username of ended) await this.#save(username);
  }

  /** How many there are. */
  get size(): number {
    return this.#byHash.size;
  }

  close(): void {
    clearInterval(this.#sweeper);
  }

  /** The user of a session that holds; undefined when it has expired or the user was changed since it began. */
  async #userOf({ username, stamp, beganAt, usedAt }: Session): Promise<User | undefined> {
    const now = this.#now();
    if (now - usedAt >= this.#times.idle || now - beganAt >= this.#times.longest) return undefined;
    const user = await this.#users.current(username);
    return user !== undefined && user.stamp === stamp && !user.disabled ? user : undefined;
  }

  #hold(session: Session): void {
    this.#byHash.set(session.hash, session);
    const own = this.#byUser.get(session.username);
    if (own === undefined) this.#byUser.set(session.username, new Set([session]));
    else own.add(session);
  }

  #drop(session: Session): void {
    this.#byHash.delete(session.hash);
    const own = this.#byUser.get(session.username);
    own?.delete(session);
    if (own?.size === 0) this.#byUser.delete(session.username);
  }

  /** Stores the sessions that the user has once those who write before are done. */
  #save(username: string, entry?: AuditEntry): Promise<void> {
    const save = async (): Promise<void> => {
      const own = [...(this.#byUser.get(username) ?? [])];
      const write = {
        kind: KIND,
        id: username,
        body: own.map(({ hash, stamp, beganAt }) => ({ hash, stamp, beganAt })),
        at: this.#now(),
        keep: 'last',
      } as const;
      if (entry === undefined) await this.#store.saveDocument(write);
      else await this.#store.audited(entry, 'saveDocument', [write]);
    };
    const saved = this.#writing.then(save);
    this.#writing = saved.catch(() => undefined);
    return saved;
  }
}
