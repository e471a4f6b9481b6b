/** Calls on the Redis store by several nodes: no number twice, no result twice or lost, whoever dies, and no stale writer. */
import t, { type Test } from 'tap';
import type { WriteEffect } from '../../dialer/core/effects.js';
import type { Intent } from '../../dialer/core/model.js';
import type { StoreError } from '../../dialer/store/errors.js';
import { CONNECTION_TIMES, RedisConnection } from '../../dialer/store/redis/connection.js';
import { readDurability } from '../../dialer/store/redis/durability.js';
import { contextOver, openRedisStore, RedisStore } from '../../dialer/store/redis/redis-store.js';
import { dyingConnection } from '../support/dying-connection.js';
import { clusterRedis, type RedisSetup, redisMissing, singleRedis } from '../support/redis-servers.js';
import { DONE, LATER, leadWith, leaseOne, refusal } from './contract/support.js';
import { contacts, HOUR, intentFor, leaseOf, MINUTE, recordResult, START } from './records.js';

const missing = redisMissing();
const NUMBER = '+12125550001';
let stores = 0;

function freshUrl({ url }: RedisSetup): string {
  stores += 1;
  return `${url}?prefix=t${stores}:`;
}

async function nodes(t: Test, url: string, count: number): Promise<RedisStore[]> {
  const opened = await Promise.all(
    Array.from({ length: count }, () => openRedisStore({ url, clock: () => START })),
  );
  t.teardown(() => Promise.all(opened.map((store) => store.close())));
  return opened;
}

/** A store whose process dies at its command of this number, once it is armed. */
async function mortal(
  t: Test,
  url: string,
  atCommand: number,
  answered: boolean,
): Promise<{ readonly store: RedisStore; arm(): void; asked(): number }> {
  const dying = dyingConnection(await RedisConnection.open(url, CONNECTION_TIMES), atCommand, answered);
  const durability = await readDurability(dying.connection);
  const store = new RedisStore(await contextOver(dying.connection, () => START), durability);
  t.teardown(() => store.close());
  return { store, arm: dying.arm, asked: dying.asked };
}

const endOf = (intent: Intent): WriteEffect[] => [
  {
    ...(recordResult(intent, LATER, 'abandoned') as Extract<WriteEffect, { type: 'record-result' }>),
    ledger: [{ law: 'us', from: START, neededUntil: START + HOUR, answers: 1, abandoned: 1, machines: 0 }],
  },
  {
    type: 'event',
    event: {
      kind: 'attempt-ended',
      at: START,
      attemptId: intent.attemptId,
      campaignId: intent.campaignId,
      outcome: 'abandoned',
      cause: 'NORMAL_CLEARING',
      agentId: '',
    } as never,
  },
];

