import { holidays } from './holidays.js';
import type { Confidence, HolidayRule, IdentityRule, PackRule, RulePack, WindowRule } from './schema.js';

const DAY = 86_400;
/** What the state laws on telephone solicitation bind. */
const SOLICITATION = ['sales', 'fundraising'] as const;
/** Modes that the wider state laws call automated. */
const AUTOMATED = ['predictive', 'prerecorded'] as const;

export const usFederal: RulePack = {
  id: 'us-federal',
  title: 'United States: TCPA, Telemarketing Sales Rule, Regulation F',
  version: '2026.11.3',
  asOf: '2026-11-22',
  jurisdictions: ['US'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { all: ['08:00-21:00'] },
      source:
        '47 CFR 64.1200(c)(1); 16 CFR 310.4(c); 12 CFR 1006.6(b) for collection; applied to every purpose',
      confidence: 'secondary',
    },
    {
      id: 'dnc',
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
      id: 'consent-recorded',
      kind: 'consent',
      level: 'written',
      purposes: SOLICITATION,
      modes: ['prerecorded'],
      source: '47 CFR 64.1200(a)(2)-(3), (f)(9)',
      confidence: 'memory',
    },
    {
      id: 'cap-collection',
      kind: 'frequency_cap',
      max: 7,
      seconds: 7 * DAY,
      per: 'person',
      sameSubject: true,
      purposes: ['collection'],
      source: '12 CFR 1006.14(b)(2): seven attempts in seven days on one debt',
      confidence: 'memory',
    },
    {
      id: 'recall-after-conversation',
      kind: 'recall_delay',
      after: 'conversation',
      wait: { calendarDays: 6 },
      purposes: ['collection'],
      source: '12 CFR 1006.14(b)(2): no call within seven days of a conversation, whose day is the first',
      confidence: 'memory',
    },
    {
      id: 'cap-informational-recorded',
      kind: 'frequency_cap',
      max: 3,
      seconds: 30 * DAY,
      purposes: ['survey', 'service', 'political'],
      modes: ['prerecorded'],
      parties: ['consumer'],
      source: '47 CFR 64.1200(a)(3)(ii)-(v): three exempt recorded calls in thirty days',
      confidence: 'memory',
    },
    {
      id: 'revoke-all',
      kind: 'revocation',
      scope: 'all',
      modes: AUTOMATED,
      effectiveFrom: '2027-01-31',
      source: '47 CFR 64.1200(a)(10), delayed by the order of 6 January 2026',
      confidence: 'secondary',
    },
    {
      id: 'abandon',
      kind: 'abandon_limit',
      limit: 0.03,
      target: 0.025,
      numerator: 'not_connected_in_time',
      denominator: 'live_answers',
      window: { blockDays: 30 },
      scope: 'campaign',
      connectSeconds: 2,
      connectFrom: 'end_of_greeting',
      detectorErrors: 'known',
      purposes: SOLICITATION,
      modes: ['predictive'],
      // The remedy is slower pacing, which brings the share down within the period.
      severity: 'warn',
      source:
        '47 CFR 64.1200(a)(7); 16 CFR 310.4(b)(4)(i): three per cent of live answers in each thirty days of a campaign',
      confidence: 'secondary',
    },
    {
      id: 'ring',
      kind: 'ring_time',
      minSeconds: 15,
      purposes: SOLICITATION,
      modes: AUTOMATED,
      source: '47 CFR 64.1200(a)(6); 16 CFR 310.4(b)(4)(ii): fifteen seconds or four rings',
      confidence: 'secondary',
    },
    {
      id: 'message',
      kind: 'message',
      elements: ['company', 'telemarketing_purpose', 'opt_out_number', 'opt_out_key', 'no_marketing'],
      startSeconds: 2,
      purposes: SOLICITATION,
      modes: ['predictive'],
      source: '47 CFR 64.1200(a)(7)(i); 16 CFR 310.4(b)(4)(iii)',
      confidence: 'memory',
    },
    {
      id: 'caller-id',
      kind: 'caller_id',
      present: true,
      source: '47 CFR 64.1601(e); 16 CFR 310.4(a)(8); applied to every purpose',
      confidence: 'memory',
    },
    {
      id: 'number-class',
      kind: 'number_class',
      classes: ['emergency', 'health-care'],
      modes: AUTOMATED,
      source: '47 CFR 64.1200(a)(1)(i)-(ii)',
      confidence: 'primary',
    },
    {
      id: 'reassigned',
      kind: 'reassigned',
      maxAgeDays: 30,
      severity: 'report',
      purposes: SOLICITATION,
      source: '47 CFR 64.1200(m): a safe harbour, not a duty; age of the answer is a cautious choice',
      confidence: 'memory',
    },
    ...(['calls', 'dnc_requests', 'consents', 'abandon_rates'] as const).map(
      (record): PackRule => ({
        id: `keep-${record.replace('_', '-')}`,
        kind: 'retention',
        record,
        days: 1827,
        from: 'made',
        purposes: SOLICITATION,
        effectiveFrom: '2024-05-16',
        source: '16 CFR 310.5: five years, since the amendments of 2024',
        confidence: 'memory',
      }),
    ),
    {
      id: 'keep-collection',
      kind: 'retention',
      record: 'calls',
      days: 1096,
      from: 'last_use',
      purposes: ['collection'],
      source: '12 CFR 1006.100: three years after the last collection activity',
      confidence: 'memory',
    },
  ],
  notes:
    'Not covered: wireless port feeds, two lines of one business at once, recorded calls about health (one a day, three a week), places and times that a debtor called inconvenient, registration and bonds of sellers in the states (such as New Jersey and Texas).',
};

