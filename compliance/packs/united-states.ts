import { holidays } from './holidays.js';
import type { Confidence, HolidayRule, PackRule, RulePack, WindowRule } from './schema.js';

const DAY = 86_400;
/** What the state laws on telephone solicitation bind. */
const SOLICITATION = ['sales', 'fundraising'] as const;
/** Modes that the wider state laws call automated. */
const AUTOMATED = ['predictive', 'prerecorded'] as const;

export const usFederal: RulePack = {
  id: 'us-federal',
  title: 'United States: TCPA, Telemarketing Sales Rule, Regulation F',
  version: '2026.11.1',
  asOf: '2026-11-22',
  jurisdictions: ['US'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['08:00-21:00'] },
      source:
        '47 CFR 64.1200(c)(1); 16 CFR 310.4(c); 12 CFR 1006.6(b) for collection; applied to every purpose',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'us-national',
      maxAgeDays: 31,
      exceptConsent: 'written',
      // The shortest eighteen and three months.
      exceptTransactionDays: 546,
      exceptInquiryDays: 89,
      purposes: ['sales'],
      source: '47 CFR 64.1200(c)(2), (f)(5); 16 CFR 310.4(b)(3)(iv)',
      confidence: 'primary',
    },
    {
      kind: 'consent',
      level: 'written',
      purposes: SOLICITATION,
      modes: ['prerecorded'],
      source: '47 CFR 64.1200(a)(2)-(3), (f)(9)',
      confidence: 'memory',
    },
    {
      kind: 'frequency_cap',
      max: 7,
      seconds: 7 * DAY,
      purposes: ['collection'],
      source: '12 CFR 1006.14(b)(2): seven attempts in seven days; counted per number, not per debt',
      confidence: 'memory',
    },
    {
      kind: 'recall_delay',
      after: 'conversation',
      wait: { calendarDays: 6 },
      purposes: ['collection'],
      source: '12 CFR 1006.14(b)(2): no call within seven days of a conversation, whose day is the first',
      confidence: 'memory',
    },
  ],
  notes:
    'Not covered: the abandonment ledger, the reassigned numbers database, wireless port feeds, emergency and hospital lines.',
};

interface State {
  readonly code: string;
  readonly name: string;
  readonly source: string;
  readonly confidence: Confidence;
  readonly holidays?: readonly HolidayRule[];
  readonly windows?: readonly Pick<
    WindowRule,
    'hours' | 'holidays' | 'modes' | 'exceptConsent' | 'effectiveFrom'
  >[];
  readonly rules?: readonly PackRule[];
  readonly notes?: string;
}

const threePerDay = (source: string, confidence: Confidence, effectiveFrom: string): PackRule => ({
  kind: 'frequency_cap',
  max: 3,
  seconds: DAY,
  purposes: SOLICITATION,
  effectiveFrom,
  source,
  confidence,
});
const writtenForAutomated = (source: string, confidence: Confidence, effectiveFrom: string): PackRule => ({
  kind: 'consent',
  level: 'written',
  purposes: ['sales'],
  modes: AUTOMATED,
  effectiveFrom,
  source,
  confidence,
});

