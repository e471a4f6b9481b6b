/**
 * The textbook predictive pacer, as a baseline: agents expected to be free one ring time ahead, divided by
 * the answer rate, less the calls in flight. It knows means only, so small teams abandon far too much.
 */
import type { Pacer, PacingEvent, PacingExplanation, PacingSnapshot } from '../pacing/index.js';

/** Lines per agent that are never exceeded: a cold start would run away otherwise. */
const MOST_PER_AGENT = 15;

export class ExpectedValuePacer implements Pacer {
  readonly name = 'expected-value';
  #answered = 7;
  #ended = 20;
  #handleSum = 105;
  #handled = 1;
  #lines = 0;
  #at: number | null = null;
  readonly #talkingSince = new Map<string | number, number>();

  observe(e: PacingEvent): void {
    if (e.type === 'answered' || e.type === 'machine' || e.type === 'failed') {
      this.#ended = this.#ended * 0.998 + 1;
      this.#answered = this.#answered * 0.998 + (e.type === 'answered' ? 1 : 0);
    } else if (e.type === 'agent') {
      const since = this.#talkingSince.get(e.agent);
      if (e.state === 'talk') this.#talkingSince.set(e.agent, e.t);
      else if (e.state !== 'wrap' && since !== undefined) {
        this.#handleSum = this.#handleSum * 0.99 + e.t - since;
        this.#handled = this.#handled * 0.99 + 1;
        this.#talkingSince.delete(e.agent);
      }
    }
  }

  callsToPlace(s: PacingSnapshot): number {
    const ringSeconds = 12;
    const leaving = 1 - Math.exp((-ringSeconds * this.#handled) / this.#handleSum);
    const free = s.agentsReady + (s.agentsTalking + s.agentsWrap) * leaving - s.waitingAnswered;
    const lines = Math.min(Math.round((free * this.#ended) / this.#answered), MOST_PER_AGENT * s.agentsTotal);
    this.#at = s.now;
    this.#lines = Math.max(0, lines - s.inFlightCount);
    return this.#lines;
  }

  explain(): PacingExplanation {
    const estimates = {
      answerRate: this.#answered / this.#ended,
      handleSeconds: this.#handleSum / this.#handled,
    };
    const text = `${this.#lines} lines for the agents expected to be free`;
    return {
      pacer: this.name,
      at: this.#at,
      lines: this.#lines,
      limit: 'agents',
      inputs: {},
      estimates,
      text,
    };
  }
}
