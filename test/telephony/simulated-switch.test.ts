/** The adapter against the simulated switch. */
import { startSimulatedSwitch } from '../../sim/switch/server.js';
import { telephonyConformance } from './conformance.js';
import { conformingFreeSwitch } from './conforming-freeswitch.js';

telephonyConformance('simulated switch', async (t) => {
  const simulated = await startSimulatedSwitch({ timeScale: 4 });
  t.teardown(() => simulated.stop());
  const { port, password, clock } = simulated;
  return {
    ...conformingFreeSwitch({ host: '127.0.0.1', port, password }, clock),
    callIn: async (from, to) => {
      simulated.control.callIn(from, to);
    },
  };
});
