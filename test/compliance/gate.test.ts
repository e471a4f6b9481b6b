import fc from 'fast-check';
import t from 'tap';
import {
  builtinPacks,
  createGate,
  DEFERRAL_HORIZON_DAYS,
  type Facts,
  type PackRule,
  type RulePack,
  type Verdict,
} from '../../compliance/index.js';
import { call, clean, consented, local } from './fixtures.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEW_YORK = '+12125550123';
/** A Monday, noon in New York. */
const noon = local('2026-09-14 12:00', 'America/New_York');
const gate = createGate();

const versionOf = (id: string): string | undefined => builtinPacks.find((pack) => pack.id === id)?.version;
const rules = (verdict: Verdict): string[] =>
  verdict.reasons.map((reason) => `${reason.rule} ${reason.pack}`);

t.test('a call with nothing against it gets a permit that names what was applied and seen', async (t) => {
  const facts: Facts = {
    ...clean,
    attempts: { at: [noon - 2 * HOUR, noon - 30 * HOUR] },
    dnc: {
      internal: false,
      campaign: false,
      lists: [],
      checked: [{ id: 'us-national', version: '2026-09', obtainedAt: noon - 5 * DAY }],
    },
  };
  const verdict = gate.decide(call(NEW_YORK, { callerId: '+12125550100', purpose: 'sales' }), facts, noon);
  t.equal(verdict.verdict, 'allow');
  t.same(verdict.reasons, []);
  t.same(verdict.permit, {
    number: NEW_YORK,
    campaignId: 'c1',
    purpose: 'sales',
    mode: 'predictive',
    callerId: '+12125550100',
    issuedAt: noon,
    expiresAt: noon + 60_000,
    rules: [
      { pack: 'gate', version: '1', rules: ['dnc', 'consent', 'frequency_cap'] },
      {
        pack: 'us-federal',
        version: versionOf('us-federal'),
        rules: [
          'calling_window',
          'dnc',
          'abandon_limit',
          'ring_time',
          'message',
          'caller_id',
          'number_class',
          'reassigned',
          'retention',
        ],
      },
      { pack: 'us-ny', version: versionOf('us-ny'), rules: ['emergency_area'] },
    ],
    zones: ['America/New_York'],
    local: ['Mon 12:00'],
    jurisdictions: ['US', 'US-NY'],
    consent: 'none',
    attempts24h: 1,
    dncLists: [{ id: 'us-national', version: '2026-09', obtainedAt: noon - 5 * DAY }],
    notices: ['us-federal/reassigned'],
    tzdata: process.versions.tz,
  });
  t.same(JSON.parse(JSON.stringify(verdict.permit)), verdict.permit, 'it survives JSON');
  t.same(
    verdict.notices?.map(({ rule, pack, severity }) => [rule, pack, severity]),
    [['reassigned', 'us-federal', 'report']],
    'what was not checked is told, and forbids nothing',
  );
});

t.test('every rule that objects is listed, each with its pack and when it would end', async (t) => {
  const night = local('2026-09-14 22:30', 'America/New_York');
  const facts: Facts = {
    dnc: { internal: true, campaign: true, lists: ['us-national', 'our-competitors'] },
    consent: { state: 'refused' },
    attempts: { at: [night - 3 * HOUR, night - 2 * HOUR, night - HOUR], last: {} },
  };
  const verdict = createGate({
    campaign: { version: '7', minSpacingSeconds: 2 * 3600, hours: { 'mon-fri': ['10:00-18:00'] } },
    registries: 'required',
  }).decide(call(NEW_YORK), facts, night);
  t.equal(verdict.verdict, 'deny');
  t.same(rules(verdict).sort(), [
    'calling_window campaign',
    'calling_window us-federal',
    'consent gate',
    'dnc gate',
    'dnc gate',
    'dnc gate',
    'dnc us-federal',
    'frequency_cap gate',
    'list_stale us-federal',
    'recall_delay campaign',
  ]);
  const until = Object.fromEntries(verdict.reasons.map((r) => [`${r.rule} ${r.pack}`, r.until]));
  t.equal(until['calling_window us-federal'], local('2026-09-15 08:00', 'America/New_York'));
  t.equal(until['calling_window campaign'], local('2026-09-15 10:00', 'America/New_York'));
  t.equal(until['frequency_cap gate'], night - 3 * HOUR + DAY);
  t.equal(until['recall_delay campaign'], night + HOUR);
  t.equal(until['consent gate'], undefined);
  t.equal(verdict.reasons.find((r) => r.pack === 'campaign')?.version, '7');
  t.match(
    verdict.reasons.find((r) => r.pack === 'us-federal')?.detail,
    'Mon 22:30 in America/New_York, hours 08:00-21:00 with 55 s to spare',
  );
});

