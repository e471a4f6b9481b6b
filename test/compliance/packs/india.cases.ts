/** India: TCCCPR. */
import type { Section } from './table.js';

export const india: readonly Section[] = [
  {
    pack: 'in',
    number: '+919876543210',
    zone: 'Asia/Kolkata',
    hours: `
      weekday, by a clock half an hour off | 2026-09-14 | purpose=any mode=any party=any | 10:00-21:00 | hours | 2026-09-15 10:00
      Saturday                       | 2026-09-12 | | 10:00-21:00 | hours | 2026-09-13 10:00
      Sunday                         | 2026-09-13 | | 10:00-21:00 | hours | 2026-09-14 10:00
      Republic Day is like any day   | 2026-01-26 | | 10:00-21:00 | hours | 2026-01-27 10:00
    `,
    cases: `
      refused by preference          | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=in-ncpr | deny | dnc |
      with express consent           | 2026-09-14 12:00 | consent=express on=in-ncpr | allow | |
      not promotional                | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=in-ncpr | allow | |
      preferences of 7 days          | 2026-09-14 12:00 | consent=none copy=in-ncpr:7d | allow | |
      of more than 7 days            | 2026-09-14 12:00 | consent=none copy=in-ncpr:7d1s | deny | dnc(list_stale) |

      promotional from an ordinary number | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any from=+919812345678 | deny | caller-id-promotional |
      from series 140                | 2026-09-14 12:00 | purpose=sales,fundraising from=+911401234567 | allow | |
      from series 1600               | 2026-09-14 12:00 | from=+911600123456 | deny | caller-id-promotional |
      withheld                       | 2026-09-14 12:00 | from=anonymous | deny | caller-id-promotional |
      service from an ordinary number | 2026-09-14 12:00 | purpose=service,collection mode=any party=any from=+919812345678 | deny | caller-id-service |
      from series 1600               | 2026-09-14 12:00 | purpose=service,collection from=+911600123456 | allow | |
      from series 140                | 2026-09-14 12:00 | purpose=service,collection from=+911401234567 | deny | caller-id-service |
      neither                        | 2026-09-14 12:00 | purpose=survey,political from=+919812345678 | allow | |
      before the rule                | 2025-02-10 16:00 | purpose=sales,service from=+919812345678 | allow | |
      when 12 February 2025 has begun anywhere | 2025-02-11 16:00 | from=+919812345678 | deny | caller-id-promotional |
      for service too                | 2025-02-11 16:00 | purpose=service from=+919812345678 | deny | caller-id-service |

      30 of 1000 abandoned           | 2026-09-14 12:00 | ledger=in/abandon:30:1000 | allow | |
      31 of 1000                     | 2026-09-14 12:00 | purpose=any party=any ledger=in/abandon:31:1000 | allow | ~abandon |
      other ways of dialing          | 2026-09-14 12:00 | mode=manual,prerecorded ledger=in/abandon:31:1000 | allow | |
    `,
    duties: `
      abandoned calls  | 2026-09-14 12:00 | purpose=any party=any | connect=2 abandon:in/abandon=0.03,0.03,live_answers,calendar,day,campaign,2s,answer,known
      not by hand      | 2026-09-14 12:00 | mode=manual,prerecorded | no-abandon
    `,
  },
];
