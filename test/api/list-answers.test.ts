/** All lists take `fields`, and pages. */
import t from 'tap';
import { startHarness } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());
for (const id of ['autumn', 'spring', 'winter']) await h.send('POST', '/v1/campaigns', { id, name: id });
await h.send('POST', '/v1/campaigns/spring/contacts', [
  { externalId: 'A', numbers: ['+12025550101'] },
  { externalId: 'B', numbers: ['+12025550102'] },
]);

t.test('fields pick what is answered of each entry', async (t) => {
  const whole = await h.send('GET', '/v1/campaigns');
  t.ok(Object.keys(whole.body.items[0]).length > 3);
  const { body } = await h.send('GET', '/v1/campaigns?fields=id,status');
  t.same(
    body.items,
    whole.body.items.map(({ id, status }: { id: string; status: string }) => ({ id, status })),
  );
  t.equal(body.items.length, 3);
  const contacts = await h.send('GET', '/v1/campaigns/spring/contacts?fields=externalId&limit=1');
  t.same(contacts.body.items, [{ externalId: 'A' }]);
  t.ok(contacts.body.nextCursor);
  const wrong = await h.send('GET', '/v1/campaigns?fields=id,colour');
  t.equal(wrong.status, 400);
  t.match(wrong.body.errors, [{ field: 'query fields', detail: /"colour"/ }]);
});

t.test('a list that is answered whole is paged on request', async (t) => {
  const ids = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map(({ id }) => id);
  const all = ids(await h.send('GET', '/v1/campaigns'));
  const first = await h.send('GET', '/v1/campaigns?limit=2');
  t.same(ids(first), all.slice(0, 2));
  const rest = await h.send(
    'GET',
    `/v1/campaigns?limit=2&cursor=${encodeURIComponent(first.body.nextCursor)}`,
  );
  t.same(ids(rest), all.slice(2));
  t.equal(rest.body.nextCursor, undefined);
  t.same(ids(await h.send('GET', '/v1/campaigns?cursor=nonsense')), all);
});

t.test('every list of the document takes fields and a cursor', async (t) => {
  const { paths } = (await h.send('GET', '/openapi.json')).body;
  let lists = 0;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
  for (const [path, { get }] of Object.entries<Record<string, any>>(paths)) {
    const properties = get?.responses?.['200']?.content?.['application/json']?.schema?.properties;
    if (properties?.items?.type !== 'array') continue;
    lists += 1;
    const names = (get.parameters ?? []).map(({ name }: { name: string }) => name);
    t.ok(names.includes('fields') && names.includes('cursor') && names.includes('limit'), path);
    t.ok(properties.nextCursor, `${path} says where the next page is`);
  }
  t.ok(lists > 15, `${lists} lists`);
});