t.test('a deferral carries the first instant at which all objections have ended', async (t) => {
  const evening = local('2026-09-14 20:59:30', 'America/New_York');
  const facts: Facts = {
    ...clean,
    attempts: { at: [evening - 23 * HOUR, evening - 10 * HOUR, evening - HOUR] },
  };
  const verdict = gate.decide(call(NEW_YORK), facts, evening);
  t.equal(verdict.verdict, 'defer');
  t.equal(
    verdict.until,
    local('2026-09-15 08:00', 'America/New_York'),
    'the cap has room before the morning',
  );
  const later = gate.decide(
    call(NEW_YORK),
    { ...facts, attempts: { at: [evening - HOUR, evening - HOUR, evening - HOUR] } },
    evening,
  );
  t.equal(later.until, evening - HOUR + DAY, 'the cap frees after the window opens');
});

t.test('the window must still be open when the call could be answered', async (t) => {
  const closes = local('2026-09-14 21:00', 'America/New_York');
  const at = (before: number, ringSeconds: number): string =>
    gate.decide(call(NEW_YORK, { ringSeconds }), clean, closes - before).verdict;
  t.equal(at(55_001, 25), 'allow');
  t.equal(at(55_000, 25), 'defer', 'answered exactly at closing time');
  t.equal(at(45_001, 15), 'allow');
  t.equal(at(45_000, 15), 'defer');
  t.equal(at(60_000, 60), 'defer');
  const { permit } = gate.decide(call(NEW_YORK), clean, closes - 70_000);
  t.equal(permit?.expiresAt, closes - 55_000, 'the permit ends before the window does');
});

t.test('a number in several possible zones is called only when it is lawful in all of them', async (t) => {
  const panhandle = '+18505550123';
  const at = (time: string): Verdict =>
    gate.decide(call(panhandle), consented, local(`2026-09-14 ${time}`, 'America/New_York'));
  t.equal(at('08:30').until, local('2026-09-14 09:00', 'America/New_York'));
  t.equal(at('09:00').verdict, 'allow');
  t.equal(at('19:58').verdict, 'allow');
  t.equal(
    at('20:00').until,
    local('2026-09-15 09:00', 'America/New_York'),
    'Florida ends at 20, first in the east',
  );
  const stated = { ...consented, zones: ['America/Chicago'] };
  t.equal(
    gate.decide(call(panhandle), stated, local('2026-09-14 20:30', 'America/New_York')).verdict,
    'allow',
    'the record says on which side of the border',
  );
});

t.test('area code and address that disagree must both allow the call', async (t) => {
  const facts = { ...consented, region: 'US-CA', zones: ['America/Los_Angeles'] };
  const at = (time: string): Verdict =>
    gate.decide(call('+13055550123'), facts, local(`2026-09-14 ${time}`, 'America/New_York'));
  t.equal(at('20:30').verdict, 'defer', 'too late in Florida');
  t.equal(at('10:30').verdict, 'defer', 'too early in California');
  t.equal(at('11:00').verdict, 'allow');
  t.same(at('11:00').permit?.jurisdictions, ['US', 'US-FL', 'US-CA']);
  t.same(at('11:00').permit?.zones, ['America/Los_Angeles', 'America/New_York']);
});

t.test('an unknown area code is called only when it is lawful all over North America', async (t) => {
  const unknown = call('+15555550123');
  const verdict = gate.decide(unknown, clean, noon);
  t.equal(verdict.verdict, 'defer');
  const { permit } = gate.decide(unknown, clean, verdict.until ?? 0);
  t.ok(permit?.zones.includes('Pacific/Guam') && permit.zones.includes('America/St_Johns'));
  t.equal(
    gate.decide(unknown, { ...clean, zones: ['America/New_York'] }, noon).verdict,
    'allow',
    'a stated zone helps',
  );
});

