import t from 'tap';
import { builtinPacks, type RulePack } from '../../compliance/index.js';
import { createAuditLog } from '../../dialer/audit/index.js';
import { LEAST_RETENTION_DAYS, prune, retentionDays, startPruner } from '../../dialer/retention/index.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import { FakeClock } from '../demo/fake-engine.js';
import { attempt, DONE } from '../store/contract/support.js';
import { contact, DAY, START } from '../store/records.js';

t.test('records are kept for the longest period of any pack, and a wish can only lengthen it', (t) => {
  t.ok(retentionDays() >= LEAST_RETENTION_DAYS);
  t.equal(retentionDays(builtinPacks, 1), retentionDays(), 'a shorter wish changes nothing');
  t.equal(retentionDays(builtinPacks, 20_000), 20_000);
  const daysOf = (record: string) => {
    const rules = [{ kind: 'retention', record, days: 9_000 }] as unknown as RulePack['rules'];
    return retentionDays([{ ...(builtinPacks[0] as RulePack), rules }]);
  };
  t.equal(daysOf('calls'), 9_000);
  t.equal(daysOf('abandon_rates'), 9_000);
  for (const record of ['dnc_requests', 'consents', 'recordings'])
    t.equal(daysOf(record), LEAST_RETENTION_DAYS, `${record} are not records of calls`);
  t.equal(retentionDays(), LEAST_RETENTION_DAYS, "Virginia's ten years are for opt-outs");
  t.end();
});

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
    };
    const running = prune({ store: counting, audit, clock, days: 10 });
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
    t.same(await prune({ store, audit, clock, days: 10 }), { attempts: 0, events: 0 });
    t.equal((await store.auditHead()).sequence, 1, 'a run that finds nothing leaves no record');

    let runs = 0;
    const stop = startPruner({
      store: {
        prune: async () => {
          runs += 1;
          throw new Error('no disk');
        },
      },
      audit,
      clock,
      days: 10,
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
