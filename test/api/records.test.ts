import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type AuditRecord, ChainCheck } from '../../dialer/audit/index.js';
import { run } from '../cli/support.js';
import { placeCall, wrapUp } from './calls.js';
import { type Harness, startHarness } from './harness.js';

async function harness(t: Test): Promise<Harness> {
  const h = await startHarness();
  t.teardown(() => h.close());
  return h;
}

async function chainHolds(h: Harness): Promise<boolean> {
  const check = new ChainCheck();
  const { text } = await h.send('GET', '/v1/audit/export');
  for (const line of text.trimEnd().split('\n'))
    if (check.next(JSON.parse(line) as AuditRecord) !== undefined) return false;
  return check.end((await h.send('GET', '/v1/audit/head')).body) === undefined;
}

t.test('a person who is erased is nowhere to be found but on the internal DNC list', async (t) => {
  const h = await harness(t);
  const number = '+12125550143';
  const attemptId = await placeCall(h, 'spring', number);
  const erase = (body: unknown) => h.send('POST', '/v1/erasures', body);
  const early = await erase({ number, reference: 'case 1' });
  t.equal(early.status, 409, early.text);
  await wrapUp(h, 'spring', attemptId);
  const period = { from: 0, to: h.clock.now() + 60_000 };
  const totals = await h.store.attemptTotals(period);
  const ledger = await h.store.abandonLedger(period);
  const { status, body, text } = await erase({ number, reference: 'case 1' });
  t.equal(status, 200, text);
  t.same(body, {
    contacts: 1,
    numbers: 1,
    attempts: 1,
    consents: 0,
    recordings: 0,
    recordingsLater: 0,
  });

  const contactId = (await h.store.attempt(attemptId))!.contactId;
  for (const path of [
    `/v1/contacts/${contactId}`,
    `/v1/attempts/${attemptId}`,
    `/v1/attempts/${attemptId}/evidence`,
    '/v1/campaigns/spring/contacts',
    '/v1/attempts',
    '/v1/audit?limit=500',
  ]) {
    const answer = await h.send('GET', path);
    t.equal(answer.status, 200, path);
    t.notMatch(answer.text, /2125550143|Ada|Albany/, path);
  }
  t.match((await h.send('GET', `/v1/dnc/${number}`)).body, { number, internal: true, campaign: false });
  t.same(await h.store.attemptTotals(period), totals, 'nothing that is counted has changed');
  t.same(await h.store.abandonLedger(period), ledger);
  t.ok(await chainHolds(h));
  t.match((await h.send('GET', `/v1/audit?number=${encodeURIComponent(number)}`)).body.items[0], {
    action: 'person.erase',
    reason: 'case 1',
    result: { contacts: 1 },
  });
  const again = await h.send('POST', '/v1/campaigns/spring/contacts', [{ numbers: [number] }]);
  t.equal(again.body.added, 1);
  const check = await h.send('GET', `/v1/check?number=${encodeURIComponent(number)}&campaign=spring`);
  t.equal(check.body.verdict, 'deny', 'a list that brings them back does not get them called');
});

t.test('an erasure names one person, and only those who may ask for it', async (t) => {
  const h = await harness(t);
  for (const body of [
    { reference: 'case 1' },
    { number: '+12125550143', contactId: 'c1', reference: 'case 1' },
    { number: '+12125550143' },
    { number: '12', reference: 'case 1' },
  ])
    t.equal((await h.send('POST', '/v1/erasures', body)).status, 400, JSON.stringify(body));
  t.equal((await h.send('POST', '/v1/erasures', { contactId: 'c99', reference: 'case 1' })).status, 404);
  const refused = await h.as(h.tokens.operator)('POST', '/v1/erasures', {
    number: '+12125550143',
    reference: 'x',
  });
  t.equal(refused.status, 403);
  t.equal((await h.send('GET', '/v1/audit?action=person.erase')).body.items.length, 0);
  const { body } = await h.send('GET', '/v1/retention');
  t.ok(body.days >= 1827 && body.days >= body.packsDays);
});

