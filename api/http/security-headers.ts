/** Headers that tell browsers what pages may do with our answers, and other sites that they may do nothing. */
import type { App } from './context.js';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Answers are data, not pages; the pages have a policy of their own.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};
/** A year, and no plain http in the meantime. */
const TLS_ONLY = { 'strict-transport-security': 'max-age=31536000' };

const CORS_METHODS = 'GET, POST, PUT, PATCH, DELETE';
const CORS_HEADERS = 'authorization, content-type, idempotency-key, if-match, last-event-id';
const CORS_EXPOSED =
  'etag, location, idempotency-replayed, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset';

/**
 * @param corsOrigins pages of these origins may use the API, with an API key: cookies are never taken from them
 */
export function installSecurityHeaders(app: App, corsOrigins: readonly string[]): void {
  const allowed = new Set(corsOrigins);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(HEADERS);
    if (request.protocol === 'https') reply.headers(TLS_ONLY);
    if (allowed.size === 0) return done();
    // Also where it is not allowed: a cache must not mix the answers up.
    reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return done();
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': CORS_EXPOSED,
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
      return done();
    // An answer ends the hooks.
    void reply
      .code(204)
      .headers({
        'access-control-allow-methods': CORS_METHODS,
        'access-control-allow-headers': CORS_HEADERS,
        'access-control-max-age': '600',
      })
      .send();
  });
}
