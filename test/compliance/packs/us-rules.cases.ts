/** What American states ask besides hours: caps, consent, lists of their own, emergencies, and duties in the call. */
import type { Section } from './table.js';

interface Place {
  readonly pack: string;
  readonly number: string;
  readonly zone: string;
}

/** Florida, Maryland and Oklahoma: three calls in 24 hours on one subject, written consent where a machine selects and dials. */
const threePerDay = (place: Place, before: string, first: string, until: string): Section => ({
  ...place,
  given: 'purpose=sales,fundraising mode=any party=any',
  cases: `
    the third attempt in 24 hours        | 2026-09-14 12:00 | attempts=1h,2h | allow | |
    the fourth, whatever number is shown | 2026-09-14 12:00 | attempts=1h,2h,3h from=+16145550100 | defer | cap | 2026-09-15 09:00
    a second before the first is a day old | 2026-09-14 12:00 | attempts=1h,2h,23h59m59s | defer | cap | +1s
    when it is                           | 2026-09-14 12:00 | attempts=1h,2h,24h | allow | |
    one on another number of the person  | 2026-09-14 12:00 | attempts=1h,2h elsewhere=3h | defer | cap | 2026-09-15 09:00
    one about something else             | 2026-09-14 12:00 | attempts=1h,2h,3h same-subject=1h,2h | allow | |
    attempts of a clock that ran ahead   | 2026-09-14 12:00 | attempts=+1h,+2h,+3h | defer | cap | 2026-09-15 13:00
    not a solicitation                   | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=predictive,manual attempts=1h,2h,3h | allow | |
    before the law                       | ${before} | attempts=1h,2h,3h | allow | |
    when its date has begun anywhere     | ${first}  | attempts=1h,2h,3h | defer | cap | ${until}

    express consent is not enough        | 2026-09-14 12:00 | purpose=sales mode=predictive consent=express | deny | consent |
    for a recorded voice                 | 2026-09-14 12:00 | purpose=sales mode=prerecorded consent=express | deny | consent,us-federal/consent-recorded |
    an agent dials                       | 2026-09-14 12:00 | mode=manual consent=none | allow | |
    not a sale                           | 2026-09-14 12:00 | purpose=fundraising,survey,service,collection,political mode=predictive consent=none | allow | |
    before the law                       | ${before} | mode=predictive consent=none | allow | |
    when its date has begun anywhere     | ${first}  | purpose=sales mode=predictive consent=none | deny | consent |
  `,
});

