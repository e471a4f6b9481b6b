/** Consent, caps and recall delays as the engine keeps them: nobody is called on a word that no longer stands. */
import t from 'tap';
import type { CampaignSettings } from '../../dialer/core/model.js';
import { contact, Harness, settings } from './harness.js';

const FLORIDA = '+13055550123';
const rule = { maximumAttempts: 9, delaySeconds: 60 };
const retry: CampaignSettings['retry'] = {
  'no-answer': rule,
  busy: rule,
  machine: rule,
  abandoned: rule,
  failed: rule,
  rejected: rule,
  short: rule,
};
const sales = { purpose: 'sales' } as const;

function grant(
  h: Harness,
  number: string,
  over: { level?: 'express' | 'written'; purposes?: ['sales'] } = {},
): void {
  h.store.addConsent([
    {
      number,
      decision: 'granted',
      level: over.level ?? 'written',
      ...(over.purposes !== undefined && { purposes: over.purposes }),
      at: h.now - 1,
      source: 'form',
      evidence: 'form 7',
      recordedBy: 'test',
      recordedAt: h.now,
    },
  ]);
}

/** Starts the campaign with one agent who is not ready, so that the lead waits in the hopper. */
function waiting(
  over: Partial<CampaignSettings>,
  numbers: readonly string[],
  before: (h: Harness) => void = () => {},
) {
  const h = new Harness({
    contacts: [contact(1, { numbers: [...numbers], consent: 'none' })],
    settings: over,
  });
  before(h);
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(500);
  return h;
}

function ready(h: Harness): void {
  h.input({ type: 'agent-ready', requestId: 'x', agentId: 'a1' });
  h.pass(1_000);
}

t.test(
  'a predictive sales call to a state that asks for written consent is placed on a written record',
  async (t) => {
    const without = waiting(sales, [FLORIDA]);
    ready(without);
    t.equal(without.all('originate').length, 0);
    t.ok(without.events.some((e) => e.kind === 'lead-refused' && e.rule === 'consent'));
    const express = waiting(sales, [FLORIDA], (h) => grant(h, FLORIDA, { level: 'express' }));
    ready(express);
    t.equal(express.all('originate').length, 0);
    const written = waiting(sales, [FLORIDA], (h) => grant(h, FLORIDA));
    ready(written);
    t.equal(written.all('originate').length, 1);
    const { attempts } = { attempts: written.store.attempts({ limit: 1 }).items };
    t.equal(attempts[0]?.permit.consent, 'written');
  },
);

t.test('consent that a campaign requires may have to be written', async (t) => {
  const number = '+12125551001';
  const over = { consentRequired: true, consentLevel: 'written' } as const;
  const express = waiting(over, [number], (h) => grant(h, number, { level: 'express' }));
  ready(express);
  t.equal(express.all('originate').length, 0);
  const written = waiting(over, [number], (h) => grant(h, number));
  ready(written);
  t.equal(written.all('originate').length, 1);
});

t.test('consent that is revoked while the lead waits in the hopper ends the wait', async (t) => {
  const h = waiting(sales, [FLORIDA], (h) => grant(h, FLORIDA));
  t.equal(h.campaign().hopper, 1);
  const word = { decision: 'refused', level: 'express', at: h.now } as const;
  // The store is not told here: the engine itself has to know.
  h.input({ type: 'consent-changed', number: FLORIDA, word });
  ready(h);
  t.equal(h.all('originate').length, 0);
  t.ok(h.events.some((e) => e.kind === 'lead-refused' && e.rule === 'consent' && e.verdict === 'deny'));
});

t.test('a revocation for another purpose, or one that a new grant ended, does not', async (t) => {
  const other = waiting(sales, [FLORIDA], (h) => grant(h, FLORIDA));
  const refused = { decision: 'refused', level: 'express', at: other.now } as const;
  other.input({ type: 'consent-changed', number: FLORIDA, word: { ...refused, purposes: ['survey'] } });
  ready(other);
  t.equal(other.all('originate').length, 1);
  const again = waiting(sales, [FLORIDA], (h) => grant(h, FLORIDA));
  again.input({ type: 'consent-changed', number: FLORIDA, word: refused });
  again.input({
    type: 'consent-changed',
    number: FLORIDA,
    word: { decision: 'granted', level: 'written', at: again.now },
  });
  ready(again);
  t.equal(again.all('originate').length, 1);
});

t.test('what is said while the intent is being committed keeps the call from leaving', async (t) => {
  for (const input of [
    { type: 'dnc-changed', number: FLORIDA, listed: true },
    { type: 'dnc-changed', number: FLORIDA, listed: true, campaignId: 'c1' },
    { type: 'consent-changed', number: FLORIDA, word: { decision: 'refused', level: 'express', at: 0 } },
  ] as const) {
    const h = waiting(sales, [FLORIDA], (h) => grant(h, FLORIDA));
    h.storeAnswers = false;
    ready(h);
    const commit = h.effects.findLast((e) => e.type === 'commit-intents');
    const results = h.store.commitIntents(commit?.intents ?? [], h.now);
    t.same(
      results.map(({ committed }) => committed),
      [true],
    );
    h.input(input);
    h.input({ type: 'intents-committed', results });
    t.equal(h.all('originate').length, 0, input.type);
    const [attempt] = h.store.attempts({ limit: 1 }).items;
    t.match(attempt?.result, { outcome: 'not-dialed', charged: false });
    t.same(h.store.recentAttempts(FLORIDA, 0), [], 'and is not charged');
  }
});

