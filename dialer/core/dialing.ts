/** How many lines, for whom, on which trunk: the pacer's answer turned into durable intents, and these into calls. */

import { type FrequencyCap, minimumRingOf, type Verdict } from '../../compliance/index.js';
import type { PacingPicks } from '../../pacing/index.js';
import { groupAim } from './abandon-aim.js';
import { lawsOf, openLedgers } from './abandon-ledger.js';
import { becomeFree, reserve } from './agents.js';
import { forget } from './call-end.js';
import {
  callerIdPoolOf,
  callerIdRetryMilliseconds,
  callerIdsFreeAt,
  noteUse,
  objectsToCallerId,
  takeBackUse,
  usableCallerIds,
} from './caller-ids.js';
import { hangUp, startDialing } from './calls.js';
import { dropAttempt, expectAttempt } from './campaign-watch.js';
import { capacityOf, chooseTrunk, nextCallAt, takeChannel } from './capacity.js';
import { scopeOf } from './consent.js';
import { emergencyStopCause } from './emergency-stop.js';
import { hasTurn, noteHunger, rivalsOf, tookTurn } from './fair-turns.js';
import { GroupSnapshot, heldOf, minimumRingSeconds } from './group-snapshot.js';
import { countLine } from './groups.js';
import {
  closeLead,
  decide,
  fillHopper,
  leaseSoon,
  refuse,
  release,
  takeChosen,
  takeEntry,
} from './hopper.js';
import { channelId } from './identifiers.js';
import type { IntentResult } from './inputs.js';
import { refuseDial } from './leads.js';
import type { Intent, SeenHistory } from './model.js';
import { suppressedSince } from './number-changes.js';
import { localRetrySeconds, nextNumberOf, nextUndialled } from './outcomes.js';
import { previewMethod, previewPersonalCallbacks, showPreviews } from './previews.js';
import { blockedBy, offerOf } from './segments.js';
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
import { switchDrainCause } from './switch-drain.js';
import type { PacingLimit } from './view.js';

/** Decisions of one group are at least this far apart; events in between are judged together. */
const decisionMilliseconds = 100;
/** Methods that look ahead are asked again after this even when nothing happened. */
const lookAheadMilliseconds = 250;
const methodsWithoutClock: readonly string[] = ['progressive', 'ratio', previewMethod];
const methodsWithoutAgents: readonly string[] = ['agentless'];
/** With all channels taken, a group looks again after this. */
const channelsMilliseconds = 1_000;
/** An intent that the store has not answered by now is given up (it was never originated). */
const intentMilliseconds = 15_000;
const leastTargetForShedding = 0.001;
/** A lead whose facts had changed is leased again after this. */
const judgedAnewMilliseconds = 500;
/** Lines one decision may add: the rest follows at the next, so that no step stalls the process. */
const mostLinesPerDecision = 500;

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
  const closed = closedFor(state);
  if (closed !== undefined) {
    note(state, group, 0, closed);
    return;
  }
  const preview = group.pacer.name === previewMethod;
  if (preview) previewPersonalCallbacks(state, group);
  else dialPersonalCallbacks(state, group);
  const capacity = capacityOf(group.line, group.campaigns, state.now, {
    blind: true,
    drained: false,
    channels: 0,
    calls: 0,
  });
  const aim = groupAim(state, group);
  const snapshot = new GroupSnapshot(state, group, capacity, aim.target, mostLinesPerDecision);
  // A used up allowance is no reason to let calls ring on for agents who are gone.
  snapshot.targetAbandonRatio = Math.max(aim.target, leastTargetForShedding);
  shed(state, group, snapshot);
  snapshot.targetAbandonRatio = aim.target;
  const answer = group.pacer.callsToPlace(snapshot);
  let wanted = typeof answer === 'number' ? answer : answer.picks.length;
  // Methods that know no ratio are held to what abandons nobody once an allowance is used up.
  const sure = group.ready - heldOf(group) - group.inFlight.size - group.waiting;
  const held = aim.spent && wanted > sure && !methodsWithoutAgents.includes(group.pacer.name);
  if (held) wanted = Math.max(0, sure);
  const most = Math.min(wanted, mostLinesPerDecision);
  const placed =
    most === 0
      ? 0
      : preview
        ? showPreviews(state, group, most, () => nextPreview(state, group))
        : place(state, group, chosenFrom(answer, snapshot, most), most);
  let limit: PacingLimit = group.pacer.limitingFactor?.() ?? group.pacer.explain().limit;
  if (held) limit = 'abandon';
  if (capacity.drained) limit = 'switch-drained';
  else if (placed < most) {
    const left = capacityOf(group.line, group.campaigns, state.now, capacity);
    // Who has the turn and cannot use it, for want of a lead, gives it away.
    const turnsAway = !hasTurn(group, rivalsOf(state, group));
    limit = left.blind
      ? 'blind'
      : left.channels <= 0
        ? 'channels'
        : left.calls <= 0 || turnsAway
          ? 'cps'
          : 'hopper';
  }
  noteHunger(group, limit === 'cps' || limit === 'channels', state.now);
  note(state, group, wanted, limit);
  scheduleNext(state, group, limit, wanted > placed);
}

