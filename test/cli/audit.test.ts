import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import t, { type Test } from 'tap';
import { type AuditRecord, ChainCheck } from '../../dialer/audit/index.js';
import { openStore } from '../../dialer/store/index.js';
import { startHarness } from '../api/harness.js';
import { auditEntry } from '../store/contract/audit.js';
import { run } from './support.js';

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tactus-audit-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

t.test('over a running service the chain is listed, exported and proved', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.supervisor };
  await h.store.appendAudit(Array.from({ length: 1_200 }, (_, i) => auditEntry(i)));
  await h.send('POST', '/v1/dnc', { numbers: ['+12025550143'], reason: 'asked' });
  const verified = await run(['audit', 'verify'], { environment });
  t.equal(verified.code, 0, verified.err);
  const head = await h.store.auditHead();
  t.equal(verified.out, `intact: ${head.sequence} records, head ${head.sequence}:${head.hash}\n`);
  const noted = await run(['audit', 'verify', '--head', `${head.sequence}:${head.hash}`], { environment });
  t.equal(noted.code, 0);
  const other = await run(['audit', 'verify', '--head', `7:${head.hash}`], { environment });
  t.equal(other.code, 1);
  t.match(other.err, /NOT INTACT: record 7 is not the one whose hash was noted/);
  const listed = await run(['audit', 'list', '--action', 'dnc.add'], { environment });
  t.match(listed.out, /test admin \(admin\) +dnc\.add +number …43/);
  const file = join(await folder(t), 'audit.ndjson');
  t.equal((await run(['audit', 'export', '--output', file], { environment })).code, 0);
  const check = new ChainCheck();
  for (const line of (await readFile(file, 'utf8')).trimEnd().split('\n'))
    t.equal(check.next(JSON.parse(line) as AuditRecord), undefined);
  t.same(check.head, head);
  const refused = await run(['audit', 'list'], {
    environment: { ...environment, TACTUS_KEY: h.tokens.operator },
  });
  t.equal(refused.code, 1);
});

t.test('in a data folder the first broken record is named', async (t) => {
  const directory = await folder(t);
  const file = join(directory, 'tactus.db');
  const store = await openStore(`sqlite:${file}`);
  await store.appendAudit(Array.from({ length: 20 }, (_, i) => auditEntry(i)));
  await store.close();
  const verify = () => run(['audit', 'verify', '--data', directory]);
  t.match((await verify()).out, /^intact: 20 records, head 20:[0-9a-f]{64}\n$/);

  // Somebody with the file in their hands removes the guard and rewrites a record.
  const database = new Libsql(file);
  database.exec(
    "DROP TRIGGER audit_not_changed; UPDATE audit SET record = replace(record, 'running', 'halted') WHERE sequence = 13",
  );
  database.close();
  const found = await verify();
  t.equal(found.code, 1);
  t.match(
    found.err,
    /NOT INTACT: record 13 was changed: its content does not give its hash; 12 records before it are good/,
  );
  const json = await run(['audit', 'verify', '--data', directory, '--json']);
  t.match(JSON.parse(json.out), { intact: false, records: 12 });
});

t.test('a wrong head is refused with the remedy', async (t) => {
  const { code, err } = await run(['audit', 'verify', '--head', 'x']);
  t.equal(code, 1);
  t.match(err, /SEQUENCE:HASH/);
});
