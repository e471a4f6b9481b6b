/**
 * Resident memory of the real service with 10,000 agents logged in and a million open contacts in its SQLite file, idle and
 * while it dials, against the simulated switch in this process.
 *
 *   node dist/bench/memory.js [--agents 10000] [--contacts 1000000] [--seconds 60] [--rate 100] [--folder DIR]
 *
 * It claims: less than 1 GiB resident, the page cache of the database not counted (VmRSS and its peak VmHWM, Linux only).
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scenarioFrom, startSimulatedSwitch } from '../sim/index.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { fillStore, productionCampaign } from './loaded-store.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly, say } from './table.js';

const given = directArguments(import.meta.url, ['agents', 'contacts', 'seconds', 'rate', 'folder']);
const CAMPAIGN = 'memory';
const LOG_INS_AT_ONCE = 50;
const BUDGET_MEBIBYTES = 1024;

async function resident(pid: number): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}

async function logInAll(service: ServiceProcess, agents: number): Promise<void> {
  for (let first = 0; first < agents; first += LOG_INS_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(LOG_INS_AT_ONCE, agents - first) }, (_, i) =>
        service.must('POST', `/v1/agents/a${first + i}/login`, {
          name: `Agent ${first + i}`,
          pool: 'main',
          team: 'one',
          tier: 'expert',
          endpoint: `sofia/gateway/desk/tagent-${first + i}`,
          ready: true,
        }),
      ),
    );
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const agents = given.number('agents', quick ? 1000 : 10_000, 1);
  const contacts = given.number('contacts', quick ? 50_000 : 1_000_000, 1000);
  const seconds = given.number('seconds', quick ? 12 : 60, 1);
  const rate = given.number('rate', 100, 1);
  const figures: (string | number)[][] = [];
  const measure = async (service: ServiceProcess, when: string): Promise<void> => {
    const { now, peak } = await resident(service.pid);
    figures.push([when, Math.round(now), Math.round(peak), `${(peak / BUDGET_MEBIBYTES).toFixed(2)}×`]);
  };
  const line = await startSimulatedSwitch({
    scenario: scenarioFrom({ people: { talk: { kind: 'uniform', from: 20, to: 60 } } }),
    seed: `memory-${seed}`,
    cps: 100_000,
    maxSessions: 1_000_000,
  });
  const folder = await mkdtemp(join(given.text('folder', tmpdir()), 'tactus-memory-'));
  let service: ServiceProcess | undefined;
  try {
    const from = performance.now();
    const settings = productionCampaign(CAMPAIGN, {
      pacing: { method: 'predictive', targetAbandonRatio: 0.03 },
    });
    // Before the service runs: what is measured is the service that dials the list.
    await fillStore(join(folder, 'tactus.db'), settings, contacts);
    say(`${contacts} contacts stored in ${((performance.now() - from) / 1000).toFixed(0)} s`);
    // All agents log in with one key, which is more than one key may ask for otherwise.
    const config = join(folder, 'bench.yaml');
    await writeFile(config, 'rateLimits: {principal: {perSecond: 10000, burst: 20000}}\n');
    service = await ServiceProcess.start(folder, [
      '--config',
      config,
      '--switch',
      `${line.url}?gateway=pstn&channels=50000&cps=${rate}`,
      '--log-level',
      'error',
      '--drain',
      '1',
    ]);
    await measure(service, 'started');
    const loggingIn = performance.now();
    await logInAll(service, agents);
    const logIns = (performance.now() - loggingIn) / 1000;
    await measure(service, `${agents.toLocaleString('en')} agents logged in`);
    const before = line.counts().originated;
    await service.must('POST', `/v1/campaigns/${CAMPAIGN}/start`, { reason: 'bench' });
    const started = performance.now();
    for (let step = 1; step <= 4; step++) {
      await pause((seconds * 1000) / 4);
      await measure(service, `dialling for ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
    const made = line.counts().originated - before;
    const perSecond = (made * 1000) / (performance.now() - started);
    if (service.output.length > 0) say(service.output.slice(-3).join('\n'));
    return [
      {
        title: 'Memory of the service',
        columns: ['when', 'resident MiB', 'peak MiB', 'peak of the budget'],
        rows: figures,
        notes: [
          `${agents.toLocaleString('en')} agents, ${contacts.toLocaleString('en')} open contacts in SQLite; the budget is ${BUDGET_MEBIBYTES} MiB at 10,000 agents and a million contacts. Log-ins took ${logIns.toFixed(0)} s; ${made.toLocaleString('en')} calls were made, ${perSecond.toFixed(0)} a second.`,
        ],
      },
    ];
  } finally {
    await service?.kill();
    await line.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runDirectly(import.meta.url, rows);