/** Why nothing is placed anywhere now; undefined when something may be. */
function closedFor(state: State): PacingLimit | undefined {
  if (state.emergencyStop !== undefined) return 'emergency-stop';
  if (state.draining) return 'draining';
  return state.storeFailed ? 'blind' : undefined;
}

function note(state: State, group: PacingGroup, wanted: number, limit: PacingLimit): void {
  bump(state.totals.pacingDecisions, limit);
  group.wanted = wanted;
  for (const campaign of group.campaigns) {
    // With several switches the one where the agents are tells what limits the campaign.
    if (group.total > 0 || campaign.groups.every((g) => g.total === 0))
      campaign.limit = ownLimit(state, campaign) ?? limit;
  }
}

/** What keeps this campaign of a group from dialling, whatever the others do. */
function ownLimit(state: State, campaign: Campaign): PacingLimit | undefined {
  if (!campaign.schedule.open) return 'schedule';
  return callerIdsFreeAt(state, campaign) > state.now ? 'caller-ids' : undefined;
}

/** Caller ids that rest for longer than this are waited for without agents. */
const spentMilliseconds = 10_000;

function scheduleNext(state: State, group: PacingGroup, limit: PacingLimit, unplaced: boolean): void {
  let at = Number.POSITIVE_INFINITY;
  if (limit === 'cps' || limit === 'channels') {
    // Channels are freed by other pools and by agents' legs, too, and nobody tells of those: they are looked for.
    at = Math.min(nextCallAt(state, group.line), state.now + channelsMilliseconds);
  } else if (unplaced && limit !== 'hopper' && limit !== 'blind') at = state.now;
  // Without agents there are still ringing calls to release.
  const something = group.total > 0 || group.inFlight.size > 0;
  if (something && !methodsWithoutClock.includes(group.pacer.name))
    at = Math.min(at, state.now + lookAheadMilliseconds);
  for (const campaign of group.campaigns) {
    const free = callerIdsFreeAt(state, campaign);
    if (free > state.now) at = Math.min(at, free);
    const spent = free > state.now + spentMilliseconds;
    if (spent === campaign.callerIdsSpent) continue;
    campaign.callerIdsSpent = spent;
    if (campaign.pool.groups.length > 1) campaign.pool.regroup = true;
  }
  if (at === Number.POSITIVE_INFINITY) return;
  group.timer = state.deadlines.set(Math.max(at, state.now + decisionMilliseconds), {
    kind: 'decide',
    group,
  });
}

