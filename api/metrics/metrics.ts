/**
 * The Prometheus metrics. Nothing is counted here while calls run: the engine's own totals are copied when the
 * metrics are read. Labels are campaigns (up to a cap), states and the like; never a number, contact or call.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { STAGES } from '../../dialer/core/model.js';
import type { EngineView } from '../../dialer/core/view.js';
import type { Engine } from '../../dialer/engine.js';
import type { ContactState } from '../../dialer/store/port.js';
import type { RegistryView } from '../registries/registry-views.js';
import type { WebhookFigures } from '../webhooks/webhooks.js';
import type { StoreFigures } from './store-figures.js';

/** Campaigns with a label of their own; the others are counted together as `other`. */
export const MAXIMUM_CAMPAIGN_LABELS = 50;
const OTHER = 'other';
const MAXIMUM_LIST_LABELS = 100;

const AGENT_STATES = ['offline', 'connecting', 'ready', 'reserved', 'talking', 'wrap-up', 'paused'];
const LEAD_STATES: readonly ContactState[] = ['open', 'leased', 'pending', 'callback', 'done'];

export interface Metrics {
  readonly contentType: string;
  /** The metrics in Prometheus' text format. */
  text(): Promise<string>;
  close(): void;
}

export function createMetrics(
  engine: Pick<Engine, 'view' | 'telephony' | 'takeAnswerToAgentSeconds'>,
  figures: Pick<StoreFigures, 'abandons' | 'contactCounts'>,
  registries: () => readonly RegistryView[] = () => [],
  webhooks: () => readonly WebhookFigures[] = () => [],
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });

  const originated = counter('dialer_calls_originated_total', 'Calls that were placed.', ['campaign']);
  const ended = counter('dialer_calls_ended_total', 'Calls that ended, by outcome.', ['campaign', 'outcome']);
  const answered = counter('dialer_calls_answered_total', 'Calls that were answered.', [
    'campaign',
    'answered_by',
  ]);
  const abandoned = counter('dialer_calls_abandoned_total', 'Live answers that no agent took in time.', [
    'campaign',
  ]);
  const abandonRatio = gauge(
    'dialer_abandon_ratio',
    'Abandoned live answers ÷ live answers over a window: the last minutes or days recounted from the attempts (without the label campaign over all), or the window of a law by its own definition.',
    ['window', 'campaign'],
  );
  const abandonLeft = gauge(
    'dialer_abandon_allowance',
    'Abandoned calls that the answers of a legal window still allow; negative beyond the limit.',
    ['window', 'campaign'],
  );
  const abandonTarget = gauge(
    'dialer_abandon_target_ratio',
    'Abandon ratio that the pacer may aim at now, by what the abandon ledgers leave.',
    ['campaign'],
  );
  const agents = gauge('dialer_agents', 'Agents by state.', ['state']);
  const agentSeconds = counter('dialer_agent_state_seconds_total', 'Time of all agents in each state.', [
    'state',
  ]);
  const answerToAgent = new Histogram({
    name: 'dialer_answer_to_agent_seconds',
    help: 'From the answer to the bridge with an agent.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5],
    registers,
  });
  const linesTarget = gauge('dialer_pacing_lines_target', 'Lines the pacer wanted at its last decision.', [
    'campaign',
  ]);
  const linesInFlight = gauge('dialer_pacing_lines_inflight', 'Lines being dialled or ringing.', [
    'campaign',
  ]);
  const decisions = counter('dialer_pacing_decisions_total', 'Pacing decisions by what limited them.', [
    'limit',
  ]);
  const hopper = gauge('dialer_hopper_leads', 'Leads that are checked and ready to dial.', ['campaign']);
  const leads = gauge('dialer_leads', 'Contacts by state.', ['campaign', 'state']);
  const checks = counter('dialer_compliance_checks_total', 'Compliance decisions by rule and result.', [
    'rule',
    'result',
  ]);
  const stageInfo = gauge('dialer_campaign_stage_info', 'The stage and status of a campaign; always 1.', [
    'campaign',
    'stage',
    'status',
  ]);
  const gates = counter('dialer_gate_decisions_total', 'Decisions of stage gates.', ['decision']);
  const halts = counter('dialer_halts_total', 'Halts by the KPI that caused them.', ['kpi']);
  const connected = gauge('dialer_esl_connected', '1 when the link to the switch stands.', ['switch']);
  const switchEvents = counter('dialer_esl_events_total', 'Events received from the switch.', [
    'switch',
    'event',
  ]);
  const eventLag = gauge('dialer_esl_event_lag_seconds', 'Age of the newest event when it was read.', [
    'switch',
  ]);
  const reconnects = counter('dialer_esl_reconnects_total', 'Times the link was made again.', ['switch']);
  const loopLag = gauge(
    'dialer_event_loop_lag_seconds',
    'Delay of the event loop since the last scrape, by quantile.',
    ['quantile'],
  );
  const discrepancies = counter(
    'dialer_resync_discrepancies_total',
    'Channels on which engine and switch disagreed.',
  );
  const orphans = gauge('dialer_orphan_calls', 'Channels on the switch that no attempt owns.', ['switch']);

  const listAge = gauge(
    'dialer_dnc_list_age_seconds',
    'Age of the do-not-call registry in force, from when its data were obtained; absent when none is held.',
    ['list'],
  );
  const listMaximumAge = gauge(
    'dialer_dnc_list_maximum_age_seconds',
    'Age above which the rules no longer rely on the registry.',
    ['list'],
  );
  const listNumbers = gauge('dialer_dnc_list_numbers', 'Numbers on the do-not-call registry in force.', [
    'list',
  ]);

  const deliveries = counter(
    'dialer_webhook_deliveries_total',
    'Requests to receivers of webhooks: delivered, failed (tried again unless given up), and deliveries given up.',
    ['webhook', 'result'],
  );
  const webhookBacklog = gauge(
    'dialer_webhook_backlog',
    'Deliveries that have not arrived: tried again (retrying), or given up (dead).',
    ['webhook', 'state'],
  );
  const webhookAge = gauge(
    'dialer_webhook_oldest_event_seconds',
    'Age of the oldest event that still has to arrive; 0 when there is none.',
    ['webhook'],
  );

  collectDefaultMetrics({ register: registry });
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();

  function copyView(view: EngineView): void {
    const label = campaignLabels(view);
    const totals = view.totals;
    fill(originated, sumBy(totals.originated, label));
    fill(abandoned, sumBy(totals.abandoned, label));
    fillNested(ended, totals.ended, label, 'outcome');
    fillNested(answered, totals.answered, label, 'answered_by');

    agents.reset();
    for (const state of AGENT_STATES) agents.set({ state }, 0);
    for (const agent of view.agents) agents.inc({ state: agent.state });

    fillBy(agentSeconds, 'state', totals.agentStateSeconds);
    fillBy(decisions, 'limit', totals.pacingDecisions);
    fillBy(gates, 'decision', totals.gateDecisions);
    fillBy(halts, 'kpi', totals.halts);
    checks.reset();
    for (const [rule, results] of Object.entries(totals.complianceChecks)) {
      for (const [result, count] of Object.entries(results)) checks.inc({ rule, result }, count);
    }
    discrepancies.reset();
    discrepancies.inc(totals.discrepancies);

    for (const metric of [linesTarget, linesInFlight, hopper, leads, stageInfo]) metric.reset();
    for (const c of view.campaigns) {
      const id = c.record.settings.id;
      const campaign = label(id);
      linesTarget.inc({ campaign }, c.linesTarget);
      linesInFlight.inc({ campaign }, c.inFlight);
      hopper.inc({ campaign }, c.hopper);
      if (campaign !== OTHER) stageInfo.set({ campaign, stage: c.record.stage, status: c.record.status }, 1);
      const counts = figures.contactCounts(id);
      if (counts === undefined) continue;
      for (const state of LEAD_STATES) {
        const count = STAGES.reduce((sum, stage) => sum + (counts[stage][state] ?? 0), 0);
        leads.inc({ campaign, state }, count);
      }
    }

    orphans.reset();
    for (const s of view.switches) orphans.set({ switch: s.switchId }, s.orphans);

    for (const metric of [abandonRatio, abandonLeft, abandonTarget]) metric.reset();
    for (const c of view.campaigns) {
      const campaign = label(c.record.settings.id);
      if (campaign === OTHER || c.record.status !== 'running') continue;
      abandonTarget.set({ campaign }, c.abandon.target);
      for (const { law: window, ratio, left } of c.abandon.windows) {
        abandonRatio.set({ window, campaign }, ratio);
        abandonLeft.set({ window, campaign }, left);
      }
    }
    for (const { window, campaignId, liveAnswers, abandoned: count } of figures.abandons()) {
      const ratio = liveAnswers === 0 ? 0 : count / liveAnswers;
      if (campaignId === undefined) abandonRatio.set({ window }, ratio);
      else if (label(campaignId) !== OTHER) abandonRatio.set({ window, campaign: campaignId }, ratio);
    }
  }

  function copyRegistries(): void {
    for (const metric of [listAge, listMaximumAge, listNumbers]) metric.reset();
    const held = registries().filter(({ version }) => version !== undefined);
    for (const { id: list, ageSeconds = 0, maximumAgeSeconds, count = 0 } of held.slice(
      0,
      MAXIMUM_LIST_LABELS,
    )) {
      listAge.set({ list }, ageSeconds);
      listNumbers.set({ list }, count);
      if (maximumAgeSeconds !== undefined) listMaximumAge.set({ list }, maximumAgeSeconds);
    }
  }

  function copyWebhooks(now: number): void {
    for (const metric of [deliveries, webhookBacklog, webhookAge]) metric.reset();
    // There are few of them: the service bounds their number.
    for (const { id: webhook, oldestAt, ...figures } of webhooks()) {
      deliveries.inc({ webhook, result: 'delivered' }, figures.delivered);
      deliveries.inc({ webhook, result: 'failed' }, figures.failed);
      deliveries.inc({ webhook, result: 'given-up' }, figures.givenUp);
      webhookBacklog.set({ webhook, state: 'retrying' }, figures.retrying);
      webhookBacklog.set({ webhook, state: 'dead' }, figures.dead);
      webhookAge.set({ webhook }, oldestAt === undefined ? 0 : Math.max(0, (now - oldestAt) / 1000));
    }
  }

  function copyTelephony(): void {
    for (const metric of [connected, switchEvents, eventLag, reconnects]) metric.reset();
    for (const s of engine.telephony.statistics()) {
      connected.set({ switch: s.switchId }, s.connected ? 1 : 0);
      eventLag.set({ switch: s.switchId }, s.eventLagSeconds);
      reconnects.inc({ switch: s.switchId }, s.reconnects);
      for (const [event, count] of Object.entries(s.events)) {
        switchEvents.inc({ switch: s.switchId, event }, count);
      }
    }
  }

  return {
    contentType: registry.contentType,
    async text() {
      const view = engine.view();
      copyView(view);
      copyTelephony();
      copyRegistries();
      copyWebhooks(view.now);
      for (const seconds of engine.takeAnswerToAgentSeconds()) answerToAgent.observe(seconds);
      // An empty histogram reads NaN or its initial bound: nothing was measured, so nothing lagged.
      const seconds = (nanoseconds: number) => (loopDelay.count === 0 ? 0 : nanoseconds / 1e9);
      loopLag.set({ quantile: '0.5' }, seconds(loopDelay.percentile(50)));
      loopLag.set({ quantile: '0.99' }, seconds(loopDelay.percentile(99)));
      loopLag.set({ quantile: '1' }, seconds(loopDelay.max));
      loopDelay.reset();
      return registry.metrics();
    },
    close() {
      loopDelay.disable();
      registry.clear();
    },
  };
}

