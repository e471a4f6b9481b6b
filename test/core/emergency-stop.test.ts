import t from 'tap';
import type { CallAction } from '../../dialer/core/inputs.js';
import { contact, Harness } from './harness.js';

const people = Array.from({ length: 30 }, (_, i) => contact(i));
const originates = (h: Harness) => h.all('originate');
const hangUps = (h: Harness) => h.all('hang-up').map(({ channelId }) => channelId);

function press(h: Harness, active: boolean, reason = 'wrong list loaded') {
  return h.input({ type: 'emergency-stop', requestId: 'e', active, by: 'ann', reason });
}

t.test('what rings is hung up, who talks goes on, and nothing is dialled until it is lifted', (t) => {
  const h = new Harness({ agents: 3, contacts: people });
  h.command('start');
  h.pass(1_000);
  const [talking, ringing, dialing] = originates(h).map(({ channelId }) => channelId) as string[];
  h.ring(talking as string);
  h.answer(talking as string);
  h.bridgeUp();
  h.ring(ringing as string);
  const before = originates(h).length;
  press(h, true);
  t.same(hangUps(h).sort(), [ringing, dialing].sort(), 'both that were not answered, and only they');
  t.match(h.replies.at(-1), { ok: true });
  const { campaigns, emergencyStop } = h.core.view(h.now);
  t.match(emergencyStop, { by: 'ann', reason: 'wrong list loaded' });
  t.match(campaigns[0]?.diagnosis, /^Emergency stop by ann .*wrong list loaded/);
  t.equal(campaigns[0]?.talking, 1);
  t.equal(campaigns[0]?.hopper, 0);
  for (const id of [ringing, dialing] as string[]) h.end(id, 'ORIGINATOR_CANCEL');
  for (let i = 0; i < 120; i++) h.pass(1_000);
  t.equal(originates(h).length, before, 'for two minutes nothing leaves');
  t.equal(h.core.view(h.now).campaigns[0]?.limit, 'emergency-stop');
  const ended = h.events.flatMap((e) => (e.kind === 'attempt-ended' ? [e] : []));
  t.match(ended, [
    { outcome: 'cancelled', cause: 'ORIGINATOR_CANCEL (emergency stop)' },
    { outcome: 'cancelled' },
  ]);
  press(h, false, '');
  h.pass(1_000);
  t.ok(originates(h).length > before, 'dialling goes on by itself');
  t.match(
    h.events.filter(({ kind }) => kind === 'emergency-stop-changed'),
    [{ active: true, by: 'ann', reason: 'wrong list loaded' }, { active: false }],
  );
  t.end();
});

t.test('an intent that is being committed is refused, and its contact is not charged', (t) => {
  const h = new Harness({ contacts: people });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(1_000);
  h.storeAnswers = false;
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  h.pass(1_000);
  const intents = h.effects.flatMap((e) => (e.type === 'commit-intents' ? e.intents : []));
  t.ok(intents.length > 0, 'intents are on their way to the store');
  press(h, true);
  h.input({ type: 'intents-committed', results: h.store.commitIntents(intents, h.now) });
  t.same(originates(h), []);
  const { items } = h.store.attempts({ limit: 10 });
  t.ok(items.length > 0);
  for (const { result } of items)
    t.match(result, { outcome: 'not-dialed', cause: 'emergency stop', charged: false });
  t.end();
});

t.test('it outlives the process: nothing leaves after a restart, and what still rings is hung up', (t) => {
  const h = new Harness({ agents: 2, contacts: people });
  h.command('start');
  h.pass(1_000);
  const [first, second] = originates(h).map(({ channelId }) => channelId) as string[];
  press(h, true);
  const again = new Harness({
    store: h.store,
    startAt: h.now + 2_000,
    seed: 'fedcba9876543210fedcba9876543210',
  });
  t.match(again.core.view(again.now).emergencyStop, { by: 'ann' });
  again.up([
    { channelId: first as string, state: 'ringing', bridgedTo: '', createdAt: h.now },
    { channelId: second as string, state: 'dialing', bridgedTo: '', createdAt: h.now },
  ]);
  t.same(hangUps(again).sort(), [first, second].sort());
  again.logIn('a1');
  for (let i = 0; i < 60; i++) again.pass(1_000);
  t.same(originates(again), []);
  press(again, false);
  const third = new Harness({ store: h.store, startAt: again.now });
  t.equal(third.core.view(third.now).emergencyStop, undefined);
  t.end();
});

