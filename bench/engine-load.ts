/**
 * The whole engine under load: live engine, SQLite store and FreeSWITCH adapter in one process, pinned to one core,
 * against the simulated switch in another process over TCP, with every intent durable before its originate.
 *
 *   node dist/bench/engine-load.js [--rate 500] [--seconds 60] [--agents 2000] [--talk 1.2] [--method ratio]
 *       [--no-pin] [--profile FILE] [--folder DIR]
 *
 * It claims: 500 attempts a second sustained on one core, and p99 < 10 ms from the answer to the bridge command.
 *
 * Two figures of that: `decision` is from the input that tells of the answer to the bridge effect, by one clock in one
 * process; `command` is from the switch's own time stamp of the answer (whole milliseconds) to the bridge effect, with the
 * socket, the parser and whatever either event loop was busy with in between (the switch's lag is printed beside it). Both are of customers for whom an agent was
 * ready; those who had to wait for one are counted beside them. `bridged` is from the switch's time stamp of the
 * answer to that of the bridge, with the switch's own share (41 ms) in it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../dialer/clock.js';
import type { TelephonyEffect } from '../dialer/core/effects.js';
import type { TelephonyInput } from '../dialer/core/inputs.js';
import type { Engine } from '../dialer/engine.js';
import { startLiveEngine } from '../dialer/live-engine.js';
import { openStore } from '../dialer/store/index.js';
import { createFreeSwitchTelephony, parseSwitchUrl, type Telephony } from '../dialer/telephony/index.js';
import { scenarioFrom, startSimulatedSwitch } from '../sim/index.js';
import { contactMaker, productionCampaign } from './loaded-store.js';
import { type BenchOptions, type BenchTable, directArguments, isDirect, runDirectly, say } from './table.js';

const given = directArguments(
  import.meta.url,
  ['rate', 'seconds', 'agents', 'talk', 'method', 'profile', 'folder', 'engine'],
  ['no-pin'],
);

/** What the process of the engine is told. */
interface Load {
  readonly url: string;
  readonly folder: string;
  readonly rate: number;
  readonly seconds: number;
  readonly agents: number;
  readonly method: string;
  readonly profile: string;
}

/** The measured time begins; or what was measured, as rows of figure and value. */
type Message = 'measuring' | { readonly figures: readonly (readonly [string, string])[] };

const CAMPAIGN = 'load';
const RAMP_SECONDS = 15;
const WRAP_UP_MILLISECONDS = 1000;
const LOG_IN_AT_ONCE = 200;
const LAG_RESOLUTION = 10;

/** People who are quick, so that few calls at a time make many attempts. */
function people(talk: number): object {
  return {
    answerRate: 0.4,
    machineRate: 0.1,
    dialLatency: { kind: 'uniform', from: 0.05, to: 0.3 },
    failureDelay: { kind: 'uniform', from: 0.05, to: 0.3 },
    ring: { kind: 'uniform', from: 0.2, to: 1.5 },
    machineRing: { kind: 'uniform', from: 0.5, to: 1.5 },
    talk: { kind: 'uniform', from: 0.5 * talk, to: 1.5 * talk },
    machineTalk: { kind: 'uniform', from: 0.3, to: 1 },
    ringLimitSeconds: 2,
  };
}

// ---------------------------------------------------------------- the two processes

