/** The evaluation report as one HTML page that prints on A4: nothing is loaded, nothing runs, all text is escaped. */

import type { ConditionResult } from '../../dialer/core/gates.js';
import { kpiName } from '../../dialer/kpi/words.js';
import type { DispositionRow, EvaluationReport, ReportSegment } from '../../dialer/report/evaluation.js';
import type { KpiValue } from '../../dialer/report/kpi-values.js';
import { escapeText } from '../charts/svg.js';
import { drawAgents, drawExperiment, drawHours, drawStability } from './report-charts.js';
import { REPORT_STYLE } from './report-style.js';
import { count, estimateText, interval, kpiInterval, kpiText, percent, points, time } from './report-text.js';

const WORDS = { pass: 'met', fail: 'not met', inconclusive: 'not decided' } as const;
const GATE_WORDS = { pass: 'passed', fail: 'failed', inconclusive: 'not decided' } as const;
const SEGMENT_TITLES: Readonly<Record<ReportSegment['dimension'], string>> = {
  team: 'Teams',
  tier: 'Tiers',
  agent: 'Agents',
  script: 'Scripts, by version',
  offer: 'Offers, by version',
  source: 'List sources',
  'caller-id': 'Caller ids',
  hour: 'Hours',
};
/** KPIs in the tables by segment; the JSON and CSV have all of them. */
const SEGMENT_KPIS = [
  'contact-rate',
  'success-rate',
  'refusal-rate',
  'opt-out-rate',
  'abandon-rate',
] as const;

/** A cell: text is escaped; `html` is taken as it is. */
type Cell = string | { readonly html: string };

const e = escapeText;
const cell = (value: Cell): string => (typeof value === 'string' ? e(value) : value.html);
const verdict = (state: keyof typeof WORDS): Cell => ({
  html: `<span class="verdict ${state}">${WORDS[state]}</span>`,
});

/** Headers that end in `#` are of numbers. */
function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '';
  const kind = header.map((name) => (name.endsWith('#') ? ' class="number"' : ''));
  const head = header
    .map((name, i) => `<th scope="col"${kind[i]}>${e(name.replace(/#$/, ''))}</th>`)
    .join('');
  const body = rows
    .map((row) => `<tr>${row.map((value, i) => `<td${kind[i]}>${cell(value)}</td>`).join('')}</tr>`)
    .join('\n');
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function section(title: string, ...parts: readonly string[]): string {
  const content = parts.filter((part) => part !== '');
  if (content.length === 0) return '';
  return `<section><h2>${e(title)}</h2>\n${content.join('\n')}\n</section>`;
}

const paragraph = (text: string, kind = ''): string =>
  text === '' ? '' : `<p${kind === '' ? '' : ` class="${kind}"`}>${e(text)}</p>`;
const chart = (svg: string): string => (svg === '' ? '' : `<figure>${svg}</figure>`);

export function reportHtml(report: EvaluationReport): string {
  const title = `${report.campaign.name}: ${report.stage}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${e(`Evaluation report – ${title}`)}</title>
<style>${REPORT_STYLE}</style></head>
<body><main>
${[
  head(report),
  goals(report),
  gates(report),
  kpis(report),
  comparison(report),
  stability(report),
  experiment(report),
  ...report.segments.filter(({ dimension }) => dimension !== 'agent' && dimension !== 'hour').map(segment),
  tiers(report),
  agents(report),
  hours(report),
  dispositions(report),
  sample(report),
  compliance(report),
  halts(report),
  forecast(report),
  definitions(report),
]
  .filter((part) => part !== '')
  .join('\n')}
</main></body></html>
`;
}

