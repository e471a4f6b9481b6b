/** Finds all that is kept of a person, across campaigns, and erases it. */
import type { AuditEntry } from '../audit/index.js';
import type { EpochMilliseconds } from '../core/model.js';
import type { ErasureReport, PersonRecords, Store } from '../store/port.js';

/** A number leads to contacts, these to other numbers, and these to other contacts; more rounds than this find strangers. */
const ROUNDS = 3;

type ErasingStore = Pick<Store, 'audited' | 'contactsWith' | 'person'>;

/** The contacts that have one of the numbers, are one of those given, or share an external id with one of them. */
export async function findPerson(
  store: ErasingStore,
  start: { readonly contactId?: string; readonly number?: string },
): Promise<PersonRecords> {
  let contactIds: readonly string[] = start.contactId === undefined ? [] : [start.contactId];
  const numbers = new Set<string>(start.number === undefined ? [] : [start.number]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const known = numbers.size;
    const found = new Set(contactIds);
    if (numbers.size > 0) for (const id of await store.contactsWith([...numbers])) found.add(id);
    const person = await store.person([...found]);
    ({ contactIds } = person);
    for (const number of person.numbers) numbers.add(number);
    if (numbers.size === known) break;
  }
  return { contactIds, numbers: [...numbers] };
}

/** Erases the person, with its record in one transaction. `false` while a call to them, or its wrap-up, is under way. */
export async function erasePerson(
  store: ErasingStore,
  person: PersonRecords,
  entry: AuditEntry,
  at: EpochMilliseconds,
): Promise<ErasureReport | false> {
  return store.audited({ ...entry, numbers: person.numbers }, 'erase', [{ ...person, at }]);
}
