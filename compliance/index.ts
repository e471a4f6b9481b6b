/**
 * The compliance gate: may this number be called now, for this campaign, on what is known? Pure: no clock,
 * no randomness, no I/O; the same request, facts and instant give the same verdict.
 *
 * The rule packs are defaults to review with counsel. They are not legal advice.
 */
export {
  type AbandonCount,
  type AbandonLaw,
  type AbandonUse,
  type AbandonWindow,
  abandonLawsFor,
  abandonLawsOf,
  abandonUse,
  builtinAbandonLaws,
  countOf,
  type EndedCall,
  type LedgerPeriod,
  minimumRingOf,
  neededUntil,
  periodAt,
  slidingLength,
  steadyAround,
} from './abandon.js';
export type { AbandonDuty, Duties } from './duties.js';
export {
  createGate,
  DEFERRAL_HORIZON_DAYS,
  type ExplainedRule,
  type Explanation,
  type Gate,
  type GateOptions,
  type Scope,
} from './gate.js';
export { holidayTableYears } from './holidays/tables.js';
export { CLASS_WORDS } from './packs/fields.js';
export { type Force, inForce } from './packs/in-force.js';
export { builtinPacks } from './packs/index.js';
export { packFileSchema } from './packs/json-schema.js';
export { findLoosenings, type Loosening } from './packs/loosening.js';
export {
  type Acknowledgement,
  applyPackFiles,
  combinePacks,
  type OperatorPacks,
  type PackFile,
  readPackFile,
} from './packs/operator.js';
export { type HolidayRule, PACK_NOTICE, type PackRule, type RulePack, ruleId } from './packs/schema.js';
export { PackFault, validatePack } from './packs/validate.js';
export { postalPlace } from './postal/postal-codes.js';
export {
  localDate,
  type OpeningHours,
  type OpeningHoursOptions,
  openingHours,
} from './time/opening-hours.js';
export { isZone, tzdataVersion } from './time/zone-table.js';
export type {
  AbandonStanding,
  AttemptFacts,
  CalendarPeriod,
  CallMode,
  CampaignRules,
  ConsentFacts,
  ConsentLevel,
  DayKey,
  DncFacts,
  DncListVersion,
  EmergencyArea,
  Facts,
  FrequencyCap,
  Inputs,
  Notice,
  NumberClass,
  Party,
  Permit,
  Purpose,
  Reason,
  ReassignedFacts,
  Request,
  RuleKind,
  Severity,
  Verdict,
  WeekHours,
} from './types.js';
export { countriesOfNumber, regionsOfNumber, zonesOfNumber } from './zones/number-zones.js';
