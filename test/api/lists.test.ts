/** Lists, contacts and callbacks over HTTP: looked for, edited, exported, paused, recycled, moved. */
import t from 'tap';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

const CAMPAIGN = '/v1/campaigns/spring';

await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring', maximumAttempts: 3 });
await h.send('POST', `${CAMPAIGN}/contacts?list=fair`, [
  {
    externalId: 'A-1',
    name: 'Ada Lovelace',
    numbers: ['+12025550101'],
    fields: { product: 'Fibre, 1 Gbit' },
  },
  { externalId: 'A-2', name: 'Alan Turing', numbers: ['+12025550102', '+12125550102'] },
]);
await h.send('POST', `${CAMPAIGN}/contacts`, [
  { externalId: 'B-1', name: '=Grace', numbers: ['+12025550103'] },
]);

const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map(({ name }) => name);

t.test('contacts are found by number, key, name and text, in one campaign or in all', async (t) => {
  const search = async (query: string) => names(await h.send('GET', `/v1/contacts?${query}`));
  t.same(await search('number=202-555-0102'), ['Alan Turing']);
  t.same(await search('number=%2B12125550102'), ['Alan Turing']);
  t.same(await search('externalId=A-1'), ['Ada Lovelace']);
  t.same(await search('name=a'), ['Ada Lovelace', 'Alan Turing']);
  t.same(await search('text=fibre'), ['Ada Lovelace']);
  t.same(await search('text=product'), [], 'names of fields are no text of the contact');
  t.same(await search('list=fair&name=al'), ['Alan Turing']);
  t.same(await search('campaign=spring&state=done'), []);
  const first = await h.send('GET', '/v1/contacts?name=a&limit=1');
  const second = await h.send('GET', `/v1/contacts?name=a&limit=1&cursor=${first.body.nextCursor}`);
  t.same([names(first), names(second)], [['Ada Lovelace'], ['Alan Turing']]);
  t.equal((await h.send('GET', '/v1/contacts?campaign=winter')).status, 404);
});

t.test('an edit needs the ETag of what was read, and is recorded', async (t) => {
  const [{ id }] = (await h.send('GET', '/v1/contacts?externalId=A-1')).body.items;
  const path = `/v1/contacts/${id}`;
  const read = await h.send('GET', path);
  const tag = { 'if-match': read.headers.get('etag') ?? '' };
  t.equal((await h.send('PATCH', path, { name: 'Ada King' })).status, 428);
  const edited = await h.send(
    'PATCH',
    path,
    { name: 'Ada King', numbers: ['+12025550101', '+12025550199'] },
    tag,
  );
  t.equal(edited.status, 200, edited.text);
  t.equal(edited.body.name, 'Ada King');
  t.equal(edited.body.externalId, 'A-1');
  t.same(edited.body.fields, { product: 'Fibre, 1 Gbit' });
  t.equal(edited.body.numbers.length, 2);
  t.equal((await h.send('PATCH', path, { name: 'Ada' }, tag)).status, 412);
  const now = { 'if-match': edited.headers.get('etag') ?? '' };
  t.equal((await h.send('PATCH', path, { externalId: 'A-2' }, now)).status, 409);
  t.equal((await h.send('PATCH', path, { numbers: ['12'] }, now)).status, 400);
  t.equal((await h.send('DELETE', path, undefined, tag)).status, 412);
  const { items } = (await h.send('GET', '/v1/audit?action=contact.edit')).body;
  t.match(items[0], { subject: { kind: 'contact', id }, after: { fields: ['name', 'numbers'] } });
});

t.test('a removed contact is gone, and may come back with another list', async (t) => {
  await h.send('POST', `${CAMPAIGN}/contacts`, [
    { externalId: 'R-1', name: 'Removed', numbers: ['+12025550150'] },
  ]);
  const [{ id, version }] = (await h.send('GET', '/v1/contacts?externalId=R-1')).body.items;
  t.equal(
    (await h.send('DELETE', `/v1/contacts/${id}`, undefined, { 'if-match': `"${version}"` })).status,
    204,
  );
  t.equal((await h.send('GET', `/v1/contacts/${id}`)).status, 404);
  t.same((await h.send('GET', '/v1/contacts?externalId=R-1')).body.items, []);
  const again = [{ externalId: 'R-1', name: 'Back', numbers: ['+12025550150'] }];
  t.equal((await h.send('POST', `${CAMPAIGN}/contacts`, again)).body.added, 1);
  const back = (await h.send('GET', '/v1/contacts?externalId=R-1')).body.items[0];
  t.not(back.id, id, 'attempts of the removed one are not its');
  await h.send('DELETE', `/v1/contacts/${back.id}`, undefined, { 'if-match': '*' });
});

