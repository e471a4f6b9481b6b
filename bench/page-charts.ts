/** Charts of the page: occupancy against abandons, for every table that has both for pacers and team sizes. */
import { drawFigure, type PointPanel } from '../api/charts/index.js';
import type { BenchTable } from './table.js';

const TARGET_PERCENT = 3;
/** Beyond that nobody may dial; the points stand at the edge, so that the others can be told apart. */
const MOST_PERCENT = 10;
const COLUMNS = { agents: 'agents', pacer: 'pacer', abandon: 'abandon %', occupancy: 'occupancy %' } as const;

interface Measured {
  readonly mean: number;
  readonly halfWidth: number;
}

/** A cell such as `2.95 ± 0.10`, or a number alone. */
function readCell(cell: string | number | undefined): Measured | undefined {
  const found = /^(-?[\d.]+)(?: ± ([\d.]+))?$/.exec(String(cell ?? '').replaceAll(',', ''));
  return found === null ? undefined : { mean: Number(found[1]), halfWidth: Number(found[2] ?? 0) };
}

/** SVG of the table; undefined when it is of something else. */
export function drawTable(table: BenchTable): string | undefined {
  const at = (name: keyof typeof COLUMNS): number => table.columns.indexOf(COLUMNS[name]);
  if (at('agents') < 0 || at('pacer') < 0 || at('abandon') < 0 || at('occupancy') < 0) return undefined;
  const points = table.rows.flatMap((row) => {
    const abandon = readCell(row[at('abandon')]);
    const occupancy = readCell(row[at('occupancy')]);
    if (abandon === undefined || occupancy === undefined) return [];
    // A tuned number differs from team to team; the method is the same.
    const pacer = String(row[at('pacer')]).replace(/ to [\d.]+$/, '');
    return { team: String(row[at('agents')]), pacer, abandon, occupancy };
  });
  const teams = [...new Set(points.map(({ team }) => team))];
  const pacers = [...new Set(points.map(({ pacer }) => pacer))];
  if (teams.length === 0) return undefined;
  const panels = teams.map((team): PointPanel => {
    const own = points.filter((point) => point.team === team);
    return {
      kind: 'points',
      title: `${team} agents`,
      x: { label: 'abandoned, % of answers', zero: true, ceiling: MOST_PERCENT },
      y: { label: 'occupancy, %' },
      references: [{ axis: 'x', value: TARGET_PERCENT, label: `target ${TARGET_PERCENT} %` }],
      series: pacers.map((pacer) => ({
        name: pacer,
        points: own
          .filter((point) => point.pacer === pacer)
          .map(({ abandon, occupancy }) => ({
            x: abandon.mean,
            y: occupancy.mean,
            xLow: Math.max(0, abandon.mean - abandon.halfWidth),
            xHigh: abandon.mean + abandon.halfWidth,
            low: occupancy.mean - occupancy.halfWidth,
            high: Math.min(100, occupancy.mean + occupancy.halfWidth),
          })),
      })),
    };
  });
  return drawFigure({
    title: `${table.title}: occupancy against abandons`,
    subtitle: [
      `Up and to the left is better. Crosses are the intervals of the table; points at the right edge abandon ${MOST_PERCENT} % or more.`,
    ],
    panels,
    columns: Math.min(2, teams.length),
    width: 960,
    panelHeight: 280,
  });
}