for (const [name, start] of [
  ['single server', () => singleRedis()],
  ['cluster', () => clusterRedis()],
] as const)
  t.test(name, { skip: missing ?? false, timeout: 300_000 }, async (t) => {
    const setup = await start();
    t.teardown(() => setup.stop());

    t.test(
      'of many nodes that want one number at once, one has it, and the caps hold over all',
      async (t) => {
        const stores = await nodes(t, freshUrl(setup), 4);
        const leads = await Promise.all(stores.map((store, i) => leadWith(store, NUMBER, `campaign-${i}`)));
        const intents = leads.map((lead) => intentFor(lead));
        const results = await Promise.all(
          stores.map((store, i) => store.commitIntents([intents[i] as Intent], START)),
        );
        const words = results.flat().map(refusal).sort();
        t.same(words, ['committed', 'live', 'live', 'live']);
        const winner = results.flat().findIndex(({ committed }) => committed);
        await stores[winner]?.write([recordResult(intents[winner] as Intent, DONE)]);
        t.same(
          await stores[0]?.recentAttempts(NUMBER, 0),
          [START],
          'the refused ones have left nothing behind',
        );
        const capped = await Promise.all(
          stores.map((store, i) => {
            const lead = leads[i];
            if (lead === undefined || i === winner) return [];
            return store.commitIntents([intentFor(lead, { caps: [{ max: 1, seconds: 3600 }] })], START);
          }),
        );
        t.same(capped.flat().map(refusal), ['frequency_cap', 'frequency_cap', 'frequency_cap']);
      },
    );

    t.test('of many nodes that lease at once, no two have the same contact', async (t) => {
      const stores = await nodes(t, freshUrl(setup), 4);
      await stores[0]?.addContacts('spring', contacts(200), START);
      const leased = await Promise.all(stores.map((store) => store.leaseLeads(leaseOf({ count: 50 }))));
      const ids = leased.flatMap(({ leads }) => leads.map(({ contactId }) => contactId));
      t.equal(new Set(ids).size, 200);
      t.equal(ids.length, 200);
    });

    t.test('an intent whose process dies is an open attempt, or nothing', async (t) => {
      let died = 0;
      for (const answered of [false, true])
        for (let atCommand = 1; ; atCommand += 1) {
          const url = freshUrl(setup);
          const [heir] = (await nodes(t, url, 1)) as [RedisStore];
          const node = await mortal(t, url, atCommand, answered);
          const lead = await leadWith(heir, NUMBER, 'spring');
          const intent = intentFor(lead);
          node.arm();
          const outcome = await node.store.commitIntents([intent], START).catch(() => 'dead');
          if (outcome !== 'dead') break;
          died += 1;
          const later = await openRedisStore({ url, clock: () => START + HOUR });
          t.teardown(() => later.close());
          await later.reap(0);
          const { openAttempts } = await later.boot(START + MINUTE);
          if (openAttempts.length === 1) {
            await later.write([recordResult(intent, LATER, 'unknown')]);
            t.equal((await later.attempt(intent.attemptId))?.result?.outcome, 'unknown');
          } else
            t.same(await later.recentAttempts(NUMBER, 0), [], `command ${atCommand}: nothing is counted`);
          const again = await leadWith(later, NUMBER, 'autumn', START + 2 * HOUR);
          const results = await later.commitIntents([intentFor(again)], START + 2 * HOUR);
          t.same(results.map(refusal), ['committed'], `command ${atCommand}: the number is free again`);
        }
      t.ok(died >= 10, `it died ${died} times`);
    });

    t.test('a result whose process dies is recorded, told and counted once', async (t) => {
      let died = 0;
      for (const answered of [false, true])
        for (let atCommand = 1; ; atCommand += 1) {
          const url = freshUrl(setup);
          const [heir] = (await nodes(t, url, 1)) as [RedisStore];
          const node = await mortal(t, url, atCommand, answered);
          const intent = intentFor(await leadWith(heir, NUMBER, 'spring'));
          await heir.commitIntents([intent], START);
          const writes = endOf(intent);
          node.arm();
          const outcome = await node.store.write(writes).catch(() => 'dead');
          await heir.boot(START);
          const before = await heir.attempt(intent.attemptId);
          // It was never noted: whoever asks again is answered as if for the first time.
          if (before?.result === undefined) await heir.write(writes);
          await heir.reap(0);
          t.match(await heir.attempt(intent.attemptId), { result: { outcome: 'abandoned' } });
          t.equal((await heir.events(0, 10)).length, 1, `command ${atCommand}: told once`);
          t.match(await heir.abandonLedger({ from: START, to: START + HOUR }), [
            { answers: 1, abandoned: 1 },
          ]);
          const again = await leadWith(heir, NUMBER, 'autumn');
          t.same((await heir.commitIntents([intentFor(again)], START)).map(refusal), ['committed']);
          if (outcome !== 'dead') break;
          died += 1;
        }
      t.ok(died >= 10, `it died ${died} times`);
    });

    t.test('a node that has lost its pool writes nothing more', async (t) => {
      const [old, young] = (await nodes(t, freshUrl(setup), 2)) as [RedisStore, RedisStore];
      await old.addContacts('spring', contacts(3), START);
      await old.raiseFence('floor', ['spring'], 1);
      const running = intentFor(await leaseOne(old));
      const late = intentFor(await leaseOne(old));
      await old.commitIntents([running], START);
      await young.raiseFence('floor', ['spring'], 2);
      const refusals = await Promise.all(
        [
          old.commitIntents([late], START),
          old.write([recordResult(running, DONE)]),
          old.leaseLeads(leaseOf({ count: 1 })),
        ].map((call: Promise<unknown>) => call.then(String, ({ code }: StoreError) => code)),
      );
      t.same(refusals, ['store_fenced', 'store_fenced', 'store_fenced']);
      t.equal((await young.attempt(running.attemptId))?.result, undefined);
      t.equal(await young.attempt(late.attemptId), undefined);
      t.same(await young.recentAttempts(late.number, 0), [], 'its reservation is given back');
      await young.write([recordResult(running, DONE)]);
      t.match(await young.attempt(running.attemptId), { result: { outcome: 'no-answer' } });
      t.same((await young.commitIntents([late], START)).map(refusal), ['committed']);
    });
  });
