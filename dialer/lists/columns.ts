/** Which column of a list holds what: named by the operator, known by its header, or found by its content. */
import { ListRejected } from './list-rejected.js';

/**
 * Columns by their header (case and punctuation do not matter) or as `column 3`, counted from 1. What is not
 * named is guessed from the header; `''` keeps a column that would be guessed from being used so.
 */
export interface ColumnMapping {
  /** In order of preference. */
  readonly numbers?: readonly string[];
  /** Several are joined with a space. */
  readonly name?: string | readonly string[];
  readonly externalId?: string;
  readonly timeZone?: string;
  readonly region?: string;
  readonly postalCode?: string;
  /** Whether the row is a consumer or a business. */
  readonly party?: string;
  /** What kind of number the row's numbers are: hospital, payphone, multi-line … */
  readonly numberClass?: string;
  /** Country of the row's numbers, in place of the default country. */
  readonly country?: string;
  readonly consent?: string;
  /** `presumed`, `express` or `written`. */
  readonly consentLevel?: string;
  /** How it came: a web form, a shop. */
  readonly consentSource?: string;
  /** Where the proof is. */
  readonly consentEvidence?: string;
  /** When it was given or refused. */
  readonly consentAt?: string;
  readonly consentExpires?: string;
  /** Columns kept for the agent's screen; all that have no other use when absent. */
  readonly fields?: readonly string[];
}

/** Positions of the columns, from 0; -1 where there is none. Plain data: it goes to the workers. */
export interface ColumnPlan {
  /** As many as each row has to have. */
  readonly header: readonly string[];
  readonly numbers: readonly number[];
  readonly name: readonly number[];
  readonly externalId: number;
  readonly timeZone: number;
  readonly region: number;
  readonly postalCode: number;
  readonly party: number;
  readonly numberClass: number;
  readonly country: number;
  readonly consent: number;
  readonly consentLevel: number;
  readonly consentSource: number;
  readonly consentEvidence: number;
  readonly consentAt: number;
  readonly consentExpires: number;
  readonly fields: readonly { readonly position: number; readonly name: string }[];
  /** Columns that only later rows have are fields, too. */
  readonly takesMore?: boolean;
}

type SingleRole =
  | 'externalId'
  | 'timeZone'
  | 'region'
  | 'postalCode'
  | 'party'
  | 'numberClass'
  | 'country'
  | 'consent'
  | 'consentLevel'
  | 'consentSource'
  | 'consentEvidence'
  | 'consentAt'
  | 'consentExpires';

const NUMBER_HEADER =
  /^(?:(?:home|work|office|business|mobile|cell|main|primary|secondary|alt|alternate|other|contact|customer|day|evening)?(?:tele)?(?:phone|tel|mobile|cell|cellphone|handy|number)(?:number|no|nr)?|phone(?:home|work|mobile|cell)|msisdn|e164|telefon(?:nummer)?|rufnummer|mobil(?:nummer)?|handynummer|portable|telefono|movil|celular|telefone|telefoon(?:nummer)?|(?:phone)?numbers|phones)\d*$/;

