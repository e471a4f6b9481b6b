import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import {
  createListImporter,
  type ImportReport,
  type ImportRequest,
  type ListImporterOptions,
} from '../../dialer/lists/list-importer.js';
import { FakeStore } from './fake-store.js';

function importer(t: Test, options: Partial<ListImporterOptions> = {}) {
  const store = new FakeStore();
  let now = 1_000;
  const lists = createListImporter({ store, now: () => now++, workers: 1, ...options });
  t.teardown(() => lists.close());
  return { store, lists };
}

async function run(
  t: Test,
  source: string | Buffer,
  request: Partial<ImportRequest> = {},
  options: Partial<ListImporterOptions> = {},
): Promise<{ report: ImportReport; store: FakeStore }> {
  const { store, lists } = importer(t, options);
  const job = lists.start({
    campaignId: 'c',
    source: Readable.from([source]),
    defaultCountry: 'US',
    ...request,
  });
  return { report: await job.done, store };
}

const number = (index: number): string => `+1415555${String(index).padStart(4, '0')}`;

t.test('a list becomes contacts, in the order of the file', async (t) => {
  const { report, store } = await run(t, 'name,phone\nAda,415-555-2671\nBob,(212) 555-2671\n');
  t.match(report, {
    state: 'completed',
    rows: 2,
    added: 2,
    duplicates: 0,
    rejected: 0,
    failure: '',
    settledLine: 3,
  });
  t.match(report.columns, { numbers: ['phone'], name: ['name'] });
  t.same(
    store.contacts.map(({ name, numbers }) => [name, numbers[0]]),
    [
      ['Ada', '+14155552671'],
      ['Bob', '+12125552671'],
    ],
  );
});

t.test(
  'delimiters, line ends, byte order marks and encodings of usual programs are understood',
  async (t) => {
    const expected = [{ name: 'Renée', numbers: ['+14155552671'], fields: { note: 'a,b' } }];
    const files: Readonly<Record<string, string | Buffer>> = {
      comma: 'name,phone,note\nRenée,4155552671,"a,b"\n',
      'no last newline': 'name,phone,note\nRenée,4155552671,"a,b"',
      semicolon: 'name;phone;note\r\nRenée;4155552671;a,b\r\n',
      tab: 'name\tphone\tnote\nRenée\t4155552671\ta,b\n',
      bar: 'name|phone|note\nRenée|4155552671|a,b\n',
      'sep line': 'sep=;\r\nname;phone;note\r\nRenée;4155552671;a,b\r\n',
      'UTF-8 mark': '\ufeffname,phone,note\nRenée,4155552671,"a,b"\n',
      'UTF-16': Buffer.from('\ufeffname\tphone\tnote\r\nRenée\t4155552671\ta,b\r\n', 'utf16le'),
      'Windows-1252': Buffer.from('name;phone;note\r\nRenée;4155552671;a,b\r\n', 'latin1'),
      'old Macintosh': 'name,phone,note\rRenée,4155552671,"a,b"\r',
      'spaces around': ' name , phone , "note"\n Renée , 4155552671 , "a,b" \n',
      'empty lines': '\n\nname,phone,note\n\nRenée,4155552671,"a,b"\n\n\n',
    };
    for (const [what, file] of Object.entries(files)) {
      const { report, store } = await run(t, file);
      t.match(report, { state: 'completed', rejected: 0 }, what);
      t.match(store.contacts, expected, what);
    }
  },
);

t.test('a file without a header is recognised by the numbers in its first line', async (t) => {
  const { report, store } = await run(t, 'Ada,4155552671\nBob,2125552671\n');
  t.match(report.columns, { numbers: ['column 2'] });
  t.equal(store.contacts.length, 2);
});

