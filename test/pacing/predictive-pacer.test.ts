import fc from 'fast-check';
import t from 'tap';
import { runWorld } from '../../bench/pacing-world.js';
import { createPacer, type InFlightAttempt, type Pacer, type PacingSnapshot } from '../../pacing/index.js';

const snapshot = (over: Partial<PacingSnapshot>): PacingSnapshot => {
  const inFlight = over.inFlight ?? [];
  return {
    now: 0,
    agentsReady: 0,
    agentsTalking: over.talkingSince?.length ?? 0,
    agentsWrap: over.wrapSince?.length ?? 0,
    agentsTotal: (over.agentsReady ?? 0) + (over.talkingSince?.length ?? 0) + (over.wrapSince?.length ?? 0),
    talkingSince: [],
    wrapSince: [],
    inFlight,
    inFlightCount: inFlight.length,
    waitingAnswered: 0,
    maxChannelsLeft: Number.POSITIVE_INFINITY,
    cpsBudget: Number.POSITIVE_INFINITY,
    ...over,
  };
};
const calls = (n: number, age: number, more: Partial<InFlightAttempt> = {}): InFlightAttempt[] =>
  Array.from({ length: n }, (_, i) => ({ id: `c${i}`, placedAt: -age - 2, ringingAt: -age, ...more }));
const lines = (pacer: Pacer, s: PacingSnapshot): number => {
  const wish = pacer.callsToPlace(s);
  return typeof wish === 'number' ? wish : wish.picks.length;
};
const team = { hours: 4, answerRate: 0.3, talkSeconds: 90, wrapSeconds: 15 } as const;

t.test('out of the box a team of 20 abandons its 3 % and is far busier than at one line per agent', (t) => {
  const predictive = runWorld(createPacer('predictive'), { ...team, agents: 20, seed: 1 });
  const progressive = runWorld(createPacer('progressive'), { ...team, agents: 20, seed: 1 });
  t.equal(progressive.abandoned, 0);
  t.ok(Math.abs(predictive.abandonRatio - 0.03) < 0.006, `${predictive.abandonRatio}`);
  t.ok(predictive.occupancy > progressive.occupancy + 0.2, `${predictive.occupancy}`);
  t.end();
});

t.test('a target of 1 % is held too, by small and by large teams', (t) => {
  for (const [agents, hours, within] of [
    [10, 6, 0.005],
    [200, 1.5, 0.003],
  ] as const) {
    const pacer = createPacer('predictive', { targetAbandonRatio: 0.01 });
    const { abandonRatio } = runWorld(pacer, { ...team, hours, agents, seed: 2 });
    t.ok(Math.abs(abandonRatio - 0.01) < within, `${abandonRatio} with ${agents} agents`);
  }
  t.end();
});

t.test('an answer rate that jumps does not double the abandons of the half hour after', (t) => {
  const world = { ...team, agents: 20, hours: 2.5, warmup: 7200 };
  let abandoned = 0;
  let answers = 0;
  for (const seed of [1, 2, 3]) {
    const r = runWorld(createPacer('predictive'), {
      ...world,
      seed,
      answerRate: (s) => (s < 7200 ? 0.15 : 0.4),
    });
    abandoned += r.abandoned;
    answers += r.answers;
  }
  t.ok(abandoned / answers < 0.06, `${abandoned / answers}`);
  t.end();
});

t.test('the same events and snapshots give the same decisions', (t) => {
  const run = () =>
    runWorld(createPacer('predictive', { seed: 7 }), { ...team, agents: 8, hours: 1, seed: 3 });
  t.same(run(), run());
  t.end();
});

t.test(
  'at a target of 0 one line is placed per ready agent, and the snapshot may say so at any time',
  (t) => {
    const pacer = createPacer('predictive');
    const state = { agentsReady: 6, talkingSince: [-60, -80, -100, -30], inFlight: calls(2, 3) };
    t.ok(lines(pacer, snapshot(state)) > 4);
    t.equal(lines(pacer, snapshot({ ...state, now: 1, targetAbandonRatio: 0 })), 4);
    t.equal(pacer.explain().limit, 'agents');
    t.equal(lines(createPacer('predictive', { targetAbandonRatio: 0 }), snapshot(state)), 4);
    t.end();
  },
);

t.test('nothing is placed while blind, and never less than one line per ready agent otherwise', (t) => {
  t.equal(lines(createPacer('predictive'), snapshot({ agentsReady: 5, blind: true })), 0);
  const property = fc.property(
    fc.nat({ max: 60 }),
    fc.nat({ max: 60 }),
    fc.nat({ max: 80 }),
    fc.nat({ max: 5 }),
    fc.integer({ min: 0, max: 30 }),
    (agentsReady, busy, ringing, waitingAnswered, age) => {
      const s = snapshot({
        agentsReady,
        talkingSince: Array.from({ length: busy }, (_, i) => -3 * i),
        inFlight: calls(ringing, age),
        waitingAnswered,
      });
      return lines(createPacer('predictive'), s) >= agentsReady - ringing - waitingAnswered;
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 60 }));
  t.end();
});

