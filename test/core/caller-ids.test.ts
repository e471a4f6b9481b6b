import t from 'tap';
import { CallerIdComparison, newAnswerWatch } from '../../dialer/core/caller-id-watch.js';
import { nearness } from '../../dialer/core/caller-ids.js';
import type { CallerIdPoolSettings, CampaignSettings } from '../../dialer/core/model.js';
import { contact, Harness, noon, settings } from './harness.js';

const HOUR = 3_600_000;
const [A, B, C] = ['+12125550101', '+13105550102', '+442079460103'] as const;

function poolOf(over: Partial<CallerIdPoolSettings> = {}): CallerIdPoolSettings {
  return {
    id: 'p',
    name: 'Pool',
    numbers: [{ number: A }, { number: B }, { number: C }],
    rotation: 'round-robin',
    localPresence: false,
    timeZone: 'UTC',
    flagRestHours: 24,
    callsBetweenFalseFlags: 20_000,
    ...over,
  };
}

/** An engine that dials 200 people whom nobody reaches, with a pool. */
function dialling(pool: CallerIdPoolSettings, over: { agents?: number; contacts?: number } = {}): Harness {
  const people = Array.from({ length: over.contacts ?? 200 }, (_, i) => contact(i));
  const once = { maximumAttempts: 1, delaySeconds: 3_600 };
  const h = new Harness({
    agents: over.agents ?? 1,
    contacts: people,
    settings: {
      callerIdPool: 'p',
      retry: {
        'no-answer': once,
        busy: once,
        machine: once,
        abandoned: once,
        failed: once,
        rejected: once,
        short: once,
      },
    },
  });
  h.input({ type: 'caller-id-pools-changed', pools: [pool] });
  h.command('start');
  return h;
}

const shown = (h: Harness) => h.all('originate').map(({ callerId }) => callerId);

/** Every call that is out is not answered, one after the other. */
function ring(h: Harness, seconds: number): void {
  const done = new Set(h.events.flatMap((e) => (e.kind === 'attempt-ended' ? [e.attemptId] : [])));
  for (let i = 0; i < seconds; i++) {
    h.pass(1_000);
    for (const { channelId } of h.all('originate')) {
      if (done.has(channelId)) continue;
      done.add(channelId);
      h.ring(channelId);
      h.end(channelId, 'NO_ANSWER');
    }
  }
}

function numbers(h: Harness) {
  return h.core.view(h.now).callerIds[0]?.numbers ?? [];
}

t.test('numbers are shown in turn, and the attempt says which', (t) => {
  const h = dialling(poolOf());
  ring(h, 12);
  const calls = shown(h);
  t.ok(calls.length >= 6);
  t.same(calls.slice(0, 6), [A, B, C, A, B, C]);
  const { items } = h.store.attempts({ limit: 3 });
  t.ok(items.every(({ callerId }) => [A, B, C].includes(callerId as typeof A)));
  t.ok(items.every(({ permit, callerId }) => permit.number !== '' && callerId !== ''));
  t.end();
});

t.test(
  'a number rests after its use, and has so many calls a day; then nothing is dialled until it is free',
  (t) => {
    const pool = poolOf({
      numbers: [{ number: A }, { number: B, dailyCap: 1 }],
      dailyCap: 2,
      restSeconds: 30,
    });
    const h = dialling(pool);
    ring(h, 25);
    t.same(shown(h), [A, B], 'both rest');
    t.match(h.campaign(), { limit: 'caller-ids', diagnosis: /^Every number of caller-id pool p rests/ });
    ring(h, 60);
    t.same(shown(h), [A, B, A], 'both have had their calls');
    t.match(numbers(h), [
      { number: A, state: 'spent', usedToday: 2 },
      { number: B, state: 'spent', usedToday: 1 },
    ]);
    t.ok(h.campaign().hopper > 0, 'no lead was closed or given back for it');
    ring(h, 7 * 3_600 + 60);
    t.same(shown(h).slice(3), [B, A, A], 'midnight of the zone has passed (19:00 in New York)');
    t.end();
  },
);

