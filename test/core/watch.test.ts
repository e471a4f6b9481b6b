import t from 'tap';
import type { CampaignSettings } from '../../dialer/core/model.js';
import { randomStream } from '../../sim/random.js';
import { contact, Harness } from './harness.js';

const everybody = ['expert', 'experienced', 'ordinary'] as const;
const stages: CampaignSettings['stages'] = {
  validation: { tiers: everybody, contacts: 0 },
  pilot: { tiers: everybody, contacts: 400 },
  production: { tiers: everybody },
};
const sources = ['fair', 'shop', 'web'];

interface World {
  readonly h: Harness;
  /** Runs until the campaign no longer runs or so many calls were made. */
  run(calls: number): void;
  calls(): number;
}

/**
 * One agent works the list; whether somebody answers is up to `answers`, the call counted from the start of production, and
 * whether they are gone again before the agent is there up to `gone`.
 */
function world(
  seed: string,
  answers: (source: string, call: number) => number,
  over: Partial<CampaignSettings> = {},
  gone: (call: number) => boolean = () => false,
): World {
  const random = randomStream(seed, 'watch');
  const h = new Harness({
    contacts: Array.from({ length: 3_000 }, (_, i) =>
      contact(i, { fields: { source: sources[i % 3] as string }, numbers: [`+1212${5550000 + i}`] }),
    ),
    settings: {
      stages,
      maximumAttempts: 1,
      wrapUpSeconds: 5,
      sourceField: 'source',
      watch: {
        enabled: true,
        attemptsBetweenFalseAlarms: 50_000,
        kpis: ['contact-rate', 'success-rate'],
        segments: ['source'],
        limits: [],
        windowMinutes: 30,
      },
      ...over,
    },
  });
  h.logIn('a1');
  h.command('start');
  let done = 0;
  let production = 0;
  const run = (calls: number): void => {
    for (let i = 0; i < calls && h.campaign().record.status === 'running'; i++) {
      for (let wait = 0; wait < 20 && h.all('originate').length === done; wait++) h.pass(500);
      const call = h.all('originate')[done];
      if (call === undefined) return;
      done++;
      const attempt = h.store.attempt(call.channelId);
      if (attempt?.stage === 'production') production++;
      if (random.uniform() < answers(attempt?.source ?? '', production)) {
        h.answer(call.channelId);
        if (gone(production)) {
          h.end(call.channelId, 'NORMAL_CLEARING');
          continue;
        }
        h.bridgeUp();
        h.pass(15_000);
        h.end(call.channelId, 'NORMAL_CLEARING');
        h.input({
          type: 'disposition',
          requestId: `d${done}`,
          agentId: 'a1',
          attemptId: call.channelId,
          disposition: random.uniform() < 0.2 ? 'sale' : 'refused',
          note: '',
        });
      } else h.end(call.channelId, 'NO_ANSWER');
    }
  };
  return { h, run, calls: () => h.all('originate').length };
}

t.test(
  'a campaign whose contact rate falls for good is halted with the KPI, the numbers and the time',
  async (t) => {
    const { h, run, calls } = world('falls', (_source, call) => (call > 200 ? 0.15 : 0.4));
    run(2_500);
    const { record } = h.campaign();
    t.equal(record.status, 'halted');
    const halt = record.progress?.halts.at(-1);
    t.match(halt, { kind: 'kpi', kpi: 'contact-rate', by: 'engine', stage: 'production' });
    t.match(
      record.reason,
      /^the contact rate has dropped from [\d.]+ % in the pilot \(\d+ right-party contacts in \d+ attempts\) to [\d.]+ % \(\d+ right-party contacts in \d+ attempts, where [\d.]+ were expected\)/,
    );
    t.same(record.reasonSaid, halt?.said, 'the reason is that of the halt');
    const { numerator, denominator } = halt?.observed ?? { numerator: 0, denominator: 0 };
    t.match(halt?.said, [
      {
        code: 'dropped_from',
        parameters: { kpi: 'contact-rate', numerator, denominator, baseline: halt?.baselineRate },
      },
      { code: 'of_calls', parameters: { cohort: '1' } },
      { code: 'likely_since', parameters: { since: new Date(halt?.since ?? 0).toISOString() } },
    ]);
    t.ok((halt?.statistic ?? 0) > (halt?.threshold ?? 0));
    t.ok((halt?.observed?.denominator ?? 0) > 0);
    t.ok(halt?.since !== undefined && halt.since < (halt?.at ?? 0));
    t.equal(halt?.worst?.length, 3, 'its segments as a first analysis');
    t.match(h.events.filter((e) => e.kind === 'halt-raised').at(-1), { cause: 'kpi', kpi: 'contact-rate' });
    const before = calls();
    h.pass(600_000);
    t.equal(calls(), before, 'no call after the halt');
    t.equal(h.command('resume').code, 'rectification_required');
    t.ok(h.command('resume', 'list cleaned of old numbers').ok);
    t.equal(h.campaign().record.progress?.halts.at(-1)?.rectification?.text, 'list cleaned of old numbers');
  },
);

