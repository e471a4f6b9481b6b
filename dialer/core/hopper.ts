/**
 * The hopper: leads leased ahead of time, each already found lawful to call, so that a dial decision never waits
 * for the store. The gate is asked here and again at the dial.
 */
import type { DncListVersion, EmergencyArea, Verdict } from '../../compliance/index.js';
import { becomeFree } from './agents.js';
import { forecast, usesHints } from './answer-chance.js';
import { factsOf, judge, requestOf } from './call-facts.js';
import { scopeOf } from './consent.js';
import { touch } from './groups.js';
import type { LeaseSummary } from './inputs.js';
import { leaseSoon, release } from './leads.js';
import type { Lead, LeadNumber } from './model.js';
import { presentFacts } from './number-changes.js';
import { localRetrySeconds } from './outcomes.js';
import { awaitsRegistry } from './registries.js';
import { blockedBy, scriptOf, sourceOf } from './segments.js';
import { checkStage, noteContactChange } from './stages.js';
import { bumpIn, type Campaign, emit, type HopperEntry, type State, tell } from './state.js';

export { leaseSoon, release } from './leads.js';

/** A lease outlives the longest stay in the hopper that still makes sense. */
const leaseMilliseconds = 300_000;
/** A lead whose lease ends sooner than this is not dialled any more. */
const leaseMarginMilliseconds = 120_000;
/** A contact shown to an agent is looked at for so long unless its campaign says otherwise. */
const previewSeconds = 60;
/** Longer than the longest wait for the store once the agent has dialled. */
const previewMarginMilliseconds = 30_000;
const leastHopper = 20;
/** The same where the pacer chooses among them. */
const leastChosenAmong = 100;
const mostHopper = 5_000;
/** Leads per agent: enough for several lines each, over the time that a lease takes. */
const leadsPerAgent = 4;
/** With nothing due, the store is asked again after this at the latest. */
const idleLeaseMilliseconds = 30_000;
const changedLeaseMilliseconds = 500;
/** The same while calls are live: their ends will say more. */
const busyLeaseMilliseconds = 2_000;
/** A lead whose call wants a registry that is missing or too old is looked at again after this. */
const registryRetryMilliseconds = 300_000;
/** A lead of a halted segment is looked at again after this. */
const heldMilliseconds = 900_000;
/** Ready agents named in a lease, for their personal callbacks. */
const readyAgentsNamed = 100;

function hopperTarget(campaign: Campaign): number {
  let agents = 0;
  for (const group of campaign.groups) agents += group.total;
  // Small teams choose among the next contacts.
  const least = usesHints(campaign) ? leastChosenAmong : leastHopper;
  return Math.min(mostHopper, Math.max(least, leadsPerAgent * agents));
}

function mayLease(state: State, campaign: Campaign): boolean {
  return (
    campaign.status === 'running' &&
    campaign.sampled &&
    campaign.schedule.open &&
    !campaign.leasing &&
    !state.draining &&
    state.emergencyStop === undefined &&
    !state.storeFailed
  );
}

/** Asks for leads when the hopper runs low. */
export function fillHopper(state: State, campaign: Campaign): void {
  if (!mayLease(state, campaign) || campaign.timer !== undefined) return;
  const target = hopperTarget(campaign);
  if (campaign.hopper.length * 2 > target) return;
  lease(state, campaign);
}

function lease(state: State, campaign: Campaign): void {
  state.deadlines.cancel(campaign.timer);
  campaign.timer = undefined;
  dropExpired(state, campaign);
  const count = Math.max(1, hopperTarget(campaign) - campaign.hopper.length);
  campaign.leasing = true;
  campaign.changedSinceLease = false;
  const readyAgents: string[] = [];
  for (const agent of campaign.pool.ready) {
    readyAgents.push(agent.id);
    if (readyAgents.length >= readyAgentsNamed) break;
  }
  emit(state, {
    type: 'lease-leads',
    campaignId: campaign.settings.id,
    stage: campaign.stage,
    count,
    leaseUntil: state.now + leaseLength(campaign),
    lookbackSeconds: campaign.gate.lookbackSeconds,
    scope: scopeOf(campaign.settings),
    readyAgents,
  });
}

export function leaseDue(state: State, campaign: Campaign): void {
  campaign.timer = undefined;
  if (mayLease(state, campaign)) lease(state, campaign);
}

/** How long an agent may look at a contact before dialling it, milliseconds. */
export function previewMilliseconds({ settings }: Campaign): number {
  return (settings.pacing.previewSeconds ?? previewSeconds) * 1000;
}

