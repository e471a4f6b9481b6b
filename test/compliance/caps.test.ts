/** Frequency caps of every kind, against a count made with another library. */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import t from 'tap';
import {
  type AttemptFacts,
  createGate,
  type PackRule,
  type RulePack,
  type Verdict,
} from '../../compliance/index.js';
import { call, clean, local } from './fixtures.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEW_YORK = '+12125550123';
const ZONE = 'America/New_York';
type Cap = Omit<Extract<PackRule, { kind: 'frequency_cap' }>, 'kind' | 'source' | 'confidence'>;

function gateWith(...caps: Cap[]) {
  const pack: RulePack = {
    id: 'test',
    title: 'test',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['US'],
    rules: caps.map((cap) => ({ kind: 'frequency_cap', source: 'test', confidence: 'primary', ...cap })),
  };
  return createGate({ packs: [pack], maxAttemptsPerDay: 99 });
}

function ask(cap: Cap, attempts: AttemptFacts, now: number, zones: readonly string[] = [ZONE]): Verdict {
  return gateWith(cap).decide(call(NEW_YORK), { ...clean, zones, attempts }, now);
}

t.test('a cap by the calendar day counts from one midnight of the called party to the next', async (t) => {
  const cap = { max: 2, calendar: 'day' } as const;
  const morning = local('2026-09-14 08:00', ZONE);
  const lateYesterday = local('2026-09-13 23:59', ZONE);
  t.equal(ask(cap, { at: [lateYesterday, morning] }, morning + HOUR).verdict, 'allow');
  const full = ask(cap, { at: [local('2026-09-14 00:00', ZONE), morning] }, morning + HOUR);
  t.equal(full.verdict, 'defer');
  t.equal(full.until, local('2026-09-15 00:00', ZONE));
  t.match(full.reasons, [{ rule: 'frequency_cap', pack: 'test', detail: /2 attempts in a calendar day/ }]);
});

t.test('weeks begin on Monday, months on the first, whatever their length', async (t) => {
  const at = [local('2026-09-07 00:00', ZONE)];
  const sunday = local('2026-09-13 20:00', ZONE);
  t.equal(
    ask({ max: 1, calendar: 'week' }, { at }, sunday).until,
    local('2026-09-14 00:00', ZONE),
    'Monday to Sunday',
  );
  t.equal(ask({ max: 1, calendar: 'week' }, { at: [at[0]! - 1] }, sunday).verdict, 'allow');
  const february = ask(
    { max: 1, calendar: 'month' },
    { at: [local('2028-02-01 00:00', ZONE)] },
    local('2028-02-29 12:00', ZONE),
  );
  t.equal(february.until, local('2028-03-01 00:00', ZONE));
});

t.test(
  'a day of 25 hours is one day, and where the zone is unknown it has to be over in all of them',
  async (t) => {
    const cap = { max: 1, calendar: 'day' } as const;
    // The clocks go back on 2026-11-01: 24.5 hours after the first minute it is still that day.
    const first = local('2026-11-01 00:10', ZONE);
    const verdict = ask(cap, { at: [first] }, first + 24.5 * HOUR);
    t.equal(verdict.until, local('2026-11-02 00:00', ZONE));
    const both = ask(cap, { at: [local('2026-09-14 12:00', ZONE)] }, local('2026-09-15 00:30', ZONE), [
      ZONE,
      'America/Los_Angeles',
    ]);
    t.equal(both.until, local('2026-09-15 00:00', 'America/Los_Angeles'), 'it is still the 14th in the west');
  },
);

t.test(
  'a cap per person counts what was dialled on the other numbers, one per number does not',
  async (t) => {
    const now = local('2026-09-14 12:00', ZONE);
    const attempts = { at: [now - HOUR], elsewhere: { at: [now - 2 * HOUR, now - 3 * HOUR] } };
    t.equal(ask({ max: 3, seconds: 86_400 }, attempts, now).verdict, 'allow');
    const person = ask({ max: 3, seconds: 86_400, per: 'person' }, attempts, now);
    t.equal(person.until, now - 3 * HOUR + DAY);
    t.match(person.reasons[0]?.detail, /3 attempts to the person in 24 h/);
    t.equal(ask({ max: 3, seconds: 86_400, per: 'person' }, { at: attempts.at }, now).verdict, 'allow');
  },
);

