/** Italy: code of conduct, Registro delle opposizioni, Garante on silent calls. */
import type { Section } from './table.js';

export const italy: readonly Section[] = [
  {
    pack: 'it',
    number: '+390655512345',
    zone: 'Europe/Rome',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-20:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | 10:00-19:00 | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      public holidays                | 2026-01-01 2026-01-06 2026-04-06 2026-04-25 2026-05-01 2026-06-02 2026-08-15 2026-12-08 2026-12-25 2026-12-26 2027-11-01 | | closed | hours(holiday) |
      day before Republic Day        | 2026-06-01 | | 10:00-19:00 | hours(holiday) | 2026-06-03 09:00
      Friday before a holiday        | 2026-04-24 | | 10:00-19:00 | hours(holiday) | 2026-04-27 09:00
      Saturday before one            | 2026-10-31 | | 10:00-19:00 | hours | 2026-11-02 09:00
      All Saints on a Sunday         | 2026-11-01 | | closed | hours | 2026-11-02 09:00
      has no substitute              | 2026-11-02 | | 09:00-20:00 | hours | 2026-11-03 09:00
      San Francesco was none before 2026 | 2024-10-04 | | 09:00-20:00 | hours | 2024-10-05 10:00
      is one from 2026, on Mondays too | 2027-10-04 | | closed | hours(holiday) | 2027-10-05 09:00
      before an hour is skipped      | 2026-03-28 | | 10:00-19:00 | hours | 2026-03-30 09:00
      before an hour comes twice     | 2026-10-24 | | 10:00-19:00 | hours | 2026-10-26 09:00
    `,
    cases: `
      on the register, whatever the consent | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any on=it-rpo | deny | dnc |
      a check of 15 days             | 2026-09-14 12:00 | copy=it-rpo:15d | allow | |
      a check of more than 15 days   | 2026-09-14 12:00 | copy=it-rpo:15d1s | deny | dnc(list_stale) |
      not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political on=it-rpo | allow | |
      a second short of five days after a silent call | 2026-09-14 12:00 | purpose=any mode=manual party=any abandoned=4d23h59m59s | defer | recall-after-abandon | +1s
      by the engine                  | 2026-09-14 12:00 | mode=predictive,prerecorded abandoned=4d23h59m59s | defer | recall-after-abandon,~agent-after-abandon | +1s
      after five days, by an agent   | 2026-09-14 12:00 | mode=manual abandoned=5d | allow | |
      by the engine, with an agent guaranteed | 2026-09-14 12:00 | purpose=any mode=predictive,prerecorded party=any abandoned=5d | allow | ~agent-after-abandon |
      for ever                       | 2026-09-14 12:00 | abandoned=1200d | allow | ~agent-after-abandon |
      30 of 1000 silent              | 2026-09-14 12:00 | ledger=it/abandon:30:1000 | allow | |
      31 of 1000                     | 2026-09-14 12:00 | purpose=any party=any ledger=it/abandon:31:1000 | allow | ~abandon |
      other ways of dialing          | 2026-09-14 12:00 | mode=manual,prerecorded ledger=it/abandon:31:1000 | allow | |
      a withheld number              | 2026-09-14 12:00 | purpose=any mode=any party=any from=anonymous | deny | caller-id |
      a number is shown              | 2026-09-14 12:00 | from=+390655512300 | allow | |
    `,
    duties: `
      silent calls     | 2026-09-14 12:00 | purpose=any party=any | connect=3 abandon:it/abandon=0.03,0.03,live_answers,calendar,day,campaign,3s,answer,known
      not by hand      | 2026-09-14 12:00 | mode=manual,prerecorded | no-abandon
      records          | 2026-09-14 12:00 | purpose=any mode=any party=any | keep-abandon_rates=731
    `,
  },
];
