/** The dashboards that Grafana is provisioned with: one for each question that a supervisor has. */
import { bars, type DashboardDescription, row, series, stat, table } from './panels.js';

const OF_CAMPAIGN = 'campaign=~"$campaign"';
const RATE = '[$__rate_interval]';

const floor: DashboardDescription = {
  uid: 'tactus-floor',
  title: 'floor',
  panels: [
    row('Now'),
    stat('Agents ready', 'sum(dialer_agents{state="ready"})', { width: 3 }),
    stat('Talking', 'sum(dialer_agents{state="talking"})', { width: 3 }),
    stat('In wrap-up', 'sum(dialer_agents{state="wrap-up"})', { width: 3 }),
    stat('Paused', 'sum(dialer_agents{state="paused"})', { width: 3 }),
    stat('Occupancy, 5 min', 'dialer:agent_occupancy:ratio5m', {
      unit: 'percentunit',
      description: '(talk + wrap-up) ÷ (talk + wrap-up + ready) of all agents.',
    }),
    stat('Wait for an agent, p95', 'dialer:answer_to_agent_seconds:p95_5m', {
      unit: 's',
      thresholds: [1, 2],
      description: 'From the live answer to the bridge. After 2 s the call counts as abandoned.',
    }),
    stat('Calls a minute', '60 * sum(rate(dialer_calls_originated_total[1m]))'),
    row('Agents'),
    series('Agents by state', [['{{state}}', 'sum by (state) (dialer_agents{state!="offline"})']], {
      stack: true,
    }),
    series(
      'Share of time by state',
      [
        [
          '{{state}}',
          `sum by (state) (rate(dialer_agent_state_seconds_total{state!="offline"}[5m])) / on () group_left () (sum(rate(dialer_agent_state_seconds_total{state!="offline"}[5m])) > 0)`,
        ],
      ],
      { unit: 'percentunit', stack: true },
    ),
    series(
      'From answer to agent',
      [
        ['p95', 'dialer:answer_to_agent_seconds:p95_5m'],
        ['p99', 'dialer:answer_to_agent_seconds:p99_5m'],
      ],
      { unit: 's', thresholds: [1, 2] },
    ),
    series(
      'What agents said, a minute',
      [['{{result}}', `60 * sum by (result) (rate(dialer_dispositions_total${RATE}))`]],
      { stack: true },
    ),
  ],
};

const campaign: DashboardDescription = {
  uid: 'tactus-campaign',
  title: 'campaigns and gates',
  byCampaign: true,
  from: 'now-3h',
  refresh: '10s',
  panels: [
    row('Now'),
    table('Stage and status', `dialer_campaign_stage_info{${OF_CAMPAIGN}} == 1`),
    bars('Contacts by state', [['{{state}}', `sum by (state) (dialer_leads{${OF_CAMPAIGN}})`]]),
    bars('How near a halt is', [['{{campaign}} {{kpi}}', `dialer_kpi_alarm_ratio{${OF_CAMPAIGN}}`]], {
      unit: 'percentunit',
      thresholds: [0.5, 1],
      description: 'Statistic of the watch ÷ its threshold. At 100 % the campaign is halted by itself.',
    }),
    row('KPIs'),
    series(
      'Watched KPIs and what the pilot measured',
      [
        ['{{campaign}} {{kpi}}', `dialer_kpi_ratio{${OF_CAMPAIGN}}`],
        ['{{campaign}} {{kpi}}, pilot', `dialer_kpi_baseline_ratio{${OF_CAMPAIGN}}`],
      ],
      { unit: 'percentunit' },
    ),
    series('Answer ratio, 5 min', [['{{campaign}}', `campaign:dialer_answer:ratio5m{${OF_CAMPAIGN}}`]], {
      unit: 'percentunit',
    }),
    series(
      'Success ratio of conversations, 30 min',
      [['{{campaign}}', `campaign:dialer_success:ratio30m{${OF_CAMPAIGN}}`]],
      { unit: 'percentunit' },
    ),
    series(
      'Refusals and opt-outs of conversations, 30 min',
      [['{{campaign}}', `campaign:dialer_refusal:ratio30m{${OF_CAMPAIGN}}`]],
      { unit: 'percentunit' },
    ),
    row('Calls'),
    series('Calls a minute', [
      ['placed', `60 * sum(rate(dialer_calls_originated_total{${OF_CAMPAIGN}}${RATE}))`],
      [
        'answered by a {{answered_by}}',
        `60 * sum by (answered_by) (rate(dialer_calls_answered_total{${OF_CAMPAIGN}}${RATE}))`,
      ],
    ]),
    series(
      'Outcomes a minute',
      [['{{outcome}}', `60 * sum by (outcome) (rate(dialer_calls_ended_total{${OF_CAMPAIGN}}${RATE}))`]],
      { stack: true },
    ),
    row('Gates and halts'),
    bars('Decisions of gates', [['{{decision}}', 'sum by (decision) (dialer_gate_decisions_total)']], {
      width: 12,
    }),
    bars('Halts by cause', [['{{kpi}}', 'sum by (kpi) (dialer_halts_total)']], { width: 12 }),
  ],
};

