/** The part of ari-client 2.2.0 that the link's thread uses; what it offers is built at run time from the server's own description. */
declare module 'ari-client' {
  import type { EventEmitter } from 'node:events';

  /** Settles with what the server answered; never, when the connection was lost on the way. */
  type Operation = (parameters: Readonly<Record<string, unknown>>) => PromiseLike<unknown>;

  interface Client extends EventEmitter {
    /** Opens the websocket; settles when it is open, or after ten tries. */
    start(applications: readonly string[]): PromiseLike<void>;
    /** A ping on the websocket; answered by the event `pong`. */
    ping(): void;
    readonly [resource: string]: unknown;
  }

  const ariClient: {
    /** Reads the server's description. The password is kept for the whole process or thread. */
    connect(url: string, user: string, password: string): PromiseLike<Client>;
  };

  export type { Client, Operation };
  export default ariClient;
}
