import t from 'tap';
import { contact, Harness } from './harness.js';

const stages = {
  validation: { tiers: ['expert'], contacts: 2 },
  pilot: { tiers: ['experienced', 'ordinary'], contacts: 3 },
  production: { tiers: ['expert', 'experienced', 'ordinary'] },
} as const;

/** Ends every call on the wire as busy until nothing is out. */
function busyAll(h: Harness): void {
  for (let round = 0; round < 50; round++) {
    h.pass(600);
    const open = h.all('originate').filter((c) => h.store.attempt(c.channelId)?.result === undefined);
    for (const call of open) h.end(call.channelId, 'USER_BUSY', { progressed: false });
  }
}

t.test('a start is refused when no agent of the stage is logged in, and says who is needed', async (t) => {
  const h = new Harness({ contacts: [contact(1)], settings: { stages } });
  h.logIn('o1', { tier: 'ordinary' });
  const reply = h.command('start');
  t.equal(reply.code, 'no_agents');
  t.match(reply.message, /expert/);
});

t.test('validation, pilot and production follow each other, each worked by its own agents', async (t) => {
  const h = new Harness({ contacts: Array.from({ length: 20 }, (_, i) => contact(i)), settings: { stages } });
  h.logIn('e1', { tier: 'expert' });
  h.logIn('o1', { tier: 'ordinary' });
  h.logIn('x1', { tier: 'experienced' });
  t.ok(h.command('start').ok);
  busyAll(h);
  t.same([...new Set(h.stages())], ['validation', 'pilot', 'production']);
  const byStage = new Map<string, number>();
  for (const e of h.events)
    if (e.kind === 'attempt-started') byStage.set(e.stage, (byStage.get(e.stage) ?? 0) + 1);
  t.equal(byStage.get('validation'), 2);
  t.equal(byStage.get('pilot'), 3);
  t.ok((byStage.get('production') ?? 0) >= 15);
  t.equal(h.events.filter((e) => e.kind === 'gate-decided').length, 2);
});

t.test('a gate that fails halts the campaign with its figures', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 10 }, (_, i) => contact(i)),
    settings: {
      stages: { ...stages, validation: { ...stages.validation, gate: { minimumContactRate: 0.1 } } },
    },
  });
  h.logIn('e1');
  h.logIn('o1', { tier: 'ordinary' });
  h.command('start');
  busyAll(h);
  t.equal(h.campaign().record.status, 'halted');
  t.match(h.campaign().record.reason, /contact rate 0\.0 % \(0\/2\), at least 10\.0 %: not met/);
  t.match(h.campaign().diagnosis, /^Halted: /);
});

t.test('a gate with approval waits for a named operator', async (t) => {
  const h = new Harness({
    contacts: Array.from({ length: 10 }, (_, i) => contact(i)),
    settings: { stages: { ...stages, validation: { ...stages.validation, gate: { approval: true } } } },
  });
  h.logIn('e1');
  h.command('start');
  busyAll(h);
  t.equal(h.campaign().record.status, 'awaiting-approval');
  t.equal(h.command('approve').code, 'no_agents', 'the pilot needs its own agents');
  h.logIn('o1', { tier: 'ordinary' });
  t.ok(h.command('approve', 'looks good').ok);
  t.equal(h.campaign().record.stage, 'pilot');
});

t.test('a campaign whose list is worked is completed', async (t) => {
  const h = new Harness({ agents: 2, contacts: [contact(1), contact(2)], settings: { maximumAttempts: 1 } });
  h.command('start');
  busyAll(h);
  t.equal(h.campaign().record.status, 'completed');
  t.equal(h.command('start').code, 'campaign_state');
});

t.test('a campaign without contacts pauses and says so', async (t) => {
  const h = new Harness({ agents: 1, contacts: [] });
  h.command('start');
  t.equal(h.campaign().record.status, 'paused');
  t.match(h.campaign().record.reason, /no contacts/);
  h.store.addContacts('c1', [contact(1)], h.now);
  h.command('resume');
  h.pass(1_000);
  t.equal(h.all('originate').length, 1);
});

t.test('pause gives leads back and resume goes on with them', async (t) => {
  const h = new Harness({ agents: 1, contacts: Array.from({ length: 5 }, (_, i) => contact(i)) });
  h.command('start');
  h.pass(500);
  h.command('pause', 'lunch');
  t.equal(h.campaign().hopper, 0);
  h.end(h.last('originate').channelId, 'USER_BUSY', { progressed: false });
  h.pass(60_000);
  t.equal(h.all('originate').length, 1);
  h.command('resume');
  h.pass(1_000);
  t.equal(h.all('originate').length, 2);
});
