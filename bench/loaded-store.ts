/** A SQLite file with a campaign and its list in it, for benches of the service that dials them. */
import { campaignDefaults } from '../api/http/campaign-defaults.js';
import type { CampaignSettings, StageCounters } from '../dialer/core/model.js';
import { openStore } from '../dialer/store/index.js';
import type { NewContact, Store } from '../dialer/store/port.js';
import { callablePlace } from '../test/support/callable-numbers.js';

const BATCH = 1000;
const MOST_NUMBERS_OF_A_PLACE = 900_000;

/** A campaign that goes to production at once; all agents work it. It names no caller id: its list may be of any country. */
export function productionCampaign(id: string, over: Partial<CampaignSettings> = {}): CampaignSettings {
  const everyone = { tiers: ['expert', 'experienced', 'ordinary'] } as const;
  return {
    ...campaignDefaults(),
    id,
    name: id,
    pool: 'main',
    purpose: 'service',
    stages: {
      validation: { ...everyone, contacts: 0 },
      pilot: { ...everyone, contacts: 0 },
      production: everyone,
    },
    ...over,
  };
}

/** Contact `index` of a list that may lawfully be called while the bench runs. */
export function contactMaker(): (index: number) => NewContact {
  const { number } = callablePlace();
  return (index) => ({
    externalId: `x${index}`,
    name: `Person ${index}`,
    timeZone: '',
    region: '',
    // Beyond the numbers of the place the list goes on with others, which may have to wait for their hours.
    numbers: [index < MOST_NUMBERS_OF_A_PLACE ? number(index) : `+1213${2_000_000 + index}`],
    consent: 'granted',
    fields: { city: 'New York', product: 'blue' },
  });
}

/** Writes the campaign, in draft. */
export async function saveCampaign(store: Pick<Store, 'write'>, settings: CampaignSettings): Promise<void> {
  const now = Date.now();
  const counters = (): StageCounters => ({
    attempts: 0,
    liveAnswers: 0,
    connected: 0,
    abandoned: 0,
    machines: 0,
    successes: 0,
    optOuts: 0,
  });
  await store.write([
    {
      type: 'save-campaign',
      campaign: {
        settings,
        createdAt: now,
        status: 'draft',
        stage: 'validation',
        statusSince: now,
        reason: '',
        sampled: false,
        counters: { validation: counters(), pilot: counters(), production: counters() },
      },
    },
  ]);
}

/** Writes the campaign, in draft, and so many contacts. */
export async function fillStore(file: string, settings: CampaignSettings, contacts: number): Promise<void> {
  const store = await openStore(`sqlite:${file}`);
  await saveCampaign(store, settings);
  const now = Date.now();
  const contactOf = contactMaker();
  for (let from = 0; from < contacts; from += BATCH)
    await store.addContacts(
      settings.id,
      Array.from({ length: Math.min(BATCH, contacts - from) }, (_, i) => contactOf(from + i)),
      now,
    );
  await store.close();
}
