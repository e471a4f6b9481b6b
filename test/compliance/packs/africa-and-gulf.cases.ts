/** South Africa: Consumer Protection Act. United Arab Emirates: telemarketing regulation. */
import type { Section } from './table.js';

export const africaAndGulf: readonly Section[] = [
  {
    pack: 'za',
    number: '+27110001234',
    zone: 'Africa/Johannesburg',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 08:00-20:00 | hours | 2026-09-15 08:00
      Saturday                       | 2026-09-12 | | 09:00-13:00 | hours | 2026-09-14 08:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 08:00
      public holidays                | 2026-01-01 2026-03-21 2026-04-03 2026-04-06 2026-04-27 2026-05-01 2026-06-16 2026-09-24 2026-12-16 2026-12-25 2026-12-26 | | closed | hours(holiday) |
      Women's Day on a Sunday        | 2026-08-09 | | closed | hours | 2026-08-11 08:00
      the Monday after               | 2026-08-10 | | closed | hours(holiday) | 2026-08-11 08:00
      a Saturday holiday does not move | 2026-03-23 | | 08:00-20:00 | hours | 2026-03-24 08:00
    `,
    cases: `
      on the opt-out registry        | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=za-opt-out | deny | dnc |
      with express consent           | 2026-09-14 12:00 | consent=express on=za-opt-out | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=za-opt-out | allow | |
      cleansed 30 days ago           | 2026-09-14 12:00 | consent=none copy=za-opt-out:30d | allow | |
      more than 30 days ago          | 2026-09-14 12:00 | consent=none copy=za-opt-out:30d1s | deny | dnc(list_stale) |
      before the regulations         | 2026-04-13 13:00 | consent=none on=za-opt-out | allow | |
      when 15 April 2026 has begun anywhere | 2026-04-14 13:00 | consent=none on=za-opt-out | deny | dnc |
    `,
  },
  {
    pack: 'ae',
    number: '+97141234567',
    zone: 'Asia/Dubai',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-18:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | 09:00-18:00 | hours | 2026-09-13 09:00
      Sunday                         | 2026-09-13 | | 09:00-18:00 | hours | 2026-09-14 09:00
      a holiday is like any day      | 2026-12-02 | | 09:00-18:00 | hours | 2026-12-03 09:00
    `,
    cases: `
      second call of a day           | 2026-09-15 12:00 | purpose=sales,fundraising mode=any party=any attempts=2026-09-15T00:00 | defer | cap-day | 2026-09-16 09:00
      on another number              | 2026-09-15 12:00 | elsewhere=1h | defer | cap-day | 2026-09-16 09:00
      the first was yesterday        | 2026-09-15 12:00 | attempts=2026-09-14T23:59 | allow | |
      third call of a week           | 2026-09-17 12:00 | purpose=sales,fundraising mode=any party=any attempts=1d,2026-09-14T00:00 | defer | cap-week | 2026-09-21 09:00
      on another number              | 2026-09-17 12:00 | attempts=1d elsewhere=2d | defer | cap-week | 2026-09-21 09:00
      the first was last week        | 2026-09-17 12:00 | attempts=1d,2026-09-13T23:59 | allow | |
      not marketing                  | 2026-09-17 12:00 | purpose=survey,service,collection,political attempts=1h,2h,3h | allow | |
      after a refusal                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any refused=1d | deny | recall-after-refusal |
      years after it                 | 2026-09-14 12:00 | refused=1200d | deny | recall-after-refusal |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political refused=1d | allow | |
      on the DNCR, whatever the consent | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any on=ae-dncr | deny | dnc |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political on=ae-dncr | allow | |
      a list of 30 days              | 2026-09-14 12:00 | copy=ae-dncr:30d | allow | |
      a list of more than 30 days    | 2026-09-14 12:00 | copy=ae-dncr:30d1s | deny | dnc(list_stale) |
      a foreign number is shown      | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any from=+12125550100 | deny | caller-id |
      none is shown                  | 2026-09-14 12:00 | from=anonymous | deny | caller-id |
      a local one                    | 2026-09-14 12:00 | from=+97141230000 | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political from=+12125550100 | allow | |
      before the rule                | 2024-08-25 15:00 | from=+12125550100 | allow | |
      when 27 August 2024 has begun anywhere | 2024-08-26 15:00 | from=+12125550100 | deny | caller-id |
    `,
    duties: `who is recorded is told | 2026-09-14 12:00 | purpose=any mode=any party=any | notice=block`,
  },
];
