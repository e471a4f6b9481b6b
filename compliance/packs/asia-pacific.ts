import { holidays } from './holidays.js';
import type { PackRule, RulePack } from './schema.js';

const SALES = ['sales', 'fundraising'] as const;
const NOT_RESEARCH = ['sales', 'fundraising', 'service', 'collection'] as const;
const asOf = '2026-11-22';
const version = '2026.11.3';

export const australia: RulePack = {
  id: 'au',
  title: 'Australia: Telemarketing and Research Calls Industry Standard, Do Not Call Register',
  version,
  asOf,
  jurisdictions: ['AU'],
  holidays: holidays.australia,
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:00'], sat: ['09:00-17:00'] },
      holidays: 'closed',
      purposes: NOT_RESEARCH,
      source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, section 8',
      confidence: 'secondary',
    },
    {
      id: 'hours-research',
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:30'], 'sat-sun': ['09:00-17:00'] },
      holidays: 'closed',
      purposes: ['survey', 'political'],
      source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, section 8',
      confidence: 'memory',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'au-dncr',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'Do Not Call Register Act 2006',
      confidence: 'memory',
    },
    {
      id: 'caller-id',
      kind: 'caller_id',
      present: true,
      reachableDays: 30,
      source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, part 5',
      confidence: 'secondary',
    },
    {
      id: 'identity',
      kind: 'identity',
      endOnRequestSeconds: 0,
      source: 'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, part 4',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: express consent to a call at another time.',
};

export const westernAustralia: RulePack = {
  id: 'au-wa',
  title: 'Western Australia: state public holidays',
  version,
  asOf,
  jurisdictions: ['AU-WA'],
  holidayTables: ['AU-WA'],
  rules: [
    {
      id: 'holidays',
      kind: 'calling_window',
      hours: { all: ['00:00-24:00'] },
      holidays: 'closed',
      purposes: NOT_RESEARCH,
      source: 'Fair Trading Act 2010 (WA), permitted calling hours: no calls on state public holidays',
      confidence: 'primary',
    },
  ],
};

export const newZealand: RulePack = {
  id: 'nz',
  title: 'New Zealand: industry code',
  version,
  asOf,
  jurisdictions: ['NZ'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:30'] },
      source: 'No statute; industry code',
      confidence: 'weak',
    },
    {
      id: 'dnc',
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
      id: 'hours',
      kind: 'calling_window',
      hours: { all: ['10:00-21:00'] },
      source: 'TCCCPR 2018 practice; the rule of 2011 said 09 to 21',
      confidence: 'secondary',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'in-ncpr',
      maxAgeDays: 7,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'TCCCPR 2018 (customer preferences); age of the copy is a cautious choice',
      confidence: 'weak',
    },
    {
      id: 'caller-id-promotional',
      kind: 'caller_id',
      allowedPrefixes: ['+91140'],
      purposes: SALES,
      effectiveFrom: '2025-02-12',
      source: 'TCCCPR Second Amendment Regulations 2025: promotional calls from series 140',
      confidence: 'secondary',
    },
    {
      id: 'caller-id-service',
      kind: 'caller_id',
      allowedPrefixes: ['+911600'],
      purposes: ['service', 'collection'],
      effectiveFrom: '2025-02-12',
      source: 'TCCCPR Second Amendment Regulations 2025: service calls from series 1600',
      confidence: 'secondary',
    },
    {
      id: 'abandon',
      kind: 'abandon_limit',
      limit: 0.03,
      numerator: 'not_connected_in_time',
      denominator: 'live_answers',
      window: { calendar: 'day' },
      scope: 'campaign',
      connectSeconds: 2,
      connectFrom: 'answer',
      detectorErrors: 'known',
      modes: ['predictive'],
      severity: 'warn',
      source: 'TCCCPR 2018 as reported; the figures were not verified',
      confidence: 'weak',
    },
  ],
  notes:
    'Not covered: preferences by category, mode, time band and day; the share of silent calls; notice of dialers to the operator.',
};

