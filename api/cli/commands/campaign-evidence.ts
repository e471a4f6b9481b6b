/** `tactus campaign kpis|gates|halts|sample`: how the stages of a campaign stand, and on what evidence. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { DIMENSIONS } from '../../../dialer/core/measure.js';
import type { GateRecord, HaltRecord, SampleReport } from '../../../dialer/core/model.js';
import { STAGES } from '../../../dialer/core/model.js';
import { staffInWords } from '../../../dialer/core/staffing.js';
import { KPIS } from '../../../dialer/kpi/kpis.js';
import { kpiName } from '../../../dialer/kpi/words.js';
import { createClient } from '../client.js';
import { type Io, printResult } from '../io.js';
import { pairs, percent, table } from '../table.js';

/** As much of the service's answers as is shown. */
interface KpiAnswer {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly value?: number;
  readonly low?: number;
  readonly high?: number;
  readonly definition: string;
}

interface KpisAnswer {
  readonly campaignId: string;
  readonly rows: readonly {
    readonly segment: string;
    readonly attempts: number;
    readonly costPerSuccess?: number;
    readonly kpis: readonly KpiAnswer[];
  }[];
}

interface ProgressAnswer {
  readonly gates: readonly GateRecord[];
  readonly halts: readonly HaltRecord[];
  readonly blocked: readonly {
    readonly dimension: string;
    readonly value: string;
    readonly since: number;
    readonly reason: string;
  }[];
}

interface Flags {
  readonly json?: boolean;
}

