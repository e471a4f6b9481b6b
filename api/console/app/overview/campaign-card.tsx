/** One campaign: where it stands, how it goes, and why it dials or not. */
import type { OverviewCampaign, Sample } from '../../../http/overview';
import { SaidText } from '../campaigns/said';
import { LineChart } from '../shared/chart';
import { Pill, type Tone } from '../shared/feedback';
import { clock, count, percent, relative, span } from '../shared/format';
import { href } from '../shared/router';
import { AgentBar } from './agent-bar';
import { StagePath } from './stage-path';
import { t } from './texts';
import { verdict } from './verdict';

const STATUS_TONES: Readonly<Record<string, Tone>> = {
  draft: 'quiet',
  running: 'good',
  'awaiting-approval': 'warn',
  paused: 'warn',
  halted: 'bad',
  stopped: 'bad',
  completed: 'info',
};

export function StatusPill({ status }: { status: string }) {
  return <Pill tone={STATUS_TONES[status] ?? 'quiet'}>{t.of('status', status)}</Pill>;
}

export function CampaignCard({
  campaign,
  at,
  samples,
  linked,
}: {
  campaign: OverviewCampaign;
  at: number;
  samples: readonly Sample[];
  /** The name leads to the campaign's page: for those who are signed in. */
  linked: boolean;
}) {
  const started = campaign.status !== 'draft';
  const over = campaign.status === 'completed' || campaign.status === 'stopped';
  return (
    <article class={`card campaign status-${campaign.status}`}>
      <header class="card-head">
        <div>
          <h2>{linked ? <a href={href(`/campaigns/${campaign.id}`)}>{campaign.name}</a> : campaign.name}</h2>
          <p class="quiet">
            {t('card.subtitle', {
              method: t.of('method', campaign.pacing),
              pool: campaign.pool,
              status: t.of('status', campaign.status).toLowerCase(),
              span: span(at - campaign.statusSince),
            })}
          </p>
        </div>
        <StatusPill status={campaign.status} />
      </header>

      <StagePath campaign={campaign} />
      {campaign.reason !== '' && campaign.status !== 'running' && (
        <p class="reason">
          <SaidText said={campaign.reasonSaid}>{campaign.reason}</SaidText>
        </p>
      )}

      {started && (
        <dl class="figures">
          <Figure
            name={t('tile.answerRate')}
            value={percent(campaign.answerRate)}
            note={t('card.ofAttempts')}
          />
          <Abandon ratio={campaign.abandonRatio} target={campaign.targetAbandonRatio} />
          <Figure
            name={t('tile.inFlight')}
            value={count(campaign.inFlight)}
            note={t('card.wanted', { n: count(campaign.linesTarget) })}
          />
          <Figure
            name={t('tile.talking')}
            value={count(campaign.talking)}
            note={
              campaign.waiting === 0
                ? t('card.nobodyWaits')
                : t('card.waiting', { n: count(campaign.waiting) })
            }
          />
          <Figure
            name={t('card.hopper')}
            value={count(campaign.hopper)}
            note={t('card.open', { n: count(campaign.open) })}
          />
          <Figure
            name={t('card.untried')}
            value={count(campaign.untried)}
            note={
              campaign.nextDueAt === undefined
                ? t('card.inStage')
                : t('card.nextDue', { when: relative(Math.max(at, campaign.nextDueAt), at) })
            }
          />
        </dl>
      )}

      {!over && (
        <div class={`verdict ${campaign.inFlight > 0 || campaign.limit === 'none' ? 'going' : 'resting'}`}>
          <p>{verdict(campaign)}</p>
          {campaign.status === 'running' && <p class="quiet">{t.of('limit', campaign.limit)}</p>}
        </div>
      )}

      {samples.length > 1 && (
        <LineChart
          height={132}
          label={t('card.chart', { name: campaign.name })}
          format={count}
          unit={1}
          formatX={clock}
          series={[
            {
              name: t('series.inFlight'),
              tone: 'flight',
              points: samples.map((s) => ({ x: s[0], y: s[1] })),
              filled: true,
            },
            {
              name: t('series.talking'),
              tone: 'talking',
              points: samples.map((s) => ({ x: s[0], y: s[2] })),
            },
            { name: t('series.ready'), tone: 'ready', points: samples.map((s) => ({ x: s[0], y: s[3] })) },
          ]}
        />
      )}
      {!over && <AgentBar agents={campaign.agents} />}
    </article>
  );
}

export function Figure({
  name,
  value,
  note,
  level = '',
}: {
  name: string;
  value: string;
  note: string;
  level?: string;
}) {
  return (
    <div class={`figure ${level}`}>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <span class="quiet">{note}</span>
      </dd>
    </div>
  );
}

function Abandon({ ratio, target }: { ratio: number | undefined; target: number }) {
  const level = ratio === undefined ? '' : ratio > target ? 'bad' : ratio > target * 0.8 ? 'warn' : 'good';
  return (
    <div class={`figure ${level}`}>
      <dt>{t('tile.abandonRate')}</dt>
      <dd>
        <b>{percent(ratio)}</b>
        <span class="quiet">{t('card.target', { share: percent(target) })}</span>
        <meter
          value={Math.min(ratio ?? 0, 2 * target)}
          max={2 * target || 1}
          aria-label={t('card.abandonLabel', { share: percent(ratio), target: percent(target) })}
        />
      </dd>
    </div>
  );
}
