import t from 'tap';
import { builtinPacks, type Purpose, type RulePack } from '../../compliance/index.js';
import { createAuditLog } from '../../dialer/audit/index.js';
import {
  daysKept,
  LEAST_RETENTION_DAYS,
  longestDays,
  type PrunedUpTo,
  prune,
  type RetentionPeriods,
  retentionPeriods,
  SHORTEST_RETENTION_DAYS,
  startPruner,
} from '../../dialer/retention/index.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import type { PruneAttemptsRequest } from '../../dialer/store/port.js';
import { FakeClock } from '../demo/fake-engine.js';
import { attempt, commit, DONE, leaseOne } from '../store/contract/support.js';
import { contact, DAY, intentFor, recordResult, START } from '../store/records.js';

/** All calls are kept for ten days. */
const TEN_DAYS: RetentionPeriods = { otherwiseDays: 10, leastDays: 0, rules: [] };

const rulesOf = (id: string, ...rules: readonly object[]): RulePack =>
  ({
    ...(builtinPacks[0] as RulePack),
    id,
    rules: rules.map((rule) => ({ kind: 'retention', source: 's', confidence: 'weak', ...rule })),
  }) as unknown as RulePack;

t.test(
  'a call is kept for the longest that its packs ask for, and a wish can only lengthen it',
  async (t) => {
    const issuedAt = Date.parse('2026-06-01T12:00Z');
    const now = Date.parse('2028-06-01T12:00Z');
    const kept = (
      packs: readonly RulePack[],
      ids: readonly string[],
      wished = 0,
      purpose: Purpose = 'sales',
    ) =>
      daysKept(
        {
          rules: ids.map((pack) => ({ pack, version: '1', rules: [] })),
          purpose,
          mode: 'predictive',
          issuedAt,
        },
        retentionPeriods(packs, wished),
        now,
      );
    t.equal(kept(builtinPacks, ['gate', 'us-federal', 'us-fl']), 1827);
    t.equal(
      kept(builtinPacks, ['gate', 'gb']),
      731,
      'two years of abandon rates, which are recounted from calls',
    );
    t.equal(kept(builtinPacks, ['gate', 'ca-federal']), 1096);
    t.equal(kept(builtinPacks, ['gate', 'gb', 'us-federal']), 1827, 'a number that may be in either');
    t.equal(kept(builtinPacks, ['gate', 'fr']), LEAST_RETENTION_DAYS, 'no period is known');
    t.equal(kept(builtinPacks, ['gone']), LEAST_RETENTION_DAYS, 'nor is the pack');
    t.equal(kept(builtinPacks, ['us-federal'], 0, 'survey'), LEAST_RETENTION_DAYS, 'the rule is about sales');
    t.equal(
      kept(builtinPacks, ['cn']),
      SHORTEST_RETENTION_DAYS,
      'a month is less than the engine looks back',
    );
    t.equal(kept(builtinPacks, ['gb'], 900), 900);
    t.equal(kept(builtinPacks, ['gb'], 100), 731);
    t.equal(kept(builtinPacks, ['fr'], 20_000), 20_000);
    for (const record of ['dnc_requests', 'consents', 'recordings'])
      t.equal(kept([rulesOf('p', { record, days: 500 })], ['p']), LEAST_RETENTION_DAYS, record);
    const dated = (rule: object) => kept([rulesOf('p', { record: 'calls', days: 9_000, ...rule })], ['p']);
    t.equal(dated({ effectiveFrom: '2028-01-01' }), 9_000, 'a law that came after the call');
    t.equal(dated({ effectiveFrom: '2029-01-01' }), LEAST_RETENTION_DAYS, 'not yet');
    t.equal(dated({ effectiveTo: '2027-01-01' }), 9_000, 'it was in force at the call');
    t.equal(dated({ effectiveTo: '2026-01-01' }), LEAST_RETENTION_DAYS, 'it was not any more');
    t.equal(longestDays(retentionPeriods()), LEAST_RETENTION_DAYS, "Virginia's ten years are for opt-outs");
    t.equal(longestDays(retentionPeriods([rulesOf('p', { record: 'calls', days: 9_000 })])), 9_000);
  },
);

