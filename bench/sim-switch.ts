/**
 * What the simulated switch holds: calls a second and agents, driven by a client of the bench's own that does next to nothing
 * besides, so that the switch is what is measured.
 *
 *   node dist/bench/sim-switch.js [--rates 500,1000,2000] [--agents 10000] [--seconds 20]
 *
 * The client brings the agents' legs up, then originates at a steady rate; whoever answers is bridged to a free agent and talks
 * for a few seconds, so that every part of a call is exercised. The switch runs in a process of its own. Its CPU time is
 * read from /proc; the lateness of a bridge (from the command to CHANNEL_BRIDGE, which takes 41 ms when nothing is late)
 * tells when its event loop falls behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, firstThread } from './process-figures.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const BUDGET = { callsPerSecond: 500, agents: 10_000 };
const PROGRAM = fileURLToPath(new URL('../api/main.js', import.meta.url));
/** Shares: of the rate that counts as held, and of a core that counts as all of it. */
const HELD = 0.97;
const BUSY = 0.9;
const given = directArguments(import.meta.url, ['rates', 'agents', 'seconds']);

/** Everybody is reached within seconds, half of them pick up and talk for 5 s, the others are busy. */
const SCENARIO = {
  people: {
    answerRate: 0.5,
    machineRate: 0,
    busyRate: 0.5,
    invalidRate: 0,
    congestionRate: 0,
    dialLatency: 0.2,
    failureDelay: 0.5,
    ring: { kind: 'uniform', from: 0.5, to: 2 },
    talk: { kind: 'exponential', mean: 5 },
    patience: 30,
  },
};

interface Switch {
  readonly child: ChildProcess;
  readonly port: number;
  end(): void;
}

