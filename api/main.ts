#!/usr/bin/env node
/** The composition root: the only file that knows every concrete adapter, and the program's bin. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { backUpSqliteFile, openStore } from '../dialer/store/index.js';
import { createTelephony } from '../dialer/telephony/index.js';
import {
  Agents,
  createSimulator,
  demoScenario,
  loadScenario,
  runSimulatedSwitch,
  type Scenario,
} from '../sim/index.js';
import { runCommandLine } from './cli/program.js';
import { replay } from './replay.js';
import { serve } from './serve.js';
import { simulate } from './simulate.js';

const program = fileURLToPath(import.meta.url);
const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** A file, or the name of a scenario that comes with the simulator. */
async function scenarioOf(name: string): Promise<Scenario> {
  return name === 'demo' ? demoScenario : loadScenario(name);
}

// Whoever read the output is gone (`tactus … | head`). A command has nothing left to do; a service has calls to look after.
const command = process.argv[2] ?? '';
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (command !== 'serve' && command !== 'sim-switch') process.exit(0);
  });

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    serve: (settings, io) =>
      serve(settings, io, {
        program,
        version,
        openStore,
        createTelephony,
        // One at a time, behind everything else of the machine: live calls come first.
        createSimulator: () => createSimulator({ threads: 1, nice: 10, memoryMebibytes: 1024 }),
        demoAgents: new Agents(demoScenario.agents, 'tactus'),
      }),
    simulate: (options, io) =>
      simulate(options, io, {
        createSimulator: () => createSimulator({ threads: availableParallelism(), youngMebibytes: 192 }),
        readScenario: scenarioOf,
      }),
    replay,
    openStore,
    backUp: backUpSqliteFile,
    async simSwitch({ scenario, callsPerSecond, maximumSessions, ...options }) {
      await runSimulatedSwitch({
        ...options,
        ...(scenario === undefined ? {} : { scenario: await scenarioOf(scenario) }),
        ...(callsPerSecond === undefined ? {} : { cps: callsPerSecond }),
        ...(maximumSessions === undefined ? {} : { maxSessions: maximumSessions }),
      });
    },
  },
  {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    terminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    now: Date.now,
  },
  version,
);
