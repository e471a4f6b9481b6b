/** KPIs with their intervals: as a whole, by segment, and over time. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { IntervalBar, LineChart } from '../shared/chart';
import { Loading, Trouble } from '../shared/feedback';
import { count, decimal, hourMinute, percent, timer } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { type Column, Table } from '../shared/table';
import { t } from './texts';
import type { Campaign, KpiRow, KpiSeries, Kpis, KpiValue } from './types';

const DIMENSIONS = [
  'stage',
  'team',
  'tier',
  'agent',
  'script',
  'offer',
  'source',
  'caller-id',
  'trunk',
  'hour',
  'call',
] as const;
const BLOCKS = [5, 15, 30, 60, 1440] as const;
/** Measuring goes over all attempts of the campaign. */
const EVERY_MILLISECONDS = 20_000;

export function KpisTab({ campaign }: { campaign: Campaign }) {
  const [stage, setStage] = useState('');
  const [by, setBy] = useState('');
  const [kpi, setKpi] = useState('success-rate');
  const [block, setBlock] = useState(30);
  const base = `/v1/campaigns/${encodeURIComponent(campaign.id)}`;
  const query = { stage: stage || undefined };
  const kpis = useLoad(
    `${base}?${stage}&${by}`,
    (signal) => api.get<Kpis>(`${base}/kpis`, { ...query, by: by || undefined }, signal),
    EVERY_MILLISECONDS,
  );
  const series = useLoad(
    `${base}?${stage}&${block}`,
    (signal) => api.get<KpiSeries>(`${base}/kpi-series`, { ...query, blockMinutes: block }, signal),
    EVERY_MILLISECONDS,
  );
  const whole = kpis.data?.rows.find((row) => row.segment === 'all');
  const unit = whole?.kpis.find((one) => one.id === kpi)?.unit ?? 'share';
  const format =
    unit === 'share' ? (value: number) => percent(value) : (value: number) => timer(1000 * value);
  return (
    <div class="stack">
      <div class="filters">
        <Choice label={t('kpi.stage')} value={stage} onChange={setStage}>
          <option value="">{t('kpi.allStages')}</option>
          {(['validation', 'pilot', 'production'] as const).map((name) => (
            <option key={name} value={name}>
              {words(`stage.${name}`)}
            </option>
          ))}
        </Choice>
        <Choice label={t('kpi.by')} value={by} onChange={setBy}>
          <option value="">{t('by.none')}</option>
          {DIMENSIONS.map((name) => (
            <option key={name} value={name}>
              {t(`by.${name}`)}
            </option>
          ))}
        </Choice>
      </div>
      <Trouble error={kpis.error} retry={kpis.reload} />
      {kpis.data === undefined ? (
        kpis.error === undefined && <Loading />
      ) : (
        <div class="grid-2">
          <Card title={t('kpi.title')} class="flush">
            {whole !== undefined && <Whole row={whole} chosen={kpi} onChoose={setKpi} />}
          </Card>
          <div class="stack">
            <Card
              title={`${t.of('kpi', kpi)} · ${t('kpi.chart')}`}
              aside={
                <select
                  aria-label={t('kpi.block')}
                  value={String(block)}
                  onChange={(event) => setBlock(Number(event.currentTarget.value))}
                >
                  {BLOCKS.map((minutes) => (
                    <option key={minutes} value={minutes}>
                      {minutes === 1440 ? '1 d' : `${minutes} min`}
                    </option>
                  ))}
                </select>
              }
            >
              <Trouble error={series.error} retry={series.reload} />
              <OverTime series={series.data} kpi={kpi} format={format} share={unit === 'share'} />
            </Card>
            <Tally title={t('kpi.dispositions')} counts={kpis.data.dispositions} />
            <Tally title={t('kpi.outcomes')} counts={kpis.data.outcomes} prefix="outcome" />
          </div>
        </div>
      )}
      {by !== '' && kpis.data !== undefined && (
        <Card class="flush" title={`${t.of('kpi', kpi)} · ${t.of('by', by)}`}>
          <Segments rows={kpis.data.rows.filter((row) => row.segment !== 'all')} kpi={kpi} by={by} />
        </Card>
      )}
    </div>
  );
}

