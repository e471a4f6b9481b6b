import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import {
  createRegistryImporter,
  type RegistryImportProgress,
  type RegistryImportRequest,
} from '../../dialer/dnc/registry-importer.js';
import { randomFrom, temporaryFolder } from './numbers.js';

const NOW = Date.UTC(2026, 10, 20);
const silent = { info: () => undefined, warn: () => undefined };

interface Rig {
  readonly catalogue: RegistryCatalogue;
  import(text: string | Buffer, over?: Partial<RegistryImportRequest>): Promise<RegistryImportProgress>;
  readonly importer: ReturnType<typeof createRegistryImporter>;
  readonly folder: string;
}

let clock = NOW;

async function rig(t_: Test, folder?: string): Promise<Rig> {
  const made = folder === undefined ? await temporaryFolder() : undefined;
  const path = folder ?? made!.path;
  const catalogue = new RegistryCatalogue(path);
  await catalogue.load();
  const importer = createRegistryImporter({
    catalogue,
    now: () => ++clock,
    countryOf: (list) => (list === 'us-national' ? 'US' : undefined),
    log: silent,
  });
  t_.teardown(async () => {
    await importer.close();
    await made?.remove();
  });
  return {
    catalogue,
    importer,
    folder: path,
    async import(text, over = {}) {
      const begun = await importer.start({
        list: 'us-national',
        version: '2026-11-01',
        source: Readable.from([Buffer.from(text)]),
        by: 'test',
        ...over,
      });
      const done = await importer.finished(begun.id);
      if (done === undefined) throw new Error('the import is gone');
      return done;
    },
  };
}

t.test('a list is imported, in force at once, and there again after a restart', async (t) => {
  const first = await rig(t);
  let told = 0;
  first.catalogue.subscribe(() => told++);
  const done = await first.import('2125550100\r\n212,5550101\r\n');
  t.match(done, { state: 'completed', count: 2, lines: 2, taken: 2, bad: 0, failure: '' });
  t.equal(told, 1);
  t.same(first.catalogue.listsOf('+12125550101'), ['us-national']);
  t.same(first.catalogue.listsOf('+12125550102'), []);
  const both = first.catalogue.listsOfEach(['+12125550102', '+12125550101', 'none', '+12125550101']);
  t.same([...both], [['+12125550101', ['us-national']]]);
  const version = { id: 'us-national', version: '2026-11-01', obtainedAt: Date.UTC(2026, 10, 1) };
  t.same(first.catalogue.versions(), [version]);
  const again = await rig(t, first.folder);
  t.same(again.catalogue.versions(), [version]);
  t.same(again.catalogue.listsOf('+12125550100'), ['us-national']);
  t.equal(again.catalogue.get('us-national')?.description.source?.length, 64);
});

t.test('a file that is compressed with gzip is read; one that is cut off is not', async (t) => {
  const r = await rig(t);
  const random = randomFrom(1);
  const text = Array.from({ length: 20_000 }, () => `${2_125_000_000 + random(900_000_000)}\n`).join('');
  t.match(await r.import(gzipSync(text)), { state: 'completed', taken: 20_000 });
  const half = await r.import(gzipSync(text).subarray(0, 50_000), { version: '2026-11-02' });
  t.match(half, { state: 'failed', failure: /compressed file is cut off/ });
  t.equal(r.catalogue.versions()[0]?.version, '2026-11-01', 'the old version stays in force');
});

t.test('changes are applied to the version they were made for, and to no other', async (t) => {
  const r = await rig(t);
  await r.import('2125550100\n2125550101\n');
  await t.rejects(
    r.import('212,5550102,t,A\n', { version: '2026-11-09', base: '2026-10-01' }),
    /changes to version 2026-10-01, but 2026-11-01 is in force/,
  );
  await t.rejects(r.import('', { list: 'gb-tps', version: '2026-11-09', base: 'x' }), /full list first/);
  const done = await r.import('212,5550102,t,A\r\n212,5550100,t,D\r\n', {
    version: '2026-11-09',
    base: '2026-11-01',
  });
  t.match(done, { state: 'completed', count: 2, base: '2026-11-01' });
  const on = ['+12125550100', '+12125550101', '+12125550102'].map((n) => r.catalogue.listsOf(n).length);
  t.same(on, [0, 1, 1]);
  const unmarked = await r.import('2125550103\n', { version: '2026-11-10', base: '2026-11-09' });
  t.match(unmarked, { state: 'failed', failure: /line 1 says neither A/ });
  t.match(await r.import('', { version: '2026-11-10', base: '2026-11-09' }), {
    state: 'completed',
    count: 2,
  });
});