t.test('zones that share no lawful hour are refused for good, with the reason', async (t) => {
  const verdict = createGate({ campaign: { hours: { all: ['09:00-12:00'] } } }).decide(
    call(NEW_YORK),
    { ...clean, zones: ['Asia/Kolkata'] },
    noon,
  );
  t.equal(verdict.verdict, 'deny');
  t.ok(verdict.reasons.some((r) => r.rule === 'calling_window' && r.until === undefined));
});

t.test('packs that are each open at times, but never together, are refused with a reason', async (t) => {
  const verdict = createGate({ campaign: { hours: { sun: ['08:00-11:00'] } } }).decide(
    call('+15125550123'),
    clean,
    noon,
  );
  t.equal(verdict.verdict, 'deny', 'Texas opens at noon on Sundays');
  t.ok(verdict.reasons.length > 0);
});

t.test('numbers that cannot be judged are refused', async (t) => {
  for (const number of [
    '',
    '2125550123',
    '+1212555',
    '+12121550123',
    '+999123456789',
    'sip:alice@example.org',
  ])
    t.same(rules(gate.decide(call(number), clean, noon)), ['invalid_number gate'], number);
  t.same(rules(gate.decide(call('+18005550123'), clean, noon)), ['number_class gate']);
  t.same(rules(gate.decide(call('+19005550123'), clean, noon)), ['number_class gate']);
});

t.test('malformed requests and facts keep the gate shut and say why', async (t) => {
  const refused = (verdict: Verdict, detail: RegExp): void => {
    t.equal(verdict.verdict, 'deny');
    t.equal(verdict.reasons[0]?.rule, 'invalid_request');
    t.match(verdict.reasons[0]?.detail, detail);
  };
  refused(gate.decide(call(NEW_YORK), clean, Number.NaN), /now is NaN/);
  refused(gate.decide(call(NEW_YORK), clean, 0), /years 2000 to 2099/);
  refused(
    gate.decide(call(NEW_YORK, { ringSeconds: -1 }), clean, noon),
    /ringSeconds is -1: it must be 0 to 3600/,
  );
  refused(
    gate.decide(call(NEW_YORK, { purpose: 'spam' as never }), clean, noon),
    /purpose 'spam' is unknown: use sales/,
  );
  refused(gate.decide(call(NEW_YORK, { mode: 'magic' as never }), clean, noon), /mode 'magic' is unknown/);
  refused(
    gate.decide(call(NEW_YORK), { ...clean, zones: ['Mars/Olympus'] }, noon),
    /zone 'Mars\/Olympus' is unknown/,
  );
  refused(gate.decide(call(NEW_YORK), { ...clean, country: 'USA' }, noon), /country 'USA' is not ISO 3166-1/);
  refused(gate.decide(call(NEW_YORK), { ...clean, region: 'FL' }, noon), /region 'FL' is not ISO 3166-2/);
});

t.test('unreadable times in the facts count against the call', async (t) => {
  const one = createGate({ maxAttemptsPerDay: 1 });
  t.equal(one.decide(call(NEW_YORK), { ...clean, attempts: { at: [Number.NaN] } }, noon).verdict, 'deny');
  const consent = { state: 'granted', level: 'written' } as const;
  const florida = call('+13055550123');
  t.equal(
    gate.decide(florida, { ...clean, consent: { ...consent, expiresAt: Number.NaN } }, noon).verdict,
    'deny',
  );
  t.equal(gate.decide(florida, { ...clean, consent: { ...consent, at: Number.NaN } }, noon).verdict, 'deny');
  const british = call('+441632960123');
  const last = { abandoned: Number.NaN };
  t.equal(gate.decide(british, { ...clean, attempts: { at: [], last } }, noon).verdict, 'deny');
});

t.test('any number, instant and history gets a well-formed verdict', async (t) => {
  const when = fc.oneof(fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2099, 0, 1) }), fc.double());
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.stringMatching(/^\+[1-9]\d{6,14}$/),
        fc.stringMatching(/^\+1[2-9]\d\d[2-9]\d{6}$/),
      ),
      when,
      fc.array(when, { maxLength: 4 }),
      fc.double(),
      (number, now, at, ringSeconds) => {
        const verdict = gate.decide(call(number, { ringSeconds }), { ...clean, attempts: { at } }, now);
        if (verdict.verdict === 'allow')
          return verdict.permit.issuedAt === now && verdict.permit.expiresAt > now;
        if (verdict.verdict === 'defer') return verdict.until > now && verdict.reasons.length > 0;
        return verdict.reasons.length > 0;
      },
    ),
    { numRuns: 400 },
  );
  t.pass();
});

