import { defaultPack } from './default.js';
import type { RulePack } from './schema.js';
import { usFederal } from './united-states.js';

/** All packs that come with the package. */
export const builtinPacks: readonly RulePack[] = [defaultPack, usFederal];
