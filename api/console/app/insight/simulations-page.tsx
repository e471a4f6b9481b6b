/** What-ifs: asked as a job, followed while they run, shown with their intervals. */
import { useState } from 'preact/hooks';
import { CampaignSelect } from '../compliance/campaign-select';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { Banner, notifyError, Pill, Progress, Trouble } from '../shared/feedback';
import { ChoiceField, Form, NumberField, SubmitButton, TextField } from '../shared/form';
import { count, dateTime } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { Table } from '../shared/table';
import { SimulationResult } from './simulation-result';
import { t } from './texts';
import type { Simulation } from './types';

const METHODS = ['predictive', 'progressive', 'ratio'] as const;
const TONES = {
  waiting: 'quiet',
  running: 'info',
  completed: 'good',
  failed: 'bad',
  cancelled: 'quiet',
} as const;
const EVERY_MILLISECONDS = 1_500;

export function SimulationsPage() {
  const { data, error, reload } = useLoad(
    'simulations',
    (signal) => allItems<Simulation>('/v1/simulations', {}, signal),
    EVERY_MILLISECONDS,
  );
  const [open, setOpen] = useState<string>();
  const state = data?.find((job) => job.id === open)?.state;
  const shown = useLoad(open === undefined ? undefined : `${open}/${state === 'completed'}`, (signal) =>
    api.get<Simulation>(`/v1/simulations/${encodeURIComponent(open!)}`, {}, signal),
  );
  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle')} />
      <div class="stack">
        <div class="grid-2">
          <Ask
            onAsked={(job) => {
              setOpen(job.id);
              reload();
            }}
          />
          <Card title={t('jobs')} class="flush">
            <Trouble error={error} retry={reload} />
            <Table<Simulation>
              label={t('jobs')}
              rows={data ?? []}
              keyOf={(row) => row.id}
              empty={t('none')}
              rowClass={(row) => (row.id === open ? 'chosen' : '')}
              onOpen={(row) => setOpen(row.id)}
              columns={[
                {
                  id: 'when',
                  head: t('when'),
                  cell: (row) => (
                    <button type="button" class="link-button" onClick={() => setOpen(row.id)}>
                      {dateTime(row.createdAt)}
                    </button>
                  ),
                },
                {
                  id: 'state',
                  head: t('state'),
                  cell: (row) => (
                    <>
                      <Pill tone={TONES[row.state]}>{t(`state.${row.state}`)}</Pill>
                      {row.state === 'running' && (
                        <Progress share={row.progress} label={t('state.running')} />
                      )}
                    </>
                  ),
                },
                {
                  id: 'calls',
                  head: t('calls'),
                  align: 'right',
                  wideOnly: true,
                  cell: (row) => count(row.calls),
                },
                {
                  id: 'cancel',
                  head: '',
                  align: 'right',
                  cell: (row) =>
                    (row.state === 'running' || row.state === 'waiting') && (
                      <button
                        type="button"
                        class="button small"
                        onClick={() =>
                          api
                            .remove(`/v1/simulations/${encodeURIComponent(row.id)}`)
                            .then(reload)
                            .catch(notifyError)
                        }
                      >
                        {t('cancel')}
                      </button>
                    ),
                },
              ]}
            />
          </Card>
        </div>
        <Trouble error={shown.error} retry={shown.reload} />
        {shown.data?.state === 'failed' && (
          <Banner tone="bad">{shown.data.failure ?? t('state.failed')}</Banner>
        )}
        {shown.data?.result !== undefined && <SimulationResult result={shown.data.result} />}
      </div>
    </>
  );
}

function Ask({ onAsked }: { onAsked(job: Simulation): void }) {
  const [campaign, setCampaign] = useState('');
  const [agents, setAgents] = useState('20');
  const [pacers, setPacers] = useState<readonly string[]>(['predictive', 'progressive']);
  const [numbers, setNumbers] = useState<Readonly<Record<string, number | undefined>>>({
    contacts: 5_000,
    hours: 8,
    runs: 5,
    targetAbandonRatio: 0.03,
  });
  const set = (name: string) => (value: number | undefined) =>
    setNumbers((before) => ({ ...before, [name]: value }));
  const perCent = { unit: t('unit.perCent'), scale: 100, min: 0, max: 100 };
  return (
    <Card title={t('ask')}>
      <Form
        onSubmit={async () => {
          const given = Object.fromEntries(
            Object.entries(numbers).filter(([, value]) => value !== undefined),
          );
          onAsked(
            await api.post<Simulation>('/v1/simulations', {
              ...given,
              agents: agents
                .split(/[,，]/)
                .map(Number)
                .filter((n) => n > 0),
              pacers,
              ...(campaign === '' ? {} : { campaign }),
            }),
          );
        }}
      >
        <div class="fields">
          <CampaignSelect value={campaign} onChange={setCampaign} none={t('noCampaign')} />
          <NumberField
            label={t('contacts')}
            name="contacts"
            value={numbers['contacts']}
            onChange={set('contacts')}
            min={1}
          />
          <TextField
            label={t('agents')}
            name="agents"
            hint={t('agentsHint')}
            value={agents}
            onChange={setAgents}
          />
          <NumberField
            label={t('hours')}
            name="hours"
            value={numbers['hours']}
            onChange={set('hours')}
            unit={t('unit.hours')}
          />
          <NumberField
            label={t('target')}
            name="targetAbandonRatio"
            value={numbers['targetAbandonRatio']}
            onChange={set('targetAbandonRatio')}
            {...perCent}
          />
          <NumberField
            label={t('runs')}
            name="runs"
            value={numbers['runs']}
            onChange={set('runs')}
            min={1}
            max={30}
          />
          <NumberField
            label={t('answerRate')}
            name="answerRate"
            optional
            value={numbers['answerRate']}
            onChange={set('answerRate')}
            {...perCent}
          />
          <NumberField
            label={t('successRate')}
            name="successRate"
            optional
            value={numbers['successRate']}
            onChange={set('successRate')}
            {...perCent}
          />
          <NumberField
            label={t('talk')}
            name="talkSeconds"
            optional
            value={numbers['talkSeconds']}
            onChange={set('talkSeconds')}
            unit={t('unit.seconds')}
          />
          <NumberField
            label={t('wrapUp')}
            name="wrapUpSeconds"
            optional
            value={numbers['wrapUpSeconds']}
            onChange={set('wrapUpSeconds')}
            unit={t('unit.seconds')}
          />
          <ChoiceField
            several
            label={t('methods')}
            name="pacers"
            options={METHODS.map((value) => ({ value, label: words(`method.${value}`) }))}
            chosen={pacers}
            onChange={setPacers}
          />
        </div>
        {campaign !== '' && <p class="quiet">{t('measuredHint')}</p>}
        <div class="row">
          <SubmitButton disabled={pacers.length === 0}>{t('run')}</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