t.test('DNC lists refuse for good, whatever the consent', async (t) => {
  for (const dnc of [
    { internal: true, campaign: false },
    { internal: false, campaign: true },
    { internal: false, campaign: false, lists: ['our-own-list'] },
  ])
    t.same(rules(gate.decide(call(NEW_YORK), { ...consented, dnc }, noon)), ['dnc gate']);
});

t.test(
  'a registry binds what its law binds: purpose, consent and customers make the difference',
  async (t) => {
    const listed: Facts = { ...clean, dnc: { internal: false, campaign: false, lists: ['us-national'] } };
    const verdict = (facts: Facts, purpose: 'sales' | 'service' = 'sales'): string =>
      gate.decide(call(NEW_YORK, { purpose }), facts, noon).verdict;
    t.equal(verdict(listed), 'deny');
    t.equal(verdict(listed, 'service'), 'allow');
    t.equal(
      verdict({ ...listed, consent: { state: 'granted' } }),
      'deny',
      'the exemption asks for a signature',
    );
    t.equal(verdict({ ...listed, consent: { state: 'granted', level: 'written' } }), 'allow');
    t.equal(verdict({ ...listed, relationship: { transactionAt: noon - 500 * DAY } }), 'allow');
    t.equal(verdict({ ...listed, relationship: { transactionAt: noon - 550 * DAY } }), 'deny');
    t.equal(verdict({ ...listed, relationship: { inquiryAt: noon - 80 * DAY } }), 'allow');
    t.equal(verdict({ ...listed, relationship: { inquiryAt: noon - 95 * DAY } }), 'deny');
  },
);

t.test('a registry copy that is too old is refused, one of 31 days is not', async (t) => {
  const aged = (days: number): Verdict =>
    gate.decide(
      call(NEW_YORK),
      {
        ...clean,
        dnc: {
          internal: false,
          campaign: false,
          checked: [{ id: 'us-national', version: 'v', obtainedAt: noon - days * DAY }],
        },
      },
      noon,
    );
  t.equal(aged(31).verdict, 'allow');
  t.same(rules(aged(32)), ['list_stale us-federal']);
  t.match(aged(32).reasons[0]?.detail, /at most 31 days old: import a new one/);
  t.same(rules(aged(-1)), ['list_stale us-federal'], 'a copy from the future is no copy');
  t.equal(aged(31).permit?.expiresAt, noon + 1, 'the permit ends with the copy');
});

t.test('registries that were not looked up are refused only where they are required', async (t) => {
  t.equal(gate.decide(call(NEW_YORK), clean, noon).verdict, 'allow');
  const strict = createGate({ registries: 'required' });
  t.same(rules(strict.decide(call(NEW_YORK), clean, noon)), ['list_stale us-federal']);
  t.match(
    strict.decide(call(NEW_YORK), clean, noon).reasons[0]?.detail,
    /us-national was not looked up: import it/,
  );
});

t.test('consent is asked for by level, purpose and time', async (t) => {
  const florida = call('+13055550123');
  const verdict = (consent: Facts['consent']): Verdict => gate.decide(florida, { ...clean, consent }, noon);
  t.same(rules(verdict({ state: 'none' })), ['consent us-fl']);
  t.match(
    verdict({ state: 'granted' }).reasons[0]?.detail,
    /written consent is required: it is only express/,
  );
  t.equal(verdict({ state: 'granted', level: 'written' }).verdict, 'allow');
  t.equal(verdict({ state: 'granted', level: 'written', scope: ['service'] }).verdict, 'deny');
  t.equal(verdict({ state: 'granted', level: 'written', expiresAt: noon + 60_000 }).verdict, 'allow');
  t.equal(
    verdict({ state: 'granted', level: 'written', expiresAt: noon + 50_000 }).verdict,
    'deny',
    'gone before the answer',
  );
  t.equal(verdict({ state: 'granted', level: 'written', at: noon + 1 }).verdict, 'deny', 'not given yet');
  const { permit } = verdict({ state: 'granted', level: 'written', expiresAt: noon + 60_000 });
  t.equal(permit?.expiresAt, noon + 5_000, 'the permit ends while consent still covers the answer');
  t.equal(permit?.consent, 'written');
});

