/** A receiver of webhooks on a free port, which keeps what it is sent and answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: {
    readonly id: string;
    readonly sequence: number;
    readonly webhookId: string;
    readonly event: { readonly kind: string; readonly at: number } & Record<string, unknown>;
  };
}

/** A status, or one with headers; `hang` never answers, `slow` answers 204 after 50 ms. */
export type Reaction =
  | number
  | { readonly status: number; readonly headers: Record<string, string> }
  | 'hang'
  | 'slow';

export class WebhookReceiver {
  readonly received: Received[] = [];
  react: (request: Received) => Reaction = () => 204;
  /** Requests that were open at once, at most. */
  mostAtOnce = 0;
  #open = 0;
  readonly #server = createServer((request, response) => {
    let body = '';
    this.#open += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open);
    let open = true;
    const done = (): void => {
      if (open) this.#open -= 1;
      open = false;
    };
    response.once('close', done);
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const received: Received = { headers: request.headers, body, json: JSON.parse(body) };
      this.received.push(received);
      const reaction = this.react(received);
      if (reaction === 'hang') return;
      if (reaction === 'slow') {
        setTimeout(() => {
          done();
          response.writeHead(204).end();
        }, 50);
        return;
      }
      const { status, headers } = typeof reaction === 'number' ? { status: reaction, headers: {} } : reaction;
      response.writeHead(status, headers).end();
    });
  });

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tactus`;
  }

  sequences(): number[] {
    return this.received.map(({ json }) => json.sequence);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
