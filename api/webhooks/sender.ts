/** One request to a receiver of webhooks. */
import type { StoredWebhook } from '../../dialer/store/webhooks.js';
import { secretsOf, signatureOf } from './signature.js';

/** What is sent: the body's `id` is the same each time that it is sent again. */
export interface Message {
  readonly id: string;
  readonly kind: string;
  readonly body: string;
  /** 1 for the first request. */
  readonly attempt: number;
}

export interface SendResult {
  readonly delivered: boolean;
  /** 0 when there was no answer. */
  readonly status: number;
  /** One line; empty when it was delivered. */
  readonly error: string;
  /** The receiver asks for this much time, seconds. */
  readonly retryAfterSeconds: number;
  /** The receiver says that it wants no more of this: it is not tried again. */
  readonly final: boolean;
}

export interface SendOptions {
  readonly deadlineMilliseconds: number;
  readonly userAgent: string;
  /** Epoch milliseconds of the receivers' clock. */
  readonly now: () => number;
  /** Ends the request: the service stops. */
  readonly signal: AbortSignal;
}

/** Posts the message; any answer of 200–299 is a delivery. Redirects are not followed. Never rejects. */
export async function send(
  webhook: Pick<StoredWebhook, 'url' | 'secret' | 'previousSecret'>,
  { id, kind, body, attempt }: Message,
  { deadlineMilliseconds, userAgent, now, signal }: SendOptions,
): Promise<SendResult> {
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'tactus-delivery': id,
        'tactus-event': kind,
        'tactus-attempt': String(attempt),
        'tactus-signature': signatureOf(secretsOf(webhook, now()), Math.floor(now() / 1000), body),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMilliseconds)]),
    });
    // What the receiver writes is not read: the status is the answer.
    await response.body?.cancel();
    const { status } = response;
    return {
      delivered: response.ok,
      status,
      error: response.ok ? '' : refusal(status),
      retryAfterSeconds: Number(/^\d{1,6}$/.exec(response.headers.get('retry-after') ?? '')?.[0] ?? 0),
      final: status === 410,
    };
  } catch (error) {
    return {
      delivered: false,
      status: 0,
      error: failure(error, deadlineMilliseconds),
      retryAfterSeconds: 0,
      final: false,
    };
  }
}

function refusal(status: number): string {
  if (status >= 300 && status < 400)
    return `answered ${status}: redirects are not followed, give the address it leads to`;
  return `answered ${status}`;
}

function failure(error: unknown, deadlineMilliseconds: number): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no answer within ${deadlineMilliseconds / 1000} s`;
  return (cause?.code ?? cause?.message ?? message).replace(/\s+/g, ' ').slice(0, 200);
}
