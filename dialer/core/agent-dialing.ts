/**
 * Calls that an agent places: out of a preview, or by hand. They are attempts like any other, with permit, intent and caps;
 * what the gate refuses is told to the agent in words.
 */
import type { Verdict } from '../../compliance/index.js';
import { becomeFree, reserve, setAgentState } from './agents.js';
import { chooseTrunk } from './capacity.js';
import { scopeOf } from './consent.js';
import type { Replies } from './core.js';
import { intend, judgeAll } from './dialing.js';
import { entryOf, holdBack, leaseLength, leaseSoon, refuse, release, takeContact } from './hopper.js';
import type { ContactLease, OperatorInput, StoreInput } from './inputs.js';
import { dropPreview, endPreview, refuseDial, takeAsked } from './leads.js';
import type { Lead } from './model.js';
import { blockedBy, scriptOf, sourceOf } from './segments.js';
import { presentStaff, staffInWords } from './staffing.js';
import {
  type Agent,
  type Campaign,
  eligible,
  emit,
  type HopperEntry,
  type State,
  setTimer,
  type TrunkState,
} from './state.js';

type PreviewInput = Extract<OperatorInput, { type: 'agent-preview' }>;
type DialInput = Extract<OperatorInput, { type: 'agent-dial' }>;

/** A contact that an agent skipped is offered again after this. */
const skippedMilliseconds = 1_800_000;
/** Longest wait for the lease of a contact. */
const leaseWaitMilliseconds = 10_000;
/** The agent is kept this long beyond the ring time. */
const reservedGraceSeconds = 30;

// ---------------------------------------------------------------- preview

export function previewRequest(state: State, input: PreviewInput, replies: Replies): void {
  const { requestId, contactId, action } = input;
  const agent = state.agents.get(input.agentId);
  const preview = agent?.preview;
  if (agent === undefined || preview?.entry.lead.contactId !== contactId) {
    const which = preview === undefined ? 'no contact is shown' : 'another contact is shown by now';
    replies.refuse(requestId, 'no_preview', `${which} to agent ${input.agentId}: look at the card again`);
    return;
  }
  if (action === 'skip') {
    dropPreview(state, agent, 'skipped', input.reason, state.now + skippedMilliseconds);
    becomeFree(state, agent);
    replies.accept(requestId);
    return;
  }
  const { campaign, entry } = preview;
  const trunk = trunkFor(state, campaign, agent);
  if (typeof trunk === 'string') {
    replies.refuse(requestId, 'call_refused', trunk);
    return;
  }
  const { script, source } = entry;
  if (blockedBy(campaign, { script, source }) !== undefined) {
    endPreview(state, agent, 'refused', 'segment halted');
    holdBack(state, campaign, entry.lead, entry.numberIndex);
    becomeFree(state, agent);
    refuseDial(state, requestId, partHalted);
    return;
  }
  if (state.liveNumbers.has(entry.request.number)) {
    dropPreview(state, agent, 'refused', inAnotherCall, state.now + 60_000);
    becomeFree(state, agent);
    refuseDial(state, requestId, inAnotherCall);
    return;
  }
  const judged = judgeAll(state, campaign, entry);
  if (judged === undefined) {
    replies.refuse(requestId, 'call_refused', noCallerId);
    return;
  }
  const { verdict } = judged;
  if (verdict.verdict !== 'allow') {
    const why = verdictInWords(verdict);
    endPreview(state, agent, 'refused', why);
    refuse(state, campaign, entry.lead, verdict, untilOf(verdict), entry.numberIndex);
    becomeFree(state, agent);
    refuseDial(state, requestId, why);
    return;
  }
  endPreview(state, agent, 'dialled', '');
  place(state, agent, campaign, judged.entry, trunk, verdict.permit, requestId);
}

// ---------------------------------------------------------------- by hand

export function dialByHand(state: State, input: DialInput, replies: Replies): void {
  const { requestId, contactId, number } = input;
  const agent = state.agents.get(input.agentId);
  if (agent === undefined) {
    replies.refuse(requestId, 'agent_not_found', `agent ${input.agentId} has never logged in`);
    return;
  }
  const campaign = state.campaigns.get(input.campaignId);
  if (campaign === undefined) {
    replies.refuse(requestId, 'campaign_not_found', `campaign: there is no campaign ${input.campaignId}`);
    return;
  }
  const busy = busyWith(agent);
  if (busy !== undefined) {
    replies.refuse(requestId, 'agent_not_free', busy);
    return;
  }
  const trunk = mayDial(campaign, agent) ?? trunkFor(state, campaign, agent);
  if (typeof trunk === 'string') {
    replies.refuse(requestId, 'call_refused', trunk);
    return;
  }
  // Who dials out of a pause goes back to it.
  if (agent.state === 'paused') agent.pauseAfter = agent.pauseReason;
  const entry = takeContact(state, campaign, contactId);
  if (entry !== undefined) {
    dialLead(state, agent, campaign, entry.lead, state.now, number, requestId);
    return;
  }
  agent.asked = { requestId, campaign, contactId, number };
  campaign.withAgents.add(agent);
  setTimer(state, agent, state.now + leaseWaitMilliseconds, { kind: 'reserved', agent });
  setAgentState(state, agent, 'reserved', 'dial');
  emit(state, {
    type: 'lease-contact',
    requestId,
    agentId: agent.id,
    campaignId: campaign.settings.id,
    contactId,
    stage: campaign.stage,
    leaseUntil: state.now + leaseLength(campaign),
    lookbackSeconds: campaign.gate.lookbackSeconds,
    scope: scopeOf(campaign.settings),
  });
}

