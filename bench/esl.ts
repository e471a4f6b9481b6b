/**
 * Events of a real switch read per second of CPU time, by the dialer's codec and by modesl's parser, in plain and in json:
 * `node dist/bench/esl.js [--seconds N]`.
 *
 * The stream is the recorded one of two bridged calls (test/fixtures/esl), over and over, in chunks of 64 KB. For modesl only
 * its parser is measured; its connection, which dispatches each event to listeners by name, comes on top.
 */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { decodePercent, EslCodec } from '../dialer/telephony/freeswitch/esl-codec.js';
import { subscribedEvents, wantedHeaders } from '../dialer/telephony/freeswitch/event-connection.js';
import { isEvent, readCapture } from '../test/telephony/captures.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const BUDGET = 50_000;
const CHUNK_BYTES = 64 * 1024;
const given = directArguments(import.meta.url, ['seconds']);

interface ModeslEvent {
  getHeader(name: string): string | null;
}
type ModeslParser = new (
  socket: EventEmitter,
) => { on(event: string, listener: (event: ModeslEvent) => void): void };
const Parser = createRequire(import.meta.url)('modesl/lib/esl/Parser.js') as ModeslParser;

/** An event in plain form as the switch would send it in json. */
function asJson(frame: string): string {
  const text = frame.slice(frame.indexOf('\n\n') + 2);
  const end = text.indexOf('\n\n');
  const headers: Record<string, string> = {};
  for (const line of text.slice(0, end < 0 ? text.length : end).split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) headers[line.slice(0, colon)] = decodePercent(line.slice(colon + 2));
  }
  const body = end < 0 ? '' : text.slice(end + 2);
  const json = JSON.stringify(body ? { ...headers, _body: body } : headers);
  return `Content-Length: ${Buffer.byteLength(json)}\nContent-Type: text/event-json\n\n${json}`;
}

/** The frames repeated to about 16 MB, cut into chunks. */
function stream(texts: readonly string[], encoding: 'latin1' | 'utf8'): { chunks: Buffer[]; events: number } {
  const once = Buffer.from(texts.join(''), encoding);
  const times = Math.ceil((16 * 1024 * 1024) / once.length);
  const all = Buffer.concat(Array.from({ length: times }, () => once));
  const chunks: Buffer[] = [];
  for (let at = 0; at < all.length; at += CHUNK_BYTES) chunks.push(all.subarray(at, at + CHUNK_BYTES));
  return { chunks, events: times * texts.length };
}

interface Rate {
  readonly events: number;
  readonly megabytes: number;
}

/** Runs `once` until the CPU time is spent, after one run to warm up. */
function measure(chunks: readonly Buffer[], expected: number, seconds: number, once: () => number): Rate {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (once() !== expected) throw new Error(`the parser found another number of events than ${expected}`);
  let events = 0;
  let rounds = 0;
  const start = process.cpuUsage();
  let used = 0;
  while (used < seconds * 1e6) {
    events += once();
    rounds++;
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  return { events: events / (used / 1e6), megabytes: (rounds * bytes) / used };
}

let read = '';

function own(chunks: readonly Buffer[]): number {
  let events = 0;
  const codec = new EslCodec(wantedHeaders);
  for (const chunk of chunks)
    codec.push(chunk, (message) => {
      if (message.type !== 'event') return;
      events++;
      read = message.event.headers['Unique-ID'] ?? '';
    });
  return events;
}

function modesl(chunks: readonly Buffer[]): number {
  let events = 0;
  const socket = new EventEmitter();
  new Parser(socket).on('esl::event', (event) => {
    events++;
    read = event.getHeader('Unique-ID') ?? '';
  });
  for (const chunk of chunks) socket.emit('data', chunk);
  return events;
}

export async function rows({ quick }: BenchOptions): Promise<BenchTable[]> {
  const seconds = given.number('seconds', quick ? 0.5 : 2, 0.1);
  const wanted = new Set<string>(subscribedEvents);
  const frames = readCapture('bridge-customer-hangs-up')
    .pieces.filter((piece) => isEvent(piece) && wanted.has(/Event-Name: (\w+)/.exec(piece.data)?.[1] ?? ''))
    .map(({ data }) => data);
  const plain = stream(frames, 'latin1');
  const json = stream(frames.map(asJson), 'utf8');
  const best = measure(plain.chunks, plain.events, seconds, () => own(plain.chunks));
  const results: readonly (readonly [string, Rate])[] = [
    ['own codec, plain', best],
    ['modesl, plain', measure(plain.chunks, plain.events, seconds, () => modesl(plain.chunks))],
    ['modesl, json', measure(json.chunks, json.events, seconds, () => modesl(json.chunks))],
  ];
  if (read === '') throw new Error('no event was read');
  const size = Math.round(frames.reduce((sum, frame) => sum + frame.length, 0) / frames.length);
  // The budget is stated for events of 8 KB.
  const atFullSize = (best.megabytes * 1e6) / 8192;
  return [
    {
      title: 'Events of the switch, read',
      columns: ['parser', 'events/s', 'MB/s', 'times slower than our own'],
      rows: results.map(([name, { events, megabytes }]) => [
        name,
        Math.round(events),
        Math.round(megabytes),
        (best.events / events).toFixed(1),
      ]),
      notes: [
        `Events of ${size} bytes on average (${frames.length} recorded ones), per second of one core's time.`,
        `At 8 KB an event that is ${Math.round(atFullSize).toLocaleString('en')} a second, ${(atFullSize / BUDGET).toFixed(2)} of the budget of ${BUDGET.toLocaleString('en')}.`,
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
