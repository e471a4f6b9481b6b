import t from 'tap';
import {
  builtinPacks,
  createGate,
  type Facts,
  PACK_NOTICE,
  type Purpose,
  type RulePack,
  validatePack,
} from '../../compliance/index.js';
import { call, clean, consented, local } from './fixtures.js';

// Without the least ringing time, so that windows are tested to the second.
const packs = builtinPacks.map((pack) => ({
  ...pack,
  rules: pack.rules.filter((r) => r.kind !== 'ring_time'),
}));
const gate = createGate({ packs, maxAttemptsPerDay: 99, answerMarginSeconds: 0 });

/** One pack's case: local time → may the call be placed, with consent and nothing against it? */
type Case = readonly [
  time: string,
  lawful: boolean,
  more?: { purpose?: Purpose; mode?: 'manual' | 'prerecorded'; facts?: Facts },
];

function check(title: string, number: string, zone: string, cases: readonly Case[]): void {
  t.test(title, async (t) => {
    for (const [time, lawful, more = {}] of cases) {
      const { facts = consented, ...rest } = more;
      const verdict = gate.decide(call(number, { ringSeconds: 0, ...rest }), facts, local(time, zone));
      t.equal(
        verdict.verdict === 'allow',
        lawful,
        `${time} ${JSON.stringify(rest)}: ${JSON.stringify(verdict.reasons)}`,
      );
    }
  });
}

