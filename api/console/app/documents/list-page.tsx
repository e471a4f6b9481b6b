/** A list of documents of one kind, with its neighbours behind tabs. */
import { Loading, Trouble } from '../shared/feedback';
import { dateTime } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card, PageHead, Tabs } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { href, navigate } from '../shared/router';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { type KindSlug, kindOf, type StoredDocument } from './kinds';
import { PoolsNow } from './pools-now';
import { t } from './texts';

/** Kinds that belong together, under one entry of the navigation. */
const GROUPS: readonly (readonly KindSlug[])[] = [
  ['scripts', 'offers', 'dispositions'],
  ['agents', 'pools'],
  ['caller-ids'],
];

export function DocumentListPage({ slug }: { slug: KindSlug }) {
  const { may } = useSession();
  const kind = kindOf(slug);
  const { data, error, reload } = useLoad(kind.path, (signal) =>
    allItems<StoredDocument>(kind.path, { limit: 500 }, signal),
  );
  const group = GROUPS.find((each) => each.includes(slug)) ?? [slug];
  return (
    <>
      <PageHead title={t(`group.${group[0] as 'scripts' | 'agents' | 'caller-ids'}`)}>
        {may(...kind.editors) && (
          <a class="button primary" href={href(`/${slug}/-/new`)}>
            <Icon name="plus" /> {kind.create}
          </a>
        )}
      </PageHead>
      {group.length > 1 && (
        <Tabs
          label={t('tabs')}
          tabs={group.map((each) => ({ path: `/${each}`, name: kindOf(each).title, here: each === slug }))}
        />
      )}
      <Trouble error={error} retry={reload} />
      <div class="stack">
        <Card class="flush">
          {data === undefined ? (
            error === undefined && <Loading />
          ) : (
            <Table<StoredDocument>
              label={kind.title}
              rows={data}
              keyOf={(row) => row.id}
              empty={kind.none}
              initialOrder={{ column: 'name', descending: false }}
              onOpen={(row) => navigate(`/${slug}/${encodeURIComponent(row.id)}`)}
              columns={[
                {
                  id: 'name',
                  head: t('field.name'),
                  sort: (row) => String(row['name']),
                  cell: (row) => (
                    <>
                      <a href={href(`/${slug}/${encodeURIComponent(row.id)}`)}>{String(row['name'])}</a>
                      <p class="quiet mono">{row.id}</p>
                    </>
                  ),
                },
                ...kind.gist.map(({ head, cell }) => ({
                  id: head,
                  head,
                  sort: cell,
                  cell: (row: StoredDocument) => <span class="clip">{cell(row)}</span>,
                })),
                {
                  id: 'version',
                  head: t('versions.version'),
                  width: '100px',
                  wideOnly: true,
                  align: 'right',
                  sort: (row) => row.version,
                  cell: (row) => row.version,
                },
                {
                  id: 'at',
                  head: t('versions.at'),
                  width: '190px',
                  wideOnly: true,
                  sort: (row) => row.updatedAt,
                  cell: (row) => dateTime(row.updatedAt),
                },
              ]}
            />
          )}
        </Card>
        {slug === 'pools' && <PoolsNow />}
      </div>
    </>
  );
}