/** A lead whose lease ends sooner than this is not dialled, or shown, any more. */
function leaseMargin(campaign: Campaign): number {
  if (campaign.settings.pacing.method !== 'preview') return leaseMarginMilliseconds;
  return Math.max(leaseMarginMilliseconds, previewMilliseconds(campaign) + previewMarginMilliseconds);
}

/** How long leads are leased for, milliseconds. */
export function leaseLength(campaign: Campaign): number {
  return leaseMilliseconds - leaseMarginMilliseconds + leaseMargin(campaign);
}

function runsOut(state: State, campaign: Campaign, { lead }: HopperEntry): boolean {
  return lead.leasedUntil - leaseMargin(campaign) <= state.now;
}

/** Leads whose leases run out are given back before the next lease, which may take them again: none is held twice. */
function dropExpired(state: State, campaign: Campaign): void {
  const stands = (entry: HopperEntry): boolean => {
    if (!runsOut(state, campaign, entry)) return true;
    release(state, campaign, entry.lead, state.now, 'lease ran out', entry.numberIndex);
    return false;
  };
  campaign.hopper = campaign.hopper.filter(stands);
  campaign.personal = campaign.personal.filter(stands);
}

/** The last call of what was leased has ended: the next lease tells whether the stage is done. */
export function leaseWhenQuiet(state: State, campaign: Campaign): void {
  if (quiet(campaign)) leaseSoon(state, campaign, changedLeaseMilliseconds);
}

function quiet(campaign: Campaign): boolean {
  return (
    campaign.live === 0 && campaign.wrapping === 0 && campaign.hopper.length + campaign.withAgents.size === 0
  );
}

export function leased(
  state: State,
  campaign: Campaign,
  stage: string,
  leads: readonly Lead[],
  summary: LeaseSummary,
): void {
  campaign.leasing = false;
  const stopped = state.draining || state.emergencyStop !== undefined || !campaign.schedule.open;
  if (campaign.status !== 'running' || campaign.stage !== stage || stopped) {
    for (const lead of leads)
      release(state, campaign, lead, state.now, 'campaign not running', lead.nextNumber);
    return;
  }
  campaign.open = summary.open;
  campaign.untried = summary.untried;
  campaign.heldPhase = summary.heldPhase;
  campaign.nextDueAt = summary.nextDueAt;
  campaign.awaitsRegistry = false;
  const before = campaign.hopper;
  const admitted: HopperEntry[] = [];
  for (const lead of leads) {
    const entry = admit(state, campaign, lead);
    if (entry === undefined) continue;
    if (isPersonal(state, campaign, lead)) campaign.personal.push(entry);
    else admitted.push(entry);
  }
  if (admitted.length > 0) campaign.heldBy = undefined;
  admitted.reverse();
  // The hopper is a stack whose top is the next lead: what was there before goes first.
  campaign.hopper = admitted.length === 0 ? before : admitted.concat(before);
  const starved = campaign.hopper.length === 0 && campaign.personal.length === 0;
  if (starved !== campaign.starved) {
    campaign.starved = starved;
    if (campaign.pool.groups.length > 1) campaign.pool.regroup = true;
  }
  if (leads.length === 0) {
    const due = summary.nextDueAt ?? Number.POSITIVE_INFINITY;
    const at = Math.min(
      state.now + idleLeaseMilliseconds,
      Math.max(state.now + changedLeaseMilliseconds, due),
    );
    campaign.timer = state.deadlines.set(at, { kind: 'lease', campaign });
    // What ended, or was imported, while the lease was under way is not in its answer.
    if (campaign.changedSinceLease)
      leaseSoon(state, campaign, quiet(campaign) ? changedLeaseMilliseconds : busyLeaseMilliseconds);
  } else if (admitted.length === 0)
    leaseSoon(state, campaign, campaign.awaitsRegistry ? idleLeaseMilliseconds : changedLeaseMilliseconds);
  for (const group of campaign.groups) touch(state, group);
  if (summary.untried > 0) campaign.awaitedPhase = undefined;
  checkStage(state, campaign);
  const opened = summary.heldPhase !== undefined && campaign.heldPhase === undefined;
  if (campaign.stage !== stage || opened) leaseSoon(state, campaign);
}

/** A callback is its agent's alone until its grace has passed. */
function isPersonal(state: State, campaign: Campaign, lead: Lead): boolean {
  if (lead.callbackAgent === undefined) return false;
  return state.now < (lead.callbackAt ?? 0) + campaign.settings.callbackGraceSeconds * 1000;
}

export function leaseFailed(state: State, campaign: Campaign): void {
  campaign.leasing = false;
  campaign.leaseLostUntil = state.now + leaseLength(campaign);
  leaseSoon(state, campaign, 1_000);
}

