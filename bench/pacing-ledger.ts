/**
 * Does a legal window end within its limit? `node dist/bench/pacing-ledger.js [--quick] [--seed N] [--json]`.
 *
 * Days of the predictive pacer are simulated for each team size and several targets, in worlds that differ from
 * day to day (answer rate, its drift over the day, talk time). 1,000 blocks of 22 working days are then drawn
 * from them, each day 3 to 6 hours long. Every half hour the ledger gives the target, and that half hour is taken
 * from the day as it went at the targets next to it. Counted: blocks that end over 3 %, and the share of the
 * allowance that was used.
 */
import { answersAhead, createPacer, ledgerTarget, pacerBias } from '../pacing/index.js';
import { Random } from './pacing-random.js';
import { upTo } from './pacing-statistics.js';
import { runWorld } from './pacing-world.js';
import { type BenchOptions, type BenchTable, runDirectly } from './table.js';

const LIMIT = 0.03;
const SLOT_MINUTES = 30;
const DAYS_A_BLOCK = 22;

interface Slot {
  readonly answers: number;
  readonly abandoned: number;
  readonly busy: number;
  readonly loggedIn: number;
}

/** Simulated days: by day, then by target, then by half hour. */
export interface DayLibrary {
  readonly agents: number;
  readonly targets: readonly number[];
  readonly days: readonly (readonly (readonly Slot[])[])[];
}

export interface LibraryOptions {
  readonly agents: number;
  readonly days: number;
  readonly hours: number;
  /** Ascending; the first is 0. */
  readonly targets: readonly number[];
  readonly seed: number;
}

/** Simulates each day at each target. The days go from likely to unlikely answerers, so that a block can drift. */
export function simulateDays({ agents, days, hours, targets, seed }: LibraryOptions): DayLibrary {
  return {
    agents,
    targets,
    days: upTo(days).map((day) => {
      const random = new Random(seed, 7, day);
      const early = 0.36 - (0.16 * day) / Math.max(1, days - 1);
      const late = early * (0.75 + 0.4 * random.uniform());
      const talkSeconds = 80 + 40 * random.uniform();
      return targets.map((target) => {
        const { minutes } = runWorld(createPacer('predictive', { targetAbandonRatio: target }), {
          agents,
          hours,
          seed: seed + day,
          answerRate: (t) => early + ((late - early) * t) / (hours * 3600),
          talkSeconds,
          wrapSeconds: 15,
        });
        return upTo((hours * 60) / SLOT_MINUTES).map((slot) => {
          const total = (row: Float64Array) =>
            row.subarray(slot * SLOT_MINUTES, (slot + 1) * SLOT_MINUTES).reduce((a, b) => a + b, 0);
          return {
            answers: total(minutes.answers),
            abandoned: total(minutes.abandoned),
            busy: total(minutes.busy),
            loggedIn: total(minutes.loggedIn),
          };
        });
      });
    }),
  };
}

export interface BlockPlan {
  /** The window that the law counts. */
  readonly window: 'block' | 'day';
  /** Later days of the block have the likelier, or the unlikelier, answerers; or any day may come at any time. */
  readonly drift: 'none' | 'rising' | 'falling';
  readonly blocks: number;
  readonly seed: number;
}

export interface BlockFigures {
  /** Windows counted, those over the limit, and the largest ratio seen. */
  readonly windows: number;
  readonly over: number;
  readonly worst: number;
  /** Mean share of the allowance used. */
  readonly used: number;
  readonly occupancy: number;
  /** Times a day that the fall-back to one line per agent began. */
  readonly stopsPerDay: number;
}

