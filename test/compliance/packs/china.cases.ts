/** Mainland China, Hong Kong and Taiwan. */
import type { Section } from './table.js';

const mainland: Section = {
  pack: 'cn',
  number: '+8613812345678',
  zone: 'Asia/Shanghai',
  hours: `
    weekday                        | 2026-09-14 | purpose=sales,fundraising,survey,service,political mode=any party=any | 09:00-12:00 14:00-20:00 | hours | 2026-09-15 09:00
    Saturday                       | 2026-09-12 | | 09:00-12:00 14:00-20:00 | hours | 2026-09-14 09:00
    Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
    New Year                       | 2026-01-01 2026-01-02 2026-01-03 | | closed | hours(holiday) | 2026-01-05 09:00
    Spring Festival                | 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-21 2026-02-23 | | closed | hours(holiday) | 2026-02-24 09:00
    Qingming                       | 2026-04-04 2026-04-06 | | closed | hours(holiday) | 2026-04-07 09:00
    Labour Day                     | 2026-05-01 2026-05-02 2026-05-04 2026-05-05 | | closed | hours(holiday) | 2026-05-06 09:00
    Dragon Boat and Mid-Autumn     | 2026-06-19 2026-06-20 2026-09-25 2026-09-26 | | closed | hours(holiday) |
    National Day                   | 2026-10-01 2026-10-02 2026-10-03 2026-10-05 2026-10-06 2026-10-07 | | closed | hours(holiday) | 2026-10-08 09:00
    Sunday that is worked          | 2026-01-04 | | closed | hours | 2026-01-05 09:00
    debts on working days          | 2026-09-14 | purpose=collection mode=any party=any | 08:00-20:00 | hours-collection | 2026-09-15 08:00
    debts on Saturdays             | 2026-09-12 | purpose=collection | 09:00-18:00 | hours-collection | 2026-09-13 09:00
    debts on Sundays               | 2026-09-13 | purpose=collection | 09:00-18:00 | hours-collection | 2026-09-14 08:00
    debts on holidays              | 2026-02-18 | purpose=collection | 09:00-18:00 | hours-collection(holiday) | 2026-02-19 09:00
  `,
  cases: `
    rest at noon                   | 2026-02-26 12:30 | | defer | hours | 2026-02-26 14:00
    a year whose holidays are not published | 2035-03-06 10:00 | | deny | hours(holiday) |
    without consent                | 2026-09-14 10:00 | purpose=sales,fundraising mode=any party=any consent=presumed | deny | consent |
    a customer is not exempt       | 2026-09-14 10:00 | consent=none bought=1d | deny | consent |
    with express consent           | 2026-09-14 10:00 | purpose=sales,fundraising consent=express | allow | |
    not marketing                  | 2026-09-14 10:00 | purpose=survey,service,collection,political consent=none | allow | |
    after a refusal                | 2026-09-14 10:00 | purpose=sales,fundraising mode=any party=any refused=1d | deny | recall-after-refusal |
    years after it                 | 2026-09-14 10:00 | refused=1200d | deny | recall-after-refusal |
    not marketing                  | 2026-09-14 10:00 | purpose=survey,service,collection,political refused=1d | allow | |
    third contact of a debtor in a day | 2026-09-15 15:00 | purpose=collection attempts=1h,2h | allow | |
    the fourth                     | 2026-09-15 15:00 | purpose=collection mode=any party=any attempts=1h,2h,2026-09-15T00:00 | defer | cap | 2026-09-16 08:00
    one was yesterday              | 2026-09-15 15:00 | purpose=collection attempts=1h,2h,2026-09-14T23:59 | allow | |
    one on another number          | 2026-09-15 15:00 | purpose=collection attempts=1h,2h elsewhere=3h | defer | cap | 2026-09-16 08:00
    not a debt                     | 2026-09-15 15:00 | purpose=sales,fundraising,survey,service,political attempts=1h,2h,3h | allow | |
  `,
  duties: `records | 2026-09-14 10:00 | purpose=any mode=any party=any | keep-recordings=30 keep-calls=30 keep-consents=153`,
};

const hongKong: Section = {
  pack: 'hk',
  number: '+85221234567',
  zone: 'Asia/Hong_Kong',
  hours: `
    weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-22:00 | hours | 2026-09-15 09:00
    Saturday                       | 2026-09-12 | | 09:00-22:00 | hours | 2026-09-13 09:00
    Sunday                         | 2026-09-13 | | 09:00-22:00 | hours | 2026-09-14 09:00
    a holiday is like any day      | 2026-07-01 | | 09:00-22:00 | hours | 2026-07-02 09:00
  `,
  cases: `
    third call in a week           | 2026-09-18 12:00 | attempts=1d,2d | allow | |
    the fourth, the first on Monday | 2026-09-18 12:00 | purpose=sales,fundraising mode=any party=any attempts=1d,2d,2026-09-14T00:00 | defer | cap | 2026-09-21 09:00
    the first on Sunday            | 2026-09-18 12:00 | attempts=1d,2d,2026-09-13T23:59 | allow | |
    on another number              | 2026-09-18 12:00 | attempts=1d,2d elsewhere=3d | allow | |
    not a sale                     | 2026-09-18 12:00 | purpose=survey,service,collection,political attempts=1d,2d,3d | allow | |
    a withheld number              | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any from=anonymous | deny | caller-id |
    a number is shown              | 2026-09-14 12:00 | from=+85221230000 | allow | |
    not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political from=anonymous | allow | |
  `,
};

const taiwan: Section = {
  pack: 'tw',
  number: '+886212345678',
  zone: 'Asia/Taipei',
  hours: `
    weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-21:00 | hours | 2026-09-15 09:00
    Saturday                       | 2026-09-12 | | 09:00-21:00 | hours | 2026-09-13 09:00
    Sunday                         | 2026-09-13 | | 09:00-21:00 | hours | 2026-09-14 09:00
    a holiday is like any day      | 2026-10-10 | | 09:00-21:00 | hours | 2026-10-11 09:00
  `,
  cases: `
    after a refusal                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any refused=1d | deny | recall-after-refusal |
    years after it                 | 2026-09-14 12:00 | refused=1200d | deny | recall-after-refusal |
    not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political refused=1d | allow | |
  `,
};

export const china: readonly Section[] = [mainland, hongKong, taiwan];
