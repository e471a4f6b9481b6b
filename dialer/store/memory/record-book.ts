/** Records over their life: read for exports, erased on request, pruned when their time is over. */
import type { EpochMilliseconds } from '../../core/model.js';
import { ERASED, erasedAttempt, erasedNumber } from '../erasure.js';
import type { AttemptRecord, Erasure, ErasureReport, Page, PersonRecords } from '../port.js';
import { type AttemptBook, recordOf } from './attempt-book.js';
import type { ContactBook, MemoryContact } from './contact-book.js';
import { emptyHistory, type MemoryNumber, type NumberBook } from './number-book.js';

export class RecordBook {
  readonly #contacts: ContactBook;
  readonly #numbers: NumberBook;
  readonly #attempts: AttemptBook;
  readonly #hashOf: (number: string) => string;

  constructor(
    contacts: ContactBook,
    numbers: NumberBook,
    attempts: AttemptBook,
    hashOf: (number: string) => string,
  ) {
    this.#contacts = contacts;
    this.#numbers = numbers;
    this.#attempts = attempts;
    this.#hashOf = hashOf;
  }

  contactsWith(numbers: readonly string[]): readonly string[] {
    const wanted = new Set(numbers);
    return this.#contacts
      .all()
      .filter((contact) => !contact.removed && contact.numbers.some(({ facts }) => wanted.has(facts.e164)))
      .map(({ id }) => id);
  }

  person(contactIds: readonly string[]): PersonRecords {
    const found = new Set(contactIds.flatMap((id) => this.#contacts.get(id) ?? []));
    const ids = new Set([...found].map(({ source }) => source.externalId));
    ids.delete('');
    for (const contact of this.#contacts.all())
      if (!contact.removed && ids.has(contact.source.externalId)) found.add(contact);
    const numbers = new Set<string>();
    for (const contact of found)
      for (const { facts } of contact.numbers) if (facts.e164.startsWith('+')) numbers.add(facts.e164);
    return { contactIds: [...found].map(({ id }) => id), numbers: [...numbers] };
  }

  erase({ contactIds, numbers, at }: Erasure): ErasureReport | false {
    const contacts = contactIds.flatMap((id) => this.#contacts.get(id) ?? []);
    const live =
      contacts.some(({ attempt, state }) => attempt !== undefined || state === 'pending') ||
      numbers.some((number) => this.#numbers.find(number)?.live !== undefined);
    if (live) return false;
    const attempts = this.#attempts.of(new Set(contactIds), new Set(numbers));
    for (const attempt of attempts) {
      const { result, disposition, ...intent } = erasedAttempt(
        recordOf(attempt),
        this.#tokenOf(attempt.intent.number),
      );
      attempt.intent = intent;
      attempt.result = result;
      attempt.disposition = disposition;
      attempt.answers = undefined;
      attempt.number = this.#numbers.of(intent.number);
      attempt.person = undefined;
    }
    for (const contact of contacts) this.#blank(contact);
    let consents = 0;
    for (const number of numbers) consents += this.#forget(number, at);
    return { contacts: contacts.length, attempts: attempts.length, consents };
  }

  #blank(contact: MemoryContact): void {
    const { list, source } = contact;
    this.#contacts.close(contact, ERASED);
    contact.doneReason = ERASED;
    list.externalIds.delete(source.externalId);
    list.firstNumbers.delete(source.numbers[0] ?? '');
    this.#numbers.forgetPerson(contact.person);
    contact.person = '';
    contact.history = undefined;
    contact.numbers = contact.numbers.map(({ facts, attempts }) => ({
      facts: this.#numbers.of(this.#tokenOf(facts.e164)),
      attempts,
      dead: true,
    }));
    contact.source = {
      externalId: '',
      name: '',
      timeZone: '',
      region: '',
      numbers: contact.numbers.map(({ facts }) => facts.e164),
      consent: 'none',
      fields: {},
    };
  }

  /** Moves what is kept of the number to its token. Returns how many consent records that were. */
  #forget(e164: string, at: EpochMilliseconds): number {
    const number = this.#numbers.of(e164);
    const token: MemoryNumber = this.#numbers.of(this.#tokenOf(e164));
    const { consents } = number;
    token.consents = [
      ...token.consents,
      ...consents.map((consent) => ({
        ...consent,
        number: token.e164,
        sequence: consent.sequence + token.consents.length,
      })),
    ];
    token.attempts = [
      ...token.attempts,
      ...number.attempts.map((charge) => ({ ...charge, number: token.e164 })),
    ].sort((a, b) => a.at - b.at);
    Object.assign(number, emptyHistory(), { consents: [] });
    this.#numbers.eraseDnc(e164, ERASED, at);
    return consents.length;
  }

  #tokenOf(number: string): string {
    return number.startsWith('+') ? erasedNumber(this.#hashOf(number)) : number;
  }

  attemptsBetween({
    campaignId,
    from,
    to,
    limit,
    cursor,
  }: {
    readonly campaignId: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
    readonly limit: number;
    readonly cursor?: string;
  }): Page<AttemptRecord> {
    const [at = from, ordinal = 0] = cursor === undefined ? [] : cursor.split(':').map(Number);
    const left = this.#attempts
      .between(campaignId, at, to)
      .filter((each) => each.intent.intendedAt > at || each.ordinal > ordinal);
    const items = left.slice(0, limit).map(recordOf);
    const last = left[limit - 1];
    if (left.length <= limit || last === undefined) return { items };
    return { items, nextCursor: `${last.intent.intendedAt}:${last.ordinal}` };
  }
}
