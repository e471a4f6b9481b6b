import t from 'tap';
import {
  type AbandonLaw,
  abandonLawsFor,
  abandonLawsOf,
  abandonUse,
  builtinAbandonLaws,
  countOf,
  minimumRingOf,
  neededUntil,
  periodAt,
  type RulePack,
  slidingLength,
  steadyAround,
} from '../../compliance/index.js';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 18, 17);

function law(id: string): AbandonLaw {
  const found = builtinAbandonLaws.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no law ${id}`);
  return found;
}

t.test('the jurisdictions, purpose and mode of a call say which laws count it', async (t) => {
  const ids = (jurisdictions: readonly string[], purpose: 'sales' | 'service' = 'sales', manual = false) =>
    abandonLawsFor(builtinAbandonLaws, {
      jurisdictions,
      purpose,
      mode: manual ? 'manual' : 'predictive',
      issuedAt: start,
    }).map((each) => each.id);
  t.same(ids(['US', 'US-FL']), ['us-federal/abandon']);
  t.same(
    ids(['US', 'CA']),
    ['us-federal/abandon', 'ca-federal/abandon'],
    'a number that may be in either counts in both',
  );
  t.same(ids(['US'], 'service'), [], 'the US rules are about solicitations');
  t.same(ids(['GB'], 'service'), ['gb/abandon'], 'the UK rule is about every call');
  t.same(ids(['US'], 'sales', true), [], 'an agent who dials is there');
  t.same(ids(['FR']), []);
  t.equal(
    minimumRingOf(
      abandonLawsFor(builtinAbandonLaws, {
        jurisdictions: ['US'],
        purpose: 'sales',
        mode: 'predictive',
        issuedAt: start,
      }),
      start,
    ),
    15,
  );
  t.equal(minimumRingOf([], start), 0);
});

t.test('a call is abandoned when nobody was there in time, whatever came of it afterwards', async (t) => {
  const us = law('us-federal/abandon');
  const call = (outcome: string, waited: number | undefined, ended = 60_000) => ({
    outcome,
    answeredAt: start,
    connectedAt: waited === undefined ? undefined : start + waited,
    endedAt: start + ended,
  });
  const counted = (...of: Parameters<typeof call>) => countOf(us, call(...of));
  t.same(counted('connected', 300), { answers: 1, abandoned: 0, machines: 0 });
  t.same(counted('connected', 2000), { answers: 1, abandoned: 0, machines: 0 });
  t.same(counted('connected', 2001), { answers: 1, abandoned: 1, machines: 0 }, 'put through too late');
  t.same(countOf(law('it/abandon'), call('connected', 2500)), { answers: 1, abandoned: 0, machines: 0 });
  t.same(counted('abandoned', undefined), { answers: 1, abandoned: 1, machines: 0 });
  t.same(
    counted('abandoned', undefined, 800),
    { answers: 1, abandoned: 1, machines: 0 },
    'hung up in the wait',
  );
  t.same(
    counted('short', undefined, 800),
    { answers: 1, abandoned: 0, machines: 0 },
    'gone before the bridge',
  );
  t.same(counted('short', undefined, 2500), { answers: 1, abandoned: 1, machines: 0 });
  t.same(counted('machine', undefined), { answers: 0, abandoned: 0, machines: 1 });
  for (const outcome of ['busy', 'no-answer', 'unknown', 'not-dialed'])
    t.equal(counted(outcome, undefined), undefined);
  t.equal(countOf(us, call('connected', 300), true), undefined, 'the agent had a machine on the line');
});

t.test('blocks of thirty days follow each other from the first call', async (t) => {
  const us = law('us-federal/abandon');
  t.same(periodAt(us, start, start), { from: start, until: start + 30 * day });
  t.same(periodAt(us, start + 30 * day - 1, start), { from: start, until: start + 30 * day });
  t.same(periodAt(us, start + 30 * day, start), { from: start + 30 * day, until: start + 60 * day });
});

t.test('a calendar month begins at midnight of the zone, on both sides of a change of clocks', async (t) => {
  const canada = law('ca-federal/abandon');
  // In Toronto March begins at 05:00 UTC and April, by summer time, at 04:00.
  const march = { from: Date.UTC(2026, 2, 1, 5), until: Date.UTC(2026, 3, 1, 4) };
  t.same(periodAt(canada, Date.UTC(2026, 2, 1, 5), start), march);
  t.same(periodAt(canada, Date.UTC(2026, 3, 1, 3, 59), start), march);
  t.equal(periodAt(canada, Date.UTC(2026, 2, 1, 4, 59), start).until, march.from);
});

t.test(
  'a hundred live answers allow three abandoned calls and not a fourth; machines do not dilute',
  async (t) => {
    const us = law('us-federal/abandon');
    t.match(abandonUse(us, { answers: 100, abandoned: 3, machines: 500 }), { ratio: 0.03, over: false });
    t.match(abandonUse(us, { answers: 100, abandoned: 4, machines: 500 }), {
      ratio: 0.04,
      over: true,
      left: -1,
    });
    t.match(abandonUse(us, { answers: 0, abandoned: 0, machines: 0 }), { ratio: 0, over: false, left: 0 });
  },
);

t.test('people taken for machines count as abandoned where the law asks for an estimate', async (t) => {
  const uk = abandonUse(law('gb/abandon'), { answers: 98, abandoned: 1, machines: 100 });
  t.same([uk.answers, uk.abandoned], [100, 3]);
  const measured = abandonUse(law('gb/abandon'), { answers: 98, abandoned: 1, machines: 100 }, 0.01);
  t.same([measured.answers, measured.abandoned], [99, 2]);
  const us = abandonUse(law('us-federal/abandon'), { answers: 98, abandoned: 1, machines: 100 }, 0.01);
  t.same([us.answers, us.abandoned], [99, 2]);
  const { detectorErrors: _, ...silent } = law('ca-federal/abandon');
  const canada = abandonUse(silent, { answers: 98, abandoned: 1, machines: 100 }, 0.01);
  t.same([canada.answers, canada.abandoned], [98, 1]);
});

t.test('a window of hours slides by quarters of an hour', async (t) => {
  const pack: RulePack = {
    id: 'own',
    title: 'Own',
    version: '1',
    asOf: '2026-11-22',
    jurisdictions: ['FR'],
    rules: [
      {
        id: 'abandon',
        kind: 'abandon_limit',
        limit: 0.02,
        numerator: 'not_connected_in_time',
        denominator: 'live_answers',
        window: { hours: 24 },
        scope: 'campaign',
        connectSeconds: 2,
        connectFrom: 'answer',
        detectorErrors: 'none',
        source: 'house rule',
        confidence: 'primary',
      },
    ],
  };
  const [own] = abandonLawsOf([pack]) as [AbandonLaw];
  t.match(own, { id: 'own/abandon', name: '24 hours (own)', limit: 0.02, connectMilliseconds: 2000 });
  t.equal(slidingLength(own), day);
  const quarter = day / 96;
  const period = periodAt(own, start + 1, 0);
  t.same(period, { from: start, until: start + quarter });
  t.equal(neededUntil(own, period), start + quarter + day);
});

t.test('a law counts the calls of the time in which it is in force, and no others', async (t) => {
  const rule = {
    kind: 'abandon_limit',
    limit: 0.03,
    numerator: 'not_connected_in_time',
    denominator: 'live_answers',
    window: { hours: 24 },
    scope: 'campaign',
    connectSeconds: 2,
    connectFrom: 'answer',
    detectorErrors: 'none',
    source: 'house rule',
    confidence: 'primary',
  } as const;
  const ring = { kind: 'ring_time', source: 'house rule', confidence: 'primary' } as const;
  const laws = abandonLawsOf([
    {
      id: 'own',
      title: 'Own',
      version: '1',
      asOf: '2026-11-22',
      jurisdictions: ['FR'],
      rules: [
        { ...rule, id: 'old', effectiveTo: '2027-01-01' },
        { ...rule, id: 'new', limit: 0.01, effectiveFrom: '2027-01-01' },
        { ...ring, minSeconds: 15, effectiveTo: '2027-01-01' },
        { ...ring, minSeconds: 20, effectiveFrom: '2027-01-01' },
      ],
    },
  ]);
  const at = (text: string) => {
    const issuedAt = Date.parse(text);
    const bound = abandonLawsFor(laws, {
      jurisdictions: ['FR'],
      purpose: 'sales',
      mode: 'predictive',
      issuedAt,
    });
    return { bound: bound.map((each) => each.rule), ring: minimumRingOf(bound, issuedAt) };
  };
  t.same(at('2026-12-31T09:59:59.999Z'), { bound: ['old'], ring: 15 });
  t.same(at('2026-12-31T10:00Z'), { bound: ['old', 'new'], ring: 20 }, 'the new year has begun somewhere');
  t.same(at('2027-01-01T11:59:59.999Z'), { bound: ['old', 'new'], ring: 20 });
  t.same(at('2027-01-01T12:00Z'), { bound: ['new'], ring: 20 }, 'the old one is over everywhere');
  t.same(steadyAround(laws, Date.parse('2026-12-31T15:00Z')), {
    from: Date.parse('2026-12-31T10:00Z'),
    until: Date.parse('2027-01-01T12:00Z'),
  });
  t.same(steadyAround(laws, Date.parse('2027-06-01T00:00Z')), {
    from: Date.parse('2027-01-01T12:00Z'),
    until: Infinity,
  });
});

t.test('every pack that limits abandoned calls has its law', async (t) => {
  const ids = builtinAbandonLaws.map((each) => each.id).sort();
  t.same(ids, ['ca-federal/abandon', 'gb/abandon', 'in/abandon', 'it/abandon', 'us-federal/abandon']);
});
