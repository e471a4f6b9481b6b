import { createServer } from 'node:net';
import t from 'tap';
import { createMetrics, MAXIMUM_CAMPAIGN_LABELS } from '../../api/metrics/metrics.js';
import { StoreFigures } from '../../api/metrics/store-figures.js';
import type { EngineView } from '../../dialer/core/view.js';
import { type Harness, startHarness, until } from './harness.js';

const NAMES: Readonly<Record<string, string>> = {
  dialer_calls_originated_total: 'counter',
  dialer_calls_ended_total: 'counter',
  dialer_calls_answered_total: 'counter',
  dialer_calls_abandoned_total: 'counter',
  dialer_abandon_ratio: 'gauge',
  dialer_abandon_allowance: 'gauge',
  dialer_abandon_limit_ratio: 'gauge',
  dialer_dispositions_total: 'counter',
  dialer_kpi_alarm_ratio: 'gauge',
  dialer_pacing_predicted_answer_ratio: 'gauge',
  dialer_switch_channels: 'gauge',
  dialer_abandon_target_ratio: 'gauge',
  dialer_agents: 'gauge',
  dialer_agent_state_seconds_total: 'counter',
  dialer_answer_to_agent_seconds: 'histogram',
  dialer_pacing_lines_target: 'gauge',
  dialer_pacing_lines_inflight: 'gauge',
  dialer_pacing_decisions_total: 'counter',
  dialer_hopper_leads: 'gauge',
  dialer_leads: 'gauge',
  dialer_compliance_checks_total: 'counter',
  dialer_campaign_stage_info: 'gauge',
  dialer_gate_decisions_total: 'counter',
  dialer_halts_total: 'counter',
  dialer_esl_connected: 'gauge',
  dialer_switch_drained: 'gauge',
  dialer_trunk_channels: 'gauge',
  dialer_trunk_resting: 'gauge',
  dialer_trunk_failed_ratio: 'gauge',
  dialer_trunk_post_dial_delay_seconds: 'gauge',
  dialer_esl_events_total: 'counter',
  dialer_esl_event_lag_seconds: 'gauge',
  dialer_event_loop_lag_seconds: 'gauge',
  dialer_resync_discrepancies_total: 'counter',
  dialer_orphan_calls: 'gauge',
};

async function scrape(h: Harness): Promise<string> {
  const answer = await h.send('GET', '/metrics', undefined, { authorization: '' });
  t.equal(answer.status, 200);
  t.match(answer.headers.get('content-type'), /^text\/plain/);
  return answer.text;
}

