/** Spain: TRLGDCU, Ley General de Telecomunicaciones. */
import type { Section } from './table.js';

export const spain: readonly Section[] = [
  {
    pack: 'es',
    number: '+34915551234',
    zone: 'Europe/Madrid',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-21:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | closed | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      public holidays                | 2026-01-01 2026-01-06 2026-04-03 2026-05-01 2026-10-12 2026-12-08 2026-12-25 2025-08-15 2027-11-01 2027-12-06 | | closed | hours(holiday) |
      Constitution Day, a Sunday     | 2026-12-06 | | closed | hours | 2026-12-07 09:00
      before an hour is skipped      | 2026-03-27 | | 09:00-21:00 | hours | 2026-03-30 09:00
      before an hour comes twice     | 2026-10-23 | | 09:00-21:00 | hours | 2026-10-26 09:00
    `,
    cases: `
      without consent                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed | deny | consent |
      with express consent           | 2026-09-14 12:00 | purpose=sales,fundraising mode=any consent=express | allow | |
      a customer of the last year    | 2026-09-14 12:00 | consent=none bought=364d23h59m59s | allow | |
      no longer a customer           | 2026-09-14 12:00 | consent=none bought=365d | deny | consent |
      not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none | allow | |
      on the Lista Robinson, a customer | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed bought=1d on=es-robinson | deny | dnc |
      on it, without consent         | 2026-09-14 12:00 | consent=none on=es-robinson | deny | dnc,consent |
      with express consent           | 2026-09-14 12:00 | mode=any consent=express on=es-robinson | allow | |
      a list of 30 days              | 2026-09-14 12:00 | consent=none bought=1d copy=es-robinson:30d | allow | |
      a list of more than 30 days    | 2026-09-14 12:00 | consent=none bought=1d copy=es-robinson:30d1s | deny | dnc(list_stale) |
      not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=es-robinson | allow | |
      mobile numbers, 6              | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any from=+34612345678 | deny | caller-id |
      and 7                          | 2026-09-14 12:00 | from=+34712345678 | deny | caller-id |
      a landline                     | 2026-09-14 12:00 | from=+34915551200 | allow | |
      not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political from=+34612345678 | allow | |
      before June 2025               | 2025-05-30 13:00 | from=+34612345678 | allow | |
      when 1 June has begun anywhere, a Saturday here | 2025-05-31 13:00 | from=+34612345678 | deny | hours,caller-id |
    `,
  },
  {
    pack: 'es',
    number: '+34600555123',
    zone: 'Europe/Madrid',
    hours: `
      a mobile may be in the Canary Islands | 2026-09-14 | | 10:00-21:00 | hours | 2026-09-15 10:00
      known to be there                     | 2026-09-14 | country=ES postal=35001 | 10:00-22:00 | hours | 2026-09-15 10:00
    `,
  },
];