const pacing: DashboardDescription = {
  uid: 'tactus-pacing',
  title: 'pacing',
  byCampaign: true,
  panels: [
    row('Lines'),
    series('Lines: wanted, in flight, ready to dial', [
      ['wanted', `sum(dialer_pacing_lines_target{${OF_CAMPAIGN}})`],
      ['in flight', `sum(dialer_pacing_lines_inflight{${OF_CAMPAIGN}})`],
      ['in the hopper', `sum(dialer_hopper_leads{${OF_CAMPAIGN}})`],
    ]),
    series(
      'What limits the pace, decisions a second',
      [['{{limit}}', `sum by (limit) (rate(dialer_pacing_decisions_total${RATE}))`]],
      { unit: 'ops', stack: true },
    ),
    row('Predicted and actual'),
    series(
      'Answer ratio',
      [
        ['{{campaign}} predicted', `dialer_pacing_predicted_answer_ratio{${OF_CAMPAIGN}}`],
        ['{{campaign}} actual, 5 min', `campaign:dialer_answer:ratio5m{${OF_CAMPAIGN}}`],
      ],
      { unit: 'percentunit' },
    ),
    series(
      'Durations that the pacer reckons with',
      [['{{campaign}} {{phase}}', `dialer_pacing_predicted_seconds{${OF_CAMPAIGN}}`]],
      { unit: 's' },
    ),
    series('Brier score of the answer forecasts', [
      ['{{campaign}} {{of}}', `dialer_pacing_forecast_brier{${OF_CAMPAIGN}}`],
    ]),
    series('Occupancy, 5 min', [['all agents', 'dialer:agent_occupancy:ratio5m']], { unit: 'percentunit' }),
    row('Abandoned'),
    series(
      'Abandon ratio: aimed at, and the last 5 minutes',
      [
        ['{{campaign}} aim', `dialer_abandon_target_ratio{${OF_CAMPAIGN}}`],
        ['{{campaign}} 5 min', `dialer_abandon_ratio{window="5m",${OF_CAMPAIGN}}`],
      ],
      { unit: 'percentunit' },
    ),
    series('Abandoned a minute', [
      ['{{campaign}}', `60 * sum by (campaign) (rate(dialer_calls_abandoned_total{${OF_CAMPAIGN}}${RATE}))`],
    ]),
  ],
};

const compliance: DashboardDescription = {
  uid: 'tactus-compliance',
  title: 'compliance',
  byCampaign: true,
  from: 'now-6h',
  refresh: '30s',
  panels: [
    row('Abandon limits'),
    bars(
      'Legal windows: used of the limit',
      [
        [
          '{{campaign}} {{window}}',
          `dialer_abandon_ratio{${OF_CAMPAIGN}} / on (campaign, window) dialer_abandon_limit_ratio{${OF_CAMPAIGN}}`,
        ],
      ],
      { width: 12, unit: 'percentunit', thresholds: [0.85, 1] },
    ),
    bars(
      'Legal windows: abandoned calls still allowed',
      [['{{campaign}} {{window}}', `dialer_abandon_allowance{${OF_CAMPAIGN}}`]],
      { width: 12, floors: [1, 0] },
    ),
    series('Abandon ratio by window, all campaigns', [['{{window}}', 'dialer_abandon_ratio{campaign=""}']], {
      unit: 'percentunit',
      width: 24,
    }),
    row('The gate'),
    series(
      'Calls that rules stopped, a minute',
      [
        [
          '{{rule}}: {{result}}',
          `60 * sum by (rule, result) (rate(dialer_compliance_checks_total{result!="allow"}${RATE}))`,
        ],
      ],
      { stack: true },
    ),
    series('Calls that were permitted, a minute', [
      ['permitted', `60 * sum(rate(dialer_compliance_checks_total{result="allow"}${RATE}))`],
    ]),
    row('Do-not-call registries'),
    bars(
      'Age, of the largest allowed',
      [['{{list}}', 'dialer_dnc_list_age_seconds / on (list) dialer_dnc_list_maximum_age_seconds']],
      { width: 12, unit: 'percentunit', thresholds: [0.9, 1] },
    ),
    bars('Numbers held', [['{{list}}', 'dialer_dnc_list_numbers']], { width: 12 }),
    row('Wishes of people'),
    series(
      'Opt-outs and refusals a minute',
      [
        [
          '{{campaign}} {{result}}',
          `60 * sum by (campaign, result) (rate(dialer_dispositions_total{${OF_CAMPAIGN},result=~"opt-out|refusal"}${RATE}))`,
        ],
      ],
      { width: 24 },
    ),
  ],
};

