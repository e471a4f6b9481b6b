import fc from 'fast-check';
import t from 'tap';
import {
  createKpiMonitor,
  createKpiWatch,
  estimateProfile,
  type KpiMonitor,
  type KpiWatch,
} from '../../dialer/index.js';
import { KPIS } from '../../dialer/kpi/kpis.js';
import { type RandomStream, randomStream } from '../../sim/random.js';

function feed(monitor: KpiMonitor, random: RandomStream, rate: number, trials: number, from = 0): number {
  for (let i = 0; i < trials; i++) {
    monitor.observe(random.uniform() < rate, from + i);
    if (monitor.inAlarm) return i + 1;
  }
  return Number.POSITIVE_INFINITY;
}

t.test('over a fleet of pilots false alarms come no more often than stated', (t) => {
  const random = randomStream('fleet', 'test');
  const meanTrials = 2_000;
  for (const [rate, pilot, direction] of [
    [0.3, 1_000, 'drop'],
    [0.05, 4_000, 'drop'],
    [0.01, 2_000, 'rise'],
  ] as const) {
    let alarms = 0;
    let trials = 0;
    for (let campaign = 0; campaign < 150; campaign++) {
      let successes = 0;
      for (let i = 0; i < pilot; i++) if (random.uniform() < rate) successes++;
      const monitor = createKpiMonitor({
        kpi: 'rate',
        direction,
        baseline: { successes, trials: pilot },
        falseAlarm: { meanTrials },
      });
      const length = feed(monitor, random, rate, 2_000);
      if (length === Number.POSITIVE_INFINITY) trials += 2_000;
      else {
        trials += length;
        alarms++;
      }
    }
    // Four standard errors of a Poisson count around the budget.
    const budget = trials / meanTrials;
    t.ok(alarms <= budget + 4 * Math.sqrt(budget), `${rate} ${direction}: ${alarms} in ${trials} trials`);
    t.ok(alarms > 0, 'the budget is used');
  }
  t.end();
});

t.test('a real change is found soon, with its time', (t) => {
  const random = randomStream('change', 'test');
  const delays: number[] = [];
  const errors: number[] = [];
  for (let run = 0; run < 60; run++) {
    const monitor = createKpiMonitor({
      kpi: 'contact rate',
      direction: 'drop',
      baseline: { successes: 600, trials: 2_000 },
      falseAlarm: { meanTrials: 20_000 },
    });
    if (feed(monitor, random, 0.3, 1_500) !== Number.POSITIVE_INFINITY) continue;
    t.equal(monitor.verdict(1_500).state, 'ok');
    const delay = feed(monitor, random, 0.15, 5_000, 1_500);
    const verdict = monitor.verdict(1_500 + delay);
    t.equal(verdict.state, 'alarm');
    t.match(
      verdict.explanation.text,
      /^the contact rate has dropped from 30\.0 % in the pilot \(600 of 2000\) to [\d.]+ % \(\d+ of \d+, where [\d.]+ were expected\)$/,
    );
    delays.push(delay);
    errors.push(Math.abs((verdict.since as number) - 1_500));
    monitor.clear(2_000);
    t.equal(monitor.verdict(2_000).state, 'ok');
    t.equal(monitor.verdict(2_000).since, undefined);
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;
  t.ok(delays.length >= 48, `${60 - delays.length} of 60 false alarms in 1,500 trials`);
  t.ok(median(delays) < 130, `median delay ${median(delays)} trials`);
  t.ok(median(errors) < 40, `median error of the time ${median(errors)} trials`);
  t.end();
});

t.test('a direction is deaf to the other one', (t) => {
  const random = randomStream('other', 'test');
  const monitor = createKpiMonitor({
    kpi: 'contact rate',
    direction: 'drop',
    baseline: { successes: 300, trials: 1_000 },
    falseAlarm: { meanTrials: 20_000 },
  });
  t.equal(feed(monitor, random, 0.6, 5_000), Number.POSITIVE_INFINITY);
  t.end();
});

t.test('any baseline gives finite figures, pilots without a success or a trial included', (t) => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 0, max: 3_000 })
        .chain((trials) => fc.tuple(fc.constant(trials), fc.integer({ min: 0, max: trials }))),
      fc.constantFrom('drop' as const, 'rise' as const),
      fc.array(fc.boolean(), { maxLength: 400 }),
      ([trials, successes], direction, outcomes) => {
        const monitor = createKpiMonitor({
          kpi: 'any',
          direction,
          baseline: { successes, trials },
          falseAlarm: { meanTrials: 1_000 },
        });
        outcomes.forEach((success, at) => {
          monitor.observe(success, at);
        });
        const { explanation, state, since } = monitor.verdict(outcomes.length);
        return (
          Number.isFinite(explanation.statistic) &&
          explanation.trials === outcomes.length &&
          (state === 'alarm') === monitor.inAlarm &&
          (since === undefined || Number.isFinite(since) || Number.isNaN(since) === false)
        );
      },
    ),
    { numRuns: 200 },
  );
  t.pass('200 baselines and streams');
  t.end();
});