/** The simulated switch lives in this process, so that its own lateness can be told from the engine's. */
export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const folder = await mkdtemp(join(given.text('folder', tmpdir()), 'tactus-load-'));
  const line = await startSimulatedSwitch({
    scenario: scenarioFrom({ people: people(given.number('talk', 1.2, 0.1)) }),
    seed: `load-${seed}`,
    cps: 100_000,
    maxSessions: 1_000_000,
  });
  const load: Load = {
    url: line.url,
    folder,
    rate: given.number('rate', quick ? 100 : 500, 1),
    seconds: given.number('seconds', quick ? 10 : 60, 1),
    agents: given.number('agents', quick ? 400 : 2000, 1),
    method: given.text('method', 'ratio'),
    profile: given.text('profile', ''),
  };
  let engine: ChildProcess | undefined;
  try {
    const pin = !given.flag('no-pin') && spawnSync('taskset', ['-V']).status === 0;
    const own = [
      process.execPath,
      ...process.execArgv,
      fileURLToPath(import.meta.url),
      '--engine',
      JSON.stringify(load),
    ];
    const [command, ...rest] = [...(pin ? ['taskset', '-c', '0'] : []), ...own] as [string, ...string[]];
    engine = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION });
    let from = { cpu: process.cpuUsage(), at: performance.now(), counts: line.counts() };
    const figures: (readonly [string, string])[] = [];
    engine.on('message', (message: Message) => {
      if (message === 'measuring') {
        lag.enable();
        from = { cpu: process.cpuUsage(), at: performance.now(), counts: line.counts() };
        return;
      }
      lag.disable();
      const cpu = process.cpuUsage(from.cpu);
      const wall = (performance.now() - from.at) / 1000;
      const counts = line.counts();
      figures.push(...message.figures, [
        "the switch's own process",
        `${((cpu.user + cpu.system) / 1e4 / wall).toFixed(0)} % of a core; loop lag ${lagOf(lag)}; ${((counts.events - from.counts.events) / wall).toFixed(0)} events a second; throttled ${counts.throttled - from.counts.throttled}, numbers called twice at once ${counts.numbersCalledTwiceAtOnce}`,
      ]);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      engine?.once('error', reject);
      engine?.once('exit', resolve);
    });
    if (code !== 0) throw new Error(`the process of the engine ended with ${code}`);
    return [
      {
        title: 'The engine under load',
        columns: ['figure', 'value'],
        rows: figures.map((row) => [...row]),
        notes: [
          `${load.agents.toLocaleString('en')} agents, ${load.method} pacer held back by the trunk's ${load.rate} calls a second, ${load.seconds} s; ${cpus().length} cores, the engine ${pin ? 'pinned to one' : 'not pinned'}. Budgets: 500 attempts a second on one core; answer to bridge command p99 < 10 ms.`,
          '"Decision" is from the input that tells of the answer to the bridge effect; "command" from the switch\'s own time stamp of the answer to the bridge effect, with the socket, the parser and whatever either event loop was busy with in between; "bridged" to the switch\'s time stamp of the bridge.',
        ],
      },
    ];
  } finally {
    engine?.kill('SIGKILL');
    await line.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function lagOf(lag: IntervalHistogram): string {
  const at = (nanoseconds: number): string => Math.max(0, nanoseconds / 1e6 - LAG_RESOLUTION).toFixed(1);
  return `p50 ${at(lag.percentile(50))}  p99 ${at(lag.percentile(99))}  max ${at(lag.max)} ms`;
}

// ---------------------------------------------------------------- the engine

/** What the wrapped telephony saw. */
interface Watch {
  readonly decision: number[];
  readonly command: number[];
  readonly bridged: number[];
  /** Bridges of customers who had to wait for an agent. */
  waited: number;
  originated: number;
  failed: Record<string, number>;
  counting: boolean;
}

function wallNow(): number {
  return performance.timeOrigin + performance.now();
}

/** The telephony with a watch on what goes through it. */
function watched(inner: Telephony, watch: Watch): Telephony {
  const answeredAt = new Map<string, number>();
  let answering = '';
  let answerSeen = 0;
  const seen = (input: TelephonyInput): void => {
    if (input.type === 'channel-answered') {
      answering = input.channelId;
      answerSeen = performance.now();
      if (watch.counting && input.at !== undefined) answeredAt.set(input.channelId, input.at);
    } else if (input.type === 'channel-bridged') {
      const at = answeredAt.get(input.channelId);
      if (at !== undefined && input.at !== undefined) watch.bridged.push(input.at - at);
    } else if (input.type === 'channel-ended') answeredAt.delete(input.channelId);
    else if (input.type === 'originate-failed' || input.type === 'bridge-failed') {
      const why = `${input.type} ${input.type === 'bridge-failed' ? input.reason : input.cause}`;
      watch.failed[why] = (watch.failed[why] ?? 0) + 1;
    } else if (input.type === 'switch-down') {
      watch.failed[`switch-down ${input.reason}`] = (watch.failed[`switch-down ${input.reason}`] ?? 0) + 1;
    }
  };
  const perform = (effect: TelephonyEffect): void => {
    if (effect.type === 'originate') watch.originated++;
    else if (effect.type === 'bridge' && watch.counting) {
      if (effect.channelId === answering) {
        watch.decision.push(performance.now() - answerSeen);
        const at = answeredAt.get(effect.channelId);
        if (at !== undefined) watch.command.push(wallNow() - at);
      } else {
        watch.waited++;
        answeredAt.delete(effect.channelId);
      }
    }
    inner.perform(effect);
  };
  return {
    switchIds: inner.switchIds,
    start: (report) =>
      inner.start((input) => {
        seen(input);
        report(input);
        answering = '';
      }),
    perform,
    stop: (deadline) => inner.stop(deadline),
    statistics: () => inner.statistics(),
  };
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function spread(milliseconds: number[], note = ''): string {
  milliseconds.sort((a, b) => a - b);
  const at = (q: number): string => quantile(milliseconds, q).toFixed(2);
  return `p50 ${at(0.5)}  p99 ${at(0.99)}  p99.9 ${at(0.999)} ms  (${milliseconds.length} calls)${note}`;
}

async function must(engine: Engine, request: Parameters<Engine['request']>[0]): Promise<void> {
  const reply = await engine.request(request);
  if (!reply.ok) throw new Error(`${request.type}: ${reply.message}`);
}

/** Agents who say what came of each call a second after its end. */
function playAgents(engine: Engine): void {
  engine.subscribe((events) => {
    for (const { event } of events) {
      if (event.kind !== 'attempt-ended' || event.agentId === '') continue;
      const { agentId, attemptId } = event;
      setTimeout(() => {
        void engine
          .request({ type: 'disposition', agentId, attemptId, disposition: 'not-interested', note: '' })
          .catch(() => undefined);
      }, WRAP_UP_MILLISECONDS);
    }
  });
}

async function runEngine(load: Load): Promise<void> {
  const { url, folder, rate, seconds, agents } = load;
  const store = await openStore(`sqlite:${join(folder, 'tactus.db')}`);
  const clock = systemClock();
  const bootState = await store.boot(clock.now());
  const watch: Watch = {
    decision: [],
    command: [],
    bridged: [],
    waited: 0,
    originated: 0,
    failed: {},
    counting: false,
  };
  const { host, port, password } = parseSwitchUrl(url);
  let complaints = 0;
  const complain = (message: string): void => {
    if (++complaints <= 10) console.error(message);
  };
  const telephony = watched(
    createFreeSwitchTelephony({
      switches: [{ switchId: 'one', host, port, password }],
      ownPrefix: bootState.installation,
      clock,
      random: Math.random,
      log: ({ level, message }) => {
        if (level !== 'info') complain(`${level}: ${message}`);
      },
    }),
    watch,
  );
  const engine = startLiveEngine({
    store,
    bootState,
    telephony,
    clock,
    log: {
      info: () => undefined,
      warn: (_, message) => complain(message),
      error: (details, message) => complain(`${message} ${JSON.stringify(details)}`),
    },
    switches: [{ id: 'one', maximumChannels: 100_000, callsPerSecond: 2 * rate }],
    trunks: [
      {
        name: 'pstn',
        switchId: 'one',
        dialString: 'sofia/gateway/pstn/{number}',
        maximumChannels: 50_000,
        callsPerSecond: rate,
      },
    ],
    timeZoneData: 'bench',
    onFatal: (error) => {
      console.error(error);
      process.exit(1);
    },
  });
  playAgents(engine);

  const settings = productionCampaign(CAMPAIGN, {
    pacing: { method: load.method, ratio: 3, targetAbandonRatio: 0.03 },
    wrapUpSeconds: 30,
  });
  await must(engine, { type: 'campaign-save', settings });
  const contactOf = contactMaker();
  const contacts = Math.min(900_000, Math.ceil(rate * (seconds + RAMP_SECONDS) * 1.5) + 10_000);
  for (let from = 0; from < contacts; from += 1000)
    await store.addContacts(
      CAMPAIGN,
      Array.from({ length: 1000 }, (_, i) => contactOf(from + i)),
      clock.now(),
    );
  const from = performance.now();
  for (let first = 0; first < agents; first += LOG_IN_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(LOG_IN_AT_ONCE, agents - first) }, (_, i) => logIn(engine, first + i)),
    );
  while (engine.view().agents.filter((a) => a.state === 'ready').length < agents) {
    if (performance.now() - from > 120_000) throw new Error('not all agents are ready after 120 s');
    await pause(200);
  }
  say(
    `${agents} agents ready after ${((performance.now() - from) / 1000).toFixed(1)} s; ${contacts} contacts`,
  );
  await must(engine, {
    type: 'campaign-command',
    campaignId: CAMPAIGN,
    command: 'start',
    by: 'bench',
    reason: '',
  });
  await pause(RAMP_SECONDS * 1000);
  const figures = await measure(engine, watch, load);
  tell({ figures: [...figures, ['complaints in the log', String(complaints)]] });
  await engine.stop(3);
  await telephony.stop(3000);
  await store.close();
  process.exit(0);
}

