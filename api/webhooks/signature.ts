/** Secrets and signatures of webhooks: HMAC-SHA-256 over time and body, as `Tactus-Signature: t=…,v1=…`. */
import { createHmac, randomBytes } from 'node:crypto';
import type { WebhookRecord } from '../../dialer/store/webhooks.js';

/** A new secret: 256 random bits. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

/**
 * The header's value. What is signed is the time, a dot and the body's bytes, so that neither can be changed and an old
 * delivery cannot be sent again as a new one. While a secret is replaced there is a `v1` for each of the two.
 *
 * @param secrets the new one first
 * @param seconds Unix time
 */
export function signatureOf(secrets: readonly string[], seconds: number, body: string): string {
  const digests = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`,
  );
  return [`t=${seconds}`, ...digests].join(',');
}

/** The secrets that sign at this moment, the newest first. */
export function secretsOf(
  { secret, previousSecret }: Pick<WebhookRecord, 'secret' | 'previousSecret'>,
  now: number,
): readonly string[] {
  return previousSecret !== undefined && now < previousSecret.until
    ? [secret, previousSecret.secret]
    : [secret];
}
