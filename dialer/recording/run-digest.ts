/** A running SHA-256 over the effects of a run, in their order, as JSON: equal digests mean equal effects, byte for byte. */
import { createHash, type Hash } from 'node:crypto';
import type { Effect } from '../core/effects.js';

export class RunDigest {
  readonly #hash: Hash = createHash('sha256');

  add(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.#hash.update(JSON.stringify(effect));
      this.#hash.update('\n');
    }
  }

  /** First 16 hexadecimal digits so far. */
  get value(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }
}