/** Running campaigns first get a label of their own. */
function campaignLabels(view: EngineView): (id: string) => string {
  const running = view.campaigns.filter((c) => c.record.status === 'running');
  const others = view.campaigns.filter((c) => c.record.status !== 'running');
  const named = new Set(
    [...running, ...others].slice(0, MAXIMUM_CAMPAIGN_LABELS).map((c) => c.record.settings.id),
  );
  return (id) => (named.has(id) ? id : OTHER);
}

function sumBy(
  byCampaign: Readonly<Record<string, number>>,
  label: (id: string) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [id, count] of Object.entries(byCampaign)) {
    sums.set(label(id), (sums.get(label(id)) ?? 0) + count);
  }
  return sums;
}

function fill(metric: Counter, sums: ReadonlyMap<string, number>): void {
  metric.reset();
  for (const [campaign, count] of sums) metric.inc({ campaign }, count);
}

function fillBy(metric: Counter, labelName: string, totals: Readonly<Record<string, number>>): void {
  metric.reset();
  for (const [value, count] of Object.entries(totals)) metric.inc({ [labelName]: value }, count);
}

function fillNested(
  metric: Counter,
  totals: Readonly<Record<string, Readonly<Record<string, number>>>>,
  label: (id: string) => string,
  labelName: string,
): void {
  metric.reset();
  for (const [id, counts] of Object.entries(totals)) {
    for (const [value, count] of Object.entries(counts)) {
      metric.inc({ campaign: label(id), [labelName]: value }, count);
    }
  }
}
