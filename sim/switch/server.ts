/**
 * A switch that speaks FreeSWITCH's event socket over TCP, with simulated people behind its trunks.
 */
import { createServer, type Server } from 'node:net';
import type { Clock } from '../../dialer/clock.js';
import { defaultScenario, type FaultScenario, type Scenario } from '../scenario.js';
import { requireSwitchScenario } from '../scenario-support.js';
import { worldClock } from '../world-clock.js';
import { pressKey } from './applications.js';
import { agentPhone } from './callees.js';
import { callIn, installCallsIn } from './calls-in.js';
import type { Channel } from './channel.js';
import type { SwitchControl } from './control.js';
import { installConversations } from './conversations.js';
import { SwitchCore, type SwitchLimits } from './core.js';
import { Listener } from './listener.js';
import { heartbeat } from './listing.js';
import { hangUp } from './teardown.js';
import { Timeline } from './timeline.js';

export interface SimulatedSwitchOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Address to listen on; the loopback unless said. */
  readonly host?: string;
  readonly password?: string;
  readonly scenario?: Scenario;
  /** Whatever has the same seed and is asked the same does the same. */
  readonly seed?: string;
  /** New sessions a second; 500 unless said. */
  readonly cps?: number;
  readonly maxSessions?: number;
  /** Gateways that exist; every name but `nosuch` when absent. */
  readonly gateways?: readonly string[];
  /** The world runs this many times as fast as real time: people, timers and the time stamps of events. */
  readonly timeScale?: number;
  /** When the world's time and real time agree, epoch milliseconds; now unless said. */
  readonly clockOrigin?: number;
  /** Instead of both: a clock shared with the rest of the world. */
  readonly clock?: Clock;
  /** Events kept for a listener that does not read, before it is given up. */
  readonly eventQueueLimit?: number;
  /** The name that events carry as host and switch name. */
  readonly name?: string;
  /** Called when the switch has left for good after a shutdown or crash without return. */
  readonly onGone?: () => void;
}

export interface SwitchCounts {
  /** Legs that exist now, agents' included. */
  readonly channels: number;
  /** Calls that left for the far end, agents' legs included. */
  readonly originated: number;
  readonly answered: number;
  readonly bridged: number;
  /** Calls of people who had missed one and rang the number that it showed. */
  readonly calledBack: number;
  /** Originates refused because of the rate or the number of sessions. */
  readonly throttled: number;
  readonly events: number;
  readonly lostEvents: number;
  readonly connections: number;
  /** Called numbers (not agents) that were in two live calls at once. */
  readonly numbersCalledTwiceAtOnce: number;
}

export interface LegView {
  readonly uuid: string;
  readonly number: string;
  readonly gateway: string;
  readonly agent: boolean;
  readonly state: 'dialing' | 'ringing' | 'answered';
  readonly bridgedTo: string;
  readonly createdAt: number;
  readonly kind: string;
}

export interface SimulatedSwitch {
  readonly port: number;
  readonly password: string;
  /** `esl://:PASSWORD@HOST:PORT` */
  readonly url: string;
  readonly clock: Clock;
  readonly control: SwitchControl;
  coreUuid(): string;
  counts(): SwitchCounts;
  channels(): readonly LegView[];
  /** How often a number was called, is in a call now, and was at most at once. */
  callsTo(number: string): { readonly made: number; readonly live: number; readonly peak: number };
  stop(): Promise<void>;
}

const HEARTBEAT_SECONDS = 20;
const DEFAULT_QUEUE = 20_000;

