import t from 'tap';
import { CampaignTrim } from '../../pacing/campaign-trim.js';
import { ChangeDetector } from '../../pacing/change-detector.js';
import { ThresholdController } from '../../pacing/controller.js';
import type { InFlightAttempt, PacingSnapshot } from '../../pacing/index.js';
import { LeadChoice } from '../../pacing/lead-choice.js';
import { LookAhead } from '../../pacing/look-ahead.js';
import { PoolModel } from '../../pacing/pool-model.js';
import { randomFrom } from './random.js';

function snapshot(talking: number, ringing: number, over: Partial<PacingSnapshot> = {}): PacingSnapshot {
  const inFlight: InFlightAttempt[] = Array.from({ length: ringing }, (_, i) => ({
    id: i,
    placedAt: -((i * 3.7) % 22) - 2,
    ringingAt: -((i * 3.7) % 22),
  }));
  return {
    now: 0,
    agentsReady: 0,
    agentsTalking: talking,
    agentsWrap: 0,
    agentsTotal: talking,
    talkingSince: Array.from({ length: talking }, (_, i) => -((i * 13) % 170)),
    wrapSince: [],
    inFlight,
    inFlightCount: ringing,
    waitingAnswered: 0,
    maxChannelsLeft: Number.POSITIVE_INFINITY,
    cpsBudget: Number.POSITIVE_INFINITY,
    ...over,
  };
}
function risk(s: PacingSnapshot, model = new PoolModel({}, () => {}), points = 12): number {
  const look = new LookAhead(points);
  look.rebuild(model, 0.3, 2, model.ring.answerTimes(points));
  look.load({
    snapshot: s,
    ready: s.agentsReady,
    inboundPerSecond: 0,
    chanceOf: null,
    answerError: 0,
    endError: 0,
  });
  return look.risk();
}

t.test('exact sums and the corrected normal agree where one takes over from the other', (t) => {
  for (const ringing of [8, 16, 24]) {
    const exact = risk(snapshot(70 - ringing, ringing));
    const normal = risk(snapshot(71 - ringing, ringing));
    t.ok(Math.abs(normal - exact) < 0.015 + 0.1 * exact, `${exact} and ${normal} with ${ringing} ringing`);
  }
  t.end();
});

t.test('a call whose own chance is the mean one is taken as any other', (t) => {
  const model = new PoolModel({}, () => {});
  for (const talking of [20, 200]) {
    const s = snapshot(talking, talking / 2);
    const look = new LookAhead(12);
    look.rebuild(model, 0.3, 2, model.ring.answerTimes(12));
    const input = { snapshot: s, ready: 0, inboundPerSecond: 0, answerError: 0, endError: 0 };
    look.load({ ...input, chanceOf: null });
    look.add();
    const mean = look.risk();
    look.load({ ...input, chanceOf: () => 0.3 });
    look.add(0.3);
    t.ok(Math.abs(look.risk() - mean) < 1e-9 + 0.002 * mean, `${mean} and ${look.risk()}`);
  }
  t.end();
});

t.test('calls added one by one or as a number carry the same risk', (t) => {
  const look = new LookAhead(12);
  const model = new PoolModel({}, () => {});
  look.rebuild(model, 0.3, 2, model.ring.answerTimes(12));
  const s = snapshot(200, 60);
  look.load({ snapshot: s, ready: 0, inboundPerSecond: 0, chanceOf: null, answerError: 0, endError: 0 });
  const together = look.risk(7);
  for (let i = 0; i < 7; i++) look.add();
  t.ok(Math.abs(look.risk() - together) < 1e-9);
  t.end();
});

t.test('agents who announced their end lower the risk, and the silence of the others raises it', (t) => {
  const model = new PoolModel({}, () => {});
  const random = randomFrom(1);
  for (let i = 0; i < 300; i++)
    model.ending.finished(i % 5 === 0 ? -1 : 5 + 5 * random.uniform(), 15, 100 * i);
  model.ending.rebuild();
  t.ok(model.ending.inUse && Math.abs(model.ending.share - 0.8) < 0.05, `share ${model.ending.share}`);
  t.ok(model.ending.freeWithin(0, 12) > 0.9 && model.ending.freeWithin(0, 3) < 0.2);
  const base = snapshot(8, 4);
  const busy = (announced: number) =>
    base.talkingSince.map((since, agent) => ({ agent, since, endingSince: agent < announced ? -4 : null }));
  const silent = risk({ ...base, talking: busy(0), wrapping: [] }, model);
  const spoken = risk({ ...base, talking: busy(3), wrapping: [] }, model);
  t.ok(spoken < silent && silent > risk(base), `${spoken}, ${silent}, ${risk(base)} without announcements`);
  t.end();
});