t.test('uses outlive a restart, and a call that was never placed does not count', (t) => {
  const pool = poolOf({ numbers: [{ number: A }], dailyCap: 3 });
  const h = dialling(pool);
  h.store.saveDocument({
    kind: 'caller-id-pool',
    id: 'p',
    body: { ...pool, numbers: [{ number: A }] },
    at: h.now,
  });
  ring(h, 5);
  t.same(shown(h), [A, A, A]);
  const again = new Harness({
    store: h.store,
    startAt: h.now + 2_000,
    seed: 'fedcba9876543210fedcba9876543210',
  });
  t.match(numbers(again), [{ number: A, state: 'spent', usedToday: 3 }]);

  const unsaved = (engine: Harness): Harness => {
    // As after a crash within the second in which nothing of the uses was saved.
    engine.store.removeDocument({ kind: 'caller-id-uses', id: 'p' });
    return new Harness({ store: engine.store, startAt: engine.now + 2_000, seed: 'a'.repeat(32) });
  };
  t.match(numbers(unsaved(h)), [{ usedToday: 3 }], 'counted from the attempts');

  const other = dialling(poolOf({ numbers: [{ number: A }], dailyCap: 3 }), { agents: 0 });
  other.logIn('a1', { ready: false });
  other.pass(1_000);
  other.command('start');
  other.pass(2_000);
  other.storeAnswers = false;
  other.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  other.pass(1_000);
  const intents = other.effects.flatMap((e) => (e.type === 'commit-intents' ? e.intents : []));
  t.ok(intents.length > 0);
  t.equal(numbers(other)[0]?.usedToday, intents.length);
  other.input({ type: 'emergency-stop', requestId: 'e', active: true, by: 'ann', reason: 'test' });
  other.input({ type: 'intents-committed', results: other.store.commitIntents(intents, other.now) });
  t.equal(numbers(other)[0]?.usedToday, 0);
  t.end();
});

t.test('calls after the last save of the uses count over a crash, none of them twice', (t) => {
  const pool = poolOf({ numbers: [{ number: A }], dailyCap: 100 });
  const h = dialling(pool, { agents: 3 });
  const body = { ...pool, numbers: [{ number: A }] };
  h.store.saveDocument({ kind: 'caller-id-pool', id: 'p', body, at: h.now });
  for (let step = 0; step < 12; step++) {
    ring(h, 1);
    h.pass(100 * step);
    const again = new Harness({ store: h.store, startAt: h.now, seed: 'b'.repeat(32) });
    t.equal(numbers(again)[0]?.usedToday, shown(h).length, `after ${shown(h).length} calls`);
  }
  t.ok(shown(h).length > 12);
  t.end();
});

t.test('the nearest number is shown first: area code, region, country', (t) => {
  const near = (number: string, regions: string[], countries: string[], called: string) =>
    nearness({ number, regions, countries }, called);
  t.equal(near(A, ['US-NY'], ['US'], '+12125551000'), 3);
  t.equal(near(A, ['US-NY'], ['US'], '+13155551000'), 2, 'elsewhere in New York State');
  t.equal(near(A, ['US-NY'], ['US'], '+13105551000'), 1);
  t.equal(near(C, [], ['GB'], '+13105551000'), 0);
  t.equal(near(C, [], ['GB'], '+441614960000'), 1);
  const h = dialling(poolOf({ localPresence: true, dailyCap: 4 }));
  ring(h, 30);
  const calls = shown(h);
  t.same(
    calls.slice(0, 5),
    [A, A, A, A, B],
    'the one of the area as long as it may, then one of the country',
  );
  t.end();
});

t.test('a number that the law of the called country does not allow is not shown', (t) => {
  // Ofcom: no premium tariff.
  const premium = '+449011234567';
  const pool = poolOf({ numbers: [{ number: premium }, { number: C }] });
  const british = Array.from({ length: 6 }, (_, i) =>
    contact(i, { numbers: [`+44207946${1000 + i}`], timeZone: 'Europe/London' }),
  );
  for (const [numbers, expected] of [
    [pool.numbers, C],
    [[{ number: premium }], undefined],
  ] as const) {
    const h = new Harness({ agents: 1, contacts: british, settings: { callerIdPool: 'p' } });
    h.input({ type: 'caller-id-pools-changed', pools: [{ ...pool, numbers }] });
    h.command('start');
    ring(h, 6);
    const calls = shown(h);
    t.equal(calls.length > 1, expected !== undefined);
    t.ok(calls.every((number) => number === expected));
    const states = h.store
      .contacts({ campaignId: 'c1', limit: 10 })
      .items.map(({ doneReason }) => doneReason);
    t.ok(
      states.every((reason) => reason === ''),
      'no contact is closed for it',
    );
  }
  t.end();
});

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Calls of a pool of four whose answer rate goes up and down; returns when each number was flagged, in its own calls. */
function world(
  seed: number,
  calls: number,
  rateOf: (number: string, call: number) => number,
): Map<string, number> {
  const random = randomFrom(seed);
  const names = ['n0', 'n1', 'n2', 'n3'];
  const watches = new Map(names.map((name) => [name, newAnswerWatch()]));
  const comparison = new CallerIdComparison(names.length, 500_000);
  const flagged = new Map<string, number>();
  for (let call = 0; call < calls; call++) {
    const number = names[Math.floor(random() * names.length)] as string;
    const answered = random() < rateOf(number, call);
    for (const name of comparison.observe(watches, number, answered, noon + call * 5_000)) {
      if (!flagged.has(name)) flagged.set(name, watches.get(name)?.calls ?? 0);
      comparison.restart(watches.get(name) ?? newAnswerWatch());
    }
  }
  return flagged;
}

