/** A raw event-socket client for the tests: it knows frames, and nothing of the project's own adapter. */
import { createConnection, type Socket } from 'node:net';

export interface Frame {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface EslEvent {
  readonly name: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Header names as they came, doubled ones included. */
  readonly names: readonly string[];
  readonly body: string;
  readonly bytes: number;
}

interface Waiter {
  readonly wants: (event: EslEvent) => boolean;
  readonly resolve: (event: EslEvent) => void;
}

const DEADLINE = 15_000;

export class EslClient {
  readonly events: EslEvent[] = [];
  readonly notices: string[] = [];
  readonly #chunks: Buffer[] = [];
  closed = false;
  readonly whenClosed: Promise<void>;
  readonly #socket: Socket;
  readonly #replies: ((frame: Frame) => void)[] = [];
  readonly #waiters: Waiter[] = [];
  #buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.whenClosed = new Promise((resolve) => {
      socket.on('close', () => {
        this.closed = true;
        resolve();
      });
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#read();
    });
  }

  /** Everything received, for looking at bytes. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Connects without authenticating. */
  static async open(port: number): Promise<EslClient> {
    const socket = createConnection(port, '127.0.0.1');
    const client = new EslClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  static async connect(port: number, password = 'ClueCon'): Promise<EslClient> {
    const client = await EslClient.open(port);
    await client.command(`auth ${password}`);
    return client;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The next command or api reply. */
  reply(): Promise<Frame> {
    return within(new Promise((resolve) => this.#replies.push(resolve)), 'a reply');
  }

  /** A command's Reply-Text. */
  async command(text: string): Promise<string> {
    const reply = this.reply();
    this.write(`${text}\n\n`);
    return (await reply).headers.get('Reply-Text') ?? '';
  }

  async api(text: string): Promise<string> {
    const reply = this.reply();
    this.write(`api ${text}\n\n`);
    return (await reply).body;
  }

  /** Runs a command in the background and gives its result. */
  async background(text: string, job = crypto.randomUUID()): Promise<string> {
    const done = this.event((event) => event.headers.get('Job-UUID') === job);
    await this.command(`bgapi ${text}\nJob-UUID: ${job}`);
    return (await done).body;
  }

  /** The first event, past or to come, that fits. */
  event(wants: (event: EslEvent) => boolean): Promise<EslEvent> {
    const past = this.events.find(wants);
    if (past !== undefined) return Promise.resolve(past);
    return within(new Promise((resolve) => this.#waiters.push({ wants, resolve })), 'an event');
  }

  named(name: string, uuid?: string): Promise<EslEvent> {
    return this.event(
      (event) => event.name === name && (uuid === undefined || event.headers.get('Unique-ID') === uuid),
    );
  }

  namesOf(uuid: string): string[] {
    return this.events.filter(({ headers }) => headers.get('Unique-ID') === uuid).map(({ name }) => name);
  }

  #read(): void {
    for (;;) {
      const end = this.#buffer.indexOf('\n\n');
      if (end < 0) return;
      const headers = new Map(
        this.#buffer
          .toString('utf8', 0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const),
      );
      const length = Number(headers.get('Content-Length') ?? 0);
      if (this.#buffer.length < end + 2 + length) return;
      const body = this.#buffer.toString('utf8', end + 2, end + 2 + length);
      const bytes = end + 2 + length;
      this.#buffer = this.#buffer.subarray(bytes);
      this.#frame({ headers, body }, bytes);
    }
  }

  #frame(frame: Frame, bytes: number): void {
    switch (frame.headers.get('Content-Type')) {
      case 'command/reply':
      case 'api/response':
        this.#replies.shift()?.(frame);
        return;
      case 'text/disconnect-notice':
        this.notices.push(frame.body);
        return;
      case 'text/event-plain':
        this.#event(plainEvent(frame.body, bytes));
        return;
      case 'text/event-json':
        this.#event(jsonEvent(frame.body, bytes));
    }
  }

  #event(event: EslEvent): void {
    this.events.push(event);
    for (let index = this.#waiters.length - 1; index >= 0; index--) {
      const waiter = this.#waiters[index]!;
      if (!waiter.wants(event)) continue;
      this.#waiters.splice(index, 1);
      waiter.resolve(event);
    }
  }
}

function plainEvent(text: string, bytes: number): EslEvent {
  const end = text.indexOf('\n\n');
  const pairs = text
    .slice(0, end)
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), decodeURIComponent(line.slice(colon + 2))] as const;
    });
  const headers = new Map(pairs);
  return {
    name: headers.get('Event-Name')!,
    headers,
    names: pairs.map(([name]) => name),
    body: text.slice(end + 2),
    bytes,
  };
}

function jsonEvent(text: string, bytes: number): EslEvent {
  const fields = JSON.parse(text) as Record<string, string>;
  // JSON.parse keeps one of two equal names; the names are read from the text.
  const names = [...text.matchAll(/[{,]"((?:[^"\\]|\\.)*)":"(?:[^"\\]|\\.)*"/g)].map((match) => match[1]!);
  return {
    name: fields['Event-Name']!,
    headers: new Map(Object.entries(fields)),
    names,
    body: fields['_body'] ?? '',
    bytes,
  };
}

export async function within<T>(promise: Promise<T>, what: string, milliseconds = DEADLINE): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come in ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
