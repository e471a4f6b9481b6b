/**
 * Opens contacts again whose numbers a new version of a do-not-call registry no longer lists. They are looked through in
 * slices, in the background: the store is asked for some, their numbers are looked up, and those that are on no registry any
 * more are opened. The gate judges them when they are leased.
 */
import type { AuditLog } from '../audit/index.js';
import type { Store } from '../store/port.js';
import type { DncRegistries } from './registry-port.js';

export interface DelistedContactsOptions {
  readonly store: Pick<Store, 'contactsClosedByLists' | 'audited'>;
  readonly registries: DncRegistries;
  readonly audit: Pick<AuditLog, 'entry'>;
  /** Contacts of the campaign have been opened again. */
  readonly contactsChanged: (campaignId: string) => void;
  readonly onError: (error: unknown) => void;
  /** Contacts looked at in one go. Default 500. */
  readonly sliceContacts?: number;
}

/** Looks through all closed contacts once, and anew whenever a registry has another version. */
export interface DelistedContacts {
  /** Resolves when everything is looked through by the registries held now. */
  idle(): Promise<void>;
  /** Stops between two slices; what is left is looked through at the next start. */
  close(): Promise<void>;
}

export function openDelistedContacts(options: DelistedContactsOptions): DelistedContacts {
  const { store, registries, audit, contactsChanged, onError, sliceContacts = 500 } = options;
  let closed = false;
  let again = false;
  let running: Promise<void> | undefined;

  async function slice(after: string | undefined): Promise<string | undefined> {
    const { items, nextCursor } = await store.contactsClosedByLists({
      limit: sliceContacts,
      ...(after !== undefined && { cursor: after }),
    });
    const listed = registries.listsOfEach(items.flatMap(({ numbers }) => numbers));
    const free = items.flatMap(({ contactId, numbers }) => {
      const number = numbers.find((each) => !listed.has(each));
      return number === undefined ? [] : [{ contactId, number }];
    });
    if (free.length === 0) return nextCursor;
    const entry = audit.entry({
      action: 'contacts.reopen',
      subject: { kind: 'contact', id: '' },
      reason: 'their numbers are on no do-not-call registry any more',
      after: { registries: registries.versions().map(({ id, version }) => `${id} ${version}`) },
    });
    const reopened = new Set((await store.audited(entry, 'reopenContacts', [free])) || []);
    const campaigns = new Set<string>();
    for (const { contactId, campaignId } of items) if (reopened.has(contactId)) campaigns.add(campaignId);
    for (const campaignId of campaigns) contactsChanged(campaignId);
    return nextCursor;
  }

  async function lookThrough(): Promise<void> {
    let cursor: string | undefined;
    do cursor = await slice(cursor);
    while (cursor !== undefined && !closed);
  }

  async function run(): Promise<void> {
    do {
      again = false;
      try {
        await lookThrough();
      } catch (error) {
        onError(error);
      }
    } while (again && !closed);
    running = undefined;
  }

  function start(): void {
    if (closed) return;
    if (running === undefined) running = run();
    else again = true;
  }

  const unsubscribe = registries.subscribe(start);
  start();
  return {
    async idle() {
      while (running !== undefined) await running;
    },
    async close() {
      closed = true;
      unsubscribe();
      await running;
    },
  };
}
