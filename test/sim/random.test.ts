import t from 'tap';
import { meanOf, sampler } from '../../sim/distributions.js';
import { type RandomStream, randomStream } from '../../sim/random.js';

const DRAWS = 40_000;

/** Mean and coefficient of variation of many draws. */
function moments(draw: (stream: RandomStream) => number, seed = 'moments'): { mean: number; cv: number } {
  const stream = randomStream(seed, 'test');
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < DRAWS; index++) {
    const value = draw(stream);
    sum += value;
    squares += value * value;
  }
  const mean = sum / DRAWS;
  return { mean, cv: Math.sqrt(squares / DRAWS - mean * mean) / mean };
}

const near = (value: number, wanted: number, share: number): boolean =>
  Math.abs(value - wanted) <= share * wanted;

t.test('a stream repeats itself, and streams of other purposes or seeds are others', async (t) => {
  const words = (seed: string, purpose: string): number[] => {
    const stream = randomStream(seed, purpose);
    return Array.from({ length: 20 }, () => stream.word());
  };
  t.same(words('a', 'x'), words('a', 'x'));
  t.notSame(words('a', 'x'), words('a', 'y'));
  t.notSame(words('a', 'x'), words('b', 'x'));
});

t.test('distributions have the mean and the spread they are given', async (t) => {
  const cases = [
    [(s: RandomStream) => s.uniform(), 0.5, 1 / Math.sqrt(3)],
    [(s: RandomStream) => s.exponential(10), 10, 1],
    [(s: RandomStream) => s.lognormal(90, 0.9), 90, 0.9],
    [(s: RandomStream) => s.gamma(10, 0.45), 10, 0.45],
    [(s: RandomStream) => s.gamma(2, 1.8), 2, 1.8],
    [sampler({ kind: 'gamma', mean: 10, cv: 0.45, minimum: 1 }), 10, 0.45],
    [sampler({ kind: 'lognormal', mean: 15, cv: 0.6 }), 15, 0.6],
    [sampler({ kind: 'uniform', from: 15, to: 20 }), 17.5, 5 / Math.sqrt(12) / 17.5],
  ] as const;
  for (const [draw, mean, cv] of cases) {
    const found = moments(draw);
    t.ok(near(found.mean, mean, 0.03), `mean ${found.mean} for ${mean}`);
    t.ok(near(found.cv, cv, 0.06), `cv ${found.cv} for ${cv}`);
  }
  t.equal(meanOf({ kind: 'uniform', from: 1, to: 3 }), 2);
});

t.test('truncated distributions stay between their ends', async (t) => {
  const draw = sampler({ kind: 'gamma', mean: 10, cv: 0.45, minimum: 1, maximum: 24 });
  const stream = randomStream('s', 'p');
  const values = Array.from({ length: 5000 }, () => draw(stream));
  t.ok(Math.min(...values) >= 1);
  t.ok(Math.max(...values) <= 24);
});

t.test('a bernoulli draw is true as often as it should be', async (t) => {
  const stream = randomStream('s', 'p');
  let yes = 0;
  for (let index = 0; index < DRAWS; index++) if (stream.bernoulli(0.3)) yes++;
  t.ok(near(yes / DRAWS, 0.3, 0.03));
});

t.test('uuids are random ones of version 4', async (t) => {
  const stream = randomStream('s', 'p');
  const seen = new Set(Array.from({ length: 2000 }, () => stream.uuid()));
  t.equal(seen.size, 2000);
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  t.same(
    [...seen].filter((uuid) => !form.test(uuid)),
    [],
  );
});
