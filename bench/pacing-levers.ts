/**
 * What each lever buys: `node dist/bench/pacing-levers.js [--quick] [--seed N] [--json]`.
 *
 * For each lever the predictive pacer runs with it and without it over the same calls (same seeds), both steered
 * to 3 % abandoned. Differences are means over seeds with 95 % intervals, in points of occupancy; the first half
 * hour is left out.
 */

import { controllerDefaults } from '../pacing/controller.js';
import type { PacerOptions } from '../pacing/index.js';
import { PredictivePacer, type PredictiveTuning } from '../pacing/predictive-pacer.js';
import { betaLeads, campaignLeads, modelLeads } from './pacing-leads.js';
import { cell, interval, paired, upTo } from './pacing-statistics.js';
import { runWorld } from './pacing-world.js';
import type { WorldOptions, WorldResult } from './pacing-world-types.js';
import { type BenchOptions, type BenchTable, runDirectly } from './table.js';

type World = Omit<WorldOptions, 'seed' | 'hours' | 'leads'> & {
  leads?: (seed: number) => WorldOptions['leads'];
};
interface Variant {
  readonly world: Partial<World>;
  readonly options?: PacerOptions;
  readonly tuning?: Partial<PredictiveTuning>;
}
interface Lever {
  readonly name: string;
  readonly withIt: Variant;
  readonly without: Variant;
}

const base = { answerRate: 0.3, talkSeconds: 90, wrapSeconds: 15 } as const;
const slow = { ringSeconds: 14 } as const;
const exact: Variant['world'] = { leads: (seed) => betaLeads(seed, 1) };
const unknown: Variant['world'] = { leads: (seed) => betaLeads(seed, 0) };

const levers: readonly Lever[] = [
  {
    name: 'answer chance of each contact, known exactly, in the forecast',
    withIt: { world: exact, tuning: { choice: false } },
    without: { world: unknown },
  },
  {
    name: '… and for choosing whom to dial (on top)',
    withIt: { world: exact },
    without: { world: exact, tuning: { choice: false } },
  },
  {
    name: 'answer chance as the answer model estimates it, forecast and choice',
    withIt: { world: { leads: (seed) => modelLeads(seed, true) } },
    without: { world: { leads: (seed) => modelLeads(seed, false) } },
  },
  {
    name: 'releasing ringing calls from 15 s on',
    withIt: { world: { shedFrom: 15 } },
    without: { world: {} },
  },
  {
    name: '… where answers are slow (14 s on average)',
    withIt: { world: { ...slow, shedFrom: 15 } },
    without: { world: slow },
  },
  {
    name: '80 % of wrap-up ends announced 5 to 10 s ahead',
    withIt: { world: { announced: 0.8 } },
    without: { world: {} },
  },
  {
    name: 'hand-over of 1 s counted (wait less hand-over)',
    withIt: { world: { handover: 1 } },
    without: { world: { handover: 1, handoverUntold: true } },
  },
];

export interface Size {
  readonly agents: number;
  readonly seeds: number;
  readonly hours: number;
}

function run(variant: Variant, agents: number, hours: number, seed: number): WorldResult {
  const tuning = { controller: controllerDefaults, ...variant.tuning };
  const pacer = new PredictivePacer({ targetAbandonRatio: 0.03, ...variant.options }, tuning);
  const { leads, ...world } = variant.world;
  const source = leads ? { leads: leads(seed) as NonNullable<WorldOptions['leads']> } : {};
  return runWorld(pacer, { ...base, agents, ...world, ...source, hours, seed });
}

const occupancy = (r: WorldResult) => 100 * r.occupancy;
const abandon = (runs: readonly WorldResult[]) =>
  (100 * runs.reduce((a, r) => a + r.abandoned, 0)) / runs.reduce((a, r) => a + r.answers, 0);

function leverRow({ name, withIt, without }: Lever, { agents, seeds, hours }: Size, seed: number) {
  const all = upTo(seeds).map((i) => seed + i);
  const a = all.map((s) => run(withIt, agents, hours, s));
  const b = all.map((s) => run(without, agents, hours, s));
  return [
    name,
    agents,
    cell(interval(b.map(occupancy)), 1),
    cell(interval(a.map(occupancy)), 1),
    cell(paired(a.map(occupancy), b.map(occupancy)), 2, true),
    abandon(b).toFixed(2),
    abandon(a).toFixed(2),
  ];
}

// ------------------------------------------------------------ campaigns

const campaigns = [0.15, 0.3, 0.5].map((answerRate, i) => ({
  name: `${i + 1}`,
  answerRate,
  // Equal shares of the connects.
  share: 1 / answerRate,
}));
const pooledLeads = (seed: number) => campaignLeads(seed, campaigns);
const ownLists = (seed: number) => campaignLeads(seed, campaigns, true);

