/** Requests made from the OpenAPI document: valid ones, ones with a fault, and garbage. */
import { type Random, seededRandom } from '../support/random.js';

export type Json = Readonly<Record<string, unknown>>;

export interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Json }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}

export interface RandomRequest {
  readonly operation: OperationObject;
  readonly kind: 'valid' | 'mutated' | 'garbage';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** Ids that are there, by where they stand in a path. */
export type KnownIds = (path: string, name: string) => readonly string[];

const STRANGE: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  '\u0000',
  'x'.repeat(5_000),
  '💥'.repeat(100),
  '-1',
  'NaN',
  -1,
  0,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[[]]],
  { constructor: {}, toString: 1 },
  ['a', null, 3],
  '2026-13-45T99:99:99Z',
  '+999999999999999999',
  "'; DROP TABLE contacts; --",
  '../../etc/passwd',
];
const NUMBERS = ['+12025550101', '202-555-0102', '+442079460000', '+12125550103', '12'];
const GARBAGE_TYPES = ['application/json', 'text/csv', 'application/x-ndjson', 'text/plain', 'a/b', ''];

export class RequestMaker {
  readonly #random: Random;
  readonly #known: KnownIds;

  constructor(seed: number, known: KnownIds) {
    this.#random = seededRandom(seed);
    this.#known = known;
  }

