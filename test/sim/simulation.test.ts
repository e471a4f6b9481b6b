import { createHash } from 'node:crypto';
import t from 'tap';
import { type Scenario, scenarioFrom } from '../../sim/index.js';
import {
  runSimulation,
  type SimulationOptions,
  type SimulationResult,
} from '../../sim/virtual/simulation.js';

/** People and machines told apart without error, as in the pacing bench's plain world. */
const plain = scenarioFrom({
  trunk: { machineDetection: { enabled: true, sensitivity: 1, falsePositiveRate: 0 } },
});

function digest(options: SimulationOptions): { result: SimulationResult; digest: string } {
  const hash = createHash('sha256');
  const result = runSimulation({
    ...options,
    observeInput: (input, at, effects) => hash.update(JSON.stringify([at, input, effects])),
  });
  return { result, digest: hash.digest('hex') };
}

const sum = (counts: Readonly<Record<string, number | undefined>>): number =>
  Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0);

t.test('a run repeats itself to the last effect; another seed gives another run', async (t) => {
  const options = { scenario: plain, agents: 8, hours: 0.25 };
  const one = digest({ ...options, seed: 'one' });
  t.equal(digest({ ...options, seed: 'one' }).digest, one.digest);
  t.not(digest({ ...options, seed: 'two' }).digest, one.digest);
  t.ok(one.result.calls > 50);
});

t.test(
  'progressive dialling keeps agents as busy as the plain world allows, and loses next to nobody',
  async (t) => {
    const result = runSimulation({ scenario: plain, agents: 40, hours: 4, warmUpSeconds: 900 });
    // 105 s of work for every 63 s of finding a person: 62.5 %.
    t.ok(Math.abs(result.occupancy - 0.625) < 0.03, `occupancy ${result.occupancy}`);
    t.ok(result.abandonRatio < 0.02, `abandoned ${result.abandonRatio}`);
    t.ok(
      Math.abs(result.answered / result.calls - 0.3) < 0.03,
      'three calls in ten are answered by a person',
    );
    t.same(result.refusals, {});
    t.notOk(result.listExhausted);
  },
);

t.test('every call has one outcome, and the engine and the world agree on them', async (t) => {
  const result = runSimulation({ scenario: plain, agents: 30, hours: 2 });
  const ended = sum(result.outcomes);
  t.ok(ended <= result.calls && result.calls - ended <= 3 * 30, `${ended} of ${result.calls} have ended`);
  t.equal(result.outcomes.machine, result.machines);
  t.ok(
    Math.abs((result.outcomes.connected ?? 0) - result.connected) <= 30,
    'all but the conversations under way',
  );
  t.equal(result.outcomes.unknown ?? 0, 0);
  t.equal(result.outcomes['not-dialed'] ?? 0, 0);
  t.ok(result.outcomes.connected! - sum(result.dispositions) <= 30);
});

t.test('agents take breaks and come back', async (t) => {
  const scenario = scenarioFrom({ agents: { breakEvery: 900, breakLength: 120 } }, plain);
  const result = runSimulation({ scenario, agents: 10, hours: 2 });
  const share = result.agentSeconds.paused / sum(result.agentSeconds);
  t.ok(share > 0.06 && share < 0.18, `${share} of the time on break`);
  t.ok(result.connected > 100);
});

t.test('a list that is too short ends the campaign, and the run says so', async (t) => {
  const result = runSimulation({
    scenario: plain,
    agents: 10,
    hours: 2,
    contacts: 40,
    campaign: { maximumAttempts: 1 },
  });
  t.ok(result.listExhausted);
  t.equal(result.calls, 40);
  t.equal(sum(result.outcomes), 40);
});

t.test('the engine survives a switch that crashes, stalls, loses and doubles events', async (t) => {
  const scenario: Scenario = scenarioFrom(
    {
      faults: {
        lostEventRate: 0.01,
        doubledEventRate: 0.02,
        localFailureRate: 0.01,
        schedule: [
          { at: 600, action: 'drop-connections', seconds: 20 },
          { at: 1200, action: 'crash', seconds: 10 },
          { at: 1800, action: 'brown-out', seconds: 60 },
          { at: 2400, action: 'shutdown', seconds: 10 },
        ],
      },
      agents: { legDropsPerHour: 0.5 },
    },
    plain,
  );
  const result = runSimulation({ scenario, agents: 20, hours: 1 });
  t.ok(result.occupancy > 0.4, `occupancy ${result.occupancy}`);
  t.ok(result.connected > 300, `${result.connected} connected`);
  const again = runSimulation({ scenario, agents: 20, hours: 1 });
  t.same(again, result);
});

t.test('progress is told, and the speed when there is a clock to tell it by', async (t) => {
  const shares: number[] = [];
  let clock = 0;
  const result = runSimulation({
    scenario: plain,
    agents: 3,
    hours: 0.2,
    progress: (done) => shares.push(done),
    wallClock: () => {
      clock += 1000;
      return clock;
    },
  });
  t.ok(shares.length > 50 && shares.every((share, index) => index === 0 || share > shares[index - 1]!));
  t.equal(result.wallSeconds, 1);
  t.equal(result.callsPerWallSecond, result.calls);
});

t.test('nobody to dial for is an error that says so', async (t) => {
  t.throws(() => runSimulation({ scenario: plain, agents: 0, hours: 1 }), {
    message: 'agents.count: no agent logs in',
  });
});
