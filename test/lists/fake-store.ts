import type { ImportCounts, NewContact } from '../../dialer/store/port.js';

/** As much of a store as an import needs: folds by external id and first number, in memory. */
export class FakeStore {
  readonly contacts: NewContact[] = [];
  readonly batches: number[] = [];
  /** Called before each batch; may wait or throw. */
  before: (batch: readonly NewContact[]) => Promise<void> | void = () => undefined;
  underWay = 0;
  mostUnderWay = 0;
  readonly #keys = new Set<string>();

  async addContacts(campaignId: string, contacts: readonly NewContact[]): Promise<ImportCounts> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await this.before(contacts);
      this.batches.push(contacts.length);
      let added = 0;
      for (const contact of contacts) {
        const byNumber = `${campaignId} n ${contact.numbers[0]}`;
        const byId = `${campaignId} i ${contact.externalId}`;
        if (this.#keys.has(byNumber) || (contact.externalId !== '' && this.#keys.has(byId))) continue;
        this.#keys.add(byNumber);
        this.#keys.add(byId);
        this.contacts.push(contact);
        added += 1;
      }
      return { added, duplicates: contacts.length - added };
    } finally {
      this.underWay -= 1;
    }
  }
}
