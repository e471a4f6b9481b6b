/**
 * Which contacts of the hopper to call, each judged with its own answer chance and by its campaign's threshold.
 *
 * As a rule they go in list order. On a small team that dials for one campaign, the moment's risk chooses. Where
 * several campaigns want more than channels or calls per second allow, they take turns.
 */
import type { CampaignTrim } from './campaign-trim.js';
import { FairTurns } from './fair-share.js';
import { LeadChoice } from './lead-choice.js';
import type { HopperLead, PacingId, PacingLimit } from './types.js';

/** The forecast that picks are added to, one by one. */
export interface PickForecast {
  /** Begins again with the state as it is. */
  restart(): void;
  risk(): number;
  /** Adds a call to this contact. */
  add(lead: HopperLead): void;
}

export interface PickRequest {
  readonly hopper: readonly HopperLead[];
  /** Most picks: by hopper, channels and calls per second; and which of these is shortest. */
  readonly most: number;
  readonly limit: PacingLimit;
  readonly threshold: number;
  /** The moment's risk chooses among contacts. */
  readonly choose: boolean;
}

export interface Picked {
  readonly leads: HopperLead[];
  readonly limit: PacingLimit;
  /** The picks are the first of the hopper. */
  readonly inOrder: boolean;
  /** Risk of one more call. */
  readonly risk: number;
}

export class ContactPicker {
  readonly #choice = new LeadChoice();
  readonly #turns = new FairTurns();
  readonly #trim: CampaignTrim;

  constructor(trim: CampaignTrim) {
    this.#trim = trim;
  }

  pick(request: PickRequest, forecast: PickForecast): Picked {
    forecast.restart();
    if (request.hopper[0]?.campaign === undefined) {
      return request.choose ? this.#byRisk(request, forecast) : this.#inOrder(request, forecast);
    }
    const picked = this.#inOrder(request, forecast);
    const scarce = request.limit === 'channels' || request.limit === 'cps';
    if (!scarce || picked.leads.length < request.most) return picked;
    forecast.restart();
    return this.#byTurns(request, forecast);
  }

  #allows(lead: HopperLead, risk: number, threshold: number): boolean {
    return risk < threshold * this.#trim.factor(lead.campaign);
  }

  #inOrder({ hopper, most, limit, threshold }: PickRequest, forecast: PickForecast): Picked {
    const leads: HopperLead[] = [];
    let last = -1;
    let risk = forecast.risk();
    for (let i = 0; i < hopper.length && leads.length < most; i++) {
      const lead = hopper[i] as HopperLead;
      if (!this.#allows(lead, risk, threshold)) {
        // Without campaigns the next contact meets the same threshold.
        if (lead.campaign === undefined) break;
        continue;
      }
      forecast.add(lead);
      leads.push(lead);
      last = i;
      risk = forecast.risk();
    }
    const inOrder = last === leads.length - 1;
    return { leads, limit: leads.length < most ? 'abandon' : limit, inOrder, risk };
  }

  #byRisk({ hopper, most, limit, threshold }: PickRequest, forecast: PickForecast): Picked {
    const leads: HopperLead[] = [];
    const sorted = [...hopper].sort((a, b) => (a.pHint ?? 0) - (b.pHint ?? 0));
    let risk = forecast.risk();
    while (leads.length < most && risk < threshold) {
      const lead = this.#choice.take(sorted, risk);
      if (!lead) break;
      forecast.add(lead);
      leads.push(lead);
      risk = forecast.risk();
    }
    return { leads, limit: leads.length < most ? 'abandon' : limit, inOrder: leads.length === 0, risk };
  }

  #byTurns({ hopper, most, limit, threshold }: PickRequest, forecast: PickForecast): Picked {
    const queues = new Map<PacingId, HopperLead[]>();
    for (const lead of hopper) {
      const campaign = lead.campaign ?? '';
      const queue = queues.get(campaign);
      if (queue) queue.push(lead);
      else queues.set(campaign, [lead]);
    }
    const heads = new Map([...queues.keys()].map((campaign) => [campaign, 0]));
    const leads: HopperLead[] = [];
    let risk = forecast.risk();
    while (leads.length < most) {
      const open = [...heads]
        .filter(([campaign, at]) => {
          const lead = queues.get(campaign)?.[at];
          return lead !== undefined && this.#allows(lead, risk, threshold);
        })
        .map(([campaign]) => campaign);
      const campaign = this.#turns.next(open);
      if (campaign === undefined) break;
      const at = heads.get(campaign) ?? 0;
      const lead = queues.get(campaign)?.[at] as HopperLead;
      heads.set(campaign, at + 1);
      this.#turns.took(campaign, lead.weight ?? 1);
      forecast.add(lead);
      leads.push(lead);
      risk = forecast.risk();
    }
    return { leads, limit: leads.length < most ? 'abandon' : limit, inOrder: false, risk };
  }
}
