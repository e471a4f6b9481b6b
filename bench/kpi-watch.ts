/**
 * How soon the KPI watch sees a change, at the same rate of false alarms as other ways of watching, beside the CUSUM
 * that knows both rates (no method with that false-alarm rate has a shorter worst-case delay).
 *
 *   node dist/bench/kpi-watch.js [--quick] [--seed 1] [--mean-trials 20000]
 *
 * Every method is calibrated by simulation to the same mean trials between false alarms over a fleet of pilots (harmonic
 * mean); delays are counted from a change 2,000 trials into production. 10 trials are a minute.
 */
import {
  createKpiMonitor,
  createKpiWatch,
  estimateProfile,
  type KpiMonitorOptions,
} from '../dialer/index.js';
import { type RandomStream, randomStream } from '../sim/random.js';
import {
  calibrate,
  DETECTORS,
  type Delay,
  type Direction,
  delayOf,
  ORACLE,
  OURS,
  type Setting,
  TRIALS_PER_MINUTE,
} from './kpi-worlds.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const given = directArguments(import.meta.url, ['mean-trials']);

interface Size {
  readonly pilots: number;
  readonly calibrations: number;
  readonly delays: number;
}

interface Case {
  readonly kpi: string;
  readonly base: number;
  readonly factor: number;
}

const CASES: readonly Case[] = [
  ...[0.8, 0.7, 0.5].map((factor) => ({ kpi: 'contact rate', base: 0.3, factor })),
  ...[0.15, 0.05, 0.02].flatMap((base) =>
    [0.8, 0.7, 0.5].map((factor) => ({ kpi: 'success rate', base, factor })),
  ),
  ...[2, 3].map((factor) => ({ kpi: 'opt-out rate', base: 0.01, factor })),
];

const directionOf = (factor: number): Direction => (factor < 1 ? 'drop' : 'rise');
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const changeOf = ({ kpi, base, factor }: Case): string => `${kpi} ${percent(base)} ×${factor}`;
const shown = ({ median, p90 }: Delay): string =>
  `${median} / ${p90} (${Math.round(median / TRIALS_PER_MINUTE)} / ${Math.round(p90 / TRIALS_PER_MINUTE)} min)`;

function methods(size: Size, seed: number, meanTrials: number, cases: readonly Case[]): BenchTable {
  const rows: string[][] = [];
  const pilot = 4_000;
  const thresholds = new Map<string, number>();
  for (const each of cases) {
    const setting: Setting = { base: each.base, direction: directionOf(each.factor), pilot, meanTrials };
    const after = each.base * each.factor;
    const row = [changeOf(each)];
    for (const detector of [...DETECTORS, ORACLE]) {
      // Only the bound depends on the size of the change.
      const key = `${detector.name} ${each.base} ${setting.direction} ${detector === ORACLE ? each.factor : ''}`;
      let threshold = thresholds.get(key);
      if (threshold === undefined) {
        threshold = calibrate(detector, setting, after, `${seed} ${key}`, {
          pilots: size.pilots,
          runs: size.calibrations,
        });
        thresholds.set(key, threshold);
      }
      row.push(
        shown(delayOf(detector, setting, after, threshold, `${seed}`, { runs: size.delays, before: 2_000 })),
      );
    }
    rows.push(row);
  }
  return {
    title: 'KPI watch: delay at the same false-alarm rate, by method',
    columns: ['change', ...DETECTORS.map(({ name }) => name), ORACLE.name],
    rows,
    notes: [
      `Trials from the change to the alarm, median / p90 (minutes at ${60 * TRIALS_PER_MINUTE} trials an hour). Pilots of ${pilot} trials; ${meanTrials} trials between false alarms over the fleet; seed ${seed}; ${size.delays} runs a cell, ${size.pilots * size.calibrations} to calibrate.`,
    ],
  };
}

function pilots(size: Size, seed: number, meanTrials: number, quick: boolean): BenchTable {
  const rows: (string | number)[][] = [];
  for (const [base, factors] of [
    [0.3, [0.75, 0.7, 0.5]],
    [0.15, [0.7, 0.5]],
    [0.05, [0.7, 0.5]],
    [0.01, [2, 3]],
  ] as const)
    for (const pilot of quick ? [1_000] : [500, 1_000, 4_000, 10_000]) {
      const direction = directionOf(factors[0]);
      const setting: Setting = { base, direction, pilot, meanTrials };
      const calibration = { pilots: size.pilots, runs: size.calibrations };
      // As it is used: the threshold is the budget itself.
      const fleet = fleetLength(setting, meanTrials, `${seed}`, size);
      const cells = factors.map((factor) => {
        const after = base * factor;
        const bound = calibrate(ORACLE, setting, after, `${seed} ${base} ${factor}`, calibration);
        const run = { runs: size.delays, before: 2_000 };
        const ours = delayOf(OURS, setting, after, meanTrials, `${seed}`, run);
        const best = delayOf(ORACLE, setting, after, bound, `${seed}`, run);
        return `×${factor}: ${ours.median} / ${best.median} = ${(ours.median / best.median).toFixed(2)} (mean ${(ours.mean / best.mean).toFixed(2)})`;
      });
      rows.push([percent(base), pilot, Math.round(base * pilot), fleet, cells.join('; ')]);
    }
  return {
    title: 'KPI watch: as it is used, by size of the pilot',
    columns: [
      'base',
      'pilot, trials',
      'events in it',
      `fleet, trials between false alarms (asked: ${meanTrials})`,
      'median delay, ours / bound = ratio',
    ],
    rows,
    notes: [
      'The threshold is the budget: nothing is calibrated. Goal: ratio ≤ 1.25 for drops of a quarter or more with 200 events in the pilot, ≤ 1.5 with 50 to 200.',
    ],
  };
}

