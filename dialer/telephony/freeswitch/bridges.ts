/**
 * Bridges asked for and not confirmed yet.
 *
 * `+OK` to `uuid_bridge` only says that both channels existed; CHANNEL_BRIDGE, some 50 ms later, is the proof.
 * Without it in time the bridge is reported as failed. One that comes later all the same is reported as well:
 * it exists, and the engine has to know.
 */
import { bridge } from './dial-string.js';
import type { SwitchContext } from './switch-context.js';

interface PendingBridge {
  readonly channelId: string;
  readonly agentLegId: string;
  timer: NodeJS.Timeout | undefined;
}

export class Bridges {
  readonly #context: SwitchContext;
  /** By the customer's channel. */
  readonly #pending = new Map<string, PendingBridge>();

  constructor(context: SwitchContext) {
    this.#context = context;
  }

  /** @param kind `join`: of legs whose kinds are known already */
  request(channelId: string, agentLegId: string, kind: 'bridge' | 'join' = 'bridge'): void {
    const { legs, commands, options } = this.#context;
    const pending: PendingBridge = { channelId, agentLegId, timer: undefined };
    let command: string;
    try {
      command = bridge(channelId, agentLegId);
    } catch (error) {
      this.#context.reportLater(this.#failure(pending, (error as Error).message));
      return;
    }
    const now = performance.now();
    legs.open(channelId, kind === 'join' ? 'unknown' : 'customer', now);
    legs.open(agentLegId, kind === 'join' ? 'unknown' : 'agent', now);
    clearTimeout(this.#pending.get(channelId)?.timer);
    this.#pending.set(channelId, pending);
    const giveUp = (reason: string): void => {
      if (this.#pending.get(channelId) !== pending) return;
      this.#close(pending);
      this.#context.report(this.#failure(pending, reason));
    };
    commands.api(command, (result) => {
      if (this.#pending.get(channelId) !== pending) return;
      if (result.outcome !== 'ok') giveUp(result.error);
      else
        pending.timer = setTimeout(
          () => giveUp(`not confirmed within ${options.bridgeMilliseconds} ms`),
          options.bridgeMilliseconds,
        );
    });
  }

  /** CHANNEL_BRIDGE came; `first` is the channel that `uuid_bridge` named first. Reported once for a pair. */
  confirmed(first: string, second: string, at: { readonly at?: number }): void {
    const { legs, switchId } = this.#context;
    const [channelId, agentLegId] = this.#isCustomer(first, second) ? [first, second] : [second, first];
    const pending = this.#pending.get(channelId);
    const asked = pending?.agentLegId === agentLegId;
    if (asked) this.#close(pending);
    const now = performance.now();
    const known = legs.get(channelId) !== undefined && legs.get(agentLegId) !== undefined;
    const leg = legs.open(channelId, known ? 'unknown' : 'customer', now);
    // The same two may be joined again; then it was asked for.
    if (!leg || leg.disowned || (leg.bridgedTo === agentLegId && !asked)) return;
    const agent = legs.open(agentLegId, known ? 'unknown' : 'agent', now);
    this.#part(leg.bridgedTo);
    if (agent) this.#part(agent.bridgedTo);
    leg.bridgedTo = agentLegId;
    leg.heardAt = now;
    if (agent) {
      agent.bridgedTo = channelId;
      agent.heardAt = now;
    }
    this.#context.report({
      type: 'channel-bridged',
      switchId,
      channelId,
      otherChannelId: agentLegId,
      ...at,
    });
  }

  /** The leg's bridge is over, as it, or its partner, is in another now. */
  #part(legId: string): void {
    const leg = this.#context.legs.get(legId);
    if (leg) leg.bridgedTo = '';
  }

  /** A channel ended: what it was to be bridged with has to be told, unless it is the customer's own. */
  channelEnded(channelId: string): void {
    const own = this.#pending.get(channelId);
    if (own) this.#close(own);
    for (const pending of this.#pending.values()) {
      if (pending.agentLegId !== channelId) continue;
      this.#close(pending);
      this.#context.report(this.#failure(pending, 'the agent leg ended'));
    }
  }

  stop(): void {
    for (const pending of this.#pending.values()) clearTimeout(pending.timer);
    this.#pending.clear();
  }

  /** Whether the channel named first is the customer's: not so when we asked for the bridge. */
  #isCustomer(first: string, second: string): boolean {
    if (this.#pending.get(second)?.agentLegId === first) return false;
    if (this.#pending.get(first)?.agentLegId === second) return true;
    const { legs } = this.#context;
    return legs.get(first)?.kind === 'customer' || legs.get(second)?.kind === 'agent';
  }

  #failure(
    pending: PendingBridge,
    reason: string,
  ): {
    readonly type: 'bridge-failed';
    readonly switchId: string;
    readonly channelId: string;
    readonly agentLegId: string;
    readonly reason: string;
  } {
    const { switchId } = this.#context;
    const { channelId, agentLegId } = pending;
    return { type: 'bridge-failed', switchId, channelId, agentLegId, reason };
  }

  #close(pending: PendingBridge): void {
    clearTimeout(pending.timer);
    this.#pending.delete(pending.channelId);
  }
}
