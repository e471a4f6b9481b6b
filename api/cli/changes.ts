/** Differences between two versions, in words: one line a field. */
import type { Json } from '../../dialer/audit/index.js';
import { changesBetween, type FieldChange, type Fields } from '../http/field-changes.js';
import { table } from './table.js';

const LONGEST = 60;

function valueText(value: Json | undefined): string {
  if (value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

export function changesText(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return 'no field is different';
  return table(
    ['FIELD', 'BEFORE', 'AFTER'],
    changes.map(({ field, before, after }) => [field, valueText(before), valueText(after)]),
  );
}

export function differences(before: object, after: object): FieldChange[] {
  return changesBetween(before as Fields, after as Fields);
}