function startSwitch(callsPerSecond: number): Promise<Switch> {
  const folder = mkdtempSync(join(tmpdir(), 'tactus-bench-'));
  const file = join(folder, 'scenario.json');
  writeFileSync(file, JSON.stringify(SCENARIO));
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      'sim-switch',
      '--port',
      '0',
      '--cps',
      String(callsPerSecond),
      '--max-sessions',
      '100000',
      '--scenario',
      file,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`the switch ended with ${code}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
      const port = /:(\d+)\s*$/m.exec(text)?.[1];
      if (port === undefined) return;
      const end = (): void => {
        child.kill();
        rmSync(folder, { recursive: true, force: true });
      };
      resolve({ child, port: Number(port), end });
    });
  });
}

/** Reads no more of an event than its name and ids. */
class LeanClient {
  readonly #socket: Socket;
  #rest = '';
  bytes = 0;
  events = 0;
  readonly #onEvent: (name: string, uuid: string, other: string) => void;

  constructor(socket: Socket, onEvent: (name: string, uuid: string, other: string) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      this.#read(chunk.toString('latin1'));
    });
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  #read(text: string): void {
    let at = 0;
    const all = this.#rest + text;
    for (;;) {
      const headEnd = all.indexOf('\n\n', at);
      if (headEnd < 0) break;
      const head = all.slice(at, headEnd);
      const length = Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? 0);
      const bodyEnd = headEnd + 2 + length;
      if (all.length < bodyEnd) break;
      if (length > 0 && head.includes('text/event-plain')) this.#event(all.slice(headEnd + 2, bodyEnd));
      at = bodyEnd;
    }
    this.#rest = all.slice(at);
  }

  #event(body: string): void {
    this.events++;
    this.#onEvent(
      value(body, 'Event-Name: '),
      value(body, 'Unique-ID: '),
      value(body, 'Other-Leg-Unique-ID: '),
    );
  }

  end(): void {
    this.#socket.destroy();
  }
}

function value(body: string, name: string): string {
  const from = body.indexOf(name);
  if (from < 0) return '';
  const start = from + name.length;
  return body.slice(start, body.indexOf('\n', start));
}

interface Load {
  readonly agentsUp: number;
  readonly originated: number;
  readonly ended: number;
  readonly bridged: number;
  readonly refused: number;
  readonly seconds: number;
  readonly cpu: number;
  /** Shares of the time: of the switch's thread at work and waiting for a core, and of the client at work. */
  readonly worked: number;
  readonly waited: number;
  readonly client: number;
  readonly events: number;
  readonly megabytes: number;
  readonly bridgeTimes: number[];
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function load(rate: number, agents: number, seconds: number): Promise<Load> {
  // The legs come up twice as fast as calls are made, and room is left above the rate.
  const theSwitch = await startSwitch(Math.max(4 * rate, 2_000));
  const socket = connect(theSwitch.port, '127.0.0.1');
  try {
    const free: string[] = [];
    const customers = new Map<string, string>();
    const bridging = new Map<string, number>();
    const bridgeTimes: number[] = [];
    let [agentsUp, ended, bridged] = [0, 0, 0];
    let counting = false;
    const client = new LeanClient(socket, (name, uuid, other) => {
      switch (name) {
        case 'CHANNEL_ANSWER':
          if (uuid.startsWith('a')) {
            agentsUp++;
            free.push(uuid);
          } else {
            const agent = free.pop();
            if (agent === undefined) client.send(`bgapi uuid_kill ${uuid}\n\n`);
            else {
              customers.set(uuid, agent);
              bridging.set(uuid, performance.now());
              client.send(`bgapi uuid_bridge ${agent} ${uuid}\n\n`);
            }
          }
          return;
        case 'CHANNEL_BRIDGE':
          for (const id of [uuid, other]) {
            const since = bridging.get(id);
            if (since === undefined) continue;
            bridging.delete(id);
            if (!counting) continue;
            bridged++;
            bridgeTimes.push(performance.now() - since);
          }
          return;
        case 'CHANNEL_HANGUP_COMPLETE': {
          if (uuid.startsWith('a')) return;
          if (counting) ended++;
          bridging.delete(uuid);
          const agent = customers.get(uuid);
          if (agent === undefined) return;
          customers.delete(uuid);
          free.push(agent);
        }
      }
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    client.send('auth ClueCon\n\n');
    client.send('event plain CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_HANGUP_COMPLETE CHANNEL_PROGRESS\n\n');
    const id = (kind: string, index: number): string =>
      `${kind}0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const legsPerTick = Math.max(20, rate / 25);
    for (let index = 0; index < agents; ) {
      for (let n = 0; n < legsPerTick && index < agents; n++, index++)
        client.send(
          `bgapi originate {origination_uuid=${id('a', index)},park_after_bridge=true}user/agent-${index} &park()\n\n`,
        );
      await pause(20);
    }
    for (let waited = 0; agentsUp < agents && waited < 20_000; waited += 100) await pause(100);
    const pid = theSwitch.child.pid ?? 0;
    let made = 0;
    const place = (): void => {
      client.send(
        `bgapi originate {origination_uuid=${id('c', made)},originate_timeout=30}sofia/gateway/bench/1212${String(2_000_000 + made)} &park()\n\n`,
      );
      made++;
    };
    const steady = async (length: number): Promise<void> => {
      const from = performance.now();
      const before = made;
      for (let passed = 0; passed < length * 1000; passed = performance.now() - from) {
        while (made - before < (passed / 1000) * rate) place();
        await pause(5);
      }
    };
    // Calls of all ages have to be under way before anything is counted.
    await steady(10);
    const [madeBefore, cpuBefore, threadBefore, clientBefore] = [
      made,
      cpuSeconds(pid),
      firstThread(pid),
      process.cpuUsage(),
    ];
    const [eventsBefore, bytesBefore] = [client.events, client.bytes];
    counting = true;
    const from = performance.now();
    await steady(seconds);
    const took = (performance.now() - from) / 1000;
    counting = false;
    const cpu = cpuSeconds(pid) - cpuBefore;
    const thread = firstThread(pid);
    const own = process.cpuUsage(clientBefore);
    const originated = made - madeBefore;
    const [events, bytes] = [client.events - eventsBefore, client.bytes - bytesBefore];
    client.end();
    bridgeTimes.sort((a, b) => a - b);
    return {
      agentsUp,
      originated,
      ended,
      bridged,
      refused: Math.max(0, originated - ended),
      seconds: took,
      cpu,
      worked: (thread.worked - threadBefore.worked) / took,
      waited: (thread.waited - threadBefore.waited) / took,
      client: (own.user + own.system) / 1e6 / took,
      events,
      megabytes: bytes / 1e6,
      bridgeTimes,
    };
  } finally {
    socket.destroy();
    theSwitch.end();
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** What keeps the rate from being held, as far as the figures tell. */
function limitOf({ ended, seconds, agentsUp, worked, waited, client }: Load, rate: number): string {
  if (ended / seconds >= HELD * rate) return 'nothing: the rate is held';
  if (worked >= BUSY) return "the switch's one thread";
  if (client >= BUSY) return 'the client of this bench';
  if (worked + waited >= BUSY) return 'other work on the cores';
  return agentsUp === 0 ? 'no agent came up' : 'not the CPU: see the bridge times';
}

export async function rows({ quick }: BenchOptions): Promise<BenchTable[]> {
  const agents = given.number('agents', quick ? 1_000 : BUDGET.agents);
  const seconds = given.number('seconds', quick ? 4 : 20);
  const rates = given
    .text('rates', quick ? '200' : '500,1000,2000')
    .split(',')
    .map(Number);
  const table: BenchTable = {
    title: `Simulated switch: calls a second with ${agents.toLocaleString('en')} agents (budget ${BUDGET.callsPerSecond}/s, ${BUDGET.agents.toLocaleString('en')} agents, one core)`,
    columns: [
      'asked for, calls/s',
      'ended, calls/s',
      'of the rate',
      'agents up',
      "switch's CPU, of a core",
      'CPU a call, ms',
      'events/s',
      'MB/s',
      'bridge p50, ms',
      'p99, ms',
      'its thread waited for a core',
      "client's CPU, of a core",
      'what limits',
    ],
    rows: [],
    notes: [
      'In a steady state as many calls end as begin. A bridge takes 41 ms when nothing is late, and up to 20 ms more for the look at the sockets that a real switch takes every 20 ms.',
      'The switch and its client are two processes: on two cores with other work both are late. The switch has one thread, which spends most of its time on the text of events.',
    ],
  };
  for (const rate of rates) {
    const run = await load(rate, agents, seconds);
    table.rows.push([
      rate,
      Math.round(run.ended / run.seconds),
      `${((100 * run.ended) / run.seconds / rate).toFixed(0)} %`,
      run.agentsUp,
      `${((100 * run.cpu) / run.seconds).toFixed(0)} %`,
      (1000 * (run.cpu / Math.max(1, run.ended))).toFixed(2),
      Math.round(run.events / run.seconds),
      (run.megabytes / run.seconds).toFixed(1),
      quantile(run.bridgeTimes, 0.5).toFixed(0),
      quantile(run.bridgeTimes, 0.99).toFixed(0),
      `${(100 * run.waited).toFixed(0)} %`,
      `${(100 * run.client).toFixed(0)} %`,
      limitOf(run, rate),
    ]);
  }
  return [table];
}

await runDirectly(import.meta.url, rows);
