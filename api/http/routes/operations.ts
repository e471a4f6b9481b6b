/** For those who run the service: health, readiness, metrics, overview. Most of it needs no key. */
import Type from 'typebox';
import type { App, Context } from '../context.js';
import { withDeadline } from '../deadline.js';
import { Problem } from '../problem.js';
import { problems, STRICT } from '../schemas.js';
import { sendText } from '../send-text.js';

const READINESS_MILLISECONDS = 2_000;

const OverviewQuery = Type.Object(
  {
    history: Type.Optional(
      Type.Boolean({ default: false, description: 'With samples of the last ten minutes.' }),
    ),
  },
  STRICT,
);
const OverviewAnswer = Type.Unsafe({
  type: 'object',
  additionalProperties: true,
  title: 'Overview',
  description: 'Aggregates only: no person, no telephone number, no agent, contact or attempt.',
});

/** `withMetrics`: /metrics is here, not on an address of its own. */
export function operationRoutes(app: App, context: Context, withMetrics: boolean): void {
  const { engine } = context;
  const tags = ['operations'];

  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'health',
        tags,
        summary: 'The process is alive',
        response: { 200: Type.Object({ status: Type.Literal('ok'), version: Type.String() }) },
      },
    },
    async () => ({ status: 'ok' as const, version: context.version }),
  );

  const Ready = Type.Object({
    ready: Type.Boolean(),
    checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() })),
  });
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'readiness',
        tags,
        summary: 'The service can take work: the store commits and a switch is connected',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const view = engine.view();
      const store = await withDeadline(
        engine.store.check(),
        READINESS_MILLISECONDS,
        () => new Error(`no answer in ${READINESS_MILLISECONDS / 1000} s`),
      ).then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      const up = view.switches.filter((s) => s.connected).length;
      const checks = [
        {
          name: 'store',
          ok: store === '' && !view.storeFailed,
          detail:
            store !== ''
              ? `The store cannot commit: ${store}`
              : view.storeFailed
                ? 'The engine waits for the store to take writes again.'
                : 'The store commits.',
        },
        {
          name: 'switches',
          ok: up > 0,
          detail: `${up} of ${view.switches.length} switches are connected${up > 0 ? '.' : ': nothing can be dialled.'}`,
        },
        // One switch that is down does not stop the others: it is told, but it does not count.
        ...view.switches
          .filter((s) => !s.connected)
          .map((s) => ({
            name: `switch ${s.switchId}`,
            ok: false,
            detail: `Switch ${s.switchId} is not connected${s.reason === '' ? '' : `: ${s.reason}`}.`,
          })),
        {
          name: 'engine',
          ok: !view.draining,
          detail: view.draining ? 'The service is stopping and takes no new work.' : 'The engine runs.',
        },
      ];
      const ready = checks.every((check) => check.ok || check.name.startsWith('switch '));
      return reply.code(ready ? 200 : 503).send({ ready, checks });
    },
  );

  if (withMetrics) {
    app.get(
      '/metrics',
      {
        schema: {
          operationId: 'metrics',
          tags,
          summary: 'Metrics for Prometheus',
          produces: ['text/plain'],
          response: { 200: Type.Unsafe({ type: 'string', description: 'Prometheus text format.' }) },
        },
      },
      async (_request, reply) => reply.type(context.metrics.contentType).send(await context.metrics.text()),
    );
  }

  app.get(
    '/v1/overview',
    {
      schema: {
        operationId: 'overview',
        tags,
        summary: 'What the first page shows',
        querystring: OverviewQuery,
        response: { 200: OverviewAnswer, ...problems('validation_failed', 'key_missing') },
      },
    },
    async (request, reply) => sendText(reply, context.overview.text(request.query.history === true)),
  );

  // The first page needs no key, so its figures need none: aggregates only. A service that faces the
  // public switches this off, and the page asks for a key.
  app.get(
    '/overview.json',
    {
      schema: {
        operationId: 'publicOverview',
        tags,
        summary: 'What the first page shows, without a key',
        description: 'The same aggregates as /v1/overview. It can be switched off; then it answers 401.',
        querystring: OverviewQuery,
        response: { 200: OverviewAnswer, ...problems('validation_failed', 'key_missing') },
      },
    },
    async (request, reply) => {
      if (!context.publicOverview) {
        throw new Problem(
          'key_missing',
          'The overview needs a key here: GET /v1/overview with Authorization: Bearer KEY.',
        );
      }
      return sendText(reply, context.overview.text(request.query.history === true));
    },
  );
}
