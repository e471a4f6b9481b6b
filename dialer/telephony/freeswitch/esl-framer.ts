/**
 * Cuts the byte stream of FreeSWITCH's event socket into frames.
 *
 * A frame is a block of header lines, an empty line, and as many bytes of body as its `Content-Length` says:
 *
 *     Content-Length: 905\n                <- a reply has no Content-Length and thus no body
 *     Content-Type: text/event-plain\n
 *     \n
 *     <905 bytes>                          <- the next frame begins right here, without a newline
 *
 * Bytes are looked at once: the search for the empty line goes on where it stopped, and a body is not touched
 * before it has arrived whole. A frame above the limit, or one whose length is no number, is an `EslFrameError`;
 * the stream cannot be trusted after it and the socket must be closed.
 */

const newline = 0x0a;
const carriageReturn = 0x0d;

/** Longest header block of a frame; real ones have less than 300 bytes. */
const maximumHeadBytes = 64 * 1024;

export class EslFrameError extends Error {
  override readonly name = 'EslFrameError';
}

export interface EslFrame {
  /** Header lines without the empty line, one character per byte. */
  readonly head: string;
  readonly body: Buffer;
  /** The whole frame as it came, head, empty line and body. */
  readonly bytes: Buffer;
}

/**
 * Value of a header in a block of header lines, without surrounding spaces; undefined when absent.
 * Names are compared exactly, as FreeSWITCH always writes them in one way.
 */
export function headerOf(head: string, name: string): string | undefined {
  let start = 0;
  while (start < head.length) {
    let end = head.indexOf('\n', start);
    if (end < 0) end = head.length;
    if (head.startsWith(name, start) && head[start + name.length] === ':')
      return head.slice(start + name.length + 1, end).trim();
    start = end + 1;
  }
  return undefined;
}

export class EslFramer {
  readonly #maximumFrameBytes: number;
  /** Chunks of the unfinished frame, the first beginning at its first byte. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Total bytes that must be there before looking again is of use. */
  #neededBytes = 0;
  /** How far the search for the end of the head has come in the unfinished frame. */
  #scannedBytes = 0;
  #stopped = false;

  /** @param maximumFrameBytes largest frame accepted, head and body. */
  constructor(maximumFrameBytes: number) {
    this.#maximumFrameBytes = maximumFrameBytes;
  }

  /**
   * Takes the next bytes and hands each finished frame on, in order. Frames are views of the received buffers.
   * @throws EslFrameError on an oversized or malformed frame.
   */
  push(chunk: Buffer, onFrame: (frame: EslFrame) => void): void {
    if (this.#stopped || chunk.length === 0) return;
    let buffer = chunk;
    if (this.#pendingBytes > 0) {
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
      if (this.#pendingBytes < this.#neededBytes) return;
      buffer = Buffer.concat(this.#pending, this.#pendingBytes);
    }
    let start = 0;
    let scanned = this.#scannedBytes;
    let needed = 0;
    while (!this.#stopped) {
      if (scanned === 0) {
        while (buffer[start] === newline || buffer[start] === carriageReturn) start++;
      }
      const available = buffer.length - start;
      if (available === 0) break;
      const headEnd = buffer.indexOf('\n\n', start + Math.max(scanned - 1, 0), 'latin1');
      if (headEnd < 0) {
        if (available > maximumHeadBytes)
          throw new EslFrameError(`header block of more than ${maximumHeadBytes} bytes from the switch`);
        scanned = available;
        needed = available + 1;
        break;
      }
      const head = buffer.toString('latin1', start, headEnd);
      const headBytes = headEnd + 2 - start;
      const frameBytes = headBytes + this.#bodyBytes(head);
      if (frameBytes > this.#maximumFrameBytes)
        throw new EslFrameError(
          `frame of ${frameBytes} bytes from the switch; at most ${this.#maximumFrameBytes} are accepted`,
        );
      if (available < frameBytes) {
        // The head is found again when the body is there: once, whatever the number of chunks in between.
        scanned = headBytes - 1;
        needed = frameBytes;
        break;
      }
      onFrame({
        head,
        body: buffer.subarray(start + headBytes, start + frameBytes),
        bytes: buffer.subarray(start, start + frameBytes),
      });
      start += frameBytes;
      scanned = 0;
    }
    this.#pending = start < buffer.length && !this.#stopped ? [buffer.subarray(start)] : [];
    this.#pendingBytes = this.#pending[0]?.length ?? 0;
    this.#neededBytes = needed;
    this.#scannedBytes = this.#pendingBytes > 0 ? scanned : 0;
  }

  /** The bytes of the frame that was not finished: at the end of a stream they may hold a disconnect notice. */
  remainder(): Buffer {
    return Buffer.concat(this.#pending, this.#pendingBytes);
  }

  /** No further frame is handed on, not even those already received. */
  stop(): void {
    this.#stopped = true;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #bodyBytes(head: string): number {
    const text = headerOf(head, 'Content-Length');
    if (text === undefined) return 0;
    if (!/^\d{1,15}$/.test(text))
      throw new EslFrameError(`Content-Length '${text.slice(0, 40)}' is no number`);
    return Number(text);
  }
}
