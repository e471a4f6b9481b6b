import fc from 'fast-check';
import t from 'tap';
import { campaignDefaults } from '../../api/http/campaign-defaults.js';
import { toSettings } from '../../api/http/campaign-schema.js';
import type { AttemptRecord } from '../../dialer/store/port.js';
import { startHarness, until, withMethod } from './harness.js';

const h = await startHarness();
const ANY = { 'if-match': '*' };

const HALVES = [
  { tiers: ['experienced'], share: 0.5 },
  { tiers: ['ordinary'], share: 0.5 },
];

t.test('a campaign with nothing but a name gets every default, and the answer shows them', async (t) => {
  const answer = await h.send('POST', '/v1/campaigns', { name: 'Bare' });
  t.equal(answer.status, 201);
  t.match(answer.body.id, /^campaign-[0-9a-f]{8}$/);
  t.equal(answer.headers.get('location'), `/v1/campaigns/${answer.body.id}`);
  t.same(answer.body.settings, { ...campaignDefaults(), id: answer.body.id, name: 'Bare' });
  t.match(answer.body, { status: 'draft', stage: 'validation', sampled: false });
});

t.test('the defaults are the stages of the house: experts first, then the others, then all', (t) => {
  const { stages, ringSeconds, pacing } = campaignDefaults();
  t.same(stages.validation, { tiers: ['expert'], contacts: 50 });
  t.same(stages.pilot, { tiers: ['experienced', 'ordinary'], share: 0.04, phases: HALVES });
  t.same(stages.production, { tiers: ['expert', 'experienced', 'ordinary'] });
  t.ok(ringSeconds >= 15);
  t.equal(pacing.targetAbandonRatio, 0.03);
  t.end();
});

t.test('what is given replaces its default alone', (t) => {
  const settings = toSettings('x', {
    name: 'X',
    stages: { pilot: { contacts: 200, gate: { approval: true } } },
    retry: { busy: { maximumAttempts: 9, delaySeconds: 60 } },
    safeHarbour: { optOutKey: '5' },
    pacing: { method: 'ratio' },
  });
  const defaults = campaignDefaults();
  t.same(settings.stages.pilot, {
    tiers: ['experienced', 'ordinary'],
    contacts: 200,
    gate: { approval: true },
    phases: HALVES,
  });
  t.same(settings.stages.validation, defaults.stages.validation);
  t.same(settings.retry, { ...defaults.retry, busy: { maximumAttempts: 9, delaySeconds: 60 } });
  t.same(settings.safeHarbour, { ...defaults.safeHarbour, optOutKey: '5' });
  t.same(settings.pacing, { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 });
  t.end();
});

t.test('a pilot has the phases that are asked for, or one where somebody says who works it', (t) => {
  const pilotOf = (pilot: object) => toSettings('x', { name: 'X', stages: { pilot } }).stages.pilot;
  t.same(pilotOf({ tiers: ['expert', 'ordinary'] }), { tiers: ['expert', 'ordinary'], share: 0.04 });
  t.same(
    pilotOf({
      teams: ['north'],
      phases: [
        { tiers: ['expert', 'experienced'], share: 0.2 },
        { tiers: ['ordinary'], teams: ['south'] },
        { tiers: ['ordinary'] },
      ],
    }),
    {
      tiers: ['expert', 'experienced', 'ordinary'],
      teams: ['north'],
      share: 0.04,
      phases: [
        { tiers: ['expert', 'experienced'], share: 0.2 },
        { tiers: ['ordinary'], teams: ['south'], share: 0.4 },
        { tiers: ['ordinary'], share: 0.4 },
      ],
    },
  );
  t.end();
});

t.test('settings that were fetched can be sent back as they are', async (t) => {
  await h.send('POST', '/v1/campaigns', {
    id: 'round',
    name: 'Round',
    callingHours: { 'mon-fri': ['10:00-12:00'] },
    trunks: ['carrier'],
  });
  const { id, ...settings } = (await h.send('GET', '/v1/campaigns/round')).body.settings;
  const again = await h.send('PUT', `/v1/campaigns/${id}`, settings, { 'if-match': '"1"' });
  t.equal(again.status, 200);
  t.same(again.body.settings, { id, ...settings });
});

