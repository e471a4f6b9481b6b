import { holidays } from './holidays.js';
import type { RulePack } from './schema.js';

const DAY = 86_400;
const SALES = ['sales', 'fundraising'] as const;
const NOT_RESEARCH = ['sales', 'fundraising', 'service', 'collection'] as const;
const asOf = '2026-11-22';
const version = '2026.11.1';

export const australia: RulePack = {
  id: 'au',
  title: 'Australia: Telemarketing and Research Calls Industry Standard, Do Not Call Register',
  version,
  asOf,
  jurisdictions: ['AU'],
  holidays: holidays.australia,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:00'], sat: ['09:00-17:00'] },
      holidays: 'closed',
      purposes: NOT_RESEARCH,
      source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, section 8',
      confidence: 'secondary',
    },
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:30'], 'sat-sun': ['09:00-17:00'] },
      holidays: 'closed',
      purposes: ['survey', 'political'],
      source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, section 8',
      confidence: 'memory',
    },
    {
      kind: 'dnc',
      list: 'au-dncr',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'Do Not Call Register Act 2006',
      confidence: 'memory',
    },
  ],
  notes: 'Not covered: state public holidays (Western Australia forbids calls on them too).',
};

export const newZealand: RulePack = {
  id: 'nz',
  title: 'New Zealand: industry code',
  version,
  asOf,
  jurisdictions: ['NZ'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:30'] },
      source: 'No statute; industry code',
      confidence: 'weak',
    },
    {
      kind: 'dnc',
      list: 'nz-marketing',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'Industry Do Not Call list',
      confidence: 'weak',
    },
  ],
  notes: 'Public holidays are not known here.',
};

export const india: RulePack = {
  id: 'in',
  title: 'India: TCCCPR',
  version,
  asOf,
  jurisdictions: ['IN'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['10:00-21:00'] },
      source: 'TCCCPR 2018 practice; the rule of 2011 said 09 to 21',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'in-ncpr',
      maxAgeDays: 7,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'TCCCPR 2018 (customer preferences); age of the copy is a cautious choice',
      confidence: 'weak',
    },
  ],
  notes: 'Not covered: preferences by category, mode, time band and day, number series 140 and 1600.',
};

export const china: RulePack = {
  id: 'cn',
  title: 'China (mainland): consent and reasonable hours',
  version,
  asOf,
  jurisdictions: ['CN'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-12:00', '14:00-20:00'] },
      source: 'No statutory hours; self-regulation',
      confidence: 'weak',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      source: 'Consumer law, PIPL; the draft of 2020 treats silence as refusal',
      confidence: 'secondary',
    },
    {
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'Draft of 2020 on commercial calls; PIPL',
      confidence: 'secondary',
    },
    {
      kind: 'frequency_cap',
      max: 3,
      seconds: DAY,
      purposes: ['collection'],
      source: 'Ningxia notice of 2025: three contacts in a day',
      confidence: 'primary',
    },
  ],
  notes: 'Public holidays and working weekends are not known here.',
};

export const hongKong: RulePack = {
  id: 'hk',
  title: 'Hong Kong: industry codes',
  version,
  asOf,
  jurisdictions: ['HK'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['09:00-22:00'] },
      source: 'Industry codes of practice on person-to-person calls',
      confidence: 'secondary',
    },
    {
      kind: 'frequency_cap',
      max: 3,
      seconds: 7 * DAY,
      purposes: SALES,
      source: 'Code of 21 June 2024: three calls in a calendar week; counted over any seven days',
      confidence: 'secondary',
    },
  ],
};

export const taiwan: RulePack = {
  id: 'tw',
  title: 'Taiwan: PDPA, FSC practice',
  version,
  asOf,
  jurisdictions: ['TW'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['09:00-21:00'] },
      source: 'FSC practice for banks and insurers',
      confidence: 'weak',
    },
    {
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'PDPA art. 20: stop on refusal',
      confidence: 'weak',
    },
  ],
};

export const japan: RulePack = {
  id: 'jp',
  title: 'Japan: Specified Commercial Transactions Act',
  version,
  asOf,
  jurisdictions: ['JP'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['08:00-21:00'] },
      source: 'No general statutory hours; sector rules treat 21 to 08 as a nuisance',
      confidence: 'memory',
    },
    {
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'Specified Commercial Transactions Act art. 17: no second solicitation',
      confidence: 'memory',
    },
  ],
};

export const singapore: RulePack = {
  id: 'sg',
  title: 'Singapore: PDPA Do Not Call Registry',
  version,
  asOf,
  jurisdictions: ['SG'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-21:00'] },
      source: 'No statutory hours; a cautious choice',
      confidence: 'weak',
    },
    {
      kind: 'dnc',
      list: 'sg-no-voice-call',
      maxAgeDays: 21,
      exceptConsent: 'written',
      purposes: SALES,
      source: 'PDPA part 9: results hold for 21 days, unless clear consent in evidential form',
      confidence: 'primary',
    },
  ],
};