t.test('nothing overflows when an alarm is fed on', (t) => {
  const monitor = createKpiMonitor({
    kpi: 'rate',
    direction: 'drop',
    baseline: { successes: 900, trials: 1_000 },
    falseAlarm: { meanTrials: 1_000 },
  });
  for (let i = 0; i < 100_000; i++) monitor.observe(false, i);
  t.ok(Number.isFinite(monitor.statistic));
  t.equal(monitor.verdict(1).state, 'alarm');
  t.end();
});

t.test('bad options are refused with the field', (t) => {
  const good = {
    kpi: 'x',
    direction: 'drop' as const,
    baseline: { successes: 1, trials: 10 },
    falseAlarm: { meanTrials: 100 },
  };
  t.throws(
    () => createKpiMonitor({ ...good, baseline: { successes: 11, trials: 10 } }),
    /baseline\.successes/,
  );
  t.throws(
    () => createKpiMonitor({ ...good, baseline: { successes: 0, trials: Number.NaN } }),
    /baseline\.trials/,
  );
  t.throws(() => createKpiMonitor({ ...good, falseAlarm: { meanTrials: 0 } }), /falseAlarm\.meanTrials/);
  t.throws(() => createKpiMonitor({ ...good, dispersion: 0.5 }), /dispersion/);
  t.throws(() => createKpiMonitor({ ...good, hourOffsets: [1] }), /hourOffsets/);
  t.end();
});

t.test('the hours of the day are no fault once the pilot has shown them', (t) => {
  const random = randomStream('hours', 'test');
  const rateAt = (at: number): number => 0.3 * (1 + 0.3 * Math.sin((2 * Math.PI * at) / 86_400));
  const blocks = Array.from({ length: 4 * 288 }, (_, i) => {
    let successes = 0;
    for (let k = 0; k < 40; k++) if (random.uniform() < rateAt(i * 300)) successes++;
    return { at: i * 300, successes, trials: 40 };
  });
  const profile = estimateProfile(blocks);
  t.ok((profile.hourOffsets[6] as number) > 0.2, 'more in the hour of the peak');
  t.ok((profile.hourOffsets[18] as number) < -0.2, 'less in the trough');
  t.ok(profile.dispersion < 1.3, `dispersion ${profile.dispersion}`);
  const successes = blocks.reduce((sum, block) => sum + block.successes, 0);
  const run = (hourOffsets: readonly number[] | undefined): number => {
    let alarms = 0;
    for (let day = 0; day < 10; day++) {
      const monitor = createKpiMonitor({
        kpi: 'contact rate',
        direction: 'drop',
        baseline: { successes, trials: blocks.length * 40 },
        falseAlarm: { meanTrials: 100_000 },
        ...(hourOffsets === undefined ? {} : { hourOffsets }),
      });
      for (let i = 0; i < 288 * 40 && !monitor.inAlarm; i++) {
        const at = i * 7.5;
        monitor.observe(random.uniform() < rateAt(at), at);
      }
      if (monitor.inAlarm) alarms++;
    }
    return alarms;
  };
  t.equal(run(undefined), 10, 'without the hours every evening is an alarm');
  t.ok(run(profile.hourOffsets) <= 2, 'with them hardly any');
  t.end();
});

