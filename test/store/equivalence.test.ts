/**
 * The in-memory store is the plain reading of the port; the SQLite operations and the Redis store must give the same answers
 * to any sequence of calls. Both are called with the same arguments, and compared after each call.
 *
 * Redis is compared in what the port promises: lists are read to their end, as its pages may be short; ids of callbacks and
 * cursors are opaque; callbacks of one instant are in any order.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import type { WriteEffect } from '../../dialer/core/effects.js';
import {
  type ContactNext,
  type Intent,
  type Lead,
  type LedgerEntry,
  type Outcome,
  STAGES,
  type StageName,
} from '../../dialer/core/model.js';
import type { CallbackRecord } from '../../dialer/store/lists.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { ContactState, Page, Store } from '../../dialer/store/port.js';
import { openRedisStore } from '../../dialer/store/redis/redis-store.js';
import { openDatabase } from '../../dialer/store/sqlite/database.js';
import { migrate } from '../../dialer/store/sqlite/migrate.js';
import { SqliteOperations } from '../../dialer/store/sqlite/sqlite-operations.js';
import { redisMissing, singleRedis } from '../support/redis-servers.js';
import {
  consentFor,
  contact,
  DAY,
  dispositionOf,
  HOUR,
  intentFor,
  leaseOf,
  MINUTE,
  permit,
  recordResult,
  SCOPE,
  START,
  seenBy,
} from './records.js';

t.setTimeout(600_000);

const CAMPAIGNS = ['spring', 'autumn'] as const;
const AGENTS = ['ann', 'bob'] as const;
const OUTCOMES: readonly Outcome[] = [
  'connected',
  'abandoned',
  'machine',
  'no-answer',
  'busy',
  'not-dialed',
  'unknown',
];
const SUBJECTS = ['renewals', 'new offer'] as const;
const STATES: readonly ContactState[] = ['open', 'leased', 'pending', 'callback', 'done'];
const PLAN = {
  validation: { tiers: [], contacts: 2 },
  pilot: {
    tiers: [],
    share: 0.6,
    phases: [
      { tiers: ['experienced'], share: 0.5 },
      { tiers: ['ordinary'], share: 0.5 },
    ],
  },
  production: { tiers: [] },
} as const;

/** One step: which call, and three numbers that its arguments are made from. */
interface Step {
  readonly call: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  call: fc.nat(99),
  a: fc.nat(11),
  b: fc.nat(11),
  c: fc.nat(11),
});

function pick<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T;
}

function ledgerEntry(now: number, a: number, sign: 1 | -1): LedgerEntry {
  const from = Math.floor(now / HOUR) * HOUR;
  const law = pick(['us-30-days', 'gb-24-hours'], a);
  return { law, from, neededUntil: from + DAY, answers: sign, abandoned: a > 5 ? sign : 0, machines: 0 };
}

type Compared = Exclude<keyof Store & keyof StoreOperations, 'idempotent' | 'audited'>;

/** What is compared: operations that answer at once, or a store. */
type Subject = {
  readonly [K in Compared]: (
    ...parameters: Parameters<Store[K]>
  ) => Awaited<ReturnType<Store[K]>> | ReturnType<Store[K]>;
};

/** Callbacks without what each store does its own way: their ids, and their order within one instant. */
function neutralCallbacks(records: readonly CallbackRecord[]): readonly Omit<CallbackRecord, 'callbackId'>[] {
  return records
    .map(({ callbackId: _, ...record }) => record)
    .sort(
      (a, b) =>
        a.dueAt - b.dueAt || (JSON.stringify([a.contactId, a]) < JSON.stringify([b.contactId, b]) ? -1 : 1),
    );
}

/** Runs the steps on both and throws at the first answer that differs. */
class Comparison {
  readonly #memory: Subject;
  readonly #other: Subject;
  /** Pages are the same one by one, and so is all that the port leaves open. */
  readonly #exactly: boolean;
  readonly #leads: Lead[] = [];
  readonly #intents: Intent[] = [];
  #now = START;

  constructor(memory: Subject, other: Subject, { exactly }: { readonly exactly: boolean }) {
    this.#memory = memory;
    this.#other = other;
    this.#exactly = exactly;
  }

