import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import {
  applyPackFiles,
  builtinPacks,
  createGate,
  findLoosenings,
  type PackRule,
  packFileSchema,
  type RulePack,
  readPackFile,
} from '../../compliance/index.js';
import { call, clean, consented, local } from './fixtures.js';

const packOf = (id: string): RulePack => builtinPacks.find((pack) => pack.id === id)!;
/** A built-in pack with one rule changed, by its id. */
function changed(id: string, rule: string, change: object): RulePack {
  const pack = packOf(id);
  return {
    ...pack,
    rules: pack.rules.map((each) => (each.id === rule ? ({ ...each, ...change } as PackRule) : each)),
  };
}
const found = (after: RulePack): string[] =>
  findLoosenings(builtinPacks, [after]).map(({ pack, rule, detail }) => `${pack}/${rule}: ${detail}`);

t.test('a built-in pack in its own place is not looser, and neither is a stricter one', async (t) => {
  for (const pack of builtinPacks) t.same(findLoosenings(builtinPacks, [pack]), [], pack.id);
  const stricter: [string, string, object][] = [
    ['us-federal', 'hours', { hours: { 'mon-sat': ['09:00-20:00'] } }],
    ['us-federal', 'dnc', { maxAgeDays: 30, exceptTransactionDays: 100 }],
    ['us-federal', 'dnc', { exceptConsent: undefined }],
    ['us-fl', 'cap', { max: 2 }],
    ['us-fl', 'cap', { seconds: 100_000 }],
    ['fr', 'cap', { calendarDays: undefined, seconds: 31 * 86_400 }],
    ['fr', 'recall-after-refusal', { wait: 'forever' }],
    ['de', 'consent', { level: 'written', parties: undefined }],
    ['gb', 'abandon', { limit: 0.02 }],
    ['gb', 'ring', { minSeconds: 20 }],
    ['gb', 'caller-id', { forbiddenPrefixes: ['+448', '+449'] }],
    ['au', 'caller-id', { reachableDays: 60 }],
  ];
  for (const [pack, rule, change] of stricter)
    t.same(found(changed(pack, rule, change)), [], `${pack} ${rule}`);
});

