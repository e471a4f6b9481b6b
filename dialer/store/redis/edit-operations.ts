/** The port's operations on single contacts, callbacks, contacts that were closed, persons, and retention. */
import type { EpochMilliseconds } from '../../core/model.js';
import type { CallbackCancellation, CallbackMove, ContactEdit } from '../lists.js';
import type { Erasure } from '../port.js';
import { CallbackBook } from './callback-book.js';
import { ContactEdits } from './contact-edits.js';
import type { AsyncOperations, RedisContext } from './context.js';
import { LedgerBook } from './ledger-book.js';
import { PersonBook } from './person-book.js';
import { Registry } from './registry.js';
import { Reopening } from './reopening.js';
import { RetentionBook } from './retention-book.js';
import type { Steps } from './steps.js';
import { WebhookRecords } from './webhook-records.js';

export function editOperations(context: RedisContext): Partial<AsyncOperations> {
  const { connection, operations, registryKeys } = context;
  const reopening = new Reopening(context);
  const edits = new ContactEdits(context);
  const callbacks = new CallbackBook(context);
  const persons = new PersonBook(context, reopening, new Registry(connection, registryKeys));
  const retention = new RetentionBook(
    context,
    new WebhookRecords(connection, registryKeys),
    new LedgerBook(context),
  );
  operations.define(
    'updateContact',
    (steps: Steps, contactId: string, edit: ContactEdit, ifVersion: number, now: EpochMilliseconds) =>
      edits.updateContact(steps, contactId, edit, ifVersion, now),
  );
  operations.define(
    'removeContact',
    (steps: Steps, contactId: string, ifVersion: number, now: EpochMilliseconds) =>
      edits.removeContact(steps, contactId, ifVersion, now),
  );
  operations.define('moveCallback', (steps: Steps, move: CallbackMove) => edits.moveCallback(steps, move));
  operations.define('cancelCallback', (steps: Steps, cancellation: CallbackCancellation) =>
    edits.cancelCallback(steps, cancellation),
  );
  operations.define(
    'reopenContacts',
    (steps: Steps, contacts: readonly { readonly contactId: string; readonly number: string }[]) =>
      reopening.reopenContacts(steps, contacts),
  );
  operations.define('erase', (steps: Steps, erasure: Erasure) => persons.erase(steps, erasure));

  const atOnce = (operation: string) =>
    ((...parameters: unknown[]) => operations.atOnce(operation, parameters)) as never;
  return {
    updateContact: atOnce('updateContact'),
    removeContact: atOnce('removeContact'),
    recycleContacts: (request) => edits.recycleContacts(request),
    prune: (before, limit) => retention.prune(before, limit),
    pruneAttempts: (request) => retention.pruneAttempts(request),
    callbacks: (filter) => callbacks.page(filter),
    moveCallback: atOnce('moveCallback'),
    cancelCallback: atOnce('cancelCallback'),
    contactsClosedByLists: (filter) => reopening.closedByLists(filter),
    reopenContacts: atOnce('reopenContacts'),
    contactsWith: (numbers) => persons.contactsWith(numbers),
    person: (contactIds) => persons.person(contactIds),
    erase: (erasure) => operations.run('erase', [erasure]) as ReturnType<AsyncOperations['erase']>,
  };
}
