/** What the gate is asked about a call of a campaign, and what it answers: the same for the engine and for whoever explains it. */
import type {
  AbandonStanding,
  DncListVersion,
  Facts,
  Gate,
  Party,
  Reason,
  Request,
  Verdict,
} from '../../compliance/index.js';
import { scopeOf } from './consent.js';
import type { CampaignSettings, Lead, LeadNumber } from './model.js';

/** What the gate is told of one of the lead's numbers, as of the lease. */
export function factsOf(
  { registries }: { readonly registries: readonly DncListVersion[] },
  lead: Lead,
  number: LeadNumber,
  lookbackSeconds: number,
): Facts {
  const last: { -readonly [K in 'abandoned' | 'machine' | 'refused' | 'conversation']?: number } = {};
  if (number.lastAbandonedAt !== undefined) last.abandoned = number.lastAbandonedAt;
  if (number.lastMachineAt !== undefined) last.machine = number.lastMachineAt;
  if (number.lastRefusedAt !== undefined) last.refused = number.lastRefusedAt;
  if (number.lastConversationAt !== undefined) last.conversation = number.lastConversationAt;
  const { elsewhere } = number;
  const facts: { -readonly [K in keyof Facts]: Facts[K] } = {
    dnc: {
      internal: number.onInternalDnc,
      campaign: number.onCampaignDnc,
      lists: number.registries ?? [],
      checked: registries,
    },
    consent: number.consent,
    attempts: {
      at: number.recentAttempts,
      sameSubject: number.recentOnSubject ?? number.recentAttempts,
      ...(elsewhere !== undefined && {
        elsewhere: { at: elsewhere, sameSubject: number.elsewhereOnSubject ?? elsewhere },
      }),
      since: lead.leasedAt - lookbackSeconds * 1000,
      last,
    },
  };
  if (lead.timeZone !== '') facts.zones = [lead.timeZone];
  if (lead.postalCode !== undefined) facts.postalCode = lead.postalCode;
  const { classes = lead.numberClasses } = number;
  if (classes !== undefined)
    facts.numberClasses =
      lead.numberClasses === undefined || lead.numberClasses === classes
        ? classes
        : [...classes, ...lead.numberClasses];
  if (lead.region.includes('-')) facts.region = lead.region;
  else if (lead.region !== '') facts.country = lead.region;
  return facts;
}

/** The call that the campaign would like to place. @param stated who is called, as contact or list say */
export function requestOf(settings: CampaignSettings, number: string, stated?: Party): Request {
  const { id: campaignId, purpose, ringSeconds, callerId, seller } = settings;
  const { subject } = scopeOf(settings);
  const party = stated ?? settings.party;
  const request: { -readonly [K in keyof Request]: Request[K] } = {
    number,
    campaignId,
    purpose,
    ringSeconds,
    // One of a pool is chosen when the call is placed, and judged then.
    callerId: settings.callerIdPool === undefined ? callerId : '',
    subject,
  };
  if (party !== undefined) request.party = party;
  if (seller !== undefined) request.seller = seller;
  return request;
}

/**
 * The verdict on a call of the campaign.
 *
 * @param standings overdrawn windows of the campaign's abandon ledgers
 */
export function judge(
  { gate, settings }: { readonly gate: Gate; readonly settings: CampaignSettings },
  standings: readonly AbandonStanding[],
  request: Request,
  facts: Facts,
  now: number,
): Verdict {
  const told = standings.length === 0 ? facts : { ...facts, abandon: standings };
  return atAbandonLimit(settings, standings, gate.decide(request, told, now), now);
}

/** A campaign that is to stop at the limit waits until the overdrawn windows of the call's laws move on. */
function atAbandonLimit(
  settings: CampaignSettings,
  standings: readonly AbandonStanding[],
  verdict: Verdict,
  now: number,
): Verdict {
  if (settings.pacing.atAbandonLimit !== 'stop' || verdict.verdict !== 'allow') return verdict;
  const packs = verdict.permit.rules.map((each) => each.pack);
  const reasons: Reason[] = [];
  let latest = now;
  for (const { pack, rule, abandoned, answered, until = now } of standings) {
    if (!packs.includes(pack) || until <= now) continue;
    latest = Math.max(latest, until);
    const version = verdict.permit.rules.find((each) => each.pack === pack)?.version ?? '';
    const detail = `${abandoned} of ${answered} answered calls were abandoned, and the campaign is to stop at the limit`;
    const inputs = { abandoned, answered };
    const code = 'stopped_at_abandon_limit';
    reasons.push({ rule: 'abandon_limit', id: rule, pack, version, code, detail, inputs, until });
  }
  return reasons.length === 0 ? verdict : { verdict: 'defer', until: latest, reasons };
}
