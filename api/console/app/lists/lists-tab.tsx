/** The lists of a campaign: how far each is worked, pausing one, and what was imported. */
import { useState } from 'preact/hooks';
import { t as contactWords } from '../contacts/texts';
import { api, download } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { Loading, notify, notifyError, Pill, Progress, Trouble } from '../shared/feedback';
import { count, dateTime, percent } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { href } from '../shared/router';
import { useSession } from '../shared/session';
import { type Column, Table } from '../shared/table';
import { ImportsCard } from './imports-card';
import { RecycleDialog } from './recycle-dialog';
import { t } from './texts';
import type { ListStanding } from './types';

const EVERY_MILLISECONDS = 5_000;

export function ListsTab({ campaignId }: { campaignId: string }) {
  const path = `/v1/campaigns/${encodeURIComponent(campaignId)}`;
  const { data, error, reload } = useLoad(
    `${path}/lists`,
    async (signal) =>
      (await api.get<{ readonly items: readonly ListStanding[] }>(`${path}/lists`, {}, signal)).items,
    EVERY_MILLISECONDS,
  );
  const { may } = useSession();
  const [asking, setAsking] = useState<ListStanding>();
  const [recycling, setRecycling] = useState(false);

  async function pause(list: ListStanding, paused: boolean): Promise<void> {
    await api.put(`${path}/lists/${encodeURIComponent(list.name)}`, { paused });
    notify('good', t(paused ? 'lists.donePaused' : 'lists.doneResumed', { name: list.name }));
    reload();
  }

  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      <Card
        class="flush"
        title={t('lists.title')}
        aside={<Actions campaignId={campaignId} onRecycle={() => setRecycling(true)} />}
      >
        {data === undefined ? (
          error === undefined && <Loading />
        ) : (
          <Table<ListStanding>
            label={t('lists.title')}
            rows={data}
            keyOf={(list) => list.name}
            empty={t('lists.none')}
            columns={[
              ...columnsOf(campaignId),
              ...(may('admin', 'operator')
                ? [
                    {
                      id: 'pause',
                      head: '',
                      align: 'right' as const,
                      cell: (list: ListStanding) => (
                        <button
                          type="button"
                          class="button small"
                          aria-label={t(list.paused ? 'lists.resumeOf' : 'lists.pauseOf', {
                            name: list.name,
                          })}
                          onClick={() => {
                            if (list.paused) pause(list, false).catch(notifyError);
                            else setAsking(list);
                          }}
                        >
                          {t(list.paused ? 'lists.resume' : 'lists.pause')}
                        </button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Card>
      {data !== undefined && data.length > 0 && <p class="quiet">{t('lists.workedHint')}</p>}
      <ImportsCard campaignId={campaignId} />
      {asking !== undefined && (
        <ConfirmDialog
          title={t('lists.pauseAsk', { name: asking.name })}
          text={t('lists.pauseText')}
          action={t('lists.pause')}
          onConfirm={() => pause(asking, true)}
          onClose={() => setAsking(undefined)}
        />
      )}
      {recycling && (
        <RecycleDialog
          campaignId={campaignId}
          lists={(data ?? []).map((list) => list.name)}
          onDone={reload}
          onClose={() => setRecycling(false)}
        />
      )}
    </div>
  );
}

function Actions({ campaignId, onRecycle }: { campaignId: string; onRecycle(): void }) {
  const { may } = useSession();
  const id = encodeURIComponent(campaignId);
  return (
    <>
      {may('admin', 'operator', 'supervisor', 'integrator') && (
        <button
          type="button"
          class="button small"
          onClick={() =>
            download(`/v1/campaigns/${id}/contacts/export`, {}, `${campaignId}-contacts.csv`).catch(
              notifyError,
            )
          }
        >
          {t('lists.export')}
        </button>
      )}
      {may('admin', 'operator') && (
        <button type="button" class="button small" onClick={onRecycle}>
          <Icon name="refresh" size={14} /> {t('lists.recycle')}
        </button>
      )}
      {may('admin', 'operator', 'integrator') && (
        <a class="button small primary" href={href(`/campaigns/${id}/import`)}>
          <Icon name="import" size={14} /> {t('lists.import')}
        </a>
      )}
    </>
  );
}

function columnsOf(campaignId: string): readonly Column<ListStanding>[] {
  return [
    {
      id: 'name',
      head: t('lists.name'),
      sort: (list) => list.name,
      cell: (list) => (
        <div class="cell-name">
          <a href={href('/contacts', { campaign: campaignId, list: list.name })}>{list.name}</a>
          {list.paused && <Pill tone="warn">{t('lists.paused')}</Pill>}
          {list.source !== '' && <span class="quiet clip">{list.source}</span>}
        </div>
      ),
    },
    {
      id: 'contacts',
      head: t('lists.contacts'),
      align: 'right',
      sort: (list) => list.contacts,
      cell: (list) => count(list.contacts),
    },
    {
      id: 'worked',
      head: t('lists.worked'),
      width: '150px',
      sort: (list) => list.workedShare,
      cell: (list) => (
        <div class="cell-progress">
          <Progress share={list.workedShare} label={t('lists.worked')} />
          <span class="quiet">{percent(list.workedShare, 0)}</span>
        </div>
      ),
    },
    {
      id: 'states',
      head: t('lists.states'),
      wideOnly: true,
      cell: (list) => (
        <span class="quiet">
          {Object.entries(list.byState)
            .map(([state, n]) => `${contactWords.of('state', state)} ${count(n)}`)
            .join(' · ')}
        </span>
      ),
    },
    {
      id: 'attempts',
      head: t('lists.attempts'),
      wideOnly: true,
      cell: (list) => (
        <span class="quiet">
          {Object.entries(list.byAttempts)
            .map(([attempts, n]) => t('lists.attemptsOf', { attempts, n: count(n) }))
            .join(' · ')}
        </span>
      ),
    },
    {
      id: 'since',
      head: t('lists.since'),
      wideOnly: true,
      sort: (list) => list.createdAt,
      cell: (list) => dateTime(list.createdAt),
    },
  ];
}
