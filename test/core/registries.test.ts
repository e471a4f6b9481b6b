import t from 'tap';
import { createCore } from '../../dialer/core/core.js';
import { contact, Harness, noon, type Registries } from './harness.js';

const DAY = 86_400_000;
const numberOf = (index: number): string => contact(index).numbers[0] as string;
const version = (name: string, daysOld: number) => ({
  id: 'us-national',
  version: name,
  obtainedAt: noon - daysOld * DAY,
});
const nobody = (): readonly string[] => [];
/** A sales call to New York asks for the national registry. */
const start = (registries: Registries, over: { registryExemption?: string } = {}): Harness =>
  new Harness({
    contacts: [1, 2, 3].map((i) => contact(i, { consent: 'none' })),
    settings: { purpose: 'sales', ...over },
    registries,
  });

const called = (h: Harness): string[] => h.all('originate').map(({ number }) => number);

/** The run again from its inputs: the same effects, byte for byte. */
function replayed(h: Harness): boolean {
  const core = createCore();
  const effects = h.inputs.flatMap(({ at, input }) => [
    ...core.step(JSON.parse(JSON.stringify(input)) as typeof input, at),
  ]);
  return JSON.stringify(effects) === JSON.stringify(h.effects);
}

t.test('a number on a registry is not called, and the permit of the next names the version', async (t) => {
  const h = start({
    required: true,
    lists: [version('2026-11', 3)],
    listsOf: (e164) => (e164 === numberOf(1) ? ['us-national'] : []),
  });
  h.logIn('a1');
  h.command('start');
  h.pass(1_000);
  t.equal(called(h).length, 1);
  t.not(called(h)[0], numberOf(1));
  const attempt = h.store.attempt(h.last('originate').channelId);
  t.same(attempt?.permit.dncLists, [version('2026-11', 3)]);
  t.ok(h.events.some((e) => e.kind === 'lead-refused' && e.rule === 'dnc' && e.verdict === 'deny'));
  t.ok(replayed(h));
});

t.test('a number added to a registry while it waits in the hopper is never originated', async (t) => {
  const h = start({ required: true, lists: [version('2026-10', 20)], listsOf: nobody });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(500);
  t.equal(h.campaign().hopper, 3);
  h.changeRegistries([version('2026-11', 1)], (e164) => (e164 === numberOf(1) ? ['us-national'] : []));
  h.input({ type: 'agent-ready', requestId: 'x', agentId: 'a1' });
  for (let round = 0; round < 10; round++) {
    h.pass(60_000);
    for (const call of h.all('originate'))
      if (h.store.attempt(call.channelId)?.result === undefined) h.end(call.channelId, 'USER_BUSY');
  }
  t.ok(called(h).includes(numberOf(2)));
  t.ok(called(h).includes(numberOf(3)));
  t.notOk(called(h).includes(numberOf(1)));
  t.ok(replayed(h));
});

t.test(
  'an intent that is being committed when a registry changes is not originated on the old answer',
  async (t) => {
    const h = start({ required: true, lists: [version('2026-10', 20)], listsOf: nobody });
    h.logIn('a1', { ready: false });
    h.command('start');
    h.pass(500);
    h.storeAnswers = false;
    h.input({ type: 'agent-ready', requestId: 'x', agentId: 'a1' });
    h.pass(500);
    const asked = h.effects.findLast((e) => e.type === 'commit-intents');
    if (asked?.type !== 'commit-intents') throw new Error('nothing was intended');
    const results = h.store.commitIntents(asked.intents, h.now);
    t.ok(results.every((each) => each.committed));
    h.storeAnswers = true;
    const first = asked.intents[0]?.number;
    h.changeRegistries([version('2026-11', 1)], (e164) => (e164 === first ? ['us-national'] : []));
    h.input({ type: 'intents-committed', results });
    h.pass(600_000);
    t.notOk(called(h).includes(first ?? ''));
    t.match(h.store.attempt(asked.intents[0]?.attemptId ?? '')?.result, {
      outcome: 'not-dialed',
      cause: 'registry changed',
      charged: false,
    });
    t.ok(replayed(h));
  },
);

t.test(
  'without a required registry nothing is called and no contact is lost; an import sets them free',
  async (t) => {
    const h = start({ required: true, lists: [], listsOf: nobody });
    h.logIn('a1');
    h.command('start');
    h.pass(20 * 60_000);
    t.same(called(h), []);
    t.ok(h.events.some((e) => e.kind === 'lead-refused' && e.rule === 'list_stale'));
    t.equal(h.store.contactCounts('c1').filter(({ state }) => state === 'done').length, 0);
    h.changeRegistries([version('2026-11', 0)], nobody);
    h.pass(6 * 60_000);
    t.ok(called(h).length > 0);
    t.ok(replayed(h));
  },
);

t.test('a registry that grows too old stops the calls that ask for it', async (t) => {
  const h = start({ required: true, lists: [version('2026-10', 30.9)], listsOf: nobody });
  h.logIn('a1');
  h.command('start');
  h.pass(1_000);
  t.ok(called(h).length > 0, 'before 31 days it may still be relied on');
  const late = start({ required: true, lists: [version('2026-10', 32)], listsOf: nobody });
  late.logIn('a1');
  late.command('start');
  late.pass(60_000);
  t.same(called(late), []);
});

t.test(
  'a campaign that states why it is exempt calls without the registry, but not who is on one',
  async (t) => {
    const exempt = { registryExemption: 'calls to businesses only' };
    const none = start({ required: true, lists: [], listsOf: nobody }, exempt);
    none.logIn('a1');
    none.command('start');
    none.pass(1_000);
    t.ok(called(none).length > 0);
    const held = start({ required: true, lists: [version('x', 1)], listsOf: () => ['us-national'] }, exempt);
    held.logIn('a1');
    held.command('start');
    held.pass(60_000);
    t.same(called(held), []);
  },
);