t.test('bad rows are reported with line, column and reason, and the others are taken', async (t) => {
  const { report, store } = await run(
    t,
    [
      'phone,tz',
      '415',
      '12,',
      'Ω,',
      '4155552671,Nowhere',
      '4155552672,UTC',
      '"x" y,',
      '',
      ',',
      '4155552673,UTC',
    ].join('\n'),
  );
  t.match(report, { state: 'completed', rows: 8, added: 2, rejected: 6 });
  t.same(
    report.errors.map(({ line, field, code }) => [line, field, code]),
    [
      [2, '', 'columns'],
      [3, 'phone', 'number'],
      [4, 'phone', 'number'],
      [5, 'tz', 'time-zone'],
      [7, '', 'quote'],
      [9, 'phone', 'no-number'],
    ],
  );
  t.same(report.issueCounts, { columns: 1, number: 2, 'time-zone': 1, quote: 1, 'no-number': 1 });
  t.same(
    store.contacts.map(({ numbers }) => numbers[0]),
    ['+14155552672', '+14155552673'],
  );
});

t.test('a quote that is never closed costs its own line, whatever it seems to swallow', async (t) => {
  const good = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => `"N${from + index}",${number(from + index)}\n`).join('');
  const file = `name,phone\n${good(0, 5)}"Bob,${number(5)}\n${good(6, 40)}Eve,"${number(40)}\n`;
  const { report, store } = await run(t, file);
  t.match(report, { state: 'completed', added: 39, rejected: 2 });
  t.same(
    report.errors.map(({ line, code }) => [line, code]),
    [
      [7, 'quote'],
      [42, 'quote'],
    ],
  );
  t.equal(store.contacts.length, 39);
});

t.test('cells with line breaks are kept, and lines are counted on', async (t) => {
  const { report, store } = await run(t, 'phone,note\n4155552671,"two\nlines"\nnope,x\n');
  t.equal(store.contacts[0]?.fields['note'], 'two\nlines');
  t.match(report.errors, [{ line: 4 }]);
});

t.test('duplicates are folded, within the file and with what is there', async (t) => {
  const { store, lists } = importer(t);
  const file = 'id,phone\n1,4155552671\n2,4155552671\n1,4155552672\n';
  const request = { campaignId: 'c', defaultCountry: 'US' };
  t.match(await lists.start({ ...request, source: Readable.from([file]) }).done, { added: 1, duplicates: 2 });
  t.match(await lists.start({ ...request, source: Readable.from([file]) }).done, { added: 0, duplicates: 3 });
  t.equal(store.contacts.length, 1);
});

t.test('files that are no list are refused with the remedy', async (t) => {
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['nothing', '', /the list is empty/],
    ['empty lines', '\n\n \n', /the list is empty/],
    ['a spreadsheet', Buffer.from('504b0304aabb', 'hex'), /spreadsheet.*export the sheet as CSV/],
    ['gzip', Buffer.from('1f8b0800', 'hex'), /compressed/],
    ['binary', Buffer.from('a,b\n\0\0\0'), /not text/],
    ['no numbers', 'name,age\nAda,36\n', /no column with phone numbers.*"name", "age"/],
    ['one endless line', 'x'.repeat(200_000), /no column with phone numbers|longer than 64 KB/],
  ];
  for (const [what, file, failure] of cases) {
    const { lists } = importer(t);
    const job = lists.start({ campaignId: 'c', source: Readable.from(file === '' ? [] : [file]) });
    await t.rejects(job.received, { message: failure }, what);
    t.match(await job.done, { state: 'failed', failure, added: 0 }, what);
  }
});

t.test('a path that names no file, and a country that does not exist, are refused', async (t) => {
  const { lists } = importer(t);
  const job = lists.start({ campaignId: 'c', source: '/nowhere/list.csv' });
  t.match(await job.done, { state: 'failed', failure: /\/nowhere\/list.csv cannot be read/ });
  t.throws(() => lists.start({ campaignId: 'c', source: 'x', defaultCountry: 'XX' }), {
    name: 'ListRejected',
    message: /default country "XX" is not known/,
  });
});