  async both<R>(call: (store: Subject) => R | Promise<R>): Promise<R> {
    const expected = await call(this.#memory);
    const found = await call(this.#other);
    if (!isDeepStrictEqual(found, expected)) {
      throw new Error(
        `${call.toString()}: the store answers ${JSON.stringify(found)}, memory ${JSON.stringify(expected)}`,
      );
    }
    return expected;
  }

  /** A page; or the whole list, where pages may differ. */
  async pages<T>(
    call: (store: Subject, cursor: { readonly cursor?: string }) => Page<T> | Promise<Page<T>>,
    neutral: (items: readonly T[]) => readonly unknown[] = (items) => items,
  ): Promise<readonly T[]> {
    if (this.#exactly) return (await this.both((store) => call(store, {}))).items;
    const whole = async (store: Subject): Promise<readonly T[]> => {
      const items: T[] = [];
      for (let page = await call(store, {}); ; page = await call(store, { cursor: page.nextCursor })) {
        items.push(...page.items);
        if (page.nextCursor === undefined) return items;
      }
    };
    const expected = await whole(this.#memory);
    const found = await whole(this.#other);
    if (!isDeepStrictEqual(neutral(found), neutral(expected))) {
      throw new Error(
        `${call.toString()}: the store lists ${JSON.stringify(found)}, memory ${JSON.stringify(expected)}`,
      );
    }
    return expected;
  }

  async run({ call, a, b, c }: Step): Promise<void> {
    const campaignId = pick(CAMPAIGNS, a);
    if (call < 9) await this.#import(campaignId, b, c);
    else if (call < 10) await this.#edit(campaignId, b, c);
    else if (call < 30) await this.#lease(campaignId, b, c);
    else if (call < 50) await this.#commit(a, b);
    else if (call < 70) await this.#write(this.#result(a, b, c));
    else if (call < 76) await this.#write(this.#disposition(a, b, c));
    else if (call < 78) await this.#write(this.#leadBack(a, b));
    else if (call < 80) await this.#operate(campaignId, b, c);
    else if (call < 85) await this.#registry(campaignId, b, c);
    else if (call < 95) this.#now += pick([1, MINUTE, 5 * MINUTE, HOUR, DAY], b);
    else if (call < 97) await this.#draw(campaignId, c);
    else if (call < 98)
      await this.both(async (store) => ({ ...(await store.boot(this.#now)), installation: '' }));
    else await this.look();
  }

  async #import(campaignId: string, b: number, c: number): Promise<void> {
    const consent = pick(['none', 'none', 'granted', 'refused'] as const, c);
    const number = (index: number): string => `+1212555000${index % 10}`;
    const batch = [0, 1, 2].map((index) =>
      contact(b + index, {
        externalId: (b + index) % 4 === 0 ? '' : `row-${(b * 3 + index) % 12}`,
        numbers: index === 1 ? [number(b + c), number(c)] : [number(b + index)],
        consent: index === 2 ? consent : 'none',
      }),
    );
    const list = pick([undefined, 'main', 'second'], b);
    await this.both((store) => store.addContacts(campaignId, batch, this.#now, list));
  }

  /** What operators do to lists, callbacks and closed contacts. */
  async #operate(campaignId: string, b: number, c: number): Promise<void> {
    const now = this.#now;
    const contactId = `c${1 + b}`;
    if (c < 3) {
      const change = { campaignId, name: pick(['main', 'second'], b), paused: c === 0, at: now };
      await this.both((store) => store.saveList(change));
    } else if (c < 5) {
      const dueAt = now + pick([0, MINUTE, HOUR], b);
      const own = c === 3 ? { agentId: pick(AGENTS, b), graceUntil: dueAt + HOUR } : {};
      await this.both((store) => store.moveCallback({ contactId, dueAt, ...own, now }));
    } else if (c < 7) {
      await this.both((store) => store.cancelCallback({ contactId, next: c === 5 ? 'open' : 'done', now }));
    } else {
      await this.both((store) =>
        store.recycleContacts({
          campaignId,
          scope: SCOPE,
          now,
          dryRun: c === 7,
          limit: 5,
          ...(c === 8 && { list: 'second' }),
          ...(c === 9 && { doneReasons: ['enough', 'callback-cancelled'] }),
          ...(b % 3 === 0 && { maximumAttempts: 1 }),
          ...(b % 4 === 0 && { attemptedBefore: now - MINUTE }),
          ...(c === 10 && { contactIds: [contactId] }),
        }),
      );
    }
  }

  async #edit(campaignId: string, b: number, c: number): Promise<void> {
    const contactId = `c${1 + b}`;
    const version = (await this.both((store) => store.contact(contactId)))?.version ?? 1;
    if (c < 2) {
      await this.both((store) => store.removeContact(contactId, version - c, this.#now));
      return;
    }
    const edit = {
      ...(c % 2 === 0 && { externalId: c === 4 ? '' : `row-${b}` }),
      ...(c % 3 === 0 && { numbers: [`+1212555000${c % 10}`, `+1212555000${b % 10}`] }),
      ...(c % 4 === 0 && { name: `Édith ${b}`, party: c === 4 ? ('' as const) : ('business' as const) }),
      ...(c === 5 && {
        fields: { city: 'Paris' },
        postalCode: '70112',
        numberClasses: ['payphone'] as const,
      }),
    };
    await this.both((store) => store.updateContact(contactId, edit, version, this.#now));
    await this.pages((store, cursor) => store.contacts({ campaignId, limit: 100, ...cursor }));
  }

  async #lease(campaignId: string, b: number, c: number): Promise<void> {
    const request = leaseOf({
      campaignId,
      stage: pick<StageName>(STAGES, c),
      count: b % 4,
      now: this.#now,
      lookbackSeconds: pick([3600, 86_400], b),
      scope: { ...SCOPE, subject: pick(SUBJECTS, c) },
      readyAgents: c < 4 ? [] : [pick(AGENTS, c)],
    });
    // A lease that ran out may be ended when its own campaign is asked for leads, or when any is.
    for (const each of CAMPAIGNS)
      await this.both((store) => store.leaseLeads({ ...request, campaignId: each, count: 0 }));
    this.#leads.push(...(await this.both((store) => store.leaseLeads(request))).leads);
  }

  async #commit(a: number, b: number): Promise<void> {
    if (this.#leads.length === 0) return;
    // Mostly fresh leads, now and then a stale one.
    const fresh = this.#leads.length - 1 - (a % 4);
    const lead = this.#leads[a === 0 ? 0 : Math.max(0, fresh)] as Lead;
    const numberIndex = b % lead.numbers.length;
    const intent = intentFor(lead, {
      numberIndex,
      scope: { ...SCOPE, subject: pick(SUBJECTS, a + b) },
      ...(b % 2 === 0 && { seen: seenBy(lead, numberIndex, lead.leasedAt - 3600_000) }),
      ...(b % 6 === 1 && { permit: permit({ consent: 'written' }) }),
      intendedAt: this.#now,
      caps: [{ max: 1 + (b % 3), seconds: 3600, ...(a % 2 === 0 && { per: 'person' }) }],
      consentRequired: b === 11,
    });
    await this.both((store) => store.commitIntents([intent], this.#now));
    this.#intents.push(intent);
  }

  #next(c: number): ContactNext {
    const dueAt = this.#now + pick([0, MINUTE, HOUR], c);
    if (c < 4) return { state: 'open', dueAt, nextNumber: c % 2 };
    if (c < 6) return { state: 'pending' };
    if (c < 7) return { state: 'done', reason: 'enough' };
    if (c < 9) return { state: 'callback', dueAt };
    return { state: 'callback', dueAt, agentId: pick(AGENTS, c), graceUntil: dueAt + HOUR };
  }

  #result(a: number, b: number, c: number): WriteEffect[] {
    const intent = this.#intents[this.#intents.length - 1 - (a % 6)];
    if (intent === undefined) return [];
    const over = { endedAt: this.#now, numberDead: a === 7, ...(b < 6 && { answeredAt: this.#now }) };
    const write = recordResult(intent, this.#next(c), pick(OUTCOMES, b), over);
    if (c === 0) return [write];
    return [{ ...write, ledger: [ledgerEntry(this.#now, a, 1)] } as WriteEffect];
  }

  #disposition(a: number, b: number, c: number): WriteEffect[] {
    const intent = this.#intents[this.#intents.length - 1 - (a % 6)];
    if (intent === undefined) return [];
    const disposition = dispositionOf(intent, { refusal: b % 3 === 0, at: this.#now });
    const ledger = [ledgerEntry(this.#now, a, -1)];
    return [{ type: 'record-disposition', disposition, next: this.#next(c), ...(c > 5 && { ledger }) }];
  }

  #leadBack(a: number, b: number): WriteEffect[] {
    const lead = this.#leads[this.#leads.length - 1 - (a % 4)];
    if (lead === undefined) return [];
    const { campaignId, contactId } = lead;
    if (b === 0)
      return [{ type: 'close-lead', campaignId, contactId, reason: a % 2 === 0 ? 'dnc' : 'closed' }];
    const dueAt = this.#now + b * MINUTE;
    return [{ type: 'release-lead', campaignId, contactId, dueAt, reason: '', nextNumber: b % 2 }];
  }

  async #delisted(b: number): Promise<void> {
    const closed = await this.pages((store, cursor) =>
      store.contactsClosedByLists({ limit: 1 + b, ...cursor }),
    );
    const free = closed.flatMap(({ contactId, numbers }) => {
      const number = numbers[b % numbers.length];
      return number === undefined ? [] : [{ contactId, number }];
    });
    await this.both((store) => store.reopenContacts(free));
  }

  async #write(writes: readonly WriteEffect[]): Promise<void> {
    await this.both((store) => store.write(writes));
  }

  async #registry(campaignId: string, b: number, c: number): Promise<void> {
    const number = `+1212555000${b % 10}`;
    const at = this.#now;
    const list = c % 2 === 0 ? {} : { campaignId };
    if (c < 4) await this.both((store) => store.addDnc([number], { ...list, reason: 'asked', at }));
    else if (c === 7) await this.#delisted(b);
    else if (c < 7) await this.both((store) => store.removeDnc(number, list.campaignId));
    else if (c < 10)
      await this.both((store) =>
        store.addConsent([
          consentFor(number, {
            at: at - b * HOUR,
            level: b % 3 === 0 ? 'written' : 'express',
            ...(b % 2 === 0 && { expiresAt: at + c * MINUTE }),
            ...(b % 4 === 0 && { purposes: ['service'] }),
            ...(b % 5 === 0 && { seller: 'acme' }),
          }),
        ]),
      );
    else
      await this.both((store) =>
        store.addConsent([
          consentFor(number, { decision: 'refused', at, ...(c === 11 && { channel: 'text' }) }),
        ]),
      );
  }

  async #draw(campaignId: string, c: number): Promise<void> {
    if (c < 4) await this.#write([{ type: 'open-phases', campaignId, through: c }]);
    const request = { type: 'draw-samples', campaignId, seed: `seed ${c}`, stages: PLAN } as const;
    await this.both((store) => store.drawSamples(request));
  }

  /** Everything that can be seen from outside. */
  async look(): Promise<void> {
    const now = this.#now;
    for (const campaignId of CAMPAIGNS) {
      await this.both((store) => store.contactCounts(campaignId));
      await this.pages((store, cursor) => store.contacts({ campaignId, limit: 3, ...cursor }));
      await this.pages((store, cursor) => store.contacts({ campaignId, limit: 100, ...cursor }));
      for (const state of STATES)
        await this.pages((store, cursor) => store.contacts({ campaignId, state, limit: 2, ...cursor }));
      await this.pages((store, cursor) =>
        store.contacts({ campaignId, list: 'second', limit: 2, ...cursor }),
      );
      await this.pages((store, cursor) =>
        store.contacts({ campaignId, text: 'pErson 1', limit: 100, ...cursor }),
      );
      await this.pages((store, cursor) =>
        store.contacts({ campaignId, minimumAttempts: 1, maximumAttempts: 2, limit: 100, ...cursor }),
      );
      await this.both((store) => store.lists(campaignId));
      await this.both((store) => store.penetration(campaignId));
      await this.pages((store, cursor) =>
        store.attempts({ campaignId, agentId: 'ann', limit: 100, ...cursor }),
      );
      await this.pages((store, cursor) =>
        store.attempts({ campaignId, disposed: true, from: START, to: now, limit: 100, ...cursor }),
      );
      await this.both((store) => store.attemptTotals({ campaignId, from: START, to: now }));
      await this.pages((store, cursor) => store.attempts({ campaignId, limit: 100, ...cursor }));
      await this.both((store) => store.abandonLedger({ campaignId, from: now - DAY, to: now }));
    }
    await this.pages((store, cursor) => store.contacts({ name: 'person', limit: 4, ...cursor }));
    await this.pages((store, cursor) => store.contacts({ name: 'PERSON 1', limit: 100, ...cursor }));
    await this.pages((store, cursor) => store.contacts({ externalId: 'row-3', limit: 100, ...cursor }));
    await this.pages((store, cursor) => store.contacts({ number: '+12125550003', limit: 100, ...cursor }));
    await this.pages((store, cursor) => store.contacts({ doneReason: 'enough', limit: 100, ...cursor }));
    await this.pages((store, cursor) => store.callbacks({ limit: 100, ...cursor }), neutralCallbacks);
    await this.pages(
      (store, cursor) => store.callbacks({ state: 'waiting', agentId: 'ann', limit: 2, ...cursor }),
      neutralCallbacks,
    );
    await this.pages(
      (store, cursor) => store.callbacks({ calledWithin: MINUTE, limit: 100, ...cursor }),
      neutralCallbacks,
    );
    await this.pages((store, cursor) => store.attempts({ limit: 4, ...cursor }));
    await this.pages((store, cursor) => store.attempts({ outcome: 'busy', limit: 100, ...cursor }));
    await this.both((store) => store.attemptTotals({ from: now - HOUR, to: now + 1 }));
    for (let i = 0; i < 10; i += 1) {
      const number = `+1212555000${i}`;
      await this.both((store) => store.recentAttempts(number, now - DAY));
      await this.both((store) => store.consentOf(number, SCOPE, now));
      await this.both((store) =>
        store.consentOf(number, { ...SCOPE, purpose: 'service', seller: 'acme' }, now),
      );
      await this.both((store) => store.consentHistory(number));
      await this.both((store) => store.isDnc(number, 'spring'));
    }
    await this.both((store) => store.abandonLedger({ from: START, to: now + DAY }));
    await this.pages((store, cursor) => store.consentRecords({ limit: 3, ...cursor }));
    if (this.#exactly)
      await this.both((store) => store.consentRecords({ limit: 4, cursor: '+12125550003 1' }));
    await this.both((store) => store.lastEvent());
  }
}

const SEQUENCE = fc.array(step, { minLength: 20, maxLength: 120, size: 'max' });
/** Chosen anew each time; printed, to be repeated with. */
const seed = Number(process.env['TACTUS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** A Redis is asked over the network: fewer sequences, and an end after so long, milliseconds. */
const REDIS_RUNS = 24;
const REDIS_MILLISECONDS = 20_000;
/** Keys of a sequence are in a part of the server of their own. */
let prefixes = 0;

t.test('memory and SQLite answer every sequence of calls alike', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-store-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const database = openDatabase(join(folder, 'store.db'));
  t.teardown(() => database.close());
  migrate(database);
  const sqlite = new SqliteOperations(database);
  const answered = { calls: 0 };
  await fc.assert(
    fc.asyncProperty(SEQUENCE, async (steps) => {
      const comparison = new Comparison(new MemoryStoreCore(), sqlite, { exactly: true });
      database.execute('BEGIN');
      try {
        for (const each of steps) await comparison.run(each);
        await comparison.look();
        answered.calls += steps.length;
      } finally {
        database.execute('ROLLBACK');
        sqlite.rolledBack();
      }
    }),
    { numRuns: 200, seed, includeErrorInReport: true },
  );
  t.ok(answered.calls > 4000, `${answered.calls} calls compared (seed ${seed})`);
});

const missing = redisMissing();
t.test('memory and Redis answer every sequence of calls alike', { skip: missing ?? false }, async (t) => {
  const redis = await singleRedis();
  t.teardown(() => redis.stop());
  const end = Date.now() + REDIS_MILLISECONDS;
  const answered = { calls: 0 };
  await fc.assert(
    fc.asyncProperty(SEQUENCE, async (steps) => {
      // Also ends the search for a shorter sequence that fails.
      if (Date.now() > end) return;
      prefixes += 1;
      const store = await openRedisStore({ url: `${redis.url}?prefix=e${prefixes}:` });
      try {
        const comparison = new Comparison(new MemoryStoreCore(), store, { exactly: false });
        for (const each of steps) await comparison.run(each);
        await comparison.look();
        answered.calls += steps.length;
      } finally {
        await store.close();
      }
    }),
    { numRuns: REDIS_RUNS, seed, includeErrorInReport: true },
  );
  t.ok(answered.calls > 100, `${answered.calls} calls compared (seed ${seed})`);
});