t.test('clusters are seen as dispersion', (t) => {
  const random = randomStream('clusters', 'test');
  const blocks = Array.from({ length: 4 * 288 }, (_, i) => {
    const rate = random.uniform() < 0.5 ? 0.24 : 0.36;
    let successes = 0;
    for (let k = 0; k < 50; k++) if (random.uniform() < rate) successes++;
    return { at: i * 300, successes, trials: 50 };
  });
  // φ = 1 + (50 − 1) c² p/(1 − p) with c = 0.2
  const { dispersion } = estimateProfile(blocks);
  t.ok(dispersion > 1.5 && dispersion < 2.3, `${dispersion}`);
  t.end();
});

t.test('one bad segment is found and named', (t) => {
  const random = randomStream('segments', 'test');
  const sources = Array.from({ length: 20 }, (_, i) => `source-${i}`);
  const found: string[] = [];
  for (let run = 0; run < 20; run++) {
    const watch = createKpiWatch({
      kpis: [
        {
          kpi: 'contact rate',
          direction: 'drop',
          baseline: { successes: 1_200, trials: 4_000 },
          trialsPerAttempt: 1,
          segments: {
            source: Object.fromEntries(sources.map((source) => [source, { events: 60, trials: 200 }])),
          },
        },
      ],
      falseAlarm: { meanAttempts: 50_000 },
    });
    let first: string | undefined;
    let at = 0;
    for (; at < 40_000 && first === undefined; at++) {
      const source = sources[Math.floor(random.uniform() * 20)] as string;
      const bad = at > 2_000 && source === 'source-7';
      for (const alarm of watch.observe('contact rate', random.uniform() < (bad ? 0.12 : 0.3), at, {
        source,
      })) {
        first = alarm.segment?.value ?? 'whole';
        if (first === 'source-7') t.equal(watch.standings('contact rate', at)[0]?.value, 'source-7');
      }
    }
    t.equal(watch.alarms(at).length, 1);
    found.push(first ?? 'none');
    t.throws(() => watch.observe('nothing', true, at), /nothing is not watched/);
  }
  t.ok(found.filter((name) => name === 'source-7').length >= 16, found.join(' '));
  t.end();
});

t.test('a watch is told what it may not watch', (t) => {
  const kpi = {
    kpi: 'contact rate',
    direction: 'drop' as const,
    baseline: { successes: 1, trials: 4 },
    trialsPerAttempt: 1,
  };
  const falseAlarm = { meanAttempts: 1_000 };
  t.throws(() => createKpiWatch({ kpis: [], falseAlarm }), /nothing to watch/);
  t.throws(() => createKpiWatch({ kpis: [kpi, kpi], falseAlarm }), /given twice/);
  t.throws(() => createKpiWatch({ kpis: [{ ...kpi, trialsPerAttempt: 0 }], falseAlarm }), /trialsPerAttempt/);
  t.end();
});

t.test('explanations name a KPI in words, never by its id, with nothing seen and in alarm', (t) => {
  for (const { id, bad } of KPIS) {
    if (bad === undefined) continue;
    const monitor = createKpiMonitor({
      kpi: id,
      direction: bad,
      baseline: { successes: 300, trials: 1_000 },
      falseAlarm: { meanTrials: 1_000 },
    });
    const quiet = monitor.verdict(0).explanation.text;
    t.match(quiet, /^the .* shows no lasting (drop|rise): nothing seen yet, 30\.0 % in the pilot/);
    for (let i = 0; i < 500; i++) monitor.observe(bad === 'rise', i);
    const alarm = monitor.verdict(500).explanation.text;
    t.match(
      alarm,
      bad === 'drop' ? / has dropped from 30\.0 % .* to 0\.00 % / : / has risen from 30\.0 % .* to 100 % /,
    );
    for (const text of [quiet, alarm]) t.notOk(text.includes(id), text);
  }
  const unknown = createKpiMonitor({
    kpi: 'opt-out-rate',
    direction: 'rise',
    baseline: { successes: 0, trials: 0 },
    falseAlarm: { meanTrials: 100 },
  });
  t.equal(unknown.verdict(0).explanation.text, 'the opt-out rate shows no lasting rise: nothing seen yet');
  t.end();
});

