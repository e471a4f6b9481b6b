/**
 * How good are the answer model's forecasts? `node dist/bench/pacing-answers.js [--quick] [--seed N] [--json]`.
 *
 * Contacts with hour, weekday, number type, region, attempts and last outcome, whose true chances depend on these
 * and on something no feature tells. Each forecast is made before its outcome is known. The Brier score is the
 * mean squared error of the forecasts: that of the running mean rate is what a model must beat, that of the true
 * chances is what nobody can; the skill is the share of the way between the two. Then a table of calibration.
 */
import { AnswerModel } from '../pacing/index.js';
import { contactOf } from './pacing-leads.js';
import { Random } from './pacing-random.js';
import { upTo } from './pacing-statistics.js';
import { type BenchOptions, type BenchTable, runDirectly } from './table.js';

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const marks = quick ? [1000, 5000, 20_000] : [1000, 5000, 20_000, 100_000, 400_000];
  const random = new Random(seed, 9);
  const model = new AnswerModel();
  const scores: (string | number)[][] = [];
  let sums = { n: 0, model: 0, mean: 0, truth: 0 };
  let answered = 0;
  let learned = 0;
  const bins = upTo(10).map(() => ({ n: 0, forecast: 0, answered: 0 }));
  const last = marks[marks.length - 1] as number;
  for (const mark of marks) {
    sums = { n: 0, model: 0, mean: 0, truth: 0 };
    const from = learned;
    for (; learned < mark; learned++) {
      const { features, chance } = contactOf(random, 9 + Math.floor(11 * random.uniform()));
      const y = random.uniform() < chance ? 1 : 0;
      const p = model.predict(features);
      const mean = (answered + 0.3) / (learned + 1);
      sums.n++;
      sums.model += (p - y) ** 2;
      sums.mean += (mean - y) ** 2;
      sums.truth += (chance - y) ** 2;
      if (learned >= last / 2) {
        const bin = bins[Math.min(9, Math.floor(10 * p))] as (typeof bins)[number];
        bin.n++;
        bin.forecast += p;
        bin.answered += y;
      }
      model.learn(features, y === 1);
      answered += y;
    }
    const skill = (sums.mean - sums.model) / (sums.mean - sums.truth);
    scores.push([
      `${from} to ${mark}`,
      (sums.mean / sums.n).toFixed(4),
      (sums.model / sums.n).toFixed(4),
      (sums.truth / sums.n).toFixed(4),
      `${(100 * skill).toFixed(0)} %`,
    ]);
  }
  return [
    {
      title: 'Answer model: Brier score of forecasts made before their outcome',
      columns: ['outcomes', 'mean rate', 'model', 'true chances', 'skill'],
      rows: scores,
      notes: [
        'A part of each true chance depends on nothing that is known, so that a skill of 100 % is out of reach.',
      ],
    },
    {
      title: 'Answer model: calibration over the second half',
      columns: ['forecast', 'forecasts', 'mean forecast %', 'answered %', '95 % interval ±'],
      rows: bins
        .map(({ n, forecast, answered: count }, i) => {
          const share = n > 0 ? count / n : 0;
          return [
            `${10 * i} to ${10 * (i + 1)} %`,
            n,
            ((100 * forecast) / Math.max(1, n)).toFixed(1),
            (100 * share).toFixed(1),
            (196 * Math.sqrt((share * (1 - share)) / Math.max(1, n))).toFixed(1),
          ];
        })
        .filter((row) => (row[1] as number) >= 30),
    },
  ];
}

await runDirectly(import.meta.url, rows);