/** One team for three campaigns, against a team for each. */
function poolingRow(seeds: number, hours: number, seed: number): (string | number)[] {
  const teams = [6, 7, 7];
  const all = upTo(seeds).map((i) => seed + i);
  const pooled = all.map((s) => run({ world: { leads: pooledLeads } }, 20, hours, s));
  const apart = all.map((s) =>
    campaigns.map(({ answerRate }, i) =>
      run({ world: { answerRate } }, teams[i] as number, hours, 100 * s + i),
    ),
  );
  const mean = apart.map(
    (runs) => runs.reduce((sum, r, i) => sum + occupancy(r) * (teams[i] as number), 0) / 20,
  );
  return [
    'three campaigns on one team of 20, against teams of 6, 7 and 7',
    20,
    cell(interval(mean), 1),
    cell(interval(pooled.map(occupancy)), 1),
    cell(paired(pooled.map(occupancy), mean), 2, true),
    abandon(apart.flat()).toFixed(2),
    abandon(pooled).toFixed(2),
  ];
}

function campaignTable(seeds: number, hours: number, seed: number): BenchTable {
  const all = upTo(seeds).map((i) => seed + i);
  const ratios = (runs: readonly WorldResult[], of: 'abandoned' | 'attempts') =>
    campaigns.map(({ name }) => {
      const sum = (what: 'abandoned' | 'answers' | 'attempts') =>
        runs.reduce((a, r) => a + (r.campaigns.get(name)?.[what] ?? 0), 0);
      const attempts = runs.reduce((a, r) => a + r.attempts, 0);
      return of === 'abandoned'
        ? (100 * sum('abandoned')) / sum('answers')
        : (100 * sum('attempts')) / attempts;
    });
  const text = (values: readonly number[]) => values.map((x) => x.toFixed(2)).join(' / ');
  const rowOf = (name: string, runs: readonly WorldResult[]) => [
    name,
    text(ratios(runs, 'abandoned')),
    abandon(runs).toFixed(2),
    text(ratios(runs, 'attempts')),
    cell(interval(runs.map(occupancy)), 1),
  ];
  const runs = (variant: Variant) => all.map((s) => run(variant, 20, hours, s));
  return {
    title: 'Three campaigns (answer rates .15, .30, .50) on one team of 20',
    columns: ['variant', 'abandon % of each', 'of all', 'share of the attempts %', 'occupancy %'],
    rows: [
      rowOf('one threshold for all', runs({ world: { leads: pooledLeads }, tuning: { trim: false } })),
      rowOf('threshold trimmed per campaign', runs({ world: { leads: pooledLeads } })),
      rowOf('a list for each, nothing short', runs({ world: { leads: ownLists } })),
      rowOf('a list for each, 1 call a second', runs({ world: { leads: ownLists, callsPerSecond: 1 } })),
      rowOf('a list for each, 36 channels', runs({ world: { leads: ownLists, channels: 36 } })),
    ],
    notes: [
      'The abandon share of each has to hold where the law counts per campaign. Where calls per second or channels are short, campaigns with a list of their own take turns.',
    ],
  };
}

// ------------------------------------------------------------ inbound

/** Service and price of agents held for inbound calls. */
export function inboundTable(sizes: readonly Size[], seed: number): BenchTable {
  const service = { share: 0.95, seconds: 5 };
  const rows: (string | number)[][] = [];
  for (const { agents, seeds, hours } of sizes) {
    const world = { inbound: { perHour: 8 * agents, talkSeconds: 90, patience: 60 } };
    for (const [name, options] of [
      ['nothing held', {}],
      [`agents held for ${100 * service.share} % within ${service.seconds} s`, { inboundService: service }],
    ] as const) {
      const runs = upTo(seeds).map((i) => run({ world, options }, agents, hours, seed + i));
      const within = runs.map(
        ({ inbound }) =>
          (100 * inbound.waits.filter((w) => w <= service.seconds).length) / inbound.waits.length,
      );
      const gaveUp = runs.map(({ inbound }) => (100 * inbound.gaveUp) / inbound.arrived);
      rows.push([
        agents,
        world.inbound.perHour,
        name,
        cell(interval(within), 1),
        cell(interval(gaveUp), 1),
        cell(interval(runs.map(occupancy)), 1),
        abandon(runs).toFixed(2),
      ]);
    }
  }
  return {
    title: 'Inbound calls for the same agents',
    columns: [
      'agents',
      'inbound calls an hour',
      'reserve',
      'answered within 5 s %',
      'gave up %',
      'occupancy %',
      'outbound abandon %',
    ],
    rows,
  };
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const sizes: readonly Size[] = quick
    ? [{ agents: 5, seeds: 2, hours: 1.5 }]
    : [
        { agents: 5, seeds: 16, hours: 4 },
        { agents: 20, seeds: 6, hours: 4 },
        { agents: 100, seeds: 2, hours: 2 },
      ];
  const seeds = quick ? 2 : 6;
  const hours = quick ? 1 : 4;
  const table: (string | number)[][] = [];
  for (const lever of levers) for (const size of sizes) table.push(leverRow(lever, size, seed));
  table.push(poolingRow(seeds, hours, seed));
  return [
    {
      title: 'What each lever buys, both sides steered to 3 % abandoned',
      columns: [
        'lever',
        'agents',
        'occupancy % without',
        'with',
        'difference, points',
        'abandon % without',
        'with',
      ],
      rows: table,
    },
    campaignTable(seeds, hours, seed),
    inboundTable(
      quick
        ? sizes
        : [
            { agents: 8, seeds: 8, hours: 4 },
            { agents: 20, seeds: 3, hours: 4 },
          ],
      seed,
    ),
  ];
}

await runDirectly(import.meta.url, rows);