t.test('a refusal forbids every purpose', async (t) => {
  for (const purpose of ['sales', 'service', 'survey', 'collection'] as const)
    t.same(
      rules(gate.decide(call(NEW_YORK, { purpose }), { ...clean, consent: { state: 'refused' } }, noon)),
      ['consent gate'],
    );
});

t.test('the fourth attempt in 24 hours is refused until the first is a day old', async (t) => {
  const at = [noon - 5 * HOUR, noon - 20 * HOUR, noon - HOUR];
  const verdict = gate.decide(call(NEW_YORK), { ...clean, attempts: { at } }, noon);
  t.same(rules(verdict), ['frequency_cap gate']);
  t.equal(verdict.until, local('2026-09-14 16:00', 'America/New_York'));
  const free = gate.decide(call(NEW_YORK), { ...clean, attempts: { at } }, verdict.until ?? 0);
  t.equal(free.verdict, 'allow');
  t.equal(free.permit?.attempts24h, 2);
});

t.test("a state cap binds beside the operator's own, with its exemption", async (t) => {
  const many = createGate({ maxAttemptsPerDay: 10 });
  const at = [noon - HOUR, noon - 2 * HOUR, noon - 3 * HOUR];
  const attempts = { at };
  t.same(rules(many.decide(call('+13055550123'), { ...consented, attempts }, noon)), ['frequency_cap us-fl']);
  const oregon = (months: number): string =>
    many.decide(
      call('+15035550123'),
      { ...clean, attempts, relationship: { transactionAt: noon - months * 30 * DAY } },
      noon + 4 * HOUR,
    ).verdict;
  t.equal(oregon(17), 'allow');
  t.equal(oregon(19), 'defer');
  t.equal(many.decide(call(NEW_YORK), { ...clean, attempts }, noon).verdict, 'allow');
});

t.test('a history that does not reach back as far as a cap is refused', async (t) => {
  const attempts = { at: [], since: noon - 23 * HOUR };
  const verdict = gate.decide(call(NEW_YORK), { ...clean, attempts }, noon);
  t.same(rules(verdict), ['frequency_cap gate']);
  t.match(verdict.reasons[0]?.detail, /known only since .*, the cap needs 24 h/);
  t.ok(gate.lookbackSeconds >= 30 * 86_400, 'the longest cap of any pack');
  t.equal(
    gate.decide(
      call(NEW_YORK),
      { ...clean, attempts: { at: [], since: noon - gate.lookbackSeconds * 1000 } },
      noon,
    ).verdict,
    'allow',
  );
});

t.test('the operator narrows hours, caps, spacing and consent, and never widens', async (t) => {
  const narrow = createGate({
    campaign: {
      hours: { 'mon-fri': ['00:00-24:00'] },
      maxAttemptsPerDay: 1,
      minSpacingSeconds: 7200,
      requireConsent: 'express',
    },
  });
  t.equal(
    narrow.decide(call(NEW_YORK), consented, local('2026-09-14 22:00', 'America/New_York')).verdict,
    'defer',
  );
  t.equal(
    narrow.decide(call(NEW_YORK), consented, local('2026-09-13 12:00', 'America/New_York')).until,
    local('2026-09-14 08:00', 'America/New_York'),
  );
  t.same(rules(narrow.decide(call(NEW_YORK), clean, noon)), ['consent campaign']);
  const again = narrow.decide(call(NEW_YORK), { ...consented, attempts: { at: [noon - HOUR] } }, noon);
  t.same(rules(again).sort(), ['frequency_cap campaign', 'recall_delay campaign']);
  t.equal(again.until, local('2026-09-15 11:00', 'America/New_York'));
  const generous = createGate({
    maxAttemptsPerDay: 9,
    campaign: { maxAttemptsPerDay: 9, hours: { all: ['00:00-24:00'] } },
  });
  t.equal(
    generous.decide(call(NEW_YORK), clean, local('2026-09-14 06:00', 'America/New_York')).verdict,
    'defer',
  );
});

