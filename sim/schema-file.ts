/**
 * Makes `scenario.schema.json` out of the schema, with the values that fields have when a file leaves them out.
 *
 *   node dist/sim/schema-file.js > sim/scenario.schema.json
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultScenario, entryDefaults } from './scenario.js';
import { BY_HOUR, DISTRIBUTION, PeopleSchema, ScenarioSchema } from './scenario-schema.js';

type Json = Record<string, unknown>;

/** Kinds of value that many fields share, by their titles: written once and referred to. */
const SHARED: Readonly<Record<string, string>> = { [DISTRIBUTION]: 'distribution', [BY_HOUR]: 'byHour' };

/** A copy of the schema in which nothing is required that has a value to fall back to. */
function withDefaults(schema: Json, defaults: unknown, path: string): Json {
  const shared = SHARED[String(schema['title'])];
  const orNull = shared !== undefined && JSON.stringify(schema).includes('"null"');
  const reference = { $ref: `#/$defs/${shared}` };
  const { description } = schema;
  const copy: Json =
    shared === undefined
      ? { ...schema }
      : { description, ...(orNull ? { anyOf: [reference, { type: 'null' }] } : reference) };
  const { properties, items } = schema as { properties?: Record<string, Json>; items?: Json };
  if (properties !== undefined) {
    const values = (defaults ?? {}) as Readonly<Record<string, unknown>>;
    copy['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        withDefaults(property, values[name], path === '' ? name : `${path}.${name}`),
      ]),
    );
    const required = ((schema['required'] ?? []) as string[]).filter((name) => values[name] === undefined);
    delete copy['required'];
    if (required.length > 0) copy['required'] = required;
    return copy;
  }
  if (items?.['properties'] !== undefined) {
    copy['items'] = withDefaults(items, entryDefaults[path as keyof typeof entryDefaults], path);
    return copy;
  }
  if (defaults !== undefined) copy['default'] = defaults;
  return copy;
}

/** The text of `scenario.schema.json`. */
export function schemaFile(): string {
  const schema = withDefaults(JSON.parse(JSON.stringify(ScenarioSchema)) as Json, defaultScenario, '');
  const { properties, ...rest } = schema as { properties: Json };
  const { talk, answerRate } = PeopleSchema.properties;
  const whole = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Scenario',
    description:
      'A world for Tactus: the people called, agents, trunks and switches, faults and operators. Times are seconds, rates are shares from 0 to 1.',
    ...rest,
    properties: { $schema: { type: 'string' }, ...properties },
    $defs: {
      distribution: {
        description: 'Seconds: a number, or how they are distributed.',
        anyOf: (talk as unknown as Json)['anyOf'],
      },
      byHour: {
        description: 'One value for the whole day, or 24, one for each local hour of the people called.',
        anyOf: (answerRate as unknown as Json)['anyOf'],
      },
    },
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.stdout.write(schemaFile());