const STATES: readonly State[] = [
  {
    code: 'AL',
    name: 'Alabama',
    source: 'Public Service Commission telemarketing rule; may bind telephone utilities only',
    confidence: 'secondary',
    holidays: holidays.alabama,
    windows: [{ hours: { 'mon-sat': ['08:00-20:00'] }, holidays: 'closed' }],
  },
  {
    code: 'CA',
    name: 'California',
    source: 'Public Utilities Code 2872 (automatic dialing-announcing devices)',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-21:00'] }, modes: ['prerecorded'] }],
  },
  // Nothing but a list of their own.
  { code: 'CO', name: 'Colorado', source: 'State do-not-call law', confidence: 'memory' },
  { code: 'IN', name: 'Indiana', source: 'State do-not-call law', confidence: 'memory' },
  { code: 'MO', name: 'Missouri', source: 'State do-not-call law', confidence: 'memory' },
  { code: 'TN', name: 'Tennessee', source: 'State do-not-call law', confidence: 'memory' },
  {
    code: 'CT',
    name: 'Connecticut',
    source: 'Gen. Stat. 42-288a as amended 2023',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-20:00'] }, effectiveFrom: '2023-10-01' }],
    rules: [
      {
        kind: 'consent',
        level: 'written',
        purposes: ['sales'],
        effectiveFrom: '2023-10-01',
        source: 'Gen. Stat. 42-288a as amended 2023: any telephonic sales call',
        confidence: 'secondary',
      },
    ],
  },
  {
    code: 'FL',
    name: 'Florida',
    source: 'Fla. Stat. 501.616(6)',
    confidence: 'primary',
    windows: [{ hours: { all: ['08:00-20:00'] }, effectiveFrom: '2021-07-01' }],
    rules: [
      threePerDay(
        'Fla. Stat. 501.616(6): same subject, whatever the calling number',
        'primary',
        '2021-07-01',
      ),
      writtenForAutomated(
        'Fla. Stat. 501.059(8): automated selection and dialing, or recorded; list-based dialing is disputed',
        'primary',
        '2021-07-01',
      ),
    ],
  },
  {
    code: 'IL',
    name: 'Illinois',
    source: '815 ILCS 305; sources differ',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-21:00'] }, modes: ['prerecorded'] }],
  },
  {
    code: 'KY',
    name: 'Kentucky',
    source: 'KRS 367.46955',
    confidence: 'secondary',
    windows: [{ hours: { all: ['10:00-21:00'] } }],
  },
  {
    code: 'LA',
    name: 'Louisiana',
    source: 'La. R.S. 45:844.11 ff. and Public Service Commission orders',
    confidence: 'secondary',
    holidays: holidays.louisiana,
    windows: [
      { hours: { 'mon-sat': ['08:00-20:00'] } },
      { hours: { all: ['00:00-24:00'] }, holidays: 'closed', exceptConsent: 'express' },
    ],
    notes: 'Not covered: the ban during a declared emergency.',
  },
  {
    code: 'MA',
    name: 'Massachusetts',
    source: 'M.G.L. c. 159C s. 3',
    confidence: 'secondary',
    windows: [{ hours: { all: ['08:00-20:00'] } }],
  },
  {
    code: 'MD',
    name: 'Maryland',
    source: 'Stop the Spam Calls Act 2023 (SB 90)',
    confidence: 'secondary',
    windows: [{ hours: { all: ['08:00-20:00'] }, effectiveFrom: '2024-01-01' }],
    rules: [
      threePerDay('Stop the Spam Calls Act 2023: same subject, any number', 'secondary', '2024-01-01'),
      writtenForAutomated(
        'Stop the Spam Calls Act 2023: automated system, undefined',
        'secondary',
        '2024-01-01',
      ),
    ],
  },
  {
    code: 'ME',
    name: 'Maine',
    source: '10 M.R.S. 1498',
    confidence: 'secondary',
    rules: [
      {
        kind: 'frequency_cap',
        max: 1,
        seconds: 8 * 3600,
        purposes: SOLICITATION,
        modes: AUTOMATED,
        source: '10 M.R.S. 1498: one automated call to a number in eight hours',
        confidence: 'secondary',
      },
    ],
    notes: 'Not covered: the reassigned numbers check of 2024.',
  },
  {
    code: 'MI',
    name: 'Michigan',
    source: 'State telephone solicitation law, as listed by vendors',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-21:00'] } }],
  },
  {
    code: 'MN',
    name: 'Minnesota',
    source: 'State telephone solicitation law, as listed by vendors',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-21:00'] } }],
  },
  {
    code: 'NM',
    name: 'New Mexico',
    source: 'State telephone solicitation law, as listed by vendors',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-21:00'] } }],
  },
  {
    code: 'MS',
    name: 'Mississippi',
    source: 'Miss. Code 77-3-701 ff. and Public Service Commission rules; sources differ about holidays',
    confidence: 'secondary',
    holidays: holidays.mississippi,
    windows: [{ hours: { 'mon-sat': ['08:00-20:00'] }, holidays: 'closed' }],
  },
  {
    code: 'NE',
    name: 'Nebraska',
    source: 'Neb. Rev. Stat. 86-236 ff. (prerecorded messages)',
    confidence: 'secondary',
    holidays: holidays.nebraska,
    windows: [
      {
        hours: { 'mon-sat': ['08:00-21:00'], sun: ['13:00-21:00'] },
        holidays: ['13:00-21:00'],
        modes: ['prerecorded'],
      },
    ],
  },
  {
    code: 'NV',
    name: 'Nevada',
    source: 'NRS 598.0918',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-20:00'] } }],
  },
  {
    code: 'OK',
    name: 'Oklahoma',
    source: 'Telephone Solicitation Act of 2022, 15 O.S. 775C',
    confidence: 'secondary',
    windows: [{ hours: { all: ['08:00-20:00'] }, effectiveFrom: '2022-11-01' }],
    rules: [
      threePerDay('15 O.S. 775C.4: same subject', 'secondary', '2022-11-01'),
      writtenForAutomated('15 O.S. 775C.3', 'secondary', '2022-11-01'),
    ],
  },
  {
    code: 'OR',
    name: 'Oregon',
    source: 'HB 3865 (2025)',
    confidence: 'secondary',
    windows: [{ hours: { all: ['08:00-20:00'] }, effectiveFrom: '2026-01-01' }],
    rules: [
      {
        kind: 'frequency_cap',
        max: 3,
        seconds: DAY,
        purposes: SOLICITATION,
        exceptTransactionDays: 546,
        effectiveFrom: '2026-01-01',
        source: 'HB 3865 (2025): unless a business relationship in the last 18 months',
        confidence: 'secondary',
      },
    ],
  },
  {
    code: 'PA',
    name: 'Pennsylvania',
    source: 'Telemarketer Registration Act; sources differ, the strictest reading is used',
    confidence: 'weak',
    holidays: holidays.pennsylvania,
    windows: [{ hours: { 'mon-sat': ['08:00-21:00'], sun: ['13:30-21:00'] }, holidays: 'closed' }],
  },
  {
    code: 'RI',
    name: 'Rhode Island',
    source: 'Gen. Laws 5-61-2(2), 5-61-3.6',
    confidence: 'primary',
    holidays: holidays.rhodeIsland,
    windows: [{ hours: { 'mon-fri': ['09:00-18:00'], sat: ['10:00-17:00'] }, holidays: 'closed' }],
  },
  {
    code: 'SD',
    name: 'South Dakota',
    source: 'SDCL 37-30-28',
    confidence: 'primary',
    windows: [
      { hours: { 'mon-fri': ['09:00-21:00'] }, modes: AUTOMATED },
      { hours: { 'mon-sat': ['09:00-21:00'] }, modes: ['manual'] },
    ],
  },
  {
    code: 'TX',
    name: 'Texas',
    source: 'Bus. & Com. Code 301.051, SB 140 (2025)',
    confidence: 'secondary',
    windows: [{ hours: { 'mon-sat': ['09:00-21:00'], sun: ['12:00-21:00'] } }],
  },
  {
    code: 'UT',
    name: 'Utah',
    source: 'Utah Code 13-25a-103',
    confidence: 'primary',
    holidays: holidays.utah,
    windows: [{ hours: { 'mon-sat': ['08:00-21:00'] }, holidays: 'closed', exceptConsent: 'express' }],
  },
  {
    code: 'WA',
    name: 'Washington',
    source: 'RCW 80.36.390 as amended 2022',
    confidence: 'secondary',
    windows: [{ hours: { all: ['08:00-20:00'] }, effectiveFrom: '2022-06-09' }],
  },
  {
    code: 'WY',
    name: 'Wyoming',
    source: 'Wyo. Stat. 40-12-301 ff.; weekends were not read and are held to the weekday hours',
    confidence: 'weak',
    windows: [{ hours: { all: ['08:00-20:00'] } }],
  },
];

