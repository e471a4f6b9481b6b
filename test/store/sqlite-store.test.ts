import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import t, { type Test as Tap } from 'tap';
import type { WriteEffect } from '../../dialer/core/effects.js';
import { openSqliteStore, openStore, SqliteStore, type Store, StoreError } from '../../dialer/store/index.js';
import { openDatabase } from '../../dialer/store/sqlite/database.js';
import { MIGRATIONS, migrate } from '../../dialer/store/sqlite/migrate.js';
import { auditEntry } from './contract/audit.js';
import { storeContract } from './contract.js';
import { campaign, contacts, intentFor, leaseOf, recordResult, START } from './records.js';

t.setTimeout(600_000);

async function fileIn(t: Tap): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-store-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'deeper', 'store.db');
}

function event(at: number): WriteEffect {
  return {
    type: 'event',
    event: { kind: 'switch-changed', at, switchId: 'main', connected: true, reason: '' },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<StoreError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StoreError) return error;
  throw new Error(`expected a StoreError, got ${String(error)}`);
}

storeContract('sqlite', async (t) => openSqliteStore({ file: await fileIn(t) }));

t.test('what was written is there after closing and opening again', async (t) => {
  const file = await fileIn(t);
  const first = await openSqliteStore({ file });
  const { installation } = await first.boot(START);
  await first.write([{ type: 'save-campaign', campaign: campaign('spring') }, event(1), event(2)]);
  await first.addContacts('spring', contacts(20), START);
  const { leads } = await first.leaseLeads(leaseOf({ count: 3 }));
  const intents = leads.map((lead) => intentFor(lead));
  await first.commitIntents(intents, START);
  await first.write([recordResult(intents[0]!, { state: 'done', reason: 'busy' }, 'busy')]);
  await first.addDnc(['+12125550001'], { campaignId: 'autumn', reason: 'asked', at: START });
  const counts = await first.contactCounts('spring');
  await first.close();

  const second = await openSqliteStore({ file });
  t.teardown(() => second.close());
  t.same(await second.contactCounts('spring'), counts);
  const boot = await second.boot(START);
  t.equal(boot.installation, installation);
  t.same(boot.campaigns, [campaign('spring')]);
  t.same(
    boot.openAttempts.map((attempt) => attempt.attemptId),
    intents.slice(1).map((intent) => intent.attemptId),
  );
  t.equal((await second.attempt(intents[0]!.attemptId))?.result?.outcome, 'busy');
  t.same(await second.isDnc('+12125550001', 'autumn'), { internal: false, campaign: true });
  t.same(
    (await second.write([event(3)])).map((entry) => entry.sequence),
    [3],
  );
  t.same(await second.addContacts('spring', contacts(21), START), { added: 1, duplicates: 20 });
});

t.test('every acknowledged intent and result outlives a kill at any moment', async (t) => {
  const file = await fileIn(t);
  const writer = fileURLToPath(new URL('./intent-writer.js', import.meta.url));
  // Killed after so many acknowledgements; each run goes on with the file of the one before.
  for (const [run, acknowledgements] of [1, 40, 333, 1500].entries()) {
    const child = spawn(process.execPath, [writer, file, String(run)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const intents: string[] = [];
    const results = new Set<string>();
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, id] = line.split(' ') as [string, string];
      if (what === 'intent') intents.push(id);
      else if (what === 'result') results.add(id);
      else throw new Error(`the writer finished before it was killed: ${line}`);
      if (intents.length === acknowledgements) child.kill('SIGKILL');
    }
    t.ok(intents.length >= acknowledgements);
    const store = await openSqliteStore({ file });
    const { openAttempts } = await store.boot(START);
    const open = new Set(openAttempts.map((attempt) => attempt.attemptId));
    const missing: string[] = [];
    for (const id of intents) {
      const attempt = await store.attempt(id);
      const ended = attempt?.result !== undefined;
      // Without an acknowledged result it may have been recorded or not, but it is one or the other.
      if (attempt === undefined || ended === open.has(id) || (results.has(id) && !ended)) missing.push(id);
    }
    t.same(missing, [], `all ${intents.length} intents and ${results.size} results of run ${run}`);
    const counts = await store.contactCounts(`run-${run}`);
    t.equal(
      counts.reduce((sum, { count }) => sum + count, 0),
      5000,
    );
    for (const { state, count } of counts) {
      const { items } = await store.contacts({ campaignId: `run-${run}`, state, limit: 5000 });
      t.equal(items.length, count, `${state} contacts are counted right after the crash`);
    }
    await store.close();
  }
});

