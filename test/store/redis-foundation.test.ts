/** What the Redis store is built on: connections that fail fast, conditional transactions, fences, the journal, the redo log. */
import { performance } from 'node:perf_hooks';
import t, { type Test as Tap } from 'tap';
import type { StoreError } from '../../dialer/store/errors.js';
import { RedisConnection } from '../../dialer/store/redis/connection.js';
import { FenceBook } from '../../dialer/store/redis/fence-book.js';
import { Journal } from '../../dialer/store/redis/journal.js';
import { Keys, shardOf } from '../../dialer/store/redis/keys.js';
import { openRedisStore } from '../../dialer/store/redis/redis-store.js';
import { parseRedisUrl } from '../../dialer/store/redis/redis-url.js';
import { RedoLog } from '../../dialer/store/redis/redo-log.js';
import { readDoc, Transaction, untilCommitted } from '../../dialer/store/redis/transaction.js';
import {
  clusterRedis,
  freePort,
  type RedisSetup,
  redisMissing,
  sentinelRedis,
  singleRedis,
} from '../support/redis-servers.js';
import { START } from './records.js';

async function failureOf(promise: Promise<unknown>): Promise<StoreError> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: StoreError) => error,
  );
}

t.test('the address of a Redis says how it is set up', async (t) => {
  t.match(parseRedisUrl('redis://ann:s%3Aecret@host/2?prefix=a:&wait=1'), {
    kind: 'single',
    hosts: [{ host: 'host', port: 6379 }],
    username: 'ann',
    password: 's:ecret',
    database: 2,
    prefix: 'a:',
    waitReplicas: 1,
    tls: false,
  });
  t.match(parseRedisUrl('rediss+sentinel://a,b:26380/tactus'), {
    kind: 'sentinel',
    hosts: [
      { host: 'a', port: 26379 },
      { host: 'b', port: 26380 },
    ],
    primary: 'tactus',
    tls: true,
    prefix: 'tactus:',
  });
  t.match(parseRedisUrl('redis+cluster://[::1]:7000,b:7001'), {
    kind: 'cluster',
    hosts: [
      { host: '::1', port: 7000 },
      { host: 'b', port: 7001 },
    ],
  });
  for (const wrong of [
    'redis://',
    'redis://a,b',
    'redis+sentinel://a',
    'redis+cluster://a/3',
    'redis://:secret@a/x',
    'redis://a?speed=1',
    'redis+cluster://a?wait=1',
    'redis://a?prefix={x}',
  ]) {
    const error = await failureOf((async () => parseRedisUrl(wrong))());
    t.equal(error.code, 'store_unsupported', wrong);
    t.notMatch(error.message, 'secret');
  }
});

t.test('numbers are spread over their shards, and always in the same way', async (t) => {
  t.equal(shardOf('+12125550001'), 40);
  const used = new Set(Array.from({ length: 5000 }, (_, i) => shardOf(`+1212555${i}`)));
  t.equal(used.size, 256);
});

const missing = redisMissing();

t.test('with a real Redis', { skip: missing ?? false, timeout: 120_000 }, async (t) => {
  const setups: readonly [string, () => Promise<RedisSetup>][] = [
    ['single', () => singleRedis()],
    ['sentinel', sentinelRedis],
    ['cluster', clusterRedis],
  ];
  for (const [name, start] of setups) {
    t.test(name, async (t) => {
      const setup = await start();
      t.teardown(() => setup.stop());
      await foundationTests(t, setup.url);
      if (name === 'sentinel')
        t.test('a write waits for as many replicas as the address asks for', async (t) => {
          for (const [replicas, code] of [
            [1, undefined],
            [2, 'store_deadline'],
          ] as const) {
            const connection = await RedisConnection.open(`${setup.url}?wait=${replicas}`);
            t.teardown(() => connection.close());
            const write = new Transaction(connection).run('SET', '{g}waited', replicas).commit();
            if (code === undefined) t.same(await write, { outcome: 'ok' });
            else t.equal((await failureOf(write)).code, code);
          }
        });
    });
  }

  t.test('nothing at the address, or a server that is gone or hangs, is known within seconds', async (t) => {
    const port = await freePort();
    const nobody = await failureOf(RedisConnection.open(`redis://127.0.0.1:${port}`));
    t.equal(nobody.code, 'store_unavailable');
    t.match(nobody.message, /redis:\/\/127\.0\.0\.1:\d+: .*check that it runs/);

    const setup = await singleRedis();
    t.teardown(() => setup.stop());
    const [server] = setup.servers;
    const connection = await RedisConnection.open(setup.url);
    t.teardown(() => connection.close());
    server?.signal('SIGSTOP');
    const since = performance.now();
    const hanging = await failureOf(connection.call('get', 'x'));
    const took = performance.now() - since;
    server?.signal('SIGCONT');
    t.equal(hanging.code, 'store_deadline');
    t.ok(took > 500 && took < 10_000, `it rejected after ${Math.round(took)} ms`);
    await untilCommitted(async () => (await connection.call('set', 'x', '1').catch(() => undefined)) as 'OK');

    await server?.kill();
    let gone = await failureOf(connection.call('get', 'x'));
    if (gone.code === 'store_deadline') gone = await failureOf(connection.call('get', 'x'));
    t.equal(gone.code, 'store_unavailable');
    await server?.launch();
    const back = async (): Promise<unknown> => connection.call('set', 'x', '2').catch(() => undefined);
    while ((await back()) !== 'OK') await new Promise((resolve) => setTimeout(resolve, 20));
  });

  t.test('what a server guarantees is said, and one that drops records is refused', async (t) => {
    const safe = await singleRedis(['appendonly yes', 'appendfsync always']);
    t.teardown(() => safe.stop());
    const store = await openRedisStore({ url: safe.url });
    t.match(store.durability, { disk: 'always', replicas: 0, evictionPolicy: 'noeviction', warnings: [] });
    t.match(store.durability.text, /every write is on the disk.*no replica/);
    await store.close();
    const evicting = await singleRedis(['maxmemory 50mb', 'maxmemory-policy allkeys-lru']);
    t.teardown(() => evicting.stop());
    const refused = await failureOf(openRedisStore({ url: evicting.url }));
    t.equal(refused.code, 'store_unsupported');
    t.match(refused.message, /allkeys-lru: it must be noeviction/);
  });

  t.test('a full server refuses whole transactions', async (t) => {
    const setup = await singleRedis(['maxmemory 1']);
    t.teardown(() => setup.stop());
    const connection = await RedisConnection.open(setup.url);
    t.teardown(() => connection.close());
    const full = await failureOf(
      new Transaction(connection).run('DEL', '{g}a').run('SET', '{g}b', 'x').commit(),
    );
    t.equal(full.code, 'store_full');
    t.match(full.message, /raise maxmemory/);
  });
});

