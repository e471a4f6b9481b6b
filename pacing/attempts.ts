import type { PacingId } from './types.js';

/** An attempt as the pacer remembers it until it and all older ones have ended. */
export interface TrackedAttempt {
  readonly id: PacingId;
  readonly placedAt: number;
  readonly pHint: number;
  readonly campaign: PacingId | undefined;
  ringingAt: number;
  /** Ring bin of the answer, -1 before. */
  answerBin: number;
  /** 1 answered, 0 not, between for a released call; -1 while open. */
  answered: number;
  /** Refused by the network. */
  refused: boolean;
}

/** Seconds after which an attempt that never ended is passed over: its end was lost. */
const LOST_AFTER = 180;
/** Attempts settled at once, at most: behind one whose end was lost they pile up, and must not stall the caller. */
const MOST_AT_ONCE = 256;

/**
 * Attempts in the order of their placement. `settle` hands out those that have ended once all older ones
 * have, so that fast outcomes are never counted ahead of slow ones.
 */
export class AttemptLog {
  readonly #open = new Map<PacingId, TrackedAttempt>();
  #queue: TrackedAttempt[] = [];
  #head = 0;

  place(id: PacingId, t: number, pHint: number, campaign: PacingId | undefined): void {
    const attempt: TrackedAttempt = {
      id,
      placedAt: t,
      pHint,
      campaign,
      ringingAt: -1,
      answerBin: -1,
      answered: -1,
      refused: false,
    };
    this.#open.set(id, attempt);
    this.#queue.push(attempt);
  }

  get(id: PacingId): TrackedAttempt | undefined {
    return this.#open.get(id);
  }

  /** Forgets an attempt's id; it stays in the queue until it is settled. */
  close(id: PacingId): void {
    this.#open.delete(id);
  }

  settle(now: number, count: (attempt: TrackedAttempt) => void): void {
    const queue = this.#queue;
    const last = Math.min(queue.length, this.#head + MOST_AT_ONCE);
    while (this.#head < last) {
      const attempt = queue[this.#head] as TrackedAttempt;
      if (attempt.answered >= 0) count(attempt);
      else if (now - attempt.placedAt > LOST_AFTER) this.#open.delete(attempt.id);
      else break;
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > queue.length) {
      this.#queue = queue.slice(this.#head);
      this.#head = 0;
    }
  }
}