function busyWith(agent: Agent): string | undefined {
  const engaged = agent.attempt !== undefined || agent.inbound !== undefined;
  if (!engaged && agent.legUp && (agent.state === 'ready' || agent.state === 'paused')) return undefined;
  return agent.preview === undefined
    ? `agent ${agent.id} is ${agent.state}: only one who is ready or paused can dial`
    : `a contact is shown to agent ${agent.id}: dial or skip it first`;
}

/** Why the agent may not place calls of the campaign now. */
function mayDial(campaign: Campaign, agent: Agent): string | undefined {
  const { id, manualDialing } = campaign.settings;
  if (manualDialing === 'none') return `campaign ${id} does not let agents dial by hand`;
  if (campaign.status !== 'running' || !campaign.sampled) return `campaign ${id} is not running`;
  if (agent.pool !== campaign.pool) return `campaign ${id} is worked by another pool of agents`;
  const staff = presentStaff(campaign);
  if (!eligible(agent, { tiers: staff.tiers, teams: staff.teams }))
    return `campaign ${id} is worked by ${staffInWords(staff)} agents at present`;
  return undefined;
}

/** Why nobody may place a call now. */
function stopped(state: State): string | undefined {
  if (state.emergencyStop !== undefined)
    return `all dialling is stopped (emergency stop): ${state.emergencyStop.reason}`;
  if (state.draining) return 'the service is shutting down';
  if (state.storeFailed) return 'the service cannot record calls at the moment: try again shortly';
  return undefined;
}

/** What the store said to the lease of the contact that an agent wants to dial. */
export function contactLeased(state: State, input: Extract<StoreInput, { type: 'contact-leased' }>): void {
  const campaign = state.campaigns.get(input.campaignId);
  const agent = state.agents.get(input.agentId);
  if (campaign === undefined) return;
  if (agent?.asked?.requestId !== input.requestId) {
    if (input.lead !== undefined)
      release(state, campaign, input.lead, input.dueAt, 'dial withdrawn', input.lead.nextNumber);
    return;
  }
  const { number } = agent.asked;
  takeAsked(state, agent);
  if (input.lead === undefined) {
    becomeFree(state, agent);
    refuseDial(state, input.requestId, leaseRefusals[input.refusal]);
  } else dialLead(state, agent, campaign, input.lead, input.dueAt, number, input.requestId);
}

/** The store could not answer, or did not in time. */
export function leaseOfContactFailed(state: State, agent: Agent): void {
  if (agent.asked === undefined) return;
  const { campaign } = agent.asked;
  // Whether it was leased is not known: its lease ends by itself.
  campaign.leaseLostUntil = Math.max(campaign.leaseLostUntil, state.now + leaseLength(campaign));
  const requestId = takeAsked(state, agent);
  becomeFree(state, agent);
  refuseDial(state, requestId, 'the contact could not be looked up: try again shortly');
}

const leaseRefusals: Readonly<Record<Extract<ContactLease, { lead?: undefined }>['refusal'], string>> = {
  'not-found': 'the campaign has no such contact',
  'in-use': 'the contact is being called, or shown to another agent',
  closed: 'the contact is closed in this campaign and is not called any more',
  stage: 'the contact belongs to a stage that has not begun',
};

const noCallerId = 'no caller id of the campaign may be shown at the moment: try again later';
const inAnotherCall = 'the number is in another call';
const partHalted = 'calls to this part of the list are halted';

/** What stands against a call to the contact apart from the law. */
function notAllowed(campaign: Campaign, lead: Lead): string | undefined {
  const { settings, status } = campaign;
  if (status !== 'running') return `campaign ${settings.id} is not running`;
  if (lead.attempts >= settings.maximumAttempts && lead.callbackAt === undefined)
    return `the contact has had all of its ${settings.maximumAttempts} attempts`;
  const segment = { script: scriptOf(settings, lead.contactId), source: sourceOf(settings, lead) };
  if (blockedBy(campaign, segment) !== undefined) return partHalted;
  return undefined;
}

