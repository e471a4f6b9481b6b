/**
 * Which agents count for which pacer. Campaigns of a pool whose stages admit the same agents, and that are paced
 * alike, form a group and share one pacer: pooling is worth more than any other lever. Where groups overlap, an
 * agent counts for the narrowest one that has something to dial, so that nobody is counted twice.
 */
import { createPacer } from '../../pacing/index.js';
import { minimumRingSeconds } from './group-snapshot.js';
import type { CampaignSettings } from './model.js';
import { SlotMap } from './slot-map.js';
import { presentStaff } from './staffing.js';
import {
  type Agent,
  type Campaign,
  eligible,
  type LiveAttempt,
  type PacingGroup,
  type Pool,
  type State,
  type SwitchState,
} from './state.js';

function groupKey(campaign: Campaign, line: SwitchState): string {
  const plan = presentStaff(campaign);
  const { method, ratio, targetAbandonRatio } = campaign.settings.pacing;
  return JSON.stringify([
    line.settings.id,
    [...plan.tiers].sort(),
    plan.teams === undefined ? null : [...plan.teams].sort(),
    method,
    ratio ?? null,
    targetAbandonRatio,
    campaign.settings.answerWaitMilliseconds,
  ]);
}

function makeGroup(pool: Pool, key: string, campaign: Campaign, line: SwitchState): PacingGroup {
  const settings: CampaignSettings = campaign.settings;
  const plan = presentStaff(campaign);
  return {
    key,
    pool,
    line,
    tiers: plan.tiers,
    teams: plan.teams,
    campaigns: [],
    pacer: createPacer(settings.pacing.method, {
      targetAbandonRatio: settings.pacing.targetAbandonRatio,
      answerWait: settings.answerWaitMilliseconds / 1000,
      minRing: minimumRingSeconds,
      ...(settings.pacing.ratio === undefined ? {} : { linesPerAgent: settings.pacing.ratio }),
    }),
    ready: 0,
    reserved: new Set(),
    talking: new Set(),
    wrapping: new Set(),
    total: 0,
    inFlight: new SlotMap(),
    waiting: 0,
    nextCampaign: 0,
    handover: 0,
    turnKey: `${pool.name} ${key}`,
    hungryUntil: Number.NEGATIVE_INFINITY,
    wanted: 0,
    dirty: true,
    decidedAt: Number.NEGATIVE_INFINITY,
    timer: undefined,
  };
}

/** Narrowest first: teams before no teams, then fewer tiers. */
function narrowness(group: PacingGroup): number {
  return group.tiers.length + (group.teams === undefined ? 100 : group.teams.length / 1000);
}

const pacedStates = { ready: 'ready', reserved: 'reserved', talking: 'talk', 'wrap-up': 'wrap' } as const;

export function pacerStateOf(agent: Agent): 'ready' | 'reserved' | 'talk' | 'wrap' | 'out' {
  return agent.state in pacedStates ? pacedStates[agent.state as keyof typeof pacedStates] : 'out';
}

/** Counts the agent in its group, in its present state. */
export function joinCounts(state: State, agent: Agent, group: PacingGroup): void {
  const paced = pacerStateOf(agent);
  if (paced === 'out') return;
  group.total++;
  if (paced === 'ready') group.ready++;
  else if (paced === 'reserved') group.reserved.add(agent);
  else if (paced === 'talk') group.talking.add(agent);
  else group.wrapping.add(agent);
  touch(state, group);
}

export function leaveCounts(state: State, agent: Agent, group: PacingGroup): void {
  const paced = pacerStateOf(agent);
  if (paced === 'out') return;
  group.total--;
  if (paced === 'ready') group.ready--;
  else if (paced === 'reserved') group.reserved.delete(agent);
  else if (paced === 'talk') group.talking.delete(agent);
  else group.wrapping.delete(agent);
  touch(state, group);
}

export function touch(state: State, group: PacingGroup): void {
  if (group.dirty) return;
  group.dirty = true;
  if (!state.touched.includes(group)) state.touched.push(group);
}

/** There are leads, and numbers to show to them. */
export function hasToDial({ starved, callerIdsSpent }: Campaign): boolean {
  return !starved && !callerIdsSpent;
}

