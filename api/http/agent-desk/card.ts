/** What an agent needs on the desk: the own state, the contact in the call or in preview, script and offer, and the past. */
import { scopeOf } from '../../../dialer/core/consent.js';
import {
  type CampaignSettings,
  machineDisposition,
  wrongNumberDisposition,
} from '../../../dialer/core/model.js';
import type { AgentDetail } from '../../../dialer/core/view.js';
import type { AttemptRecord, ContactRecord } from '../../../dialer/store/port.js';
import type { Context } from '../context.js';
import { defined } from '../defined.js';
import type { Role } from '../identity/principal.js';
import { shownNumber } from '../phone-numbers.js';
import { iso } from '../schemas.js';
import { localInstant, zoneOf } from './callback-times.js';
import { filledIn, offerOfCall, scriptOfCall } from './script.js';

/** Attempts of the contact that are shown. */
const HISTORY = 20;

/** How far a call is, as the agent sees it. */
export function callStateOf(agent: AgentDetail): string {
  if (agent.preview !== undefined) return 'preview';
  const { attempt } = agent;
  if (attempt === undefined) return '';
  if (attempt.state === 'intended') return 'dialing';
  if (attempt.state === 'ended') return 'wrap-up';
  if (agent.call !== undefined && agent.call.mode !== 'talking') return agent.call.mode;
  return attempt.state;
}

export async function agentCard(context: Context, agent: AgentDetail, role: Role) {
  const { preview, attempt } = agent;
  const subject = attempt ?? preview;
  return {
    now: iso(context.now()),
    agent: agentPart(agent),
    campaigns: campaignsOf(context, agent),
    ...(subject === undefined ? {} : { call: await callPart(context, agent, subject, role) }),
  };
}

function agentPart(agent: AgentDetail) {
  const { id, name, pool, team, tier, endpoint, switchId, state, pauseReason, pauseAfter, logoutAfter } =
    agent;
  return {
    id,
    name,
    pool,
    team,
    tier,
    endpoint,
    switchId,
    state,
    stateSince: iso(agent.stateSince),
    pauseReason,
    logoutAfter,
    ...defined({
      pauseAfter,
      wrapUpUntil: agent.wrapUpUntil === undefined ? undefined : iso(agent.wrapUpUntil),
    }),
  };
}

/** Campaigns that the agent may place calls of. */
function campaignsOf(context: Context, agent: AgentDetail) {
  return context.views
    .current()
    .campaigns.filter(({ record, staff }) => {
      const { pool, manualDialing } = record.settings;
      const works = staff.tiers.includes(agent.tier) && staff.teams?.includes(agent.team) !== false;
      return record.status === 'running' && pool === agent.pool && manualDialing !== 'none' && works;
    })
    .map(({ record: { settings } }) => ({
      id: settings.id,
      name: settings.name,
      manualDialing: settings.manualDialing ?? 'contacts',
    }));
}

async function callPart(
  context: Context,
  agent: AgentDetail,
  subject: NonNullable<AgentDetail['attempt'] | AgentDetail['preview']>,
  role: Role,
) {
  const { store } = context.engine;
  const { campaignId, contactId, number } = subject;
  const settings = context.views.current().campaigns.find(({ record }) => record.settings.id === campaignId)
    ?.record.settings;
  const { attempt, preview } = agent;
  const now = context.now();
  const [contact, past, record, consent] = await Promise.all([
    store.contact(contactId),
    store.attempts({ contactId, limit: HISTORY + 1 }),
    attempt === undefined ? undefined : store.attempt(attempt.attemptId),
    settings === undefined ? undefined : store.consentOf(number, scopeOf(settings), now),
  ]);
  const zone = zoneOf({ timeZone: contact?.timeZone ?? '' }, number);
  const shown = numberFor(number, role, settings);
  return {
    state: callStateOf(agent),
    number: shown,
    contactId,
    campaign: { id: campaignId, name: settings?.name ?? campaignId, purpose: settings?.purpose ?? '' },
    ...(attempt === undefined ? {} : attemptPart(attempt)),
    ...(agent.call === undefined ? {} : { handling: handlingPart(agent.call) }),
    ...(settings?.destinations === undefined
      ? {}
      : { destinations: settings.destinations.map(({ name }) => name) }),
    ...(preview === undefined ? {} : { previewSince: iso(preview.since), previewUntil: iso(preview.until) }),
    ...(contact === undefined ? {} : { contact: contactPart(contact, role, settings) }),
    customerTime: { zone, local: localInstant(now, zone).local },
    ...(consent === undefined
      ? {}
      : { consent: { state: consent.state, ...defined({ level: consent.level }) } }),
    history: past.items
      .filter(({ attemptId }) => attemptId !== attempt?.attemptId)
      .slice(0, HISTORY)
      .map(historyEntry),
    ...(settings === undefined
      ? {}
      : await spokenPart(context, settings, contact, attempt, record?.answers?.script)),
    answers: { ...record?.answers?.answers },
    ...(settings === undefined ? {} : { dispositions: [...(await dispositionsOf(context, settings))] }),
  };
}