const HEADERS: Readonly<Record<SingleRole | 'name' | 'firstName' | 'lastName', readonly string[]>> = {
  name: ['name', 'fullname', 'contactname', 'customername', 'contact', 'nom', 'nombre'],
  firstName: ['firstname', 'first', 'givenname', 'forename', 'vorname', 'prenom'],
  lastName: ['lastname', 'last', 'surname', 'familyname', 'nachname'],
  externalId: [
    'id',
    'externalid',
    'customerid',
    'contactid',
    'leadid',
    'clientid',
    'recordid',
    'crmid',
    'uuid',
    'reference',
    'vendorleadcode',
  ],
  timeZone: ['timezone', 'tz', 'timezoneid', 'ianatimezone'],
  region: ['region', 'state', 'province', 'stateprovince', 'statecode', 'bundesland'],
  postalCode: [
    'postalcode',
    'postcode',
    'zip',
    'zipcode',
    'zip5',
    'postal',
    'plz',
    'postleitzahl',
    'codepostal',
    'codigopostal',
    'cep',
    'pincode',
  ],
  party: ['calledparty', 'partytype', 'consumerorbusiness'],
  numberClass: ['numberclass', 'numberclasses'],
  country: ['country', 'countryiso', 'isocountry', 'land'],
  consent: ['consent', 'optin', 'optedin', 'permission', 'marketingconsent'],
  consentLevel: ['consentlevel', 'consenttype', 'optintype'],
  consentSource: ['consentsource', 'optinsource'],
  consentEvidence: ['consentevidence', 'consentreference', 'consentproof', 'consentid'],
  consentAt: ['consentat', 'consentdate', 'consenttime', 'consenttimestamp', 'optindate', 'optintime'],
  consentExpires: ['consentexpires', 'consentexpiresat', 'consentexpiry', 'consentuntil'],
};

function simplify(header: string): string {
  return header
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** Columns of an export that say how far a contact was worked begin so: they are no fields of the contact. */
export const EXPORTED = 'tactus:';

/** Whether a first record reads like a header: it names a column that lists have. */
export function looksLikeHeader(record: readonly string[]): boolean {
  const known = Object.values(HEADERS).flat();
  return record.some((cell) => {
    const name = simplify(cell);
    return name !== '' && (NUMBER_HEADER.test(name) || known.includes(name));
  });
}

/** Header names, made unique; columns without a name are called by their position. */
function nameColumns(record: readonly string[]): string[] {
  const used = new Map<string, number>();
  return record.map((cell, position) => {
    const name = cell.trim() === '' ? `column ${position + 1}` : cell.trim();
    const seen = used.get(name) ?? 0;
    used.set(name, seen + 1);
    return seen === 0 ? name : `${name} (${seen + 1})`;
  });
}

function quoteAll(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => `"${name}"`);
  return names.length > 30 ? `${shown.join(', ')} and ${names.length - 30} more` : shown.join(', ');
}

function find(header: readonly string[], wanted: string): number {
  const exact = header.indexOf(wanted.trim());
  if (exact >= 0) return exact;
  const byPosition = /^column\s*(\d+)$/i.exec(wanted.trim());
  const position = byPosition === null ? -1 : Number(byPosition[1]) - 1;
  if (position >= 0 && position < header.length) return position;
  const simple = simplify(wanted);
  return simple === '' ? -1 : header.findIndex((name) => simplify(name) === simple);
}

/** Columns in which most of the sample's filled cells are phone numbers. */
function numberColumns(
  width: number,
  sample: readonly (readonly string[])[],
  isNumber: (cell: string) => boolean,
): number[] {
  const found: number[] = [];
  for (let position = 0; position < width; position += 1) {
    const cells = sample.map((row) => row[position] ?? '').filter((cell) => cell !== '');
    const numbers = cells.filter(isNumber).length;
    if (numbers > 0 && numbers * 2 > cells.length) found.push(position);
  }
  return found;
}

/**
 * @param first the header, or the first record of a file without one, which gives the number of columns
 * @param sample some of the first rows
 * @throws ListRejected when a named column is not there, or no column holds numbers
 */