async function foundationTests(t: Tap, url: string): Promise<void> {
  const connection = await RedisConnection.open(url);
  t.teardown(() => connection.close());
  const keys = new Keys('test:');
  const key = keys.campaign('spring {1}', 'thing');

  t.test('a transaction happens as a whole, on what was read, and once', async (t) => {
    const empty = await readDoc<{ count: number }>(connection, key);
    t.same(empty, { key, stamp: '', value: undefined });
    const list = keys.campaign('spring {1}', 'list');
    const add = (): Transaction =>
      new Transaction(connection)
        .replace(empty, { count: 1 })
        .run('RPUSH', list, 'a|b', Buffer.from([0, 255]));
    t.same(await add().commit(), { outcome: 'ok' });
    t.same(await add().commit(), { outcome: 'conflict' }, 'it was read before it was there');
    t.equal(await connection.call('llen', list), 1 + 1);
    const read = await readDoc<{ count: number }>(connection, key);
    t.same(read.value, { count: 1 });
    const once = (): Promise<unknown> =>
      new Transaction(connection)
        .once(keys.campaign('spring {1}', 'done:7'), 'seven')
        .expectField(keys.campaign('spring {1}', 'hash'), 'f', '')
        .expectAbsent(keys.campaign('spring {1}', 'nothing'))
        .run('HSET', keys.campaign('spring {1}', 'hash'), 'f', 'v')
        .commit();
    t.same([await once(), await once()], [{ outcome: 'ok' }, { outcome: 'done', answer: 'seven' }]);
    await Promise.all(
      Array.from({ length: 10 }, () =>
        untilCommitted(async () => {
          const doc = await readDoc<{ count: number }>(connection, key);
          const next = { count: (doc.value?.count ?? 0) + 1 };
          const { outcome } = await new Transaction(connection).replace(doc, next).commit();
          return outcome === 'ok' ? true : undefined;
        }),
      ),
    );
    t.same((await readDoc(connection, key)).value, { count: 11 }, 'nobody overwrote another');
  });

  t.test('a writer with a lower token is refused by the store', async (t) => {
    const [old, young] = [new FenceBook(connection, keys), new FenceBook(connection, keys)];
    await old.raise('floor', ['spring'], 3);
    const write = (fences: FenceBook): Promise<unknown> =>
      fences
        .guard(new Transaction(connection), 'spring')
        .run('INCR', keys.campaign('spring', 'writes'))
        .commit();
    await write(old);
    await young.raise('floor', ['spring'], 4);
    t.equal((await failureOf(write(old))).code, 'store_fenced');
    await write(young);
    t.equal(await connection.call('get', keys.campaign('spring', 'writes')), '2');
    t.equal((await failureOf(old.raise('floor', ['spring'], 3))).code, 'store_fenced');
  });

  t.test('events get their sequences once, and come back as they were', async (t) => {
    const journal = new Journal(connection, keys);
    const events = [1, 2, 3].map((n) => ({
      kind: 'switch-changed' as const,
      at: START + n,
      switchId: 'main',
      connected: true,
      reason: `${n}`,
    }));
    const first = await journal.append('one', events.slice(0, 2));
    t.same(await journal.append('one', events.slice(0, 2)), first, 'repeated after a crash');
    const second = await journal.append('two', events.slice(2));
    t.same(await journal.events(0, 10), [...first, ...second]);
    t.same(await journal.events(1, 1), [first[1]]);
    t.equal(await journal.lastEvent(), 3);
  });

  t.test('a write that was noted and left is carried to its end by another', async (t) => {
    let now = START;
    const dead = new RedoLog(connection, keys, () => now);
    const heir = new RedoLog(connection, keys, () => now);
    const done: unknown[] = [];
    heir.register('greet', async (batch, data) => done.push([batch, data]));
    await dead.begin('b1', 'greet', { name: 'Ann' }).commit();
    now += 5000;
    await dead.begin('b2', 'unheard-of', {}).commit();
    t.equal(await heir.recover(5000), 1);
    t.same(done, [['b1', { name: 'Ann' }]]);
    now += 60_000;
    while ((await connection.call('hlen', keys.global('redo'))) !== 1);
    t.equal(await heir.recover(5000), 0, 'what a newer version noted is left to it');
  });
}
