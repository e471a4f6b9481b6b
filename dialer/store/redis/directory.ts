/**
 * Where a contact is kept: ordinals are handed out in blocks, each to one campaign. The blocks never change, so that every
 * process keeps those it has seen.
 */
import type { RedisConnection } from './connection.js';
import type { Keys } from './keys.js';

export interface Block {
  readonly first: number;
  readonly last: number;
  readonly campaignId: string;
}

export class Directory {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;
  /** By first ordinal. */
  #blocks: Block[] = [];

  constructor(connection: RedisConnection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /** Hands out the next `count` ordinals to the campaign. */
  async allot(campaignId: string, count: number): Promise<Block> {
    const last = Number(await this.#connection.call('incrby', this.#keys.global('ordinal'), count));
    const block = { first: last - count + 1, last, campaignId };
    await Promise.all([
      this.#connection.call(
        'zadd',
        this.#keys.global('blocks'),
        block.first,
        `${block.first}:${last}:${campaignId}`,
      ),
      this.#connection.call('sadd', this.#keys.global('contact-campaigns'), campaignId),
    ]);
    return block;
  }

  /** Campaigns that have, or had, contacts. */
  async campaignIds(): Promise<readonly string[]> {
    return (
      (await this.#connection.call('smembers', this.#keys.global('contact-campaigns'))) as string[]
    ).sort();
  }

  /** All blocks in their order, of one campaign when it is given, from the one that holds the ordinal on. */
  async blocks(campaignId?: string, from = 0): Promise<readonly Block[]> {
    await this.#refresh();
    return this.#blocks.filter(
      (block) => block.last >= from && (campaignId === undefined || block.campaignId === campaignId),
    );
  }

  /** The contact's campaign and ordinal; undefined when there never was such a contact. */
  async find(
    contactId: string,
  ): Promise<{ readonly campaignId: string; readonly ordinal: number } | undefined> {
    const ordinal = /^c[1-9]\d{0,11}$/.test(contactId) ? Number(contactId.slice(1)) : undefined;
    if (ordinal === undefined) return undefined;
    let block = this.#holding(ordinal);
    if (block === undefined) {
      await this.#refresh();
      block = this.#holding(ordinal);
    }
    return block === undefined ? undefined : { campaignId: block.campaignId, ordinal };
  }

  /** The next ordinals after this one, up to `count`, in their order: of one campaign when it is given. */
  async after(
    ordinal: number,
    count: number,
    campaignId?: string,
  ): Promise<readonly { readonly campaignId: string; readonly ordinal: number }[]> {
    const found: { readonly campaignId: string; readonly ordinal: number }[] = [];
    for (const block of await this.blocks(campaignId, ordinal + 1))
      for (let each = Math.max(block.first, ordinal + 1); each <= block.last; each += 1) {
        if (found.length === count) return found;
        found.push({ campaignId: block.campaignId, ordinal: each });
      }
    return found;
  }

  #holding(ordinal: number): Block | undefined {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle] as Block;
      if (ordinal < block.first) high = middle - 1;
      else if (ordinal > block.last) low = middle + 1;
      else return block;
    }
    return undefined;
  }

  async #refresh(): Promise<void> {
    // A block is noted after its ordinals were taken: one with lower ordinals may still come.
    const texts = (await this.#connection.call('zrange', this.#keys.global('blocks'), 0, -1)) as string[];
    if (texts.length <= this.#blocks.length) return;
    this.#blocks = texts.map((text) => {
      const [, first, last, campaignId = ''] = /^(\d+):(\d+):(.*)$/s.exec(text) ?? [];
      return { first: Number(first), last: Number(last), campaignId };
    });
  }
}
