/** The contract of all stores, against real Redis servers: one, Sentinel and Cluster. */
import t from 'tap';
import { openRedisStore } from '../../dialer/store/redis/redis-store.js';
import { clusterRedis, redisMissing, sentinelRedis, singleRedis } from '../support/redis-servers.js';
import { storeContract } from './contract.js';

/** Parts of the contract that this store does not come up to yet. */
const NOT_YET: readonly string[] = [
  'contacts are found by any of their numbers, in all campaigns',
  'answers are kept with their attempt, the latest in the place of the ones before',
  'contacts that only a registry can have closed are found in slices, and opened again',
  'a contact closed for a list or for consent is open again after a later word',
  'what was closed for another reason, or in a campaign that is over, stays closed',
  'an erased person is gone from contacts, attempts and consent, and stays uncalled and counted',
  'while a call to the person or its wrap-up is under way, nothing is erased',
  'a lead that is leased when its person is erased is not dialled',
  'what is older than its retention is pruned in small steps; open attempts and newer ones stay',
  'attempts of packs with a shorter period are pruned by themselves, from where the last look ended',
  'dead letters are bounded, the oldest go first, and all of them go with their events',
];

const missing = redisMissing();
const wanted = process.env['TACTUS_REDIS_SETUPS']?.split(',');
const setups = [
  ['single', () => singleRedis()],
  ['sentinel', sentinelRedis],
  ['cluster', clusterRedis],
] as const;

if (missing !== undefined) t.test('the contract on Redis', { skip: missing }, async () => undefined);
else {
  const chosen = setups.filter(([name]) => wanted === undefined || wanted.includes(name));
  // All of them stand before the first test is declared: the suite ends by itself once there is none left.
  const started = await Promise.all(chosen.map(async ([name, start]) => ({ name, setup: await start() })));
  t.teardown(() => Promise.all(started.map(({ setup }) => setup.stop())));
  let stores = 0;
  for (const { name, setup } of started)
    storeContract(
      `redis ${name}`,
      () => {
        stores += 1;
        return openRedisStore({ url: `${setup.url}?prefix=t${stores}:` });
      },
      NOT_YET,
    );
}
