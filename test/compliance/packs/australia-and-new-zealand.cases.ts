/** Australia: Telemarketing and Research Calls Industry Standard, Do Not Call Register. New Zealand: industry code. */
import type { Section } from './table.js';

const victoria: Section = {
  pack: 'au',
  number: '+61370101234',
  zone: 'Australia/Melbourne',
  hours: `
    weekday                        | 2026-09-14 | purpose=sales,fundraising,service,collection mode=any party=any | 09:00-20:00 | hours | 2026-09-15 09:00
    Saturday                       | 2026-09-12 | | 09:00-17:00 | hours | 2026-09-14 09:00
    Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
    national holidays              | 2026-01-01 2026-01-26 2026-04-03 2026-04-06 2026-04-25 2026-12-25 2026-12-26 2026-12-28 | | closed | hours(holiday) |
    Anzac Day on a Sunday          | 2027-04-25 | | closed | hours | 2027-04-27 09:00
    the Monday after               | 2027-04-26 | | closed | hours(holiday) | 2027-04-27 09:00
    Christmas and Boxing Day on a weekend | 2027-12-27 2027-12-28 | | closed | hours(holiday) | 2027-12-29 09:00
    before an hour comes twice     | 2026-04-02 | | 09:00-20:00 | hours | 2026-04-04 09:00
    before an hour is skipped      | 2026-10-03 | | 09:00-17:00 | hours | 2026-10-05 09:00
    research on weekdays           | 2026-09-14 | purpose=survey,political mode=any party=any | 09:00-20:30 | hours-research | 2026-09-15 09:00
    research on Saturdays          | 2026-09-12 | purpose=survey,political | 09:00-17:00 | hours-research | 2026-09-13 09:00
    research on Sundays            | 2026-09-13 | purpose=survey,political | 09:00-17:00 | hours-research | 2026-09-14 09:00
    research on holidays           | 2026-01-26 | purpose=survey,political | closed | hours-research(holiday) | 2026-01-27 09:00
  `,
  cases: `
    on the register                | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=au-dncr | deny | dnc |
    with express consent           | 2026-09-14 12:00 | consent=express on=au-dncr | allow | |
    not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=au-dncr | allow | |
    a list washed 30 days ago      | 2026-09-14 12:00 | consent=none copy=au-dncr:30d | allow | |
    more than 30 days ago          | 2026-09-14 12:00 | consent=none copy=au-dncr:30d1s | deny | dnc(list_stale) |
    a withheld number              | 2026-09-14 12:00 | purpose=any mode=any party=any from=anonymous | deny | caller-id |
    a number is shown              | 2026-09-14 12:00 | from=+61370101200 | allow | |
  `,
  duties: `
    reachable for 30 days, ends at once on request | 2026-09-14 12:00 | purpose=any mode=any party=any | reachable=30 end=0
  `,
};

/** Numbers that may be in several zones: Lord Howe Island and Darwin are half an hour off, Eucla three quarters. */
const zones: readonly Section[] = [
  {
    pack: 'au',
    number: '+61255501234',
    zone: 'Australia/Sydney',
    hours: `
      Lord Howe Island is half an hour ahead in winter | 2026-09-14 | | 09:00-19:30 | hours | 2026-09-15 09:00
      and keeps the same time in summer                | 2026-11-23 | | 09:00-20:00 | hours | 2026-11-24 09:00
    `,
  },
  {
    pack: 'au',
    number: '+61882123456',
    zone: 'Australia/Adelaide',
    hours: `
      South Australia and the Northern Territory in winter | 2026-09-14 | | 09:00-20:00 | hours | 2026-09-15 09:00
      whose clock stays behind in summer                   | 2026-11-23 | | 10:00-20:00 | hours | 2026-11-24 10:00
      day on which the clock changes, at half past         | 2026-10-02 | | 09:00-20:00 | hours | 2026-10-03 09:00
    `,
  },
  {
    pack: 'au',
    number: '+61730101234',
    zone: 'Australia/Brisbane',
    hours: `
      Queensland or the border towns in winter | 2026-09-14 | | 09:00-20:00 | hours | 2026-09-15 09:00
      which keep summer time                   | 2026-11-23 | | 09:00-19:00 | hours | 2026-11-24 09:00
    `,
  },
  {
    pack: 'au',
    number: '+61891123456',
    zone: 'Australia/Perth',
    hours: `Perth and the islands in the Indian Ocean, up to an hour and a half behind | 2026-09-14 | | 10:30-20:00 | hours | 2026-09-15 10:30`,
  },
  {
    pack: 'au',
    number: '+61491570156',
    zone: 'Australia/Sydney',
    hours: `
      a mobile may be in Perth         | 2026-11-23 | | 12:00-20:00 | hours | 2026-11-24 12:00
      in winter two hours behind       | 2026-09-14 | | 11:00-19:30 | hours | 2026-09-15 11:00
      its postal code is Sydney's      | 2026-11-23 | country=AU postal=2000 | 09:00-20:00 | hours | 2026-11-24 09:00
      its postal code is Perth's       | 2026-11-23 | country=AU postal=6000 | 12:00-23:00 | hours | 2026-11-24 12:00
    `,
  },
  {
    pack: 'au',
    number: '+61491570156',
    zone: 'Australia/Eucla',
    hours: `known to be in Eucla | 2026-09-14 | zones=Australia/Eucla region=AU-WA | 09:00-20:00 | hours | 2026-09-15 09:00`,
  },
];

