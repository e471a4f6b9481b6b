/** The cases of a simulation side by side, and their course. */
import { t as words } from '../overview/texts';
import { LineChart } from '../shared/chart';
import { ServiceText } from '../shared/feedback';
import { count, decimal, percent } from '../shared/format';
import { Card } from '../shared/layout';
import { Table } from '../shared/table';
import { t } from './texts';
import type { Estimate, Result, SimulationCase } from './types';

const TONES = ['flight', 'talking', 'reserved', 'wrap-up', 'ready', 'halted'] as const;

function nameOf(one: SimulationCase): string {
  return t('caseOf', { pacer: words.of('method', one.pacer), agents: count(one.agents) });
}

export function SimulationResult({ result }: { result: Result }) {
  const { cases, runs, interval, targetAbandonRatio } = result;
  const series = (of: (point: SimulationCase['course'][number]) => Estimate | undefined) =>
    cases.map((one, i) => ({
      name: nameOf(one),
      tone: TONES[i % TONES.length]!,
      points: one.course.map((point) => {
        const value = of(point);
        return {
          x: point.hours,
          y: value?.mean,
          ...(value?.low === undefined || value.high === undefined
            ? {}
            : { low: value.low, high: value.high }),
        };
      }),
    }));
  const hours = (x: number) => t('chart.hour', { n: decimal(x, 1) });
  return (
    <Card title={t('result')} aside={t('interval', { level: percent(interval.level, 0), runs })}>
      <Table<SimulationCase>
        label={t('result')}
        rows={cases}
        keyOf={(row) => `${row.pacer}-${row.agents}`}
        columns={[
          { id: 'case', head: t('case'), width: '24%', sort: nameOf, cell: (row) => <b>{nameOf(row)}</b> },
          figure('occupancy', t('occupancy'), (row) => row.figures.occupancy, percent),
          figure(
            'abandon',
            t('abandon'),
            (row) => row.figures.abandonRatio,
            (value) => percent(value, 2),
          ),
          figure('connected', t('connected'), (row) => row.figures.connected, count),
          figure('successes', t('successes'), (row) => row.figures.successes, count),
          figure(
            'toDone',
            t('toDone'),
            (row) => row.figures.hoursToDone,
            (value) => decimal(value, 1),
          ),
        ]}
      />
      <div class="grid-2 charts">
        <div>
          <h3>{t('chart.done')}</h3>
          <LineChart
            label={t('chart.done')}
            format={(value) => percent(value, 0)}
            unit={0.01}
            formatX={hours}
            atMost={1}
            series={series((point) => point.listDone)}
          />
        </div>
        <div>
          <h3>{t('chart.successes')}</h3>
          <LineChart
            label={t('chart.successes')}
            format={count}
            unit={1}
            formatX={hours}
            series={series((point) => point.successes)}
          />
        </div>
      </div>
      {result.notes.map((note) => (
        <p key={note} class="quiet">
          <ServiceText>{note}</ServiceText>
        </p>
      ))}
      <p class="quiet">
        {t('abandon')}: {words('card.target', { share: percent(targetAbandonRatio) })}
      </p>
    </Card>
  );
}

function figure(
  id: string,
  head: string,
  of: (row: SimulationCase) => Estimate | undefined,
  format: (value: number) => string,
) {
  return {
    id,
    head,
    align: 'right' as const,
    sort: (row: SimulationCase) => of(row)?.mean,
    cell: (row: SimulationCase) => {
      const value = of(row);
      if (value === undefined) return '–';
      return (
        <>
          <b>{format(value.mean)}</b>
          {value.low !== undefined && value.high !== undefined && (
            <p class="quiet small nowrap">
              {format(value.low)} – {format(value.high)}
            </p>
          )}
        </>
      );
    },
  };
}
