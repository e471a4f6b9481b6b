/**
 * The adapter against a real Asterisk; not part of the default run, as it needs one.
 *
 *     npm run build
 *     TACTUS_TEST_ASTERISK=ari://USER:PASSWORD@127.0.0.1:8088 TACTUS_TEST_AMI=USER:PASSWORD@127.0.0.1:5038 \
 *     node --test dist/test/telephony/asterisk-live.js
 *
 * The switch needs a PJSIP endpoint `trunk` whose far end behaves as in `test/live/asterisk/extensions.conf`; keys are pressed
 * over its manager interface, which the adapter itself does not need.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { systemClock } from '../../dialer/clock.js';
import { parseSwitchUrl } from '../../dialer/telephony/index.js';
import { telephonyConformance } from './conformance.js';
import { conformingAsterisk } from './conforming-asterisk.js';

const address = process.env['TACTUS_TEST_ASTERISK'];
const target = parseSwitchUrl(address ?? '');
if (target.kind !== 'asterisk')
  throw new Error('set TACTUS_TEST_ASTERISK to the switch to test against: ari://USER:PASSWORD@HOST:PORT');
const manager = /^([^:]+):([^@]+)@([^:]+):(\d+)$/.exec(process.env['TACTUS_TEST_AMI'] ?? '');
if (!manager) throw new Error('set TACTUS_TEST_AMI to its manager interface: USER:PASSWORD@HOST:PORT');
const [, user, secret, host, port] = manager;

/** As if the far end had pressed it. */
async function pressKey(channelId: string, key: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${target.user}:${target.password}`).toString('base64')}`;
  const response = await fetch(`http://${target.host}:${target.port}/ari/channels/${channelId}`, {
    headers: { authorization },
  });
  const { name } = (await response.json()) as { readonly name: string };
  const socket = connect(Number(port), host);
  const action = (...lines: readonly string[]): boolean => socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  action('Action: Login', `Username: ${user}`, `Secret: ${secret}`, 'Events: off');
  action('Action: PlayDTMF', `Channel: ${name}`, `Digit: ${key}`, 'Duration: 100', 'Receive: true');
  action('Action: Logoff');
  socket.resume();
  await once(socket, 'close');
}

telephonyConformance('Asterisk', async () => conformingAsterisk(target, systemClock(), pressKey), [
  'pausing',
  'callIn',
]);