const westernAustralia: Section = {
  pack: 'au-wa',
  number: '+61491570156',
  zone: 'Australia/Perth',
  given: 'country=AU postal=6000',
  hours: `
    state holidays                 | 2026-03-02 2026-06-01 2026-09-28 | purpose=sales,fundraising,service,collection mode=any party=any | closed | holidays(holiday) |
    Western Australia Day          | 2026-06-01 | | closed | holidays(holiday) | 2026-06-02 09:00
    a holiday of both              | 2026-12-25 | | closed | holidays(holiday),au/hours(holiday) | 2026-12-29 09:00
  `,
  cases: `
    research                       | 2026-06-01 12:00 | purpose=survey,political mode=any | allow | |
    in Sydney                      | 2026-06-01 12:00 | postal=2000 | allow | |
    a mobile of nowhere            | 2026-06-01 12:00 | zones=Australia/Perth postal=6000 | defer | holidays(holiday) | 2026-06-02 09:00
  `,
};

const newZealand: readonly Section[] = [
  {
    pack: 'nz',
    number: '+6495551234',
    zone: 'Pacific/Auckland',
    hours: `
      weekday                        | 2026-09-14 | purpose=any mode=any party=any | 09:00-20:30 | hours | 2026-09-15 09:00
      Saturday                       | 2026-09-12 | | closed | hours | 2026-09-14 09:00
      Sunday                         | 2026-09-13 | | closed | hours | 2026-09-14 09:00
      a holiday is like any day      | 2026-12-25 | | 09:00-20:30 | hours | 2026-12-28 09:00
      before an hour comes twice     | 2026-04-03 | | 09:00-20:30 | hours | 2026-04-06 09:00
      before an hour is skipped      | 2026-09-25 | | 09:00-20:30 | hours | 2026-09-28 09:00
    `,
    cases: `
      on the industry's list         | 2026-09-14 12:00 | purpose=sales,fundraising mode=any party=any consent=presumed on=nz-marketing | deny | dnc |
      with express consent           | 2026-09-14 12:00 | consent=express on=nz-marketing | allow | |
      not marketing                  | 2026-09-14 12:00 | purpose=survey,service,collection,political consent=none on=nz-marketing | allow | |
      a list of 30 days              | 2026-09-14 12:00 | consent=none copy=nz-marketing:30d | allow | |
      a list of more than 30 days    | 2026-09-14 12:00 | consent=none copy=nz-marketing:30d1s | deny | dnc(list_stale) |
    `,
  },
  {
    pack: 'nz',
    number: '+64211234567',
    zone: 'Pacific/Auckland',
    hours: `a mobile may be on the Chatham Islands, three quarters of an hour ahead | 2026-09-14 | | 09:00-19:45 | hours | 2026-09-15 09:00`,
  },
];

export const australiaAndNewZealand: readonly Section[] = [
  victoria,
  ...zones,
  westernAustralia,
  ...newZealand,
];
