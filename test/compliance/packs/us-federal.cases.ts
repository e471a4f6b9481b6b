/** Federal law of the United States: TCPA rules, Telemarketing Sales Rule, Regulation F. */
import type { Section } from './table.js';

/** Ohio, which has no law of its own in the packs. */
const ohio: Section = {
  pack: 'us-federal',
  number: '+16145550123',
  zone: 'America/New_York',
  hours: `
    weekday                        | 2026-09-14 | purpose=any mode=any party=any | 08:00-21:00 | hours | 2026-09-15 08:00
    Saturday                       | 2026-09-12 | purpose=any mode=any | 08:00-21:00 | hours | 2026-09-13 08:00
    Sunday                         | 2026-09-13 | purpose=any mode=any | 08:00-21:00 | hours | 2026-09-14 08:00
    Christmas is like any day      | 2026-12-25 | | 08:00-21:00 | hours | 2026-12-26 08:00
    a Sunday holiday too           | 2027-07-04 | | 08:00-21:00 | hours | 2027-07-05 08:00
    night when an hour is skipped  | 2026-03-07 | | 08:00-21:00 | hours | 2026-03-08 08:00
    day after it                   | 2026-03-08 | | 08:00-21:00 | hours | 2026-03-09 08:00
    night when an hour comes twice | 2026-10-31 | | 08:00-21:00 | hours | 2026-11-01 08:00
    day after it                   | 2026-11-01 | | 08:00-21:00 | hours | 2026-11-02 08:00
    a long ring ends inside        | 2026-09-14 | ring=300 | 08:00-21:00 | hours | 2026-09-15 08:00
  `,
  cases: `
    on the national list           | 2026-09-14 12:00 | party=any mode=predictive,manual consent=express on=us-national | deny | dnc |
    on it, by a recorded voice     | 2026-09-14 12:00 | mode=prerecorded consent=express on=us-national | deny | dnc,consent-recorded |
    on it, with written consent    | 2026-09-14 12:00 | mode=any on=us-national | allow | |
    a purchase of 18 months ago    | 2026-09-14 12:00 | consent=none on=us-national bought=545d23h59m59s | allow | |
    an older purchase              | 2026-09-14 12:00 | consent=none on=us-national bought=546d | deny | dnc |
    an inquiry of 3 months ago     | 2026-09-14 12:00 | consent=none on=us-national asked=88d23h59m59s | allow | |
    an older inquiry               | 2026-09-14 12:00 | consent=none on=us-national asked=89d | deny | dnc |
    the list is for sales only     | 2026-09-14 12:00 | purpose=fundraising,survey,service,collection,political consent=none on=us-national | allow | |
    a list of 31 days              | 2026-09-14 12:00 | consent=none copy=us-national:31d | allow | |
    a list of more than 31 days    | 2026-09-14 12:00 | consent=none copy=us-national:31d1s | deny | dnc(list_stale) |
    a list of tomorrow             | 2026-09-14 12:00 | consent=none copy=us-national:+1d | deny | dnc(list_stale) |
    asked this company to stop     | 2026-09-14 12:00 | purpose=any mode=any dnc=internal | deny | gate/dnc |

    a recorded voice needs written consent | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded party=any consent=express | deny | consent-recorded |
    which was given                | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded | allow | |
    not for other purposes         | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=prerecorded consent=none | allow | |
    not for agents                 | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual consent=none | allow | |

    seventh attempt on a debt in 7 days | 2026-09-14 12:00 | purpose=collection attempts=1d,2d,3d,4d,5d,6d | allow | |
    the eighth                     | 2026-09-14 12:00 | purpose=collection mode=any party=any attempts=1d,2d,3d,4d,5d,6d,6d23h59m59s | defer | cap-collection | +1s
    seven, the first a week ago    | 2026-09-14 12:00 | purpose=collection attempts=1d,2d,3d,4d,5d,6d,7d | allow | |
    on other numbers of the person | 2026-09-14 12:00 | purpose=collection attempts=1d,2d,3d elsewhere=1d,2d,3d,4d | defer | cap-collection | +3d
    one of them on another debt    | 2026-09-14 12:00 | purpose=collection attempts=1d,2d,3d,4d,5d,6d,6d same-subject=1d,2d,3d,4d,5d,6d | allow | |
    sales are not counted so       | 2026-09-14 12:00 | purpose=sales,fundraising,survey,service,political attempts=1d,2d,3d,4d,5d,6d,6d | allow | |
    seventh day of a conversation  | 2026-09-14 12:00 | purpose=collection mode=any party=any conversation=2026-09-08T18:00 | defer | recall-after-conversation | 2026-09-15 08:00
    the day after                  | 2026-09-14 12:00 | purpose=collection conversation=2026-09-07T18:00 | allow | |
    a conversation about sales     | 2026-09-14 12:00 | purpose=sales,fundraising,survey,service,political conversation=1h | allow | |

    third recorded information in 30 days | 2026-09-14 12:00 | purpose=survey,service,political mode=prerecorded attempts=1d,2d | allow | |
    the fourth                     | 2026-09-14 12:00 | purpose=survey,service,political mode=prerecorded attempts=1d,2d,29d23h59m59s | defer | cap-informational-recorded | +1s
    the third is 30 days old       | 2026-09-14 12:00 | purpose=service mode=prerecorded attempts=1d,2d,30d | allow | |
    to a business                  | 2026-09-14 12:00 | purpose=survey,service,political mode=prerecorded party=business attempts=1d,2d,3d | allow | |
    by an agent                    | 2026-09-14 12:00 | purpose=survey,service,political mode=predictive,manual attempts=1d,2d,3d | allow | |
    recorded for other purposes    | 2026-09-14 12:00 | purpose=sales,fundraising,collection mode=prerecorded attempts=1d,2d,3d | allow | |

    refused about this             | 2026-09-14 12:00 | subject=energy refused-about=energy | deny | gate/consent |
    about something else, before 31 January 2027 | 2027-01-29 12:00 | purpose=any mode=any subject=phones refused-about=energy | allow | |
    from when that date begins anywhere | 2027-01-30 12:00 | purpose=any mode=predictive,prerecorded party=any subject=phones refused-about=energy | deny | revoke-all |
    not where an agent dials       | 2027-01-31 12:00 | mode=manual subject=phones refused-about=energy | allow | |

    three of a hundred abandoned   | 2026-09-14 12:00 | ledger=us-federal/abandon:3:100 | allow | |
    30 of 1000                     | 2026-09-14 12:00 | ledger=us-federal/abandon:30:1000 | allow | |
    31 of 1000                     | 2026-09-14 12:00 | purpose=sales,fundraising party=any ledger=us-federal/abandon:31:1000 | allow | ~abandon |
    other purposes are not in it   | 2026-09-14 12:00 | purpose=survey,service,collection,political ledger=us-federal/abandon:31:1000 | allow | |
    nor other ways of dialing      | 2026-09-14 12:00 | mode=manual,prerecorded ledger=us-federal/abandon:31:1000 | allow | |

    14 s of ringing                | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,prerecorded party=any ring=14 | deny | ring |
    15 s of ringing                | 2026-09-14 12:00 | mode=any ring=15 | allow | |
    an agent may ring shorter      | 2026-09-14 12:00 | purpose=any mode=manual ring=5 | allow | |
    and other purposes             | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any ring=5 | allow | |
    a withheld number              | 2026-09-14 12:00 | purpose=any mode=any party=any from=anonymous | deny | caller-id |
    a number is shown              | 2026-09-14 12:00 | mode=any from=+16145550100 | allow | |
    emergency line                 | 2026-09-14 12:00 | purpose=any mode=predictive,prerecorded party=any class=emergency | deny | number-class,gate/number_class |
    room of a patient              | 2026-09-14 12:00 | mode=predictive,prerecorded class=health-care | deny | number-class |
    room of a patient, by hand     | 2026-09-14 12:00 | mode=manual class=health-care | allow | |
    emergency line, by hand        | 2026-09-14 12:00 | mode=manual class=emergency | deny | gate/number_class |
    changed hands                  | 2026-09-14 12:00 | purpose=any reassigned=yes | deny | gate/reassigned |
    not checked for that           | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any reassigned=none | allow | ~reassigned |
    checked within 30 days         | 2026-09-14 12:00 | reassigned=no:29d23h59m59s | allow | |
    checked 30 days ago            | 2026-09-14 12:00 | reassigned=no:30d | allow | ~reassigned |
    only solicitations are checked | 2026-09-14 12:00 | purpose=survey,service,collection,political reassigned=none | allow | |
  `,
  duties: `
    solicitation by the engine     | 2026-09-14 12:00 | purpose=sales,fundraising party=any | connect=2 ring=15 message=company,telemarketing_purpose,opt_out_number,opt_out_key,no_marketing@2 abandon:us-federal/abandon=0.03,0.025,live_answers,blockDays,30,campaign,2s,end_of_greeting,known
    any solicitation               | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any | keep-calls=1827 keep-dnc_requests=1827 keep-consents=1827 keep-abandon_rates=1827
    recorded or by hand            | 2026-09-14 12:00 | purpose=sales,fundraising mode=manual,prerecorded | no-message no-abandon no-connect
    by hand                        | 2026-09-14 12:00 | purpose=sales,fundraising mode=manual | no-ring
    records of collection          | 2026-09-14 12:00 | purpose=collection mode=any party=any | keep-calls=1096 no-keep-dnc no-keep-consents no-keep-abandon no-message no-abandon no-ring
    nothing else is asked for      | 2026-09-14 12:00 | purpose=survey,service,political mode=any | no-keep no-message no-abandon no-ring
    before the rule of 16 May 2024 | 2024-05-14 12:00 | purpose=sales,fundraising mode=any | no-keep
    from when that date begins anywhere | 2024-05-15 12:00 | mode=any | keep-calls=1827 keep-dnc_requests=1827 keep-consents=1827 keep-abandon_rates=1827
  `,
};

