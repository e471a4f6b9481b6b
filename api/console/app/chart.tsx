/** Small line charts, drawn as SVG. */

export interface Line {
  readonly name: string;
  /** CSS class that gives the colour. */
  readonly tone: string;
  readonly values: readonly number[];
  readonly filled?: boolean;
}

const WIDTH = 600;

/** Lines over one scale that begins at zero; the newest value is at the right. */
export function Chart({
  lines,
  height = 96,
  label,
  span,
}: {
  lines: readonly Line[];
  height?: number;
  label: string;
  /** What the width stands for. */
  span: string;
}) {
  const top = niceTop(Math.max(1, ...lines.flatMap((line) => line.values)));
  const length = Math.max(...lines.map((line) => line.values.length));
  if (length < 2) return <div class="chart-empty">Collecting figures …</div>;
  const x = (i: number) => (i / (length - 1)) * WIDTH;
  const y = (value: number) => height - 2 - (value / top) * (height - 10);
  return (
    <figure class="chart">
      <div class="chart-plot">
        <span class="chart-top">{top}</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
          style={{ height }}
        >
          <line class="chart-grid" x1="0" x2={WIDTH} y1={y(top)} y2={y(top)} />
          <line class="chart-grid" x1="0" x2={WIDTH} y1={y(top / 2)} y2={y(top / 2)} />
          <line class="chart-grid" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
          {lines.map((line) => {
            const points = line.values
              .map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`)
              .join(' ');
            return (
              <g key={line.name} class={`tone-${line.tone}`}>
                {line.filled && (
                  <polygon class="chart-area" points={`0,${y(0)} ${points} ${WIDTH},${y(0)}`} />
                )}
                <polyline class="chart-line" points={points} vector-effect="non-scaling-stroke" />
              </g>
            );
          })}
        </svg>
      </div>
      <figcaption class="legend">
        {lines.map((line) => (
          <span key={line.name} class={`tone-${line.tone}`}>
            <i />
            {line.name} <b>{line.values.at(-1) ?? 0}</b>
          </span>
        ))}
        <span class="chart-span">{span}</span>
      </figcaption>
    </figure>
  );
}

/** A line without axes, for a figure's tile. */
export function Sparkline({ values, tone }: { values: readonly number[]; tone: string }) {
  if (values.length < 2) return <svg class="spark" aria-hidden="true" viewBox="0 0 100 28" />;
  const top = Math.max(...values);
  const low = Math.min(...values);
  const range = top - low || 1;
  const points = values.map(
    (value, i) =>
      `${((i / (values.length - 1)) * 100).toFixed(1)},${(25 - ((value - low) / range) * 21).toFixed(1)}`,
  );
  return (
    <svg class={`spark tone-${tone}`} viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      <polygon class="chart-area" points={`0,28 ${points.join(' ')} 100,28`} />
      <polyline class="chart-line" points={points.join(' ')} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15 … */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((s) => s * power >= value) ?? 10;
  return step * power;
}
