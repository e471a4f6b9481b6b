import type { EngineView } from '../../dialer/core/view.js';
import { type CampaignLabel, fillBy, type Makers, OTHER, resetAll } from './makers.js';

/** Lines that pacers ask for, what limits them, and what they believe. */
export function pacingMetrics({ gauge, counter }: Makers): (view: EngineView, label: CampaignLabel) => void {
  const target = gauge('dialer_pacing_lines_target', 'Lines the pacer wanted at its last decision.', [
    'campaign',
  ]);
  const inFlight = gauge('dialer_pacing_lines_inflight', 'Lines being dialled or ringing.', ['campaign']);
  const decisions = counter('dialer_pacing_decisions_total', 'Pacing decisions by what limited them.', [
    'limit',
  ]);
  const answerRatio = gauge(
    'dialer_pacing_predicted_answer_ratio',
    'Live answers ÷ calls that the pacer reckons with.',
    ['campaign'],
  );
  const seconds = gauge(
    'dialer_pacing_predicted_seconds',
    'Mean duration that the pacer reckons with, by phase: talk, wrap-up, handover.',
    ['campaign', 'phase'],
  );
  const brier = gauge(
    'dialer_pacing_forecast_brier',
    'Brier score of the answer probabilities of single contacts (model), and of their mean for all (mean).',
    ['campaign', 'of'],
  );
  return (view, label) => {
    fillBy(decisions, 'limit', view.totals.pacingDecisions);
    resetAll([target, inFlight, answerRatio, seconds, brier]);
    for (const { record, linesTarget, inFlight: lines, pacing } of view.campaigns) {
      const campaign = label(record.settings.id);
      target.inc({ campaign }, linesTarget);
      inFlight.inc({ campaign }, lines);
      if (campaign === OTHER || pacing === undefined) continue;
      const { answerRate, talkSeconds, wrapSeconds, handoverSeconds, forecastBrier, forecastBrierOfMean } =
        pacing.estimates;
      if (answerRate !== undefined) answerRatio.set({ campaign }, answerRate);
      if (talkSeconds !== undefined) seconds.set({ campaign, phase: 'talk' }, talkSeconds);
      if (wrapSeconds !== undefined) seconds.set({ campaign, phase: 'wrap-up' }, wrapSeconds);
      if (handoverSeconds !== undefined) seconds.set({ campaign, phase: 'handover' }, handoverSeconds);
      if (forecastBrier !== undefined) brier.set({ campaign, of: 'model' }, forecastBrier);
      if (forecastBrierOfMean !== undefined) brier.set({ campaign, of: 'mean' }, forecastBrierOfMean);
    }
  };
}
