/** France: Code de la consommation. */
import type { Section } from './table.js';

export const france: readonly Section[] = [
  {
    pack: 'fr',
    number: '+33199001234',
    zone: 'Europe/Paris',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 10:00-13:00 14:00-20:00 | hours | 2026-09-15 10:00
      Saturday                       | 2026-09-12 | | closed | hours | 2026-09-14 10:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 10:00
      public holidays                | 2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-11-11 2026-12-25 2025-08-15 2027-11-01 | | closed | hours(holiday) |
      a holiday on a Saturday        | 2026-08-15 | | closed | hours | 2026-08-17 10:00
      All Saints on a Sunday         | 2026-11-01 | | closed | hours | 2026-11-02 10:00
      has no substitute              | 2026-11-02 | | 10:00-13:00 14:00-20:00 | hours | 2026-11-03 10:00
      before an hour is skipped      | 2026-03-27 | | 10:00-13:00 14:00-20:00 | hours | 2026-03-30 10:00
      before an hour comes twice     | 2026-10-23 | | 10:00-13:00 14:00-20:00 | hours | 2026-10-26 10:00
    `,
    cases: `
      half past one                  | 2026-09-14 13:30 | | defer | hours | 2026-09-14 14:00
      fourth solicitation in 30 days | 2026-09-14 11:00 | attempts=2d,9d,16d | allow | |
      the fifth, the first 29 dates ago | 2026-09-14 11:00 | purpose=sales,fundraising mode=any party=any attempts=2d,9d,16d,2026-08-16T10:00 | defer | cap | 2026-09-15 10:00
      the first 30 dates ago         | 2026-09-14 11:00 | attempts=2d,9d,16d,2026-08-15T20:00 | allow | |
      on other numbers of the person | 2026-09-14 11:00 | attempts=2d,9d elsewhere=16d,2026-08-16T10:00 | defer | cap | 2026-09-15 10:00
      not a solicitation             | 2026-09-14 11:00 | purpose=survey,service,collection,political attempts=2d,9d,16d,17d | allow | |
      sixtieth day after a refusal   | 2026-09-14 11:00 | purpose=sales,fundraising mode=any party=any refused=2026-07-16T19:00 | defer | recall-after-refusal | 2026-09-15 10:00
      sixty-first                    | 2026-09-14 11:00 | refused=2026-07-15T19:00 | allow | |
      not a solicitation             | 2026-09-14 11:00 | purpose=survey,service,collection,political refused=1d | allow | |

      on Bloctel, whatever the consent | 2026-08-10 11:00 | mode=any party=any on=fr-bloctel | defer | dnc | 2026-08-11 14:00
      not a sale                     | 2026-08-10 11:00 | purpose=fundraising,survey,service,collection,political consent=none on=fr-bloctel | allow | |
      a list of 30 days              | 2026-08-10 11:00 | copy=fr-bloctel:30d | allow | |
      a list of more than 30 days    | 2026-08-10 11:00 | copy=fr-bloctel:30d1s | defer | dnc(list_stale) | 2026-08-11 14:00
      Bloctel ends when 11 August 2026 has begun everywhere | 2026-08-11 11:00 | on=fr-bloctel | defer | dnc | 2026-08-11 14:00
      it has                         | 2026-08-11 15:00 | on=fr-bloctel | allow | |
      before consent is needed       | 2026-08-10 11:00 | consent=none | allow | |
      when 11 August 2026 has begun anywhere | 2026-08-10 15:00 | mode=any party=any consent=presumed | deny | consent |
      consent is needed              | 2026-08-12 11:00 | mode=any party=any consent=none | deny | consent |
      by a customer too              | 2026-08-12 11:00 | consent=none bought=1d | deny | consent |
      express consent                | 2026-08-12 11:00 | mode=any consent=express | allow | |
      not a sale                     | 2026-08-12 11:00 | purpose=fundraising,survey,service,collection,political consent=none | allow | |

      a withheld number              | 2026-09-14 11:00 | purpose=sales,fundraising mode=any party=any from=anonymous | deny | caller-id |
      mobile numbers, 06             | 2026-09-14 11:00 | from=+33612345678 | deny | caller-id |
      and 07                         | 2026-09-14 11:00 | from=+33712345678 | deny | caller-id |
      a landline                     | 2026-09-14 11:00 | from=+33199001200 | allow | |
      not a solicitation             | 2026-09-14 11:00 | purpose=survey,service,collection,political from=+33612345678 | allow | |
    `,
  },
  {
    pack: 'fr',
    number: '+262692123456',
    zone: 'Indian/Reunion',
    hours: `
      known to be in Réunion                     | 2026-09-14 | zones=Indian/Reunion | 10:00-13:00 14:00-20:00 | hours | 2026-09-15 10:00
      or in Mayotte, where it is an hour earlier | 2026-09-14 | | 11:00-13:00 15:00-20:00 | hours | 2026-09-15 11:00
    `,
  },
];