/** Trials between false alarms of the watch as it is, over a fleet of pilots (harmonic mean), as text. */
function fleetLength(setting: Setting, threshold: number, seed: string, size: Size): string {
  const random = randomStream(seed, `fleet ${setting.base} ${setting.pilot}`);
  let rate = 0;
  for (let pilot = 0; pilot < size.pilots; pilot++) {
    let successes = 0;
    for (let i = 0; i < setting.pilot; i++) if (random.uniform() < setting.base) successes++;
    let time = 0;
    let alarms = 0;
    for (let run = 0; run < size.calibrations; run++) {
      const step = OURS.make({ successes, trials: setting.pilot }, setting.direction, {
        before: 0,
        after: 0,
      });
      for (let t = 1; t <= 3 * setting.meanTrials; t++) {
        time++;
        if (step(random.uniform() < setting.base) > threshold) {
          alarms++;
          break;
        }
      }
    }
    rate += Math.max(0, alarms - 1) / time;
  }
  return Math.round(size.pilots / rate).toLocaleString('en');
}

/** Rates that move with the hour of the day and wander in bursts of five minutes. */
function rateAt(at: number, burst: number, hours: number): number {
  return 0.3 * (1 + hours * Math.sin((2 * Math.PI * at) / 86_400)) * burst;
}

function shapes(seed: number, meanTrials: number, quick: boolean): BenchTable {
  const rows: (string | number)[][] = [];
  const secondsPerTrial = 60 / TRIALS_PER_MINUTE;
  const perBlock = 300 / secondsPerTrial;
  const days = 3;
  for (const [name, hours, wobble] of [
    ['independent trials', 0, 0],
    ['hours of the day ±25 %', 0.25, 0],
    ['bursts of 5 minutes, 15 %', 0, 0.15],
    ['hours and bursts', 0.25, 0.15],
  ] as const) {
    for (const profiled of [true, false]) {
      const random = randomStream(`${seed} ${name}`, 'shapes');
      let alarms = 0;
      let time = 0;
      const delays: number[] = [];
      const campaigns = quick ? 10 : 120;
      for (let campaign = 0; campaign < campaigns; campaign++) {
        const blocks = Array.from({ length: (days * 86_400) / 300 }, (_, i) => {
          const rate = rateAt(i * 300, burstOf(random, wobble), hours);
          let successes = 0;
          for (let k = 0; k < perBlock; k++) if (random.uniform() < rate) successes++;
          return { at: i * 300, successes, trials: perBlock };
        });
        const successes = blocks.reduce((sum, block) => sum + block.successes, 0);
        const profile = profiled ? estimateProfile(blocks) : {};
        const options: KpiMonitorOptions = {
          kpi: 'contact rate',
          direction: 'drop',
          baseline: { successes, trials: blocks.length * perBlock },
          falseAlarm: { meanTrials },
          ...profile,
        };
        // False alarms: the fleet's alarms over the time watched, the watch beginning anew after each.
        let monitor = createKpiMonitor(options);
        let burst = 1;
        const horizon = 2 * meanTrials;
        for (let t = 0; t < horizon; t++) {
          if (t % perBlock === 0) burst = burstOf(random, wobble);
          const at = t * secondsPerTrial;
          monitor.observe(random.uniform() < rateAt(at, burst, hours), at);
          if (monitor.inAlarm) {
            alarms++;
            monitor = createKpiMonitor(options);
          }
        }
        time += horizon;
        monitor = createKpiMonitor(options);
        for (let t = 0; t < 60_000; t++) {
          if (t % perBlock === 0) burst = burstOf(random, wobble);
          const at = t * secondsPerTrial;
          monitor.observe(random.uniform() < rateAt(at, burst, hours) * (t < 2_000 ? 1 : 0.7), at);
          if (!monitor.inAlarm) continue;
          if (t >= 2_000) delays.push(t - 2_000);
          break;
        }
      }
      delays.sort((a, b) => a - b);
      rows.push([
        name,
        profiled ? 'yes' : 'no',
        alarms === 0 ? `over ${time.toLocaleString('en')}` : Math.round(time / alarms).toLocaleString('en'),
        delays[delays.length >> 1] ?? '–',
        delays[Math.floor(0.9 * delays.length)] ?? '–',
      ]);
    }
  }
  return {
    title: 'KPI watch: hours of the day and bursts',
    columns: [
      'world',
      'hours and dispersion from the pilot',
      `trials between false alarms (asked: ${meanTrials})`,
      'median delay of ×0.7',
      'p90',
    ],
    rows,
    notes: [`Contact rate 30 %, pilots of ${days} days; seed ${seed}.`],
  };
}

