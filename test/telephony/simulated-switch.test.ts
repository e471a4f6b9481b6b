/** The adapter against the simulated switch. */
import { startSimulatedSwitch } from '../../sim/switch/server.js';
import { telephonyConformance } from './conformance.js';

telephonyConformance('simulated switch', async (t) => {
  const simulated = await startSimulatedSwitch({ timeScale: 4 });
  t.teardown(() => simulated.stop());
  return {
    host: '127.0.0.1',
    port: simulated.port,
    password: simulated.password,
    clock: simulated.clock,
    endpoints: {
      stays: 'sofia/gateway/carrier/000',
      noAnswer: 'sofia/gateway/carrier/200',
      busy: 'sofia/gateway/carrier/300',
      unallocated: 'sofia/gateway/carrier/400',
      rejected: 'sofia/gateway/carrier/600',
      earlyMedia: 'sofia/gateway/carrier/700',
      instant: 'sofia/gateway/carrier/810',
      short: 'sofia/gateway/carrier/800',
      congestion: 'sofia/gateway/carrier/900',
      noGateway: 'sofia/gateway/nosuch/100',
      agent: 'sofia/gateway/carrier/tagent-7',
    },
  };
});
