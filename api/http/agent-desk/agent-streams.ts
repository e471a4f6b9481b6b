/**
 * Streams of single agents: each is told of its own agent's events, and sent the card whenever anything on it has changed.
 * An event costs the same whatever the number of streams.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Engine } from '../../../dialer/engine.js';
import type { JournalledEvent } from '../../../dialer/events/domain-events.js';
import { withDeadline } from '../deadline.js';

/** What has no event of its own (a call that rings, a hold) is looked for this often. */
const LOOK_MILLISECONDS = 500;
/** A client tells from these that the line is up. */
const HEARTBEAT_MILLISECONDS = 5_000;
/** A client that takes nothing for this long is let go. */
const STALLED_MILLISECONDS = 15_000;
/** Desktops of one agent; with another the oldest is closed. */
const MOST_PER_AGENT = 4;
/** Attempts whose agents are remembered. */
const MOST_ATTEMPTS = 20_000;

interface Stream {
  readonly agentId: string;
  readonly response: ServerResponse;
  readonly signal: AbortController;
  events: JournalledEvent[];
  wake: () => void;
}

export class AgentStreams {
  readonly #engine: Pick<Engine, 'subscribe' | 'agent'>;
  readonly #streams = new Map<string, Stream[]>();
  /** Agents of calls, for events that name the call alone. */
  readonly #agentOf = new Map<string, string>();
  readonly #unsubscribe: () => void;
  #count = 0;

  constructor(engine: Pick<Engine, 'subscribe' | 'agent'>) {
    this.#engine = engine;
    this.#unsubscribe = engine.subscribe((events) => {
      if (this.#count > 0) for (const event of events) this.#take(event);
    });
  }

  /** Streams that are open. */
  get count(): number {
    return this.#count;
  }

  #take(journalled: JournalledEvent): void {
    const { event } = journalled;
    const attemptId = 'attemptId' in event ? event.attemptId : '';
    const named = 'agentId' in event && event.agentId !== '' ? event.agentId : this.#agentOf.get(attemptId);
    if (named === undefined) return;
    const streams = this.#streams.get(named);
    if (streams === undefined) return;
    if (attemptId !== '') this.#remember(attemptId, named);
    for (const stream of streams) {
      stream.events.push(journalled);
      stream.wake();
    }
  }

  #remember(attemptId: string, agentId: string): void {
    if (this.#agentOf.has(attemptId)) return;
    this.#agentOf.set(attemptId, agentId);
    if (this.#agentOf.size <= MOST_ATTEMPTS) return;
    const [oldest] = this.#agentOf.keys();
    if (oldest !== undefined) this.#agentOf.delete(oldest);
  }

  /**
   * Writes the agent's events and cards until either side ends the stream. Never rejects.
   *
   * @param card the card as JSON text, made anew at each call
   */
  async follow(
    agentId: string,
    response: ServerResponse,
    card: () => Promise<string>,
    now: () => number,
  ): Promise<void> {
    const stream: Stream = {
      agentId,
      response,
      signal: new AbortController(),
      events: [],
      wake: () => undefined,
    };
    const { signal } = stream.signal;
    this.#add(stream);
    response.once('close', () => stream.signal.abort());
    let seen = '';
    let heardAt = now();
    try {
      await write(response, 'retry: 1000\n\n', signal);
      while (!signal.aborted) {
        const events = stream.events;
        stream.events = [];
        let text = events.map(frame).join('');
        const present = JSON.stringify(this.#engine.agent(agentId));
        if (present !== seen || events.length > 0) {
          seen = present;
          text += `event: card\ndata: ${await card()}\n\n`;
        }
        if (text === '' && now() - heardAt >= HEARTBEAT_MILLISECONDS)
          text = `event: heartbeat\ndata: ${JSON.stringify({ now: new Date(now()).toISOString() })}\n\n`;
        if (text !== '') {
          heardAt = now();
          await write(response, text, signal);
        }
        if (stream.events.length === 0) await pause(stream, signal);
      }
    } catch {
      // The client is gone, or takes nothing: it comes back and is sent the card anew.
    } finally {
      this.#remove(stream);
      response.end();
      if (response.writableLength > 0) response.destroy();
    }
  }

  #add(stream: Stream): void {
    const streams = this.#streams.get(stream.agentId) ?? [];
    this.#streams.set(stream.agentId, streams);
    streams.push(stream);
    this.#count += 1;
    if (streams.length > MOST_PER_AGENT) streams[0]?.signal.abort();
  }

  #remove(stream: Stream): void {
    const streams = this.#streams.get(stream.agentId) ?? [];
    const place = streams.indexOf(stream);
    if (place < 0) return;
    streams.splice(place, 1);
    this.#count -= 1;
    if (streams.length === 0) this.#streams.delete(stream.agentId);
  }

  close(): void {
    this.#unsubscribe();
    for (const streams of this.#streams.values()) for (const { signal } of streams) signal.abort();
  }
}

/** Until there is news, it is time to look, or the stream ends. */
function pause(stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      stream.wake = () => undefined;
      resolve();
    };
    const timer = setTimeout(done, LOOK_MILLISECONDS);
    stream.wake = done;
    signal.addEventListener('abort', done);
  });
}

async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return;
  await withDeadline(
    once(response, 'drain', { signal }),
    STALLED_MILLISECONDS,
    () => new Error('the client takes no events'),
  );
}

function frame({ sequence, event }: JournalledEvent): string {
  return `id: ${sequence}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}