const capsAndConsent: readonly Section[] = [
  threePerDay(
    { pack: 'us-fl', number: '+13055550123', zone: 'America/New_York' },
    '2021-06-29 12:00',
    '2021-06-30 12:00',
    '2021-07-01 09:00',
  ),
  threePerDay(
    { pack: 'us-md', number: '+14105550123', zone: 'America/New_York' },
    '2023-12-30 12:00',
    '2023-12-31 12:00',
    '2024-01-01 09:00',
  ),
  threePerDay(
    { pack: 'us-ok', number: '+14055550123', zone: 'America/Chicago' },
    '2022-10-30 12:00',
    '2022-10-31 12:00',
    '2022-11-01 09:00',
  ),
  {
    pack: 'us-or',
    number: '+15035550123',
    zone: 'America/Los_Angeles',
    given: 'purpose=sales,fundraising mode=any party=any',
    cases: `
      the third attempt in 24 hours          | 2026-09-14 12:00 | attempts=1h,2h | allow | |
      the fourth                             | 2026-09-14 12:00 | attempts=1h,2h,23h59m59s | defer | cap | +1s
      the first is a day old                 | 2026-09-14 12:00 | attempts=1h,2h,24h | allow | |
      one on another number of the person    | 2026-09-14 12:00 | attempts=1h,2h elsewhere=3h | defer | cap | 2026-09-15 09:00
      subjects are counted together          | 2026-09-14 12:00 | attempts=1h,2h,3h same-subject=1h | defer | cap | 2026-09-15 09:00
      a customer of the last 18 months       | 2026-09-14 12:00 | attempts=1h,2h,3h bought=545d23h59m59s | allow | |
      no longer a customer                   | 2026-09-14 12:00 | attempts=1h,2h,3h bought=546d | defer | cap | 2026-09-15 09:00
      not a solicitation                     | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=predictive,manual attempts=1h,2h,3h | allow | |
      before the law                         | 2025-12-30 12:00 | attempts=1h,2h,3h | allow | |
      when its date has begun anywhere       | 2025-12-31 12:00 | attempts=1h,2h,3h | defer | cap | 2026-01-01 09:00
    `,
  },
  {
    pack: 'us-me',
    number: '+12075550123',
    zone: 'America/New_York',
    given: 'purpose=sales,fundraising party=any',
    cases: `
      a second call within eight hours  | 2026-09-14 18:00 | mode=predictive,prerecorded attempts=7h59m59s | defer | cap | +1s
      after eight hours                 | 2026-09-14 18:00 | mode=predictive,prerecorded attempts=8h | allow | |
      on another number of the person   | 2026-09-14 18:00 | mode=predictive,prerecorded elsewhere=1h | allow | |
      by an agent                       | 2026-09-14 18:00 | mode=manual attempts=1h | allow | |
      not a solicitation                | 2026-09-14 18:00 | purpose=survey,service,collection,political mode=any attempts=1h | allow | |
      reassigned number not looked up   | 2026-09-14 18:00 | purpose=sales mode=any reassigned=none | allow | ~reassigned,~us-federal/reassigned |
      an answer of less than 30 days    | 2026-09-14 18:00 | purpose=sales reassigned=no:29d23h59m59s | allow | |
      an answer of 30 days              | 2026-09-14 18:00 | purpose=sales reassigned=no:30d | allow | ~reassigned,~us-federal/reassigned |
      only sales calls                  | 2026-09-14 18:00 | purpose=fundraising reassigned=none | allow | ~us-federal/reassigned |
      no other purpose                  | 2026-09-14 18:00 | purpose=survey,service,collection,political reassigned=none | allow | |
      before the law                    | 2024-07-14 18:00 | purpose=sales reassigned=none | allow | ~us-federal/reassigned |
      when its date has begun anywhere  | 2024-07-15 18:00 | purpose=sales reassigned=none | allow | ~reassigned,~us-federal/reassigned |
    `,
  },
  {
    pack: 'us-ct',
    number: '+12035550123',
    zone: 'America/New_York',
    given: 'purpose=sales mode=predictive,manual party=any',
    cases: `
      any sales call needs written consent | 2026-09-14 12:00 | consent=express | deny | consent |
      by a recorded voice                  | 2026-09-14 12:00 | mode=prerecorded consent=express | deny | consent,us-federal/consent-recorded |
      which was given                      | 2026-09-14 12:00 | mode=any | allow | |
      not a sale                           | 2026-09-14 12:00 | purpose=fundraising,survey,service,collection,political consent=none | allow | |
      before the law                       | 2023-09-29 12:00 | consent=none | allow | |
      when its date has begun anywhere     | 2023-09-30 12:00 | consent=express | deny | consent |
    `,
  },
  {
    pack: 'us-ut',
    number: '+18015550123',
    zone: 'America/Denver',
    given: 'purpose=sales,fundraising mode=prerecorded party=any',
    // Federal law asks for more, so that Utah never forbids alone.
    cases: `
      a recorded message without consent | 2026-09-14 12:00 | consent=presumed | deny | consent,us-federal/consent-recorded |
      with express consent               | 2026-09-14 12:00 | consent=express | deny | us-federal/consent-recorded |
      to a customer of the last 18 months | 2026-09-14 12:00 | consent=none bought=545d23h59m59s | deny | us-federal/consent-recorded |
      no longer a customer               | 2026-09-14 12:00 | consent=none bought=546d | deny | consent,us-federal/consent-recorded |
      an agent speaks                    | 2026-09-14 12:00 | mode=predictive,manual consent=none | allow | |
      not a solicitation                 | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none | allow | |
    `,
    duties: `
      the line is free in 25 s | 2026-09-14 12:00 | mode=predictive,prerecorded | release=25 no-identify no-end
      not where agents dial    | 2026-09-14 12:00 | mode=manual | no-release
      nor for other purposes   | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any | no-release
    `,
  },
  {
    pack: 'us-wa',
    number: '+12065550123',
    zone: 'America/Los_Angeles',
    given: 'purpose=sales,fundraising mode=any party=any',
    cases: `
      a year after a refusal           | 2026-09-14 12:00 | refused=2025-09-14T19:00 | defer | recall-after-refusal | 2026-09-15 08:00
      the day after that year          | 2026-09-14 12:00 | refused=2025-09-13T19:00 | allow | |
      not a solicitation               | 2026-09-14 12:00 | purpose=survey,service,collection,political refused=1d | allow | |
      before the law                   | 2022-06-07 12:00 | refused=1d | allow | |
      when its date has begun anywhere | 2022-06-08 12:00 | refused=2022-06-07T12:00 | defer | recall-after-refusal | 2023-06-08 08:00
    `,
    duties: `
      says who calls in 30 s, ends in 10 s | 2026-09-14 12:00 | | identify=30 end=10 no-release
      other purposes                       | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any | no-identify no-end
    `,
  },
  {
    pack: 'us-sd',
    number: '+16055550123',
    zone: 'America/Chicago',
    given: 'purpose=sales,fundraising party=any',
    duties: `
      the line is free in 20 s | 2026-09-14 12:00 | mode=predictive,prerecorded | release=20 no-identify no-end
      not where agents dial    | 2026-09-14 12:00 | mode=manual | no-release
      nor for other purposes   | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any | no-release
    `,
  },
  {
    pack: 'us-va',
    number: '+18045550123',
    zone: 'America/New_York',
    given: 'purpose=sales,fundraising party=any',
    duties: `
      who calls, and an opt-out, in 2 s | 2026-09-14 12:00 | mode=predictive | message=company,opt_out_number@2
      where nobody can be abandoned     | 2026-09-14 12:00 | mode=manual,prerecorded | no-message
      opt-outs are kept for ten years   | 2026-09-14 12:00 | mode=any | keep-dnc_requests=3653 no-keep-calls
      other purposes                    | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any | no-message no-keep
    `,
  },
];