/** Draws blocks from the library and steers each by the ledger. */
export function runBlocks(library: DayLibrary, plan: BlockPlan): BlockFigures {
  const { targets, days } = library;
  const highest = targets[targets.length - 1] as number;
  const slotsADay = days[0]?.[0]?.length ?? 0;
  const typicalDay = typicalAnswers(library);
  const random = new Random(plan.seed, 8);
  const figures = { windows: 0, over: 0, worst: 0, used: 0, busy: 0, loggedIn: 0, stops: 0 };
  const close = (answers: number, abandoned: number) => {
    const ratio = answers > 0 ? abandoned / answers : 0;
    figures.windows++;
    if (ratio > LIMIT) figures.over++;
    figures.worst = Math.max(figures.worst, ratio);
    figures.used += ratio / LIMIT;
  };
  for (let block = 0; block < plan.blocks; block++) {
    let answers = 0;
    let abandoned = 0;
    let asked = 0;
    let came = 0;
    let stopped = false;
    const before: { readonly answers: number; readonly slots: number }[] = [];
    for (let d = 0; d < DAYS_A_BLOCK; d++) {
      const day = days[dayOf(plan.drift, d, days.length, random)] as readonly (readonly Slot[])[];
      const slots = Math.max(1, Math.round(slotsADay * (0.5 + 0.5 * random.uniform())));
      if (plan.window === 'day') {
        answers = 0;
        abandoned = 0;
        stopped = false;
      }
      let today = 0;
      for (let slot = 0; slot < slots; slot++) {
        const ahead = answersAhead({
          // Today's own length is known, those of the days to come are not.
          days:
            plan.window === 'day'
              ? before.map((b) => (b.answers / b.slots) * slots)
              : before.map((b) => b.answers),
          daysAhead: plan.window === 'day' ? 0 : DAYS_A_BLOCK - 1 - d,
          todayLeft: (slots - slot) / slots,
          perDay: (typicalDay * slots) / (0.75 * slotsADay),
        });
        const window = { name: plan.window, limit: LIMIT, answers, abandoned, answersAhead: ahead };
        const steering = ledgerTarget(
          [{ ...window, daysAhead: plan.window === 'day' ? 1 : DAYS_A_BLOCK - d }],
          { highest, bias: pacerBias(asked, came), stopped },
        );
        if (steering.stopped && !stopped) figures.stops++;
        stopped = steering.stopped;
        const took = at(day, targets, slot, steering.target, random);
        answers += took.answers;
        abandoned += took.abandoned;
        today += took.answers;
        asked += took.answers * steering.target;
        came += took.abandoned;
        figures.busy += took.busy;
        figures.loggedIn += took.loggedIn;
      }
      before.push({ answers: today, slots });
      if (plan.window === 'day') close(answers, abandoned);
    }
    if (plan.window === 'block') close(answers, abandoned);
  }
  return {
    windows: figures.windows,
    over: figures.over,
    worst: figures.worst,
    used: figures.used / figures.windows,
    occupancy: figures.busy / figures.loggedIn,
    stopsPerDay: figures.stops / (plan.blocks * DAYS_A_BLOCK),
  };
}

function dayOf(drift: BlockPlan['drift'], d: number, days: number, random: Random): number {
  if (drift === 'none') return Math.floor(random.uniform() * days);
  // A third of the library's width about the place that the drift has reached.
  const share = d / (DAYS_A_BLOCK - 1);
  const place =
    (drift === 'falling' ? share : 1 - share) * (days - 1) + (random.uniform() - 0.5) * (days / 3);
  return Math.max(0, Math.min(days - 1, Math.round(place)));
}

/** Answers of a usual day, known from the past: the mean length at the middle target. */
function typicalAnswers({ days, targets }: DayLibrary): number {
  const middle = targets.length >> 1;
  let sum = 0;
  for (const day of days) for (const slot of day[middle] ?? []) sum += slot.answers;
  return (0.75 * sum) / days.length;
}

/** The half hour as it went at one of the two targets next to the one asked for, the nearer one more often. */
function at(
  day: readonly (readonly Slot[])[],
  targets: readonly number[],
  slot: number,
  target: number,
  random: Random,
): Slot {
  let high = 1;
  while (high < targets.length - 1 && (targets[high] as number) < target) high++;
  const [a, b] = [targets[high - 1] as number, targets[high] as number];
  const chosen = random.uniform() < (target - a) / (b - a) ? high : high - 1;
  return day[chosen]?.[slot] as Slot;
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const targets = quick ? [0, 0.015, 0.03, 0.045] : [0, 0.01, 0.02, 0.025, 0.03, 0.035, 0.045];
  const teams: readonly (readonly [number, number])[] = quick
    ? [[5, 2]]
    : [
        [5, 12],
        [20, 6],
        [100, 3],
      ];
  const plans: readonly Pick<BlockPlan, 'window' | 'drift'>[] = [
    { window: 'block', drift: 'none' },
    { window: 'block', drift: 'falling' },
    { window: 'block', drift: 'rising' },
    { window: 'day', drift: 'none' },
  ];
  const table: (string | number)[][] = [];
  for (const [agents, days] of teams) {
    const library = simulateDays({ agents, days, hours: quick ? 3 : 6, targets, seed });
    for (const { window, drift } of plans) {
      const f = runBlocks(library, { window, drift, seed, blocks: window === 'day' ? 50 : 1000 });
      table.push([
        agents,
        window === 'block' ? 'block of 22 days' : 'each day alone',
        drift,
        f.windows,
        f.over,
        (100 * f.worst).toFixed(2),
        (100 * f.used).toFixed(1),
        (100 * f.occupancy).toFixed(1),
        f.stopsPerDay.toFixed(3),
      ]);
    }
  }
  return [
    {
      title: 'Legal windows steered by the ledger, limit 3 %, confidence 0.9995',
      columns: [
        'agents',
        'window',
        'answer rate over the block',
        'windows',
        'over the limit',
        'worst %',
        'allowance used %',
        'occupancy %',
        'fall-backs to 1:1 a day',
      ],
      rows: table,
    },
  ];
}

await runDirectly(import.meta.url, rows);
