/**
 * The in-memory store is the plain reading of the port; the SQLite operations must give the same answers to any
 * sequence of calls. Both are called synchronously, with the same arguments, and compared after each call.
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
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { ContactState } from '../../dialer/store/port.js';
import { openDatabase } from '../../dialer/store/sqlite/database.js';
import { migrate } from '../../dialer/store/sqlite/migrate.js';
import { SqliteOperations } from '../../dialer/store/sqlite/sqlite-operations.js';
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

/** Runs the steps on both and throws at the first answer that differs. */
class Comparison {
  readonly #memory: StoreOperations;
  readonly #sqlite: StoreOperations;
  readonly #leads: Lead[] = [];
  readonly #intents: Intent[] = [];
  #now = START;

  constructor(memory: StoreOperations, sqlite: StoreOperations) {
    this.#memory = memory;
    this.#sqlite = sqlite;
  }

  both<R>(call: (store: StoreOperations) => R): R {
    const expected = call(this.#memory);
    const found = call(this.#sqlite);
    if (!isDeepStrictEqual(found, expected)) {
      throw new Error(`sqlite answers ${JSON.stringify(found)}, memory ${JSON.stringify(expected)}`);
    }
    return expected;
  }

  run({ call, a, b, c }: Step): void {
    const campaignId = pick(CAMPAIGNS, a);
    if (call < 9) this.#import(campaignId, b, c);
    else if (call < 10) this.#edit(campaignId, b, c);
    else if (call < 30) this.#lease(campaignId, b, c);
    else if (call < 50) this.#commit(a, b);
    else if (call < 70) this.#write(this.#result(a, b, c));
    else if (call < 76) this.#write(this.#disposition(a, b, c));
    else if (call < 78) this.#write(this.#leadBack(a, b));
    else if (call < 80) this.#operate(campaignId, b, c);
    else if (call < 85) this.#registry(campaignId, b, c);
    else if (call < 95) this.#now += pick([1, MINUTE, 5 * MINUTE, HOUR, DAY], b);
    else if (call < 97) this.#draw(campaignId, c);
    else if (call < 98) this.both((store) => ({ ...store.boot(this.#now), installation: '' }));
    else this.look();
  }

  #import(campaignId: string, b: number, c: number): void {
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
    this.both((store) => store.addContacts(campaignId, batch, this.#now, list));
  }

  /** What operators do to lists, callbacks and closed contacts. */
  #operate(campaignId: string, b: number, c: number): void {
    const now = this.#now;
    const contactId = `c${1 + b}`;
    if (c < 3) {
      const change = { campaignId, name: pick(['main', 'second'], b), paused: c === 0, at: now };
      this.both((store) => store.saveList(change));
    } else if (c < 5) {
      const dueAt = now + pick([0, MINUTE, HOUR], b);
      const own = c === 3 ? { agentId: pick(AGENTS, b), graceUntil: dueAt + HOUR } : {};
      this.both((store) => store.moveCallback({ contactId, dueAt, ...own, now }));
    } else if (c < 7) {
      this.both((store) => store.cancelCallback({ contactId, next: c === 5 ? 'open' : 'done', now }));
    } else {
      this.both((store) =>
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

  #edit(campaignId: string, b: number, c: number): void {
    const contactId = `c${1 + b}`;
    const version = this.both((store) => store.contact(contactId))?.version ?? 1;
    if (c < 2) {
      this.both((store) => store.removeContact(contactId, version - c, this.#now));
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
    this.both((store) => store.updateContact(contactId, edit, version, this.#now));
    this.both((store) => store.contacts({ campaignId, limit: 100 }));
  }

  #lease(campaignId: string, b: number, c: number): void {
    const request = leaseOf({
      campaignId,
      stage: pick<StageName>(STAGES, c),
      count: b % 4,
      now: this.#now,
      lookbackSeconds: pick([3600, 86_400], b),
      scope: { ...SCOPE, subject: pick(SUBJECTS, c) },
      readyAgents: c < 4 ? [] : [pick(AGENTS, c)],
    });
    this.#leads.push(...this.both((store) => store.leaseLeads(request)).leads);
  }

  #commit(a: number, b: number): void {
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
    this.both((store) => store.commitIntents([intent], this.#now));
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

  #delisted(b: number): void {
    const page = this.both((store) => store.contactsClosedByLists({ limit: 1 + b }));
    const free = page.items.flatMap(({ contactId, numbers }) => {
      const number = numbers[b % numbers.length];
      return number === undefined ? [] : [{ contactId, number }];
    });
    this.both((store) => store.reopenContacts(free));
  }

  #write(writes: readonly WriteEffect[]): void {
    this.both((store) => store.write(writes));
  }

  #registry(campaignId: string, b: number, c: number): void {
    const number = `+1212555000${b % 10}`;
    const at = this.#now;
    const list = c % 2 === 0 ? {} : { campaignId };
    if (c < 4) this.both((store) => store.addDnc([number], { ...list, reason: 'asked', at }));
    else if (c === 7) this.#delisted(b);
    else if (c < 7) this.both((store) => store.removeDnc(number, list.campaignId));
    else if (c < 10)
      this.both((store) =>
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
      this.both((store) =>
        store.addConsent([
          consentFor(number, { decision: 'refused', at, ...(c === 11 && { channel: 'text' }) }),
        ]),
      );
  }

  #draw(campaignId: string, c: number): void {
    if (c < 4) this.#write([{ type: 'open-phases', campaignId, through: c }]);
    const request = { type: 'draw-samples', campaignId, seed: `seed ${c}`, stages: PLAN } as const;
    this.both((store) => store.drawSamples(request));
  }

  /** Everything that can be seen from outside. */
  look(): void {
    const now = this.#now;
    for (const campaignId of CAMPAIGNS) {
      this.both((store) => store.contactCounts(campaignId));
      this.both((store) => store.contacts({ campaignId, limit: 3 }));
      this.both((store) => store.contacts({ campaignId, limit: 100 }));
      for (const state of STATES) this.both((store) => store.contacts({ campaignId, state, limit: 2 }));
      this.both((store) => store.contacts({ campaignId, list: 'second', limit: 2 }));
      this.both((store) => store.contacts({ campaignId, text: 'pErson 1', limit: 100 }));
      this.both((store) =>
        store.contacts({ campaignId, minimumAttempts: 1, maximumAttempts: 2, limit: 100 }),
      );
      this.both((store) => store.lists(campaignId));
      this.both((store) => store.penetration(campaignId));
      this.both((store) => store.attempts({ campaignId, agentId: 'ann', limit: 100 }));
      this.both((store) => store.attempts({ campaignId, disposed: true, from: START, to: now, limit: 100 }));
      this.both((store) => store.attemptTotals({ campaignId, from: START, to: now }));
      this.both((store) => store.attempts({ campaignId, limit: 100 }));
      this.both((store) => store.abandonLedger({ campaignId, from: now - DAY, to: now }));
    }
    this.both((store) => store.contacts({ name: 'person', limit: 4 }));
    this.both((store) => store.contacts({ name: 'PERSON 1', limit: 100 }));
    this.both((store) => store.contacts({ externalId: 'row-3', limit: 100 }));
    this.both((store) => store.contacts({ number: '+12125550003', limit: 100 }));
    this.both((store) => store.contacts({ doneReason: 'enough', limit: 100 }));
    this.both((store) => store.callbacks({ limit: 100 }));
    this.both((store) => store.callbacks({ state: 'waiting', agentId: 'ann', limit: 2 }));
    this.both((store) => store.callbacks({ calledWithin: MINUTE, limit: 100 }));
    this.both((store) => store.attempts({ limit: 4 }));
    this.both((store) => store.attempts({ outcome: 'busy', limit: 100 }));
    this.both((store) => store.attemptTotals({ from: now - HOUR, to: now + 1 }));
    for (let i = 0; i < 10; i += 1) {
      const number = `+1212555000${i}`;
      this.both((store) => store.recentAttempts(number, now - DAY));
      this.both((store) => store.consentOf(number, SCOPE, now));
      this.both((store) => store.consentOf(number, { ...SCOPE, purpose: 'service', seller: 'acme' }, now));
      this.both((store) => store.consentHistory(number));
      this.both((store) => store.isDnc(number, 'spring'));
    }
    this.both((store) => store.abandonLedger({ from: START, to: now + DAY }));
    this.both((store) => store.consentRecords({ limit: 3 }));
    this.both((store) => store.consentRecords({ limit: 4, cursor: '+12125550003 1' }));
    this.both((store) => store.lastEvent());
  }
}

t.test('memory and SQLite answer every sequence of calls alike', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-store-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const database = openDatabase(join(folder, 'store.db'));
  t.teardown(() => database.close());
  migrate(database);
  const sqlite = new SqliteOperations(database);
  const answered = { calls: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (steps) => {
      const comparison = new Comparison(new MemoryStoreCore(), sqlite);
      database.execute('BEGIN');
      try {
        for (const each of steps) comparison.run(each);
        comparison.look();
        answered.calls += steps.length;
      } finally {
        database.execute('ROLLBACK');
        sqlite.rolledBack();
      }
    }),
    { numRuns: 200 },
  );
  t.ok(answered.calls > 4000, `${answered.calls} calls compared`);
});