t.test('the opt-out key revokes consent beside the DNC entry, for every campaign', async (t) => {
  const number = '+12125551001';
  const h = new Harness({ agents: 1, contacts: [contact(1), contact(2)] });
  h.input({ type: 'campaign-save', requestId: 'r', settings: settings({ id: 'c2', pool: 'other' }) });
  h.store.addContacts('c2', [contact(1)], h.now);
  h.command('start');
  h.pass(500);
  const call = h.last('originate');
  t.equal(call.number, number);
  // The agent goes: the answer finds nobody.
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'lunch' });
  h.answer(call.channelId);
  h.pass(2_100);
  h.switchSays({ type: 'key-pressed', switchId: 'fs', channelId: call.channelId, key: '9' });
  t.ok(h.store.isDnc(number).internal);
  t.match(h.store.consentHistory(number).at(-1), {
    decision: 'refused',
    source: 'opt-out key',
    evidence: `attempt ${call.channelId}`,
  });
  // Though the DNC entry is taken off, the revocation stands.
  h.store.removeDnc(number);
  const { leads } = h.store.leaseLeads({
    type: 'lease-leads',
    campaignId: 'c2',
    stage: 'production',
    count: 1,
    leaseUntil: h.now + 60_000,
    lookbackSeconds: 86_400,
    scope: { purpose: 'service', seller: '', subject: 'c2' },
    readyAgents: [],
    now: h.now,
  });
  t.match(leads[0]?.numbers, [{ consent: { state: 'refused' } }]);
});

t.test('an opt-out disposition revokes consent, too', async (t) => {
  const h = new Harness({ agents: 1, contacts: [contact(1)] });
  h.command('start');
  h.pass(500);
  const { channelId, number } = h.last('originate');
  h.answer(channelId);
  h.bridgeUp();
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId: channelId,
    disposition: 'opt-out',
    note: '',
  });
  t.match(h.store.consentHistory(number).at(-1), { decision: 'refused', source: 'disposition opt-out' });
});

t.test('a cap per person holds over the numbers of one person in two campaigns', async (t) => {
  // Maryland: three calls on a subject to a person in 24 hours.
  const numbers = ['+14105550101', '+14105550102', '+14105550103', '+14105550104'];
  const h = new Harness({
    agents: 1,
    contacts: [contact(1, { numbers, timeZone: '' })],
    settings: { ...sales, retry, maximumAttempts: 20, attemptsPerDay: 20 },
  });
  for (const number of numbers) grant(h, number);
  h.command('start');
  for (let minute = 0; minute < 120; minute++) {
    h.pass(60_000);
    for (const call of h.all('originate'))
      if (h.store.attempt(call.channelId)?.result === undefined) h.end(call.channelId, 'USER_BUSY');
  }
  t.equal(h.all('originate').length, 3);
  t.ok(
    h.events.some((e) => e.kind === 'lead-refused' && e.rule === 'frequency_cap' && e.verdict === 'defer'),
  );
});

t.test('a recall delay that begins after the lease holds at the dial', async (t) => {
  // United Kingdom: 72 hours after an abandoned call.
  const number = '+442079460123';
  const h = waiting({ ...sales, callerId: '+442079460100' }, [number]);
  t.equal(h.campaign().hopper, 1);
  const campaignId = 'elsewhere';
  h.store.addContacts(campaignId, [contact(9, { numbers: [number] })], h.now);
  const lease = {
    type: 'lease-leads',
    campaignId,
    stage: 'production',
    count: 1,
    leaseUntil: h.now + 60_000,
    lookbackSeconds: 86_400,
    scope: { purpose: 'sales', seller: '', subject: campaignId },
    readyAgents: [],
    now: h.now,
  } as const;
  const [lead] = h.store.leaseLeads(lease).leads;
  const own = h.effects.findLast((e) => e.type === 'lease-leads');
  t.ok(own !== undefined && lead !== undefined);
  if (lead === undefined) return;
  const attemptId = '00000000-0000-4000-8000-00000000abcd';
  const intent = {
    attemptId,
    campaignId,
    stage: 'production',
    contactId: lead.contactId,
    number,
    numberIndex: 0,
    switchId: 'fs',
    trunk: 't1',
    callerId: '',
    intendedAt: h.now,
    permit: { consent: 'none' } as never,
    caps: [],
    consentRequired: false,
    scope: lease.scope,
    person: lead.person,
    seen: { since: 0, attempts: 9, newestAt: h.now, newestOutcomeAt: h.now },
  } as const;
  t.match(h.store.commitIntents([intent], h.now), [{ committed: true }]);
  h.store.write([
    {
      type: 'record-result',
      result: {
        attemptId,
        campaignId,
        stage: 'production',
        contactId: lead.contactId,
        number,
        outcome: 'abandoned',
        cause: '',
        endedAt: h.now + 1,
        charged: true,
      },
      next: { state: 'done', reason: 'x' },
      numberDead: false,
    },
  ]);
  ready(h);
  h.pass(5_000);
  t.equal(h.all('originate').length, 0);
  t.ok(h.events.some((e) => e.kind === 'lead-refused' && e.rule === 'recall_delay' && e.verdict === 'defer'));
});