t.test('a list is still told from new contacts after a restart, and after a batch that failed', async (t) => {
  const file = await fileIn(t);
  const first = await openSqliteStore({ file });
  const unnamed = contacts(200, { externalId: '' });
  const odd = { ...unnamed[0]!, numbers: ['sip:not-e164@example.org'] };
  t.same(await first.addContacts('spring', [...unnamed, odd], START), { added: 201, duplicates: 0 });
  const broken = { ...contacts(300)[299]!, name: null as unknown as string };
  await failureOf(first.addContacts('spring', [contacts(300)[298]!, broken], START));
  await first.close();
  const second = await openSqliteStore({ file });
  t.teardown(() => second.close());
  const again = [...contacts(300, { externalId: '' }), odd, odd];
  t.same(await second.addContacts('spring', again, START), { added: 100, duplicates: 202 });
});

t.test('calls that wait together are committed together', async (t) => {
  const store = await openSqliteStore({ file: await fileIn(t) });
  t.teardown(() => store.close());
  await Promise.all(Array.from({ length: 500 }, (_, index) => store.write([event(index)])));
  const { calls, commits, waiting } = store.statistics;
  t.equal(calls, 500);
  t.equal(waiting, 0);
  t.ok(commits < 50, `${commits} commits for ${calls} calls`);
  t.equal(await store.lastEvent(), 500);
});

t.test('an operation that fails is undone alone; the others of its commit stand', async (t) => {
  const store = await openSqliteStore({ file: await fileIn(t) });
  t.teardown(() => store.close());
  const broken = { ...contacts(1)[0]!, name: null as unknown as string };
  const answers = await Promise.allSettled([
    store.addContacts('spring', contacts(2), START),
    store.write([event(1), { type: 'save-agent', agent: null as never }]),
    store.addContacts('autumn', [broken], START),
    store.write([event(2)]),
    store.addContacts('autumn', contacts(3), START),
  ]);
  t.same(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
  );
  t.same(
    (await store.events(0, 10)).map((entry) => entry.event.at),
    [2],
  );
  t.same(await store.contactCounts('spring'), [{ stage: 'production', state: 'open', count: 2 }]);
  t.same(await store.contactCounts('autumn'), [{ stage: 'production', state: 'open', count: 3 }]);
  t.equal((await store.contacts({ campaignId: 'autumn', limit: 10 })).items[0]?.campaignId, 'autumn');
});

t.test('arguments that cannot reach the store fail alone, too', async (t) => {
  const store = await openSqliteStore({ file: await fileIn(t) });
  t.teardown(() => store.close());
  const [good, bad] = await Promise.allSettled([
    store.write([event(1)]),
    store.write([{ type: 'save-agent', agent: (() => undefined) as never }]),
  ]);
  t.equal(good.status, 'fulfilled');
  t.match(bad, { status: 'rejected', reason: { code: 'store_failed' } });
});

t.test('a store with a full queue sheds what can wait before the outcomes of calls', async (t) => {
  const store = await openSqliteStore({ file: await fileIn(t), queueLimit: 8 });
  t.teardown(() => store.close());
  const leases = Array.from({ length: 10 }, () => store.leaseLeads(leaseOf()));
  const writes = Array.from({ length: 5 }, (_, index) => store.write([event(index)]));
  const answers = await Promise.allSettled([...leases, ...writes]);
  const codes = answers.map((each) =>
    each.status === 'fulfilled' ? 'done' : (each.reason as StoreError).code,
  );
  t.same(codes, [
    ...Array<string>(6).fill('done'),
    ...Array<string>(4).fill('store_overloaded'),
    ...Array<string>(2).fill('done'),
    ...Array<string>(3).fill('store_overloaded'),
  ]);
  await store.check();
});

