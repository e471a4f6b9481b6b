import t from 'tap';
import { startHarness } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

const steps = [
  { id: 'hello', kind: 'say', text: 'Hello {{name}}' },
  {
    id: 'ask',
    kind: 'choice',
    text: 'Shall we?',
    options: [
      { value: 'yes', label: 'Yes', next: 'hello' },
      { value: 'no', label: 'No' },
    ],
  },
];

t.test(
  'a script is made, edited by version, listed and removed, and its versions stay readable',
  async (t) => {
    const made = await h.send('POST', '/v1/scripts', { id: 'renewal', name: 'Renewal', steps });
    t.match(made, { status: 201, body: { id: 'renewal', version: 1, name: 'Renewal', steps } });
    t.equal(made.headers.get('etag'), '"1"');
    t.equal(made.headers.get('location'), '/v1/scripts/renewal');
    t.equal((await h.send('POST', '/v1/scripts', { id: 'renewal', name: 'Twice', steps })).status, 409);
    const edit = (name: string, headers: Record<string, string>) =>
      h.send('PUT', '/v1/scripts/renewal', { name, steps }, headers);
    t.equal((await edit('Blind', {})).status, 428);
    t.match(await edit('Second', { 'if-match': '"1"' }), {
      status: 200,
      body: { version: 2, name: 'Second' },
    });
    t.equal((await edit('Lost', { 'if-match': '"1"' })).body.code, 'version_stale');
    const both = await Promise.all(['A', 'B'].map((name) => edit(name, { 'if-match': '"2"' })));
    t.same(both.map(({ status }) => status).sort(), [200, 412], 'of two at once, one');
    t.match((await h.send('GET', '/v1/scripts/renewal?version=1')).body, { version: 1, name: 'Renewal' });
    t.equal((await h.send('GET', '/v1/scripts/renewal?version=9')).body.code, 'version_not_found');
    const versions = (await h.send('GET', '/v1/scripts/renewal/versions?limit=2')).body;
    t.same(
      versions.items.map(({ version }: { version: number }) => version),
      [3, 2],
    );
    const rest = await h.send('GET', `/v1/scripts/renewal/versions?limit=2&cursor=${versions.nextCursor}`);
    t.match(rest.body.items, [{ version: 1, name: 'Renewal' }]);
    t.match((await h.send('GET', '/v1/scripts')).body.items, [{ id: 'renewal', version: 3 }]);
    t.equal((await h.send('DELETE', '/v1/scripts/renewal', undefined, { 'if-match': '"2"' })).status, 412);
    t.equal((await h.send('DELETE', '/v1/scripts/renewal', undefined, { 'if-match': '"3"' })).status, 204);
    t.equal((await h.send('GET', '/v1/scripts/renewal')).body.code, 'document_not_found');
    t.equal((await h.send('GET', '/v1/scripts/renewal/versions')).body.items.length, 3);
    t.match((await h.send('GET', '/v1/audit?subject=script:renewal')).body.items, [
      { action: 'script.remove', before: { steps: [{ id: 'hello' }, { id: 'ask' }] } },
      { action: 'script.update' },
      { action: 'script.update', before: { name: 'Renewal' }, after: { name: 'Second' } },
      { action: 'script.create', after: { name: 'Renewal' } },
    ]);
  },
);