function head({
  campaign,
  stage,
  period,
  contacts,
  counts,
  generatedAt,
  goals,
  gates,
}: EvaluationReport): string {
  const last = gates[gates.length - 1];
  const state = last?.decision ?? goals.decision;
  const decided =
    last === undefined
      ? `Gate of ${stage}: not reached yet; as it stands, ${goals.conditions.length === 0 ? 'no goals are set' : `the goals are ${WORDS[goals.decision]}`}.`
      : `Gate of ${stage}: ${GATE_WORDS[last.decision]} on ${time(last.at)}.`;
  const figures: readonly (readonly [string, string])[] = [
    ['contacts', count(contacts)],
    ['attempts', count(counts.attempts)],
    ['live answers', count(counts.answers)],
    ['right-party contacts', count(counts.contacts)],
    ['successes', count(counts.successes)],
  ];
  return `<header><p class="kind">Evaluation report</p><h1>${e(campaign.name)} <small>${e(stage)}</small></h1>
<p class="facts">Campaign ${e(campaign.id)}, ${e(campaign.purpose)}, ${e(campaign.status)} in ${e(campaign.stage)}. ${
    period === undefined ? 'No attempts yet.' : `Attempts from ${time(period.from)} to ${time(period.to)}.`
  } Made ${time(generatedAt)}.</p>
<p class="decision ${state}">${e(decided)}</p>
<dl class="figures">${figures.map(([name, value]) => `<div><dt>${e(name)}</dt><dd>${e(value)}</dd></div>`).join('')}</dl></header>`;
}

function target({ target: value, condition }: ConditionResult): string {
  if (condition === 'stableSuccessRate') return 'no drift';
  if (condition === 'maximumSuccessGap') return `at most ${percent(-value)} below validation`;
  return `${condition.startsWith('minimum') ? 'at least' : 'at most'} ${percent(value)}`;
}

function goals({ goals: { conditions, extension }, comparison: differences }: EvaluationReport): string {
  const gap = differences.find(({ kpi }) => kpi === 'success-rate')?.difference;
  if (conditions.length === 0)
    return section(
      'Goals against results',
      paragraph('This stage has no goals: its gate passes on its own.'),
    );
  return section(
    'Goals against results',
    table(
      ['Goal', 'Asked for', 'Result#', '95 % interval#', 'Counts#', 'Standing'],
      conditions.map((one) => [
        kpiName(one.kpi),
        target(one),
        one.denominator === 0
          ? '–'
          : one.condition === 'maximumSuccessGap'
            ? gap === undefined
              ? '–'
              : `${points(gap)} points`
            : percent(one.numerator / one.denominator),
        one.denominator === 0 ? '' : interval(one.interval.low, one.interval.high),
        `${count(one.numerator)} / ${count(one.denominator)}`,
        verdict(one.verdict),
      ]),
    ),
    `<ul class="small">${conditions.map(({ text, test }) => `<li>${e(`${text} (${test}).`)}</li>`).join('')}</ul>`,
    paragraph(
      extension === undefined ? '' : `To decide: ${extension.contacts} more contacts. ${extension.why}.`,
    ),
  );
}

function gates({ gates: all }: EvaluationReport): string {
  return section(
    'What the gate decided, and why',
    table(
      ['When', 'Decision', 'Evidence', 'Then'],
      all.map(({ at, decision, evidence, extendedBy, approval }) => [
        time(at),
        verdict(decision),
        evidence,
        extendedBy !== undefined
          ? `sample extended by ${count(extendedBy)} contacts`
          : approval === undefined
            ? ''
            : `opened by ${approval.by}: ${approval.comment}`,
      ]),
    ),
  );
}

function kpis({ kpis: all, costPerSuccess }: EvaluationReport): string {
  return section(
    'KPIs',
    table(
      ['KPI', 'Value#', '95 % interval#', 'Numerator#', 'Denominator#'],
      all.map((kpi) => [
        kpi.name,
        kpiText(kpi),
        kpiInterval(kpi),
        count(kpi.numerator),
        count(kpi.denominator),
      ]),
    ),
    paragraph(costPerSuccess === undefined ? '' : `Cost per success: ${costPerSuccess.toFixed(2)}.`),
  );
}