// 2026-09-14 is a Monday, 2026-09-12 a Saturday, 2026-09-13 a Sunday.
check('United States: 08 to 21 every day', '+12125550123', 'America/New_York', [
  ['2026-09-14 07:59:59', false],
  ['2026-09-14 08:00:00', true],
  ['2026-09-13 20:59:59', true],
  ['2026-09-13 21:00:00', false],
  ['2026-12-25 10:00', true],
]);
check(
  'Rhode Island: 09 to 18, Saturdays 10 to 17, never on Sundays and holidays',
  '+14015550123',
  'America/New_York',
  [
    ['2026-09-14 08:59', false],
    ['2026-09-14 09:00', true],
    ['2026-09-14 17:59', true],
    ['2026-09-14 18:00', false],
    ['2026-09-12 09:59', false],
    ['2026-09-12 16:59', true],
    ['2026-09-12 17:00', false],
    ['2026-09-13 12:00', false],
    ['2026-08-10 12:00', false],
    ['2026-07-03 12:00', false],
    ['2026-07-06 12:00', false],
    ['2026-09-13 12:00', true, { purpose: 'service' }],
  ],
);
check('Texas: 09 to 21, Sundays from noon', '+15125550123', 'America/Chicago', [
  ['2026-09-14 08:59', false],
  ['2026-09-14 09:00', true],
  ['2026-09-13 11:59', false],
  ['2026-09-13 12:00', true],
]);
check('Kentucky: from 10', '+15025550123', 'America/Kentucky/Louisville', [
  ['2026-09-14 09:30', false],
  ['2026-09-14 10:00', true],
  ['2026-09-14 20:59', true],
]);
check('Florida: until 20', '+13055550123', 'America/New_York', [
  ['2026-09-14 19:59', true],
  ['2026-09-14 20:00', false],
]);
check('Connecticut and Nevada: 09 to 20', '+12035550123', 'America/New_York', [
  ['2026-09-14 08:59', false],
  ['2026-09-14 19:59', true],
  ['2026-09-14 20:00', false],
]);
check('Utah: never on Sundays and holidays, unless the person agreed', '+18015550123', 'America/Denver', [
  ['2026-09-13 12:00', true],
  ['2026-09-13 12:00', false, { facts: clean }],
  ['2026-07-24 12:00', false, { facts: clean }],
  ['2026-09-14 12:00', true, { facts: clean }],
]);
check('Louisiana: never on Sundays; on holidays only with consent', '+15045550123', 'America/Chicago', [
  ['2026-09-13 12:00', false],
  ['2026-02-17 12:00', true],
  ['2026-02-17 12:00', false, { facts: clean }],
  ['2026-09-14 12:00', true, { facts: clean }],
]);
check('Mississippi and Alabama: never on Sundays and holidays', '+16015550123', 'America/Chicago', [
  ['2026-09-12 19:59', true],
  ['2026-09-13 12:00', false],
  ['2026-04-27 12:00', false],
  ['2026-05-25 12:00', false],
]);
check('South Dakota: machines dial on weekdays only', '+16055550123', 'America/Chicago', [
  ['2026-09-12 12:00', false],
  ['2026-09-12 12:00', true, { mode: 'manual' }],
  ['2026-09-14 12:00', true],
]);
check('California: recorded voices from 09', '+14155550123', 'America/Los_Angeles', [
  ['2026-09-14 08:30', true],
  ['2026-09-14 08:30', false, { mode: 'prerecorded' }],
]);
check('Canada: 09 to 21:30, weekends 10 to 18', '+14165550123', 'America/Toronto', [
  ['2026-09-14 08:59', false],
  ['2026-09-14 21:29', true],
  ['2026-09-14 21:30', false],
  ['2026-09-12 09:59', false],
  ['2026-09-13 17:59', true],
  ['2026-09-13 18:00', false],
]);
check("St John's keeps a half-hour zone", '+17095550123', 'America/St_Johns', [
  ['2026-09-14 09:15', true, { facts: { ...clean, zones: ['America/St_Johns'] } }],
  ['2026-09-14 08:59', false, { facts: { ...clean, zones: ['America/St_Johns'] } }],
  ['2026-09-14 09:15', false, { facts: clean }], // Labrador is half an hour behind
]);
check('United Kingdom: 08 to 21, Sundays 10 to 20', '+441632960123', 'Europe/London', [
  ['2026-09-14 08:00', true],
  ['2026-09-13 09:59', false],
  ['2026-09-13 19:59', true],
  ['2026-09-13 20:00', false],
]);
check('France: 10 to 13 and 14 to 20 on working days', '+33199001234', 'Europe/Paris', [
  ['2026-09-14 09:59', false],
  ['2026-09-14 10:00', true],
  ['2026-09-14 13:30', false],
  ['2026-09-14 14:00', true],
  ['2026-09-14 20:00', false],
  ['2026-09-12 11:00', false],
  ['2026-07-14 11:00', false],
]);
check('Germany: 08 to 20, Saturdays 09 to 18', '+493023012345', 'Europe/Berlin', [
  ['2026-09-14 08:00', true],
  ['2026-09-12 18:00', false],
  ['2026-09-12 17:59', true],
  ['2026-09-13 12:00', false],
  ['2026-05-14 12:00', false],
]);
check('Spain: 09 to 21 on working days', '+34915551234', 'Europe/Madrid', [
  ['2026-09-14 20:59', true],
  ['2026-09-12 12:00', false],
  ['2026-10-12 12:00', false],
]);
check('a Spanish mobile may be an hour behind, in the Canary Islands', '+34600555123', 'Europe/Madrid', [
  ['2026-09-14 09:30', false],
  ['2026-09-14 10:00', true],
]);
check('Italy: 09 to 20, Saturdays and eves of holidays 10 to 19', '+390655512345', 'Europe/Rome', [
  ['2026-09-14 09:00', true],
  ['2026-09-12 09:30', false],
  ['2026-09-12 18:59', true],
  ['2026-06-01 09:30', false],
  ['2026-06-01 18:59', true],
  ['2026-06-01 19:00', false],
  ['2026-06-02 12:00', false],
  ['2026-09-13 12:00', false],
]);
check('Australia: 09 to 20, Saturdays 09 to 17, surveys longer', '+61255501234', 'Australia/Sydney', [
  ['2026-09-14 09:30', true],
  ['2026-09-14 19:59', false], // Lord Howe Island is half an hour ahead in winter
  ['2026-09-14 19:29', true],
  ['2026-09-13 12:00', false],
  ['2026-09-13 12:00', true, { purpose: 'survey' }],
  ['2026-04-27 12:00', false],
]);
check(
  'an Australian mobile without an address is called by the clock of Perth too',
  '+61491570156',
  'Australia/Sydney',
  [
    ['2026-11-23 09:30', false],
    ['2026-11-23 11:59', false],
    ['2026-11-23 12:00', true],
    ['2026-11-23 09:30', true, { facts: { ...clean, zones: ['Australia/Sydney'] } }],
  ],
);
check('India: 10 to 21, half an hour off the hour', '+919876543210', 'Asia/Kolkata', [
  ['2026-09-14 09:59', false],
  ['2026-09-14 10:00', true],
  ['2026-09-14 20:59', true],
]);
check('South Africa: 08 to 20, Saturdays until 13', '+27110001234', 'Africa/Johannesburg', [
  ['2026-09-14 19:59', true],
  ['2026-09-12 13:00', false],
  ['2026-08-10 12:00', false],
]);

