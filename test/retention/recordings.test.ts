/** Recordings are deleted when their time is over, and found only inside their folder. */
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { builtinPacks } from '../../compliance/index.js';
import { leastRecordingDays, pruneRecordings, recordingFile } from '../../dialer/retention/index.js';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 18);

t.test('files are deleted by the days of their campaign', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tactus-recordings-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const write = async (path: string, days: number): Promise<void> => {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
    const at = new Date(now - days * day);
    await utimes(file, at, at);
  };
  await write('spring/2026-11-01/old.wav', 17);
  await write('spring/2026-11-12/new.wav', 6);
  await write('gone/a.wav', 91);
  await write('gone/b.wav', 89);
  const records: unknown[] = [];
  const options = {
    directory,
    daysOf: (id: string) => (id === 'spring' ? 14 : undefined),
    leastDays: 0,
    audit: {
      record: async (entry: unknown) => {
        records.push(entry);
      },
    },
    clock: { now: () => now, after: () => () => undefined },
  };
  t.same(await pruneRecordings(options as never), { spring: 1, gone: 1 });
  t.same((await readdir(directory, { recursive: true })).toSorted(), [
    'gone',
    'gone/b.wav',
    'spring',
    'spring/2026-11-12',
    'spring/2026-11-12/new.wav',
  ]);
  t.match(records, [{ subject: { id: /gone|spring/ }, after: { files: 1 } }, {}]);
  t.same(await pruneRecordings({ ...options, directory: join(directory, 'nothing') } as never), {});
});

t.test('a rule pack can only lengthen it', async (t) => {
  t.equal(leastRecordingDays([]), 0);
  t.ok(leastRecordingDays(builtinPacks) >= 30);
});

t.test('no path leads out of the folder', async (t) => {
  t.equal(recordingFile('/recordings', 'spring/a.wav'), '/recordings/spring/a.wav');
  for (const path of ['', '/etc/passwd', '../a.wav', 'spring/../../a.wav', '..'])
    t.equal(recordingFile('/recordings', path), undefined, path);
});
