import fc from 'fast-check';
import t from 'tap';
import { runBlocks, simulateDays } from '../../bench/pacing-ledger.js';
import {
  type AnswersAheadOptions,
  answersAhead,
  type LegalWindow,
  ledgerTarget,
  PacerOptionError,
  pacerBias,
} from '../../pacing/index.js';
import { randomFrom } from './random.js';

const block = (over: Partial<LegalWindow> = {}): LegalWindow => ({
  name: '30-day block',
  limit: 0.03,
  answers: 0,
  abandoned: 0,
  answersAhead: 100_000,
  daysAhead: 22,
  ...over,
});

t.test('a fresh block is aimed at below its limit, closer the more answers are to come', (t) => {
  const small = ledgerTarget([block({ answersAhead: 3000 })]).target;
  const large = ledgerTarget([block({ answersAhead: 500_000 })]).target;
  t.ok(small < large && large < 0.03, `${small} and ${large}`);
  t.end();
});

t.test('an allowance that is gone gives 0, and an overdrawn one says by how much', (t) => {
  const gone = ledgerTarget([block({ answers: 1000, abandoned: 70, answersAhead: 1000, daysAhead: 1 })]);
  t.equal(gone.target, 0);
  t.equal(gone.limitedBy, '30-day block');
  t.equal(Math.round(gone.windows[0]?.left ?? 0), -10);
  t.end();
});

t.test('the tightest of several windows holds', (t) => {
  const day: LegalWindow = { name: 'day', limit: 0.03, answers: 0, abandoned: 0, answersAhead: 1000 };
  const both = ledgerTarget([block(), day]);
  t.equal(both.limitedBy, 'day');
  t.equal(both.target, ledgerTarget([day]).target);
  t.end();
});

t.test('without a window the highest target holds', (t) => {
  t.same(ledgerTarget([], { highest: 0.02 }), { target: 0.02, limitedBy: null, stopped: false, windows: [] });
  t.end();
});

t.test('a single day at 1 in 1,000 needs the margin known from simulation', (t) => {
  const day = (answers: number) =>
    ledgerTarget([block({ answersAhead: answers, daysAhead: 1 })], { confidence: 0.999, dayVariation: 0 })
      .target;
  t.ok(Math.abs(day(1050) - 0.017) < 0.003, `${day(1050)} at 1,050 answers`);
  t.ok(Math.abs(day(26_800) - 0.027) < 0.002, `${day(26_800)} at 26,800 answers`);
  t.end();
});

t.test('a wrong count or option is refused with its name', (t) => {
  t.throws(() => ledgerTarget([block({ abandoned: 5 })]), /abandoned is 5: give a number from 0 to 0/);
  t.throws(() => ledgerTarget([block()], { confidence: 1 }), PacerOptionError);
  t.throws(() => ledgerTarget([block({ answersAhead: Number.NaN })]), /answersAhead/);
  t.end();
});