export function resolveColumns(
  first: readonly string[],
  hasHeader: boolean,
  sample: readonly (readonly string[])[],
  mapping: ColumnMapping,
  isNumber: (cell: string) => boolean,
): ColumnPlan {
  const header = nameColumns(hasHeader ? first : first.map(() => ''));
  const taken = new Set<number>();
  const named = (role: string, wanted: string): number => {
    if (wanted.trim() === '') return -1;
    const position = find(header, wanted);
    if (position < 0) {
      throw new ListRejected(
        `the list has no column "${wanted}" (named for ${role}); its columns are ${quoteAll(header)}`,
      );
    }
    taken.add(position);
    return position;
  };
  const guess = (names: readonly string[]): number => {
    if (!hasHeader) return -1;
    const position = header.findIndex((name, index) => !taken.has(index) && names.includes(simplify(name)));
    if (position >= 0) taken.add(position);
    return position;
  };

  // Named columns first, so that no guess takes them.
  const namedNumbers = mapping.numbers?.map((wanted) => named('numbers', wanted)).filter((at) => at >= 0);
  const namedNames =
    mapping.name === undefined
      ? undefined
      : (typeof mapping.name === 'string' ? [mapping.name] : mapping.name)
          .map((wanted) => named('name', wanted))
          .filter((at) => at >= 0);
  const single = (role: SingleRole): number | undefined => {
    const wanted = mapping[role];
    return wanted === undefined ? undefined : named(role, wanted);
  };
  const singles = {
    externalId: single('externalId'),
    timeZone: single('timeZone'),
    region: single('region'),
    postalCode: single('postalCode'),
    party: single('party'),
    numberClass: single('numberClass'),
    country: single('country'),
    consent: single('consent'),
    consentLevel: single('consentLevel'),
    consentSource: single('consentSource'),
    consentEvidence: single('consentEvidence'),
    consentAt: single('consentAt'),
    consentExpires: single('consentExpires'),
  };
  const namedFields = mapping.fields?.map((wanted) => ({
    wanted,
    position: wanted.trim() === '' ? -1 : find(header, wanted),
  }));
  for (const { wanted, position } of namedFields ?? []) {
    if (position < 0 && wanted.trim() !== '') named('fields', wanted);
  }

  let numbers = namedNumbers ?? [];
  if (mapping.numbers === undefined) {
    if (hasHeader)
      numbers = header.flatMap((name, at) =>
        !taken.has(at) && NUMBER_HEADER.test(simplify(name)) ? [at] : [],
      );
    if (numbers.length === 0)
      numbers = numberColumns(header.length, sample, isNumber).filter((at) => !taken.has(at));
    for (const at of numbers) taken.add(at);
  }
  if (numbers.length === 0) {
    throw new ListRejected(
      `no column with phone numbers was found; name it in the mapping (numbers). The columns are ${quoteAll(header)}`,
    );
  }

  let name = namedNames ?? [];
  if (mapping.name === undefined) {
    name = [guess(HEADERS.name)].filter((at) => at >= 0);
    if (name.length === 0) name = [guess(HEADERS.firstName), guess(HEADERS.lastName)].filter((at) => at >= 0);
  }
  const resolved = {
    externalId: singles.externalId ?? guess(HEADERS.externalId),
    timeZone: singles.timeZone ?? guess(HEADERS.timeZone),
    region: singles.region ?? guess(HEADERS.region),
    postalCode: singles.postalCode ?? guess(HEADERS.postalCode),
    party: singles.party ?? guess(HEADERS.party),
    numberClass: singles.numberClass ?? guess(HEADERS.numberClass),
    country: singles.country ?? guess(HEADERS.country),
    consent: singles.consent ?? guess(HEADERS.consent),
    consentLevel: singles.consentLevel ?? guess(HEADERS.consentLevel),
    consentSource: singles.consentSource ?? guess(HEADERS.consentSource),
    consentEvidence: singles.consentEvidence ?? guess(HEADERS.consentEvidence),
    consentAt: singles.consentAt ?? guess(HEADERS.consentAt),
    consentExpires: singles.consentExpires ?? guess(HEADERS.consentExpires),
  };
  const fieldPositions =
    namedFields?.map(({ position }) => position).filter((at) => at >= 0) ??
    header.flatMap((name, at) => (taken.has(at) || name.startsWith(EXPORTED) ? [] : [at]));
  const fields = fieldPositions.map((position) => ({ position, name: header[position]! }));
  return { header, numbers, name, ...resolved, fields };
}
