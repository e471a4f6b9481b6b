/** Domain events as they happen, by server-sent events, resumable from the journal. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import Type from 'typebox';
import type { DomainEventKind, JournalledEvent } from '../../../dialer/events/domain-events.js';
import { maskJson } from '../../privacy/masking.js';
import type { App, Context } from '../context.js';
import { withDeadline } from '../deadline.js';
import { principalOf } from '../identity/principal.js';
import { seesMasked } from '../number-privacy.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, OneOf, problems, STRICT } from '../schemas.js';

export const EVENT_KINDS = [
  'campaign-changed',
  'gate-decided',
  'attempt-started',
  'attempt-answered',
  'attempt-connected',
  'attempt-ended',
  'disposition-recorded',
  'agent-changed',
  'number-suppressed',
  'lead-refused',
  'switch-changed',
  'resynchronised',
  'halt-raised',
  'phase-changed',
  'emergency-stop-changed',
  'switch-drain-changed',
  'caller-id-flagged',
  'call-changed',
  'inbound-changed',
  'preview-changed',
] as const satisfies readonly DomainEventKind[];

/** A client that takes nothing for this long is let go; it resumes where it was. */
const STALLED_MILLISECONDS = 30_000;
/** Events that a filter hid, after which the client is told the position, so that a resume need not repeat them. */
const POSITION_EVERY = 1_000;

/** Who reads a stream. */
interface Reader {
  readonly wanted: (event: JournalledEvent) => boolean;
  /** Telephone numbers are masked. */
  readonly masked: boolean;
  readonly mayGoOn: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
}

export function eventRoutes(app: App, context: Context): void {
  const { events, limits } = context;
  const streams = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort();
  });

  app.get(
    '/v1/events',
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamEvents',
        tags: ['events'],
        summary: 'Domain events as they happen (server-sent events)',
        description:
          'Each event has its position in the journal as `id`, its kind as `event` and JSON as `data`. Give the last id as `Last-Event-ID` (or `after`) to go on from there; without it the stream begins now.',
        headers: Type.Object({
          'last-event-id': Type.Optional(Type.String({ description: 'Position to go on from.' })),
        }),
        querystring: Type.Object(
          {
            after: Type.Optional(
              Type.Integer({ minimum: 0, description: 'As Last-Event-ID; 0 begins with the first event.' }),
            ),
            kind: Type.Optional(
              Type.Array(OneOf(EVENT_KINDS), {
                maxItems: EVENT_KINDS.length,
                description: 'Only these kinds.',
              }),
            ),
            campaign: Type.Optional(
              Type.Unsafe<string>({ ...Identifier, description: 'Only events of this campaign.' }),
            ),
          },
          STRICT,
        ),
        produces: ['text/event-stream'],
        response: {
          200: Type.Unsafe({
            description: 'The stream, which goes on until either side ends it.',
            content: { 'text/event-stream': { schema: Type.String() } },
          }),
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'too_many_streams'),
        },
      },
    },
    async (request, reply) => {
      if (streams.size >= limits.eventStreams) throw new Problem('too_many_streams');
      const position = startOf(request.headers['last-event-id'], request.query.after);
      const stream = new AbortController();
      streams.add(stream);
      try {
        const start = position ?? (await events.last());
        reply.hijack();
        const headers = Object.fromEntries(
          Object.entries(reply.getHeaders()).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
        );
        reply.raw.writeHead(200, {
          ...headers,
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
          // An ended stream would leave an idle connection, which holds up the end of the server.
          connection: 'close',
        });
        reply.raw.once('close', () => stream.abort());
        const reader: Reader = {
          wanted: filterOf(request.query),
          masked: seesMasked(principalOf(request).role),
          mayGoOn: () => request.mayGoOn(),
          signal: stream.signal,
          log: request.log,
        };
        void follow(reply.raw, start, reader).finally(() => streams.delete(stream));
      } catch (error) {
        streams.delete(stream);
        throw error;
      }
    },
  );

  /** Writes events from the position on, at the client's pace: nothing is queued for a slow client. */
  async function follow(
    response: ServerResponse,
    start: number,
    { wanted, masked, mayGoOn, signal, log }: Reader,
  ): Promise<void> {
    let position = start;
    let told = start;
    let checkedAt = performance.now();
    try {
      await write(response, 'retry: 2000\n\n', signal);
      while (!signal.aborted) {
        if (performance.now() - checkedAt >= limits.accessCheckMilliseconds) {
          // Whoever has been logged out, or whose key was revoked, is told no more.
          if (!(await mayGoOn())) return;
          checkedAt = performance.now();
        }
        const news = newsOrHeartbeat(signal);
        try {
          const batch = await events.after(position);
          let text = '';
          for (const event of batch) {
            position = event.sequence;
            if (wanted(event)) {
              text += masked ? maskJson(frame(event)) : frame(event);
              told = position;
            }
          }
          if (position - told >= POSITION_EVERY) {
            text += `id: ${position}\n\n`;
            told = position;
          }
          if (text !== '') await write(response, text, signal);
          if (batch.length === 0 && (await news.wait()) === 'heartbeat') {
            await write(response, ': heartbeat\n\n', signal);
          }
        } finally {
          news.end();
        }
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'event stream ended');
    } finally {
      response.end();
      // A client that does not read never lets `end` finish.
      if (response.writableLength > 0) response.destroy();
    }
  }

  /** Listening begins before the events are read, so that none falls between. */
  function newsOrHeartbeat(signal: AbortSignal): {
    wait(): Promise<'news' | 'heartbeat' | 'closed'>;
    end(): void;
  } {
    let settle: (what: 'news' | 'heartbeat' | 'closed') => void = () => undefined;
    const settled = new Promise<'news' | 'heartbeat' | 'closed'>((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => settle('heartbeat'), limits.heartbeatMilliseconds);
    const unsubscribe = events.onNews(() => settle('news'));
    const closed = () => settle('closed');
    signal.addEventListener('abort', closed);
    return {
      wait: () => settled,
      end: () => {
        clearTimeout(timer);
        unsubscribe();
        signal.removeEventListener('abort', closed);
      },
    };
  }
}

async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return;
  await withDeadline(
    once(response, 'drain', { signal }),
    STALLED_MILLISECONDS,
    () => new Error('the client takes no events'),
  );
}

function frame({ sequence, event }: JournalledEvent): string {
  return `id: ${sequence}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}

function filterOf(query: {
  readonly kind?: readonly DomainEventKind[];
  readonly campaign?: string;
}): (event: JournalledEvent) => boolean {
  const kinds = query.kind === undefined ? undefined : new Set(query.kind);
  return ({ event }) =>
    (kinds === undefined || kinds.has(event.kind)) &&
    (query.campaign === undefined || ('campaignId' in event && event.campaignId === query.campaign));
}

function startOf(header: string | undefined, after: number | undefined): number | undefined {
  if (header === undefined || header === '') return after;
  if (!/^\d{1,15}$/.test(header)) {
    throw fieldProblem('header last-event-id', 'is not a position: give the id of the last event you have');
  }
  return Number(header);
}
