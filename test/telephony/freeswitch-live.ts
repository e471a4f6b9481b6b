/**
 * The adapter against a real FreeSWITCH; not part of the default run, as it needs one.
 *
 *     npm run build
 *     TACTUS_TEST_FREESWITCH=esl://:ClueCon@127.0.0.1:8021 node --test dist/test/telephony/freeswitch-live.js
 *
 * The switch needs a gateway `carrier` whose far end acts by the first digit of the called number: 0 rings 2 s,
 * answers and stays; 2 rings and never answers; 3 is busy; 4 does not exist (404); 6 rings 3 s and rejects (603); 7 plays
 * tones as early media, then fails (408); 81 answers and hangs up at once; 8 answers at once and hangs up after 1 s;
 * 9 is congested (503); `tagent-N` answers at once and stays, with audio. Nothing else may use it meanwhile: the suite
 * pauses outbound calls for a moment.
 */
import { systemClock } from '../../dialer/clock.js';
import { parseSwitchUrl } from '../../dialer/telephony/index.js';
import { telephonyConformance } from './conformance.js';
import { conformingFreeSwitch } from './conforming-freeswitch.js';

const address = process.env['TACTUS_TEST_FREESWITCH'];
if (!address)
  throw new Error('set TACTUS_TEST_FREESWITCH to the switch to test against: esl://:PASSWORD@HOST:PORT');
const target = parseSwitchUrl(address);

telephonyConformance('FreeSWITCH', async () => conformingFreeSwitch(target, systemClock()), ['callIn']);