t.test('the first reason stands, a stop needs one, and lifting nothing is no error', (t) => {
  const h = new Harness();
  press(h, true, ' ');
  t.match(h.replies.at(-1), { ok: false, code: 'reason_required' });
  press(h, false);
  t.match(h.replies.at(-1), { ok: true });
  press(h, true, 'first');
  press(h, true, 'second');
  t.match(h.replies.at(-1), { ok: true });
  t.equal(h.core.view(h.now).emergencyStop?.reason, 'first');
  t.equal(h.events.filter(({ kind }) => kind === 'emergency-stop-changed').length, 1);
  t.end();
});

t.test('agents dial nobody, either: consultations, transfers outside, previews, calls by hand', (t) => {
  const h = new Harness({ agents: 2, contacts: people, settings: { maximumAttempts: 3 } });
  h.command('start');
  h.pass(1_000);
  const [first, second] = originates(h).map(({ channelId }) => channelId) as string[];
  for (const id of [first, second] as string[]) {
    h.answer(id);
    h.bridgeUp();
  }
  const call = (agentId: string, action: CallAction) => {
    h.input({ type: 'agent-call', requestId: 'x', agentId, action });
    return h.replies.at(-1);
  };
  t.match(call('a1', { kind: 'consult', to: '+12125550188' }), { ok: true });
  const ringing = h.last('dial-leg').channelId;
  press(h, true);
  t.ok(hangUps(h).includes(ringing), 'who is rung up for a consultation is not let ring');
  const refused = { ok: false, code: 'call_refused', message: /all dialling is stopped.*wrong list loaded/ };
  t.match(call('a2', { kind: 'consult', to: 'user/2' }), refused);
  t.match(call('a2', { kind: 'transfer', to: '+12125550188' }), refused);
  t.equal(h.all('dial-leg').length, 1);
  t.equal(h.all('hand-over').length, 0);
  t.match(call('a2', { kind: 'hold', on: true }), { ok: true }, 'the call goes on');
  t.match(call('a2', { kind: 'transfer', to: 'user/2' }), { ok: true }, 'to a phone of our own');
  press(h, false, '');
  h.end(ringing, 'ORIGINATOR_CANCEL');
  const customer = h.agent('a1').attemptId as string;
  const { otherLegId } = h.last('join');
  h.input({ type: 'channel-bridged', switchId: 'fs', channelId: customer, otherChannelId: otherLegId });
  t.match(call('a1', { kind: 'consult', to: '+12125550188' }), { ok: true }, 'lifted');
  t.end();
});

t.test('a preview on the screen and a contact to call by hand stay undialled while it is set', (t) => {
  const pacing = { method: 'preview', targetAbandonRatio: 0.03, previewSeconds: 600 };
  const h = new Harness({ agents: 1, contacts: people, settings: { pacing } });
  h.command('start');
  h.pass(1_000);
  const { preview } = h.core.agent('a1') as { preview?: { contactId: string } };
  const ask = (input: Parameters<Harness['input']>[0]) => {
    h.input(input);
    return h.replies.at(-1);
  };
  press(h, true);
  const contactId = preview?.contactId ?? '';
  const refused = { ok: false, code: 'call_refused', message: /all dialling is stopped/ };
  const dial = { type: 'agent-preview', requestId: 'p', agentId: 'a1', action: 'dial', reason: '' } as const;
  t.match(ask({ ...dial, contactId }), { ok: false }, 'the card was taken away');
  h.logIn('a2', { ready: false });
  const byHand = { type: 'agent-dial', requestId: 'd', agentId: 'a2', campaignId: 'c1', number: '' } as const;
  t.match(ask({ ...byHand, contactId: 'c9' }), refused);
  t.equal(originates(h).length, 0);
  press(h, false, '');
  h.pass(2_000);
  const again = h.core.agent('a1')?.preview?.contactId ?? '';
  t.match(ask({ ...dial, contactId: again }), { ok: true });
  t.equal(originates(h).length, 1, 'lifted, a card is shown and can be dialled');
  t.end();
});
