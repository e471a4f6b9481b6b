/** The columns of a file with their first values, and what each is taken for. */
import { Card } from '../shared/layout';
import { Table } from '../shared/table';
import { type Mapping, ROLES, type Role } from './mapping';
import { t } from './texts';
import type { Preview } from './types';

const EXAMPLES = 3;

interface Row {
  readonly column: string;
  readonly role: Role;
  readonly examples: readonly string[];
}

export function MappingCard({
  preview,
  mapping,
  corrected,
  onRole,
  onReset,
}: {
  preview: Preview;
  mapping: Mapping;
  corrected: boolean;
  onRole(column: string, role: Role): void;
  onReset(): void;
}) {
  const rows = mapping.map(({ column, role }, at) => ({ column, role, examples: examplesOf(preview, at) }));
  return (
    <Card
      class="flush"
      title={t('import.mapping')}
      aside={
        corrected ? (
          <button type="button" class="button small" onClick={onReset}>
            {t('import.reset')}
          </button>
        ) : (
          t('import.mappingHint')
        )
      }
    >
      <Table<Row>
        label={t('import.mapping')}
        rows={rows}
        keyOf={(row) => row.column}
        columns={[
          {
            id: 'column',
            head: t('import.column'),
            width: '24%',
            cell: (row) => <b>{row.column}</b>,
          },
          {
            id: 'role',
            head: t('import.takenFor'),
            width: '210px',
            cell: (row) => (
              <select
                aria-label={t('import.roleOf', { column: row.column })}
                value={row.role}
                onChange={(event) => onRole(row.column, event.currentTarget.value as Role)}
              >
                {ROLES.map((role) => (
                  <option key={role} value={role}>
                    {t(`role.${role}`)}
                  </option>
                ))}
              </select>
            ),
          },
          {
            id: 'examples',
            head: t('import.examples'),
            wideOnly: true,
            cell: (row) => <span class="quiet clip">{row.examples.join(' · ')}</span>,
          },
        ]}
      />
    </Card>
  );
}

function examplesOf({ rows }: Preview, at: number): readonly string[] {
  const values = rows.map(({ cells }) => cells[at] ?? '').filter((cell) => cell !== '');
  return [...new Set(values)].slice(0, EXAMPLES);
}