  make(method: string, path: string, operation: OperationObject): RandomRequest {
    const kind = this.pick(['valid', 'valid', 'mutated', 'mutated', 'garbage'] as const);
    const parameters = operation.parameters ?? [];
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((each) => each.in === 'path' && each.name === name)?.schema ?? {};
      return encodeURIComponent(String(this.#inPath(kind, path, name, schema)));
    });
    const query = new URLSearchParams();
    for (const each of parameters) {
      if (each.in !== 'query' || this.#random() < 0.6) continue;
      const value =
        kind !== 'valid' && this.#random() < 0.4 ? this.pick(STRANGE) : this.value(each.schema, each.name);
      query.set(each.name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
    if (kind === 'garbage' && this.#random() < 0.3) query.set('nonsense', 'yes');
    const headers: Record<string, string> = {};
    for (const { in: place, name } of parameters) {
      if (place !== 'header') continue;
      if (name === 'if-match') headers[name] = this.pick(['*', '"1"', '"2"', 'W/"1"', '"', '"x", *']);
      else if (this.#random() < 0.1) headers[name] = `key-${Math.floor(this.#random() * 20)}`;
    }
    const text = query.toString();
    const made = { operation, kind, method: method.toUpperCase(), url: text === '' ? url : `${url}?${text}` };
    const body = this.#body(kind, operation);
    if (body === undefined) return { ...made, headers };
    return { ...made, headers: { ...headers, 'content-type': body.type }, payload: body.payload };
  }

  #inPath(kind: RandomRequest['kind'], path: string, name: string, schema: Json): unknown {
    if (kind === 'garbage' && this.#random() < 0.5)
      return this.pick(['%00', '..', 'é'.repeat(30), '0', 'null', '-', 'x'.repeat(150), '%', '+1']);
    const known = this.#known(path, name);
    return known.length > 0 && this.#random() < 0.8 ? this.pick(known) : this.value(schema, name);
  }

  #body(kind: RandomRequest['kind'], operation: OperationObject) {
    const content = Object.entries(operation.requestBody?.content ?? {});
    if (kind === 'garbage' && this.#random() < 0.5) {
      const type = this.pick(GARBAGE_TYPES);
      return {
        type,
        payload: this.pick(['', '{', '[]', 'null', '"x"', '{"a":', '\u0000\u0001', '{"a":1}\n[', 'a,b\n"c']),
      };
    }
    const chosen = content[Math.floor(this.#random() * content.length)];
    if (chosen === undefined) return undefined;
    const [type, { schema }] = chosen;
    if (type !== 'application/json') {
      const number = this.pick(NUMBERS);
      const payload = type.includes('ndjson')
        ? `{"externalId":"n","numbers":["${number}"]}\n`
        : `number,consent,evidence\n${number},granted,"form ${Math.floor(this.#random() * 9)}"\n`;
      return { type, payload: kind === 'valid' ? payload : payload.slice(Math.floor(this.#random() * 20)) };
    }
    let body = this.value(schema, '');
    if (kind !== 'valid') for (let i = 0; i <= this.#random() * 3; i += 1) body = this.#mutated(body);
    return { type, payload: JSON.stringify(body) ?? 'null' };
  }

  /** The value with one thing in it replaced, dropped or added. */
  #mutated(value: unknown): unknown {
    if (this.#random() < 0.2 || typeof value !== 'object' || value === null) return this.pick(STRANGE);
    if (Array.isArray(value)) {
      if (value.length === 0) return [this.pick(STRANGE)];
      const at = Math.floor(this.#random() * value.length);
      return value.map((each, index) => (index === at ? this.#mutated(each) : each));
    }
    const keys = Object.keys(value);
    const key = this.#random() < 0.2 || keys.length === 0 ? 'unknownField' : this.pick(keys);
    const { [key]: before, ...rest } = value as Record<string, unknown>;
    return this.#random() < 0.3 && key !== 'unknownField' ? rest : { ...rest, [key]: this.#mutated(before) };
  }

  /** Something that the schema allows, mostly: patterns are met for ids only. */
  value(schema: Json, name: string, depth = 0): unknown {
    if ('const' in schema) return schema['const'];
    if (Array.isArray(schema['enum'])) return this.pick(schema['enum'] as unknown[]);
    const choices = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(choices)) return this.value(this.pick(choices as Json[]), name, depth);
    const examples = schema['examples'];
    if (Array.isArray(examples) && this.#random() < 0.3) return this.pick(examples as unknown[]);
    const type = Array.isArray(schema['type']) ? this.pick(schema['type'] as string[]) : schema['type'];
    switch (type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array': {
        const least = Number(schema['minItems'] ?? 0);
        const length = Math.max(least, depth > 4 ? 0 : Math.floor(this.#random() * 4));
        const items = (schema['items'] ?? {}) as Json;
        return Array.from({ length }, () => this.value(items, name, depth + 1));
      }
      case 'integer':
      case 'number':
        return this.#number(schema, type === 'integer');
      case 'boolean':
        return this.#random() < 0.5;
      case 'null':
        return null;
      default:
        return this.#text(schema, name);
    }
  }

  #object(schema: Json, depth: number): Record<string, unknown> {
    const properties = (schema['properties'] ?? {}) as Record<string, Json>;
    const required = (schema['required'] ?? []) as readonly string[];
    const made: Record<string, unknown> = {};
    for (const [key, of] of Object.entries(properties))
      if (required.includes(key) || (depth < 4 && this.#random() < 0.4))
        made[key] = this.value(of, key, depth + 1);
    const more = schema['additionalProperties'];
    if (typeof more === 'object' && more !== null && this.#random() < 0.5)
      made[`key${Math.floor(this.#random() * 9)}`] = this.value(more as Json, '', depth + 1);
    return made;
  }

  #number(schema: Json, whole: boolean): number {
    const least = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? 0);
    const most = Math.min(
      Number(schema['maximum'] ?? schema['exclusiveMaximum'] ?? least + 100),
      least + 1_000,
    );
    const value = this.#random() < 0.2 ? this.pick([least, most]) : least + this.#random() * (most - least);
    return whole ? Math.round(value) : value;
  }

  #text(schema: Json, name: string): string {
    if (schema['format'] === 'date-time')
      return new Date(Date.UTC(2026, 2, 2) + (this.#random() - 0.3) * 40 * 86_400_000).toISOString();
    if (/number/i.test(name) || /telephone/i.test(String(schema['description'] ?? '')))
      return this.pick(NUMBERS);
    const text = this.pick([
      'spring',
      'ann',
      'sale',
      'c1',
      'US',
      'main',
      'America/New_York',
      'abc',
      'x1',
      'Ünï cödé',
    ]);
    const least = Number(schema['minLength'] ?? 0);
    return text.padEnd(least, 'a').slice(0, Math.min(Number(schema['maxLength'] ?? 200), 200));
  }

  pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }
}