/** The value of a series by its name and labels as they are written. */
function value(text: string, series: string): number | undefined {
  const line = text.split('\n').find((l) => l.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const h = await startHarness();

t.test('every metric has its name and type before anything happens', async (t) => {
  const text = await scrape(h);
  for (const [name, type] of Object.entries(NAMES)) {
    t.ok(text.includes(`# TYPE ${name} ${type}\n`), `${name} is a ${type}`);
  }
  t.equal(value(text, 'dialer_agents{state="ready"}'), 0);
  t.equal(value(text, 'dialer_esl_connected{switch="fs1"}'), 1);
  t.equal(value(text, 'dialer_esl_events_total{switch="fs1",event="CHANNEL_ANSWER"}'), 3);
});

t.test('a call shows in the counters, and no number or id does', async (t) => {
  await h.send('POST', '/v1/agents/ada/login', { tier: 'expert', endpoint: 'user/1001', ready: true });
  await h.send('POST', '/v1/campaigns', { id: 'one', name: 'One', pacing: { method: 'progressive' } });
  await h.send('POST', '/v1/campaigns/one/contacts', [
    { externalId: 'crm-77', numbers: ['+12125550143'], timeZone: 'America/New_York' },
  ]);
  await h.send('POST', '/v1/campaigns/one/start', { reason: 'go' });
  await until(() => h.engine.view().agents.some((a) => a.state === 'talking'), 'the agent talks');
  const text = await scrape(h);
  t.equal(value(text, 'dialer_calls_originated_total{campaign="one"}'), 1);
  t.equal(value(text, 'dialer_calls_answered_total{campaign="one",answered_by="human"}'), 1);
  t.equal(value(text, 'dialer_agents{state="talking"}'), 1);
  t.equal(value(text, 'dialer_answer_to_agent_seconds_count'), 1);
  t.equal(value(text, 'dialer_campaign_stage_info{campaign="one",stage="validation",status="running"}'), 1);
  t.notMatch(text, /5550143|crm-77|ada/);
  const attempts = (await h.send('GET', '/v1/attempts?campaign=one')).body.items;
  t.notOk(text.includes(attempts[0].id));
  const again = await scrape(h);
  t.equal(value(again, 'dialer_answer_to_agent_seconds_count'), 1, 'a second scrape counts nothing twice');
  t.equal(value(again, 'dialer_calls_originated_total{campaign="one"}'), 1);

  await h.send('POST', '/v1/agents/ada/hangup');
  await until(() => h.engine.view().agents.some((a) => a.state === 'wrap-up'), 'the call ended');
  const ended = await scrape(h);
  t.equal(value(ended, 'dialer_calls_ended_total{campaign="one",outcome="connected"}'), 1);
  t.equal(value(ended, 'dialer_abandon_ratio{window="us-federal/abandon",campaign="one"}'), 0);
  t.equal(value(ended, 'dialer_abandon_allowance{window="us-federal/abandon",campaign="one"}'), 0.03);
  t.ok((value(ended, 'dialer_abandon_target_ratio{campaign="one"}') ?? 1) <= 0.03);
  const { abandon, checks } = (await h.send('GET', '/v1/campaigns/one/diagnostics')).body;
  t.match(abandon.windows, [
    { law: 'us-federal/abandon', answers: 1, abandoned: 0, limit: 0.03, over: false },
  ]);
  t.match(
    checks.find((check: { name: string }) => check.name === 'abandon allowance').detail,
    /^30-day block \(us-federal\): 0\.0 of 1 answers abandoned, limit 3 %; /,
  );
});

t.test('the abandon ratios are recounted from the attempts, over all and by campaign', async (t) => {
  const view = h.engine.view();
  const asked: { campaignId?: string; from: number; to: number }[] = [];
  const figures = new StoreFigures(
    {
      view: () => view,
      store: new Proxy(h.store, {
        get: (target, name) =>
          name === 'attemptTotals'
            ? async (filter: { campaignId?: string; from: number; to: number }) => {
                asked.push(filter);
                const days = (filter.to - filter.from) / 86_400_000;
                return { attempts: 100, liveAnswers: 40, abandoned: days > 20 ? 1 : 2, byOutcome: {} };
              }
            : Reflect.get(target, name, target),
      }),
    },
    (error) => t.fail(String(error)),
  );
  await figures.refresh();
  const metrics = createMetrics(h.engine, figures);
  const text = await metrics.text();
  for (const [window, ratio] of [
    ['5m', 0.05],
    ['1h', 0.05],
    ['24h', 0.05],
    ['30d', 0.025],
  ] as const) {
    t.equal(value(text, `dialer_abandon_ratio{window="${window}"}`), ratio);
    t.equal(value(text, `dialer_abandon_ratio{window="${window}",campaign="one"}`), ratio);
  }
  t.equal(asked.length, 8);
  await figures.refresh();
  t.equal(asked.length, 8, 'not asked again before the period is over');
  metrics.close();
  await figures.close();
});

t.test('leads are told by state once they have been counted', async (t) => {
  let text = '';
  const counted = async () => {
    text = await scrape(h);
    return value(text, 'dialer_leads{campaign="one",state="open"}') !== undefined;
  };
  await until(counted, 'the contacts were counted');
  const states = ['open', 'leased', 'pending', 'callback', 'done'];
  t.equal(
    states.reduce((sum, state) => sum + value(text, `dialer_leads{campaign="one",state="${state}"}`)!, 0),
    1,
  );
});

t.test('the number of campaign labels is bounded, and nothing is lost in the sum', async (t) => {
  const view = h.engine.view();
  const template = view.campaigns[0]!;
  const ids = Array.from({ length: MAXIMUM_CAMPAIGN_LABELS + 30 }, (_, i) => `c${i}`);
  const many: EngineView = {
    ...view,
    campaigns: ids.map((id) => ({
      ...template,
      inFlight: 1,
      record: { ...template.record, settings: { ...template.record.settings, id } },
    })),
    totals: { ...view.totals, originated: Object.fromEntries(ids.map((id) => [id, 10])) },
  };
  const metrics = createMetrics(
    { view: () => many, telephony: h.telephony, takeAnswerToAgentSeconds: () => [] },
    { abandons: () => [], contactCounts: () => undefined },
  );
  const text = await metrics.text();
  const lines = text.split('\n').filter((l) => l.startsWith('dialer_calls_originated_total{'));
  t.equal(lines.length, MAXIMUM_CAMPAIGN_LABELS + 1);
  t.equal(value(text, 'dialer_calls_originated_total{campaign="other"}'), 300);
  t.equal(value(text, 'dialer_pacing_lines_inflight{campaign="other"}'), 30);
  metrics.close();
});

t.test('a store that fails leaves the figures as they were, and is told once a period', async (t) => {
  const errors: unknown[] = [];
  const figures = new StoreFigures(
    {
      view: () => h.engine.view(),
      store: new Proxy(h.store, {
        get: (target, name) =>
          name === 'attemptTotals' || name === 'contactCounts'
            ? () => Promise.reject(new Error('disk is gone'))
            : Reflect.get(target, name, target),
      }),
    },
    (error) => errors.push(error),
  );
  await figures.refresh();
  const told = errors.length;
  t.ok(told > 0);
  await figures.refresh();
  t.equal(errors.length, told);
  t.same(figures.abandons(), []);
  await figures.close();
});

t.test('/readyz says what is not ready', async (t) => {
  const own = await startHarness();
  t.teardown(() => own.close());
  const ready = await own.send('GET', '/readyz', undefined, { authorization: '' });
  t.equal(ready.status, 200);
  t.same(ready.body.ready, true);
  own.telephony.down('connection refused');
  const blind = await own.send('GET', '/readyz');
  t.equal(blind.status, 503);
  const failed = (checks: { name: string; ok: boolean; detail: string }[]) =>
    checks.filter((c) => !c.ok).map((c) => c.detail);
  t.match(failed(blind.body.checks), [
    /0 of 1 switches are connected/,
    /fs1 is not connected: connection refused/,
  ]);
  own.telephony.up();
  t.equal((await own.send('GET', '/readyz')).status, 200);
  await own.store.close();
  const closed = await own.send('GET', '/readyz');
  t.equal(closed.status, 503);
  t.match(failed(closed.body.checks), [/The store cannot commit/]);
  t.equal((await own.send('GET', '/healthz')).status, 200, 'alive all the same');
});

t.test('metrics can have an address of their own, and are then nowhere else', async (t) => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const { port } = free.address() as { port: number };
  await new Promise((resolve) => free.close(resolve));
  const own = await startHarness({ metricsAddress: { host: '127.0.0.1', port } });
  t.teardown(() => own.close());
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  t.match(await answer.text(), /dialer_agents/);
  t.equal((await fetch(`http://127.0.0.1:${port}/v1/campaigns`)).status, 404);
  t.equal((await own.send('GET', '/metrics')).status, 404);
  await t.rejects(startHarness({ metricsAddress: { host: '127.0.0.1', port } }), /metrics cannot listen on/);
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