/** Shortest ring of a call in seconds: its campaign's, and never under that of a law that binds it. */
function leastRing({ campaign, intent }: LiveAttempt): number {
  const own = campaign.settings.pacing.minimumRingSeconds ?? minimumRingSeconds;
  return Math.max(own, minimumRingOf(lawsOf(campaign, intent.permit), intent.permit.issuedAt));
}

/** Releases ringing calls that the pacer gives up, once they have rung long enough. */
function shed(state: State, group: PacingGroup, snapshot: GroupSnapshot): void {
  const ids = group.pacer.callsToShed?.(snapshot);
  if (ids === undefined) return;
  for (const id of ids) {
    const attempt = group.inFlight.get(String(id));
    if (attempt === undefined || attempt.state !== 'ringing' || attempt.hangUpReason !== '') continue;
    if (state.now - (attempt.ringingAt ?? state.now) < 1000 * leastRing(attempt)) continue;
    hangUp(state, attempt, 'shed');
  }
}

// ---------------------------------------------------------------- placing calls

/** The leads that the pacer chose; undefined where it only counts and the campaigns take turns. */
function chosenFrom(
  answer: number | PacingPicks,
  snapshot: GroupSnapshot,
  most: number,
): readonly HopperEntry[] | undefined {
  if (snapshot.hopper === undefined) return undefined;
  if (typeof answer === 'number') return snapshot.offered.slice(0, most);
  const byContact = new Map(snapshot.offered.map((entry) => [entry.lead.contactId, entry]));
  const chosen: HopperEntry[] = [];
  for (const id of answer.picks) {
    const entry = byContact.get(String(id));
    if (entry !== undefined && chosen.length < most) chosen.push(entry);
  }
  return chosen;
}

function place(
  state: State,
  group: PacingGroup,
  chosen: readonly HopperEntry[] | undefined,
  wanted: number,
): number {
  const intents: Intent[] = [];
  const rivals = rivalsOf(state, group);
  if (chosen === undefined) placeInTurn(state, group, wanted, rivals, intents);
  else placeChosen(state, group, chosen, rivals, intents);
  if (intents.length > 0) emit(state, { type: 'commit-intents', intents });
  for (const campaign of group.campaigns) fillHopper(state, campaign);
  return intents.length;
}

function placeChosen(
  state: State,
  group: PacingGroup,
  chosen: readonly HopperEntry[],
  rivals: readonly PacingGroup[],
  intents: Intent[],
): void {
  for (const entry of chosen) {
    const campaign = state.campaigns.get(entry.lead.campaignId);
    if (campaign === undefined || !hasTurn(group, rivals)) continue;
    if (callerIdsFreeAt(state, campaign) > state.now) continue;
    const trunk = chooseTrunk(state, campaign, group.line);
    if (trunk === undefined || !takeChosen(state, campaign, entry)) continue;
    const cleared = clearedFor(state, campaign, entry);
    if (cleared === undefined) continue;
    if (rivals.length > 0) tookTurn(group);
    intents.push(intend(state, campaign, cleared.entry, group, trunk, cleared.permit, undefined).intent);
  }
  group.nextCampaign = (group.nextCampaign + 1) % Math.max(1, group.campaigns.length);
}

function placeInTurn(
  state: State,
  group: PacingGroup,
  wanted: number,
  rivals: readonly PacingGroup[],
  intents: Intent[],
): void {
  const { campaigns } = group;
  let idle = 0;
  // Round robin over the campaigns of the group; one that cannot place drops out of this decision.
  while (intents.length < wanted && idle < campaigns.length && hasTurn(group, rivals)) {
    const campaign = campaigns[group.nextCampaign % campaigns.length] as Campaign;
    group.nextCampaign = (group.nextCampaign + 1) % campaigns.length;
    const trunk = chooseTrunk(state, campaign, group.line);
    const entry = trunk === undefined ? undefined : lawfulEntry(state, campaign);
    if (trunk === undefined || entry === undefined) {
      idle++;
      continue;
    }
    idle = 0;
    if (rivals.length > 0) tookTurn(group);
    intents.push(intend(state, campaign, entry.entry, group, trunk, entry.permit, undefined).intent);
  }
}

