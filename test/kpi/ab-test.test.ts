import fc from 'fast-check';
import t from 'tap';
import {
  compareVariants,
  differenceSequence,
  FEWEST_EXPECTED,
  pairVerdict,
} from '../../dialer/kpi/ab-test.js';
import { exactUpperLimit } from '../../dialer/kpi/intervals.js';

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

/** Adds trials to both until they have as many as this together. */
function feed(
  random: () => number,
  [first, second]: readonly [Variant, Variant],
  [firstRate, secondRate]: readonly [number, number],
  share: number,
  until: number,
): void {
  while (first.trials + second.trials < until) {
    const isFirst = random() < share;
    const variant = isFirst ? first : second;
    variant.trials++;
    if (random() < (isFirst ? firstRate : secondRate)) variant.events++;
  }
}

const fresh = (): [Variant, Variant] => [
  { events: 0, trials: 0 },
  { events: 0, trials: 0 },
];

interface Variant {
  events: number;
  trials: number;
}

/** Looks after each hundredth more until it is decided or the trials are used up. */
function experiment(
  random: () => number,
  rates: readonly [number, number],
  options: { readonly share: number; readonly trials: number; readonly relevantDifference: number },
) {
  const pair = fresh();
  for (let trials = 20; trials <= options.trials; trials = Math.max(trials + 1, Math.floor(trials * 1.01))) {
    feed(random, pair, rates, options.share, trials);
    const verdict = pairVerdict(...pair, { relevantDifference: options.relevantDifference, error: 0.05 });
    if (verdict !== 'open') return { verdict, trials };
  }
  return { verdict: 'open', trials: options.trials };
}

t.test('variants that are alike are told apart in at most 5 % of experiments, looked at all along', (t) => {
  const runs = 2_500;
  for (const [rate, share, relevantDifference] of [
    [0.02, 0.5, 0.005],
    [0.1, 0.1, 0.02],
    [0.1, 0.02, 0.05],
    [0.5, 0.5, 0.08],
    [0.5, 0.1, 0.08],
    [0.5, 0.02, 0.08],
    [0.95, 0.1, 0.02],
  ] as const) {
    const random = randomOf(1000 * rate + 10 * share);
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      const pair = fresh();
      // Whatever else it says on the way: at no look may one be called better.
      for (let trials = 20; trials <= 4_000; trials = Math.max(trials + 1, Math.floor(trials * 1.04))) {
        feed(random, pair, [rate, rate], share, trials);
        const verdict = pairVerdict(...pair, { relevantDifference, error: 0.05 });
        if (verdict !== 'first' && verdict !== 'second') continue;
        wrong++;
        break;
      }
    }
    // 5 % is stated, and the experiments have to show it: the upper limit of what they allow stays below.
    const most = exactUpperLimit({ events: wrong, trials: runs }, 0.95);
    t.ok(most <= 0.05, `rate ${rate}, share ${share}: ${wrong} of ${runs}, at most ${most.toFixed(4)}`);
  }
  t.end();
});

t.test('of three that are alike one is called better than another in at most 5 % of experiments', (t) => {
  const random = randomOf(3);
  const runs = 300;
  let wrong = 0;
  for (let run = 0; run < runs; run++) {
    const three = ['a', 'b', 'c'].map((name) => ({ name, events: 0, trials: 0 }));
    for (let trials = 60; trials <= 3_000; trials = Math.floor(trials * 1.2)) {
      while (three.reduce((sum, each) => sum + each.trials, 0) < trials) {
        const variant = three[Math.floor(random() * 3)]!;
        variant.trials++;
        if (random() < 0.2) variant.events++;
      }
      if (
        !compareVariants(three, { relevantDifference: 0.05 }).pairs.some(({ verdict }) =>
          ['first', 'second'].includes(verdict),
        )
      )
        continue;
      wrong++;
      break;
    }
  }
  const most = exactUpperLimit({ events: wrong, trials: runs }, 0.95);
  t.ok(most <= 0.05, `${wrong} of ${runs}, at most ${most.toFixed(4)}`);
  t.end();
});

t.test('the interval holds the true difference at all looks together as often as stated', (t) => {
  const runs = 300;
  for (const [first, second, share] of [
    [0.05, 0.075, 0.5],
    [0.3, 0.25, 0.2],
  ] as const) {
    const random = randomOf(100 * first);
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const pair = fresh();
      for (let trials = 20; trials <= 4_000; trials = Math.max(trials + 1, Math.floor(trials * 1.1))) {
        feed(random, pair, [first, second], share, trials);
        const common = (pair[0].events + pair[1].events) / trials;
        if (Math.min(common, 1 - common) * Math.min(pair[0].trials, pair[1].trials) < FEWEST_EXPECTED)
          continue;
        const { low, high } = differenceSequence(...pair, { relevantDifference: 0.02, error: 0.05 });
        if (low <= first - second && first - second <= high) continue;
        missed++;
        break;
      }
    }
    const most = exactUpperLimit({ events: missed, trials: runs }, 0.9);
    t.ok(most <= 0.05, `${first} and ${second}: missed in ${missed} of ${runs}, at most ${most.toFixed(4)}`);
  }
  t.end();
});

t.test(
  'variants that differ as much as matters are almost never called equivalent, nor the worse one better',
  (t) => {
    const random = randomOf(7);
    const found: Record<string, number> = { first: 0, second: 0, equivalent: 0, open: 0 };
    const runs = 400;
    const options = { share: 0.5, trials: 12_000, relevantDifference: 0.03 };
    for (let run = 0; run < runs; run++) {
      const { verdict } = experiment(random, [0.1, 0.13], options);
      found[verdict] = (found[verdict] ?? 0) + 1;
    }
    t.equal(found['first'], 0, 'the worse one wins in 2.5 % at most, and here by far less');
    t.ok(
      exactUpperLimit({ events: found['equivalent']!, trials: runs }, 0.95) <= 0.05,
      `${found['equivalent']}`,
    );
    t.ok(found['second']! >= 0.85 * runs, `found ${found['second']} of ${runs}`);
    t.end();
  },
);

t.test('5 % against 7.5 % takes about the trials that the documentation states', (t) => {
  const random = randomOf(5);
  const sizes: number[] = [];
  for (let run = 0; run < 300; run++) {
    const { verdict, trials } = experiment(random, [0.05, 0.075], {
      share: 0.5,
      trials: 20_000,
      relevantDifference: 0.02,
    });
    sizes.push(verdict === 'second' ? trials / 2 : Number.POSITIVE_INFINITY);
  }
  sizes.sort((a, b) => a - b);
  const [half, most] = [sizes[150]!, sizes[240]!];
  t.ok(half > 1_200 && half < 1_900, `half of the experiments are decided by ${half} of each`);
  t.ok(most > 2_000 && most < 3_200, `eight in ten by ${most}`);
  t.end();
});

t.test('variants that are alike end as equivalent, rather than going on for ever', (t) => {
  const random = randomOf(11);
  let equivalent = 0;
  for (let run = 0; run < 60; run++)
    if (
      experiment(random, [0.1, 0.1], { share: 0.5, trials: 12_000, relevantDifference: 0.04 }).verdict ===
      'equivalent'
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
  t.equal(few.decision, 'go-on', 'nine calls of each are too few');
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
      const there = differenceSequence(first, second, { relevantDifference: 0.02, error: 0.05 });
      const back = differenceSequence(second, first, { relevantDifference: 0.02, error: 0.05 });
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
