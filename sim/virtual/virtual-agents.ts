/** Agents in virtual time: they log in, talk as long as the customer does, write up, take breaks, come back. */
import type { Input } from '../../dialer/core/inputs.js';
import type { AgentState, AgentTier, EpochMilliseconds } from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { Agents } from '../agents.js';
import type { AgentsScenario } from '../scenario.js';
import { DeskWork, type KnownContact } from './desk-work.js';
import { EventHeap } from './event-heap.js';

/** An agent whose leg was lost logs in again after this, milliseconds. */
const RETURN_AFTER = 5000;
/** An agent whose log-in came to nothing tries again after this. */
const LOGIN_RETRY = 20_000;
/** An agent who was paused by somebody else goes on after this. */
const RESUME_AFTER = 60_000;

const LOG_IN = 0;
const DISPOSE = 1;
const END_BREAK = 2;
const END_SHIFT = 3;

interface VirtualAgent {
  readonly id: string;
  readonly index: number;
  readonly tier: AgentTier;
  readonly team: string;
  readonly skills: readonly string[];
  readonly shiftEnds: EpochMilliseconds;
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
  callbackBy: 'self' | 'anyone';
}

export type AgentSeconds = Record<AgentState, number>;

export interface VirtualTeam {
  readonly pool: string;
  /** Instead of the scenario's teams. */
  readonly team?: string;
  /** All of one tier, instead of the scenario's mix. */
  readonly tier?: AgentTier;
  /** Agent by agent in turn; empty: the engine's first switch. */
  readonly switchIds: readonly string[];
}

export class VirtualAgents {
  readonly #team: VirtualTeam;
  readonly #plans: Agents;
  readonly #breakReason: string;
  readonly #agents = new Map<string, VirtualAgent>();
  readonly #heap = new EventHeap<VirtualAgent>();
  readonly #seconds: AgentSeconds = emptySeconds();
  readonly #input: (input: Input) => void;
  readonly #desk: DeskWork;
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
    /** Contacts that agents dial by hand. */
    readonly contacts: () => readonly KnownContact[];
  }) {
    const { scenario, seed, team, startAt } = options;
    this.#team = team;
    this.#breakReason = scenario.breakReason;
    this.#plans = new Agents(scenario, seed);
    this.#input = options.input;
    this.#countFrom = options.countFrom;
    for (const entry of this.#plans.roster()) {
      const { index, tier, loginAfter, logoutAfter } = entry;
      const agent: VirtualAgent = {
        id: `agent-${index}`,
        index,
        tier: team.tier ?? tier,
        team: team.team ?? entry.team,
        skills: entry.skills,
        shiftEnds: startAt + logoutAfter,
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
        callbackBy: 'anyone',
      };
      this.#agents.set(agent.id, agent);
      this.#heap.push(startAt + loginAfter, LOG_IN, agent);
      this.#heap.push(agent.shiftEnds, END_SHIFT, agent);
    }
    const { input, contacts } = options;
    const agentIds = [...this.#agents.keys()];
    this.#desk = new DeskWork({ desk: scenario.desk, seed, agentIds, startAt, input, contacts });
  }

  nextTime(): EpochMilliseconds {
    return Math.min(this.#heap.next(), this.#desk.nextTime());
  }

  /** Lets the next thing happen that an agent does by itself. */
  advance(): void {
    const heap = this.#heap;
    if (this.#desk.nextTime() < heap.next()) {
      this.#desk.advance();
      return;
    }
    heap.pop();
    const agent = heap.target!;
    switch (heap.kind) {
      case LOG_IN:
        if (agent.state !== 'offline' || heap.time >= agent.shiftEnds) return;
        this.#logIn(agent);
        this.#heap.push(heap.time + LOGIN_RETRY, LOG_IN, agent);
        return;
      case END_SHIFT:
        this.#input({ type: 'agent-logout', requestId: this.#requestId(), agentId: agent.id });
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

  /** The agent was put through to a person or a machine; returns what the length of the talk is multiplied with. */
  talksTo(agentId: string, spokeTo: 'human' | 'machine'): number {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return 1;
    agent.spokeTo = spokeTo;
    return spokeTo === 'human' ? this.#plans.talkFactor(agent.index, agent.calls) : 1;
  }

  /** The number-th agent of the roster logs in, if that is not so already. */
  logInNow(index: number): void {
    const agent = this.#agents.get(`agent-${index}`);
    if (agent !== undefined) this.#logIn(agent);
  }

  /** The engine starts again and knows these agents; the others notice that they have to log in. */
  engineRestarted(known: ReadonlySet<string>, now: EpochMilliseconds): void {
    for (const agent of this.#agents.values()) {
      if (agent.state === 'offline' || known.has(agent.id)) continue;
      this.#count(agent, now);
      agent.state = 'offline';
      agent.since = now;
      this.#heap.push(now + RETURN_AFTER, LOG_IN, agent);
    }
  }

  /** What the engine tells of its agents, at the world's time `now`. */
  observe(event: DomainEvent, now: EpochMilliseconds): void {
    this.#desk.observe(event, now);
    if (event.kind !== 'agent-changed') return;
    const agent = this.#agents.get(event.agentId);
    if (agent === undefined) return;
    this.#count(agent, now);
    agent.state = event.state;
    agent.since = now;
    if (event.attemptId !== '') agent.attemptId = event.attemptId;
    switch (event.state) {
      case 'ready':
        if (agent.breakAt === Number.POSITIVE_INFINITY) this.#planBreak(agent, now);
        return;
      case 'wrap-up':
        this.#wrapUp(agent, now);
        return;
      case 'paused':
        if (agent.breakFor > 0) {
          const over = now + agent.breakFor;
          agent.breakFor = 0;
          this.#heap.push(over, END_BREAK, agent);
          this.#planBreak(agent, over);
        } else this.#heap.push(now + RESUME_AFTER, END_BREAK, agent);
        return;
      case 'offline':
        this.#heap.push(now + RETURN_AFTER, LOG_IN, agent);
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
    const { pool, switchIds } = this.#team;
    const { id, tier, team, skills, index } = agent;
    this.#input({
      type: 'agent-login',
      requestId: this.#requestId(),
      profile: { id, name: id, pool, team, tier, skills },
      endpoint: `user/${id}`,
      switchId: switchIds[index % switchIds.length] ?? '',
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
    agent.callbackBy = plan.callbackBy;
    agent.disposeAt = at + plan.wrapUp;
    if (plan.silent) return;
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
        : { ...said, callback: { at: now + agent.callbackAfter, who: agent.callbackBy } },
    );
  }
}

function emptySeconds(): AgentSeconds {
  return { offline: 0, connecting: 0, ready: 0, reserved: 0, talking: 0, 'wrap-up': 0, paused: 0 };
}
