/**
 * What the service takes in while it dials: contacts in batches over HTTP, and a long CSV file, with the real service on
 * SQLite in a process of its own and the simulated switch in this one.
 *
 *   node dist/bench/intake.js [--rows 1000000] [--contacts 100000] [--agents 200] [--rate 50] [--folder DIR]
 *
 * It claims: 30,000 contacts a second in batches of 1,000, checked and with their numbers in E.164; a million rows of CSV in
 * less than 30 s; the 99th percentile of the event loop's lag under 20 ms meanwhile (two cores). The numbers of the list come
 * in no order, as they do in lists. The service's CPU time stands beside the wall time: with other work on the machine the
 * wall time is that of the machine.
 */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scenarioFrom, startSimulatedSwitch } from '../sim/index.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { writeList } from './contact-files.js';
import { fillStore, productionCampaign } from './loaded-store.js';
import { cpuSeconds } from './process-figures.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly, say } from './table.js';

const given = directArguments(import.meta.url, ['rows', 'contacts', 'agents', 'rate', 'folder']);
const BUDGET = { secondsPerMillion: 30, contactsPerSecond: 30_000, lag: 20 };
const DIALLED = 'dialled';
const BATCH = 1_000;
const CONNECTIONS = 4;
/** As many as fit what the dialled campaign gets through in the run. */
const DIALLED_CONTACTS = 50_000;
const RAMP_MILLISECONDS = 10_000;
const ALONE_MILLISECONDS = 10_000;

interface Taken {
  readonly seconds: number;
  readonly cpu: number;
  /** Milliseconds, 99th percentile and most. */
  readonly lag: number;
  readonly mostLag: number;
  readonly callsPerSecond: number;
}