t.test(
  'a cap per subject counts the attempts on that subject; where they are not told apart, all of them',
  async (t) => {
    const now = local('2026-09-14 12:00', ZONE);
    const cap = { max: 2, seconds: 86_400, sameSubject: true, per: 'person' } as const;
    const at = [now - HOUR, now - 2 * HOUR];
    t.equal(ask(cap, { at, sameSubject: [now - HOUR] }, now).verdict, 'allow');
    t.equal(ask(cap, { at }, now).verdict, 'defer');
    const elsewhere = { at: [now - 3 * HOUR], sameSubject: [now - 3 * HOUR] };
    t.equal(ask(cap, { at, sameSubject: [now - HOUR], elsewhere }, now).verdict, 'defer');
    t.equal(
      ask(cap, { at, sameSubject: [now - HOUR], elsewhere: { at: elsewhere.at, sameSubject: [] } }, now)
        .verdict,
      'allow',
    );
  },
);

t.test('the look-back of a gate covers its calendar periods', async (t) => {
  const gate = gateWith({ max: 1, calendar: 'month' });
  t.ok(gate.lookbackSeconds >= 31 * 86_400 + 3600);
  const [, cap] = gate.caps(call(NEW_YORK), clean, local('2026-09-14 12:00', ZONE));
  t.match(cap, { max: 1, calendar: 'month', pack: 'test' });
});

t.test('a cap with both periods, or none, or an unknown one is refused by name', async (t) => {
  const refused = (cap: object, message: RegExp): void => {
    t.throws(() => gateWith(cap as Cap), message);
  };
  refused({ max: 1 }, /rule 1: give seconds or calendar or calendarDays/);
  refused(
    { max: 1, seconds: 5, calendar: 'day' },
    /give the period as one of seconds, calendar, calendarDays/,
  );
  refused({ max: 1, calendar: 'year' }, /calendar: 'year' is not known; use day, week, month/);
  refused({ max: 1, seconds: 5, per: 'house' }, /per: 'house' is not known/);
  refused({ max: 1, seconds: 5, sameSubject: 'yes' }, /sameSubject: 'yes' must be true or false/);
});

t.test('calendar caps agree with a count by another calendar', async (t) => {
  const from = Date.UTC(2026, 0, 1);
  const minute = fc.integer({ min: 0, max: 525_600 });
  fc.assert(
    fc.property(
      fc.constantFrom('day', 'week', 'month'),
      fc.constantFrom(
        ['America/New_York', NEW_YORK],
        ['America/Los_Angeles', '+12135550123'],
        ['America/Phoenix', '+16025550123'],
      ),
      fc.integer({ min: 1, max: 4 }),
      minute,
      fc.array(fc.integer({ min: 0, max: 45 * 1440 }), { maxLength: 8 }),
      (calendar, [zone, number], max, at, ago) => {
        const now = from + at * 60_000;
        const attempts = ago.map((minutes) => now - minutes * 60_000);
        const instant = DateTime.fromMillis(now, { zone });
        const counted = attempts.filter((a) =>
          DateTime.fromMillis(a, { zone }).hasSame(instant, calendar),
        ).length;
        const facts = { ...clean, attempts: { at: attempts } };
        const verdict = gateWith({ max, calendar }).decide(call(number), facts, now);
        const next = instant
          .startOf(calendar)
          .plus({ [calendar]: 1 })
          .toMillis();
        if (counted < max) return verdict.verdict === 'allow';
        return verdict.verdict === 'defer' && verdict.until === next;
      },
    ),
    { numRuns: 1_000 },
  );
  t.pass();
});
