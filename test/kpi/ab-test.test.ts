import fc from 'fast-check';
import t from 'tap';
import { compareVariants, differenceSequence, FEWEST_EVENTS } from '../../dialer/kpi/ab-test.js';

/** A small generator (mulberry32), so that the figures are the same in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Looks after every tenth trial until it is decided or the trials are used up. */
function watchOne(
  random: () => number,
  rates: readonly number[],
  options: { readonly share: number; readonly trials: number; readonly relevant: number },
) {
  const variants = rates.map((_, i) => ({ name: String(i), events: 0, trials: 0 }));
  for (let i = 1; i <= options.trials; i++) {
    const arm = random() < options.share ? 0 : 1 + Math.floor(random() * (rates.length - 1));
    const variant = variants[arm]!;
    variant.trials++;
    if (random() < rates[arm]!) variant.events++;
    if (i % 10 !== 0) continue;
    // The cheap look first: the text and the size of what is missing are of no matter here.
    const test = quick(variants, options.relevant);
    if (test !== 'open') return { decision: test, trials: i };
  }
  return { decision: 'open', trials: options.trials };
}

/** The verdict of two variants without what is for people to read; checked against the whole below. */
function quick(
  variants: readonly { readonly name: string; readonly events: number; readonly trials: number }[],
  relevant: number,
): string {
  const [first, second] = variants as [(typeof variants)[0], (typeof variants)[0]];
  const events = first.events + second.events;
  if (Math.min(events, first.trials + second.trials - events) < FEWEST_EVENTS) return 'open';
  const { low, high } = differenceSequence(first, second, relevant, 0.05);
  if (low > 0) return 'first';
  if (high < 0) return 'second';
  return low >= -relevant && high <= relevant ? 'equivalent' : 'open';
}

t.test(
  'two variants that are alike are told apart in at most 5 % of experiments, however often looked at',
  (t) => {
    for (const [rate, share, trials, relevant] of [
      [0.02, 0.5, 3000, 0.02],
      [0.02, 0.9, 3000, 0.02],
      [0.1, 0.5, 3000, 0.02],
      [0.1, 0.1, 3000, 0.02],
      [0.3, 0.5, 3000, 0.05],
      [0.5, 0.8, 2000, 0.05],
      [0.01, 0.2, 3000, 0.01],
    ] as const) {
      const random = randomOf(1000 * rate + 10 * share);
      let wrong = 0;
      const runs = 300;
      for (let run = 0; run < runs; run++) {
        const { decision } = watchOne(random, [rate, rate], { share, trials, relevant });
        if (decision === 'first' || decision === 'second') wrong++;
      }
      // 5 % stated; three standard errors of 300 experiments are 3.8 points.
      t.ok(wrong / runs <= 0.05 + 0.038, `rate ${rate}, share ${share}: ${wrong} of ${runs}`);
    }
    t.end();
  },
);

t.test(
  'variants that differ as much as matters are almost never called equivalent, nor the worse one better',
  (t) => {
    const random = randomOf(7);
    const found = { first: 0, second: 0, equivalent: 0, open: 0 };
    for (let run = 0; run < 200; run++) {
      const { decision } = watchOne(random, [0.1, 0.13], { share: 0.5, trials: 9000, relevant: 0.03 });
      found[decision as keyof typeof found]++;
    }
    t.ok(found.first <= 4, `the worse one won ${found.first} of 200`);
    t.ok(found.equivalent <= 10 + 6, `called equivalent ${found.equivalent} of 200`);
    t.ok(found.second >= 160, `found ${found.second} of 200`);
    t.end();
  },
);

t.test('variants that are alike end as equivalent, with fewer looks wasted than going on for ever', (t) => {
  const random = randomOf(11);
  let equivalent = 0;
  for (let run = 0; run < 60; run++)
    if (
      watchOne(random, [0.1, 0.1], { share: 0.5, trials: 12_000, relevant: 0.04 }).decision === 'equivalent'
    )
      equivalent++;
  t.ok(equivalent >= 50, `${equivalent} of 60`);
  t.end();
});

t.test('the decision names the winner, or what is missing; few events decide nothing', (t) => {
  const variants = [
    { name: 'short@1', events: 100, trials: 1000 },
    { name: 'long@2', events: 180, trials: 1000 },
  ];
  const won = compareVariants(variants);
  t.match(won, { decision: 'winner', winner: 'long@2' });
  t.match(won.text, /^Stop: long@2 is better than the other, by 8\.0 points/);
  t.match(compareVariants(variants, { bad: 'rise' }), { winner: 'short@1' }, 'fewer refusals are better');
  const open = compareVariants([variants[0]!, { name: 'b', events: 110, trials: 1000 }]);
  t.equal(open.decision, 'go-on');
  const [pair] = open.pairs;
  t.ok((pair?.furtherTrials ?? 0) > 500);
  t.match(open.text, new RegExp(`About ${pair?.furtherTrials} more trials of each`));
  const even = compareVariants(
    [
      { name: 'a', events: 2000, trials: 20_000 },
      { name: 'b', events: 2000, trials: 20_000 },
    ],
    { relevantDifference: 0.02 },
  );
  t.equal(even.decision, 'no-relevant-difference');
  const few = compareVariants([
    { name: 'a', events: 9, trials: 9 },
    { name: 'b', events: 0, trials: 9 },
  ]);
  t.equal(few.decision, 'go-on', 'nine events are too few');
  t.equal(compareVariants([]).text, 'There are fewer than two variants: nothing to compare.');
  t.match(compareVariants([{ name: 'a', events: 0, trials: 0 }, variants[0]!]), {
    decision: 'go-on',
    pairs: [{ difference: undefined, interval: { low: -1, high: 1 }, furtherTrials: undefined }],
  });
  t.throws(() => compareVariants(variants, { relevantDifference: 0 }), /relevantDifference/);
  t.throws(
    () => compareVariants([{ name: 'a', events: 2, trials: 1 }, variants[0]!]),
    /events 2 of trials 1/,
  );
  t.end();
});

t.test(
  'of three variants one wins only when it beats both, and each pair gets its share of the error',
  (t) => {
    const three = compareVariants([
      { name: 'a', events: 100, trials: 1000 },
      { name: 'b', events: 200, trials: 1000 },
      { name: 'c', events: 205, trials: 1000 },
    ]);
    t.equal(three.decision, 'go-on');
    t.equal(three.pairs.length, 3);
    const two = compareVariants([
      { name: 'a', events: 100, trials: 1000 },
      { name: 'b', events: 200, trials: 1000 },
    ]);
    const width = ({ interval }: (typeof two.pairs)[0]) => interval.high - interval.low;
    t.ok(width(three.pairs[0]!) > width(two.pairs[0]!));
    t.end();
  },
);

t.test('swapping the variants mirrors the result; the interval holds the difference', (t) => {
  const rate = fc
    .tuple(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([trials, share]) => ({ trials, events: Math.floor(share * trials) }));
  fc.assert(
    fc.property(rate, rate, (first, second) => {
      const there = differenceSequence(first, second, 0.02, 0.05);
      const back = differenceSequence(second, first, 0.02, 0.05);
      const { difference = Number.NaN, low, high } = there;
      return (
        low <= difference &&
        difference <= high &&
        Math.abs(low + back.high) < 1e-9 &&
        Math.abs(high + back.low) < 1e-9
      );
    }),
  );
  t.pass();
  t.end();
});