interface State {
  readonly code: string;
  readonly name: string;
  readonly source: string;
  readonly confidence: Confidence;
  readonly holidays?: readonly HolidayRule[];
  readonly windows?: readonly (Pick<
    WindowRule,
    'hours' | 'holidays' | 'modes' | 'parties' | 'exceptConsent' | 'effectiveFrom'
  > &
    Partial<Pick<WindowRule, 'confidence'>>)[];
  readonly rules?: readonly PackRule[];
  readonly notes?: string;
}

const threePerDay = (source: string, confidence: Confidence, effectiveFrom: string): PackRule => ({
  id: 'cap',
  kind: 'frequency_cap',
  max: 3,
  seconds: DAY,
  per: 'person',
  sameSubject: true,
  purposes: SOLICITATION,
  effectiveFrom,
  source,
  confidence,
});
const writtenForAutomated = (source: string, confidence: Confidence, effectiveFrom: string): PackRule => ({
  id: 'consent',
  kind: 'consent',
  level: 'written',
  purposes: ['sales'],
  modes: AUTOMATED,
  effectiveFrom,
  source,
  confidence,
});

const emergencyArea = (source: string, confidence: Confidence): PackRule => ({
  id: 'emergency',
  kind: 'emergency_area',
  purposes: ['sales'],
  source,
  confidence,
});
const identity = (
  timers: Pick<IdentityRule, 'identifySeconds' | 'endOnRequestSeconds' | 'releaseSeconds' | 'modes'>,
  source: string,
  confidence: Confidence,
): PackRule => ({ id: 'identity', kind: 'identity', purposes: SOLICITATION, ...timers, source, confidence });

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
  // Nothing but a rule on recordings.
  { code: 'DE', name: 'Delaware', source: '11 Del. C. 1335', confidence: 'memory' },
  { code: 'MT', name: 'Montana', source: 'Mont. Code 45-8-213', confidence: 'memory' },
  { code: 'NH', name: 'New Hampshire', source: 'RSA 570-A:2', confidence: 'memory' },
  {
    code: 'CT',
    name: 'Connecticut',
    source: 'Gen. Stat. 42-288a as amended 2023',
    confidence: 'secondary',
    windows: [{ hours: { all: ['09:00-20:00'] }, effectiveFrom: '2023-10-01' }],
    rules: [
      {
        id: 'consent',
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
      // Businesses, and people who agreed, may be called on holidays.
      {
        hours: { all: ['00:00-24:00'] },
        holidays: 'closed',
        parties: ['consumer'],
        exceptConsent: 'express',
      },
    ],
    rules: [
      emergencyArea('La. R.S. 45:844.11 ff.: no solicitation during a declared emergency', 'secondary'),
    ],
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
        id: 'cap',
        kind: 'frequency_cap',
        max: 1,
        seconds: 8 * 3600,
        purposes: SOLICITATION,
        modes: AUTOMATED,
        source: '10 M.R.S. 1498: one automated call to a number in eight hours',
        confidence: 'secondary',
      },
      {
        id: 'reassigned',
        kind: 'reassigned',
        maxAgeDays: 30,
        severity: 'warn',
        purposes: ['sales'],
        effectiveFrom: '2024-07-16',
        source: 'Act of 2024 on the reassigned numbers database; its text was not read',
        confidence: 'weak',
      },
    ],
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
    notes: 'Not used: the exemption of customers of the last six months.',
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
    code: 'NY',
    name: 'New York',
    source: 'General Business Law 399-z(5-a)',
    confidence: 'primary',
    rules: [
      emergencyArea('General Business Law 399-z(5-a): no sales calls into a declared emergency', 'primary'),
    ],
  },
  {
    code: 'VA',
    name: 'Virginia',
    source: 'Code 59.1-510 ff.',
    confidence: 'weak',
    rules: [
      {
        id: 'message',
        kind: 'message',
        elements: ['company', 'opt_out_number'],
        startSeconds: 2,
        purposes: SOLICITATION,
        modes: ['predictive'],
        source: 'Code 59.1-513.1',
        confidence: 'weak',
      },
      {
        id: 'keep-dnc-requests',
        kind: 'retention',
        record: 'dnc_requests',
        days: 3653,
        from: 'made',
        purposes: SOLICITATION,
        source: 'Act of 2026: opt-outs are kept for ten years',
        confidence: 'weak',
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
        id: 'cap',
        kind: 'frequency_cap',
        max: 3,
        seconds: DAY,
        per: 'person',
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
      { hours: { 'mon-sat': ['09:00-21:00'] }, modes: ['manual'], confidence: 'weak' },
    ],
    rules: [identity({ releaseSeconds: 20, modes: AUTOMATED }, 'SDCL 37-30-28', 'primary')],
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
    rules: [
      {
        id: 'consent',
        kind: 'consent',
        level: 'express',
        purposes: SOLICITATION,
        modes: ['prerecorded'],
        exceptTransactionDays: 546,
        source: 'Utah Code 13-25a-103: recorded messages need consent or a business relationship',
        confidence: 'primary',
      },
      identity({ releaseSeconds: 25, modes: AUTOMATED }, 'Utah Code 13-25a-103', 'primary'),
    ],
  },
  {
    code: 'WA',
    name: 'Washington',
    source: 'RCW 80.36.390 as amended 2022',
    confidence: 'secondary',
    windows: [{ hours: { all: ['08:00-20:00'] }, effectiveFrom: '2022-06-09' }],
    rules: [
      identity({ identifySeconds: 30, endOnRequestSeconds: 10 }, 'RCW 80.36.390', 'secondary'),
      {
        id: 'recall-after-refusal',
        kind: 'recall_delay',
        after: 'refused',
        wait: { calendarDays: 365 },
        purposes: SOLICITATION,
        effectiveFrom: '2022-06-09',
        source: 'RCW 80.36.390: at least one year after a request to end the call',
        confidence: 'secondary',
      },
    ],
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
  id: 'dnc',
  kind: 'dnc',
  list: `us-${code.toLowerCase()}-state`,
  maxAgeDays: 31,
  exceptConsent: 'written',
  purposes: ['sales'],
  source: 'State do-not-call list; its exemptions for customers are not used',
  confidence: 'memory',
});

