import t from 'tap';
import type { LedgerRow } from '../../dialer/core/model.js';
import { contact, Harness, noon } from './harness.js';

const hour = 3_600_000;
const day = 24 * hour;
const sales = { purpose: 'sales', pacing: { method: 'ratio', ratio: 3, targetAbandonRatio: 0.03 } } as const;

function running(agents: number, contacts: number, over: object = {}): Harness {
  const h = new Harness({
    agents,
    contacts: Array.from({ length: contacts }, (_, i) => contact(i)),
    settings: { ...sales, ...over },
  });
  h.command('start');
  h.pass(500);
  return h;
}

function ledger(h: Harness): readonly LedgerRow[] {
  return h.store.abandonLedger({ from: 0, to: Number.MAX_SAFE_INTEGER });
}

/** Answers the newest call out and puts it through after so long. */
function connect(h: Harness, waited = 100): string {
  const { channelId } = h.last('originate');
  h.answer(channelId);
  h.pass(waited);
  h.bridgeUp();
  return channelId;
}

t.test('each answer is posted once, with its result, to the window in which it was answered', async (t) => {
  const h = running(1, 6);
  const [first, second, third] = h.all('originate').map((c) => c.channelId) as [string, string, string];
  h.answer(first);
  h.bridgeUp();
  h.answer(second);
  t.same(ledger(h), [], 'nothing before a result');
  h.pass(3_000);
  h.end(second, 'NORMAL_CLEARING', { answered: true });
  h.switchSays({ type: 'channel-answered', switchId: 'fs', channelId: third, answeredBy: 'machine' });
  h.end(third, 'NORMAL_CLEARING', { answered: true });
  h.end(first, 'NORMAL_CLEARING', { answered: true });
  const row = { campaignId: 'c1', law: 'us-federal/abandon', from: noon, neededUntil: noon + 30 * day };
  t.same(ledger(h), [{ ...row, answers: 2, abandoned: 1, machines: 1 }]);
  const [window] = h.campaign().abandon.windows;
  t.match(window, {
    law: 'us-federal/abandon',
    from: noon,
    until: noon + 30 * day,
    answers: 2,
    abandoned: 1,
  });
  t.equal(window?.ratio, 0.5);
});

t.test('the laws of the operator count from the day on which they come into force', async (t) => {
  const rule = {
    kind: 'abandon_limit',
    limit: 0.01,
    numerator: 'not_connected_in_time',
    denominator: 'live_answers',
    window: { hours: 24 },
    scope: 'campaign',
    connectSeconds: 2,
    connectFrom: 'answer',
    detectorErrors: 'none',
    source: 'house rule',
    confidence: 'primary',
  } as const;
  const h = new Harness({
    agents: 1,
    contacts: Array.from({ length: 6 }, (_, i) => contact(i)),
    settings: sales,
    packs: [
      {
        id: 'house',
        title: 'House',
        version: '1',
        asOf: '2026-11-01',
        jurisdictions: ['US'],
        rules: [
          { ...rule, id: 'before', effectiveTo: '2026-11-18' },
          { ...rule, id: 'now', effectiveFrom: '2026-11-18' },
          { ...rule, id: 'next', effectiveFrom: '2026-11-20' },
        ],
      },
    ],
  });
  h.command('start');
  h.pass(500);
  const channelId = connect(h);
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.same(
    ledger(h)
      .map((row) => row.law)
      .sort(),
    ['house/now', 'us-federal/abandon'],
  );
});

t.test('a customer who is put through after the time of the law counts as abandoned', async (t) => {
  const h = running(1, 3);
  const channelId = connect(h, 2_500);
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.same(h.outcomes(), ['connected']);
  t.match(ledger(h), [{ answers: 1, abandoned: 1 }]);
});

t.test('an agent who had a machine on the line takes the answer back', async (t) => {
  const h = running(1, 3);
  const channelId = connect(h);
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.match(ledger(h), [{ answers: 1, abandoned: 0 }]);
  const said = { requestId: 'd', agentId: 'a1', attemptId: channelId, note: '' };
  h.input({ type: 'disposition', ...said, disposition: 'machine' });
  t.match(ledger(h), [{ answers: 0, abandoned: 0 }]);
  t.match(h.campaign().abandon.windows, [{ answers: 0 }]);
});

t.test('a service campaign in the US keeps no ledger, and aims at its own target', async (t) => {
  const h = running(1, 3, { purpose: 'service' });
  h.end(connect(h), 'NORMAL_CLEARING', { answered: true });
  t.same(ledger(h), []);
  t.match(h.campaign().abandon, { target: 0.03, spent: false, windows: [] });
});

