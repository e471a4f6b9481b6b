/**
 * Fake agents as plans: when they log in, how long they write up a call, what they say came of it, when they
 * take a break. Pure: whoever plays the agents (virtual time, or the demo through the API) acts the plans out.
 */
import { type Sampler, sampler } from './distributions.js';
import { hashText, mixWord, RandomStream } from './random.js';
import type { AgentsScenario } from './scenario.js';

export interface RosterEntry {
  /** 0, 1, 2 … */
  readonly index: number;
  readonly tier: 'expert' | 'experienced' | 'ordinary';
  /** From the start to the log-in, milliseconds; infinite for one who never comes. */
  readonly loginAfter: number;
}

/** What an agent does once the customer is gone. Times are whole milliseconds. */
export interface WrapUpPlan {
  readonly wrapUp: number;
  readonly disposition: string;
  /** How far ahead a callback was agreed; infinite when none was. */
  readonly callbackAfter: number;
}

export interface BreakPlan {
  /** From the log-in, or the end of the last break, until the agent wants this break; infinite for none. */
  readonly after: number;
  readonly length: number;
}

const LOGIN = 1;
const WRAP_UP = 2;
const DISPOSITION = 3;
const BREAK = 4;

export class Agents {
  readonly #agents: AgentsScenario;
  readonly #seed: number;
  readonly #stream = new RandomStream(0, 0, 0);
  readonly #wrapUp: Sampler;
  readonly #machineWrapUp: Sampler;
  readonly #callbackDelay: Sampler;
  readonly #breakEvery: Sampler | null;
  readonly #breakLength: Sampler;

  constructor(agents: AgentsScenario, seed: string) {
    this.#agents = agents;
    this.#seed = hashText(`${seed}/agents`);
    this.#wrapUp = sampler(agents.wrapUp);
    this.#machineWrapUp = sampler(agents.machineWrapUp);
    this.#callbackDelay = sampler(agents.callbackDelay);
    this.#breakEvery = agents.breakEvery === null ? null : sampler(agents.breakEvery);
    this.#breakLength = sampler(agents.breakLength);
  }

  /** The team: a tenth experts (at least one), three tenths experienced, the rest ordinary. */
  roster(): readonly RosterEntry[] {
    const { count, loginSeconds, noShowRate } = this.#agents;
    const experts = Math.max(1, Math.round(count * 0.1));
    const experienced = Math.round(count * 0.3);
    return Array.from({ length: count }, (_, index) => {
      this.#ask(index, 0, LOGIN);
      const comes = index < experts || !this.#stream.bernoulli(noShowRate);
      return {
        index,
        tier: index < experts ? 'expert' : index < experts + experienced ? 'experienced' : 'ordinary',
        loginAfter: comes ? Math.round((1000 * loginSeconds * index) / count) : Number.POSITIVE_INFINITY,
      } as const;
    });
  }

  /** What the agent does after the `call`-th call (0, 1, 2 …), which was with a person or a machine. */
  afterCall(agent: number, call: number, spokeTo: 'human' | 'machine'): WrapUpPlan {
    const { dispositions, successRate, optOutRate, callbackRate } = this.#agents;
    this.#ask(agent, call, WRAP_UP);
    const wrapUp = Math.round(
      1000 * (spokeTo === 'human' ? this.#wrapUp(this.#stream) : this.#machineWrapUp(this.#stream)),
    );
    let disposition = dispositions.machine;
    let callbackAfter = Number.POSITIVE_INFINITY;
    if (spokeTo === 'human') {
      this.#ask(agent, call, DISPOSITION);
      const draw = this.#stream.uniform();
      if (draw < successRate) disposition = dispositions.success;
      else if (draw < successRate + optOutRate) disposition = dispositions.optOut;
      else if (draw < successRate + optOutRate + callbackRate) {
        disposition = dispositions.callback;
        callbackAfter = Math.round(1000 * this.#callbackDelay(this.#stream));
      } else disposition = dispositions.refusal;
    }
    return { wrapUp, disposition, callbackAfter };
  }

  /** The agent's `ordinal`-th break (0, 1, 2 …), taken at the end of the call that it falls into. */
  break(agent: number, ordinal: number): BreakPlan {
    if (this.#breakEvery === null) return { after: Number.POSITIVE_INFINITY, length: 0 };
    this.#ask(agent, ordinal, BREAK);
    const after = Math.round(1000 * this.#breakEvery(this.#stream));
    return { after, length: Math.round(1000 * this.#breakLength(this.#stream)) };
  }

  #ask(agent: number, call: number, question: number): void {
    this.#stream.reseed(this.#seed ^ mixWord(agent + 1), mixWord(Math.imul(agent, 31) + question), call);
  }
}