t.test('bad lines are reported and listed in a file; too many of them refuse the list', async (t) => {
  const r = await rig(t);
  const good = Array.from({ length: 1_000 }, (_, i) => `212555${String(i).padStart(4, '0')}`);
  const text = [...good.slice(0, 500), '=HYPERLINK("x")', '12', ...good.slice(500)].join('\n');
  const done = await r.import(text);
  t.match(done, { state: 'completed', count: 1_000, bad: 2 });
  t.match(done.badLines, [
    { line: 501, reason: /not a telephone number/ },
    { line: 502, reason: /2 digits/, text: '12' },
  ]);
  const listed = await readFile(r.importer.badLineFile(done.id) ?? '', 'utf8');
  t.equal(listed.split('\r\n').length, 4);
  t.ok(listed.includes(`"'=HYPERLINK(""x"")"`), 'no formula for a spreadsheet');
  const bad = [...good.slice(0, 100), ...Array.from({ length: 5_000 }, () => 'nonsense')].join('\n');
  const refused = await r.import(bad, { version: '2026-11-02' });
  t.match(refused, { state: 'failed', bad: 5_000, failure: /5000 of 5100 lines are bad, more than the 1 %/ });
  t.equal(refused.badLines.length, 1_000);
  t.match(await r.import('', { version: '2026-11-02' }), { failure: /no line holds a number/ });
  t.equal(r.catalogue.versions()[0]?.version, '2026-11-01');
});

t.test('what could make a list look fresher or smaller than it is is refused', async (t) => {
  const r = await rig(t);
  await r.import('2125550100\n');
  const one = (over: Partial<RegistryImportRequest>) => r.import('2125550100\n', over);
  await t.rejects(one({}), /in force already/);
  await t.rejects(one({ version: 'nightly' }), /obtainedAt.*|is missing/);
  await t.rejects(one({ version: '2026-12-24' }), /in the future/);
  await t.rejects(one({ version: '2026-10-24' }), /before that of version 2026-11-01/);
  await t.rejects(one({ version: '../x' }), /no version/);
  await t.rejects(one({ list: '../x' }), /no id of a list/);
  await t.rejects(one({ version: '2026-11-03', defaultCountry: 'ZZ' }), /ZZ/);
  const slow = new Readable({ read: () => undefined });
  const begun = r.importer.start({ list: 'us-national', version: '2026-11-04', source: slow, by: 'test' });
  await t.rejects(one({ version: '2026-11-05' }), /under way/);
  slow.push('2125550100\n');
  slow.push(null);
  await r.importer.finished((await begun).id);
  t.equal(r.catalogue.versions()[0]?.version, '2026-11-04');
});

t.test(
  'a damaged snapshot is refused: the one before counts, and without one the list is missing',
  async (t) => {
    const r = await rig(t);
    await r.import('2125550100\n');
    await r.import('2125550101\n', { version: '2026-11-05' });
    await r.import('2125550102\n', { version: '2026-11-10' });
    const files = (await readdir(join(r.folder, 'us-national'))).filter((name) => name.endsWith('.tdnc'));
    t.equal(files.length, 2, 'the current one and the one before are kept');
    await truncate(r.catalogue.get('us-national')?.file ?? '', 4_100);
    const second = await rig(t, r.folder);
    t.equal(second.catalogue.versions()[0]?.version, '2026-11-05');
    t.match(second.catalogue.refused('us-national'), [{ reason: /cut off/ }]);
    await writeFile(second.catalogue.get('us-national')?.file ?? '', 'nonsense'.repeat(1000));
    const third = await rig(t, r.folder);
    t.same(third.catalogue.versions(), []);
    t.same(third.catalogue.lost(), ['us-national']);
    t.equal(third.catalogue.refused('us-national').length, 2);
    await third.import('2125550103\n', { version: '2026-11-11' });
    t.same(third.catalogue.refused('us-national'), [], 'a good version puts an end to the complaint');
    t.same(third.catalogue.lost(), []);
    t.same((await readdir(join(r.folder, 'us-national'))).filter((name) => name.endsWith('.tdnc')).length, 1);
  },
);

t.test('a snapshot of another list is not taken for this one', async (t) => {
  const r = await rig(t);
  await r.import('2125550100\n');
  const file = r.catalogue.get('us-national')?.file ?? '';
  const folder = await r.catalogue.makeFolder('ca-national');
  await copyFile(file, join(folder, 'x.tdnc'));
  const again = await rig(t, r.folder);
  t.equal(again.catalogue.get('ca-national'), undefined);
  t.match(again.catalogue.refused('ca-national'), [{ reason: /of the list us-national/ }]);
  t.equal(dirname(file), join(r.folder, 'us-national'));
});

