import { parse } from 'csv-parse/sync';
import t from 'tap';
import { reportCsv } from '../../api/report/report-csv.js';
import { reportHtml } from '../../api/report/report-html.js';
import { emptyStageCounters } from '../../dialer/core/model.js';
import { buildReport, REPORT_DIMENSIONS } from '../../dialer/report/evaluation.js';
import { measureOf, NASTY, sampleAttempts, sampleInput, sampleSettings } from './sample.js';

const input = sampleInput();
const report = buildReport(input);

t.test('every figure of the report is that of the attempts', async (t) => {
  const attempts = sampleAttempts('pilot', 3000, 12);
  const reached = attempts.filter(
    ({ result, disposition }) =>
      result.outcome === 'connected' && disposition?.disposition !== 'wrong-number',
  );
  const sales = reached.filter(({ disposition }) => disposition?.success === true);
  const kpi = report.kpis.find(({ id }) => id === 'success-rate');
  t.match(kpi, { numerator: sales.length, denominator: reached.length });
  t.ok(kpi?.low !== undefined && kpi.high !== undefined && kpi.low < kpi.value! && kpi.value! < kpi.high);
  const ofScript = (script: string) =>
    report.segments
      .find(({ dimension }) => dimension === 'script')
      ?.rows.find(({ value }) => value === script)
      ?.kpis.find(({ id }) => id === 'success-rate');
  t.equal(
    (ofScript('long@2')?.numerator ?? 0) + (ofScript('short@1')?.numerator ?? 0),
    sales.length,
    'the scripts add up to the whole',
  );
  const refused = attempts.filter(({ disposition }) => disposition?.disposition === 'too-expensive').length;
  t.match(
    report.refusalReasons.find(({ disposition }) => disposition === 'too-expensive'),
    { count: refused, meaning: 'refusal' },
  );
  t.notOk(report.refusalReasons.some(({ disposition }) => disposition === 'sale'));
  t.ok(report.costPerSuccess! > 0);
  t.equal(
    report.outcomes.reduce((sum, { count }) => sum + count, 0),
    attempts.length,
  );
});

t.test('agents are ranked with intervals, and whether they differ beyond chance is said', async (t) => {
  const { best, median, worst, ranked, chiSquare, limit, text } = report.agents;
  t.equal(ranked.length, 12);
  t.ok(best!.rate >= median!.rate && median!.rate >= worst!.rate);
  t.ok(worst!.low <= worst!.rate && worst!.rate <= worst!.high);
  t.match(text, chiSquare! > limit! ? /by more than chance/ : /No more than chance/);
});

t.test('tiers are compared with each other and with the validation, with intervals', async (t) => {
  const { tiers, differences, text } = report.tiers;
  t.same(
    tiers.map(({ tier }) => tier),
    ['experienced', 'ordinary'],
  );
  t.equal(
    tiers.reduce((sum, { contacts }) => sum + contacts, 0),
    report.counts.contacts,
  );
  t.same(
    differences.filter(({ kpi }) => kpi === 'success-rate').map(({ tier, against }) => [tier, against]),
    [
      ['experienced', 'validation'],
      ['ordinary', 'experienced'],
      ['ordinary', 'validation'],
    ],
  );
  for (const { low, difference, high, beyondChance } of differences) {
    t.ok(low < difference && difference < high);
    t.equal(beyondChance, low > 0 || high < 0);
  }
  t.match(text, /success rate of ordinary agents is .* points from that of experienced ones/);
  const rows = parse(reportCsv(report), { columns: true }) as Record<string, string>[];
  t.match(
    rows.find(({ section, item }) => section === 'tier-spread' && item === 'ordinary against experienced'),
    { measure: 'success-rate' },
  );
});

t.test('the goals are judged as the gate judges them, the comparison has an interval', async (t) => {
  t.same(
    report.goals.conditions.map(({ condition }) => condition),
    ['maximumAbandonRatio', 'minimumSuccessRate', 'maximumSuccessGap', 'stableSuccessRate'],
  );
  const success = report.comparison.find(({ kpi }) => kpi === 'success-rate')!;
  t.ok(success.low < success.difference && success.difference < success.high);
  t.equal(success.beyondChance, success.low > 0 || success.high < 0);
  t.equal(report.experiment?.variants.length, 2);
  t.ok(
    report.hours.some(({ hour, better }) => better && Number(hour) >= 16),
    'the better hours are found',
  );
});

t.test('the page escapes what others wrote, loads nothing and runs nothing', async (t) => {
  const html = reportHtml(report);
  t.notMatch(html, /<script/i);
  t.match(html, /&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt; &amp; Söhne/);
  t.notMatch(html, /\b(?:src|href)=|@import|url\(/i);
  t.match(html, /@page\{size:A4/);
  for (const title of [
    'Goals against results',
    'What the gate decided, and why',
    'KPIs',
    'Pilot against validation',
    'Stability over time',
    'Scripts compared',
    'Offers, by version',
    'Tiers of agents',
    'Agents',
    'Best hours',
    'Reasons of refusal',
    'Sample',
    'Compliance',
    'Halts',
    'Forecast for production',
  ])
    t.match(html, `<h2>${title}</h2>`);
  t.equal(html.match(/<svg /g)?.length, 4);
  t.equal(html.match(/<section>/g)?.length, html.match(/<\/section>/g)?.length);
});

t.test('the CSV is read back by a CSV reader, and no cell begins as a formula', async (t) => {
  const rows = parse(reportCsv(report), { columns: true }) as Record<string, string>[];
  const success = rows.find(({ section, measure }) => section === 'kpi' && measure === 'success-rate');
  t.equal(Number(success?.['numerator']), report.counts.successes);
  t.equal(Number(success?.['denominator']), report.counts.contacts);
  t.ok(rows.some(({ section, item }) => section === 'source' && item === NASTY));
  t.match(
    rows.find(({ section, item }) => section === 'forecast' && item === 'successes'),
    { value: '6900' },
  );
  const formula = buildReport({
    ...input,
    record: { ...input.record, settings: sampleSettings({ name: '=HYPERLINK("x")' }) },
  });
  for (const row of parse(reportCsv(formula), { columns: true }) as Record<string, string>[])
    for (const [column, value] of Object.entries(row))
      t.ok(
        !/^[=+@]/.test(value) && (!value.startsWith('-') || !Number.isNaN(Number(value))),
        `${column} ${value}`,
      );
});

t.test('a stage with no attempts has a report without a figure that is not a number', async (t) => {
  const settings = sampleSettings();
  const empty = measureOf([], settings, REPORT_DIMENSIONS);
  for (const stage of ['validation', 'pilot', 'production'] as const) {
    const { sample: _, forecast: __, ...rest } = input;
    const bare = buildReport({
      ...rest,
      stage,
      measure: empty,
      validation: empty,
      contacts: 0,
      record: {
        settings,
        createdAt: 0,
        status: 'draft',
        stage: 'validation',
        statusSince: 0,
        reason: '',
        sampled: false,
        counters: {
          validation: emptyStageCounters(),
          pilot: emptyStageCounters(),
          production: emptyStageCounters(),
        },
      },
    });
    for (const text of [reportHtml(bare), reportCsv(bare), JSON.stringify(bare)])
      t.notMatch(text, /NaN|Infinity|undefined/);
    t.match(reportHtml(bare), /No attempts yet/);
  }
});