t.test('France: four solicitations in thirty days, sixty calendar days after a refusal', async (t) => {
  const now = local('2026-09-14 11:00', 'Europe/Paris');
  const day = 86_400_000;
  const french = call('+33199001234');
  const at = [2, 9, 16, 29].map((days) => now - days * day);
  const fifth = gate.decide(french, { ...consented, attempts: { at } }, now);
  t.same(
    fifth.reasons.map((r) => `${r.rule} ${r.pack}`),
    ['frequency_cap fr'],
  );
  t.equal(fifth.until, local('2026-09-15 10:00', 'Europe/Paris'), 'when the first is thirty dates back');
  t.equal(gate.decide(french, { ...consented, attempts: { at: at.slice(1) } }, now).verdict, 'allow');
  const refused = (date: string): string => {
    const last = { refused: local(`${date} 19:00`, 'Europe/Paris') };
    return gate.decide(french, { ...consented, attempts: { at: [], last } }, now).verdict;
  };
  t.equal(refused('2026-07-16'), 'defer', 'the sixtieth day');
  t.equal(refused('2026-07-15'), 'allow', 'the sixty-first');
});

t.test('France asks for consent from 11 August 2026', async (t) => {
  const at = (time: string): string =>
    gate.decide(call('+33199001234'), clean, local(time, 'Europe/Paris')).verdict;
  t.equal(at('2026-08-07 11:00'), 'allow');
  t.equal(at('2026-08-11 11:00'), 'deny');
});

t.test('United Kingdom: three days after an abandoned call, unless an agent dials', async (t) => {
  const now = local('2026-09-14 11:00', 'Europe/London');
  const hour = 3_600_000;
  const british = (hours: number, mode: 'predictive' | 'manual' = 'predictive'): string =>
    gate.decide(
      call('+441632960123', { mode }),
      { ...clean, attempts: { at: [], last: { abandoned: now - hours * hour } } },
      now,
    ).verdict;
  t.equal(british(71), 'defer');
  t.equal(british(72), 'allow');
  t.equal(british(1, 'manual'), 'allow');
});

t.test('collection: seven attempts in seven days, and seven days after a conversation', async (t) => {
  const now = local('2026-09-14 11:00', 'America/New_York');
  const day = 86_400_000;
  const collect = call('+12125550123', { purpose: 'collection' });
  const at = [0.5, 1, 2, 3, 4, 5, 6].map((days) => now - days * day);
  t.equal(gate.decide(collect, { ...clean, attempts: { at } }, now).verdict, 'defer');
  t.equal(gate.decide(collect, { ...clean, attempts: { at: at.slice(1) } }, now).verdict, 'allow');
  const spoken = (date: string): string =>
    gate.decide(
      collect,
      { ...clean, attempts: { at: [], last: { conversation: local(`${date} 18:00`, 'America/New_York') } } },
      now,
    ).verdict;
  t.equal(spoken('2026-09-08'), 'defer', 'its day was the first of seven');
  t.equal(spoken('2026-09-07'), 'allow');
});

t.test('Japan and the Emirates never call again after a refusal', async (t) => {
  const now = local('2026-09-14 11:00', 'Asia/Dubai');
  const last = { refused: Date.UTC(2020, 0, 1) };
  for (const number of ['+81312345678', '+97141234567']) {
    const verdict = gate.decide(call(number), { ...consented, attempts: { at: [], last } }, now);
    t.equal(verdict.verdict, 'deny');
    t.equal(verdict.reasons[0]?.rule, 'recall_delay');
  }
});

