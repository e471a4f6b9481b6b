/**
 * Preview dialling: an agent is shown the next contact and dials or skips it. The contact is the agent's as long as it is
 * shown, until a deadline gives it back. Only the dial makes an attempt of it, and asks the gate again.
 */
import { setAgentState } from './agents.js';
import { decide, previewMilliseconds, refuse, release } from './hopper.js';
import { dropPreview, tellPreview } from './leads.js';
import {
  type Agent,
  type Campaign,
  type HopperEntry,
  type PacingGroup,
  type State,
  setTimer,
} from './state.js';

/** Name of the pacing method. */
export const previewMethod = 'preview';
/** Pause reason of an agent who let a preview run out. */
export const previewOverdueReason = 'preview ran out';

/**
 * Shows contacts to up to `most` ready agents of the group, the longest idle first. Returns how many were shown.
 *
 * @param next the next contact that may be called now; undefined when there is none
 */
export function showPreviews(
  state: State,
  group: PacingGroup,
  most: number,
  next: () => { readonly campaign: Campaign; readonly entry: HopperEntry } | undefined,
): number {
  const agents: Agent[] = [];
  for (const agent of group.pool.ready) {
    if (agents.length >= most) break;
    if (agent.group === group) agents.push(agent);
  }
  let shown = 0;
  for (const agent of agents) {
    const found = next();
    if (found === undefined) break;
    show(state, agent, found.campaign, found.entry);
    shown++;
  }
  return shown;
}

function show(state: State, agent: Agent, campaign: Campaign, entry: HopperEntry): void {
  const until = state.now + previewMilliseconds(campaign);
  agent.preview = { campaign, entry, since: state.now, until };
  campaign.withAgents.add(agent);
  setTimer(state, agent, until, { kind: 'reserved', agent });
  setAgentState(state, agent, 'reserved', 'preview');
  tellPreview(state, agent, campaign, entry.lead, 'shown', '');
}

/** Nobody looks at the contact: it goes back, and the agent is taken for absent. */
export function previewOverdue(state: State, agent: Agent): void {
  dropPreview(state, agent, 'overdue', '');
  setAgentState(state, agent, 'paused', agent.pauseAfter ?? previewOverdueReason);
  agent.pauseAfter = undefined;
}

/** Callbacks promised by an agent are shown to that agent alone. */
export function previewPersonalCallbacks(state: State, group: PacingGroup): void {
  for (const campaign of group.campaigns) {
    if (campaign.personal.length === 0) continue;
    const kept: HopperEntry[] = [];
    for (const entry of campaign.personal) {
      const agent = state.agents.get(entry.lead.callbackAgent ?? '');
      const there = agent !== undefined && agent.state !== 'offline';
      const needed = state.now + previewMilliseconds(campaign) + 60_000;
      if (!there || entry.lead.leasedUntil <= needed)
        release(state, campaign, entry.lead, state.now + 10_000, 'agent not there', entry.numberIndex);
      else if (agent.state !== 'ready' || agent.switchId !== group.line.settings.id) kept.push(entry);
      else {
        const verdict = decide(state, campaign, entry);
        if (verdict.verdict === 'allow') show(state, agent, campaign, entry);
        else {
          const until = verdict.verdict === 'defer' ? verdict.until : Number.POSITIVE_INFINITY;
          refuse(state, campaign, entry.lead, verdict, until, entry.numberIndex);
        }
      }
    }
    campaign.personal = kept;
  }
}
