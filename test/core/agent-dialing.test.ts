import t from 'tap';
import type { CampaignSettings } from '../../dialer/core/model.js';
import type { OperatorRequest } from '../../dialer/engine.js';
import { contact, Harness, settings } from './harness.js';

const preview: Partial<CampaignSettings> = {
  pacing: { method: 'preview', targetAbandonRatio: 0.03, previewSeconds: 40 },
};

function world(over: Partial<CampaignSettings> = preview, contacts = 3, agents = 1): Harness {
  const list = Array.from({ length: contacts }, (_, index) => contact(index));
  const h = new Harness({ contacts: list, agents, settings: over });
  h.command('start');
  h.pass(1_000);
  return h;
}

/** What the last request was answered with. */
function ask(h: Harness, request: OperatorRequest) {
  const before = h.replies.length;
  h.input({ ...request, requestId: 'x' } as Parameters<Harness['input']>[0]);
  t.equal(h.replies.length, before + 1, 'one answer');
  return h.replies.at(-1);
}

const shown = (h: Harness, id = 'a1') => h.core.agent(id)?.preview?.contactId ?? '';
const changes = (h: Harness) => h.events.flatMap((e) => (e.kind === 'preview-changed' ? [e.change] : []));

t.test('preview: nothing is dialled until the agent says so', async (t) => {
  const h = world();
  t.equal(h.all('originate').length, 0);
  t.equal(h.agent('a1').state, 'reserved');
  t.equal(shown(h), 'c1');
  const wrong = ask(h, { type: 'agent-preview', agentId: 'a1', contactId: 'c9', action: 'dial', reason: '' });
  t.match(wrong, { ok: false, code: 'no_preview' });
  const right = ask(h, { type: 'agent-preview', agentId: 'a1', contactId: 'c1', action: 'dial', reason: '' });
  t.match(right, { ok: true });
  const call = h.last('originate');
  t.equal(call.number, contact(0).numbers[0]);
  h.ring(call.channelId);
  h.answer(call.channelId);
  h.bridgeUp();
  t.equal(h.agent('a1').state, 'talking');
  h.end(call.channelId, 'NORMAL_CLEARING', { answered: true });
  t.equal(h.agent('a1').state, 'wrap-up');
  ask(h, { type: 'disposition', agentId: 'a1', attemptId: call.channelId, disposition: 'sale', note: '' });
  h.pass(1_000);
  t.equal(shown(h), 'c2', 'the next contact');
  t.same(changes(h), ['shown', 'dialled', 'shown']);
});

t.test('preview: a skipped contact comes back later, with the next shown at once', async (t) => {
  const h = world(preview, 2);
  t.match(
    ask(h, { type: 'agent-preview', agentId: 'a1', contactId: 'c1', action: 'skip', reason: 'no data' }),
    { ok: true },
  );
  h.pass(1_000);
  t.equal(shown(h), 'c2');
  ask(h, { type: 'agent-preview', agentId: 'a1', contactId: 'c2', action: 'skip', reason: 'no data' });
  h.pass(1_000);
  t.equal(shown(h), '');
  t.equal(h.agent('a1').state, 'ready');
  t.equal(h.campaign().record.status, 'running', 'skipped contacts are still to be called');
  h.pass(1_800_000);
  t.equal(shown(h), 'c1');
});

t.test('preview: a deadline gives the contact back and takes the agent for absent', async (t) => {
  const h = world(preview, 1, 2);
  t.equal(shown(h, 'a1'), 'c1');
  t.equal(h.agent('a2').state, 'ready', 'the contact is kept for one');
  h.pass(39_000);
  t.equal(shown(h, 'a1'), 'c1');
  h.pass(2_000);
  t.match(h.agent('a1'), { state: 'paused', pauseReason: 'preview ran out' });
  h.pass(3_000);
  t.equal(shown(h, 'a2'), 'c1', 'the other one gets it');
});

t.test('preview: a pause, a log-out, a lost leg and a paused campaign give the contact back', async (t) => {
  const ways: readonly [string, (h: Harness, leg: string) => void][] = [
    ['pause', (h) => h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'lunch' })],
    ['log-out', (h) => h.input({ type: 'agent-logout', requestId: 'p', agentId: 'a1' })],
    ['leg', (h, leg) => h.end(leg)],
    ['campaign', (h) => h.command('pause')],
    ['registry', (h) => h.input({ type: 'registries-changed', lists: [] })],
  ];
  for (const [name, leave] of ways) {
    const h = world(preview, 1, 1);
    leave(h, h.last('dial-agent').channelId);
    t.equal(changes(h).at(-1) === 'withdrawn' || name === 'registry', true, name);
    t.not(h.agent('a1').state === 'reserved' && shown(h) === '', true, `${name}: not stuck`);
    if (name === 'campaign') h.command('resume');
    h.logIn('a2');
    h.pass(5_000);
    t.ok(shown(h, 'a2') === 'c1' || shown(h, 'a1') === 'c1', `${name}: shown again`);
  }
});

