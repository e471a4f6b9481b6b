/** Areas under a declared emergency, which the operator feeds: nobody in them is called meanwhile. */
import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import type { EmergencyAreaRecord } from '../../../dialer/core/model.js';
import { auditEntry } from '../audit.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { requireCountry } from '../phone-numbers.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, IdParameters, Instant, iso, OneOf, problems, STRICT } from '../schemas.js';

/** All of them are looked at for each call. */
const MOST_AREAS = 1_000;
const PURPOSES = ['sales', 'fundraising', 'survey', 'service', 'collection', 'political'] as const;

const FIELDS = {
  area: Type.String({
    pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$',
    description: 'a country or region of ISO 3166, such as US or US-LA',
  }),
  postalCodes: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Za-z0-9 -]{1,12}$' }), {
      minItems: 1,
      maxItems: 5_000,
      description: 'Beginnings of postal codes; the whole area when absent.',
    }),
  ),
  from: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default: now.' })),
  until: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Until further notice when absent.' })),
  purposes: Type.Optional(
    Type.Array(OneOf(PURPOSES), {
      minItems: 1,
      uniqueItems: true,
      description:
        'Calls that it stops besides those that a rule pack says; sales and fundraising when absent.',
    }),
  ),
  reason: Type.String({ minLength: 1, maxLength: 500, description: 'Such as the number of the order.' }),
};
const AreaInput = Type.Object(
  { id: Type.Optional(Identifier), ...FIELDS },
  {
    ...STRICT,
    examples: [
      {
        id: 'ida-2026',
        area: 'US-LA',
        postalCodes: ['701'],
        from: '2026-03-01T00:00:00Z',
        until: '2026-03-15T00:00:00Z',
        reason: 'Proclamation 33 JBE 2026',
      },
    ],
  },
);
const AreaAnswer = Type.Object(
  { id: Type.String(), ...FIELDS, from: Instant, createdAt: Instant, inForce: Type.Boolean() },
  { title: 'EmergencyArea' },
);

function areaAnswer(area: EmergencyAreaRecord, now: number) {
  const { id, postalCodes, purposes, until } = area;
  return {
    id,
    area: area.area,
    ...(postalCodes === undefined ? {} : { postalCodes: [...postalCodes] }),
    from: iso(area.from),
    ...(until === undefined ? {} : { until: iso(until) }),
    ...(purposes === undefined ? {} : { purposes: [...purposes] }),
    reason: area.reason,
    createdAt: iso(area.createdAt),
    inForce: area.from <= now && now < (until ?? Number.POSITIVE_INFINITY),
  };
}

export function emergencyRoutes(app: App, context: Context): void {
  const { engine } = context;
  const { store } = engine;
  const tags = ['numbers'];

  function areaOf(input: Static<typeof AreaInput>): EmergencyAreaRecord {
    const now = context.now();
    const { id = `area-${randomBytes(4).toString('hex')}`, area, postalCodes, purposes, reason } = input;
    requireCountry('area', area.slice(0, 2));
    const from = input.from === undefined ? now : Date.parse(input.from);
    const until = input.until === undefined ? undefined : Date.parse(input.until);
    if (until !== undefined && until <= from)
      throw fieldProblem('until', 'is not after from: give a later time');
    return defined({ id, area, postalCodes, from, until, purposes, reason, createdAt: now });
  }

  /** The engine judges by the new areas before the change is answered. */
  async function tellEngine(): Promise<void> {
    engine.notify({ type: 'emergency-areas-changed', areas: await store.emergencyAreas() });
  }

  app.get(
    '/v1/compliance/emergency-areas',
    {
      schema: {
        operationId: 'listEmergencyAreas',
        tags,
        summary: 'Areas in which nobody may be called for a time',
        response: {
          200: Type.Object({ items: Type.Array(AreaAnswer) }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => {
      const now = context.now();
      return { items: (await store.emergencyAreas()).map((area) => areaAnswer(area, now)) };
    },
  );

  app.post(
    '/v1/compliance/emergency-areas',
    {
      schema: {
        operationId: 'saveEmergencyArea',
        tags,
        summary: 'Declare an area, or change one: calls into it stop at once',
        description:
          'A contact whose postal code is not known may be inside, and is not called. Calls that stand go on.',
        body: AreaInput,
        response: {
          200: AreaAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'conflict'),
        },
      },
    },
    async (request) => {
      const area = areaOf(request.body);
      const known = await store.emergencyAreas();
      const before = known.find(({ id }) => id === area.id);
      if (before === undefined && known.length >= MOST_AREAS)
        throw new Problem('conflict', `There are ${MOST_AREAS} areas: remove those that are over.`);
      const entry = auditEntry(context, request, {
        action: 'emergency-area.save',
        subject: { kind: 'emergency-area', id: area.id },
        reason: area.reason,
        ...(before === undefined ? {} : { before: areaAnswer(before, context.now()) }),
        after: areaAnswer(area, context.now()),
      });
      await store.audited(entry, 'saveEmergencyArea', [area]);
      await tellEngine();
      return areaAnswer(area, context.now());
    },
  );

  app.delete(
    '/v1/compliance/emergency-areas/:id',
    {
      schema: {
        operationId: 'removeEmergencyArea',
        tags,
        summary: 'The emergency is over: the area may be called again',
        params: IdParameters,
        response: {
          204: Type.Null({ description: 'It is removed.' }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'area_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = (await store.emergencyAreas()).find((area) => area.id === id);
      if (before === undefined) throw new Problem('area_not_found', `There is no area ${id}.`);
      const entry = auditEntry(context, request, {
        action: 'emergency-area.remove',
        subject: { kind: 'emergency-area', id },
        before: areaAnswer(before, context.now()),
      });
      await store.audited(entry, 'removeEmergencyArea', [id]);
      await tellEngine();
      return reply.code(204).send(null);
    },
  );
}