t.test('the target never rises with an abandon and never leaves 0 to the highest', (t) => {
  const property = fc.property(
    fc.integer({ min: 1, max: 100_000 }),
    fc.double({ min: 0, max: 0.2, noNaN: true }),
    fc.integer({ min: 0, max: 100_000 }),
    fc.integer({ min: 1, max: 30 }),
    (answers, share, answersAhead, daysAhead) => {
      const abandoned = Math.min(answers - 1, Math.floor(share * answers));
      const w = { answers, answersAhead, daysAhead };
      const before = ledgerTarget([block({ ...w, abandoned })]).target;
      const after = ledgerTarget([block({ ...w, abandoned: abandoned + 1 })]).target;
      return before >= after && after >= 0 && before <= 0.05;
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  t.end();
});

t.test('the bias is 1 while little was seen and follows what came out later', (t) => {
  t.equal(pacerBias(0, 0), 1);
  t.ok(Math.abs(pacerBias(3000, 3600) - 1.2) < 0.01);
  t.end();
});

t.test('of 1,000 blocks at least 999 end within 3 %, with 90 % of the allowance used', (t) => {
  // Days as simulated: Poisson abandons around what was asked, a day effect of 15 %, a pacer 20 % over.
  for (const [perDay, overshoot] of [
    [1050, 1],
    [4850, 1.2],
    [26_800, 1.2],
  ] as const) {
    const random = randomFrom(perDay);
    let over = 0;
    let used = 0;
    const blocks = 1000;
    const days = 22;
    const parts = 6;
    for (let i = 0; i < blocks; i++) {
      let answers = 0;
      let abandoned = 0;
      let asked = 0;
      for (let d = 0; d < days; d++) {
        const effect = overshoot * Math.max(0, 1 + 0.15 * random.normal());
        for (let part = 0; part < parts; part++) {
          const answersAhead = perDay * (days - d - part / parts);
          const { target } = ledgerTarget(
            [block({ answers, abandoned, answersAhead, daysAhead: days - d })],
            {
              bias: pacerBias(asked, abandoned),
            },
          );
          const m = perDay / parts;
          const mean = m * target * effect;
          const came = Math.max(0, Math.round(mean + Math.sqrt(1.3 * mean) * random.normal()));
          answers += m;
          abandoned += came;
          asked += m * target;
        }
      }
      if (abandoned > 0.03 * answers) over++;
      used += abandoned / (0.03 * answers);
    }
    t.ok(over <= 1, `${over} of ${blocks} blocks over the limit at ${perDay} answers a day`);
    t.ok(
      used / blocks >= 0.9,
      `${((100 * used) / blocks).toFixed(1)} % of the allowance used at ${perDay} a day`,
    );
  }
  t.end();
});

t.test(
  'blocks drawn from days of the predictive pacer itself end within 3 %, with 90 % of the allowance used',
  (t) => {
    const targets = [0, 0.015, 0.03, 0.045];
    for (const [agents, days, hours] of [
      [5, 2, 4],
      [20, 2, 2],
    ] as const) {
      const library = simulateDays({ agents, days, hours, targets, seed: 1 });
      for (const drift of ['none', 'falling'] as const) {
        const f = runBlocks(library, { window: 'block', drift, blocks: 1000, seed: 1 });
        t.equal(f.windows, 1000);
        t.ok(f.over <= 1, `${f.over} of 1,000 blocks of ${agents} agents over the limit, ${drift} drift`);
        t.ok(f.used >= 0.9, `${(100 * f.used).toFixed(1)} % of the allowance used, ${agents} agents`);
        t.ok(f.stopsPerDay < 0.05, `${f.stopsPerDay} fall-backs to one line per agent a day`);
      }
    }
    t.end();
  },
);

t.test('with the allowance gone it stays at one line per agent until there is something to spend', (t) => {
  /** Changes between dialling ahead and not over 4,000 answers, on a rolling window that began overdrawn. */
  const changes = (seed: number) => {
    const random = randomFrom(seed);
    // The last 1,000 answers: as old abandons leave the window, a little may be spent again.
    const recent = Array.from({ length: 1000 }, (_, i): number => (i % 28 === 0 ? 1 : 0));
    let stopped = false;
    let count = 0;
    for (let round = 0; round < 800; round++) {
      const abandoned = recent.reduce((a, x) => a + x, 0);
      const day = { name: '24 h', limit: 0.03, answers: recent.length, abandoned, answersAhead: 100 };
      const next = ledgerTarget([day], { stopped });
      if (next.stopped !== stopped) count++;
      stopped = next.stopped;
      for (let i = 0; i < 5; i++) {
        recent.shift();
        recent.push(random.uniform() < next.target ? 1 : 0);
      }
    }
    return count;
  };
  let most = 0;
  for (let seed = 1; seed <= 20; seed++) most = Math.max(most, changes(seed));
  t.ok(most >= 1 && most <= 8, `at most ${most} changes`);
  t.end();
});

t.test('a stop holds below the target from which dialling resumes, and is taken back above', (t) => {
  const at = (target: number, stopped: boolean) =>
    ledgerTarget([block({ answersAhead: 1e6 })], {
      confidence: 0.5,
      dispersion: 0,
      dayVariation: 0,
      bias: 0.03 / target,
      stopped,
    });
  t.equal(at(0.003, false).stopped, false);
  t.same([at(0.003, true).stopped, at(0.003, true).target], [true, 0]);
  t.equal(at(0.006, true).stopped, false);
  t.throws(() => ledgerTarget([block()], { stopBelow: 0.01, resumeAt: 0.005 }), /resumeAt is 0.005/);
  // A single abandon to spend is no reason to begin again.
  const few = { answers: 1000, abandoned: 32, answersAhead: 100, daysAhead: 1 };
  const options = { confidence: 0.5, dayVariation: 0 };
  t.equal(ledgerTarget([block(few)], options).stopped, false);
  t.equal(ledgerTarget([block(few)], { ...options, stopped: true }).stopped, true);
  t.end();
});

t.test('answers ahead count what days before had, less what days differ by', (t) => {
  const of = (over: Partial<AnswersAheadOptions>) =>
    answersAhead({ days: [], daysAhead: 10, todayLeft: 0.5, perDay: 1000, ...over });
  t.equal(of({}), 10_500);
  t.equal(of({ days: [800] }), 8400);
  t.equal(of({ days: [900, 900, 900] }), 9450);
  t.ok(of({ days: [600, 1200, 900] }) < 9000);
  t.ok(of({ days: [10, 5000, 10] }) >= 0.5 * 10.5 * (5020 / 3) - 1e-6);
  t.equal(of({ daysAhead: 0, todayLeft: 0 }), 0);
  t.throws(() => of({ todayLeft: 2 }), /todayLeft is 2: give a number from 0 to 1/);
  t.end();
});
