/**
 * The compliance gate: may this number be called now, for this campaign, on what is known? Pure: no clock,
 * no randomness, no I/O; the same request, facts and instant give the same verdict.
 *
 * The rule packs are defaults to review with counsel. They are not legal advice.
 */
export { createGate, type Gate, type GateOptions, type Scope } from './gate.js';
export { builtinPacks } from './packs/index.js';
export { type HolidayRule, PACK_NOTICE, type PackRule, type RulePack } from './packs/schema.js';
export { validatePack } from './packs/validate.js';
export { isZone, tzdataVersion } from './time/zone-table.js';
export type {
  AttemptFacts,
  CallMode,
  CampaignRules,
  ConsentFacts,
  ConsentLevel,
  DayKey,
  DncFacts,
  DncListVersion,
  Facts,
  FrequencyCap,
  Permit,
  Purpose,
  Reason,
  Request,
  RuleKind,
  Verdict,
  WeekHours,
} from './types.js';
export { countriesOfNumber, regionsOfNumber, zonesOfNumber } from './zones/number-zones.js';
