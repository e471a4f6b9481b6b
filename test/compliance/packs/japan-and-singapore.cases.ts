/** Japan: Specified Commercial Transactions Act. Singapore: Do Not Call Registry. */
import type { Section } from './table.js';

export const japanAndSingapore: readonly Section[] = [
  {
    pack: 'jp',
    number: '+81312345678',
    zone: 'Asia/Tokyo',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 08:00-21:00 | hours | 2026-09-15 08:00
      Saturday                       | 2026-09-12 | | 08:00-21:00 | hours | 2026-09-13 08:00
      Sunday                         | 2026-09-13 | | 08:00-21:00 | hours | 2026-09-14 08:00
      a holiday is like any day      | 2026-11-03 | | 08:00-21:00 | hours | 2026-11-04 08:00
    `,
    cases: `
      after a refusal                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any refused=1d | deny | recall-after-refusal |
      years after it                 | 2026-09-14 12:00 | refused=1200d | deny | recall-after-refusal |
      not a solicitation             | 2026-09-14 12:00 | purpose=survey,service,collection,political refused=1d | allow | |
    `,
  },
  {
    pack: 'sg',
    number: '+6561234567',
    zone: 'Asia/Singapore',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-21:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | 09:00-21:00 | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      a holiday is like any day      | 2026-12-25 | | 09:00-21:00 | hours | 2026-12-26 09:00
    `,
    cases: `
      on the registry                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=express on=sg-no-voice-call | deny | dnc |
      an ongoing relationship is no exemption for calls | 2026-09-14 12:00 | consent=express bought=1d on=sg-no-voice-call | deny | dnc |
      with consent in evidential form | 2026-09-14 12:00 | on=sg-no-voice-call | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=sg-no-voice-call | allow | |
      results of 21 days             | 2026-09-14 12:00 | consent=none copy=sg-no-voice-call:21d | allow | |
      of more than 21 days           | 2026-09-14 12:00 | consent=none copy=sg-no-voice-call:21d1s | deny | dnc(list_stale) |
      a concealed number             | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any from=anonymous | deny | caller-id |
      a number is shown              | 2026-09-14 12:00 | from=+6561230000 | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political from=anonymous | allow | |
    `,
  },
];
