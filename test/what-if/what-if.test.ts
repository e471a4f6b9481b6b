import t from 'tap';
import { type WhatIfInput, WhatIfInputError, type WhatIfResult } from '../../dialer/what-if/port.js';
import { createSimulator } from '../../sim/index.js';
import { randomStream } from '../../sim/random.js';
import { planWhatIf } from '../../sim/what-if/plan.js';
import { runWhatIf } from '../../sim/what-if/run.js';
import { estimate, studentT } from '../../sim/what-if/statistics.js';
import { WorkingHours } from '../../sim/what-if/working-hours.js';

const HOUR = 3_600_000;
const simulator = createSimulator({ threads: 1 });
t.teardown(() => simulator.close());

const answer = (input: WhatIfInput): Promise<WhatIfResult> => simulator.prepare(input).run();
/** Small, so that the tests are quick: a list that is tried once. */
const small: WhatIfInput = {
  contacts: 150,
  agents: 4,
  pacers: ['progressive'],
  runs: 2,
  maximumAttempts: 1,
  scenario: { agents: { callbackRate: 0 } },
};

t.test('the same seed gives the same answer, another seed another', async (t) => {
  const [one, again, other] = await Promise.all([
    answer({ ...small, seed: 'a' }),
    answer({ ...small, seed: 'a' }),
    answer({ ...small, seed: 'b' }),
  ]);
  t.same(again, one);
  t.not(JSON.stringify(other.cases), JSON.stringify(one.cases));
});

t.test('a list is followed to its end: every contact is closed, and the course says how', async (t) => {
  const result = await answer(small);
  t.equal(result.contacts, 150);
  const [only] = result.cases;
  t.equal(only!.runsDone, 2);
  const { figures, course } = only!;
  t.equal(figures.listDone!.mean, 1);
  t.ok(figures.hoursToDone!.mean > figures.hoursToMost!.mean);
  t.ok(figures.hoursToDone!.mean < 3, 'a list that is tried once is over soon');
  t.equal(figures.calls.mean, 150, 'each contact was called once');
  t.equal(course.at(-1)!.listDone!.mean, 1);
  const shares = course.map(({ listDone }) => listDone!.mean);
  t.same(
    shares,
    [...shares].sort((a, b) => a - b),
    'what is closed stays closed',
  );
  for (const { low, high, mean } of Object.values(figures)) t.ok(low! <= mean && mean <= high!);
});

t.test('without a list agents never run out of work, and more agents reach more people', async (t) => {
  const result = await answer({ agents: [3, 9], pacers: ['progressive'], hours: 0.5, runs: 2 });
  t.equal(result.contacts, undefined);
  const [few, many] = result.cases;
  t.same([few!.agents, many!.agents], [3, 9]);
  t.equal(few!.figures.hoursToDone, undefined);
  t.equal(few!.figures.listDone, undefined);
  t.ok(many!.figures.connected.mean > 2 * few!.figures.connected.mean);
  t.ok(few!.figures.occupancy.mean > 0.3 && few!.figures.occupancy.mean < 1);
});

t.test('what is not done within the hours is said so', async (t) => {
  const result = await answer({ ...small, hours: 0.25, agents: 1, runs: 1 });
  const [only] = result.cases;
  t.equal(only!.runsDone, 0);
  t.equal(only!.figures.hoursToDone, undefined);
  t.ok(only!.figures.listDone!.mean > 0 && only!.figures.listDone!.mean < 1);
  t.equal(only!.figures.occupancy.low, undefined, 'one run has no interval');
});

t.test(
  'a run that has no room for enough contacts says so, and gives no figures of idle agents',
  async (t) => {
    const input = { agents: 30, hours: 3, pacers: ['progressive'], runs: 1 };
    const room = planWhatIf(input).cases[0]!.tasks[0]!.contacts;
    t.equal(planWhatIf(input, room).cases[0]!.tasks[0]!.contacts, room);
    const task = planWhatIf(input, 1_000).cases[0]!.tasks[0]!;
    t.equal(task.contacts, 1_000);
    t.throws(() => runWhatIf(task), /^hours: 30 agents have called all of the 1,000 contacts/);
    t.throws(
      () => planWhatIf({ ...input, contacts: 2_000 }, 1_000),
      /contacts must be at most 1,000: a run keeps/,
    );
  },
);

