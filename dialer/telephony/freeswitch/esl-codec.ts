/**
 * Reads FreeSWITCH's event socket: frames into messages, and of each event only the headers that are wanted.
 *
 * A full-size event has some 200 headers and 5–11 KB, of which a dialer needs about fifteen. Turning the body
 * into one latin1 string, walking its lines and skipping those whose name has a length that no wanted header
 * has is several times faster than parsing them all (`bench/esl.ts`).
 *
 * Values are percent-encoded by the switch, but a value that already held `%XX` is sent as it was, and a caller's
 * display name may hold any byte. What does not decode is returned as it came: a stranger's name must never
 * stop the dialer.
 */
import { type EslFrame, EslFramer, headerOf } from './esl-framer.js';

/** Largest frame that is accepted from a switch on the event connection. */
export const maximumEventFrameBytes = 1024 * 1024;

export interface EslEvent {
  readonly name: string;
  /** The wanted headers that the event had, decoded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Inner body, as of BACKGROUND_JOB; empty when there is none. */
  readonly body: string;
}

export type EslMessage =
  | { readonly type: 'auth-request' }
  /** Answer to a command other than `api`. */
  | { readonly type: 'reply'; readonly text: string }
  /** Answer to `api`. */
  | { readonly type: 'api-response'; readonly body: string }
  | { readonly type: 'event'; readonly event: EslEvent }
  /** The switch is about to close the connection, and says why. */
  | { readonly type: 'disconnect-notice'; readonly text: string }
  /** The access list of the switch does not let us in. */
  | { readonly type: 'rejected'; readonly text: string }
  | { readonly type: 'unknown'; readonly contentType: string };

/** Decodes percent escapes as UTF-8; a text that does not decode is returned unchanged. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8, or a lone percent sign: the raw text is the best there is.
    return text;
  }
}

const noticeStart = 'Content-Type: text/disconnect-notice\n';

export class EslCodec {
  readonly #framer: EslFramer;
  readonly #wanted = new Set<string>(['Event-Name', 'Content-Length']);
  /** 1 at the lengths that a wanted name has. */
  readonly #wantedLengths = new Uint8Array(256);

  /** @param wantedHeaders names of the event headers to keep; others are never looked at. */
  constructor(wantedHeaders: readonly string[], maximumFrameBytes = maximumEventFrameBytes) {
    this.#framer = new EslFramer(maximumFrameBytes);
    for (const name of wantedHeaders) this.#wanted.add(name);
    for (const name of this.#wanted) this.#wantedLengths[name.length] = 1;
  }

  /**
   * Takes the next bytes and hands each finished message on, in order.
   * @throws EslFrameError on an oversized or malformed frame.
   */
  push(chunk: Buffer, onMessage: (message: EslMessage) => void): void {
    this.#framer.push(chunk, (frame) => onMessage(this.#message(frame)));
  }

  /** No further message is handed on. */
  stop(): void {
    this.#framer.stop();
  }

  /**
   * At the end of the stream: the disconnect notice that the switch wrote into the middle of a frame it
   * had half sent, as it does to a listener that lost events. Empty when there is none.
   */
  finish(): string {
    const rest = this.#framer.remainder().toString('latin1');
    const start = rest.lastIndexOf(noticeStart);
    if (start < 0) return '';
    const body = rest.indexOf('\n\n', start);
    return body < 0 ? '' : rest.slice(body + 2).trim();
  }

  #message(frame: EslFrame): EslMessage {
    const contentType = headerOf(frame.head, 'Content-Type') ?? '';
    switch (contentType) {
      case 'text/event-plain':
        return { type: 'event', event: this.#event(frame.body) };
      case 'command/reply':
        return { type: 'reply', text: decodePercent(headerOf(frame.head, 'Reply-Text') ?? '') };
      case 'api/response':
        return { type: 'api-response', body: frame.body.toString('utf8') };
      case 'auth/request':
        return { type: 'auth-request' };
      case 'text/disconnect-notice':
        return { type: 'disconnect-notice', text: frame.body.toString('utf8').trim() };
      case 'text/rude-rejection':
        return { type: 'rejected', text: frame.body.toString('utf8').trim() };
      default:
        return { type: 'unknown', contentType };
    }
  }

  #event(bytes: Buffer): EslEvent {
    const text = bytes.toString('latin1');
    const lengths = this.#wantedLengths;
    const headers: Record<string, string> = {};
    let body = '';
    let start = 0;
    while (start < text.length) {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      if (end === start) {
        body = this.#innerBody(text, start + 1, headers['Content-Length']);
        break;
      }
      const colon = text.indexOf(':', start);
      const nameLength = colon - start;
      if (nameLength > 0 && nameLength < 256 && colon < end && lengths[nameLength] === 1) {
        const name = text.slice(start, colon);
        // `Hangup-Cause` stands twice in CHANNEL_HANGUP_COMPLETE; both are the same.
        if (this.#wanted.has(name)) headers[name] = decodePercent(text.slice(colon + 2, end));
      }
      start = end + 1;
    }
    return { name: headers['Event-Name'] ?? '', headers, body };
  }

  #innerBody(text: string, start: number, length: string | undefined): string {
    const bytes = Number(length ?? 0);
    if (!(bytes > 0)) return '';
    return Buffer.from(text.slice(start, start + bytes), 'latin1').toString('utf8');
  }
}
