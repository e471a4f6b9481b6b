/**
 * Whole campaigns on a real Asterisk. Not part of the default run, as it needs one:
 *
 *     npm run build
 *     TACTUS_TEST_ASTERISK=ari://USER:PASSWORD@127.0.0.1:8088 \
 *     TACTUS_TEST_KILL='command that kills the switch' TACTUS_TEST_START='command that starts it again' \
 *     node dist/test/live/asterisk-campaign.js
 *
 * The switch needs the dialplan of `test/live/asterisk/`.
 */
import { createAsteriskTelephony, parseSwitchUrl } from '../../dialer/telephony/index.js';
import { liveCampaigns } from './campaigns.js';

const target = parseSwitchUrl(process.env['TACTUS_TEST_ASTERISK'] ?? '');
if (target.kind !== 'asterisk')
  throw new Error('set TACTUS_TEST_ASTERISK to the switch to test against: ari://USER:PASSWORD@HOST:PORT');
const { host, port, user, password } = target;

liveCampaigns({
  host,
  port,
  dialString: 'PJSIP/{national}@trunk',
  agentEndpoint: (index) => `PJSIP/tagent-${index}@trunk`,
  makeAdapter: (relayPort, { switchId, ...settings }) =>
    createAsteriskTelephony({
      switches: [{ switchId, host: '127.0.0.1', port: relayPort, user, password }],
      ...settings,
    }),
});