t.test('working hours go from Monday to Friday, from nine', async (t) => {
  const time = new WorkingHours(60, 8);
  const at = (day: number, hour: number): number => time.startAt + (day * 24 + hour) * HOUR;
  t.equal(time.until(time.startAt), 0);
  t.equal(time.until(at(0, 3)), 3);
  t.equal(time.until(at(0, 12)), 8, 'the evening does not count');
  t.equal(time.until(at(1, 1)), 9);
  t.equal(time.until(at(5, 4)), 40, 'Saturday does not count');
  t.equal(time.until(at(7, 2)), 42);
  t.equal(time.until(at(30, 0)), 60, 'never more than there are');
  t.equal(
    time.calendarHours,
    7 * 24 + 2 * 24 + 4,
    '60 h: five days of a week, two of the next, and half of a day',
  );
  t.same(time.callingHours, { 'mon-fri': ['09:00-17:00'] });
});

t.test('the interval is where one more run would be', async (t) => {
  t.same(estimate([5]), { mean: 5 });
  const { mean, low, high } = estimate([4, 6]);
  t.equal(mean, 5);
  // t = 12.706 with one degree of freedom, s = √2, √(1 + 1/2)
  const half = 12.706 * Math.SQRT2 * Math.sqrt(1.5);
  t.ok(Math.abs(high! - (5 + half)) < 1e-9 && Math.abs(low! - (5 - half)) < 1e-9);
  t.equal(estimate([0.1, 0.9], { low: 0, high: 1 }).high, 1);
  // Values of published tables.
  for (const [degrees, quantile] of [
    [40, 2.021],
    [60, 2.0],
    [120, 1.98],
  ] as const)
    t.ok(Math.abs(studentT(degrees) - quantile) < 0.002, `${degrees} degrees of freedom`);
});

t.test('one more run is inside the interval as often as stated', (t) => {
  const random = randomStream('prediction', 'test');
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const runs = 4_000;
  for (const n of [2, 5, 40]) {
    let inside = 0;
    for (let i = 0; i < runs; i++) {
      const { low, high } = estimate(Array.from({ length: n }, normal));
      const next = normal();
      if (low! <= next && next <= high!) inside++;
    }
    t.ok(Math.abs(inside / runs - 0.95) < 0.015, `${n} runs: ${inside / runs}`);
  }
  t.end();
});

t.test('everything that is wrong is said at once, by field and with the remedy', async (t) => {
  const wrong: WhatIfInput = {
    contacts: 0.5,
    hours: 500,
    hoursPerDay: 20,
    agents: [10, 0],
    pacers: ['magic', 'ratio:99', 'predictive:2'],
    runs: 0,
    targetAbandonRatio: 2,
    maximumAttempts: 0,
    retryDelaySeconds: -1,
    scenario: { people: { answerRat: 1 } },
  };
  try {
    simulator.prepare(wrong);
    t.fail('it was taken');
  } catch (error) {
    t.ok(error instanceof WhatIfInputError);
    const { problems } = error as WhatIfInputError;
    const fields = new Set(problems.map(({ field }) => field));
    for (const field of Object.keys(wrong)) t.ok(fields.has(field), field);
    t.equal(problems.filter(({ field }) => field === 'pacers').length, 3);
    for (const { detail } of problems) t.match(detail, /must|use one of|known are/);
  }
  t.throws(() => simulator.prepare({ answerRate: 0.95 }), /answerRate must be at most 0\.78/);
  t.throws(() => simulator.prepare({ successRate: 1 }), /successRate must be at most 0\.9/);
});

t.test('it says how far it is, and ends when it is told to', async (t) => {
  const seen: number[] = [];
  await simulator.prepare(small).run({ progress: (done) => seen.push(done) });
  t.ok(seen.length >= 2);
  t.equal(seen.at(-1), 1);
  t.same(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  const abort = new AbortController();
  const running = simulator.prepare({ agents: 200, hours: 10, runs: 4 }).run({ signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await t.rejects(running, { name: 'AbortError' });
  t.equal((await answer(small)).cases.length, 1, 'the next one runs');
});
