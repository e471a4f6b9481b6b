/** The links of a virtual world's switches, and the faults of switches and links at set times. */

import type { ChannelSnapshot } from '../../dialer/telephony/port.js';
import { type Sampler, sampler } from '../distributions.js';
import type { FaultPlan } from '../scenario.js';
import type { Conversations } from './conversations.js';
import { type Ground, type Notice, REACTION } from './ground.js';
import { snapshotOf } from './leg.js';
import type { Link } from './links.js';
import { ARRIVAL, LINK_NOTICE, LINK_UP } from './world-events.js';

/** A dead link is noticed within this, milliseconds, when nobody says that it is dead. */
const LONGEST_SILENCE = 4000;
/** An engine that has started reaches its switches within this. */
const LONGEST_CONNECT = 1000;

export class SwitchFaults {
  readonly #ground: Ground;
  readonly #conversations: Conversations;
  readonly #listingDelay: Sampler;
  #engineThere = true;

  constructor(ground: Ground, conversations: Conversations) {
    this.#ground = ground;
    this.#conversations = conversations;
    this.#listingDelay = sampler(ground.scenario.faults.listingDelay);
  }

  link(kind: number, link: Link): void {
    const channels = this.#listing(link.switchId);
    if (kind === LINK_UP) {
      if (this.#engineThere) this.#ground.links.up(link, channels, this.#ground.now);
      return;
    }
    if (!link.carries) return;
    const requestedAt = this.#ground.now - REACTION;
    const input = { type: 'switch-channels', switchId: link.switchId, channels, requestedAt } as const;
    const { lateListingRate } = this.#ground.rates;
    if (lateListingRate > 0 && this.#ground.random.bernoulli(lateListingRate)) {
      const late = 1000 * this.#listingDelay(this.#ground.random);
      this.#ground.after(late, ARRIVAL, { link, generation: link.generation, input });
    } else this.#ground.listener.input(input);
  }

  #listing(switchId: string): ChannelSnapshot[] {
    const list: ChannelSnapshot[] = [];
    for (const leg of this.#ground.legs.values()) if (leg.switchId === switchId) list.push(snapshotOf(leg));
    return list;
  }

  fault({ action, seconds, switch: switchId }: FaultPlan): void {
    const milliseconds = seconds * 1000;
    for (const link of this.#ground.links.all) {
      if (switchId !== '' && link.switchId !== switchId) continue;
      switch (action) {
        case 'brown-out':
          this.#ground.brownOutUntil.set(link.switchId, this.#ground.now + milliseconds);
          break;
        case 'pause-outbound':
          this.#ground.pausedUntil.set(link.switchId, this.#ground.now + milliseconds);
          break;
        case 'shutdown':
          for (const leg of [...this.#ground.legs.values()])
            if (!leg.ended && leg.switchId === link.switchId)
              this.#conversations.end(leg, 'SYSTEM_SHUTDOWN', undefined);
          this.#breakLink(link, action, milliseconds, true);
          break;
        case 'crash':
          for (const leg of [...this.#ground.legs.values()]) {
            if (leg.switchId !== link.switchId) continue;
            leg.ended = true;
            this.#ground.legs.delete(leg.id);
          }
          this.#breakLink(link, action, milliseconds, true);
          break;
        default:
          // However the link was lost, the calls go on and their events are not heard.
          this.#breakLink(link, action, milliseconds, false);
      }
    }
  }

  /** Cuts the link that the leg is on, as a fault at set times does. */
  cutLink(switchId: string, milliseconds: number): void {
    const link = this.#ground.links.of(switchId);
    if (link !== undefined) this.#breakLink(link, 'stall', milliseconds, false);
  }

  #breakLink(link: Link, action: string, gone: number, newInstance: boolean): void {
    if (newInstance) link.instance++;
    if (!link.up) return;
    this.#ground.links.cut(link);
    const notice: Notice = { link, generation: link.generation, reason: action, gone };
    // A connection that is closed is noticed at once, one that is silent after a while.
    if (action === 'stall')
      this.#ground.after(this.#ground.random.uniform() * LONGEST_SILENCE, LINK_NOTICE, notice);
    else this.noticed(notice);
  }

  noticed({ link, generation, reason, gone }: Notice): void {
    if (link.generation !== generation) return;
    this.#ground.links.notice(link, reason);
    this.#ground.heap.push(this.#ground.now + gone, LINK_UP, link);
  }

  /** The engine died; the calls go on without it. */
  engineGone(): void {
    this.#engineThere = false;
    this.#ground.links.engineGone();
  }

  /** The next engine finds its switches. */
  engineBack(): void {
    const ground = this.#ground;
    this.#engineThere = true;
    for (const link of ground.links.all)
      ground.after(ground.random.uniform() * LONGEST_CONNECT, LINK_UP, link);
  }
}
