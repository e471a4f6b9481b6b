import { australia, china, hongKong, india, japan, newZealand, singapore, taiwan } from './asia-pacific.js';
import { canada } from './canada.js';
import { defaultPack } from './default.js';
import { france, germany, ireland, italy, netherlands, poland, spain, unitedKingdom } from './europe.js';
import { brazil, mexico, southAfrica, unitedArabEmirates } from './other-countries.js';
import type { RulePack } from './schema.js';
import { usFederal, usStates } from './united-states.js';

/** All packs that come with the package. */
export const builtinPacks: readonly RulePack[] = [
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
];
