/** Brazil: sector self-regulation. Mexico: REPEP, debt collection. */
import type { Section } from './table.js';

const brazil: readonly Section[] = [
  {
    pack: 'br',
    number: '+5511987654321',
    zone: 'America/Sao_Paulo',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-21:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | 10:00-16:00 | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      national holidays, of the state too | 2026-01-01 2026-04-03 2026-04-21 2026-05-01 2026-09-07 2026-10-12 2026-11-02 2026-12-25 2027-11-15 | | closed | hours(holiday),br-sp/holidays(holiday) |
      Carnival and Corpus Christi    | 2026-02-16 2026-02-17 2026-06-04 | | closed | hours(holiday) |
      Black Consciousness Day        | 2026-11-20 | | closed | hours(holiday) | 2026-11-21 10:00
      Republic Day on a Sunday       | 2026-11-15 | | closed | hours,br-sp/holidays(holiday) | 2026-11-16 09:00
    `,
    cases: `
      on Não Me Perturbe             | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=br-nao-me-perturbe | deny | dnc |
      with express consent           | 2026-09-14 12:00 | consent=express on=br-nao-me-perturbe | allow | |
      not a sale                     | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=br-nao-me-perturbe | allow | |
      a list of 30 days              | 2026-09-14 12:00 | consent=none copy=br-nao-me-perturbe:30d | allow | |
      a list of more than 30 days    | 2026-09-14 12:00 | consent=none copy=br-nao-me-perturbe:30d1s | deny | dnc(list_stale) |
    `,
  },
  {
    pack: 'br',
    number: '+5592987654321',
    zone: 'America/Manaus',
    hours: `Manaus, an hour behind Brasília | 2026-09-14 | | 09:00-21:00 | hours | 2026-09-15 09:00`,
  },
];

const mexico: readonly Section[] = [
  {
    pack: 'mx',
    number: '+525512345678',
    zone: 'America/Mexico_City',
    hours: `
      weekday                        | 2026-09-14 | purpose=sales,fundraising,survey,service,political mode=any party=any | 09:00-20:00 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | purpose=sales,fundraising,survey,service,political | 09:00-20:00 | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      a holiday is like any day      | 2026-09-16 | | 09:00-20:00 | hours | 2026-09-17 09:00
      no summer time since 2022      | 2026-04-04 | | 09:00-20:00 | hours | 2026-04-06 09:00
      debts on weekdays              | 2026-09-14 | purpose=collection mode=any party=any | 07:00-22:00 | hours-collection | 2026-09-15 07:00
      debts on Saturdays             | 2026-09-12 | purpose=collection | closed | hours-collection | 2026-09-14 07:00
      debts on Sundays               | 2026-09-13 | purpose=collection | closed | hours-collection | 2026-09-14 07:00
    `,
    cases: `
      on REPEP                       | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=mx-repep | deny | dnc |
      with express consent           | 2026-09-14 12:00 | consent=express on=mx-repep | allow | |
      collection, polls and politics are exempt | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=mx-repep | allow | |
      a list of 30 days              | 2026-09-14 12:00 | consent=none copy=mx-repep:30d | allow | |
      a list of more than 30 days    | 2026-09-14 12:00 | consent=none copy=mx-repep:30d1s | deny | dnc(list_stale) |
    `,
  },
  {
    pack: 'mx',
    number: '+526641234567',
    zone: 'America/Tijuana',
    hours: `
      the border keeps the summer time of California | 2026-03-07 | | 09:00-20:00 | hours | 2026-03-09 09:00
    `,
  },
];

export const latinAmerica: readonly Section[] = [...brazil, ...mexico];