t.test('a schedule is checked, comes back as it was sent, and diagnostics tell how it stands', async (t) => {
  // It is Monday, 11:00 in New York.
  const schedule = {
    timeZone: 'America/New_York',
    hours: { 'mon-fri': ['13:00-18:00'] },
    dates: { '2026-03-03': [] },
    until: '2026-12-31T18:00:00-05:00',
  };
  const made = await h.send('POST', '/v1/campaigns', { id: 'timed', name: 'Timed', pool: 'timed', schedule });
  t.equal(made.status, 201, made.text);
  t.same(made.body.settings.schedule, schedule);
  const { id: _, ...settings } = made.body.settings;
  t.equal((await h.send('PUT', '/v1/campaigns/timed', settings, { 'if-match': '"1"' })).status, 200);
  await h.send('POST', '/v1/campaigns/timed/contacts', [{ numbers: ['+12125550177'] }]);
  t.equal((await h.send('POST', '/v1/campaigns/timed/start', {})).body.status, 'running', 'without agents');
  const { body } = await h.send('GET', '/v1/campaigns/timed/diagnostics');
  t.match(body.sentence, /^Outside the hours of its schedule .*2026-03-02T18:00:00\.000Z/);
  t.match(
    body.checks.find(({ name }: { name: string }) => name === 'schedule'),
    { ok: false, detail: 'Its schedule is closed until 2026-03-02T18:00:00.000Z.' },
  );
  for (const [wrong, message] of [
    [{ timeZone: 'Mars/Olympus' }, /schedule\.timeZone .*Mars/],
    [{ ...schedule, from: schedule.until }, /schedule\.until is not after/],
    [{ timeZone: 'UTC', hours: { mon: ['12:00-11:00'] } }, /12:00-11:00/],
    [{ timeZone: 'UTC', dates: { 'the 24th': [] } }, /the 24th/],
    [{ hours: {} }, /schedule\.timeZone is missing/],
  ] as const) {
    const refused = await h.send('POST', '/v1/campaigns', { name: 'Wrong', schedule: wrong });
    t.equal(refused.status, 400);
    t.match(refused.body.detail, message);
  }
});

t.test('a campaign lives from draft to stopped, and every step tells who and why', async (t) => {
  const post = (command: string, reason = 'because') =>
    h.send('POST', `/v1/campaigns/life/${command}`, { reason });
  await h.send('POST', '/v1/campaigns', { id: 'life', name: 'Life', pool: 'life' });
  await h.send('POST', '/v1/campaigns/life/contacts', [{ numbers: ['+12125550150'] }]);
  t.equal((await post('start')).status, 409);
  t.equal((await post('pause')).status, 409);
  await h.send('POST', '/v1/agents/eve/login', { pool: 'life', tier: 'expert', endpoint: 'user/1' });
  t.equal((await post('start')).body.status, 'running');
  const running = await h.send('PUT', '/v1/campaigns/life', { name: 'Life 2', pool: 'life' }, ANY);
  t.equal(running.status, 409, 'settings change while it is paused only');
  t.match(await post('pause', 'meeting'), { body: { status: 'paused', reason: 'meeting' } });
  t.equal(
    (await h.send('PUT', '/v1/campaigns/life', { name: 'Life 2', pool: 'life' }, ANY)).body.settings.name,
    'Life 2',
  );
  t.equal((await post('resume')).body.status, 'running');
  t.match(await post('halt', 'complaints'), { body: { status: 'halted', reason: 'complaints' } });
  t.equal((await post('approve')).status, 409);
  t.equal((await post('resume', 'script corrected')).body.status, 'running');
  t.equal((await post('stop')).body.status, 'stopped');
  t.equal((await post('start')).status, 409);
  const events = await h.store.events(0, 1_000);
  const changes = events.flatMap(({ event }) =>
    event.kind === 'campaign-changed' && event.campaignId === 'life' ? [event] : [],
  );
  t.same(
    changes.map((event) => event.status),
    ['draft', 'running', 'paused', 'running', 'halted', 'running', 'stopped'],
  );
  t.ok(changes.slice(1).every((event) => event.by === 'test admin (admin)'));
  t.equal(changes[5]?.reason, 'script corrected');
});