/** Area codes that straddle a border of time zones, and one that does not: the clock that is behind opens, the other closes. */
const zones: readonly Section[] = [
  ...['+18125550123', '+19305550123', '+12195550123', '+15745550123', '+14235550123'].map(
    (number): Section => ({
      pack: 'us-federal',
      number,
      zone: 'America/New_York',
      hours: `
        split of Eastern and Central time | 2026-09-14 | | 09:00-21:00 | hours | 2026-09-15 09:00
        in winter                         | 2026-01-14 | | 09:00-21:00 | hours | 2026-01-15 09:00
        night when an hour is skipped     | 2026-03-07 | | 09:00-21:00 | hours | 2026-03-08 09:00
      `,
    }),
  ),
  ...['+17015550123', '+16205550123', '+17855550123', '+13085550123'].map(
    (number): Section => ({
      pack: 'us-federal',
      number,
      zone: 'America/Chicago',
      hours: `split of Central and Mountain time | 2026-09-14 | | 09:00-21:00 | hours | 2026-09-15 09:00`,
    }),
  ),
  {
    pack: 'us-federal',
    number: '+12085550123',
    zone: 'America/Boise',
    hours: `split of Mountain and Pacific time | 2026-09-14 | | 09:00-21:00 | hours | 2026-09-15 09:00`,
  },
  {
    pack: 'us-federal',
    number: '+19075550123',
    zone: 'America/Anchorage',
    hours: `Alaska with its islands | 2026-09-14 | | 09:00-21:00 | hours | 2026-09-15 09:00`,
  },
  {
    pack: 'us-federal',
    number: '+19285550123',
    zone: 'America/Phoenix',
    hours: `
      Arizona and the Navajo Nation in winter  | 2026-01-14 | | 08:00-21:00 | hours | 2026-01-15 08:00
      whose clock is an hour ahead in summer   | 2026-09-14 | | 08:00-20:00 | hours | 2026-09-15 08:00
      day on which the Nation's clock changes  | 2026-03-08 | | 08:00-20:00 | hours | 2026-03-09 08:00
      and changes back                         | 2026-11-01 | | 08:00-21:00 | hours | 2026-11-02 08:00
    `,
  },
  {
    pack: 'us-federal',
    number: '+18085550123',
    zone: 'Pacific/Honolulu',
    hours: `Hawaii | 2026-09-14 | | 08:00-21:00 | hours | 2026-09-15 08:00`,
  },
  {
    pack: 'us-federal',
    number: '+16715550123',
    zone: 'Pacific/Guam',
    hours: `Guam | 2026-09-14 | | 08:00-21:00 | hours | 2026-09-15 08:00`,
  },
  {
    pack: 'us-federal',
    number: '+15555550123',
    zone: 'America/New_York',
    // From nine in Guam, where Canadian law would open, to nine in Newfoundland, where American law would close.
    hours: `
      area code that nobody knows        | 2026-09-14 | | 19:00-19:30 | ca-federal/hours; hours | 2026-09-15 19:00
      its Friday is a Saturday in Guam   | 2026-09-18 | | closed      | hours,ca-federal/hours | 2026-09-21 19:00
    `,
  },
  {
    pack: 'us-federal',
    number: '+16145550123',
    zone: 'America/New_York',
    hours: `
      the record says California: both clocks | 2026-09-14 | zones=America/Los_Angeles | 11:00-21:00 | hours | 2026-09-15 11:00
      a ZIP code of two zones                 | 2026-09-14 | country=US postal=47708 | 09:00-21:00 | hours | 2026-09-15 09:00
    `,
  },
];

export const usFederal: readonly Section[] = [ohio, ...zones];
