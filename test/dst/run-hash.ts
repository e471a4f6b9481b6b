/** A digest over everything that went into an engine and came out of it. */
import { createHash, type Hash } from 'node:crypto';
import type { Effect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';

/** Characters collected before they are hashed. */
const CHUNK = 32_768;

export class RunHash {
  readonly #hash: Hash = createHash('sha256');
  #text = '';

  add(what: unknown): void {
    this.#text += JSON.stringify(what);
    if (this.#text.length < CHUNK) return;
    this.#hash.update(this.#text);
    this.#text = '';
  }

  /** A step. What is large and is hashed with the books at the end is named here, and not spelled out. */
  addStep(at: number, input: Input, effects: readonly Effect[]): void {
    this.#text += at;
    if (input.type === 'tick') this.#text += 't';
    else
      this.add(
        input.type === 'leads-leased'
          ? [input.summary, input.leads.map(({ contactId }) => contactId)]
          : input,
      );
    for (const effect of effects) this.add(briefly(effect));
  }

  /** First 16 hexadecimal digits. */
  digest(): string {
    return this.#hash.update(this.#text).digest('hex').slice(0, 16);
  }
}

function briefly(effect: Effect): unknown {
  switch (effect.type) {
    case 'save-campaign': {
      const { status, stage, statusSince, reason, sampled, counters } = effect.campaign;
      return [effect.campaign.settings.id, status, stage, statusSince, reason, sampled, counters];
    }
    case 'commit-intents':
      return effect.intents.map(({ attemptId, contactId, number, trunk, intendedAt, permit }) => [
        ...[attemptId, contactId, number, trunk, intendedAt, permit.issuedAt, permit.expiresAt],
      ]);
    default:
      return effect;
  }
}