/** The next lead for an agent to look at: of the group's campaigns in turn, one that may be called now. */
function nextPreview(
  state: State,
  group: PacingGroup,
): { campaign: Campaign; entry: HopperEntry } | undefined {
  const { campaigns } = group;
  for (let tried = 0; tried < campaigns.length; tried++) {
    const campaign = campaigns[group.nextCampaign % campaigns.length] as Campaign;
    group.nextCampaign = (group.nextCampaign + 1) % campaigns.length;
    const found = lawfulEntry(state, campaign);
    fillHopper(state, campaign);
    if (found !== undefined) return { campaign, entry: found.entry };
  }
  return undefined;
}

/** The next lead of the hopper that may still be called at this instant. */
function lawfulEntry(state: State, campaign: Campaign): Cleared | undefined {
  for (;;) {
    // With every caller id at rest the leads stay where they are.
    const entry = callerIdsFreeAt(state, campaign) > state.now ? undefined : takeEntry(state, campaign);
    if (entry === undefined) return undefined;
    const cleared = clearedFor(state, campaign, entry);
    if (cleared !== undefined) return cleared;
  }
}

/** A lead that may be called at this instant, with the caller id that the call shows. */
interface Cleared {
  readonly entry: HopperEntry;
  readonly permit: Intent['permit'];
}

/** Leave to call a lead that was taken out of the hopper, at this instant; without it the lead is given back or closed. */
function clearedFor(state: State, campaign: Campaign, entry: HopperEntry): Cleared | undefined {
  const judged = judgeAll(state, campaign, entry);
  if (judged === undefined) {
    const at = state.now + callerIdRetryMilliseconds;
    release(state, campaign, entry.lead, at, 'no caller id', entry.numberIndex);
    return undefined;
  }
  const { verdict } = judged;
  if (verdict.verdict === 'allow') return { entry: judged.entry, permit: verdict.permit };
  const until = verdict.verdict === 'defer' ? verdict.until : Number.POSITIVE_INFINITY;
  const other = nextNumberOf(entry.lead, entry.numberIndex, entry.numberIndex);
  // Another number of the contact may be lawful: it goes back and is judged afresh with its turn moved on.
  if (verdict.verdict === 'deny' && other >= 0 && entry.lead.numbers.length > 1)
    release(state, campaign, entry.lead, state.now, 'number not allowed', other);
  else refuse(state, campaign, entry.lead, verdict, until, entry.numberIndex);
  return undefined;
}

/** The gate's word on the call, shown with the best caller id of the campaign's pool that it allows; undefined without one. */
export function judgeAll(
  state: State,
  campaign: Campaign,
  entry: HopperEntry,
): { readonly entry: HopperEntry; readonly verdict: Verdict } | undefined {
  if (campaign.settings.callerIdPool === undefined) return { entry, verdict: decide(state, campaign, entry) };
  const pool = callerIdPoolOf(state, campaign);
  if (pool === undefined) return undefined;
  for (const { number } of usableCallerIds(pool, entry.request.number, state.now)) {
    const shown = { ...entry, request: { ...entry.request, callerId: number } };
    const verdict = decide(state, campaign, shown);
    if (!objectsToCallerId(verdict)) return { entry: shown, verdict };
  }
  return undefined;
}

