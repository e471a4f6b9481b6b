/** What `/v1/check` says of a contact's number is what the running engine does with it. */
import t from 'tap';
import { intentFor, MINUTE, recordResult } from '../store/records.js';
import { type Harness, startHarness, until } from './harness.js';

const campaign = (id: string, over: object = {}) => ({
  id,
  name: id,
  pool: 'sales',
  purpose: 'sales',
  pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
  stages: { validation: { contacts: 50 } },
  callerId: '+12025550143',
  attemptsPerDay: 20,
  ...over,
});

const FLORIDA = (n: number): string => `+1305555${String(100 + n).padStart(4, '0')}`;
const BERLIN = '+493023012345';

/** Contacts whose verdicts differ, each for one reason. */
const CONTACTS: readonly { readonly externalId: string; readonly numbers: readonly string[] }[] = [
  { externalId: 'plain', numbers: ['+12125550101'] },
  { externalId: 'listed', numbers: ['+12125550102'] },
  { externalId: 'second-number', numbers: ['+12125550109', '+12125550103'] },
  { externalId: 'refused', numbers: ['+12125550104'], consent: 'refused' } as never,
  // Florida: three calls on one subject in 24 hours, on whatever number, by whatever campaign.
  {
    externalId: 'three-elsewhere',
    numbers: [FLORIDA(1), FLORIDA(2)],
    consent: 'granted',
    consentDetails: { level: 'written' },
  } as never,
  {
    externalId: 'two-elsewhere',
    numbers: [FLORIDA(3), FLORIDA(4)],
    consent: 'granted',
    consentDetails: { level: 'written' },
  } as never,
  {
    externalId: 'other-subject',
    numbers: [FLORIDA(5), FLORIDA(6)],
    consent: 'granted',
    consentDetails: { level: 'written' },
  } as never,
  {
    externalId: 'german-business',
    numbers: [BERLIN],
    party: 'business',
    consent: 'granted',
    consentDetails: { level: 'presumed' },
  } as never,
  {
    externalId: 'german-consumer',
    numbers: ['+493023012346'],
    consent: 'granted',
    consentDetails: { level: 'presumed' },
  } as never,
  { externalId: 'hospital', numbers: ['+12125550105'], numberClasses: ['health-care'] } as never,
  { externalId: 'premium', numbers: ['+449098790000'] },
  { externalId: 'far-west', numbers: ['+12125550106'], timeZone: 'Pacific/Honolulu' } as never,
  { externalId: 'ambiguous', numbers: ['+12125550107'], postalCode: '96813' } as never,
];
/** Attempts that another campaign has made, by external id. */
const MADE: Readonly<Record<string, { readonly subject: string; readonly count: number }>> = {
  'three-elsewhere': { subject: 'energy', count: 3 },
  'two-elsewhere': { subject: 'energy', count: 2 },
  'other-subject': { subject: 'phones', count: 3 },
};

async function prepare(h: Harness): Promise<void> {
  for (const [id, over] of [
    ['spring', { subject: 'energy' }],
    ['before', { subject: 'phones' }],
  ] as const)
    t.equal((await h.send('POST', '/v1/campaigns', campaign(id, over))).status, 201);
  for (const id of ['spring', 'before']) {
    const added = await h.send('POST', `/v1/campaigns/${id}/contacts`, CONTACTS);
    t.match(added.body, { rejected: [] }, added.text);
  }
  await h.send('POST', '/v1/dnc', { numbers: ['+12125550102', '+12125550109'], reason: 'letter' });
  // The attempts of the other campaign were made on the last number of each contact, which is not tried first here.
  for (let round = 0; round < 3; round++) {
    h.clock.advance(MINUTE);
    const now = h.clock.now();
    const { leads } = await h.store.leaseLeads({
      type: 'lease-leads',
      campaignId: 'before',
      stage: 'production',
      count: 100,
      leaseUntil: now + 10_000,
      lookbackSeconds: 86_400,
      scope: { purpose: 'sales', seller: '', subject: 'phones' },
      readyAgents: [],
      now,
    });
    for (const { externalId, numbers } of CONTACTS) {
      const made = MADE[externalId];
      const number = numbers.at(-1) ?? '';
      const lead = leads.find((each) => each.numbers.some(({ e164 }) => e164 === number));
      if (made === undefined || lead === undefined || round >= made.count) continue;
      const intent = intentFor(lead, {
        numberIndex: numbers.length - 1,
        intendedAt: now,
        scope: { purpose: 'sales', seller: '', subject: made.subject },
      });
      const [result] = await h.store.commitIntents([intent], now);
      t.equal(result?.committed, true, JSON.stringify(result));
      const next = { state: 'open', dueAt: now, nextNumber: 0 } as const;
      await h.store.write([recordResult(intent, next, 'busy', { endedAt: now })]);
    }
  }
}

