import t from 'tap';
import { contact, Harness, noon } from './harness.js';

t.test('a contact outside the calling window is deferred to its opening and called then', async (t) => {
  const h = new Harness({ startAt: noon - 6 * 3_600_000, contacts: [contact(1)] });
  h.logIn('a1');
  h.command('start');
  h.pass(1_000);
  t.equal(h.all('originate').length, 0, 'it is 06:00 in New York');
  const refusal = h.events.find((e) => e.kind === 'lead-refused');
  t.match(refusal, { rule: 'calling_window', verdict: 'defer' });
  h.pass(2 * 3_600_000 + 120_000);
  t.equal(h.all('originate').length, 1);
});

t.test('a number put on the DNC list while it waits in the hopper is not called', async (t) => {
  const h = new Harness({ contacts: [contact(1), contact(2)] });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(500);
  t.equal(h.campaign().hopper, 2);
  const number = contact(1).numbers[0] as string;
  h.input({ type: 'dnc-changed', number, listed: true });
  h.input({ type: 'agent-ready', requestId: 'x', agentId: 'a1' });
  h.pass(1_000);
  t.equal(h.last('originate').number, contact(2).numbers[0]);
  t.ok(h.events.some((e) => e.kind === 'lead-refused' && e.rule === 'dnc' && e.verdict === 'deny'));
});

t.test('the store refuses an intent on a number that was listed a moment ago', async (t) => {
  const h = new Harness({ contacts: [contact(1)] });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(500);
  h.store.addDnc(contact(1).numbers, { reason: 'asked by letter', at: h.now });
  h.input({ type: 'agent-ready', requestId: 'x', agentId: 'a1' });
  h.pass(1_000);
  t.equal(h.all('originate').length, 0);
  t.equal(h.campaign().inFlight, 0);
  t.equal(h.agent('a1').state, 'ready');
});

t.test('the frequency cap holds over retries', async (t) => {
  const rule = { maximumAttempts: 9, delaySeconds: 60 };
  const retry = {
    'no-answer': rule,
    busy: rule,
    machine: rule,
    abandoned: rule,
    failed: rule,
    rejected: rule,
    short: rule,
  };
  const h = new Harness({
    agents: 1,
    contacts: [contact(1)],
    settings: { retry, maximumAttempts: 9, attemptsPerDay: 2 },
  });
  h.command('start');
  for (let round = 0; round < 200; round++) {
    h.pass(60_000);
    for (const call of h.all('originate'))
      if (h.store.attempt(call.channelId)?.result === undefined) h.end(call.channelId, 'USER_BUSY');
  }
  t.equal(h.all('originate').length, 2);
});

t.test('a contact without consent is closed when the campaign requires it', async (t) => {
  const h = new Harness({
    agents: 1,
    contacts: [contact(1, { consent: 'none' }), contact(2)],
    settings: { consentRequired: true },
  });
  h.command('start');
  h.pass(1_000);
  t.equal(h.all('originate').length, 1);
  t.equal(h.last('originate').number, contact(2).numbers[0]);
});

t.test("an invalid number leaves the turn to the contact's next number", async (t) => {
  const h = new Harness({ agents: 1, contacts: [contact(1, { numbers: ['+12125551001', '+12125551002'] })] });
  h.command('start');
  h.pass(500);
  t.equal(h.last('originate').number, '+12125551001');
  h.end(h.last('originate').channelId, 'UNALLOCATED_NUMBER', { progressed: false });
  h.pass(2_000);
  t.equal(h.last('originate').number, '+12125551002');
});

t.test('a personal callback reserves its agent and nobody else', async (t) => {
  const h = new Harness({ contacts: [contact(1)] });
  h.logIn('a1');
  h.command('start');
  h.pass(500);
  const first = h.last('originate').channelId;
  h.answer(first);
  h.bridgeUp();
  h.end(first, 'NORMAL_CLEARING', { answered: true });
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId: first,
    disposition: 'callback',
    note: '',
    callback: { at: h.now + 600_000, who: 'self' },
  });
  h.logIn('a2');
  h.pass(599_000);
  t.equal(h.all('originate').length, 1);
  h.pass(35_000);
  t.equal(h.all('originate').length, 2);
  t.equal(h.agent('a1').state, 'reserved');
  t.equal(h.agent('a2').state, 'ready');
  h.answer(h.last('originate').channelId);
  h.bridgeUp();
  t.equal(h.agent('a1').state, 'talking');
});

t.test('every originate carries a permit that was in force', async (t) => {
  const h = new Harness({ agents: 3, contacts: Array.from({ length: 9 }, (_, i) => contact(i)) });
  h.command('start');
  h.pass(2_000);
  t.ok(h.all('originate').length > 0);
  for (const call of h.all('originate')) {
    const permit = h.store.attempt(call.channelId)?.permit;
    t.equal(permit?.number, call.number);
    t.ok((permit?.expiresAt ?? 0) > noon);
    t.ok((permit?.rules.length ?? 0) > 0);
  }
});