// ---------------------------------------------------------------- lawful or not

export function decide(state: State, campaign: Campaign, entry: HopperEntry): Verdict {
  const { request, lead } = entry;
  const facts = presentFacts(state, campaign, request.number, entry.facts, lead.leasedAt);
  const verdict = judge(campaign, campaign.aim.standings, request, facts, state.now);
  const checks = state.totals.complianceChecks;
  if (verdict.verdict === 'allow') bumpIn(checks, 'all', 'allow');
  else for (const reason of verdict.reasons) bumpIn(checks, reason.rule, verdict.verdict);
  return verdict;
}

/** The first of the lead's numbers, in turn, that may be called now; releases or closes the lead when none may. */
function admit(state: State, campaign: Campaign, lead: Lead): HopperEntry | undefined {
  // A promised callback is kept even when the attempts of our own accord are used up.
  if (lead.attempts >= campaign.settings.maximumAttempts && lead.callbackAt === undefined) {
    close(state, campaign, lead, 'attempts-exhausted');
    return undefined;
  }
  const script = scriptOf(campaign.settings, lead.contactId);
  const source = sourceOf(campaign.settings, lead);
  if (blockedBy(campaign, { script, source }) !== undefined) {
    holdBack(state, campaign, lead, lead.nextNumber);
    return undefined;
  }
  const count = lead.numbers.length;
  let until = Number.POSITIVE_INFINITY;
  let untilNumber = lead.nextNumber;
  let deferred: Verdict | undefined;
  let denied: Verdict | undefined;
  for (let step = 0; step < count; step++) {
    const index = (lead.nextNumber + step) % count;
    const number = lead.numbers[index];
    if (number === undefined || number.dead) continue;
    const entry = entryOf(state, campaign, lead, index, number);
    const verdict = decide(state, campaign, entry);
    if (verdict.verdict === 'allow') {
      forecast(campaign, entry, verdict.permit.local[0]);
      return entry;
    }
    if (verdict.verdict === 'deny')
      denied = denied === undefined || awaitsRegistry(verdict) ? verdict : denied;
    else if (verdict.until < until) {
      until = verdict.until;
      untilNumber = index;
      deferred = verdict;
    }
  }
  refuse(state, campaign, lead, deferred ?? denied, until, untilNumber);
  return undefined;
}

/** The lead with one of its numbers, as the gate is asked about it. */
export function entryOf(
  state: State,
  campaign: Campaign,
  lead: Lead,
  numberIndex: number,
  number: LeadNumber,
): HopperEntry {
  const request = requestOf(campaign.settings, number.e164, lead.party);
  return {
    lead,
    numberIndex,
    request,
    script: scriptOf(campaign.settings, lead.contactId),
    source: sourceOf(campaign.settings, lead),
    facts: factsOf(state, lead, number, campaign.gate.lookbackSeconds),
  };
}

/** A lead that may not be called now goes back until it may, or is closed when waiting does not help. */
export function refuse(
  state: State,
  campaign: Campaign,
  lead: Lead,
  verdict: Verdict | undefined,
  until: number,
  number: number,
): void {
  // Of a denial, what waiting does not cure: the lead is closed for that.
  const first =
    verdict?.verdict === 'deny'
      ? (verdict.reasons.find(({ until }) => until === undefined) ?? verdict.reasons[0])
      : verdict?.reasons[0];
  const rule = first?.rule ?? 'invalid_number';
  tell(state, {
    kind: 'lead-refused',
    at: state.now,
    campaignId: campaign.settings.id,
    contactId: lead.contactId,
    rule,
    verdict: verdict?.verdict === 'defer' ? 'defer' : 'deny',
    detail: first?.detail ?? 'no number left that may be called',
  });
  if (verdict !== undefined && awaitsRegistry(verdict)) {
    // An import cures it: the lead is kept, and nothing is dialled until then.
    const soon = state.now + registryRetryMilliseconds;
    release(state, campaign, lead, Math.min(until, soon), rule, number);
    campaign.awaitsRegistry = true;
    const stale = verdict.reasons.find((reason) => reason.rule === 'list_stale');
    noteHeld(state, campaign, 'list_stale', soon, stale?.detail ?? '');
  } else if (verdict?.verdict === 'defer') {
    release(state, campaign, lead, until, rule, number);
    noteHeld(state, campaign, rule, until, first?.detail ?? '');
  } else close(state, campaign, lead, verdict === undefined ? 'no-valid-number' : rule);
}

