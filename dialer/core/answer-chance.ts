/**
 * How likely each contact answers: one model for a pool, learned online from what came of its calls, whose forecasts go to
 * the pacer with the leads. It is saved now and then, and taken up again after a restart.
 */
import { type AnswerFeatures, AnswerModel } from '../../pacing/index.js';
import type { Lead, LearnedSnapshot, Outcome } from './model.js';
import { type Campaign, emit, type HopperEntry, type LiveAttempt, type Pool, type State } from './state.js';

/** Methods that make use of what is known of each contact. */
const methodsWithHints: readonly string[] = ['predictive'];
/** Feature values remembered in each pool. */
const mostValues = 1024;
/** What was learned is saved after so many outcomes, … */
const outcomesBeforeSave = 500;
/** … or after this long when there were fewer. */
const saveMilliseconds = 600_000;

const weekdays: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Beginnings of mobile numbers, where a country keeps them apart (ITU-T E.164 national numbering plans). */
const mobile: ReadonlySet<string> = new Set(
  (
    '+447 +4915 +4916 +4917 +336 +337 +346 +347 +393 +316 +3538 +4850 +4851 +4853 +4857 +4860 +4866 +4869 +4872 ' +
    '+4873 +4878 +4879 +4888 +614 +642 +916 +917 +918 +919 +861 +8525 +8526 +8529 +8869 +8170 +8180 +8190 +658 ' +
    '+659 +276 +277 +278 +79'
  ).split(' '),
);

/** Agents up to which forecasts pay: a larger team always dials at its threshold, and the law of large numbers does the rest. */
export const smallTeam = 30;

/** The method looks at contacts one by one. */
export function looksAtContacts(campaign: Campaign): boolean {
  return methodsWithHints.includes(campaign.settings.pacing.method);
}

/** Forecasts are made for the campaign's contacts. */
export function usesHints(campaign: Campaign): boolean {
  if (!looksAtContacts(campaign)) return false;
  let agents = 0;
  for (const group of campaign.groups) agents += group.total;
  return agents <= smallTeam;
}

function numberType(e164: string): string {
  // In North America nothing tells a mobile number.
  if (e164.startsWith('+1')) return 'unknown';
  for (let length = 3; length <= 5; length++) if (mobile.has(e164.slice(0, length))) return 'mobile';
  return 'fixed';
}

/** What the model goes by. `local`: weekday and time where the contact is, such as `Mon 08:30`, as the permit has it. */
export function featuresOf(lead: Lead, numberIndex: number, e164: string, local: string): AnswerFeatures {
  const weekday = weekdays.indexOf(local.slice(0, 3)) + 1;
  return {
    hour: Number(local.slice(4, 6)),
    weekday: weekday === 0 ? 1 : weekday,
    numberType: `${numberType(e164)}${numberIndex === 0 ? '' : ', further'}`,
    // The area code in North America, some first digits elsewhere.
    region: lead.region === '' ? e164.slice(0, 5) : lead.region,
    attempts: lead.attempts,
    ...(lead.lastOutcome === '' ? {} : { lastOutcome: lead.lastOutcome }),
    campaign: lead.campaignId,
  };
}

/** Adds the forecast to a lead that has just been found lawful. */
export function forecast(campaign: Campaign, entry: HopperEntry, local: string | undefined): void {
  if (local === undefined || !usesHints(campaign)) return;
  const features = featuresOf(entry.lead, entry.numberIndex, entry.request.number, local);
  entry.features = features;
  entry.hint = { lead: entry.lead.contactId, pHint: campaign.pool.answers.predict(features) };
}

const nobodyRung: readonly Outcome[] = ['not-dialed', 'cancelled', 'unknown', 'congestion'];

/** Learns what came of a call; what never reached the network, or was cut short by us, says nothing. */
export function learn(attempt: LiveAttempt, outcome: Outcome): void {
  const { features } = attempt;
  if (features === undefined) return;
  if (nobodyRung.includes(outcome)) return;
  const answered = outcome === 'connected' || outcome === 'abandoned' || outcome === 'short';
  const { pool } = attempt.campaign;
  pool.answers.learn(features, answered);
  pool.unsavedOutcomes++;
}

export function newAnswerModel(): AnswerModel {
  return new AnswerModel({ mostValues });
}

/** Takes up what an earlier run learned. What cannot be read is learned anew. */
export function restoreLearned(pool: Pool, learned: readonly LearnedSnapshot[]): void {
  const kept = learned.find((each) => each.pool === pool.name);
  if (kept !== undefined) pool.answers.restore(kept.snapshot);
}

/** Saves what the pools have learned, where that is worth it. */
export function saveLearned(state: State, ending = false): void {
  for (const pool of state.pools.values()) {
    const { unsavedOutcomes } = pool;
    if (unsavedOutcomes === 0) continue;
    const due = unsavedOutcomes >= outcomesBeforeSave || state.now - pool.learnedAt >= saveMilliseconds;
    if (!due && !ending) continue;
    pool.unsavedOutcomes = 0;
    pool.learnedAt = state.now;
    emit(state, { type: 'save-learned', learned: { pool: pool.name, snapshot: pool.answers.snapshot() } });
  }
}