t.test('every pack is valid, sourced, and bounds the hours of every purpose of its country', async (t) => {
  for (const pack of builtinPacks) {
    validatePack(pack);
    t.same(JSON.parse(JSON.stringify(pack)), pack, `${pack.id} is plain data`);
    if (pack.jurisdictions.some((j) => j.includes('-'))) continue;
    for (const purpose of ['sales', 'fundraising', 'survey', 'service', 'collection', 'political'] as const)
      for (const mode of ['predictive', 'manual', 'prerecorded'] as const) {
        const bound = pack.rules.some(
          (rule) =>
            rule.kind === 'calling_window' &&
            (rule.purposes?.includes(purpose) ?? true) &&
            (rule.modes?.includes(mode) ?? true) &&
            rule.exceptConsent === undefined,
        );
        if (!bound) t.fail(`${pack.id} has no hours for ${purpose}, ${mode}`);
      }
  }
  t.match(PACK_NOTICE, /not legal advice/);
});

t.test('no instant is open in the night under any pack', async (t) => {
  const numbers = [
    '+12125550123',
    '+13055550123',
    '+14165550123',
    '+441632960123',
    '+33199001234',
    '+493023012345',
    '+34915551234',
    '+390655512345',
    '+31201234567',
    '+48221234567',
    '+919876543210',
    '+8613812345678',
    '+85221234567',
    '+886212345678',
    '+81312345678',
    '+6561234567',
    '+97141234567',
    '+995322123456',
  ];
  for (const number of numbers) {
    const zone = gate.scope(call(number), consented, local('2026-09-14 12:00', 'UTC'))?.zones[0] ?? '';
    for (const time of ['2026-09-14 22:00', '2026-09-15 02:00', '2026-09-15 06:00', '2026-09-15 07:59'])
      t.not(gate.decide(call(number), consented, local(time, zone)).verdict, 'allow', `${number} ${time}`);
  }
});

const valid: RulePack = {
  id: 'xx',
  title: 'Test',
  version: '1',
  asOf: '2026-01-01',
  jurisdictions: ['XX'],
  rules: [{ kind: 'calling_window', hours: { all: ['09:00-20:00'] }, source: 's', confidence: 'weak' }],
};

