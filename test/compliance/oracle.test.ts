import fc from 'fast-check';
import t from 'tap';
import {
  createGate,
  type Facts,
  type Request,
  regionsOfNumber,
  zonesOfNumber,
} from '../../compliance/index.js';
import { lawful, NUMBERS } from './oracle.js';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MARGIN_SECONDS = 30;
const MAX_PER_DAY = 4;
/** A deferral is compared instant by instant for so long; beyond that, by samples. */
const EXHAUSTIVE = 4 * DAY;

const gate = createGate({ maxAttemptsPerDay: MAX_PER_DAY, answerMarginSeconds: MARGIN_SECONDS });
const leadOf = (request: Request): number => (request.ringSeconds + MARGIN_SECONDS) * 1000;

const DAYS = [
  // Nights when clocks change, and holidays with the days around them.
  '2026-03-08',
  '2026-11-01',
  '2026-03-29',
  '2026-10-25',
  '2026-04-05',
  '2026-10-04',
  '2027-03-14',
  '2026-01-01',
  '2026-07-04',
  '2026-07-03',
  '2026-08-10',
  '2026-05-25',
  '2026-12-25',
  '2026-12-24',
  '2026-04-25',
  '2027-07-04',
  '2027-12-26',
  '2026-07-24',
  '2026-06-02',
  '2026-08-10',
  '2026-08-11',
  '2027-01-01',
];
const anyDay = fc
  .integer({ min: Date.UTC(2026, 0, 3) / DAY, max: Date.UTC(2027, 11, 1) / DAY })
  .map((d) => d * DAY);
const specialDay = fc
  .tuple(fc.constantFrom(...DAYS), fc.integer({ min: -2, max: 2 }))
  .map(([iso, shift]) => Date.parse(`${iso}T00:00:00Z`) + shift * DAY);
// Half of the instants are within two minutes of a full quarter of an hour, where windows begin and end.
const timeOfDay = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: -120_000, max: 60_000 }))
    .map(([q, ms]) => q * QUARTER + ms),
  fc.integer({ min: 0, max: DAY - 1 }),
);
const instants = fc.tuple(fc.oneof(anyDay, specialDay), timeOfDay).map(([day, time]) => day + time);

const numbers = fc
  .tuple(fc.constantFrom(...NUMBERS), fc.nat())
  .map(([n, tail]) => n.prefix + String(tail % 10 ** n.digits).padStart(n.digits, '0'));
const requests: fc.Arbitrary<Request> = fc.record(
  {
    number: numbers,
    campaignId: fc.constant('c'),
    ringSeconds: fc.constantFrom(0, 20, 25, 60, 300),
    purpose: fc.constantFrom(
      'sales' as const,
      'sales' as const,
      'service' as const,
      'survey' as const,
      'collection' as const,
    ),
    mode: fc.constantFrom('predictive' as const, 'manual' as const),
  },
  { requiredKeys: ['number', 'campaignId', 'ringSeconds'] },
);
const ago = (now: number, longest: number): fc.Arbitrary<number> =>
  fc
    .oneof(
      fc.integer({ min: 0, max: longest }),
      fc.integer({ min: 0, max: Math.floor(longest / DAY) }).map((days) => days * DAY),
    )
    .map((before) => now - before);

const opt = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

function factsAt(now: number): fc.Arbitrary<Facts> {
  const defined = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
  const rarely = fc.integer({ min: 0, max: 19 }).map((n) => n === 0);
  return fc
    .record({
      zones: opt(
        fc.uniqueArray(
          fc.constantFrom('America/Los_Angeles', 'Asia/Kolkata', 'Australia/Perth', 'America/New_York'),
          { maxLength: 2 },
        ),
      ),
      region: opt(fc.constantFrom('US-CA', 'US-FL', 'US-RI', 'CA-ON')),
      country: opt(fc.constantFrom('US', 'FR')),
      dnc: fc.record({
        internal: rarely,
        campaign: rarely,
        lists: fc.oneof(
          { weight: 6, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: fc.constant(['us-national']) },
        ),
      }),
      consent: fc
        .record({
          state: fc.constantFrom(
            'granted' as const,
            'granted' as const,
            'granted' as const,
            'none' as const,
            'none' as const,
          ),
          level: opt(fc.constantFrom('express' as const, 'written' as const, 'written' as const)),
          at: opt(ago(now, 300 * DAY)),
          expiresAt: opt(fc.integer({ min: -DAY, max: 3 * DAY }).map((ms) => now + ms)),
          scope: opt(fc.constantFrom(['sales' as const], ['service' as const, 'sales' as const])),
        })
        .map(defined),
      attempts: fc.record({
        at: fc
          .array(ago(now, 31 * DAY), { maxLength: 6 })
          .chain((old) =>
            fc.array(ago(now, DAY + HOUR), { maxLength: 4 }).map((recent) => [...recent, ...old]),
          ),
        last: fc
          .record({
            abandoned: opt(ago(now, 6 * DAY)),
            machine: opt(ago(now, 4 * DAY)),
            refused: opt(ago(now, 62 * DAY)),
            conversation: opt(ago(now, 9 * DAY)),
          })
          .map(defined),
      }),
      relationship: opt(
        fc
          .record({ transactionAt: opt(ago(now, 560 * DAY)), inquiryAt: opt(ago(now, 100 * DAY)) })
          .map(defined),
      ),
    })
    .map((facts) => defined(facts) as Facts);
}

