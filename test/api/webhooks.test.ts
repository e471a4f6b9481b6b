import { readFile } from 'node:fs/promises';
import t from 'tap';
import { addressFault } from '../../api/webhooks/address.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { startHarness, until } from './harness.js';

const h = await startHarness({
  webhooks: { firstRetryMilliseconds: 10, mostAttempts: 3, deadlineMilliseconds: 300 },
});
const receiver = await WebhookReceiver.start();
t.teardown(async () => {
  await h.close();
  await receiver.close();
});

/** The example of the guide, as a reader would copy it. */
async function exampleOfTheGuide(): Promise<
  (secret: string, header: string, body: string, nowSeconds?: number) => boolean
> {
  const guide = await readFile(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(guide)?.[1];
  if (code === undefined) throw new Error('docs/webhooks.md has no example in JavaScript');
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).isGenuine;
}

async function make(id: string, over: object = {}) {
  const made = await h.send('POST', '/v1/webhooks', { id, url: receiver.url, ...over });
  if (made.status !== 201) throw new Error(made.text);
  return made.body as { readonly secret: string; readonly position: number };
}

t.beforeEach(() => {
  receiver.received.length = 0;
  receiver.react = () => 204;
});

t.test('events arrive signed, so that the example of the guide takes them and no others', async (t) => {
  const { secret } = await make('signed');
  await h.send('POST', '/v1/campaigns', { id: 'signed', name: 'Signed' });
  await until(() => receiver.received.length > 0, 'the event arrives');
  const { headers, body, json } = receiver.received[0]!;
  t.match(json, {
    id: `signed:${json.sequence}`,
    webhookId: 'signed',
    event: { kind: 'campaign-changed', campaignId: 'signed' },
  });
  t.match(headers, {
    'content-type': 'application/json',
    'tactus-event': 'campaign-changed',
    'tactus-delivery': json.id,
    'tactus-attempt': '1',
    'user-agent': 'Tactus/9.9.9',
  });
  const isGenuine = await exampleOfTheGuide();
  const header = String(headers['tactus-signature']);
  t.equal(isGenuine(secret, header, body), true);
  t.equal(isGenuine(secret, header, `${body} `), false, 'another body');
  t.equal(isGenuine(`${secret}x`, header, body), false, 'another secret');
  t.equal(isGenuine(secret, header, body, Date.now() / 1000 + 600), false, 'an old one');
  t.equal(isGenuine(secret, header.replace(/t=\d/, 't=9'), body), false, 'another time');
  t.equal(isGenuine(secret, 'nonsense', body), false);
  await h.send('DELETE', '/v1/webhooks/signed');
});

t.test(
  'while a secret is replaced, receivers with the new one and with the old one take each delivery',
  async (t) => {
    const { secret } = await make('rotated');
    const path = '/v1/webhooks/rotated/rotate-secret';
    const rotated = await h.send('POST', path, { overlapHours: 1 });
    t.equal(rotated.status, 200, rotated.text);
    t.ok(Date.parse(rotated.body.previousSecretUntil) > Date.now() + 3_500_000);
    const isGenuine = await exampleOfTheGuide();
    const judge = async (): Promise<readonly boolean[]> => {
      receiver.received.length = 0;
      t.equal((await h.send('POST', '/v1/webhooks/rotated/ping')).body.delivered, true);
      const { headers, body } = receiver.received[0]!;
      return [secret, rotated.body.secret].map((key) =>
        isGenuine(key, String(headers['tactus-signature']), body),
      );
    };
    t.same(await judge(), [true, true]);
    const leaked = await h.send('POST', path, { overlapHours: 0 });
    t.notOk('previousSecretUntil' in leaked.body);
    t.same(await judge(), [false, false], 'a leaked secret signs no more');
    const shown = await h.send('GET', '/v1/webhooks/rotated');
    t.notMatch(shown.text, /whsec_/);
    const { body } = await h.send('GET', '/v1/audit?action=webhook.rotate-secret');
    t.equal(body.items.length, 2);
    t.notMatch(JSON.stringify(body), /whsec_/);
    await h.send('DELETE', '/v1/webhooks/rotated');
  },
);

