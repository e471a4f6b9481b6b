/** Backups of the embedded store: complete, of one moment, and made while another process works on the file. */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { backUpSqliteFile, openSqliteStore } from '../../dialer/store/index.js';

import { run } from '../cli/support.js';
import { contacts, START } from './records.js';

t.setTimeout(120_000);

async function folderOf(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-backup-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store with 20 contacts that nobody has open, as the last process left it. */
async function storeIn(folder: string): Promise<string> {
  const file = join(folder, 'tactus.db');
  const store = await openSqliteStore({ file });
  await store.addContacts('spring', contacts(20), START);
  await store.close();
  return file;
}

t.test('a backup that is made while a process writes has all that was acknowledged before', async (t) => {
  const folder = await folderOf(t);
  const file = join(folder, 'tactus.db');
  const writer = fileURLToPath(new URL('./intent-writer.js', import.meta.url));
  const child = spawn(process.execPath, [writer, file, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const acknowledged: string[] = [];
  const backups: { readonly target: string; readonly before: readonly string[] }[] = [];
  let finished = false;
  let backingUp: Promise<void> | undefined;
  const backUp = async (): Promise<void> => {
    const before = [...acknowledged];
    const target = join(folder, `backup-${backups.length}.db`);
    await backUpSqliteFile(file, target);
    backups.push({ target, before });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, id] = line.split(' ') as [string, string];
    if (what === 'finished') finished = true;
    if (what === 'intent') acknowledged.push(id);
    if (acknowledged.length >= 200 && backingUp === undefined && backups.length < 2)
      backingUp = backUp().finally(() => {
        backingUp = undefined;
      });
  }
  await backingUp;
  t.ok(finished, 'the writer was not disturbed');
  t.ok(backups.length > 0, `${backups.length} backups while it wrote`);
  for (const { target, before } of backups) {
    const store = await openSqliteStore({ file: target });
    const missing: string[] = [];
    for (const id of before) if ((await store.attempt(id)) === undefined) missing.push(id);
    t.same(missing, [], `all ${before.length} intents`);
    const counts = await store.contactCounts('run-0');
    t.equal(
      counts.reduce((sum, { count }) => sum + count, 0),
      5000,
    );
    await store.close();
  }
});

t.test('a copy that a checkpoint fell into is thrown away', async (t) => {
  const folder = await folderOf(t);
  const file = await storeIn(folder);
  await utimes(file, START / 1000, START / 1000);
  let copies = 0;
  const target = join(folder, 'backup.db');
  const disturbed = async (from: string, to: string): Promise<void> => {
    await copyFile(from, to);
    copies += 1;
    if (copies === 1) await utimes(file, START / 1000 + 1, START / 1000 + 1);
  };
  t.equal((await backUpSqliteFile(file, target, { copy: disturbed })).tries, 2);
  const always = async (from: string, to: string): Promise<void> => {
    await copyFile(from, to);
    copies += 1;
    await utimes(file, START / 1000 + copies, START / 1000 + copies);
  };
  await t.rejects(
    backUpSqliteFile(file, join(folder, 'other.db'), { copy: always, tries: 3 }),
    /during each of 3 copies/,
  );
  // A log that was begun anew: what it had before may be in the file only.
  await writeFile(`${file}-wal`, Buffer.alloc(32, 1));
  const anew = async (from: string, to: string): Promise<void> => {
    await copyFile(from, to);
    copies += 1;
    await writeFile(`${file}-wal`, Buffer.alloc(32, copies));
  };
  await t.rejects(backUpSqliteFile(file, join(folder, 'other.db'), { copy: anew, tries: 3 }), {
    code: 'store_failed',
  });
  t.same((await readdir(folder)).sort(), ['backup.db', 'tactus.db', 'tactus.db-wal'], 'nothing is left over');
});

t.test('the command says what it did; what is no store or is damaged is refused', async (t) => {
  const folder = await folderOf(t);
  const file = await storeIn(folder);
  await utimes(file, START / 1000, START / 1000);
  const target = join(folder, 'backup.db');
  const made = await run(['backup', `sqlite:${file}`, target]);
  t.equal(made.code, 0, made.err);
  t.match(made.out, /backup\.db: [\d,]+ bytes, whole/);
  const store = await openSqliteStore({ file: target });
  t.same(await store.contactCounts('spring'), [{ stage: 'production', state: 'open', count: 20 }]);
  await store.close();
  const again = await run(['backup', `sqlite:${file}`, target]);
  t.equal(again.code, 1);
  t.match(again.err, /is there already: name another file/);
  t.match((await run(['backup', 'redis://localhost', target])).err, /not an embedded store/);
  t.match((await run(['backup', `sqlite:${folder}/none.db`, `${target}2`])).err, /there is no store/);
  const text = join(folder, 'text.db');
  await writeFile(text, 'not a database, and long enough to be looked at as one '.repeat(100));
  await utimes(text, START / 1000, START / 1000);
  t.match((await run(['backup', `sqlite:${text}`, `${target}3`])).err, /damaged|not a store/);
});