t.test('every way to loosen a rule is found and named', async (t) => {
  const looser: [string, string, object, RegExp][] = [
    ['us-federal', 'hours', { hours: { all: ['07:59-21:00'] } }, /on Sun it is open 07:59-08:00 too/],
    ['us-federal', 'hours', { purposes: ['sales'] }, /binds only purposes sales instead of all/],
    ['us-federal', 'hours', { modes: ['predictive'] }, /binds only modes predictive/],
    ['us-federal', 'hours', { severity: 'warn' }, /it only warns instead of blocking/],
    ['us-federal', 'hours', { effectiveFrom: '2027-01-01' }, /binds only from 2027-01-01/],
    ['us-federal', 'hours', { effectiveTo: '2027-01-01' }, /binds only until 2027-01-01/],
    ['us-federal', 'hours', { exceptConsent: 'written' }, /written consent exempts, instead of none/],
    ['us-ut', 'hours', { exceptConsent: 'presumed' }, /presumed consent exempts, instead of express/],
    ['us-ri', 'hours', { holidays: undefined }, /on a holiday that is a Mon it is open 09:00-18:00/],
    [
      'it',
      'hours',
      { holidayEves: undefined },
      /on the eve of a holiday that is a Mon it is open 09:00-10:00/,
    ],
    ['us-federal', 'dnc', { maxAgeDays: 32 }, /maxAgeDays is 32 instead of 31/],
    ['us-federal', 'dnc', { list: 'mine' }, /the list is mine instead of us-national/],
    ['us-federal', 'dnc', { exceptInquiryDays: 90 }, /exceptInquiryDays is 90 instead of 89/],
    ['us-fl', 'cap', { max: 4 }, /max is 4 instead of 3/],
    ['us-fl', 'cap', { seconds: 86_399 }, /the period is/],
    ['us-fl', 'cap', { seconds: undefined, calendar: 'day' }, /the period is 24 h \(dates\) instead of 24 h/],
    ['us-fl', 'cap', { per: 'number' }, /other numbers do not count/],
    ['us-or', 'cap', { sameSubject: true }, /other subjects do not count/],
    ['us-me', 'cap', { count: 'connects' }, /only conversations count/],
    ['fr', 'cap', { calendarDays: 29 }, /the period is/],
    ['fr', 'recall-after-refusal', { wait: { calendarDays: 59 } }, /the wait is/],
    ['jp', 'recall-after-refusal', { wait: { seconds: 1 } }, /instead of "forever"/],
    ['gb', 'recall-after-abandon', { after: 'machine' }, /counts from 'machine'/],
    ['us-ct', 'consent', { level: 'express' }, /express consent is enough/],
    ['de', 'consent', { exceptTransactionDays: 30 }, /exceptTransactionDays is 30 instead of none/],
    ['gb', 'abandon', { limit: 0.031 }, /limit is 0.031 instead of 0.03/],
    ['gb', 'abandon', { connectSeconds: 3 }, /connectSeconds is 3/],
    ['gb', 'ring', { minSeconds: 14 }, /minSeconds is 14 instead of 15/],
    ['us-federal', 'message', { elements: ['company'] }, /the message says less/],
    ['in', 'caller-id-promotional', { allowedPrefixes: ['+91140', '+919'] }, /further numbers may be shown/],
    ['es', 'caller-id', { forbiddenPrefixes: ['+346'] }, /forbidden numbers may be shown/],
    ['au', 'caller-id', { reachableDays: 29 }, /reachableDays is 29 instead of 30/],
    ['us-federal', 'keep-calls', { days: 1826 }, /days is 1826 instead of 1827/],
    ['us-wa', 'identity', { identifySeconds: 31 }, /identifySeconds is 31 instead of 30/],
    ['us-federal', 'number-class', { classes: ['emergency'] }, /fewer kinds of number/],
    ['us-federal', 'reassigned', { maxAgeDays: 31 }, /maxAgeDays is 31/],
  ];
  for (const [pack, rule, change, message] of looser) {
    const findings = found(changed(pack, rule, change));
    t.ok(
      findings.some((each) => each.startsWith(`${pack}/${rule}: `) && message.test(each)),
      `${pack} ${rule} ${JSON.stringify(change)}: ${findings.join('; ')}`,
    );
  }
  const federal = packOf('us-federal');
  for (const rule of federal.rules) {
    const without = { ...federal, rules: federal.rules.filter((each) => each !== rule) };
    t.match(found(without).join(), new RegExp(`us-federal/${rule.id}: `), `without ${rule.id}`);
  }
  const rhodeIsland = packOf('us-ri');
  t.match(
    found({ ...rhodeIsland, holidays: rhodeIsland.holidays!.slice(1) }).join(),
    /us-ri\/: \d+ holidays are none any more, such as 2024-01-01/,
  );
  t.match(found({ ...packOf('it'), jurisdictions: ['IT'] }).join(), /it no longer governs VA, SM/);
});

t.test('a pack for a country without one is held against the pack of all other countries', async (t) => {
  const georgia = (rules: readonly PackRule[]): RulePack => ({
    id: 'ge',
    title: 'Georgia',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['GE'],
    rules,
  });
  const fallback = packOf('default').rules;
  t.same(found(georgia(fallback)), []);
  t.match(found(georgia(fallback.slice(0, 2))).join(), /GE: nothing as strict as this frequency_cap/);
});

