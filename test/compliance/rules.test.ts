/** Named cases of the law, and of each kind of rule. */
import t from 'tap';
import {
  type AttemptFacts,
  builtinAbandonLaws,
  builtinPacks,
  createGate,
  type Facts,
  type PackRule,
  postalPlace,
  type Request,
  type RulePack,
  type Verdict,
} from '../../compliance/index.js';
import { call, clean, consented, local } from './fixtures.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// Least ringing is tested by itself: without it windows are tested to the second.
const packs = builtinPacks.map((pack) => ({
  ...pack,
  rules: pack.rules.filter((r) => r.kind !== 'ring_time'),
}));
const exact = createGate({ packs, maxAttemptsPerDay: 99, answerMarginSeconds: 0 });
const gate = createGate({ maxAttemptsPerDay: 99 });

const verdictAt = (
  number: string,
  time: string,
  zone: string,
  facts: Facts = consented,
  more: Partial<Request> = {},
) => exact.decide(call(number, { ringSeconds: 0, ...more }), facts, local(time, zone)).verdict;
const NEW_YORK = 'America/New_York';

t.test('Rhode Island closes at five on Saturdays, ringing time included', async (t) => {
  t.equal(verdictAt('+14015550123', '2026-09-12 17:00', NEW_YORK), 'defer');
  t.equal(verdictAt('+14015550123', '2026-09-12 16:59', NEW_YORK), 'allow');
  const at = (time: string): string =>
    gate.decide(call('+14015550123'), consented, local(time, NEW_YORK)).verdict;
  t.equal(at('2026-09-12 16:59:04'), 'allow', '55 s to ring and to answer');
  t.equal(at('2026-09-12 16:59:05'), 'defer');
  t.equal(verdictAt('+14015550123', '2026-08-10 12:00', NEW_YORK), 'defer', 'Victory Day');
});

t.test('Texas opens at noon on Sundays, Kentucky at ten', async (t) => {
  t.equal(verdictAt('+15125550123', '2026-09-13 11:59:59', 'America/Chicago'), 'defer');
  t.equal(verdictAt('+15125550123', '2026-09-13 12:00', 'America/Chicago'), 'allow');
  t.equal(verdictAt('+15025550123', '2026-09-14 09:30', NEW_YORK), 'defer');
});

t.test(
  'the Florida panhandle keeps two times: from nine to eight of the clock that comes last and first',
  async (t) => {
    for (const number of ['+18505550123', '+14485550123']) {
      t.equal(verdictAt(number, '2026-09-14 08:30', NEW_YORK), 'defer');
      t.equal(verdictAt(number, '2026-09-14 09:00', NEW_YORK), 'allow');
      t.equal(verdictAt(number, '2026-09-14 19:59', NEW_YORK), 'allow');
      t.equal(verdictAt(number, '2026-09-14 20:00', NEW_YORK), 'defer');
    }
  },
);

t.test('an area code of Florida and a ZIP code of California bind together', async (t) => {
  const facts = { ...consented, postalCode: '94105' };
  t.equal(
    verdictAt('+13055550123', '2026-09-14 20:30', NEW_YORK, facts),
    'defer',
    'half past five in California',
  );
  t.equal(
    verdictAt('+13055550123', '2026-09-14 08:30', NEW_YORK, facts),
    'defer',
    'half past five in the morning',
  );
  t.equal(verdictAt('+13055550123', '2026-09-14 19:30', NEW_YORK, facts), 'allow');
  const scope = gate.scope(call('+13055550123'), facts, local('2026-09-14 12:00', NEW_YORK));
  t.same(scope?.jurisdictions, ['US', 'US-FL', 'US-CA']);
  t.same(scope?.zones, [NEW_YORK, 'America/Los_Angeles']);
});

t.test('Florida counts attempts to the person on one subject, whatever the number shown', async (t) => {
  const now = local('2026-09-14 12:00', NEW_YORK);
  const asked = (attempts: AttemptFacts): Verdict =>
    gate.decide(call('+13055550123', { callerId: '+12125550100' }), { ...consented, attempts }, now);
  const three = [now - HOUR, now - 2 * HOUR, now - 3 * HOUR];
  t.equal(asked({ at: three }).verdict, 'defer', 'the fourth');
  t.equal(asked({ at: three.slice(1) }).verdict, 'allow');
  t.equal(asked({ at: three, sameSubject: three.slice(1) }).verdict, 'allow', 'one was about something else');
  t.equal(
    asked({ at: three.slice(1), elsewhere: { at: [now - HOUR] } }).verdict,
    'defer',
    'on another number',
  );
  t.equal(asked({ at: [now + HOUR, now + HOUR, now + HOUR] }).verdict, 'defer', 'a clock that ran ahead');
});