t.test('a call without an answer in time rejects, and is not carried out late', async (t) => {
  const file = await fileIn(t);
  const store = await openSqliteStore({ file, deadlineMilliseconds: 1 });
  t.teardown(() => store.close());
  await store.boot(START);
  // The import keeps the thread busy past the deadline of what is queued behind it.
  const large = store.addContacts('spring', contacts(9000), START).catch(() => undefined);
  const late = await failureOf(store.write([event(1)]));
  t.equal(late.code, 'store_deadline');
  t.match(late.message, /write had no answer in 1 ms/);
  await large;
  await store.close();
  const again = await openSqliteStore({ file });
  t.teardown(() => again.close());
  t.equal(await again.lastEvent(), 0);
});

t.test('when the thread dies, every waiting call and every later one rejects', async (t) => {
  // In place of the store's own thread, one that fails at the first thing it is asked.
  const thread =
    "require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of memory'); });";
  const store = new SqliteStore(new Worker(thread, { eval: true }), { file: 'nowhere' });
  const waiting = [store.write([event(1)]), store.check(), store.lastEvent()];
  for (const call of waiting) t.equal((await failureOf(call)).code, 'store_closed');
  const later = await failureOf(store.check());
  t.equal(later.code, 'store_closed');
  t.match(later.message, 'the worker thread of the store failed: out of memory: open the store again');
  t.equal(store.statistics.waiting, 0);
  await store.close();
});

t.test('what was asked for before closing is carried out', async (t) => {
  const file = await fileIn(t);
  const store = await openSqliteStore({ file });
  const writes = Array.from({ length: 20 }, (_, index) => store.write([event(index)]));
  const closed = store.close();
  t.equal((await Promise.all(writes)).length, 20);
  await closed;
  const again = await openSqliteStore({ file });
  t.teardown(() => again.close());
  t.equal(await again.lastEvent(), 20);
});

t.test('a second store on the same file is refused, and let in once the first is closed', async (t) => {
  const file = await fileIn(t);
  const first = await openSqliteStore({ file });
  await first.write([event(1)]);
  const error = await failureOf(openSqliteStore({ file }));
  t.equal(error.code, 'store_locked');
  t.match(error.message, /store\.db is in use by another process: stop that one, or name another file/);
  await first.write([event(2)]);
  await first.close();
  const second = await openSqliteStore({ file });
  t.equal(await second.lastEvent(), 2);
  await second.close();
});

t.test('a file of an older version is brought up to date with all it holds', async (t) => {
  const file = await fileIn(t);
  const store = await openSqliteStore({ file });
  await store.addContacts('spring', contacts(3), START);
  await store.close();

  const next = 'ALTER TABLE contacts ADD COLUMN preference TEXT; UPDATE contacts SET preference = name;';
  const database = openDatabase(file);
  migrate(database, [...MIGRATIONS, next]);
  migrate(database, [...MIGRATIONS, next]);
  t.same(database.query('SELECT preference FROM contacts').all(), [['Person 0'], ['Person 1'], ['Person 2']]);
  const broken = 'ALTER TABLE contacts ADD COLUMN other TEXT; SELECT nonsense;';
  t.throws(() => migrate(database, [...MIGRATIONS, next, broken]), /nonsense/);
  t.throws(
    () => database.query('SELECT other FROM contacts'),
    /other/,
    'a failed step leaves nothing behind',
  );
  database.close();

  const error = await failureOf(openSqliteStore({ file }));
  t.equal(error.code, 'store_schema');
  const [has, knows] = [MIGRATIONS.length + 1, MIGRATIONS.length];
  t.match(error.message, `has schema version ${has}, this build knows ${knows} at most`);
});

t.test('the schema of version 1 is never changed, as files of it exist', async (t) => {
  const file = await fileIn(t);
  const database = openDatabase(file);
  t.teardown(() => database.close());
  migrate(database, MIGRATIONS.slice(0, 1));
  const tables = database.query<[string]>(
    "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  t.same(
    tables.all().map(([name]) => name),
    [
      'agents',
      'api_keys',
      'attempts',
      'attempts_by_campaign',
      'attempts_by_contact',
      'attempts_by_outcome',
      'attempts_charged',
      'attempts_open',
      'attempts_totals',
      'campaigns',
      'consent',
      'contact_counts',
      'contact_numbers',
      'contacts',
      'contacts_by_external_id',
      'contacts_by_state',
      'contacts_callback',
      'contacts_leased',
      'contacts_open',
      'dnc',
      'idempotency',
      'idempotency_by_age',
      'journal',
      'meta',
      'number_history',
    ],
  );
});

