import t from 'tap';
import { type Harness, startHarness, TEST_AGENT, until } from './harness.js';

const script = {
  name: 'Renewal',
  steps: [
    { id: 'hello', kind: 'say', text: 'Hello {{name}} in {{city}}.' },
    {
      id: 'owner',
      kind: 'choice',
      text: 'Do you own it?',
      options: [
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No', next: 'end' },
      ],
    },
    { id: 'people', kind: 'number', text: 'How many people?' },
    { id: 'since', kind: 'date', text: 'Since when?' },
    { id: 'end', kind: 'text', text: 'Anything else?' },
  ],
};

async function campaign(h: Harness, id: string, over: object = {}, contacts = 2): Promise<void> {
  const made = await h.send('POST', '/v1/campaigns', {
    id,
    name: `Campaign ${id}`,
    pool: id,
    stages: { validation: { contacts, tiers: ['expert'] } },
    ...over,
  });
  if (made.status !== 201) throw new Error(made.text);
  const list = Array.from({ length: contacts }, (_, index) => ({
    externalId: `${id}-${index}`,
    name: `Person ${index}`,
    numbers: [`+1212555${1000 + index + 10 * id.length}`],
    timeZone: 'America/New_York',
    fields: { city: 'Albany' },
  }));
  await h.send('POST', `/v1/campaigns/${id}/contacts`, list);
}

const login = (h: Harness, id: string, pool: string, ready: boolean) =>
  h.send('POST', `/v1/agents/${id}/login`, { pool, tier: 'expert', endpoint: `user/${id}`, ready });

const cardOf = async (h: Harness, id: string) => (await h.send('GET', `/v1/agents/${id}/card`)).body;
const stateOf = async (h: Harness, id: string) => (await cardOf(h, id)).agent.state;

t.test('preview: the card, the dial, the answers, the disposition', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  t.equal((await h.send('POST', '/v1/scripts', { id: 'renewal', ...script })).status, 201);
  await campaign(h, 'pre', { pacing: { method: 'preview' }, script: 'renewal' });
  await login(h, 'ada', 'pre', true);
  await h.send('POST', '/v1/campaigns/pre/start', {});
  await until(async () => (await cardOf(h, 'ada')).call?.state === 'preview', 'a contact is shown');
  const { call, campaigns } = await cardOf(h, 'ada');
  t.match(call, {
    contact: { name: 'Person 0', fields: { city: 'Albany' } },
    campaign: { id: 'pre', name: 'Campaign pre' },
    customerTime: { zone: 'America/New_York', local: /^2026-03-02T11:/ },
    consent: { state: 'none' },
    history: [],
    answers: {},
    script: { id: 'renewal', version: 1, name: 'Renewal' },
  });
  t.equal(call.script.steps[0].text, 'Hello Person 0 in Albany.');
  t.ok(Date.parse(call.previewUntil) > h.clock.now());
  t.same(campaigns, [{ id: 'pre', name: 'Campaign pre', manualDialing: 'contacts' }]);
  t.equal((await h.send('GET', '/v1/agents/ada/preview')).body.call.contactId, call.contactId);
  t.equal(h.telephony.originated.length, 0);
  const stale = await h.send('POST', '/v1/agents/ada/preview/dial', { contactId: 'c99' });
  t.match(stale, { status: 409 });
  const dialled = await h.send('POST', '/v1/agents/ada/preview/dial', { contactId: call.contactId });
  t.equal(dialled.status, 200, dialled.text);
  await until(async () => (await stateOf(h, 'ada')) === 'talking', 'they talk');
  const talking = (await cardOf(h, 'ada')).call;
  t.match(talking, { state: 'connected', optedOut: false });
  t.ok(talking.connectedAt);
  const { attemptId } = talking;
  const save = (answers: object) => h.send('PUT', `/v1/attempts/${attemptId}/answers`, { answers });
  const wrong = await save({ owner: 'maybe', people: 'four', since: '2026-02-31', hello: 'x', other: 1 });
  t.equal(wrong.status, 400);
  t.same(wrong.body.errors.map(({ field }: { field: string }) => field).sort(), [
    'answers.hello',
    'answers.other',
    'answers.owner',
    'answers.people',
    'answers.since',
  ]);
  const answers = { owner: 'yes', people: 4, since: '2026-02-28', end: 'bye' };
  t.match(await save(answers), { status: 200, body: { script: 'renewal@1', answers } });
  // A new version of the script does not change what was asked on this call.
  const [hello] = script.steps;
  await h.send('PUT', '/v1/scripts/renewal', { name: 'Other', steps: [hello] }, { 'if-match': '*' });
  t.match(await save({ ...answers, people: 5 }), { status: 200, body: { script: 'renewal@1' } });
  t.same((await cardOf(h, 'ada')).call.answers, { ...answers, people: 5 });
  await h.send('POST', '/v1/agents/ada/hangup');
  await until(async () => (await stateOf(h, 'ada')) === 'wrap-up', 'wrap-up');
  t.ok((await cardOf(h, 'ada')).agent.wrapUpUntil);
  await h.send('POST', '/v1/agents/ada/disposition', { attemptId, disposition: 'sale' });
  const kept = (await h.send('GET', `/v1/attempts/${attemptId}`)).body.answers;
  t.match(kept, { script: 'renewal@1', agentId: 'ada', answers: { people: 5 } });
  await until(async () => (await cardOf(h, 'ada')).call?.contact.name === 'Person 1', 'the next one');
  const skipped = await h.send('POST', '/v1/agents/ada/preview/skip', {
    contactId: (await cardOf(h, 'ada')).call.contactId,
    reason: 'moved',
  });
  t.equal(skipped.status, 200);
  t.equal((await cardOf(h, 'ada')).call, undefined);
  const events = await h.store.events(0, 500);
  t.match(
    events.filter(({ event }) => event.kind === 'preview-changed').map(({ event }) => event),
    [{ change: 'shown' }, { change: 'dialled' }, { change: 'shown' }, { change: 'skipped', reason: 'moved' }],
  );
});