t.test('Oregon spares customers of the last eighteen months', async (t) => {
  const now = local('2026-09-14 12:00', 'America/Los_Angeles');
  const attempts = { at: [now - HOUR, now - 2 * HOUR, now - 3 * HOUR] };
  const bought = (days: number): string =>
    gate.decide(
      call('+15035550123'),
      { ...consented, attempts, relationship: { transactionAt: now - days * DAY } },
      now,
    ).verdict;
  t.equal(bought(17 * 30), 'allow');
  t.equal(bought(19 * 30.5), 'defer');
});

t.test("St John's opens at nine by a clock half an hour off", async (t) => {
  t.equal(
    verdictAt('+17095550123', '2026-09-14 09:15', 'America/St_Johns'),
    'defer',
    'in Labrador it is earlier',
  );
  const stated = { ...consented, zones: ['America/St_Johns'] };
  t.equal(verdictAt('+17095550123', '2026-09-14 09:15', 'America/St_Johns', stated), 'allow');
  t.equal(verdictAt('+17095550123', '2026-09-14 08:59', 'America/St_Johns', stated), 'defer');
});

t.test('an Australian mobile may be in Perth, unless the record says where it is', async (t) => {
  const mobile = '+61491570156';
  t.equal(verdictAt(mobile, '2026-09-14 09:30', 'Australia/Sydney'), 'defer');
  t.equal(
    verdictAt(mobile, '2026-09-14 09:30', 'Australia/Sydney', { ...consented, postalCode: '2000' }),
    'allow',
  );
  t.equal(
    verdictAt(mobile, '2026-09-14 09:30', 'Australia/Sydney', { ...consented, postalCode: '6000' }),
    'defer',
  );
  t.equal(verdictAt(mobile, '2026-06-01 12:00', 'Australia/Sydney'), 'defer', 'Western Australia Day');
  t.equal(
    verdictAt(mobile, '2026-06-01 12:00', 'Australia/Sydney', {
      ...consented,
      region: 'AU-NSW',
      zones: ['Australia/Sydney'],
    }),
    'allow',
  );
});

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

t.test('Utah calls on Sundays with express consent only', async (t) => {
  t.equal(verdictAt('+18015550123', '2026-09-13 12:00', 'America/Denver'), 'allow');
  t.equal(verdictAt('+18015550123', '2026-09-13 12:00', 'America/Denver', clean), 'defer');
  const presumed: Facts = { ...clean, consent: { state: 'granted', level: 'presumed' } };
  t.equal(verdictAt('+18015550123', '2026-09-13 12:00', 'America/Denver', presumed), 'defer');
});

t.test('a refusal on one subject ends calls on all of them from 31 January 2027', async (t) => {
  const facts: Facts = { ...consented, consent: { ...consented.consent, refusedSubjects: ['energy'] } };
  const at = (time: string, subject?: string): Verdict =>
    gate.decide(call('+12125550123', subject === undefined ? {} : { subject }), facts, local(time, NEW_YORK));
  t.equal(at('2027-01-29 12:00', 'phones').verdict, 'allow');
  t.equal(at('2027-01-29 12:00', 'energy').verdict, 'deny');
  t.equal(at('2027-01-29 12:00').verdict, 'deny', 'about nothing that is known');
  const later = at('2027-02-01 12:00', 'phones');
  t.equal(later.verdict, 'deny');
  t.match(later.reasons, [
    { rule: 'revocation', pack: 'us-federal', id: 'revoke-all', inputs: { subject: 'phones' } },
  ]);
});

t.test('Germany asks for express consent of consumers, presumed consent of businesses', async (t) => {
  const now = local('2026-09-14 12:00', 'Europe/Berlin');
  const ask = (
    party: 'consumer' | 'business',
    level: 'presumed' | 'express',
    mode: Request['mode'] = 'predictive',
  ) =>
    gate.decide(
      call('+493023012345', { party, mode }),
      { ...clean, consent: { state: 'granted', level } },
      now,
    ).verdict;
  t.equal(ask('consumer', 'presumed'), 'deny');
  t.equal(ask('consumer', 'express'), 'allow');
  t.equal(ask('business', 'presumed'), 'allow');
  t.equal(ask('business', 'presumed', 'prerecorded'), 'deny');
  t.equal(gate.decide(call('+493023012345', { party: 'business' }), clean, now).verdict, 'deny');
});

