import t from 'tap';
import { parseChannelListing } from '../../dialer/telephony/freeswitch/channel-listing.js';
import { LegBook } from '../../dialer/telephony/leg-book.js';
import { readCapture } from './captures.js';

const listing =
  readCapture('safe-harbour-and-listing')
    .pieces.find(({ data }) => data.includes('"row_count":2'))
    ?.data.split('\n\n')[1] ?? '';

t.test('a recorded listing: one answered, one ringing, none bridged', async (t) => {
  t.strictSame(parseChannelListing(listing, ''), [
    {
      channelId: '9dbf72b1-8ab4-4375-92a2-7b53a92aba07',
      state: 'answered',
      bridgedTo: '',
      createdAt: 1795315839000,
    },
    {
      channelId: 'b0b0725a-f273-483e-ad16-01b71dd96d88',
      state: 'ringing',
      bridgedTo: '',
      createdAt: 1795315841000,
    },
  ]);
});

t.test('an empty switch has no rows', async (t) => {
  t.strictSame(parseChannelListing('{"row_count": 0}\n', ''), []);
});

t.test('channels of others are not ours', async (t) => {
  t.strictSame(
    parseChannelListing(listing, 'b0b0725a').map(({ channelId }) => channelId),
    ['b0b0725a-f273-483e-ad16-01b71dd96d88'],
  );
});

t.test('two channels with one call_uuid are bridged with each other', async (t) => {
  const row = (uuid: string, call: string): object => ({
    uuid,
    call_uuid: call,
    callstate: 'ACTIVE',
    created_epoch: '1',
  });
  const channels = parseChannelListing(
    JSON.stringify({ row_count: 3, rows: [row('a1', 'a1'), row('a2', 'a1'), row('a3', 'a3')] }),
    'a',
  );
  t.strictSame(
    channels.map(({ channelId, bridgedTo }) => [channelId, bridgedTo]),
    [
      ['a1', 'a2'],
      ['a2', 'a1'],
      ['a3', ''],
    ],
  );
});

t.test('what is no listing is an error', async (t) => {
  t.throws(() => parseChannelListing('-ERR SQL disabled, no data available!\n', ''));
  t.throws(() => parseChannelListing('null', ''));
  t.throws(() => parseChannelListing('{"row_count":1,"rows":7}', ''));
});

const now = performance.now();
const snapshot = (channelId: string, state: 'dialing' | 'ringing' | 'answered', bridgedTo = '') => ({
  channelId,
  state,
  bridgedTo,
  createdAt: 0,
});

t.test('a listing that runs behind the events is corrected by them', async (t) => {
  const legs = new LegBook();
  for (const id of ['customer', 'agent', 'new', 'gone']) legs.open(id, 'unknown', now - 100);
  const customer = legs.get('customer');
  const agent = legs.get('agent');
  if (!customer || !agent) throw new Error('the legs are open');
  Object.assign(customer, { answered: true, bridgedTo: 'agent', heardAt: now });
  Object.assign(agent, { answered: true, bridgedTo: 'customer', heardAt: now });
  Object.assign(legs.get('new') ?? {}, { progressed: true, heardAt: now });
  legs.end('gone');
  const channels = legs.reconcile(
    [snapshot('customer', 'ringing'), snapshot('agent', 'answered'), snapshot('gone', 'answered')],
    now,
    1_000_000,
    0,
  );
  t.strictSame(
    channels.map(({ channelId, state, bridgedTo }) => [channelId, state, bridgedTo]),
    [
      ['customer', 'answered', 'agent'],
      ['agent', 'answered', 'customer'],
      ['new', 'ringing', ''],
    ],
  );
});

t.test('events heard on an earlier connection prove nothing against a listing', async (t) => {
  const legs = new LegBook();
  const leg = legs.open('lost', 'unknown', now - 60_000);
  if (leg) leg.heardAt = now - 1000;
  t.strictSame(legs.reconcile([], now, 0, now - 10), []);
  t.equal(legs.get('lost'), undefined, 'it is forgotten');
});

t.test('an end is remembered for tens of thousands of calls, and the memory is bounded', async (t) => {
  const legs = new LegBook();
  for (let call = 0; call < 60_000; call++) legs.end(`call-${call}`);
  t.ok(legs.hasEnded('call-59999'));
  t.ok(legs.hasEnded('call-40000'));
  t.notOk(legs.hasEnded('call-0'));
});
