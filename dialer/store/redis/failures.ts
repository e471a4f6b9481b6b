/** What a Redis that fails means to who asked the store. */
import { StoreError } from '../errors.js';

/** Replies that say that nothing was carried out, and why. */
const REPLIES: readonly (readonly [
  RegExp,
  'store_unavailable' | 'store_full' | 'store_unsupported',
  string,
])[] = [
  [
    /^OOM|used memory > 'maxmemory'/,
    'store_full',
    'Redis has no memory left: raise maxmemory, or prune old records',
  ],
  [/^READONLY/, 'store_unavailable', 'the Redis that was asked is a replica now: a failover is under way'],
  [/^LOADING/, 'store_unavailable', 'Redis is loading its data: wait until it has'],
  [
    /^(CLUSTERDOWN|TRYAGAIN|MASTERDOWN)/,
    'store_unavailable',
    'a part of the Redis is down: wait for its failover',
  ],
  [/^(BUSY|NOREPLICAS|MISCONF)/, 'store_unavailable', 'Redis takes no writes now'],
  [
    /^(NOAUTH|WRONGPASS|NOPERM)/,
    'store_unsupported',
    'Redis refuses these credentials: check user and password',
  ],
];
/** The command never left this process, or no connection was made. */
const NEVER_SENT =
  /enableOfflineQueue|Cluster isn't ready|None of startup nodes|Failed to refresh slots|ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|All sentinels are unreachable|Connection is closed before/;

/**
 * The error as a store's own: `store_unavailable` and `store_full` say that nothing was carried out and that it may be asked
 * again, `store_deadline` that it may have been.
 */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // A script's errors come with the place of the failing line behind them.
  const reply = message.replace(/^ERR Error running script.*?: /, '');
  for (const [pattern, code, meaning] of REPLIES)
    if (pattern.test(reply) || pattern.test(message))
      return new StoreError(code, `${meaning} (${message})`, { cause: error });
  if (NEVER_SENT.test(message))
    return new StoreError('store_unavailable', `Redis cannot be reached: check that it runs (${message})`, {
      cause: error,
    });
  if (/timed out|Connection is closed|ECONNRESET|EPIPE|ETIMEDOUT|max retries/i.test(message))
    return new StoreError(
      'store_deadline',
      `Redis did not answer in time: it may have done it or not (${message})`,
      {
        cause: error,
      },
    );
  return new StoreError('store_failed', `Redis refused the command (${message})`, { cause: error });
}
