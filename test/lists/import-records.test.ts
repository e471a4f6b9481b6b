/** What is known of imports after the service was started again. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { createListImporter } from '../../dialer/lists/list-importer.js';
import { FakeStore } from './fake-store.js';

const DAY = 24 * 3_600_000;

async function folder(t: Test): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'tactus-imports-'));
  t.teardown(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** An importer as a start of the service makes it. */
function start(t: Test, directory: string, at = 1_000) {
  const store = new FakeStore();
  let now = at;
  const lists = createListImporter({ store, now: () => now++, workers: 1, directory });
  t.teardown(() => lists.close());
  return { lists, store };
}

t.test('an import that is over is known after a restart, with its error file', async (t) => {
  const directory = join(await folder(t), 'imports');
  const first = start(t, directory);
  const report = await first.lists.start({
    campaignId: 'spring',
    list: 'fair',
    sourceName: 'may.csv',
    source: Readable.from(['phone,name\n+12125552671,Ada\n12,Bob\n']),
  }).done;
  t.match(report, { state: 'completed', added: 1, rejected: 1 });
  t.notMatch(
    await readFile(join(directory, `${report.id}.json`), 'utf8'),
    /Bob|Ada|2671/,
    'the record holds nothing of a row',
  );
  await first.lists.close();

  const { lists } = start(t, directory, 50_000);
  t.match(lists.list(), [
    {
      id: report.id,
      campaignId: 'spring',
      list: 'fair',
      source: 'may.csv',
      state: 'completed',
      rows: 2,
      added: 1,
      rejected: 1,
      errorsOmitted: 1,
      issueCounts: report.issueCounts,
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
    },
  ]);
  t.same(lists.progress(report.id), lists.list()[0]);
  t.match(await readFile(lists.errorFile(report.id) ?? '', 'utf8'), /\r\n3,phone,.*,12,no\r\n/);
  t.equal(lists.job(report.id), undefined, 'there is nothing to cancel');
  const next = await lists.start({ campaignId: 'spring', source: Readable.from(['phone\n+12125552672\n']) })
    .done;
  t.same(
    lists.list().map(({ id }) => id),
    [next.id, report.id],
    'newest first',
  );
});

t.test('an import that ran when the service died is told as interrupted, with what is stored', async (t) => {
  const directory = join(await folder(t), 'imports');
  const { lists, store } = start(t, directory);
  const source = new PassThrough();
  const job = lists.start({ campaignId: 'spring', source });
  for (let row = 0; row < 40; row += 1)
    source.write(
      `${row === 0 ? 'phone,note\n' : ''}${Array.from({ length: 500 }, (_, i) => `+1212${5_550_000 + row * 500 + i},${'x'.repeat(60)}\n`).join('')}`,
    );
  while (store.contacts.length === 0 || JSON.parse(await record()).added === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  // What a power cut leaves: the folder as it is at this moment.
  const left = join(await folder(t), 'imports');
  await cp(directory, left, { recursive: true });
  source.end();
  await job.done;

  const after = start(t, left, 90_000).lists.list();
  t.match(after, [{ id: job.id, state: 'interrupted', finishedAt: undefined }]);
  t.match(
    after[0]?.failure,
    /the service ended .* at least \d+ contacts are stored .* import the file again/,
  );

  async function record(): Promise<string> {
    return await readFile(join(directory, `${job.id}.json`), 'utf8');
  }
});

t.test('records that cannot be read are no obstacle, and error files go after thirty days', async (t) => {
  const directory = join(await folder(t), 'imports');
  const first = start(t, directory);
  const { id } = await first.lists.start({ campaignId: 'c', source: Readable.from(['phone\n12\n']) }).done;
  await first.lists.close();
  await writeFile(join(directory, 'import-torn-1.json'), '{"id":"import-torn-1","sta');
  t.same(
    start(t, directory, 2_000)
      .lists.list()
      .map((one) => one.id),
    [id],
  );
  await readFile(join(directory, `${id}-errors.csv`));
  t.match(start(t, directory, 31 * DAY).lists.list(), [{ id, rejected: 1 }], 'its counts stay');
  await t.rejects(readFile(join(directory, `${id}-errors.csv`)), { code: 'ENOENT' });
});

t.test('the latest hundred are kept', async (t) => {
  const directory = join(await folder(t), 'imports');
  const { lists } = start(t, directory);
  const ids: string[] = [];
  for (let i = 0; i < 103; i += 1)
    ids.push(
      (await lists.start({ campaignId: 'c', source: Readable.from(['phone\n+12125552671\n']) }).done).id,
    );
  t.same(
    start(t, directory, 1e9)
      .lists.list()
      .map(({ id }) => id),
    ids.slice(3).reverse(),
  );
});