/**
 * States where everybody in a conversation has to agree to its recording; the laws are well known, their texts were not
 * read again. Courts read those of Connecticut, Delaware and Nevada in more than one way, and Michigan's as asking one party.
 */
const RECORDING_LAWS: Readonly<Record<string, readonly [source: string, severity?: 'warn']>> = {
  CA: ['Penal Code 632 and 632.7'],
  CT: ['Gen. Stat. 52-570d'],
  DE: ['11 Del. C. 1335(a)(4)'],
  FL: ['Fla. Stat. 934.03(2)(d)'],
  IL: ['720 ILCS 5/14-2'],
  MA: ['M.G.L. c. 272 s. 99'],
  MD: ['Courts and Judicial Proceedings 10-402'],
  MI: ['MCL 750.539c', 'warn'],
  MT: ['Mont. Code 45-8-213'],
  NH: ['RSA 570-A:2'],
  NV: ['NRS 200.620'],
  PA: ['18 Pa. C.S. 5703 and 5704'],
  WA: ['RCW 9.73.030'],
};

function recordingNotice(code: string): readonly PackRule[] {
  const law = RECORDING_LAWS[code];
  if (law === undefined) return [];
  const [source, severity] = law;
  return [
    {
      id: 'recording',
      kind: 'recording_notice',
      ...(severity !== undefined && { severity }),
      source,
      confidence: 'memory',
    },
  ];
}

/** States that are stricter than federal law. */
export const usStates: readonly RulePack[] = STATES.map((state) => ({
  id: `us-${state.code.toLowerCase()}`,
  title: `United States: ${state.name}`,
  version: '2026.11.4',
  asOf: '2026-11-22',
  jurisdictions: [`US-${state.code}`],
  ...(state.holidays !== undefined && { holidays: state.holidays }),
  ...(state.notes !== undefined && { notes: state.notes }),
  rules: [
    ...(state.windows ?? []).map(
      (window, i): WindowRule => ({
        id: i === 0 ? 'hours' : `hours-${i + 1}`,
        kind: 'calling_window',
        purposes: SOLICITATION,
        source: state.source,
        confidence: state.confidence,
        ...window,
      }),
    ),
    ...(state.rules ?? []),
    ...(WITH_OWN_LIST.includes(state.code) ? [ownList(state.code)] : []),
    ...recordingNotice(state.code),
  ],
}));
