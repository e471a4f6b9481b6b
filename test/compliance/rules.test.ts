/** Each kind of rule, where the tables of cases of the packs (packs/) do not show it. */
import t from 'tap';
import {
  builtinAbandonLaws,
  builtinPacks,
  createGate,
  type Facts,
  type NumberClass,
  type PackRule,
  postalPlace,
  type Request,
  type RulePack,
  type Verdict,
} from '../../compliance/index.js';
import { call, clean, consented, local } from './fixtures.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const gate = createGate({ maxAttemptsPerDay: 99 });

const NEW_YORK = 'America/New_York';

t.test('the hour that a clock skips is never open, and the one that it repeats is open twice', async (t) => {
  const early: RulePack = {
    id: 'night',
    title: 'Night',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['US'],
    rules: [{ kind: 'calling_window', hours: { all: ['01:00-03:00'] }, source: 's', confidence: 'weak' }],
  };
  const night = createGate({ packs: [early], answerMarginSeconds: 0 });
  const open = (from: string, hours: number): number => {
    let minutes = 0;
    const start = Date.parse(from);
    for (let m = 0; m < hours * 60; m++)
      if (
        night.decide(call('+12125550123', { ringSeconds: 0 }), clean, start + m * 60_000).verdict === 'allow'
      )
        minutes++;
    return minutes;
  };
  t.equal(open('2026-03-08T00:00:00-05:00', 8), 60, 'two to three does not exist');
  t.equal(open('2026-11-01T00:00:00-04:00', 8), 180, 'one to two comes twice');
});

t.test('a call needs its ringing time and thirty seconds more before a window closes', async (t) => {
  const at = (time: string): string =>
    gate.decide(call('+14015550123'), consented, local(time, NEW_YORK)).verdict;
  t.equal(at('2026-09-12 16:59:04'), 'allow', '55 s to ring and to answer');
  t.equal(at('2026-09-12 16:59:05'), 'defer');
});

t.test('what the record says of the place adds to what the number says', async (t) => {
  const facts = { ...consented, postalCode: '94105' };
  const scope = gate.scope(call('+13055550123'), facts, local('2026-09-14 12:00', NEW_YORK));
  t.same(scope?.jurisdictions, ['US', 'US-FL', 'US-CA']);
  t.same(scope?.zones, [NEW_YORK, 'America/Los_Angeles']);
});

t.test('a reason says what the rule saw', async (t) => {
  const ask = (request: Partial<Request>, facts: Partial<Facts>, time = '2026-09-14 12:00'): Verdict =>
    gate.decide(call('+12125550123', request), { ...consented, ...facts }, local(time, NEW_YORK));
  t.match(ask({ ringSeconds: 14 }, {}).reasons, [
    { rule: 'ring_time', pack: 'us-federal', inputs: { ringSeconds: 14, minSeconds: 15 } },
  ]);
  const refused = { ...consented.consent, refusedSubjects: ['energy'] };
  t.match(ask({ subject: 'phones' }, { consent: refused }, '2027-02-01 12:00').reasons, [
    { rule: 'revocation', id: 'revoke-all', inputs: { subject: 'phones', refusedSubjects: ['energy'] } },
  ]);
  t.match(
    ask({}, { abandon: [{ pack: 'us-federal', rule: 'abandon', abandoned: 4, answered: 100 }] }).notices?.at(
      -1,
    ),
    { rule: 'abandon_limit', severity: 'warn', inputs: { abandoned: 4, answered: 100, limit: 0.03 } },
  );
  const area = { area: 'US-NY', from: 0, reason: 'executive order 7' };
  t.match(ask({}, { emergencyAreas: [area] }).reasons, [
    { rule: 'emergency_area', pack: 'us-ny', detail: /executive order 7/ },
  ]);
  const old = ask({}, { reassigned: { checkedAt: local('2026-08-01 12:00', NEW_YORK), answer: 'no' } });
  t.match(old.notices, [{ rule: 'reassigned', severity: 'report', inputs: { maxAgeDays: 30 } }]);
  t.same(old.permit?.notices, ['us-federal/reassigned']);
});

