import { STAGES } from '../../dialer/core/model.js';
import type { EngineView } from '../../dialer/core/view.js';
import type { ContactState } from '../../dialer/store/port.js';
import { type CampaignLabel, fillBy, type Makers, OTHER, resetAll } from './makers.js';
import type { StoreFigures } from './store-figures.js';

const LEAD_STATES: readonly ContactState[] = ['open', 'leased', 'pending', 'callback', 'done'];

/** Campaigns: stage, contacts, gates and halts, and what the watch over production has seen. */
export function campaignMetrics(
  { gauge, counter }: Makers,
  figures: Pick<StoreFigures, 'contactCounts'>,
): (view: EngineView, label: CampaignLabel) => void {
  const hopper = gauge('dialer_hopper_leads', 'Leads that are checked and ready to dial.', ['campaign']);
  const leads = gauge('dialer_leads', 'Contacts by state.', ['campaign', 'state']);
  const stageInfo = gauge('dialer_campaign_stage_info', 'The stage and status of a campaign; always 1.', [
    'campaign',
    'stage',
    'status',
  ]);
  const gates = counter('dialer_gate_decisions_total', 'Decisions of stage gates.', ['decision']);
  const halts = counter('dialer_halts_total', 'Halts by the KPI that caused them.', ['kpi']);
  const rate = gauge(
    'dialer_kpi_ratio',
    'A watched KPI in production since its watch began: successes ÷ trials.',
    ['campaign', 'kpi'],
  );
  const baseline = gauge('dialer_kpi_baseline_ratio', 'The same KPI as the pilot measured it.', [
    'campaign',
    'kpi',
  ]);
  const alarm = gauge(
    'dialer_kpi_alarm_ratio',
    'Statistic of the watch over a KPI ÷ the threshold at which it halts the campaign.',
    ['campaign', 'kpi'],
  );
  return (view, label) => {
    fillBy(gates, 'decision', view.totals.gateDecisions);
    fillBy(halts, 'kpi', view.totals.halts);
    resetAll([hopper, leads, stageInfo, rate, baseline, alarm]);
    for (const c of view.campaigns) {
      const id = c.record.settings.id;
      const campaign = label(id);
      hopper.inc({ campaign }, c.hopper);
      const counts = figures.contactCounts(id);
      for (const state of LEAD_STATES) {
        if (counts === undefined) break;
        const count = STAGES.reduce((sum, stage) => sum + (counts[stage][state] ?? 0), 0);
        leads.inc({ campaign, state }, count);
      }
      if (campaign === OTHER) continue;
      stageInfo.set({ campaign, stage: c.record.stage, status: c.record.status }, 1);
      for (const { kpi, successes, trials, baselineRate, statistic, threshold } of c.watch?.kpis ?? []) {
        if (trials > 0) rate.set({ campaign, kpi }, successes / trials);
        if (baselineRate !== undefined) baseline.set({ campaign, kpi }, baselineRate);
        alarm.set({ campaign, kpi }, statistic / threshold);
      }
    }
  };
}