/** States that keep a do-not-call list of their own beside the national one. */
const WITH_OWN_LIST = ['CO', 'FL', 'IN', 'LA', 'MA', 'MO', 'OK', 'PA', 'TN', 'TX', 'WY'];

const ownList = (code: string): PackRule => ({
  kind: 'dnc',
  list: `us-${code.toLowerCase()}-state`,
  maxAgeDays: 31,
  exceptConsent: 'written',
  purposes: ['sales'],
  source: 'State do-not-call list; its exemptions for customers are not used',
  confidence: 'memory',
});

/** States that are stricter than federal law. */
export const usStates: readonly RulePack[] = STATES.map((state) => ({
  id: `us-${state.code.toLowerCase()}`,
  title: `United States: ${state.name}`,
  version: '2026.11.1',
  asOf: '2026-11-22',
  jurisdictions: [`US-${state.code}`],
  ...(state.holidays !== undefined && { holidays: state.holidays }),
  ...(state.notes !== undefined && { notes: state.notes }),
  rules: [
    ...(state.windows ?? []).map(
      (window): WindowRule => ({
        kind: 'calling_window',
        purposes: SOLICITATION,
        source: state.source,
        confidence: state.confidence,
        ...window,
      }),
    ),
    ...(state.rules ?? []),
    ...(WITH_OWN_LIST.includes(state.code) ? [ownList(state.code)] : []),
  ],
}));
