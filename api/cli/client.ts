/** Talks to a running service over its HTTP API. */
import { readFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CliError, type Io } from './io.js';

const REQUEST_MILLISECONDS = 30_000;
/** Silence after which an upload is given up. */
const UPLOAD_IDLE_MILLISECONDS = 120_000;
const ANSWER_BYTES = 64 * 1024 * 1024;
const DEFAULT_URL = 'http://127.0.0.1:8080';
const KEY_FILE = 'data/admin.key';

/** Nothing answers at the URL. */
export class ServiceUnreachable extends CliError {}

/** The service refused; `code` is its own, such as `campaign_not_found`. */
export class ServiceRefused extends CliError {
  readonly code: string;
  readonly status: number;

  constructor(message: string, code: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface ApiClient {
  readonly url: string;
  get(path: string, query?: Query): Promise<unknown>;
  post(path: string, body?: unknown): Promise<unknown>;
  /** `headers`: such as If-Match. */
  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  patch(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** The body of an answer as it arrives; rejects with what the service refused with. */
  download(path: string, query?: Query): Promise<Readable>;
  put(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Sends a stream, as `text/csv` unless said; resolves with the answer once the service has read it all. */
  upload(path: string, query: Query, source: Readable, type?: string): Promise<unknown>;
}

export type Query = Readonly<Record<string, string | undefined>>;

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[];
}

function readUrl(io: Io): string {
  const text = io.environment['TACTUS_URL'] ?? DEFAULT_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CliError(`TACTUS_URL: must be an address such as ${DEFAULT_URL}, got "${text}"`);
  return url.href.replace(/\/+$/, '');
}

/** TACTUS_KEY, or the admin key that a service started in this folder has written. */
function readKey(io: Io): string | undefined {
  const given = io.environment['TACTUS_KEY'];
  if (given !== undefined && given !== '') return given;
  try {
    return readFileSync(KEY_FILE, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The value of a JSON answer; throws what the service refused with. */
function readAnswer(status: number, text: string, url: string): unknown {
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CliError(`${url} answered ${status} with something that is not JSON: is it a Tactus service?`);
  }
  if (status >= 200 && status < 300) return value;
  const problem = (typeof value === 'object' && value !== null ? value : {}) as ProblemBody;
  const fields = (problem.errors ?? []).map(({ field, detail }) => `${field} ${detail}`);
  let message = problem.detail ?? problem.title ?? `the service answered ${status}`;
  if (fields.length > 0) message = `${problem.title ?? message}: ${fields.join('; ')}`;
  if (status === 401) message += ` Set TACTUS_KEY, or run this where ${KEY_FILE} is.`;
  throw new ServiceRefused(message.replace(/\s+/g, ' '), problem.code ?? '', status);
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
};

function unreachable(url: string, error: unknown): CliError {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const code = cause?.code ?? (error as NodeJS.ErrnoException).code ?? '';
  const reason =
    name === 'TimeoutError'
      ? `no answer within ${REQUEST_MILLISECONDS / 1000} s`
      : (CAUSES[code] ?? cause?.message ?? message);
  return new ServiceUnreachable(
    `cannot reach ${url} (${reason}): start the service with "tactus serve", or set TACTUS_URL`,
    1,
    { cause: error },
  );
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) throw new CliError(`the answer is larger than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The client for the service that the environment names. Makes no request by itself. */
export function createClient(io: Io): ApiClient {
  const url = readUrl(io);
  const key = readKey(io);
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };

  async function send(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...more, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_MILLISECONDS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw unreachable(url, error);
    }
    return readAnswer(status, text, url);
  }

  return {
    url,
    get: (path, query = {}) => send('GET', withQuery(path, query)),
    post: (path, body) => send('POST', path, body),
    put: (path, body, more) => send('PUT', path, body, more),
    delete: (path, more) => send('DELETE', path, undefined, more),
    patch: (path, body, more) => send('PATCH', path, body, more),
    async download(path, query = {}) {
      let response: Response;
      try {
        response = await fetch(url + withQuery(path, query), { headers: { ...headers, accept: '*/*' } });
      } catch (error) {
        throw unreachable(url, error);
      }
      if (!response.ok || response.body === null) {
        readAnswer(response.status, await response.text(), url);
        throw new CliError(`${url} answered ${response.status} with nothing`);
      }
      return Readable.fromWeb(response.body as ReadableStream);
    },
    async upload(path, query, source, type = 'text/csv') {
      const target = new URL(url + withQuery(path, query));
      const start = target.protocol === 'https:' ? httpsRequest : httpRequest;
      const request: ClientRequest = start(target, {
        method: 'POST',
        headers: { ...headers, 'content-type': type },
        timeout: UPLOAD_IDLE_MILLISECONDS,
      });
      request.once('timeout', () => {
        request.destroy(new Error(`no answer within ${UPLOAD_IDLE_MILLISECONDS / 1000} s`));
      });
      const answer = new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve);
        request.once('error', reject);
      });
      answer.catch(() => undefined);
      const sent = pipeline(source, request);
      sent.catch(() => undefined);
      let response: IncomingMessage;
      try {
        // A refusal may come before everything is sent; it says more than the cut connection.
        response = await Promise.race([answer, sent.then(() => answer)]);
      } catch (error) {
        if (source.errored !== null) throw new CliError(`the list cannot be read: ${source.errored.message}`);
        throw unreachable(url, error);
      }
      const text = await readBody(response);
      request.destroy();
      source.destroy();
      return readAnswer(response.statusCode ?? 0, text, url);
    },
  };
}
