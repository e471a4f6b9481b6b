/** One import: how far it is, what came of it, what was wrong, and the file with all errors. */
import { useState } from 'preact/hooks';
import { Figure } from '../overview/campaign-card';
import { api, download } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { Banner, Loading, notifyError, Progress, ServiceText, Trouble } from '../shared/feedback';
import { bytes, count, dateTime, percent } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { href } from '../shared/router';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { StatePill } from './imports-card';
import { t } from './texts';
import type { ImportStanding, RowProblem } from './types';

const EVERY_MILLISECONDS = 700;

export function ImportResultPage({ campaignId, id }: { campaignId: string; id: string }) {
  const path = `/v1/imports/${encodeURIComponent(id)}`;
  const [over, setOver] = useState(false);
  const { data, error, reload } = useLoad(
    path,
    async (signal) => {
      const found = await api.get<ImportStanding>(path, {}, signal);
      setOver(found.state !== 'running');
      return found;
    },
    over ? undefined : EVERY_MILLISECONDS,
  );
  const back = { path: `/campaigns/${encodeURIComponent(campaignId)}/lists`, name: t('lists.title') };
  if (data === undefined)
    return (
      <>
        <PageHead title={id} back={back} />
        {error === undefined ? <Loading /> : <Trouble error={error} retry={reload} />}
      </>
    );
  return (
    <>
      <PageHead
        title={t('job.title', { file: data.source || t('imports.unnamed') })}
        subtitle={
          <>
            <StatePill state={data.state} />{' '}
            {t('job.into', { list: data.list, when: dateTime(data.startedAt) })}
          </>
        }
        back={back}
      >
        <Actions job={data} onChanged={reload} />
      </PageHead>
      <div class="stack">
        <Trouble error={error} retry={reload} />
        <Outcome job={data} />
        <Counts job={data} />
        <Problems job={data} />
      </div>
    </>
  );
}

function Actions({ job, onChanged }: { job: ImportStanding; onChanged(): void }) {
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  const path = `/v1/imports/${encodeURIComponent(job.id)}`;
  const wrong = Object.keys(job.issueCounts).length > 0;
  return (
    <>
      {wrong && job.state !== 'running' && may('admin', 'operator', 'supervisor', 'integrator') && (
        <button
          type="button"
          class="button"
          onClick={() => download(`${path}/errors`, {}, errorFileName(job)).catch(notifyError)}
        >
          {t('job.errors')}
        </button>
      )}
      {job.state === 'running' && may('admin', 'operator', 'integrator') && (
        <button type="button" class="button danger" onClick={() => setAsking(true)}>
          {t('job.cancel')}
        </button>
      )}
      <a class="button" href={href('/contacts', { campaign: job.campaignId, list: job.list })}>
        {t('job.toContacts')}
      </a>
      <a class="button primary" href={href(`/campaigns/${encodeURIComponent(job.campaignId)}`)}>
        {t('job.toCampaign')}
      </a>
      {asking && (
        <ConfirmDialog
          title={t('job.cancelAsk')}
          text={t('job.cancelText')}
          action={t('job.cancel')}
          danger
          onConfirm={async () => {
            await api.remove(path);
            onChanged();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** Beside the file that was imported, in the folder of the browser's downloads. */
function errorFileName({ source, id }: ImportStanding): string {
  return `${source === '' ? id : source.replace(/\.\w+$/, '')}-errors.csv`;
}

function Outcome({ job }: { job: ImportStanding }) {
  if (job.state === 'running')
    return (
      <Card>
        <Progress
          share={job.totalBytes === undefined ? undefined : job.bytes / job.totalBytes}
          label={t('job.progress')}
        />
        <p class="quiet">{t('job.readBytes', { bytes: bytes(job.bytes) })}</p>
      </Card>
    );
  if (job.state !== 'completed')
    return (
      <Banner tone={job.state === 'failed' ? 'bad' : 'warn'} title={t(`state.${job.state}`)}>
        <ServiceText>{job.failure}</ServiceText>
      </Banner>
    );
  return (
    <Banner tone={job.rejected === 0 ? 'good' : 'info'}>
      {t('job.done', {
        added: count(job.added),
        duplicates: count(job.duplicates),
        rejected: count(job.rejected),
      })}
    </Banner>
  );
}

function Counts({ job }: { job: ImportStanding }) {
  const share = (n: number) => (job.rows === 0 ? '' : `${percent(n / job.rows)} ${t('job.ofRows')}`);
  return (
    <Card>
      <dl class="figures four plain">
        <Figure name={t('imports.rows')} value={count(job.rows)} note={bytes(job.bytes)} />
        {(['added', 'duplicates', 'rejected'] as const).map((name) => (
          <Figure key={name} name={t(`imports.${name}`)} value={count(job[name])} note={share(job[name])} />
        ))}
      </dl>
    </Card>
  );
}

function Problems({ job }: { job: ImportStanding }) {
  const reasons = Object.entries(job.issueCounts).sort((a, b) => b[1] - a[1]);
  if (reasons.length === 0) return job.state === 'completed' ? <p class="quiet">{t('job.clean')}</p> : null;
  const top = Math.max(...reasons.map(([, n]) => n));
  return (
    <>
      <Card title={t('job.reasons')}>
        <ul class="tally three">
          {reasons.map(([code, n]) => (
            <li key={code}>
              <span>{t.of('issue', code)}</span>
              <i style={{ width: `${((n / top) * 100).toFixed(1)}%` }} />
              <b>{count(n)}</b>
            </li>
          ))}
        </ul>
        {job.numbersDropped > 0 && (
          <p class="quiet card-actions">{t('job.reasonsHint', { n: job.numbersDropped })}</p>
        )}
      </Card>
      {job.errors.length > 0 && <FirstRows job={job} />}
    </>
  );
}

function FirstRows({ job }: { job: ImportStanding }) {
  return (
    <Card
      class="flush"
      title={t('job.first')}
      {...(job.errorsOmitted > 0 ? { aside: t('job.more', { n: count(job.errorsOmitted) }) } : {})}
    >
      <Table<RowProblem>
        label={t('job.first')}
        rows={job.errors}
        keyOf={(row) => `${row.line} ${row.field} ${row.reason} ${row.value}`}
        columns={[
          {
            id: 'line',
            head: t('import.line'),
            width: '72px',
            sort: (row) => row.line,
            cell: (row) => row.line,
          },
          {
            id: 'column',
            head: t('import.column'),
            sort: (row) => row.field,
            cell: (row) => row.field || '–',
          },
          {
            id: 'reason',
            head: t('job.reason'),
            cell: (row) => (
              <>
                <ServiceText>{row.reason}</ServiceText>
                {row.kept && <span class="quiet"> · {t('job.keptWithout')}</span>}
              </>
            ),
          },
          {
            id: 'value',
            head: t('job.value'),
            wideOnly: true,
            cell: (row) => <span class="mono clip">{row.value ?? ''}</span>,
          },
        ]}
      />
    </Card>
  );
}
