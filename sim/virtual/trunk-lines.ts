/** The trunks of a virtual world: how slow they are, and when they fail. */
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import { type Sampler, sampler } from '../distributions.js';
import { type RandomStream, randomStream } from '../random.js';
import type { TrunkLine } from '../scenario.js';

interface Line {
  readonly settings: TrunkLine;
  readonly random: RandomStream;
  readonly latency: Sampler;
  readonly failureEvery: Sampler | undefined;
  readonly failureLength: Sampler;
  burstFrom: EpochMilliseconds;
  burstUntil: EpochMilliseconds;
  second: number;
  calls: number;
}

/** What a trunk does to one call: extra milliseconds before the far end is heard, and a failure if it has one. */
export interface TrunkFate {
  readonly latency: number;
  readonly failure: 'congestion' | 'local' | undefined;
}

const PLAIN: TrunkFate = { latency: 0, failure: undefined };

export class TrunkLines {
  readonly #lines = new Map<string, Line>();
  #quiet = false;

  constructor(trunks: readonly TrunkLine[], seed: string, startAt: EpochMilliseconds) {
    for (const settings of trunks) {
      const random = randomStream(seed, `trunk ${settings.name}`);
      const failureEvery = settings.failureEvery === null ? undefined : sampler(settings.failureEvery);
      this.#lines.set(settings.name, {
        settings,
        random,
        latency: sampler(settings.latency),
        failureEvery,
        failureLength: sampler(settings.failureLength),
        burstFrom:
          failureEvery === undefined ? Number.POSITIVE_INFINITY : startAt + 1000 * failureEvery(random),
        burstUntil: 0,
        second: 0,
        calls: 0,
      });
    }
  }

  /** No more failures. */
  calm(): void {
    this.#quiet = true;
  }

  fate(trunk: string, now: EpochMilliseconds): TrunkFate {
    const line = this.#lines.get(trunk);
    if (line === undefined) return PLAIN;
    const latency = Math.round(1000 * line.latency(line.random));
    return { latency, failure: this.#quiet ? undefined : failureOf(line, now) };
  }
}

function failureOf(line: Line, now: EpochMilliseconds): TrunkFate['failure'] {
  const { settings, random, failureEvery } = line;
  while (failureEvery !== undefined && now >= line.burstFrom) {
    line.burstUntil = line.burstFrom + 1000 * line.failureLength(random);
    line.burstFrom = line.burstUntil + 1000 * failureEvery(random);
  }
  if (now < line.burstUntil) return settings.failure;
  const second = Math.floor(now / 1000);
  if (second !== line.second) {
    line.second = second;
    line.calls = 0;
  }
  line.calls++;
  const most = settings.carrierCallsPerSecond;
  return most !== null && line.calls > most ? 'congestion' : undefined;
}
