/**
 * Resident memory of the real service with 10,000 agents logged in and a million open contacts in its SQLite file, idle and
 * while it dials, against the simulated switch in this process.
 *
 *   node dist/bench/memory.js [--agents 10000] [--contacts 1000000] [--seconds 60] [--rate 100] [--folder DIR]
 *
 * It claims: less than 1 GiB resident, the page cache of the database not counted (VmRSS and its peak VmHWM, Linux only).
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { scenarioFrom, startSimulatedSwitch } from '../sim/index.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { fillStore, productionCampaign } from './loaded-store.js';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '10000' },
    contacts: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '100' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const agents = Number(values.agents);
const contacts = Number(values.contacts);
const seconds = Number(values.seconds);
if (!(agents >= 1)) throw new Error('--agents: give a number of 1 at least');
if (!(contacts >= 1000)) throw new Error('--contacts: give a number of 1,000 at least');
if (!(seconds >= 1)) throw new Error('--seconds: give a number of 1 at least');

const CAMPAIGN = 'memory';
const LOG_INS_AT_ONCE = 50;
const BUDGET_MEBIBYTES = 1024;

async function resident(pid: number): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}

async function report(service: ServiceProcess, when: string): Promise<void> {
  const { now, peak } = await resident(service.pid);
  console.log(
    `${when.padEnd(44)} ${now.toFixed(0).padStart(6)} MiB  (peak ${peak.toFixed(0)} MiB, ${(peak / BUDGET_MEBIBYTES).toFixed(2)}× the budget)`,
  );
}

async function logInAll(service: ServiceProcess): Promise<void> {
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

const line = await startSimulatedSwitch({
  scenario: scenarioFrom({ people: { talk: { kind: 'uniform', from: 20, to: 60 } } }),
  seed: 'memory',
  cps: 100_000,
  maxSessions: 1_000_000,
});
const folder = await mkdtemp(join(values.folder, 'tactus-memory-'));
let service: ServiceProcess | undefined;
try {
  const from = performance.now();
  const settings = productionCampaign(CAMPAIGN, {
    pacing: { method: 'predictive', targetAbandonRatio: 0.03 },
  });
  // Before the service runs: what is measured is the service that dials the list.
  await fillStore(join(folder, 'tactus.db'), settings, contacts);
  console.log(`${contacts} contacts stored in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  service = await ServiceProcess.start(folder, [
    '--switch',
    `${line.url}?gateway=pstn&channels=50000&cps=${values.rate}`,
    '--log-level',
    'error',
    '--drain',
    '1',
  ]);
  await report(service, 'started');
  const loggingIn = performance.now();
  await logInAll(service);
  await report(service, `${agents} agents logged in`);
  console.log(`log-ins took ${((performance.now() - loggingIn) / 1000).toFixed(0)} s`);
  const before = line.counts().originated;
  await service.must('POST', `/v1/campaigns/${CAMPAIGN}/start`, { reason: 'bench' });
  const started = performance.now();
  for (let step = 1; step <= 4; step++) {
    await pause((seconds * 1000) / 4);
    await report(service, `dialling for ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  const made = line.counts().originated - before;
  console.log(`${made} calls (${((made * 1000) / (performance.now() - started)).toFixed(0)} a second)`);
  if (service.output.length > 0) console.log(service.output.slice(-3).join('\n'));
} finally {
  await service?.kill();
  await line.stop();
  await rm(folder, { recursive: true, force: true });
}
