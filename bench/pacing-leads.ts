/** Lists of contacts for the pacing world: each with its own answer chance, and what the dialer may know of it. */
import { type AnswerFeatures, AnswerModel } from '../pacing/index.js';
import { Random } from './pacing-random.js';

export interface WorldLead {
  readonly lead: number;
  /** True chance that a person answers; the pacer never sees it. */
  readonly chance: number;
  readonly pHint: number | undefined;
  readonly campaign: string | undefined;
  /** Told once, when the attempt has ended. */
  readonly ended?: (answered: boolean) => void;
}

export interface LeadSource {
  /** Mean chance of the list. */
  readonly mean: number;
  /** `hopper`: the contacts that wait to be dialled. */
  next(hopper: readonly WorldLead[]): WorldLead;
}

/**
 * Chances from a Beta distribution. `known`: share of their variance that the hint explains, 1 for the chance
 * itself, 0 for no hint at all. Hints are calibrated.
 */
export function betaLeads(seed: number, known: number, mean = 0.3, spread = 0.18): LeadSource {
  const random = new Random(seed);
  const precision = (variance: number) => (mean * (1 - mean)) / variance - 1;
  const variance = spread * spread;
  const share = known > 0 ? known : 1;
  const outer = precision(share * variance);
  const inner = (mean * (1 - mean) - share * variance) / ((1 - share) * variance) - 1;
  let made = 0;
  return {
    mean,
    next: () => {
      const lead = made++;
      random.restart(seed, 3, lead);
      const hint = random.beta(mean * outer, (1 - mean) * outer);
      const chance = share < 1 ? random.beta(hint * inner, (1 - hint) * inner) : hint;
      return { lead, chance, pHint: known > 0 ? hint : undefined, campaign: undefined };
    },
  };
}

const types = ['mobile', 'fixed-line', 'voip'] as const;
const typeEffects = [0.5, -0.6, -0.2] as const;
const outcomes = ['none', 'no-answer', 'busy', 'machine'] as const;
const outcomeEffects = [0.3, -0.1, 0.4, -0.5] as const;

/** A contact as a list has it, and the true chance behind it; part of the chance has no feature at all. */
export function contactOf(random: Random, hour: number): { features: AnswerFeatures; chance: number } {
  const type = Math.floor(3 * random.uniform());
  const region = Math.floor(40 * random.uniform());
  const attempts = Math.min(8, Math.floor(random.exponential(2)));
  const weekday = 1 + Math.floor(6 * random.uniform());
  const last = attempts === 0 ? 0 : 1 + Math.floor(3 * random.uniform());
  const logit =
    -0.75 +
    (hour >= 17 ? 0.6 : hour < 11 ? -0.3 : 0) +
    (typeEffects[type] as number) +
    (outcomeEffects[last] as number) -
    0.2 * Math.min(attempts, 5) +
    0.02 * (region - 20) +
    0.5 * random.normal();
  return {
    features: {
      hour,
      weekday,
      numberType: types[type],
      region: `r${region}`,
      attempts,
      lastOutcome: outcomes[last],
    },
    chance: 1 / (1 + Math.exp(-logit)),
  };
}

/**
 * Contacts with features, whose hint comes from the answer model as it learns from their outcomes. `trained`:
 * outcomes it has seen before the day begins; `hinted`: false leaves the hints out, on the same contacts.
 */
export function modelLeads(seed: number, hinted: boolean, trained = 20_000): LeadSource {
  const random = new Random(seed);
  const model = new AnswerModel();
  const hourOf = (lead: number) => 9 + (Math.floor(lead / 400) % 11);
  let sum = 0;
  const sample = 4000;
  for (let i = 0; i < Math.max(sample, trained); i++) {
    random.restart(seed, 5, i);
    const { features, chance } = contactOf(random, hourOf(i));
    if (i < sample) sum += chance;
    if (hinted && i < trained) model.learn(features, random.uniform() < chance);
  }
  let made = 0;
  return {
    mean: sum / sample,
    next: () => {
      const lead = made++;
      random.restart(seed, 3, lead);
      const { features, chance } = contactOf(random, hourOf(lead));
      const pHint = hinted ? model.predict(features) : undefined;
      const ended = hinted ? { ended: (answered: boolean) => model.learn(features, answered) } : {};
      return { lead, chance, pHint, campaign: undefined, ...ended };
    },
  };
}

/**
 * Campaigns on one team: each contact belongs to one and has its answer chance. They come mixed by the shares, or,
 * with a list for each (`evenly`), so that all have as many in the hopper.
 */
export function campaignLeads(
  seed: number,
  campaigns: readonly { readonly name: string; readonly answerRate: number; readonly share: number }[],
  evenly = false,
): LeadSource {
  const random = new Random(seed);
  const all = campaigns.reduce((sum, c) => sum + c.share, 0);
  const mean = campaigns.reduce((sum, c) => sum + (c.share / all) * c.answerRate, 0);
  let made = 0;
  return {
    mean,
    next: (hopper) => {
      const lead = made++;
      let u = random.restart(seed, 3, lead).uniform() * all;
      let i = 0;
      while (i < campaigns.length - 1 && u >= (campaigns[i]?.share ?? 0)) u -= campaigns[i++]?.share ?? 0;
      if (evenly) {
        const waiting = campaigns.map(({ name }) => hopper.filter((l) => l.campaign === name).length);
        i = waiting.indexOf(Math.min(...waiting));
      }
      const { name, answerRate } = campaigns[i] as (typeof campaigns)[number];
      return { lead, chance: answerRate, pHint: answerRate, campaign: name };
    },
  };
}