t.test('where one source is bad only that source is halted, and the rest goes on', async (t) => {
  const { h, run } = world('source', (source, call) => (source === 'web' && call > 150 ? 0.02 : 0.4));
  run(1_800);
  const { record } = h.campaign();
  t.equal(record.status, 'running');
  t.match(record.progress?.blocked, [{ dimension: 'source', value: 'web' }]);
  const halt = record.progress?.halts.at(-1);
  t.match(halt, { kpi: 'contact-rate', segment: { dimension: 'source', value: 'web' } });
  t.match(halt?.said?.[1], { code: 'in_segment', parameters: { dimension: 'source', value: 'web' } });
  t.same(record.progress?.blocked[0]?.said, halt?.said);
  const later = h.store
    .attempts({ limit: 5_000 })
    .items.filter((attempt) => attempt.intendedAt > (halt?.at ?? 0));
  t.ok(later.length > 100);
  t.same(
    later.filter(({ source }) => source === 'web'),
    [],
    'nobody of that source is called any more',
  );
});

t.test('a campaign that is fine runs through its stages untouched', async (t) => {
  for (const seed of ['fine 1', 'fine 2', 'fine 3']) {
    const { h, run } = world(seed, () => 0.4);
    run(1_500);
    t.equal(h.campaign().record.status, 'running');
    t.same(h.campaign().record.progress?.halts, []);
    t.equal(h.campaign().watch?.kpis.length, 2);
    t.ok((h.campaign().watch?.windows.length ?? 0) > 0);
  }
});

t.test('a plain limit halts whatever the statistics say', async (t) => {
  const { h, run } = world('limit', () => 0.4, {
    watch: {
      enabled: true,
      attemptsBetweenFalseAlarms: 50_000,
      kpis: [],
      segments: [],
      limits: [{ kpi: 'contact-rate', minimum: 0.6, minimumTrials: 50 }],
      windowMinutes: 60,
    },
  });
  run(1_000);
  t.equal(h.campaign().record.status, 'halted');
  t.match(h.campaign().record.progress?.halts.at(-1), {
    kind: 'limit',
    kpi: 'contact-rate',
    said: [{ code: 'under_limit', parameters: { kpi: 'contact-rate', limit: 0.6 } }],
  });
  t.match(h.campaign().record.reason, /^the contact rate is [\d.]+ % \(.*, under the limit of 60\.0 %/);
});

t.test(
  'a watch that is switched off, or has no pilot to compare with, halts nothing and says so',
  async (t) => {
    const off = world('off', () => 0, {
      watch: {
        enabled: false,
        attemptsBetweenFalseAlarms: 1_000,
        kpis: ['contact-rate'],
        segments: [],
        limits: [],
        windowMinutes: 30,
      },
    });
    off.run(600);
    t.equal(off.h.campaign().record.status, 'running');
    t.equal(off.h.campaign().watch, undefined);
    const bare = world('bare', () => 0.1, {
      stages: { ...stages, pilot: { tiers: everybody, contacts: 0 } },
    });
    bare.run(300);
    t.equal(bare.h.campaign().record.status, 'running');
    t.same(bare.h.campaign().watch?.unwatched, ['contact-rate', 'success-rate']);
  },
);

t.test('the watch is there again after a restart', async (t) => {
  const { h, run } = world('restart', () => 0.4);
  run(700);
  t.equal(h.campaign().record.stage, 'production');
  const again = new Harness({ store: h.store, startAt: h.now + 1_000 });
  t.equal(again.campaign().watch?.kpis.length, 2);
});

t.test('a call that is gone at the bridge does not hold up those after it', async (t) => {
  const { h, run } = world(
    'bridge',
    () => 0.5,
    {},
    (call) => call > 0 && call % 10 === 0,
  );
  run(600);
  const watched = () => h.campaign().watch?.kpis.find(({ kpi }) => kpi === 'contact-rate')?.trials ?? 0;
  t.equal(h.campaign().record.stage, 'production');
  const outcomes = new Set(h.outcomes());
  t.ok(outcomes.has('short'), 'some are gone at the bridge');
  const made = h.campaign().record.counters.production.attempts;
  t.ok(watched() >= made - 5, `${watched()} of ${made} calls are heard of`);
});
