/** Bounds of webhook deliveries. */
export interface WebhookOptions {
  /** Take http addresses beyond this machine. */
  readonly plainHttp: boolean;
  /** Webhooks that there can be. */
  readonly mostWebhooks: number;
  /** A receiver has so long to answer, milliseconds. */
  readonly deadlineMilliseconds: number;
  /** Requests made for one delivery before it is given up. */
  readonly mostAttempts: number;
  /** Wait before the second request; it doubles with each one. */
  readonly firstRetryMilliseconds: number;
  /** The longest wait between two requests. */
  readonly longestRetryMilliseconds: number;
  /** Deliveries of one webhook that wait for another try; beyond it the journal is not read on. */
  readonly mostRetrying: number;
  /** Requests to one receiver at once. */
  readonly parallelPerWebhook: number;
  /** Requests to all receivers at once. */
  readonly parallel: number;
  /** In [0, 1): spreads the retries. */
  readonly random: () => number;
  /** Epoch milliseconds of the world that the receivers live in. */
  readonly now: () => number;
}

/** 24 tries with waits that double from 5 s to an hour: a receiver may be away for about half a day. */
export const DEFAULT_WEBHOOK_OPTIONS: WebhookOptions = {
  plainHttp: false,
  mostWebhooks: 50,
  deadlineMilliseconds: 10_000,
  mostAttempts: 24,
  firstRetryMilliseconds: 5_000,
  longestRetryMilliseconds: 3_600_000,
  mostRetrying: 1_000,
  parallelPerWebhook: 4,
  parallel: 32,
  random: Math.random,
  now: Date.now,
};

/** Wait before the next request after `attempts` of them: it doubles, up to a bound; its second half is by chance. */
export function retryDelay(
  attempts: number,
  {
    firstRetryMilliseconds,
    longestRetryMilliseconds,
    random,
  }: Pick<WebhookOptions, 'firstRetryMilliseconds' | 'longestRetryMilliseconds' | 'random'>,
): number {
  const full = Math.min(longestRetryMilliseconds, firstRetryMilliseconds * 2 ** (attempts - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}
