/**
 * Every write that succeeds leaves a record in the audit log. Routes make their own, with what was before and after,
 * and have it stored together with the change. For a route that makes none, one is recorded here before the answer
 * goes out, so that no change can be made over HTTP without a record.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditDraft, AuditEntry } from '../../dialer/audit/index.js';
import type { Operation } from './access.js';
import type { App, Context } from './context.js';
import { auditActorOf, type Principal, principalOf } from './identity/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The route has made the record of this request itself. */
    audited: boolean;
  }
  interface FastifyContextConfig {
    /** A write by its method only, such as a question that is too long for an address: nothing to record. */
    readonly changesNothing?: boolean;
  }
}

/**
 * What agents do about themselves is no change of the service: the journal has each of their states, and the attempt
 * its disposition. Done by anyone but an agent, all but the disposition is recorded.
 */
const AGENTS_OWN: ReadonlySet<string> = new Set<Operation>([
  'loginAgent',
  'readyAgent',
  'pauseAgent',
  'logoutAgent',
  'hangupAgent',
  'holdCall',
  'muteCall',
  'sendDigits',
  'transferCall',
  'consultCall',
  'completeConsult',
  'cancelConsult',
  'conferenceCall',
  'recordCall',
  'recordDisposition',
  'dialPreview',
  'skipPreview',
  'dialByHand',
  'saveAnswers',
]);

function isAgentsOwn(operation: string, { role }: Principal): boolean {
  return AGENTS_OWN.has(operation) && (role === 'agent' || operation === 'recordDisposition');
}

/** The record of a route's change, for `store.audited`, `engine.request` or `context.audit.record`. */
export function auditEntry(
  context: Pick<Context, 'audit'>,
  request: FastifyRequest,
  draft: Omit<AuditDraft, 'actor' | 'at'>,
): AuditEntry {
  request.audited = true;
  return context.audit.entry({ ...draft, actor: auditActorOf(principalOf(request)) });
}

/** The record of what somebody makes an agent do; undefined when an agent does it. */
export function forcedAgentEntry(
  context: Pick<Context, 'audit'>,
  request: FastifyRequest,
  agentId: string,
  action: string,
  before: string,
  reason?: string,
): AuditEntry | undefined {
  if (principalOf(request).role === 'agent') return undefined;
  return auditEntry(context, request, {
    action: `agent.${action}`,
    subject: { kind: 'agent', id: agentId },
    before: { state: before },
    ...(reason === undefined ? {} : { reason }),
  });
}

export function installAudit(app: App, context: Pick<Context, 'audit'>): void {
  app.decorateRequest('audited', false);
  // Called back and not awaited where nothing is changed, which is in most requests.
  app.addHook('onSend', (request, reply, payload, done) => {
    const { principal, method } = request;
    if (principal === undefined || method === 'GET' || method === 'HEAD') done(null, payload);
    else record(request, reply, principal).then(() => done(null, payload), done);
  });

  async function record(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<void> {
    const { config, schema, url } = request.routeOptions;
    if (reply.statusCode >= 300 || request.audited || config.changesNothing === true) return;
    if (reply.getHeader('idempotency-replayed') !== undefined) return;
    const operation = schema?.operationId ?? `${request.method} ${url}`;
    if (isAgentsOwn(operation, principal)) return;
    // What was sent may be about persons: the record says which of their fields there were, not what they held.
    const { id = '', number } = (request.params ?? {}) as { readonly id?: string; readonly number?: string };
    await context.audit.record({
      action: operation,
      actor: auditActorOf(principal),
      subject: { kind: schema?.tags?.[0] ?? 'service', id },
      ...(number === undefined ? {} : { numbers: [number] }),
      after: { fields: fieldsOf(request.body) },
    });
    request.audited = true;
  }
}

function fieldsOf(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || 'pipe' in body) return [];
  return Object.keys(body).sort();
}
