/**
 * The bridges of this installation on one Asterisk, and who is in them.
 *
 * A bridge says in its id that it is ours and what it is for, and in its name whom it is for, so that a dialer that was
 * restarted reads from the listing how calls stand.
 */
import { randomUUID } from 'node:crypto';
import type { AriBridge } from './ari-protocol.js';

/**
 * `idle`: agents between calls. `held`: customers who hear music. `call`: a conversation of `first` with `second`.
 * `over`: one that goes on without an agent. `spy`: a supervisor with the channel that hears a call.
 */
export type BridgePurpose = 'idle' | 'held' | 'call' | 'over' | 'spy';

export interface KnownBridge {
  readonly id: string;
  readonly purpose: BridgePurpose;
  /** The customer, the consulted party, or the supervisor; empty where it is for many. */
  readonly first: string;
  readonly second: string;
  readonly members: Set<string>;
}

export class BridgeBook {
  readonly #tag: string;
  readonly #bridges = new Map<string, KnownBridge>();
  readonly #whereabouts = new Map<string, KnownBridge>();
  /** The bridge that a channel has left without entering another: its end follows, or its move. */
  readonly #left = new Map<string, KnownBridge>();

  constructor(ownPrefix: string) {
    this.#tag = `tactus-${ownPrefix}-`;
  }

  /** Of the bridge in which all agents wait. */
  get idleId(): string {
    return `${this.#tag}idle`;
  }

  /** Of the bridge in which customers hear the switch's own music. */
  get heldId(): string {
    return `${this.#tag}held`;
  }

  /** Whether a channel serves a call without being one: a recorder, a listener, a destination. */
  isAuxiliary(channelId: string): boolean {
    return channelId.startsWith(this.#tag);
  }

  /** A new id for a channel that serves a call. */
  auxiliaryId(purpose: 'snoop' | 'record' | 'over'): string {
    return `${this.#tag}${purpose}-${randomUUID()}`;
  }

  /** A bridge that is about to be made. */
  plan(purpose: BridgePurpose, first: string, second: string): KnownBridge {
    const id = `${this.#tag}${purpose}-${randomUUID()}`;
    const bridge: KnownBridge = { id, purpose, first, second, members: new Set() };
    this.#bridges.set(id, bridge);
    return bridge;
  }

  nameOf({ first, second }: KnownBridge): string {
    return `${first} ${second}`.trim();
  }

  get(bridgeId: string): KnownBridge | undefined {
    return this.#bridges.get(bridgeId);
  }

  /** The bridge that the channel is in, or was in to its end. */
  of(channelId: string): KnownBridge | undefined {
    return this.#whereabouts.get(channelId) ?? this.#left.get(channelId);
  }

  /** The bridge that the channel is in now. */
  now(channelId: string): KnownBridge | undefined {
    return this.#whereabouts.get(channelId);
  }

  all(): readonly KnownBridge[] {
    return [...this.#bridges.values()];
  }

  entered(channelId: string, shown: AriBridge): KnownBridge | undefined {
    const bridge = this.#known(shown);
    if (bridge === undefined) return undefined;
    this.#whereabouts.get(channelId)?.members.delete(channelId);
    bridge.members.add(channelId);
    this.#whereabouts.set(channelId, bridge);
    this.#left.delete(channelId);
    return bridge;
  }

  left(channelId: string, shown: AriBridge): KnownBridge | undefined {
    const bridge = this.#known(shown);
    if (bridge === undefined) return undefined;
    bridge.members.delete(channelId);
    if (this.#whereabouts.get(channelId) !== bridge) return bridge;
    this.#whereabouts.delete(channelId);
    this.#left.set(channelId, bridge);
    return bridge;
  }

  ended(channelId: string): void {
    this.#whereabouts.get(channelId)?.members.delete(channelId);
    this.#whereabouts.delete(channelId);
    this.#left.delete(channelId);
  }

  destroyed(bridgeId: string): void {
    const bridge = this.#bridges.get(bridgeId);
    if (bridge === undefined) return;
    this.#bridges.delete(bridgeId);
    for (const id of bridge.members) this.#whereabouts.delete(id);
  }

  /** The bridges are these; what is planned and not made yet is forgotten with the link that it was planned on. */
  reload(listed: readonly AriBridge[]): void {
    this.#bridges.clear();
    this.#whereabouts.clear();
    this.#left.clear();
    for (const shown of listed) for (const channelId of shown.channels) this.entered(channelId, shown);
    for (const shown of listed) this.#known(shown);
  }

  #known(shown: AriBridge): KnownBridge | undefined {
    const known = this.#bridges.get(shown.id);
    if (known !== undefined) return known;
    if (!shown.id.startsWith(this.#tag)) return undefined;
    const purpose = /^(idle|held|call|over|spy)(?:-|$)/.exec(shown.id.slice(this.#tag.length))?.[1];
    if (purpose === undefined) return undefined;
    const [first = '', second = ''] = shown.name.split(' ');
    const bridge: KnownBridge = {
      id: shown.id,
      purpose: purpose as BridgePurpose,
      first,
      second,
      members: new Set(),
    };
    this.#bridges.set(shown.id, bridge);
    return bridge;
  }
}
