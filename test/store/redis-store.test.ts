/** The contract of all stores, against real Redis servers: one, Sentinel and Cluster. */
import t from 'tap';
import { openRedisStore } from '../../dialer/store/redis/redis-store.js';
import { clusterRedis, redisMissing, sentinelRedis, singleRedis } from '../support/redis-servers.js';
import { storeContract } from './contract.js';

/** Parts of the contract that this store does not come up to yet. */
const NOT_YET: readonly string[] = [];

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
