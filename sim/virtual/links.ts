/** The engine's links to the switches of a virtual world: up or down, and losing, repeating and delaying what is said. */
import type { Input, TelephonyInput } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import { type Sampler, sampler } from '../distributions.js';
import type { RandomStream } from '../random.js';
import type { FaultScenario } from '../scenario.js';

export interface Link {
  readonly switchId: string;
  /** Counts the lives of the switch. */
  instance: number;
  /** The engine was told that it stands. */
  up: boolean;
  /** What is said arrives. A link may be dead for a while before the engine notices. */
  carries: boolean;
  /** Counts the links: what was under way on an older one never arrives. */
  generation: number;
}

/** Something said that has not arrived yet. */
export interface Delayed {
  readonly link: Link;
  readonly generation: number;
  readonly input: Input;
}

/** The rates of faults that hold now. */
export type FaultRates = {
  -readonly [K in keyof FaultScenario as K extends `${string}Rate` ? K : never]: number;
};

export function ratesOf(faults: FaultScenario): FaultRates {
  const {
    lostEventRate,
    doubledEventRate,
    delayedEventRate,
    localFailureRate,
    lostCommandRate,
    lostReplyRate,
    lateCommandRate,
    failedBridgeRate,
    slowBridgeRate,
    lateListingRate,
    surpriseRate,
  } = faults;
  return {
    lostEventRate,
    doubledEventRate,
    delayedEventRate,
    localFailureRate,
    lostCommandRate,
    lostReplyRate,
    lateCommandRate,
    failedBridgeRate,
    slowBridgeRate,
    lateListingRate,
    surpriseRate,
  };
}

export class Links {
  readonly all: readonly Link[];
  readonly #rates: FaultRates;
  readonly #delay: Sampler;
  readonly #random: RandomStream;
  readonly #deliver: (input: Input) => void;
  readonly #later: (milliseconds: number, delayed: Delayed) => void;

  constructor(options: {
    readonly switchIds: readonly string[];
    readonly faults: FaultScenario;
    readonly rates: FaultRates;
    readonly random: RandomStream;
    readonly deliver: (input: Input) => void;
    readonly later: (milliseconds: number, delayed: Delayed) => void;
  }) {
    this.all = options.switchIds.map((switchId) => ({
      switchId,
      instance: 0,
      up: false,
      carries: false,
      generation: 0,
    }));
    this.#rates = options.rates;
    this.#delay = sampler(options.faults.eventDelay);
    this.#random = options.random;
    this.#deliver = options.deliver;
    this.#later = options.later;
  }

  of(switchId: string): Link | undefined {
    for (const link of this.all) if (link.switchId === switchId) return link;
    return undefined;
  }

  /** Events reach the engine while the link carries, unless they are lost; some come twice, some late. */
  tell(switchId: string, input: TelephonyInput): void {
    const link = this.of(switchId);
    if (link?.carries !== true) return;
    const { lostEventRate, doubledEventRate, delayedEventRate } = this.#rates;
    if (lostEventRate > 0 && this.#random.bernoulli(lostEventRate)) return;
    this.#say(link, input, delayedEventRate);
    if (doubledEventRate > 0 && this.#random.bernoulli(doubledEventRate))
      this.#say(link, input, delayedEventRate);
  }

  #say(link: Link, input: Input, delayedRate: number): void {
    if (delayedRate > 0 && this.#random.bernoulli(delayedRate))
      this.#later(1000 * this.#delay(this.#random), { link, generation: link.generation, input });
    else this.#deliver(input);
  }

  arrive({ link, generation, input }: Delayed): void {
    if (link.carries && link.generation === generation) this.#deliver(input);
  }

  up(link: Link, channels: readonly ChannelSnapshot[], now: EpochMilliseconds): void {
    if (link.up) return;
    link.up = true;
    link.carries = true;
    link.generation++;
    this.#deliver({
      type: 'switch-up',
      switchId: link.switchId,
      instanceId: `virtual-${link.switchId}-${link.instance}`,
      channels,
      requestedAt: now,
    });
  }

  /** The link carries nothing any more, and the engine does not know yet. */
  cut(link: Link): void {
    link.carries = false;
    link.generation++;
  }

  /** The engine notices. */
  notice(link: Link, reason: string): void {
    if (!link.up) return;
    link.up = false;
    this.#deliver({ type: 'switch-down', switchId: link.switchId, reason });
  }

  /** The engine died: nobody is there to be told. */
  engineGone(): void {
    for (const link of this.all) {
      this.cut(link);
      link.up = false;
    }
  }
}
