import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  bridge,
  hangUp,
  originateAgent,
  originateCustomer,
  originateTimeoutSeconds,
  playMessage,
  safeCause,
} from '../../dialer/telephony/freeswitch/dial-string.js';
import {
  fillDialString,
  safeCallerId,
  safeEndpoint,
  safeNumber,
  UnsafeArgumentError,
} from '../../dialer/telephony/safe-arguments.js';

const channelId = '7ac7a500-8b1c-4f60-9b51-2f3c7a1d0e42';
const agentLegId = '7ac7a500-1111-4222-8333-444455556666';
const leg = {
  channelId,
  dialString: 'sofia/gateway/carrier/{number}',
  number: '+15551234567',
  callerId: '+15550001111',
  ringSeconds: 20,
  parkSeconds: 8,
  campaignId: 'spring',
};

t.test('a customer leg has our uuid, ignores early media, and is dropped when nobody takes it', async (t) => {
  t.equal(
    originateCustomer(leg),
    `originate {origination_uuid=${channelId},origination_caller_id_number=+15550001111,` +
      'origination_caller_id_name=+15550001111,ignore_early_media=true,originate_timeout=21,' +
      'park_timeout=8:ALLOTTED_TIMEOUT,hangup_after_bridge=true,dialer_campaign=spring}' +
      'sofia/gateway/carrier/15551234567 &park()',
  );
});

t.test('an agent leg is nailed up: parked again after each bridge, not hung up', async (t) => {
  t.equal(
    originateAgent({ channelId: agentLegId, endpoint: 'user/1001', ringSeconds: 15 }),
    `originate {origination_uuid=${agentLegId},ignore_early_media=true,originate_timeout=16,` +
      'park_after_bridge=true,hangup_after_bridge=false,uuid_bridge_park_on_cancel=true}user/1001 &park()',
  );
});

t.test('{number} is the digits without a plus sign, {e164} with one', async (t) => {
  t.equal(fillDialString('sofia/gateway/a/{number}', '+15551234567'), 'sofia/gateway/a/15551234567');
  t.equal(fillDialString('sofia/gateway/a/{e164}', '+15551234567'), 'sofia/gateway/a/+15551234567');
  t.equal(fillDialString('sofia/gateway/a/{e164}', '15551234567'), 'sofia/gateway/a/+15551234567');
  t.equal(fillDialString('sofia/gateway/a/99{number}', '300'), 'sofia/gateway/a/99300');
  t.equal(fillDialString('sofia/gateway/a/15551234567', '+15551234567'), 'sofia/gateway/a/15551234567');
});

t.test('the switch cuts the ring time short by up to 0.7 s, so a second is added', async (t) => {
  t.equal(originateTimeoutSeconds(15), 16);
  t.equal(originateTimeoutSeconds(15.2), 17);
  t.equal(originateTimeoutSeconds(0), 2);
});

t.test('lead data that could break out of the command is refused', async (t) => {
  for (const number of [
    '',
    '+',
    '1 2',
    '555\n\napi system touch /tmp/x',
    '555\r',
    '555}',
    "555'",
    '555,sofia/gateway/x/1',
    '555|1',
    '555&park()',
    '5'.repeat(21),
    'anonymous',
    '++1555',
  ])
    t.throws(() => safeNumber(number), UnsafeArgumentError, JSON.stringify(number));
  for (const endpoint of [
    'user/1001\n\napi x',
    'user/1001 &park()',
    '{a=b}user/1001',
    '[a=b]user/1001',
    '<a=b>user/1001',
    'user/1001,user/1002',
    'user/1001|user/1002',
    'user/1001:_:user/1002',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what somebody might write
    'user/1001@${domain}',
    'user/',
    '1001',
    "user/10'01",
    'user/10"01',
    'user/10\\01',
    'user/1001\0',
    'sofia/gateway/carrier/{numbr}',
  ])
    t.throws(() => safeEndpoint(endpoint), UnsafeArgumentError, JSON.stringify(endpoint));
  t.throws(() => originateCustomer({ ...leg, channelId: 'x' }), UnsafeArgumentError);
});