t.test('what contradicts itself is refused, and the field is named', async (t) => {
  const refused = async (path: string, body: object) => {
    const { status, body: problem } = await h.send('POST', path, body);
    t.equal(status, 400);
    return problem.errors[0].field;
  };
  const script = (...given: object[]) => refused('/v1/scripts', { name: 'S', steps: given });
  t.equal(await script(steps[0]!, steps[0]!), 'steps[1].id');
  t.equal(await script({ id: 'a', kind: 'choice', text: 'x' }), 'steps[0].options');
  t.equal(await script({ id: 'a', kind: 'say', text: 'x', next: 'b' }), 'steps[0].next');
  t.equal(
    await script({ id: 'a', kind: 'choice', text: 'x', options: [{ value: 'y', label: 'Y', next: 'c' }] }),
    'steps[0].options[0].next',
  );
  t.equal(await script({ id: 'a', kind: 'sing', text: 'x' }), 'steps[0].kind');
  const offer = {
    name: 'O',
    text: 'x',
    validFrom: '2026-05-01T00:00:00Z',
    validUntil: '2026-04-01T00:00:00Z',
  };
  t.equal(await refused('/v1/offers', offer), 'validUntil');
  const set = (dispositions: object[]) => refused('/v1/disposition-sets', { name: 'D', dispositions });
  t.equal(await set([{ value: 'sale', label: 'Sold', kind: 'success' }]), 'dispositions', 'no opt-out');
  const out = { value: 'out', label: 'Out', kind: 'opt-out' };
  t.equal(await set([out, out]), 'dispositions');
});

t.test('a campaign takes over what its script, offer and dispositions say', async (t) => {
  await h.send('POST', '/v1/scripts', { id: 'talk', name: 'Talk', steps });
  await h.send('POST', '/v1/offers', { id: 'summer', name: 'Summer', text: '10 % off' });
  await h.send('POST', '/v1/disposition-sets', {
    id: 'sales',
    name: 'Sales',
    dispositions: [
      { value: 'sold', label: 'Sold', kind: 'success' },
      { value: 'no', label: 'No', kind: 'refusal' },
      { value: 'stop', label: 'Never again', kind: 'opt-out' },
      { value: 'angry', label: 'Angry', kind: 'complaint' },
      { value: 'later', label: 'Later', kind: 'callback' },
    ],
  });
  const fields = { name: 'Spring', script: 'talk', offer: { id: 'summer' }, dispositionSet: 'sales' };
  const { body, status, text } = await h.send('POST', '/v1/campaigns', { id: 'spring', ...fields });
  t.equal(status, 201, text);
  t.match(body.settings, {
    script: 'talk',
    scripts: [{ id: 'talk', version: 1, text: /^Hello \{\{name\}\}\n\nShall we\?\n- Yes\n- No$/ }],
    offer: { id: 'summer', version: 1, text: '10 % off' },
    successDispositions: ['sold'],
    refusalDispositions: ['no'],
    optOutDispositions: ['stop'],
    complaintDispositions: ['angry'],
  });
  for (const [path, kind] of [
    ['/v1/scripts/talk', 'script'],
    ['/v1/offers/summer', 'offer'],
    ['/v1/disposition-sets/sales', 'disposition set'],
  ]) {
    const removed = await h.send('DELETE', path as string, undefined, { 'if-match': '*' });
    t.match(removed, {
      status: 409,
      body: { detail: `The ${kind} ${path?.split('/')[3]} is used by campaign spring` },
    });
  }
  const other = { name: 'Talk', steps: [steps[0]] };
  t.equal((await h.send('PUT', '/v1/scripts/talk', other, { 'if-match': '"1"' })).status, 200);
  const { id: _, ...settings } = body.settings;
  const saved = await h.send('PUT', '/v1/campaigns/spring', settings, { 'if-match': '"1"' });
  t.match(saved.body.settings.scripts, [{ id: 'talk', version: 2, text: 'Hello {{name}}' }]);
  for (const wrong of [{ script: 'none' }, { offer: { id: 'none' } }, { dispositionSet: 'none' }]) {
    const answer = await h.send('POST', '/v1/campaigns', { name: 'W', ...wrong });
    t.match(answer, { status: 400, body: { detail: /^(script|offer\.id|dispositionSet) names no / } });
  }
  const mixed = { name: 'W', script: 'talk', scripts: [{ id: 'own', text: 'x' }] };
  t.match((await h.send('POST', '/v1/campaigns', mixed)).body.errors, [{ field: 'scripts' }]);
});
