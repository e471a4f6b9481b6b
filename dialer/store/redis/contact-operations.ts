/** The port's operations on contacts: their import, lists, leases, and looking at them. */

import type { ListChange } from '../lists.js';
import type { NewContact } from '../port.js';
import { requireNumbers } from '../rules.js';
import { ContactBook } from './contact-book.js';
import type { AsyncOperations, RedisContext } from './context.js';
import { LeaseBook } from './lease-book.js';
import { Reopening } from './reopening.js';
import type { Steps } from './steps.js';

export function contactOperations(context: RedisContext): Partial<AsyncOperations> {
  const { operations } = context;
  const contacts = new ContactBook(context);
  const leases = new LeaseBook(context);
  const reopening = new Reopening(context);
  operations.define(
    'addContacts',
    async (steps: Steps, campaignId: string, added: readonly NewContact[], now: number, list?: string) => {
      const counts = await contacts.addContacts(steps, campaignId, added, now, list);
      // A list may grant what was refused before.
      const granted = added.flatMap(({ consent, numbers }) => (consent === 'granted' ? numbers : []));
      await reopening.reopenFor(granted);
      return counts;
    },
  );
  operations.define('saveList', (steps: Steps, change: ListChange) => contacts.saveList(steps, change));
  // Imports of one process have their turns, so that contacts come in the order in which they were given.
  let imports: Promise<unknown> = Promise.resolve();
  return {
    addContacts: (campaignId, added, now, list) => {
      requireNumbers(added);
      const turn = imports.then(() =>
        operations.run(
          'addContacts',
          list === undefined ? [campaignId, added, now] : [campaignId, added, now, list],
        ),
      );
      imports = turn.catch(() => undefined);
      return turn as ReturnType<AsyncOperations['addContacts']>;
    },
    saveList: (change) => operations.atOnce('saveList', [change]) as ReturnType<AsyncOperations['saveList']>,
    lists: (campaignId) => contacts.lists(campaignId),
    penetration: (campaignId) => contacts.penetration(campaignId),
    contact: (contactId) => contacts.contact(contactId),
    contacts: (filter) => contacts.contacts(filter),
    contactCounts: (campaignId) => contacts.contactCounts(campaignId),
    leaseLeads: (request) => leases.leaseLeads(request),
    leaseContact: (request) => leases.leaseContact(request),
    peekLeads: (request) => leases.peekLeads(request),
  };
}
