/** A panel of points: scattered with crosses for their intervals, or joined to lines with bands. */
import {
  type Box,
  drawHeading,
  drawReferences,
  drawXAxis,
  drawYAxis,
  type Point,
  type PointPanel,
  plain,
  plotBox,
} from './panel.js';
import { linearScale, type Scale } from './scale.js';
import { colourOf, dashOf, marker } from './style.js';
import { coordinate, element } from './svg.js';

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** @param names of all series of the figure, in the order of their colours */
export function drawPoints(panel: PointPanel, box: Box, names: readonly string[]): string {
  const points = panel.series.flatMap((series) => series.points);
  const references = panel.references ?? [];
  const on = (axis: 'x' | 'y'): number[] => references.filter((r) => r.axis === axis).map((r) => r.value);
  const ys = [...points.flatMap(({ y, low = y, high = y }) => [y, low, high]), ...on('y')];
  const xs = [...points.flatMap(({ x, xLow = x, xHigh = x }) => [x, xLow, xHigh]), ...on('x')];
  const format = panel.y.format ?? plain;
  const yMarks = linearScale(ys, 1, 0, panel.y).ticks.map(format);
  const plot = plotBox(box, yMarks);
  const scales: Scales = {
    x: linearScale(xs, plot.x, plot.x + plot.width, {
      ...panel.x,
      most: Math.max(3, Math.floor(plot.width / 70)),
    }),
    y: linearScale(ys, plot.y + plot.height, plot.y, panel.y),
  };
  const formatX = panel.x.format ?? plain;
  return [
    drawHeading(panel.title, box),
    drawYAxis(scales.y, panel.y, plot, box),
    drawXAxis(
      scales.x.ticks.map((tick) => [formatX(tick), scales.x.at(tick)]),
      panel.x.label,
      plot,
    ),
    drawReferences(references, scales, plot),
    ...panel.series.map(({ name, points: own }) => {
      const index = Math.max(0, names.indexOf(name));
      const shown = own.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
      return panel.joined === true
        ? drawBand(shown, scales, index) + drawLine(shown, scales, index)
        : shown.map((point) => drawPoint(point, scales, index)).join('');
    }),
  ].join('');
}

const within = (scale: Scale, value: number): number =>
  scale.at(Math.min(scale.to, Math.max(scale.from, value)));

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`).join('');
}

function drawBand(points: readonly Point[], { x, y }: Scales, index: number): string {
  const banded = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  if (banded.length < 2) return '';
  const upper = banded.map((p) => [x.at(p.x), within(y, p.high!)] as const);
  const lower = banded.map((p) => [x.at(p.x), within(y, p.low!)] as const).reverse();
  return element('path', {
    d: `${path([...upper, ...lower])}Z`,
    fill: colourOf(index),
    'fill-opacity': 0.16,
    stroke: 'none',
  });
}

function drawLine(points: readonly Point[], { x, y }: Scales, index: number): string {
  if (points.length === 0) return '';
  const places = points.map((p) => [x.at(p.x), within(y, p.y)] as const);
  if (places.length === 1) return marker(index, places[0]![0], places[0]![1], 3);
  return element('path', {
    d: path(places),
    fill: 'none',
    stroke: colourOf(index),
    'stroke-width': 2,
    'stroke-linejoin': 'round',
    'stroke-dasharray': dashOf(index),
  });
}

function drawPoint(point: Point, { x, y }: Scales, index: number): string {
  const { low, high, xLow, xHigh } = point;
  const stroke = { stroke: colourOf(index), 'stroke-width': 1.2, 'stroke-opacity': 0.7 } as const;
  const px = within(x, point.x);
  const py = within(y, point.y);
  return [
    low === undefined || high === undefined
      ? ''
      : element('line', { x1: px, x2: px, y1: within(y, low), y2: within(y, high), ...stroke }),
    xLow === undefined || xHigh === undefined
      ? ''
      : element('line', { x1: within(x, xLow), x2: within(x, xHigh), y1: py, y2: py, ...stroke }),
    marker(index, px, py),
  ].join('');
}
