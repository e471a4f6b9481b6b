/** The evaluation report as CSV: one figure to a line, in one table that a spreadsheet can filter. */
import type { EvaluationReport } from '../../dialer/report/evaluation.js';
import type { KpiValue } from '../../dialer/report/kpi-values.js';
import type { Estimate } from '../../dialer/what-if/port.js';

const COLUMNS = [
  'section',
  'item',
  'measure',
  'numerator',
  'denominator',
  'value',
  'low',
  'high',
  'verdict',
  'text',
] as const;
type Line = Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>;

function cellOf(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(6);
  // A spreadsheet must not take somebody's words for a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function reportCsv(report: EvaluationReport): string {
  const lines: Line[] = [];
  const kpis = (section: string, item: string, values: readonly KpiValue[]): void => {
    for (const { id, numerator, denominator, value, low, high } of values)
      lines.push({ section, item, measure: id, numerator, denominator, value, low, high });
  };
  const { campaign, stage, generatedAt, gates, goals, halts, agents, sample, forecast, experiment } = report;
  const cost = (section: string, item: string, value: number | undefined): void => {
    if (value !== undefined) lines.push({ section, item, measure: 'cost-per-success', value });
  };
  lines.push({
    section: 'report',
    item: campaign.id,
    measure: stage,
    text: `${campaign.name}, ${new Date(generatedAt).toISOString()}`,
  });
  for (const one of goals.conditions)
    lines.push({
      section: 'goal',
      item: one.condition,
      measure: one.kpi,
      numerator: one.numerator,
      denominator: one.denominator,
      value: one.target,
      low: one.interval.low,
      high: one.interval.high,
      verdict: one.verdict,
      text: one.text,
    });
  for (const { at, decision, evidence, extendedBy } of gates)
    lines.push({
      section: 'gate',
      item: new Date(at).toISOString(),
      ...(extendedBy === undefined ? {} : { measure: 'extended-by', value: extendedBy }),
      verdict: decision,
      text: evidence,
    });
  kpis('kpi', 'all', report.kpis);
  cost('kpi', 'all', report.costPerSuccess);
  for (const { dimension, rows } of report.segments)
    for (const { value, kpis: values, costPerSuccess } of rows) {
      kpis(dimension, value, values);
      cost(dimension, value, costPerSuccess);
    }
  for (const { disposition, meaning, count, share, low, high } of report.dispositions)
    lines.push({
      section: 'disposition',
      item: disposition,
      measure: meaning,
      numerator: count,
      value: share,
      low,
      high,
    });
  for (const { outcome, count } of report.outcomes)
    lines.push({ section: 'outcome', item: outcome, numerator: count });
  for (const [item, one] of [
    ['best', agents.best],
    ['median', agents.median],
    ['worst', agents.worst],
  ] as const)
    if (one !== undefined)
      lines.push({
        section: 'agent-spread',
        item,
        measure: 'success-rate',
        numerator: one.successes,
        denominator: one.contacts,
        value: one.rate,
        low: one.low,
        high: one.high,
        text: one.agent,
      });
  for (const { kpi, tier, against, difference, low, high, beyondChance } of report.tiers.differences)
    lines.push({
      section: 'tier-spread',
      item: `${tier} against ${against}`,
      measure: kpi,
      value: difference,
      low,
      high,
      verdict: beyondChance ? 'beyond chance' : 'within chance',
    });
  for (const { name, kpi, difference, low, high, beyondChance } of report.comparison)
    lines.push({
      section: 'pilot-against-validation',
      item: kpi,
      measure: 'difference',
      value: difference,
      low,
      high,
      verdict: beyondChance ? 'beyond chance' : 'within chance',
      text: name,
    });
  for (const { from, successes, contacts, rate, low, high } of report.stability.periods)
    lines.push({
      section: 'period',
      item: new Date(from).toISOString(),
      measure: 'success-rate',
      numerator: successes,
      denominator: contacts,
      value: rate,
      low,
      high,
    });
  lines.push({
    section: 'stability',
    item: 'success-rate',
    verdict: report.stability.verdict,
    text: report.stability.text,
  });
  if (experiment !== undefined) {
    for (const { first, second, difference, interval, verdict } of experiment.pairs)
      lines.push({
        section: 'experiment',
        item: `${first} against ${second}`,
        measure: experiment.kpi,
        value: difference,
        low: interval.low,
        high: interval.high,
        verdict,
      });
    lines.push({ section: 'experiment', item: 'all', verdict: experiment.decision, text: experiment.text });
  }
  if (sample !== undefined && stage !== 'production')
    for (const row of sample.coverage)
      lines.push({
        section: 'sample',
        item: row.stratum === '' ? 'all' : row.stratum,
        measure: 'drawn',
        numerator: row[stage],
        denominator: row.contacts,
      });
  for (const { name, answers, abandoned, ratio, limit, over } of report.abandon.windows)
    lines.push({
      section: 'abandon-ledger',
      item: name,
      measure: 'abandoned',
      numerator: abandoned,
      denominator: answers,
      value: ratio,
      high: limit,
      verdict: over ? 'over' : 'within',
    });
  for (const { at, kind, kpi, text } of halts)
    lines.push({ section: 'halt', item: new Date(at).toISOString(), measure: kpi ?? kind, text });
  if (forecast !== undefined)
    for (const [measure, estimate] of Object.entries(forecast).filter(
      (entry): entry is [string, Estimate] => typeof entry[1] === 'object' && 'mean' in entry[1],
    ))
      lines.push({
        section: 'forecast',
        item: measure,
        value: estimate.mean,
        low: estimate.low,
        high: estimate.high,
      });
  return `${COLUMNS.join(',')}\n${lines
    .map((line) => COLUMNS.map((column) => cellOf(line[column])).join(','))
    .join('\n')}\n`;
}
