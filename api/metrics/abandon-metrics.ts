import type { EngineView } from '../../dialer/core/view.js';
import { type CampaignLabel, type Makers, OTHER, resetAll } from './makers.js';
import type { StoreFigures } from './store-figures.js';

/** Abandon ratios over the windows of the laws and over the last minutes, hours and days. */
export function abandonMetrics(
  { gauge }: Makers,
  figures: Pick<StoreFigures, 'abandons'>,
): (view: EngineView, label: CampaignLabel) => void {
  const ratio = gauge(
    'dialer_abandon_ratio',
    'Abandoned live answers ÷ live answers over a window: the last minutes or days recounted from the attempts (without the label campaign over all), or the window of a law by its own definition.',
    ['window', 'campaign'],
  );
  const limit = gauge('dialer_abandon_limit_ratio', 'Largest lawful abandon ratio of a legal window.', [
    'window',
    'campaign',
  ]);
  const left = gauge(
    'dialer_abandon_allowance',
    'Abandoned calls that the answers of a legal window still allow; negative beyond the limit.',
    ['window', 'campaign'],
  );
  const target = gauge(
    'dialer_abandon_target_ratio',
    'Abandon ratio that the pacer may aim at now, by what the abandon ledgers leave.',
    ['campaign'],
  );
  return (view, label) => {
    resetAll([ratio, limit, left, target]);
    for (const { record, abandon } of view.campaigns) {
      const campaign = label(record.settings.id);
      if (campaign === OTHER || record.status !== 'running') continue;
      target.set({ campaign }, abandon.target);
      for (const { law: window, ...figures } of abandon.windows) {
        ratio.set({ window, campaign }, figures.ratio);
        limit.set({ window, campaign }, figures.limit);
        left.set({ window, campaign }, figures.left);
      }
    }
    for (const { window, campaignId, liveAnswers, abandoned } of figures.abandons()) {
      const share = liveAnswers === 0 ? 0 : abandoned / liveAnswers;
      if (campaignId === undefined) ratio.set({ window }, share);
      else if (label(campaignId) !== OTHER) ratio.set({ window, campaign: campaignId }, share);
    }
  };
}