t.test('bad options are refused with the field and the remedy', async (t) => {
  t.throws(
    () => createGate({ maxAttemptsPerDay: 0 }),
    /maxAttemptsPerDay: '0' must be a whole number, at least 1/,
  );
  t.throws(() => createGate({ answerMarginSeconds: -1 }), /answerMarginSeconds/);
  t.throws(
    () => createGate({ campaign: { hours: { mon: ['9-17'] } } }),
    /campaign\.hours\.mon: '9' is not a time of day/,
  );
  t.throws(
    () => createGate({ campaign: { requireConsent: 'maybe' as never } }),
    /campaign\.requireConsent: 'maybe'/,
  );
  t.throws(() => createGate({ campaign: { minSpacingSeconds: 0.5 } }), /minSpacingSeconds/);
});

t.test('the caps of a call are those that the store must check again', async (t) => {
  const caps = gate.caps(call('+13055550123'), consented, noon);
  t.same(
    caps.map((cap) => [cap.pack, cap.max, cap.seconds]),
    [
      ['gate', 3, 86_400],
      ['us-fl', 3, 86_400],
    ],
  );
  const customer = { ...clean, relationship: { transactionAt: noon - 10 * DAY } };
  t.same(
    gate.caps(call('+15035550123'), customer, noon).map((cap) => cap.pack),
    ['gate'],
    'exempt customers',
  );
  t.same(gate.caps(call('nonsense'), clean, noon), []);
});

t.test('the scope of a call is known whatever the verdict', async (t) => {
  const scope = gate.scope(call('+18505550123'), clean, local('2026-09-14 03:00', 'America/New_York'));
  t.same(scope?.zones, ['America/New_York', 'America/Chicago']);
  t.same(scope?.local, ['Mon 03:00', 'Mon 02:00']);
  t.same(
    scope?.rules.map((each) => each.pack),
    ['gate', 'us-federal', 'us-fl'],
  );
  t.equal(gate.scope(call('nonsense'), clean, noon), undefined);
});

t.test('a country without a pack has the default one, and without that none may be called', async (t) => {
  const georgia = call('+995322123456');
  t.same(
    gate.decide(georgia, consented, local('2026-09-14 11:00', 'Asia/Tbilisi')).permit?.rules[1]?.pack,
    'default',
  );
  t.equal(gate.decide(georgia, consented, local('2026-09-14 13:30', 'Asia/Tbilisi')).verdict, 'defer');
  const bare = createGate({ packs: [] });
  t.same(rules(bare.decide(georgia, consented, noon)), ['no_pack gate']);
  const portugal = bare.decide(call('+351212345678'), consented, noon);
  t.equal(portugal.verdict, 'deny');
  t.match(portugal.reasons, [
    { rule: 'no_pack', inputs: { country: 'PT' }, detail: /no rule pack governs PT.*: add a pack/ },
  ]);
});

