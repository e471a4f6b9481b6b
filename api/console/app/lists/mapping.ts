/** Which column of a file is taken for what, as the page shows it: column by column. */
import type { Preview } from './types';

/** What a column may be taken for; `fields` is shown to agents, `` is left out. */
export const ROLES = [
  'numbers',
  'name',
  'externalId',
  'timeZone',
  'region',
  'postalCode',
  'country',
  'party',
  'numberClass',
  'consent',
  'consentLevel',
  'consentSource',
  'consentEvidence',
  'consentAt',
  'consentExpires',
  'fields',
  '',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that several columns may have together. */
const SEVERAL: ReadonlySet<Role> = new Set(['numbers', 'name', 'fields', '']);

/** In the order of the file. */
export type Mapping = readonly { readonly column: string; readonly role: Role }[];

export function proposedMapping({ header, columns }: Preview): Mapping {
  return header.map((column) => ({
    column,
    role:
      ROLES.find((role) => columns[role]?.includes(column)) ??
      // A contact of NDJSON has its fields in an object of their own.
      (columns['fields']?.includes(column.replace(/^fields\./, '')) ? 'fields' : ''),
  }));
}

/** With the column taken for something else; the column that was taken for it before is shown to agents. */
export function withRole(mapping: Mapping, column: string, role: Role): Mapping {
  return mapping.map((one) => {
    if (one.column === column) return { column, role };
    return one.role === role && !SEVERAL.has(role) ? { column: one.column, role: 'fields' } : one;
  });
}

/** The parameters of the request: every role is said, so that nothing is guessed. */
export function mappingQuery(mapping: Mapping): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ROLES.filter((role) => role !== '').map((role) => [
      role,
      mapping
        .flatMap((one, at) =>
          // A comma would part the name.
          one.role === role ? [one.column.includes(',') ? `column ${at + 1}` : one.column] : [],
        )
        .join(','),
    ]),
  );
}
