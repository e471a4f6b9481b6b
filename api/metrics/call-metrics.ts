import { Histogram, type Registry } from 'prom-client';
import type { EngineView } from '../../dialer/core/view.js';
import { type CampaignLabel, fillBy, fillByCampaign, fillNested, type Makers } from './makers.js';

const ANSWERED_BY = ['human', 'machine'];
const WATCHED_RESULTS = ['success', 'refusal', 'opt-out'];

export interface CallMetrics {
  copy(view: EngineView, label: CampaignLabel): void;
  /** Waits from answer to agent that were measured since the last reading, seconds. */
  observeWaits(seconds: readonly number[]): void;
}

/** Calls, from the originate to the agent's disposition. */
export function callMetrics({ counter }: Makers, registry: Registry): CallMetrics {
  const originated = counter('dialer_calls_originated_total', 'Calls that were placed.', ['campaign']);
  const ended = counter('dialer_calls_ended_total', 'Calls that ended, by outcome.', ['campaign', 'outcome']);
  const answered = counter('dialer_calls_answered_total', 'Calls that were answered.', [
    'campaign',
    'answered_by',
  ]);
  const abandoned = counter('dialer_calls_abandoned_total', 'Live answers that no agent took in time.', [
    'campaign',
  ]);
  const dispositions = counter(
    'dialer_dispositions_total',
    'What agents said of their calls: success, refusal, opt-out, callback, machine, wrong-number, none, other.',
    ['campaign', 'result'],
  );
  const changes = counter(
    'dialer_call_changes_total',
    'What was done with conversations: held, transferred, three-way and so on.',
    ['change'],
  );
  const answerToAgent = new Histogram({
    name: 'dialer_answer_to_agent_seconds',
    help: 'From the answer to the bridge with an agent.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5],
    registers: [registry],
  });
  return {
    copy({ totals, campaigns }, label) {
      fillByCampaign(originated, totals.originated, label);
      fillByCampaign(abandoned, totals.abandoned, label);
      fillBy(changes, 'change', totals.callChanges);
      fillNested(ended, totals.ended, label, 'outcome');
      fillNested(answered, totals.answered, label, 'answered_by');
      fillNested(dispositions, totals.dispositions, label, 'result');
      // From zero on: the first event of a series that was not there before is lost to every rate.
      for (const { record } of campaigns) {
        const campaign = label(record.settings.id);
        originated.inc({ campaign }, 0);
        abandoned.inc({ campaign }, 0);
        for (const answered_by of ANSWERED_BY) answered.inc({ campaign, answered_by }, 0);
        for (const result of WATCHED_RESULTS) dispositions.inc({ campaign, result }, 0);
      }
    },
    observeWaits(seconds) {
      for (const each of seconds) answerToAgent.observe(each);
    },
  };
}
