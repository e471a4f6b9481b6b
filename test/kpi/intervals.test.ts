import fc from 'fast-check';
import t from 'tap';
import {
  differenceInterval,
  exactInterval,
  exactLowerLimit,
  exactUpperLimit,
  meanInterval,
  type Rate,
  wilsonInterval,
} from '../../dialer/index.js';
import { randomStream } from '../../sim/random.js';

/** P(Bin(n, p) = k) for all k; in logarithms, so that it does not underflow. */
function binomial(n: number, p: number): number[] {
  const masses: number[] = [];
  let logMass = n * Math.log(1 - p);
  for (let k = 0; k <= n; k++) {
    masses.push(Math.exp(logMass));
    logMass += Math.log(((n - k) / (k + 1)) * (p / (1 - p)));
  }
  return masses;
}

t.test('the exact interval covers every rate in at least the stated share of cases', (t) => {
  for (const n of [20, 99, 157, 400])
    for (const p of [0.005, 0.02, 0.03, 0.1, 0.3, 0.5, 0.85]) {
      let covered = 0;
      binomial(n, p).forEach((mass, k) => {
        const { low, high } = exactInterval({ events: k, trials: n }, 0.95);
        if (low <= p && p <= high) covered += mass;
      });
      t.ok(covered >= 0.95 - 1e-9, `n ${n}, p ${p}: ${covered.toFixed(4)}`);
    }
  t.end();
});

t.test('the Wilson interval covers on average over rates what it states', (t) => {
  for (const n of [50, 300]) {
    let sum = 0;
    let count = 0;
    for (let p = 0.02; p < 0.98; p += 0.01) {
      binomial(n, p).forEach((mass, k) => {
        const { low, high } = wilsonInterval({ events: k, trials: n }, 0.95);
        if (low <= p && p <= high) sum += mass;
      });
      count++;
    }
    t.ok(Math.abs(sum / count - 0.95) < 0.01, `n ${n}: ${(sum / count).toFixed(4)}`);
  }
  t.end();
});

t.test(
  'widened by its dispersion the Wilson interval covers the rate of clustered trials, and without it does not',
  (t) => {
    const random = randomStream('clusters', 'test');
    const runs = 4_000;
    const clusters = 40;
    const size = 25;
    let widened = 0;
    let plain = 0;
    for (let run = 0; run < runs; run++) {
      let events = 0;
      for (let cluster = 0; cluster < clusters; cluster++) {
        const rate = random.uniform() < 0.5 ? 0.2 : 0.4;
        for (let i = 0; i < size; i++) if (random.uniform() < rate) events++;
      }
      const rate = { events, trials: clusters * size };
      const covers = ({ low, high }: { readonly low: number; readonly high: number }): boolean =>
        low <= 0.3 && 0.3 <= high;
      // Trials of one cluster share 0.1² ÷ (0.3 · 0.7) of their variance.
      if (covers(wilsonInterval(rate, 0.95, 1 + (size - 1) * (0.01 / 0.21)))) widened++;
      if (covers(wilsonInterval(rate))) plain++;
    }
    t.ok(Math.abs(widened / runs - 0.95) < 0.015, `${widened / runs}`);
    t.ok(plain / runs < 0.9, `${plain / runs}`);
    t.end();
  },
);

t.test('the interval for a difference covers it', (t) => {
  const random = randomStream('differences', 'test');
  const draw = (n: number, p: number): Rate => {
    let events = 0;
    for (let i = 0; i < n; i++) if (random.uniform() < p) events++;
    return { events, trials: n };
  };
  for (const [n1, p1, n2, p2] of [
    [60, 0.3, 400, 0.25],
    [200, 0.05, 200, 0.04],
    [100, 0.02, 1000, 0.02],
  ] as const) {
    let covered = 0;
    const runs = 4_000;
    for (let i = 0; i < runs; i++) {
      const { low, high } = differenceInterval(draw(n1, p1), draw(n2, p2), 0.95);
      if (low <= p1 - p2 && p1 - p2 <= high) covered++;
    }
    // Five standard errors of the simulation below the stated share.
    t.ok(covered / runs > 0.95 - 5 * Math.sqrt((0.95 * 0.05) / runs), `${covered / runs}`);
  }
  t.end();
});

t.test('the interval of a mean covers that of times with long tails about as often as stated', (t) => {
  const random = randomStream('means', 'test');
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const runs = 3_000;
  for (const [cv, count, least] of [
    [0.4, 30, 0.93],
    [0.9, 30, 0.91],
    [0.9, 100, 0.925],
    [0.9, 400, 0.935],
  ] as const) {
    const variance = Math.log(1 + cv * cv);
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < count; i++) {
        const seconds = 100 * Math.exp(Math.sqrt(variance) * normal() - variance / 2);
        sum += seconds;
        squares += seconds * seconds;
      }
      const { low, high } = meanInterval({ count, sum, squares })!;
      if (low <= 100 && 100 <= high) covered++;
    }
    const share = covered / runs;
    t.ok(share > least && share < 0.965, `spread ${cv}, ${count} calls: ${share}`);
  }
  t.equal(meanInterval({ count: 29, sum: 2_900, squares: 400_000 }), undefined, 'too few');
  const same = meanInterval({ count: 40, sum: 4_000, squares: 400_000 })!;
  t.ok(Math.abs(same.low - 100) < 1e-9 && Math.abs(same.high - 100) < 1e-9, 'no spread, no width');
  t.end();
});

t.test('a known case of Newcombe: 56 of 70 against 48 of 80', (t) => {
  const { low, high } = differenceInterval({ events: 56, trials: 70 }, { events: 48, trials: 80 });
  t.equal(low.toFixed(4), '0.0524');
  t.equal(high.toFixed(4), '0.3339');
  t.end();
});

t.test('limits stay in order and in range, without a division by zero', (t) => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 0, max: 5_000 })
        .chain((trials) => fc.tuple(fc.constant(trials), fc.integer({ min: 0, max: trials }))),
      fc.constantFrom(0.8, 0.9, 0.95, 0.99),
      ([trials, events], confidence) => {
        const point = trials === 0 ? 0.5 : events / trials;
        for (const { low, high } of [
          exactInterval({ events, trials }, confidence),
          wilsonInterval({ events, trials }, confidence),
        ]) {
          if (!(low >= 0 && low <= point + 1e-12 && high >= point - 1e-12 && high <= 1)) return false;
        }
        return (
          exactLowerLimit({ events, trials }, confidence) <= exactUpperLimit({ events, trials }, confidence)
        );
      },
    ),
  );
  t.same(exactInterval({ events: 0, trials: 0 }), { low: 0, high: 1 });
  t.throws(() => exactInterval({ events: 3, trials: 2 }), /events 3 of trials 2/);
  t.throws(() => exactInterval({ events: 1, trials: 2 }, 1.2), /confidence/);
  t.end();
});
