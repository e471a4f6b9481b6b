/** What a panel of a figure shows, and the parts that all panels share: heading, axes, reference lines. */
import type { Scale } from './scale.js';
import { SIZES } from './style.js';
import { element, label } from './svg.js';

/** A value with an interval about it, where there is one. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Ends of the interval of `y`; of `x` besides, for points that are not joined. */
  readonly low?: number;
  readonly high?: number;
  readonly xLow?: number;
  readonly xHigh?: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface AxisStyle {
  readonly label: string;
  /** How a mark is written; plainly unless said. */
  readonly format?: (value: number) => string;
  /** The axis begins at zero. */
  readonly zero?: boolean;
  /** No value is above this: a share is not above 1. */
  readonly ceiling?: number;
}

/** A line across the panel, such as a target. */
export interface Reference {
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly label: string;
}

/** Points, each with its interval as a cross; or, when `joined`, lines with a band. */
export interface PointPanel {
  readonly kind: 'points';
  readonly title: string;
  readonly x: AxisStyle;
  readonly y: AxisStyle;
  readonly series: readonly Series[];
  readonly joined?: boolean;
  readonly references?: readonly Reference[];
}

export interface Bar {
  readonly group: string;
  readonly series: string;
  /** Absent: the place stays empty, and `note` says why. */
  readonly value?: number;
  readonly low?: number;
  readonly high?: number;
  readonly note?: string;
}

/** Groups of bars, one for each series, with their intervals as whiskers. */
export interface BarPanel {
  readonly kind: 'bars';
  readonly title: string;
  readonly y: AxisStyle;
  /** What the groups are. */
  readonly groupLabel: string;
  readonly bars: readonly Bar[];
  readonly references?: readonly Reference[];
}

export type Panel = PointPanel | BarPanel;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function seriesNames(panel: Panel): readonly string[] {
  return panel.kind === 'bars'
    ? [...new Set(panel.bars.map(({ series }) => series))]
    : panel.series.map(({ name }) => name);
}

export const plain = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 4 });

/** Where the data goes: the box without heading and axes. */
export function plotBox(box: Box, yMarks: readonly string[]): Box {
  const left = 26 + Math.max(...yMarks.map((mark) => mark.length), 2) * SIZES.text * 0.58;
  return { x: box.x + left, y: box.y + 26, width: box.width - left - 10, height: box.height - 26 - 40 };
}

export function drawHeading(title: string, box: Box): string {
  return label(title, {
    x: box.x,
    y: box.y + SIZES.panel,
    'font-size': SIZES.panel,
    'font-weight': 'bold',
    class: 'ink',
    fill: '#1b1f24',
  });
}

const GRID = { class: 'grid', stroke: '#d0d7de', 'stroke-width': 1 } as const;
const AXIS = { class: 'axis', stroke: '#57606a', 'stroke-width': 1 } as const;
const FAINT = { class: 'faint', fill: '#57606a' } as const;

export function drawYAxis(scale: Scale, axis: AxisStyle, plot: Box, box: Box): string {
  const format = axis.format ?? plain;
  const middle = plot.y + plot.height / 2;
  return [
    ...scale.ticks.flatMap((tick) => [
      element('line', {
        x1: plot.x,
        x2: plot.x + plot.width,
        y1: scale.at(tick),
        y2: scale.at(tick),
        ...GRID,
      }),
      label(format(tick), { x: plot.x - 6, y: scale.at(tick) + 4, 'text-anchor': 'end', ...FAINT }),
    ]),
    label(axis.label, {
      x: box.x + 10,
      y: middle,
      'text-anchor': 'middle',
      transform: `rotate(-90 ${Math.round(box.x + 10)} ${Math.round(middle)})`,
      ...FAINT,
    }),
  ].join('');
}

export function drawXAxis(marks: readonly (readonly [string, number])[], text: string, plot: Box): string {
  const bottom = plot.y + plot.height;
  return [
    element('line', { x1: plot.x, x2: plot.x + plot.width, y1: bottom, y2: bottom, ...AXIS }),
    ...marks.map(([mark, x]) => label(mark, { x, y: bottom + 16, 'text-anchor': 'middle', ...FAINT })),
    label(text, { x: plot.x + plot.width / 2, y: bottom + 33, 'text-anchor': 'middle', ...FAINT }),
  ].join('');
}

/** Reference lines that lie within the scales. */
export function drawReferences(
  references: readonly Reference[],
  scales: { readonly x?: Scale; readonly y: Scale },
  plot: Box,
): string {
  return references
    .map((reference) => {
      const scale = reference.axis === 'x' ? scales.x : scales.y;
      if (scale === undefined || reference.value < scale.from || reference.value > scale.to) return '';
      const at = scale.at(reference.value);
      const ends =
        reference.axis === 'x'
          ? { x1: at, x2: at, y1: plot.y, y2: plot.y + plot.height }
          : { x1: plot.x, x2: plot.x + plot.width, y1: at, y2: at };
      const place =
        reference.axis === 'x'
          ? { x: at + 4, y: plot.y + 10 }
          : { x: plot.x + plot.width - 2, y: at - 4, 'text-anchor': 'end' };
      return (
        element('line', { ...ends, ...AXIS, 'stroke-dasharray': '5 4' }) +
        label(reference.label, { ...place, ...FAINT, 'font-style': 'italic' })
      );
    })
    .join('');
}
