/** Lists in NDJSON: one contact to a line, as the API takes them or as a flat object whose keys are columns. */
import { type ColumnMapping, type ColumnPlan, EXPORTED, resolveColumns } from './columns.js';
import { ListRejected } from './list-rejected.js';
import { type DefaultCountry, readPhoneNumber } from './phone-number.js';

const SAMPLE_LINES = 50;
/** Keys of an object within `fields` become columns with this in front, so that none is taken for something else. */
const FIELD_PREFIX = 'fields.';
/** What an object under `consentDetails` says, as columns. */
const CONSENT_COLUMNS: Readonly<Record<string, string>> = {
  level: 'consentLevel',
  source: 'consentSource',
  evidence: 'consentEvidence',
  at: 'consentAt',
  expiresAt: 'consentExpires',
};
const PARTIES = new Set(['', 'consumer', 'business']);

export type JsonLine =
  | { readonly cells: ReadonlyMap<string, string> }
  /** Why it cannot be read. */
  | { readonly problem: string };

function scalar(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
}

/** A list of numbers in one cell; `{ "number": … }` is taken for its number. */
function listOf(values: readonly unknown[]): string {
  return values
    .map((value) =>
      typeof value === 'object' && value !== null && 'number' in value ? scalar(value.number) : scalar(value),
    )
    .join(';');
}

/** The cells of a line by their column. */
export function readJsonLine(text: string): JsonLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is no JSON: write one object to a line' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: 'is no JSON object: write one to a line' };
  const cells = new Map<string, string>();
  for (const [key, given] of Object.entries(value)) {
    if (Array.isArray(given)) cells.set(key, listOf(given));
    else if (typeof given !== 'object' || given === null)
      cells.set(key, scalar(given).replace(/\s*[\r\n]+\s*/g, ' '));
    else if (key === 'consentDetails')
      for (const [name, said] of Object.entries(given))
        cells.set(CONSENT_COLUMNS[name] ?? name, scalar(said));
    else if (key === 'fields')
      for (const [name, said] of Object.entries(given)) cells.set(FIELD_PREFIX + name, scalar(said));
    else if (`${key}:` !== EXPORTED) cells.set(key, scalar(given));
  }
  return { cells };
}

/** What the beginning of the file tells: the columns are the keys of its first lines. */
export function readJsonStart(
  start: Uint8Array,
  complete: boolean,
  mapping: ColumnMapping,
  defaultCountry: DefaultCountry,
): ColumnPlan {
  const text = Buffer.from(start).toString('utf8');
  const lines = text.split('\n');
  if (!complete) lines.pop();
  const read = lines
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES)
    .map(readJsonLine);
  if (read.length === 0) throw new ListRejected('the list is empty');
  const rows = read.flatMap((line) => ('cells' in line ? [line.cells] : []));
  if (rows.length === 0)
    throw new ListRejected(
      'none of the first lines is a JSON object: write one contact to a line, such as {"numbers":["+12025550143"]}',
    );
  const header = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  const isParty = header.includes('party') && rows.every((cells) => PARTIES.has(cells.get('party') ?? ''));
  const plan = resolveColumns(
    header,
    true,
    rows.map((cells) => header.map((name) => cells.get(name) ?? '')),
    { ...(isParty && { party: 'party' }), ...mapping },
    (cell) => readPhoneNumber(cell, defaultCountry).e164 !== undefined,
  );
  return {
    ...plan,
    fields: plan.fields.map(({ position, name }) => ({ position, name: fieldName(name) })),
    // Later lines may have fields that the first ones have not.
    takesMore: mapping.fields === undefined,
  };
}

function fieldName(column: string): string {
  return column.startsWith(FIELD_PREFIX) ? column.slice(FIELD_PREFIX.length) : column;
}

/** The line in the columns of the plan, and its fields beyond them. */
export function jsonRow(
  cells: ReadonlyMap<string, string>,
  plan: ColumnPlan,
): { readonly row: readonly string[]; readonly more: Readonly<Record<string, string>> } {
  const row = plan.header.map((name) => cells.get(name) ?? '');
  const more: Record<string, string> = {};
  if (plan.takesMore === true)
    for (const [name, value] of cells)
      if (value !== '' && !plan.header.includes(name)) more[fieldName(name)] = value;
  return { row, more };
}
