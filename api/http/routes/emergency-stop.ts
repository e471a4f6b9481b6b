/** The emergency stop: one request that ends all dialling at once, until it is lifted. */
import Type from 'typebox';
import type { EmergencyStop } from '../../../dialer/core/model.js';
import { auditEntry } from '../audit.js';
import { type App, actorOf, type Context, command } from '../context.js';
import { Instant, iso, problems, STRICT } from '../schemas.js';

const PATH = '/v1/emergency-stop';
const LONGEST_REASON = 2000;

const StopAnswer = Type.Object(
  {
    active: Type.Boolean({ description: 'All dialling is stopped.' }),
    since: Type.Optional(Instant),
    by: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
  },
  { title: 'EmergencyStop' },
);

function stopAnswer(stop: EmergencyStop | undefined) {
  if (stop === undefined) return { active: false };
  return { active: true, since: iso(stop.since), by: stop.by, reason: stop.reason };
}

export function emergencyStopRoutes(app: App, context: Context): void {
  const tags = ['operations'];
  const current = () => context.views.current().emergencyStop;

  app.get(
    PATH,
    {
      schema: {
        operationId: 'getEmergencyStop',
        tags,
        summary: 'Is all dialling stopped?',
        response: { 200: StopAnswer, ...problems('key_missing', 'role_lacking') },
      },
    },
    async () => stopAnswer(current()),
  );

  app.post(
    PATH,
    {
      schema: {
        operationId: 'stopAllDialling',
        tags,
        summary: 'Stop all dialling of all campaigns at once',
        description:
          'From this instant no call is placed. Calls that ring are hung up; people who have answered are still served. It is durable before it is answered, holds over restarts, and ends only when it is lifted. A second one changes nothing.',
        body: Type.Object(
          {
            reason: Type.String({
              minLength: 1,
              maxLength: LONGEST_REASON,
              pattern: '\\S',
              description: 'why everything stops, in words; everybody sees them',
            }),
          },
          { ...STRICT, examples: [{ reason: 'The wrong list was loaded' }] },
        ),
        response: {
          200: StopAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'not_available'),
        },
      },
    },
    async (request) => {
      const { reason } = request.body;
      await command(
        context,
        { type: 'emergency-stop', active: true, by: actorOf(request), reason },
        auditEntry(context, request, {
          action: 'emergency-stop.set',
          subject: { kind: 'emergency-stop', id: '' },
          reason,
          before: stopAnswer(current()),
        }),
      );
      return stopAnswer(current());
    },
  );

  app.delete(
    PATH,
    {
      schema: {
        operationId: 'liftEmergencyStop',
        tags,
        summary: 'Lift the emergency stop: running campaigns dial again',
        querystring: Type.Object(
          {
            reason: Type.Optional(
              Type.String({
                maxLength: LONGEST_REASON,
                description: 'Why it may go on; kept in the audit log.',
              }),
            ),
          },
          STRICT,
        ),
        response: {
          200: StopAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'not_available'),
        },
      },
    },
    async (request) => {
      const { reason = '' } = request.query;
      await command(
        context,
        { type: 'emergency-stop', active: false, by: actorOf(request), reason },
        auditEntry(context, request, {
          action: 'emergency-stop.lift',
          subject: { kind: 'emergency-stop', id: '' },
          before: stopAnswer(current()),
          after: stopAnswer(undefined),
          ...(reason === '' ? {} : { reason }),
        }),
      );
      return stopAnswer(current());
    },
  );
}
