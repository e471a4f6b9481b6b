/** The adapter against what stands for an Asterisk. */
import { password, SimulatedAsterisk, user } from './asterisk/simulated-asterisk.js';
import { telephonyConformance } from './conformance.js';
import { conformingAsterisk } from './conforming-asterisk.js';

telephonyConformance(
  'simulated Asterisk',
  async (t) => {
    const asterisk = await SimulatedAsterisk.start(4);
    t.teardown(() => asterisk.stop());
    const { port, clock } = asterisk;
    return conformingAsterisk({ host: '127.0.0.1', port, user, password }, clock, async (channelId, key) =>
      asterisk.pressKey(channelId, key),
    );
  },
  ['pausing', 'callIn'],
);
