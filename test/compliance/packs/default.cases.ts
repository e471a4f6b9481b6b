/** Countries without a pack of their own: opt-in, office hours, three attempts a day. */
import type { Section } from './table.js';

const georgia: Section = {
  pack: 'default',
  number: '+995322123456',
  zone: 'Asia/Tbilisi',
  hours: `
    weekday                        | 2026-09-14 | purpose=any mode=any party=any | 10:00-13:00 14:00-18:00 | hours | 2026-09-15 10:00
    Saturday                       | 2026-09-12 | | closed | hours | 2026-09-14 10:00
    Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 10:00
  `,
  cases: `
    without consent                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed | deny | consent |
    with express consent           | 2026-09-14 12:00 | purpose=sales,fundraising consent=express | allow | |
    not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none | allow | |
    third attempt in 24 hours      | 2026-09-14 12:00 | attempts=1h,2h | allow | |
    the fourth                     | 2026-09-14 12:00 | purpose=any mode=any party=any attempts=1h,2h,23h59m59s | defer | cap | +1s
    the first a day old            | 2026-09-14 12:00 | attempts=1h,2h,24h | allow | |
    on another number              | 2026-09-14 12:00 | attempts=1h,2h elsewhere=3h | allow | |
  `,
};

/** Their laws ask for less, or were not read: number | zone. */
const others: readonly Section[] = [
  ['Austria', '+4315123456', 'Europe/Vienna'],
  ['Belgium', '+3225551234', 'Europe/Brussels'],
  ['Czechia', '+420222123456', 'Europe/Prague'],
  ['Denmark', '+4532123456', 'Europe/Copenhagen'],
  ['Sweden', '+46812345678', 'Europe/Stockholm'],
  ['Switzerland', '+41441234567', 'Europe/Zurich'],
  ['South Korea', '+82221234567', 'Asia/Seoul'],
].map(([name = '', number = '', zone = '']) => ({
  pack: 'default',
  number,
  zone,
  hours: `${name} | 2026-09-14 | | 10:00-13:00 14:00-18:00 | hours | 2026-09-15 10:00`,
  cases: `${name} asks for consent | 2026-09-14 12:00 | consent=none | deny | consent |`,
}));

/** A mobile may be on the mainland or on the Azores, an hour behind it; no Portuguese law was read. */
const portugal: Section = {
  pack: 'default',
  number: '+351912345678',
  zone: 'Europe/Lisbon',
  hours: `Portugal, in both of its zones | 2026-09-14 | | 11:00-13:00 15:00-18:00 | hours | 2026-09-15 11:00`,
  cases: `
    Portugal asks for consent      | 2026-09-14 12:00 | consent=none | deny | consent |
    which may not be presumed      | 2026-09-14 12:00 | consent=presumed | deny | consent |
    and allows with it             | 2026-09-14 12:00 | consent=express | allow | |
  `,
};

/** A quarter of an hour off the half hour. */
const nepal: Section = {
  pack: 'default',
  number: '+97714123456',
  zone: 'Asia/Kathmandu',
  hours: `Nepal, by a clock a quarter of an hour off | 2026-09-14 | | 10:00-13:00 14:00-18:00 | hours | 2026-09-15 10:00`,
};

export const elsewhere: readonly Section[] = [georgia, ...others, portugal, nepal];
