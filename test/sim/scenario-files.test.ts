import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import t from 'tap';
import { Compile } from 'typebox/compile';
import {
  defaultScenario,
  demoScenario,
  loadScenario,
  requireSwitchScenario,
  runSimulation,
  scenarioFrom,
} from '../../sim/index.js';
import { schemaFile } from '../../sim/schema-file.js';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'sim/scenarios');
const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();

const schema = Compile(JSON.parse(schemaFile()) as never);

/** Whether a JSON schema validator takes the value. */
function fits(value: unknown): boolean {
  return schema.Check(value);
}

t.test('the published schema is the one that scenarios are read by', async (t) => {
  const published = await readFile(join(root, 'sim/scenario.schema.json'), 'utf8');
  t.same(
    JSON.parse(published),
    JSON.parse(schemaFile()),
    'run: node dist/sim/schema-file.js > sim/scenario.schema.json',
  );
});

t.test('the schema takes whole scenarios and refuses what the reader refuses', async (t) => {
  for (const whole of [defaultScenario, demoScenario, {}])
    t.ok(fits(JSON.parse(JSON.stringify(whole))), JSON.stringify(whole).slice(0, 40));
  for (const wrong of [
    { colour: 1 },
    { people: { answerRate: 2 } },
    { people: { talk: { kind: 'gauss' } } },
    { agents: { count: 2.5 } },
    { faults: { schedule: [{ at: 1, action: 'explode' }] } },
    { faults: { schedule: [{ action: 'crash' }] } },
    { lists: [{ timeZone: 'America/New_York' }] },
    { operators: [{ at: 1, action: 'press' }] },
    { startAt: 'tomorrow' },
  ]) {
    t.notOk(fits(wrong), JSON.stringify(wrong));
    t.throws(() => scenarioFrom(wrong), { name: 'ScenarioError' }, JSON.stringify(wrong));
  }
});

for (const file of files) {
  t.test(`${basename(file)} fits the schema and runs in virtual time`, async (t) => {
    t.ok(fits(JSON.parse(await readFile(join(folder, file), 'utf8'))));
    const scenario = await loadScenario(join(folder, file));
    const result = runSimulation({ scenario, hours: 0.75, seed: 'files' });
    t.ok(result.calls > 200, `${result.calls} calls`);
    t.ok(result.connected > 20, `${result.connected} connected`);
    const again = runSimulation({ scenario, hours: 0.75, seed: 'files' });
    t.same(again, result, 'a run repeats itself');
  });
}

t.test('what a recipe is about shows in its figures', async (t) => {
  const run = async (file: string, hours: number, warmUpSeconds = 0) =>
    runSimulation({ scenario: await loadScenario(join(folder, file)), hours, warmUpSeconds, seed: 'recipe' });
  const before = await run('spike.json', 0.5);
  const during = await run('spike.json', 0.66, 1860);
  t.ok(
    during.answered / during.calls > 1.6 * (before.answered / before.calls),
    `a spike: ${before.answered / before.calls} to ${during.answered / during.calls}`,
  );
  const congestion = (await run('brown-out.json', 0.3, 900)).outcomes.congestion ?? 0;
  // Few more than it takes to notice: an ill trunk rests, and is only probed.
  t.ok(congestion > 30, `a brown-out: ${congestion} calls met congestion`);
  const bad = await run('bad-list.json', 0.5);
  t.ok((bad.outcomes.invalid ?? 0) > 0.25 * bad.calls, 'a bad list');
});

t.test('the switch refuses what it cannot act out, field by field', async (t) => {
  for (const file of ['spike.json', 'brown-out.json', 'bad-list.json'])
    requireSwitchScenario(await loadScenario(join(folder, file)));
  t.throws(
    () =>
      requireSwitchScenario(
        scenarioFrom({
          startAt: '2026-11-01T09:00',
          lists: [{ contacts: 10 }],
          faults: { lostCommandRate: 0.1, schedule: [{ at: 1, action: 'process-crash' }] },
        }),
      ),
    {
      message:
        /startAt cannot be acted out by the simulated switch \(its clock is the real one\): run it with tactus simulate; lists .*; faults.lostCommandRate .*; faults.schedule\[0\].action .*the engine is another process/,
    },
  );
});

t.test('parts of a scenario have to fit together', async (t) => {
  const problem = (value: unknown): string => {
    try {
      scenarioFrom(value);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  t.match(
    problem({ lists: [{ contacts: 1, campaign: 'x' }] }),
    'lists[0].campaign names no campaign: simulated',
  );
  t.match(problem({ trunks: [{ name: 'a', switch: 'b' }] }), 'trunks[0].switch names no switch: virtual');
  t.match(problem({ faults: { schedule: [{ at: 1, action: 'clock-jump' }] } }), 'by is missing');
  t.match(problem({ operators: [{ at: 1, action: 'set-pacer' }] }), 'operators[0].pacer is missing');
  t.match(problem({ agents: { shifts: [{ from: 5, to: 5 }] } }), 'agents.shifts[0].to must be after from');
  t.match(
    problem({ lists: [{ contacts: 1, timeZone: 'Mars' }] }),
    'lists[0].timeZone is not a known IANA zone',
  );
  t.match(problem({ switches: [{ id: 'a' }, { id: 'a' }] }), 'switches must have names of their own');
});
