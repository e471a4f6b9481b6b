/** How many lines, for whom, on which trunk: the pacer's answer turned into durable intents, and these into calls. */
import type { InFlightAttempt, PacingSnapshot } from '../../pacing/index.js';
import { becomeFree, reserve } from './agents.js';
import { forget } from './call-end.js';
import { hangUp, startDialing } from './calls.js';
import { type Capacity, capacityOf, chooseTrunk, nextCallAt, takeChannel } from './capacity.js';
import { countLine } from './groups.js';
import { closeLead, decide, fillHopper, refuse, release, takeEntry } from './hopper.js';
import { channelId } from './identifiers.js';
import type { IntentResult } from './inputs.js';
import type { Intent } from './model.js';
import { localRetrySeconds, nextNumberOf, nextUndialled } from './outcomes.js';
import {
  type Agent,
  bump,
  bumpIn,
  type Campaign,
  emit,
  type HopperEntry,
  type LiveAttempt,
  type PacingGroup,
  type State,
  setTimer,
  type TrunkState,
} from './state.js';
import type { PacingLimit } from './view.js';

/** Decisions of one group are at least this far apart; events in between are judged together. */
const decisionMilliseconds = 100;
/** Methods that look ahead are asked again after this even when nothing happened. */
const lookAheadMilliseconds = 250;
const methodsWithoutClock: readonly string[] = ['progressive', 'ratio', 'preview'];
/** With all channels taken, a group looks again after this. */
const channelsMilliseconds = 1_000;
/** An intent that the store has not answered by now is given up (it was never originated). */
const intentMilliseconds = 15_000;
/** Lines one decision may add: the rest follows at the next, so that no step stalls the process. */
const mostLinesPerDecision = 500;

/** The group as its pacer sees it; arrays are built only when they are looked at. */
class GroupSnapshot implements PacingSnapshot {
  readonly state: State;
  readonly group: PacingGroup;
  readonly capacity: Capacity;

  constructor(state: State, group: PacingGroup, capacity: Capacity) {
    this.state = state;
    this.group = group;
    this.capacity = capacity;
  }

  get now(): number {
    return this.state.now / 1000;
  }
  get agentsReady(): number {
    return this.group.ready;
  }
  get agentsTalking(): number {
    return this.group.talking.size;
  }
  get agentsWrap(): number {
    return this.group.wrapping.size;
  }
  get agentsReserved(): number {
    return this.group.reserved.size;
  }
  get agentsTotal(): number {
    return this.group.total;
  }
  get talkingSince(): readonly number[] {
    return since(this.group.talking);
  }
  get wrapSince(): readonly number[] {
    return since(this.group.wrapping);
  }
  get reservedSince(): readonly number[] {
    return since(this.group.reserved);
  }
  get inFlight(): readonly InFlightAttempt[] {
    const out: InFlightAttempt[] = [];
    for (const attempt of this.group.inFlight.values()) {
      out.push({
        id: attempt.id,
        placedAt: (attempt.dialedAt ?? attempt.intent.intendedAt) / 1000,
        ringingAt: attempt.ringingAt === undefined ? null : attempt.ringingAt / 1000,
      });
    }
    return out;
  }
  get inFlightCount(): number {
    return this.group.inFlight.size;
  }
  get waitingAnswered(): number {
    return this.group.waiting;
  }
  get maxChannelsLeft(): number {
    return this.capacity.channels;
  }
  get cpsBudget(): number {
    return this.capacity.calls;
  }
  get blind(): boolean {
    return this.capacity.blind;
  }
}

function since(agents: ReadonlySet<Agent>): number[] {
  const out: number[] = [];
  for (const agent of agents) out.push(agent.stateSince / 1000);
  return out;
}

/** Decides now, or sets the time to decide when the last decision was too recent. */
export function decideSoon(state: State, group: PacingGroup): void {
  if (group.campaigns.length === 0) {
    group.dirty = false;
    return;
  }
  const at = group.decidedAt + decisionMilliseconds;
  if (state.now >= at) decideGroup(state, group);
  else if (group.timer === undefined || group.timer.at > at) {
    state.deadlines.cancel(group.timer);
    group.timer = state.deadlines.set(at, { kind: 'decide', group });
  }
}

