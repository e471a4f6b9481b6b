import t from 'tap';
import {
  builtinPacks,
  createGate,
  PACK_NOTICE,
  type RulePack,
  validatePack,
} from '../../compliance/index.js';
import { call, clean, consented, local } from './fixtures.js';

const gate = createGate({ maxAttemptsPerDay: 99 });

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
