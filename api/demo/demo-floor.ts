/**
 * Plays the agents of the sample campaign through the engine's own interface: they log in, write up their calls, take
 * breaks and come back when their line was lost. The people they talk to are the simulated switch's.
 */
import type { Clock } from '../../dialer/clock.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import type { Engine, OperatorRequest } from '../../dialer/engine.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { DEMO_AGENTS, type DemoAgent } from './demo-campaign.js';

/** What agents do, as plans; times in milliseconds. The simulator's agents are such plans. */
export interface AgentPlans {
  afterCall(
    agent: number,
    call: number,
    spokeTo: 'human' | 'machine',
  ): { readonly wrapUp: number; readonly disposition: string; readonly callbackAfter: number };
  break(agent: number, ordinal: number): { readonly after: number; readonly length: number };
}

export interface DemoFloorOptions {
  readonly engine: Engine;
  /** The engine's clock: at a higher time scale the agents are faster too. */
  readonly clock: Clock;
  readonly plans: AgentPlans;
  readonly campaignId: string;
  /** Gets what the engine refused, for the log. */
  readonly log: (message: string) => void;
}

export interface DemoFloor {
  start(): void;
  /** Ends all timers; agents stay logged in. */
  stop(): void;
}

const BREAK = 'break';
const LOGIN_AGAIN_MILLISECONDS = 5_000;
/** A conversation shorter than this was with a machine. */
const MACHINE_TALK_MILLISECONDS = 12_000;

interface Player {
  readonly agent: DemoAgent;
  /** The one thing that the agent will do next. */
  cancel: (() => void) | undefined;
  calls: number;
  breaks: number;
  breakDueAt: EpochMilliseconds;
  breakLength: number;
  connectedAt: EpochMilliseconds;
}

class Floor implements DemoFloor {
  readonly #options: DemoFloorOptions;
  readonly #players = new Map<string, Player>();
  #unsubscribe: (() => void) | undefined;
  #stopped = false;
  #starting = false;

  constructor(options: DemoFloorOptions) {
    this.#options = options;
    for (const agent of DEMO_AGENTS) {
      const player: Player = {
        agent,
        cancel: undefined,
        calls: 0,
        breaks: 0,
        breakDueAt: 0,
        breakLength: 0,
        connectedAt: 0,
      };
      this.#players.set(agent.id, player);
    }
  }

  start(): void {
    const { engine, clock } = this.#options;
    this.#unsubscribe = engine.subscribe((events) => {
      for (const { event } of events) this.#onEvent(event);
    });
    const known = new Map(engine.view().agents.map((agent) => [agent.id, agent]));
    for (const player of this.#players.values()) {
      this.#planBreak(player, clock.now());
      const agent = known.get(player.agent.id);
      // What an earlier run left behind.
      if (agent === undefined || agent.state === 'offline') this.#logIn(player);
      else if (agent.state === 'wrap-up') this.#wrapUp(player, agent.attemptId);
      else if (agent.state === 'paused' && agent.pauseReason === BREAK)
        this.#later(player, 0, () => this.#ready(player));
    }
    this.#attendCampaign();
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe?.();
    for (const player of this.#players.values()) player.cancel?.();
  }

  #onEvent(event: DomainEvent): void {
    if (this.#stopped) return;
    if (event.kind === 'attempt-connected') {
      const player = this.#players.get(event.agentId);
      if (player !== undefined) player.connectedAt = event.at;
    } else if (event.kind === 'agent-changed') {
      const player = this.#players.get(event.agentId);
      if (player === undefined) return;
      if (event.state === 'wrap-up') this.#wrapUp(player, event.attemptId);
      else if (event.state === 'offline') {
        // Who was logged out by somebody stays away.
        if (event.reason !== 'log-out')
          this.#later(player, LOGIN_AGAIN_MILLISECONDS, () => this.#logIn(player));
      } else if (event.state === 'paused') {
        if (event.reason === BREAK) this.#later(player, player.breakLength, () => this.#ready(player));
      } else if (event.state === 'ready') {
        player.cancel?.();
        player.cancel = undefined;
        this.#attendCampaign();
      }
    } else if (event.kind === 'campaign-changed' && event.campaignId === this.#options.campaignId)
      this.#attendCampaign();
  }

  /** Starts the campaign as soon as an expert is there, and opens gates that wait for somebody. */
  #attendCampaign(): void {
    const { engine, campaignId } = this.#options;
    const view = engine.view();
    const status = view.campaigns.find(({ record }) => record.settings.id === campaignId)?.record.status;
    const expert = view.agents.some(
      (agent) => agent.tier === 'expert' && agent.state === 'ready' && this.#players.has(agent.id),
    );
    const command =
      status === 'draft' && expert ? 'start' : status === 'awaiting-approval' ? 'approve' : undefined;
    if (command === undefined || this.#starting) return;
    this.#starting = true;
    const request: OperatorRequest = {
      type: 'campaign-command',
      campaignId,
      command,
      by: 'demo',
      reason: 'sample campaign',
    };
    void this.#ask(request).finally(() => {
      this.#starting = false;
    });
  }

  #logIn(player: Player): void {
    if (this.#options.engine.view().draining) return;
    const { index: _index, endpoint, ...profile } = player.agent;
    void this.#ask({ type: 'agent-login', profile, endpoint, switchId: '', ready: true });
  }

  #ready(player: Player): void {
    this.#planBreak(player, this.#options.clock.now());
    void this.#ask({ type: 'agent-ready', agentId: player.agent.id });
  }

  #wrapUp(player: Player, attemptId: string): void {
    const { plans, clock } = this.#options;
    const { agent } = player;
    const talked = clock.now() - player.connectedAt;
    const spokeTo = talked < MACHINE_TALK_MILLISECONDS ? 'machine' : 'human';
    const plan = plans.afterCall(agent.index, player.calls, spokeTo);
    player.calls += 1;
    this.#later(player, plan.wrapUp, () => {
      const now = clock.now();
      if (now >= player.breakDueAt) void this.#ask({ type: 'agent-pause', agentId: agent.id, reason: BREAK });
      void this.#ask({
        type: 'disposition',
        agentId: agent.id,
        attemptId,
        disposition: plan.disposition,
        note: '',
        ...(Number.isFinite(plan.callbackAfter) && {
          callback: { at: now + plan.callbackAfter, who: 'anyone' as const },
        }),
      });
    });
  }

  #planBreak(player: Player, now: EpochMilliseconds): void {
    const plan = this.#options.plans.break(player.agent.index, player.breaks);
    player.breaks += 1;
    player.breakDueAt = now + plan.after;
    player.breakLength = plan.length;
  }

  /** Replaces what the agent would have done next. */
  #later(player: Player, milliseconds: number, action: () => void): void {
    player.cancel?.();
    player.cancel = this.#options.clock.after(milliseconds, () => {
      player.cancel = undefined;
      if (!this.#stopped) action();
    });
  }

  async #ask(request: OperatorRequest): Promise<void> {
    try {
      const reply = await this.#options.engine.request(request);
      if (!reply.ok) this.#options.log(`${request.type} refused: ${reply.message}`);
    } catch (error) {
      // The engine has stopped: so has the demonstration.
      this.#options.log(`${request.type} failed: ${error instanceof Error ? error.message : String(error)}`);
      this.stop();
    }
  }
}

/** The floor of the sample campaign. Nothing happens before `start`. */
export function createDemoFloor(options: DemoFloorOptions): DemoFloor {
  return new Floor(options);
}
