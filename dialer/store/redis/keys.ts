/**
 * Names of all keys, and with them what is kept together: a script cannot leave its slot, and the tag in braces decides on it.
 *
 * - `{c:CAMPAIGN}` contacts, leases, attempts, samples, ledgers of one campaign
 * - `{n:SHARD}` what is known of phone numbers and persons over all campaigns, by a hash of the number or the person's key
 * - `{g}` what there is once: campaigns, agents, the log of writes under way, and the registries
 * - `{journal}` the stream of domain events
 * - `{audit}` the audit log
 */

/** Shards of numbers and persons. Fixed for ever: another number would look for them elsewhere. */
export const NUMBER_SHARDS = 256;

/** A contact's place as it stands in the sorted sets: what falls due at the same time comes in the order of making. */
export function placeOf(ordinal: number): string {
  return String(ordinal).padStart(12, '0');
}

/** FNV-1a, 32 bits: the same in every version. */
export function shardOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % NUMBER_SHARDS;
}

export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  // -- what there is once
  global(name: string): string {
    return `${this.#prefix}{g}${name}`;
  }

  journal(name: string): string {
    return `${this.#prefix}{journal}${name}`;
  }

  audit(name: string): string {
    return `${this.#prefix}{audit}${name}`;
  }

  // -- campaigns
  campaign(campaignId: string, name: string): string {
    return `${this.#prefix}{c:${encodeURIComponent(campaignId)}}${name}`;
  }

  /** Document: who the contact is. */
  profile(campaignId: string, ordinal: number): string {
    return this.campaign(campaignId, `p:${ordinal}`);
  }

  /** Document: where the contact stands; absent as long as it waits for its first call. */
  state(campaignId: string, ordinal: number): string {
    return this.campaign(campaignId, `s:${ordinal}`);
  }

  /** Document: an attempt with its result, disposition and answers. */
  attempt(campaignId: string, attemptId: string): string {
    return this.campaign(campaignId, `a:${attemptId}`);
  }

  /** Sorted set of open contacts of a shelf and list, by when they fall due. */
  due(campaignId: string, shelf: string, list: number): string {
    return this.campaign(campaignId, `due:${shelf}:${list}`);
  }

  /** The same of callbacks. */
  dueCallbacks(campaignId: string, shelf: string, list: number): string {
    return this.campaign(campaignId, `callback:${shelf}:${list}`);
  }

  /** Hash of the numbers on the campaign's do-not-call list: an intent expects that its number is not there. */
  dnc(campaignId: string): string {
    return this.campaign(campaignId, 'dnc');
  }

  /** There when a word on the number came before the intent of this attempt, with what the intent is refused with. */
  revoked(campaignId: string, attemptId: string): string {
    return this.campaign(campaignId, `revoked:${attemptId}`);
  }

  // -- numbers and persons
  shard(shard: number, name: string): string {
    return `${this.#prefix}{n:${shard}}${name}`;
  }

  /** Document: what is known of a number. */
  number(e164: string): string {
    return this.shard(shardOf(e164), `n:${e164}`);
  }

  /** Document: attempts to a person over all numbers. */
  person(person: string): string {
    return this.shard(shardOf(person), `p:${person}`);
  }
}
