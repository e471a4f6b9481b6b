/** One campaign: where it stands, how it goes, and why it dials or not. */
import type { OverviewCampaign, Sample } from '../../http/overview';
import { AgentBar } from './agent-bar';
import { Chart } from './chart';
import { count, percent, span } from './format';
import { StagePath } from './stage-path';

const STATUS: Readonly<Record<string, string>> = {
  draft: 'Draft',
  running: 'Running',
  'awaiting-approval': 'Awaiting approval',
  paused: 'Paused',
  halted: 'Halted',
  stopped: 'Stopped',
  completed: 'Completed',
};

export function CampaignCard({
  campaign,
  at,
  samples,
}: {
  campaign: OverviewCampaign;
  at: number;
  samples: readonly Sample[];
}) {
  const started = campaign.status !== 'draft';
  const over = campaign.status === 'completed' || campaign.status === 'stopped';
  return (
    <article class={`card campaign status-${campaign.status}`}>
      <header class="card-head">
        <div>
          <h2>{campaign.name}</h2>
          <p class="quiet">
            {campaign.pacing} · pool {campaign.pool} · {STATUS[campaign.status]?.toLowerCase()} for{' '}
            {span(at - campaign.statusSince)}
          </p>
        </div>
        <span class={`pill pill-${campaign.status}`}>{STATUS[campaign.status] ?? campaign.status}</span>
      </header>

      <StagePath campaign={campaign} />
      {campaign.reason !== '' && campaign.status !== 'running' && <p class="reason">{campaign.reason}</p>}

      {started && (
        <dl class="figures">
          <Figure name="Answer rate" value={percent(campaign.answerRate)} note="of attempts" />
          <Abandon ratio={campaign.abandonRatio} target={campaign.targetAbandonRatio} />
          <Figure
            name="Lines in flight"
            value={count(campaign.inFlight)}
            note={`${count(campaign.linesTarget)} wanted`}
          />
          <Figure
            name="Talking"
            value={count(campaign.talking)}
            note={campaign.waiting === 0 ? 'nobody waits' : `${count(campaign.waiting)} waiting`}
          />
          <Figure name="Hopper" value={count(campaign.hopper)} note={`${count(campaign.open)} open`} />
          <Figure
            name="Never tried"
            value={count(campaign.untried)}
            note={
              campaign.nextDueAt === undefined ? 'in this stage' : `next due ${due(campaign.nextDueAt - at)}`
            }
          />
        </dl>
      )}

      {!over && (
        <div class={`verdict ${campaign.inFlight > 0 || campaign.limit === 'none' ? 'going' : 'resting'}`}>
          <p>{campaign.diagnosis}</p>
          {campaign.status === 'running' && <p class="quiet">{campaign.limitSentence}</p>}
        </div>
      )}

      {samples.length > 1 && (
        <Chart
          span={`last ${span((samples.at(-1)?.[0] ?? 0) - (samples[0]?.[0] ?? 0))}`}
          label={`Lines in flight, talking and ready agents of ${campaign.name} over the last minutes`}
          lines={[
            { name: 'in flight', tone: 'flight', values: samples.map((s) => s[1]), filled: true },
            { name: 'talking', tone: 'talking', values: samples.map((s) => s[2]) },
            { name: 'ready', tone: 'ready', values: samples.map((s) => s[3]) },
          ]}
        />
      )}
      {!over && <AgentBar agents={campaign.agents} />}
    </article>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div class="figure">
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
      <dt>Abandon rate</dt>
      <dd>
        <b>{percent(ratio)}</b>
        <span class="quiet">target {percent(target)}</span>
        <meter
          value={Math.min(ratio ?? 0, 2 * target)}
          max={2 * target || 1}
          aria-label={`Abandon rate ${percent(ratio)}, target ${percent(target)}`}
        />
      </dd>
    </div>
  );
}

function due(milliseconds: number): string {
  return milliseconds <= 0 ? 'now' : `in ${span(milliseconds)}`;
}
