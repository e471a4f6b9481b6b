/** Who works a stage: its agents, or those of the phase that its pilot has reached. */
import type { Staff, StageName, StagePlan } from './model.js';
import { type Campaign, eligible, type Pool } from './state.js';

/** @param phase that has been reached, from 0; the last one stands for all beyond it */
export function staffOf({ tiers, teams, phases = [] }: StagePlan, phase = 0): Staff {
  const now = phases[Math.min(phase, phases.length - 1)];
  const named = now?.teams ?? teams;
  return { tiers: now?.tiers ?? tiers, ...(named === undefined ? {} : { teams: named }) };
}

/** Who would work the stage if the campaign were in it. */
export function staffInStage({ settings, progress }: Campaign, stage: StageName): Staff {
  return staffOf(settings.stages[stage], progress.phase);
}

/** Who works the campaign now, the retries of its earlier stages and phases included. */
export function presentStaff(campaign: Campaign): Staff {
  return staffInStage(campaign, campaign.stage);
}

/** `ordinary`, or `expert or experienced of team north`. */
export function staffInWords({ tiers, teams }: Staff): string {
  return `${tiers.join(' or ')}${teams === undefined ? '' : ` of team ${teams.join(' or ')}`}`;
}

/** Somebody of them is logged in. */
export function staffOnline(pool: Pool, { tiers, teams }: Staff): boolean {
  for (const agent of pool.agents.values())
    if (agent.state !== 'offline' && eligible(agent, { tiers, teams })) return true;
  return false;
}