t.test('a list that is answered less and less, and at some hours more, flags no number', (t) => {
  let flags = 0;
  for (let seed = 1; seed <= 20; seed++)
    flags += world(
      seed,
      20_000,
      (_, call) => (0.4 - 0.000_012 * call) * (1 + 0.4 * Math.sin(call / 300)),
    ).size;
  t.ok(flags <= 2, `${flags} flags in 400,000 calls`);
  t.end();
});

t.test('a number whose calls are answered half as often is flagged soon, and the others are not', (t) => {
  const labelled = 4_000;
  const delays: number[] = [];
  let others = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const flagged = world(seed, 10_000, (number, call) =>
      number === 'n2' && call >= labelled ? 0.13 : 0.28 * (1 + 0.3 * Math.sin(call / 300)),
    );
    const at = flagged.get('n2');
    if (at !== undefined) delays.push(at - labelled / 4);
    others += flagged.size - (at === undefined ? 0 : 1);
  }
  t.equal(delays.length, 20, 'each time');
  delays.sort((a, b) => a - b);
  t.ok(delays[0] !== undefined && delays[0] > -200);
  t.ok((delays[10] ?? Infinity) < 500, `the median needs ${delays[10]} of its calls`);
  t.equal(others, 0);
  t.end();
});

t.test(
  'in a campaign such a number is flagged, rests, is told of, and is shown again when it is released',
  (t) => {
    const h = dialling(poolOf({ numbers: [{ number: A }, { number: B }] }), { agents: 4, contacts: 4_000 });
    const random = randomFrom(7);
    const done = new Set<string>();
    let calls = 0;
    const flags = () => h.events.flatMap((e) => (e.kind === 'caller-id-flagged' ? [e] : []));
    // Four hours at most: it is noon.
    for (let i = 0; i < 4 * 3_600 && flags().length === 0; i++) {
      h.pass(1_000);
      for (const { channelId, callerId } of h.all('originate').slice(done.size)) {
        done.add(channelId);
        calls++;
        h.ring(channelId);
        const rate = callerId === B && calls > 1_000 ? 0.08 : 0.35;
        if (random() < rate) {
          h.switchSays({ type: 'channel-answered', switchId: 'fs', channelId, answeredBy: 'machine' });
          h.end(channelId, 'NORMAL_CLEARING', { answered: true });
        } else h.end(channelId, 'NO_ANSWER');
      }
    }
    t.match(flags(), [{ pool: 'p', callerId: B, text: /labelled as spam/ }]);
    t.ok(calls > 1_000, `not before the label: ${calls}`);
    const restUntil = flags()[0]?.restUntil ?? 0;
    t.equal(restUntil, (flags()[0]?.at ?? 0) + 24 * HOUR);
    t.match(numbers(h)[1], { number: B, state: 'flagged', freeAt: restUntil });
    const before = shown(h).length;
    ring(h, 20);
    t.ok(shown(h).length > before);
    t.ok(
      shown(h)
        .slice(before)
        .every((number) => number === A),
      'only the other one is shown',
    );
    h.input({ type: 'caller-id-release', requestId: 'r', pool: 'p', number: B });
    t.match(numbers(h)[1], { state: 'free' });
    ring(h, 10);
    t.ok(shown(h).slice(-4).includes(B));
    h.input({ type: 'caller-id-release', requestId: 'r', pool: 'p', number: '+19995550000' });
    t.match(h.replies.at(-1), { ok: false, code: 'caller_id_not_found' });
    t.end();
  },
);

t.test(
  'agents whose campaign has no caller id left work the others of their pool, until it has one again',
  (t) => {
    const pool = poolOf({ numbers: [{ number: A }], dailyCap: 2 });
    const h = dialling(pool, { agents: 1, contacts: 50 });
    h.store.addContacts(
      'c2',
      Array.from({ length: 200 }, (_, i) => contact(500 + i)),
      h.now,
    );
    // Another ratio makes a group of its own, which starts without agents.
    const own = {
      id: 'c2',
      callerIdPool: undefined,
      pacing: { method: 'ratio', ratio: 1, targetAbandonRatio: 0.03 },
    };
    const { callerIdPool: _, ...other } = { ...settings(), ...own };
    h.input({ type: 'campaign-save', requestId: 's', settings: other as CampaignSettings });
    h.input({
      type: 'campaign-command',
      requestId: 's',
      campaignId: 'c2',
      command: 'start',
      by: 'ann',
      reason: '',
    });
    ring(h, 10);
    t.equal(shown(h).filter((number) => number === A).length, 2);
    t.ok(shown(h).length > 4, 'the other campaign dials');
    h.input({ type: 'caller-id-pools-changed', pools: [poolOf({ numbers: [{ number: A }], dailyCap: 4 })] });
    ring(h, 10);
    t.equal(shown(h).filter((number) => number === A).length, 4, 'with room again it dials on');
    t.end();
  },
);
