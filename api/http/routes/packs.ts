/** The rule packs in force. */
import Type from 'typebox';
import { PACK_NOTICE, ruleId } from '../../../compliance/index.js';
import type { App, Context } from '../context.js';
import { problems } from '../schemas.js';

export function packRoutes(app: App, context: Context): void {
  app.get(
    '/v1/compliance/packs',
    {
      schema: {
        operationId: 'listPacks',
        tags: ['numbers'],
        summary: 'The rule packs in force, with their rules and sources',
        response: {
          200: Type.Object(
            {
              notice: Type.String(),
              items: Type.Array(
                Type.Object({
                  id: Type.String(),
                  title: Type.String(),
                  version: Type.String({ description: 'Changes with every change of content.' }),
                  asOf: Type.String({ description: 'Date of the last check of the sources.' }),
                  jurisdictions: Type.Array(Type.String()),
                  rules: Type.Array(
                    Type.Object({ id: Type.String(), kind: Type.String(), source: Type.String() }),
                  ),
                  notes: Type.Optional(Type.String()),
                }),
              ),
            },
            { title: 'Packs' },
          ),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({
      notice: PACK_NOTICE,
      items: context.packs.map(({ id, title, version, asOf, jurisdictions, rules, notes }) => ({
        id,
        title,
        version,
        asOf,
        jurisdictions: [...jurisdictions],
        rules: rules.map((rule, i) => ({ id: ruleId(rule, i), kind: rule.kind, source: rule.source })),
        ...(notes === undefined ? {} : { notes }),
      })),
    }),
  );
}
