/** A relay between the engine and a switch, so that the link can be cut and the reader stalled. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Relay {
  readonly #server: Server;
  readonly #pairs = new Set<{ readonly engine: Socket; readonly line: Socket }>();
  #refusing = false;
  #stalled = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(host: string, port: number): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server);
    server.on('connection', (engine) => relay.#accept(engine, host, port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #accept(engine: Socket, host: string, port: number): void {
    if (this.#refusing) {
      engine.destroy();
      return;
    }
    const line = connect(port, host);
    const pair = { engine, line };
    this.#pairs.add(pair);
    const end = (): void => {
      engine.destroy();
      line.destroy();
      this.#pairs.delete(pair);
    };
    for (const socket of [engine, line]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    engine.on('data', (chunk) => line.write(chunk));
    line.on('data', (chunk) => engine.write(chunk));
    if (this.#stalled) line.pause();
  }

  /** Cuts all links and refuses new ones until `mend`. */
  cut(): void {
    this.#refusing = true;
    for (const { engine, line } of this.#pairs) {
      engine.destroy();
      line.destroy();
    }
  }

  mend(): void {
    this.#refusing = false;
  }

  /** Nothing that the switch says is read until `flow`. */
  stall(): void {
    this.#stalled = true;
    for (const { line } of this.#pairs) line.pause();
  }

  flow(): void {
    this.#stalled = false;
    for (const { line } of this.#pairs) line.resume();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