t.test('diagnostics say why nothing is dialled', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'why', name: 'Why', pool: 'why' });
  const draft = (await h.send('GET', '/v1/campaigns/why/diagnostics')).body;
  t.equal(draft.dialling, false);
  const failing = (body: { checks: { name: string; ok: boolean }[] }) =>
    body.checks.filter((check) => !check.ok).map((check) => check.name);
  t.same(failing(draft), ['running', 'agents', 'contacts', 'hopper', 'pacing']);
  h.telephony.down('cable');
  await until(
    async () => failing((await h.send('GET', '/v1/campaigns/why/diagnostics')).body).includes('switch'),
    'the switch is missed',
  );
  h.telephony.up();
});

t.test('an agent takes a call, wraps up with a callback, and logs out', async (t) => {
  await h.send('POST', '/v1/campaigns', {
    id: 'calls',
    name: 'Calls',
    pool: 'calls',
    pacing: { method: 'progressive' },
  });
  await h.send('POST', '/v1/campaigns/calls/contacts', [
    { externalId: 'c1', name: 'Grace', numbers: ['+12125550143'], timeZone: 'America/New_York' },
  ]);
  const login = await h.send('POST', '/v1/agents/ada/login', {
    name: 'Ada',
    pool: 'calls',
    tier: 'expert',
    endpoint: 'user/1001',
    ready: true,
  });
  t.match(login.body, { id: 'ada', name: 'Ada', team: 'default', skills: [] });
  t.equal((await h.send('POST', '/v1/agents/ada/login', { endpoint: 'user/1001' })).status, 409);
  await h.send('POST', '/v1/campaigns/calls/start', { reason: 'go' });
  const state = async () => (await h.send('GET', '/v1/agents/ada')).body;
  await until(async () => (await state()).state === 'talking', 'the agent talks');
  const { attemptId, contactId } = await state();
  t.ok(attemptId);
  const live = await h.send('GET', `/v1/attempts/${attemptId}`);
  t.equal(live.body.result, undefined, 'no result while it goes on');
  t.match(live.body.permit, { number: '+12125550143', campaignId: 'calls' }, 'with the evidence');

  const past = { at: '2020-01-01T00:00:00Z' };
  const early = await h.send('POST', '/v1/agents/ada/disposition', {
    attemptId,
    disposition: 'sale',
    callback: past,
  });
  t.equal(early.body.errors[0].field, 'callback.at');

  await h.send('POST', '/v1/agents/ada/hangup');
  await until(async () => (await state()).state === 'wrap-up', 'the call ended');
  const at = new Date(h.clock.now() + 3_600_000).toISOString();
  const wrapped = await h.send('POST', '/v1/agents/ada/disposition', {
    attemptId,
    disposition: 'call-again',
    note: 'after lunch',
    callback: { at, who: 'self' },
  });
  t.equal(wrapped.status, 200);
  const done = (await h.send('GET', `/v1/attempts/${attemptId}`)).body;
  t.match(done, {
    result: { outcome: 'connected', agentId: 'ada' },
    disposition: { disposition: 'call-again', note: 'after lunch', success: false },
  });
  const contact = (await h.send('GET', `/v1/contacts/${contactId}`)).body;
  t.match(contact, { externalId: 'c1', state: 'callback', dueAt: at });
  t.equal((await h.send('GET', '/v1/attempts?outcome=connected&campaign=calls')).body.items.length, 1);
  t.equal((await h.send('GET', '/v1/attempts?outcome=busy&campaign=calls')).body.items.length, 0);
  t.equal((await h.send('GET', '/v1/attempts?number=(212)%20555-0143')).body.items[0].id, attemptId);

  t.match((await h.send('POST', '/v1/agents/ada/pause', { reason: 'lunch' })).body, {
    state: 'paused',
    pauseReason: 'lunch',
  });
  t.equal((await h.send('POST', '/v1/agents/ada/ready')).body.state, 'ready');
  t.equal((await h.send('GET', '/v1/agents?pool=calls&state=ready')).body.items.length, 1);
  t.equal((await h.send('POST', '/v1/agents/ada/logout')).body.state, 'offline');
});