/** Reserves what a call takes, and makes the intent that has to be durable before it leaves. @param agent whose call it is from the start */
export function intend(
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
    // The figures of a stage are those of its own contacts: a retry of an earlier stage counts there.
    stage: lead.stage,
    contactId: lead.contactId,
    number: request.number,
    numberIndex: entry.numberIndex,
    switchId: trunk.line.settings.id,
    trunk: trunk.settings.name,
    callerId: request.callerId ?? '',
    intendedAt: state.now,
    call: lead.attempts + (lead.earlierAttempts ?? 0) + 1,
    permit,
    caps: rollingCaps(campaign.gate.caps(request, entry.facts, state.now)),
    consentRequired: campaign.settings.consentRequired,
    scope: scopeOf(campaign.settings),
    person: lead.person,
    seen: seenOf(campaign, entry),
  };
  if (agent !== undefined) intent.agentId = agent.id;
  const offer = offerOf(campaign.settings);
  if (entry.script !== undefined) intent.script = entry.script;
  if (offer !== undefined) intent.offer = offer;
  if (entry.source !== undefined) intent.source = entry.source;
  if (lead.callbackAt !== undefined) intent.callbackAt = lead.callbackAt;
  const attempt: LiveAttempt = {
    id,
    campaign,
    stage: lead.stage,
    lead,
    numberIndex: entry.numberIndex,
    number: request.number,
    trunk,
    switchId: intent.switchId,
    intent,
    pHint: entry.hint?.pHint,
    features: entry.features,
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
    bridgeAskedAt: 0,
    failedAgents: [],
    bridgeFailedAt: 0,
    safeHarbour: false,
    handling: undefined,
    hangUpReason: '',
    timer: undefined,
    missingSince: undefined,
    recovered: false,
    disposed: false,
    countedLive: false,
    result: undefined,
    optedOut: false,
    registries: state.registries,
  };
  noteUse(state, campaign, intent.callerId);
  openLedgers(campaign, permit);
  expectAttempt(campaign, intent);
  takeChannel(trunk, state.now);
  state.attempts.set(id, attempt);
  state.liveNumbers.add(attempt.number);
  campaign.inFlight++;
  campaign.live++;
  countLine(attempt, group);
  setTimer(state, attempt, state.now + intentMilliseconds, { kind: 'intent', attempt });
  return attempt;
}

/** The caps that the store can count by itself; the others hold because nothing may have happened that the gate has not seen. */
function rollingCaps(caps: readonly FrequencyCap[]): Intent['caps'] {
  let rolling = rollingOf.get(caps);
  if (rolling === undefined) {
    rolling = onlyRolling(caps);
    rollingOf.set(caps, rolling);
  }
  return rolling;
}

/** The gate gives one list for all calls of a kind. */
const rollingOf = new WeakMap<readonly FrequencyCap[], Intent['caps']>();

function onlyRolling(caps: readonly FrequencyCap[]): Intent['caps'] {
  return caps
    .filter(
      ({ calendar, calendarDays, sameSubject, count }) =>
        calendar === undefined && calendarDays === undefined && sameSubject !== true && count !== 'connects',
    )
    .map(({ max, seconds, per }) => ({ max, seconds, ...(per !== undefined && { per }) }));
}

/** What the gate was told of the number's past. */
function seenOf(campaign: Campaign, { lead, numberIndex }: HopperEntry): SeenHistory {
  const number = lead.numbers[numberIndex];
  const here = number?.recentAttempts;
  const elsewhere = number?.elsewhere;
  return {
    since: lead.leasedAt - campaign.gate.lookbackSeconds * 1000,
    attempts: (here?.length ?? 0) + (elsewhere?.length ?? 0),
    newestAt: Math.max(newestOf(here), newestOf(elsewhere)),
    newestOutcomeAt: Math.max(
      number?.lastAbandonedAt ?? 0,
      number?.lastMachineAt ?? 0,
      number?.lastRefusedAt ?? 0,
      number?.lastConversationAt ?? 0,
    ),
  };
}

