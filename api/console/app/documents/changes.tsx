/** What two versions differ in, field by field. */
import { changesBetween, type FieldChange, type Fields } from '../../../http/field-changes';
import { Table } from '../shared/table';
import { t } from './texts';

export function differences(before: object, after: object): readonly FieldChange[] {
  return changesBetween(before as Fields, after as Fields);
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
