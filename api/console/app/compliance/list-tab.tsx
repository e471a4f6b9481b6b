/** The what-if over a campaign's list: who may be called now, who later, who never, and why. */
import { useState } from 'preact/hooks';
import { Figure } from '../overview/campaign-card';
import { api } from '../shared/api';
import { Banner, Progress } from '../shared/feedback';
import { Form, SubmitButton, TextField } from '../shared/form';
import { count, dateTime, decimal, percent } from '../shared/format';
import { Card } from '../shared/layout';
import { Table } from '../shared/table';
import { CampaignSelect } from './campaign-select';
import { t } from './texts';

interface Callable {
  readonly id: string;
  readonly state: 'running' | 'completed' | 'failed';
  readonly contacts: number;
  readonly milliseconds: number;
  readonly callableNow: number;
  readonly later: number;
  readonly never: number;
  readonly byReason: Readonly<Record<string, number>>;
  readonly laterByHour: Readonly<Record<string, number>>;
  readonly zones: readonly {
    readonly zone: string;
    readonly contacts: number;
    readonly callableNow: number;
    readonly nextOpensAt?: string;
  }[];
}

const POLL_MILLISECONDS = 700;

export function ListTab() {
  const [campaign, setCampaign] = useState('');
  const [at, setAt] = useState('');
  const [job, setJob] = useState<Callable>();

  async function run(): Promise<void> {
    const body = at === '' ? {} : { at: new Date(at).toISOString() };
    let now = await api.post<Callable>(`/v1/campaigns/${encodeURIComponent(campaign)}/callable`, body);
    setJob(now);
    while (now.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      now = await api.get<Callable>(`/v1/callable/${encodeURIComponent(now.id)}`);
      setJob(now);
    }
  }

  return (
    <div class="stack">
      <Card title={t('list.title')}>
        <p class="quiet">{t('list.text')}</p>
        <Form onSubmit={run} class="inline-form">
          <CampaignSelect value={campaign} onChange={setCampaign} none={t('list.choose')} />
          <TextField
            label={t('check.at')}
            name="at"
            type="datetime-local"
            optional
            value={at}
            onChange={setAt}
          />
          <SubmitButton disabled={campaign === ''}>{t('list.run')}</SubmitButton>
        </Form>
      </Card>
      {job?.state === 'failed' && <Banner tone="bad">{t('list.failed')}</Banner>}
      {job !== undefined && job.state !== 'failed' && <Judged job={job} />}
    </div>
  );
}

function Judged({ job }: { job: Callable }) {
  const share = (n: number) => percent(job.contacts === 0 ? undefined : n / job.contacts);
  const reasons = Object.entries(job.byReason).sort((a, b) => b[1] - a[1]);
  return (
    <>
      <Card>
        {job.state === 'running' && <Progress share={undefined} label={t('list.run')} />}
        <dl class="figures four">
          <Figure name={t('list.contacts')} value={count(job.contacts)} note="" />
          <Figure name={t('list.now')} value={count(job.callableNow)} note={share(job.callableNow)} />
          <Figure name={t('list.later')} value={count(job.later)} note={share(job.later)} />
          <Figure name={t('list.never')} value={count(job.never)} note={share(job.never)} />
        </dl>
        {job.state === 'completed' && (
          <p class="quiet">
            {t('list.judged', { n: count(job.contacts), seconds: decimal(job.milliseconds / 1000, 1) })}
          </p>
        )}
      </Card>
      <div class="grid-2">
        <Card title={t('list.reasons')}>
          <Bars rows={reasons.map(([rule, n]) => [t.of('rule', rule), n])} />
        </Card>
        <Card title={t('list.hours')}>
          <Bars
            rows={Object.entries(job.laterByHour)
              .sort(([a], [b]) => a.localeCompare(b))
              .slice(0, 24)
              .map(([hour, n]) => [Number.isNaN(Date.parse(hour)) ? hour : dateTime(hour), n])}
          />
        </Card>
      </div>
      <Card title={t('list.zones')} class="flush">
        <Table
          label={t('list.zones')}
          rows={job.zones}
          keyOf={(row) => row.zone}
          initialOrder={{ column: 'contacts', descending: true }}
          columns={[
            { id: 'zone', head: t('list.zone'), sort: (row) => row.zone, cell: (row) => row.zone },
            {
              id: 'contacts',
              head: t('list.contacts'),
              align: 'right',
              sort: (row) => row.contacts,
              cell: (row) => count(row.contacts),
            },
            {
              id: 'now',
              head: t('list.now'),
              align: 'right',
              sort: (row) => row.callableNow,
              cell: (row) => count(row.callableNow),
            },
            {
              id: 'opens',
              head: t('list.opens'),
              align: 'right',
              cell: (row) => (row.nextOpensAt === undefined ? '–' : dateTime(row.nextOpensAt)),
            },
          ]}
        />
      </Card>
    </>
  );
}

function Bars({ rows }: { rows: readonly (readonly [string, number])[] }) {
  const top = Math.max(1, ...rows.map(([, n]) => n));
  if (rows.length === 0) return <p class="quiet">–</p>;
  return (
    <ul class="tally three">
      {rows.map(([name, n]) => (
        <li key={name}>
          <span>{name}</span>
          <i style={{ width: `${((n / top) * 100).toFixed(1)}%` }} />
          <b>{count(n)}</b>
        </li>
      ))}
    </ul>
  );
}
