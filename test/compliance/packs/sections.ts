/** The case tables of all packs. */
import { africaAndGulf } from './africa-and-gulf.cases.js';
import { australiaAndNewZealand } from './australia-and-new-zealand.cases.js';
import { canada } from './canada.cases.js';
import { china } from './china.cases.js';
import { elsewhere } from './default.cases.js';
import { france } from './france.cases.js';
import { germany } from './germany.cases.js';
import { india } from './india.cases.js';
import { ireland, poland } from './ireland-and-poland.cases.js';
import { italy } from './italy.cases.js';
import { japanAndSingapore } from './japan-and-singapore.cases.js';
import { latinAmerica } from './latin-america.cases.js';
import { netherlands } from './netherlands.cases.js';
import { regions } from './regions.cases.js';
import { spain } from './spain.cases.js';
import type { Section } from './table.js';
import { unitedKingdom } from './united-kingdom.cases.js';
import { usFederal } from './us-federal.cases.js';
import { usHours } from './us-hours.cases.js';
import { usRules } from './us-rules.cases.js';

export const sections: readonly Section[] = [
  ...usFederal,
  ...usHours,
  ...usRules,
  ...canada,
  ...unitedKingdom,
  ...ireland,
  ...france,
  ...germany,
  ...spain,
  ...italy,
  ...netherlands,
  ...poland,
  ...australiaAndNewZealand,
  ...india,
  ...china,
  ...japanAndSingapore,
  ...latinAmerica,
  ...africaAndGulf,
  ...regions,
  ...elsewhere,
];