type AttemptPart = NonNullable<AgentDetail['attempt']>;

function attemptPart(attempt: AttemptPart) {
  const { attemptId, stage, dialedAt, ringingAt, answeredAt, connectedAt, endedAt, optedOut } = attempt;
  const instants = { dialedAt, ringingAt, answeredAt, connectedAt, endedAt };
  const known = Object.entries(instants).flatMap(([name, at]) =>
    at === undefined ? [] : [[name, iso(at)] as const],
  );
  return {
    attemptId,
    stage,
    optedOut,
    ...(Object.fromEntries(known) as Partial<Record<keyof typeof instants, string>>),
  };
}

function handlingPart({ mode, muted, changing, consult }: NonNullable<AgentDetail['call']>) {
  return { mode, muted, changing, ...(consult === undefined ? {} : { consult: { ...consult } }) };
}

/** An agent sees a number only where the campaign says so. */
function numberFor(number: string, role: Role, settings: CampaignSettings | undefined): string {
  if (role === 'agent')
    return settings?.agentsSeeNumbers === true ? number : shownNumber(number, 'read-only');
  return shownNumber(number, role);
}

function contactPart(contact: ContactRecord, role: Role, settings: CampaignSettings | undefined) {
  const { name, externalId, region, timeZone, attempts, fields } = contact;
  return {
    name,
    externalId,
    region,
    timeZone,
    attempts,
    numbers: contact.numbers.map(({ e164, attempts: made, dead }) => ({
      number: numberFor(e164, role, settings),
      attempts: made,
      dead,
    })),
    fields: { ...fields },
  };
}

function historyEntry({ attemptId, intendedAt, result, disposition, campaignId }: AttemptRecord) {
  return {
    attemptId,
    campaignId,
    at: iso(intendedAt),
    ...(result === undefined ? {} : { outcome: result.outcome }),
    ...defined({ agentId: result?.agentId }),
    ...(disposition === undefined ? {} : { disposition: disposition.disposition, note: disposition.note }),
  };
}

async function spokenPart(
  context: Context,
  settings: CampaignSettings,
  contact: ContactRecord | undefined,
  attempt: AgentDetail['attempt'],
  kept: string | undefined,
) {
  const { store } = context.engine;
  const [script, offer] = await Promise.all([
    scriptOfCall(store, settings, attempt?.script, kept),
    offerOfCall(store, settings, attempt?.offer),
  ]);
  return {
    ...(script === undefined
      ? {}
      : {
          script: {
            id: script.id,
            version: script.version,
            name: script.name,
            steps: script.steps.map(({ options, ...step }) => ({
              ...step,
              text: filledIn(step.text, contact),
              ...(options === undefined ? {} : { options: [...options] }),
            })),
          },
        }),
    ...(offer === undefined ? {} : { offer: { ...offer, text: filledIn(offer.text, contact) } }),
  };
}

interface OfferedDisposition {
  readonly code: string;
  readonly kind: string;
  readonly label?: string;
}

/** Dispositions with a meaning of their own in every campaign. */
const EVERYWHERE: readonly OfferedDisposition[] = [
  { code: wrongNumberDisposition, kind: 'wrong-number' },
  { code: machineDisposition, kind: 'machine' },
];

/** What an agent can say of the call, with what follows from it: the campaign's set, or the words of its settings. */
async function dispositionsOf(
  { engine }: Context,
  settings: CampaignSettings,
): Promise<readonly OfferedDisposition[]> {
  const { dispositionSet } = settings;
  const set =
    dispositionSet === undefined ? undefined : await engine.store.document('disposition-set', dispositionSet);
  const offered = set === undefined ? ownDispositions(settings) : setDispositions(set.body);
  const all = [...offered, ...EVERYWHERE];
  return all.filter(({ code }, index) => all.findIndex((each) => each.code === code) === index);
}

function setDispositions(body: unknown): readonly OfferedDisposition[] {
  const { dispositions = [] } = body as {
    readonly dispositions?: readonly {
      readonly value: string;
      readonly label: string;
      readonly kind: string;
    }[];
  };
  return dispositions.map(({ value, label, kind }) => ({ code: value, kind, label }));
}

function ownDispositions(settings: CampaignSettings): readonly OfferedDisposition[] {
  const {
    successDispositions,
    refusalDispositions,
    optOutDispositions,
    complaintDispositions = [],
  } = settings;
  const of = (kind: string, codes: readonly string[]) => codes.map((code) => ({ code, kind }));
  return [
    ...of('success', successDispositions),
    ...of('refusal', refusalDispositions),
    ...of('opt-out', optOutDispositions),
    ...of('complaint', complaintDispositions),
    ...of('callback', ['callback']),
    ...of('neutral', ['other']),
  ];
}