t.test('by hand: contacts, new numbers, and refusals in words', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  await campaign(h, 'hand', { pacing: { method: 'preview' } });
  await login(h, 'bob', 'hand', false);
  await h.send('POST', '/v1/campaigns/hand/start', {});
  await until(async () => (await cardOf(h, 'bob')).campaigns.length === 1, 'the campaign runs');
  const dial = (body: object) => h.send('POST', '/v1/agents/bob/dial', { campaign: 'hand', ...body });
  t.equal((await dial({})).status, 400);
  const unknown = await dial({ number: '+12125559876' });
  t.match(unknown, { status: 409, body: { detail: /contacts only/ } });
  t.equal((await dial({ contact: 'c99' })).status, 404);
  const number = '+12125551041';
  await h.send('POST', '/v1/dnc', { numbers: [number], reason: 'asked' });
  const refused = await dial({ number });
  t.match(refused, { status: 409, body: { detail: /asked this company not to call/ } });
  t.same(h.telephony.originated, [], 'nothing was dialled');
  const placed = await dial({ number: '+12125551040' });
  t.equal(placed.status, 200, placed.text);
  t.same(h.telephony.originated, ['+12125551040']);
  await until(async () => (await stateOf(h, 'bob')) === 'talking', 'they talk');
  t.match(await dial({ number }), { status: 409, body: { detail: /talking/ } });
});

t.test('by hand: a number that is no contact becomes one where the campaign says so', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  const everyone = { tiers: ['expert'] };
  await campaign(h, 'open', {
    pacing: { method: 'preview' },
    manualDialing: 'any',
    stages: { validation: { ...everyone, contacts: 1 }, production: everyone },
  });
  await login(h, 'eve', 'open', false);
  await h.send('POST', '/v1/campaigns/open/start', {});
  await until(async () => (await cardOf(h, 'eve')).campaigns.length === 1, 'the campaign runs');
  const early = await h.send('POST', '/v1/agents/eve/dial', { campaign: 'open', number: '+12125559876' });
  t.match(
    early,
    { status: 409, body: { detail: /stage that has not begun/ } },
    'the validation has its sample',
  );
  const { items } = (await h.send('GET', '/v1/campaigns/open/contacts')).body;
  t.equal(
    items.filter((c: { numbers: { number: string }[] }) => JSON.stringify(c).includes('9876')).length,
    1,
  );
});

