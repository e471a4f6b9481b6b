/** United Kingdom: Ofcom on persistent misuse, PECR. */
import type { Section } from './table.js';

export const unitedKingdom: readonly Section[] = [
  {
    pack: 'gb',
    number: '+441632960123',
    zone: 'Europe/London',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 08:00-21:00 | hours | 2026-09-15 08:00
      Saturday                       | 2026-09-12 | | 08:00-21:00 | hours | 2026-09-13 10:00
      Sunday                         | 2026-09-13 | | 10:00-20:00 | hours | 2026-09-14 08:00
      Christmas is like any day      | 2026-12-25 | | 08:00-21:00 | hours | 2026-12-26 08:00
      on a Sunday too                | 2022-12-25 | | 10:00-20:00 | hours | 2022-12-26 08:00
      night when an hour is skipped  | 2026-03-28 | | 08:00-21:00 | hours | 2026-03-29 10:00
      night when an hour comes twice | 2026-10-24 | | 08:00-21:00 | hours | 2026-10-25 10:00
    `,
    cases: `
      a second short of three days after an abandoned call | 2026-09-14 12:00 | purpose=any mode=predictive,prerecorded party=any abandoned=71h59m59s | defer | recall-after-abandon | +1s
      three days after               | 2026-09-14 12:00 | mode=predictive,prerecorded abandoned=72h | allow | |
      an agent is dedicated          | 2026-09-14 12:00 | mode=manual abandoned=1h | allow | |
      a second short of three days after a machine | 2026-09-14 12:00 | purpose=any mode=predictive,prerecorded party=any machine=71h59m59s | defer | recall-after-machine | +1s
      three days after               | 2026-09-14 12:00 | mode=predictive,prerecorded machine=72h | allow | |
      an agent is dedicated          | 2026-09-14 12:00 | mode=manual machine=1h | allow | |

      on the TPS                     | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual party=any consent=presumed on=gb-tps | deny | dnc |
      by a recorded voice            | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded consent=presumed on=gb-tps | deny | dnc,consent-recorded |
      with express consent           | 2026-09-14 12:00 | mode=any consent=express on=gb-tps | allow | |
      a customer is not exempt       | 2026-09-14 12:00 | consent=none bought=1d asked=1d on=gb-tps | deny | dnc |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=gb-tps | allow | |
      a list of 28 days              | 2026-09-14 12:00 | consent=none copy=gb-tps:28d | allow | |
      a list of more than 28 days    | 2026-09-14 12:00 | consent=none copy=gb-tps:28d1s | deny | dnc(list_stale) |
      a recorded voice needs express consent | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded party=any consent=presumed | deny | consent-recorded |
      which was given                | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded consent=express | allow | |
      not for other purposes         | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=prerecorded consent=none | allow | |
      nor by an agent                | 2026-09-14 12:00 | mode=predictive,manual consent=none | allow | |

      30 of 1000 abandoned           | 2026-09-14 12:00 | ledger=gb/abandon:30:1000 | allow | |
      31 of 1000, until the ledger's day is over | 2026-09-14 12:00 | purpose=any party=any ledger=gb/abandon:31:1000:+2h | defer | abandon | +2h
      when it is over                | 2026-09-14 12:00 | ledger=gb/abandon:31:1000:0s | allow | |
      other ways of dialing          | 2026-09-14 12:00 | mode=manual,prerecorded ledger=gb/abandon:31:1000 | allow | |
      14 s of ringing                | 2026-09-14 12:00 | purpose=any mode=predictive,prerecorded party=any ring=14 | deny | ring |
      15 s of ringing                | 2026-09-14 12:00 | mode=any ring=15 | allow | |
      an agent may ring shorter      | 2026-09-14 12:00 | purpose=any mode=manual ring=5 | allow | |
      a withheld number              | 2026-09-14 12:00 | purpose=any mode=any party=any from=anonymous | deny | caller-id |
      a geographic number            | 2026-09-14 12:00 | from=+441632960100 | allow | |
      premium numbers                | 2026-09-14 12:00 | from=+449098790000 | deny | caller-id |
      0871                           | 2026-09-14 12:00 | from=+448712345678 | deny | caller-id |
      0872                           | 2026-09-14 12:00 | from=+448722345678 | deny | caller-id |
      0873                           | 2026-09-14 12:00 | from=+448732345678 | deny | caller-id |
    `,
    duties: `
      calls by the engine     | 2026-09-14 12:00 | purpose=any party=any | connect=2 ring=15 message=company,opt_out_number,no_marketing@2 abandon:gb/abandon=0.03,0.01,connected_and_abandoned,calendar,day,campaign,2s,answer,estimated
      recorded voices         | 2026-09-14 12:00 | mode=prerecorded | ring=15 no-message no-abandon no-connect
      calls by hand           | 2026-09-14 12:00 | mode=manual | no-ring no-message no-abandon
      records                 | 2026-09-14 12:00 | purpose=any mode=any party=any | keep-abandon_rates=731
    `,
  },
];
