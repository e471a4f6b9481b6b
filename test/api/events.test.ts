import t from 'tap';
import { type Harness, startHarness } from './harness.js';

interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown> | undefined;
  readonly comment: string;
}

/** Reads an event stream block by block. */
async function open(h: Harness, query = '', headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(`${h.url}/v1/events${query}`, {
    headers: { authorization: `Bearer ${h.tokens.supervisor}`, ...headers },
    signal: abort.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  return {
    response,
    close: () => abort.abort(),
    async next(): Promise<StreamEvent> {
      for (;;) {
        const end = pending.indexOf('\n\n');
        if (end >= 0) {
          const block = pending.slice(0, end);
          pending = pending.slice(end + 2);
          const field = (name: string) =>
            block
              .split('\n')
              .find((line) => line.startsWith(`${name}:`))
              ?.slice(name.length + 1)
              .trim() ?? '';
          if (field('retry') !== '') continue;
          const data = field('data');
          return {
            id: field('id'),
            event: field('event'),
            data: data === '' ? undefined : JSON.parse(data),
            comment: field(''),
          };
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream ended');
        pending += value;
      }
    },
    async ended(): Promise<boolean> {
      for (;;) {
        const { done } = await reader.read();
        if (done) return true;
      }
    },
  };
}

async function campaign(h: Harness, id: string): Promise<void> {
  await h.send('POST', '/v1/campaigns', { id, name: id });
}

const h = await startHarness({ limits: { heartbeatMilliseconds: 40, eventStreams: 3 } });

t.test('events come as they happen, with their position, kind and content', async (t) => {
  const stream = await open(h, '?kind=campaign-changed');
  t.match(stream.response.headers.get('content-type'), /^text\/event-stream/);
  t.equal(stream.response.headers.get('cache-control'), 'no-store');
  await campaign(h, 'live');
  let event = await stream.next();
  while (event.comment === 'heartbeat') event = await stream.next();
  t.equal(event.event, 'campaign-changed');
  t.match(event.data, { kind: 'campaign-changed', campaignId: 'live', status: 'draft' });
  t.ok(Number(event.id) > 0);
  stream.close();
});

t.test('a client that comes back goes on after the last event it had, and misses none', async (t) => {
  const first = await open(h, '?after=0&kind=campaign-changed');
  let event = await first.next();
  first.close();
  for (let i = 0; i < 20; i++) await campaign(h, `gap-${i}`);
  const second = await open(h, '?kind=campaign-changed', { 'last-event-id': event.id });
  const seen: unknown[] = [];
  while (seen.length < 20) {
    event = await second.next();
    if (event.event !== '' && event.data?.['campaignId'] !== 'live') seen.push(event.data?.['campaignId']);
  }
  t.same(
    seen,
    Array.from({ length: 20 }, (_, i) => `gap-${i}`),
  );
  second.close();
});

t.test('positions older than what is in memory are read from the journal', async (t) => {
  const restarted = await startHarness();
  t.teardown(() => restarted.close());
  // These were journalled by somebody else than the server that streams them.
  for (let i = 0; i < 1_200; i++) {
    await restarted.store.write([
      {
        type: 'event',
        event: { kind: 'switch-changed', at: i, switchId: 'old', connected: true, reason: String(i) },
      },
    ]);
  }
  await campaign(restarted, 'new');
  const stream = await open(restarted, '?after=0');
  const reasons: unknown[] = [];
  let last = 0;
  for (;;) {
    const event = await stream.next();
    if (Number(event.id) <= last) t.fail(`${event.id} after ${last}`);
    last = Number(event.id);
    if (event.data?.['switchId'] === 'old') reasons.push(event.data['reason']);
    if (event.data?.['campaignId'] === 'new') break;
  }
  t.same(
    reasons,
    Array.from({ length: 1_200 }, (_, i) => String(i)),
  );
  stream.close();
});

t.test('filters keep what was asked for only', async (t) => {
  const stream = await open(h, '?after=0&kind=campaign-changed&kind=agent-changed&campaign=gap-7');
  const event = await stream.next();
  t.equal(event.data?.['campaignId'], 'gap-7');
  const next = await stream.next();
  t.equal(next.comment, 'heartbeat', 'nothing else matches');
  stream.close();
  const wrong = await h.send('GET', '/v1/events?kind=campaign');
  t.equal(wrong.status, 400);
});

t.test('a silent stream is kept open by comments', async (t) => {
  const stream = await open(h);
  t.equal((await stream.next()).comment, 'heartbeat');
  t.equal((await stream.next()).comment, 'heartbeat');
  stream.close();
});

t.test('a stream beyond the limit is refused, and the place of a closed one is free again', async (t) => {
  const small = await startHarness({ limits: { eventStreams: 2 } });
  t.teardown(() => small.close());
  const one = await open(small);
  const two = await open(small);
  const refused = await small.send('GET', '/v1/events');
  t.equal(refused.status, 503);
  t.equal(refused.body.code, 'too_many_streams');
  one.close();
  let status = 503;
  for (let i = 0; i < 200 && status === 503; i++) {
    const again = await open(small);
    status = again.response.status;
    again.close();
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.equal(status, 200);
  two.close();
});

t.test('no event tells a telephone number', async (t) => {
  const talking = await startHarness();
  t.teardown(() => talking.close());
  await talking.send('POST', '/v1/agents/a1/login', { tier: 'expert', endpoint: 'user/1001', ready: true });
  await talking.send('POST', '/v1/campaigns', {
    id: 'calls',
    name: 'Calls',
    pacing: { method: 'progressive' },
  });
  await talking.send('POST', '/v1/campaigns/calls/contacts', [
    { name: 'Grace', numbers: ['+12125550143'], timeZone: 'America/New_York' },
  ]);
  const stream = await open(talking, '?after=0');
  await talking.send('POST', '/v1/campaigns/calls/start', { reason: 'go' });
  const seen: StreamEvent[] = [];
  while (!seen.some((e) => e.event === 'attempt-connected')) seen.push(await stream.next());
  t.notMatch(JSON.stringify(seen), /5550143|Grace/);
  t.equal(talking.telephony.originated.length, 1);
  stream.close();
});

t.test('streams end when the server closes', async (t) => {
  const stream = await open(h);
  const closed = h.close();
  t.ok(await stream.ended());
  await closed;
});
