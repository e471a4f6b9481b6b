import t from 'tap';
import { campaignDefaults } from '../../api/http/campaign-defaults.js';
import type { CampaignSettings, Outcome } from '../../dialer/core/model.js';
import type { AttemptFilter, AttemptRecord, Page, Store } from '../../dialer/store/port.js';
import { measureCampaign } from '../../dialer/what-if/measured-campaign.js';
import { measuredScenario } from '../../sim/what-if/measured-scenario.js';
import { planWhatIf } from '../../sim/what-if/plan.js';

const settings = {
  ...campaignDefaults(),
  id: 'c',
  name: 'C',
  optOutDispositions: ['do-not-call'],
} as CampaignSettings;

const START = Date.UTC(2026, 2, 2, 15);

/** An attempt dialled at the start: rang after 2 s, was answered 8 s later, and so on. */
function attempt(outcome: Outcome, said?: string): AttemptRecord {
  const at = (seconds: number): number => START + seconds * 1000;
  const answered = outcome === 'connected' || outcome === 'abandoned' || outcome === 'machine';
  return {
    result: {
      outcome,
      dialedAt: at(0),
      ringingAt: at(2),
      ...(answered ? { answeredAt: at(10) } : {}),
      ...(outcome === 'connected' ? { connectedAt: at(10) } : {}),
      endedAt: at(70),
    },
    ...(said === undefined
      ? {}
      : { disposition: { disposition: said, success: said === 'sale', at: at(90) } }),
  } as unknown as AttemptRecord;
}

function storeOf(attempts: readonly AttemptRecord[]) {
  return {
    asked: [] as number[],
    async attempts(filter: AttemptFilter): Promise<Page<AttemptRecord>> {
      this.asked.push(filter.limit);
      const from = Number(filter.cursor ?? 0);
      const to = from + filter.limit;
      return {
        items: attempts.slice(from, to),
        ...(to < attempts.length ? { nextCursor: String(to) } : {}),
      };
    },
    async attemptsBetween({ from, to, limit }: Parameters<Store['attemptsBetween']>[0]) {
      return {
        items: attempts.filter(({ intendedAt }) => intendedAt >= from && intendedAt < to).slice(0, limit),
      };
    },
    contactCounts: async () => [
      { stage: 'production' as const, state: 'open' as const, count: 70 },
      { stage: 'production' as const, state: 'callback' as const, count: 5 },
      { stage: 'production' as const, state: 'done' as const, count: 25 },
    ],
  };
}

const many = (count: number, one: AttemptRecord): AttemptRecord[] => Array<AttemptRecord>(count).fill(one);

t.test('rates, times and dispositions are those of the attempts', async (t) => {
  const store = storeOf([
    ...many(40, attempt('connected', 'sale')),
    ...many(100, attempt('connected', 'not-interested')),
    ...many(20, attempt('connected', 'do-not-call')),
    ...many(40, attempt('connected', 'callback')),
    ...many(60, attempt('connected', 'machine')),
    ...many(10, attempt('connected')),
    ...many(10, attempt('connected', 'none')),
    ...many(20, attempt('abandoned')),
    ...many(100, attempt('machine')),
    ...many(500, attempt('no-answer')),
    ...many(80, attempt('busy')),
    ...many(20, attempt('invalid')),
    ...many(7, attempt('not-dialed')),
    ...many(3, attempt('unknown')),
    {} as AttemptRecord,
  ]);
  const measured = await measureCampaign(store, settings);
  t.equal(measured.attempts, 1000, 'what never left, is not known or not over does not count');
  t.equal(measured.contactsLeft, 75);
  t.same(measured.rates, {
    answer: 0.24,
    machine: 0.16,
    busy: 0.08,
    invalid: 0.02,
    congestion: 0,
    rejected: 0,
    short: 0,
  });
  t.same(measured.dispositions, { count: 200, success: 0.2, optOut: 0.1, callback: 0.2 });
  t.match(measured.times.ring, { count: 240, mean: 8, cv: 0 });
  t.match(measured.times.talk, { count: 220, mean: 60 });
  t.match(measured.times.wrapUp, { count: 200, mean: 20 }, 'a wrap-up without a word is not measured');
  t.match(measured.times.machineTalk, { count: 60, mean: 60 });
});

t.test('no more attempts are read than asked for, page by page', async (t) => {
  const store = storeOf(many(5000, attempt('no-answer')));
  t.equal((await measureCampaign(store, settings, { most: 1200 })).attempts, 1200);
  t.same(store.asked, [500, 500, 200]);
});

t.test('of one stage only its own attempts in its own time are measured', async (t) => {
  const of = (stage: string, intendedAt: number) => ({
    ...attempt('connected', 'sale'),
    stage,
    intendedAt,
  });
  const store = storeOf([
    ...many(3, of('pilot', START) as AttemptRecord),
    ...many(5, of('production', START) as AttemptRecord),
    ...many(7, of('pilot', START + 10) as AttemptRecord),
  ]);
  const period = { stage: 'pilot', from: START, to: START + 10 } as const;
  t.equal((await measureCampaign(store, settings, { period })).attempts, 3);
});

t.test(
  'a what-if takes what was measured, the reference where that is too little, and numbers over both',
  async (t) => {
    const measured = await measureCampaign(
      storeOf([...many(100, attempt('connected', 'sale')), ...many(300, attempt('no-answer'))]),
      settings,
    );
    const { notes } = measuredScenario(measured);
    t.match(notes.join(' '), /400 attempts of the campaign c.*ring time of machines/);
    const plan = planWhatIf({ measured, talkSeconds: 200, runs: 1 });
    t.equal(plan.contacts, 75);
    const [task] = plan.cases[0]!.tasks;
    t.equal(task!.scenario.people.answerRate, 0.25);
    t.equal(task!.scenario.people.busyRate, 0);
    t.equal(task!.scenario.agents.successRate, 1);
    t.match(task!.scenario.people.talk, { mean: 200 });
    t.match(task!.scenario.people.ring, { mean: 8 });
    t.match(task!.scenario.people.machineRing, { from: 15 }, 'nobody measured it');
    t.match(task!.scenario.agents.wrapUp, { mean: 20 });
    t.equal(task!.campaign.ringSeconds, settings.ringSeconds);
    t.same(task!.campaign.retry, settings.retry);
  },
);
