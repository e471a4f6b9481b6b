import t from 'tap';
import { runWorld } from '../../bench/pacing-world.js';
import type { WorldResult } from '../../bench/pacing-world-types.js';
import { InboundRate, InboundReserve } from '../../pacing/inbound.js';
import { createPacer, type PacerOptions, type PacingSnapshot } from '../../pacing/index.js';
import { randomFrom } from './random.js';

const snapshot = (over: Partial<PacingSnapshot>): PacingSnapshot => ({
  now: 0,
  agentsReady: 6,
  agentsTalking: 4,
  agentsWrap: 0,
  agentsTotal: 10,
  talkingSince: [-60, -80, -100, -30],
  wrapSince: [],
  inFlight: [],
  inFlightCount: 0,
  waitingAnswered: 0,
  maxChannelsLeft: Number.POSITIVE_INFINITY,
  cpsBudget: Number.POSITIVE_INFINITY,
  ...over,
});
const lines = (over: Partial<PacingSnapshot>) =>
  createPacer('predictive').callsToPlace(snapshot(over)) as number;

t.test('the reserve grows until the share asked for is in time, and never leaves the team', (t) => {
  const random = randomFrom(2);
  const reserve = new InboundReserve({ share: 0.9, seconds: 10 });
  /** Late calls fall from a third to none with two agents kept. */
  const lateAt = (agents: number) => Math.max(0, 0.34 - 0.17 * agents);
  let sum = 0;
  for (let i = 0; i < 4000; i++) {
    reserve.waited(random.uniform() < lateAt(reserve.agents) ? 30 : 0, true, 8);
    if (i >= 1000) sum += lateAt(reserve.agents) / 3000;
  }
  t.ok(Math.abs(sum - 0.1) < 0.02, `${sum} late`);
  for (let i = 0; i < 1000; i++) reserve.waited(60, false, 8);
  t.equal(reserve.agents, 8);
  for (let i = 0; i < 1000; i++) reserve.waited(3, false, 8);
  t.equal(reserve.agents, 8, 'who gives up early says nothing');
  for (let i = 0; i < 1000; i++) reserve.waited(0, true, 8);
  t.equal(reserve.agents, 0);
  t.end();
});

t.test('wrong values are refused by name', (t) => {
  t.throws(
    () => createPacer('predictive', { inboundService: { share: 2, seconds: 20 } }),
    /inboundService.share is 2/,
  );
  t.throws(
    () => createPacer('predictive', { inboundService: { share: 0.8, seconds: -1 } }),
    /inboundService.seconds is -1/,
  );
  t.end();
});

t.test('the arrival rate is learned, and forgotten when calls cease', (t) => {
  const random = randomFrom(1);
  const rate = new InboundRate();
  t.equal(rate.perSecond(0), 0);
  let now = 0;
  while (now < 4 * 3600) {
    now += random.exponential(60);
    rate.arrived(now);
  }
  t.ok(Math.abs(rate.perSecond(now) * 60 - 1) < 0.45, `${rate.perSecond(now) * 3600} an hour`);
  t.ok(rate.perSecond(now + 7200) * 3600 < 2);
  t.end();
});

t.test('agents held, inbound calls waiting and inbound calls to come each take lines away', (t) => {
  const free = lines({});
  t.ok(lines({ agentsHeld: 2 }) < free, `${lines({ agentsHeld: 2 })} against ${free}`);
  t.ok(lines({ inboundWaiting: 2 }) < free);
  t.ok(lines({ inboundPerSecond: 0.2 }) < free);
  t.ok(lines({ agentsHeld: 2 }) <= lines({ agentsHeld: 1.5 }));
  t.ok(lines({ agentsHeld: 1.5 }) <= lines({ agentsHeld: 1 }));
  t.equal(lines({ agentsHeld: 10, talkingSince: [-1, -1, -1, -1] }), 0);
  const large = (over: Partial<PacingSnapshot>) =>
    lines({ agentsReady: 60, agentsTotal: 100, talkingSince: Array(40).fill(-50), ...over });
  t.ok(large({ inboundPerSecond: 1 }) < large({}), 'the same on a large team');
  t.equal(createPacer('progressive').callsToPlace(snapshot({ inboundWaiting: 2, agentsHeld: 1 })), 3);
  t.end();
});

t.test('the explanation says how many agents are kept, and for how many calls', (t) => {
  const pacer = createPacer('predictive');
  pacer.callsToPlace(snapshot({ agentsHeld: 2, inboundPerSecond: 0.02 }));
  const { text, inputs, estimates } = pacer.explain();
  t.match(text, /4 agents ready to dial for and 2 kept for inbound calls/);
  t.equal(inputs['agentsHeld'], 2);
  t.ok(Math.abs((estimates['inboundPerHour'] as number) - 72) < 1e-6);
  t.end();
});

t.test('a blended team serves its inbound calls as asked and abandons no more than its target', (t) => {
  const world = {
    agents: 10,
    hours: 6,
    answerRate: 0.3,
    talkSeconds: 90,
    wrapSeconds: 15,
    inbound: { perHour: 100, talkSeconds: 90, patience: 60 },
    warmup: 3600,
  };
  const service = { share: 0.95, seconds: 2 };
  const run = (options: PacerOptions) => {
    const runs = [1, 2].map((seed) => runWorld(createPacer('predictive', options), { ...world, seed }));
    const waits = runs.flatMap((r) => r.inbound.waits);
    const sum = (of: (r: WorldResult) => number) => runs.reduce((a, r) => a + of(r), 0);
    return {
      inTime: waits.filter((w) => w <= service.seconds).length / waits.length,
      abandoned: sum((r) => r.abandoned) / sum((r) => r.answers),
      occupancy: sum((r) => r.occupancy) / runs.length,
    };
  };
  const without = run({});
  const withIt = run({ inboundService: service });
  t.ok(without.inTime < 0.92, `${without.inTime} in time with nothing held`);
  t.ok(Math.abs(withIt.inTime - 0.95) < 0.02, `${withIt.inTime} in time with agents held`);
  t.ok(without.abandoned < 0.036, `${without.abandoned} abandoned with nothing held`);
  t.ok(withIt.abandoned < 0.03, `${withIt.abandoned} abandoned with agents held`);
  t.ok(withIt.occupancy > 0.6, `occupancy ${withIt.occupancy}, ${without.occupancy} with nothing held`);
  t.end();
});
