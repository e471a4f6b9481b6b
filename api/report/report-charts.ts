/** The charts of an evaluation report, as SVG text. */
import { kpiName } from '../../dialer/kpi/words.js';
import type { EvaluationReport } from '../../dialer/report/evaluation.js';
import { type Bar, type BarPanel, drawFigure, type Panel, type Reference } from '../charts/index.js';

/** Bars beside each other that can still be read. */
const MOST_BARS = 16;
const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

interface Share {
  readonly group: string;
  readonly value?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

function bars(
  title: string,
  groupLabel: string,
  label: string,
  shares: readonly Share[],
  references: readonly Reference[] = [],
): BarPanel {
  return {
    kind: 'bars',
    title,
    groupLabel,
    y: { label, format: percent, zero: true, ceiling: 1 },
    references,
    bars: shares.map(
      ({ group, value, low, high }): Bar => ({
        group,
        series: label,
        ...(value === undefined ? { note: 'no data' } : { value }),
        ...(low === undefined || high === undefined ? {} : { low, high }),
      }),
    ),
  };
}

function figure(title: string, panel: Panel, height = 230): string {
  return drawFigure({
    title,
    subtitle: [
      `Whiskers are 95 % intervals${panel.references?.length ? '; the dashed line is the whole stage' : ''}.`,
    ],
    panels: [panel],
    width: 720,
    panelHeight: height,
  });
}

/** Contact rate by local hour; empty without calls. */
export function drawHours({ hours, kpis }: EvaluationReport): string {
  if (hours.length === 0) return '';
  const whole = kpis.find(({ id }) => id === 'contact-rate')?.value;
  return figure(
    'Contact rate by hour',
    bars(
      'Right-party contacts of attempts',
      'local hour of the called party',
      'contact rate',
      hours.map(({ hour, contactRate, low, high }) => ({ group: hour, value: contactRate, low, high })),
      whole === undefined ? [] : [{ axis: 'y', value: whole, label: '' }],
    ),
  );
}

/** Success rate over the stage; empty without contacts. */
export function drawStability({ stability, kpis }: EvaluationReport): string {
  const filled = stability.periods.filter(({ contacts }) => contacts > 0);
  if (filled.length < 2) return '';
  const whole = kpis.find(({ id }) => id === 'success-rate')?.value;
  return figure(
    'Success rate over time',
    bars(
      'Successes of right-party contacts',
      'period of the stage (twelfths)',
      'success rate',
      stability.periods.map(({ rate, low, high }, i) => ({ group: String(i + 1), value: rate, low, high })),
      whole === undefined ? [] : [{ axis: 'y', value: whole, label: '' }],
    ),
  );
}

/** Success rate of the agents, the best first; empty with fewer than two. */
export function drawAgents({ agents, kpis }: EvaluationReport): string {
  const { ranked } = agents;
  if (ranked.length < 2) return '';
  // With many agents both ends are shown, and the middle left out.
  const half = MOST_BARS / 2;
  const shown = ranked.length <= MOST_BARS ? ranked : [...ranked.slice(0, half), ...ranked.slice(-half)];
  const whole = kpis.find(({ id }) => id === 'success-rate')?.value;
  return figure(
    'Success rate by agent',
    bars(
      shown.length < ranked.length
        ? `The best and the worst ${half} of ${ranked.length} agents`
        : 'Successes of right-party contacts',
      'agent',
      'success rate',
      shown.map(({ agent, rate, low, high }) => ({ group: agent, value: rate, low, high })),
      whole === undefined ? [] : [{ axis: 'y', value: whole, label: '' }],
    ),
  );
}

/** Success rate by variant of the script; empty without an experiment. */
export function drawExperiment({ experiment }: EvaluationReport): string {
  if (experiment === undefined) return '';
  const { kpi } = experiment;
  return figure(
    'Scripts',
    bars(
      kpiName(kpi),
      'script',
      kpiName(kpi),
      experiment.variants.map(({ script, kpis }) => {
        const found = kpis.find(({ id }) => id === kpi);
        return { group: script, value: found?.value, low: found?.low, high: found?.high };
      }),
    ),
    200,
  );
}