export const china: RulePack = {
  id: 'cn',
  title: 'China (mainland): consent and reasonable hours',
  version,
  asOf,
  jurisdictions: ['CN'],
  holidayTables: ['CN'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-12:00', '14:00-20:00'] },
      holidays: 'closed',
      purposes: ['sales', 'fundraising', 'survey', 'service', 'political'],
      source: 'No statutory hours; self-regulation; working weekends stay closed',
      confidence: 'weak',
    },
    {
      id: 'hours-collection',
      kind: 'calling_window',
      hours: { 'mon-fri': ['08:00-20:00'], 'sat-sun': ['09:00-18:00'] },
      holidays: ['09:00-18:00'],
      purposes: ['collection'],
      source: 'Ningxia notice of 2025: 08 to 20 on working days, 09 to 18 on holidays',
      confidence: 'primary',
    },
    {
      id: 'consent',
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      source: 'Consumer law, PIPL; the draft of 2020 treats silence as refusal',
      confidence: 'secondary',
    },
    {
      id: 'recall-after-refusal',
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'Draft of 2020 on commercial calls; PIPL',
      confidence: 'secondary',
    },
    {
      id: 'cap',
      kind: 'frequency_cap',
      max: 3,
      calendar: 'day',
      per: 'person',
      purposes: ['collection'],
      source: 'Ningxia notice of 2025: three contacts of a debtor in a day',
      confidence: 'primary',
    },
    ...(['recordings', 'calls', 'consents'] as const).map(
      (record): PackRule => ({
        id: `keep-${record}`,
        kind: 'retention',
        record,
        days: record === 'consents' ? 153 : 30,
        from: 'made',
        source:
          record === 'consents'
            ? 'Draft of 2020: proof of consent for five months'
            : 'Call-centre notice of 2016: thirty days',
        confidence: 'secondary',
      }),
    ),
  ],
  notes:
    'Provincial and sector rules are stricter. After the last published year the holidays are a wide guess.',
};

export const hongKong: RulePack = {
  id: 'hk',
  title: 'Hong Kong: industry codes',
  version,
  asOf,
  jurisdictions: ['HK'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { all: ['09:00-22:00'] },
      source: 'Industry codes of practice on person-to-person calls',
      confidence: 'secondary',
    },
    {
      id: 'cap',
      kind: 'frequency_cap',
      max: 3,
      calendar: 'week',
      purposes: SALES,
      source: 'Code of 21 June 2024: three calls to a number in a calendar week, from Monday',
      confidence: 'secondary',
    },
    {
      id: 'caller-id',
      kind: 'caller_id',
      present: true,
      purposes: SALES,
      source: 'Industry codes of practice: no withheld number',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: a call to somebody who turns out to be abroad ends at once.',
};

export const taiwan: RulePack = {
  id: 'tw',
  title: 'Taiwan: PDPA, FSC practice',
  version,
  asOf,
  jurisdictions: ['TW'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { all: ['09:00-21:00'] },
      source: 'FSC practice for banks and insurers',
      confidence: 'weak',
    },
    {
      id: 'recall-after-refusal',
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
      id: 'hours',
      kind: 'calling_window',
      hours: { all: ['08:00-21:00'] },
      source: 'No general statutory hours; sector rules treat 21 to 08 as a nuisance',
      confidence: 'memory',
    },
    {
      id: 'recall-after-refusal',
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'Specified Commercial Transactions Act art. 17: no second solicitation',
      confidence: 'memory',
    },
  ],
  notes: 'Not covered: name and purpose are said before anything else (article 16).',
};

export const singapore: RulePack = {
  id: 'sg',
  title: 'Singapore: PDPA Do Not Call Registry',
  version,
  asOf,
  jurisdictions: ['SG'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-21:00'] },
      source: 'No statutory hours; a cautious choice',
      confidence: 'weak',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'sg-no-voice-call',
      maxAgeDays: 21,
      exceptConsent: 'written',
      purposes: SALES,
      source: 'PDPA part 9: results hold for 21 days, unless clear consent in evidential form',
      confidence: 'primary',
    },
    {
      id: 'caller-id',
      kind: 'caller_id',
      present: true,
      purposes: SALES,
      source: 'PDPA part 9: the number must not be concealed',
      confidence: 'primary',
    },
  ],
};