t.test('contacts and attempts are paged to the end without gap or repeat', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'pages', name: 'Pages', pool: 'pages' });
  const contacts = Array.from({ length: 25 }, (_, i) => ({
    externalId: `p${i}`,
    numbers: [`+12125550${String(100 + i)}`],
  }));
  const added = await h.send('POST', '/v1/campaigns/pages/contacts', [...contacts, contacts[0]]);
  t.match(added.body, { added: 25, duplicates: 1, rejected: [] });
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await h.send(
      'GET',
      `/v1/campaigns/pages/contacts?limit=10${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const item of body.items) seen.push(item.externalId);
    cursor = body.nextCursor ?? '';
  } while (cursor !== '');
  t.same(seen.toSorted(), contacts.map((c) => c.externalId).toSorted());
  const wrong = await h.send('GET', '/v1/campaigns/pages/contacts?cursor=nonsense');
  t.ok(wrong.status < 500, `${wrong.status} ${wrong.text}`);
});

t.test('a list in CSV is imported with a job to watch and errors by line', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'csv', name: 'CSV', pool: 'csv' });
  const csv = 'Key,Phone,City\nk1,+12125550143,Boston\nk2,12,Nowhere\nk3,(212) 555-0144,Albany\n';
  const started = await h.send('POST', '/v1/campaigns/csv/contacts?numbers=Phone&externalId=Key', csv, {
    'content-type': 'text/csv; charset=utf-8',
  });
  t.equal(started.status, 202);
  const location = started.headers.get('location')!;
  await until(async () => (await h.send('GET', location)).body.state === 'completed', 'it was imported');
  const { body } = await h.send('GET', location);
  t.match(body, { campaignId: 'csv', rows: 3, added: 2, rejected: 1 });
  t.match(body.errors, [{ line: 3, field: 'Phone' }]);
  const readOnly = await h.as(h.tokens['read-only'])('GET', location);
  t.equal(readOnly.body.errors[0].value, undefined);
  const { items } = (await h.send('GET', '/v1/campaigns/csv/contacts')).body;
  t.same(items.map((c: { fields: { City: string } }) => c.fields.City).toSorted(), ['Albany', 'Boston']);
  const missing = await h.send('POST', '/v1/campaigns/csv/contacts?numbers=Mobile', csv, {
    'content-type': 'text/csv',
  });
  t.equal(missing.status, 422);
  t.match(missing.body.detail, /no column "Mobile".*its columns are "Key", "Phone", "City"/);
});

t.test(
  'a number on the DNC list, or without lawful hours, may not be called, and the check says why',
  async (t) => {
    const check = (query = '') => h.send('GET', `/v1/check?number=%2B12125550160${query}`);
    t.equal((await check()).body.verdict, 'allow');
    const night = (await check('&at=2026-03-03T05:00:00Z')).body;
    t.equal(night.verdict, 'defer');
    t.match(night.reasons, [{ rule: 'calling_window' }]);
    t.ok(Date.parse(night.until) > Date.parse('2026-03-03T05:00:00Z'));
    t.match((await h.send('POST', '/v1/dnc', { numbers: ['+1 212 555 0160'], reason: 'asked' })).body, {
      added: 1,
      numbers: ['+12125550160'],
    });
    t.equal((await h.send('POST', '/v1/dnc', { numbers: ['+12125550160'], reason: 'asked' })).body.added, 0);
    const denied = (await check()).body;
    t.equal(denied.verdict, 'deny');
    t.match(denied.reasons, [{ rule: 'dnc' }]);
    t.match((await h.send('GET', '/v1/dnc/+12125550160')).body, { internal: true, campaign: false });
    t.equal((await h.send('DELETE', '/v1/dnc/+12125550160')).status, 204);
    t.equal((await check()).body.verdict, 'allow');
  },
);

t.test('a campaign that asks for consent is denied until consent is recorded', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'asks', name: 'Asks', pool: 'asks', consentRequired: true });
  const check = () => h.send('GET', '/v1/check?number=%2B12125550161&campaign=asks');
  const before = (await check()).body;
  t.equal(before.verdict, 'deny');
  t.match(before.reasons, [{ rule: 'consent' }]);
  const put = await h.send('PUT', '/v1/consent/+12125550161', { consent: 'granted', evidence: 'form 7' });
  t.match(put.body, { number: '+12125550161', consent: 'granted', history: [{ evidence: 'form 7' }] });
  const after = (await check()).body;
  t.equal(after.verdict, 'allow');
  t.match(after.permit, { campaignId: 'asks', consent: 'express' });
  await h.send('PUT', '/v1/consent/+12125550161', { consent: 'refused', evidence: 'letter' });
  t.equal((await check()).body.verdict, 'deny');
  const expired = await h.send('PUT', '/v1/consent/+12125550161', {
    consent: 'granted',
    evidence: 'x',
    expiresAt: '2020-01-01T00:00:00Z',
  });
  t.equal(expired.body.errors[0].field, 'expiresAt');
});

t.test('the check knows the outcomes that ask for a recall delay', async (t) => {
  // An afternoon in London; Ofcom asks for 72 hours after an abandoned call.
  const at = '2026-03-04T14:00:00Z';
  const abandoned = {
    result: { outcome: 'abandoned', endedAt: Date.parse(at) - 3_600_000 },
  } as AttemptRecord;
  const own = await startHarness({}, (engine) =>
    withMethod(
      engine,
      'store',
      new Proxy(engine.store, {
        get(target, name) {
          if (name === 'attempts') return async () => ({ items: [abandoned] });
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    ),
  );
  t.teardown(() => own.close());
  const { body } = await own.send('GET', `/v1/check?number=%2B442079460958&at=${at}`);
  t.equal(body.verdict, 'defer');
  t.match(body.reasons, [{ rule: 'recall_delay' }]);
  const before = await own.send('GET', '/v1/check?number=%2B442079460958&at=2026-03-04T12:30:00Z');
  t.equal(before.body.verdict, 'allow', 'what came later does not count');
});

t.test(
  'whatever is sent, the answer is a success or a problem, never a failure of the service',
  async (t) => {
    const paths = [
      ['POST', '/v1/campaigns'],
      ['PUT', '/v1/campaigns/why'],
      ['POST', '/v1/campaigns/why/contacts'],
      ['POST', '/v1/campaigns/why/start'],
      ['POST', '/v1/agents/zed/login'],
      ['POST', '/v1/agents/ada/disposition'],
      ['POST', '/v1/dnc'],
      ['PUT', '/v1/consent/+12125550161'],
    ] as const;
    const name = fc.constantFrom(
      'name',
      'id',
      'stages',
      'pacing',
      'callerId',
      'callingHours',
      'numbers',
      'reason',
      'endpoint',
      'attemptId',
      'callback',
      'consent',
    );
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), body, async ([method, path], value) => {
        const answer = await h.send(method, path, JSON.stringify(value), {
          'content-type': 'application/json',
        });
        if (answer.status >= 500) throw new Error(`${answer.status} ${answer.text}`);
        if (answer.status >= 400 && typeof answer.body.code !== 'string') throw new Error(answer.text);
      }),
      { numRuns: 120, seed: 20260302 },
    );
    t.pass('120 bodies');
  },
);

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
