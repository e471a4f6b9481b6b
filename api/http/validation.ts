/** Checks requests against their TypeBox schemas and says, per field, what is wrong and the remedy. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { type FieldError, Problem } from './problem.js';

/** A request with many wrong fields is told of this many. */
const MAXIMUM_FIELD_ERRORS = 20;
// One wrong field can make several schema errors; the library stops at 8 of them unless told.
Settings.Set({ maxErrors: 8 * MAXIMUM_FIELD_ERRORS });

/**
 * Fastify's validator compiler. JSON bodies are taken as they are: a number in a string is an error. Query,
 * path and headers are text, so they are converted to the types of the schema, and their defaults filled in.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // A body of another media type arrives as a stream: its reader checks it.
  if ('contentMediaType' in schema) return (value: unknown) => ({ value });
  const check = Compile(schema);
  const isText = httpPart !== 'body';
  const isPlain = isText && hasOnlyText(schema);
  return (given: unknown) => {
    const value =
      isText && !isPlain ? Value.Default(schema, Value.Convert(schema, { ...(given as object) })) : given;
    if (check.Check(value)) return { value };
    const prefix = httpPart === 'querystring' ? 'query ' : httpPart === 'headers' ? 'header ' : '';
    return { error: validationProblem(fieldErrors(schema, check.Errors(value), value, prefix)) };
  };
};

/** Text only, as in most paths: there is nothing to convert or to fill in. */
function hasOnlyText(schema: TSchema): boolean {
  const properties = 'properties' in schema && isRecord(schema.properties) ? schema.properties : {};
  return Object.values(properties).every(
    (field) => isRecord(field) && field['type'] === 'string' && !('default' in field),
  );
}

/** The problem that lists these field errors. */
export function validationProblem(errors: readonly FieldError[]): Problem {
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : '';
  return new Problem(
    'validation_failed',
    first === undefined ? undefined : `${first.field} ${first.detail}${more}`,
    errors,
  );
}

/** Schema errors in words, one per field. */
export function fieldErrors(
  schema: TSchema,
  errors: readonly TLocalizedValidationError[],
  value: unknown,
  prefix = '',
): FieldError[] {
  const found = new Map<string, string>();
  for (const error of errors) {
    for (const { field, detail } of describe(schema, error, value)) {
      const name = field === '' ? (prefix === '' ? 'the body' : prefix.trim()) : prefix + field;
      if (!found.has(name)) found.set(name, detail);
      if (found.size === MAXIMUM_FIELD_ERRORS) break;
    }
  }
  return [...found].map(([field, detail]) => ({ field, detail }));
}

function describe(schema: TSchema, error: TLocalizedValidationError, value: unknown): FieldError[] {
  const field = pathOf(error.instancePath);
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        field: join(field, name),
        detail: 'is missing: give it a value',
      }));
    case 'additionalProperties': {
      const known = knownFields(schema, error.schemaPath);
      return error.params.additionalProperties.map((name) => ({
        field: join(field, name),
        detail: `is not a known field: ${remedyForUnknown(name, known)}`,
      }));
    }
    // `false` schemas repeat what additionalProperties says; the members of a union, what anyOf says.
    case 'boolean':
    case 'const':
      return [];
    case 'type':
      return [
        {
          field,
          detail: `is ${kindOf(at(value, error.instancePath))}: give ${article([error.params.type].flat().join(' or '))}`,
        },
      ];
    case 'enum':
      return [{ field, detail: `is not one of the choices: use ${error.params.allowedValues.join(', ')}` }];
    case 'minimum':
      return [{ field, detail: `is too small: give ${error.params.limit} or more` }];
    case 'maximum':
      return [{ field, detail: `is too large: give ${error.params.limit} or less` }];
    case 'exclusiveMinimum':
      return [{ field, detail: `is too small: give more than ${error.params.limit}` }];
    case 'exclusiveMaximum':
      return [{ field, detail: `is too large: give less than ${error.params.limit}` }];
    case 'minLength':
      return [
        {
          field,
          detail:
            error.params.limit === 1
              ? 'is empty: give it a value'
              : `is too short: give at least ${error.params.limit} characters`,
        },
      ];
    case 'maxLength':
      return [{ field, detail: `is too long: give at most ${error.params.limit} characters` }];
    case 'minItems':
      return [{ field, detail: `has too few entries: give at least ${error.params.limit}` }];
    case 'maxItems':
      return [{ field, detail: `has too many entries: give at most ${error.params.limit}` }];
    case 'maxProperties':
      return [{ field, detail: `has too many fields: give at most ${error.params.limit}` }];
    case 'uniqueItems':
      return [{ field, detail: 'names the same thing twice: name it once' }];
    case 'format':
      return [
        {
          field,
          detail:
            error.params.format === 'date-time'
              ? 'is not a time: give one such as 2026-03-02T15:04:05Z'
              : `is not a valid ${error.params.format}`,
        },
      ];
    case 'pattern': {
      const hint = at(schema, error.schemaPath.replace(/^#/, ''));
      const description =
        isRecord(hint) && typeof hint['description'] === 'string' ? hint['description'] : '';
      return [
        {
          field,
          detail: `has characters or a form that is not allowed: give ${description || `text that matches ${String(error.params.pattern)}`}`,
        },
      ];
    }
    default:
      return [{ field, detail: error.message }];
  }
}

function remedyForUnknown(name: string, known: readonly string[]): string {
  const near = known.find(
    (k) => distance(k.toLowerCase(), name.toLowerCase()) <= Math.max(1, name.length / 4),
  );
  if (near !== undefined) return `did you mean ${near}?`;
  return known.length === 0 ? 'remove it' : `remove it, or use one of ${known.join(', ')}`;
}

function knownFields(schema: TSchema, schemaPath: string): string[] {
  const owner = at(schema, schemaPath.replace(/^#/, ''));
  if (!isRecord(owner) || !isRecord(owner['properties'])) return [];
  return Object.keys(owner['properties']);
}

/** Levenshtein distance, for the "did you mean" of a misspelt field. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** `/stages/pilot/tiers/0` → `stages.pilot.tiers[0]`. */
function pathOf(instancePath: string): string {
  return pointerParts(instancePath).reduce(
    (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)),
    '',
  );
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function at(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointerParts(pointer)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function pointerParts(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function article(type: string): string {
  const word = type === 'array' ? 'list' : type;
  return /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`;
}
