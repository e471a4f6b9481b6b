/** Contacts that registries no longer list: many, in slices, and over a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createAuditLog } from '../../dialer/audit/index.js';
import { openDelistedContacts } from '../../dialer/dnc/delisted-contacts.js';
import type { DncRegistries } from '../../dialer/dnc/registry-port.js';
import { openSqliteStore } from '../../dialer/store/index.js';
import type { Store } from '../../dialer/store/port.js';
import { contact, leaseOf, START } from '../store/records.js';

/** A registry of numbers by their last digit. */
class Registry implements DncRegistries {
  readonly #listeners = new Set<() => void>();
  #listed: (number: string) => boolean;
  #version = 1;

  constructor(listed: (number: string) => boolean) {
    this.#listed = listed;
  }

  versions() {
    return [{ id: 'us-national', version: String(this.#version), obtainedAt: START }];
  }

  listsOf(number: string): readonly string[] {
    return this.#listed(number) ? ['us-national'] : [];
  }

  listsOfEach(numbers: readonly string[]): ReadonlyMap<string, readonly string[]> {
    return new Map(numbers.filter(this.#listed).map((number) => [number, ['us-national']]));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  adopt(listed: (number: string) => boolean): void {
    this.#listed = listed;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

const CONTACTS = 3_000;
const number = (i: number): string => `+1212555${1000 + i}`;
const endsWith =
  (digits: string) =>
  (e164: string): boolean =>
    digits.includes(e164.slice(-1));

async function closeAll(store: Store): Promise<void> {
  await store.addContacts(
    'spring',
    Array.from({ length: CONTACTS }, (_, i) => contact(i, { numbers: [number(i)] })),
    START,
  );
  const { leads } = await store.leaseLeads(leaseOf({ count: CONTACTS }));
  await store.write(
    leads.map(({ contactId }) => ({ type: 'close-lead', campaignId: 'spring', contactId, reason: 'dnc' })),
  );
}

const open = async (store: Store): Promise<number> =>
  (await store.contactCounts('spring')).reduce(
    (sum, { state, count }) => sum + (state === 'open' ? count : 0),
    0,
  );

t.test('what a registry drops is opened in slices, also when the service stopped half-way', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-delisted-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'tactus.db');
  const registry = new Registry(() => true);
  const start = (store: Store, changed: (campaignId: string) => void) =>
    openDelistedContacts({
      store,
      registries: registry,
      audit: createAuditLog(store, () => START),
      contactsChanged: changed,
      onError: (error) => t.fail(String(error)),
      sliceContacts: 100,
    });

  let store: Store = await openSqliteStore({ file });
  await closeAll(store);
  const told: string[] = [];
  const first = start(store, (id) => told.push(id));
  await first.idle();
  t.equal(await open(store), 0, 'all are listed');
  registry.adopt(endsWith('02468'));
  await first.idle();
  t.equal(await open(store), CONTACTS / 2);
  t.same([...new Set(told)], ['spring']);
  t.equal(told.length, CONTACTS / 100, 'slice by slice');
  // Half of those slices are empty now; the service stops after the first that is not.
  let stopping: Promise<void> | undefined;
  await first.close();
  const second = start(store, () => {
    stopping ??= second.close();
  });
  await second.idle();
  registry.adopt(endsWith('0'));
  await second.idle();
  await stopping;
  const before = await open(store);
  t.ok(before > CONTACTS / 2 && before < 0.9 * CONTACTS, `${before} were opened before the stop`);
  await store.close();

  store = await openSqliteStore({ file });
  const third = start(store, () => undefined);
  await third.idle();
  t.equal(await open(store), 0.9 * CONTACTS, 'the next start does the rest');
  await third.close();
  const { items } = await store.auditRecords({ limit: 500, action: 'contacts.reopen' });
  t.equal(
    items.reduce((sum, { result }) => sum + (Array.isArray(result) ? result.length : 0), 0),
    0.9 * CONTACTS,
    'the audit log names each of them',
  );
  await store.close();
});
