/**
 * Rate limits: a bucket of tokens for everyone who asks, refilled steadily, so that short bursts are free. Those who
 * have a key or a session have a bucket of their own; all others share that of their address, and a key or cookie
 * that does not hold costs more, so that nobody tries many.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from './identity/login-throttle.js';
import { described } from './identity/principal.js';
import { Problem } from './problem.js';

export interface RateLimit {
  /** Requests a second that may go on for ever. */
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

export interface RateLimits {
  /** Of one key or one user. */
  readonly principal: RateLimit;
  /** Of one address, for requests without a key or a session that holds. */
  readonly address: RateLimit;
}

export const RATE_LIMITS: RateLimits = {
  principal: { perSecond: 200, burst: 1_000 },
  address: { perSecond: 100, burst: 2_000 },
};

/** What a refused key or cookie costs, in requests. */
const REFUSED_COST = 20;
/** Buckets that are kept; the one that was used longest ago is full again by then. */
const BUCKETS = 20_000;
/** Asked by machines that watch the service. */
const UNLIMITED: ReadonlySet<string> = new Set(['health', 'readiness', 'metrics']);

/** Buckets of tokens by name. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  /** Least recently used first. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** `now`: milliseconds of any clock that runs in real time. */
  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Takes `cost` tokens if there is one; `wait`: seconds until there is, 0 when it was taken. */
  take(name: string, cost: number): { readonly left: number; readonly wait: number; readonly reset: number } {
    const { perSecond, burst } = this.#limit;
    const now = this.#now();
    const held = this.#buckets.get(name);
    const refilled =
      held === undefined ? burst : Math.min(burst, held.tokens + ((now - held.at) / 1000) * perSecond);
    const allowed = refilled >= 1;
    // A refusal may cost more than there is: that is paid off before the next request.
    const tokens = allowed ? Math.max(-burst, refilled - cost) : refilled;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens, at: now });
    if (this.#buckets.size > BUCKETS) {
      const [oldest = ''] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    return {
      left: Math.max(0, Math.floor(tokens)),
      wait: allowed ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond)),
      reset: Math.ceil((burst - tokens) / perSecond),
    };
  }
}

export interface RateLimiter {
  /** Counts a request of the principal, or of its address where there is none; throws Problem `rate_limited`. */
  count(request: FastifyRequest, reply: FastifyReply): void;
  /** Counts a request whose key or cookie does not hold. */
  refused(request: FastifyRequest, reply: FastifyReply): void;
}

/** `now`: milliseconds of any clock that runs in real time. */
export function createRateLimiter(limits: RateLimits, now: () => number): RateLimiter {
  const principals = new TokenBuckets(limits.principal, now);
  const addresses = new TokenBuckets(limits.address, now);

  const take = (
    reply: FastifyReply,
    whose: string,
    limit: RateLimit,
    { left, wait, reset }: ReturnType<TokenBuckets['take']>,
  ): void => {
    void reply.headers({
      'ratelimit-limit': limit.burst,
      'ratelimit-remaining': left,
      'ratelimit-reset': reset,
    });
    if (wait === 0) return;
    throw new Problem(
      'rate_limited',
      `More than ${limit.perSecond} requests a second came from ${whose}: wait ${wait} s.`,
      undefined,
      wait,
    );
  };
  const ofAddress = (request: FastifyRequest, reply: FastifyReply, cost: number): void =>
    take(reply, 'your address', limits.address, addresses.take(networkOf(request.ip), cost));

  return {
    count(request, reply) {
      const { principal, routeOptions } = request;
      if (UNLIMITED.has(routeOptions.schema?.operationId ?? '')) return;
      if (principal === undefined) ofAddress(request, reply, 1);
      else {
        const name = `${principal.kind}/${principal.id}`;
        take(reply, described(principal), limits.principal, principals.take(name, 1));
      }
    },
    refused: (request, reply) => ofAddress(request, reply, REFUSED_COST),
  };
}