const telephony: DashboardDescription = {
  uid: 'tactus-telephony',
  title: 'telephony and engine',
  panels: [
    row('Switches'),
    stat('Links up', 'sum(dialer_esl_connected)', { width: 6 }),
    stat('Links down', 'count(dialer_esl_connected == 0) or vector(0)', {
      width: 6,
      thresholds: [1, 1],
    }),
    stat('Orphan calls', 'sum(dialer_orphan_calls)', { width: 6, thresholds: [1, 5] }),
    stat('Disagreements, 1 h', 'sum(increase(dialer_resync_discrepancies_total[1h]))', {
      width: 6,
      thresholds: [1, 10],
    }),
    series('Channels', [['{{switch}}', 'sum by (switch) (dialer_switch_channels)']]),
    series(
      'Failures of calls, a minute',
      [
        [
          '{{outcome}}',
          `60 * sum by (outcome) (rate(dialer_calls_ended_total{outcome=~"congestion|failed|invalid|rejected|unknown"}${RATE}))`,
        ],
      ],
      { stack: true },
    ),
    series('Events a second', [['{{switch}}', `sum by (switch) (rate(dialer_esl_events_total${RATE}))`]], {
      unit: 'ops',
    }),
    series(
      'Age of the newest event when it was read',
      [['{{switch}}', 'max by (switch) (dialer_esl_event_lag_seconds)']],
      { unit: 's', thresholds: [1, 3] },
    ),
    series('Commands without an answer yet', [['{{switch}}', 'dialer_esl_commands_pending']]),
    series('Links made again, 10 min', [['{{switch}}', 'increase(dialer_esl_reconnects_total[10m])']]),
    row('Engine'),
    series('Event loop lag', [['p{{quantile}}', 'dialer_event_loop_lag_seconds']], {
      unit: 's',
      thresholds: [0.05, 0.1],
    }),
    series('Processor', [['cores', `sum(rate(process_cpu_seconds_total{job="tactus"}${RATE}))`]]),
    series('Memory', [['resident, bytes', 'process_resident_memory_bytes{job="tactus"}']]),
    series(
      'Webhooks: oldest event that has not arrived',
      [['{{webhook}}', 'dialer_webhook_oldest_event_seconds']],
      { unit: 's' },
    ),
    series('Webhooks: deliveries a minute', [
      [
        '{{webhook}} {{result}}',
        `60 * sum by (webhook, result) (rate(dialer_webhook_deliveries_total${RATE}))`,
      ],
    ]),
    series('Webhooks: deliveries that have not arrived', [
      ['{{webhook}} {{state}}', 'dialer_webhook_backlog'],
    ]),
  ],
};

const numbers: DashboardDescription = {
  uid: 'tactus-numbers',
  title: 'numbers',
  byCampaign: true,
  from: 'now-3h',
  refresh: '10s',
  panels: [
    row('The list'),
    bars('Contacts by state', [['{{state}}', `sum by (state) (dialer_leads{${OF_CAMPAIGN}})`]]),
    bars(
      'Worked through',
      [
        [
          '{{campaign}}',
          `sum by (campaign) (dialer_leads{${OF_CAMPAIGN},state="done"}) / sum by (campaign) (dialer_leads{${OF_CAMPAIGN}})`,
        ],
      ],
      { unit: 'percentunit' },
    ),
    series(
      'Contacts still open',
      [['{{campaign}}', `sum by (campaign) (dialer_leads{${OF_CAMPAIGN},state!="done"})`]],
      { width: 8 },
    ),
    row('How good its numbers are'),
    series(
      'Numbers that do not exist, of calls ended, 30 min',
      [['{{campaign}}', `campaign:dialer_invalid:ratio30m{${OF_CAMPAIGN}}`]],
      { unit: 'percentunit', thresholds: [0.1, 0.2] },
    ),
    series(
      'Machines, of answers, 30 min',
      [
        [
          '{{campaign}}',
          `sum by (campaign) (rate(dialer_calls_answered_total{${OF_CAMPAIGN},answered_by="machine"}[30m])) / (sum by (campaign) (rate(dialer_calls_answered_total{${OF_CAMPAIGN}}[30m])) > 0)`,
        ],
      ],
      { unit: 'percentunit' },
    ),
    series(
      'Nobody answered, of calls ended, 30 min',
      [
        [
          '{{campaign}}',
          `sum by (campaign) (rate(dialer_calls_ended_total{${OF_CAMPAIGN},outcome="no-answer"}[30m])) / (sum by (campaign) (rate(dialer_calls_ended_total{${OF_CAMPAIGN}}[30m])) > 0)`,
        ],
      ],
      { unit: 'percentunit' },
    ),
    series('Calls for each live answer, 30 min', [
      [
        '{{campaign}}',
        `sum by (campaign) (rate(dialer_calls_originated_total{${OF_CAMPAIGN}}[30m])) / (sum by (campaign) (rate(dialer_calls_answered_total{${OF_CAMPAIGN},answered_by="human"}[30m])) > 0)`,
      ],
    ]),
  ],
};

/** By the name of the file. */
export const DASHBOARDS: Readonly<Record<string, DashboardDescription>> = {
  floor,
  campaign,
  pacing,
  compliance,
  telephony,
  numbers,
};
