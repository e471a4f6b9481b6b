/** Callbacks: what is due and overdue and whose it is, moving and cancelling; and which promises were kept. */
import { useState } from 'preact/hooks';
import { CampaignSelect } from '../compliance/campaign-select';
import { contactPath } from '../contacts/contacts-page';
import { t as contactWords } from '../contacts/texts';
import { useServiceNow } from '../live';
import { Loading, Pill, type Tone, Trouble } from '../shared/feedback';
import { SelectField, TextField } from '../shared/form';
import { dateTime, relative } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { usePaged, useSettled } from '../shared/paged';
import { href } from '../shared/router';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { CallbackActions } from './callback-actions';
import { t } from './texts';

interface Callback {
  readonly id: string;
  readonly campaignId: string;
  readonly contactId: string;
  readonly contactName: string;
  readonly status: 'waiting' | 'due' | 'overdue' | 'kept' | 'late' | 'cancelled' | 'dropped';
  readonly agentId?: string;
  readonly anyoneFrom?: string;
  readonly bookedAt: string;
  readonly dueAt: string;
  readonly moved: number;
  readonly calledAt?: string;
}

const STATUSES = ['open', 'overdue', 'due', 'waiting', 'kept', 'late', 'cancelled', 'dropped'] as const;
const TONES: Readonly<Record<Callback['status'], Tone>> = {
  waiting: 'info',
  due: 'warn',
  overdue: 'bad',
  kept: 'good',
  late: 'warn',
  cancelled: 'quiet',
  dropped: 'quiet',
};
const PAGE = 50;
const EVERY_MILLISECONDS = 10_000;

export function CallbacksPage() {
  const { may, user } = useSession();
  const now = useServiceNow();
  const [status, setStatus] = useState<string>('open');
  const [campaign, setCampaign] = useState('');
  const [agent, setAgent] = useState('');
  const filter = useSettled({ status, campaign, agent: agent.trim(), limit: PAGE });
  const { items, error, reload, more } = usePaged<Callback>('/v1/callbacks', filter, EVERY_MILLISECONDS);
  const staff = may('admin', 'operator', 'supervisor', 'integrator', 'read-only');
  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle')} />
      <div class="filters">
        <SelectField
          label={t('status')}
          name="status"
          value={status}
          onChange={setStatus}
          options={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
        />
        <CampaignSelect value={campaign} onChange={setCampaign} none={t('allCampaigns')} />
        {user?.agentId === undefined && (
          <TextField
            label={t('agent')}
            name="agent"
            type="search"
            placeholder={t('agentHint')}
            value={agent}
            onChange={setAgent}
          />
        )}
      </div>
      <Trouble error={error} retry={reload} />
      <Card class="flush">
        {items === undefined ? (
          error === undefined && <Loading />
        ) : (
          <Table<Callback>
            label={t('title')}
            rows={items}
            keyOf={(callback) => callback.id}
            empty={t('none')}
            columns={[
              {
                id: 'due',
                head: t('due'),
                cell: ({ dueAt, calledAt, status: how }) => (
                  <>
                    {dateTime(dueAt)}{' '}
                    <span class="quiet">
                      {how === 'waiting' || how === 'due' || how === 'overdue'
                        ? relative(dueAt, now)
                        : calledAt === undefined
                          ? ''
                          : t('calledAt', { when: dateTime(calledAt) })}
                    </span>
                  </>
                ),
              },
              {
                id: 'status',
                head: t('status'),
                cell: (row) => <Pill tone={TONES[row.status]}>{t(`status.${row.status}`)}</Pill>,
              },
              {
                id: 'contact',
                head: t('contact'),
                cell: (row) => {
                  const name = row.contactName || contactWords('unnamed');
                  return staff ? <a href={href(contactPath(row.contactId))}>{name}</a> : name;
                },
              },
              {
                id: 'agent',
                head: t('agent'),
                wideOnly: true,
                cell: ({ agentId, anyoneFrom }) => (
                  <>
                    {agentId ?? t('anyone')}{' '}
                    {anyoneFrom !== undefined && (
                      <span class="quiet">{t('anyoneFrom', { when: dateTime(anyoneFrom) })}</span>
                    )}
                  </>
                ),
              },
              { id: 'campaign', head: t('campaign'), wideOnly: true, cell: (row) => row.campaignId },
              {
                id: 'booked',
                head: t('booked'),
                wideOnly: true,
                cell: ({ bookedAt, moved }) => (
                  <>
                    {dateTime(bookedAt)}{' '}
                    {moved > 0 && <span class="quiet">{t('movedTimes', { n: moved })}</span>}
                  </>
                ),
              },
              ...(may('admin', 'operator', 'supervisor')
                ? [
                    {
                      id: 'actions',
                      head: '',
                      align: 'right' as const,
                      cell: (row: Callback) =>
                        ['waiting', 'due', 'overdue'].includes(row.status) && (
                          <div class="row actions">
                            <CallbackActions
                              small
                              name={row.contactName || row.contactId}
                              contactId={row.contactId}
                              dueAt={row.dueAt}
                              agentId={row.agentId}
                              onChanged={reload}
                            />
                          </div>
                        ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Card>
      {more !== undefined && (
        <div class="row table-foot">
          <button type="button" class="button" onClick={more}>
            {shared('table.more')}
          </button>
        </div>
      )}
    </>
  );
}
