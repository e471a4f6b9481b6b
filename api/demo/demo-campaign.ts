/** The sample campaign and its team: loaded once, found again after a restart. */
import { createGate } from '../../compliance/index.js';
import type {
  AgentProfile,
  AgentTier,
  CampaignSettings,
  EpochMilliseconds,
} from '../../dialer/core/model.js';
import type { Engine } from '../../dialer/engine.js';
import { toSettings } from '../http/campaign-schema.js';
import { openFor, sampleList } from './sample-list.js';

export const DEMO_POOL = 'demo';
const FIRST_ID = 'demo';
const CONTACTS = 2000;
const BATCH = 500;
/** Contacts of an earlier list that are asked whether they may still be called. */
const PROBES = 500;

export interface DemoAgent extends AgentProfile {
  readonly index: number;
  readonly endpoint: string;
}

const TEAM: readonly (readonly [AgentTier, number])[] = [
  ['expert', 4],
  ['experienced', 8],
  ['ordinary', 12],
];

/** 24 agents: 4 expert, 8 experienced, 12 ordinary. */
export const DEMO_AGENTS: readonly DemoAgent[] = TEAM.flatMap(([tier, count]) =>
  Array.from({ length: count }, (_, index) => ({ tier, index })),
).map(({ tier, index: ordinal }, index) => ({
  index,
  id: `demo-${String(index + 1).padStart(2, '0')}`,
  name: `${tier[0]!.toUpperCase()}${tier.slice(1)} ${ordinal + 1}`,
  pool: DEMO_POOL,
  team: index % 2 === 0 ? 'north' : 'south',
  tier,
  skills: ['en'],
  endpoint: `user/${1001 + index}`,
}));

function settings(id: string): CampaignSettings {
  return toSettings(id, {
    name: 'Sample campaign',
    pool: DEMO_POOL,
    purpose: 'sales',
    callerId: '+12025550143',
    stages: {
      // Without conditions: figures of a few dozen calls decide nothing, and the sample campaign is to go through.
      validation: { contacts: 24 },
      pilot: { share: 0.04 },
      production: {},
    },
  });
}

export interface DemoLoaded {
  readonly campaignId: string;
  /** Contacts that were added now; 0 when the campaign was there. */
  readonly added: number;
  readonly total: number;
  /** One sentence for the banner. */
  readonly sentence: string;
}

const DONE = new Set(['completed', 'stopped']);

/** Whether some contact of the campaign is due and may be called now, by the same rules as any call. */
async function callableNow(engine: Engine, campaignId: string, now: EpochMilliseconds): Promise<boolean> {
  const gate = createGate();
  const { items } = await engine.store.contacts({ campaignId, state: 'open', limit: PROBES });
  return items.some(({ numbers, region, dueAt }) => {
    const first = numbers[0];
    return dueAt <= now && first !== undefined && openFor(gate, first.e164, region, now) > 0;
  });
}

/** The sample campaign to go on with, if there is one that still has something to do at this hour. */
async function existing(engine: Engine, now: EpochMilliseconds): Promise<string | undefined> {
  const samples = engine
    .view()
    .campaigns.filter(({ record }) => record.settings.pool === DEMO_POOL && !DONE.has(record.status))
    .sort((a, b) => b.record.createdAt - a.record.createdAt);
  for (const { record } of samples) {
    const { id } = record.settings;
    if (await callableNow(engine, id, now)) return id;
  }
  return undefined;
}

async function contactsOf(engine: Engine, campaignId: string): Promise<number> {
  const counts = await engine.store.contactCounts(campaignId);
  return counts.reduce((sum, { count }) => sum + count, 0);
}

function newId(engine: Engine, now: EpochMilliseconds): string {
  const taken = new Set(engine.view().campaigns.map(({ record }) => record.settings.id));
  if (!taken.has(FIRST_ID)) return FIRST_ID;
  const hour = new Date(now).toISOString().slice(0, 13).replace('T', '-');
  return `${FIRST_ID}-${hour}`;
}

/**
 * Loads the sample campaign unless it is there. Where an earlier one is finished, or its people may not be called at this
 * hour, another is made with people who may. Loading again changes nothing.
 *
 * @throws Error when the engine refuses the campaign
 */
export async function loadDemo(engine: Engine, now: EpochMilliseconds, seed: string): Promise<DemoLoaded> {
  const found = await existing(engine, now);
  if (found !== undefined) {
    const total = await contactsOf(engine, found);
    const sentence = `sample campaign "${found}" goes on with its ${total} contacts`;
    return { campaignId: found, added: 0, total, sentence };
  }
  const campaignId = newId(engine, now);
  const list = sampleList(createGate(), now, CONTACTS, `${seed}/${campaignId}`);
  if (!engine.view().campaigns.some(({ record }) => record.settings.id === campaignId)) {
    const reply = await engine.request({ type: 'campaign-save', settings: settings(campaignId) });
    if (!reply.ok) throw new Error(`the sample campaign cannot be made: ${reply.message}`);
  }
  let added = 0;
  for (let at = 0; at < list.contacts.length; at += BATCH) {
    const counts = await engine.store.addContacts(campaignId, list.contacts.slice(at, at + BATCH), now);
    added += counts.added;
  }
  engine.notify({ type: 'contacts-changed', campaignId });
  const total = await contactsOf(engine, campaignId);
  const where = list.places.slice(0, 4).join(', ');
  const sentence =
    total === 0
      ? `sample campaign "${campaignId}" has no contacts: there is nowhere that may be called at this hour`
      : `sample campaign "${campaignId}": ${total} people who do not exist, in ${where}, where it is daytime now (calling hours hold for the demonstration too)`;
  return { campaignId, added, total, sentence };
}
