/** What follows from the measure of a stage: its gate, an extension of its sample, the next stage or a halt. */
import { said } from '../kpi/words.js';
import { beginWatch } from './campaign-watch.js';
import { decideGate, type GateDecision } from './gates.js';
import { halt } from './halts.js';
import { leaseSoon } from './hopper.js';
import type { StoreInput } from './inputs.js';
import type { GateRecord } from './model.js';
import { extendSample, nextStage, saveCampaign, setStatus } from './stages.js';
import { bump, type Campaign, type State, tell } from './state.js';

/** Gates that a campaign's record keeps; the journal has them all. */
const GATES_KEPT = 10;

type StageMeasured = Extract<StoreInput, { type: 'stage-measured' }>;

export function gateMeasured(state: State, campaign: Campaign, input: StageMeasured): void {
  campaign.measuring = false;
  // What changed while the store measured: the next lease asks again.
  if (campaign.status !== 'running' || campaign.stage !== input.stage) return;
  const { stage } = campaign;
  const conditions = campaign.settings.stages[stage].gate;
  const decided = decideGate({
    conditions,
    measure: input.measure,
    contacts: input.contacts,
    extensions: campaign.progress.extensions,
    ...(input.validation === undefined ? {} : { validation: input.validation }),
  });
  const { decision, evidence } = decided;
  bump(state.totals.gateDecisions, decision);
  const record: GateRecord = {
    stage,
    at: state.now,
    decision,
    evidence,
    said: decided.said,
    conditions: decided.conditions,
    ...(decided.extension === undefined
      ? {}
      : {
          extendedBy: decided.extension.contacts,
          why: decided.extension.why,
          whySaid: decided.extension.said,
        }),
  };
  campaign.progress.gates = [...campaign.progress.gates, record].slice(-GATES_KEPT);
  tell(state, {
    kind: 'gate-decided',
    at: state.now,
    campaignId: campaign.settings.id,
    stage,
    decision,
    evidence,
    counters: { ...campaign.counters[stage] },
    extendedBy: decided.extension?.contacts ?? 0,
  });
  follow(state, campaign, decided, conditions?.approval === true);
}

function follow(state: State, campaign: Campaign, decided: GateDecision, approval: boolean): void {
  const { stage } = campaign;
  const { decision, evidence, extension } = decided;
  if (decision === 'fail') {
    halt(state, campaign, {
      at: state.now,
      stage,
      kind: 'gate',
      by: 'engine',
      text: `gate of ${stage} failed: ${evidence}`,
      said: [said('gate_failed', { stage }), ...decided.said],
    });
    return;
  }
  if (decision === 'inconclusive' && extension !== undefined) {
    campaign.progress.extensions++;
    extendSample(state, campaign, extension.contacts);
    saveCampaign(state, campaign);
    return;
  }
  if (decision === 'inconclusive')
    setStatus(
      state,
      campaign,
      'awaiting-approval',
      `gate of ${stage}: inconclusive, and more of the same would not decide it; ${evidence}`,
      'engine',
      [said('gate_open', { stage }), ...decided.said],
    );
  else if (approval)
    setStatus(state, campaign, 'awaiting-approval', `gate of ${stage}: ${decision}, ${evidence}`, 'engine', [
      said('gate_passed', { stage }),
      ...decided.said,
    ]);
  else {
    nextStage(state, campaign, evidence, 'engine', decided.said);
    if (campaign.stage === 'production') beginWatch(state, campaign);
    leaseSoon(state, campaign);
  }
}

/** The sample has been extended: the stage goes on, or waits for an operator when the list has nobody left. */
export function sampleExtended(
  state: State,
  campaign: Campaign,
  input: Extract<StoreInput, { type: 'sample-extended' }>,
): void {
  campaign.extending = false;
  if (campaign.stage !== input.stage) return;
  delete campaign.progress.owed;
  if (input.added === 0) {
    if (campaign.status === 'running')
      setStatus(
        state,
        campaign,
        'awaiting-approval',
        `gate of ${input.stage}: inconclusive, and the list has nobody left to extend the sample with`,
        'engine',
        [said('gate_list_over', { stage: input.stage })],
      );
    return;
  }
  campaign.untried += input.added;
  campaign.changedSinceLease = true;
  saveCampaign(state, campaign);
  leaseSoon(state, campaign);
}
