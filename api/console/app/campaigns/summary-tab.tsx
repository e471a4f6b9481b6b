/** The campaign at a glance: does it dial, its lines, its list, the abandon ledger. */
import type { OverviewCampaign } from '../../../http/overview';
import { useLive, useServiceNow } from '../live';
import { AgentBar } from '../overview/agent-bar';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { LineChart } from '../shared/chart';
import { Loading, Progress, Trouble } from '../shared/feedback';
import { clock, count, dateTime, percent, relative } from '../shared/format';
import { currentLanguage } from '../shared/i18n';
import { Icon } from '../shared/icons';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { AbandonLedger } from './abandon-ledger';
import { doneShare } from './campaigns-page';
import { detailOf, sentenceOf } from './diagnosis';
import { saidSentence } from './said';
import { t } from './texts';
import type { Campaign, Diagnostics } from './types';

const EVERY_MILLISECONDS = 3_000;

export function SummaryTab({
  campaign,
  overview,
}: {
  campaign: Campaign;
  overview: OverviewCampaign | undefined;
}) {
  const path = `/v1/campaigns/${encodeURIComponent(campaign.id)}/diagnostics`;
  const { data, error, reload } = useLoad(
    path,
    (signal) => api.get<Diagnostics>(path, {}, signal),
    EVERY_MILLISECONDS,
  );
  const samples = useLive().live.history.get(campaign.id) ?? [];
  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      <div class="grid-2">
        <div class="stack">
          {data === undefined ? (
            error === undefined && <Loading />
          ) : (
            <Why diagnostics={data} campaign={campaign} />
          )}
          <Card title={t('chart.lines')}>
            <LineChart
              label={t('chart.lines')}
              format={count}
              unit={1}
              formatX={clock}
              height={190}
              series={[
                {
                  name: t('chart.target'),
                  tone: 'quiet',
                  dashed: true,
                  points: samples.map((s) => ({ x: s[0], y: s[6] })),
                },
                {
                  name: t('chart.inFlight'),
                  tone: 'flight',
                  filled: true,
                  points: samples.map((s) => ({ x: s[0], y: s[1] })),
                },
                {
                  name: t('chart.talking'),
                  tone: 'talking',
                  points: samples.map((s) => ({ x: s[0], y: s[2] })),
                },
                { name: t('chart.ready'), tone: 'ready', points: samples.map((s) => ({ x: s[0], y: s[3] })) },
              ]}
            />
            {overview !== undefined && <AgentBar agents={overview.agents} />}
          </Card>
        </div>
        <div class="stack">
          {data !== undefined && <AbandonLedger standing={data.abandon} />}
          <List campaign={campaign} overview={overview} />
        </div>
      </div>
    </div>
  );
}

function Why({ diagnostics, campaign }: { diagnostics: Diagnostics; campaign: Campaign }) {
  const reason = campaign.reasonSaid === undefined ? undefined : saidSentence(campaign.reasonSaid);
  const wanting = diagnostics.checks.filter((check) => !check.ok);
  return (
    <Card
      title={t('why.title')}
      aside={
        <span class={`pill ${diagnostics.dialling ? 'good' : 'warn'}`}>
          {t(diagnostics.dialling ? 'why.yes' : 'why.no')}
        </span>
      }
    >
      <p class="lead">
        {currentLanguage() === 'en' ? diagnostics.sentence : sentenceOf(diagnostics, reason)}
      </p>
      <ul class="checks">
        {[...wanting, ...diagnostics.checks.filter((check) => check.ok)].map((check) => (
          <li key={check.name} class={check.ok ? 'good' : 'warn'}>
            <Icon name={check.ok ? 'check' : 'alert'} size={16} />
            <div>
              <b>{t.of('check', check.name)}</b>{' '}
              <span class="quiet">{currentLanguage() === 'en' ? check.detail : detailOf(check)}</span>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function List({ campaign, overview }: { campaign: Campaign; overview: OverviewCampaign | undefined }) {
  const now = useServiceNow();
  const { live, stage } = campaign;
  const here = overview?.stages.find((one) => one.stage === stage);
  const total = here?.contacts ?? 0;
  const all = overview?.stages.reduce((sum, one) => sum + (one.contacts ?? 0), 0) ?? 0;
  const allDone = overview?.stages.reduce((sum, one) => sum + (one.done ?? 0), 0) ?? 0;
  const tried = total === 0 ? undefined : Math.max(0, total - live.untried) / total;
  return (
    <Card title={t('list2.title')}>
      <dl class="facts">
        <dt>{t('list2.stage')}</dt>
        <dd>
          {words(`stage.${stage}`)}: <b>{count(total)}</b>
        </dd>
        <dt>{t('list2.penetration')}</dt>
        <dd>
          <b>{percent(tried)}</b> <span class="quiet">{t('list2.penetrationHint')}</span>
          <Progress share={tried ?? 0} label={t('list2.penetration')} />
        </dd>
        <dt>{t('list2.open')}</dt>
        <dd>{count(live.open)}</dd>
        <dt>{t('list2.untried')}</dt>
        <dd>{count(live.untried)}</dd>
        <dt>{t('list2.hopper')}</dt>
        <dd>{count(live.hopper)}</dd>
        <dt>{t('list2.nextDue')}</dt>
        <dd>
          {live.nextDueAt === undefined
            ? '–'
            : `${dateTime(live.nextDueAt)} · ${relative(live.nextDueAt, now)}`}
        </dd>
        <dt>{t('list2.all')}</dt>
        <dd>
          {t('list2.allDone', { done: count(allDone), total: count(all) })}
          <Progress share={doneShare(overview) ?? 0} label={t('list2.all')} />
        </dd>
      </dl>
    </Card>
  );
}