function comparison({ comparison: rows }: EvaluationReport): string {
  return section(
    'Pilot against validation',
    table(
      ['KPI', 'Pilot#', 'Validation#', 'Difference, points#', '95 % interval#', ''],
      rows.map(({ name, pilot, validation, difference, low, high, beyondChance }) => [
        name,
        percent(pilot),
        percent(validation),
        points(difference),
        `${points(low)} to ${points(high)}`,
        beyondChance ? 'beyond chance' : 'within chance',
      ]),
    ),
    rows.length === 0
      ? ''
      : paragraph(
          'How far the pilot’s agents are from the best team (Newcombe’s interval of the difference).',
          'small',
        ),
  );
}

function stability(report: EvaluationReport): string {
  return section(
    'Stability over time',
    paragraph(`Success rate: ${report.stability.text} (Cochran–Armitage trend test).`),
    chart(drawStability(report)),
  );
}

function experiment(report: EvaluationReport): string {
  const found = report.experiment;
  if (found === undefined) return '';
  const name = kpiName(found.kpi);
  return section(
    'Scripts compared',
    paragraph(found.text, 'strong'),
    table(
      ['Script', 'Weight#', 'Attempts#', `${name}#`, '95 % interval#', 'Counts#'],
      found.variants.map(({ script, weight, attempts, kpis: values }) => {
        const kpi = values.find(({ id }) => id === found.kpi);
        return [
          script,
          String(weight),
          count(attempts),
          kpi === undefined ? '–' : kpiText(kpi),
          interval(kpi?.low, kpi?.high),
          kpi === undefined ? '' : `${count(kpi.numerator)} / ${count(kpi.denominator)}`,
        ];
      }),
    ),
    table(
      ['Pair', 'Difference, points#', 'Interval at all looks#', 'Standing', 'Trials missing, each#'],
      found.pairs.map(
        ({ first, second, difference, interval: { low, high }, verdict: state, furtherTrials }) => [
          `${first} − ${second}`,
          difference === undefined ? '–' : points(difference),
          `${points(low)} to ${points(high)}`,
          {
            first: `${first} is better`,
            second: `${second} is better`,
            equivalent: 'no difference that matters',
            open: 'open',
          }[state],
          furtherTrials === undefined ? '' : count(furtherTrials),
        ],
      ),
    ),
    chart(drawExperiment(report)),
    paragraph(
      `The smallest difference that matters is set to ${percent(found.relevantDifference)}. The intervals hold however often they are looked at.${found.earlier.length === 0 ? '' : ` Earlier versions are not compared: ${found.earlier.join(', ')}.`}`,
      'small',
    ),
  );
}

const find = (kpis: readonly KpiValue[], id: string): KpiValue | undefined =>
  kpis.find((kpi) => kpi.id === id);

function withInterval(kpi: KpiValue | undefined): Cell {
  if (kpi?.value === undefined) return '–';
  return { html: `${e(kpiText(kpi))} <small>${e(kpiInterval(kpi))}</small>` };
}

function segment({ dimension, rows, omitted }: ReportSegment): string {
  return section(
    SEGMENT_TITLES[dimension],
    table(
      ['', 'Attempts#', ...SEGMENT_KPIS.map((id) => `${kpiName(id)}#`)],
      rows.map(({ value, attempts, kpis: values }) => [
        value,
        count(attempts),
        ...SEGMENT_KPIS.map((id) => withInterval(find(values, id))),
      ]),
    ),
    paragraph(omitted === 0 ? '' : `${omitted} more with fewer attempts are not shown.`, 'small'),
  );
}

function agents(report: EvaluationReport): string {
  const { ranked, unranked, best, median, worst, text } = report.agents;
  if (ranked.length === 0 && unranked === 0) return '';
  const named = [
    ['best', best],
    ['median', median],
    ['worst', worst],
  ] as const;
  return section(
    'Agents',
    paragraph(text),
    ranked.length < 2
      ? ''
      : table(
          ['', 'Agent', 'Success rate#', '95 % interval#', 'Counts#', 'AHT#'],
          named.flatMap(([what, one]) =>
            one === undefined
              ? []
              : [
                  [
                    what,
                    one.agent,
                    percent(one.rate),
                    interval(one.low, one.high),
                    `${count(one.successes)} / ${count(one.contacts)}`,
                    `${one.handleSeconds.toFixed(0)} s`,
                  ],
                ],
          ),
        ),
    chart(drawAgents(report)),
    paragraph(unranked === 0 ? '' : `${unranked} agents with too few contacts are not ranked.`, 'small'),
  );
}

