/** What a listener wants to hear, and in which form. */
import type { EventFormat, HeaderList } from './encoding.js';
import { EVENT_NAMES } from './event-names.js';
import { headerOf } from './events.js';

interface Filter {
  readonly header: string;
  readonly value: string;
  readonly pattern: RegExp | undefined;
}

export class Subscription {
  format: EventFormat = 'plain';
  listening = false;
  readonly #events = new Set<string>();
  readonly #filters: Filter[] = [];
  #all = false;

  wants(name: string): boolean {
    return this.listening && (this.#all || this.#events.has(name));
  }

  /** An event passes when it matches one filter, or there is none. */
  passes(headers: HeaderList): boolean {
    if (this.#filters.length === 0) return true;
    return this.#filters.some(({ header, value, pattern }) => {
      const found = headerOf(headers, header);
      if (found === undefined) return false;
      return pattern === undefined ? found === value : pattern.test(found);
    });
  }

  /** `noevents` */
  end(): string {
    if (!this.listening) return '-ERR not listening for events';
    this.listening = false;
    this.#all = false;
    this.#events.clear();
    return '+OK no longer listening for events';
  }

  /** `event …`; the words behind it. */
  subscribe(given: readonly string[]): string {
    let names = given;
    if (names[0] === 'plain' || names[0] === 'json') {
      this.format = names[0];
      names = names.slice(1);
    } else if (names[0] === 'xml') {
      return '-ERR xml events are not simulated';
    }
    let known = 0;
    let custom = false;
    for (const name of names) {
      // Whatever follows CUSTOM names a subclass, of which none occur here.
      if (custom) known++;
      if (custom) continue;
      if (name.toUpperCase() === 'ALL') this.#all = true;
      else if (EVENT_NAMES.has(name.toUpperCase())) this.#events.add(name.toUpperCase());
      else continue;
      known++;
      if (name.toUpperCase() === 'CUSTOM') custom = true;
    }
    if (known === 0) return '-ERR no keywords supplied';
    this.listening = true;
    return `+OK event listener enabled ${this.format}`;
  }

  /** `nixevent …` */
  unsubscribe(names: readonly string[]): string {
    if (names.length === 0) return '-ERR no keywords supplied';
    for (const name of names.map((each) => each.toUpperCase())) {
      if (name === 'ALL') {
        this.#all = false;
        this.#events.clear();
        continue;
      }
      if (this.#all) {
        // All but this one.
        this.#all = false;
        for (const each of EVENT_NAMES) this.#events.add(each);
      }
      this.#events.delete(name);
    }
    return '+OK events nixed';
  }

  /** `filter …`, and `filter delete …` */
  filter(given: readonly string[]): string {
    const [first, second, ...more] = given;
    if (first === undefined) return '-ERR command not found';
    if (first === 'delete') {
      const value = more.join(' ');
      for (let index = this.#filters.length - 1; index >= 0; index--) {
        const filter = this.#filters[index]!;
        if (second === 'all' || (filter.header === second && (value === '' || filter.value === value))) {
          this.#filters.splice(index, 1);
        }
      }
      return `+OK filter deleted. [${second ?? ''}][${value}]`;
    }
    if (second === undefined) return '-ERR invalid syntax';
    const value = [second, ...more].join(' ');
    const expression = /^\/(.*)\/$/s.exec(value);
    let pattern: RegExp | undefined;
    try {
      pattern = expression === null ? undefined : new RegExp(expression[1]!);
    } catch {
      return '-ERR invalid syntax';
    }
    this.#filters.push({ header: first, value, pattern });
    return `+OK filter added. [${first}]=[${value}]`;
  }
}
