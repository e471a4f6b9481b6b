import t from 'tap';
import { createPacer, type PacingLimit, type PacingSnapshot, pacerNames } from '../../pacing/index.js';

const snapshot = (over: Partial<PacingSnapshot>): PacingSnapshot => ({
  now: 0,
  agentsReady: 10,
  agentsTalking: 0,
  agentsWrap: 0,
  agentsTotal: 10,
  talkingSince: [],
  wrapSince: [],
  inFlight: [],
  inFlightCount: 0,
  waitingAnswered: 0,
  maxChannelsLeft: Number.POSITIVE_INFINITY,
  cpsBudget: Number.POSITIVE_INFINITY,
  ...over,
});

/** What brings about each limit, and what must then be said. */
const predictiveCases: readonly (readonly [PacingLimit, Partial<PacingSnapshot>, RegExp])[] = [
  ['abandon', {}, /one more answer finds no agent is [\d.]+ %, allowed [\d.]+ % for a target of 3.00 %/],
  ['agents', { targetAbandonRatio: 0 }, /^10 lines: the abandon target is 0 %, so one line per ready agent/],
  ['agents', { agentsReady: 0, agentsTotal: 0 }, /^0 lines: no agent is logged in/],
  ['channels', { maxChannelsLeft: 4 }, /limited by channels: 4 channels left, \d\d lines wanted$/],
  ['cps', { cpsBudget: 1 }, /limited by cps: 1 call may leave now .* limit, \d\d lines wanted$/],
  ['hopper', { hopper: [{ lead: 1 }] }, /limited by hopper: the hopper holds 1 contact, \d\d lines wanted$/],
  ['window', { windowClosed: true }, /^0 lines: nothing may be dialled; .*window: it is no lawful hour/],
  ['blind', { blind: true }, /^0 lines: nothing may be dialled; .*blind: the switch cannot be seen/],
  ['blind', { blind: true, windowClosed: true }, /blind: the switch cannot be seen/],
];

for (const [limit, over, text] of predictiveCases) {
  t.test(`predictive limited by ${limit} says so with its numbers: ${JSON.stringify(over)}`, (t) => {
    const pacer = createPacer('predictive');
    const wish = pacer.callsToPlace(snapshot(over));
    const explanation = pacer.explain();
    t.equal(explanation.limit, limit);
    t.equal(pacer.limitingFactor?.(), limit);
    t.equal(explanation.lines, wish);
    t.match(explanation.text, text);
    t.match(
      explanation.text,
      /\d+ agents? ready to dial for, 0 busy, 0 lines in flight, 0 customers waiting/,
    );
    t.equal(explanation.at, 0);
    t.end();
  });
}

t.test('contacts with chances of their own meet the same limits', (t) => {
  const hopper = (n: number) => Array.from({ length: n }, (_, lead) => ({ lead, pHint: 0.3 }));
  for (const [limit, over] of [
    ['abandon', { hopper: hopper(200) }],
    ['hopper', { hopper: hopper(5) }],
    ['channels', { hopper: hopper(200), maxChannelsLeft: 2 }],
    ['cps', { hopper: hopper(200), cpsBudget: 2 }],
    ['window', { hopper: hopper(200), windowClosed: true }],
    ['blind', { hopper: hopper(200), blind: true }],
  ] as const) {
    const pacer = createPacer('predictive');
    const wish = pacer.callsToPlace(snapshot(over));
    const { text, lines } = pacer.explain();
    t.equal(pacer.explain().limit, limit, text);
    t.equal(lines, typeof wish === 'number' ? wish : wish.picks.length);
    t.match(text, new RegExp(`limited by ${limit}: `));
  }
  t.end();
});

t.test('every method names a closed window and a switch out of sight, and dials nothing', (t) => {
  for (const name of pacerNames) {
    for (const [limit, over] of [
      ['window', { windowClosed: true }],
      ['blind', { blind: true }],
    ] as const) {
      const pacer = createPacer(name, { lines: 20 });
      // The methods with a rhythm of their own decide a little later.
      let lines = 0;
      for (let now = 0; now < 40; now++) lines += pacer.callsToPlace(snapshot({ now, ...over })) as number;
      t.equal(lines, 0, name);
      t.equal(pacer.explain().limit, limit, name);
      t.match(pacer.explain().text, new RegExp(`limited by ${limit}`), name);
    }
  }
  t.end();
});
