/**
 * How all charts look: colours that people with colour blindness can tell apart (Okabe and Ito, 2008), and a second
 * sign beside the colour (dashes, markers), so that they can be read in print.
 */
import { type Attributes, element } from './svg.js';

export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f'] as const;
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2', '1 2'] as const;
const MARKERS = ['circle', 'square', 'triangle', 'diamond'] as const;

export const FONT = 'Helvetica, Arial, "Liberation Sans", sans-serif';
export const SIZES = { title: 15, subtitle: 11.5, panel: 12.5, text: 11 } as const;

export const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;
export const dashOf = (index: number): string | undefined => DASHES[index % DASHES.length] || undefined;

/**
 * Dark pages get a dark chart. What it overrides is written as attributes, so that a page that blocks style sheets
 * shows the light one, and so does paper.
 */
export const STYLE = `
.paper{fill:#ffffff}.ink{fill:#1b1f24}.faint{fill:#57606a}.grid{stroke:#d0d7de}.axis{stroke:#57606a}
@media screen and (prefers-color-scheme: dark){
.paper{fill:#15181c}.ink{fill:#e6e8ea}.faint{fill:#a0a8b0}.grid{stroke:#343a40}.axis{stroke:#a0a8b0}}`;

/** A width that text takes, about, in pixels: there is nothing here that could measure it. */
export function widthOf(text: string, size: number = SIZES.text): number {
  return [...text].length * size * 0.55;
}

/** A small sign at a point, one kind for each series. */
export function marker(index: number, x: number, y: number, size = 4): string {
  const attributes: Attributes = { fill: colourOf(index), stroke: 'none' };
  switch (MARKERS[index % MARKERS.length]!) {
    case 'circle':
      return element('circle', { ...attributes, cx: x, cy: y, r: size });
    case 'square':
      return element('rect', { ...attributes, x: x - size, y: y - size, width: 2 * size, height: 2 * size });
    case 'triangle':
      return element('path', {
        ...attributes,
        d: `M${x} ${y - size * 1.2}L${x + size * 1.2} ${y + size}L${x - size * 1.2} ${y + size}Z`,
      });
    case 'diamond':
      return element('path', {
        ...attributes,
        d: `M${x} ${y - size * 1.4}L${x + size * 1.4} ${y}L${x} ${y + size * 1.4}L${x - size * 1.4} ${y}Z`,
      });
  }
}
