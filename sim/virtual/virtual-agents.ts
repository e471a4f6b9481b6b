/** Agents in virtual time: they log in, talk as long as the customer does, write up, take breaks, come back. */
import type { Input } from '../../dialer/core/inputs.js';
import type { AgentState, AgentTier, EpochMilliseconds } from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { Agents } from '../agents.js';
import type { AgentsScenario } from '../scenario.js';
import { EventHeap } from './event-heap.js';

/** An agent whose leg was lost logs in again after this, milliseconds. */
const RETURN_AFTER = 5000;

const LOG_IN = 0;
const DISPOSE = 1;
const END_BREAK = 2;

interface VirtualAgent {
  readonly id: string;
  readonly index: number;
  readonly tier: AgentTier;
  state: AgentState;
  since: EpochMilliseconds;
  attemptId: string;
  spokeTo: 'human' | 'machine';
  calls: number;
  breaks: number;
  breakAt: EpochMilliseconds;
  breakFor: number;
  disposeAt: EpochMilliseconds;
  disposition: string;
  callbackAfter: number;
}

export type AgentSeconds = Record<AgentState, number>;

export interface VirtualTeam {
  readonly pool: string;
  readonly team: string;
  /** All of one tier, instead of the scenario's mix. */
  readonly tier?: AgentTier;
  /** Empty: the engine's first switch. */
  readonly switchId: string;
}

export class VirtualAgents {
  readonly #team: VirtualTeam;
  readonly #plans: Agents;
  readonly #breakReason: string;
  readonly #agents = new Map<string, VirtualAgent>();
  readonly #heap = new EventHeap<VirtualAgent>();
  readonly #seconds: AgentSeconds = emptySeconds();
  readonly #input: (input: Input) => void;
  #requests = 0;
  readonly #countFrom: EpochMilliseconds;

  constructor(options: {
    readonly scenario: AgentsScenario;
    readonly seed: string;
    readonly team: VirtualTeam;
    readonly startAt: EpochMilliseconds;
    /** What happens before this does not count in the agents' seconds. */
    readonly countFrom: EpochMilliseconds;
    readonly input: (input: Input) => void;
  }) {
    const { scenario, seed, team, startAt } = options;
    this.#team = team;
    this.#breakReason = scenario.breakReason;
    this.#plans = new Agents(scenario, seed);
    this.#input = options.input;
    this.#countFrom = options.countFrom;
    for (const { index, tier, loginAfter } of this.#plans.roster()) {
      const agent: VirtualAgent = {
        id: `agent-${index}`,
        index,
        tier: team.tier ?? tier,
        state: 'offline',
        since: startAt,
        attemptId: '',
        spokeTo: 'human',
        calls: 0,
        breaks: 0,
        breakAt: Number.POSITIVE_INFINITY,
        breakFor: 0,
        disposeAt: 0,
        disposition: '',
        callbackAfter: Number.POSITIVE_INFINITY,
      };
      this.#agents.set(agent.id, agent);
      this.#heap.push(startAt + loginAfter, LOG_IN, agent);
    }
  }

  nextTime(): EpochMilliseconds {
    return this.#heap.next();
  }

  /** Lets the next thing happen that an agent does by itself. */
  advance(): void {
    const heap = this.#heap;
    heap.pop();
    const agent = heap.target!;
    switch (heap.kind) {
      case LOG_IN:
        if (agent.state === 'offline') this.#logIn(agent);
        return;
      case DISPOSE:
        // The engine may have ended that wrap-up itself.
        if (agent.state === 'wrap-up' && agent.disposeAt === heap.time) this.#dispose(agent, heap.time);
        return;
      case END_BREAK:
        if (agent.state === 'paused') {
          this.#input({ type: 'agent-ready', requestId: this.#requestId(), agentId: agent.id });
        }
    }
  }

  /** The agent was put through to a person or a machine. */
  talksTo(agentId: string, spokeTo: 'human' | 'machine'): void {
    const agent = this.#agents.get(agentId);
    if (agent !== undefined) agent.spokeTo = spokeTo;
  }

  /** What the engine tells of its agents. */
  observe(event: DomainEvent): void {
    if (event.kind !== 'agent-changed') return;
    const agent = this.#agents.get(event.agentId);
    if (agent === undefined) return;
    this.#count(agent, event.at);
    agent.state = event.state;
    agent.since = event.at;
    if (event.attemptId !== '') agent.attemptId = event.attemptId;
    switch (event.state) {
      case 'ready':
        if (agent.breakAt === Number.POSITIVE_INFINITY) this.#planBreak(agent, event.at);
        return;
      case 'wrap-up':
        this.#wrapUp(agent, event.at);
        return;
      case 'paused':
        if (agent.breakFor > 0) {
          const over = event.at + agent.breakFor;
          agent.breakFor = 0;
          this.#heap.push(over, END_BREAK, agent);
          this.#planBreak(agent, over);
        }
        return;
      case 'offline':
        this.#heap.push(event.at + RETURN_AFTER, LOG_IN, agent);
    }
  }

  /** Seconds by state of all agents up to `now`. */
  seconds(now: EpochMilliseconds): AgentSeconds {
    for (const agent of this.#agents.values()) {
      this.#count(agent, now);
      agent.since = now;
    }
    return { ...this.#seconds };
  }

  #count(agent: VirtualAgent, now: EpochMilliseconds): void {
    const from = Math.max(agent.since, this.#countFrom);
    if (now > from) this.#seconds[agent.state] += (now - from) / 1000;
  }

  #requestId(): string {
    return `v${++this.#requests}`;
  }

  #logIn(agent: VirtualAgent): void {
    const { pool, team, switchId } = this.#team;
    this.#input({
      type: 'agent-login',
      requestId: this.#requestId(),
      profile: { id: agent.id, name: agent.id, pool, team, tier: agent.tier, skills: [] },
      endpoint: `user/${agent.id}`,
      switchId,
      ready: true,
    });
  }

  #planBreak(agent: VirtualAgent, from: EpochMilliseconds): void {
    const { after } = this.#plans.break(agent.index, agent.breaks);
    agent.breakAt = from + after;
  }

  #wrapUp(agent: VirtualAgent, at: EpochMilliseconds): void {
    const plan = this.#plans.afterCall(agent.index, agent.calls++, agent.spokeTo);
    agent.disposition = plan.disposition;
    agent.callbackAfter = plan.callbackAfter;
    agent.disposeAt = at + plan.wrapUp;
    this.#heap.push(agent.disposeAt, DISPOSE, agent);
  }

  #dispose(agent: VirtualAgent, now: EpochMilliseconds): void {
    if (now >= agent.breakAt) {
      // Asked for before the wrap-up ends, or the next customer would come first.
      agent.breakFor = this.#plans.break(agent.index, agent.breaks++).length;
      this.#input({
        type: 'agent-pause',
        requestId: this.#requestId(),
        agentId: agent.id,
        reason: this.#breakReason,
      });
    }
    const said = {
      type: 'disposition',
      requestId: this.#requestId(),
      agentId: agent.id,
      attemptId: agent.attemptId,
      disposition: agent.disposition,
      note: '',
    } as const;
    this.#input(
      agent.callbackAfter === Number.POSITIVE_INFINITY
        ? said
        : { ...said, callback: { at: now + agent.callbackAfter, who: 'anyone' } },
    );
  }
}

function emptySeconds(): AgentSeconds {
  return { offline: 0, connecting: 0, ready: 0, reserved: 0, talking: 0, 'wrap-up': 0, paused: 0 };
}