t.test('nobody calls numbers where the called party pays, is not there, or has an emergency', async (t) => {
  const now = local('2026-09-14 12:00', 'Europe/London');
  const facts = (...numberClasses: NumberClass[]): Facts => ({ ...consented, numberClasses });
  for (const numberClass of ['emergency', 'payphone', 'premium', 'toll-free', 'pager'] as const)
    for (const mode of ['predictive', 'manual'] as const)
      t.match(
        gate.decide(call('+442079460123', { mode }), facts('fixed', numberClass), now),
        {
          verdict: 'deny',
          reasons: [{ rule: 'number_class', pack: 'gate', inputs: { classes: [numberClass] } }],
        },
        `${numberClass}, ${mode}`,
      );
  t.equal(gate.decide(call('+442079460123'), facts('fixed', 'mobile', 'multi-line'), now).verdict, 'allow');
});

t.test(
  'an emergency concerns postal codes and purposes that it names, and ends permits before it begins',
  async (t) => {
    const now = local('2026-09-14 12:00', NEW_YORK);
    const area = { area: 'US-NY', from: now - HOUR, until: now + 2 * HOUR, reason: 'storm' };
    const ask = (
      change: object,
      facts: Partial<Facts> = {},
      purpose: Request['purpose'] = 'sales',
    ): Verdict =>
      gate.decide(
        call('+12125550123', { purpose }),
        { ...consented, ...facts, emergencyAreas: [{ ...area, ...change }] },
        now,
      );
    t.equal(ask({ from: now + 30_000 }).permit?.expiresAt, now + 30_000);
    t.equal(ask({ purposes: ['service'] }, {}, 'service').verdict, 'defer');
    t.equal(ask({ postalCodes: ['100'] }).verdict, 'defer', 'it may be inside');
    t.equal(ask({ postalCodes: ['100'] }, { postalCode: '14201' }).verdict, 'allow');
    t.equal(ask({ postalCodes: ['100'] }, { postalCode: '10001' }).verdict, 'defer');
  },
);

t.test('the ledgers count by the limits that the packs state', async (t) => {
  for (const law of builtinAbandonLaws) {
    const rule = builtinPacks
      .find((pack) => pack.id === law.pack)
      ?.rules.find((each) => each.kind === 'abandon_limit');
    if (rule?.kind !== 'abandon_limit') continue;
    t.equal(rule.limit, law.limit, law.id);
    t.equal(rule.connectSeconds * 1000, law.connectMilliseconds, law.id);
  }
});

t.test('the duties of a call are the strictest of all its packs', async (t) => {
  const duties = gate.duties(
    call('+12065550123'),
    { ...consented, country: 'GB' },
    local('2026-09-14 12:00', NEW_YORK),
  );
  t.match(duties, {
    connectSeconds: 2,
    ringSeconds: 15,
    message: {
      elements: ['company', 'telemarketing_purpose', 'opt_out_number', 'opt_out_key', 'no_marketing'],
      startSeconds: 2,
    },
    retentionDays: { calls: 1827, dnc_requests: 1827, consents: 1827, abandon_rates: 1827 },
    identity: { identifySeconds: 30, endOnRequestSeconds: 10 },
  });
  t.same(
    duties?.abandon.map(({ pack, limit, target }) => [pack, limit, target]),
    [
      ['us-federal', 0.03, 0.025],
      ['gb', 0.03, 0.01],
    ],
  );
});