t.test('preview: the gate is asked again at the dial, and refuses in words', async (t) => {
  const h = world(preview, 1);
  const number = contact(0).numbers[0] ?? '';
  h.store.addDnc([number], { reason: 'asked', at: h.now });
  h.input({ type: 'dnc-changed', number, listed: true });
  const said = ask(h, { type: 'agent-preview', agentId: 'a1', contactId: 'c1', action: 'dial', reason: '' });
  t.match(said, { ok: false, code: 'call_refused', message: /asked this company not to call/ });
  t.equal(h.all('originate').length, 0);
  t.equal(h.agent('a1').state, 'ready');
  t.equal(h.store.contact('c1')?.state, 'done');
});

t.test('preview: what the store refuses inside the transaction is told, too', async (t) => {
  const h = world(preview, 1);
  // The engine is not told: another process put it on the list.
  h.store.addDnc(contact(0).numbers, { reason: 'asked', at: h.now });
  const said = ask(h, { type: 'agent-preview', agentId: 'a1', contactId: 'c1', action: 'dial', reason: '' });
  t.match(said, { ok: false, code: 'call_refused', message: /do-not-call list/ });
  t.equal(h.all('originate').length, 0);
  t.equal(h.agent('a1').state, 'ready');
});

const byHand: Partial<CampaignSettings> = {};
const dial = (contactId: string, over = {}): OperatorRequest => ({
  type: 'agent-dial',
  agentId: 'a1',
  campaignId: 'c1',
  contactId,
  number: '',
  ...over,
});

/** A world in which nobody is dialled by itself. */
function quiet(over: Partial<CampaignSettings> = byHand, contacts = 3): Harness {
  const list = Array.from({ length: contacts }, (_, index) => contact(index));
  const h = new Harness({ contacts: list, settings: over });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(1_000);
  return h;
}

t.test('by hand: a contact of the hopper, out of a pause and back into it', async (t) => {
  const h = quiet();
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'paperwork' });
  t.match(ask(h, dial('c2')), { ok: true });
  const call = h.last('originate');
  t.equal(call.number, contact(1).numbers[0]);
  h.ring(call.channelId);
  h.end(call.channelId, 'NO_ANSWER');
  t.match(h.agent('a1'), { state: 'paused', pauseReason: 'paperwork' });
  t.same(h.outcomes(), ['no-answer']);
});

t.test('by hand: a contact that is not due, leased for the purpose', async (t) => {
  const h = quiet(byHand, 1);
  ask(h, dial('c1'));
  const first = h.last('originate').channelId;
  h.ring(first);
  h.end(first, 'NO_ANSWER');
  h.pass(1_000);
  t.match(ask(h, dial('c1')), { ok: true }, 'before its retry is due');
  t.equal(h.all('originate').length, 2);
  const second = h.last('originate').channelId;
  t.match(ask(h, dial('c1')), { ok: false, code: 'agent_not_free' });
  h.ring(second);
  h.answer(second);
  h.bridgeUp();
  t.equal(h.agent('a1').state, 'talking');
});

t.test('by hand: never round the gate', async (t) => {
  const night = Date.UTC(2026, 10, 19, 7, 0, 0);
  const h = new Harness({ contacts: [contact(0)], settings: byHand, startAt: night });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(1_000);
  t.match(ask(h, dial('c1')), {
    ok: false,
    code: 'call_refused',
    message: /may be called from 2026-11-19T1/,
  });
  t.equal(h.all('originate').length, 0);
  t.equal(h.agent('a1').state, 'paused');
  h.store.addDnc(contact(0).numbers, { reason: 'asked', at: h.now });
  h.input({ type: 'dnc-changed', number: contact(0).numbers[0] ?? '', listed: true });
  t.match(ask(h, dial('c1')), {
    ok: false,
    code: 'call_refused',
    message: /asked this company not to call|closed/,
  });
});

t.test(
  'by hand: caps, closed contacts, other campaigns and other numbers are refused in words',
  async (t) => {
    const h = quiet({ maximumAttempts: 1 }, 2);
    t.match(ask(h, dial('c7')), { code: 'call_refused', message: /no such contact/ });
    t.match(ask(h, dial('c1', { number: '+12125559999' })), { message: /no such number/ });
    t.match(ask(h, dial('c1', { campaignId: 'c9' })), { code: 'campaign_not_found' });
    t.match(ask(h, dial('c1', { agentId: 'zz' })), { code: 'agent_not_found' });
    ask(h, dial('c1'));
    const { channelId } = h.last('originate');
    h.ring(channelId);
    h.end(channelId, 'NO_ANSWER');
    t.match(ask(h, dial('c1')), { code: 'call_refused', message: /closed/ });
    h.command('pause');
    t.match(ask(h, dial('c2')), { code: 'call_refused', message: /not running/ });
  },
);