/** Of times in order, newest first; 0 when there are none. An empty array is never read past its end. */
function newestOf(times: readonly number[] | undefined): number {
  return times === undefined || times.length === 0 ? 0 : (times[0] as number);
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
        const judged = judgeAll(state, campaign, entry);
        if (judged === undefined) {
          kept.push(entry);
          continue;
        }
        const { verdict } = judged;
        if (verdict.verdict === 'allow') {
          const attempt = intend(state, campaign, judged.entry, group, trunk, verdict.permit, agent);
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
  if (state.emergencyStop !== undefined) {
    undo(state, attempt, emergencyStopCause);
    return;
  }
  if (!campaign.schedule.open) {
    undo(state, attempt, 'outside schedule');
    return;
  }
  // What else changed while the store wrote: a halt, a lost link, a drain, a permit that ran out, a number that was suppressed.
  const why =
    campaign.status !== 'running'
      ? `campaign ${campaign.status}`
      : state.draining
        ? 'draining'
        : line?.up !== true
          ? 'switch down'
          : line.drain !== undefined
            ? switchDrainCause
            : attempt.intent.permit.expiresAt <= state.now || attempt.intent.permit.issuedAt > state.now
              ? 'permit expired'
              : blockedBy(campaign, attempt.intent) !== undefined
                ? 'segment halted'
                : attempt.registries !== state.registries
                  ? 'registry changed'
                  : state.emergencyAreasSince >= attempt.intent.intendedAt
                    ? 'emergency area'
                    : suppressedSince(state, campaign, attempt.number, attempt.intent.intendedAt);
  if (why !== '') undo(state, attempt, why);
  else if (attempt.hangUpReason !== '') undo(state, attempt, attempt.hangUpReason);
  else {
    startDialing(state, attempt);
    acceptDial(state, attempt);
  }
}

/** A committed intent that was never originated: recorded as such, not charged to the contact. */
function undo(state: State, attempt: LiveAttempt, cause: string): void {
  takeBackUse(state, attempt);
  refuseAttempt(state, attempt, `the call was not placed: ${cause}`);
  freeReservation(state, attempt);
  const { campaign } = attempt;
  forget(state, attempt);
  dropAttempt(state, campaign, attempt.id);
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

const refusalInWords: Readonly<Record<Extract<IntentResult, { committed: false }>['refusal'], string>> = {
  frequency_cap: 'the number has had all the attempts that are allowed for now',
  dnc: 'the number is on the do-not-call list',
  consent: 'consent for the call was withdrawn',
  live: 'the number is in another call',
  suppressed: 'the contact was closed meanwhile',
  changed: 'the number or its person was called meanwhile',
};

/** The agent who asked for the call is told that it has left. */
function acceptDial(state: State, attempt: LiveAttempt): void {
  const { dialRequest } = attempt;
  if (dialRequest === undefined) return;
  attempt.dialRequest = undefined;
  emit(state, { type: 'reply', requestId: dialRequest, ok: true, code: '', message: '' });
}

function refuseAttempt(state: State, attempt: LiveAttempt, why: string): void {
  const { dialRequest } = attempt;
  if (dialRequest === undefined) return;
  attempt.dialRequest = undefined;
  refuseDial(state, dialRequest, why);
}

function refused(
  state: State,
  attempt: LiveAttempt,
  result: Extract<IntentResult, { committed: false }>,
): void {
  const { campaign, lead } = attempt;
  takeBackUse(state, attempt);
  refuseAttempt(state, attempt, `${refusalInWords[result.refusal]} (${result.detail})`);
  freeReservation(state, attempt);
  forget(state, attempt);
  dropAttempt(state, campaign, attempt.id);
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
    case 'consent':
    case 'changed':
      bumpIn(checks, result.refusal === 'consent' ? 'consent' : 'recall_delay', 'defer');
      // The next lease brings the facts as they are now, and the gate judges anew.
      release(state, campaign, lead, state.now, result.refusal, attempt.numberIndex);
      leaseSoon(state, campaign, judgedAnewMilliseconds);
      break;
    case 'dnc':
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
