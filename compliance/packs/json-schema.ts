import {
  BASE_FIELDS,
  type Field,
  type FieldType,
  HOLIDAY_SHAPES,
  IDENTIFIER,
  JURISDICTION,
  OBSERVED_WORDS,
  ONE_NEEDED,
  RULE_FIELDS,
} from './fields.js';

type Schema = Readonly<Record<string, unknown>>;

const INTERVAL = { type: 'string', pattern: '^([01]\\d|2[0-4]):[0-5]\\d-([01]\\d|2[0-4]):[0-5]\\d$' };
const INTERVALS = { type: 'array', items: INTERVAL };
const DATE = { type: 'string', format: 'date', pattern: '^\\d{4}-\\d\\d-\\d\\d$' };
const TEXT = { type: 'string', minLength: 1 };
const DAYS = ['all', 'mon-fri', 'mon-sat', 'sat-sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function schemaOf(is: FieldType): Schema {
  switch (is.type) {
    case 'text':
      return TEXT;
    case 'identifier':
      return { type: 'string', pattern: IDENTIFIER.source };
    case 'date':
      return DATE;
    case 'flag':
      return { type: 'boolean' };
    case 'whole':
      return { type: 'integer', minimum: is.least, ...(is.most !== undefined && { maximum: is.most }) };
    case 'share':
      return { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 };
    case 'one-of':
      return { enum: is.of };
    case 'list-of':
      return { type: 'array', minItems: 1, items: { enum: is.of } };
    case 'digits-list':
      return { type: 'array', minItems: 1, items: { type: 'string', pattern: '^\\+[1-9]\\d{0,14}$' } };
    case 'week':
      return {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(DAYS.map((day) => [day, INTERVALS])),
      };
    case 'intervals':
      return INTERVALS;
    case 'holiday-hours':
      return { anyOf: [{ enum: ['closed', 'sunday'] }, INTERVALS] };
    case 'choice':
      return {
        anyOf: [
          ...(is.words.length > 0 ? [{ enum: is.words }] : []),
          ...Object.entries(is.keys).map(([key, inner]) => ({
            type: 'object',
            additionalProperties: false,
            required: [key],
            properties: { [key]: schemaOf(inner) },
          })),
        ],
      };
  }
}

const properties = (fields: Readonly<Record<string, Field>>): Schema =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { is, describe }]) => [
      name,
      { description: describe, ...schemaOf(is) },
    ]),
  );
const required = (fields: Readonly<Record<string, Field>>): string[] =>
  Object.entries(fields).flatMap(([name, field]) => (field.required ? [name] : []));

const rules = Object.entries(RULE_FIELDS).map(([kind, fields]) => {
  const needed = ONE_NEEDED[kind as keyof typeof RULE_FIELDS];
  return {
    title: kind,
    type: 'object',
    additionalProperties: false,
    required: ['kind', ...required(BASE_FIELDS), ...required(fields)],
    ...(needed !== undefined && { anyOf: needed.map((name) => ({ required: [name] })) }),
    properties: { kind: { const: kind }, ...properties(fields), ...properties(BASE_FIELDS) },
  };
});

const whole = { type: 'integer' };
const holiday = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'on'],
  properties: {
    name: TEXT,
    on: {
      anyOf: HOLIDAY_SHAPES.map((keys) => ({
        type: 'object',
        additionalProperties: false,
        required: keys,
        properties: Object.fromEntries([...keys, 'plusDays'].map((key) => [key, whole])),
      })),
    },
    observed: { enum: OBSERVED_WORDS },
    everyYears: whole,
    fromYear: whole,
    toYear: whole,
  },
};

const pack = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'title', 'version', 'asOf', 'jurisdictions', 'rules'],
  properties: {
    id: schemaOf({ type: 'identifier' }),
    title: TEXT,
    version: TEXT,
    asOf: DATE,
    jurisdictions: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: JURISDICTION.source },
    },
    holidays: { type: 'array', items: holiday },
    holidayTables: { type: 'array', minItems: 1, items: TEXT },
    holidayDates: { type: 'array', minItems: 1, items: DATE },
    rules: { type: 'array', items: { oneOf: rules } },
    notes: TEXT,
  },
};

/** JSON Schema of a file of rule packs, as an operator writes it; editors check and complete with it. */
export const packFileSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Rule packs of Tactus',
  type: 'object',
  additionalProperties: false,
  required: ['packs'],
  properties: {
    acknowledge: {
      description: 'Needed when a pack replaces a built-in one and is looser anywhere.',
      type: 'object',
      additionalProperties: false,
      required: ['by', 'reason', 'at'],
      properties: { by: TEXT, reason: TEXT, at: DATE },
    },
    packs: { type: 'array', minItems: 1, items: pack },
  },
};
