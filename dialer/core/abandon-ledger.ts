/**
 * The abandon ledgers of a campaign: what each law that binds its calls has counted in the window that runs now. Every
 * ended call is posted once, in the transaction of its result; a restart begins with the rows that the store kept.
 */
import {
  type AbandonCount,
  type AbandonLaw,
  type AbandonUse,
  abandonLawsFor,
  abandonUse,
  countOf,
  type EndedCall,
  neededUntil,
  type Permit,
  periodAt,
  slidingLength,
  steadyAround,
} from '../../compliance/index.js';
import type { EpochMilliseconds, LedgerEntry, LedgerRow } from './model.js';
import type { Campaign } from './state.js';

interface Row {
  readonly from: EpochMilliseconds;
  readonly neededUntil: EpochMilliseconds;
  answers: number;
  abandoned: number;
  machines: number;
}

/** What one law counts of one campaign. */
export interface LawLedger {
  readonly law: AbandonLaw;
  /** Rows that still matter to a window, oldest first. */
  rows: Row[];
}

/** Where windows in blocks of days begin. */
function startOf(campaign: Campaign): EpochMilliseconds {
  return campaign.startedAt ?? campaign.createdAt;
}

/** The laws that bind a call, by its permit. Permits of one place share their list of jurisdictions. */
export function lawsOf(campaign: Campaign, permit: Permit): readonly AbandonLaw[] {
  const known = campaign.laws;
  const { jurisdictions, purpose, issuedAt } = permit;
  if (
    known?.jurisdictions === jurisdictions &&
    known.purpose === purpose &&
    known.from <= issuedAt &&
    issuedAt < known.until
  )
    return known.laws;
  const laws = abandonLawsFor(campaign.abandonLaws, permit);
  campaign.laws = { jurisdictions, purpose, laws, ...steadyAround(campaign.abandonLaws, issuedAt) };
  return laws;
}

/** Opens the ledgers of the laws that bind a call which is about to be placed. */
export function openLedgers(campaign: Campaign, permit: Permit): void {
  const before = campaign.laws;
  const laws = lawsOf(campaign, permit);
  if (campaign.laws === before) return;
  for (const law of laws) ledgerOf(campaign, law);
}

function ledgerOf(campaign: Campaign, law: AbandonLaw): LawLedger {
  let ledger = campaign.ledgers.get(law.id);
  if (ledger === undefined) {
    ledger = { law, rows: [] };
    campaign.ledgers.set(law.id, ledger);
    campaign.aim.stale = true;
  }
  return ledger;
}

/** Posts an ended call to the ledgers of all laws that bind it; returns what the store is to add. */
export function postCall(campaign: Campaign, permit: Permit, call: EndedCall): readonly LedgerEntry[] {
  return post(campaign, permit, call, 1);
}

/** The agent had a machine on the line: what the call posted is taken back. */
export function retractCall(campaign: Campaign, permit: Permit, call: EndedCall): readonly LedgerEntry[] {
  return post(campaign, permit, call, -1);
}

function post(campaign: Campaign, permit: Permit, call: EndedCall, sign: 1 | -1): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const law of lawsOf(campaign, permit)) {
    const count = countOf(law, call);
    if (count === undefined) continue;
    const at = call.answeredAt ?? call.endedAt;
    const period = periodAt(law, at, startOf(campaign));
    const entry: LedgerEntry = {
      law: law.id,
      from: period.from,
      neededUntil: neededUntil(law, period),
      answers: sign * count.answers,
      abandoned: sign * count.abandoned,
      machines: sign * count.machines,
    };
    entries.push(entry);
    add(ledgerOf(campaign, law), entry);
  }
  if (entries.length > 0) campaign.aim.stale = true;
  return entries;
}

function add(ledger: LawLedger, entry: LedgerEntry): void {
  const { rows } = ledger;
  let place = rows.length;
  while (place > 0 && (rows[place - 1] as Row).from > entry.from) place--;
  let row = rows[place - 1];
  if (row?.from !== entry.from) {
    row = { from: entry.from, neededUntil: entry.neededUntil, answers: 0, abandoned: 0, machines: 0 };
    rows.splice(place, 0, row);
  }
  row.answers += entry.answers;
  row.abandoned += entry.abandoned;
  row.machines += entry.machines;
}

/** Takes over what the store kept. Rows of a law that is no longer known stay in the store. */
export function restoreLedgers(campaign: Campaign, rows: readonly LedgerRow[]): void {
  for (const row of rows) {
    const law = campaign.abandonLaws.find((each) => each.id === row.law);
    if (law !== undefined) add(ledgerOf(campaign, law), row);
  }
}

/** What counts in the law's window at `now`; with `trailing`, only the last so many milliseconds of a sliding one. */
export function countNow(
  campaign: Campaign,
  ledger: LawLedger,
  now: EpochMilliseconds,
  trailing?: number,
): AbandonCount {
  const { law } = ledger;
  const sliding = slidingLength(law);
  forgetOld(ledger, now);
  const total = { answers: 0, abandoned: 0, machines: 0 };
  const first =
    sliding === undefined ? periodAt(law, now, startOf(campaign)).from : now - (trailing ?? sliding);
  for (const row of ledger.rows) {
    // A stretch of a sliding window counts as long as any of it is inside.
    const inside = sliding === undefined ? row.from === first : row.neededUntil - sliding > first;
    if (!inside || row.from > now) continue;
    total.answers += row.answers;
    total.abandoned += row.abandoned;
    total.machines += row.machines;
  }
  return total;
}

function forgetOld(ledger: LawLedger, now: EpochMilliseconds): void {
  const { rows } = ledger;
  let old = 0;
  while (old < rows.length && (rows[old] as Row).neededUntil <= now) old++;
  if (old > 0) rows.splice(0, old);
}

/** The window that runs at `now`: for a sliding one, its stretch up to now. */
export function windowNow(
  campaign: Campaign,
  ledger: LawLedger,
  now: EpochMilliseconds,
): { readonly from: EpochMilliseconds; readonly until: EpochMilliseconds } {
  const sliding = slidingLength(ledger.law);
  if (sliding !== undefined) return { from: now - sliding, until: now };
  return periodAt(ledger.law, now, startOf(campaign));
}

export function useNow(
  campaign: Campaign,
  ledger: LawLedger,
  now: EpochMilliseconds,
  trailing?: number,
): AbandonUse {
  const errors = campaign.settings.pacing.detectorErrorRatio;
  return abandonUse(ledger.law, countNow(campaign, ledger, now, trailing), errors);
}