t.test('consent grows too old, and conversations can be capped by themselves', async (t) => {
  const rules: PackRule[] = [
    { id: 'consent', kind: 'consent', level: 'express', maxAgeDays: 90, source: 's', confidence: 'weak' },
    {
      id: 'talks',
      kind: 'frequency_cap',
      max: 1,
      calendar: 'week',
      count: 'connects',
      source: 's',
      confidence: 'weak',
    },
  ];
  const own = createGate({
    packs: [{ id: 'own', title: 'Own', version: '1', asOf: '2026-01-01', jurisdictions: ['US'], rules }],
    maxAttemptsPerDay: 99,
  });
  const now = local('2026-09-16 12:00', NEW_YORK);
  const ask = (age: number | undefined, connects?: readonly number[], at: readonly number[] = []): Verdict =>
    own.decide(
      call('+12125550123'),
      {
        ...clean,
        consent: { state: 'granted', ...(age !== undefined && { at: now - age * DAY }) },
        attempts: { at, ...(connects !== undefined && { connects }) },
      },
      now,
    );
  t.equal(ask(89).verdict, 'allow');
  t.equal(ask(90).verdict, 'deny');
  t.equal(ask(undefined).verdict, 'deny', 'of an age that is not known');
  t.equal(ask(1, [], [now - DAY]).verdict, 'allow', 'nobody was spoken to');
  t.equal(ask(1, [now - DAY], [now - DAY]).until, local('2026-09-21 00:00', NEW_YORK), 'Monday');
  t.equal(ask(1, undefined, [now - DAY]).verdict, 'defer', 'somebody may have been');
  t.same(
    own.caps(call('+12125550123'), clean, now).map(({ pack }) => pack),
    ['gate'],
    'the store has no need to check conversations again',
  );
});

t.test('a postal code tells the part of the country, and the zone where it is sure', async (t) => {
  const cases: readonly [string, string, string, string][] = [
    ['US', '32401', 'US-FL', 'America/Chicago America/New_York'],
    ['US', '33139', 'US-FL', 'America/New_York'],
    ['US', '47708', 'US-IN', 'America/Chicago America/New_York'],
    ['US', '97914', 'US-OR', 'America/Denver America/Los_Angeles'],
    ['US', '86505', 'US-AZ', 'America/Denver America/Phoenix'],
    ['US', '99501-0001', 'US-AK', 'America/Adak America/Anchorage'],
    ['US', '00901', 'US-PR', 'America/Puerto_Rico'],
    ['CA', 'a1a 1a1', 'CA-NL', 'America/St_Johns America/Goose_Bay'],
    ['CA', 'V5K0A1', 'CA-BC', 'America/Vancouver'],
    [
      'AU',
      '0872',
      'AU-NT AU-SA AU-WA',
      'Australia/Darwin Australia/Adelaide Australia/Perth Australia/Eucla',
    ],
    ['ES', '35001', 'ES-CN', 'Atlantic/Canary'],
    ['BR', '69005-040', 'BR-AM', 'America/Manaus America/Rio_Branco'],
  ];
  for (const [country, code, regions, zones] of cases) {
    const place = postalPlace(country, code);
    t.equal(place?.regions.join(' '), regions, code);
    t.equal(place?.zones.join(' '), zones, code);
  }
  for (const [country, code] of [
    ['US', '3313'],
    ['US', 'M5V 2T6'],
    ['US', '00000'],
    ['CA', '33139'],
    ['XX', '1'],
  ] as const)
    t.equal(postalPlace(country, code), undefined, `${country} ${code}`);
});

t.test('a pack may keep the hours of a Sunday on its holidays', async (t) => {
  const own = createGate({
    answerMarginSeconds: 0,
    packs: [
      {
        id: 'own',
        title: 'Own',
        version: '1',
        asOf: '2026-01-01',
        jurisdictions: ['US'],
        holidayDates: ['2026-09-14'],
        rules: [
          {
            kind: 'calling_window',
            hours: { 'mon-sat': ['08:00-20:00'], sun: ['12:00-18:00'] },
            holidays: 'sunday',
            source: 's',
            confidence: 'weak',
          },
        ],
      },
    ],
  });
  const at = (time: string): string =>
    own.decide(call('+12125550123', { ringSeconds: 0 }), clean, local(time, NEW_YORK)).verdict;
  t.equal(at('2026-09-14 11:59:59'), 'defer');
  t.equal(at('2026-09-14 12:00:00'), 'allow');
  t.equal(at('2026-09-14 18:00:00'), 'defer');
  t.equal(at('2026-09-15 08:00:00'), 'allow', 'the day after');
});
