/** Answers to those who may not see telephone numbers: every number in them is masked, whatever the route. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { maskingStream, maskJson, maskNumbers } from '../privacy/masking.js';
import type { App } from './context.js';
import type { Role } from './identity/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Numbers that whoever asks may see in this answer, although the role may not. */
    shownNumbers: Set<string> | undefined;
  }
}

const MASKED_ROLES: ReadonlySet<Role> = new Set(['agent', 'read-only']);

/** Does the role see telephone numbers masked? */
export function seesMasked(role: Role): boolean {
  return MASKED_ROLES.has(role);
}

/** Shows one number in this answer, such as that of an agent's own call where the campaign lets the agent see it. */
export function showNumber(request: FastifyRequest, e164: string): void {
  request.shownNumbers ??= new Set();
  request.shownNumbers.add(e164);
}

export function installNumberPrivacy(app: App): void {
  app.decorateRequest('shownNumbers', undefined);
  app.addHook('onSend', (request, reply, payload, done) => {
    const { principal, shownNumbers } = request;
    const whole = principal === undefined || !seesMasked(principal.role);
    done(null, whole ? payload : masked(reply, payload, shownNumbers));
  });
}

function masked(reply: FastifyReply, payload: unknown, shown: ReadonlySet<string> | undefined): unknown {
  if (payload instanceof Readable) {
    reply.removeHeader('content-length');
    return payload.pipe(maskingStream(shown)).on('close', () => payload.destroy());
  }
  const text =
    typeof payload === 'string' ? payload : Buffer.isBuffer(payload) ? payload.toString() : undefined;
  if (text === undefined) return payload;
  const isJson = /json/.test(String(reply.getHeader('content-type')));
  const clean = isJson ? maskJson(text, shown) : maskNumbers(text, shown);
  reply.removeHeader('content-length');
  return clean;
}