t.test('a malformed pack is refused with the rule, the field and the remedy', async (t) => {
  const rule = { source: 's', confidence: 'weak' } as const;
  const bad: readonly (readonly [object, RegExp])[] = [
    [{ id: '' }, /pack \(without id\)\.id: give a text/],
    [{ version: undefined }, /pack xx\.version: give a text/],
    [{ asOf: '2026-02-30' }, /pack xx\.asOf: '2026-02-30' is not a date/],
    [{ jurisdictions: [] }, /pack xx\.jurisdictions/],
    [{ jurisdictions: ['Texas'] }, /'Texas' is not ISO 3166/],
    [{ colour: 'red' }, /pack xx\.colour: not a known field/],
    [{ rules: 'none' }, /pack xx\.rules: give a list/],
    [
      { rules: [{ ...rule, kind: 'moon_phase' }] },
      /pack xx, rule 1\.kind: 'moon_phase' is not known; use calling_window/,
    ],
    [
      { rules: [{ ...rule, kind: 'calling_window', hours: { all: ['21:00-08:00'] } }] },
      /rule 1\.hours\.all: '21:00-08:00' ends before it begins/,
    ],
    [
      { rules: [{ ...rule, kind: 'calling_window', hours: { all: ['09:00-20:00'] }, holidays: 'closed' }] },
      /rule 1\.holidays: the pack lists no holidays/,
    ],
    [
      { rules: [{ ...rule, kind: 'calling_window', hours: { all: ['09:00-20:00'] }, holidays: 'open' }] },
      /rule 1\.holidays: use closed, sunday/,
    ],
    [
      { rules: [{ ...rule, kind: 'frequency_cap', max: -1, seconds: 60 }] },
      /rule 1\.max: '-1' must be a whole number/,
    ],
    [{ rules: [{ ...rule, kind: 'frequency_cap', max: 1, seconds: 0 }] }, /rule 1\.seconds/],
    [
      { rules: [{ ...rule, kind: 'frequency_cap', max: 1, second: 60 }] },
      /rule 1\.second: not a known field/,
    ],
    [
      { rules: [{ ...rule, kind: 'consent', level: 'nod' }] },
      /rule 1\.level: 'nod' is not known; use presumed, express, written/,
    ],
    [
      { rules: [{ ...rule, kind: 'recall_delay', after: 'lunch', wait: 'forever' }] },
      /rule 1\.after: 'lunch'/,
    ],
    [
      { rules: [{ ...rule, kind: 'recall_delay', after: 'attempt', wait: 5 }] },
      /rule 1\.wait: use \{ seconds \}/,
    ],
    [{ rules: [{ ...rule, kind: 'recall_delay', after: 'attempt', wait: { minutes: 5 } }] }, /rule 1\.wait/],
    [{ rules: [{ ...rule, kind: 'dnc', list: '', maxAgeDays: 31 }] }, /rule 1\.list: give a text/],
    [
      { rules: [{ kind: 'consent', level: 'express', source: '', confidence: 'weak' }] },
      /rule 1\.source: give a text/,
    ],
    [
      { rules: [{ kind: 'consent', level: 'express', source: 's', confidence: 'sure' }] },
      /rule 1\.confidence: 'sure'/,
    ],
    [
      { rules: [{ ...rule, kind: 'consent', level: 'express', purposes: [] }] },
      /rule 1\.purposes: give a list/,
    ],
    [
      { rules: [{ ...rule, kind: 'consent', level: 'express', effectiveFrom: 'soon' }] },
      /rule 1\.effectiveFrom: 'soon' is not a date/,
    ],
    [
      {
        rules: [
          {
            ...rule,
            kind: 'consent',
            level: 'express',
            effectiveFrom: '2026-02-01',
            effectiveTo: '2026-01-01',
          },
        ],
      },
      /rule 1\.effectiveTo: it must be later/,
    ],
    [{ holidays: [{ name: 'X', on: { month: 13, day: 1 } }] }, /holiday 1\.on\.month: '13' must be 1 to 12/],
    [{ holidays: [{ name: 'X', on: { month: 1 } }] }, /holiday 1\.on: use one of/],
    [{ holidays: [{ name: 'X', on: { easter: 1 }, observed: 'never' }] }, /holiday 1\.observed: 'never'/],
  ];
  validatePack(valid);
  for (const [change, message] of bad)
    t.throws(() => createGate({ packs: [{ ...valid, ...change } as RulePack] }), message);
  t.throws(() => createGate({ packs: [valid, valid] }), /pack xx: the id is used twice; rename one/);
});

t.test('packs that contradict each other leave no hour open, and say so', async (t) => {
  const morning: RulePack = {
    ...valid,
    id: 'a',
    jurisdictions: ['US'],
    rules: [{ ...valid.rules[0]!, kind: 'calling_window', hours: { all: ['08:00-10:00'] } }],
  };
  const evening: RulePack = {
    ...morning,
    id: 'b',
    rules: [{ ...valid.rules[0]!, kind: 'calling_window', hours: { all: ['18:00-20:00'] } }],
  };
  const both = createGate({ packs: [morning, evening] });
  const verdict = both.decide(call('+12125550123'), clean, local('2026-09-14 09:00', 'America/New_York'));
  t.equal(verdict.verdict, 'deny');
  t.same(
    verdict.reasons.map((r) => r.pack),
    ['b'],
  );
});

t.test("a state's own do-not-call list binds its numbers", async (t) => {
  const now = local('2026-09-14 12:00', 'America/Denver');
  const dnc = { internal: false, campaign: false, lists: ['us-co-state'] };
  t.same(
    gate.decide(call('+13035550123'), { ...clean, dnc }, now).reasons.map((r) => `${r.rule} ${r.pack}`),
    ['dnc us-co'],
  );
  t.equal(gate.decide(call('+13035550123'), { ...consented, dnc }, now).verdict, 'allow');
});
