import type { HolidayRule } from './schema.js';

type Observed = NonNullable<HolidayRule['observed']>;

const fixed = (name: string, month: number, day: number, observed?: Observed): HolidayRule => ({
  name,
  on: { month, day },
  ...(observed !== undefined && { observed }),
});
const easter = (name: string, days: number): HolidayRule => ({ name, on: { easter: days } });
const nth = (name: string, month: number, n: number, weekday: number, plusDays = 0): HolidayRule => ({
  name,
  on: { month, nth: n, weekday, plusDays },
});

const newYear = fixed('New Year', 1, 1);
const labourDay = fixed('Labour Day', 5, 1);
const assumption = fixed('Assumption', 8, 15);
const allSaints = fixed('All Saints', 11, 1);
const immaculate = fixed('Immaculate Conception', 12, 8);
const christmas = fixed('Christmas', 12, 25);
const secondChristmas = fixed('Second day of Christmas', 12, 26);
const epiphany = fixed('Epiphany', 1, 6);
const goodFriday = easter('Good Friday', -2);
const easterDay = easter('Easter Sunday', 0);
const easterMonday = easter('Easter Monday', 1);
const ascension = easter('Ascension', 39);
const whitSunday = easter('Whit Sunday', 49);
const whitMonday = easter('Whit Monday', 50);

/** Federal holidays of the United States; `observed` says what a state does about weekends. */
const unitedStates = (observed: Observed): HolidayRule[] => [
  fixed('New Year', 1, 1, observed),
  nth('Martin Luther King Day', 1, 3, 1),
  nth("Washington's Birthday", 2, 3, 1),
  nth('Memorial Day', 5, -1, 1),
  fixed('Juneteenth', 6, 19, observed),
  fixed('Independence Day', 7, 4, observed),
  nth('Labor Day', 9, 1, 1),
  nth('Columbus Day', 10, 2, 1),
  fixed('Veterans Day', 11, 11, observed),
  nth('Thanksgiving', 11, 4, 4),
  fixed('Christmas', 12, 25, observed),
];
const electionDay: HolidayRule = { ...nth('Election Day', 11, 1, 1, 1), everyYears: 2 };
const mardiGras = easter('Mardi Gras', -47);

/** Legal holidays by pack. Lists of a state include the federal ones: the union is the safe reading. */
export const holidays = {
  alabama: [
    ...unitedStates('nearest'),
    mardiGras,
    nth('Confederate Memorial Day', 4, 4, 1),
    nth("Jefferson Davis' Birthday", 6, 1, 1),
  ],
  louisiana: [...unitedStates('nearest'), mardiGras, goodFriday, electionDay, allSaints],
  mississippi: [...unitedStates('nearest'), nth('Confederate Memorial Day', 4, -1, 1)],
  nebraska: [
    ...unitedStates('nearest'),
    nth('Arbor Day', 4, -1, 5),
    nth('Day after Thanksgiving', 11, 4, 4, 1),
  ],
  pennsylvania: [
    ...unitedStates('nearest'),
    goodFriday,
    fixed('Flag Day', 6, 14, 'nearest'),
    nth('Day after Thanksgiving', 11, 4, 4, 1),
  ],
  rhodeIsland: [
    ...unitedStates('either'),
    fixed('Rhode Island Independence Day', 5, 4, 'either'),
    nth('Victory Day', 8, 2, 1),
    electionDay,
  ],
  utah: [...unitedStates('nearest'), fixed('Pioneer Day', 7, 24, 'nearest')],

  australia: [
    fixed('New Year', 1, 1, 'next-working-day'),
    fixed('Australia Day', 1, 26, 'next-working-day'),
    goodFriday,
    easterMonday,
    fixed('Anzac Day', 4, 25, 'next-working-day'),
    fixed('Christmas', 12, 25, 'next-working-day'),
    fixed('Boxing Day', 12, 26, 'next-working-day'),
  ],
  brazil: [
    newYear,
    easter('Carnival Monday', -48),
    easter('Carnival Tuesday', -47),
    goodFriday,
    fixed('Tiradentes', 4, 21),
    labourDay,
    easter('Corpus Christi', 60),
    fixed('Independence Day', 9, 7),
    fixed('Our Lady of Aparecida', 10, 12),
    fixed('All Souls', 11, 2),
    fixed('Republic Day', 11, 15),
    fixed('Black Consciousness Day', 11, 20),
    christmas,
  ],
  france: [
    newYear,
    easterMonday,
    labourDay,
    fixed('Victory 1945', 5, 8),
    ascension,
    whitMonday,
    fixed('National Day', 7, 14),
    assumption,
    allSaints,
    fixed('Armistice 1918', 11, 11),
    christmas,
  ],
  germany: [
    newYear,
    goodFriday,
    easterMonday,
    labourDay,
    ascension,
    whitMonday,
    fixed('German Unity Day', 10, 3),
    christmas,
    secondChristmas,
  ],
  italy: [
    newYear,
    epiphany,
    easterDay,
    easterMonday,
    fixed('Liberation Day', 4, 25),
    labourDay,
    fixed('Republic Day', 6, 2),
    assumption,
    { ...fixed('San Francesco', 10, 4), fromYear: 2026 },
    allSaints,
    immaculate,
    christmas,
    secondChristmas,
  ],
  netherlands: [
    newYear,
    easterDay,
    easterMonday,
    // On a Sunday it is kept on the Saturday before, which is then closed too.
    fixed("King's Day", 4, 27, 'saturday'),
    { ...fixed('Liberation Day', 5, 5), everyYears: 5 },
    ascension,
    whitSunday,
    whitMonday,
    christmas,
    secondChristmas,
  ],
  southAfrica: [
    fixed('New Year', 1, 1, 'monday'),
    fixed('Human Rights Day', 3, 21, 'monday'),
    goodFriday,
    easterMonday,
    fixed('Freedom Day', 4, 27, 'monday'),
    fixed("Workers' Day", 5, 1, 'monday'),
    fixed('Youth Day', 6, 16, 'monday'),
    fixed("Women's Day", 8, 9, 'monday'),
    fixed('Heritage Day', 9, 24, 'monday'),
    fixed('Day of Reconciliation', 12, 16, 'monday'),
    fixed('Christmas', 12, 25, 'monday'),
    fixed('Day of Goodwill', 12, 26, 'monday'),
  ],
  spain: [
    newYear,
    epiphany,
    goodFriday,
    labourDay,
    assumption,
    fixed('National Day', 10, 12),
    allSaints,
    fixed('Constitution Day', 12, 6),
    immaculate,
    christmas,
  ],
} satisfies Record<string, readonly HolidayRule[]>;