t.test('a file that is no store, or a damaged one, is refused and left alone', async (t) => {
  const file = await fileIn(t);
  await (await openSqliteStore({ file })).close();
  const healthy = await readFile(file);

  await writeFile(file, 'these are not the bytes of a database, whatever the name may say');
  const noDatabase = await failureOf(openSqliteStore({ file }));
  t.equal(noDatabase.code, 'store_damaged');
  t.match(noDatabase.message, /store\.db is not a store or is damaged .*: restore it from a backup/);
  t.match(await readFile(file, 'utf8'), /^these are not the bytes/);

  await writeFile(file, healthy);
  await truncate(file, 8192);
  t.equal((await failureOf(openSqliteStore({ file }))).code, 'store_damaged');

  await rm(file);
  const foreign = openDatabase(file);
  foreign.execute('CREATE TABLE notes (text TEXT); PRAGMA application_id = 7;');
  foreign.close();
  const other = await failureOf(openSqliteStore({ file }));
  t.equal(other.code, 'store_damaged');
  t.match(other.message, /database of another program/);
});

t.test('a file that cannot be written is refused with the reason', async (t) => {
  const file = await fileIn(t);
  await (await openSqliteStore({ file })).close();
  const error = await failureOf(openSqliteStore({ file: join(file, 'inside-a-file', 'store.db') }));
  t.equal(error.code, 'store_failed');
  t.match(error.message, /cannot be written .*: check the disk/);
});

t.test('a URL says which store to open', async (t) => {
  const file = await fileIn(t);
  for (const url of [`sqlite:${file}`, `sqlite://${file}`]) {
    const store: Store = await openStore(url);
    await store.check();
    await store.close();
  }
  const redis = await failureOf(openStore('redis://host:port'));
  t.equal(redis.code, 'store_unsupported');
  t.match(redis.message, /"host:port" is no host of a Redis: write redis:/);
  t.match(await failureOf(openStore('postgres://x')), { code: 'store_unsupported', message: /sqlite:FILE/ });
  t.match(await failureOf(openStore('sqlite:')), { code: 'store_unsupported' });
});

t.test('the file refuses to change, replace or delete what stands in the audit log', async (t) => {
  const file = await fileIn(t);
  const store = await openSqliteStore({ file });
  await store.appendAudit([auditEntry(1, { numbers: ['+12125550001'] }), auditEntry(2)]);
  await store.close();
  const database = openDatabase(file);
  t.teardown(() => database.close());
  for (const sql of [
    "UPDATE audit SET hash = 'x' WHERE sequence = 1",
    'DELETE FROM audit WHERE sequence = 2',
    'DELETE FROM audit',
    "INSERT OR REPLACE INTO audit (sequence, record, hash) VALUES (1, '{}', 'x')",
    "INSERT INTO audit (sequence, record, hash) VALUES (4, '{}', 'x')",
    'DELETE FROM audit_numbers',
    'UPDATE audit_numbers SET sequence = 9',
  ]) {
    t.throws(() => database.execute(sql), /the audit log is append-only/, sql);
  }
  t.equal(database.query<[number]>('SELECT count(*) FROM audit').first()?.[0], 2);
});

t.test('the audit log and its head are there after opening again, and the chain goes on', async (t) => {
  const file = await fileIn(t);
  const first = await openSqliteStore({ file });
  await first.appendAudit([auditEntry(1, { numbers: ['+12125550001'] })]);
  const head = await first.auditHead();
  await first.close();
  const second = await openSqliteStore({ file });
  t.teardown(() => second.close());
  t.same(await second.auditHead(), head);
  await second.appendAudit([auditEntry(2, { numbers: ['+12125550001'] })]);
  const { items } = await second.auditRecords({ number: '+12125550001', limit: 10 });
  t.same(
    items.map((record) => record.sequence),
    [2, 1],
    'the key of the hashes is kept, too',
  );
  t.equal(items[0]?.previous, head.hash);
});