function tiers({ tiers: { tiers: found, differences, text } }: EvaluationReport): string {
  if (found.length === 0) return '';
  return section(
    'Tiers of agents',
    paragraph(text),
    table(
      ['Tier', 'Success rate#', '95 % interval#', 'Counts#', 'AHT#'],
      found.map(({ tier, rate, low, high, successes, contacts, handleSeconds }) => [
        tier,
        rate === undefined ? '–' : percent(rate),
        interval(low, high),
        `${count(successes)} / ${count(contacts)}`,
        `${handleSeconds.toFixed(0)} s`,
      ]),
    ),
    table(
      ['KPI', 'Tier', 'Against', 'Difference, points#', '95 % interval#', ''],
      differences.map(({ name, tier, against, difference, low, high, beyondChance }) => [
        name,
        tier,
        against,
        points(difference),
        `${points(low)} to ${points(high)}`,
        beyondChance ? 'beyond chance' : 'within chance',
      ]),
    ),
    differences.length === 0
      ? ''
      : paragraph(
          'Newcombe’s interval of each difference. Phases follow one another: what changed in the meantime is in the difference, too.',
          'small',
        ),
  );
}

function hours(report: EvaluationReport): string {
  if (report.hours.length === 0) return '';
  const better = report.hours.filter((hour) => hour.better).map(({ hour }) => `${hour}:00`);
  return section(
    'Best hours',
    paragraph(
      better.length === 0
        ? 'No hour reaches more people than the others beyond chance.'
        : `Beyond chance more people are reached in the hours from ${better.join(', ')}.`,
    ),
    chart(drawHours(report)),
  );
}

function dispositions({ dispositions: all, refusalReasons, outcomes, counts }: EvaluationReport): string {
  const rows = (list: readonly DispositionRow[]): Cell[][] =>
    list.map(({ disposition, meaning, count: number, share, low, high }) => [
      disposition,
      meaning,
      count(number),
      percent(share),
      interval(low, high),
    ]);
  const header = ['Disposition', 'Meaning', 'Count#', 'Share#', '95 % interval#'];
  const ended = outcomes.reduce((sum, { count: number }) => sum + number, 0);
  const reasons =
    refusalReasons.length === 0
      ? counts.contacts === 0
        ? ''
        : section('Reasons of refusal', paragraph('Nobody refused.'))
      : section('Reasons of refusal', table(header, rows(refusalReasons)));
  return (
    reasons +
    section('Dispositions', table(header, rows(all))) +
    section(
      'How attempts ended',
      table(
        ['Outcome', 'Count#', 'Share#'],
        outcomes.map(({ outcome, count: number }) => [outcome, count(number), percent(number / ended)]),
      ),
    )
  );
}

function sample({ sample: found, stage }: EvaluationReport): string {
  if (found === undefined || stage === 'production') return '';
  const plan = found.plans[stage];
  const drawn = found.coverage.reduce((sum, row) => sum + row[stage], 0);
  const listed = found.coverage.reduce((sum, row) => sum + row.contacts, 0);
  return section(
    'Sample',
    paragraph(`${plan.text}.`),
    plan.calculations.length === 0
      ? ''
      : `<ul class="small">${plan.calculations.map(({ text }) => `<li>${e(`${text}.`)}</li>`).join('')}</ul>`,
    table(
      ['Stratum', 'List#', 'Share of list#', 'Drawn#', 'Share of sample#'],
      found.coverage.map((row) => [
        row.stratum === '' ? 'all' : row.stratum,
        count(row.contacts),
        listed === 0 ? '–' : percent(row.contacts / listed),
        count(row[stage]),
        drawn === 0 ? '–' : percent(row[stage] / drawn),
      ]),
    ),
    paragraph(
      `${found.strata.length === 0 ? 'Not stratified' : `Strata by ${found.strata.join(', ')}`}; seed ${found.seed}; frozen before the first call with SHA-256 ${found.hash}.`,
      'small',
    ),
  );
}

