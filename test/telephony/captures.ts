/**
 * Recordings of a real FreeSWITCH (test/fixtures/esl): `raw-all-events` chunk by chunk as it came over the wire, the
 * others frame by frame, with the events left out that the dialer does not subscribe to.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CapturedPiece {
  readonly t: number;
  readonly from: 'switch' | 'client';
  /** The bytes, one character each. */
  readonly data: string;
}

export interface Capture {
  readonly pieces: readonly CapturedPiece[];
  /** Channels that were originated, in order. */
  readonly channels: readonly { readonly uuid: string; readonly agent: boolean }[];
  /** Channel of each job. */
  readonly jobs: ReadonlyMap<string, string>;
}

function fixtureFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'test/fixtures/esl'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('test/fixtures/esl was not found above the compiled tests');
    folder = parent;
  }
  return join(folder, 'test/fixtures/esl');
}

export function readCapture(name: string): Capture {
  const pieces = readFileSync(join(fixtureFolder(), `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CapturedPiece);
  const channels: { uuid: string; agent: boolean }[] = [];
  const jobs = new Map<string, string>();
  const unanswered: string[] = [];
  for (const { from, data } of pieces) {
    if (from === 'client') {
      for (const originate of data.match(/bgapi originate [^\n]*/g) ?? []) {
        const uuid = /origination_uuid=([0-9a-f-]{36})/.exec(originate)?.[1] ?? '';
        unanswered.push(uuid);
        if (uuid && !channels.some((channel) => channel.uuid === uuid))
          channels.push({ uuid, agent: originate.includes('park_after_bridge=true') });
      }
    } else {
      const job = /Reply-Text: \+OK Job-UUID: ([0-9a-f-]{36})/.exec(data)?.[1];
      const channel = job === undefined ? undefined : unanswered.shift();
      if (job !== undefined && channel) jobs.set(job, channel);
    }
  }
  return { pieces, channels, jobs };
}

/** All bytes that the switch sent. */
export function switchBytes(capture: Capture): Buffer {
  const text = capture.pieces.filter(({ from }) => from === 'switch').map(({ data }) => data);
  return Buffer.from(text.join(''), 'latin1');
}

/** Whether a piece is an event; the others are answers to commands. */
export function isEvent(piece: CapturedPiece): boolean {
  return piece.from === 'switch' && piece.data.includes('Content-Type: text/event-plain');
}
