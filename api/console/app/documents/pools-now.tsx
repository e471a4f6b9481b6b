/** Who is in each pool now, and what it works on. */
import { t as words } from '../overview/texts';
import { Loading, Trouble } from '../shared/feedback';
import { count } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { href } from '../shared/router';
import { Table } from '../shared/table';
import { t } from './texts';

interface Pool {
  readonly id: string;
  readonly name?: string;
  readonly agents: number;
  readonly states: Readonly<Record<string, number>>;
  readonly teams: readonly string[];
  readonly campaigns: readonly { readonly id: string; readonly name: string }[];
}

const EVERY_MILLISECONDS = 5_000;

export function PoolsNow() {
  const { data, error, reload } = useLoad(
    'pools now',
    (signal) => allItems<Pool>('/v1/pools', {}, signal),
    EVERY_MILLISECONDS,
  );
  return (
    <Card title={t('pools.now')} class="flush">
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<Pool>
          label={t('pools.now')}
          rows={data}
          keyOf={(row) => row.id}
          columns={[
            { id: 'id', head: t('field.id'), sort: (row) => row.id, cell: (row) => <b>{row.id}</b> },
            {
              id: 'states',
              head: t('pools.agents'),
              cell: (row) =>
                Object.entries(row.states)
                  .map(([state, n]) => `${count(n)} ${words.of('agent', state)}`)
                  .join(', ') || '–',
            },
            {
              id: 'teams',
              head: t('pools.teams'),
              wideOnly: true,
              cell: (row) => row.teams.join(', ') || '–',
            },
            {
              id: 'campaigns',
              head: t('pools.campaigns'),
              cell: (row) =>
                row.campaigns.length === 0
                  ? '–'
                  : row.campaigns.map(({ id, name }, i) => (
                      <span key={id}>
                        {i > 0 && ', '}
                        <a href={href(`/campaigns/${encodeURIComponent(id)}`)}>{name}</a>
                      </span>
                    )),
            },
          ]}
        />
      )}
    </Card>
  );
}