export function decideGroup(state: State, group: PacingGroup): void {
  state.deadlines.cancel(group.timer);
  group.timer = undefined;
  group.dirty = false;
  group.decidedAt = state.now;
  if (group.campaigns.length === 0) return;
  for (const campaign of group.campaigns) fillHopper(state, campaign);
  if (state.draining || state.storeFailed) {
    note(state, group, 0, state.draining ? 'draining' : 'blind');
    return;
  }
  dialPersonalCallbacks(state, group);
  const capacity = capacityOf(group.line, group.campaigns, state.now, { blind: true, channels: 0, calls: 0 });
  const snapshot = new GroupSnapshot(state, group, capacity);
  shed(state, group, snapshot);
  const answer = group.pacer.callsToPlace(snapshot);
  const wanted = typeof answer === 'number' ? answer : answer.picks.length;
  const placed = wanted > 0 ? place(state, group, Math.min(wanted, mostLinesPerDecision)) : 0;
  let limit: PacingLimit = group.pacer.limitingFactor?.() ?? group.pacer.explain().limit;
  if (placed < Math.min(wanted, mostLinesPerDecision)) {
    const left = capacityOf(group.line, group.campaigns, state.now, capacity);
    limit = left.blind ? 'blind' : left.channels <= 0 ? 'channels' : left.calls <= 0 ? 'cps' : 'hopper';
  }
  note(state, group, wanted, limit);
  scheduleNext(state, group, limit, wanted > placed);
}

function note(state: State, group: PacingGroup, wanted: number, limit: PacingLimit): void {
  bump(state.totals.pacingDecisions, limit);
  group.wanted = wanted;
  for (const campaign of group.campaigns) {
    // With several switches the one where the agents are tells what limits the campaign.
    if (group.total > 0 || campaign.groups.every((g) => g.total === 0)) campaign.limit = limit;
  }
}

function scheduleNext(state: State, group: PacingGroup, limit: PacingLimit, unplaced: boolean): void {
  let at = Number.POSITIVE_INFINITY;
  if (limit === 'cps' || limit === 'channels') {
    // Channels are freed by other pools and by agents' legs, too, and nobody tells of those: they are looked for.
    at = Math.min(nextCallAt(state, group.line), state.now + channelsMilliseconds);
  } else if (unplaced && limit !== 'hopper' && limit !== 'blind') at = state.now;
  if (group.total > 0 && !methodsWithoutClock.includes(group.pacer.name))
    at = Math.min(at, state.now + lookAheadMilliseconds);
  if (at === Number.POSITIVE_INFINITY) return;
  group.timer = state.deadlines.set(Math.max(at, state.now + decisionMilliseconds), {
    kind: 'decide',
    group,
  });
}

/** Releases ringing calls that the pacer gives up; it never names one under the minimum ring. */
function shed(state: State, group: PacingGroup, snapshot: PacingSnapshot): void {
  const ids = group.pacer.callsToShed?.(snapshot);
  if (ids === undefined) return;
  for (const id of ids) {
    const attempt = group.inFlight.get(String(id));
    if (attempt === undefined || attempt.state !== 'ringing' || attempt.hangUpReason !== '') continue;
    hangUp(state, attempt, 'shed');
  }
}

// ---------------------------------------------------------------- placing calls

function place(state: State, group: PacingGroup, wanted: number): number {
  const intents: Intent[] = [];
  const { campaigns } = group;
  let idle = 0;
  // Round robin over the campaigns of the group; one that cannot place drops out of this decision.
  while (intents.length < wanted && idle < campaigns.length) {
    const campaign = campaigns[group.nextCampaign % campaigns.length] as Campaign;
    group.nextCampaign = (group.nextCampaign + 1) % campaigns.length;
    const trunk = chooseTrunk(state, campaign, group.line);
    const entry = trunk === undefined ? undefined : lawfulEntry(state, campaign);
    if (trunk === undefined || entry === undefined) {
      idle++;
      continue;
    }
    idle = 0;
    intents.push(intend(state, campaign, entry.entry, group, trunk, entry.permit, undefined).intent);
  }
  if (intents.length > 0) emit(state, { type: 'commit-intents', intents });
  for (const campaign of campaigns) fillHopper(state, campaign);
  return intents.length;
}

