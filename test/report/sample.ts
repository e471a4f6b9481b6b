/** A pilot and its validation with figures like those of a real floor, for the report's tests. */
import { type EndedAttempt, type MeasureRequest, Measurer } from '../../dialer/core/measure.js';
import type { CampaignRecord, CampaignSettings, Outcome, StageName } from '../../dialer/core/model.js';
import { rulesOf } from '../../dialer/core/stages.js';
import { REPORT_DIMENSIONS, type ReportInput } from '../../dialer/report/evaluation.js';
import type { ProductionForecast } from '../../dialer/what-if/forecast.js';
import { campaign, permit, START } from '../store/records.js';

/** Names that would do harm on a page that does not escape them. */
export const NASTY = '<script>alert("1")</script> & Söhne';

export function sampleSettings(over: Partial<CampaignSettings> = {}): CampaignSettings {
  const { settings } = campaign('spring');
  return {
    ...settings,
    name: 'Spring renewals',
    optOutDispositions: ['do-not-call'],
    complaintDispositions: ['complaint'],
    successDispositions: ['sale'],
    refusalDispositions: ['too-expensive', 'has-another', NASTY],
    scripts: [
      { id: 'short', version: 1, text: 'Hello' },
      { id: 'long', version: 2, text: 'Good morning' },
    ],
    offer: { id: 'ten-per-cent', version: 1, text: '10 % off' },
    prices: { perAttempt: 0.02, perAgentHour: 28 },
    stages: {
      ...settings.stages,
      pilot: {
        ...settings.stages.pilot,
        gate: {
          maximumAbandonRatio: 0.03,
          minimumSuccessRate: 0.1,
          maximumSuccessGap: 0.08,
          stableSuccessRate: true,
        },
      },
    },
    ...over,
  };
}

/** A small generator (mulberry32), so that the figures are the same in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Attempts of a stage over two working days. */
export function sampleAttempts(stage: StageName, count: number, agents: number): EndedAttempt[] {
  const random = randomOf(count + agents);
  return Array.from({ length: count }, (_, i): EndedAttempt => {
    const hour = 9 + Math.floor(random() * 9);
    const at =
      START + Math.floor((2 * i) / count) * 86_400_000 + (hour - 9) * 3_600_000 + random() * 3_600_000;
    const draw = random();
    const reach = hour >= 16 ? 0.42 : 0.28;
    const outcome: Outcome =
      draw < reach
        ? 'connected'
        : draw < reach + 0.005
          ? 'abandoned'
          : draw < 0.6
            ? 'no-answer'
            : draw < 0.9
              ? 'machine'
              : 'busy';
    const agent = Math.floor(random() * agents);
    const long = random() < 0.5;
    const skill = 0.12 + (0.1 * agent) / agents + (long ? 0.1 : 0);
    const word = random();
    const said =
      word < skill
        ? 'sale'
        : word < 0.45
          ? 'too-expensive'
          : word < 0.7
            ? 'has-another'
            : word < 0.74
              ? NASTY
              : word < 0.76
                ? 'do-not-call'
                : word < 0.77
                  ? 'wrong-number'
                  : 'callback';
    const talk = 20_000 + random() * 200_000;
    return {
      intent: {
        attemptId: `a${i}`,
        campaignId: 'spring',
        stage,
        intendedAt: at,
        callerId: '+12025550143',
        trunk: 'carrier',
        script: long ? 'long@2' : 'short@1',
        offer: 'ten-per-cent@1',
        source: random() < 0.3 ? NASTY : 'web form',
        permit: permit({ local: [`Mon ${String(hour).padStart(2, '0')}:30`] }),
      } as EndedAttempt['intent'],
      result: {
        outcome,
        charged: true,
        endedAt: at + 10_000 + talk,
        ...(outcome === 'connected'
          ? {
              connectedAt: at + 10_000,
              agentId: agent === 0 ? NASTY : `agent-${String(agent).padStart(2, '0')}`,
              team: agent % 2 === 0 ? 'north' : 'south',
              tier: i < count / 2 ? 'experienced' : 'ordinary',
            }
          : {}),
      } as EndedAttempt['result'],
      ...(outcome === 'connected'
        ? {
            disposition: {
              disposition: said,
              success: said === 'sale',
              refusal: said === 'too-expensive' || said === 'has-another' || said === NASTY,
              at: at + 10_000 + talk + 25_000,
            } as EndedAttempt['disposition'],
          }
        : {}),
    };
  });
}

