/** Netherlands: Telecommunicatiewet 11.7, code of the trade. */
import type { Section } from './table.js';

export const netherlands: readonly Section[] = [
  {
    pack: 'nl',
    number: '+31205551234',
    zone: 'Europe/Amsterdam',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-22:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | 10:00-16:00 | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      public holidays                | 2026-01-01 2026-04-06 2026-04-27 2026-05-14 2026-05-25 2026-12-25 2026-12-26 2025-05-05 | | closed | hours(holiday) |
      Christmas on a Sunday          | 2022-12-25 | | closed | hours | 2022-12-27 09:00
      King's Day of a Sunday is kept on Saturday | 2025-04-26 | | closed | hours(holiday) | 2025-04-28 09:00
      before an hour is skipped      | 2026-03-28 | | 10:00-16:00 | hours | 2026-03-30 09:00
      before an hour comes twice     | 2026-10-24 | | 10:00-16:00 | hours | 2026-10-26 09:00
    `,
    cases: `
      before opt-in                  | 2021-06-29 13:00 | purpose=sales,fundraising consent=none | allow | |
      when 1 July 2021 has begun anywhere | 2021-06-30 13:00 | mode=any party=any consent=presumed | deny | consent |
      for charities too              | 2021-06-30 13:00 | purpose=fundraising mode=any party=any consent=presumed | deny | consent-fundraising |
      express consent                | 2026-06-30 11:00 | purpose=sales,fundraising mode=any consent=express | allow | |
      a customer of the last year    | 2026-06-30 11:00 | consent=none bought=364d23h59m59s | allow | |
      no longer a customer           | 2026-06-30 11:00 | consent=none bought=365d | deny | consent |
      customers too when 1 July 2026 has begun anywhere | 2026-06-30 13:00 | mode=any party=any consent=presumed bought=1d | deny | consent-customers |
      before it has begun everywhere | 2026-07-01 13:00 | consent=none | deny | consent,consent-customers |
      and after                      | 2026-07-01 15:00 | mode=any consent=none | deny | consent-customers |
      express consent                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any consent=express | allow | |
      charities may call who gave in the last year | 2026-09-14 12:00 | purpose=fundraising mode=any consent=none bought=364d23h59m59s | allow | |
      nobody else                    | 2026-09-14 12:00 | purpose=fundraising mode=any consent=none bought=365d | deny | consent-fundraising |
      not a sale                     | 2026-06-29 12:00 | purpose=survey,service,collection,political consent=none | allow | |
      nor today                      | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none | allow | |
      a withheld number              | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any from=anonymous | deny | caller-id |
      a number is shown              | 2026-09-14 12:00 | from=+31205551200 | allow | |
      not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political from=anonymous | allow | |
    `,
  },
];
