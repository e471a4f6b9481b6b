import fc from 'fast-check';
import t from 'tap';
import {
  Agents,
  type CalleeKind,
  defaultScenario,
  demoScenario,
  People,
  scenarioFrom,
} from '../../sim/index.js';

const CALLS = 20_000;

function shares(people: People, hour = 10): Map<CalleeKind, number> {
  const counts = new Map<CalleeKind, number>();
  for (let index = 0; index < CALLS; index++) {
    const { kind } = people.fate(`4930${index}`, 0, hour);
    counts.set(kind, (counts.get(kind) ?? 0) + 1 / CALLS);
  }
  return counts;
}

t.test('the fate of a call is a pure function of seed, number and attempt', async (t) => {
  const one = new People(demoScenario, 'seed');
  const two = new People(demoScenario, 'seed');
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9][0-9]{6,14}$/),
      fc.nat(9),
      fc.nat(23),
      fc.nat(99),
      (number, attempt, hour, other) => {
        // Whatever was asked in between.
        one.fate(String(other), 1, 2);
        t.same(one.fate(number, attempt, hour), two.fate(number, attempt, hour));
      },
    ),
    { numRuns: 200 },
  );
  t.notSame(
    Array.from({ length: 20 }, (_, index) => one.fate(`49${index}`, 0, 1)),
    Array.from({ length: 20 }, (_, index) => new People(demoScenario, 'other').fate(`49${index}`, 0, 1)),
  );
});

t.test('a plan is coherent: it is answered or refused, in an order that can happen', async (t) => {
  const people = new People(demoScenario, 'seed');
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9][0-9]{6,14}$/), fc.nat(3), (number, attempt) => {
      const plan = people.fate(number, attempt, 12);
      const answered = plan.answerAfter < Number.POSITIVE_INFINITY;
      const refused = plan.refuseAfter < Number.POSITIVE_INFINITY;
      t.not(answered, refused, 'one of both');
      t.ok(plan.signalAfter <= Math.min(plan.answerAfter, plan.refuseAfter), 'the signal comes first');
      t.ok(Number.isInteger(plan.signalAfter) && plan.signalAfter >= 0);
      t.equal(plan.cause === 'NORMAL_CLEARING', answered);
      if (plan.kind === 'human') t.ok(plan.talk > 0 && plan.patience >= 0);
    }),
    { numRuns: 300 },
  );
});

t.test('people answer as often as the scenario says, each hour for itself', async (t) => {
  const byHour = Array.from({ length: 24 }, (_, hour) => (hour === 18 ? 0.5 : 0.1));
  const scenario = scenarioFrom({ people: { answerRate: byHour } });
  const people = new People(scenario, 'seed');
  for (const [hour, rate] of [
    [10, 0.1],
    [18, 0.5],
  ] as const) {
    const found = shares(people, hour);
    t.ok(Math.abs(found.get('human')! - rate) < 0.015, `${found.get('human')} for ${rate} at ${hour}`);
    t.ok(Math.abs(found.get('machine')! - 0.15) < 0.015);
    t.ok(Math.abs(found.get('busy')! - 0.04) < 0.01);
  }
});

t.test('a spread makes numbers unlike each other and leaves the mean', async (t) => {
  const people = new People(scenarioFrom({ people: { answerSpread: 0.18 } }), 'seed');
  t.ok(Math.abs(shares(people).get('human')! - 0.3) < 0.015);
  const rates = Array.from({ length: 4000 }, (_, index) => people.answerRate(`49${index}`, 9));
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const deviation = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length);
  t.ok(Math.abs(mean - 0.3) < 0.015, `mean ${mean}`);
  t.ok(Math.abs(deviation - 0.18) < 0.015, `deviation ${deviation}`);
  t.equal(people.answerRate('491', 3), people.answerRate('491', 3));
});

t.test('machine detection errs as often as it is said to', async (t) => {
  const scenario = scenarioFrom({
    trunk: { machineDetection: { enabled: true, sensitivity: 0.8, falsePositiveRate: 0.1 } },
  });
  const people = new People(scenario, 'seed');
  const found = { human: [0, 0], machine: [0, 0] };
  for (let index = 0; index < CALLS; index++) {
    const { kind, detected } = people.fate(`4930${index}`, 0, 10);
    if (kind !== 'human' && kind !== 'machine') continue;
    found[kind][0]!++;
    if (detected === 'machine') found[kind][1]!++;
  }
  t.ok(Math.abs(found.machine[1]! / found.machine[0]! - 0.8) < 0.03);
  t.ok(Math.abs(found.human[1]! / found.human[0]! - 0.1) < 0.03);
});

t.test('agents are a roster with every tier, logging in one after another', async (t) => {
  const roster = new Agents({ ...defaultScenario.agents, count: 20 }, 'seed').roster();
  t.equal(roster.length, 20);
  t.same(
    ['expert', 'experienced', 'ordinary'].map((tier) => roster.filter((entry) => entry.tier === tier).length),
    [2, 6, 12],
  );
  t.ok(roster.every(({ loginAfter }, index) => index === 0 || loginAfter >= roster[index - 1]!.loginAfter));
  t.ok(roster.at(-1)!.loginAfter < 30_000);
  const absent = new Agents({ ...defaultScenario.agents, count: 200, noShowRate: 0.5 }, 'seed').roster();
  const missing = absent.filter(({ loginAfter }) => loginAfter === Number.POSITIVE_INFINITY).length;
  t.ok(missing > 60 && missing < 120, `${missing} of 200 do not come`);
});

t.test(
  'what an agent does after a call is a pure function of agent and call, with the mix of the scenario',
  async (t) => {
    const agents = new Agents(defaultScenario.agents, 'seed');
    t.same(
      agents.afterCall(3, 7, 'human'),
      new Agents(defaultScenario.agents, 'seed').afterCall(3, 7, 'human'),
    );
    t.equal(agents.afterCall(3, 7, 'machine').disposition, defaultScenario.agents.dispositions.machine);
    const counts = new Map<string, number>();
    let wrapUp = 0;
    for (let call = 0; call < CALLS; call++) {
      const plan = agents.afterCall(call % 50, Math.floor(call / 50), 'human');
      counts.set(plan.disposition, (counts.get(plan.disposition) ?? 0) + 1 / CALLS);
      wrapUp += plan.wrapUp / CALLS;
      const callback = plan.disposition === defaultScenario.agents.dispositions.callback;
      if (callback !== plan.callbackAfter < Number.POSITIVE_INFINITY)
        t.fail(`call ${call}: a callback without a time`);
    }
    t.ok(Math.abs(counts.get(defaultScenario.agents.dispositions.success)! - 0.1) < 0.01);
    t.ok(Math.abs(counts.get(defaultScenario.agents.dispositions.optOut)! - 0.02) < 0.005);
    t.ok(Math.abs(wrapUp - 15_000) < 500, `${wrapUp} ms of wrap-up`);
  },
);

t.test('breaks come when the scenario has them', async (t) => {
  t.same(new Agents(defaultScenario.agents, 's').break(0, 0), { after: Number.POSITIVE_INFINITY, length: 0 });
  const plan = new Agents(demoScenario.agents, 's').break(0, 0);
  t.ok(plan.after > 0 && plan.length > 0);
  t.notSame(plan, new Agents(demoScenario.agents, 's').break(0, 1));
});