t.test('a campaign that abandons more gets a lower threshold, the mean stays where it is', (t) => {
  const trim = new CampaignTrim();
  for (let i = 0; i < 3000; i++) {
    trim.count('a', i % 20 === 0, 1, 0.03);
    trim.count('b', i % 100 === 0, 1, 0.03);
  }
  const [a, b] = [trim.factor('a'), trim.factor('b')];
  t.ok(a < 0.8 && b > 1.2, `${a} and ${b}`);
  t.ok(Math.abs(Math.log(a) + Math.log(b)) < 0.1, 'the factors cancel');
  t.equal(trim.factor('unheard of'), 1);
  t.equal(trim.factor(undefined), 1);
  t.end();
});

t.test(
  'a starving moment takes likely contacts, a risky one unlikely ones, and every rank is used alike',
  (t) => {
    const choice = new LeadChoice();
    const random = randomFrom(2);
    let sum = 0;
    let taken = 0;
    const picks = 4000;
    const at = { low: 0, lows: 0, high: 0, highs: 0 };
    for (let i = 0; i < picks; i++) {
      const sorted = Array.from({ length: 100 }, (_, lead) => ({ lead, pHint: lead / 100 }));
      const risk = random.uniform();
      const p = choice.take(sorted, risk)?.pHint ?? 0;
      taken += 100 - sorted.length;
      sum += p;
      if (i < 100) continue;
      if (risk < 0.1) {
        at.low += p;
        at.lows++;
      } else if (risk > 0.9) {
        at.high += p;
        at.highs++;
      }
    }
    t.ok(
      at.low / at.lows > 0.85 && at.high / at.highs < 0.15,
      `${at.low / at.lows} and ${at.high / at.highs}`,
    );
    t.ok(Math.abs(sum / picks - 0.495) < 0.01, `mean chance picked ${sum / picks}`);
    t.equal(taken, picks, 'each pick is taken out of the list');
    t.equal(choice.take([], 0.5), undefined);
    t.end();
  },
);

t.test('the threshold rests where abandons meet the target and moves against a deviation', (t) => {
  const run = (every: number) => {
    const controller = new ThresholdController();
    controller.threshold(50, 0.03);
    for (let i = 1; i <= 10_000; i++) controller.count(i % every === 0, 1);
    return controller.offset;
  };
  t.ok(Math.abs(run(33)) < 1, `${run(33)} at the target`);
  t.ok(run(20) < -2, `${run(20)} at 5 %`);
  t.ok(run(100) > 2, `${run(100)} at 1 %`);
  t.end();
});

t.test('a detector is quiet without a change and names the stretch after one', (t) => {
  const random = randomFrom(3);
  const detector = new ChangeDetector();
  const block = (p: number) => {
    let n = 0;
    for (let i = 0; i < 6; i++) if (random.uniform() < p) n++;
    return detector.add(n, 1.8, 1.26, 500);
  };
  let alarms = 0;
  for (let i = 0; i < 2000; i++) if (block(0.3)) alarms++;
  t.ok(alarms <= 2, `${alarms} false alarms in 2,000 blocks`);
  let change = null;
  let blocks = 0;
  while (!change && blocks < 60) {
    change = block(0.6);
    blocks++;
  }
  t.ok(change && blocks < 15, `noticed after ${blocks} blocks`);
  t.ok(change && Math.abs(change.observed / change.expected - 2) < 0.8);
  t.end();
});

t.test('a brown-out says nothing of who answers: lines are not multiplied for it', (t) => {
  const model = new PoolModel({}, () => {});
  let id = 0;
  const call = (at: number, kind: string | undefined): void => {
    id++;
    model.observe({ type: 'placed', t: at, id });
    if (kind === undefined) {
      model.observe({ type: 'ringing', t: at + 2, id });
      model.observe({ type: 'answered', t: at + 9, id });
    } else model.observe({ type: 'failed', t: at + 1, id, kind });
  };
  for (let i = 0; i < 600; i++) call(10 * i, i % 3 === 0 ? undefined : 'noanswer');
  const before = model.answerRate;
  t.ok(Math.abs(before - 1 / 3) < 0.05, `${before}`);
  for (let i = 0; i < 2_000; i++) call(6_000 + i, 'congestion');
  t.ok(model.answerRate > 0.6 * before, `in the brown-out ${model.answerRate}`);
  for (let i = 0; i < 300; i++) call(9_000 + 10 * i, i % 3 === 0 ? undefined : 'noanswer');
  t.ok(Math.abs(model.answerRate - 1 / 3) < 0.06, `after it ${model.answerRate}`);
  t.end();
});
