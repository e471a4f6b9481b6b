import type { NewContact } from '../port.js';
import type { RedisContext } from './context.js';
import { type Doc, readDoc, type Transaction } from './transaction.js';

type Identity = Pick<NewContact, 'externalId' | 'numbers'>;

/** What a campaign's contacts are found by and told apart by: a part of it, as it was read, and what is to become of it. */
export class ContactIndex {
  readonly #context: RedisContext;
  readonly #campaignId: string;
  readonly #imports: Doc<unknown>;
  readonly #before: ReadonlyMap<string, string>;
  /** By 'external' or 'numbers' and the field, with an empty text for what is not there. */
  readonly #now: Map<string, string>;

  private constructor(
    context: RedisContext,
    campaignId: string,
    imports: Doc<unknown>,
    found: ReadonlyMap<string, string>,
  ) {
    this.#context = context;
    this.#campaignId = campaignId;
    this.#imports = imports;
    this.#before = found;
    this.#now = new Map(found);
  }

  static async read(
    context: RedisContext,
    campaignId: string,
    fields: { readonly externalIds: readonly string[]; readonly numbers: readonly string[] },
  ): Promise<ContactIndex> {
    const { connection, keys } = context;
    const read = async (name: string, wanted: readonly string[]): Promise<[string, string][]> => {
      const unique = [...new Set(wanted)].filter((field) => field !== '');
      if (unique.length === 0) return [];
      const values = await connection.call('hmget', keys.campaign(campaignId, name), ...unique);
      return unique.map((field, i) => [`${name} ${field}`, (values as (string | null)[])[i] ?? '']);
    };
    // The imports are read first: a change that comes after it is noticed.
    const imports = await readDoc(connection, keys.campaign(campaignId, 'imports'));
    const found = await Promise.all([read('external', fields.externalIds), read('numbers', fields.numbers)]);
    return new ContactIndex(context, campaignId, imports, new Map(found.flat()));
  }

  hasExternalId(externalId: string): boolean {
    return this.#at('external', externalId) !== '';
  }

  /** Is it some contact's first number? */
  hasFirst(number: string): boolean {
    return this.#at('numbers', number).includes('*');
  }

  remove(ordinal: number, { externalId, numbers }: Identity): void {
    if (this.#at('external', externalId) === String(ordinal)) this.#now.set(`external ${externalId}`, '');
    for (const number of numbers)
      this.#now.set(
        `numbers ${number}`,
        this.#at('numbers', number)
          .split(',')
          .filter((place) => Number.parseInt(place, 10) !== ordinal)
          .join(','),
      );
  }

  add(ordinal: number, { externalId, numbers }: Identity): void {
    if (externalId !== '') this.#now.set(`external ${externalId}`, String(ordinal));
    for (const [position, number] of [...new Set(numbers)].entries()) {
      const place = `${ordinal}${position === 0 ? '*' : ''}`;
      const others = this.#at('numbers', number);
      this.#now.set(`numbers ${number}`, others === '' ? place : `${others},${place}`);
    }
  }

  /** The contact is found by the numbers, but is not told apart by them. */
  find(ordinal: number, numbers: readonly string[]): void {
    for (const number of new Set(numbers)) {
      const others = this.#at('numbers', number);
      this.#now.set(`numbers ${number}`, others === '' ? String(ordinal) : `${others},${ordinal}`);
    }
  }

  /** Adds what has changed to the transaction, which is refused when somebody else was first. */
  write(transaction: Transaction): void {
    const { keys } = this.#context;
    const changed = [...this.#now].filter(([field, value]) => value !== this.#before.get(field));
    if (changed.length === 0) return;
    transaction.replace(this.#imports, {});
    for (const [name, value] of changed) {
      const space = name.indexOf(' ');
      const key = keys.campaign(this.#campaignId, name.slice(0, space));
      const field = name.slice(space + 1);
      if (value === '') transaction.run('HDEL', key, field);
      else transaction.run('HSET', key, field, value);
    }
  }

  #at(name: string, field: string): string {
    return this.#now.get(`${name} ${field}`) ?? '';
  }
}