t.test('the report keeps the first errors and counts the rest; the error file has them all', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-lists-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const errorFile = join(folder, 'errors.csv');
  const rows = Array.from({ length: 50 }, (_, index) => `=1+${index},4155552671`).join('\n');
  const { report } = await run(t, `phone,name\n${rows}\n`, { errorFile }, { errorsKept: 3 });
  t.match(report, { state: 'completed', rejected: 50, errorsOmitted: 47, issueCounts: { number: 50 } });
  t.equal(report.errors.length, 3);
  const lines = (await readFile(errorFile, 'utf8')).trimEnd().split('\r\n');
  t.equal(lines.length, 51);
  t.match(lines[1], /^2,phone,number,/);
  t.match(lines[1], ",'=1+0,", 'a spreadsheet does not take it for a formula');
});

t.test('an error file that cannot be written fails the import and says so', async (t) => {
  const { report } = await run(t, 'phone\nnope\n', { errorFile: '/nowhere/errors.csv' });
  t.match(report, { state: 'failed', failure: /error file cannot be written/ });
});

t.test('a file larger than a block is stored in batches, at most two under way', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-lists-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'list.csv');
  const rows = Array.from(
    { length: 20_000 },
    (_, index) => `Person ${index},+1212${5_550_000 + index},${'x'.repeat(30)}`,
  );
  await writeFile(path, `name,phone,note\n${rows.join('\n')}\n`);
  const { store, lists } = importer(t);
  store.before = () => new Promise((resolve) => setImmediate(resolve));
  let last = 0;
  const job = lists.start({
    campaignId: 'c',
    source: path,
    onProgress: (progress) => {
      t.ok(progress.added >= last && progress.bytes <= progress.totalBytes!);
      last = progress.added;
    },
  });
  const report = await job.done;
  t.match(report, {
    state: 'completed',
    rows: 20_000,
    added: 20_000,
    settledLine: 20_001,
    bytes: report.totalBytes!,
  });
  t.same(
    store.contacts.map(({ name }) => name),
    rows.map((row) => row.split(',')[0]),
  );
  t.ok(store.batches.every((size) => size <= 1000));
  t.ok(store.mostUnderWay <= 2);
});

t.test('when the store fails, what was stored stays and the report says up to where', async (t) => {
  const rows = Array.from({ length: 20_000 }, (_, index) => `+1212${5_550_000 + index},${'x'.repeat(60)}`);
  const { store, lists } = importer(t);
  store.before = () => {
    if (store.contacts.length >= 10_000) throw new Error('disk full');
  };
  const report = await lists.start({
    campaignId: 'c',
    source: Readable.from([`phone,note\n${rows.join('\n')}\n`]),
  }).done;
  t.match(report, {
    state: 'failed',
    added: 10_000,
    failure: /disk full; 10000 contacts .* import the file again/,
  });
  t.ok(report.settledLine > 1 && report.settledLine <= 10_001, `line ${report.settledLine}`);
  store.before = () => undefined;
  const again = await lists.start({
    campaignId: 'c',
    source: Readable.from([`phone,note\n${rows.join('\n')}\n`]),
  }).done;
  t.match(again, { state: 'completed', added: 10_000, duplicates: 10_000 });
});

t.test('when the source breaks off, the rows before it stay', async (t) => {
  async function* broken() {
    yield `phone,note\n${Array.from({ length: 3000 }, (_, index) => `+1212${5_550_000 + index},${'x'.repeat(60)}\n`).join('')}`;
    throw new Error('connection lost');
  }
  const { store, lists } = importer(t);
  const job = lists.start({ campaignId: 'c', source: Readable.from(broken(), { objectMode: true }) });
  await t.rejects(job.received, { message: 'connection lost' });
  const report = await job.done;
  t.match(report, {
    state: 'failed',
    added: 3000,
    settledLine: 3001,
    failure: /connection lost; 3000 contacts/,
  });
  t.equal(store.contacts.length, 3000);
});

