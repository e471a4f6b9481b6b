/**
 * What was said about numbers lately: leads in a hopper were leased with facts that may be older. A change costs the same
 * whatever is in the hoppers: it is kept for as long as an older lead can be at hand, and looked up when the gate is asked.
 */
import type { Facts } from '../../compliance/index.js';
import { type ConsentWord, covers, scopeOf } from './consent.js';
import type { EpochMilliseconds } from './model.js';
import type { Campaign, State } from './state.js';

interface Said<T> {
  readonly at: EpochMilliseconds;
  readonly what: T;
}

/** The latest word on each list, and the refusals since the last grant. */
export interface NumberChange {
  at: EpochMilliseconds;
  internal: Said<boolean> | undefined;
  readonly campaigns: Map<string, Said<boolean>>;
  refusals: Said<ConsentWord>[];
}

/** Longer than any lead is at hand after its lease. */
const rememberedMilliseconds = 600_000;
/** Beyond this the oldest are forgotten; the store looks at the lists again when it commits an intent. */
const mostRemembered = 200_000;

function changeOf(state: State, number: string): NumberChange {
  const { numberChanges } = state;
  const change = numberChanges.get(number) ?? {
    at: state.now,
    internal: undefined,
    campaigns: new Map(),
    refusals: [],
  };
  change.at = state.now;
  // The order of the map is the order of age.
  numberChanges.delete(number);
  numberChanges.set(number, change);
  if (numberChanges.size > mostRemembered) {
    const [oldest] = numberChanges.keys();
    if (oldest !== undefined) numberChanges.delete(oldest);
  }
  return change;
}

export function dncChanged(
  state: State,
  number: string,
  listed: boolean,
  campaignId: string | undefined,
): void {
  const change = changeOf(state, number);
  const said = { at: state.now, what: listed };
  if (campaignId === undefined) change.internal = said;
  else change.campaigns.set(campaignId, said);
}

/** A grant ends what refusals there were; what it allows is known from the next lease on. */
export function consentChanged(state: State, number: string, word: ConsentWord): void {
  const change = changeOf(state, number);
  if (word.decision === 'granted') change.refusals = [];
  else change.refusals.push({ at: state.now, what: word });
}

export function forgetNumberChanges(state: State): void {
  for (const [number, { at }] of state.numberChanges) {
    if (at > state.now - rememberedMilliseconds) break;
    state.numberChanges.delete(number);
  }
}

/** Facts that were looked up at `since`, as they are now. */
export function presentFacts(
  state: State,
  campaign: Campaign,
  number: string,
  facts: Facts,
  since: EpochMilliseconds,
): Facts {
  const { emergencyAreas } = state;
  const present = emergencyAreas.length === 0 ? facts : { ...facts, emergencyAreas };
  const change = state.numberChanges.size === 0 ? undefined : state.numberChanges.get(number);
  if (change === undefined || change.at < since) return present;
  const { internal, refusals } = change;
  const onList = change.campaigns.get(campaign.settings.id);
  const scope = scopeOf(campaign.settings);
  const refusal = refusals.findLast(({ at, what }) => at >= since && covers(what, scope));
  return {
    ...present,
    dnc: {
      ...facts.dnc,
      ...(internal !== undefined && internal.at >= since && { internal: internal.what }),
      ...(onList !== undefined && onList.at >= since && { campaign: onList.what }),
    },
    ...(refusal !== undefined && { consent: { state: 'refused' as const, at: refusal.what.at } }),
  };
}

const NOTHING: Facts = Object.freeze({
  dnc: { internal: false, campaign: false },
  consent: { state: 'none' },
  attempts: { at: [] },
} satisfies Facts);

/** Why a number may not be called any more, though it could be at `since`; empty when nothing was said. */
export function suppressedSince(
  state: State,
  campaign: Campaign,
  number: string,
  since: EpochMilliseconds,
): 'dnc' | 'consent' | '' {
  if (!state.numberChanges.has(number)) return '';
  const { dnc, consent } = presentFacts(state, campaign, number, NOTHING, since);
  if (dnc.internal || dnc.campaign) return 'dnc';
  return consent.state === 'refused' ? 'consent' : '';
}