t.test('holidays of a Land count where the record says which it is', async (t) => {
  const corpusChristi = '2026-06-04 12:00';
  t.equal(verdictAt('+493023012345', corpusChristi, 'Europe/Berlin'), 'allow');
  t.equal(
    verdictAt('+493023012345', corpusChristi, 'Europe/Berlin', { ...consented, region: 'DE-BY' }),
    'defer',
  );
  t.equal(
    verdictAt('+493023012345', corpusChristi, 'Europe/Berlin', { ...consented, postalCode: '80331' }),
    'defer',
  );
});

t.test(
  'China closes over the Spring Festival and calls about debts on holidays from nine to six',
  async (t) => {
    t.equal(verdictAt('+8613812345678', '2026-02-18 10:00', 'Asia/Shanghai'), 'defer');
    t.equal(verdictAt('+8613812345678', '2026-02-26 10:00', 'Asia/Shanghai'), 'allow');
    t.equal(verdictAt('+8613812345678', '2026-02-26 12:30', 'Asia/Shanghai'), 'defer', 'rest at noon');
    const debt = { purpose: 'collection' } as const;
    t.equal(verdictAt('+8613812345678', '2026-02-18 10:00', 'Asia/Shanghai', consented, debt), 'allow');
    t.equal(verdictAt('+8613812345678', '2026-02-18 08:30', 'Asia/Shanghai', consented, debt), 'defer');
  },
);

t.test(
  'in a year that the tables of holidays do not reach, a window that closes on holidays stays closed',
  async (t) => {
    const verdict = gate.decide(
      call('+8613812345678'),
      consented,
      local('2035-03-06 10:00', 'Asia/Shanghai'),
    );
    t.equal(verdict.verdict, 'deny');
    t.match(verdict.reasons, [{ rule: 'holiday', pack: 'cn', detail: /not in the tables/ }]);
  },
);

t.test('the number shown must be one that the place allows', async (t) => {
  const ask = (
    number: string,
    zone: string,
    callerId?: string,
    purpose: Request['purpose'] = 'sales',
  ): string => {
    const verdict = gate.decide(
      call(number, { purpose, ...(callerId !== undefined && { callerId }) }),
      consented,
      local('2026-09-14 12:00', zone),
    );
    return verdict.reasons.map(({ rule, pack }) => `${rule} ${pack}`).join() || verdict.verdict;
  };
  t.equal(ask('+12125550123', NEW_YORK, 'anonymous'), 'caller_id us-federal');
  t.equal(ask('+12125550123', NEW_YORK), 'allow', 'not decided here');
  t.equal(ask('+919876543210', 'Asia/Kolkata', '+919812345678'), 'caller_id in');
  t.equal(ask('+919876543210', 'Asia/Kolkata', '+911401234567'), 'allow');
  t.equal(ask('+919876543210', 'Asia/Kolkata', '+911401234567', 'service'), 'caller_id in');
  t.equal(ask('+919876543210', 'Asia/Kolkata', '+911600123456', 'service'), 'allow');
  t.equal(ask('+97145551234', 'Asia/Dubai', '+12125550100'), 'caller_id ae');
  t.equal(ask('+33199001234', 'Europe/Paris', '+33612345678'), 'caller_id fr');
  t.equal(ask('+34915551234', 'Europe/Madrid', '+34612345678'), 'caller_id es');
  t.equal(ask('+441632960123', 'Europe/London', '+449098790000'), 'caller_id gb');
});

t.test('an unanswered call rings for at least fifteen seconds where the law says so', async (t) => {
  const now = local('2026-09-14 12:00', NEW_YORK);
  const ask = (ringSeconds: number, more: Partial<Request> = {}): Verdict =>
    gate.decide(call('+12125550123', { ringSeconds, ...more }), consented, now);
  t.match(ask(14).reasons, [
    { rule: 'ring_time', pack: 'us-federal', inputs: { ringSeconds: 14, minSeconds: 15 } },
  ]);
  t.equal(ask(15).verdict, 'allow');
  t.equal(ask(5, { mode: 'manual' }).verdict, 'allow');
  t.equal(ask(5, { purpose: 'service' }).verdict, 'allow');
});

