/** Users: people with a name, a password and a role, kept as documents of the store. */
import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '../../../dialer/audit/index.js';
import type { EpochMilliseconds } from '../../../dialer/core/model.js';
import type { DocumentWrite, StoredDocument } from '../../../dialer/store/documents.js';
import type { Store } from '../../../dialer/store/port.js';
import { defined } from '../defined.js';
import type { Passwords } from './passwords.js';
import type { Principal, Role } from './principal.js';

export interface UserSettings {
  /** The person's name. */
  readonly name: string;
  readonly role: Role;
  /** With the role agent, and only then: the agent that the user is. */
  readonly agentId?: string | undefined;
  readonly disabled: boolean;
}

interface UserBody extends UserSettings {
  /** As `Passwords` stores it. */
  readonly password: string;
  readonly passwordChangedAt: EpochMilliseconds;
  /** Sessions carry the stamp they began with; whatever must end them makes a new one. */
  readonly stamp: string;
  /** Made by the demonstration, with a password that everybody knows. */
  readonly demo?: boolean | undefined;
}

export interface User extends UserBody {
  /** Lower case; the user's id for good. */
  readonly username: string;
  /** Of the document, for edits. */
  readonly version: number;
  readonly createdAt: EpochMilliseconds;
  readonly updatedAt: EpochMilliseconds;
}

const KIND = 'user';
const PAGE = 500;
/** Another process may have changed a user: what is in memory is read again after this long. */
const REFRESH_MILLISECONDS = 5_000;

export type DocumentStore = Pick<
  Store,
  'document' | 'documents' | 'saveDocument' | 'removeDocument' | 'audited'
>;

/** The record of a change, made once it is known what it is. */
export type EntryOf<T> = (changed: T) => AuditEntry;

export class UserBook {
  readonly #store: DocumentStore;
  readonly #passwords: Passwords;
  readonly #now: () => EpochMilliseconds;
  readonly #cache = new Map<string, { readonly user: User | undefined; readonly readAt: number }>();

  /** `now`: epoch milliseconds of real time. */
  constructor(store: DocumentStore, passwords: Passwords, now: () => EpochMilliseconds) {
    this.#store = store;
    this.#passwords = passwords;
    this.#now = now;
  }

  /** All users, by their names. */
  async list(): Promise<readonly User[]> {
    const users: User[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.documents({ kind: KIND, limit: PAGE, ...defined({ cursor }) });
      users.push(...page.items.map(userOf));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return users;
  }

  /** The user as the store has it at this moment. */
  async read(username: string): Promise<User | undefined> {
    const id = username.toLowerCase();
    const document = await this.#store.document(KIND, id);
    const user = document === undefined ? undefined : userOf(document);
    if (user === undefined) this.#cache.delete(id);
    else this.#cache.set(id, { user, readAt: this.#now() });
    return user;
  }

  /** The user as of the last seconds; what is in memory holds while the store cannot be read. */
  async current(username: string): Promise<User | undefined> {
    const held = this.#cache.get(username);
    if (held !== undefined && this.#now() - held.readAt < REFRESH_MILLISECONDS) return held.user;
    try {
      return await this.read(username);
    } catch (error) {
      if (held === undefined) throw error;
      return held.user;
    }
  }

  /** Makes a user; undefined when the name is taken. */
  async add(
    username: string,
    settings: UserSettings,
    password: string,
    entryOf: EntryOf<User>,
    demo?: true,
  ): Promise<User | undefined> {
    const at = this.#now();
    const body: UserBody = {
      ...settings,
      password: await this.#passwords.hash(password),
      passwordChangedAt: at,
      stamp: newStamp(),
      demo,
    };
    return this.#save({ ...body, username, version: 0, createdAt: at, updatedAt: at }, entryOf);
  }

  /**
   * Changes what is given. Other rights end the user's sessions.
   *
   * @param user as it was read; undefined is returned when it has been changed since
   */
  change(user: User, settings: UserSettings, entryOf: EntryOf<User>): Promise<User | undefined> {
    const sameRights =
      settings.role === user.role && settings.agentId === user.agentId && settings.disabled === user.disabled;
    return this.#save({ ...user, ...settings, stamp: sameRights ? user.stamp : newStamp() }, entryOf);
  }

  /** Sets another password, which ends the user's sessions. Undefined when the user has been changed meanwhile. */
  async setPassword(user: User, password: string, entryOf: EntryOf<User>): Promise<User | undefined> {
    const hash = await this.#passwords.hash(password);
    const changed = { password: hash, passwordChangedAt: this.#now(), stamp: newStamp(), demo: undefined };
    return this.#save({ ...user, ...changed }, entryOf);
  }

  /** False when there is no such user, or not of this version. */
  async remove({ username, version }: User, entry: AuditEntry): Promise<boolean> {
    const removal = { kind: KIND, id: username, ifVersion: version, keep: 'none' } as const;
    const removed = await this.#store.audited(entry, 'removeDocument', [removal]);
    await this.read(username);
    return removed;
  }

  /** The user whose name and password these are; takes the same time whatever is wrong. */
  async authenticate(username: string, password: string): Promise<User | undefined> {
    const user = await this.read(username);
    const matches = await this.#passwords.verify(password, user?.password);
    if (user === undefined || !matches || user.disabled) return undefined;
    if (!this.#passwords.isOutdated(user.password)) return user;
    // The cost was raised since: this is the moment when the password is known.
    const rehashed = { ...user, password: await this.#passwords.hash(password) };
    return this.#saved(rehashed, await this.#store.saveDocument(this.#write(rehashed)));
  }

  /** Is it this user's password? */
  isPassword(user: User, password: string): Promise<boolean> {
    return this.#passwords.verify(password, user.password);
  }

  async #save(user: User, entryOf: EntryOf<User>): Promise<User | undefined> {
    const version = await this.#store.audited(entryOf(user), 'saveDocument', [this.#write(user)]);
    return this.#saved(user, version);
  }

  async #saved({ username }: User, version: number | false): Promise<User | undefined> {
    const user = await this.read(username);
    return version === false ? undefined : user;
  }

  #write(user: User): DocumentWrite {
    const { username, version, createdAt: _made, updatedAt: _changed, ...body } = user;
    return {
      kind: KIND,
      id: username,
      body: defined(body),
      at: this.#now(),
      ifVersion: version,
      // A password that was changed must not be found among older versions.
      keep: 'last',
    };
  }
}

function userOf({ id, version, body, createdAt, updatedAt }: StoredDocument): User {
  return { ...(body as unknown as UserBody), username: id, version, createdAt, updatedAt };
}

function newStamp(): string {
  return randomBytes(12).toString('base64url');
}

/** The user as whoever asks. */
export function principalOfUser({ username, name, role, agentId }: User): Principal {
  return { kind: 'user', id: username, name, role, ...defined({ agentId }) };
}
