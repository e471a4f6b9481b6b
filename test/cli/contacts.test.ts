import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { startHarness } from '../api/harness.js';
import { run } from './support.js';

const h = await startHarness();
const folder = await mkdtemp(join(tmpdir(), 'tactus-cli-'));
t.teardown(async () => {
  await h.close();
  await rm(folder, { recursive: true });
});
const tactus = (...line: string[]) =>
  run(line, { environment: { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.operator } });
await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring' });
const list = join(folder, 'may.ndjson');
await writeFile(
  list,
  '{"externalId":"A-1","name":"Ada","numbers":["+12025550101"]}\n{"externalId":"A-2","name":"Bob","numbers":["12"]}\n',
);

t.test('a list in NDJSON is previewed and imported, with its errors in a file', async (t) => {
  const preview = await tactus('import', list, '--campaign', 'spring', '--preview');
  t.equal(preview.code, 0, preview.err);
  t.match(preview.out, /numbers +numbers/);
  t.match(preview.out, /1 +A-1 +Ada +\+12025550101/);
  t.match(preview.out, /2 +left out +numbers is not in use/);
  const errors = join(folder, 'errors.csv');
  const imported = await tactus('import', list, '--campaign', 'spring', '--list', 'fair', '--errors', errors);
  t.equal(imported.code, 0, imported.err);
  t.match(imported.out, /2 rows: 1 contacts added, 0 duplicates folded, 1 rows rejected/);
  t.match(await readFile(errors, 'utf8'), /\n2,numbers,number,/);
  t.match((await tactus('contacts', 'lists', '--campaign', 'spring')).out, /fair +may\.ndjson +yes +1/);
});

t.test('contacts are searched, explained, exported, recycled; a list is paused', async (t) => {
  t.match(
    (await tactus('contacts', 'search', '--name', 'ad')).out,
    /c1 +spring +fair +A-1 +Ada +\+12025550101 +open/,
  );
  t.equal((await tactus('contacts', 'search', '--text', 'zz')).out, 'no such contact\n');
  t.match(
    (await tactus('contacts', 'explain', 'c1')).out,
    /^The contact was never called, and is not called now, because its campaign is a draft\./,
  );
  t.match(
    (await tactus('contacts', 'export', '--campaign', 'spring', '--format', 'ndjson')).out,
    /"externalId":"A-1"/,
  );
  t.match(
    (await tactus('contacts', 'recycle', '--campaign', 'spring', '--dry-run')).out,
    /0 closed contacts looked at: 0 would be/,
  );
  t.match((await tactus('contacts', 'pause-list', 'fair', '--campaign', 'spring')).out, /is paused/);
  t.match((await tactus('contacts', 'explain', 'c1')).out, /list fair is paused/);
  t.match((await tactus('contacts', 'resume-list', 'fair', '--campaign', 'spring')).out, /is called again/);
  t.match((await tactus('contacts', 'remove', 'c1')).out, /contact c1 is removed/);
  const gone = await tactus('contacts', 'explain', 'c1');
  t.equal(gone.code, 1);
  t.match(gone.err, /no contact c1/);
});

t.test('callbacks: none waits, and what cannot be moved says so', async (t) => {
  t.equal((await tactus('callbacks')).out, 'no callbacks\n');
  await h.send('POST', '/v1/campaigns/spring/contacts', [{ numbers: ['+12025550102'] }]);
  const moved = await tactus('callbacks', 'move', 'c2', '--at', '2026-03-05T10:00:00-05:00');
  t.equal(moved.code, 1);
  t.match(moved.err, /waits for no callback/);
  t.match((await tactus('callbacks', 'cancel', 'c2')).err, /waits for no callback/);
});
