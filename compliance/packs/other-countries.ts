import { holidays } from './holidays.js';
import type { RulePack } from './schema.js';

const SALES = ['sales', 'fundraising'] as const;
const NOT_COLLECTION = ['sales', 'fundraising', 'survey', 'service', 'political'] as const;
const asOf = '2026-11-22';
const version = '2026.11.3';

export const brazil: RulePack = {
  id: 'br',
  title: 'Brazil: sector self-regulation',
  version,
  asOf,
  jurisdictions: ['BR'],
  holidays: holidays.brazil,
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-21:00'], sat: ['10:00-16:00'] },
      holidays: 'closed',
      source: 'No federal statute; sector self-regulation',
      confidence: 'weak',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'br-nao-me-perturbe',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'Não Me Perturbe (telecommunications and credit)',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: state laws, authenticated origin above 500,000 calls a month.',
};

export const mexico: RulePack = {
  id: 'mx',
  title: 'Mexico: REPEP',
  version,
  asOf,
  jurisdictions: ['MX'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-20:00'] },
      purposes: NOT_COLLECTION,
      source: 'No general hours; a cautious choice inside those for debt collection (07 to 22)',
      confidence: 'weak',
    },
    {
      id: 'hours-collection',
      kind: 'calling_window',
      hours: { 'mon-fri': ['07:00-22:00'] },
      purposes: ['collection'],
      source: 'Condusef rules for collection offices: weekdays from 07 to 22',
      confidence: 'secondary',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'mx-repep',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'Ley Federal de Protección al Consumidor art. 18 bis (REPEP)',
      confidence: 'secondary',
    },
  ],
  notes: 'Public holidays are not known here.',
};

export const southAfrica: RulePack = {
  id: 'za',
  title: 'South Africa: Consumer Protection Act',
  version,
  asOf,
  jurisdictions: ['ZA'],
  holidays: holidays.southAfrica,
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-fri': ['08:00-20:00'], sat: ['09:00-13:00'] },
      holidays: 'closed',
      source: 'Consumer Protection Act, notice R293; applied to every purpose',
      confidence: 'primary',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'za-opt-out',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      effectiveFrom: '2026-04-15',
      source: 'Consumer Protection Act Amendment Regulations of 15 April 2026',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: agreement to calls at other hours, yearly registration of the caller.',
};

export const unitedArabEmirates: RulePack = {
  id: 'ae',
  title: 'United Arab Emirates: telemarketing regulation',
  version,
  asOf,
  jurisdictions: ['AE'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { all: ['09:00-18:00'] },
      source: 'Cabinet resolutions 56 and 57 of 2024, in force 27 August 2024',
      confidence: 'secondary',
    },
    {
      id: 'cap-day',
      kind: 'frequency_cap',
      max: 1,
      calendar: 'day',
      per: 'person',
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024: one call a day',
      confidence: 'secondary',
    },
    {
      id: 'cap-week',
      kind: 'frequency_cap',
      max: 2,
      calendar: 'week',
      per: 'person',
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024: two a week, from Monday',
      confidence: 'secondary',
    },
    {
      id: 'recall-after-refusal',
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024',
      confidence: 'secondary',
    },
    {
      id: 'dnc',
      kind: 'dnc',
      list: 'ae-dncr',
      maxAgeDays: 30,
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024 (DNCR); age of the copy is a cautious choice',
      confidence: 'secondary',
    },
    {
      id: 'caller-id',
      kind: 'caller_id',
      allowedPrefixes: ['+971'],
      purposes: SALES,
      effectiveFrom: '2024-08-27',
      source: 'Cabinet resolution 56 of 2024: local numbers of the licensed company only',
      confidence: 'secondary',
    },
    {
      id: 'recording',
      kind: 'recording_notice',
      source: 'Cabinet resolution 56 of 2024: who records says so',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: prior approval of the caller.',
};
