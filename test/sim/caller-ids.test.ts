/** People react to the number that a call shows: what pools of caller ids are worth. */
import t from 'tap';
import { CallerIdLabels } from '../../sim/caller-id-labels.js';
import { runSimulation, type Scenario, scenarioFrom } from '../../sim/index.js';

const NEAR = ['+12129980000', '+12129980001', '+12129980002', '+12129980003', '+12129980004', '+12129980005'];
const FAR = ['+13059980000'];

/** A quarter picks up; of calls from their own area half as many again, of labelled numbers a third. */
function world(numbers: readonly string[], over: object = {}): Scenario {
  return scenarioFrom({
    timeZone: 'America/New_York',
    startAt: '2026-11-18T10:00',
    people: {
      answerRate: 0.25,
      machineRate: 0,
      talk: { kind: 'constant', value: 30 },
      callerIds: { localFactor: 1.5, labelFactor: 0.33, labelCallsPerDay: 200 },
    },
    callerIdPools: [{ id: 'pool', numbers, localPresence: true, ...over }],
    campaigns: [{ id: 'simulated', callerIdPool: 'pool' }],
  });
}

function answerRate(scenario: Scenario): { readonly calls: number; readonly rate: number } {
  const { calls, answered } = runSimulation({ scenario, hours: 1, agents: 10, seed: 'shown' });
  return { calls, rate: answered / calls };
}

t.test('a pool of local numbers is answered more often than one number from afar', async (t) => {
  const far = answerRate(world(FAR, { dailyCap: 200 }));
  const near = answerRate(world(NEAR));
  const worn = answerRate(world(FAR));
  t.ok(near.calls > 900 && worn.calls > 600, `${near.calls} and ${worn.calls} calls`);
  t.ok(Math.abs(near.rate - 0.375) < 0.04, `near: ${near.rate}`);
  t.ok(Math.abs(far.rate - 0.25) < 0.08, `far, and never labelled: ${far.rate}`);
  t.ok(far.calls <= 200, 'its cap holds');
  t.ok(worn.rate < 0.2, `far, and labelled before the hour is over: ${worn.rate}`);
});

t.test('a number is labelled when it is shown too often on one day, and stays so', async (t) => {
  const labels = new CallerIdLabels();
  const rules = { localFactor: 2, labelFactor: 0.5, labelled: ['+442079460000'], labelCallsPerDay: 3 };
  const at = Date.UTC(2026, 10, 18, 12);
  const show = (callerId: string, called = '13055550100', later = 0) =>
    labels.shown(rules, callerId, called, at + later);
  t.same([show('+12125550100'), show('+12125550100'), show('+12125550100')], [1, 1, 1]);
  t.equal(show('+12125550100', '13055550100', 86_400_000), 1, 'the next day counts anew');
  for (let i = 0; i < 3; i++) show('+12125550100', '13055550100', 86_400_000);
  t.equal(show('+12125550100'), 0.5);
  t.ok(labels.isLabelled('+12125550100'));
  t.equal(show('+12125550100', '12125550199'), 1, 'of the same area, and labelled');
  t.equal(show('+13055550199'), 2);
  t.equal(show('+442079460000'), 0.5, 'labelled from the start');
  t.equal(show(''), 1, 'withheld');
});

t.test('without factors the caller id changes nothing', async (t) => {
  const plain = { callerIds: { localFactor: 1, labelFactor: 1, labelCallsPerDay: null } };
  const { people } = world(NEAR);
  const run = (numbers: readonly string[]) =>
    runSimulation({
      scenario: {
        ...world(numbers),
        people: { ...people, ...plain, callerIds: { ...plain.callerIds, labelled: [] } },
      },
      hours: 0.5,
      agents: 5,
      seed: 'same',
    });
  const [one, other] = [run(NEAR), run(FAR)];
  t.equal(one.calls, other.calls);
  t.equal(one.answered, other.answered);
});
