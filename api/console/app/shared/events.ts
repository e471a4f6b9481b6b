/** The service's events as they happen, over `fetch`, because an EventSource cannot carry a key. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { address, credentials, type Query } from './api';

export interface ServerEvent {
  /** Position in the journal. */
  readonly id: string;
  readonly kind: string;
  readonly data: unknown;
}

export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'off';

/** The service sends a heartbeat well within this time. */
const SILENCE_MILLISECONDS = 45_000;
const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 15_000;

export interface StreamOptions {
  /** Default: `/v1/events`. */
  readonly path?: string;
  readonly query?: Query;
  /** Begin after this position; without it the stream begins now. */
  readonly after?: string;
  onEvent(event: ServerEvent): void;
  onState?(state: StreamState): void;
}

/** Opens the stream, and again after each break, from the last event that came. Returns the function that ends it. */
export function openStream(options: StreamOptions): () => void {
  const ended = new AbortController();
  let last = options.after;
  let wait = FIRST_WAIT_MILLISECONDS;

  async function once(): Promise<void> {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    ended.signal.addEventListener('abort', stop);
    let silence = setTimeout(stop, SILENCE_MILLISECONDS);
    try {
      const response = await fetch(address(options.path ?? '/v1/events', options.query), {
        headers: {
          accept: 'text/event-stream',
          ...credentials(false),
          ...(last === undefined ? {} : { 'last-event-id': last }),
        },
        signal: attempt.signal,
      });
      if (response.status === 401 || response.status === 403 || response.status === 404) {
        // Waiting will not help: the login page or the page's own requests say what is wrong.
        options.onState?.('off');
        ended.abort();
        return;
      }
      if (!response.ok || response.body === null) return;
      options.onState?.('live');
      wait = FIRST_WAIT_MILLISECONDS;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(stop, SILENCE_MILLISECONDS);
        const frames = (rest + value).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          const event = parseFrame(frame);
          if (event === undefined) continue;
          if (event.id !== '') last = event.id;
          if (event.data !== undefined && !ended.signal.aborted) options.onEvent(event);
        }
      }
    } catch {
      // A break of any kind: opened again below.
    } finally {
      clearTimeout(silence);
      ended.signal.removeEventListener('abort', stop);
      attempt.abort();
    }
  }

  async function run(): Promise<void> {
    options.onState?.('connecting');
    while (!ended.signal.aborted) {
      await once();
      if (ended.signal.aborted) return;
      options.onState?.('reconnecting');
      // Spread, so that not every console comes back at the same instant after a restart.
      await pause(wait * (0.5 + Math.random()), ended.signal);
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS);
    }
  }
  void run();
  return () => ended.abort();
}

function pause(length: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, length);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function parseFrame(frame: string): ServerEvent | undefined {
  let id = '';
  let kind = 'message';
  let data: string | undefined;
  for (const line of frame.split('\n')) {
    const value = line.slice(line.indexOf(':') + 1).replace(/^ /, '');
    if (line.startsWith('id:')) id = value;
    else if (line.startsWith('event:')) kind = value;
    else if (line.startsWith('data:')) data = data === undefined ? value : `${data}\n${value}`;
  }
  if (id === '' && data === undefined) return undefined;
  try {
    return { id, kind, data: data === undefined ? undefined : (JSON.parse(data) as unknown) };
  } catch {
    return { id, kind, data };
  }
}

/**
 * Follows the stream while the component is there. `onEvent` may change at each rendering; the stream is opened
 * anew only when path or query change. An undefined path opens none.
 */
export function useEvents(
  path: string | undefined,
  query: Query,
  onEvent: (event: ServerEvent) => void,
): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  const newest = useRef(onEvent);
  newest.current = onEvent;
  const search = address('', query);
  useEffect(() => {
    if (path === undefined) {
      setState('off');
      return;
    }
    return openStream({
      path: `${path}${search}`,
      onEvent: (event) => newest.current(event),
      onState: setState,
    });
  }, [path, search]);
  return state;
}
