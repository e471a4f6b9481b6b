import fc from 'fast-check';
import t from 'tap';
import {
  gammaCdf,
  normalCdf,
  normalQuantile,
  PoissonBinomial,
  skewedNormalCdf,
} from '../../pacing/distributions.js';

const chance = fc.double({ min: 0, max: 1, noNaN: true });

/** P(sum <= count) by going through every outcome. */
function bruteCdf(chances: readonly number[], count: number): number {
  let total = 0;
  for (let bits = 0; bits < 1 << chances.length; bits++) {
    let p = 1;
    let sum = 0;
    chances.forEach((q, i) => {
      const yes = (bits >> i) & 1;
      p *= yes ? q : 1 - q;
      sum += yes;
    });
    if (sum <= count) total += p;
  }
  return total;
}

t.test('the normal distribution function has its known values, far into the tail', (t) => {
  t.ok(Math.abs(normalCdf(0) - 0.5) < 1e-6);
  t.ok(Math.abs(normalCdf(1.959964) - 0.975) < 1e-6);
  t.ok(Math.abs(normalCdf(-8) / 6.220961e-16 - 1) < 1e-4);
  t.ok(Math.abs(normalQuantile(0.999) - 3.090232) < 1e-4);
  t.end();
});

t.test('the gamma distribution function has its known values', (t) => {
  // Shape 1 is the exponential, shape 4 with unit scale has a closed form.
  t.ok(Math.abs(gammaCdf(2, 1, 1) - (1 - Math.exp(-2))) < 1e-9);
  const x = 5;
  const closed = 1 - Math.exp(-x) * (1 + x + x ** 2 / 2 + x ** 3 / 6);
  t.ok(Math.abs(gammaCdf(x, 4, 1) - closed) < 1e-9);
  t.equal(gammaCdf(0, 4, 1), 0);
  t.end();
});

t.test('the exact sum equals going through every outcome, whatever is kept', (t) => {
  const property = fc.property(
    fc.array(chance, { maxLength: 9 }),
    fc.integer({ min: -1, max: 9 }),
    fc.integer({ min: 0, max: 4 }),
    (chances, count, spare) => {
      const sum = new PoissonBinomial();
      sum.reset(Math.max(0, count) + spare);
      for (const p of chances) sum.add(p);
      return Math.abs(sum.cdf(count) - bruteCdf(chances, count)) < 1e-9;
    },
  );
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});

t.test('the skew-corrected normal is near the exact sum for teams where it takes over', (t) => {
  const property = fc.property(
    fc.array(fc.double({ min: 0.02, max: 0.6, noNaN: true }), { minLength: 80, maxLength: 200 }),
    fc.double({ min: -2.5, max: 1, noNaN: true }),
    (chances, z) => {
      let mean = 0;
      let variance = 0;
      let third = 0;
      for (const p of chances) {
        mean += p;
        variance += p * (1 - p);
        third += p * (1 - p) * (1 - 2 * p);
      }
      const count = Math.round(mean + z * Math.sqrt(variance));
      const sum = new PoissonBinomial();
      sum.reset(chances.length);
      for (const p of chances) sum.add(p);
      const exact = sum.cdf(count);
      return Math.abs(skewedNormalCdf(count, mean, variance, third) - exact) < 0.002 + 0.05 * exact;
    },
  );
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});
