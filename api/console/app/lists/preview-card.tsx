/** The first rows of a file as they would be read, with what is wrong with them. */
import { Pill, ServiceText } from '../shared/feedback';
import { Card } from '../shared/layout';
import { Table } from '../shared/table';
import { t } from './texts';
import type { Preview } from './types';

type Row = Preview['rows'][number];

export function PreviewCard({ preview }: { preview: Preview }) {
  return (
    <Card class="flush" title={t('import.preview')}>
      <Table<Row>
        label={t('import.preview')}
        rows={preview.rows}
        keyOf={(row) => String(row.line)}
        columns={[
          { id: 'line', head: t('import.line'), width: '64px', cell: (row) => row.line },
          {
            id: 'person',
            head: t('import.person'),
            cell: ({ contact }) =>
              contact === undefined ? (
                <Pill tone="bad">{t('import.refused')}</Pill>
              ) : (
                <div class="cell-name">
                  {contact.name || '–'}
                  {contact.externalId !== '' && <span class="quiet">{contact.externalId}</span>}
                </div>
              ),
          },
          {
            id: 'numbers',
            head: t('import.numbers'),
            cell: ({ contact }) =>
              contact?.numbers.map((number) => (
                <span key={number} class="mono nowrap">
                  {number}{' '}
                </span>
              )),
          },
          {
            id: 'where',
            head: t('import.where'),
            wideOnly: true,
            cell: ({ contact }) =>
              [contact?.region, contact?.postalCode, contact?.timeZone].filter(Boolean).join(' · '),
          },
          {
            id: 'consent',
            head: t('import.consent'),
            wideOnly: true,
            cell: ({ contact }) => (contact === undefined ? '' : t.of('consent', contact.consent)),
          },
          {
            id: 'fields',
            head: t('import.fields'),
            wideOnly: true,
            cell: ({ contact }) => (
              <span class="quiet clip">
                {Object.entries(contact?.fields ?? {})
                  .map(([name, value]) => `${name}: ${value}`)
                  .join(' · ')}
              </span>
            ),
          },
          {
            id: 'problem',
            head: t('import.problem'),
            cell: ({ problems }) =>
              problems.map((problem) => (
                <p key={`${problem.field} ${problem.reason}`}>
                  <b>{problem.field}</b> <ServiceText>{problem.reason}</ServiceText>
                </p>
              )),
          },
        ]}
      />
    </Card>
  );
}
