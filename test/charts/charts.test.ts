import fc from 'fast-check';
import t from 'tap';
import { type BarPanel, drawFigure, type PointPanel } from '../../api/charts/index.js';
import { linearScale } from '../../api/charts/scale.js';
import { element, escapeText } from '../../api/charts/svg.js';

const lines: PointPanel = {
  kind: 'points',
  joined: true,
  title: 'Course',
  x: { label: 'hours', zero: true },
  y: { label: 'share', zero: true, ceiling: 1, format: (share) => `${100 * share} %` },
  references: [{ axis: 'y', value: 0.5, label: 'half' }],
  series: [
    {
      name: 'one',
      points: [
        { x: 1, y: 0.2, low: 0.1, high: 0.3 },
        { x: 2, y: 0.6, low: 0.4, high: 0.9 },
      ],
    },
    { name: 'two', points: [{ x: 1, y: 0.1 }] },
  ],
};
const bars: BarPanel = {
  kind: 'bars',
  title: 'Bars',
  y: { label: 'count' },
  groupLabel: 'team',
  bars: [
    { group: '10', series: 'one', value: 5, low: 3, high: 8 },
    { group: '10', series: 'two', note: 'none' },
    { group: '20', series: 'one', value: 7 },
  ],
};

/** Checks that tags are closed in order and attributes are quoted; gives back the text between them. */
function wellFormed(svg: string): string {
  const open: string[] = [];
  let text = '';
  let at = 0;
  const tag = /<(\/?)([A-Za-z]+)((?: [A-Za-z0-9-]+="[^"<]*")*)(\/?)>/y;
  while (at < svg.length) {
    if (svg[at] !== '<') {
      text += svg[at++];
      continue;
    }
    tag.lastIndex = at;
    const found = tag.exec(svg);
    if (found === null) throw new Error(`not a tag: ${svg.slice(at, at + 60)}`);
    const [whole, closing, name, , alone] = found;
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else if (!alone) open.push(name!);
    at += whole.length;
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return text;
}

t.test('a figure is well-formed SVG with its titles, axes, marks and legend', async (t) => {
  const svg = drawFigure({ title: 'A figure', subtitle: ['under it'], panels: [lines, bars], columns: 2 });
  const text = wellFormed(svg);
  for (const part of [
    'A figure',
    'under it',
    'Course',
    'Bars',
    'hours',
    'share',
    '40 %',
    'half',
    'one',
    'two',
    'none',
  ])
    t.ok(text.includes(part), part);
  t.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 900 /);
  t.notMatch(svg, /NaN|undefined|Infinity/);
  t.notMatch(svg, /<script|href=/);
});

t.test('whatever names say, they stay text', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const svg = drawFigure({
        title: name,
        subtitle: [name],
        panels: [
          { ...lines, title: name, series: [{ name, points: [{ x: 1, y: 1 }] }] },
          { ...bars, bars: [{ group: name, series: name, value: 1, note: name }] },
        ],
      });
      wellFormed(svg);
    }),
  );
  t.equal(escapeText(`<a b="c" d='e'>&\u0000`), '&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\ufffd');
  t.equal(element('a', { b: '"', c: undefined, d: 1.005 }), '<a b="&quot;" d="1"/>');
});

t.test('a scale holds all values between two of its marks, with few marks at equal steps', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (values, zero) => {
        const shown = zero ? values.map(Math.abs) : values;
        const scale = linearScale(shown, 0, 100, { zero });
        const slack = 1e-6 * (scale.to - scale.from);
        for (const value of shown)
          if (value < scale.from - slack || value > scale.to + slack) throw new Error(`${value} is outside`);
        if (scale.ticks.length < 2 || scale.ticks.length > 9) throw new Error(`${scale.ticks.length} marks`);
        if (zero && scale.from !== 0) throw new Error('does not begin at zero');
        if (scale.at(scale.from) !== 0 || scale.at(scale.to) !== 100) throw new Error('ends are elsewhere');
      },
    ),
  );
  t.same(linearScale([0.3, 0.97], 0, 1, { zero: true, ceiling: 1 }).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
});

t.test('a chart of nothing is drawn, and a value that is none is refused', async (t) => {
  wellFormed(
    drawFigure({
      title: 'Empty',
      panels: [
        { ...lines, series: [] },
        { ...bars, bars: [] },
      ],
    }),
  );
  t.throws(() => element('line', { x1: Number.NaN }), /cannot draw NaN/);
});