t.test('callbacks are booked in the time of the contact, and only when they are lawful', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  await campaign(h, 'back', { pacing: { method: 'preview' } }, 1);
  await login(h, 'ida', 'back', true);
  t.equal((await h.send('GET', '/v1/agents/ida/callback-times')).status, 409);
  await h.send('POST', '/v1/campaigns/back/start', {});
  await until(async () => (await cardOf(h, 'ida')).call?.state === 'preview', 'a contact is shown');
  const { contactId } = (await cardOf(h, 'ida')).call;
  await h.send('POST', '/v1/agents/ida/preview/dial', { contactId });
  await until(async () => (await stateOf(h, 'ida')) === 'talking', 'they talk');
  const { attemptId } = (await cardOf(h, 'ida')).call;
  const times = (local?: string) =>
    h.send('GET', `/v1/agents/ida/callback-times${local === undefined ? '' : `?local=${local}`}`);
  const { body } = await times();
  t.equal(body.zone, 'America/New_York');
  t.ok(body.suggestions.length >= 2);
  for (const { at, local } of body.suggestions) {
    const hour = Number(local.slice(11, 13));
    t.ok(hour >= 8 && hour < 21, `${local} is in the calling window`);
    t.ok(Date.parse(at) > h.clock.now());
  }
  const night = (await times('2026-03-05T23:30')).body.asked;
  t.match(night, { allowed: false, at: '2026-03-06T04:30:00.000Z', next: { local: /^2026-03-06T08:/ } });
  t.match(night.reason, /America\/New_York/);
  t.match((await times('2026-03-05T15:00')).body.asked, { allowed: true, reason: '' });
  t.equal((await times('2026-13-05T15:00')).status, 400);
  t.match((await times('2026-03-01T15:00')).body.asked, { allowed: false, reason: 'is in the past' });
  await h.send('POST', '/v1/agents/ida/hangup');
  await until(async () => (await stateOf(h, 'ida')) === 'wrap-up', 'wrap-up');
  const book = (callback: object) =>
    h.send('POST', '/v1/agents/ida/disposition', { attemptId, disposition: 'callback', callback });
  const refused = await book({ local: '2026-03-05T23:30', who: 'self' });
  t.match(refused, { status: 409, body: { code: 'callback_not_allowed', detail: /2026-03-06T08:/ } });
  t.equal((await book({})).status, 400);
  t.equal((await book({ local: '2026-03-05T15:00', who: 'self' })).status, 200);
  t.match(await h.store.contact(contactId), { state: 'callback', dueAt: Date.parse('2026-03-05T20:00:00Z') });
});

t.test('opt-out: one request, in force when it is answered; agents see no numbers', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  await campaign(h, 'stop', { pacing: { method: 'preview' } }, 1);
  await login(h, TEST_AGENT, 'stop', true);
  await h.send('POST', '/v1/campaigns/stop/start', {});
  await until(async () => (await cardOf(h, TEST_AGENT)).call?.state === 'preview', 'a contact is shown');
  const self = h.as(h.tokens.agent);
  const own = (await self('GET', `/v1/agents/${TEST_AGENT}/card`)).body.call;
  const full = (await cardOf(h, TEST_AGENT)).call;
  t.match(full.number, /^\+1212555\d{4}$/);
  t.match(own.number, /•/);
  t.match(own.contact.numbers[0].number, /•/);
  t.equal((await self('GET', '/v1/agents/other/card')).status, 403, 'nobody else’s card');
  await self('POST', `/v1/agents/${TEST_AGENT}/preview/dial`, { contactId: own.contactId });
  await until(async () => (await stateOf(h, TEST_AGENT)) === 'talking', 'they talk');
  const { attemptId } = (await cardOf(h, TEST_AGENT)).call;
  t.equal((await self('POST', `/v1/agents/${TEST_AGENT}/opt-out`, { attemptId: 'other' })).status, 409);
  const answer = await self('POST', `/v1/agents/${TEST_AGENT}/opt-out`, { attemptId });
  t.equal(answer.status, 200, answer.text);
  t.equal(answer.body.call.optedOut, true);
  t.equal((await h.store.isDnc(full.number)).internal, true);
  t.equal((await h.send('GET', `/v1/consent/${encodeURIComponent(full.number)}`)).body.consent, 'refused');
  const audit = (await h.send('GET', '/v1/audit?action=agent.opt-out')).body.items;
  t.equal(audit.length, 1);
  t.match((await h.send('GET', `/v1/check?campaign=stop&number=${encodeURIComponent(full.number)}`)).body, {
    verdict: 'deny',
  });
});

t.test('the stream begins with the card and sends it at every change, to that agent alone', async (t) => {
  const h = await startHarness();
  t.teardown(() => h.close());
  await login(h, TEST_AGENT, 'main', false);
  await login(h, 'other', 'main', false);
  const abort = new AbortController();
  const stream = async (path: string) =>
    fetch(h.url + path, {
      headers: { authorization: `Bearer ${h.tokens.agent}` },
      signal: abort.signal,
    });
  t.equal((await stream('/v1/agents/other/events')).status, 403);
  const response = await stream(`/v1/agents/${TEST_AGENT}/events`);
  t.equal(response.status, 200);
  const frames: { event: string; data: { agent?: { state: string }; agentId?: string } }[] = [];
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const event = /^event: (.*)$/m.exec(part)?.[1];
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (event !== undefined && data !== undefined) frames.push({ event, data: JSON.parse(data) });
      }
    }
  })().catch(() => undefined);
  const last = () => frames.filter(({ event }) => event === 'card').at(-1)?.data.agent?.state;
  await until(() => last() === 'paused', 'the first card');
  await h.send('POST', '/v1/agents/other/ready');
  await h.send('POST', `/v1/agents/${TEST_AGENT}/ready`);
  await until(() => last() === 'ready', 'the next card');
  t.ok(frames.some(({ event }) => event === 'agent-changed'));
  t.ok(frames.every(({ event, data }) => event !== 'agent-changed' || data.agentId === TEST_AGENT));
  abort.abort();
  await reading;
});
