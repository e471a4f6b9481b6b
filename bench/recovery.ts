/**
 * Time from the start of the process after kill -9 to dialling again, reconciled with the switch: the real service with
 * calls up, over and over, against the simulated switch in this process.
 *
 *   node dist/bench/recovery.js [--runs 7] [--agents 200] [--contacts 50000] [--rate 200] [--folder DIR]
 *
 * It claims: less than 5 s. The time begins at the spawn of the process; `dialling` ends when the switch sees the first
 * new call to a customer, which the engine places only after the channels on the switch have been set against its
 * open attempts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type SimulatedSwitch, scenarioFrom, startSimulatedSwitch } from '../sim/index.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { fillStore, productionCampaign } from './loaded-store.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly, say } from './table.js';

const given = directArguments(import.meta.url, ['runs', 'agents', 'contacts', 'rate', 'folder']);
const CAMPAIGN = 'recovery';
const LOAD_MILLISECONDS = 4000;
const LIMIT_MILLISECONDS = 60_000;
const BUDGET_MILLISECONDS = 5000;

async function prepare(service: ServiceProcess, agents: number): Promise<void> {
  for (let first = 0; first < agents; first += 50)
    await Promise.all(
      Array.from({ length: Math.min(50, agents - first) }, (_, i) =>
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
  await service.must('POST', `/v1/campaigns/${CAMPAIGN}/start`, { reason: 'bench' });
}

/** Waits until the switch has seen a new call. */
async function dialling(line: SimulatedSwitch, before: number, what: string): Promise<void> {
  const from = performance.now();
  while (line.counts().originated <= before) {
    if (performance.now() - from > LIMIT_MILLISECONDS)
      throw new Error(`${what}: no call within ${LIMIT_MILLISECONDS / 1000} s`);
    await pause(5);
  }
}

function seconds(sorted: readonly number[], share: number): string {
  return ((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000).toFixed(2);
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const runs = given.number('runs', quick ? 2 : 7, 1);
  const agents = given.number('agents', quick ? 50 : 200, 1);
  const contacts = given.number('contacts', quick ? 10_000 : 50_000, 1000);
  const rate = given.number('rate', 200, 1);
  const line = await startSimulatedSwitch({
    scenario: scenarioFrom({
      people: {
        dialLatency: { kind: 'uniform', from: 0.05, to: 0.3 },
        ring: { kind: 'uniform', from: 0.5, to: 3 },
        ringLimitSeconds: 4,
        talk: { kind: 'uniform', from: 2, to: 20 },
      },
    }),
    seed: `recovery-${seed}`,
    cps: 100_000,
    maxSessions: 1_000_000,
  });
  const folder = await mkdtemp(join(given.text('folder', tmpdir()), 'tactus-recovery-'));
  const flags = [
    '--switch',
    `${line.url}?gateway=pstn&channels=20000&cps=${rate}`,
    '--log-level',
    'error',
    '--drain',
    '1',
  ];
  let service: ServiceProcess | undefined;
  try {
    const settings = productionCampaign(CAMPAIGN, {
      pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 },
      wrapUpSeconds: 1,
    });
    await fillStore(join(folder, 'tactus.db'), settings, contacts);
    service = await ServiceProcess.start(folder, flags);
    await prepare(service, agents);
    await dialling(line, line.counts().originated, 'the first start');
    const channelsUp: number[] = [];
    const listening: number[] = [];
    const resumed: number[] = [];
    for (let run = 1; run <= runs; run++) {
      await pause(LOAD_MILLISECONDS);
      await service.kill();
      const { channels, originated } = line.counts();
      channelsUp.push(channels);
      const from = performance.now();
      service = await ServiceProcess.start(folder, flags);
      listening.push(performance.now() - from);
      await dialling(line, originated, `run ${run}`);
      resumed.push(performance.now() - from);
      say(
        `run ${run}: ${channels} channels up at the kill, HTTP after ${seconds(listening.slice(-1), 0)} s, dialling after ${seconds(resumed.slice(-1), 0)} s`,
      );
    }
    listening.sort((a, b) => a - b);
    resumed.sort((a, b) => a - b);
    return [
      {
        title: 'Recovery after kill -9',
        columns: ['from the start of the process to', 'median s', 'longest s', 'longest of the budget'],
        rows: [
          ['HTTP answering', seconds(listening, 0.5), seconds(listening, 1), ''],
          [
            'dialling, reconciled',
            seconds(resumed, 0.5),
            seconds(resumed, 1),
            `${((resumed.at(-1) ?? 0) / BUDGET_MILLISECONDS).toFixed(2)}×`,
          ],
        ],
        notes: [
          `${runs} kills with ${Math.min(...channelsUp)} to ${Math.max(...channelsUp)} channels up; the budget is ${BUDGET_MILLISECONDS / 1000} s.`,
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
