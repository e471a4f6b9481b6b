/** All campaigns, with the figures of now. */
import { useMemo, useState } from 'preact/hooks';
import type { OverviewCampaign } from '../../../http/overview';
import { useLive } from '../live';
import { StatusPill } from '../overview/campaign-card';
import { t as words } from '../overview/texts';
import { verdict } from '../overview/verdict';
import { Loading, Progress } from '../shared/feedback';
import { count, percent } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { href, navigate } from '../shared/router';
import { useSession } from '../shared/session';
import { type Column, Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { t } from './texts';
import type { Campaign } from './types';

/** What the list shows of a campaign, whether it is in the overview or older. */
type Row = Pick<OverviewCampaign, 'id' | 'name' | 'pool' | 'status' | 'stage'> & {
  readonly live?: OverviewCampaign;
};

const STATUSES = [
  'running',
  'awaiting-approval',
  'halted',
  'paused',
  'draft',
  'completed',
  'stopped',
] as const;
/** Campaigns beyond those of the overview change seldom. */
const OLDER_MILLISECONDS = 30_000;

export function CampaignsPage() {
  const { overview } = useLive().live;
  const { may } = useSession();
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState('');
  const more = overview !== undefined && overview.campaignsInAll > overview.campaigns.length;
  const older = useLoad(
    more ? 'older' : undefined,
    (signal) => allItems<Campaign>('/v1/campaigns', { limit: undefined }, signal),
    OLDER_MILLISECONDS,
  );
  const rows = useMemo(() => {
    const shown: Row[] = (overview?.campaigns ?? []).map((live) => ({ ...live, live }));
    const known = new Set(shown.map((row) => row.id));
    for (const { id, status: state, stage, settings } of older.data ?? []) {
      if (!known.has(id))
        shown.push({ id, name: settings.name, pool: settings.pool, status: state as Row['status'], stage });
    }
    const wanted = search.trim().toLowerCase();
    return shown.filter(
      (row) =>
        (status === '' || row.status === status) &&
        (wanted === '' || `${row.name} ${row.id} ${row.pool}`.toLowerCase().includes(wanted)),
    );
  }, [overview, older.data, search, status]);
  const running = overview?.campaigns.filter((campaign) => campaign.status === 'running').length ?? 0;

  return (
    <>
      <PageHead
        title={t('list.title')}
        subtitle={t('list.subtitle', { n: overview?.campaignsInAll ?? 0, running })}
      >
        {may('admin', 'operator') && (
          <a class="button primary" href={href('/campaigns/new')}>
            <Icon name="plus" /> {t('list.new')}
          </a>
        )}
      </PageHead>
      <div class="filters">
        <label class="field grow">
          <span class="quiet">{shared('table.filter')}</span>
          <input
            type="search"
            value={search}
            placeholder={t('list.search')}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span class="quiet">{t('list.status')}</span>
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            <option value="">{t('list.all')}</option>
            {STATUSES.map((one) => (
              <option key={one} value={one}>
                {words(`status.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Card class="flush">
        {overview === undefined ? (
          <Loading />
        ) : (
          <Table
            rows={rows}
            columns={columns()}
            keyOf={(row) => row.id}
            label={t('list.title')}
            onOpen={(row) => navigate(`/campaigns/${encodeURIComponent(row.id)}`)}
            empty={overview.campaignsInAll === 0 ? t('list.empty') : shared('table.none')}
          />
        )}
      </Card>
    </>
  );
}

function columns(): readonly Column<Row>[] {
  return [
    {
      id: 'name',
      head: t('list.name'),
      width: '24%',
      sort: (row) => row.name,
      cell: (row) => (
        <div class="cell-name">
          <a href={href(`/campaigns/${encodeURIComponent(row.id)}`)}>{row.name}</a>
          <span class="quiet">{row.pool}</span>
        </div>
      ),
    },
    {
      id: 'status',
      head: t('list.status'),
      sort: (row) => STATUSES.indexOf(row.status),
      cell: (row) => <StatusPill status={row.status} />,
    },
    {
      id: 'stage',
      head: t('list.stage'),
      wideOnly: true,
      sort: (row) => ['validation', 'pilot', 'production'].indexOf(row.stage),
      cell: (row) => words(`stage.${row.stage}`),
    },
    {
      id: 'done',
      head: t('list.done'),
      wideOnly: true,
      width: '110px',
      sort: (row) => doneShare(row.live),
      cell: (row) => {
        const share = doneShare(row.live);
        return share === undefined ? (
          '–'
        ) : (
          <div class="cell-progress">
            <Progress share={share} label={t('list.done')} />
            <span class="quiet">{percent(share, 0)}</span>
          </div>
        );
      },
    },
    numeric('inFlight', t('list.inFlight'), (live) => live.inFlight),
    numeric('talking', t('list.talking'), (live) => live.talking),
    {
      id: 'answer',
      head: t('list.answer'),
      align: 'right',
      wideOnly: true,
      sort: (row) => row.live?.answerRate,
      cell: (row) => percent(row.live?.answerRate),
    },
    {
      id: 'abandon',
      head: t('list.abandon'),
      align: 'right',
      sort: (row) => row.live?.abandonRatio,
      cell: (row) => {
        const { abandonRatio, targetAbandonRatio = 1 } = row.live ?? {};
        const over = abandonRatio !== undefined && abandonRatio > targetAbandonRatio;
        return <span class={over ? 'bad toned' : ''}>{percent(abandonRatio)}</span>;
      },
    },
    numeric('open', t('list.open'), (live) => live.open, true),
    {
      id: 'why',
      head: t('list.why'),
      wideOnly: true,
      width: '26%',
      cell: (row) => <span class="quiet clip">{row.live === undefined ? '' : why(row.live)}</span>,
    },
  ];
}

function why(live: OverviewCampaign): string {
  if (live.status !== 'running' || live.limit === 'none') return verdict(live);
  return words.of('limit', live.limit);
}

function numeric(
  id: string,
  head: string,
  of: (live: OverviewCampaign) => number,
  wideOnly = false,
): Column<Row> {
  return {
    id,
    head,
    align: 'right',
    wideOnly,
    sort: (row) => (row.live === undefined ? undefined : of(row.live)),
    cell: (row) => (row.live === undefined ? '–' : count(of(row.live))),
  };
}

/** Share of all the campaign's contacts that are done. */
export function doneShare(campaign: OverviewCampaign | undefined): number | undefined {
  const total = campaign?.stages.reduce((sum, stage) => sum + (stage.contacts ?? 0), 0) ?? 0;
  const done = campaign?.stages.reduce((sum, stage) => sum + (stage.done ?? 0), 0) ?? 0;
  return total === 0 ? undefined : done / total;
}
