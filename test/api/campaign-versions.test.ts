import t from 'tap';
import { changesBetween } from '../../api/http/field-changes.js';
import { startHarness, until } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());
const PATH = '/v1/campaigns/spring';

t.test('an edit is made on the version that was read, and a lost update is refused', async (t) => {
  const made = await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring', wrapUpSeconds: 30 });
  t.equal(made.headers.get('etag'), '"1"');
  const read = await h.send('GET', PATH);
  t.equal(read.headers.get('etag'), '"1"');
  t.equal(read.body.version, 1);
  const edit = (name: string, headers: Record<string, string>) =>
    h.send('PUT', PATH, { name, wrapUpSeconds: 30 }, headers);
  const blind = await edit('Blind', {});
  t.match(blind, { status: 428, body: { code: 'if_match_missing' } });
  const first = await edit('First', { 'if-match': '"1"' });
  t.match(first, { status: 200, body: { version: 2, settings: { name: 'First' } } });
  t.equal(first.headers.get('etag'), '"2"');
  const lost = await edit('Lost', { 'if-match': '"1"' });
  t.match(lost, { status: 412, body: { code: 'version_stale' } });
  t.equal((await edit('Weak', { 'if-match': 'W/"2"' })).status, 412, 'a weak tag never matches');
  t.equal((await h.send('GET', PATH)).body.settings.name, 'First');
  t.equal((await edit('Second', { 'if-match': '"7", "2"' })).body.version, 3);
  t.equal((await edit('Third', { 'if-match': '*' })).body.version, 4);
});

t.test('of two edits at once on one version, one is refused', async (t) => {
  const { version } = (await h.send('GET', PATH)).body;
  const answers = await Promise.all(
    ['A', 'B', 'C'].map((name) => h.send('PUT', PATH, { name }, { 'if-match': `"${version}"` })),
  );
  t.same(answers.map(({ status }) => status).sort(), [200, 412, 412]);
  t.equal((await h.send('GET', PATH)).body.version, version + 1);
  const same = await Promise.all(
    [1, 2].map(() => h.send('POST', '/v1/campaigns', { id: 'twice', name: 'Twice' })),
  );
  t.same(same.map(({ status }) => status).sort(), [201, 409]);
});

t.test('commands change no version, and the store keeps it', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'kept', name: 'Kept' });
  await h.send('PUT', '/v1/campaigns/kept', { name: 'Kept 2' }, { 'if-match': '"1"' });
  await h.send('POST', '/v1/campaigns/kept/stop', {});
  t.equal((await h.send('GET', '/v1/campaigns/kept')).body.version, 2);
  const { campaigns } = await h.store.boot(h.clock.now());
  t.equal(campaigns.find(({ settings }) => settings.id === 'kept')?.version, 2);
});

t.test('the versions tell who changed what and when, newest first', async (t) => {
  const operator = h.as(h.tokens.operator);
  await operator('POST', '/v1/campaigns', { id: 'told', name: 'Told', ringSeconds: 20 });
  await operator(
    'PUT',
    '/v1/campaigns/told',
    { name: 'Told', pacing: { method: 'ratio', ratio: 1.5 }, trunks: ['carrier'] },
    { 'if-match': '"1"' },
  );
  const { items } = (await h.as(h.tokens['read-only'])('GET', '/v1/campaigns/told/versions')).body;
  t.match(items, [
    {
      version: 2,
      by: 'test operator (operator)',
      changes: [
        { field: 'pacing.method', after: 'ratio' },
        { field: 'pacing.ratio', after: 1.5 },
        { field: 'ringSeconds', before: 20, after: 25 },
        { field: 'trunks', after: ['carrier'] },
      ],
    },
    { version: 1, changes: [] },
  ]);
  t.notOk('before' in items[0].changes[1], 'what was not set has no value before');
  const old = await h.send('GET', '/v1/campaigns/told/versions/1');
  t.match(old.body, { version: 1, settings: { ringSeconds: 20, name: 'Told' } });
  t.equal((await h.send('GET', '/v1/campaigns/told/versions/9')).body.code, 'version_not_found');
  const back = await h.send(
    'PUT',
    '/v1/campaigns/told',
    (({ id: _, ...settings }) => settings)({ id: 'told', ...old.body.settings }),
    { 'if-match': '"2"' },
  );
  t.match(back.body, { version: 3, settings: { ringSeconds: 20 } }, 'an old version can be put back');
});

t.test('a campaign that the service made itself has its first version, too', async (t) => {
  const { settings } = (await h.send('GET', '/v1/campaigns/told')).body;
  await h.engine.request({ type: 'campaign-save', settings: { ...settings, id: 'own', name: 'Own' } });
  await until(async () => (await h.send('GET', '/v1/campaigns/own')).status === 200, 'the view shows it');
  const list = async () => (await h.send('GET', '/v1/campaigns/own/versions')).body.items;
  t.match(await list(), [{ version: 1, by: 'engine', changes: [] }]);
  await h.send('PUT', '/v1/campaigns/own', { name: 'Ours' }, { 'if-match': '"1"' });
  t.match(await list(), [{ version: 2 }, { version: 1, by: 'engine' }]);
  t.equal((await h.send('GET', '/v1/campaigns/own/versions/1')).body.settings.name, 'Own');
});

t.test('a clone has the settings of the original, and nothing of its history', async (t) => {
  await h.send('POST', '/v1/campaigns/told/contacts', [{ numbers: ['+12125550150'] }]);
  const copy = await h.send('POST', '/v1/campaigns/told/clone', { id: 'copy' });
  t.equal(copy.status, 201, copy.text);
  t.match(copy.body, { id: 'copy', version: 1, status: 'draft', settings: { name: 'Told (copy)' } });
  const { settings } = (await h.send('GET', '/v1/campaigns/told')).body;
  t.same({ ...copy.body.settings, id: 'told', name: 'Told' }, settings);
  t.equal((await h.send('GET', '/v1/campaigns/copy/contacts')).body.items.length, 0);
  t.equal((await h.send('POST', '/v1/campaigns/told/clone', { id: 'copy' })).status, 409);
  t.match((await h.send('POST', '/v1/campaigns/told/clone')).body.id, /^campaign-[0-9a-f]{8}$/);
  t.match((await h.send('GET', '/v1/campaigns/copy/versions')).body.items, [{ version: 1 }]);
});

t.test('changes are told by the path of the field; lists are compared as a whole', (t) => {
  t.same(changesBetween({ a: 1, b: { c: [1], d: 2 } }, { b: { c: [1, 2], d: 2 }, e: null }), [
    { field: 'a', before: 1 },
    { field: 'b.c', before: [1], after: [1, 2] },
    { field: 'e', after: null },
  ]);
  t.end();
});