export async function startSimulatedSwitch(options: SimulatedSwitchOptions = {}): Promise<SimulatedSwitch> {
  const running = new RunningSwitch(options);
  try {
    await running.listen(options.port ?? 0);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

class RunningSwitch implements SimulatedSwitch {
  readonly password: string;
  readonly clock: Clock;
  readonly control: SwitchControl;
  readonly #options: SimulatedSwitchOptions;
  #scenario: Scenario;
  readonly #host: string;
  readonly #listeners = new Set<Listener>();
  #timeline: Timeline;
  #core: SwitchCore;
  #server: Server | undefined;
  #port = 0;
  #instances = 0;
  #refusing = false;
  #stopped = false;
  /** What faults are under way: ends of stalls, returns. */
  readonly #timers = new Set<() => void>();

  constructor(options: SimulatedSwitchOptions) {
    this.#options = options;
    this.#scenario = options.scenario ?? defaultScenario;
    requireSwitchScenario(this.#scenario);
    this.#host = options.host ?? '127.0.0.1';
    this.password = options.password ?? 'ClueCon';
    this.clock = options.clock ?? worldClock(options.timeScale ?? 1, options.clockOrigin ?? Date.now());
    this.#timeline = new Timeline(this.clock);
    this.#core = this.#newCore();
    this.control = this.#makeControl();
    this.#planFaults(this.#scenario.faults);
    this.#planChanges();
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `esl://:${encodeURIComponent(this.password)}@${this.#host}:${this.#port}`;
  }

  coreUuid(): string {
    return this.#core.coreUuid;
  }

  counts(): SwitchCounts {
    const core = this.#core;
    let twice = 0;
    for (const [number, { peak }] of core.calls) if (peak > 1 && agentPhone(number) === undefined) twice++;
    return {
      channels: core.channels.size,
      originated: core.originated,
      answered: core.answered,
      bridged: core.bridged,
      calledBack: core.calledBack,
      throttled: core.throttled,
      events: core.bus.published,
      lostEvents: core.bus.lost,
      connections: this.#listeners.size,
      numbersCalledTwiceAtOnce: twice,
    };
  }

  channels(): readonly LegView[] {
    return [...this.#core.channels.values()].filter((channel) => !channel.ended).map(legView);
  }

  callsTo(number: string): { made: number; live: number; peak: number } {
    return { ...(this.#core.calls.get(number) ?? { made: 0, live: 0, peak: 0 }) };
  }

  async listen(port: number): Promise<void> {
    const server = createServer((socket) => {
      if (this.#refusing) {
        socket.destroy();
        return;
      }
      const listener = new Listener(socket, {
        core: this.#core,
        password: this.password,
        operator: { shutdown: () => this.#shutdown(undefined) },
        queueLimit: this.#options.eventQueueLimit ?? DEFAULT_QUEUE,
        closed: (closed) => this.#listeners.delete(closed),
      });
      this.#listeners.add(listener);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.#host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the switch has no TCP port');
    this.#server = server;
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    await this.#leave();
  }

  #newCore(): SwitchCore {
    const limits: SwitchLimits = {
      sessionsPerSecond: this.#options.cps ?? 500,
      maximumSessions: this.#options.maxSessions ?? 20_000,
    };
    const core = new SwitchCore({
      scenario: this.#scenario,
      seed: this.#options.seed ?? 'tactus',
      timeline: this.#timeline,
      limits,
      gateways: this.#options.gateways === undefined ? undefined : new Set(this.#options.gateways),
      instance: String(this.#instances++),
      name: this.#options.name ?? 'simulated',
    });
    installConversations(core);
    installCallsIn(core);
    this.#beat(core);
    return core;
  }

  #beat(core: SwitchCore): void {
    core.timeline.after(HEARTBEAT_SECONDS * 1000, () => {
      core.bus.plain('HEARTBEAT', heartbeat(core));
      const next = Math.floor(core.timeline.now / 1000) + HEARTBEAT_SECONDS;
      core.bus.plain('RE_SCHEDULE', [
        ...['Task-ID', '1', 'Task-Desc', 'heartbeat', 'Task-Group', 'core', 'Task-Runtime', String(next)],
      ]);
      this.#beat(core);
    });
  }

  /** Outlives the switch's own timeline, which ends with each instance. */
  #soon(milliseconds: number, run: () => void): void {
    const cancel = this.clock.after(milliseconds, () => {
      this.#timers.delete(cancel);
      if (!this.#stopped) run();
    });
    this.#timers.add(cancel);
  }

  /** No listener, no leg, no port. */
  async #leave(): Promise<void> {
    this.#timeline.stop();
    for (const listener of this.#listeners) listener.drop();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
    this.#core.channels.clear();
  }

  #comeBack(options: { readonly downMilliseconds?: number } | undefined): void {
    if (options?.downMilliseconds === undefined) {
      this.#options.onGone?.();
      return;
    }
    this.#soon(options.downMilliseconds, () => {
      this.#timeline = new Timeline(this.clock);
      this.#core = this.#newCore();
      this.listen(this.#port).catch((error: Error) => {
        process.stderr.write(
          `simulated switch: cannot listen on port ${this.#port} again: ${error.message}\n`,
        );
        this.#options.onGone?.();
      });
    });
  }

  #shutdown(options: { readonly downMilliseconds?: number } | undefined): void {
    const core = this.#core;
    if (core.shuttingDown) return;
    core.shuttingDown = true;
    this.#soon(500, () => {
      core.bus.plain('SHUTDOWN', ['Event-Info', 'System Shutting Down']);
      for (const channel of [...core.channels.values()]) hangUp(core, channel, 'SYSTEM_SHUTDOWN', 'us');
      this.#soon(200, () => {
        for (const listener of this.#listeners) listener.dismiss('The system is being shut down.\n');
        this.#soon(100, () => {
          void this.#leave().then(() => this.#comeBack(options));
        });
      });
    });
  }

  #crash(options: { readonly downMilliseconds?: number } | undefined): void {
    void this.#leave().then(() => this.#comeBack(options));
  }

  #refuse(milliseconds: number | undefined): void {
    this.#refusing = true;
    if (milliseconds !== undefined) {
      this.#soon(milliseconds, () => {
        this.#refusing = false;
      });
    }
  }

  #stall(milliseconds: number): void {
    const releases = [...this.#listeners].map((listener) => listener.hold());
    this.#soon(milliseconds, () => {
      for (const release of releases) release();
    });
  }

  #planFaults(faults: FaultScenario): void {
    for (const { at, action, seconds } of faults.schedule) {
      const milliseconds = seconds * 1000;
      this.#soon(at * 1000, () => {
        switch (action) {
          case 'drop-connections':
            return this.control.dropConnections();
          case 'stall':
            return this.control.stall(milliseconds);
          case 'kill-listeners':
            return this.control.killListeners();
          case 'refuse-connections':
            return this.control.refuseConnections(milliseconds);
          case 'shutdown':
            return this.control.shutdown({ downMilliseconds: milliseconds });
          case 'crash':
            return this.control.crash({ downMilliseconds: milliseconds });
          case 'brown-out':
            return this.control.brownOut(milliseconds);
          case 'pause-outbound':
            this.control.pauseOutbound();
            return this.#soon(milliseconds, () => this.control.resumeOutbound());
        }
      });
    }
  }

  /** People change while the switch runs; those who are in a call stay as they are. */
  #planChanges(): void {
    const given = this.#scenario;
    for (const { at, people } of given.changes) {
      this.#soon(at * 1000, () => {
        this.#scenario = { ...given, people: { ...given.people, ...people } as Scenario['people'] };
        this.#core.changePeople(this.#scenario);
      });
    }
  }

  #makeControl(): SwitchControl {
    const leg = (uuid: string): Channel | undefined => this.#core.live(uuid);
    return {
      dropConnections: () => {
        for (const listener of this.#listeners) listener.drop();
      },
      stall: (milliseconds) => this.#stall(milliseconds),
      killListeners: () => {
        for (const listener of this.#listeners) listener.kill();
      },
      refuseConnections: (milliseconds) => this.#refuse(milliseconds),
      acceptConnections: () => {
        this.#refusing = false;
      },
      pauseOutbound: () => {
        this.#core.outboundPaused = true;
      },
      resumeOutbound: () => {
        this.#core.outboundPaused = false;
      },
      brownOut: (milliseconds) => {
        this.#core.brownOutUntil = this.#timeline.now + milliseconds;
      },
      disturbEvents: (shares) => {
        Object.assign(this.#core.bus.faults, shares);
      },
      shutdown: (options) => this.#shutdown(options),
      crash: (options) => this.#crash(options),
      changePeople: (people, prefix) => {
        const changed = { ...this.#scenario.people, ...people };
        if (prefix !== undefined) {
          this.#core.changePeopleAt(prefix, changed);
          return;
        }
        this.#scenario = { ...this.#scenario, people: changed };
        this.#core.changePeople(this.#scenario);
      },
      callIn: (from, to) => callIn(this.#core, from, to, this.#core.peopleAt(from).callBack(from, 0)),
      hangUpFarEnd: (uuid, cause = 'NORMAL_CLEARING') => {
        const channel = leg(uuid);
        if (channel !== undefined) hangUp(this.#core, channel, cause, 'them');
        return channel !== undefined;
      },
      pressKeys: (uuid, digits) => {
        const channel = leg(uuid);
        if (channel !== undefined) pressKey(this.#core, channel, digits);
        return channel !== undefined;
      },
    };
  }
}

function legView(channel: Channel): LegView {
  return {
    uuid: channel.uuid,
    number: channel.number,
    gateway: channel.gateway,
    agent: agentPhone(channel.number) !== undefined,
    state:
      channel.answeredAt > 0 ? 'answered' : channel.progressAt + channel.earlyAt > 0 ? 'ringing' : 'dialing',
    bridgedTo: channel.peer?.uuid ?? '',
    createdAt: channel.createdAt,
    kind: channel.plan.kind,
  };
}
