/** Campaigns and lists as a scenario states them, turned into the engine's settings and contacts. */
import type {
  AgentTier,
  CallerIdPoolSettings,
  CampaignSettings,
  StagePlan,
} from '../../dialer/core/model.js';
import type { NewContact } from '../../dialer/store/port.js';
import { RandomStream } from '../random.js';
import type { CallerIdPoolScenario, CampaignScenario, DispositionNames, ListScenario } from '../scenario.js';
import { simulatedCampaign } from './sample-campaign.js';

const EVERYONE: readonly AgentTier[] = ['expert', 'experienced', 'ordinary'];

/** Exchanges 200–999 without the N11 ones, each with 10,000 numbers. */
const EXCHANGES = Array.from({ length: 800 }, (_, index) => 200 + index).filter(
  (exchange) => exchange % 100 !== 11,
);
export const NUMBERS_OF_AREA = EXCHANGES.length * 10_000;

/** One for all: an empty object takes 56 bytes. */
const NO_FIELDS = Object.freeze({});

/** The `index`-th number of an area code, going round. */
export function numberOf(areaCode: string, index: number): string {
  const exchange = EXCHANGES[Math.floor(index / 10_000) % EXCHANGES.length] as number;
  return `+1${areaCode}${exchange}${String(index % 10_000).padStart(4, '0')}`;
}

/** @param timeZone of the scenario, in which its hours are stated */
export function campaignOf(
  campaign: CampaignScenario,
  names: DispositionNames,
  timeZone = 'UTC',
): CampaignSettings {
  const retry = { maximumAttempts: campaign.maximumAttempts, delaySeconds: campaign.retrySeconds };
  const teams = campaign.teams.length === 0 ? {} : { teams: campaign.teams };
  const plan = (tiers: readonly AgentTier[], rest: Partial<StagePlan> = {}): StagePlan => ({
    tiers,
    ...teams,
    ...rest,
  });
  return simulatedCampaign(names, {
    id: campaign.id,
    name: campaign.id,
    purpose: campaign.purpose,
    pacing: {
      method: campaign.pacer,
      ratio: campaign.ratio,
      targetAbandonRatio: campaign.targetAbandonRatio,
    },
    stages: campaign.staged
      ? {
          validation: plan(['expert'], { contacts: 20 }),
          pilot: plan(['experienced', 'ordinary'], {
            share: 0.05,
            gate: { approval: true },
            phases: [
              { tiers: ['experienced'], share: 0.5 },
              { tiers: ['ordinary'], share: 0.5 },
            ],
          }),
          production: plan(EVERYONE),
        }
      : {
          validation: plan(EVERYONE, { contacts: 0 }),
          pilot: plan(EVERYONE, { contacts: 0 }),
          production: plan(EVERYONE),
        },
    consentRequired: campaign.consentRequired,
    maximumAttempts: campaign.maximumAttempts,
    attemptsPerDay: campaign.attemptsPerDay,
    ringSeconds: campaign.ringSeconds,
    wrapUpSeconds: campaign.wrapUpSeconds,
    maximumTalkSeconds: campaign.maximumTalkSeconds,
    ...(campaign.callerIdPool === '' ? {} : { callerIdPool: campaign.callerIdPool }),
    ...(campaign.hours.length === 0 ? {} : { schedule: { timeZone, hours: { all: campaign.hours } } }),
    ...(campaign.manualDialing === 'contacts' ? {} : { manualDialing: campaign.manualDialing }),
    ...(campaign.recording === 'off' ? {} : { recording: { policy: campaign.recording, share: 0.5 } }),
    inbound: { waitSeconds: campaign.inboundWaitSeconds },
    callbackGraceSeconds: Math.min(900, campaign.retrySeconds),
    retry: {
      'no-answer': retry,
      busy: retry,
      machine: retry,
      abandoned: retry,
      failed: retry,
      rejected: retry,
      short: retry,
    },
  });
}

/** The contacts of a list, and those of their numbers that are on the DNC list before the start. */
export function contactsOf(
  list: ListScenario,
  seed: number,
): { readonly contacts: readonly NewContact[]; readonly suppressed: readonly string[] } {
  const contacts: NewContact[] = [];
  const suppressed: string[] = [];
  const random = new RandomStream(0, 0, 0);
  for (let index = list.first; index < list.first + list.contacts; index++) {
    // Drawn for each contact by itself, so that lists that share numbers agree on them.
    random.reseed(seed, Number(list.areaCode), index);
    const numbers = [numberOf(list.areaCode, index)];
    if (random.uniform() < list.secondNumberRate)
      numbers.push(numberOf(list.areaCode, NUMBERS_OF_AREA / 2 + (index >> 3)));
    if (random.uniform() < list.dncRate) suppressed.push(numbers[0] as string);
    const consent = random.uniform();
    contacts.push({
      externalId: `${list.areaCode}-${index}`,
      name: `Contact ${index}`,
      timeZone: list.timeZone,
      region: '',
      numbers,
      consent:
        consent < list.consentRate
          ? 'granted'
          : consent < list.consentRate + list.refusedRate
            ? 'refused'
            : 'none',
      fields: NO_FIELDS,
    });
  }
  return { contacts, suppressed };
}

/** The pools of a scenario as the engine has them. @param timeZone whose dates the daily caps count */
export function callerIdPoolOf(pool: CallerIdPoolScenario, timeZone: string): CallerIdPoolSettings {
  const { id, numbers, dailyCap, restSeconds, localPresence, rotation } = pool;
  return {
    id,
    name: id,
    numbers: numbers.map((number) => ({ number })),
    rotation,
    localPresence,
    ...(dailyCap !== null && { dailyCap }),
    timeZone,
    restSeconds,
    flagRestHours: 24,
    callsBetweenFalseFlags: 100_000,
  };
}
