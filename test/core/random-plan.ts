/** What happens in a random run, drawn by fast-check, and the run itself. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CampaignSettings } from '../../dialer/core/model.js';
import { checkAtRest, checkBookkeeping } from './bookkeeping.js';
import { contact, settings } from './harness.js';
import { RandomWorld } from './random-world.js';

const agentIndex = fc.nat(7);
const campaignId = fc.constantFrom('c1', 'c2');
const wait = fc.oneof({ weight: 19, arbitrary: fc.nat(30_000) }, { weight: 1, arbitrary: fc.nat(500_000) });

/** What may happen, from the harmless to the harmful: fast-check shrinks towards the first. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('login'), index: agentIndex }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom('ready', 'pause', 'logout', 'hangup'),
      index: agentIndex,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      what: fc.constant('command'),
      campaign: campaignId,
      command: fc.constantFrom('start', 'resume', 'resume', 'pause', 'halt', 'approve', 'stop'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('emergency'), stop: fc.boolean() }) },
  { weight: 12, arbitrary: fc.record({ what: fc.constant('act'), index: agentIndex, action: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('contacts'), campaign: campaignId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('dnc'),
      index: fc.nat(30),
      listed: fc.boolean(),
      where: fc.constantFrom(undefined, 'c1'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('leg'), index: agentIndex }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('store'), time: fc.nat(10_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('link'), noticed: fc.nat(4_000), time: fc.nat(20_000) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('switch'), time: fc.nat(10_000) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('crash'), time: fc.nat(8_000) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('drain'), time: fc.nat(20_000) }) },
);

type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

const chance = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 100 * most }).map((percent) => percent / 100);

export const plan = fc.record({
  seed: fc.nat(),
  switches: fc.constantFrom(1, 1, 2),
  contacts: fc.integer({ min: 5, max: 40 }),
  pacing: fc.constantFrom(
    'progressive',
    'progressive',
    'progressive',
    'ratio',
    'ratio',
    'ratio',
    'predictive',
  ),
  sampled: fc.boolean(),
  switchFaults: fc.record({
    loseEvent: chance(0.1),
    repeatEvent: chance(0.2),
    delayEvent: chance(0.3),
    loseCommand: chance(0.1),
    failBridge: chance(0.3),
    slowBridge: chance(0.3),
    lateListing: chance(0.5),
  }),
  storeFaults: fc.record({ fail: chance(0.2), late: chance(0.2) }),
  ambush: chance(0.1),
  happenings: fc.array(fc.tuple(wait, happening), { maxLength: 30, size: 'max' }),
  ending: fc.constantFrom('pause', 'pause', 'drain', 'drain', 'finish'),
});

export type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

function campaigns({ pacing, sampled, ending }: Plan): CampaignSettings[] {
  // A pacer that looks ahead every quarter of a second is no company for days of virtual time.
  const name = ending === 'finish' && pacing === 'predictive' ? 'ratio' : pacing;
  const method = { method: name, ratio: 2, targetAbandonRatio: 0.03 };
  const all = ['expert', 'experienced', 'ordinary'] as const;
  const common = {
    purpose: 'sales' as const,
    maximumTalkSeconds: 50,
    wrapUpSeconds: 20,
    callbackGraceSeconds: 120,
  };
  const stages = sampled
    ? {
        validation: { tiers: ['expert'] as const, contacts: 2 },
        pilot: {
          tiers: ['experienced', 'ordinary'] as const,
          share: 0.2,
          gate: { approval: true },
          phases: [
            { tiers: ['experienced'] as const, share: 0.5 },
            { tiers: ['ordinary'] as const, share: 0.5 },
          ],
        },
        production: { tiers: all },
      }
    : {
        validation: { tiers: all, contacts: 0 },
        pilot: { tiers: all, contacts: 0 },
        production: { tiers: all },
      };
  return [
    settings({ ...common, id: 'c1', pacing: method, stages }),
    settings({
      ...common,
      id: 'c2',
      pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
      stages: {
        validation: { tiers: ['expert'], contacts: 0 },
        pilot: { tiers: ['expert'], contacts: 0 },
        production: { tiers: ['expert', 'experienced'], teams: ['even', 'odd'] },
      },
    }),
  ];
}

/** Both campaigns call some of the same numbers. */
function load(world: RandomWorld, campaign: string, first: number, count: number): void {
  const contacts = Array.from({ length: count }, (_, i) => {
    const own = contact(first + i);
    const second = `+1212556${String(1000 + ((first + i) % 10)).padStart(4, '0')}`;
    return (first + i) % 3 === 0 ? { ...own, numbers: [...own.numbers, second] } : own;
  });
  world.store.addContacts(campaign, contacts, world.clock);
  world.input({ type: 'contacts-changed', campaignId: campaign });
}

