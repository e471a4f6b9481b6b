/** Germany: UWG. */
import type { Section } from './table.js';

export const germany: readonly Section[] = [
  {
    pack: 'de',
    number: '+493023012345',
    zone: 'Europe/Berlin',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 08:00-20:00 | hours | 2026-09-15 08:00
      Saturday                       | 2026-09-12 | | 09:00-18:00 | hours | 2026-09-14 08:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 08:00
      public holidays                | 2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-12-25 2026-12-26 | | closed | hours(holiday) |
      German Unity Day, a Saturday   | 2026-10-03 | | closed | hours(holiday) | 2026-10-05 08:00
      on a Sunday                    | 2027-10-03 | | closed | hours | 2027-10-04 08:00
      has no substitute              | 2027-10-04 | | 08:00-20:00 | hours | 2027-10-05 08:00
      before an hour is skipped      | 2026-03-28 | | 09:00-18:00 | hours | 2026-03-30 08:00
      before an hour comes twice     | 2026-10-24 | | 09:00-18:00 | hours | 2026-10-26 08:00
    `,
    cases: `
      a consumer's consent is presumed | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual consent=presumed | deny | consent |
      there is none                  | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual consent=none | deny | consent |
      a customer is not exempt       | 2026-09-14 12:00 | consent=none bought=1d | deny | consent |
      it is express                  | 2026-09-14 12:00 | purpose=sales,fundraising mode=any consent=express | allow | |
      between businesses none        | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual party=business consent=none | deny | consent-business |
      presumed is enough             | 2026-09-14 12:00 | purpose=sales,fundraising mode=predictive,manual party=business consent=presumed | allow | |
      not for recorded voices        | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded party=business consent=presumed | deny | consent-recorded |
      which need express consent     | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded party=any consent=express | allow | |
      of consumers all the more      | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded consent=presumed | deny | consent,consent-recorded |
      of businesses without any      | 2026-09-14 12:00 | purpose=sales,fundraising mode=prerecorded party=business consent=none | deny | consent-business,consent-recorded |
      not advertising                | 2026-09-14 12:00 | purpose=survey,service,collection,political mode=any party=any consent=none | allow | |
      a withheld number              | 2026-09-14 12:00 | purpose=any mode=any party=any from=anonymous | deny | caller-id |
      a number is shown              | 2026-09-14 12:00 | from=+493023012300 | allow | |
    `,
    duties: `
      proof of consent is kept five years | 2026-09-14 12:00 | purpose=any mode=any party=any | keep-consents=1827
      who is recorded is told             | 2026-09-14 12:00 | purpose=any mode=any party=any | notice=block
    `,
  },
];
