import { holidays } from './holidays.js';
import type { RulePack } from './schema.js';

const HOUR = 3600;
const DAY = 86_400;
const SALES = ['sales', 'fundraising'] as const;
const asOf = '2026-11-22';
const version = '2026.11.1';

export const unitedKingdom: RulePack = {
  id: 'gb',
  title: 'United Kingdom: Ofcom, PECR',
  version,
  asOf,
  jurisdictions: ['GB'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-sat': ['08:00-21:00'], sun: ['10:00-20:00'] },
      source: 'No statutory hours; industry practice',
      confidence: 'weak',
    },
    {
      kind: 'recall_delay',
      after: 'abandoned',
      wait: { seconds: 72 * HOUR },
      modes: ['predictive', 'prerecorded'],
      source: 'Ofcom persistent misuse statements 2010 and 2016: unless an agent is dedicated to the call',
      confidence: 'secondary',
    },
    {
      kind: 'recall_delay',
      after: 'machine',
      wait: { seconds: 72 * HOUR },
      modes: ['predictive', 'prerecorded'],
      source: 'Ofcom persistent misuse statement 2010: 24 h; trade checklists say 72 h, which is used',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'gb-tps',
      maxAgeDays: 28,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'PECR 2003 regulations 21 and 26 (TPS and CTPS)',
      confidence: 'secondary',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      modes: ['prerecorded'],
      source: 'PECR 2003 regulation 19',
      confidence: 'memory',
    },
  ],
  notes: 'Not covered: the abandonment ledger, opt-in for claims management and pensions.',
};

export const ireland: RulePack = {
  id: 'ie',
  title: 'Ireland: ePrivacy Regulations',
  version,
  asOf,
  jurisdictions: ['IE'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-sat': ['09:00-21:00'] },
      source: 'No statutory hours; industry practice',
      confidence: 'weak',
    },
    {
      kind: 'dnc',
      list: 'ie-ndd',
      maxAgeDays: 28,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'SI 336/2011 regulation 14',
      confidence: 'memory',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      source:
        'SI 336/2011 regulation 13: mobiles; asked here for every number, since line types are not known',
      confidence: 'memory',
    },
  ],
};

export const france: RulePack = {
  id: 'fr',
  title: 'France: Code de la consommation',
  version,
  asOf,
  jurisdictions: ['FR', 'RE', 'GP', 'MQ', 'GF', 'YT', 'PM', 'NC', 'PF', 'WF'],
  holidays: holidays.france,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['10:00-13:00', '14:00-20:00'] },
      holidays: 'closed',
      source:
        'C. conso. D.223-9 (decree 2022-1313), in force 1 March 2023; applied to every purpose and to consented calls',
      confidence: 'secondary',
    },
    {
      kind: 'frequency_cap',
      max: 4,
      seconds: 30 * DAY,
      purposes: SALES,
      source: 'C. conso. D.223-9: four solicitations in thirty days',
      confidence: 'secondary',
    },
    {
      kind: 'recall_delay',
      after: 'refused',
      wait: { calendarDays: 60 },
      purposes: SALES,
      source: 'C. conso. D.223-9: sixty calendar days after a refusal',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'fr-bloctel',
      maxAgeDays: 30,
      purposes: ['sales'],
      effectiveTo: '2026-08-11',
      source: 'C. conso. L.223-1 as in force until the law of 30 June 2025',
      confidence: 'secondary',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: ['sales'],
      effectiveFrom: '2026-08-11',
      source: 'Law of 30 June 2025; the exception for a running contract is not used',
      confidence: 'secondary',
    },
  ],
  notes:
    'Not covered: holidays of Alsace-Moselle and overseas, the ban on energy renovation offers, caller id ranges.',
};

export const germany: RulePack = {
  id: 'de',
  title: 'Germany: UWG',
  version,
  asOf,
  jurisdictions: ['DE'],
  holidays: holidays.germany,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['08:00-20:00'], sat: ['09:00-18:00'] },
      holidays: 'closed',
      source: 'No statutory hours; industry practice',
      confidence: 'weak',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      source: 'UWG 7(2); presumed consent between businesses is not used',
      confidence: 'secondary',
    },
  ],
  notes: 'Not covered: holidays of the Länder, proof of consent for five years from each use (UWG 7a).',
};

export const spain: RulePack = {
  id: 'es',
  title: 'Spain: TRLGDCU, Ley General de Telecomunicaciones',
  version,
  asOf,
  jurisdictions: ['ES'],
  holidays: holidays.spain,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-21:00'] },
      holidays: 'closed',
      source: 'TRLGDCU art. 96.2; applied to every purpose',
      confidence: 'primary',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      exceptTransactionDays: 365,
      source: 'LGTel 66.1.b; AEPD Circular 1/2023 on customers of the last year',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'es-robinson',
      maxAgeDays: 30,
      exceptConsent: 'express',
      purposes: SALES,
      source: 'LOPDGDD art. 23 (Lista Robinson)',
      confidence: 'memory',
    },
  ],
  notes: 'Not covered: regional and local holidays, the ban on mobile caller ids.',
};

export const italy: RulePack = {
  id: 'it',
  title: 'Italy: Registro delle opposizioni, code of conduct',
  version,
  asOf,
  jurisdictions: ['IT', 'VA', 'SM'],
  holidays: holidays.italy,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-20:00'], sat: ['10:00-19:00'] },
      holidays: 'closed',
      holidayEves: ['10:00-19:00'],
      source: 'Code of conduct for telemarketing, in force 28 September 2024; applied to every purpose',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'it-rpo',
      maxAgeDays: 15,
      purposes: SALES,
      source: 'DPR 26/2022 (Registro pubblico delle opposizioni)',
      confidence: 'memory',
    },
    {
      kind: 'recall_delay',
      after: 'abandoned',
      wait: { seconds: 5 * DAY },
      source: 'Garante, provision of 20 February 2014 on silent calls',
      confidence: 'memory',
    },
  ],
  notes: 'Not covered: the abandonment ledger (3 in 100), the feast of the local patron.',
};

export const netherlands: RulePack = {
  id: 'nl',
  title: 'Netherlands: Telecommunicatiewet 11.7',
  version,
  asOf,
  jurisdictions: ['NL'],
  holidays: holidays.netherlands,
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-22:00'], sat: ['10:00-16:00'] },
      holidays: 'closed',
      source: 'Code of the trade association',
      confidence: 'weak',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      exceptTransactionDays: 365,
      effectiveFrom: '2021-07-01',
      effectiveTo: '2026-07-01',
      source: 'Telecommunicatiewet 11.7; existing customers were exempt',
      confidence: 'secondary',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      effectiveFrom: '2026-07-01',
      source: 'Telecommunicatiewet 11.7; existing customers too from 1 July 2026',
      confidence: 'secondary',
    },
  ],
};

export const poland: RulePack = {
  id: 'pl',
  title: 'Poland: Prawo komunikacji elektronicznej',
  version,
  asOf,
  jurisdictions: ['PL'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-sat': ['08:00-20:00'] },
      source: 'No statutory hours; practice',
      confidence: 'weak',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: SALES,
      effectiveFrom: '2024-11-10',
      source: 'PKE art. 398, businesses too',
      confidence: 'memory',
    },
  ],
  notes: 'Public holidays are not known here.',
};