t.test(
  'whatever is changed at random, what is not found to be looser allows no call that was forbidden',
  async (t) => {
    const federal = packOf('us-federal');
    const before = createGate({ packs: [federal], maxAttemptsPerDay: 99 });
    const minute = fc.integer({ min: 0, max: 96 }).map((q) => q * 15);
    const time = (m: number): string =>
      `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
    const change = fc.record({
      hours: fc
        .tuple(minute, minute)
        .filter(([a, b]) => a < b)
        .map(([a, b]) => ({ all: [`${time(a)}-${time(b)}`] })),
      exceptConsent: fc.constantFrom(undefined, 'express', 'written'),
    });
    let tight = 0;
    fc.assert(
      fc.property(change, fc.integer({ min: 0, max: 7 * 24 * 60 }), fc.boolean(), (edit, offset, agreed) => {
        const after: RulePack = {
          ...federal,
          rules: federal.rules.map((rule) =>
            rule.id === 'hours'
              ? ({
                  ...rule,
                  hours: edit.hours,
                  ...(edit.exceptConsent && { exceptConsent: edit.exceptConsent }),
                } as PackRule)
              : rule,
          ),
        };
        if (findLoosenings([federal], [after]).length > 0) return;
        tight++;
        const at = local('2026-09-14 00:00', 'America/New_York') + offset * 60_000;
        const facts = agreed ? consented : clean;
        const now = createGate({ packs: [after], maxAttemptsPerDay: 99 }).decide(
          call('+12125550123'),
          facts,
          at,
        );
        if (now.verdict === 'allow' && before.decide(call('+12125550123'), facts, at).verdict !== 'allow')
          throw new Error(`${JSON.stringify(edit)} at ${new Date(at).toISOString()}`);
      }),
      { numRuns: 600 },
    );
    t.ok(tight > 20, `${tight} were tighter`);
  },
);

t.test('looser packs need somebody who answers for them, and are told one by one', async (t) => {
  const looser = changed('us-fl', 'cap', { max: 5 });
  t.throws(
    () => applyPackFiles(builtinPacks, [{ packs: [looser] }]),
    /needs 'acknowledge.*us-fl\/cap: max is 5 instead of 3/,
  );
  const acknowledge = { by: 'Jane Roe', reason: 'opinion of counsel, 3 March', at: '2026-03-04' };
  const { packs, loosenings } = applyPackFiles(builtinPacks, [{ packs: [looser], acknowledge }]);
  t.same(loosenings, [
    { pack: 'us-fl', rule: 'cap', by: 'us-fl', detail: 'max is 5 instead of 3', acknowledge },
  ]);
  t.equal(packs.length, builtinPacks.length);
  t.equal(
    packs.find((pack) => pack.id === 'us-fl'),
    looser,
  );
});

t.test('packs that leave no hour together with the built-in ones are refused', async (t) => {
  const early: RulePack = {
    id: 'house',
    title: 'Before breakfast',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['US-KY'],
    rules: [
      {
        id: 'early',
        kind: 'calling_window',
        hours: { all: ['08:00-10:00'] },
        source: 's',
        confidence: 'weak',
      },
    ],
  };
  t.throws(
    () => applyPackFiles(builtinPacks, [{ packs: [early] }]),
    /pack house: together with us-federal, us-ky it leaves no hour of any day for sales .* in US-KY/,
  );
  t.same(applyPackFiles(builtinPacks, [{ packs: [{ ...early, jurisdictions: ['US-FL'] }] }]).loosenings, []);
});

t.test('a file of packs is refused with the path to its fault', async (t) => {
  const rule = { kind: 'consent', level: 'express', source: 's', confidence: 'weak' };
  const pack = {
    id: 'x',
    title: 'X',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['XX'],
    rules: [rule],
  };
  const path = (content: unknown): string => {
    try {
      readPackFile(content);
    } catch (error) {
      return `${(error as { path: unknown[] }).path.join('.')}: ${(error as Error).message}`;
    }
    return 'read';
  };
  t.equal(path({ packs: [pack] }), 'read');
  t.match(path([]), /^: packs: give a list/);
  t.match(path({ packs: [pack], note: 1 }), /^note: note: not a known field/);
  t.match(
    path({ packs: [pack, { ...pack, id: 'y', rules: [rule, { ...rule, level: 'nod' }] }] }),
    /^packs\.1\.rules\.1\.level: /,
  );
  t.match(path({ packs: [pack, pack] }), /^packs\.1\.id: .*used twice/);
  t.match(path({ packs: [pack], acknowledge: { by: 'J' } }), /^acknowledge\.reason: /);
  t.match(
    path({ packs: [pack], acknowledge: { by: 'J', reason: 'r', at: 'now' } }),
    /^acknowledge\.at: .*YYYY-MM-DD/,
  );
  t.match(path({ packs: [{ ...pack, rules: [null] }] }), /^packs\.0\.rules\.0: /);
});

t.test('the JSON schema in the documentation is the one that the code has', async (t) => {
  t.same(
    JSON.parse(readFileSync('docs/rule-packs.schema.json', 'utf8')),
    JSON.parse(JSON.stringify(packFileSchema)),
  );
});