t.test('an edit needs the ETag, and deliveries go on where they stood', async (t) => {
  await make('edited', { kinds: ['halt-raised'], campaign: 'nothing' });
  const before = await h.send('GET', '/v1/webhooks/edited');
  const etag = before.headers.get('etag')!;
  const edit = (body: object, ifMatch?: string) =>
    h.send('PATCH', '/v1/webhooks/edited', body, ifMatch === undefined ? {} : { 'if-match': ifMatch });
  t.equal((await edit({ description: 'x' })).status, 428);
  const changed = await edit({ kinds: ['campaign-changed'], campaign: null }, etag);
  t.equal(changed.status, 200, changed.text);
  t.notOk('campaign' in changed.body);
  t.equal((await edit({ description: 'late' }, etag)).status, 412);
  t.equal((await edit({ url: 'ftp://example.com' }, '*')).status, 400);
  const two = await Promise.all([edit({ description: 'a' }, '"2"'), edit({ description: 'b' }, '"2"')]);
  t.same(two.map(({ status }) => status).sort(), [200, 412], 'of two at once one is refused');
  await h.send('POST', '/v1/campaigns', { id: 'after-edit', name: 'After' });
  await until(() => receiver.received.length > 0, 'the event of the new kind arrives');
  t.match(receiver.received[0]?.json.event, { campaignId: 'after-edit' });
  await h.send('DELETE', '/v1/webhooks/edited');
});

t.test('a webhook hears only the kinds and the campaign it asked for, and only from now on', async (t) => {
  await h.send('POST', '/v1/campaigns', { id: 'before', name: 'Before' });
  await make('one', { campaign: 'mine', kinds: ['campaign-changed'] });
  await make('other', { kinds: ['halt-raised'] });
  await h.send('POST', '/v1/campaigns', { id: 'theirs', name: 'Theirs' });
  await h.send('POST', '/v1/campaigns', { id: 'mine', name: 'Mine' });
  await until(() => receiver.received.length > 0, 'the event arrives');
  t.same(
    receiver.received.map(({ json }) => [json.webhookId, json.event['campaignId']]),
    [['one', 'mine']],
  );
  for (const id of ['one', 'other']) await h.send('DELETE', `/v1/webhooks/${id}`);
});

t.test('what does not arrive is tried again, given up at last, and sent again on request', async (t) => {
  await make('flaky');
  receiver.react = ({ headers }) => (headers['tactus-attempt'] === '3' ? 200 : 503);
  await h.send('POST', '/v1/campaigns', { id: 'flaky-1', name: 'x' });
  await until(() => receiver.received.length === 3, 'it arrives at the third try');
  t.equal(new Set(receiver.received.map(({ json }) => json.id)).size, 1, 'one id');
  await until(
    async () => (await h.send('GET', '/v1/webhooks/flaky')).body.retrying === 0,
    'nothing waits any more',
  );

  receiver.received.length = 0;
  receiver.react = () => ({ status: 302, headers: { location: receiver.url } });
  await h.send('POST', '/v1/campaigns', { id: 'flaky-2', name: 'x' });
  const dead = () => h.send('GET', '/v1/webhooks/flaky/deliveries?state=dead');
  await until(async () => (await dead()).body.items.length === 1, 'it is given up');
  t.equal(receiver.received.length, 3, 'redirects are not followed');
  const letter = (await dead()).body.items[0];
  t.match(letter, {
    kind: 'campaign-changed',
    state: 'dead',
    attempts: 3,
    status: 302,
    error: /redirects are not followed/,
    event: { campaignId: 'flaky-2' },
  });
  t.match(await h.send('GET', '/v1/webhooks/flaky'), {
    body: { retrying: 0, dead: 1, lastError: /answered 302/ },
  });
  const metrics = (await h.send('GET', '/metrics')).text;
  t.match(metrics, /dialer_webhook_deliveries_total\{webhook="flaky",result="given-up"\} 1/);
  t.match(metrics, /dialer_webhook_backlog\{webhook="flaky",state="dead"\} 1/);
  t.match(metrics, /dialer_webhook_oldest_event_seconds\{webhook="flaky"\} 0/);

  receiver.received.length = 0;
  receiver.react = () => 200;
  const replay = (body: object) => h.send('POST', '/v1/webhooks/flaky/replay', body);
  t.same((await replay({ sequences: [letter.sequence + 1] })).body, { replayed: 0 });
  t.same((await replay({ sequences: [letter.sequence] })).body, { replayed: 1 });
  await until(() => receiver.received.length === 1, 'the dead letter arrives');
  t.equal(receiver.received[0]?.json.id, letter.id);
  await until(async () => (await dead()).body.items.length === 0, 'it is kept no more');
  t.same((await replay({})).body, { replayed: 0 });
  await h.send('DELETE', '/v1/webhooks/flaky');
});

