/** What the terminal shows of the sample campaign: a bar for each stage, and the floor. */
import { STAGES } from '../../dialer/core/model.js';
import type { EngineView } from '../../dialer/core/view.js';
import type { ContactState } from '../../dialer/store/port.js';
import type { ProgressItem } from '../cli/progress.js';
import { percent } from '../cli/table.js';

export type ContactCounts = readonly {
  readonly stage: (typeof STAGES)[number];
  readonly state: ContactState;
  readonly count: number;
}[];

/**
 * @param counts contacts of the campaign by stage and state, from the store
 */
export function demoProgress(view: EngineView, campaignId: string, counts: ContactCounts): ProgressItem[] {
  const campaign = view.campaigns.find(({ record }) => record.settings.id === campaignId);
  if (campaign === undefined) return [];
  const { record } = campaign;
  const current = STAGES.indexOf(record.stage);
  const items = STAGES.map((stage, index): ProgressItem => {
    const c = record.counters[stage];
    const total = counts.filter((entry) => entry.stage === stage).reduce((sum, { count }) => sum + count, 0);
    const standing =
      record.status === 'completed' || index < current ? 'done' : index > current ? 'to come' : record.status;
    const abandoned = c.liveAnswers === 0 ? '' : `, ${percent(c.abandoned, c.liveAnswers)} abandoned`;
    const note = index > current ? standing : `${standing}, ${c.connected} connected${abandoned}`;
    // Contacts may be tried more than once, so attempts can exceed them.
    return { label: stage, done: Math.min(c.attempts, total), total, note };
  });
  const working = (...states: readonly string[]): number =>
    view.agents.filter((agent) => states.includes(agent.state)).length;
  const note = `${working('talking')} talking, ${working('wrap-up')} in wrap-up, ${working('ready')} ready; ${campaign.diagnosis}`;
  return [...items, { label: 'lines', done: campaign.inFlight + campaign.waiting + campaign.talking, note }];
}