t.test('an emergency stops calls into its area while it lasts', async (t) => {
  const now = local('2026-09-14 12:00', NEW_YORK);
  const area = { area: 'US-NY', from: now - HOUR, until: now + 2 * HOUR, reason: 'executive order 7' };
  const ask = (change: object, facts: Partial<Facts> = {}, purpose: Request['purpose'] = 'sales'): Verdict =>
    gate.decide(
      call('+12125550123', { purpose }),
      { ...consented, ...facts, emergencyAreas: [{ ...area, ...change }] },
      now,
    );
  t.match(ask({}), {
    verdict: 'defer',
    until: now + 2 * HOUR,
    reasons: [{ rule: 'emergency_area', pack: 'us-ny', detail: /executive order 7/ }],
  });
  t.equal(ask({ until: undefined }).verdict, 'deny');
  t.equal(ask({ from: now + 1 }).verdict, 'allow');
  t.equal(ask({ from: now + 30_000 }).permit?.expiresAt, now + 30_000, 'the permit ends before it begins');
  t.equal(ask({ area: 'US-FL' }).verdict, 'allow');
  t.equal(ask({}, {}, 'service').verdict, 'allow');
  t.equal(ask({ purposes: ['service'] }, {}, 'service').verdict, 'defer');
  t.equal(ask({ postalCodes: ['100'] }).verdict, 'defer', 'it may be inside');
  t.equal(ask({ postalCodes: ['100'] }, { postalCode: '14201' }).verdict, 'allow');
  t.equal(ask({ postalCodes: ['100'] }, { postalCode: '10001' }).verdict, 'defer');
});

t.test('a number that changed hands is not called; one that was not checked is noted', async (t) => {
  const now = local('2026-09-14 12:00', NEW_YORK);
  const ask = (answer: 'yes' | 'no', days: number): Verdict =>
    gate.decide(
      call('+12125550123'),
      { ...consented, reassigned: { checkedAt: now - days * DAY, answer } },
      now,
    );
  t.match(ask('yes', 1), { verdict: 'deny', reasons: [{ rule: 'reassigned', pack: 'gate' }] });
  t.equal(ask('no', 29).notices, undefined);
  const old = ask('no', 31);
  t.equal(old.verdict, 'allow');
  t.match(old.notices, [
    { rule: 'reassigned', pack: 'us-federal', severity: 'report', inputs: { maxAgeDays: 30 } },
  ]);
  t.same(old.permit?.notices, ['us-federal/reassigned']);
  t.match(ask('no', -1).notices, [{ rule: 'reassigned' }], 'checked in the future');
});

t.test('kinds of number that machines are kept away from', async (t) => {
  const now = local('2026-09-14 12:00', NEW_YORK);
  const ask = (mode: Request['mode'] & string): string =>
    gate.decide(call('+12125550123', { mode }), { ...consented, numberClasses: ['health-care'] }, now)
      .verdict;
  t.equal(ask('predictive'), 'deny');
  t.equal(ask('manual'), 'allow');
});

t.test(
  'a campaign over its abandonment limit stops in Britain and is warned in the United States',
  async (t) => {
    const now = local('2026-09-14 16:00', 'Europe/London');
    const ask = (number: string, pack: string, abandoned: number): Verdict =>
      gate.decide(
        call(number),
        { ...consented, abandon: [{ pack, rule: 'abandon', abandoned, answered: 100, until: now + HOUR }] },
        now,
      );
    t.equal(ask('+441632960123', 'gb', 3).verdict, 'allow', 'three in a hundred');
    t.match(ask('+441632960123', 'gb', 4), {
      verdict: 'defer',
      until: now + HOUR,
      reasons: [{ rule: 'abandon_limit', inputs: { abandoned: 4, answered: 100, limit: 0.03 } }],
    });
    t.match(ask('+12125550123', 'us-federal', 4), {
      verdict: 'allow',
      notices: [{ rule: 'reassigned' }, { rule: 'abandon_limit', severity: 'warn' }],
    });
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
      elements: [
        'company',
        'telemarketing_purpose',
        'opt_out_number',
        'opt_out_key',
        'no_marketing',
        'contact_number',
      ],
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
