/** Contacts as a file: what an export holds can be imported again. */
import type { ContactFilter } from '../store/lists.js';
import type { ContactRecord, Store } from '../store/port.js';
import { EXPORTED } from './columns.js';
import { csvLine } from './csv-cell.js';

export type ContactFileFormat = 'csv' | 'ndjson';

/** Contacts fetched from the store at a time. */
const PAGE = 500;
/** What a list says of a contact. */
const GIVEN = [
  'externalId',
  'name',
  'numbers',
  'timeZone',
  'region',
  'postalCode',
  'party',
  'numberClasses',
] as const;
/** How far it was worked: an import leaves these out. */
const WORKED = [
  'id',
  'list',
  'stage',
  'state',
  'doneReason',
  'attempts',
  'lastOutcome',
  'lastAttemptAt',
  'dueAt',
  'callbackAt',
  'callbackAgent',
] as const;
const COLUMNS = [...GIVEN, ...WORKED] as const;
// A column called party often is a political one.
const HEADER: readonly string[] = [
  ...GIVEN.map((name) => (name === 'party' ? 'calledParty' : name)),
  ...WORKED.map((name) => EXPORTED + name),
];
type Line = Readonly<Record<(typeof COLUMNS)[number], string>>;

function instant(at: number | undefined): string {
  return at === undefined || at === 0 ? '' : new Date(at).toISOString();
}

function lineOf(contact: ContactRecord, shown: (number: string) => string): Line {
  return {
    externalId: contact.externalId,
    name: contact.name,
    numbers: contact.numbers.map(({ e164 }) => shown(e164)).join(';'),
    timeZone: contact.timeZone,
    region: contact.region,
    postalCode: contact.postalCode ?? '',
    party: contact.party ?? '',
    numberClasses: contact.numberClasses?.join(' ') ?? '',
    list: contact.list,
    stage: contact.stage,
    state: contact.state,
    doneReason: contact.doneReason,
    attempts: String(contact.attempts),
    lastOutcome: contact.lastOutcome,
    lastAttemptAt: instant(contact.lastAttemptAt),
    dueAt: contact.state === 'done' ? '' : instant(contact.dueAt),
    callbackAt: instant(contact.callbackAt),
    callbackAgent: contact.callbackAgent ?? '',
    id: contact.contactId,
  };
}

/** Pages of the contacts, as they are when their turn comes. */
async function* pages(store: Pick<Store, 'contacts'>, filter: Omit<ContactFilter, 'limit' | 'cursor'>) {
  let cursor: string | undefined;
  do {
    const page = await store.contacts({ ...filter, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    if (page.items.length > 0) yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/**
 * The text of the file, piece by piece. In CSV the fields that agents are shown have columns of their own: those that the
 * first contacts have, since the header stands before the rest; NDJSON has all of every contact.
 *
 * @param shown the number as the reader may see it
 */
export async function* contactFile(
  store: Pick<Store, 'contacts'>,
  filter: Omit<ContactFilter, 'limit' | 'cursor'>,
  format: ContactFileFormat,
  shown: (number: string) => string,
): AsyncGenerator<string> {
  let fields: readonly string[] | undefined;
  for await (const contacts of pages(store, filter)) {
    if (format === 'ndjson') {
      yield contacts.map((contact) => `${JSON.stringify(jsonOf(contact, shown))}\n`).join('');
      continue;
    }
    let text = '';
    if (fields === undefined) {
      fields = [...new Set(contacts.flatMap((contact) => Object.keys(contact.fields)))];
      text = csvLine([...HEADER, ...fields]);
    }
    for (const contact of contacts) {
      const line = lineOf(contact, shown);
      text += csvLine([
        ...COLUMNS.map((name) => line[name]),
        ...fields.map((name) => contact.fields[name] ?? ''),
      ]);
    }
    yield text;
  }
  if (format === 'csv' && fields === undefined) yield csvLine(HEADER);
}

function jsonOf(contact: ContactRecord, shown: (number: string) => string) {
  const line = lineOf(contact, shown);
  const said = (names: readonly (keyof Line)[]) =>
    Object.fromEntries(names.flatMap((name) => (line[name] === '' ? [] : [[name, line[name]]])));
  return {
    ...said(GIVEN),
    numbers: contact.numbers.map(({ e164 }) => shown(e164)),
    ...(contact.numberClasses !== undefined && { numberClasses: contact.numberClasses }),
    fields: contact.fields,
    tactus: { ...said(WORKED), attempts: contact.attempts },
  };
}
