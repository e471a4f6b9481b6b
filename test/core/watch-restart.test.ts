/** A process that is killed, again and again: what was gathered, and what was decided, is there afterwards. */
import t from 'tap';
import type { CampaignSettings } from '../../dialer/core/model.js';
import { type RandomStream, randomStream } from '../../sim/random.js';
import { contact, Harness } from './harness.js';

const everybody = ['expert', 'experienced', 'ordinary'] as const;
const settings: Partial<CampaignSettings> = {
  stages: {
    validation: { tiers: everybody, contacts: 0 },
    pilot: { tiers: everybody, contacts: 400 },
    production: { tiers: everybody },
  },
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
};
const sources = ['fair', 'shop', 'web'];

/** One agent works the list, call by call; the service can be killed between two inputs. */
class Floor {
  h: Harness;
  calls = 0;
  /** Attempts of production so far. */
  production = 0;
  #lives = 0;
  readonly #random: RandomStream;
  readonly #answers: (source: string, call: number) => number;

  constructor(
    seed: string,
    answers: (source: string, call: number) => number,
    over: Partial<CampaignSettings> = {},
  ) {
    this.#random = randomStream(seed, 'floor');
    this.#answers = answers;
    this.h = new Harness({
      contacts: Array.from({ length: 4_000 }, (_, i) =>
        contact(i, { fields: { source: sources[i % 3] as string }, numbers: [`+1212${5550000 + i}`] }),
      ),
      settings: { ...settings, ...over },
    });
    this.h.logIn('a1');
    this.h.command('start');
  }

  get open(): string | undefined {
    const newest = this.h.store.attempts({ campaignId: 'c1', limit: 1 }).items[0];
    return newest === undefined || newest.result !== undefined ? undefined : newest.attemptId;
  }

  get running(): boolean {
    return this.h.campaign().record.status === 'running';
  }

