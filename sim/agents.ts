/**
 * Fake agents as plans: when they log in, how long they write up a call, what they say came of it, when they
 * take a break. Pure: whoever plays the agents (virtual time, or the demo through the API) acts the plans out.
 */
import { type Sampler, sampler } from './distributions.js';
import { hashText, mixWord, RandomStream } from './random.js';
import type { AgentsScenario } from './scenario.js';
import type { TalkOutcome } from './scenario-schema.js';

export interface RosterEntry {
  /** 0, 1, 2 … */
  readonly index: number;
  readonly tier: 'expert' | 'experienced' | 'ordinary';
  readonly team: string;
  readonly skills: readonly string[];
  /** From the start to the log-in, milliseconds; infinite for one who never comes. */
  readonly loginAfter: number;
  /** From the start to the end of the shift; infinite for one who stays. */
  readonly logoutAfter: number;
}

/** What an agent does once the customer is gone. Times are whole milliseconds. */
export interface WrapUpPlan {
  readonly wrapUp: number;
  readonly disposition: string;
  /** How far ahead a callback was agreed; infinite when none was. */
  readonly callbackAfter: number;
  /** Who is to make the callback. */
  readonly callbackBy: 'self' | 'anyone';
  /** The agent says nothing, and the engine has to end the wrap-up. */
  readonly silent: boolean;
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
const HABITS = 5;

export class Agents {
  readonly #agents: AgentsScenario;
  readonly #seed: number;
  readonly #stream = new RandomStream(0, 0, 0);
  readonly #wrapUpBy: Readonly<Record<TalkOutcome, Sampler>>;
  readonly #machineWrapUp: Sampler;
  readonly #callbackDelay: Sampler;
  readonly #breakEvery: Sampler | null;
  readonly #breakLength: Sampler;

  constructor(agents: AgentsScenario, seed: string) {
    this.#agents = agents;
    this.#seed = hashText(`${seed}/agents`);
    const { success, refusal, optOut, callback } = agents.wrapUpBy;
    this.#wrapUpBy = {
      success: sampler(success ?? agents.wrapUp),
      refusal: sampler(refusal ?? agents.wrapUp),
      optOut: sampler(optOut ?? agents.wrapUp),
      callback: sampler(callback ?? agents.wrapUp),
    };
    this.#machineWrapUp = sampler(agents.machineWrapUp);
    this.#callbackDelay = sampler(agents.callbackDelay);
    this.#breakEvery = agents.breakEvery === null ? null : sampler(agents.breakEvery);
    this.#breakLength = sampler(agents.breakLength);
  }

  /** The team, experts first; shifts take their shares of it in order. */
  roster(): readonly RosterEntry[] {
    const { count, loginSeconds, noShowRate, tiers, teams } = this.#agents;
    const experts = Math.max(1, Math.round(count * tiers.expert));
    const experienced = Math.round(count * tiers.experienced);
    return Array.from({ length: count }, (_, index) => {
      this.#ask(index, 0, LOGIN);
      const comes = index < experts || !this.#stream.bernoulli(noShowRate);
      const { from, to } = this.#shiftOf(index);
      return {
        index,
        tier: index < experts ? 'expert' : index < experts + experienced ? 'experienced' : 'ordinary',
        team: teams[index % teams.length]!,
        skills: this.#agents.skills
          .filter(({ share }) => (index * 7919) % count < share * count)
          .map(({ name }) => name),
        loginAfter: comes
          ? Math.round(1000 * from + (1000 * loginSeconds * index) / count)
          : Number.POSITIVE_INFINITY,
        logoutAfter: 1000 * to,
      } as const;
    });
  }

  #shiftOf(index: number): { readonly from: number; readonly to: number } {
    const { shifts, count } = this.#agents;
    let end = 0;
    for (const shift of shifts) {
      end += shift.share * count;
      if (index < end - 1e-9) return shift;
    }
    // Shares that leave somebody out leave them to the last shift.
    return shifts[shifts.length - 1] ?? { from: 0, to: Number.POSITIVE_INFINITY };
  }

  /** What comes of the agent's `call`-th conversation (0, 1, 2 …). */
  outcome(agent: number, call: number): TalkOutcome {
    const { successRate, optOutRate, callbackRate } = this.#agents;
    this.#ask(agent, call, DISPOSITION);
    const draw = this.#stream.uniform();
    if (draw < successRate) return 'success';
    if (draw < successRate + optOutRate) return 'optOut';
    return draw < successRate + optOutRate + callbackRate ? 'callback' : 'refusal';
  }

  /** How much longer or shorter than the person meant the agent's `call`-th conversation is. */
  talkFactor(agent: number, call: number): number {
    return this.#agents.talkFactor[this.outcome(agent, call)];
  }

  /** What the agent does after the `call`-th call (0, 1, 2 …), which was with a person or a machine. */
  afterCall(agent: number, call: number, spokeTo: 'human' | 'machine'): WrapUpPlan {
    const { dispositions, callbackSelfRate, silentRate } = this.#agents;
    let disposition = dispositions.machine;
    let callbackAfter = Number.POSITIVE_INFINITY;
    let sample = this.#machineWrapUp;
    if (spokeTo === 'human') {
      const outcome = this.outcome(agent, call);
      disposition = dispositions[outcome];
      sample = this.#wrapUpBy[outcome];
      // The stream stands after the draw of the outcome.
      if (outcome === 'callback') callbackAfter = Math.round(1000 * this.#callbackDelay(this.#stream));
    }
    this.#ask(agent, call, WRAP_UP);
    const wrapUp = Math.round(1000 * sample(this.#stream));
    if (callbackSelfRate === 0 && silentRate === 0)
      return { wrapUp, disposition, callbackAfter, callbackBy: 'anyone', silent: false };
    this.#ask(agent, call, HABITS);
    const callbackBy = this.#stream.bernoulli(callbackSelfRate) ? 'self' : 'anyone';
    return { wrapUp, disposition, callbackAfter, callbackBy, silent: this.#stream.bernoulli(silentRate) };
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