/** Dials the lead, or gives it back and says why not. @param dueAt when it is due if nothing comes of this */
function dialLead(
  state: State,
  agent: Agent,
  campaign: Campaign,
  lead: Lead,
  dueAt: number,
  number: string,
  requestId: string,
): void {
  const giveUp = (why: string): void => {
    release(state, campaign, lead, dueAt, 'dial refused', lead.nextNumber);
    becomeFree(state, agent);
    refuseDial(state, requestId, why);
  };
  const trunk = notAllowed(campaign, lead) ?? trunkFor(state, campaign, agent);
  if (typeof trunk === 'string') {
    giveUp(trunk);
    return;
  }
  const { entry, verdict, why } = firstLawful(state, campaign, lead, number);
  if (entry !== undefined && verdict?.verdict === 'allow') {
    place(state, agent, campaign, entry, trunk, verdict.permit, requestId);
    return;
  }
  // The lead as a whole is judged only when all of its numbers were: one may be refused and the others stand.
  if (number !== '' || verdict === undefined) {
    giveUp(why);
    return;
  }
  refuse(state, campaign, lead, verdict, Math.max(dueAt, untilOf(verdict)), lead.nextNumber);
  becomeFree(state, agent);
  refuseDial(state, requestId, why);
}

interface Judged {
  readonly entry?: HopperEntry;
  readonly verdict?: Verdict;
  readonly why: string;
}

/** The number that was asked for, or the first in turn that may be called now. */
function firstLawful(state: State, campaign: Campaign, lead: Lead, number: string): Judged {
  const count = lead.numbers.length;
  let best: Judged = {
    why: number === '' ? 'the contact has no valid number' : 'the contact has no such number',
  };
  for (let step = 0; step < count; step++) {
    const index = (lead.nextNumber + step) % count;
    const line = lead.numbers[index];
    if (line === undefined || (number !== '' && line.e164 !== number)) continue;
    if (line.dead) {
      if (number !== '') return { why: 'the number was found to be out of service' };
      continue;
    }
    if (state.liveNumbers.has(line.e164)) {
      best = { why: inAnotherCall };
      continue;
    }
    const judged = judgeAll(state, campaign, entryOf(state, campaign, lead, index, line));
    if (judged === undefined) return { why: noCallerId };
    const { entry, verdict } = judged;
    if (verdict.verdict === 'allow') return { entry, verdict, why: '' };
    // A number that may be called later stands for the contact, before one that may not be called at all.
    if (
      best.verdict?.verdict !== 'defer' ||
      (verdict.verdict === 'defer' && verdict.until < best.verdict.until)
    )
      best = { verdict, why: verdictInWords(verdict) };
  }
  return best;
}

function untilOf(verdict: Verdict): number {
  return verdict.verdict === 'defer' ? verdict.until : Number.POSITIVE_INFINITY;
}

/** Why the gate refuses, in the words of its first reasons. */
function verdictInWords(verdict: Verdict): string {
  if (verdict.verdict === 'allow') return '';
  // Of a denial, what waiting does not cure.
  const lasting =
    verdict.verdict === 'deny' ? verdict.reasons.filter(({ until }) => until === undefined) : [];
  const details = (lasting.length === 0 ? verdict.reasons : lasting).slice(0, 2).map(({ detail }) => detail);
  const until =
    verdict.verdict === 'defer' ? `; it may be called from ${new Date(verdict.until).toISOString()}` : '';
  return `the number may not be called now: ${details.join('; ')}${until}`;
}

// ---------------------------------------------------------------- placing

/** A trunk on the agent's switch, or why there is none. */
function trunkFor(state: State, campaign: Campaign, agent: Agent): TrunkState | string {
  const why = stopped(state);
  if (why !== undefined) return why;
  const line = state.switches.get(agent.switchId);
  if (line?.up !== true) return 'the telephone switch is not connected';
  return chooseTrunk(state, campaign, line) ?? 'all lines are taken: try again in a moment';
}

function place(
  state: State,
  agent: Agent,
  campaign: Campaign,
  entry: HopperEntry,
  trunk: TrunkState,
  permit: Parameters<typeof intend>[5],
  requestId: string,
): void {
  const line = trunk.line.settings.id;
  const group = campaign.groups.find((each) => each.line.settings.id === line);
  if (group === undefined) {
    release(state, campaign, entry.lead, state.now, 'dial refused', entry.numberIndex);
    becomeFree(state, agent);
    refuseDial(state, requestId, 'the telephone switch takes no calls of this campaign');
    return;
  }
  const attempt = intend(state, campaign, entry, group, trunk, permit, agent);
  attempt.dialRequest = requestId;
  reserve(state, agent, attempt);
  setTimer(state, agent, state.now + (campaign.settings.ringSeconds + reservedGraceSeconds) * 1000, {
    kind: 'reserved',
    agent,
  });
  emit(state, { type: 'commit-intents', intents: [attempt.intent] });
  leaseSoon(state, campaign);
}