t.test('an export is a file that can be imported again; no cell is a formula', async (t) => {
  const csv = await h.send('GET', `${CAMPAIGN}/contacts/export`);
  t.match(csv.headers.get('content-disposition'), /spring-contacts\.csv/);
  const lines = csv.text.trim().split('\r\n');
  t.equal(lines.length, 4);
  t.match(lines[0], /^externalId,name,numbers,.*,product$/);
  t.match(lines[1], /^A-1,Ada King,\+12025550101;\+12025550199,.*"Fibre, 1 Gbit"$/);
  t.match(lines[3], /^B-1,'=Grace,\+12025550103,/);
  const ndjson = await h.send('GET', `${CAMPAIGN}/contacts/export?format=ndjson&list=fair`);
  const contacts = ndjson.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(contacts, [{ externalId: 'A-1', fields: { product: 'Fibre, 1 Gbit' } }, { externalId: 'A-2' }]);
  await h.send('POST', '/v1/campaigns', { id: 'copy', name: 'Copy' });
  const begun = await h.send('POST', '/v1/campaigns/copy/contacts', csv.text, { 'content-type': 'text/csv' });
  await until(
    async () => (await h.send('GET', `/v1/imports/${begun.body.id}`)).body.state === 'completed',
    'the copy is imported',
  );
  const copied = (await h.send('GET', '/v1/campaigns/copy/contacts')).body.items;
  t.same(copied[0].fields, { product: 'Fibre, 1 Gbit' });
  t.match(copied[0], { externalId: 'A-1', name: 'Ada King', numbers: [{}, { number: '+12025550199' }] });
});

t.test('lists say how far they are worked, and one can be paused', async (t) => {
  const { items } = (await h.send('GET', `${CAMPAIGN}/lists`)).body;
  t.match(items, [
    {
      name: 'fair',
      contacts: 2,
      worked: 0,
      workedShare: 0,
      byState: { open: 2 },
      byAttempts: { 0: 2 },
      paused: false,
    },
    { name: 'main', contacts: 1 },
  ]);
  const paused = await h.send('PUT', `${CAMPAIGN}/lists/fair`, { paused: true, source: 'fair in May' });
  t.match(paused.body, { paused: true, source: 'fair in May', contacts: 2 });
  await h.send('POST', '/v1/agents/ann/login', { tier: 'expert', endpoint: 'user/1', ready: true });
  await h.send('POST', `${CAMPAIGN}/start`);
  await until(() => h.telephony.originated.length > 0, 'the other list is dialled');
  t.same(h.telephony.originated, ['+12025550103']);
});

t.test('a callback is listed, moved, cancelled; it shows whether it was kept', async (t) => {
  await until(async () => (await h.send('GET', '/v1/agents/ann')).body.state === 'talking', 'ann talks');
  const [attempt] = (await h.send('GET', '/v1/attempts')).body.items;
  await h.send('POST', '/v1/agents/ann/hangup');
  const inAnHour = h.clock.now() + 3_600_000;
  const at = new Date(inAnHour).toISOString();
  const word = { attemptId: attempt.id, disposition: 'callback', callback: { at, who: 'self' } };
  const disposed = await h.send('POST', '/v1/agents/ann/disposition', word);
  t.ok(disposed.status < 300, disposed.text);
  await until(async () => (await h.send('GET', '/v1/callbacks')).body.items.length === 1, 'it is booked');
  const [booked] = (await h.send('GET', '/v1/callbacks?agent=ann&status=waiting')).body.items;
  t.match(booked, { contactId: attempt.contactId, agentId: 'ann', dueAt: at, status: 'waiting', moved: 0 });
  const path = `/v1/contacts/${attempt.contactId}/callback`;
  const later = new Date(inAnHour + 3_600_000).toISOString();
  t.equal((await h.send('PUT', path, { at: '2020-01-01T00:00:00Z' })).status, 400);
  t.equal((await h.send('PUT', path, { at: later, agentId: 'nobody' })).status, 400);
  const moved = await h.send('PUT', path, { at: later, agentId: null });
  t.match(moved.body, { dueAt: later, moved: 1 });
  t.equal(moved.body.agentId, undefined);
  t.match((await h.send('GET', `/v1/contacts/${attempt.contactId}`)).body, {
    state: 'callback',
    callbackAt: later,
  });
  t.equal((await h.send('DELETE', `${path}?next=done`)).status, 204);
  t.equal((await h.send('DELETE', path)).status, 404);
  t.equal((await h.send('GET', '/v1/callbacks?status=cancelled')).body.items.length, 1);
  const [said] = (await h.send('GET', '/v1/dispositions?agent=ann')).body.items;
  t.match(said, { attemptId: attempt.id, disposition: 'callback' });
  t.equal((await h.send('GET', '/v1/dispositions?disposition=sale')).body.items.length, 0);
  t.equal(
    (await h.send('GET', `/v1/attempts?agent=ann&from=${new Date(h.clock.now() + 60_000).toISOString()}`))
      .body.items.length,
    0,
  );
});

t.test('closed contacts are called again on request, and never who does not want to be', async (t) => {
  const recycle = (body: unknown) => h.send('POST', `${CAMPAIGN}/contacts/recycle`, body);
  t.match((await recycle({ doneReasons: ['success'] })).body, { recycled: 0 });
  const dry = await recycle({ doneReasons: ['callback-cancelled'], dryRun: true });
  t.match(dry.body, { dryRun: true, recycled: 1 });
  await h.send('POST', '/v1/dnc', { numbers: ['+12025550103'], reason: 'asked' });
  t.match((await recycle({ doneReasons: ['callback-cancelled'] })).body, { recycled: 0, kept: { dnc: 1 } });
  await h.send('DELETE', '/v1/dnc/+12025550103');
  t.match((await recycle({ doneReasons: ['callback-cancelled'] })).body, { recycled: 1 });
  const { items } = (await h.send('GET', '/v1/audit?action=contacts.recycled')).body;
  t.match(items[0], { after: { recycled: 1 } });
});

t.test('a list is previewed, imported as a job, watched, and its errors are a file', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'winter', name: 'Winter' });
  const path = '/v1/campaigns/winter/imports';
  const csv = 'id,phone,city\n1,202-555-0101,Rome\n2,12,Oslo\n3,202-555-0103,Bern\n';
  const type = { 'content-type': 'text/csv' };
  const preview = await h.send('POST', `${path}/preview`, csv, type);
  t.match(preview.body, {
    format: 'csv',
    columns: { externalId: ['id'], numbers: ['phone'], fields: ['city'] },
    rows: [
      { line: 2, cells: ['1', '202-555-0101', 'Rome'], contact: { numbers: ['+12025550101'] } },
      { line: 3, problems: [{ code: 'number' }] },
      {},
    ],
  });
  const named = await h.send(
    'POST',
    `${path}/preview?name=first,city&numbers=phone&fields=`,
    'phone,first,city\n202-555-0101,Ada,Rome\n',
    type,
  );
  t.match(named.body.rows, [{ contact: { name: 'Ada Rome', fields: {} } }], 'columns that are joined');
  t.equal((await h.send('GET', path)).body.items.length, 0, 'a preview imports nothing');
  const begun = await h.send('POST', `${path}?list=fair&source=may.csv&fields=`, csv, type);
  t.equal(begun.status, 202, begun.text);
  const one = begun.headers.get('location') ?? '';
  await until(async () => (await h.send('GET', one)).body.state === 'completed', 'it is imported');
  t.match((await h.send('GET', one)).body, {
    list: 'fair',
    source: 'may.csv',
    added: 2,
    rejected: 1,
    issueCounts: { number: 1 },
  });
  t.match((await h.send('GET', path)).body.items, [{ state: 'completed', added: 2 }]);
  const errors = await h.send('GET', `${one}/errors`);
  t.match(errors.headers.get('content-disposition'), /errors\.csv/);
  t.match(
    errors.text,
    /^line,column,code,reason,value,contact kept\r\n3,phone,number,is not in use in US: no such range,12,no\r\n$/,
  );
  t.equal((await h.as(h.tokens['read-only'])('GET', `${one}/errors`)).status, 403);
  t.match((await h.send('GET', '/v1/campaigns/winter/lists')).body.items, [
    { name: 'fair', source: 'may.csv', contacts: 2 },
  ]);
  t.same((await h.send('GET', '/v1/campaigns/winter/contacts?list=fair')).body.items[0].fields, {});
  const ndjson = await h.send('POST', path, '{"numbers":["+12025550177"]}\n', {
    'content-type': 'application/x-ndjson',
  });
  t.equal(ndjson.status, 202, ndjson.text);
  t.equal((await h.send('DELETE', one)).status, 202, 'what is over stays as it is');
  t.equal((await h.send('GET', one)).body.state, 'completed');
  t.equal((await h.send('POST', path, '{}', { 'content-type': 'application/json' })).status, 415);
  t.equal((await h.send('POST', path, 'a,b\n', type)).status, 422);
  t.equal((await h.send('GET', '/v1/imports/none/errors')).status, 404);
});
