import fc from 'fast-check';
import t from 'tap';
import { ExactNumberSet } from '../../dialer/dnc/exact-number-set.js';
import { cutNumbers, partsOf } from '../../dialer/dnc/number-parts.js';
import { NumberSetBuilder } from '../../dialer/dnc/number-set-builder.js';
import { anyNumber, randomFrom, setOf } from './numbers.js';

/** All of them in one batch. */
function asked(set: ExactNumberSet, numbers: readonly string[]): boolean[] {
  const { areas, rests } = cutNumbers(numbers);
  // What is in the way of an answer is overwritten.
  const found = new Uint8Array(numbers.length).fill(7);
  set.hasMany(areas, rests, found);
  return Array.from(found, (each) => each !== 0);
}

t.test('the set holds exactly what was put in and not taken out, whatever the countries', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyNumber, fc.integer({ min: 0, max: 3 })), { maxLength: 2_000 }),
      fc.array(anyNumber, { maxLength: 200 }),
      (changes, others) => {
        const builder = new NumberSetBuilder();
        const expected = new Set<string>();
        for (const [number, kind] of changes) {
          const parts = partsOf(number);
          if (parts === undefined) throw new Error(number);
          if (kind === 0) {
            builder.remove(parts.area, parts.rest);
            expected.delete(number);
          } else {
            builder.add(parts.area, parts.rest);
            expected.add(number);
          }
        }
        const set = builder.finish();
        if (set.size !== expected.size) return false;
        for (const [number] of changes) if (set.has(number) !== expected.has(number)) return false;
        for (const number of others) if (set.has(number) !== expected.has(number)) return false;
        const all = [...changes.map(([number]) => number), ...others];
        if (asked(set, all).some((found, i) => found !== expected.has(all[i] ?? ''))) return false;
        return [...set.numbers()].every((number) => expected.has(number));
      },
    ),
    { numRuns: 200 },
  );
  t.pass();
});

t.test('pages of every density answer exactly, neighbours included', async (t) => {
  const random = randomFrom(7);
  const densities = [1, 5, 20, 60, 250, 400, 639, 640, 1_200, 5_000, 10_000];
  const expected = new Set<string>();
  for (const [block, count] of densities.entries()) {
    // Half of each page in one place: buckets that overflow their count.
    for (let i = 0; i < count; i++) {
      const tail = i % 2 === 0 ? random(10_000) : (block * 256 + random(256)) % 10_000;
      expected.add(`+1212${200 + block}${String(tail).padStart(4, '0')}`);
    }
  }
  // An area is dense only with enough numbers; it has them.
  const set = setOf(expected);
  t.equal(set.size, expected.size);
  let wrong = 0;
  const all: string[] = [];
  for (let block = 0; block <= densities.length; block++)
    for (let tail = 0; tail < 10_000; tail++) {
      const number = `+1212${200 + block}${String(tail).padStart(4, '0')}`;
      if (set.has(number) !== expected.has(number)) wrong++;
      all.push(number);
    }
  t.equal(wrong, 0);
  t.equal(asked(set, all).filter((found, i) => found !== expected.has(all[i] ?? '')).length, 0, 'in a batch');
  t.equal(new Set(set.numbers()).size, expected.size);
});

t.test('a set built from a set and nothing else is the same, byte for byte', async (t) => {
  const random = randomFrom(11);
  const numbers = Array.from(
    { length: 50_000 },
    (_, i) => `+1${212 + (i % 3)}${200 + random(800)}${String(random(10_000)).padStart(4, '0')}`,
  );
  const set = setOf([...numbers, '+442079460000', '+390612345', '+2905123']);
  const again = new NumberSetBuilder();
  again.addSet(set);
  t.equal(Buffer.compare(Buffer.from(again.finish().buffer), Buffer.from(set.buffer)), 0);
});

t.test('ten million numbers take at most 16 bits each, and a full list about eight', async (t) => {
  const random = randomFrom(3);
  const scattered = new NumberSetBuilder();
  // The density of ten million over the exchanges in use: fifty of ten thousand.
  for (let i = 0; i < 500_000; i++) scattered.add(1212 + (i % 10), random(10_000_000));
  const few = scattered.finish();
  t.ok((few.buffer.byteLength * 8) / few.size < 16, `${(few.buffer.byteLength * 8) / few.size} bits`);
  const full = new NumberSetBuilder();
  for (let i = 0; i < 1_250_000; i++) full.add(1212, random(10_000_000));
  const many = full.finish();
  t.ok((many.buffer.byteLength * 8) / many.size < 9.5, `${(many.buffer.byteLength * 8) / many.size} bits`);
});

t.test('what is no number in E.164 is in no set', async (t) => {
  const set = setOf(['+12125550100', '+2905123']);
  for (const text of [
    '',
    '+',
    '12125550100',
    '+1212555010x',
    '+012125550100',
    ' +12125550100',
    '+1'.repeat(20),
  ])
    t.notOk(set.has(text), text);
  t.same(asked(set, ['+1212555010x', '+2905123', '', '12125550100']), [false, true, false, false]);
  t.ok(set.has('+12125550100'));
  t.ok(set.has('+2905123'));
  t.notOk(set.has('+02905123'));
});

t.test('a buffer that holds no set is refused', async (t) => {
  t.throws(() => new ExactNumberSet(new SharedArrayBuffer(8)), /no set of numbers/);
  t.throws(() => new ExactNumberSet(new SharedArrayBuffer(64)), /table of 0 areas/);
});

t.test('numbers spread over more areas than there are are refused rather than fill the memory', async (t) => {
  const builder = new NumberSetBuilder();
  t.throws(() => {
    for (let area = 1; area < 600_000; area++) builder.add(area, 1);
  }, /no list of telephone numbers/);
});

t.test('a batch and its answers are of one length', async (t) => {
  const set = setOf(['+12125550100']);
  t.throws(
    () => set.hasMany(new Uint32Array(3), new Uint32Array(3), new Uint8Array(2)),
    /3 areas, 3 rests and room for 2 answers/,
  );
});
