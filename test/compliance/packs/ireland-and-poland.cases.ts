/** Ireland: ePrivacy Regulations. Poland: Prawo komunikacji elektronicznej. */
import type { Section } from './table.js';

export const ireland: readonly Section[] = [
  {
    pack: 'ie',
    number: '+35315551234',
    zone: 'Europe/Dublin',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-21:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | 09:00-21:00 | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      Christmas is like any day      | 2026-12-25 | | 09:00-21:00 | hours | 2026-12-26 09:00
      night when an hour is skipped  | 2026-03-28 | | 09:00-21:00 | hours | 2026-03-30 09:00
      night when an hour comes twice | 2026-10-24 | | 09:00-21:00 | hours | 2026-10-26 09:00
    `,
    // Consent exempts from the register and is needed for every call, so that the register never forbids alone.
    cases: `
      without consent                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed | deny | consent |
      with express consent           | 2026-09-14 12:00 | purpose=sales,fundraising mode=any consent=express | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none | allow | |
      on the register                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=ie-ndd | deny | dnc,consent |
      with express consent           | 2026-09-14 12:00 | mode=any consent=express on=ie-ndd | allow | |
      a copy of 28 days              | 2026-09-14 12:00 | consent=presumed copy=ie-ndd:28d | deny | consent |
      a copy of more than 28 days    | 2026-09-14 12:00 | consent=presumed copy=ie-ndd:28d1s | deny | dnc(list_stale),consent |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=ie-ndd | allow | |
    `,
  },
];

export const poland: readonly Section[] = [
  {
    pack: 'pl',
    number: '+48221234567',
    zone: 'Europe/Warsaw',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 08:00-20:00 | hours | 2026-09-15 08:00
      Saturday                       | 2026-09-12 | | 08:00-20:00 | hours | 2026-09-14 08:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 08:00
      a holiday is like any day      | 2026-11-11 | | 08:00-20:00 | hours | 2026-11-12 08:00
      night when an hour is skipped  | 2026-03-28 | | 08:00-20:00 | hours | 2026-03-30 08:00
      night when an hour comes twice | 2026-10-24 | | 08:00-20:00 | hours | 2026-10-26 08:00
    `,
    cases: `
      without consent, businesses too | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed | deny | consent |
      with express consent           | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=express | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none | allow | |
      before the law                 | 2024-11-08 12:00 | consent=none | allow | |
      when 10 November 2024 has begun anywhere | 2024-11-09 12:00 | consent=none | deny | consent |
    `,
  },
];
