/** What two versions of a document differ in, field by field. */
import type { Json } from '../../dialer/audit/index.js';

/** One field that a version changed; a part of an object by its path, such as `pacing.ratio`. */
export interface FieldChange {
  readonly field: string;
  /** Absent where there was none. */
  readonly before?: Json;
  /** Absent where there is none any more. */
  readonly after?: Json;
}

export type Fields = { readonly [name: string]: Json };

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields in which two settings differ, in order of their names; lists are compared as a whole. */
export function changesBetween(before: Fields, after: Fields, path = ''): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [old, present] = [before[name], after[name]];
    const field = path === '' ? name : `${path}.${name}`;
    if (isFields(old) && isFields(present)) changes.push(...changesBetween(old, present, field));
    else if (JSON.stringify(old) !== JSON.stringify(present))
      changes.push({
        field,
        ...(old === undefined ? {} : { before: old }),
        ...(present === undefined ? {} : { after: present }),
      });
  }
  return changes;
}