function burstOf(random: RandomStream, wobble: number): number {
  // Uniform with the asked-for coefficient of variation.
  return 1 + wobble * Math.sqrt(3) * (2 * random.uniform() - 1);
}

function segments(seed: number, meanAttempts: number, quick: boolean): BenchTable {
  const shares = [
    0.2,
    0.1,
    0.1,
    ...new Array<number>(4).fill(0.06),
    ...new Array<number>(13).fill(0.36 / 13),
  ];
  const names = shares.map((_, i) => `segment-${i}`);
  const pick = (random: RandomStream): number => {
    let point = random.uniform();
    for (let i = 0; i < shares.length; i++) {
      point -= shares[i] as number;
      if (point < 0) return i;
    }
    return 0;
  };
  const rows: (string | number)[][] = [];
  for (const [what, where, factor] of [
    ['×0.7 everywhere', -1, 0.7],
    ['×0.5 in a segment of 20 %', 0, 0.5],
    ['×0.5 in a segment of 10 %', 1, 0.5],
    ['×0.5 in a segment of 6 %', 3, 0.5],
  ] as const)
    for (const watched of [true, false]) {
      const random = randomStream(`${seed} ${what}`, 'segments');
      const delays: number[] = [];
      let right = 0;
      for (let run = 0; run < (quick ? 10 : 200); run++) {
        const counts = names.map(() => ({ events: 0, trials: 0 }));
        let successes = 0;
        const pilot = 4_000;
        for (let i = 0; i < pilot; i++) {
          const segment = counts[pick(random)] as { events: number; trials: number };
          segment.trials++;
          if (random.uniform() < 0.3) {
            segment.events++;
            successes++;
          }
        }
        const watch = createKpiWatch({
          kpis: [
            {
              kpi: 'contact rate',
              direction: 'drop',
              baseline: { successes, trials: pilot },
              trialsPerAttempt: 1,
              ...(watched
                ? {
                    segments: {
                      source: Object.fromEntries(
                        names.map((name, i) => [name, counts[i] as { events: number; trials: number }]),
                      ),
                    },
                  }
                : {}),
            },
          ],
          falseAlarm: { meanAttempts },
        });
        for (let t = 0; t < 200_000; t++) {
          const i = pick(random);
          const bad = t >= 2_000 && (where === -1 || i === where);
          const alarms = watch.observe('contact rate', random.uniform() < 0.3 * (bad ? factor : 1), t, {
            source: names[i] as string,
          });
          const alarm = alarms[0];
          if (alarm === undefined) continue;
          if (t < 2_000) break;
          delays.push(t - 2_000);
          if (where === -1 ? alarm.segment === undefined : alarm.segment?.value === names[where]) right++;
          break;
        }
      }
      delays.sort((a, b) => a - b);
      rows.push([
        what,
        watched ? 'whole and segments' : 'whole only',
        delays[delays.length >> 1] ?? '–',
        delays[Math.floor(0.9 * delays.length)] ?? '–',
        `${Math.round((100 * right) / Math.max(1, delays.length))} %`,
      ]);
    }
  return {
    title: 'KPI watch: one bad segment of twenty',
    columns: ['change', 'watched', 'median delay, attempts of the campaign', 'p90', 'named rightly'],
    rows,
    notes: [
      `Contact rate 30 %, pilots of 4,000; ${meanAttempts} attempts between false alarms in all; seed ${seed}.`,
    ],
  };
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const meanTrials = given.number('mean-trials', quick ? 2_000 : 20_000, 100);
  const size: Size = quick
    ? { pilots: 20, calibrations: 4, delays: 60 }
    : { pilots: 60, calibrations: 6, delays: 600 };
  const cases = quick ? CASES.filter(({ factor }) => factor !== 0.8 && factor !== 2) : CASES;
  return [
    methods(size, seed, meanTrials, cases),
    pilots(size, seed, meanTrials, quick),
    shapes(seed, meanTrials, quick),
    segments(seed, meanTrials, quick),
  ];
}

await runDirectly(import.meta.url, rows);
