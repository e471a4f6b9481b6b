/**
 * Compares the gate with the oracle on random calls:
 *
 *   node dist/test/compliance/oracle-search.js [--runs N] [--seed S] [--workers W]
 *
 * The runs are shared out among worker threads; which calls are compared depends on the seed and the number of runs alone.
 * Prints the seed, how often each rule objected (and how often it alone did) with the rarest first, the figures, and the
 * first difference with what led to it; ends with 1 when there is one.
 */
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { createGate, DEFERRAL_HORIZON_DAYS, type Verdict } from '../../compliance/index.js';
import { lawful } from './oracle.js';
import { type Case, randomCase, randomNumbers } from './oracle-cases.js';
import { type RuleCount, RuleCoverage } from './oracle-coverage.js';
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

/** Progress is told each so many runs. */
const PROGRESS = 50_000;
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

/**
 * Compares so many random cases, or up to the first difference.
 * @param first number of the first run: those of a seed can be shared out
 */
export function search(
  runs: number,
  seed: number,
  { first = 0, progress }: { readonly first?: number; readonly progress?: (done: number) => void } = {},
): SearchResult {
  const seen = { allow: 0, defer: 0, deny: 0 };
  const rules = new RuleCoverage();
  let asked = 0;
  for (let done = 0; done < runs; done++) {
    const run = first + done;
    // Each run has a seed of its own, so that one can be repeated alone.
    const random = randomNumbers(Math.imul(seed, 0x9e3779b1) + run);
    const result: { asked: number; difference?: string } = compare(randomCase(random), random, (verdict) => {
      seen[verdict.verdict]++;
      rules.note(verdict);
    });
    asked += result.asked;
    if (result.difference !== undefined)
      return {
        runs: done + 1,
        seed,
        allowed: seen.allow,
        deferred: seen.defer,
        denied: seen.deny,
        asked,
        rules,
        difference: `run ${run}: ${result.difference}`,
      };
    if (progress !== undefined && (done + 1) % PROGRESS === 0) progress(PROGRESS);
  }
  return { runs, seed, allowed: seen.allow, deferred: seen.defer, denied: seen.deny, asked, rules };
}

/** What a worker thread tells: how many runs more it has done, or its result. */
type Told =
  | { readonly done: number }
  | (Omit<SearchResult, 'rules'> & { readonly counts: readonly RuleCount[] });
interface Share {
  readonly first: number;
  readonly runs: number;
  readonly seed: number;
}

/** Is this thread one of ours? Tests may run in worker threads too. */
const isShare = (data: unknown): data is Share =>
  typeof data === 'object' && data !== null && 'first' in data && 'runs' in data && 'seed' in data;

function work({ first, runs, seed }: Share, port: MessagePort): void {
  const tell = (told: Told): void => port.postMessage(told);
  const { rules, ...result } = search(runs, seed, { first, progress: (done) => tell({ done }) });
  tell({ ...result, counts: rules.rows() });
}

/** The same search, shared out among worker threads; a difference that one finds does not stop the others. */
async function searchInWorkers(
  runs: number,
  seed: number,
  workers: number,
  progress: (done: number) => void,
): Promise<SearchResult> {
  const rules = new RuleCoverage();
  const total = { runs: 0, allowed: 0, deferred: 0, denied: 0, asked: 0 };
  const differences: string[] = [];
  const shares = Array.from({ length: workers }, (_, i): Share => {
    const first = Math.floor((runs * i) / workers);
    return { first, runs: Math.floor((runs * (i + 1)) / workers) - first, seed };
  });
  const searched = shares.map(async (share) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on('message', (told: Told) => {
      if ('done' in told) return progress(told.done);
      for (const figure of ['runs', 'allowed', 'deferred', 'denied', 'asked'] as const)
        total[figure] += told[figure];
      rules.add(told.counts);
      if (told.difference !== undefined) differences.push(told.difference);
    });
    const [code] = await once(worker, 'exit');
    if (code !== 0) throw new Error(`a worker ended with ${code}`);
  });
  await Promise.all(searched);
  const [difference] = differences;
  return { ...total, seed, rules, ...(difference !== undefined && { difference }) };
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name}: give a whole number`);
  return value;
}

async function main(): Promise<void> {
  const seed = option('seed', Math.floor(Math.random() * 2 ** 31));
  const runs = option('runs', 10_000_000);
  const workers = Math.max(1, option('workers', 1));
  process.stdout.write(`${runs} random calls from seed ${seed}\n`);
  const started = process.cpuUsage();
  let done = 0;
  const result = await searchInWorkers(runs, seed, workers, (more) => {
    done += more;
    process.stdout.write(process.stdout.isTTY ? `\r${done}` : `${done}\n`);
  });
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  const { allowed, deferred, denied, asked, rules, difference } = result;
  process.stdout.write('\r  objected      alone  rule\n');
  for (const { rule, objected, alone } of rules.rows())
    process.stdout.write(
      `${String(objected).padStart(10)} ${String(alone).padStart(10)}  ${rule}${objected === 0 ? '  NEVER REACHED' : ''}\n`,
    );
  process.stdout.write(
    `${result.runs} calls: ${allowed} allowed, ${deferred} deferred, ${denied} denied; the oracle was asked ${asked} times; ${Math.round(seconds)} s of CPU, ${Math.round(result.runs / seconds)} calls a second of it\n`,
  );
  process.stdout.write(difference === undefined ? 'no difference\n' : `DIFFERENCE: ${difference}\n`);
  process.exitCode = difference === undefined ? 0 : 1;
}

if (!isMainThread && parentPort !== null && isShare(workerData)) work(workerData, parentPort);
else if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
