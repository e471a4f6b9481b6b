/** The first page: what the dialler does now. Shown without login where the service allows it. */
import type { Overview, Sample } from '../../../http/overview';
import { Sparkline } from '../shared/chart';
import { Banner, Loading } from '../shared/feedback';
import { count, percent } from '../shared/format';
import { PageHead } from '../shared/layout';
import { href } from '../shared/router';
import { CampaignCard } from './campaign-card';
import { EventList } from './event-list';
import { t } from './texts';
import type { History, Live } from './use-overview';

/** Campaigns that have a chart here; those further down have theirs on their own page. */
const CHARTED = 8;
const NO_SAMPLES: readonly Sample[] = [];

export function OverviewPage({ live, signedIn }: { live: Live; signedIn: boolean }) {
  const { overview, history, trouble } = live;
  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle')} />
      {trouble !== '' && <Banner tone="bad">{trouble}</Banner>}
      {overview === undefined ? (
        <Loading />
      ) : (
        <Now overview={overview} history={history} signedIn={signedIn} />
      )}
    </>
  );
}

function Now({ overview, history, signedIn }: { overview: Overview; history: History; signedIn: boolean }) {
  const blind = overview.switches.filter((s) => !s.connected).map((s) => s.id);
  return (
    <>
      {overview.storeFailed && <Banner tone="bad">{t('storeFailed')}</Banner>}
      {overview.draining && <Banner tone="warn">{t('draining')}</Banner>}
      {blind.length > 0 && <Banner tone="warn">{t('blind', { names: blind.join(', ') })}</Banner>}
      <Totals overview={overview} history={history} />
      <div class="columns">
        <div class="campaigns">
          {overview.campaigns.length === 0 && <FirstCampaign signedIn={signedIn} />}
          {overview.campaigns.map((campaign, i) => (
            <CampaignCard
              key={campaign.id}
              campaign={campaign}
              at={overview.at}
              samples={(i < CHARTED ? history.get(campaign.id) : undefined) ?? NO_SAMPLES}
              linked={signedIn}
            />
          ))}
          {overview.campaignsInAll > overview.campaigns.length && (
            <p class="quiet">
              {t('older', { n: count(overview.campaignsInAll - overview.campaigns.length) })}
            </p>
          )}
        </div>
        <EventList overview={overview} />
      </div>
    </>
  );
}

function Totals({ overview, history }: { overview: Overview; history: History }) {
  const running = overview.campaigns.filter((campaign) => campaign.status === 'running');
  const sum = (pick: (campaign: Overview['campaigns'][number]) => number) =>
    running.reduce((total, campaign) => total + pick(campaign), 0);
  const stages = running.flatMap((campaign) =>
    campaign.stages.filter((stage) => stage.stage === campaign.stage),
  );
  const total = (key: 'attempts' | 'liveAnswers' | 'abandoned') =>
    stages.reduce((n, stage) => n + stage[key], 0);
  const attempts = total('attempts');
  const answers = total('liveAnswers');
  const past = running.map((campaign) => history.get(campaign.id) ?? []);
  const over = (column: 1 | 2 | 3) => addUp(past.map((samples) => samples.map((sample) => sample[column])));
  const pace = addUp(past.map(callsPerMinute));
  const loggedIn = Object.entries(overview.agents).reduce(
    (n, [state, k]) => n + (state === 'offline' ? 0 : (k ?? 0)),
    0,
  );
  return (
    <dl class="totals">
      <Tile name={t('tile.inFlight')} value={count(sum((c) => c.inFlight))} values={over(1)} tone="flight" />
      <Tile name={t('tile.talking')} value={count(sum((c) => c.talking))} values={over(2)} tone="talking" />
      <Tile
        name={t('tile.ready')}
        value={count(overview.agents.ready ?? 0)}
        of={t('tile.of', { n: count(loggedIn) })}
        values={over(3)}
        tone="ready"
      />
      <Tile name={t('tile.pace')} value={count(Math.round(pace.at(-1) ?? 0))} values={pace} tone="reserved" />
      <Tile
        name={t('tile.answerRate')}
        value={percent(attempts === 0 ? undefined : answers / attempts)}
        of={t('tile.stage')}
      />
      <Tile
        name={t('tile.abandonRate')}
        value={percent(answers === 0 ? undefined : total('abandoned') / answers)}
        of={t('tile.stage')}
      />
    </dl>
  );
}

interface TileProps {
  name: string;
  value: string;
  of?: string;
  values?: readonly number[];
  tone?: string;
}

function Tile({ name, value, of, values, tone = 'quiet' }: TileProps) {
  return (
    <div class="card tile">
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        {of !== undefined && <span class="quiet">{of}</span>}
      </dd>
      {values !== undefined && <Sparkline values={values} tone={tone} />}
    </div>
  );
}

/** Attempts in the minute before each sample, from the second minute's beginning on scaled up. */
function callsPerMinute(samples: History extends ReadonlyMap<string, infer S> ? S : never): number[] {
  let from = 0;
  return samples.slice(1).map((sample, i) => {
    while (sample[0] - samples[from]![0] > 60_000 && from < i) from += 1;
    const before = samples[from]!;
    const minutes = (sample[0] - before[0]) / 60_000;
    return minutes <= 0 ? 0 : (sample[4] - before[4]) / minutes;
  });
}

/** Sum of series that end at the same time. */
function addUp(series: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...series.map((values) => values.length));
  return Array.from({ length }, (_, i) =>
    series.reduce((sum, values) => sum + (values[values.length - length + i] ?? 0), 0),
  );
}

function FirstCampaign({ signedIn }: { signedIn: boolean }) {
  return (
    <section class="card first">
      <h2>{t('first.title')}</h2>
      <p>{t('first.text')}</p>
      {signedIn && (
        <p>
          <a class="button primary" href={href('/campaigns/new')}>
            {t('first.create')}
          </a>
        </p>
      )}
      <pre>{`KEY=$(cat data/admin.key)
curl -X POST ${location.origin}/v1/campaigns \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"id":"first","name":"First campaign"}'
curl -X POST ${location.origin}/v1/campaigns/first/contacts \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: text/csv" \\
  --data-binary @contacts.csv`}</pre>
      <p class="quiet">
        <a href="/docs">{t('first.more')}</a>
      </p>
    </section>
  );
}
