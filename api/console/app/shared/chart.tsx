/** Charts, drawn as SVG: lines over time with their intervals, intervals against a limit, small lines. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { hourMinute } from './format';
import { scaleTo } from './scale';
import { t } from './texts';

export interface Point {
  readonly x: number;
  /** Undefined where nothing was measured: the line is broken there. */
  readonly y: number | undefined;
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly name: string;
  /** CSS class that gives the colour, without its `tone-`. */
  readonly tone: string;
  readonly points: readonly Point[];
  readonly filled?: boolean;
  readonly dashed?: boolean;
  readonly steps?: boolean;
}

export interface LineChartProps {
  readonly series: readonly Series[];
  /** What is shown, for those who cannot see it. */
  readonly label: string;
  readonly height?: number;
  readonly format: (value: number) => string;
  /** The least difference that the format shows: 1 of whole numbers, 0.01 of whole percents. */
  readonly unit: number;
  /** Default: time of day. */
  readonly formatX?: (x: number) => string;
  /** A level to keep to. */
  readonly limit?: { readonly value: number; readonly name: string };
  /** The scale goes up to this at least. */
  readonly atLeast?: number;
  /** The scale goes no further than this: a ratio's 1. */
  readonly atMost?: number;
}

const PAD = { left: 46, right: 10, top: 10, bottom: 24 } as const;

/** Lines over a common scale from zero; points with `low` and `high` get a band. */
export function LineChart({
  series,
  label,
  height = 200,
  format,
  unit,
  formatX = hourMinute,
  limit,
  atLeast = 0,
  atMost,
}: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [pointer, setPointer] = useState<number>();
  const points = series.flatMap((one) => one.points);
  const known = points.filter((point) => point.y !== undefined);
  const xs = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const from = xs[0] ?? 0;
  const to = xs.at(-1) ?? 1;
  const highest = Math.max(
    atLeast,
    limit?.value ?? 0,
    // One wide interval must not flatten the line it belongs to.
    ...known.map((point) => Math.min(point.high ?? point.y!, 3 * point.y! + atLeast)),
  );
  const { top, ticks } = scaleTo(atMost === undefined ? highest : Math.min(highest, atMost), unit);
  const x = (value: number) =>
    PAD.left + ((value - from) / (to - from || 1)) * (width - PAD.left - PAD.right);
  const y = (value: number) => PAD.top + (1 - Math.min(value, top) / top) * (height - PAD.top - PAD.bottom);
  const nearest =
    pointer === undefined
      ? undefined
      : xs.reduce<number | undefined>(
          (best, at) =>
            best === undefined || Math.abs(x(at) - pointer) < Math.abs(x(best) - pointer) ? at : best,
          undefined,
        );

  return (
    <figure class="chart">
      <div
        class="chart-frame"
        ref={frame}
        style={{ height: `${height}px` }}
        onPointerMove={(event) =>
          setPointer(event.clientX - event.currentTarget.getBoundingClientRect().left)
        }
        onPointerLeave={() => setPointer(undefined)}
      >
        {known.length < 1 || xs.length < 2 ? (
          <p class="chart-empty">{t('chart.noData')}</p>
        ) : (
          <svg width={width} height={height} role="img" aria-label={label}>
            {ticks.map((value) => (
              <g key={value}>
                <line class="chart-grid" x1={PAD.left} x2={width - PAD.right} y1={y(value)} y2={y(value)} />
                <text class="chart-text" x={PAD.left - 8} y={y(value) + 4} text-anchor="end">
                  {format(value)}
                </text>
              </g>
            ))}
            {timeTicks(from, to, width).map((value, i, all) => (
              <text
                key={value}
                class="chart-text"
                x={x(value)}
                y={height - 6}
                text-anchor={i === 0 ? 'start' : i === all.length - 1 ? 'end' : 'middle'}
              >
                {formatX(value)}
              </text>
            ))}
            {series.map((one) => (
              <SeriesShape key={one.name} series={one} x={x} y={y} />
            ))}
            {limit !== undefined && (
              <g class="chart-limit">
                <line x1={PAD.left} x2={width - PAD.right} y1={y(limit.value)} y2={y(limit.value)} />
                <text x={width - PAD.right} y={y(limit.value) - 5} text-anchor="end">
                  {limit.name}
                </text>
              </g>
            )}
            {nearest !== undefined && (
              <line
                class="chart-cursor"
                x1={x(nearest)}
                x2={x(nearest)}
                y1={PAD.top}
                y2={height - PAD.bottom}
              />
            )}
          </svg>
        )}
        {nearest !== undefined && (
          <Tip
            series={series}
            at={nearest}
            left={x(nearest)}
            width={width}
            format={format}
            formatX={formatX}
          />
        )}
      </div>
      <Legend series={series} format={format} />
    </figure>
  );
}

