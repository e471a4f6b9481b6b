/** Operations of the Redis store that reach over several slots: whole or not at all, whoever dies and whoever comes first. */
import t, { type Test } from 'tap';
import { canonicalJson, checkChain } from '../../dialer/audit/index.js';
import type { AuditedOperation, Store } from '../../dialer/store/port.js';
import { CONNECTION_TIMES, RedisConnection } from '../../dialer/store/redis/connection.js';
import { readDurability } from '../../dialer/store/redis/durability.js';
import { contextOver, openRedisStore, RedisStore } from '../../dialer/store/redis/redis-store.js';
import { readDoc } from '../../dialer/store/redis/transaction.js';
import { dyingConnection } from '../support/dying-connection.js';
import { clusterRedis, type RedisSetup, redisMissing, singleRedis } from '../support/redis-servers.js';
import { auditEntry } from './contract/audit.js';
import { commit, leaseOne, refusal } from './contract/support.js';
import { consentFor, contact, intentFor, recordResult, START } from './records.js';

const missing = redisMissing();
/** With the steps from one command to the next at which a process dies: on the cluster, every third. */
const setups: readonly (readonly [string, () => Promise<RedisSetup>, stride: number])[] = [
  ['single server', () => singleRedis(), 1],
  ['cluster', () => clusterRedis(), 3],
];
let stores = 0;

function freshUrl({ url }: RedisSetup): string {
  stores += 1;
  return `${url}?prefix=t${stores}:`;
}

/** The audit log is one whole chain; returns what it says was done. */
async function recorded(store: Store): Promise<readonly unknown[]> {
  const { items } = await store.auditRecords({ limit: 1000, oldestFirst: true });
  const head = await store.auditHead();
  const report = await checkChain(
    (async function* () {
      yield items;
    })(),
    [head],
  );
  if (!report.intact) throw new Error(report.fault);
  return items.map(({ action, result }) => [action, result]);
}

interface Case {
  readonly title: string;
  readonly operation: AuditedOperation;
  readonly parameters: readonly unknown[];
  /** What is there before. */
  before?(store: Store): Promise<unknown>;
  /** What the operation answers. */
  readonly result: unknown;
  /** How much of it is there: nothing, all, or something between. */
  done(store: Store): Promise<'nothing' | 'all' | 'part'>;
}

const NUMBERS = ['+12125550001', '+12125550002', '+12125550003', '+442071234567', '+81312345678'];

const ofAll = (found: readonly boolean[]): 'nothing' | 'all' | 'part' =>
  found.every(Boolean) ? 'all' : found.some(Boolean) ? 'part' : 'nothing';

const cases: readonly Case[] = [
  {
    title: 'a document',
    operation: 'saveDocument',
    parameters: [{ kind: 'script', id: 'a', body: { text: 'Hello' }, at: START }],
    result: 1,
    done: async (store) => ofAll([(await store.document('script', 'a'))?.version === 1]),
  },
  {
    title: 'a do-not-call list over many shards',
    operation: 'addDnc',
    parameters: [NUMBERS, { campaignId: 'spring', reason: 'asked', at: START }],
    result: NUMBERS.length,
    done: async (store) =>
      ofAll(await Promise.all(NUMBERS.map(async (number) => (await store.isDnc(number, 'spring')).campaign))),
  },
  {
    title: 'consents of many numbers',
    operation: 'addConsent',
    parameters: [NUMBERS.map((number) => consentFor(number))],
    result: NUMBERS.length,
    done: async (store) =>
      ofAll(await Promise.all(NUMBERS.map(async (n) => (await store.consentHistory(n)).length === 1))),
  },
  {
    title: 'an import with withdrawn consents',
    operation: 'addContacts',
    parameters: [
      'spring',
      NUMBERS.map((number, i) => contact(i, { numbers: [number], consent: 'refused' })),
      START,
    ],
    result: { added: NUMBERS.length, duplicates: 0 },
    done: async (store) =>
      ofAll([
        (await store.contacts({ campaignId: 'spring', limit: 10 })).items.length === NUMBERS.length,
        ...(await Promise.all(NUMBERS.map(async (n) => (await store.consentHistory(n)).length === 1))),
      ]),
  },
  {
    title: 'an edit of a contact',
    before: (store) => store.addContacts('spring', [contact(1)], START),
    operation: 'updateContact',
    parameters: ['c1', { name: 'Ada', numbers: ['+12125559001'] }, 1, START],
    result: 2,
    done: async (store) =>
      ofAll([
        (await store.contact('c1'))?.version === 2,
        (await store.contact('c1'))?.name === 'Ada',
        (await store.contactsWith(['+12125559001'])).length === 1,
        (await store.contactsWith(contact(1).numbers)).length === 0,
      ]),
  },
  {
    title: 'the removal of a contact',
    before: (store) => store.addContacts('spring', [contact(1)], START),
    operation: 'removeContact',
    parameters: ['c1', 1, START],
    result: true,
    done: async (store) =>
      ofAll([
        (await store.contact('c1')) === undefined,
        (await store.contactCounts('spring')).length === 0,
        (await store.contactsWith(contact(1).numbers)).length === 0,
      ]),
  },
  {
    title: 'the erasure of a person',
    before: async (store) => {
      await store.addContacts('spring', [contact(1, { numbers: NUMBERS.slice(0, 2) })], START);
      await store.addContacts('autumn', [contact(1, { numbers: NUMBERS.slice(1, 3) })], START);
      await store.addConsent(NUMBERS.map((number) => consentFor(number)));
    },
    operation: 'erase',
    parameters: [{ contactIds: ['c1', 'c2'], numbers: NUMBERS.slice(0, 3), at: START }],
    result: { contacts: 2, attempts: 0, consents: 3 },
    done: async (store) =>
      ofAll([
        (await store.contact('c1'))?.doneReason === 'erased',
        (await store.contact('c2'))?.doneReason === 'erased',
        (await store.contactsWith(NUMBERS)).length === 0,
        ...(await Promise.all(
          NUMBERS.slice(0, 3).map(
            async (n) => (await store.consentHistory(n)).length === 0 && (await store.isDnc(n)).internal,
          ),
        )),
      ]),
  },
];

