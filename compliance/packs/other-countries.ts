import { holidays } from './holidays.js';
import type { RulePack } from './schema.js';

const DAY = 86_400;
const SALES = ['sales', 'fundraising'] as const;
const asOf = '2026-11-22';
const version = '2026.11.1';

export const brazil: RulePack = {
  id: 'br',
  title: 'Brazil: sector self-regulation',
  version,
  asOf,
  jurisdictions: ['BR'],
  holidays: holidays.brazil,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-21:00'], sat: ['10:00-16:00'] },
      holidays: 'closed',
      source: 'No federal statute; sector self-regulation',
      confidence: 'weak',
    },
    {
      kind: 'dnc',
      list: 'br-nao-me-perturbe',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'Não Me Perturbe (telecommunications and credit)',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: state laws and state holidays, authenticated origin above 500,000 calls a month.',
};

export const mexico: RulePack = {
  id: 'mx',
  title: 'Mexico: REPEP',
  version,
  asOf,
  jurisdictions: ['MX'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-20:00'] },
      source: 'No general hours; a cautious choice inside those for debt collection (07 to 22)',
      confidence: 'weak',
    },
    {
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
      kind: 'calling_window',
      hours: { 'mon-fri': ['08:00-20:00'], sat: ['09:00-13:00'] },
      holidays: 'closed',
      source: 'Consumer Protection Act, notice R293; applied to every purpose',
      confidence: 'primary',
    },
    {
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
};

export const unitedArabEmirates: RulePack = {
  id: 'ae',
  title: 'United Arab Emirates: telemarketing regulation',
  version,
  asOf,
  jurisdictions: ['AE'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['09:00-18:00'] },
      source: 'Cabinet resolutions 56 and 57 of 2024, in force 27 August 2024',
      confidence: 'secondary',
    },
    {
      kind: 'frequency_cap',
      max: 1,
      seconds: DAY,
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024: one call a day; counted over any 24 hours',
      confidence: 'secondary',
    },
    {
      kind: 'frequency_cap',
      max: 2,
      seconds: 7 * DAY,
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024: two a week; counted over any seven days',
      confidence: 'secondary',
    },
    {
      kind: 'recall_delay',
      after: 'refused',
      wait: 'forever',
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'ae-dncr',
      maxAgeDays: 30,
      purposes: SALES,
      source: 'Cabinet resolution 56 of 2024 (DNCR); age of the copy is a cautious choice',
      confidence: 'secondary',
    },
  ],
  notes:
    'Not covered: prior approval of the caller, local company numbers only. Public holidays are not known here.',
};
