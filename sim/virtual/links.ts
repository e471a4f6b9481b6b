/** The engine's links to the switches of a virtual world: up or down, and losing events when the scenario says so. */
import type { Input } from '../../dialer/core/inputs.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import type { RandomStream } from '../random.js';
import type { FaultScenario } from '../scenario.js';

export interface Link {
  readonly switchId: string;
  /** Counts the lives of the switch. */
  instance: number;
  up: boolean;
}

export class Links {
  readonly all: readonly Link[];
  readonly #faults: FaultScenario;
  readonly #random: RandomStream;
  readonly #deliver: (input: Input) => void;

  constructor(
    switchIds: readonly string[],
    faults: FaultScenario,
    random: RandomStream,
    deliver: (input: Input) => void,
  ) {
    this.all = switchIds.map((switchId) => ({ switchId, instance: 0, up: false }));
    this.#faults = faults;
    this.#random = random;
    this.#deliver = deliver;
  }

  of(switchId: string): Link | undefined {
    for (const link of this.all) if (link.switchId === switchId) return link;
    return undefined;
  }

  /** Events reach the engine while the link is up, unless they are lost; some come twice. */
  tell(switchId: string, input: Input): void {
    if (this.of(switchId)?.up !== true) return;
    const { lostEventRate, doubledEventRate } = this.#faults;
    if (lostEventRate > 0 && this.#random.bernoulli(lostEventRate)) return;
    this.#deliver(input);
    if (doubledEventRate > 0 && this.#random.bernoulli(doubledEventRate)) this.#deliver(input);
  }

  up(link: Link, channels: readonly ChannelSnapshot[], now: EpochMilliseconds): void {
    if (link.up) return;
    link.up = true;
    this.#deliver({
      type: 'switch-up',
      switchId: link.switchId,
      instanceId: `virtual-${link.switchId}-${link.instance}`,
      channels,
      requestedAt: now,
    });
  }

  /** All links that were up go down; a new instance knows nothing of the old one's legs. Returns them. */
  down(reason: string, newInstance: boolean): readonly Link[] {
    const lost = this.all.filter((link) => link.up);
    for (const link of lost) {
      link.up = false;
      if (newInstance) link.instance++;
      this.#deliver({ type: 'switch-down', switchId: link.switchId, reason });
    }
    return lost;
  }
}
