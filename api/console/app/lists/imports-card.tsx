/** What was imported into a campaign, newest first; one that runs is watched. */
import { api } from '../shared/api';
import { Loading, Pill, type Tone, Trouble } from '../shared/feedback';
import { count, dateTime } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { href, navigate } from '../shared/router';
import { Table } from '../shared/table';
import { t } from './texts';
import type { ImportStanding } from './types';

const EVERY_MILLISECONDS = 3_000;

const TONES: Readonly<Record<ImportStanding['state'], Tone>> = {
  running: 'info',
  completed: 'good',
  failed: 'bad',
  cancelled: 'warn',
  interrupted: 'warn',
};

export function StatePill({ state }: { state: ImportStanding['state'] }) {
  return <Pill tone={TONES[state]}>{t(`state.${state}`)}</Pill>;
}

export function useImports(campaignId: string, every = EVERY_MILLISECONDS) {
  const path = `/v1/campaigns/${encodeURIComponent(campaignId)}/imports`;
  return useLoad(
    path,
    async (signal) => (await api.get<{ readonly items: readonly ImportStanding[] }>(path, {}, signal)).items,
    every,
  );
}

export function importPath({ campaignId, id }: Pick<ImportStanding, 'campaignId' | 'id'>): string {
  return `/campaigns/${encodeURIComponent(campaignId)}/imports/${encodeURIComponent(id)}`;
}

export function ImportsCard({ campaignId }: { campaignId: string }) {
  const { data, error, reload } = useImports(campaignId);
  return (
    <Card class="flush" title={t('imports.title')}>
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<ImportStanding>
          label={t('imports.title')}
          rows={data}
          keyOf={(one) => one.id}
          empty={t('imports.none')}
          onOpen={(one) => navigate(importPath(one))}
          columns={[
            {
              id: 'file',
              head: t('imports.file'),
              cell: (one) => (
                <div class="cell-name">
                  <a href={href(importPath(one))}>{one.source || t('imports.unnamed')}</a>
                  <span class="quiet">{one.list}</span>
                </div>
              ),
            },
            { id: 'state', head: t('imports.state'), cell: (one) => <StatePill state={one.state} /> },
            {
              id: 'started',
              head: t('imports.started'),
              wideOnly: true,
              cell: (one) => dateTime(one.startedAt),
            },
            ...(['rows', 'added', 'duplicates', 'rejected'] as const).map((name) => ({
              id: name,
              head: t(`imports.${name}`),
              align: 'right' as const,
              wideOnly: name === 'rows' || name === 'duplicates',
              cell: (one: ImportStanding) => count(one[name]),
            })),
          ]}
        />
      )}
    </Card>
  );
}