t.test('the verdict on each number is the one that the engine comes to', async (t) => {
  const h = await startHarness();
  t.teardown(h.close);
  await prepare(h);
  const { items } = (await h.send('GET', '/v1/campaigns/spring/contacts?limit=100')).body;
  const asked = new Map<string, { verdict: string; until?: string; rules: string[] }[]>();
  for (const { id, numbers } of items) {
    const verdicts: { verdict: string; until?: string; rules: string[] }[] = [];
    for (const { number } of numbers) {
      const { body, status } = await h.send(
        'GET',
        `/v1/check?number=${encodeURIComponent(number)}&contact=${id}`,
      );
      t.equal(status, 200, JSON.stringify(body));
      verdicts.push({
        ...body,
        rules: body.reasons.map(({ rule }: { rule: string }) => rule),
      });
      const byCampaign = await h.send(
        'GET',
        `/v1/check?number=${encodeURIComponent(number)}&campaign=spring`,
      );
      t.equal(byCampaign.body.verdict, body.verdict, number);
    }
    asked.set(id, verdicts);
  }
  t.equal(
    (
      await h.send('POST', '/v1/agents/ada/login', {
        tier: 'expert',
        endpoint: 'user/1',
        pool: 'sales',
        ready: false,
      })
    ).status,
    200,
  );
  await until(() => h.engine.agent('ada')?.state === 'paused', 'the leg is up');
  t.equal((await h.send('POST', '/v1/campaigns/spring/start', { reason: 'go' })).status, 200);
  const states = async () => (await h.send('GET', '/v1/campaigns/spring/contacts?limit=100')).body.items;
  await until(
    async () =>
      (await states()).every(
        (each: { state: string; dueAt?: string }) =>
          each.state !== 'open' || Date.parse(each.dueAt ?? '') > h.clock.now(),
      ),
    'the engine has judged every contact',
  );
  const seen: Record<string, string> = {};
  for (const { id, externalId, state, dueAt, doneReason } of await states()) {
    const verdicts = asked.get(id) ?? [];
    const allowed = verdicts.some(({ verdict }) => verdict === 'allow');
    const later = verdicts.flatMap((each) => each.until ?? []).sort()[0];
    if (allowed) t.equal(state, 'leased', `${externalId} waits in the hopper`);
    else if (later !== undefined) {
      t.equal(state, 'open', externalId);
      t.equal(dueAt, later, `${externalId} is put off until then`);
    } else {
      t.equal(state, 'done', externalId);
      t.ok(verdicts[0]?.rules.includes(doneReason), `${externalId} is closed for ${doneReason}`);
    }
    seen[externalId] = allowed ? 'allow' : later === undefined ? 'deny' : 'defer';
  }
  t.same(seen, {
    plain: 'allow',
    listed: 'deny',
    'second-number': 'allow',
    refused: 'deny',
    'three-elsewhere': 'defer',
    'two-elsewhere': 'allow',
    'other-subject': 'allow',
    'german-business': 'allow',
    'german-consumer': 'deny',
    hospital: 'deny',
    premium: 'deny',
    'far-west': 'defer',
    ambiguous: 'defer',
  });
});

t.test('a contact that is not there, or has not the number, is named', async (t) => {
  const h = await startHarness();
  t.teardown(h.close);
  await prepare(h);
  const [{ id }] = (await h.send('GET', '/v1/campaigns/spring/contacts?limit=1')).body.items;
  const check = (query: string) => h.send('GET', `/v1/check?number=%2B12125559999&${query}`);
  t.match(await check('contact=c999999'), { status: 404, body: { code: 'contact_not_found' } });
  t.match(await check(`contact=${id}`), { status: 400, body: { code: 'validation_failed' } });
  t.match(await check(`contact=${id}&campaign=before`), { status: 400 });
  t.equal((await check('campaign=spring')).status, 200, 'a number of nobody is judged by itself');
  const business = (party: string) =>
    h.send('GET', `/v1/check?number=%2B493023099999&campaign=spring&party=${party}`);
  t.match((await business('business')).body.reasons, [{ inputs: { needed: 'presumed' } }]);
  t.match((await business('consumer')).body.reasons, [{ inputs: { needed: 'express' } }]);
});
