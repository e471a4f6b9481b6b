/**
 * The watch over campaigns in which nothing is wrong, in the virtual world: who does not answer is called again, and harder to
 * reach than the list was, so that the contact rate falls as the list is worked through.
 */
import t from 'tap';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import { defaultScenario, type Scenario } from '../../sim/index.js';
import { simulatedCampaign } from '../../sim/virtual/sample-campaign.js';
import { VirtualRun } from '../../sim/virtual/virtual-run.js';

t.setTimeout(600_000);

const everyone = ['expert', 'experienced', 'ordinary'] as const;
const HOUR = 3_600_000;
/** Nine in New York, on a Monday without a holiday. */
const START = Date.UTC(2026, 3, 13, 13);
const soon = { maximumAttempts: 2, delaySeconds: 120 };

const scenario: Scenario = {
  ...defaultScenario,
  people: { ...defaultScenario.people, answerSpread: 0.2 },
  lists: [
    {
      campaign: 'simulated',
      at: 0,
      contacts: 4_000,
      timeZone: 'America/New_York',
      areaCode: '212',
      first: 0,
      secondNumberRate: 0,
      consentRate: 1,
      refusedRate: 0,
      dncRate: 0,
    },
  ],
  agents: { ...defaultScenario.agents, count: 20, successRate: 0.15 },
};

/** How the campaign ends, and its contact rates of first and second calls in production. */
function work(seed: string): { status: string; text: string; first: number; second: number } {
  const store = new MemoryStore();
  const settings = simulatedCampaign(scenario.agents.dispositions, {
    pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
    stages: {
      validation: { tiers: everyone, contacts: 0 },
      pilot: { tiers: everyone, contacts: 400 },
      production: { tiers: everyone },
    },
    watch: {
      enabled: true,
      attemptsBetweenFalseAlarms: 150_000,
      kpis: ['contact-rate', 'success-rate', 'opt-out-rate'],
      segments: [],
      limits: [],
      windowMinutes: 30,
    },
    maximumAttempts: 2,
    attemptsPerDay: 20,
    retry: {
      'no-answer': soon,
      busy: soon,
      machine: soon,
      abandoned: soon,
      failed: soon,
      rejected: soon,
      short: soon,
    },
  });
  let status = '';
  let text = '';
  const run = new VirtualRun({
    scenario,
    seed,
    startAt: START,
    store: store.core,
    campaigns: [settings],
    observer: {
      effect(effect) {
        if (effect.type !== 'event') return;
        const { event } = effect;
        if (event.kind === 'campaign-changed') status = event.status;
        else if (event.kind === 'halt-raised') text = event.text;
      },
    },
  });
  run.open();
  while (status !== 'completed' && status !== 'halted' && run.nextTime() < START + 10 * HOUR) run.advance();
  const { measure } = store.core.measure(
    {
      campaignId: settings.id,
      stage: 'production',
      dimensions: ['call'],
      rules: { optOutDispositions: [], complaintDispositions: [], callbackGraceSeconds: 0 },
    },
    { limit: 100_000 },
  );
  const rate = (call: string): number => {
    const { contacts = 0, attempts = 0 } = measure.segments['call']?.[call] ?? {};
    return contacts / Math.max(1, attempts);
  };
  return { status, text, first: rate('1'), second: rate('2') };
}

t.test('a list that is worked through is no drop', (t) => {
  const worlds = Array.from({ length: 10 }, (_, i) => work(`worked through ${i}`));
  t.same(
    worlds.filter(({ status }) => status !== 'completed').map(({ text }) => text),
    [],
  );
  const mean = (of: (world: (typeof worlds)[number]) => number): number =>
    worlds.reduce((sum, world) => sum + of(world), 0) / worlds.length;
  const [first, second] = [mean((world) => world.first), mean((world) => world.second)];
  t.ok(second < 0.9 * first, `first calls reach ${first.toFixed(3)}, second ones ${second.toFixed(3)}`);
  t.end();
});
