/** How many lines, why that many, and whether the pacer's predictions hold. */
import { useLive } from '../live';
import { Figure } from '../overview/campaign-card';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { LineChart } from '../shared/chart';
import { Empty, Loading, ServiceText, Trouble } from '../shared/feedback';
import { clock, count, decimal, percent, timer } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { AbandonLedger } from './abandon-ledger';
import { t } from './texts';
import type { Campaign, Diagnostics, Kpis } from './types';

const EVERY_MILLISECONDS = 2_000;
const MEASURED_MILLISECONDS = 20_000;

export function PacingTab({ campaign }: { campaign: Campaign }) {
  const base = `/v1/campaigns/${encodeURIComponent(campaign.id)}`;
  const { data, error, reload } = useLoad(
    base,
    (signal) => api.get<Diagnostics>(`${base}/diagnostics`, {}, signal),
    EVERY_MILLISECONDS,
  );
  const measured = useLoad(
    `${base}/${campaign.stage}`,
    (signal) => api.get<Kpis>(`${base}/kpis`, { stage: campaign.stage }, signal),
    MEASURED_MILLISECONDS,
  );
  const samples = useLive().live.history.get(campaign.id) ?? [];
  if (data === undefined) return error === undefined ? <Loading /> : <Trouble error={error} retry={reload} />;
  const { pacing, abandon, limit } = data;
  const { live } = campaign;
  const kpi = (id: string) => measured.data?.rows[0]?.kpis.find((one) => one.id === id);
  const estimate = (name: string): number | undefined => pacing?.estimates[name];
  const seconds = (value: number | undefined) => (value === undefined ? '–' : timer(1000 * value));
  const handle =
    estimate('talkSeconds') === undefined
      ? undefined
      : estimate('talkSeconds')! + (estimate('wrapSeconds') ?? 0);
  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      <Card title={t('pacing.now')} aside={words.of('method', campaign.settings.pacing.method)}>
        <dl class="figures">
          <Figure name={t('pacing.target')} value={count(live.linesTarget)} note="" />
          <Figure name={t('pacing.inFlight')} value={count(live.inFlight)} note="" />
          <Figure name={words('tile.talking')} value={count(live.talking)} note="" />
          <Figure name={t('pacing.aim')} value={percent(abandon.target, 2)} note="" />
        </dl>
        <div class={`verdict ${limit === 'none' || live.inFlight > 0 ? 'going' : 'resting'}`}>
          <p class="quiet">{t('pacing.limit')}</p>
          <p>{words.of('limit', limit)}</p>
        </div>
        <LineChart
          label={t('chart.lines')}
          format={count}
          unit={1}
          formatX={clock}
          height={210}
          series={[
            {
              name: t('chart.target'),
              tone: 'reserved',
              dashed: true,
              points: samples.map((s) => ({ x: s[0], y: s[6] })),
            },
            {
              name: t('chart.inFlight'),
              tone: 'flight',
              filled: true,
              points: samples.map((s) => ({ x: s[0], y: s[1] })),
            },
            { name: t('chart.talking'), tone: 'talking', points: samples.map((s) => ({ x: s[0], y: s[2] })) },
          ]}
        />
      </Card>
      {pacing === undefined ? (
        <Empty title={t('pacing.none')} />
      ) : (
        <div class="grid-2">
          <Card title={t('pacing.predicted')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('pacing.quantity')}</th>
                  <th scope="col" class="right">
                    {t('pacing.believes')}
                  </th>
                  <th scope="col" class="right">
                    {t('pacing.measured')}
                  </th>
                </tr>
              </thead>
              <tbody>
                <Compared
                  name={t('pacing.answerRate')}
                  predicted={percent(estimate('answerRate'))}
                  actual={percent(kpi('answer-rate')?.value)}
                />
                <Compared
                  name={t('pacing.handle')}
                  predicted={seconds(handle)}
                  actual={seconds(kpi('average-handle-time')?.value)}
                />
                <Compared
                  name={words('tile.abandonRate')}
                  predicted={percent(abandon.target, 2)}
                  actual={percent(kpi('abandon-rate')?.value, 2)}
                />
                {estimate('risk') !== undefined && (
                  <Compared
                    name={t('pacing.risk')}
                    predicted={percent(estimate('risk'), 2)}
                    actual={`${t('pacing.threshold')} ${percent(estimate('threshold'), 2)}`}
                  />
                )}
                {estimate('forecastBrier') !== undefined && (
                  <Compared
                    name={t('pacing.forecast')}
                    predicted={decimal(estimate('forecastBrier'), 3)}
                    actual={`${t('pacing.forecastBase')} ${decimal(estimate('forecastBrierOfMean'), 3)}`}
                  />
                )}
              </tbody>
            </table>
            <details>
              <summary>{t('pacing.words')}</summary>
              <p class="quiet">
                <ServiceText>{pacing.text}</ServiceText>
              </p>
            </details>
          </Card>
          <AbandonLedger standing={abandon} />
        </div>
      )}
    </div>
  );
}

function Compared({ name, predicted, actual }: { name: string; predicted: string; actual: string }) {
  return (
    <tr>
      <td>{name}</td>
      <td class="right">
        <b>{predicted}</b>
      </td>
      <td class="right">{actual}</td>
    </tr>
  );
}
