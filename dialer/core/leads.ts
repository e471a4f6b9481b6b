/** Leads on their way back to the store: out of a hopper, or from the agent they were shown to. */
import type { Lead, PreviewChange } from './model.js';
import { type Agent, type Campaign, clearTimer, emit, type State, tell } from './state.js';

/** A lead that was given back is offered to the next agent after this. */
const returnedMilliseconds = 500;

/** The lead goes back undialled, to be offered again at `dueAt` (epoch milliseconds). */
export function release(
  state: State,
  campaign: Campaign,
  lead: Lead,
  dueAt: number,
  reason: string,
  nextNumber: number,
): void {
  emit(state, {
    type: 'release-lead',
    campaignId: campaign.settings.id,
    contactId: lead.contactId,
    dueAt,
    reason,
    nextNumber,
  });
  campaign.changedSinceLease = true;
}

/** Asks again soon: an import, a resume or an ended call may have changed what is there. */
export function leaseSoon(state: State, campaign: Campaign, delayMilliseconds = 0): void {
  if (campaign.leasing || campaign.status !== 'running') return;
  const at = state.now + delayMilliseconds;
  if (campaign.timer !== undefined && campaign.timer.at <= at) return;
  state.deadlines.cancel(campaign.timer);
  campaign.timer = state.deadlines.set(at, { kind: 'lease', campaign });
}

export function tellPreview(
  state: State,
  agent: Agent,
  campaign: Campaign,
  lead: Lead,
  change: PreviewChange,
  reason: string,
): void {
  tell(state, {
    kind: 'preview-changed',
    at: state.now,
    campaignId: campaign.settings.id,
    contactId: lead.contactId,
    agentId: agent.id,
    change,
    reason,
  });
}

/** The agent is shown the lead no more; what becomes of the lead is the caller's to say. */
export function endPreview(state: State, agent: Agent, change: PreviewChange, reason: string): void {
  const { preview } = agent;
  if (preview === undefined) return;
  agent.preview = undefined;
  preview.campaign.withAgents.delete(agent);
  clearTimer(state, agent);
  tellPreview(state, agent, preview.campaign, preview.entry.lead, change, reason);
}

/** Ends the preview and gives the lead back, to be offered again at `dueAt`. */
export function dropPreview(
  state: State,
  agent: Agent,
  change: PreviewChange,
  reason: string,
  dueAt = state.now,
): void {
  const { preview } = agent;
  if (preview === undefined) return;
  const { campaign, entry } = preview;
  endPreview(state, agent, change, reason);
  release(state, campaign, entry.lead, dueAt, `preview ${change}`, entry.numberIndex);
  leaseSoon(state, campaign, returnedMilliseconds);
}

/** The agent waits for the lease of a contact no more. Returns the id of the request. */
export function takeAsked(state: State, agent: Agent): string {
  const { asked } = agent;
  if (asked === undefined) return '';
  agent.asked = undefined;
  asked.campaign.withAgents.delete(agent);
  clearTimer(state, agent);
  return asked.requestId;
}

/** Answers an agent's request for a call that will not be placed. @param why in words that the agent is shown */
export function refuseDial(state: State, requestId: string, why: string): void {
  if (requestId === '') return;
  emit(state, { type: 'reply', requestId, ok: false, code: 'call_refused', message: why });
}