/** The next lead of the hopper that may still be called at this instant. */
function lawfulEntry(
  state: State,
  campaign: Campaign,
): { entry: HopperEntry; permit: Intent['permit'] } | undefined {
  for (;;) {
    const entry = takeEntry(state, campaign);
    if (entry === undefined) return undefined;
    const verdict = decide(state, campaign, entry);
    if (verdict.verdict === 'allow') return { entry, permit: verdict.permit };
    const until = verdict.verdict === 'defer' ? verdict.until : Number.POSITIVE_INFINITY;
    const other = nextNumberOf(entry.lead, entry.numberIndex, entry.numberIndex);
    // Another number of the contact may be lawful: it goes back and is judged afresh with its turn moved on.
    if (verdict.verdict === 'deny' && other >= 0 && entry.lead.numbers.length > 1)
      release(state, campaign, entry.lead, state.now, 'number not allowed', other);
    else refuse(state, campaign, entry.lead, verdict, until, entry.numberIndex);
  }
}

function intend(
  state: State,
  campaign: Campaign,
  entry: HopperEntry,
  group: PacingGroup,
  trunk: TrunkState,
  permit: Intent['permit'],
  agent: Agent | undefined,
): LiveAttempt {
  const { lead, request } = entry;
  const id = channelId(state.installation, 'a', state.random);
  const intent: { -readonly [K in keyof Intent]: Intent[K] } = {
    attemptId: id,
    campaignId: campaign.settings.id,
    stage: campaign.stage,
    contactId: lead.contactId,
    number: request.number,
    numberIndex: entry.numberIndex,
    switchId: trunk.line.settings.id,
    trunk: trunk.settings.name,
    callerId: campaign.settings.callerId,
    intendedAt: state.now,
    permit,
    caps: campaign.gate.caps(request, entry.facts, state.now),
    consentRequired: campaign.settings.consentRequired,
  };
  if (agent !== undefined) intent.agentId = agent.id;
  const attempt: LiveAttempt = {
    id,
    campaign,
    stage: campaign.stage,
    lead,
    numberIndex: entry.numberIndex,
    number: request.number,
    trunk,
    switchId: intent.switchId,
    intent,
    group,
    state: 'intended',
    dialedAt: undefined,
    ringingAt: undefined,
    answeredAt: undefined,
    connectedAt: undefined,
    endedAt: undefined,
    machine: false,
    abandon: undefined,
    agent: undefined,
    waiting: false,
    personalAgent: agent,
    bridging: false,
    failedAgents: [],
    bridgeFailedAt: 0,
    safeHarbour: false,
    hangUpReason: '',
    timer: undefined,
    missingSince: undefined,
    recovered: false,
    disposed: false,
    countedLive: false,
    optedOut: false,
  };
  takeChannel(trunk);
  state.attempts.set(id, attempt);
  state.liveNumbers.add(attempt.number);
  campaign.inFlight++;
  campaign.live++;
  countLine(attempt, group);
  setTimer(state, attempt, state.now + intentMilliseconds, { kind: 'intent', attempt });
  return attempt;
}

/** A callback promised by an agent: that agent is reserved first, then the call is placed. */
function dialPersonalCallbacks(state: State, group: PacingGroup): void {
  for (const campaign of group.campaigns) {
    if (campaign.personal.length === 0) continue;
    const kept: HopperEntry[] = [];
    const intents: Intent[] = [];
    for (const entry of campaign.personal) {
      const agent = state.agents.get(entry.lead.callbackAgent ?? '');
      if (agent !== undefined && agent.state !== 'offline' && agent.switchId !== group.line.settings.id) {
        // The group on the agent's own switch sees to it.
        kept.push(entry);
        continue;
      }
      const trunk = chooseTrunk(state, campaign, group.line);
      const expired = entry.lead.leasedUntil <= state.now + 60_000;
      if (
        agent?.state === 'ready' &&
        trunk !== undefined &&
        !state.liveNumbers.has(entry.request.number) &&
        !expired
      ) {
        const verdict = decide(state, campaign, entry);
        if (verdict.verdict === 'allow') {
          const attempt = intend(state, campaign, entry, group, trunk, verdict.permit, agent);
          reserve(state, agent, attempt);
          setTimer(state, agent, state.now + (campaign.settings.ringSeconds + 30) * 1000, {
            kind: 'reserved',
            agent,
          });
          intents.push(attempt.intent);
        } else {
          const until = verdict.verdict === 'defer' ? verdict.until : Number.POSITIVE_INFINITY;
          refuse(state, campaign, entry.lead, verdict, until, entry.numberIndex);
        }
      } else if (expired || agent === undefined || agent.state === 'offline')
        release(state, campaign, entry.lead, state.now + 10_000, 'agent not there', entry.numberIndex);
      else kept.push(entry);
    }
    campaign.personal = kept;
    if (intents.length > 0) emit(state, { type: 'commit-intents', intents });
  }
}