/** A batch as an integrator would send it, its numbers written as people write them. */
function batch(first: number): string {
  return JSON.stringify(
    Array.from({ length: BATCH }, (_, i) => {
      const digits = String(2_000_000 + ((first + i) % 7_000_000));
      return {
        externalId: `batch-${first + i}`,
        name: `First${(first + i) % 700} Last${(first + i) % 900}`,
        numbers: [`+1 (${215 + (first % 2)}) ${digits.slice(0, 3)}-${digits.slice(3)}`],
        timeZone: 'America/New_York',
        fields: { product: 'fibre', city: 'Philadelphia' },
      };
    }),
  );
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const length = given.number('rows', quick ? 50_000 : 1_000_000, 1000);
  const contacts = given.number('contacts', quick ? 20_000 : 100_000, BATCH);
  const agents = given.number('agents', quick ? 50 : 200, 1);
  const rate = given.number('rate', quick ? 20 : 50, 1);
  const line = await startSimulatedSwitch({
    scenario: scenarioFrom({ people: { talk: { kind: 'uniform', from: 2, to: 10 } } }),
    seed: `intake-${seed}`,
    cps: 100_000,
    maxSessions: 100_000,
  });
  const folder = await mkdtemp(join(given.text('folder', tmpdir()), 'tactus-intake-'));
  let service: ServiceProcess | undefined;
  try {
    const settings = productionCampaign(DIALLED, {
      wrapUpSeconds: 2,
      pacing: { method: 'ratio', ratio: 3, targetAbandonRatio: 0.03 },
    });
    await fillStore(join(folder, 'tactus.db'), settings, DIALLED_CONTACTS);
    const list = join(folder, 'list.csv');
    await writeList(list, length);
    const config = join(folder, 'bench.yaml');
    await writeFile(config, 'rateLimits: {principal: {perSecond: 10000, burst: 20000}}\n');
    const running = await ServiceProcess.start(folder, [
      '--config',
      config,
      '--switch',
      `${line.url}?gateway=pstn&channels=5000&cps=${rate}`,
      '--log-level',
      'error',
      '--drain',
      '1',
    ]);
    service = running;
    for (let i = 0; i < agents; i++)
      await running.must('POST', `/v1/agents/a${i}/login`, {
        name: `Agent ${i}`,
        pool: settings.pool,
        team: 'one',
        tier: 'expert',
        endpoint: `sofia/gateway/desk/tagent-${i}`,
        ready: true,
      });
    await running.must('POST', `/v1/campaigns/${DIALLED}/start`, { reason: 'bench' });
    for (const id of ['batches', 'csv']) await running.must('POST', '/v1/campaigns', { id, name: id });
    const bodies = Array.from({ length: contacts / BATCH }, (_, i) => batch(i * BATCH));
    await pause(RAMP_MILLISECONDS);

    const lagNow = async (): Promise<readonly [number, number]> => {
      const text = await (await fetch(`${running.url}/metrics`)).text();
      const at = (quantile: string): number =>
        1000 *
        Number(
          new RegExp(`^dialer_event_loop_lag_seconds\\{quantile="${quantile}"\\} (\\S+)`, 'm').exec(
            text,
          )?.[1],
        );
      return [at('0.99'), at('1')];
    };
    const during = async (work: () => Promise<unknown>): Promise<Taken> => {
      await lagNow();
      const [cpu, calls, began] = [cpuSeconds(running.pid), line.counts().originated, performance.now()];
      await work();
      const seconds = (performance.now() - began) / 1000;
      const used = cpuSeconds(running.pid) - cpu;
      const made = line.counts().originated - calls;
      const [lag, mostLag] = await lagNow();
      return { seconds, cpu: used, lag, mostLag, callsPerSecond: made / seconds };
    };
    const alone = await during(() => pause(ALONE_MILLISECONDS));
    say(`dialling ${alone.callsPerSecond.toFixed(0)} calls a second`);

    const batches = await during(async () => {
      const waiting = bodies.values();
      const send = async (): Promise<void> => {
        for (const body of waiting) {
          const answer = await running.post('/v1/campaigns/batches/contacts', 'application/json', body);
          if (answer.body['added'] !== BATCH) throw new Error(JSON.stringify(answer).slice(0, 300));
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, send));
    });
    let report: Record<string, unknown> = {};
    const csv = await during(async () => {
      const path = '/v1/campaigns/csv/contacts?defaultCountry=US';
      const { status, body } = await running.post(path, 'text/csv', await openAsBlob(list));
      if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
      do {
        await pause(200);
        report = await running.must('GET', `/v1/imports/${String(body['id'])}`);
      } while (report['state'] === 'running');
    });
    if (report['state'] !== 'completed' || report['added'] !== length)
      throw new Error(`the import: ${JSON.stringify(report).slice(0, 500)}`);

    const row = (
      name: string,
      { seconds, cpu, lag, mostLag, callsPerSecond }: Taken,
      budget: string,
      of: string,
    ) => [
      name,
      budget,
      seconds.toFixed(1),
      of,
      cpu.toFixed(1),
      callsPerSecond.toFixed(0),
      lag.toFixed(1),
      mostLag.toFixed(0),
      `${(lag / BUDGET.lag).toFixed(2)}×`,
    ];
    const perSecond = contacts / batches.seconds;
    const perMillion = (csv.seconds * 1e6) / length;
    return [
      {
        title: 'What the service takes in while it dials',
        columns: [
          'what',
          'budget',
          'seconds',
          'of the budget',
          'CPU s of the service',
          'calls/s meanwhile',
          'loop lag p99, ms',
          'most, ms',
          `p99 of ${BUDGET.lag} ms`,
        ],
        rows: [
          row('nothing, only dialling', alone, '–', '–'),
          row(
            `${contacts.toLocaleString('en')} contacts in batches of ${BATCH}: ${Math.round(perSecond).toLocaleString('en')}/s, ${((batches.cpu * 1e6) / contacts).toFixed(0)} µs of CPU each`,
            batches,
            `${BUDGET.contactsPerSecond.toLocaleString('en')}/s`,
            `${(perSecond / BUDGET.contactsPerSecond).toFixed(2)} of the rate`,
          ),
          row(
            `${length.toLocaleString('en')} rows of CSV`,
            csv,
            `${BUDGET.secondsPerMillion} s a million`,
            `${(perMillion / BUDGET.secondsPerMillion).toFixed(2)}×`,
          ),
        ],
        notes: [
          `${agents} agents, at most ${rate} calls a second; ${availableParallelism()} cores, which the service shares with the switch and the client in this process; load ${loadavg()[0]?.toFixed(1)} at the end. Every contact is durable in SQLite before it is answered.`,
          'The lag is what the service measures itself (dialer_event_loop_lag_seconds). CPU seconds are of all threads of the service, its dialling included.',
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