const cases = instants.chain((now) => fc.tuple(requests, factsAt(now), fc.constant(now)));

/** Runs a comparison; the number of runs can be raised from outside for a long search. */
const RUNS = Number(process.env['TACTUS_ORACLE_RUNS'] ?? 2000);
// Thousands of slow readings of the law take their time on a busy machine.
t.setTimeout(300_000 + RUNS * 20);
const patient = { timeout: 120_000 + RUNS * 10 };

t.test(
  'the oracle and the gate have the same zones and regions for the numbers in this test',
  patient,
  async (t) => {
    for (const n of NUMBERS) {
      const number = n.prefix + '0'.repeat(n.digits);
      const regions = n.places.filter((p) => p.includes('-'));
      t.same([...regionsOfNumber(number)], regions, number);
      t.same([...zonesOfNumber(number)].sort(), [...n.zones].sort(), number);
    }
  },
);

t.test('a call is allowed exactly when a slow reading of the rules allows it', patient, async (t) => {
  const seen = { allow: 0, defer: 0, deny: 0 };
  fc.assert(
    fc.property(cases, ([request, facts, now]) => {
      const verdict = gate.decide(request, facts, now);
      seen[verdict.verdict]++;
      const expected = lawful(request, facts, now, leadOf(request), MAX_PER_DAY);
      if ((verdict.verdict === 'allow') !== expected)
        throw new Error(
          `gate: ${JSON.stringify(verdict)}; oracle: ${expected} at ${new Date(now).toISOString()}`,
        );
      if (verdict.verdict !== 'allow' && verdict.reasons.length === 0) throw new Error('no reason is given');
    }),
    { numRuns: RUNS },
  );
  t.ok(seen.allow > RUNS / 20, `allowed ${seen.allow}`);
  t.ok(seen.defer > RUNS / 20, `deferred ${seen.defer}`);
  t.ok(seen.deny > RUNS / 20, `denied ${seen.deny}`);
});

t.test('a permit holds as long as it says', patient, async (t) => {
  fc.assert(
    fc.property(
      cases,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ([request, facts, now], part) => {
        const { permit } = gate.decide(request, facts, now);
        if (permit === undefined) return;
        if (!(permit.expiresAt > now && permit.expiresAt <= now + 60_000))
          throw new Error(`expires at ${permit.expiresAt}`);
        const used = Math.min(permit.expiresAt - 1, Math.floor(now + (permit.expiresAt - now) * part));
        if (!lawful(request, facts, used, leadOf(request), MAX_PER_DAY))
          throw new Error(`unlawful ${used - now} ms after it was issued: ${JSON.stringify(permit)}`);
      },
    ),
    { numRuns: RUNS },
  );
  t.pass();
});

t.test('a deferral names the earliest lawful instant, and a denial has none in sight', patient, async (t) => {
  let checked = 0;
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.nat()), ([request, facts, now], salt) => {
      const verdict = gate.decide(request, facts, now);
      if (verdict.verdict === 'allow') return;
      checked++;
      const ok = (at: number): boolean => lawful(request, facts, at, leadOf(request), MAX_PER_DAY);
      const until = verdict.verdict === 'defer' ? verdict.until : now + EXHAUSTIVE;
      if (verdict.verdict === 'defer' && !ok(until))
        throw new Error(`until ${new Date(until).toISOString()} is not lawful`);
      // The law changes at quarters of an hour, and when an attempt or an outcome is long enough ago.
      const events = [
        ...facts.attempts.at.flatMap((a) => [a + DAY, a + 7 * DAY, a + 30 * DAY]),
        ...Object.values(facts.attempts.last ?? {}).flatMap((a) => [a + 72 * HOUR, a + 5 * DAY]),
      ].filter((at) => at > now && at < until);
      const quarters: number[] = [];
      for (let q = (Math.floor(now / QUARTER) + 1) * QUARTER; q < until; q += QUARTER) quarters.push(q);
      const some =
        quarters.length <= EXHAUSTIVE / QUARTER
          ? quarters
          : Array.from({ length: 200 }, () => quarters[salt.next().value! % quarters.length]!);
      for (const at of [...events, ...some, until - 1])
        if (at > now && at < until && ok(at))
          throw new Error(
            `${verdict.verdict} until ${new Date(until).toISOString()}, but lawful at ${new Date(at).toISOString()}: ${JSON.stringify(verdict.reasons)}`,
          );
    }),
    { numRuns: Math.ceil(RUNS / 16) },
  );
  t.ok(checked > 50, `checked ${checked}`);
});

t.test('a decision does not depend on what was asked before', patient, async (t) => {
  fc.assert(
    fc.property(fc.array(cases, { minLength: 2, maxLength: 4 }), (several) => {
      const used = several.map(([request, facts, now]) => JSON.stringify(gate.decide(request, facts, now)));
      for (const [i, [request, facts, now]] of several.entries()) {
        const fresh = createGate({ maxAttemptsPerDay: MAX_PER_DAY, answerMarginSeconds: MARGIN_SECONDS });
        if (JSON.stringify(fresh.decide(request, facts, now)) !== used[i])
          throw new Error(`case ${i} differs`);
      }
    }),
    { numRuns: 100 },
  );
  t.pass();
});
