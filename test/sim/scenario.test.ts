import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { defaultScenario, demoScenario, loadScenario, ScenarioError, scenarioFrom } from '../../sim/index.js';

function problems(value: unknown): readonly string[] {
  try {
    scenarioFrom(value);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
}

t.test('an empty scenario is the default one, and whole ones are taken as they are', async (t) => {
  t.same(scenarioFrom({}), defaultScenario);
  t.same(scenarioFrom(JSON.parse(JSON.stringify(demoScenario))), demoScenario);
});

t.test('fields that are given change those of the base', async (t) => {
  const scenario = scenarioFrom(
    { people: { answerRate: 0.12, talk: 180 }, agents: { count: 5, breakEvery: null } },
    demoScenario,
  );
  t.equal(scenario.people.answerRate, 0.12);
  t.same(scenario.people.talk, { kind: 'constant', value: 180 });
  t.same(scenario.people.ring, demoScenario.people.ring);
  t.equal(scenario.agents.breakEvery, null);
});

t.test('everything that is wrong is named with its field', async (t) => {
  t.same(
    problems({
      timeZone: 'Mars/Olympus',
      colour: 1,
      people: {
        answerRate: [0.1, 0.2],
        machineRate: 2,
        ring: { kind: 'gauss', mean: 1 },
        talk: { kind: 'lognormal', mean: 90 },
        patience: { kind: 'uniform', from: 5, to: 2 },
        optOutKey: 'nine',
      },
      agents: { count: 2.5, dispositions: { success: '' } },
      trunk: { machineDetection: { enabled: 'yes' } },
      faults: { schedule: [{ action: 'explode' }] },
    }),
    [
      'scenario.colour is not known; known are name, timeZone, startAt, lists, campaigns, callerIdPools, people, agents, switches, trunk, trunks, store, faults, changes, operators',
      'timeZone is not a known IANA zone: Mars/Olympus',
      'people.answerRate must have 24 values, one for each hour; it has 2',
      'people.machineRate must be a number from 0 to 1',
      'people.ring must be a number of seconds or have a kind: constant, uniform, exponential, lognormal, gamma',
      'people.talk.cv is missing',
      'people.patience.to must not be below from',
      'people.optOutKey must be one key: 0–9, * or #',
      'agents.count must be a whole number',
      'agents.dispositions.success must be a text that is not empty',
      'trunk.machineDetection.enabled must be true or false',
      'faults.schedule[0].at is missing: seconds after the start',
      'faults.schedule[0].action must be one of drop-connections, stall, kill-listeners, refuse-connections, shutdown, pause-outbound, brown-out, crash, process-crash, process-stall, clock-jump, store-outage, store-torn',
    ].sort((a, b) => problems({}).indexOf(a) - problems({}).indexOf(b)),
  );
});

t.test('shares of one whole may not be more than the whole', async (t) => {
  t.match(
    problems({ people: { answerRate: 0.9 } })[0],
    /^people\.answerRate and the other rates must add up to 1/,
  );
  t.match(
    problems({ agents: { successRate: 0.99 } })[0],
    /^agents\.successRate.* add up to 1 at most; they make 1\.090/,
  );
  t.same(problems('text'), ['scenario must be an object']);
});

t.test('scenarios are read from YAML and JSON files', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-scenario-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, 'a.yaml'),
    'name: evening\npeople:\n  answerRate: 0.4\n  ring: { kind: uniform, from: 2, to: 9 }\n',
  );
  await writeFile(join(folder, 'b.json'), '{"agents": {"count": 3}}');
  const evening = await loadScenario(join(folder, 'a.yaml'));
  t.equal(evening.name, 'evening');
  t.same(evening.people.ring, { kind: 'uniform', from: 2, to: 9 });
  t.equal((await loadScenario(join(folder, 'b.json'))).agents.count, 3);
});