t.test('the ledgers are there again after a restart, and the next block begins at nothing', async (t) => {
  const h = running(1, 30);
  h.answer(h.last('originate').channelId);
  h.bridgeUp();
  const second = h.all('originate').at(-2)?.channelId ?? '';
  h.answer(second);
  h.pass(3_000);
  h.end(second, 'NORMAL_CLEARING', { answered: true });
  t.match(ledger(h), [{ answers: 1, abandoned: 1 }]);
  const again = new Harness({ store: h.store, startAt: h.now + 60_000 });
  t.match(again.campaign().abandon.windows, [{ answers: 1, abandoned: 1, from: noon, limit: 0.03 }]);
  t.equal(again.campaign().record.startedAt, noon);
  again.pass(30 * day - 10 * hour);
  t.match(again.campaign().abandon.windows, [{ answers: 1, abandoned: 1 }], 'the block has not ended');
  again.pass(11 * hour);
  t.match(again.campaign().abandon.windows, [{ answers: 0, abandoned: 0, from: noon + 30 * day }]);
});

t.test('a calendar day begins at nothing, at midnight where the law is made', async (t) => {
  const british = (index: number) =>
    contact(index, { numbers: [`+44207946${String(index).padStart(4, '0')}`], timeZone: 'Europe/London' });
  const h = new Harness({
    startAt: Date.UTC(2026, 10, 18, 10),
    agents: 1,
    contacts: Array.from({ length: 9 }, (_, i) => british(i)),
    settings: sales,
  });
  h.command('start');
  h.pass(500);
  const { channelId } = h.last('originate');
  h.input({ type: 'agent-pause', requestId: 'p', agentId: 'a1', reason: 'tea' });
  h.answer(channelId);
  h.pass(3_000);
  h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  t.match(ledger(h), [{ law: 'gb/abandon', answers: 1, abandoned: 1 }]);
  t.match(h.campaign().abandon, { windows: [{ answers: 1, over: true }] });
  h.pass(13 * hour);
  t.match(h.campaign().abandon.windows, [{ answers: 1, abandoned: 1 }]);
  h.pass(1.5 * hour);
  t.match(h.campaign().abandon.windows, [{ answers: 0, abandoned: 0, over: false }]);
});

t.test('a campaign that is to stop at the limit places no call until the window moves on', async (t) => {
  const h = running(4, 60, { pacing: { ...sales.pacing, atAbandonLimit: 'stop' } });
  for (let i = 1; i <= 4; i++)
    h.input({ type: 'agent-pause', requestId: 'p', agentId: `a${i}`, reason: 'tea' });
  const out = h.all('originate').map((c) => c.channelId);
  for (const channelId of out) h.answer(channelId);
  h.pass(3_000);
  for (const channelId of out) h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.pass(2_000);
  for (let i = 1; i <= 4; i++) h.input({ type: 'agent-ready', requestId: 'r', agentId: `a${i}` });
  h.pass(hour);
  t.equal(h.all('originate').length, out.length, 'nothing more is dialled');
  const refused = h.events.find((e) => e.kind === 'lead-refused');
  t.match(refused, { rule: 'abandon_limit', verdict: 'defer' });
  h.pass(30 * day);
  t.ok(h.all('originate').length > out.length, 'the next block begins');
});

t.test('a pack that asks for a hard stop gets it', async (t) => {
  const h = new Harness({
    startAt: Date.UTC(2026, 10, 18, 10),
    agents: 2,
    contacts: Array.from({ length: 60 }, (_, i) =>
      contact(i, { numbers: [`+44207946${String(i).padStart(4, '0')}`], timeZone: 'Europe/London' }),
    ),
    settings: sales,
  });
  h.command('start');
  h.pass(500);
  for (const agentId of ['a1', 'a2'])
    h.input({ type: 'agent-pause', requestId: 'p', agentId, reason: 'tea' });
  const out = h.all('originate').map((c) => c.channelId);
  for (const channelId of out) h.answer(channelId);
  h.pass(3_000);
  for (const channelId of out) h.end(channelId, 'NORMAL_CLEARING', { answered: true });
  h.pass(2_000);
  for (const agentId of ['a1', 'a2']) h.input({ type: 'agent-ready', requestId: 'r', agentId });
  h.pass(hour);
  t.equal(h.all('originate').length, out.length, 'no more calls to the UK today');
  t.match(
    h.events.findLast((e) => e.kind === 'lead-refused'),
    { rule: 'abandon_limit', verdict: 'defer' },
  );
  h.pass(day);
  t.ok(h.all('originate').length > out.length, 'and calls again tomorrow');
});
