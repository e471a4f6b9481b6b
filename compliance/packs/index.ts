import {
  australia,
  china,
  hongKong,
  india,
  japan,
  newZealand,
  singapore,
  taiwan,
  westernAustralia,
} from './asia-pacific.js';
import { canada } from './canada.js';
import { defaultPack } from './default.js';
import { france, germany, ireland, italy, netherlands, poland, spain, unitedKingdom } from './europe.js';
import { brazil, mexico, southAfrica, unitedArabEmirates } from './other-countries.js';
import { regionalPacks } from './regional.js';
import type { RulePack } from './schema.js';
import { usFederal, usStates } from './united-states.js';

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

/** All packs that come with the package. */
export const builtinPacks: readonly RulePack[] = frozen([
  defaultPack,
  usFederal,
  ...usStates,
  canada,
  unitedKingdom,
  ireland,
  france,
  germany,
  spain,
  italy,
  netherlands,
  poland,
  australia,
  westernAustralia,
  newZealand,
  india,
  china,
  hongKong,
  taiwan,
  japan,
  singapore,
  brazil,
  mexico,
  southAfrica,
  unitedArabEmirates,
  ...regionalPacks,
]);