// ---------------------------------------------------------------- the store's answer

export function intentsCommitted(state: State, results: readonly IntentResult[]): void {
  for (const result of results) {
    const attempt = state.attempts.get(result.attemptId);
    if (attempt === undefined || attempt.state !== 'intended' || attempt.recovered) continue;
    if (result.committed) committed(state, attempt);
    else refused(state, attempt, result);
  }
}

function committed(state: State, attempt: LiveAttempt): void {
  const { campaign } = attempt;
  const line = state.switches.get(attempt.switchId);
  // What changed while the store wrote: a halt, a lost link, a drain, a permit that ran out.
  const why =
    campaign.status !== 'running'
      ? `campaign ${campaign.status}`
      : state.draining
        ? 'draining'
        : line?.up !== true
          ? 'switch down'
          : attempt.intent.permit.expiresAt <= state.now
            ? 'permit expired'
            : '';
  if (why === '') startDialing(state, attempt);
  else undo(state, attempt, why);
}

/** A committed intent that was never originated: recorded as such, not charged to the contact. */
function undo(state: State, attempt: LiveAttempt, cause: string): void {
  freeReservation(state, attempt);
  const { campaign } = attempt;
  forget(state, attempt);
  emit(state, {
    type: 'record-result',
    result: {
      attemptId: attempt.id,
      campaignId: campaign.settings.id,
      stage: attempt.stage,
      contactId: attempt.lead.contactId,
      number: attempt.number,
      outcome: 'not-dialed',
      cause,
      endedAt: state.now,
      charged: false,
    },
    next: nextUndialled(campaign.settings, attempt.lead, attempt.numberIndex, state.now),
    numberDead: false,
  });
  campaign.changedSinceLease = true;
}

function freeReservation(state: State, attempt: LiveAttempt): void {
  const agent = attempt.personalAgent;
  if (agent !== undefined && agent.attempt === attempt) becomeFree(state, agent);
}

function refused(
  state: State,
  attempt: LiveAttempt,
  result: Extract<IntentResult, { committed: false }>,
): void {
  const { campaign, lead } = attempt;
  freeReservation(state, attempt);
  forget(state, attempt);
  const checks = state.totals.complianceChecks;
  switch (result.refusal) {
    case 'frequency_cap': {
      const until = Math.max(result.until ?? 0, state.now + 60_000);
      bumpIn(checks, 'frequency_cap', 'defer');
      release(state, campaign, lead, until, 'frequency_cap', attempt.numberIndex);
      break;
    }
    case 'live':
      release(state, campaign, lead, state.now + 60_000, 'number in another call', attempt.numberIndex);
      break;
    case 'dnc':
    case 'consent':
    case 'suppressed': {
      bumpIn(checks, result.refusal, 'deny');
      const other = nextNumberOf(lead, attempt.numberIndex, attempt.numberIndex);
      if (result.refusal !== 'suppressed' && other >= 0)
        release(state, campaign, lead, state.now, result.refusal, other);
      else closeLead(state, campaign, lead, result.refusal);
      break;
    }
  }
}

/** The store could not commit: nothing was originated, the leads go back when the store can write again. */
export function intentsFailed(state: State, attemptIds: readonly string[]): void {
  for (const id of attemptIds) {
    const attempt = state.attempts.get(id);
    if (attempt === undefined || attempt.state !== 'intended') continue;
    undoUncommitted(state, attempt, 'store failed');
  }
}

export function intentOverdue(state: State, attempt: LiveAttempt): void {
  if (attempt.state === 'intended' && !attempt.recovered)
    undoUncommitted(state, attempt, 'store did not answer');
}

/** Whether the intent is in the store is not known: a result closes it if it is, the release frees the lead if not. */
function undoUncommitted(state: State, attempt: LiveAttempt, cause: string): void {
  undo(state, attempt, cause);
  release(
    state,
    attempt.campaign,
    attempt.lead,
    state.now + localRetrySeconds * 1000,
    cause,
    attempt.numberIndex,
  );
}
