/** The chart of a what-if: the course of each case, and the cases side by side. */
import type { Estimate, WhatIfCase, WhatIfMoment, WhatIfResult } from '../../dialer/what-if/port.js';
import {
  type Bar,
  type BarPanel,
  drawFigure,
  type Panel,
  type PointPanel,
  type Reference,
} from '../charts/index.js';
import {
  countText,
  doneText,
  estimateText,
  intervalText,
  percentText,
  questionText,
} from './what-if-text.js';

/** Panels of courses at most; more would be too small to read. */
const MOST_COURSES = 4;
/** More bands over each other hide the lines. */
const MOST_BANDS = 3;

const percent = (ratio: number): string => `${Number((100 * ratio).toFixed(1))} %`;
const SHARE = { format: percent, zero: true, ceiling: 1 } as const;

/** SVG text. */
export function drawWhatIf(result: WhatIfResult): string {
  const { cases } = result;
  const comparison = cases.length > 1;
  // The colours are of what is compared: the pacers, or the teams when there is one pacer.
  const byPacer = new Set(cases.map(({ pacer }) => pacer)).size > 1;
  const teamOf = ({ agents }: WhatIfCase): string => `${agents.toLocaleString('en')} agents`;
  const seriesOf = (one: WhatIfCase): string => (byPacer ? one.pacer : teamOf(one));
  const groupOf = (one: WhatIfCase): string => (byPacer ? teamOf(one) : one.pacer);
  const groups = [...new Set(cases.map(groupOf))];

  const panels: Panel[] = [];
  for (const group of groups.slice(0, MOST_COURSES)) {
    const own = cases.filter((one) => groupOf(one) === group);
    const title = comparison ? `, ${group}` : '';
    panels.push(
      result.contacts === undefined
        ? coursePanel(`People reached${title}`, own, seriesOf, ({ connected }) => connected, {
            label: 'put through so far',
            zero: true,
          })
        : coursePanel(`The list${title}`, own, seriesOf, ({ listDone }) => listDone, {
            label: 'contacts closed',
            ...SHARE,
          }),
      coursePanel(`Occupancy${title}`, own, seriesOf, ({ occupancy }) => occupancy, {
        label: 'talk and wrap-up',
        ...SHARE,
      }),
    );
  }
  if (comparison) {
    const bars = (
      title: string,
      y: BarPanel['y'],
      figure: (one: WhatIfCase) => Estimate | undefined,
      references: readonly Reference[] = [],
      note?: (one: WhatIfCase) => string | undefined,
    ): BarPanel => ({
      kind: 'bars',
      title,
      y,
      groupLabel: byPacer ? 'team' : 'pacer',
      references,
      bars: cases.map((one) => barOf(groupOf(one), seriesOf(one), figure(one), note?.(one))),
    });
    panels.push(
      result.contacts === undefined
        ? bars(
            'People reached',
            { label: 'put through', format: countText },
            ({ figures }) => figures.connected,
          )
        : bars(
            'Time to the end of the list',
            { label: 'working hours', format: (hours) => String(Number(hours.toFixed(1))) },
            ({ figures }) => figures.hoursToDone,
            [],
            ({ figures }) => (figures.hoursToDone === undefined ? 'not in time' : undefined),
          ),
      bars('Occupancy', { label: 'talk and wrap-up', ...SHARE }, ({ figures }) => figures.occupancy),
      bars(
        'Abandoned',
        { label: 'of people’s answers', format: percent },
        ({ figures }) => figures.abandonRatio,
        [{ axis: 'y', value: result.targetAbandonRatio, label: 'target' }],
      ),
      bars('Successes', { label: 'successes', format: countText }, ({ figures }) => figures.successes),
    );
  }
  return drawFigure({
    title: comparison ? 'What if: side by side' : `What if: ${teamOf(cases[0]!)}, ${cases[0]!.pacer}`,
    subtitle: [questionText(result), ...(comparison ? [] : [answer(cases[0]!, result)]), interval(result)],
    panels,
    columns: 2,
    width: 960,
    panelHeight: 240,
  });
}

function interval(result: WhatIfResult): string {
  return intervalText(result).replace('in brackets 95 %', 'bands, whiskers and brackets are 95 %');
}

/** The answer of a single case in a line. */
function answer(one: WhatIfCase, result: WhatIfResult): string {
  const { occupancy, abandonRatio, connected, successes } = one.figures;
  return [
    ...(result.contacts === undefined ? [] : [`list done after ${doneText(one, result)}`]),
    `occupancy ${estimateText(occupancy, percentText(1))}`,
    `abandoned ${estimateText(abandonRatio, percentText(2))}`,
    `put through ${estimateText(connected, countText)}`,
    `successes ${estimateText(successes, countText)}`,
  ].join('; ');
}

function coursePanel(
  title: string,
  cases: readonly WhatIfCase[],
  seriesOf: (one: WhatIfCase) => string,
  value: (moment: WhatIfMoment) => Estimate | undefined,
  y: PointPanel['y'],
): PointPanel {
  const banded = cases.length <= MOST_BANDS;
  return {
    kind: 'points',
    joined: true,
    title,
    x: { label: 'working hours', zero: true },
    y,
    series: cases.map((one) => ({
      name: seriesOf(one),
      points: one.course.flatMap((moment) => {
        const estimate = value(moment);
        if (estimate === undefined) return [];
        const { mean, low, high } = estimate;
        return {
          x: moment.hours,
          y: mean,
          ...(banded && low !== undefined && high !== undefined ? { low, high } : {}),
        };
      }),
    })),
  };
}

function barOf(group: string, series: string, estimate: Estimate | undefined, note: string | undefined): Bar {
  return {
    group,
    series,
    ...(estimate === undefined
      ? {}
      : {
          value: estimate.mean,
          ...(estimate.low === undefined || estimate.high === undefined
            ? {}
            : { low: estimate.low, high: estimate.high }),
        }),
    ...(note === undefined ? {} : { note }),
  };
}
