/** Switches and trunks: links, limits, use and health. */
import { Loading, Pill, ServiceText, type Tone, Trouble } from '../shared/feedback';
import { count, dateTime, decimal, percent } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { href } from '../shared/router';
import { Table } from '../shared/table';
import { DrainActions } from './drain-actions';
import { t } from './texts';

interface Switch {
  readonly id: string;
  readonly connected: boolean;
  readonly since?: string;
  readonly reason: string;
  readonly channels: number;
  readonly orphans: number;
  readonly discrepancies: number;
  readonly eventLagSeconds: number;
  readonly reconnects: number;
  readonly commandsPending: number;
  readonly drain?: { readonly by: string; readonly reason: string; readonly empty: boolean };
}

interface Trunk {
  readonly id: string;
  readonly switchId: string;
  readonly state: 'ready' | 'degraded' | 'probing' | 'resting' | 'drained' | 'down';
  readonly reason: string;
  readonly channels: number;
  readonly maximumChannels: number;
  readonly callsPerSecond: number;
  readonly failuresInARow: number;
  readonly refusalsInARow: number;
  readonly failedShare?: number;
  readonly restsUntil?: string;
  readonly campaigns: readonly string[];
}

const EVERY_MILLISECONDS = 3_000;
const TONES: Readonly<Record<Trunk['state'], Tone>> = {
  ready: 'good',
  degraded: 'warn',
  probing: 'info',
  resting: 'warn',
  drained: 'quiet',
  down: 'bad',
};

export function TelephonyPage() {
  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle')} />
      <div class="stack">
        <Switches />
        <Trunks />
      </div>
    </>
  );
}

function Switches() {
  const { data, error, reload } = useLoad(
    'switches',
    (signal) => allItems<Switch>('/v1/switches', {}, signal),
    EVERY_MILLISECONDS,
  );
  return (
    <Card title={t('switches')} class="flush">
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<Switch>
          label={t('switches')}
          rows={data}
          keyOf={(row) => row.id}
          columns={[
            { id: 'id', head: t('id'), sort: (row) => row.id, cell: (row) => <b>{row.id}</b> },
            {
              id: 'link',
              head: t('link'),
              sort: (row) => Number(row.connected),
              cell: (row) => (
                <>
                  <Pill tone={row.connected ? 'good' : 'bad'}>{t(row.connected ? 'up' : 'down')}</Pill>
                  {row.reason !== '' && (
                    <p class="quiet">
                      <ServiceText>{row.reason}</ServiceText>
                    </p>
                  )}
                  {row.drain !== undefined && (
                    <p class="quiet">
                      {t(row.drain.empty ? 'drain.empty' : 'drain.on', { by: row.drain.by })}{' '}
                      <ServiceText>{row.drain.reason}</ServiceText>
                    </p>
                  )}
                </>
              ),
            },
            {
              id: 'since',
              head: t('since'),
              wideOnly: true,
              cell: (row) => (row.since === undefined ? '–' : dateTime(row.since)),
            },
            {
              id: 'channels',
              head: t('channels'),
              align: 'right',
              sort: (row) => row.channels,
              cell: (row) => count(row.channels),
            },
            {
              id: 'orphans',
              head: t('orphans'),
              align: 'right',
              wideOnly: true,
              cell: (row) => (row.orphans > 0 ? <Pill tone="bad">{count(row.orphans)}</Pill> : '0'),
            },
            {
              id: 'lag',
              head: t('lag'),
              align: 'right',
              wideOnly: true,
              cell: (row) => t('seconds', { n: decimal(row.eventLagSeconds, 3) }),
            },
            {
              id: 'reconnects',
              head: t('reconnects'),
              align: 'right',
              wideOnly: true,
              cell: (row) => count(row.reconnects),
            },
            {
              id: 'pending',
              head: t('pending'),
              align: 'right',
              wideOnly: true,
              cell: (row) => count(row.commandsPending),
            },
            {
              id: 'drain',
              head: t('service'),
              cell: (row) => (
                <DrainActions id={row.id} drained={row.drain !== undefined} onChanged={reload} />
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Trunks() {
  const { data, error, reload } = useLoad(
    'trunks',
    (signal) => allItems<Trunk>('/v1/trunks', {}, signal),
    EVERY_MILLISECONDS,
  );
  return (
    <Card title={t('trunks')} class="flush">
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<Trunk>
          label={t('trunks')}
          rows={data}
          keyOf={(row) => `${row.switchId} ${row.id}`}
          columns={[
            {
              id: 'id',
              head: t('id'),
              sort: (row) => row.id,
              cell: (row) => (
                <>
                  <b>{row.id}</b> <span class="quiet">{row.switchId}</span>
                </>
              ),
            },
            {
              id: 'state',
              head: t('state'),
              sort: (row) => row.state,
              cell: (row) => (
                <>
                  <Pill tone={TONES[row.state]}>{t(`state.${row.state}`)}</Pill>
                  {row.reason !== '' && (
                    <p class="quiet">
                      <ServiceText>{row.reason}</ServiceText>
                      {row.restsUntil !== undefined && ` · ${t('until', { time: dateTime(row.restsUntil) })}`}
                    </p>
                  )}
                </>
              ),
            },
            {
              id: 'channels',
              head: t('channels'),
              align: 'right',
              sort: (row) => row.channels,
              cell: (row) => t('of', { n: count(row.channels), of: count(row.maximumChannels) }),
            },
            {
              id: 'cps',
              head: t('cps'),
              align: 'right',
              wideOnly: true,
              cell: (row) => decimal(row.callsPerSecond, 0),
            },
            {
              id: 'failures',
              head: t('failures'),
              align: 'right',
              wideOnly: true,
              cell: (row) => count(row.failuresInARow + row.refusalsInARow),
            },
            {
              id: 'failed',
              head: t('failed'),
              align: 'right',
              wideOnly: true,
              cell: (row) => percent(row.failedShare, 0),
            },
            {
              id: 'campaigns',
              head: t('campaigns'),
              wideOnly: true,
              cell: (row) =>
                row.campaigns.length === 0
                  ? '–'
                  : row.campaigns.map((id, i) => (
                      <span key={id}>
                        {i > 0 && ', '}
                        <a href={href(`/campaigns/${encodeURIComponent(id)}`)}>{id}</a>
                      </span>
                    )),
            },
          ]}
        />
      )}
    </Card>
  );
}