  /** Nothing is told before: the next process finds what is durable, and the channels on the switch. */
  kill(): void {
    const before = this.h;
    const { legId } = before.agent('a1');
    const seed = (++this.#lives).toString(16).padStart(32, '0');
    this.h = new Harness({ store: before.store, startAt: before.now, seed });
    const call = this.open;
    const channel = { bridgedTo: '', createdAt: before.now };
    this.h.up([
      { ...channel, channelId: legId, state: 'answered' },
      ...(call === undefined ? [] : [{ ...channel, channelId: call, state: 'dialing' as const }]),
    ]);
  }

  /** One call from its dial to its disposition; false when none comes. */
  call(): boolean {
    const { h } = this;
    for (let wait = 0; wait < 20 && this.open === undefined; wait++) h.pass(500);
    const id = this.open;
    if (id === undefined) return false;
    this.calls++;
    const attempt = h.store.attempt(id);
    if (attempt?.stage === 'production') this.production++;
    if (this.#random.uniform() >= this.#answers(attempt?.source ?? '', this.production)) {
      h.end(id, 'NO_ANSWER');
      return true;
    }
    h.answer(id);
    h.bridgeUp();
    h.pass(15_000);
    h.end(id, 'NORMAL_CLEARING');
    h.input({
      type: 'disposition',
      requestId: `d${this.calls}`,
      agentId: 'a1',
      attemptId: id,
      disposition: this.#random.uniform() < 0.2 ? 'sale' : 'refused',
      note: '',
    });
    return true;
  }

  /** Until the campaign no longer runs or so many calls were made; killed after each of these calls. */
  work(calls: number, kills: (call: number) => boolean = () => false): void {
    while (this.calls < calls && this.running) {
      if (!this.call()) return;
      if (kills(this.calls) && this.running) this.kill();
    }
  }
}

t.test('a detection that is interrupted halts at the same call, with the same evidence', async (t) => {
  const falls = (_source: string, call: number): number => (call > 700 ? 0.25 : 0.4);
  const never = new Floor('falls', falls);
  never.work(3_500);
  const halt = never.h.campaign().record.progress?.halts.at(-1);
  t.match(halt, { kind: 'kpi', kpi: 'contact-rate' });
  t.ok(never.production > 740, `found after ${never.production - 700} calls`);
  for (const [what, kills] of [
    ['once, half-way', (call: number) => call === 400 + Math.round((700 + never.production) / 2)],
    ['every 37 calls', (call: number) => call > 400 && call % 37 === 0],
  ] as const) {
    const killed = new Floor('falls', falls);
    killed.work(3_500, kills);
    t.equal(killed.calls, never.calls, `${what}: at the same call`);
    // Contacts leased anew may come in another order, so that a call goes to another source.
    const { worst: _, ...found } = killed.h.campaign().record.progress?.halts.at(-1) ?? {};
    const { worst: __, ...expected } = halt ?? {};
    t.same(found, expected, `${what}: with the same numbers and times`);
    t.same(
      killed.h.campaign().watch?.windows,
      never.h.campaign().watch?.windows,
      `${what}: and the same windows`,
    );
  }
});

t.test(
  'a fine campaign that is killed every day is not halted, and its evidence is what was observed',
  async (t) => {
    const fine = (): number => 0.4;
    const never = new Floor('fine', fine);
    never.work(1_700);
    const killed = new Floor('fine', fine);
    killed.work(1_700, (call) => call % 200 === 150);
    t.equal(killed.running, true);
    t.same(killed.h.campaign().watch?.kpis, never.h.campaign().watch?.kpis);
    t.equal(killed.h.campaign().watch?.since, never.h.campaign().watch?.since);
  },
);

t.test('a halted segment, its record, the sample and the ledgers are there after a restart', async (t) => {
  const floor = new Floor('source', (source, call) => (source === 'web' && call > 150 ? 0.02 : 0.4));
  for (let i = 0; i < 2_000 && floor.h.campaign().record.progress?.blocked.length === 0; i++) floor.call();
  const before = floor.h.campaign();
  t.match(before.record.progress?.blocked, [{ dimension: 'source', value: 'web' }]);
  const sample = floor.h.store.sampleReport('c1');
  floor.kill();
  const after = floor.h.campaign();
  t.same(after.record.progress, before.record.progress);
  t.same(after.record.counters, before.record.counters);
  t.same(after.abandon, before.abandon);
  t.same(floor.h.store.sampleReport('c1'), sample);
  const from = floor.calls;
  floor.work(from + 300);
  const later = floor.h.store.attempts({ campaignId: 'c1', limit: 290 }).items;
  t.same(
    later.filter(({ source }) => source === 'web'),
    [],
    'and nobody of the segment is called',
  );
  t.equal(floor.running, true, 'nor is the rest halted for what the segment brought');
});

t.test('an extension that was decided and not carried out is asked for again', async (t) => {
  const agents = { tiers: ['expert'] } as const;
  const before = new Harness({
    contacts: Array.from({ length: 400 }, (_, i) => contact(i)),
    settings: {
      maximumAttempts: 1,
      sampling: { expected: { answerRate: 1, optOutRate: 0.001 } },
      stages: {
        validation: { ...agents, contacts: 12, gate: { maximumOptOutRate: 0.2 } },
        pilot: agents,
        production: agents,
      },
    },
  });
  before.logIn('a1');
  before.command('start');
  before.pass(1_000);
  const sizeOf = (h: Harness): number =>
    h.store
      .contactCounts('c1')
      .reduce((sum, each) => sum + (each.stage === 'validation' ? each.count : 0), 0);
  const sample = sizeOf(before);
  // The first of them opts out, which does not decide; the process ends before the store has extended the sample.
  before.extensions = false;
  for (let round = 0, calls = 0; round < 300; round++) {
    before.pass(600);
    const call = before.store.attempts({ campaignId: 'c1', limit: 1 }).items[0];
    if (call === undefined || call.result !== undefined) continue;
    before.answer(call.attemptId);
    before.bridgeUp();
    before.pass(5_000);
    before.end(call.attemptId, 'NORMAL_CLEARING');
    before.input({
      type: 'disposition',
      requestId: `d${calls}`,
      agentId: 'a1',
      attemptId: call.attemptId,
      disposition: calls++ === 0 ? 'opt-out' : 'refused',
      note: '',
    });
  }
  const { owed = 0, extensions } = before.campaign().record.progress ?? {};
  t.ok(owed > 0);
  t.same([extensions, sizeOf(before)], [1, sample]);
  const after = new Harness({ store: before.store, startAt: before.now, seed: 'f'.repeat(32) });
  after.up([]);
  after.pass(5_000);
  t.equal(sizeOf(after), sample + owed);
  t.same(after.campaign().record.progress?.owed, undefined);
  t.equal(after.campaign().record.progress?.extensions, 1, 'it counts once');
  t.equal(after.campaign().record.progress?.gates.length, 1);
});

t.test('other settings of the watch begin it anew', async (t) => {
  const floor = new Floor('anew', () => 0.4);
  floor.work(900);
  const { since } = floor.h.campaign().watch ?? {};
  floor.h.command('pause');
  const { settings: present } = floor.h.campaign().record;
  const change = (over: object): void => {
    floor.h.input({ type: 'campaign-save', requestId: 's', settings: { ...present, ...over } });
  };
  change({ name: 'Another name' });
  t.equal(floor.h.campaign().watch?.since, since);
  change({ watch: { ...present.watch, kpis: ['contact-rate'] } });
  t.ok((floor.h.campaign().watch?.since ?? 0) > (since ?? 0));
  t.same(
    floor.h.campaign().watch?.kpis.map(({ kpi, trials }) => [kpi, trials]),
    [['contact-rate', 0]],
  );
});
