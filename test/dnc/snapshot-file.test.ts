import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { describeSnapshot, readSnapshot, writeSnapshot } from '../../dialer/dnc/snapshot-file.js';
import { anyNumber, setOf, temporaryFolder } from './numbers.js';

const description = {
  list: 'us-national',
  version: '2026-11-01',
  obtainedAt: Date.UTC(2026, 10, 1),
  importedAt: Date.UTC(2026, 10, 2),
};

t.test('a snapshot comes back as it was written', async (t) => {
  const folder = await temporaryFolder();
  t.teardown(folder.remove);
  const file = join(folder.path, 'one.tdnc');
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(anyNumber, { maxLength: 500 }), async (numbers) => {
      const set = setOf(numbers);
      const whole = { ...description, count: set.size };
      await writeSnapshot(file, whole, set);
      const read = await readSnapshot(file);
      return (
        JSON.stringify(read.description) === JSON.stringify(whole) &&
        JSON.stringify(await describeSnapshot(file)) === JSON.stringify(whole) &&
        numbers.every((number) => read.set.has(number)) &&
        read.set.size === numbers.length
      );
    }),
    { numRuns: 30 },
  );
  t.pass();
});

t.test('a snapshot with any byte changed, or cut off anywhere, is refused with the reason', async (t) => {
  const folder = await temporaryFolder();
  t.teardown(folder.remove);
  const file = join(folder.path, 'one.tdnc');
  const numbers = Array.from({ length: 3_000 }, (_, i) => `+1212555${String(i * 3).padStart(4, '0')}`);
  const set = setOf(numbers);
  await writeSnapshot(file, { ...description, count: set.size }, set);
  const good = await readFile(file);
  const used = 56 + JSON.stringify({ ...description, count: set.size }).length;
  await fc.assert(
    fc.asyncProperty(
      // Any byte that means something: the padding of the header does not.
      fc.oneof(fc.nat({ max: used - 1 }), fc.integer({ min: 4096, max: good.length - 1 })),
      fc.integer({ min: 1, max: 255 }),
      async (at, change) => {
        const bad = Buffer.from(good);
        bad[at] = bad[at]! ^ change;
        await writeFile(file, bad);
        return readSnapshot(file).then(
          () => false,
          (error: Error) => error.name === 'SnapshotRefused' && error.message !== '',
        );
      },
    ),
    { numRuns: 300 },
  );
  await writeFile(file, good);
  for (const length of [good.length - 1, 5_000, 4_096, 4_000, 10, 0]) {
    await truncate(file, length);
    await t.rejects(readSnapshot(file), /cut off/, `${length} bytes`);
  }
  await writeFile(file, Buffer.concat([good, Buffer.alloc(1)]));
  await t.rejects(readSnapshot(file), /should be/);
  const later = Buffer.from(good);
  later.writeUInt32LE(2, 8);
  await writeFile(file, later);
  await t.rejects(readSnapshot(file), /format is 2/);
});

t.test('a file that cannot be written leaves no half snapshot', async (t) => {
  const folder = await temporaryFolder();
  t.teardown(folder.remove);
  const set = setOf(['+12125550100']);
  await t.rejects(writeSnapshot(join(folder.path, 'not-there', 'x.tdnc'), { ...description, count: 1 }, set));
  const handle = await open(join(folder.path, 'x'), 'w');
  await handle.close();
});
