/**
 * Who is with whom: bridges asked for and not confirmed yet, and what becomes of a bridge whose people go.
 *
 * A bridge is made for each conversation. That both have entered it is seen in the events, which come before the answer.
 */
import type { AriEvent } from './ari-protocol.js';
import { atOf } from './ari-time.js';
import type { KnownBridge } from './bridge-book.js';
import type { Deadlines } from './deadlines.js';
import type { Moves } from './moves.js';
import type { SwitchContext } from './switch-context.js';

interface PendingBridge {
  readonly channelId: string;
  readonly agentLegId: string;
  bridge: KnownBridge | undefined;
  timer: NodeJS.Timeout | undefined;
}

export class Bridges {
  readonly #context: SwitchContext;
  readonly #moves: Moves;
  readonly #deadlines: Deadlines;
  /** By the customer's channel. */
  readonly #pending = new Map<string, PendingBridge>();

  constructor(context: SwitchContext, moves: Moves, deadlines: Deadlines) {
    this.#context = context;
    this.#moves = moves;
    this.#deadlines = deadlines;
  }

  /** @param kind `join`: of legs whose kinds are known already */
  request(channelId: string, agentLegId: string, kind: 'bridge' | 'join' = 'bridge'): void {
    const { legs, bridgeBook } = this.#context;
    const now = performance.now();
    legs.open(channelId, kind === 'join' ? 'unknown' : 'customer', now);
    legs.open(agentLegId, kind === 'join' ? 'unknown' : 'agent', now);
    this.#close(channelId);
    const pending: PendingBridge = { channelId, agentLegId, bridge: undefined, timer: undefined };
    this.#pending.set(channelId, pending);
    this.#moves.run([channelId, agentLegId], (done) => {
      if (this.#pending.get(channelId) !== pending) {
        done();
        return;
      }
      // A conversation with a party that is no agent's goes on by itself.
      const over = legs.get(agentLegId)?.kind === 'side';
      const bridge = bridgeBook.plan(over ? 'over' : 'call', channelId, agentLegId);
      pending.bridge = bridge;
      const before = bridgeBook.now(channelId);
      this.make(bridge, [agentLegId, channelId], (error) => {
        done();
        // The agent who is left behind waits with the others.
        if (over && before?.purpose === 'call' && before.members.has(before.second))
          this.toIdle(before.second);
        if (error !== undefined) this.#giveUp(pending, error);
        else if (this.#pending.get(channelId) === pending)
          pending.timer = setTimeout(
            () =>
              this.#giveUp(pending, `not confirmed within ${this.#context.options.bridgeMilliseconds} ms`),
            this.#context.options.bridgeMilliseconds,
          );
      });
    });
  }

  /** Makes a planned bridge and brings channels into it, out of those they are in. Without an error when all are in. */
  make(bridge: KnownBridge, channelIds: readonly string[], done: (error: string | undefined) => void): void {
    const { link, bridgeBook } = this.#context;
    const name = bridgeBook.nameOf(bridge);
    link.call('bridges.createWithId', { bridgeId: bridge.id, type: 'mixing', name }, (made) => {
      if (made.outcome !== 'ok') {
        bridgeBook.destroyed(bridge.id);
        done(made.error);
        return;
      }
      this.add(bridge.id, channelIds, (error) => {
        // Some may have come in; what is empty is removed as its last one leaves.
        if (error !== undefined && bridge.members.size === 0) this.#destroy(bridge);
        done(error);
      });
    });
  }

  add(bridgeId: string, channelIds: readonly string[], done: (error: string | undefined) => void): void {
    this.#context.link.call('bridges.addChannel', { bridgeId, channel: channelIds.join(',') }, (added) =>
      done(added.outcome === 'ok' ? undefined : added.error),
    );
  }

  /** The agent waits with the others for the next call. */
  toIdle(agentLegId: string): void {
    const { legs, bridgeBook, log } = this.#context;
    this.#moves.run([agentLegId], (done) => {
      if (legs.hasEnded(agentLegId) || bridgeBook.now(agentLegId)?.purpose === 'idle') {
        done();
        return;
      }
      this.add(bridgeBook.idleId, [agentLegId], (error) => {
        done();
        if (error !== undefined && !legs.hasEnded(agentLegId))
          log('warn', `agent's leg ${agentLegId} does not wait with the others: ${error}`);
      });
    });
  }

  /** ChannelEnteredBridge came. Returns the bridge that has both of its people in it now, once. */
  entered(event: AriEvent): void {
    const { channel, bridge: shown } = event;
    if (channel === undefined || shown === undefined) return;
    const bridge = this.#context.bridgeBook.entered(channel.id, shown);
    if (bridge === undefined || (bridge.purpose !== 'call' && bridge.purpose !== 'over')) return;
    const { first, second, members } = bridge;
    // The destination of a transfer is no leg of the dialer's.
    if (this.#context.bridgeBook.isAuxiliary(second)) return;
    if ((channel.id === first || channel.id === second) && members.has(first) && members.has(second))
      this.#confirmed(bridge, event);
  }

  /** ChannelLeftBridge came: it moves, or has ended. */
  left(event: AriEvent): void {
    const { channel, bridge: shown } = event;
    if (channel === undefined || shown === undefined) return;
    const { legs, bridgeBook } = this.#context;
    const bridge = bridgeBook.left(channel.id, shown);
    if (bridge === undefined || bridge.purpose === 'idle' || bridge.id === bridgeBook.heldId) return;
    const leg = legs.get(channel.id);
    if (leg) {
      const partner = legs.get(leg.bridgedTo);
      if (partner?.bridgedTo === channel.id) partner.bridgedTo = '';
      leg.bridgedTo = '';
    }
    if (bridge.members.size === 0) this.#destroy(bridge);
  }

  /** A channel ended: the others of its bridge go where they belong. */
  channelEnded(channelId: string): void {
    const { legs, bridgeBook } = this.#context;
    const own = this.#pending.get(channelId);
    if (own) {
      this.#close(channelId);
      // The agent may have been brought along already.
      if (own.bridge?.members.has(own.agentLegId)) this.toIdle(own.agentLegId);
    }
    for (const pending of this.#pending.values())
      if (pending.agentLegId === channelId) this.#giveUp(pending, 'the agent leg ended');
    const bridge = bridgeBook.of(channelId);
    bridgeBook.ended(channelId);
    if (bridge === undefined) return;
    const { first, second, members } = bridge;
    const others = [...members].filter((id) => id !== channelId);
    if (bridge.purpose === 'over') for (const id of others) this.#context.hangUp(id, 'NORMAL_CLEARING');
    else if (bridge.purpose === 'call' && channelId === first)
      for (const id of others)
        if (id === second && legs.get(id)?.kind !== 'side') this.toIdle(id);
        else this.#context.hangUp(id, 'NORMAL_CLEARING');
    else if (bridge.purpose === 'call' && channelId === second && legs.get(first)?.kind !== 'side')
      for (const id of others) this.#context.hangUp(id, 'NORMAL_CLEARING');
  }

  /** The link is lost: what was asked for is settled by the listing that follows. */
  linkLost(): void {
    this.#moves.clear();
    for (const pending of [...this.#pending.values()]) this.#giveUp(pending, 'the link was lost');
  }

  stop(): void {
    for (const channelId of [...this.#pending.keys()]) this.#close(channelId);
  }

  #confirmed(bridge: KnownBridge, event: AriEvent): void {
    const { legs, switchId, options } = this.#context;
    const { first: channelId, second: agentLegId } = bridge;
    const pending = this.#pending.get(channelId);
    const asked = pending?.agentLegId === agentLegId;
    if (asked) this.#close(channelId);
    const now = performance.now();
    const leg = legs.open(channelId, 'unknown', now);
    if (!leg || leg.disowned || (leg.bridgedTo === agentLegId && !asked)) return;
    const agent = legs.open(agentLegId, 'unknown', now);
    leg.bridgedTo = agentLegId;
    leg.heardAt = now;
    if (agent) {
      agent.bridgedTo = channelId;
      agent.heardAt = now;
    }
    this.#deadlines.set(channelId, options.longestCallSeconds);
    if (agent?.kind === 'side') this.#deadlines.set(agentLegId, options.longestCallSeconds);
    this.#context.report({
      type: 'channel-bridged',
      switchId,
      channelId,
      otherChannelId: agentLegId,
      ...atOf(event),
    });
  }

  #destroy(bridge: KnownBridge): void {
    this.#context.bridgeBook.destroyed(bridge.id);
    this.#context.link.call('bridges.destroy', { bridgeId: bridge.id }, () => undefined);
  }

  #giveUp(pending: PendingBridge, reason: string): void {
    if (this.#pending.get(pending.channelId) !== pending) return;
    this.#close(pending.channelId);
    if (pending.bridge?.members.has(pending.agentLegId)) this.toIdle(pending.agentLegId);
    const { switchId } = this.#context;
    const { channelId, agentLegId } = pending;
    this.#context.reportLater({ type: 'bridge-failed', switchId, channelId, agentLegId, reason });
  }

  #close(channelId: string): void {
    clearTimeout(this.#pending.get(channelId)?.timer);
    this.#pending.delete(channelId);
  }
}