t.test('a receiver that does not answer, or wants no more, is told apart', async (t) => {
  await make('slow');
  receiver.react = () => 'hang';
  t.match(await h.send('POST', '/v1/webhooks/slow/ping'), {
    status: 200,
    body: { delivered: false, status: 0, error: 'no answer within 0.3 s' },
  });
  receiver.react = () => 410;
  await h.send('POST', '/v1/campaigns', { id: 'slow-1', name: 'x' });
  await until(
    async () => (await h.send('GET', '/v1/webhooks/slow')).body.dead === 1,
    'it is given up at once',
  );
  t.match((await h.send('GET', '/v1/webhooks/slow/deliveries')).body.items, [{ attempts: 1, status: 410 }]);
  receiver.react = () => 200;
  t.match(await h.send('POST', '/v1/webhooks/slow/ping'), { body: { delivered: true, status: 200 } });
  t.match(receiver.received.at(-1)?.json, { sequence: 0, event: { kind: 'ping' } });
  await h.send('DELETE', '/v1/webhooks/slow');
});

t.test('a receiver is not asked for more than four things at once', async (t) => {
  await make('bounded');
  receiver.mostAtOnce = 0;
  receiver.react = () => 'slow';
  for (let i = 0; i < 12; i++) await h.send('POST', '/v1/campaigns', { id: `bounded-${i}`, name: 'x' });
  await until(() => receiver.received.length === 12, 'all have arrived');
  t.ok(receiver.mostAtOnce <= 4, `${receiver.mostAtOnce} at once`);
  await h.send('DELETE', '/v1/webhooks/bounded');
});

t.test('addresses are https, or on this machine, unless http is allowed', async (t) => {
  for (const address of [
    'https://example.com/x',
    'https://10.0.0.8/x',
    'http://127.0.0.1:9/x',
    'http://localhost/x',
    'http://[::1]:9/x',
    'http://a.localhost/x',
  ])
    t.equal(addressFault(address, false), undefined, address);
  for (const address of [
    'http://example.com/x',
    'http://10.0.0.8/x',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
  ])
    t.match(addressFault(address, false), /must begin with https/, address);
  t.equal(addressFault('http://example.com/x', true), undefined);
  t.match(addressFault('https://user:pass@example.com/', true), /user or password/);
  t.match(addressFault('https://example.com/#x', true), /after #/);
  t.match(addressFault('ftp://example.com/', true), /https/);
  t.match(addressFault('example', true), /not an address/);
  t.match(await h.send('POST', '/v1/webhooks', { url: 'http://example.com/x' }), {
    status: 400,
    body: { errors: [{ field: 'url' }] },
  });
});

t.test('the secret is shown once, and neither it nor the address is in the audit log', async (t) => {
  const { secret } = await make('shown', { url: `${receiver.url}?token=hidden` });
  t.match(secret, /^whsec_[\w-]{43}$/);
  t.equal((await h.send('POST', '/v1/webhooks', { id: 'shown', url: receiver.url })).status, 409);
  for (const path of ['/v1/webhooks', '/v1/webhooks/shown', '/v1/audit?action=webhook.create']) {
    const { text, status } = await h.send('GET', path);
    t.equal(status, 200);
    t.notMatch(text, secret);
    if (path.startsWith('/v1/audit')) {
      t.match(text, 'shown');
      t.notMatch(text, 'hidden');
    }
  }
  t.equal((await h.send('DELETE', '/v1/webhooks/shown')).status, 204);
  t.equal((await h.send('DELETE', '/v1/webhooks/shown')).status, 404);
  t.equal((await h.send('GET', '/v1/webhooks/shown/deliveries')).status, 404);
});
