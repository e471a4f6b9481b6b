/** Canada: Unsolicited Telecommunications Rules. */
import type { Section } from './table.js';

const ontario: Section = {
  pack: 'ca-federal',
  number: '+14165550123',
  zone: 'America/Toronto',
  hours: `
    weekday                             | 2026-09-14 | purpose=any mode=predictive,manual party=any | 09:00-21:30 | hours | 2026-09-15 09:00
    Saturday                            | 2026-09-12 | purpose=any mode=predictive,manual party=any | 10:00-18:00 | hours | 2026-09-13 10:00
    Sunday                              | 2026-09-13 | purpose=any mode=predictive,manual party=any | 10:00-18:00 | hours | 2026-09-14 09:00
    Canada Day is like any day          | 2026-07-01 | | 09:00-21:30 | hours | 2026-07-02 09:00
    Remembrance Sunday is like any      | 2029-11-11 | | 10:00-18:00 | hours | 2029-11-12 09:00
    night when an hour is skipped       | 2026-03-07 | | 10:00-18:00 | hours | 2026-03-08 10:00
    night when an hour comes twice      | 2026-10-31 | | 10:00-18:00 | hours | 2026-11-01 10:00
    recorded voices on weekdays         | 2026-09-14 | purpose=any mode=prerecorded party=any | 09:30-20:00 | hours-recorded | 2026-09-15 09:30
    recorded voices on Saturdays        | 2026-09-12 | purpose=any mode=prerecorded party=any | 10:30-17:00 | hours-recorded | 2026-09-13 10:30
    recorded voices on Sundays          | 2026-09-13 | purpose=any mode=prerecorded party=any | 10:30-17:00 | hours-recorded | 2026-09-14 09:30
  `,
  cases: `
    neither recorded nor by an agent before nine | 2026-09-14 08:30 | purpose=any mode=prerecorded party=any | defer | hours,hours-recorded | 2026-09-14 09:30

    a recorded voice needs express consent | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded party=any consent=presumed | deny | consent-recorded |
    which was given                     | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded consent=express | allow | |
    not for other purposes              | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=prerecorded consent=none | allow | |
    nor by an agent                     | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual consent=none | allow | |

    on the national list                | 2026-09-14 12:00 | mode=predictive,manual consent=presumed on=ca-national | deny | dnc |
    by a recorded voice                 | 2026-09-14 12:00 | mode=prerecorded consent=presumed on=ca-national | deny | dnc,consent-recorded |
    with express consent                | 2026-09-14 12:00 | mode=any consent=express on=ca-national | allow | |
    a purchase of 18 months ago         | 2026-09-14 12:00 | consent=none on=ca-national bought=545d23h59m59s | allow | |
    an older purchase                   | 2026-09-14 12:00 | consent=none on=ca-national bought=546d | deny | dnc |
    an inquiry of 6 months ago          | 2026-09-14 12:00 | consent=none on=ca-national asked=180d23h59m59s | allow | |
    an older inquiry                    | 2026-09-14 12:00 | consent=none on=ca-national asked=181d | deny | dnc |
    businesses are exempt               | 2026-09-14 12:00 | party=business mode=predictive,manual consent=none on=ca-national | allow | |
    so are charities, parties and polls | 2026-09-14 12:00 | purpose=fundraising,survey,service,collection,political consent=none on=ca-national | allow | |
    a list of 31 days                   | 2026-09-14 12:00 | consent=none copy=ca-national:31d | allow | |
    a list of more than 31 days         | 2026-09-14 12:00 | consent=none copy=ca-national:31d1s | deny | dnc(list_stale) |

    50 of 1000 abandoned                | 2026-09-14 12:00 | ledger=ca-federal/abandon:50:1000 | allow | |
    51 of 1000                          | 2026-09-14 12:00 | purpose=sales,fundraising party=any ledger=ca-federal/abandon:51:1000 | allow | ~abandon |
    other purposes are not in it        | 2026-09-14 12:00 | purpose=survey,service,collection,political ledger=ca-federal/abandon:51:1000 | allow | |
    nor other ways of dialing           | 2026-09-14 12:00 | mode=manual,prerecorded ledger=ca-federal/abandon:51:1000 | allow | |
    a withheld number                   | 2026-09-14 12:00 | purpose=any mode=any party=any from=anonymous | deny | caller-id |
    a number is shown                   | 2026-09-14 12:00 | from=+14165550100 | allow | |
    emergency line                      | 2026-09-14 12:00 | purpose=any mode=any party=any class=emergency | deny | number-class,gate/number_class |
    health-care facility                | 2026-09-14 12:00 | purpose=any mode=any class=health-care | deny | number-class |
  `,
  duties: `
    abandoned calls of a month  | 2026-09-14 12:00 | purpose=sales,fundraising party=any | connect=2 abandon:ca-federal/abandon=0.05,0.03,live_answers,calendar,month,campaign,2s,answer,known
    not of other calls          | 2026-09-14 12:00 | purpose=survey,service,collection,political | no-abandon
    nor recorded or by hand     | 2026-09-14 12:00 | mode=manual,prerecorded | no-abandon
    records                     | 2026-09-14 12:00 | purpose=any mode=any party=any | keep-abandon_rates=1096 keep-dnc_requests=1110
  `,
};

/** Area codes of several zones, one of them half an hour off. */
const zones: readonly Section[] = [
  {
    pack: 'ca-federal',
    number: '+17095550123',
    zone: 'America/St_Johns',
    hours: `
      Newfoundland or Labrador, half an hour behind | 2026-09-14 | | 09:30-21:30 | hours | 2026-09-15 09:30
      known to be in Newfoundland                   | 2026-09-14 | zones=America/St_Johns | 09:00-21:30 | hours | 2026-09-15 09:00
      night when an hour is skipped                 | 2026-03-07 | zones=America/St_Johns | 10:00-18:00 | hours | 2026-03-08 10:00
      night when an hour comes twice                | 2026-10-31 | zones=America/St_Johns | 10:00-18:00 | hours | 2026-11-01 10:00
    `,
  },
  {
    pack: 'ca-federal',
    number: '+18075550123',
    zone: 'America/Toronto',
    hours: `Eastern and Central time, one place without summer time | 2026-09-14 | | 10:00-21:30 | hours | 2026-09-15 10:00`,
  },
  {
    pack: 'ca-federal',
    number: '+18675550123',
    zone: 'America/Toronto',
    hours: `
      all of the north in summer | 2026-09-14 | | 12:00-21:30 | hours | 2026-09-15 12:00
      in winter                  | 2026-01-14 | | 11:00-21:30 | hours | 2026-01-15 11:00
    `,
  },
  {
    pack: 'ca-federal',
    number: '+12505550123',
    zone: 'America/Vancouver',
    hours: `British Columbia and its east | 2026-09-14 | | 09:00-20:30 | hours | 2026-09-15 09:00`,
  },
  {
    pack: 'ca-federal',
    number: '+14185550123',
    zone: 'America/Toronto',
    hours: `Quebec and its islands | 2026-09-14 | | 09:00-20:30 | hours | 2026-09-15 09:00`,
  },
];

export const canada: readonly Section[] = [ontario, ...zones];
