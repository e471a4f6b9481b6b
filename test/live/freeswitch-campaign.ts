/**
 * A whole campaign on a real FreeSWITCH: 500 numbers over all kinds of callees with 20 agents, then one in which the
 * link is cut, the reader stalls and the switch is killed. Not part of the default run, as it needs a switch:
 *
 *     npm run build
 *     TACTUS_TEST_FREESWITCH=esl://:ClueCon@127.0.0.1:8021 \
 *     TACTUS_TEST_KILL='command that kills the switch' TACTUS_TEST_START='command that starts it again' \
 *     node dist/test/live/freeswitch-campaign.js
 *
 * The gateway `carrier` behaves as `test/live/campaigns.ts` says.
 */
import { createFreeSwitchTelephony, parseSwitchUrl } from '../../dialer/telephony/index.js';
import { liveCampaigns } from './campaigns.js';

const address = process.env['TACTUS_TEST_FREESWITCH'];
if (!address)
  throw new Error('set TACTUS_TEST_FREESWITCH to the switch to test against: esl://:PASSWORD@HOST:PORT');
const { host, port, password } = parseSwitchUrl(address);

liveCampaigns({
  host,
  port,
  dialString: 'sofia/gateway/carrier/{national}',
  agentEndpoint: (index) => `sofia/gateway/carrier/tagent-${index}`,
  makeAdapter: (relayPort, { switchId, ...settings }) =>
    createFreeSwitchTelephony({
      switches: [{ switchId, host: '127.0.0.1', port: relayPort, password }],
      ...settings,
    }),
});
