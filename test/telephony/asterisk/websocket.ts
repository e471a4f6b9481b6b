/** The server's side of a websocket, as far as Asterisk's events need it: text out, pings and closes in. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Of RFC 6455, 1.3. */
const acceptedKey = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export class ServerWebSocket {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);

  constructor(request: IncomingMessage, socket: Socket) {
    this.#socket = socket;
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${acceptedKey}`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => socket.destroy());
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  close(): void {
    this.#socket.destroy();
  }

  #write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const head =
      length < 126
        ? Buffer.from([0x80 | opcode, length])
        : Buffer.from([0x80 | opcode, 126, length >> 8, length & 255]);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  /** A client's frames are masked and, here, always short. */
  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 6) {
      const [first = 0, second = 0] = this.#received;
      const length = second & 127;
      if (this.#received.length < 6 + length) return;
      const mask = this.#received.subarray(2, 6);
      const payload = this.#received.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
      this.#received = this.#received.subarray(6 + length);
      if ((first & 15) === opcodes.ping) this.#write(opcodes.pong, Buffer.from(payload));
      else if ((first & 15) === opcodes.close) this.close();
    }
  }
}
