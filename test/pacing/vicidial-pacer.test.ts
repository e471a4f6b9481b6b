import t from 'tap';
import { createPacer, type Pacer, type PacingSnapshot } from '../../pacing/index.js';

const snapshot = (over: Partial<PacingSnapshot>): PacingSnapshot => ({
  now: 0,
  agentsReady: 0,
  agentsTalking: 0,
  agentsWrap: 0,
  agentsTotal: 0,
  talkingSince: [],
  wrapSince: [],
  inFlight: [],
  inFlightCount: 0,
  waitingAnswered: 0,
  maxChannelsLeft: Number.POSITIVE_INFINITY,
  cpsBudget: Number.POSITIVE_INFINITY,
  ...over,
});

/** Lets `seconds` pass with ten agents, `ready` of them ready and the others talking. */
function pass(pacer: Pacer, from: number, seconds: number, ready: number): number {
  for (let now = from; now < from + seconds; now += 0.5) {
    pacer.callsToPlace(
      snapshot({ now, agentsReady: ready, agentsTalking: 10 - ready, agentsTotal: 10, inFlightCount: 100 }),
    );
  }
  return from + seconds;
}
const level = (pacer: Pacer) => pacer.explain().estimates['level'] as number;

/** A day's calls so far: `answers` dispositions of people and `drops` abandoned. */
function day(pacer: Pacer, answers: number, drops: number): void {
  for (let i = 0; i < 60; i++) pacer.observe({ type: 'failed', t: 0, id: `f${i}`, kind: 'noanswer' });
  for (let i = 0; i < answers; i++) pacer.observe({ type: 'disposition', t: 0, call: `a${i}`, human: true });
  for (let i = 0; i < drops; i++) pacer.observe({ type: 'abandoned', t: 0, id: `d${i}` });
}

t.test('the level climbs with the share of ready agents up to its maximum', (t) => {
  const pacer = createPacer('vicidial-hard-limit', { maximumLevel: 2 });
  const now = pass(pacer, 0, 31, 5);
  t.ok(Math.abs(level(pacer) - 2) < 1e-9, `level ${level(pacer)} after two steps of a half`);
  pass(pacer, now, 60, 5);
  t.equal(level(pacer), 2);
  t.end();
});

t.test('over the limit HARD_LIMIT falls to 1, AVERAGE halves and TAPERED shrinks with the day', (t) => {
  const run = (method: string, latestServerTime: number) => {
    const pacer = createPacer(`vicidial-${method}`, { startLevel: 3, latestServerTime });
    pass(pacer, 0, 2, 0);
    day(pacer, 20, 5);
    pass(pacer, 2, 14, 0);
    t.equal(pacer.explain().limit, 'abandon');
    return level(pacer);
  };
  t.equal(run('hard-limit', 1e5), 1);
  t.equal(run('average', 1e5), 1.5);
  t.equal(run('tapered', 12 * 3600), 3);
  t.ok(Math.abs(run('tapered', 5 * 3600 + 15) - 1.5) < 1e-9, 'five hours left take half of the level');
  t.end();
});

t.test('a new day forgets the drops of the last one', (t) => {
  const pacer = createPacer('vicidial-hard-limit', { startLevel: 2 });
  pass(pacer, 86_390, 2, 0);
  day(pacer, 20, 5);
  pass(pacer, 86_400, 31, 0);
  t.equal(level(pacer), 2);
  t.end();
});

t.test('agents in wrap-up are not dialled for, and available-only counts ready agents alone', (t) => {
  const at = (options: object, over: Partial<PacingSnapshot>) =>
    createPacer('vicidial-average', { startLevel: 2, ...options }).callsToPlace(snapshot(over));
  t.equal(at({}, { agentsReady: 2, agentsTalking: 3, agentsWrap: 4, agentsTotal: 9 }), 7);
  t.equal(
    at({ availableOnly: true }, { agentsReady: 2, agentsTalking: 3, agentsWrap: 4, agentsTotal: 9 }),
    4,
  );
  t.end();
});