for (const [setupName, start, stride] of setups)
  t.test(setupName, { skip: missing ?? false }, async (t) => {
    const setup = await start();
    t.teardown(() => setup.stop());
    const open = async (t: Test, url: string): Promise<RedisStore> => {
      const store = await openRedisStore({ url });
      t.teardown(() => store.close());
      return store;
    };

    for (const { title, before, operation, parameters, result, done } of cases)
      t.test(`${title} and its record are one, at whatever command the process dies`, async (t) => {
        const seen = { nothing: 0, all: 0 };
        for (const answered of [false, true])
          for (let command = 1; ; command += stride) {
            const url = freshUrl(setup);
            const survivor = await open(t, url);
            await before?.(survivor);
            const connection = await RedisConnection.open(url, CONNECTION_TIMES);
            const dying = dyingConnection(connection, command, answered);
            const victim = new RedisStore(
              await contextOver(dying.connection, Date.now),
              await readDurability(connection),
            );
            dying.arm();
            const answer = await victim
              .audited(auditEntry(1), operation, parameters as never)
              .then((value: unknown) => ({ value }))
              .catch(() => undefined);
            connection.close();
            await victim.close();
            await survivor.reap(0);
            const state = await done(survivor);
            const records = await recorded(survivor);
            if (state === 'part') throw new Error(`died at command ${command}: a part was done`);
            seen[state] += 1;
            const expected = state === 'all' ? [['campaign.pause', result]] : [];
            if (canonicalJson(records) !== canonicalJson(expected))
              throw new Error(
                `died at command ${command}: ${state} was done, recorded ${JSON.stringify(records)}`,
              );
            await survivor.reap(0);
            if ((await recorded(survivor)).length !== expected.length) throw new Error('recorded twice');
            await survivor.close();
            if (answer !== undefined && dying.asked() < command) {
              t.same(answer.value, result, 'whoever lives is answered');
              break;
            }
          }
        t.ok(seen.nothing > 0, `died ${seen.nothing} times before anything was done`);
        t.ok(seen.all > 1, `and ${seen.all} times after it was certain`);
      });

    t.test('a finished operation leaves nothing that was kept for its repetition', async (t) => {
      const url = freshUrl(setup);
      const store = await open(t, url);
      const connection = await RedisConnection.open(url, CONNECTION_TIMES);
      t.teardown(() => connection.close());
      /** Keys that expire, for records never do; and notes of what is under way. */
      const leftOver = async (): Promise<readonly string[]> => {
        const { prefix } = connection.address;
        const all = (await connection.eachPrimary('keys', `${prefix}*`)).flat() as string[];
        const lives = await Promise.all(all.map((key) => connection.call('ttl', key)));
        const notes = Number(await connection.call('hlen', `${prefix}{g}redo`));
        return [...all.filter((_, i) => Number(lives[i]) >= 0), ...Array<string>(notes).fill('note')];
      };
      const nothingLeft = async (title: string): Promise<void> => {
        let left = await leftOver();
        // Nobody waits for it when he is answered.
        for (let tries = 0; left.length > 0 && tries < 500; tries += 1) left = await leftOver();
        t.same(left, [], title);
      };
      for (const { title, before, operation, parameters } of cases) {
        await before?.(store);
        await store.audited(auditEntry(1), operation, parameters as never);
        await nothingLeft(title);
      }
      await store.addContacts('winter', [contact(7)], START);
      const intent = intentFor(await leaseOne(store, { campaignId: 'winter' }));
      t.equal((await commit(store, intent)).committed, true);
      await store.write(
        [
          recordResult(intent, { state: 'done', reason: 'no-answer' }),
          { type: 'add-dnc', number: NUMBERS[0] ?? '', reason: 'asked', at: START },
          { type: 'record-consent', consent: consentFor(NUMBERS[1] ?? '') },
          { type: 'save-emergency-stop', stop: { since: START, by: 'ann', reason: 'wrong list' } },
          {
            type: 'event',
            event: { kind: 'switch-changed', at: START, switchId: 'main', connected: true, reason: '' },
          },
        ],
        [auditEntry(2)],
      );
      await nothingLeft('a write');
    });

    for (const moment of ['before it has claimed it', 'after it has claimed it'] as const)
      t.test(`who repeats an operation while it is finished takes no step twice: ${moment}`, async (t) => {
        const url = freshUrl(setup);
        const owner = await openRedisStore({ url });
        const connection = await RedisConnection.open(url, CONNECTION_TIMES);
        const durability = await readDurability(connection);
        const { keys } = await contextOver(connection, Date.now);
        const word = moment.startsWith('before') ? 'claimed:' : 'once:';
        let held: (() => void) | undefined;
        const isHeld = new Promise<void>((resolve) => {
          held = resolve;
        });
        let release: (() => void) | undefined;
        const released = new Promise<void>((resolve) => {
          release = resolve;
        });
        const slow = new Proxy(connection, {
          get(target, name) {
            const value = Reflect.get(target, name, target) as unknown;
            if (typeof value !== 'function') return value;
            if (name !== 'run') return value.bind(target) as unknown;
            return async (...parameters: Parameters<RedisConnection['run']>) => {
              if (parameters[1].some((key) => key.includes(word))) {
                held?.();
                await released;
              }
              return target.run(...parameters);
            };
          },
        });
        const repeating = new RedisStore(await contextOver(slow, Date.now), durability);
        // The owner is halted at its first step, until the other has found the note.
        const own = await RedisConnection.open(url, CONNECTION_TIMES);
        let repetition: Promise<void> | undefined;
        const halted = new Proxy(own, {
          get(target, name) {
            const value = Reflect.get(target, name, target) as unknown;
            if (typeof value !== 'function') return value;
            if (name !== 'run') return value.bind(target) as unknown;
            return async (...parameters: Parameters<RedisConnection['run']>) => {
              if (repetition === undefined && parameters[1].some((key) => key.includes('once:'))) {
                repetition = repeating.reap(0);
                await isHeld;
              }
              return target.run(...parameters);
            };
          },
        });
        const first = new RedisStore(await contextOver(halted, Date.now), durability);
        t.teardown(() => Promise.all([owner, repeating, first].map((store) => store.close())));
        const write = { kind: 'script', id: 'a', body: { text: 'Hello' }, at: START };
        t.equal(await first.audited(auditEntry(1), 'saveDocument', [write]), 1);
        while (Number(await connection.call('hlen', keys.global('redo'))) > 0);
        // What is forgotten is forgotten by now.
        for (let i = 0; i < 3; i += 1) await first.check();
        release?.();
        await repetition;
        t.equal((await owner.document('script', 'a'))?.version, 1);
        t.same(await recorded(owner), [['campaign.pause', 1]]);
      });

    t.test('two processes that finish the same operation come to one end', async (t) => {
      const url = freshUrl(setup);
      const stores = [await open(t, url), await open(t, url), await open(t, url)];
      const [first] = stores as [RedisStore];
      const call = first.audited(auditEntry(1), 'addDnc', [NUMBERS, { reason: 'asked', at: START }]);
      await Promise.all([
        call,
        ...stores.map((store) => store.reap(0)),
        ...stores.map((store) => store.reap(0)),
      ]);
      t.equal(await call, NUMBERS.length);
      t.same(await recorded(first), [['campaign.pause', NUMBERS.length]]);
    });

    t.test('of many who edit one version of a document, one comes through', async (t) => {
      const url = freshUrl(setup);
      const stores = [await open(t, url), await open(t, url)];
      for (let version = 0; version < 5; version += 1) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            (stores[i % 2] as RedisStore).saveDocument({
              kind: 'script',
              id: 'a',
              body: i,
              at: START,
              ifVersion: version,
            }),
          ),
        );
        t.same(
          answers.filter((each) => each !== false),
          [version + 1],
        );
      }
    });

    t.test('records appended by several processes at once form one chain', async (t) => {
      const url = freshUrl(setup);
      const stores = [await open(t, url), await open(t, url), await open(t, url)];
      await Promise.all(
        Array.from({ length: 90 }, (_, i) => (stores[i % 3] as RedisStore).appendAudit([auditEntry(i)])),
      );
      t.equal((await recorded(stores[0] as RedisStore)).length, 90);
    });

    t.test('a number that many list at once is new once, and its words are said once', async (t) => {
      const url = freshUrl(setup);
      const stores = [await open(t, url), await open(t, url)];
      const number = NUMBERS[0] as string;
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (stores[i % 2] as RedisStore).addDnc([number], { reason: `${i}`, at: START }),
        ),
      );
      t.equal(
        added.reduce((sum, each) => sum + each, 0),
        1,
      );
      const words = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (stores[i % 2] as RedisStore).addConsent([consentFor(number)])),
      );
      t.equal(
        words.reduce((sum, each) => sum + each, 0),
        1,
      );
    });

    t.test(
      'a word that comes between the reservation of a number and its intent refuses the intent',
      async (t) => {
        const url = freshUrl(setup);
        const other = await open(t, url);
        const connection = await RedisConnection.open(url, CONNECTION_TIMES);
        const durability = await readDurability(connection);
        const { keys } = await contextOver(connection, Date.now);
        let interrupt: { readonly key: string; readonly by: () => Promise<unknown> } | undefined;
        const interrupted = new Proxy(connection, {
          get(target, name) {
            const value = Reflect.get(target, name, target) as unknown;
            if (typeof value !== 'function') return value;
            if (name !== 'run') return value.bind(target) as unknown;
            return async (...parameters: Parameters<RedisConnection['run']>) => {
              const now = interrupt;
              if (now !== undefined && parameters[1].includes(now.key)) {
                interrupt = undefined;
                await now.by();
              }
              return target.run(...parameters);
            };
          },
        });
        const store = new RedisStore(await contextOver(interrupted, Date.now), durability);
        t.teardown(() => store.close());
        await store.addContacts('spring', [contact(1)], START);
        const lead = await leaseOne(store);
        const number = lead.numbers[0]?.e164 ?? '';
        const words: readonly (readonly [string, () => Promise<unknown>])[] = [
          ['dnc', () => other.addDnc([number], { reason: 'asked', at: START })],
          ['consent', () => other.addConsent([consentFor(number, { decision: 'refused', at: START + 1 })])],
        ];
        for (const [refused, by] of words) {
          const intent = intentFor(lead);
          interrupt = { key: keys.revoked('spring', intent.attemptId), by };
          t.equal(refusal(await commit(store, intent)), refused);
          t.equal(interrupt, undefined, 'it was interrupted');
          t.equal(await store.attempt(intent.attemptId), undefined);
          await other.removeDnc(number);
        }
        await other.addConsent([consentFor(number, { at: START + 2 })]);
        const { committed } = await commit(store, intentFor(lead), START + 3);
        t.equal(committed, true, 'the number is free again');
      },
    );

    t.test('a reservation that a do-not-call word overtakes is refused in its campaign', async (t) => {
      const url = freshUrl(setup);
      const store = await open(t, url);
      const connection = await RedisConnection.open(url, CONNECTION_TIMES);
      t.teardown(() => connection.close());
      const { keys } = await contextOver(connection, Date.now);
      const reserve = async (number: string, attemptId: string): Promise<void> => {
        const { stamp } = await readDoc(connection, keys.number(number));
        t.equal(stamp, '');
        const live = { attemptId, campaignId: 'spring', contactId: 'c1', person: '' };
        await connection.call('set', keys.number(number), `x|${JSON.stringify({ live })}`);
      };
      const refusal = (attemptId: string) => connection.call('get', keys.revoked('spring', attemptId));
      await reserve('+12125550101', 'a1');
      await reserve('+12125550102', 'a2');
      await reserve('+12125550103', 'a3');
      await store.addDnc(['+12125550101'], { reason: 'asked', at: START });
      await store.addConsent([
        consentFor('+12125550102', { decision: 'refused' }),
        consentFor('+12125550103'),
      ]);
      t.same([await refusal('a1'), await refusal('a2'), await refusal('a3')], ['dnc', 'consent', null]);
    });
  });
