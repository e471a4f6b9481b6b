/** Asks an Asterisk what is on it, and makes ready what the dialer needs there. */
import type { AriBridge, AriChannel } from './ari-protocol.js';
import type { SwitchContext } from './switch-context.js';

export interface Listing {
  readonly channels: readonly AriChannel[];
  readonly bridges: readonly AriBridge[];
}

/** Ids in one request, so that its address stays short. */
const subscribedAtOnce = 50;

export class SwitchListing {
  readonly #context: SwitchContext;

  constructor(context: SwitchContext) {
    this.#context = context;
  }

  /** The channels and bridges on the switch, or why they cannot be had. */
  ask(done: (listing: Listing | string) => void): void {
    const { link } = this.#context;
    // The channels first: who is in a bridge by then is shown in it.
    link.call('channels.list', {}, (channels) => {
      if (channels.outcome !== 'ok') {
        done(`the channels could not be listed: ${channels.error}`);
        return;
      }
      link.call('bridges.list', {}, (bridges) =>
        done(
          bridges.outcome === 'ok'
            ? {
                channels: (channels.body ?? []) as readonly AriChannel[],
                bridges: (bridges.body ?? []) as readonly AriBridge[],
              }
            : `the bridges could not be listed: ${bridges.error}`,
        ),
      );
    });
  }

  /** Makes the bridges in which agents and customers wait, has the events of what is there sent, and lists it. */
  prepare(done: (listing: Listing | string) => void): void {
    const { bridgeBook } = this.#context;
    this.#holding(bridgeBook.idleId, (error) => {
      if (error !== undefined) done(error);
      else
        this.#holding(bridgeBook.heldId, (second) => {
          if (second !== undefined) done(second);
          else this.#subscribeAndAsk(done);
        });
    });
  }

  /** Has the events of channels and bridges sent. */
  subscribe(sources: readonly string[], done: () => void): void {
    const { link, application } = this.#context;
    if (sources.length === 0) {
      done();
      return;
    }
    const together = sources.slice(0, subscribedAtOnce);
    const rest = sources.slice(subscribedAtOnce);
    const eventSource = together.join(',');
    link.call('applications.subscribe', { applicationName: application, eventSource }, (result) => {
      // One that has gone meanwhile fails the request for all.
      if (result.outcome !== 'error' || together.length === 1) this.subscribe(rest, done);
      else {
        const half = Math.ceil(together.length / 2);
        this.subscribe(together.slice(0, half), () =>
          this.subscribe(together.slice(half), () => this.subscribe(rest, done)),
        );
      }
    });
  }

  /** Ends what served a call that has gone while nobody listened: snoops, destinations, empty bridges. */
  tidy({ channels, bridges }: Listing): void {
    const { link, bridgeBook, legs } = this.#context;
    const present = new Set(channels.map(({ id }) => id));
    for (const { id } of channels) {
      if (!bridgeBook.isAuxiliary(id)) continue;
      const bridge = bridgeBook.now(id);
      const first = bridgeBook.all().find(({ second }) => second === id)?.first ?? bridge?.first ?? '';
      if (first !== '' && !present.has(first))
        link.call('channels.hangup', { channelId: id }, () => undefined);
    }
    for (const { id, channels: members } of bridges) {
      if (!bridgeBook.isAuxiliary(id) || id === bridgeBook.idleId || id === bridgeBook.heldId) continue;
      if (members.length === 0) link.call('bridges.destroy', { bridgeId: id }, () => undefined);
    }
    for (const bridge of bridgeBook.all())
      if (bridge.purpose === 'call' && bridge.members.has(bridge.second) && !present.has(bridge.first))
        if (legs.get(bridge.second)?.kind !== 'side')
          // The customer went unheard: the agent waits with the others.
          link.call(
            'bridges.addChannel',
            { bridgeId: bridgeBook.idleId, channel: bridge.second },
            () => undefined,
          );
  }

  #holding(bridgeId: string, done: (error: string | undefined) => void): void {
    this.#context.link.call('bridges.createWithId', { bridgeId, type: 'holding' }, (made) =>
      done(
        made.outcome === 'ok' || (made.outcome === 'error' && /already exists/.test(made.error))
          ? undefined
          : `the bridge ${bridgeId} could not be made: ${made.error}`,
      ),
    );
  }

  /** Events of channels that were made on an earlier link are sent to whoever asks for them. */
  #subscribeAndAsk(done: (listing: Listing | string) => void): void {
    const { bridgeBook, options } = this.#context;
    this.ask((first) => {
      if (typeof first === 'string') {
        done(first);
        return;
      }
      const sources = [
        ...first.channels
          .filter(({ id }) => id.startsWith(options.ownPrefix) || bridgeBook.isAuxiliary(id))
          .map(({ id }) => `channel:${id}`),
        ...first.bridges.filter(({ id }) => bridgeBook.isAuxiliary(id)).map(({ id }) => `bridge:${id}`),
      ];
      // Listed once more: what changed meanwhile was not heard of.
      this.subscribe(sources, () => this.ask(done));
    });
  }
}
