/** Gates with their evidence, halts with their analysis and the rectification, and the watch over production. */
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { IntervalBar } from '../shared/chart';
import { Loading, Pill, type Tone, Trouble } from '../shared/feedback';
import { count, dateTime, percent } from '../shared/format';
import { currentLanguage } from '../shared/i18n';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { Table } from '../shared/table';
import { Halts } from './halts';
import { SaidText, TestName } from './said';
import { t } from './texts';
import type { Campaign, GateCondition, GateRecord, Progress, WatchedKpi } from './types';

const EVERY_MILLISECONDS = 4_000;

export function GatesTab({ campaign, onResumed }: { campaign: Campaign; onResumed(): void }) {
  const path = `/v1/campaigns/${encodeURIComponent(campaign.id)}/progress`;
  const { data, error, reload } = useLoad(
    path,
    (signal) => api.get<Progress>(path, {}, signal),
    EVERY_MILLISECONDS,
  );
  if (data === undefined) return error === undefined ? <Loading /> : <Trouble error={error} retry={reload} />;
  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      <Halts
        campaign={campaign}
        progress={data}
        onResumed={() => {
          reload();
          onResumed();
        }}
      />
      <div class="grid-2">
        <Card title={t('gate.title')}>
          {data.gates.length === 0 && <p class="quiet">{t('gate.none')}</p>}
          <ol class="gates">
            {data.gates.toReversed().map((gate) => (
              <Gate key={`${gate.stage}-${gate.at}`} gate={gate} />
            ))}
          </ol>
        </Card>
        <Watch progress={data} />
      </div>
    </div>
  );
}

const GATE_TONES = { pass: 'good', fail: 'bad', inconclusive: 'warn' } as const satisfies Record<
  string,
  Tone
>;
const VERDICTS = { pass: 'gate.met', fail: 'gate.notMet', inconclusive: 'gate.open' } as const;

function Gate({ gate }: { gate: GateRecord }) {
  return (
    <li class="gate">
      <div class="ledger-head">
        <h3>{t('gate.of', { stage: words(`stage.${gate.stage}`) })}</h3>
        <span>
          <Pill tone={GATE_TONES[gate.decision]}>{t(`gate.${gate.decision}`)}</Pill>
        </span>
      </div>
      <p class="quiet">{dateTime(gate.at)}</p>
      {gate.conditions.length === 0 && <p>{t('gate.noConditions')}</p>}
      {gate.conditions.map((condition) => (
        <Condition key={condition.condition} condition={condition} />
      ))}
      {gate.extendedBy !== undefined && (
        <p>
          {t('gate.extension', { n: count(gate.extendedBy) })}{' '}
          <span class="quiet">
            <SaidText said={gate.whySaid}>{gate.why ?? ''}</SaidText>
          </span>
        </p>
      )}
      <details>
        <summary>{t('gate.evidence')}</summary>
        <p class="quiet">
          <SaidText said={gate.said}>{gate.evidence}</SaidText>
        </p>
      </details>
    </li>
  );
}

/** Conditions that compare one rate with one bound are told in words; the others by the service's sentence. */
function Condition({ condition }: { condition: GateCondition }) {
  const { kpi, numerator, denominator, interval, target, verdict, condition: field } = condition;
  const plain = /^(minimum|maximum)\w+(Rate|Ratio)$/.test(field);
  const bound = t(field.startsWith('minimum') ? 'gate.atLeast' : 'gate.atMost', { share: percent(target) });
  const name = t.of('kpi', kpi);
  const tone = GATE_TONES[verdict];
  return (
    <div class="condition">
      <div class="ledger-head">
        <b>{plain ? name : t.of('condition', field)}</b>
        <Pill tone={tone}>{t(VERDICTS[verdict])}</Pill>
      </div>
      {plain && denominator > 0 && (
        <IntervalBar
          value={numerator / denominator}
          low={interval.low}
          high={interval.high}
          limit={target}
          top={Math.max(interval.high, target) * 1.15}
          tone={tone}
        />
      )}
      <p>
        {!plain ? (
          <SaidText said={condition.said && [condition.said]}>{condition.text}</SaidText>
        ) : denominator === 0 ? (
          t('gate.nothing', { kpi: name, bound })
        ) : (
          t('gate.words', {
            kpi: name,
            value: percent(numerator / denominator),
            numerator: count(numerator),
            denominator: count(denominator),
            low: percent(interval.low),
            high: percent(interval.high),
            bound,
          })
        )}
      </p>
      <p class="quiet">
        <TestName code={condition.testCode}>{condition.test}</TestName>
        {condition.furtherTrials !== undefined &&
          ` · ${t('gate.further', { n: count(Math.ceil(condition.furtherTrials)) })}`}
      </p>
    </div>
  );
}

function Watch({ progress }: { progress: Progress }) {
  const { watch } = progress;
  return (
    <Card
      title={t('watch.title')}
      aside={watch !== undefined && t('watch.since', { when: dateTime(watch.since) })}
    >
      {watch === undefined ? (
        <p class="quiet">{t('watch.none')}</p>
      ) : (
        <>
          <Table<WatchedKpi>
            label={t('watch.title')}
            rows={watch.kpis}
            keyOf={(row) => `${row.kpi}-${row.direction}`}
            columns={[
              {
                id: 'kpi',
                head: t('watch.kpi'),
                cell: (row) => <span title={row.text}>{t.of('kpi', row.kpi)}</span>,
              },
              {
                id: 'direction',
                head: t('watch.direction'),
                wideOnly: true,
                cell: (row) => t(`watch.${row.direction}`),
              },
              {
                id: 'pilot',
                head: t('watch.pilot'),
                align: 'right',
                cell: (row) => percent(row.baselineRate),
              },
              {
                id: 'now',
                head: t('watch.now'),
                align: 'right',
                cell: (row) => percent(row.trials === 0 ? undefined : row.successes / row.trials),
              },
              {
                id: 'evidence',
                head: t('watch.evidence'),
                width: '34%',
                cell: (row) => <Evidence row={row} />,
              },
            ]}
          />
          {watch.unwatched.length > 0 && (
            <p class="quiet">
              {t('watch.unwatched', {
                kpis: watch.unwatched
                  .map((kpi) => t.of('kpi', kpi))
                  .join(currentLanguage() === 'zh' ? '、' : ', '),
              })}
            </p>
          )}
        </>
      )}
    </Card>
  );
}

/** The statistic grows by factors, so its logarithm is what is on the scale. */
function Evidence({ row }: { row: WatchedKpi }) {
  const share = Math.max(0, Math.min(1, Math.log(Math.max(1, row.statistic)) / Math.log(row.threshold)));
  const tone = share >= 1 ? 'bad' : share > 0.8 ? 'warn' : 'good';
  return (
    <div title={t('watch.of', { share: percent(share, 0) })} class={tone}>
      <meter value={share} max={1} aria-label={t('watch.of', { share: percent(share, 0) })} />
    </div>
  );
}
