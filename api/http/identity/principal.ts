/** Who makes a request: an API key or a user who has logged in. To the routes both are the same. */
import type { FastifyRequest } from 'fastify';
import type { AuditActor } from '../../../dialer/audit/index.js';
import type { ApiKey } from '../../../dialer/store/port.js';
import { fieldProblem, Problem } from '../problem.js';

export type Role = ApiKey['role'];
export const ROLES: readonly Role[] = ['admin', 'operator', 'supervisor', 'agent', 'integrator', 'read-only'];

export interface Principal {
  readonly kind: 'key' | 'user';
  /** Id of the key; name that the user logs in with. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** With the role agent: the one agent that it may act as. */
  readonly agentId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined on routes that are open to all. */
    principal: Principal | undefined;
  }
}

/** Who asks, on a route that is not open to all. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Problem('key_missing');
  return request.principal;
}

/** Who asks, as the audit log records it. */
export function auditActorOf({ kind, id, name, role }: Principal): AuditActor {
  return { kind, id, name, role };
}

/** For messages: `the key crm`, `the user ada`. */
export function described({ kind, id, name }: Principal): string {
  return `the ${kind} ${kind === 'user' ? id : name}`;
}

/** @throws Problem unless those of the role agent, and no others, are an agent */
export function checkAgent(role: Role, agentId: string | undefined): void {
  if (role === 'agent' && agentId === undefined)
    throw fieldProblem('agentId', 'is missing: name the agent that this is');
  if (role !== 'agent' && agentId !== undefined)
    throw fieldProblem('agentId', `is for the role agent only, not for ${role}: leave it out`);
}