function happen(world: RandomWorld, h: Happening): void {
  if ('command' in h) world.command(h.campaign, h.command as 'start');
  else if ('campaign' in h) load(world, h.campaign, Math.floor(world.random() * 60), 5);
  else if ('action' in h) world.act(h.index, h.action);
  else if ('listed' in h) world.suppress(contact(h.index).numbers[0] as string, h.listed, h.where);
  else if ('stop' in h) world.emergencyStop(h.stop);
  else if ('noticed' in h) {
    const line = world.switches[h.time % world.switches.length];
    if (line?.linked) line.breakLink(h.noticed, h.time);
  } else if ('index' in h) {
    if (h.what === 'login') world.logIn(h.index);
    else if (h.what === 'leg') world.dropLeg(h.index);
    else world.agent(h.index, h.what as 'ready');
  } else if (h.what === 'store') world.storeOutage(h.time);
  else if (h.what === 'switch') {
    const line = world.switches[h.time % world.switches.length];
    if (line?.linked) line.restart(h.time);
  } else if (h.what === 'crash') world.crash(h.time);
  else {
    world.input({ type: 'drain', deadlineAt: world.clock + h.time });
    world.pass(h.time + 6_000);
    world.crash(1_000);
  }
}

/** All but one, whose callbacks are left to the others. */
function everyoneIn(world: RandomWorld): void {
  world.agent(0, 'logout');
  for (let index = 1; index < 8; index++) {
    world.logIn(index);
    world.agent(index, 'ready');
  }
}

/** Runs the plan and throws when an invariant does not hold, during the run or once all has come to rest. */
export function run(p: Plan): RandomWorld {
  const world = new RandomWorld({ ...p, campaigns: campaigns(p) });
  load(world, 'c1', 0, p.contacts);
  load(world, 'c2', 0, Math.ceil(p.contacts / 2));
  world.pass(2_000);
  for (let index = 0; index < 6; index++) world.logIn(index);
  world.pass(4_000);
  world.command('c1', 'start');
  world.command('c2', 'start');
  for (const [milliseconds, h] of p.happenings) {
    world.pass(milliseconds);
    happen(world, h);
  }
  world.pass(5_000);
  world.calm();
  world.pass(75_000);
  world.checkTruth();
  settle(world, p.ending);
  world.checkTruth();
  checkBookkeeping(world.state);
  checkAtRest(world.state);
  world.checker.atRest(new Map([...world.state.campaigns.values()].map((c) => [c.settings.id, c.counters])));
  world.checker.ledgers(world.state.campaigns.values());
  for (const line of world.switches)
    assert.equal(world.state.switches.get(line.id)?.channels, line.channels.size, 'A5: channels counted');
  world.checkReplay();
  return world;
}

function settle(world: RandomWorld, ending: Plan['ending']): void {
  if (ending === 'drain') {
    world.input({ type: 'drain', deadlineAt: world.clock + 20_000 });
    world.pass(30_000);
    return;
  }
  if (ending === 'pause') {
    for (const { settings: s } of world.state.campaigns.values()) world.command(s.id, 'pause');
    world.pass(240_000);
    return;
  }
  const day = 86_400_000;
  for (let hours = 0; hours < 24 * 6; hours += 6) {
    world.emergencyStop(false);
    everyoneIn(world);
    for (const { settings: s, status } of world.state.campaigns.values()) {
      if (status === 'draft') world.command(s.id, 'start');
      else if (status === 'awaiting-approval') world.command(s.id, 'approve');
      else world.command(s.id, 'resume');
    }
    world.pass(day / 4);
    const statuses = [...world.state.campaigns.values()].map((c) => c.status);
    if (statuses.every((s) => s === 'completed' || s === 'stopped')) break;
  }
  world.pass(60_000);
  for (const { settings: s, status, stage } of world.state.campaigns.values()) {
    if (status !== 'completed' && status !== 'stopped')
      throw new Error(`${s.id} is ${status} in ${stage} for ever`);
    if (status === 'stopped') continue;
    const left = world.store
      .contacts({ campaignId: s.id, limit: 1_000 })
      .items.filter((c) => c.state !== 'done');
    if (left.length > 0) throw new Error(`${s.id} is completed with ${left.length} contacts not done`);
  }
}
