/**
 * Inbound calls for agents who also dial out (blending): how many are coming, and how many agents to keep
 * ready for them.
 */
import type { PacerOptions } from './types.js';

/** Seconds over which the learned arrival rate fades. */
const MEMORY_SECONDS = 1200;

/** Arrivals per second, learned from the arrivals themselves. */
export class InboundRate {
  #weight = 0;
  #seconds = 0;
  #at: number | null = null;

  #fade(now: number): void {
    if (this.#at === null) this.#at = now;
    const passed = Math.max(0, now - this.#at);
    const keep = Math.exp(-passed / MEMORY_SECONDS);
    this.#weight *= keep;
    // Time seen, fading as the arrivals do: a start counts by what was seen of it.
    this.#seconds = this.#seconds * keep + MEMORY_SECONDS * (1 - keep);
    this.#at = now;
  }

  arrived(now: number): void {
    this.#fade(now);
    this.#weight += 1;
  }

  /** Arrivals per second at this time; 0 before the first. */
  perSecond(now: number): number {
    if (this.#weight === 0) return 0;
    this.#fade(now);
    return this.#weight / (this.#seconds + 300);
  }
}

/** Agents more to keep for a call that waited too long, times the share that must not. */
const STEP = 0.2;

/**
 * Agents to keep ready so that the share asked for is answered in time, steered by how long inbound calls
 * waited: a late one asks for more, a timely one for less, in such steps that the two cancel at the share. What
 * is needed depends on how many agents idle anyway, which small teams do a lot and large ones never: so it is
 * measured, not computed. The reserve is a fraction as a rule: 0.4 stands for one agent kept at two fifths.
 */
export class InboundReserve {
  readonly #share: number;
  readonly #seconds: number;
  #agents = 0;

  constructor({ share, seconds }: NonNullable<PacerOptions['inboundService']>) {
    this.#share = share;
    this.#seconds = seconds;
  }

  /** An inbound call reached an agent, or gave up, after so many seconds. `team`: most agents to keep. */
  waited(seconds: number, answered: boolean, team: number): void {
    const late = seconds > this.#seconds;
    // Who gives up within the time would perhaps have been answered in time.
    if (!answered && !late) return;
    const move = late ? this.#share : this.#share - 1;
    this.#agents = Math.min(team, Math.max(0, this.#agents + STEP * move));
  }

  get agents(): number {
    return this.#agents;
  }
}