t.test(
  'calls of packs with other periods go at their own time, and what stays is not looked at again',
  async (t) => {
    const clock = new FakeClock(START);
    const store = new MemoryStore({ clock: () => clock.now() });
    const audit = createAuditLog(store, () => clock.now());
    await store.addContacts(
      'spring',
      Array.from({ length: 6 }, (_, i) => contact(i)),
      START,
    );
    const packs = ['short', 'long', 'short', 'none', 'long', 'short'];
    for (const pack of packs) {
      const intent = intentFor(await leaseOne(store));
      await commit(store, {
        ...intent,
        permit: { ...intent.permit, rules: [{ pack, version: '1', rules: [] }] },
      });
      await store.write([recordResult(intent, DONE, 'busy')]);
    }
    const periods = retentionPeriods([
      rulesOf('short', { record: 'calls', days: 500 }),
      rulesOf('long', { record: 'calls', days: 3_000 }),
    ]);
    const looked: number[] = [];
    const watched = {
      prune: (before: number, limit: number) => store.prune(before, limit),
      pruneAttempts: async (request: PruneAttemptsRequest) => {
        const report = await store.pruneAttempts(request);
        looked.push(report.attempts);
        return report;
      },
    };
    const upTo: PrunedUpTo = new Map();
    const left = async () =>
      (await store.attempts({ campaignId: 'spring', limit: 10 })).items
        .map(({ permit }) => permit.rules[0]?.pack)
        .sort();
    const run = () => prune({ store: watched, audit, clock, periods }, upTo);
    clock.advance(499 * DAY);
    t.same(await run(), { attempts: 0, events: 0 });
    clock.advance(2 * DAY);
    t.same(await run(), { attempts: 3, events: 0 });
    t.same(await left(), ['long', 'long', 'none']);
    looked.length = 0;
    t.same(await run(), { attempts: 0, events: 0 });
    clock.advance((LEAST_RETENTION_DAYS - 500) * DAY);
    t.same(await run(), { attempts: 1, events: 0 });
    t.same(await left(), ['long', 'long']);
    clock.advance(1_200 * DAY);
    t.same(await run(), { attempts: 2, events: 0 });
  },
);

t.test(
  'what is past its retention is deleted in small steps, once an hour, and that is recorded',
  async (t) => {
    const clock = new FakeClock(START);
    const store = new MemoryStore({ clock: () => clock.now() });
    const audit = createAuditLog(store, () => clock.now());
    await store.addContacts(
      'spring',
      Array.from({ length: 450 }, (_, i) => contact(i)),
      START,
    );
    for (let i = 0; i < 450; i += 1) await attempt(store, DONE, 'busy', { now: START + (i < 430 ? 0 : DAY) });
    clock.advance(10.5 * DAY);
    const steps: number[] = [];
    const counting = {
      prune: async (before: number, limit: number) => {
        const report = await store.prune(before, limit);
        steps.push(report.attempts);
        return report;
      },
      pruneAttempts: (request: PruneAttemptsRequest) => store.pruneAttempts(request),
    };
    const running = prune({ store: counting, audit, clock, periods: TEN_DAYS });
    let done = false;
    void running.then(() => {
      done = true;
    });
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(50);
    }
    t.same(await running, { attempts: 430, events: 0 });
    t.same(steps, [200, 200, 30]);
    t.equal((await store.attempts({ campaignId: 'spring', limit: 500 })).items.length, 20);
    t.match((await store.auditRecords({ limit: 1 })).items[0], {
      action: 'retention.prune',
      actor: { kind: 'engine' },
      after: { attempts: 430 },
    });
    t.same(await prune({ store, audit, clock, periods: TEN_DAYS }), { attempts: 0, events: 0 });
    t.equal((await store.auditHead()).sequence, 1, 'a run that finds nothing leaves no record');

    let runs = 0;
    const stop = startPruner({
      store: {
        prune: async () => {
          runs += 1;
          throw new Error('no disk');
        },
        pruneAttempts: (request) => store.pruneAttempts(request),
      },
      audit,
      clock,
      periods: TEN_DAYS,
      onError: () => undefined,
    });
    for (let hour = 0; hour < 3; hour += 1) {
      clock.advance(3_600_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    t.equal(runs, 3, 'a failure does not end it');
    stop();
    t.equal(clock.pending, 0);
  },
);
