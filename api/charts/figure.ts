/** A figure: a title, panels in a grid under it, and one legend for all of them. Answers SVG text. */
import { drawBars } from './bars.js';
import { type Box, type Panel, seriesNames } from './panel.js';
import { drawPoints } from './points.js';
import { colourOf, dashOf, FONT, marker, SIZES, STYLE, widthOf } from './style.js';
import { element, escapeText, label } from './svg.js';

export type { AxisStyle, Bar, BarPanel, Panel, Point, PointPanel, Reference, Series } from './panel.js';

export interface Figure {
  readonly title: string;
  /** Under the title; one line each. What the intervals are belongs here. */
  readonly subtitle?: readonly string[];
  readonly panels: readonly Panel[];
  /** Panels beside each other; 1 unless said. */
  readonly columns?: number;
  /** Pixels; 900 unless said. A panel is 250 high unless said. */
  readonly width?: number;
  readonly panelHeight?: number;
}

const MARGIN = 16;
const GAP = 18;
const LEGEND_LINE = 18;

/** The figure as a whole SVG document. */
export function drawFigure(figure: Figure): string {
  const { title, subtitle = [], panels, columns = 1, width = 900, panelHeight = 250 } = figure;
  const parts: string[] = [];
  let y = MARGIN + SIZES.title;
  parts.push(
    label(title, {
      x: MARGIN,
      y,
      'font-size': SIZES.title,
      'font-weight': 'bold',
      class: 'ink',
      fill: '#1b1f24',
    }),
  );
  for (const line of subtitle) {
    y += SIZES.subtitle + 5;
    parts.push(label(line, { x: MARGIN, y, 'font-size': SIZES.subtitle, class: 'faint', fill: '#57606a' }));
  }
  y += 10;
  const names = [...new Set(panels.flatMap(seriesNames))];
  const legend = drawLegend(names, panels, y, width);
  parts.push(legend.svg);
  y += legend.height;
  const panelWidth = (width - 2 * MARGIN - (columns - 1) * GAP) / columns;
  panels.forEach((panel, index) => {
    const box: Box = {
      x: MARGIN + (index % columns) * (panelWidth + GAP),
      y: y + Math.floor(index / columns) * (panelHeight + GAP),
      width: panelWidth,
      height: panelHeight,
    };
    parts.push(panel.kind === 'bars' ? drawBars(panel, box, names) : drawPoints(panel, box, names));
  });
  const height = y + Math.ceil(panels.length / columns) * (panelHeight + GAP) - GAP + MARGIN;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${Math.ceil(height)}`,
      width,
      height: Math.ceil(height),
      'font-family': FONT,
      'font-size': SIZES.text,
      role: 'img',
    },
    element('title', {}, escapeText(title)),
    element('style', {}, STYLE),
    element('rect', { class: 'paper', fill: '#ffffff', width: '100%', height: '100%' }),
    ...parts,
  ).concat('\n');
}

/** The names of the series with their signs, in as many lines as they need; nothing for a single one. */
function drawLegend(
  names: readonly string[],
  panels: readonly Panel[],
  top: number,
  width: number,
): { readonly svg: string; readonly height: number } {
  if (names.length < 2) return { svg: '', height: 0 };
  const lines = panels.some((panel) => panel.kind === 'points' && panel.joined === true);
  const bars = panels.some((panel) => panel.kind === 'bars');
  const parts: string[] = [];
  let x = MARGIN;
  let y = top + LEGEND_LINE - 5;
  names.forEach((name, index) => {
    const entry = 34 + widthOf(name) + 16;
    if (x > MARGIN && x + entry > width - MARGIN) {
      x = MARGIN;
      y += LEGEND_LINE;
    }
    if (lines)
      parts.push(
        element('line', {
          x1: x,
          y1: y - 4,
          x2: x + 26,
          y2: y - 4,
          stroke: colourOf(index),
          'stroke-width': 2,
          'stroke-dasharray': dashOf(index),
        }),
      );
    if (bars && !lines)
      parts.push(
        element('rect', {
          x: x + 6,
          y: y - 10,
          width: 14,
          height: 11,
          fill: colourOf(index),
          'fill-opacity': 0.8,
        }),
      );
    if (!bars && !lines) parts.push(marker(index, x + 13, y - 4));
    parts.push(label(name, { x: x + 32, y, class: 'ink', fill: '#1b1f24' }));
    x += entry;
  });
  return { svg: parts.join(''), height: y - top + 8 };
}