t.test('fewer lines are placed the more calls ring, and the fewer agents are there', (t) => {
  const at = (agentsReady: number, ringing: number) =>
    lines(
      createPacer('predictive'),
      snapshot({ agentsReady, talkingSince: [-50, -70, -90, -20, -10], inFlight: calls(ringing, 4) }),
    );
  t.ok(at(6, 0) > at(6, 5) && at(6, 5) > at(3, 5), `${at(6, 0)}, ${at(6, 5)}, ${at(3, 5)}`);
  t.end();
});

t.test('calls that have rung long leave more room than young ones', (t) => {
  const at = (age: number) =>
    lines(createPacer('predictive'), snapshot({ agentsReady: 8, inFlight: calls(12, age) }));
  t.ok(at(22) > at(4), `${at(22)} and ${at(4)}`);
  t.end();
});

t.test('contacts that likely answer are called in smaller numbers than those who do not', (t) => {
  const at = (pHint: number) => {
    const pacer = createPacer('predictive');
    pacer.observe({ type: 'placed', t: 0, id: 'x', pHint, lead: 'x' });
    const hopper = Array.from({ length: 200 }, (_, lead) => ({ lead, pHint }));
    return lines(pacer, snapshot({ agentsReady: 10, hopper }));
  };
  t.ok(at(0.1) > 2 * at(0.6), `${at(0.1)} and ${at(0.6)}`);
  t.end();
});

t.test('picks come from the hopper, each once', (t) => {
  const pacer = createPacer('predictive');
  pacer.observe({ type: 'placed', t: 0, id: 'x', pHint: 0.3, lead: 'x' });
  const hopper = Array.from({ length: 50 }, (_, i) => ({ lead: `lead-${i}`, pHint: 0.05 + i / 60 }));
  const wish = pacer.callsToPlace(snapshot({ agentsReady: 5, hopper }));
  const picks = typeof wish === 'number' ? [] : wish.picks;
  t.ok(picks.length >= 5, `${picks.length} picks`);
  t.equal(new Set(picks).size, picks.length);
  t.ok(picks.every((p) => hopper.some((h) => h.lead === p)));
  t.end();
});

t.test('a ringing call is released only past the minimum ring, when its agents are gone', (t) => {
  const shed = (age: number, agentsReady: number, minRing?: number) =>
    createPacer('predictive').callsToShed?.(
      snapshot({
        now: 1,
        agentsReady,
        agentsTotal: 4,
        inFlight: calls(3, age),
        ...(minRing ? { minRing } : {}),
      }),
    );
  t.same(shed(16, 0), ['c0', 'c1', 'c2']);
  t.same(shed(16, 4), []);
  t.same(shed(10, 0), []);
  t.same(shed(10, 0, 8), ['c0', 'c1', 'c2']);
  t.equal(
    createPacer('predictive', { shed: false }).callsToShed?.(snapshot({ inFlight: calls(3, 20) }))?.length,
    0,
  );
  t.end();
});

t.test('channels, calls per second and the hopper are named as what limits', (t) => {
  const at = (over: Partial<PacingSnapshot>) => {
    const pacer = createPacer('predictive');
    const n = lines(pacer, snapshot({ agentsReady: 10, ...over }));
    return [n, pacer.explain().limit];
  };
  t.same(at({ maxChannelsLeft: 3 }), [3, 'channels']);
  t.same(at({ cpsBudget: 2 }), [2, 'cps']);
  t.same(at({ hopper: [{ lead: 1, pHint: 0.2 }] }), [1, 'hopper']);
  t.same(at({ hopper: [{ lead: 1 }] }), [1, 'hopper']);
  t.equal(at({})[1], 'abandon');
  t.end();
});

t.test('a threshold does not climb while channels hold the lines back', (t) => {
  const threshold = (maxChannelsLeft: number) => {
    const pacer = createPacer('predictive');
    for (let i = 0; i < 2000; i++) {
      const now = i;
      lines(pacer, snapshot({ now, agentsReady: 5, talkingSince: [now - 40, now - 80], maxChannelsLeft }));
      pacer.observe({ type: 'connected', t: now, id: `x${i}` });
    }
    return pacer.explain().estimates['threshold'] as number;
  };
  t.ok(threshold(1) < 0.05, `${threshold(1)} with one channel`);
  t.ok(threshold(1000) > 0.2, `${threshold(1000)} with channels enough`);
  t.end();
});

t.test('the explanation says the risk, the threshold and the estimates in one sentence', (t) => {
  const pacer = createPacer('predictive');
  pacer.callsToPlace(snapshot({ agentsReady: 3, talkingSince: [-40] }));
  const { text, estimates } = pacer.explain();
  t.match(text, /lines: the chance that one more answer finds no agent is .* limited by abandon/);
  for (const key of ['answerRate', 'talkSeconds', 'risk', 'threshold'])
    t.ok((estimates[key] as number) > 0, key);
  t.end();
});