function compliance({ abandon, counts }: EvaluationReport): string {
  return section(
    'Compliance',
    paragraph(
      `Abandoned in this stage: ${count(counts.abandoned)} of ${count(counts.answers)} live answers. Opt-outs: ${count(counts.optOuts)}. Complaints: ${count(counts.complaints)}. Every call was placed with a permit; the regulator’s export has them all.`,
    ),
    table(
      ['Legal window of the campaign', 'From', 'Answers#', 'Abandoned#', 'Ratio#', 'Limit#', ''],
      abandon.windows.map(({ name, from, answers, abandoned, ratio, limit, over }) => [
        name,
        time(from),
        count(answers),
        count(abandoned),
        percent(ratio, 2),
        percent(limit),
        over ? { html: '<span class="verdict fail">over</span>' } : 'within',
      ]),
    ),
  );
}

function halts({ halts: all }: EvaluationReport): string {
  return section(
    'Halts',
    table(
      ['When', 'Cause', 'What', 'Put right'],
      all.map(({ at, kind, kpi, text, rectification, worst = [] }) => [
        time(at),
        kpi === undefined ? kind : kpiName(kpi),
        `${text}${worst.length === 0 ? '' : ` Worst: ${worst.map(({ dimension, value, numerator, denominator }) => `${dimension} ${value} (${numerator}/${denominator})`).join(', ')}.`}`,
        rectification === undefined
          ? 'not yet'
          : `${rectification.by}, ${time(rectification.at)}: ${rectification.text}`,
      ]),
    ),
  );
}

function forecast({ forecast: found, noForecast }: EvaluationReport): string {
  if (found === undefined)
    return noForecast === undefined ? '' : section('Forecast for production', paragraph(noForecast));
  const one = (value: number): string => value.toFixed(1);
  const rows: readonly (readonly [string, string])[] = [
    ['Calls', estimateText(found.calls, count)],
    ['People put through', estimateText(found.connected, count)],
    ['Successes', estimateText(found.successes, count)],
    ['Opt-outs', estimateText(found.optOuts, count)],
    ['Agent-hours', estimateText(found.agentHours, count)],
    [`Hours of work with ${count(found.agents)} agents`, estimateText(found.hours, one)],
    [`Days of ${found.hoursPerDay} hours`, estimateText(found.days, one)],
    ['Occupancy', estimateText(found.occupancy, (value) => percent(value))],
    ['Abandoned of live answers', estimateText(found.abandonRatio, (value) => percent(value, 2))],
    ['Successes per agent-hour', estimateText(found.successesPerAgentHour, (value) => value.toFixed(2))],
  ];
  return section(
    'Forecast for production',
    paragraph(
      `${count(found.contacts)} contacts, ${count(found.agents)} agents; in brackets 95 % prediction intervals.`,
    ),
    table(['', 'Expected#'], rows),
    `<ul class="small">${found.notes.map((note) => `<li>${e(note)}</li>`).join('')}</ul>`,
  );
}

function definitions({ kpis: all }: EvaluationReport): string {
  return section(
    'Definitions',
    `<dl class="definitions small">${all.map(({ name, definition }) => `<dt>${e(name)}</dt><dd>${e(definition)}</dd>`).join('')}</dl>`,
    paragraph(
      'Intervals of shares are Wilson’s at 95 %, those of mean times Student’s on the logarithm, unless said otherwise; goals are judged by exact tests. Times are in UTC, hours are the called party’s.',
      'small',
    ),
  );
}
