/** Reads the fields of a file one by one and collects everything that is wrong with them. */
import type { Distribution } from './distributions.js';

export type Fields = Readonly<Record<string, unknown>>;

const DISTRIBUTION_FIELDS: Readonly<Record<Distribution['kind'], readonly string[]>> = {
  constant: ['value'],
  uniform: ['from', 'to'],
  exponential: ['mean'],
  lognormal: ['mean', 'cv', 'minimum', 'maximum'],
  gamma: ['mean', 'cv', 'minimum', 'maximum'],
};

const KINDS = Object.keys(DISTRIBUTION_FIELDS).join(', ');

export class FieldReader {
  readonly problems: string[] = [];

  wrong(path: string, should: string): void {
    this.problems.push(`${path} ${should}`);
  }

  /** The fields of an object; fields that `known` does not have are reported. */
  fields(value: unknown, path: string, known: readonly string[]): Fields {
    if (value === undefined) return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.wrong(path, 'must be an object');
      return {};
    }
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) this.wrong(`${path}.${name}`, `is not known; known are ${known.join(', ')}`);
    }
    return value as Fields;
  }

  number(
    value: unknown,
    path: string,
    otherwise: number,
    from: number,
    to = Number.POSITIVE_INFINITY,
  ): number {
    if (value === undefined) return otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < from || value > to) {
      this.wrong(
        path,
        to === Number.POSITIVE_INFINITY
          ? `must be a number from ${from}`
          : `must be a number from ${from} to ${to}`,
      );
      return otherwise;
    }
    return value;
  }

  integer(value: unknown, path: string, otherwise: number): number {
    const read = this.number(value, path, otherwise, 0);
    if (Number.isInteger(read)) return read;
    this.wrong(path, 'must be a whole number');
    return otherwise;
  }

  text(value: unknown, path: string, otherwise: string): string {
    if (value === undefined) return otherwise;
    if (typeof value !== 'string' || value === '') {
      this.wrong(path, 'must be a text that is not empty');
      return otherwise;
    }
    return value;
  }

  flag(value: unknown, path: string, otherwise: boolean): boolean {
    if (value === undefined) return otherwise;
    if (typeof value === 'boolean') return value;
    this.wrong(path, 'must be true or false');
    return otherwise;
  }

  byHour(value: unknown, path: string, otherwise: number | readonly number[]): number | readonly number[] {
    if (!Array.isArray(value)) {
      return value === undefined ? otherwise : this.number(value, path, 0, 0, 1);
    }
    if (value.length !== 24)
      this.wrong(path, `must have 24 values, one for each hour; it has ${value.length}`);
    return value.map((rate, hour) => this.number(rate, `${path}[${hour}]`, 0, 0, 1));
  }

  distribution<T extends Distribution | null>(value: unknown, path: string, otherwise: T): T | Distribution {
    if (value === undefined) return otherwise;
    if (typeof value === 'number') {
      return { kind: 'constant', value: this.number(value, path, 0, 0) };
    }
    const kind = (value as { kind?: unknown } | null)?.kind;
    if (typeof kind !== 'string' || !(kind in DISTRIBUTION_FIELDS)) {
      this.wrong(path, `must be a number of seconds or have a kind: ${KINDS}`);
      return otherwise;
    }
    const names = DISTRIBUTION_FIELDS[kind as Distribution['kind']];
    const fields = this.fields(value, path, ['kind', ...names]);
    const read: Record<string, number> = {};
    for (const name of names) {
      const optional = name === 'minimum' || name === 'maximum';
      if (fields[name] === undefined) {
        if (!optional) this.wrong(`${path}.${name}`, 'is missing');
        continue;
      }
      // A mean of 0 would divide by 0; everything else may be 0.
      read[name] = this.number(
        fields[name],
        `${path}.${name}`,
        1,
        name === 'mean' || name === 'cv' ? 1e-6 : 0,
      );
    }
    if (kind === 'uniform' && read['from']! > read['to']!) this.wrong(`${path}.to`, 'must not be below from');
    const minimum = read['minimum'] ?? 0;
    if (read['mean'] !== undefined && minimum >= read['mean']) {
      this.wrong(`${path}.minimum`, 'must be below the mean');
    }
    if (read['maximum'] !== undefined && read['maximum'] <= minimum) {
      this.wrong(`${path}.maximum`, 'must be above the minimum');
    }
    return { kind, ...read } as Distribution;
  }
}