async function logIn(engine: Engine, index: number): Promise<void> {
  await must(engine, {
    type: 'agent-login',
    profile: {
      id: `a${index}`,
      name: `Agent ${index}`,
      pool: 'main',
      team: 'one',
      tier: 'expert',
      skills: [],
    },
    endpoint: `sofia/gateway/desk/tagent-${index}`,
    switchId: '',
    ready: true,
  });
}

function tell(message: Message): void {
  process.send?.(message);
}

async function measure(
  engine: Engine,
  watch: Watch,
  load: Load,
): Promise<readonly (readonly [string, string])[]> {
  const { rate, seconds } = load;
  const session = load.profile === '' ? undefined : new Session();
  session?.connect();
  await session?.post('Profiler.enable');
  await session?.post('Profiler.start');
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION });
  lag.enable();
  tell('measuring');
  watch.counting = true;
  const before = engine.view().totals;
  const originatedBefore = watch.originated;
  const cpuBefore = process.cpuUsage();
  const loopBefore = performance.eventLoopUtilization();
  const wallBefore = performance.now();
  const perSecond: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const had = watch.originated;
    const started = performance.now();
    await pause(1000);
    perSecond.push(((watch.originated - had) * 1000) / (performance.now() - started));
  }
  const wall = (performance.now() - wallBefore) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const loop = performance.eventLoopUtilization(loopBefore);
  lag.disable();
  watch.counting = false;
  if (session !== undefined) {
    const { profile } = await session.post('Profiler.stop');
    await writeFile(load.profile, JSON.stringify(profile));
  }
  const view = engine.view();
  const sum = (table: Readonly<Record<string, Readonly<Record<string, number>>>>, name?: string): number =>
    Object.entries(table[CAMPAIGN] ?? {}).reduce(
      (total, [key, count]) => total + (name === undefined || key === name ? count : 0),
      0,
    );
  const ended = sum(view.totals.ended) - sum(before.ended);
  const humans = sum(view.totals.answered, 'human') - sum(before.answered, 'human');
  const abandoned = sum(view.totals.ended, 'abandoned') - sum(before.ended, 'abandoned');
  const originated = watch.originated - originatedBefore;
  const used = (cpu.user + cpu.system) / 1e6;
  perSecond.sort((a, b) => a - b);
  const campaign = view.campaigns.find(({ record }) => record.settings.id === CAMPAIGN);
  return [
    [
      'attempts originated',
      `${(originated / wall).toFixed(1)} a second over ${wall.toFixed(0)} s (${((originated / wall / rate) * 100).toFixed(1)} % of the rate); slowest second ${perSecond[0]?.toFixed(0)}`,
    ],
    ['attempts ended', `${(ended / wall).toFixed(1)} a second`],
    [
      'CPU of the engine process',
      `${((100 * used) / wall).toFixed(1)} % of a core (${((1e6 * used) / originated).toFixed(0)} µs an attempt; at ${rate}/s that is ${((100 * rate * used) / originated).toFixed(1)} %)`,
    ],
    [
      'main thread busy',
      `${(100 * loop.utilization).toFixed(1)} % of the time (waiting for the core included)`,
    ],
    ['answer to bridge, decision', spread(watch.decision)],
    ['answer to bridge, command', spread(watch.command, `; ${watch.waited} more waited for an agent`)],
    ['answer to bridged', spread(watch.bridged)],
    ['event loop lag', `${lagOf(lag)}`],
    ['resident', `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`],
    [
      'abandoned',
      `${abandoned} of ${humans} live answers (${((100 * abandoned) / Math.max(1, humans)).toFixed(2)} %)`,
    ],
    ['outcomes', `${JSON.stringify(view.totals.ended[CAMPAIGN] ?? {})}`],
    ['limit, lines in flight', `${campaign?.pacing?.limit ?? 'none'}, ${campaign?.inFlight ?? 0}`],
    [
      'failures',
      `${JSON.stringify(watch.failed)}; orphans ${view.totals.orphans}, discrepancies ${view.totals.discrepancies}`,
    ],
  ];
}

const engineOf = given.text('engine', '');
if (isDirect(import.meta.url) && engineOf !== '') await runEngine(JSON.parse(engineOf) as Load);
else await runDirectly(import.meta.url, rows);