function SeriesShape({
  series,
  x,
  y,
}: {
  series: Series;
  x: (value: number) => number;
  y: (value: number) => number;
}) {
  const runs = runsOf(series.points);
  return (
    <g class={`tone-${series.tone}`}>
      {runs.map((run) => {
        const line = path(
          run.map((point) => [x(point.x), y(point.y!)]),
          series.steps === true,
        );
        const banded = run.length > 1 && run.every((p) => p.low !== undefined && p.high !== undefined);
        const key = run[0]!.x;
        return (
          <g key={key}>
            {banded && (
              <path
                class="chart-band"
                d={`${path(run.map((p) => [x(p.x), y(p.high!)]))} ${path(
                  run.toReversed().map((p) => [x(p.x), y(p.low!)]),
                ).replace('M', 'L')} Z`}
              />
            )}
            {series.filled === true && run.length > 1 && (
              <path
                class="chart-area"
                d={`${line} L${x(run.at(-1)!.x).toFixed(1)},${y(0).toFixed(1)} L${x(key).toFixed(1)},${y(0).toFixed(1)} Z`}
              />
            )}
            {run.length === 1 ? (
              <circle class="chart-dot" cx={x(key)} cy={y(run[0]!.y!)} r={3} />
            ) : (
              <path class={`chart-line ${series.dashed === true ? 'dashed' : ''}`} d={line} />
            )}
          </g>
        );
      })}
    </g>
  );
}

function Tip({
  series,
  at,
  left,
  width,
  format,
  formatX,
}: {
  series: readonly Series[];
  at: number;
  left: number;
  width: number;
  format: (value: number) => string;
  formatX: (x: number) => string;
}) {
  const right = left > width / 2;
  return (
    <div
      class="chart-tip"
      aria-hidden="true"
      style={right ? { right: `${width - left + 10}px` } : { left: `${left + 10}px` }}
    >
      <b>{formatX(at)}</b>
      {series.map((one) => {
        const point = one.points.find((candidate) => candidate.x === at);
        if (point?.y === undefined) return null;
        return (
          <span key={one.name} class={`tone-${one.tone}`}>
            <i />
            {one.name} <b>{format(point.y)}</b>
            {point.low !== undefined && point.high !== undefined && (
              <small>{t('chart.interval', { low: format(point.low), high: format(point.high) })}</small>
            )}
          </span>
        );
      })}
    </div>
  );
}

function Legend({ series, format }: { series: readonly Series[]; format: (value: number) => string }) {
  return (
    <figcaption class="legend">
      {series.map((one) => {
        const last = one.points.findLast((point) => point.y !== undefined)?.y;
        return (
          <span key={one.name} class={`tone-${one.tone}`}>
            <i />
            {one.name} {last !== undefined && <b>{format(last)}</b>}
          </span>
        );
      })}
    </figcaption>
  );
}

/**
 * A measured value with its interval on a line, against a limit. The words beside it say the same, so it is
 * hidden from those who listen.
 */
export function IntervalBar({
  value,
  low,
  high,
  limit,
  top,
  tone = 'flight',
}: {
  value: number;
  low: number;
  high: number;
  limit?: number | undefined;
  /** End of the scale. */
  top: number;
  tone?: string;
}) {
  const at = (n: number) => `${(Math.max(0, Math.min(1, n / (top || 1))) * 100).toFixed(2)}%`;
  const length = `${(Math.max(0, Math.min(1, high / (top || 1)) - Math.min(1, low / (top || 1))) * 100).toFixed(2)}%`;
  return (
    <div class={`interval tone-${tone}`} aria-hidden="true">
      <i class="interval-range" style={{ left: at(low), width: length }} />
      <i class="interval-value" style={{ left: at(value) }} />
      {limit !== undefined && <i class="interval-limit" style={{ left: at(limit) }} />}
    </div>
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

/** Stretches of points that have a value. */
function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const point of points) {
    if (point.y === undefined) {
      if (run.length > 0) runs.push(run);
      run = [];
    } else run.push(point);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function path(points: readonly (readonly [number, number])[], steps = false): string {
  return points
    .map(([px, py], i) => {
      const to = `${px.toFixed(1)},${py.toFixed(1)}`;
      if (i === 0) return `M${to}`;
      return steps ? `H${px.toFixed(1)} V${py.toFixed(1)}` : `L${to}`;
    })
    .join(' ');
}

function timeTicks(from: number, to: number, width: number): number[] {
  const parts = Math.max(2, Math.min(7, Math.floor(width / 120)));
  return Array.from({ length: parts + 1 }, (_, i) => from + ((to - from) * i) / parts);
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(600);
  // Before anything is painted: a guess that is too wide would push a phone's page aside for a moment.
  useLayoutEffect(() => {
    if (element.current === null) return;
    const fit = (pixels: number): void => setWidth(Math.max(200, Math.floor(pixels)));
    fit(element.current.clientWidth);
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) fit(entry.contentRect.width);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