t.test('what a rule forbids until its end is deferred to the first lawful minute after it', async (t) => {
  const own = (...rules: PackRule[]) =>
    createGate({
      packs: [
        {
          id: 'own',
          title: 'Own',
          version: '1',
          asOf: '2026-11-22',
          jurisdictions: ['US'],
          rules: [
            {
              id: 'hours',
              kind: 'calling_window',
              hours: { 'mon-fri': ['09:00-18:00'] },
              source: 'test',
              confidence: 'primary',
            },
            ...rules,
          ],
        },
      ],
      registries: 'required',
      maxAttemptsPerDay: 99,
    });
  const base = { source: 'test', confidence: 'primary' } as const;
  const consent = {
    id: 'consent',
    kind: 'consent',
    level: 'written',
    effectiveTo: '2027-03-06',
    ...base,
  } as const;
  const list = {
    id: 'list',
    kind: 'dnc',
    list: 'own',
    maxAgeDays: 30,
    effectiveTo: '2027-03-06',
    ...base,
  } as const;
  const now = local('2026-11-24 12:00', 'America/New_York');
  // 6 March 2027 is a Saturday; what ends with the 5th is over everywhere at noon of the 6th, UTC.
  const monday = local('2027-03-08 09:00', 'America/New_York');
  const asked = (facts: Facts, at: number, ...rules: PackRule[]) =>
    own(...rules).decide(call('+12125550123'), facts, at);

  const over = Date.parse('2027-03-06T12:00Z');
  t.match(asked(clean, now, consent), {
    verdict: 'defer',
    until: monday,
    reasons: [{ rule: 'consent', id: 'consent', until: over }],
  });
  t.match(asked(clean, now, list), {
    verdict: 'defer',
    until: monday,
    reasons: [{ rule: 'list_stale', id: 'list', until: over }],
  });
  const refusal = { ...clean, attempts: { at: [], last: { refused: now - DAY } } };
  const recall = { id: 'recall', kind: 'recall_delay', after: 'refused', wait: 'forever', ...base } as const;
  t.match(asked(refusal, now, { ...recall, effectiveTo: '2027-03-06' }), { verdict: 'defer', until: monday });
  t.match(asked(refusal, now, recall), { verdict: 'deny' });
  t.match(
    asked(
      clean,
      now,
      { ...recall, after: 'attempt', wait: { seconds: 1 } },
      { ...consent, severity: 'warn' },
    ),
    { verdict: 'allow', notices: [{ rule: 'consent', until: over }] },
    'a rule that only warns ends as well',
  );

  t.equal(asked(clean, now, consent, { ...consent, id: 'later' }).verdict, 'defer', 'both end');
  t.equal(asked(clean, now, consent, { ...list, effectiveTo: '2027-06-01' }).until! > monday, true);
  t.match(
    asked(clean, now, consent, {
      ...consent,
      id: 'after',
      effectiveFrom: '2027-03-06',
      effectiveTo: '2099-01-01',
    }),
    { verdict: 'deny' },
    'another rule takes its place',
  );
  t.match(
    asked({ ...clean, dnc: { internal: true, campaign: false } }, now, consent),
    { verdict: 'deny' },
    'something else forbids the call for good',
  );

  // The horizon: the first lawful minute lies exactly 400 days ahead, or a millisecond more.
  const horizon = monday - DEFERRAL_HORIZON_DAYS * DAY;
  t.match(asked(clean, horizon, consent), { verdict: 'defer', until: monday });
  t.match(asked(clean, horizon - 1, consent), { verdict: 'deny' });
});

t.test('hours that open only after months are found', async (t) => {
  const days = Array.from({ length: 70 }, (_, i) =>
    new Date(Date.UTC(2026, 11, 1) + i * DAY).toISOString().slice(0, 10),
  );
  const gate = createGate({
    packs: [
      {
        id: 'own',
        title: 'Own',
        version: '1',
        asOf: '2026-11-22',
        jurisdictions: ['US'],
        holidayDates: days,
        rules: [
          {
            kind: 'calling_window',
            hours: { 'mon-fri': ['09:00-18:00'] },
            holidays: 'closed',
            source: 'test',
            confidence: 'primary',
          },
        ],
      },
    ],
  });
  const { verdict, until } = gate.decide(
    call('+12125550123'),
    clean,
    local('2026-12-01 12:00', 'America/New_York'),
  );
  t.equal(verdict, 'defer');
  t.equal(until, local('2027-02-09 09:00', 'America/New_York'));
});

t.test('a rule binds from the day it comes into force, as early as that day begins anywhere', async (t) => {
  const pack = (from?: string, to?: string): RulePack => ({
    id: 'test',
    title: 'test',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['US'],
    rules: [
      {
        kind: 'consent',
        level: 'express',
        source: 'test',
        confidence: 'primary',
        ...(from !== undefined && { effectiveFrom: from }),
        ...(to !== undefined && { effectiveTo: to }),
      },
    ],
  });
  const verdict = (p: RulePack, at: string): string =>
    createGate({ packs: [p] }).decide(call(NEW_YORK), clean, Date.parse(at)).verdict;
  t.equal(verdict(pack('2026-06-01'), '2026-05-31T09:59:59Z'), 'allow');
  t.equal(verdict(pack('2026-06-01'), '2026-05-31T10:00:00Z'), 'deny');
  t.equal(verdict(pack(undefined, '2026-06-01'), '2026-06-01T11:59:59Z'), 'defer');
  t.equal(verdict(pack(undefined, '2026-06-01'), '2026-06-01T12:00:00Z'), 'allow');
  const { permit } = createGate({ packs: [pack('2026-06-01')] }).decide(
    call(NEW_YORK),
    clean,
    Date.parse('2026-05-31T09:59:30Z'),
  );
  t.equal(
    permit?.expiresAt,
    Date.parse('2026-05-31T10:00:00Z'),
    'no permit outlives the rules it was given under',
  );
});
