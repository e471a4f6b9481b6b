/**
 * A digest over everything that went into an engine and came out of it. It is not kept and not shown to anybody else, so it
 * mixes values as they are: writing each step down as JSON for SHA-256 was a third of the harness's time.
 */
import type { Effect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';
import type { ContactRecord } from '../../dialer/store/port.js';

/** What stands before a value, so that values of different kinds differ. */
const TAG = { null: 1, true: 2, false: 3, integer: 4, double: 5, string: 6, array: 7, object: 8, tick: 9 };

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

export class RunHash {
  /** Two lanes of 32 bits, multiplied with constants of MurmurHash3. */
  #high = 0x2f0b4a27;
  #low = 0x5bd1e995;

  #word(word: number): void {
    const high = Math.imul(this.#high ^ word, 0x85ebca6b);
    const low = Math.imul(this.#low ^ word, 0xc2b2ae35) + high;
    this.#high = (high << 13) | (high >>> 19);
    this.#low = (low << 17) | (low >>> 15);
  }

  /** Four characters at a time: what is hashed is nearly all ASCII, and what is not is still told apart. */
  #text(text: string): void {
    const { length } = text;
    let hash = length;
    let index = 0;
    for (; index + 4 <= length; index += 4) {
      const four =
        text.charCodeAt(index) |
        (text.charCodeAt(index + 1) << 8) |
        (text.charCodeAt(index + 2) << 16) |
        (text.charCodeAt(index + 3) << 24);
      hash = Math.imul(hash ^ four, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; index < length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x9e3779b1);
    this.#word(hash);
  }

  /** The name of a field: it only has to tell which of an object's few optional fields are there. */
  #name(name: string): void {
    const { length } = name;
    this.#word((length << 16) | (name.charCodeAt(0) << 8) | name.charCodeAt(length - 1));
  }

  #number(value: number): void {
    if (value === (value | 0)) {
      this.#word(TAG.integer);
      this.#word(value);
      return;
    }
    double[0] = value;
    this.#word(TAG.double);
    this.#word(words[0] as number);
    this.#word(words[1] as number);
  }

  /** The value with everything in it, in its order. As in JSON, a field that is undefined is not there. */
  add(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.#word(TAG.string);
        this.#text(value);
        return;
      case 'number':
        this.#number(value);
        return;
      case 'boolean':
        this.#word(value ? TAG.true : TAG.false);
        return;
      case 'object':
        if (value === null) this.#word(TAG.null);
        else if (Array.isArray(value)) this.#array(value);
        else this.#object(value as Readonly<Record<string, unknown>>);
        return;
      default:
        // What JSON writes for it in an array.
        this.#word(TAG.null);
    }
  }

  #array(values: readonly unknown[]): void {
    this.#word(TAG.array);
    this.#word(values.length);
    for (const value of values) this.add(value);
  }

  #object(value: Readonly<Record<string, unknown>>): void {
    this.#word(TAG.object);
    for (const key in value) {
      const field = value[key];
      if (field === undefined) continue;
      this.#name(key);
      this.add(field);
    }
    this.#word(TAG.object);
  }

  /** A step. What is large and is hashed with the books at the end is named here, and not taken whole. */
  addStep(at: number, input: Input, effects: readonly Effect[]): void {
    this.#number(at);
    if (input.type === 'tick') this.#word(TAG.tick);
    else if (input.type === 'leads-leased') {
      this.add(input.summary);
      for (const { contactId } of input.leads) this.#text(contactId);
    } else this.add(input);
    this.#word(effects.length);
    for (const effect of effects) this.#effect(effect);
  }

  /** A contact as the run left it; what was imported with it cannot have changed. */
  addContact(contact: ContactRecord): void {
    this.#text(contact.contactId);
    this.#text(contact.stage);
    this.#number(contact.heldPhase ?? 0);
    this.#text(contact.state);
    this.#text(contact.doneReason);
    this.#number(contact.attempts);
    this.#text(contact.lastOutcome);
    this.#number(contact.dueAt);
    for (const { e164, attempts, dead } of contact.numbers) {
      this.#text(e164);
      this.#number(attempts);
      this.#word(dead ? TAG.true : TAG.false);
    }
  }

  #effect(effect: Effect): void {
    switch (effect.type) {
      case 'save-campaign': {
        const { status, stage, statusSince, reason, sampled, counters } = effect.campaign;
        this.add([effect.campaign.settings.id, status, stage, statusSince, reason, sampled, counters]);
        return;
      }
      case 'commit-intents':
        for (const { attemptId, contactId, number, trunk, intendedAt, permit } of effect.intents) {
          this.#text(attemptId);
          this.#text(contactId);
          this.#text(number);
          this.#text(trunk);
          this.#number(intendedAt);
          this.#number(permit.issuedAt);
          this.#number(permit.expiresAt);
        }
        return;
      default:
        this.add(effect);
    }
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
    return hex(this.#high) + hex(this.#low);
  }
}