t.test('threads that read go on undisturbed while versions are swapped', async (t) => {
  const r = await rig(t);
  const numbers = Array.from({ length: 5_000 }, (_, i) => `212555${String(i).padStart(4, '0')}`);
  await r.import(numbers.join('\n'));
  const reader = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     import(workerData.module).then(({ ExactNumberSet }) => {
       let set; let rounds = 0; let wrong = 0;
       parentPort.on('message', (message) => {
         if (message === 'end') { parentPort.postMessage({ rounds, wrong }); return; }
         set = new ExactNumberSet(message.buffer);
         parentPort.postMessage('took');
       });
       const round = () => {
         if (set !== undefined) {
           for (let i = 0; i < 5000; i++)
             if (!set.has('+1212555' + String(i).padStart(4, '0')) || set.has('+1213555' + String(i).padStart(4, '0'))) wrong++;
           rounds++;
         }
         setImmediate(round);
       };
       round();
     });`,
    {
      eval: true,
      workerData: { module: new URL('../../dialer/dnc/exact-number-set.js', import.meta.url).href },
    },
  );
  t.teardown(() => reader.terminate());
  const answer = <T>(): Promise<T> => new Promise((resolve) => reader.once('message', resolve));
  for (let version = 2; version <= 12; version++) {
    const took = answer();
    reader.postMessage({ buffer: r.catalogue.share()[0]?.buffer });
    await took;
    const swapped = await r.import(`${numbers.join('\n')}\n212556${String(version).padStart(4, '0')}\n`, {
      version: `2026-11-${String(version).padStart(2, '0')}`,
    });
    t.equal(swapped.state, 'completed');
    t.same(r.catalogue.listsOf(`+1212556${String(version).padStart(4, '0')}`), ['us-national']);
    t.same(r.catalogue.listsOf(`+1212556${String(version - 1).padStart(4, '0')}`), []);
  }
  const told = answer<{ rounds: number; wrong: number }>();
  reader.postMessage('end');
  const { rounds, wrong } = await told;
  t.ok(rounds > 0);
  t.equal(wrong, 0);
});

t.test(
  'a list of the operator has no country of its own: its numbers bear theirs, or one is named',
  async (t) => {
    const r = await rig(t);
    const list = { list: 'my-blocklist', version: '2026-11-01' };
    t.match(await r.import('2125550100\n', list), { state: 'failed', failure: /name the default country/ });
    t.match(await r.import('+12125550100\n', list), { state: 'completed', count: 1 });
    const named = { list: 'my-blocklist', version: '2026-11-02', defaultCountry: 'US' };
    t.match(await r.import('2125550101\n', named), { state: 'completed', count: 1 });
    t.same(r.catalogue.listsOf('+12125550101'), ['my-blocklist']);
  },
);

/** A zip archive as other programs make them: files one after another, then the list of them. */
function zipOf(
  files: Readonly<Record<string, string>>,
  change: (entry: Buffer) => void = () => undefined,
): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x0201_4b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(text), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    change(entry);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x0403_4b50, 0);
    local.writeUInt16LE(name.length, 26);
    bodies.push(local, Buffer.from(name), packed);
    entries.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, directory, end]);
}

t.test('a zip archive with one file is read; a damaged, encrypted or ambiguous one is refused', async (t) => {
  const r = await rig(t);
  const text = Array.from({ length: 5_000 }, (_, i) => `212555${String(i).padStart(4, '0')}\r\n`).join('');
  t.match(await r.import(zipOf({ '212.txt': text })), { state: 'completed', count: 5_000, bad: 0 });
  const refused = async (archive: Buffer, failure: RegExp) =>
    t.match(await r.import(archive, { version: '2026-11-02' }), { state: 'failed', failure });
  await refused(zipOf({ '212.txt': text, '213.txt': text }), /holds 2 files: import them one at a time/);
  await refused(
    zipOf({ a: text }, (entry) => entry.writeUInt16LE(1, 8)),
    /is encrypted/,
  );
  await refused(
    zipOf({ a: text }, (entry) => entry.writeUInt32LE(1, 16)),
    /checksum of a is wrong/,
  );
  await refused(
    zipOf({ a: text }, (entry) => entry.writeUInt32LE(0xffff_ffff, 24)),
    /64-bit kind/,
  );
  await refused(zipOf({ a: text }).subarray(0, 3_000), /cut off/);
  const damaged = zipOf({ a: text });
  damaged.fill(0xff, 100, 200);
  await refused(damaged, /damaged/);
  t.equal(r.catalogue.versions()[0]?.version, '2026-11-01');
});
