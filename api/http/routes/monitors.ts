/** Supervisors on live calls. */
import Type from 'typebox';
import { auditEntry } from '../audit.js';
import { type App, actorOf, type Context, command } from '../context.js';
import { OneOf, OpaqueIdParameters, problems, STRICT } from '../schemas.js';
import { ENDPOINT_PATTERN } from './agent-calls.js';

const Monitor = Type.Object(
  { attemptId: Type.String(), mode: Type.String(), by: Type.String() },
  { title: 'Monitor' },
);

export function monitorRoutes(app: App, context: Context): void {
  const tags = ['attempts'];
  const refusals = problems('validation_failed', 'key_missing', 'role_lacking', 'conflict', 'not_available');

  app.post(
    '/v1/attempts/:id/monitor',
    {
      schema: {
        operationId: 'monitorAttempt',
        tags,
        summary: 'Listen to a live call, whisper to its agent, or join it',
        description:
          "Calls the supervisor's phone. `listen`: nobody hears the supervisor; `whisper`: the agent does; `barge`: both do. Asked again with another mode, the supervisor goes on in that one.",
        params: OpaqueIdParameters,
        body: Type.Object(
          {
            mode: OneOf(['listen', 'whisper', 'barge']),
            endpoint: Type.String({
              pattern: ENDPOINT_PATTERN,
              description: "The supervisor's phone as the switch dials it, such as user/1000.",
            }),
          },
          { ...STRICT, examples: [{ mode: 'listen', endpoint: 'user/1000' }] },
        ),
        response: { 200: Monitor, ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { mode, endpoint } = request.body;
      const by = actorOf(request);
      await command(
        context,
        { type: 'monitor-start', attemptId: id, mode, endpoint, by },
        auditEntry(context, request, {
          action: 'attempt.monitor',
          subject: { kind: 'attempt', id },
          after: { mode, endpoint },
        }),
      );
      return { attemptId: id, mode, by };
    },
  );

  app.delete(
    '/v1/attempts/:id/monitor',
    {
      schema: {
        operationId: 'stopMonitor',
        tags,
        summary: 'Leave the call',
        params: OpaqueIdParameters,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await command(
        context,
        { type: 'monitor-stop', attemptId: id, by: actorOf(request) },
        auditEntry(context, request, {
          action: 'attempt.monitor-stop',
          subject: { kind: 'attempt', id },
        }),
      );
      return reply.code(204).send(null);
    },
  );
}