t.test('ordinary endpoints are taken', async (t) => {
  for (const endpoint of [
    'user/1001',
    'sofia/gateway/carrier/15551234567',
    'sofia/gateway/carrier/+15551234567',
    'sofia/internal/1001@10.0.0.5:5060;transport=tcp',
    'sofia/internal/ann.smith@pbx.example.com',
    'loopback/agent-1/callee',
    'verto.rtc/1008@example.com',
    'sofia/gateway/carrier/00#15551234567',
  ])
    if (!endpoint.startsWith('verto.')) t.equal(safeEndpoint(endpoint), endpoint);
    else t.equal(safeEndpoint('verto_rtc/1008@example.com'), 'verto_rtc/1008@example.com');
});

t.test('a caller id keeps its digits and nothing else', async (t) => {
  t.equal(safeCallerId('+1 (555) 000-1111'), '+15550001111');
  t.equal(safeCallerId('5550001111'), '5550001111');
  t.equal(safeCallerId('John Doe'), '');
  t.equal(safeCallerId("+1555,x=1}'\n"), '+15551');
  t.notMatch(originateCustomer({ ...leg, callerId: 'John' }), /caller_id/);
});

t.test('no text at all makes a command of more than one line or of another shape', async (t) => {
  const shape =
    /^originate \{[a-z_]+=[A-Za-z0-9+:_-]+(,[a-z_]+=[A-Za-z0-9+:_-]+)*\}[A-Za-z0-9_]+\/[A-Za-z0-9_.@:;=+~*#/-]+ &park\(\)$/;
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('+15551234567', '\n\napi status', '}', ',x=1', "'", ' ', '\0', 'user/1', '{number}'),
  );
  const text = fc.array(hostile, { maxLength: 3 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, text, text, (dialString, number, callerId, campaignId) => {
      try {
        assert.match(originateCustomer({ ...leg, dialString, number, callerId, campaignId }), shape);
      } catch (error) {
        if (!(error instanceof UnsafeArgumentError)) throw error;
      }
      assert.match(originateCustomer({ ...leg, callerId, campaignId }), shape);
    }),
    { numRuns: 300 },
  );
  t.pass('300 attempts at random');
});

t.test('the agent leg is named first in a bridge', async (t) => {
  t.equal(bridge(channelId, agentLegId), `uuid_bridge ${agentLegId} ${channelId}`);
  t.throws(() => bridge(channelId, 'x\n\napi status'), UnsafeArgumentError);
});

t.test('the message is played and then hung up, with a separator that commas do not disturb', async (t) => {
  t.equal(
    playMessage(channelId, 'tone_stream://%(700,0,440)'),
    `uuid_transfer ${channelId} 'm:^:set:playback_terminators=none^playback:tone_stream://%(700,0,440)^hangup:NORMAL_CLEARING' inline`,
  );
  for (const message of ['', "it's.wav", 'a^hangup:X', 'a\nb', 'a`b', 'a|b', '$' + '{x}', 'a\\b', 'a;b'])
    t.throws(() => playMessage(channelId, message), UnsafeArgumentError, JSON.stringify(message));
});

t.test('a hang-up names a cause of the switch, whatever was asked for', async (t) => {
  t.equal(hangUp(channelId, 'ORIGINATOR_CANCEL'), `uuid_kill ${channelId} ORIGINATOR_CANCEL`);
  t.equal(hangUp(channelId, 'x\n\napi status'), `uuid_kill ${channelId} NORMAL_CLEARING`);
  t.equal(safeCause(''), 'NORMAL_CLEARING');
});

t.test('a trunk may want the national number, without the calling code', async (t) => {
  t.equal(fillDialString('sofia/gateway/a/1{national}', '+12125551234'), 'sofia/gateway/a/12125551234');
  t.equal(fillDialString('sofia/gateway/a/{national}', '+390612345678'), 'sofia/gateway/a/0612345678');
  t.throws(() => fillDialString('sofia/gateway/a/{national}', '+99912345678'), /no known country/);
});
