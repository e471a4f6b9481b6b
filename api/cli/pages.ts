/** Lists that come in pages, and files of fields that commands read. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import type { ApiClient, Query } from './client.js';
import { CliError } from './io.js';

const PAGE = 500;

/** The items of a list, page by page, `limit` at most; `more` says whether it was cut there. */
export async function listed<Item>(
  client: ApiClient,
  path: string,
  query: Query = {},
  limit = Number.POSITIVE_INFINITY,
): Promise<{ readonly items: Item[]; readonly more: boolean }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const size = String(Math.min(PAGE, limit - items.length));
    const page = (await client.get(path, { ...query, limit: size, cursor })) as {
      readonly items: readonly Item[];
      readonly nextCursor?: string;
    };
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return { items, more: cursor !== undefined };
}

/** The mapping that a file in YAML or JSON holds. */
export async function readFields(file: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(`${file}: cannot be read (${code ?? message.split('\n')[0]})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`${file}: must hold a mapping of keys to values`);
  return value as Record<string, unknown>;
}

/** One `--set path=value`; the value is read as YAML, so that numbers, words and lists need no quotes. */
export interface Assignment {
  readonly path: readonly string[];
  /** Absent: the field is taken out. */
  readonly value?: unknown;
}

const FIELD_NAME = /^[A-Za-z0-9_-]+$/;

function fieldPath(text: string): readonly string[] {
  const path = text.split('.');
  if (!path.every((name) => FIELD_NAME.test(name) && name !== '__proto__'))
    throw new InvalidArgumentError(`"${text}" is no field such as pacing.ratio.`);
  return path;
}

/** Reads `--set`; may be repeated. */
export function assignment(text: string, earlier: readonly Assignment[] = []): readonly Assignment[] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Must be field=value, such as pacing.ratio=1.5.');
  let value: unknown;
  try {
    value = parse(text.slice(equals + 1));
  } catch {
    throw new InvalidArgumentError(`The value of ${text.slice(0, equals)} is no YAML.`);
  }
  return [...earlier, { path: fieldPath(text.slice(0, equals)), value }];
}

/** Reads `--unset`; may be repeated. */
export function removal(text: string, earlier: readonly Assignment[] = []): readonly Assignment[] {
  return [...earlier, { path: fieldPath(text) }];
}

/** The fields with the assignments carried out on a copy. */
export function assigned(
  fields: Readonly<Record<string, unknown>>,
  assignments: readonly Assignment[],
): Record<string, unknown> {
  const result = structuredClone(fields) as Record<string, unknown>;
  for (const { path, value } of assignments) {
    let target = result;
    for (const name of path.slice(0, -1)) {
      const inner = target[name];
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) target[name] = {};
      target = target[name] as Record<string, unknown>;
    }
    const name = path.at(-1)!;
    if (value === undefined) delete target[name];
    else target[name] = value;
  }
  return result;
}
