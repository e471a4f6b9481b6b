/** The first page: what the dialer does now. */
import { useState } from 'preact/hooks';
import type { Overview } from '../../http/overview';
import { CampaignCard } from './campaign-card';
import { Sparkline } from './chart';
import { EventList } from './event-list';
import { count, percent } from './format';
import { type History, useOverview } from './use-overview';

export function Console() {
  const { overview, history, trouble, needsKey, useKey } = useOverview();
  return (
    <>
      <Header overview={overview} trouble={trouble} />
      <main>
        {trouble !== '' && (
          <p class="banner bad" role="alert">
            {trouble}
          </p>
        )}
        {needsKey ? (
          <KeyForm onKey={useKey} />
        ) : overview === undefined ? (
          <p class="loading">Loading …</p>
        ) : (
          <Floor overview={overview} history={history} />
        )}
      </main>
    </>
  );
}

function Header({ overview, trouble }: { overview: Overview | undefined; trouble: string }) {
  const state =
    trouble !== ''
      ? 'bad'
      : overview === undefined
        ? ''
        : overview.draining || overview.storeFailed
          ? 'warn'
          : 'good';
  return (
    <header class="top">
      <img src="/favicon.svg" alt="" width="28" height="28" />
      <h1>Tactus</h1>
      <span class={`live ${state}`}>
        <i />
        {state === 'bad' ? 'not connected' : overview?.draining ? 'stopping' : 'live'}
      </span>
      <nav>
        {overview?.switches.map((s) => (
          <span
            key={s.id}
            class={`switch ${s.connected ? 'good' : 'bad'}`}
            title={s.connected ? 'connected' : 'not connected'}
          >
            <i />
            {s.id}
            <small>{s.connected ? `${count(s.channels)} channels` : 'down'}</small>
          </span>
        ))}
        <a href="/docs">API</a>
        <a href="/metrics">Metrics</a>
      </nav>
    </header>
  );
}

function Floor({ overview, history }: { overview: Overview; history: History }) {
  return (
    <>
      {overview.storeFailed && (
        <p class="banner bad" role="alert">
          The store refuses writes. Nothing new is dialled until it takes them again.
        </p>
      )}
      {overview.draining && (
        <p class="banner warn" role="status">
          The service is stopping: live calls end, no new ones are placed.
        </p>
      )}
      {overview.switches.some((s) => !s.connected) && (
        <p class="banner warn" role="status">
          {overview.switches
            .filter((s) => !s.connected)
            .map((s) => s.id)
            .join(', ')}{' '}
          cannot be seen: no call is placed there.
        </p>
      )}
      <Totals overview={overview} history={history} />
      <div class="columns">
        <div class="campaigns">
          {overview.campaigns.length === 0 && <FirstCampaign />}
          {overview.campaigns.map((campaign) => (
            <CampaignCard
              key={campaign.id}
              campaign={campaign}
              at={overview.at}
              samples={history.get(campaign.id) ?? []}
            />
          ))}
          {overview.campaignsInAll > overview.campaigns.length && (
            <p class="quiet">
              {count(overview.campaignsInAll - overview.campaigns.length)} older campaigns are not shown.
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
      <Tile name="Lines in flight" value={count(sum((c) => c.inFlight))} values={over(1)} tone="flight" />
      <Tile name="Talking" value={count(sum((c) => c.talking))} values={over(2)} tone="talking" />
      <Tile
        name="Agents ready"
        value={count(overview.agents.ready ?? 0)}
        of={`of ${count(loggedIn)}`}
        values={over(3)}
        tone="ready"
      />
      <Tile name="Calls a minute" value={count(Math.round(pace.at(-1) ?? 0))} values={pace} tone="reserved" />
      <Tile
        name="Answer rate"
        value={percent(attempts === 0 ? undefined : answers / attempts)}
        of="this stage"
      />
      <Tile
        name="Abandon rate"
        value={percent(answers === 0 ? undefined : total('abandoned') / answers)}
        of="this stage"
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

function FirstCampaign() {
  return (
    <section class="card first">
      <h2>No campaign yet</h2>
      <p>Create one with the key in the data folder, add contacts, log an expert agent in, and start it:</p>
      <pre>{`KEY=$(cat data/admin.key)
curl -X POST ${location.origin}/v1/campaigns \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"id":"first","name":"First campaign"}'
curl -X POST ${location.origin}/v1/campaigns/first/contacts \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: text/csv" \\
  --data-binary @contacts.csv`}</pre>
      <p class="quiet">
        Everything else is at <a href="/docs">/docs</a>.
      </p>
    </section>
  );
}

function KeyForm({ onKey }: { onKey(key: string): void }) {
  const [key, setKey] = useState('');
  return (
    <form
      class="card key"
      onSubmit={(event) => {
        event.preventDefault();
        onKey(key.trim());
      }}
    >
      <h2>This page needs a key</h2>
      <label>
        API key
        <input
          type="password"
          autocomplete="off"
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
          placeholder="tactus_…"
        />
      </label>
      <button type="submit" disabled={key.trim() === ''}>
        Show
      </button>
    </form>
  );
}