t.test('by hand: only where the campaign lets agents dial, and only its agents', async (t) => {
  const none = quiet({ manualDialing: 'none' });
  t.match(ask(none, dial('c1')), { code: 'call_refused', message: /by hand/ });
  const h = quiet({
    stages: { ...settings().stages, production: { tiers: ['ordinary'] } },
  });
  t.match(ask(h, dial('c1')), { code: 'call_refused', message: /ordinary/ });
  h.logIn('b1', { pool: 'other', ready: false });
  t.match(ask(h, dial('c1', { agentId: 'b1' })), { code: 'call_refused', message: /pool/ });
});

t.test('by hand: a contact of a stage that has not begun waits for it', async (t) => {
  const h = quiet({
    stages: {
      ...settings().stages,
      validation: { tiers: ['expert'], contacts: 1 },
    },
  });
  const stages = ['c1', 'c2', 'c3'].map((id) => h.store.contact(id)?.stage);
  const later = `c${stages.indexOf('production') + 1}`;
  t.match(ask(h, dial(later)), { code: 'call_refused', message: /stage that has not begun/ });
});

t.test('by hand: the agent gives up a call that rings, and one that has not left', async (t) => {
  const h = quiet();
  ask(h, dial('c1'));
  const { channelId } = h.last('originate');
  h.ring(channelId);
  t.match(ask(h, { type: 'agent-hangup', agentId: 'a1' }), { ok: true });
  t.equal(h.last('hang-up').channelId, channelId);
  h.end(channelId, 'ORIGINATOR_CANCEL');
  t.same(h.outcomes(), ['cancelled']);
  t.equal(h.agent('a1').state, 'paused');
  h.storeAnswers = false;
  h.input({ ...dial('c2'), requestId: 'y' } as Parameters<Harness['input']>[0]);
  t.match(ask(h, { type: 'agent-hangup', agentId: 'a1' }), { ok: true });
  const intents = h.effects.findLast((e) => e.type === 'commit-intents');
  if (intents?.type !== 'commit-intents') throw new Error('no intent');
  const results = h.store.commitIntents(intents.intents, h.now);
  h.input({ type: 'intents-committed', results });
  t.match(h.replies.at(-1), { ok: false, code: 'call_refused', message: /cancelled by the agent/ });
  t.equal(h.all('originate').length, 1, 'it never left');
  t.equal(h.agent('a1').state, 'paused');
});

t.test('by hand: a lease that never comes is given up, and one that comes late goes back', async (t) => {
  const h = quiet(byHand, 1);
  ask(h, dial('c1'));
  const { channelId } = h.last('originate');
  h.ring(channelId);
  h.end(channelId, 'NO_ANSWER');
  h.storeAnswers = false;
  h.input({ ...dial('c1'), requestId: 'y' } as Parameters<Harness['input']>[0]);
  t.equal(h.agent('a1').state, 'reserved');
  h.pass(10_001);
  t.match(h.replies.at(-1), { ok: false, code: 'call_refused', message: /looked up/ });
  t.equal(h.agent('a1').state, 'paused');
  const asked = h.effects.findLast((e) => e.type === 'lease-contact');
  if (asked?.type !== 'lease-contact') throw new Error('no lease');
  const leased = h.store.leaseContact({ ...asked, now: h.now });
  t.equal(h.store.contact('c1')?.state, 'leased');
  const { requestId, agentId, campaignId } = asked;
  h.input({ type: 'contact-leased', requestId, agentId, campaignId, ...leased });
  t.equal(h.store.contact('c1')?.state, 'open');
});

t.test('opt-out: the list and the consent at once, and the contact is never called again', async (t) => {
  const h = quiet(byHand, 1);
  ask(h, dial('c1'));
  const { channelId } = h.last('originate');
  h.ring(channelId);
  h.answer(channelId);
  h.bridgeUp();
  t.match(ask(h, { type: 'agent-opt-out', agentId: 'a1', attemptId: 'other' }), { ok: false });
  const before = h.effects.length;
  t.match(ask(h, { type: 'agent-opt-out', agentId: 'a1', attemptId: channelId }), { ok: true });
  const types = h.effects.slice(before).map(({ type }) => type);
  t.ok(types.indexOf('add-dnc') < types.indexOf('reply'), 'written before it is answered');
  t.ok(types.indexOf('record-consent') < types.indexOf('reply'));
  const number = contact(0).numbers[0] ?? '';
  t.equal(h.store.isDnc(number).internal, true);
  t.equal(h.agent('a1').state, 'talking', 'the call goes on');
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  const callback = { at: h.now + 3_600_000, who: 'anyone' } as const;
  ask(h, {
    type: 'disposition',
    agentId: 'a1',
    attemptId: channelId,
    disposition: 'callback',
    note: '',
    callback,
  });
  t.match(h.store.contact('c1'), { state: 'done', doneReason: 'opt-out' });
  t.equal(h.campaign().record.counters.production.optOuts, 1);
});
