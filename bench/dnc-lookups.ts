/** Lookups for bench/dnc.ts: what is asked, and how many answers a second one by one, in batches and from two threads. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ExactNumberSet } from '../dialer/dnc/exact-number-set.js';
import { PAGE_WORDS, TAIL_NUMBERS } from '../dialer/dnc/number-set-layout.js';

export const EXCHANGES = 200_000;
const LOOKUPS = 1 << 20;

export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Questions {
  readonly areas: Uint32Array;
  readonly rests: Uint32Array;
  readonly texts: readonly string[];
}

/** Half of them are on the list. */
export function questions(
  set: ExactNumberSet,
  blocks: Uint32Array,
  random: (below: number) => number,
): Questions {
  const areas = new Uint32Array(LOOKUPS);
  const rests = new Uint32Array(LOOKUPS);
  for (let i = 0; i < LOOKUPS; ) {
    const block = blocks[random(blocks.length)]!;
    const area = 1000 + Math.floor(block / 1000);
    const first = (block % 1000) * TAIL_NUMBERS;
    let rest = first + random(TAIL_NUMBERS);
    if (i % 2 === 0) {
      // The next number of the exchange that is on the list.
      const end = first + TAIL_NUMBERS;
      while (rest < end && !set.hasParts(area, rest)) rest++;
      if (rest === end) continue;
    }
    areas[i] = area;
    rests[i] = rest;
    i++;
  }
  const texts = Array.from(areas, (area, i) => `+${area}${String(rests[i]).padStart(7, '0')}`);
  return { areas, rests, texts };
}

/** Every exchange as bits, behind a directory of a million entries. */
export function plainBits(set: ExactNumberSet): {
  readonly bytes: number;
  has(area: number, rest: number): boolean;
} {
  const directory = new Int32Array(1_000_000).fill(-1);
  const pages = new Uint32Array(new SharedArrayBuffer(EXCHANGES * PAGE_WORDS * 4));
  let used = 0;
  const pageOf = (area: number, block: number): number => {
    const at = (area - 1000) * 1000 + block;
    if (directory[at]! < 0) directory[at] = used++;
    return directory[at]! * PAGE_WORDS;
  };
  set.visit({
    sparse: (area, rests) => {
      for (const rest of rests) {
        const block = Math.floor(rest / TAIL_NUMBERS);
        const tail = rest % TAIL_NUMBERS;
        pages[pageOf(area, block) + (tail >>> 5)]! |= 1 << (tail & 31);
      }
    },
    page: (area, block, page) => pages.set(page, pageOf(area, block)),
  });
  return {
    bytes: directory.byteLength + used * PAGE_WORDS * 4,
    has(area, rest) {
      const block = (rest / TAIL_NUMBERS) | 0;
      const page = directory[(area - 1000) * 1000 + block]!;
      if (page < 0) return false;
      const tail = rest - block * TAIL_NUMBERS;
      return ((pages[page * PAGE_WORDS + (tail >>> 5)]! >>> (tail & 31)) & 1) === 1;
    },
  };
}

const ROUNDS = 6;

/** Lookups a second of CPU time: the best of some rounds, since other work on the machine only slows. @param round finds */
export function best(round: () => number): number {
  let most = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const started = process.cpuUsage();
    const hits = round();
    const { user, system } = process.cpuUsage(started);
    if (hits < LOOKUPS / 2) throw new Error(`${hits} of ${LOOKUPS / 2} numbers were found`);
    most = Math.max(most, (LOOKUPS / (user + system)) * 1e6);
  }
  return most;
}

/** One after the other, as a number is looked up that has just come in. */
export function rate(ask: (i: number) => boolean): number {
  return best(() => {
    let hits = 0;
    for (let i = 0; i < LOOKUPS; i++) if (ask(i)) hits++;
    return hits;
  });
}

/** As the leads of a lease are looked up: so many numbers at a time. */
export const BATCH = 256;

interface CutQuestions {
  readonly areas: Uint32Array;
  readonly rests: Uint32Array;
}

export function batches(set: ExactNumberSet, { areas, rests }: CutQuestions): () => number {
  const found = new Uint8Array(BATCH);
  return () => {
    let hits = 0;
    for (let from = 0; from < LOOKUPS; from += BATCH) {
      set.hasMany(areas.subarray(from, from + BATCH), rests.subarray(from, from + BATCH), found);
      for (let i = 0; i < BATCH; i++) hits += found[i]!;
    }
    return hits;
  };
}

interface LookupWork extends CutQuestions {
  readonly buffer: SharedArrayBuffer;
}

/** Two threads over the same memory, in batches: lookups of both a second, if each has a core to itself. */
export async function twoThreads(set: ExactNumberSet, { areas, rests }: CutQuestions): Promise<number> {
  const lookups: LookupWork = { buffer: set.buffer, areas, rests };
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: { lookups } }));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    let most = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const started = process.cpuUsage();
      for (const worker of workers) worker.postMessage('go');
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      const { user, system } = process.cpuUsage(started);
      // The CPU time is that of both.
      most = Math.max(most, ((2 * 2 * LOOKUPS) / (user + system)) * 1e6);
    }
    return most;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function answerLookups({ buffer, areas, rests }: LookupWork): void {
  const round = batches(new ExactNumberSet(buffer), { areas, rests });
  parentPort?.on('message', () => parentPort?.postMessage(round()));
  parentPort?.postMessage(round());
}

if (!isMainThread) {
  const work = (workerData as { lookups?: LookupWork } | null)?.lookups;
  if (work !== undefined) answerLookups(work);
}