function Choice({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  children: ComponentChildren;
}) {
  return (
    <label class="field">
      <span class="quiet">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

function shown(kpi: KpiValue, value: number | undefined): string {
  if (value === undefined) return '–';
  return kpi.unit === 'share' ? percent(value) : timer(1000 * value);
}

function Whole({ row, chosen, onChoose }: { row: KpiRow; chosen: string; onChoose(id: string): void }) {
  return (
    <Table<KpiValue>
      label={t('kpi.title')}
      rows={row.kpis}
      keyOf={(kpi) => kpi.id}
      rowClass={(kpi) => (kpi.id === chosen ? 'chosen' : '')}
      onOpen={(kpi) => onChoose(kpi.id)}
      columns={[
        {
          id: 'kpi',
          head: t('kpi.kpi'),
          width: '32%',
          cell: (kpi) => (
            <button
              type="button"
              class="link-button"
              aria-pressed={kpi.id === chosen}
              title={kpi.definition}
              onClick={() => onChoose(kpi.id)}
            >
              {t.of('kpi', kpi.id)}
            </button>
          ),
        },
        { id: 'value', head: t('kpi.value'), align: 'right', cell: (kpi) => <b>{shown(kpi, kpi.value)}</b> },
        { id: 'interval', head: t('kpi.interval'), width: '30%', cell: (kpi) => <Interval kpi={kpi} /> },
        {
          id: 'counts',
          head: t('kpi.counts'),
          align: 'right',
          wideOnly: true,
          cell: (kpi) => (
            <span class="quiet">
              {count(kpi.numerator)} / {count(kpi.denominator)}
            </span>
          ),
        },
      ]}
    />
  );
}

function Interval({ kpi }: { kpi: KpiValue }) {
  const { value, low, high } = kpi;
  if (value === undefined) return <span class="quiet">{t('kpi.noTrials')}</span>;
  if (low === undefined || high === undefined) return <span class="quiet">–</span>;
  return (
    <div>
      <IntervalBar value={value} low={low} high={high} top={kpi.unit === 'share' ? 1 : high * 1.2} />
      <span class="quiet small">
        {shown(kpi, low)} – {shown(kpi, high)}
      </span>
    </div>
  );
}

function OverTime({
  series,
  kpi,
  format,
  share,
}: {
  series: KpiSeries | undefined;
  kpi: string;
  format: (value: number) => string;
  share: boolean;
}) {
  const blocks = series?.blocks ?? [];
  return (
    <>
      <LineChart
        label={`${t.of('kpi', kpi)}: ${t('kpi.chart')}`}
        format={format}
        unit={share ? 0.001 : 1}
        formatX={hourMinute}
        height={210}
        {...(share ? { atMost: 1, atLeast: 0.02 } : {})}
        series={[
          {
            name: t.of('kpi', kpi),
            tone: 'flight',
            points: blocks.map((block) => {
              const found = block.kpis.find((one) => one.id === kpi);
              return {
                x: Date.parse(block.from),
                y: found?.value,
                ...(found?.low === undefined || found.high === undefined
                  ? {}
                  : { low: found.low, high: found.high }),
              };
            }),
          },
        ]}
      />
      <LineChart
        label={t('chart.attempts')}
        format={count}
        unit={1}
        formatX={hourMinute}
        height={100}
        series={[
          {
            name: t('chart.attempts'),
            tone: 'quiet',
            filled: true,
            points: blocks.map((block) => ({ x: Date.parse(block.from), y: block.attempts })),
          },
        ]}
      />
    </>
  );
}

function Segments({ rows, kpi, by }: { rows: readonly KpiRow[]; kpi: string; by: string }) {
  const of = (row: KpiRow) => row.kpis.find((one) => one.id === kpi);
  const columns: readonly Column<KpiRow>[] = [
    {
      id: 'segment',
      head: t.of('by', by),
      sort: (row) => row.segment,
      cell: (row) => (by === 'stage' ? words.of('stage', row.segment) : row.segment),
    },
    {
      id: 'attempts',
      head: t('chart.attempts'),
      align: 'right',
      sort: (row) => row.attempts,
      cell: (row) => count(row.attempts),
    },
    {
      id: 'value',
      head: t('kpi.value'),
      align: 'right',
      sort: (row) => of(row)?.value,
      cell: (row) => {
        const found = of(row);
        return found === undefined ? '–' : <b>{shown(found, found.value)}</b>;
      },
    },
    {
      id: 'interval',
      head: t('kpi.interval'),
      width: '34%',
      cell: (row) => {
        const found = of(row);
        return found === undefined ? null : <Interval kpi={found} />;
      },
    },
    {
      id: 'cost',
      head: t('kpi.costPerSuccess'),
      align: 'right',
      wideOnly: true,
      sort: (row) => row.costPerSuccess,
      cell: (row) => decimal(row.costPerSuccess, 2),
    },
  ];
  return (
    <Table
      label={t.of('by', by)}
      rows={rows}
      columns={columns}
      keyOf={(row) => row.segment}
      initialOrder={{ column: 'attempts', descending: true }}
    />
  );
}

/** Counts of a few words, the largest first, as bars. */
function Tally({
  title,
  counts,
  prefix = '',
}: {
  title: string;
  counts: Readonly<Record<string, number>>;
  prefix?: string;
}) {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const total = rows.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return null;
  return (
    <Card title={title}>
      <ul class="tally">
        {rows.map(([name, n]) => (
          <li key={name}>
            <span>{prefix === 'outcome' ? t.of('result', name) : name}</span>
            <i style={{ width: `${((n / rows[0]![1]) * 100).toFixed(1)}%` }} />
            <b>{count(n)}</b>
            <span class="quiet">{percent(n / total, 0)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
