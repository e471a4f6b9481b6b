/**
 * Compares the gate with the oracle on random calls:
 *
 *   node dist/test/compliance/oracle-search.js [--runs N] [--seed S]
 *
 * Prints the seed, how often each rule objected (and how often it alone did) with the rarest first, the figures, and the
 * first difference with what led to it; ends with 1 when there is one.
 */
import { pathToFileURL } from 'node:url';
import { createGate, DEFERRAL_HORIZON_DAYS, type Verdict } from '../../compliance/index.js';
import { lawful } from './oracle.js';
import { type Case, randomCase, randomNumbers } from './oracle-cases.js';
import { RuleCoverage } from './oracle-coverage.js';
import { warned } from './oracle-notices.js';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MARGIN_SECONDS = 30;
const MAX_PER_DAY = 4;
const PERMIT_SECONDS = 60;
/** How long after a denial a lawful instant is looked for closely; up to the horizon it is where law changes. */
const DENIAL_SEARCH = 4 * DAY;
const LAW_CHANGES = ['2026-04-15', '2026-07-01', '2026-08-11', '2027-01-31'].map((date) =>
  Date.parse(`${date}T00:00:00Z`),
);
/** Days after a change of the law: a weekend and a holiday may follow it. */
const AFTER_CHANGE = 5 * DAY;

/** The oracle's lists of holidays end here: it is not asked about later instants. */
const KNOWN_UNTIL = Date.UTC(2028, 0, 1);

const options = { maxAttemptsPerDay: MAX_PER_DAY, answerMarginSeconds: MARGIN_SECONDS };
const gates = {
  required: createGate({ ...options, registries: 'required' }),
  open: createGate({ ...options, registries: 'if-present' }),
};

export interface SearchResult {
  readonly runs: number;
  readonly seed: number;
  readonly allowed: number;
  readonly deferred: number;
  readonly denied: number;
  /** Instants at which the oracle was asked. */
  readonly asked: number;
  /** How often each rule objected. */
  readonly rules: RuleCoverage;
  /** The first difference, in words. */
  readonly difference?: string;
}

/** Compares one case; returns what differs, in words. */
function compare(each: Case, random: () => number, count: (verdict: Verdict) => void) {
  const { request, facts, now, required } = each;
  const lead = (request.ringSeconds + MARGIN_SECONDS) * 1000;
  let asked = 0;
  const ok = (at: number): boolean => {
    asked++;
    return lawful(request, facts, at, lead, MAX_PER_DAY, required);
  };
  const verdict = (required ? gates.required : gates.open).decide(request, facts, now);
  count(verdict);
  const say = (what: string): { asked: number; difference: string } => ({
    asked,
    difference: `${what}\n${JSON.stringify({ verdict, at: new Date(now).toISOString() })}\n${JSON.stringify(each)}`,
  });
  const iso = (at: number): string => new Date(at).toISOString();

  if ((verdict.verdict === 'allow') !== ok(now)) return say(`the oracle says ${verdict.verdict !== 'allow'}`);
  const notices = [...new Set((verdict.notices ?? []).map(({ pack, id }) => `${pack}/${id}`))].sort();
  const expected = warned(request, facts, now);
  if (notices.join() !== expected.join()) return say(`the oracle warns of ${expected.join() || 'nothing'}`);
  if (verdict.verdict === 'allow') {
    const { expiresAt } = verdict.permit;
    if (!(expiresAt > now && expiresAt <= now + PERMIT_SECONDS * 1000))
      return say(`the permit ends at ${expiresAt}`);
    const used = now + Math.floor((expiresAt - now) * random());
    if (!ok(used) || !ok(expiresAt - 1)) return say('the permit outlives what it leans on');
    return { asked };
  }
  if (verdict.reasons.length === 0) return say('no reason is given');
  const horizon = now + DEFERRAL_HORIZON_DAYS * DAY;
  const until = verdict.verdict === 'defer' ? verdict.until : horizon;
  if (!(until > now && until <= horizon)) return say(`${iso(until)} is not within the horizon`);
  if (verdict.verdict === 'defer' && until < KNOWN_UNTIL && !ok(until))
    return say(`${iso(until)} is not lawful either`);
  // The law changes at quarters of an hour, and when something is long enough ago.
  const close = verdict.verdict === 'defer' ? until - now : DENIAL_SEARCH;
  const quarters = Math.floor(close / QUARTER);
  const instants = [
    until - 1,
    ...facts.attempts.at.flatMap((a) => [a + DAY, a + 8 * HOUR, a + 7 * DAY, a + 30 * DAY]),
    ...Object.values(facts.attempts.last ?? {}).flatMap((a) => [a + 72 * HOUR, a + 5 * DAY]),
    ...(facts.emergencyAreas ?? []).flatMap((area) => area.until ?? []),
    ...(facts.abandon ?? []).flatMap((standing) => standing.until ?? []),
    ...LAW_CHANGES.flatMap((change) =>
      change > now - DAY
        ? Array.from(
            { length: 3 },
            () => change - DAY / 2 + Math.floor((random() * AFTER_CHANGE) / QUARTER) * QUARTER,
          )
        : [],
    ),
    ...Array.from({ length: Math.min(quarters, 6) }, () => {
      const quarter = Math.floor(now / QUARTER) + 1 + Math.floor(random() * quarters);
      return quarter * QUARTER;
    }),
  ];
  for (const at of instants)
    if (at > now && at < Math.min(until, KNOWN_UNTIL) && ok(at))
      return say(`${verdict.verdict} until ${iso(until)}, but ${iso(at)} is lawful`);
  return { asked };
}

