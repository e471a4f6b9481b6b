/** The part of modesl 1.2.1 that the command connection uses; the package has no types of its own. */
declare module 'modesl' {
  import type { Socket } from 'node:net';

  interface Reply {
    getHeader(name: string): string | null;
    getBody(): string;
  }

  class Connection {
    constructor(host: string, port: number, password: string);
    /** null after the other side has closed. */
    socket: Socket | null;
    /** Events it subscribes to by itself, in json, once it is let in. */
    reqEvents: string[];
    on(event: string, listener: (argument: unknown) => void): this;
    /** Sends `api <command>`; the callback gets the answer, also an `-ERR` one. */
    api(command: string, callback: (reply: Reply) => void): void;
    /** Sends a command with its header lines; the callback gets the answer, also an `-ERR` one. */
    sendRecv(
      command: string,
      headers: Readonly<Record<string, string>>,
      callback: (reply: Reply) => void,
    ): void;
  }

  const modesl: { readonly Connection: typeof Connection };
  export default modesl;
}
