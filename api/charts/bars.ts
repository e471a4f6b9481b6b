/** A panel of bars in groups, with whiskers for their intervals. */
import {
  type Bar,
  type BarPanel,
  type Box,
  drawHeading,
  drawReferences,
  drawXAxis,
  drawYAxis,
  plain,
  plotBox,
} from './panel.js';
import { linearScale, type Scale } from './scale.js';
import { colourOf, SIZES, widthOf } from './style.js';
import { element, label } from './svg.js';

const WIDEST = 46;
/** Room above the highest whisker for what is written there. */
const HEADROOM = 1.08;

/** @param names of all series of the figure, in the order of their colours */
export function drawBars(panel: BarPanel, box: Box, names: readonly string[]): string {
  const references = panel.references ?? [];
  const values = [
    ...panel.bars.flatMap(({ value, low, high }) => [
      value ?? 0,
      low ?? value ?? 0,
      HEADROOM * (high ?? value ?? 0),
    ]),
    ...references.map(({ value }) => value),
  ];
  const style = { zero: true, ...panel.y };
  const format = panel.y.format ?? plain;
  const plot = plotBox(box, linearScale(values, 1, 0, style).ticks.map(format));
  const scale = linearScale(values, plot.y + plot.height, plot.y, style);
  const groups = [...new Set(panel.bars.map(({ group }) => group))];
  const series = names.filter((name) => panel.bars.some((bar) => bar.series === name));
  const groupWidth = plot.width / Math.max(1, groups.length);
  const barWidth = Math.min(WIDEST, (groupWidth * 0.8) / Math.max(1, series.length));
  const middleOf = (bar: Bar): number =>
    plot.x +
    (groups.indexOf(bar.group) + 0.5) * groupWidth +
    (series.indexOf(bar.series) - (series.length - 1) / 2) * barWidth;
  return [
    drawHeading(panel.title, box),
    drawYAxis(scale, panel.y, plot, box),
    ...panel.bars.map((bar) =>
      drawBar(bar, middleOf(bar), barWidth, scale, names.indexOf(bar.series), format),
    ),
    drawReferences(references, { y: scale }, plot),
    drawXAxis(
      groups.map((group, i) => [shortened(group, groupWidth), plot.x + (i + 0.5) * groupWidth]),
      panel.groupLabel,
      plot,
    ),
  ].join('');
}

function shortened(text: string, width: number): string {
  const fits = Math.max(3, Math.floor(width / (SIZES.text * 0.55)));
  const characters = [...text];
  return characters.length <= fits ? text : `${characters.slice(0, fits - 1).join('')}…`;
}

function drawBar(
  { value, low, high, note }: Bar,
  middle: number,
  width: number,
  scale: Scale,
  index: number,
  format: (value: number) => string,
): string {
  const ground = scale.at(scale.from);
  const text = (words: string, y: number): string =>
    widthOf(words) > width * 1.15
      ? label(words, {
          x: middle + 4,
          y,
          transform: `rotate(-90 ${Math.round((middle + 4) * 100) / 100} ${Math.round(y * 100) / 100})`,
          class: 'ink',
          fill: '#1b1f24',
        })
      : label(words, { x: middle, y, 'text-anchor': 'middle', class: 'ink', fill: '#1b1f24' });
  if (value === undefined) return note === undefined ? '' : text(note, ground - 5);
  const top = scale.at(value);
  const highest = Math.min(top, high === undefined ? top : scale.at(Math.min(high, scale.to)));
  const whisker =
    low === undefined || high === undefined
      ? ''
      : element('path', {
          d: `M${middle - 4} ${scale.at(Math.max(low, scale.from))}h8m-4 0V${highest}m-4 0h8`.replace(
            /-?\d+\.\d+/g,
            (digits) => Number(digits).toFixed(2),
          ),
          class: 'axis',
          stroke: '#57606a',
          'stroke-width': 1.2,
          fill: 'none',
        });
  return [
    element('rect', {
      x: middle - width * 0.44,
      y: top,
      width: width * 0.88,
      height: Math.max(0, ground - top),
      fill: colourOf(index),
      'fill-opacity': 0.8,
    }),
    whisker,
    text(note === undefined ? format(value) : `${format(value)} ${note}`, highest - 5),
  ].join('');
}
