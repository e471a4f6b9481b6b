/** What two versions differ in, field by field. */
import type { FieldChange } from '../../../http/field-changes';
import { Table } from '../shared/table';
import { t } from './texts';

type Fields = Readonly<Record<string, FieldChange['after']>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By the path of the field, in order of the names, as the service tells changes; lists are compared as a whole. */
export function differences(before: object, after: object, path = ''): readonly FieldChange[] {
  const [old, present] = [before as Fields, after as Fields];
  return [...new Set([...Object.keys(old), ...Object.keys(present)])].sort().flatMap((name) => {
    const field = path === '' ? name : `${path}.${name}`;
    const [was, is] = [old[name], present[name]];
    if (isFields(was) && isFields(is)) return differences(was, is, field);
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [
      { field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
}

export function ChangesTable({ label, changes }: { label: string; changes: readonly FieldChange[] }) {
  return (
    <Table<FieldChange>
      label={label}
      rows={changes}
      keyOf={(row) => row.field}
      empty={t('changes.none')}
      columns={[
        {
          id: 'field',
          head: t('changes.field'),
          width: '28%',
          cell: (row) => <span class="mono">{row.field}</span>,
        },
        { id: 'before', head: t('changes.before'), cell: (row) => <Value value={row.before} /> },
        { id: 'after', head: t('changes.after'), cell: (row) => <Value value={row.after} /> },
      ]}
    />
  );
}

function Value({ value }: { value: unknown }) {
  if (value === undefined) return <span class="quiet">–</span>;
  if (typeof value === 'string') return <span class="wrap">{value}</span>;
  return <code class="wrap">{JSON.stringify(value, null, 1)}</code>;
}
