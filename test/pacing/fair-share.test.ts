import fc from 'fast-check';
import t from 'tap';
import {
  createPacer,
  FairTurns,
  PacerOptionError,
  type PacingId,
  type PacingSnapshot,
  shareCapacity,
} from '../../pacing/index.js';

t.test('channels are divided evenly, and what one campaign leaves goes to the others', (t) => {
  t.same(shareCapacity(9, [{ wanted: 10 }, { wanted: 10 }, { wanted: 10 }]), [3, 3, 3]);
  t.same(shareCapacity(9, [{ wanted: 1 }, { wanted: 10 }, { wanted: 10 }]), [1, 4, 4]);
  t.same(shareCapacity(9, [{ wanted: 10, weight: 2 }, { wanted: 10 }]), [6, 3]);
  t.same(shareCapacity(2, [{ wanted: 5 }, { wanted: 5 }, { wanted: 5 }]), [1, 1, 0]);
  t.same(shareCapacity(Number.POSITIVE_INFINITY, [{ wanted: 5 }, { wanted: 0 }]), [5, 0]);
  t.same(shareCapacity(5, []), []);
  t.throws(() => shareCapacity(5, [{ wanted: 1, weight: 0 }]), PacerOptionError);
  t.throws(() => shareCapacity(-1, []), /available is -1/);
  t.end();
});

t.test('no unit is wasted or invented, nobody gets more than wanted, equals differ by one at most', (t) => {
  const property = fc.property(
    fc.integer({ min: 0, max: 500 }),
    fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 8 }),
    (available, wants) => {
      const shares = shareCapacity(
        available,
        wants.map((wanted) => ({ wanted })),
      );
      const sum = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
      if (sum(shares) !== Math.min(available, sum(wants))) return false;
      const unmet = shares.filter((s, i) => s < (wants[i] as number));
      const most = Math.max(0, ...shares);
      return shares.every((s, i) => s >= 0 && s <= (wants[i] as number)) && unmet.every((s) => s >= most - 1);
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
  t.end();
});

t.test('turns even out by weight, and a pause gives no claim on the past', (t) => {
  const turns = new FairTurns();
  const count = new Map<PacingId, number>();
  const run = (n: number, campaigns: readonly PacingId[], weight: (c: PacingId) => number = () => 1) => {
    count.clear();
    for (let i = 0; i < n; i++) {
      const c = turns.next(campaigns) as PacingId;
      turns.took(c, weight(c));
      count.set(c, (count.get(c) ?? 0) + 1);
    }
  };
  run(300, ['a', 'b', 'c'], (c) => (c === 'a' ? 2 : 1));
  t.ok(Math.abs((count.get('a') ?? 0) - 150) <= 3, `${count.get('a')} turns of the double weight`);
  t.ok(Math.abs((count.get('b') ?? 0) - 75) <= 3);
  run(1000, ['a', 'b']);
  run(30, ['a', 'b', 'c']);
  t.ok((count.get('c') ?? 0) <= 13, `${count.get('c')} turns after a pause`);
  t.equal(turns.next([]), undefined);
  t.end();
});

const snapshot = (over: Partial<PacingSnapshot>): PacingSnapshot => ({
  now: 0,
  agentsReady: 40,
  agentsTalking: 0,
  agentsWrap: 0,
  agentsTotal: 40,
  talkingSince: [],
  wrapSince: [],
  inFlight: [],
  inFlightCount: 0,
  waitingAnswered: 0,
  maxChannelsLeft: Number.POSITIVE_INFINITY,
  cpsBudget: Number.POSITIVE_INFINITY,
  ...over,
});

t.test(
  'campaigns of one team share scarce calls evenly, wherever their contacts stand in the hopper',
  (t) => {
    for (const scarce of [{ cpsBudget: 3 }, { maxChannelsLeft: 3 }]) {
      const pacer = createPacer('predictive');
      const count = new Map<string, number>();
      for (let i = 0; i < 100; i++) {
        // The first campaign fills the front of the list.
        const hopper = Array.from({ length: 60 }, (_, lead) => ({
          lead,
          pHint: 0.2,
          campaign: lead < 40 ? 'first' : lead < 50 ? 'second' : 'third',
        }));
        const wish = pacer.callsToPlace(snapshot({ now: i, hopper, ...scarce }));
        t.notOk(typeof wish === 'number', 'the front of the list is not simply taken');
        for (const pick of typeof wish === 'number' ? [] : wish.picks) {
          const campaign = hopper[pick as number]?.campaign ?? '';
          count.set(campaign, (count.get(campaign) ?? 0) + 1);
        }
      }
      t.same([...count.values()], [100, 100, 100]);
    }
    t.end();
  },
);

t.test('with channels enough the order of the list holds', (t) => {
  const hopper = Array.from({ length: 200 }, (_, lead) => ({ lead, pHint: 0.3, campaign: lead % 3 }));
  const wish = createPacer('predictive').callsToPlace(snapshot({ hopper }));
  t.ok(typeof wish === 'number' && wish > 40, `${JSON.stringify(wish)}`);
  t.end();
});