t.test('the export for a regulator holds all of the period, and proves that it is whole', async (t) => {
  const h = await harness(t);
  const number = '+12125550143';
  await h.send('PUT', `/v1/consent/${number}`, { consent: 'granted', evidence: 'form 17' });
  const attemptId = await placeCall(h, 'spring', number);
  await wrapUp(h, 'spring', attemptId);
  await h.send('POST', '/v1/dnc', { numbers: ['+12125550111'], reason: 'asked' });
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.supervisor };
  const parent = await mkdtemp(join(tmpdir(), 'tactus-export-'));
  t.teardown(() => rm(parent, { recursive: true, force: true }));
  const output = join(parent, 'out');
  const line = (from: string, to: string) => [
    'export',
    'regulator',
    '--campaign',
    'spring',
    '--from',
    from,
    '--to',
    to,
    '--output',
    output,
  ];
  const { code, out, err } = await run(line('2026-03-01T00:00:00Z', '2026-04-15T00:00:00Z'), { environment });
  t.equal(code, 0, err);
  t.match(out, /^attempts: 1$/m);
  const part = async (name: string) =>
    (await readFile(join(output, `${name}.ndjson`), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
  const [attempt] = await part('attempts');
  t.match(attempt, {
    attemptId,
    permit: { number, rules: Array, zones: ['America/New_York'] },
    result: { outcome: 'connected', endedAt: /^2026-03-02T/ },
    ledger: [{ law: 'us-federal/abandon', answers: 1, abandoned: 0 }],
  });
  t.match(await part('consents'), [{ number, decision: 'granted', evidence: 'form 17' }]);
  t.match(await part('ledger-recount'), [
    { law: 'us-federal/abandon', answers: 1, abandoned: 0, wholeWindow: true, equalsLedger: true },
  ]);
  t.match(await part('dnc-entries'), [{ number: '+12125550111', reason: 'asked' }]);
  t.match(await part('campaign'), [{ settings: { id: 'spring' } }]);
  const manifest = JSON.parse(await readFile(join(output, 'manifest.json'), 'utf8'));
  for (const { name, sha256, records } of manifest.parts) {
    const text = records === 0 ? '' : await readFile(join(output, `${name}.ndjson`));
    t.equal(createHash('sha256').update(text).digest('hex'), sha256, name);
  }
  const audit: AuditRecord[] = await part('audit');
  const { slice, head } = manifest.audit;
  const check = new ChainCheck({ sequence: slice.first - 1, hash: slice.follows });
  for (const record of audit) t.equal(check.next(record), undefined);
  t.same(check.head, { sequence: slice.last, hash: slice.hash });
  t.ok(head.sequence >= slice.last);
  t.ok((await readdir(output)).length >= 7);

  t.equal(
    (await run(line('2026-03-01T00:00:00Z', '2026-04-15T00:00:00Z'), { environment })).code,
    1,
    'not empty',
  );
  for (const query of [
    'campaignId=spring&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    'campaignId=spring&from=yesterday&to=2026-03-01T00:00:00Z',
    'campaignId=spring',
  ])
    t.equal((await h.send('GET', `/v1/exports/regulator?${query}`)).status, 400, query);
  const none = '/v1/exports/regulator?campaignId=none&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z';
  t.equal((await h.send('GET', none)).status, 404);
  t.match((await h.send('GET', '/v1/audit?action=regulator.export')).body.items, [
    { subject: { id: 'spring' } },
  ]);
});

t.test('DNC lists go out as CSV that a spreadsheet may open', async (t) => {
  const h = await harness(t);
  await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring' });
  await h.send('POST', '/v1/dnc', { numbers: ['+12125550111'], reason: '=HYPERLINK("x"), he said' });
  await h.send('POST', '/v1/dnc', { numbers: ['+12125550112'], reason: 'client', campaign: 'spring' });
  const { text, headers } = await h.send('GET', '/v1/exports/dnc');
  t.match(headers.get('content-type'), 'text/csv');
  const lines = text.trimEnd().split('\n');
  t.equal(lines[0], 'number,list,reason,addedAt');
  t.match(lines[1], /^\+12125550111,internal,"'=HYPERLINK\(""x""\), he said",2026-/);
  t.match(lines[2], /^\+12125550112,spring,"client",2026-/);
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.admin };
  const { out } = await run(['export', 'dnc', '--list', 'spring'], { environment });
  t.equal(out.trimEnd().split('\n').length, 2);
  t.equal((await h.as(h.tokens.operator)('GET', '/v1/exports/dnc')).status, 403);
});

t.test('tactus erase does the same from the command line', async (t) => {
  const h = await harness(t);
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.supervisor };
  const { out, code } = await run(['erase', '+12125550143', '--reference', 'case 2'], { environment });
  t.equal(code, 0);
  t.match(out, 'erased: 0 contacts, 1 numbers');
  t.equal((await run(['erase', '--reference', 'case 2'], { environment })).code, 1);
});