/** Compares so many random cases, or up to the first difference. */
export function search(runs: number, seed: number, progress?: (done: number) => void): SearchResult {
  const seen = { allow: 0, defer: 0, deny: 0 };
  const rules = new RuleCoverage();
  let asked = 0;
  for (let run = 0; run < runs; run++) {
    // Each run has a seed of its own, so that one can be repeated alone.
    const random = randomNumbers(Math.imul(seed, 0x9e3779b1) + run);
    const result: { asked: number; difference?: string } = compare(randomCase(random), random, (verdict) => {
      seen[verdict.verdict]++;
      rules.note(verdict);
    });
    asked += result.asked;
    if (result.difference !== undefined)
      return {
        runs: run + 1,
        seed,
        allowed: seen.allow,
        deferred: seen.defer,
        denied: seen.deny,
        asked,
        rules,
        difference: `run ${run}: ${result.difference}`,
      };
    if (progress !== undefined && (run + 1) % 100_000 === 0) progress(run + 1);
  }
  return { runs, seed, allowed: seen.allow, deferred: seen.defer, denied: seen.deny, asked, rules };
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name}: give a whole number`);
  return value;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const seed = option('seed', Math.floor(Math.random() * 2 ** 31));
  const runs = option('runs', 10_000_000);
  process.stdout.write(`${runs} random calls from seed ${seed}\n`);
  const started = process.cpuUsage();
  const result = search(runs, seed, (done) => process.stdout.write(`\r${done}`));
  const { user, system } = process.cpuUsage(started);
  const { allowed, deferred, denied, asked, rules, difference } = result;
  process.stdout.write('\r  objected      alone  rule\n');
  for (const { rule, objected, alone } of rules.rows())
    process.stdout.write(
      `${String(objected).padStart(10)} ${String(alone).padStart(10)}  ${rule}${objected === 0 ? '  NEVER REACHED' : ''}\n`,
    );
  process.stdout.write(
    `${result.runs} calls: ${allowed} allowed, ${deferred} deferred, ${denied} denied; the oracle was asked ${asked} times; ${Math.round((user + system) / 1e6)} s of CPU\n`,
  );
  process.stdout.write(difference === undefined ? 'no difference\n' : `DIFFERENCE: ${difference}\n`);
  process.exitCode = difference === undefined ? 0 : 1;
}