/** The lead that may be called first tells what the campaign waits for. */
function noteHeld(state: State, campaign: Campaign, rule: string, until: number, detail: string): void {
  const { heldBy } = campaign;
  if (heldBy === undefined || until < heldBy.until || heldBy.until <= state.now)
    campaign.heldBy = { rule, until, detail };
}

function close(state: State, campaign: Campaign, lead: Lead, reason: string): void {
  emit(state, { type: 'close-lead', campaignId: campaign.settings.id, contactId: lead.contactId, reason });
  noteContactChange(campaign);
}

/** Closes a lead whose intent the store refused for good. */
export const closeLead = close;

/** The next lead whose lease still stands and whose number is free; expired ones are let go (the store offers them again). */
export function takeEntry(state: State, campaign: Campaign): HopperEntry | undefined {
  for (;;) {
    const entry = campaign.hopper.pop();
    if (entry === undefined || stillStands(state, campaign, entry)) return entry;
  }
}

/** Takes the contact out of its turn, when it is in the hopper. */
export function takeContact(state: State, campaign: Campaign, contactId: string): HopperEntry | undefined {
  for (const list of [campaign.hopper, campaign.personal]) {
    const place = list.findIndex((entry) => entry.lead.contactId === contactId);
    const [entry] = place < 0 ? [] : list.splice(place, 1);
    if (entry !== undefined && !runsOut(state, campaign, entry)) return entry;
    if (entry !== undefined)
      release(state, campaign, entry.lead, state.now, 'lease ran out', entry.numberIndex);
  }
  return undefined;
}

/** A lead of a halted segment goes back, and is looked at again later. */
export function holdBack(state: State, campaign: Campaign, lead: Lead, numberIndex: number): void {
  release(state, campaign, lead, state.now + heldMilliseconds, 'segment halted', numberIndex);
}

/** Takes a lead out of its turn; false when it is not there any more, or had to be let go. */
export function takeChosen(state: State, campaign: Campaign, entry: HopperEntry): boolean {
  const place = campaign.hopper.lastIndexOf(entry);
  if (place < 0) return false;
  campaign.hopper.splice(place, 1);
  return stillStands(state, campaign, entry);
}

function stillStands(state: State, campaign: Campaign, entry: HopperEntry): boolean {
  if (runsOut(state, campaign, entry)) {
    release(state, campaign, entry.lead, state.now, 'lease ran out', entry.numberIndex);
    return false;
  }
  if (state.liveNumbers.has(entry.request.number)) {
    release(
      state,
      campaign,
      entry.lead,
      state.now + localRetrySeconds * 1000,
      'number in another call',
      entry.numberIndex,
    );
    return false;
  }
  return true;
}

/** Gives everything back: the campaign pauses, changes stage or ends. */
export function emptyHopper(state: State, campaign: Campaign): void {
  for (const entry of [...campaign.hopper, ...campaign.personal])
    release(state, campaign, entry.lead, state.now, 'hopper emptied', entry.numberIndex);
  campaign.hopper = [];
  campaign.personal = [];
  for (const agent of [...campaign.withAgents]) becomeFree(state, agent);
  state.deadlines.cancel(campaign.timer);
  campaign.timer = undefined;
}

/**
 * Another version of a registry is in force. What was looked up in the old one says nothing any more: leads go back and
 * are leased, and looked up, anew. Intents that are being committed are not originated.
 */
export function registriesChanged(state: State, lists: readonly DncListVersion[]): void {
  state.registries = lists;
  for (const campaign of state.campaigns.values()) {
    if (campaign.hopper.length + campaign.personal.length + campaign.withAgents.size > 0)
      emptyHopper(state, campaign);
    leaseSoon(state, campaign);
    for (const group of campaign.groups) touch(state, group);
  }
}

/**
 * Other areas are declared to be in an emergency. Leads in hoppers are judged by them when they are dialled; intents that are
 * being committed are not dialled. What was held back for an area that is free again is looked at anew.
 */
export function emergencyAreasChanged(state: State, areas: readonly EmergencyArea[]): void {
  state.emergencyAreas = areas;
  state.emergencyAreasSince = state.now;
  for (const campaign of state.campaigns.values()) {
    leaseSoon(state, campaign);
    for (const group of campaign.groups) touch(state, group);
  }
}

/** A list or a refusal no longer stands in the way of some contacts, which the store has opened again. */
export function contactsReopened(state: State, campaignId?: string): void {
  for (const campaign of state.campaigns.values()) {
    if (campaignId !== undefined && campaign.settings.id !== campaignId) continue;
    campaign.changedSinceLease = true;
    leaseSoon(state, campaign, changedLeaseMilliseconds);
  }
}
