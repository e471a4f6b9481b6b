/** The recordings of an erased person go with them, and nobody else's do. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { deleteNotedRecordings, noteRecordings } from '../../dialer/retention/index.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';

const now = Date.UTC(2026, 10, 18);
const DAY = 86_400_000;

interface Call {
  readonly attemptId: string;
  readonly path: string;
  readonly packs?: readonly string[];
}

/** A store whose contact has these recorded calls; the rest of it is the real one. */
function storeWith(calls: readonly Call[]) {
  const store = new MemoryStore();
  const items = calls.map(({ attemptId, path, packs = [] }) => ({
    attemptId,
    permit: { rules: packs.map((pack) => ({ pack, version: '1', rules: [] })) },
    result: { recording: path, endedAt: now - DAY },
  }));
  const attempts: MemoryStore['attempts'] = async ({ contactId }) => ({
    items: contactId === 'c1' ? (items as never) : [],
  });
  return {
    attempts,
    documents: store.documents.bind(store),
    saveDocument: store.saveDocument.bind(store),
    removeDocument: store.removeDocument.bind(store),
  };
}

async function folder(t: { teardown(end: () => unknown): void }, files: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tactus-erased-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  for (const path of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), '');
  }
  return directory;
}

const left = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.wav')).sort();

t.test('all parts of a recording go; files of others stay', async (t) => {
  const directory = await folder(t, [
    'spring/a1.wav',
    'spring/a1-2.wav',
    'spring/a2.wav',
    'spring/ada/10-30.wav',
    'spring/ada/10-31.wav',
    'spring/ada/10.wav',
  ]);
  const store = storeWith([
    { attemptId: 'a1', path: 'spring/a1-2.wav' },
    { attemptId: 'a9', path: 'spring/ada/10-30.wav' },
    { attemptId: 'a8', path: '../outside.wav' },
  ]);
  const noted = await noteRecordings(store, ['c1', 'c2'], [], now);
  t.same(noted, ['a1', 'a9', 'a8']);
  t.same(await deleteNotedRecordings(store, directory, now, noted), { deleted: 3, later: 0 });
  t.same(await left(directory), ['spring/a2.wav', 'spring/ada/10-31.wav', 'spring/ada/10.wav']);
  t.same((await store.documents({ kind: 'recording-deletion', limit: 10 })).items, [], 'nothing stays noted');
});

t.test('what cannot be reached stays noted until it can', async (t) => {
  const directory = await folder(t, ['spring/a1.wav']);
  const store = storeWith([{ attemptId: 'a1', path: 'spring/a1.wav' }]);
  const noted = await noteRecordings(store, ['c1'], [], now);
  t.same(await deleteNotedRecordings(store, undefined, now, noted), { deleted: 0, later: 1 });
  t.same(await deleteNotedRecordings(store, join(directory, 'not-mounted'), now), { deleted: 0, later: 1 });
  t.same(await left(directory), ['spring/a1.wav']);
  t.same(await deleteNotedRecordings(store, directory, now), { deleted: 1, later: 0 });
  t.same(await left(directory), []);
  t.same(await deleteNotedRecordings(store, directory, now), { deleted: 0, later: 0 });
});

t.test('a recording that the law of its call asks for is kept until then, and no longer', async (t) => {
  const directory = await folder(t, ['spring/a1.wav', 'spring/a2.wav']);
  const store = storeWith([
    { attemptId: 'a1', path: 'spring/a1.wav', packs: ['keeper'] },
    { attemptId: 'a2', path: 'spring/a2.wav', packs: ['other'] },
  ]);
  const rules = [{ kind: 'retention', record: 'recordings', days: 30, from: 'made' }];
  const packs = [{ id: 'keeper', rules }] as never;
  const noted = await noteRecordings(store, ['c1'], packs, now);
  t.same(await deleteNotedRecordings(store, directory, now, noted), { deleted: 1, later: 1 });
  t.same(await left(directory), ['spring/a1.wav']);
  t.same(await deleteNotedRecordings(store, directory, now + 29 * DAY - 1), { deleted: 0, later: 1 });
  t.same(await deleteNotedRecordings(store, directory, now + 29 * DAY), { deleted: 1, later: 0 });
});