t.test('a monitor and a watch go on from their written state as if they had never ended', (t) => {
  const kpi = {
    kpi: 'success-rate',
    direction: 'drop',
    baseline: { successes: 40, trials: 400 },
    trialsPerAttempt: 0.3,
    dispersion: 1.4,
    hourOffsets: Array.from({ length: 24 }, (_, hour) => Math.sin(hour) / 3),
    segments: {
      source: { web: { events: 30, trials: 250 }, shop: { events: 10, trials: 150 } },
      '1': { '10': { events: 20, trials: 200 }, '9': { events: 20, trials: 200 } },
    },
  } as const;
  const options = { kpis: [kpi], falseAlarm: { meanAttempts: 20_000 } };
  fc.assert(
    fc.property(fc.nat(600), fc.nat(600), fc.nat(), (before, after, seed) => {
      const random = randomStream(String(seed), 'state');
      const whole = createKpiWatch(options);
      let resumed = createKpiWatch(options);
      for (let i = 0; i < before + after; i++) {
        if (i === before) resumed = createKpiWatch(options, structuredClone(resumed.state()));
        const success = random.uniform() < (i < before ? 0.1 : 0.03);
        const segments = {
          source: ['web', 'shop', 'new'][random.integer(3)] as string,
          '1': String(9 + random.integer(3)),
        };
        const at = 60 * i;
        const [one, two] = [resumed, whole].map((watch) =>
          JSON.stringify(watch.observe('success-rate', success, at, segments)),
        );
        if (one !== two) throw new Error(`${one} instead of ${two}`);
        if (i === before + (after >> 1)) for (const watch of [whole, resumed]) watch.clear(at);
      }
      const end = 60 * (before + after);
      t.same(resumed.standings('success-rate', end), whole.standings('success-rate', end));
      t.same(resumed.alarms(end), whole.alarms(end));
      t.same(resumed.state(), whole.state());
    }),
    { numRuns: 10 },
  );
  t.throws(
    () =>
      createKpiMonitor(
        {
          kpi: 'x',
          direction: 'rise',
          baseline: { successes: 1, trials: 9 },
          falseAlarm: { meanTrials: 99 },
        },
        createKpiWatch(options).state()[0]?.whole[0]?.[1],
      ),
    /another kind of monitor/,
  );
  t.end();
});

t.test(
  'calls that reach fewer people the second time are no drop, and a drop of either kind is seen',
  (t) => {
    const watchOf = () =>
      createKpiWatch({
        kpis: [
          {
            kpi: 'contact-rate',
            direction: 'drop',
            baseline: { successes: 400, trials: 1_600 },
            trialsPerAttempt: 1,
            cohorts: [
              ['1', { events: 300, trials: 1_000 }],
              ['2', { events: 100, trials: 600 }],
            ],
            segments: { source: { web: { events: 150, trials: 500 }, shop: { events: 150, trials: 500 } } },
          },
        ],
        falseAlarm: { meanAttempts: 20_000 },
      });
    const random = randomStream('cohorts', 'watch');
    const feed = (watch: KpiWatch, cohort: string, rate: number, trials: number, source = 'web') => {
      for (let i = 0; i < trials; i++) {
        const [alarm] = watch.observe('contact-rate', random.bernoulli(rate), i, { source }, cohort);
        if (alarm !== undefined) return alarm;
      }
      return undefined;
    };
    const fair = watchOf();
    t.equal(feed(fair, '1', 0.3, 2_000), undefined);
    t.equal(feed(fair, '2', 1 / 6, 3_000), undefined, 'what the pilot had of second calls');
    t.equal(feed(fair, '3', 0.05, 3_000), undefined, 'what the pilot knows nothing of is not judged');
    t.match(feed(fair, '2', 1 / 12, 3_000), { cohort: '2', explanation: { baselineRate: 1 / 6 } });
    const bad = watchOf();
    t.match(feed(bad, '1', 0.15, 1_000), { explanation: { baselineRate: 0.3 } });
    const shop = watchOf();
    for (let i = 0; i < 1_000; i++) {
      shop.observe('contact-rate', random.bernoulli(0.3), i, { source: 'web' }, '1');
      shop.observe('contact-rate', random.bernoulli(0.02), i, { source: 'shop' }, '2');
    }
    t.same(
      shop.standings('contact-rate', 1_000).map(({ value, trials }) => [value, trials]),
      [['web', 1_000]],
      'segments are compared by first calls',
    );
    t.end();
  },
);
