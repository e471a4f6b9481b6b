/** The service's API as the console uses it: session or key, problems as errors, ETags of edits. */
import { t } from './texts';

/** One wrong field of a request, as the service names it: `name`, `stages.pilot.share`. */
export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** An answer that is no success, or no answer at all (`unreachable`, status 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, code: string, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

type QueryValue = string | number | boolean | undefined;
/** A list is sent as the same name again and again. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** Sent as it is, with this content type, instead of JSON. */
  readonly raw?: { readonly type: string; readonly data: BodyInit };
  /** The ETag of what is edited; the service refuses the edit when it has changed since. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly deadline?: number;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** Version of an editable resource: give it back as `ifMatch`. */
  readonly etag: string | undefined;
}

const KEY = 'tactus-key';
const DEADLINE_MILLISECONDS = 15_000;

let csrfToken: string | undefined;
let onSignedOut: () => void = () => undefined;

/** The API key that was pasted in, if any. It lives as long as the browser's tab. */
export function storedKey(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeKey(key: string | undefined): void {
  try {
    if (key === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, key);
  } catch {
    // A browser that keeps nothing: the key cannot be used beyond this page.
  }
}

/** The token that writes with the session's cookie carry. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Told when the service answers 401 although somebody was signed in. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Headers that say who asks. `write` adds the CSRF token of a session. */
export function credentials(write: boolean): Record<string, string> {
  const key = storedKey();
  if (key !== undefined) return { authorization: `Bearer ${key}` };
  return write && csrfToken !== undefined ? { 'x-csrf-token': csrfToken } : {};
}

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    for (const value of Array.isArray(given) ? (given as readonly QueryValue[]) : [given]) {
      if (value !== undefined && value !== '') search.append(name, String(value));
    }
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Sends a request; throws `ApiProblem` for whatever is no success. */
export async function request<T>(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<T>> {
  const write = method !== 'GET';
  const headers: Record<string, string> = { accept: 'application/json', ...credentials(write) };
  if (options.ifMatch !== undefined) headers['if-match'] = options.ifMatch;
  let body: BodyInit | undefined;
  if (options.raw !== undefined) {
    headers['content-type'] = options.raw.type;
    body = options.raw.data;
  } else if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  const deadline = AbortSignal.timeout(options.deadline ?? DEADLINE_MILLISECONDS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      signal: options.signal === undefined ? deadline : anySignal(options.signal, deadline),
      ...(body === undefined ? {} : { body }),
    });
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiProblem(0, 'unreachable', t('problem.unreachable'));
  }
  return {
    status: response.status,
    body: bodyOf<T>(response.status, text),
    etag: response.headers.get('etag') ?? undefined,
  };
}

/** What an answer says; throws `ApiProblem` for whatever is no success. */
function bodyOf<T>(status: number, text: string): T {
  const json: unknown = text === '' ? undefined : parse(text);
  if (status >= 200 && status < 300) return json as T;
  if (status === 401) onSignedOut();
  throw problemFrom(status, json);
}

/**
 * Sends a file and tells how many bytes have gone out: `fetch` does not say. A service that refuses may close the
 * connection while the rest is still on its way.
 */
export function upload<T>(
  path: string,
  file: Blob,
  type: string,
  { onSent, signal }: { onSent?(bytes: number): void; signal?: AbortSignal } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', path);
    for (const [name, value] of Object.entries({ ...credentials(true), 'content-type': type }))
      sending.setRequestHeader(name, value);
    sending.upload.addEventListener('progress', ({ loaded }) => onSent?.(loaded));
    sending.addEventListener('load', () => {
      try {
        resolve(bodyOf<T>(sending.status, sending.responseText));
      } catch (problem) {
        reject(problem);
      }
    });
    sending.addEventListener('error', () =>
      reject(new ApiProblem(0, 'unreachable', t('problem.uploadBroken'))),
    );
    sending.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    signal?.addEventListener('abort', () => sending.abort());
    sending.send(file);
  });
}

/** `AbortSignal.any`, which older browsers lack. */
function anySignal(...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function problemFrom(status: number, json: unknown): ApiProblem {
  const body = (typeof json === 'object' && json !== null ? json : {}) as {
    readonly code?: unknown;
    readonly detail?: unknown;
    readonly title?: unknown;
    readonly errors?: readonly FieldError[];
  };
  const code = typeof body.code === 'string' ? body.code : `status_${status}`;
  const detail =
    status === 412
      ? t('problem.stale')
      : typeof body.detail === 'string'
        ? body.detail
        : typeof body.title === 'string'
          ? body.title
          : t('problem.answered', { status });
  return new ApiProblem(status, code, detail, Array.isArray(body.errors) ? body.errors : []);
}

/** The usual requests, with the body alone as the result. */
export const api = {
  get: async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
    (
      await request<T>('GET', path, {
        ...(query === undefined ? {} : { query }),
        ...(signal === undefined ? {} : { signal }),
      })
    ).body,
  post: async <T>(path: string, body: unknown = {}): Promise<T> =>
    (await request<T>('POST', path, { body })).body,
  put: async <T>(path: string, body: unknown, ifMatch?: string): Promise<T> =>
    (await request<T>('PUT', path, { body, ...(ifMatch === undefined ? {} : { ifMatch }) })).body,
  patch: async <T>(path: string, body: unknown, ifMatch?: string): Promise<T> =>
    (await request<T>('PATCH', path, { body, ...(ifMatch === undefined ? {} : { ifMatch }) })).body,
  remove: async <T>(path: string, ifMatch?: string): Promise<T> =>
    (await request<T>('DELETE', path, ifMatch === undefined ? {} : { ifMatch })).body,
};

/** Fetches a file and hands it to the browser under this name. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  const response = await fetch(address(path, query), { headers: credentials(false) });
  if (!response.ok) bodyOf(response.status, await response.text());
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** What to tell the user about an error of any kind. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
