/** Pieces that the schemas of several routes share. */
import Type, { type TSchema, type TUnsafe } from 'typebox';
import type { Said } from '../../dialer/kpi/words.js';
import { PROBLEMS, type ProblemCode } from './problem.js';

/** A choice of words, written as one `enum`: errors and OpenAPI then list the words. */
export function OneOf<const T extends string>(
  values: readonly T[],
  options: Readonly<Record<string, unknown>> = {},
): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], ...options });
}

/** An object with arbitrary names and values of one type. */
export function MapOf<T>(
  value: TSchema,
  options: Readonly<Record<string, unknown>> = {},
): TUnsafe<Record<string, T>> {
  return Type.Unsafe<Record<string, T>>({ type: 'object', additionalProperties: value, ...options });
}

/** Parameters of a sentence that is sent as a code, too. */
export const TextParameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]));
/** A sentence in parts, as codes with parameters. */
export const SaidParts = Type.Unsafe<readonly Said[]>({
  type: 'array',
  items: Type.Object({ code: Type.String(), parameters: TextParameters }),
  description: 'The same as codes with parameters, for other languages; absent where somebody wrote it.',
});

/** Unknown fields are errors. */
export const STRICT = { additionalProperties: false } as const;

export const Identifier = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'a letter or digit, then up to 63 letters, digits, dots, dashes or underscores',
});
export const AgentId = Type.Unsafe<string>({
  ...Identifier,
  description: 'The agent that this is: needed with the role agent, and only there.',
});
/** Instants go out as ISO 8601 in UTC. */
export const Instant = Type.String({
  format: 'date-time',
  description: 'a time such as 2026-03-02T15:04:05Z',
});
export const Reason = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: 'Why; kept with the campaign and shown to everyone.',
});
export const PhoneNumber = Type.String({
  minLength: 3,
  maxLength: 32,
  description:
    'A telephone number in international form (+49 30 901820), or as dialled within the default country.',
});

export const IdParameters = Type.Object({ id: Identifier }, STRICT);
/** Ids that the service itself gave: contacts, attempts, imports, keys. */
export const OpaqueIdParameters = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, STRICT);
export const NumberParameters = Type.Object({ number: PhoneNumber }, STRICT);

/** Name of a list within its campaign. */
export const ListName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f/]+$',
  description: 'name of a list within its campaign; main when absent',
});

export const PAGE_FIELDS = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Entries on a page.' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: '`nextCursor` of the page before.' }),
  ),
};
export const NextCursor = Type.Optional(
  Type.String({ description: 'Give it as `cursor` for the next page; absent on the last.' }),
);

const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    instance: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), detail: Type.String() }))),
  },
  { $id: 'Problem', title: 'Problem', description: 'RFC 9457 problem details.' },
);

export { ProblemSchema };

/** The error answers of a route, for its `response` schema, from the codes that it can give. */
export function problems(...codes: readonly ProblemCode[]): Record<number, TSchema> {
  const answers: Record<number, TSchema> = {};
  for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
    const titles = codes.filter((c) => PROBLEMS[c].status === status).map((c) => PROBLEMS[c].title);
    answers[status] = Type.Unsafe({
      description: `${titles.join('; ')}.`,
      content: { 'application/problem+json': { schema: Type.Ref('Problem#') } },
    });
  }
  return answers;
}

/** ISO 8601 text of an instant. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