/** The group an agent belongs to now. */
export function groupOf(pool: Pool, agent: Agent): PacingGroup | undefined {
  let starved: PacingGroup | undefined;
  for (const group of pool.groups) {
    if (group.line.settings.id !== agent.switchId || !eligible(agent, group)) continue;
    if (group.campaigns.some(hasToDial)) return group;
    starved ??= group;
  }
  return starved;
}

export function moveAgent(state: State, agent: Agent, group: PacingGroup | undefined): void {
  const old = agent.group;
  if (old === group) return;
  const paced = pacerStateOf(agent);
  if (old !== undefined) {
    leaveCounts(state, agent, old);
    if (paced !== 'out')
      old.pacer.observe({ type: 'agent', t: state.now / 1000, agent: agent.id, state: 'out' });
  }
  agent.group = group;
  if (group !== undefined) {
    joinCounts(state, agent, group);
    if (paced !== 'out')
      group.pacer.observe({ type: 'agent', t: state.now / 1000, agent: agent.id, state: paced });
  }
}

function groupFor(attempt: LiveAttempt): PacingGroup | undefined {
  return attempt.campaign.groups.find((group) => group.line.settings.id === attempt.switchId);
}

/**
 * Counts an attempt that has not been answered in its group's lines, and one that waits among the waiting. Without a new
 * group the old pacer goes on hearing of it: it placed the call and learns from its end.
 */
export function moveAttempt(state: State, attempt: LiveAttempt, group: PacingGroup | undefined): void {
  const old = attempt.group;
  if (old === group && group !== undefined) {
    countLine(attempt, group);
    return;
  }
  if (old !== undefined) {
    old.inFlight.delete(attempt.id);
    if (attempt.waiting) old.waiting--;
  }
  if (group === undefined) {
    if (attempt.waiting && old !== undefined) old.waiting++;
    return;
  }
  old?.pacer.observe({ type: 'shed', t: state.now / 1000, id: attempt.id });
  attempt.group = group;
  if (attempt.waiting) group.waiting++;
  countLine(attempt, group);
}

/** A line out for whoever is ready; a personal callback has its agent already and is no line of the pacer's. */
export function countLine(attempt: LiveAttempt, group: PacingGroup): void {
  if (attempt.personalAgent !== undefined) return;
  if (attempt.state === 'intended' || attempt.state === 'dialing' || attempt.state === 'ringing')
    group.inFlight.set(attempt.id, attempt);
}

/** Groups whose pacers are kept after their campaigns paused, so that what they learned is there on resume. */
const knownGroupsKept = 32;

/** Forms the pool's groups anew after a campaign started, stopped, changed stage or ran dry. */
export function regroup(state: State, pool: Pool): void {
  pool.regroup = false;
  pool.offer = true;
  const old = pool.knownGroups;
  const groups = new Map<string, PacingGroup>();
  for (const campaign of pool.campaigns) {
    campaign.groups = [];
    if (campaign.status !== 'running') continue;
    for (const line of state.switches.values()) {
      const key = groupKey(campaign, line);
      let group = groups.get(key);
      if (group === undefined) {
        group = old.get(key) ?? makeGroup(pool, key, campaign, line);
        group.campaigns = [];
        groups.set(key, group);
        old.delete(key);
        old.set(key, group);
      }
      group.campaigns.push(campaign);
      campaign.groups.push(group);
    }
  }
  pool.groups = [...groups.values()].sort((a, b) => narrowness(a) - narrowness(b));
  for (const group of old.values()) {
    if (groups.has(group.key)) continue;
    group.campaigns = [];
    state.deadlines.cancel(group.timer);
    group.timer = undefined;
    if (old.size > knownGroupsKept) old.delete(group.key);
  }
  for (const attempt of state.attempts.values()) {
    if (attempt.campaign.pool === pool) moveAttempt(state, attempt, groupFor(attempt));
  }
  for (const agent of pool.agents.values()) moveAgent(state, agent, groupOf(pool, agent));
  for (const group of pool.groups) {
    group.dirty = false;
    touch(state, group);
  }
}
