/** A group as its pacer sees it; arrays are built only when they are looked at. */
import type { BusyAgent, HopperLead, InFlightAttempt, PacingSnapshot } from '../../pacing/index.js';
import { looksAtContacts, smallTeam } from './answer-chance.js';
import type { Capacity } from './capacity.js';
import type { Agent, Campaign, HopperEntry, PacingGroup, State } from './state.js';

/** Shortest ring before a call may be released, seconds, where a campaign says nothing: 15 in the US and the UK. */
export const minimumRingSeconds = 15;
/** Leads that small teams choose among. */
const chosenAmong = 200;

export class GroupSnapshot implements PacingSnapshot {
  readonly state: State;
  readonly group: PacingGroup;
  readonly capacity: Capacity;
  targetAbandonRatio: number;
  /** Seconds. */
  readonly now: number;
  readonly #mostLines: number;
  #offered: readonly HopperEntry[] | undefined;
  #hopper: readonly HopperLead[] | undefined;
  #inFlight: readonly InFlightAttempt[] | undefined;

  constructor(
    state: State,
    group: PacingGroup,
    capacity: Capacity,
    targetAbandonRatio: number,
    mostLines: number,
  ) {
    this.state = state;
    this.now = state.now / 1000;
    this.group = group;
    this.capacity = capacity;
    this.targetAbandonRatio = targetAbandonRatio;
    this.#mostLines = mostLines;
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
  get agentsHeld(): number {
    return heldOf(this.group);
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
  get talking(): readonly BusyAgent[] {
    return busy(this.group.talking);
  }
  get wrapping(): readonly BusyAgent[] {
    return busy(this.group.wrapping);
  }
  get inFlight(): readonly InFlightAttempt[] {
    this.#inFlight ??= this.#lines();
    return this.#inFlight;
  }
  #lines(): readonly InFlightAttempt[] {
    const out: InFlightAttempt[] = [];
    for (const attempt of this.group.inFlight.values()) {
      out.push({
        id: attempt.id,
        placedAt: (attempt.dialedAt ?? attempt.intent.intendedAt) / 1000,
        ringingAt: attempt.ringingAt === undefined ? null : attempt.ringingAt / 1000,
        pHint: attempt.pHint,
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
  get handover(): number {
    return this.group.handover;
  }
  get minRing(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { settings } of this.group.campaigns)
      least = Math.min(least, settings.pacing.minimumRingSeconds ?? minimumRingSeconds);
    return least;
  }

  /** Leads that the pacer may choose among; undefined where the method only counts. */
  get hopper(): readonly HopperLead[] | undefined {
    const { campaigns, total } = this.group;
    const shared = campaigns.length > 1;
    // One large team on one campaign takes the next in turn: a number will do.
    if (this.#hopper !== undefined || !(shared || total <= smallTeam) || !campaigns.every(looksAtContacts))
      return this.#hopper;
    this.#hopper = this.offered.map((entry) => {
      const hint = entry.hint ?? { lead: entry.lead.contactId };
      return shared ? { ...hint, campaign: entry.lead.campaignId } : hint;
    });
    return this.#hopper;
  }

  /** The entries behind `hopper`, in its order. */
  get offered(): readonly HopperEntry[] {
    this.#offered ??= this.#offer();
    return this.#offered;
  }

  #offer(): readonly HopperEntry[] {
    const { campaigns, ready, total } = this.group;
    // Large teams take the next in turn: as many as one decision may want.
    const wanted = Math.min(this.#mostLines, 30 + 6 * ready + Math.ceil(total / 10));
    const most = total <= smallTeam ? chosenAmong : wanted;
    const first = campaigns[0] as Campaign;
    if (campaigns.length === 1) return nextOf(first, most);
    const lists = campaigns.map((campaign) => nextOf(campaign, Math.ceil(most / campaigns.length)));
    const offered: HopperEntry[] = [];
    // One of each in turn, and not always the same campaign first.
    for (let i = 0; offered.length < most; i++) {
      const before = offered.length;
      for (let k = 0; k < lists.length; k++) {
        const entry = lists[(this.group.nextCampaign + k) % lists.length]?.[i];
        if (entry !== undefined) offered.push(entry);
      }
      if (offered.length === before) break;
    }
    return offered;
  }
}

/** The campaign's next leads. Callbacks that are due are promises: while there are some, nothing else is offered. */
function nextOf(campaign: Campaign, most: number): readonly HopperEntry[] {
  const { hopper } = campaign;
  const next: HopperEntry[] = [];
  let callbacks: HopperEntry[] | undefined;
  for (let i = hopper.length - 1; i >= 0 && next.length < most; i--) {
    const entry = hopper[i] as HopperEntry;
    next.push(entry);
    if (entry.lead.callbackAt !== undefined) {
      callbacks ??= [];
      callbacks.push(entry);
    }
  }
  return callbacks ?? next;
}

/** Ready agents of the group that are kept for inbound calls. */
export function heldOf(group: PacingGroup): number {
  let held = 0;
  for (const { settings } of group.campaigns) {
    const { agentsHeld = 0, shareHeld = 0 } = settings.pacing;
    held = Math.max(held, agentsHeld, Math.ceil(shareHeld * group.total));
  }
  return held;
}

function since(agents: ReadonlySet<Agent>): number[] {
  const out: number[] = [];
  for (const agent of agents) out.push(agent.stateSince / 1000);
  return out;
}

function busy(agents: ReadonlySet<Agent>): BusyAgent[] {
  const out: BusyAgent[] = [];
  for (const { id, stateSince, endingSince } of agents)
    out.push({
      agent: id,
      since: stateSince / 1000,
      endingSince: endingSince === undefined ? null : endingSince / 1000,
    });
  return out;
}