/** New York and Louisiana: no sales calls into an area under a declared emergency. */
const emergencies: readonly Section[] = [
  { pack: 'us-ny', number: '+12125550123', zone: 'America/New_York', area: 'US-NY', other: 'US-LA' },
  { pack: 'us-la', number: '+15045550123', zone: 'America/Chicago', area: 'US-LA', other: 'US-NY' },
].map(
  ({ area, other, ...place }): Section => ({
    ...place,
    cases: `
      while an emergency lasts             | 2026-09-14 12:00 | mode=any party=any emergency=${area}:1h:+2h | defer | emergency | +2h
      until further notice                 | 2026-09-14 12:00 | emergency=${area}:1h | deny | emergency |
      one that begins later                | 2026-09-14 12:00 | emergency=${area}:+1s | allow | |
      one that is over                     | 2026-09-14 12:00 | emergency=${area}:2h:0s | allow | |
      elsewhere                            | 2026-09-14 12:00 | emergency=${other}:1h | allow | |
      fundraising, which the operator stops too | 2026-09-14 12:00 | purpose=fundraising emergency=${area}:1h | deny | gate/emergency_area |
      not a solicitation                   | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any emergency=${area}:1h | allow | |
    `,
  }),
);

/** Do-not-call lists of the states: pack | number | zone | what else asks for consent in an automated call. */
const OWN_LISTS = [
  ['us-co', '+13035550123', 'America/Denver', ''],
  ['us-fl', '+13055550123', 'America/New_York', ',consent'],
  ['us-in', '+13175550123', 'America/Indiana/Indianapolis', ''],
  ['us-la', '+15045550123', 'America/Chicago', ''],
  ['us-ma', '+16175550123', 'America/New_York', ''],
  ['us-mo', '+13145550123', 'America/Chicago', ''],
  ['us-ok', '+14055550123', 'America/Chicago', ',consent'],
  ['us-pa', '+17175550123', 'America/New_York', ''],
  ['us-tn', '+16155550123', 'America/Chicago', ''],
  ['us-tx', '+15125550123', 'America/Chicago', ''],
  ['us-wy', '+13075550123', 'America/Denver', ''],
] as const;

const ownLists: readonly Section[] = OWN_LISTS.map(([pack, number, zone, also]) => ({
  pack,
  number,
  zone,
  given: 'purpose=sales mode=manual party=any',
  cases: `
    on the state's list        | 2026-09-14 12:00 | consent=express on=${pack}-state | deny | dnc |
    dialed by the engine       | 2026-09-14 12:00 | mode=predictive consent=express on=${pack}-state | deny | dnc${also} |
    by a recorded voice        | 2026-09-14 12:00 | mode=prerecorded consent=express on=${pack}-state | deny | dnc,us-federal/consent-recorded${also} |
    with written consent       | 2026-09-14 12:00 | mode=any on=${pack}-state | allow | |
    a customer is not exempt   | 2026-09-14 12:00 | consent=express bought=1d asked=1d on=${pack}-state | deny | dnc |
    a list of 31 days          | 2026-09-14 12:00 | consent=express copy=${pack}-state:31d | allow | |
    a list of more than 31 days | 2026-09-14 12:00 | consent=express copy=${pack}-state:31d1s | deny | dnc(list_stale) |
    not a sale                 | 2026-09-14 12:00 | purpose=fundraising,survey,service,collection,political consent=none on=${pack}-state | allow | |
  `,
}));

/** States where a conversation is recorded only with everybody's knowledge; a number in each. */
const RECORDING_NOTICES: readonly (readonly [
  state: string,
  number: string,
  zone: string,
  severity?: string,
])[] = [
  ['ca', '+12135550123', 'America/Los_Angeles'],
  ['ct', '+12035550123', 'America/New_York'],
  ['de', '+13025550123', 'America/New_York'],
  ['fl', '+13055550123', 'America/New_York'],
  ['il', '+13125550123', 'America/Chicago'],
  ['ma', '+16175550123', 'America/New_York'],
  ['md', '+14105550123', 'America/New_York'],
  ['mi', '+13135550123', 'America/New_York', 'warn'],
  ['mt', '+14065550123', 'America/Denver'],
  ['nh', '+16035550123', 'America/New_York'],
  ['nv', '+17025550123', 'America/Los_Angeles'],
  ['pa', '+12155550123', 'America/New_York'],
  ['wa', '+12065550123', 'America/Los_Angeles'],
];

export const usRules: readonly Section[] = [
  ...capsAndConsent,
  ...emergencies,
  ...ownLists,
  ...RECORDING_NOTICES.map(
    ([state, number, zone, severity = 'block']): Section => ({
      pack: `us-${state}`,
      number,
      zone,
      duties: `who is recorded is told | 2026-09-14 12:00 | purpose=any mode=any party=any | notice=${severity}`,
    }),
  ),
];