export function measureOf(
  attempts: readonly EndedAttempt[],
  settings: CampaignSettings,
  dimensions: MeasureRequest['dimensions'],
) {
  const measurer = new Measurer({ campaignId: 'spring', dimensions, rules: rulesOf(settings) });
  for (const attempt of attempts) measurer.add(attempt);
  return measurer.result();
}

const around = (mean: number, by: number) => ({ mean, low: mean * (1 - by), high: mean * (1 + by) });

export const SAMPLE_FORECAST: ProductionForecast = {
  contacts: 48_000,
  agents: 24,
  hoursPerDay: 8,
  draws: 8,
  seed: 'spring',
  measuredOn: { attempts: 3000, conversations: 900 },
  interval: { level: 0.95, kind: 'prediction' },
  calls: around(118_000, 0.04),
  connected: around(33_000, 0.07),
  successes: around(6_900, 0.18),
  optOuts: around(660, 0.4),
  agentHours: around(1_850, 0.09),
  hours: around(77, 0.09),
  days: around(9.6, 0.09),
  occupancy: { mean: 0.86, low: 0.82, high: 0.9 },
  abandonRatio: { mean: 0.018, low: 0.011, high: 0.025 },
  successesPerAgentHour: around(3.7, 0.15),
  notes: ['From 3,000 attempts and 900 conversations of the pilot.'],
};

export function sampleInput(over: Partial<ReportInput> = {}): ReportInput {
  const settings = sampleSettings();
  const record: CampaignRecord = {
    ...campaign('spring'),
    settings,
    status: 'awaiting-approval',
    stage: 'pilot',
    startedAt: START - 86_400_000,
    progress: {
      extensions: 0,
      measuredFrom: 0,
      gates: [
        {
          stage: 'pilot',
          at: START + 2 * 86_400_000,
          decision: 'pass',
          evidence: 'success rate 21.9 % (197/900), at least 10.0 %: met',
          conditions: [],
          approval: { at: START + 2 * 86_400_000, by: 'Ann (operator)', comment: `fine with ${NASTY}` },
        },
      ],
      halts: [
        {
          at: START + 5_000_000,
          stage: 'pilot',
          kind: 'operator',
          by: 'Ann (operator)',
          text: 'wrong price in the script',
          rectification: { at: START + 6_000_000, by: 'Ann', text: 'price corrected', touched: ['other'] },
        },
      ],
      blocked: [],
    },
  };
  return {
    record,
    stage: 'pilot',
    measure: measureOf(sampleAttempts('pilot', 3000, 12), settings, REPORT_DIMENSIONS),
    validation: measureOf(sampleAttempts('validation', 500, 3), settings, []),
    contacts: 1200,
    sample: {
      seed: 'spring',
      hash: 'f'.repeat(64),
      list: 50_000,
      strata: ['region'],
      plans: {
        validation: {
          contacts: 200,
          asked: 200,
          grown: false,
          short: false,
          calculations: [],
          text: '200 contacts, as planned',
        },
        pilot: {
          contacts: 1200,
          asked: 1000,
          grown: true,
          short: false,
          calculations: [],
          text: '1200 contacts instead of 1000, because the gate needs them',
        },
      },
      coverage: [
        { stratum: 'US-NY', contacts: 30_000, validation: 120, pilot: 720 },
        { stratum: NASTY, contacts: 20_000, validation: 80, pilot: 480 },
      ],
    },
    abandon: {
      target: 0.03,
      spent: false,
      standings: [],
      windows: [
        {
          law: 'us-ftc',
          name: 'FTC, 30 days of a campaign',
          from: START - 86_400_000,
          until: START + 29 * 86_400_000,
          limit: 0.03,
          answers: 1040,
          abandoned: 17,
          ratio: 17 / 1040,
          left: 14.2,
          over: false,
        },
      ],
    },
    forecast: SAMPLE_FORECAST,
    now: START + 2 * 86_400_000,
    ...over,
  };
}
