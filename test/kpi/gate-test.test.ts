import t from 'tap';
import {
  exactPower,
  extensionSize,
  plannedSampleSize,
  type RateTarget,
  testRate,
  trialsToShowAtMost,
} from '../../dialer/index.js';
import { randomStream } from '../../sim/random.js';

t.test(
  'abandon at most 3 % at 95 % takes 99 answers with none abandoned, 157 with one, 208 with two',
  (t) => {
    t.same(
      [0, 1, 2].map((events) => trialsToShowAtMost(0.03, events)),
      [99, 157, 208],
    );
    t.equal(
      testRate({ events: 0, trials: 99 }, { kind: 'maximum', rate: 0.03 }, { extendable: false }).verdict,
      'pass',
    );
    t.equal(
      testRate({ events: 0, trials: 98 }, { kind: 'maximum', rate: 0.03 }, { extendable: false }).verdict,
      'inconclusive',
    );
    t.end();
  },
);

t.test('a gate decides on the interval, not on the point', (t) => {
  const target: RateTarget = { kind: 'minimum', rate: 0.25 };
  t.equal(testRate({ events: 26, trials: 100 }, target).verdict, 'inconclusive');
  t.equal(testRate({ events: 300, trials: 1000 }, target).verdict, 'pass');
  t.equal(testRate({ events: 200, trials: 1000 }, target).verdict, 'fail');
  t.equal(testRate({ events: 0, trials: 0 }, target).verdict, 'inconclusive');
  t.end();
});

t.test('a rate exactly on the target passes at most as often as stated, extensions included', (t) => {
  const random = randomStream('gates', 'test');
  for (const target of [
    { kind: 'minimum', rate: 0.25 },
    { kind: 'maximum', rate: 0.03 },
    { kind: 'minimum', rate: 0.05 },
  ] as const) {
    let passed = 0;
    let failed = 0;
    const runs = 2_000;
    for (let run = 0; run < runs; run++) {
      let events = 0;
      let trials = 0;
      // The planned look, then nine extensions.
      for (let look = 0; look < 10; look++) {
        for (let i = 0; i < 400; i++, trials++) if (random.uniform() < target.rate) events++;
        const { verdict } = testRate({ events, trials }, target, { extensions: look });
        if (verdict === 'inconclusive') continue;
        if (verdict === 'pass') passed++;
        else failed++;
        break;
      }
    }
    const limit = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs);
    t.ok(passed / runs <= limit, `${target.kind} ${target.rate}: passed ${passed / runs}`);
    t.ok(failed / runs <= limit, `${target.kind} ${target.rate}: failed ${failed / runs}`);
    t.ok(passed + failed > 0, 'and the test can decide at all');
  }
  t.end();
});

t.test('the planned sample has the asked-for power from there on', (t) => {
  for (const [target, truth] of [
    [{ kind: 'minimum', rate: 0.25 }, 0.3],
    [{ kind: 'maximum', rate: 0.03 }, 0.01],
    [{ kind: 'minimum', rate: 0.04 }, 0.05],
  ] as const) {
    const n = plannedSampleSize(target, truth, { extendable: false });
    for (let m = n; m < n + 100; m += 3)
      t.ok(exactPower(target, truth, m, 0.95) >= 0.8, `${target.rate} ${truth}: n ${m}`);
    t.ok(exactPower(target, truth, Math.floor(n * 0.8), 0.95) < 0.8);
  }
  t.end();
});

t.test('what no sample can show has no size', (t) => {
  t.equal(plannedSampleSize({ kind: 'minimum', rate: 0.3 }, 0.25), Number.POSITIVE_INFINITY);
  t.equal(plannedSampleSize({ kind: 'maximum', rate: 0.03 }, 0.03), Number.POSITIVE_INFINITY);
  t.equal(
    extensionSize({ events: 10, trials: 100 }, { kind: 'maximum', rate: 0.03 }),
    Number.POSITIVE_INFINITY,
  );
  t.equal(extensionSize({ events: 0, trials: 0 }, { kind: 'maximum', rate: 0.03 }), Number.POSITIVE_INFINITY);
  t.end();
});

t.test('the proposed extension is enough if the rate stays what it was', (t) => {
  const target: RateTarget = { kind: 'maximum', rate: 0.03 };
  const rate = { events: 2, trials: 150 };
  t.equal(testRate(rate, target).verdict, 'inconclusive');
  const more = extensionSize(rate, target);
  const events = Math.floor(rate.events + (rate.events / rate.trials) * more);
  t.equal(testRate({ events, trials: rate.trials + more }, target, { extensions: 1 }).verdict, 'pass');
  t.end();
});