interface KpiFlags extends Flags {
  readonly stage?: string;
  readonly by?: string;
  readonly kpi?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Strata shown; --json has all of them. */
const STRATA_SHOWN = 40;

const shareText = (value: number): string => `${(100 * value).toFixed(1)} %`;
const time = (at: number): string => new Date(at).toISOString();

function valueText({ unit, value }: KpiAnswer): string {
  if (value === undefined) return '-';
  return unit === 'share' ? shareText(value) : `${value.toFixed(1)} s`;
}

function intervalOf({ unit, low, high }: KpiAnswer): string {
  if (low === undefined || high === undefined) return '-';
  return unit === 'share'
    ? `${shareText(low)} – ${shareText(high)}`
    : `${low.toFixed(0)} – ${high.toFixed(0)} s`;
}

function kpisText({ rows }: KpisAnswer, { by, kpi }: KpiFlags): string {
  const [whole] = rows;
  if (by === undefined || whole === undefined) {
    const shown = (whole?.kpis ?? []).filter(({ id }) => kpi === undefined || id === kpi);
    const cost =
      whole?.costPerSuccess === undefined ? '' : `\n\ncost per success  ${whole.costPerSuccess.toFixed(2)}`;
    return `${table(
      ['KPI', 'VALUE#', '95 % INTERVAL', 'COUNTS#', 'OF#', 'DEFINITION'],
      shown.map((each) => [
        each.name,
        valueText(each),
        intervalOf(each),
        String(Math.round(each.numerator)),
        String(each.denominator),
        each.definition,
      ]),
    )}${cost}`;
  }
  const wanted = kpi ?? 'contact-rate';
  return table(
    [
      by.toUpperCase(),
      'ATTEMPTS#',
      (KPIS.find(({ id }) => id === wanted)?.name ?? wanted).toUpperCase(),
      '95 % INTERVAL',
      'COUNTS#',
      'OF#',
    ],
    rows.map(({ segment, attempts, kpis }) => {
      const found = kpis.find(({ id }) => id === wanted);
      if (found === undefined) return [segment, String(attempts), '-', '-', '-', '-'];
      return [
        segment,
        String(attempts),
        valueText(found),
        intervalOf(found),
        String(Math.round(found.numerator)),
        String(found.denominator),
      ];
    }),
  );
}

function gatesText(gates: readonly GateRecord[]): string {
  if (gates.length === 0) return 'no gate has been decided yet: one is at the end of each stage';
  return gates
    .map((gate) => {
      const { stage, at, decision, evidence, conditions, extendedBy, why, approval } = gate;
      const head = pairs([
        ['gate', `${stage}, ${decision}, ${time(at)}`],
        ['evidence', evidence],
        ...(extendedBy === undefined
          ? []
          : ([['extended', `by ${extendedBy} contacts: ${why ?? ''}`]] as const)),
        ...(approval === undefined
          ? []
          : ([['approved', `${time(approval.at)} by ${approval.by}: ${approval.comment}`]] as const)),
      ]);
      if (conditions.length === 0) return head;
      return `${head}\n${table(
        ['CONDITION', 'VERDICT', 'COUNTS#', 'OF#', 'INTERVAL', 'TARGET#', 'TEST'],
        conditions.map(({ condition, verdict, numerator, denominator, interval, target, test }) => [
          condition,
          verdict,
          String(numerator),
          String(denominator),
          `${shareText(interval.low)} – ${shareText(interval.high)}`,
          shareText(target),
          test,
        ]),
      )}`;
    })
    .join('\n\n');
}

function haltText(halt: HaltRecord): string {
  const { observed, since, earliest, latest, segment, rectification, worst = [] } = halt;
  const lines: (readonly [string, string])[] = [
    ['halt', `${time(halt.at)} in ${halt.stage}, ${halt.kind}, by ${halt.by}`],
    ['what', segment === undefined ? 'the campaign' : `${segment.dimension} ${segment.value} alone`],
    ['why', halt.text],
  ];
  if (halt.kpi !== undefined) lines.push(['KPI', kpiName(halt.kpi)]);
  if (halt.baselineRate !== undefined) lines.push(['baseline', shareText(halt.baselineRate)]);
  if (observed !== undefined)
    lines.push([
      'observed',
      `${percent(observed.numerator, observed.denominator)} (${observed.numerator} of ${observed.denominator}, ${observed.expected.toFixed(1)} expected)`,
    ]);
  if (halt.test !== undefined)
    lines.push([
      'test',
      halt.statistic === undefined || halt.threshold === undefined
        ? halt.test
        : `${halt.test}: ${halt.statistic.toPrecision(3)} over ${halt.threshold.toPrecision(3)}`,
    ]);
  if (since !== undefined)
    lines.push([
      'since',
      earliest === undefined || latest === undefined
        ? time(since)
        : `${time(since)} (${time(earliest)} to ${time(latest)})`,
    ]);
  lines.push([
    'put right',
    rectification === undefined
      ? 'not yet: tactus campaign resume ID --reason … --touched …'
      : `${time(rectification.at)} by ${rectification.by}: ${rectification.text} (touched ${rectification.touched.join(', ')})`,
  ]);
  const text = pairs(lines);
  if (worst.length === 0) return text;
  return `${text}\n${table(
    ['WORST IN', 'VALUE', 'RATE#', 'COUNTS#', 'OF#', 'BASELINE#', 'EVIDENCE#'],
    worst.map(({ dimension, value, numerator, denominator, baselineRate, evidence }) => [
      dimension,
      value,
      percent(numerator, denominator),
      String(numerator),
      String(denominator),
      baselineRate === undefined ? '-' : shareText(baselineRate),
      evidence.toFixed(2),
    ]),
  )}`;
}

function haltsText({ halts, blocked }: ProgressAnswer): string {
  const texts = halts.map(haltText);
  if (blocked.length > 0)
    texts.push(
      table(
        ['NOT DIALLED', 'VALUE', 'SINCE', 'WHY'],
        blocked.map(({ dimension, value, since, reason }) => [dimension, value, time(since), reason]),
      ),
    );
  return texts.length === 0 ? 'no halts' : texts.join('\n\n');
}

function sampleText({ seed, hash, list, plans, strata, phases, coverage }: SampleReport): string {
  const plan = (name: 'validation' | 'pilot'): string =>
    `${plans[name].contacts} contacts: ${plans[name].text}`;
  const shown = coverage.slice(0, STRATA_SHOWN);
  const rows = shown.map(({ stratum, contacts, validation, pilot }) => [
    stratum,
    String(contacts),
    String(validation),
    String(pilot),
    percent(pilot, contacts),
  ]);
  const more = coverage.length - shown.length;
  return [
    pairs([
      ['list', `${list} contacts`],
      ['validation', plan('validation')],
      ['pilot', plan('pilot')],
      ...(phases ?? []).map(
        (each, i) => [`phase ${i + 1}`, `${each.contacts} contacts, ${staffInWords(each)}`] as const,
      ),
      ['seed', seed],
      ['hash', hash],
    ]),
    '',
    table(
      [
        strata.length === 0 ? 'ALL' : strata.join(' / ').toUpperCase(),
        'CONTACTS#',
        'VALIDATION#',
        'PILOT#',
        'PILOT SHARE#',
      ],
      rows,
    ),
    ...(more > 0 ? [`and ${more} more strata: see --json`] : []),
  ].join('\n');
}

export function addCampaignEvidenceCommands(group: Command, pathOf: (id: string) => string, io: Io): void {
  group
    .command('kpis')
    .description('KPIs with their counts and intervals, as a whole or told apart')
    .argument('<id>')
    .addOption(new Option('--stage <stage>', 'of one stage alone').choices([...STAGES]))
    .addOption(new Option('--by <dimension>', 'tell apart by this').choices([...DIMENSIONS]))
    .addOption(
      new Option('--kpi <id>', 'this one alone (with --by: contact-rate when absent)').choices(
        KPIS.map(({ id }) => id),
      ),
    )
    .option('--from <time>', 'attempts from this time on')
    .option('--to <time>', 'attempts before this time')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: KpiFlags) => {
      const { stage, by, from, to } = flags;
      const query = { stage, by, from, to };
      const answer = (await createClient(io).get(`${pathOf(id)}/kpis`, query)) as KpisAnswer;
      printResult(io, flags.json ?? false, answer, () => kpisText(answer, flags));
    });

  const progress = async (id: string): Promise<ProgressAnswer> =>
    (await createClient(io).get(`${pathOf(id)}/progress`)) as ProgressAnswer;

  group
    .command('gates')
    .description('decisions at the ends of stages, with what they rest on')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags) => {
      const { gates } = await progress(id);
      printResult(io, flags.json ?? false, gates, () => gatesText(gates));
    });

  group
    .command('halts')
    .description('halts with their analysis and how they were put right, and segments that are not dialled')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags) => {
      const { halts, blocked } = await progress(id);
      const answer = { halts, blocked };
      printResult(io, flags.json ?? false, answer, () => haltsText({ ...answer, gates: [] }));
    });

  group
    .command('sample')
    .description('how the samples of validation and pilot were drawn, why so many, and what they cover')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, flags: Flags) => {
      const report = (await createClient(io).get(`${pathOf(id)}/sample`)) as SampleReport;
      printResult(io, flags.json ?? false, report, () => sampleText(report));
    });
}
