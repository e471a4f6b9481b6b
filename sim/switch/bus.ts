/** Hands events to the listeners that want them, and loses, doubles or delays some when the scenario says so. */
import { type Sampler, sampler } from '../distributions.js';
import type { RandomStream } from '../random.js';
import type { FaultScenario } from '../scenario.js';
import type { Channel } from './channel.js';
import { type EventFormat, eventFrame, type HeaderList } from './encoding.js';
import { channelEvent, type EventExtras, eventHead, type Origin } from './events.js';
import type { Timeline } from './timeline.js';

export interface Subscriber {
  readonly format: EventFormat;
  wants(name: string): boolean;
  /** Filters, which look into the event. */
  passes(headers: HeaderList): boolean;
  /** `frame` is a whole event frame. */
  deliver(frame: string): void;
}

export interface EventFaults {
  lost: number;
  doubled: number;
  delayed: number;
}

export class EventBus {
  readonly origin: Origin;
  /** Rates of event faults now; 0–1. */
  readonly faults: EventFaults;
  readonly #timeline: Timeline;
  readonly #random: RandomStream;
  readonly #delay: Sampler;
  readonly #subscribers = new Set<Subscriber>();
  /** Events made for at least one listener, and those lost on purpose. */
  published = 0;
  lost = 0;

  constructor(origin: Origin, timeline: Timeline, random: RandomStream, faults: FaultScenario) {
    this.origin = origin;
    this.#timeline = timeline;
    this.#random = random;
    this.#delay = sampler(faults.eventDelay);
    this.faults = {
      lost: faults.lostEventRate,
      doubled: faults.doubledEventRate,
      delayed: faults.delayedEventRate,
    };
  }

  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** An event about a leg. */
  channel(name: string, channel: Channel, extras?: EventExtras): void {
    this.origin.sequence++;
    if (!this.#wanted(name)) return;
    this.#publish(name, channelEvent(this.origin, name, this.#timeline.now, channel, extras), '');
  }

  /** An event about the switch itself. */
  plain(name: string, headers: HeaderList, body = ''): void {
    this.origin.sequence++;
    if (!this.#wanted(name)) return;
    this.#publish(name, [...eventHead(this.origin, name, this.#timeline.now), ...headers], body);
  }

  #wanted(name: string): boolean {
    for (const subscriber of this.#subscribers) if (subscriber.wants(name)) return true;
    return false;
  }

  #publish(name: string, headers: HeaderList, body: string): void {
    this.published++;
    const { lost, doubled, delayed } = this.faults;
    if (lost > 0 && this.#random.bernoulli(lost)) {
      this.lost++;
      return;
    }
    if (delayed > 0 && this.#random.bernoulli(delayed)) {
      this.#timeline.after(1000 * this.#delay(this.#random), () => this.#hand(name, headers, body));
      return;
    }
    this.#hand(name, headers, body);
    if (doubled > 0 && this.#random.bernoulli(doubled)) this.#hand(name, headers, body);
  }

  #hand(name: string, headers: HeaderList, body: string): void {
    let plain: string | undefined;
    let json: string | undefined;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.wants(name) || !subscriber.passes(headers)) continue;
      if (subscriber.format === 'json') {
        json ??= eventFrame(headers, body, 'json');
        subscriber.deliver(json);
      } else {
        plain ??= eventFrame(headers, body, 'plain');
        subscriber.deliver(plain);
      }
    }
  }
}
