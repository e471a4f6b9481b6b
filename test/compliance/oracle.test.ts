import t from 'tap';
import { createGate, type Permit, regionsOfNumber, zonesOfNumber } from '../../compliance/index.js';
import { randomCase, randomNumbers } from './oracle-cases.js';
import { RuleCoverage } from './oracle-coverage.js';
import { NUMBERS } from './oracle-places.js';
import { search } from './oracle-search.js';

/** Random calls; a longer search is `oracle-search.js --runs N`. */
const RUNS = Number(process.env['TACTUS_ORACLE_RUNS'] ?? 200_000);
const SEED = Number(process.env['TACTUS_ORACLE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
t.setTimeout(600_000 + RUNS * 5);
const patient = { timeout: 600_000 + RUNS * 5 };

t.test('the oracle and the gate have the same zones and regions for the numbers in this test', async (t) => {
  for (const n of NUMBERS) {
    const number = n.prefix + '0'.repeat(n.digits);
    const regions = n.places.filter((p) => p.includes('-'));
    t.same([...regionsOfNumber(number)], regions, number);
    t.same([...zonesOfNumber(number)].sort(), [...n.zones].sort(), number);
  }
});

t.test(
  'no call is allowed that a slow reading of the rules forbids, none deferred to a forbidden minute or longer than needed, none denied in vain',
  patient,
  async (t) => {
    t.comment(`${RUNS} calls, seed ${SEED}`);
    const { allowed, deferred, denied, difference } = search(RUNS, SEED);
    t.equal(difference, undefined, `seed ${SEED}`);
    t.ok(allowed > RUNS / 50, `allowed ${allowed}`);
    t.ok(deferred > RUNS / 50, `deferred ${deferred}`);
    t.ok(denied > RUNS / 50, `denied ${denied}`);
  },
);

t.test('the random calls reach every rule that can object', patient, async (t) => {
  const gate = createGate({ maxAttemptsPerDay: 4 });
  const rules = new RuleCoverage();
  // Always the same calls: whether a rare rule is among them must not be a matter of luck.
  const random = randomNumbers(1);
  for (let i = 0; i < 50_000; i++) {
    const { request, facts, now } = randomCase(random);
    rules.note(gate.decide(request, facts, now));
  }
  t.same(
    rules.rows().flatMap(({ rule, objected }) => (objected === 0 ? [rule] : [])),
    [],
  );
});

t.test('a decision does not depend on what was asked before', async (t) => {
  const options = { maxAttemptsPerDay: 4 };
  const used = createGate(options);
  const random = randomNumbers(SEED);
  const cases = Array.from({ length: 60 }, () => randomCase(random));
  const asked = cases.map(({ request, facts, now }) => JSON.stringify(used.decide(request, facts, now)));
  for (const [i, { request, facts, now }] of cases.entries())
    t.equal(
      JSON.stringify(createGate(options).decide(request, facts, now)),
      asked[i],
      `case ${i}, seed ${SEED}`,
    );
});

t.test('a permit is never issued for a time that is not now', async (t) => {
  const gate = createGate();
  const random = randomNumbers(SEED + 1);
  let permits = 0;
  for (let i = 0; i < 5_000; i++) {
    const { request, facts, now } = randomCase(random);
    const permit: Permit | undefined = gate.decide(request, facts, now).permit;
    if (permit === undefined) continue;
    permits++;
    if (permit.issuedAt !== now || !(permit.expiresAt > now)) t.fail(`case ${i}, seed ${SEED}`);
  }
  t.ok(permits > 20, `${permits} permits`);
});
