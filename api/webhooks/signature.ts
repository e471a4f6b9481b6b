/** Secrets and signatures of webhooks: HMAC-SHA-256 over time and body, as `Tactus-Signature: t=…,v1=…`. */
import { createHmac, randomBytes } from 'node:crypto';

/** A new secret: 256 random bits. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

/**
 * The header's value. What is signed is the time, a dot and the body's bytes, so that neither can be changed and an old
 * delivery cannot be sent again as a new one.
 *
 * @param seconds Unix time
 */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
