/** Reads untyped values (a parsed file, flags) into typed ones, and notes what is wrong with which of them. */

/** Collects one line for each thing that is wrong. */
export class Problems {
  readonly lines: string[] = [];

  add(place: string, problem: string): void {
    this.lines.push(`${place}: ${problem}`);
  }
}

/** As it was written, short enough for one line. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** One value and where it stands, such as `config.yaml: switches[0].port`. */
export class ValueReader {
  readonly place: string;
  readonly value: unknown;
  readonly #source: string;
  readonly #path: string;
  readonly #problems: Problems;

  /** @param source file or flag, which begins every message */
  constructor(source: string, path: string, value: unknown, problems: Problems) {
    this.place = path === '' ? source : `${source}: ${path}`;
    this.value = value;
    this.#problems = problems;
    this.#path = path;
    this.#source = source;
  }

  /** Notes what is wrong; returns undefined so that a reader can say `return this.wrong(…)`. */
  wrong(expectation: string): undefined {
    this.#problems.add(this.place, `must be ${expectation}, got ${shown(this.value)}`);
    return undefined;
  }

  problem(text: string): undefined {
    this.#problems.add(this.place, text);
    return undefined;
  }

  get given(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The same value under another form, at the same place. */
  as(value: unknown): ValueReader {
    return new ValueReader(this.#source, this.#path, value, this.#problems);
  }

  number(minimum: number, maximum: number, unit = ''): number | undefined {
    if (!this.given) return undefined;
    const number =
      typeof this.value === 'string' && this.value.trim() !== '' ? Number(this.value) : this.value;
    if (typeof number === 'number' && number >= minimum && number <= maximum) return number;
    return this.wrong(`${range(minimum, maximum)}${unit}`);
  }

  integer(minimum: number, maximum: number): number | undefined {
    if (!this.given) return undefined;
    const number =
      typeof this.value === 'string' && /^\d+$/.test(this.value.trim()) ? Number(this.value) : this.value;
    if (Number.isSafeInteger(number) && (number as number) >= minimum && (number as number) <= maximum)
      return number as number;
    return this.wrong(range(minimum, maximum));
  }

  boolean(): boolean | undefined {
    if (!this.given) return undefined;
    if (typeof this.value === 'boolean') return this.value;
    return this.wrong('true or false');
  }

  /** @param expectation what is shown when it is not such a text */
  text(pattern = /\S/, expectation = 'a text that is not empty'): string | undefined {
    if (!this.given) return undefined;
    if (typeof this.value === 'string' && pattern.test(this.value)) return this.value;
    return this.wrong(expectation);
  }

  /** A password: never shown; digits alone need no quotes in the file. */
  secret(): string | undefined {
    if (!this.given) return undefined;
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    if (typeof this.value === 'number') return String(this.value);
    return this.problem('must be a text that is not empty');
  }

  oneOf<T extends string>(choices: readonly T[]): T | undefined {
    if (!this.given) return undefined;
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.wrong(`one of ${choices.join(', ')}`);
  }

  list(maximum: number): readonly ValueReader[] {
    if (!this.given) return [];
    if (!Array.isArray(this.value)) {
      this.wrong('a list');
      return [];
    }
    if (this.value.length > maximum) this.wrong(`a list of at most ${maximum}`);
    return this.value.map(
      (item: unknown, index) =>
        new ValueReader(this.#source, `${this.#path}[${index}]`, item, this.#problems),
    );
  }

  /** The keys of a mapping; a key that is not among them is a problem. */
  keys<K extends string>(names: readonly K[]): Readonly<Record<K, ValueReader>> {
    const known = (value: unknown): value is Record<string, unknown> =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    const map = known(this.value) ? this.value : {};
    if (this.given && !known(this.value)) this.wrong('a mapping of keys to values');
    const path = (key: string): string => (this.#path === '' ? key : `${this.#path}.${key}`);
    for (const key of Object.keys(map)) {
      if ((names as readonly string[]).includes(key)) continue;
      const nearest = closest(key, names);
      this.#problems.add(
        `${this.#source}: ${path(key)}`,
        `is not a setting; ${nearest === undefined ? `known are ${names.join(', ')}` : `did you mean ${nearest}?`}`,
      );
    }
    const readers = names.map((name) => [
      name,
      new ValueReader(this.#source, path(name), map[name], this.#problems),
    ]);
    return Object.fromEntries(readers) as Record<K, ValueReader>;
  }
}

function range(minimum: number, maximum: number): string {
  if (maximum === Number.POSITIVE_INFINITY || maximum === Number.MAX_SAFE_INTEGER)
    return `a number of at least ${minimum}`;
  return `${minimum}–${maximum}`;
}

/** The name that differs in the fewest letters, when few enough do. */
function closest(key: string, names: readonly string[]): string | undefined {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= b.length; j += 1) {
        const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
        next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
      }
      row = next;
    }
    return row[b.length]!;
  };
  const simple = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');
  const ranked = names
    .map((name) => ({ name, away: distance(simple(key), simple(name)) }))
    .sort((a, b) => a.away - b.away);
  const best = ranked[0];
  return best !== undefined && best.away <= (key.length < 4 ? 1 : 2 + Math.floor(key.length / 10))
    ? best.name
    : undefined;
}