t.test('a source that falls silent is given up', async (t) => {
  const { lists } = importer(t, { idleSeconds: 0.05 });
  const source = new PassThrough();
  source.write('phone\n');
  t.match(await lists.start({ campaignId: 'c', source }).done, {
    state: 'failed',
    failure: /sent nothing for 0.05 s/,
  });
  t.notOk(source.destroyed, 'the stream belongs to its owner');
});

t.test('a cancelled import ends, keeps what is stored and says so', async (t) => {
  const { store, lists } = importer(t);
  const source = new PassThrough();
  const job = lists.start({ campaignId: 'c', source });
  const stored = new Promise<void>((resolve) => {
    store.before = () => resolve();
  });
  for (let row = 0; row < 40; row += 1)
    source.write(
      `${row === 0 ? 'phone,note\n' : ''}${Array.from({ length: 500 }, (_, index) => `+1212${5_550_000 + row * 500 + index},${'x'.repeat(60)}\n`).join('')}`,
    );
  await stored;
  job.cancel();
  const report = await job.done;
  t.equal(report.state, 'cancelled');
  t.match(report.failure, /^cancelled/);
  t.equal(report.added, store.contacts.length);
  t.equal(lists.progress(job.id)?.state, 'cancelled');
});

t.test('more imports at once than allowed are refused', async (t) => {
  const { lists } = importer(t, { concurrency: 1 });
  const source = new PassThrough();
  const job = lists.start({ campaignId: 'c', source });
  t.throws(() => lists.start({ campaignId: 'c', source: Readable.from(['phone\n']) }), {
    message: /1 imports are running/,
  });
  source.end('phone\n4155552671\n');
  await job.done;
  t.match(await lists.start({ campaignId: 'c', source: Readable.from(['phone\n+14155552671\n']) }).done, {
    added: 1,
  });
});

t.test('the campaign is told when contacts were added, and only then', async (t) => {
  const told: string[] = [];
  const { lists } = importer(t, { contactsChanged: (campaignId) => told.push(campaignId) });
  await lists.start({ campaignId: 'a', source: Readable.from(['phone\n+14155552671\n']) }).done;
  await lists.start({ campaignId: 'b', source: Readable.from(['phone\nnope\n']) }).done;
  t.same(told, ['a']);
});

t.test('however the file is cut into chunks and spoilt, every row is taken or reported, once', async (t) => {
  const { lists, store } = importer(t);
  const row = fc.constantFrom(
    'good',
    'good',
    'good',
    'quoted',
    'multi',
    'short',
    'letters',
    'stray',
    'inner',
    'empty',
  );
  let campaign = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 40 }),
      fc.integer({ min: 1, max: 400 }),
      async (kinds, size) => {
        campaign += 1;
        let rows = 0;
        let good = 0;
        const text = kinds.map((kind, index) => {
          if (kind !== 'empty') rows += 1;
          if (kind === 'good' || kind === 'quoted' || kind === 'multi') good += 1;
          const phone = `+1212555${String(index).padStart(4, '0')}`;
          if (kind === 'good') return `A${index},${phone},n`;
          if (kind === 'quoted') return `"A, ${index}","${phone}","say ""n"""`;
          if (kind === 'multi') return `A${index},${phone},"one\ntwo"`;
          if (kind === 'short') return `A${index},${phone}`;
          if (kind === 'letters') return `A${index},phone,n`;
          if (kind === 'stray') return `A"${index},${phone},n`;
          if (kind === 'inner') return `"A"${index},${phone},n`;
          return '';
        });
        const bytes = Buffer.from(`name,phone,note\n${text.join('\n')}\n`);
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const before = store.contacts.length;
        const report = await lists.start({ campaignId: `c${campaign}`, source: Readable.from(chunks) }).done;
        const problem = JSON.stringify({ kinds, size, report });
        if (report.state !== 'completed') throw new Error(problem);
        if (report.rows !== rows || report.added !== good || report.rejected !== rows - good)
          throw new Error(problem);
        if (store.contacts.length - before !== good) throw new Error(problem);
      },
    ),
    { numRuns: 60 },
  );
  t.pass();
});
