/** Serves /metrics alone on an address of its own, for those who keep it off the service's address. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Metrics } from './metrics.js';

export interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** @throws Error with one line when the address cannot be had. */
export async function startMetricsServer(metrics: Metrics, address: Address): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('only /metrics is here\n');
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500, { 'content-type': 'text/plain' }).end('the metrics could not be made\n'),
    );
  });
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `metrics cannot listen on ${address.host}:${address.port} (${reason}): choose another address`,
      {
        cause: error,
      },
    );
  }
  return server;
}
