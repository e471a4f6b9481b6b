/** The floor: every agent with state and time in it; pausing, logging out and listening in. */
import { useMemo, useState } from 'preact/hooks';
import { t as campaignWords } from '../campaigns/texts';
import { useLive } from '../live';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { Loading, notify, Trouble } from '../shared/feedback';
import { count, timer } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card, PageHead } from '../shared/layout';
import { useLoad, useNow } from '../shared/load';
import { allItems } from '../shared/pages';
import { href } from '../shared/router';
import { useSession } from '../shared/session';
import { type Column, Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { MonitorDialog, stopMonitoring } from './monitor-dialog';
import { t } from './texts';
import type { Agent } from './types';

const STATES = ['ready', 'talking', 'reserved', 'wrap-up', 'paused', 'connecting', 'offline'] as const;
const EVERY_MILLISECONDS = 2_000;

type Asking = { readonly what: 'pause' | 'logout' | 'monitor'; readonly agent: Agent };

export function FloorPage() {
  const { live, offset } = useLive();
  const { data, error, reload } = useLoad(
    'floor',
    (signal) => allItems<Agent>('/v1/agents', {}, signal),
    EVERY_MILLISECONDS,
  );
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const [pool, setPool] = useState('');
  const [asking, setAsking] = useState<Asking>();
  const pools = useMemo(() => [...new Set((data ?? []).map((agent) => agent.pool))].sort(), [data]);
  const rows = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return (data ?? []).filter(
      (agent) =>
        (state === '' ? agent.state !== 'offline' : agent.state === state) &&
        (pool === '' || agent.pool === pool) &&
        (wanted === '' || `${agent.name} ${agent.id} ${agent.team}`.toLowerCase().includes(wanted)),
    );
  }, [data, search, state, pool]);
  const names = useMemo(
    () => new Map((live.overview?.campaigns ?? []).map((campaign) => [campaign.id, campaign.name])),
    [live.overview],
  );
  const columns = useColumns(offset, names, setAsking, reload);
  const online = (data ?? []).filter((agent) => agent.state !== 'offline').length;

  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle', { n: online })} />
      <Trouble error={error} retry={reload} />
      <States agents={data ?? []} chosen={state} onChoose={setState} />
      <div class="filters">
        <label class="field grow">
          <span class="quiet">{shared('table.filter')}</span>
          <input
            type="search"
            value={search}
            placeholder={t('search')}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span class="quiet">{t('pool')}</span>
          <select value={pool} onChange={(event) => setPool(event.currentTarget.value)}>
            <option value="">{t('allPools')}</option>
            {pools.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Card class="flush">
        {data === undefined ? (
          error === undefined && <Loading />
        ) : (
          <Table
            rows={rows}
            columns={columns}
            keyOf={(agent) => agent.id}
            label={t('title')}
            initialOrder={{ column: 'state', descending: false }}
            empty={data.length === 0 ? t('none') : shared('table.none')}
          />
        )}
      </Card>
      {asking !== undefined && <Ask asking={asking} onDone={reload} onClose={() => setAsking(undefined)} />}
    </>
  );
}

/** Agents by state, as buttons that filter. */
function States({
  agents,
  chosen,
  onChoose,
}: {
  agents: readonly Agent[];
  chosen: string;
  onChoose(state: string): void;
}) {
  return (
    <div class="floor-states">
      {STATES.map((state) => {
        const n = agents.filter((agent) => agent.state === state).length;
        return (
          <button
            key={state}
            type="button"
            class={`floor-state tone-${state}`}
            aria-pressed={chosen === state}
            onClick={() => onChoose(chosen === state ? '' : state)}
          >
            <i />
            <b>{count(n)}</b> <span>{words(`agent.${state}`)}</span>
          </button>
        );
      })}
    </div>
  );
}

function useColumns(
  offset: number,
  names: ReadonlyMap<string, string>,
  onAsk: (asking: Asking) => void,
  reload: () => void,
): readonly Column<Agent>[] {
  const { may } = useSession();
  const leads = may('admin', 'operator', 'supervisor');
  // Made anew only when what it depends on changes: the table sorts its rows again with new columns.
  return useMemo(
    () => [
      {
        id: 'name',
        head: t('agent'),
        width: '22%',
        sort: (agent) => agent.name || agent.id,
        cell: (agent) => (
          <div class="cell-name">
            <span>{agent.name || agent.id}</span>
            {agent.name !== '' && agent.name !== agent.id && <span class="quiet">{agent.id}</span>}
          </div>
        ),
      },
      {
        id: 'state',
        head: t('state'),
        sort: (agent) => STATES.indexOf(agent.state),
        cell: (agent) => <StateCell agent={agent} />,
      },
      {
        id: 'since',
        head: t('since'),
        align: 'right',
        width: '120px',
        sort: (agent) => -Date.parse(agent.stateSince),
        cell: (agent) => <Since at={agent.stateSince} offset={offset} state={agent.state} />,
      },
      {
        id: 'campaign',
        head: t('campaign'),
        wideOnly: true,
        sort: (agent) => agent.campaignId || undefined,
        cell: (agent) =>
          agent.campaignId === '' ? (
            <span class="quiet">–</span>
          ) : (
            <a href={href(`/campaigns/${encodeURIComponent(agent.campaignId)}`)}>
              {names.get(agent.campaignId) ?? agent.campaignId}
            </a>
          ),
      },
      {
        id: 'team',
        head: t('team'),
        wideOnly: true,
        sort: (agent) => agent.team || undefined,
        cell: (agent) => agent.team || '–',
      },
      {
        id: 'tier',
        head: t('tier'),
        wideOnly: true,
        sort: (agent) => agent.tier,
        cell: (agent) => campaignWords.of('tier', agent.tier),
      },
      ...(leads
        ? [
            {
              id: 'actions',
              head: t('actions'),
              align: 'right' as const,
              width: '170px',
              cell: (agent: Agent) => <Actions agent={agent} onAsk={onAsk} reload={reload} />,
            },
          ]
        : []),
    ],
    [offset, names, leads, onAsk, reload],
  );
}

function StateCell({ agent }: { agent: Agent }) {
  const { call } = agent;
  const notes = [
    ...(agent.state === 'paused' && agent.pauseReason !== '' ? [agent.pauseReason] : []),
    ...(call !== undefined && call.mode !== 'talking' ? [t(`call.${call.mode}`)] : []),
    ...(call?.muted === true ? [t('muted')] : []),
    ...((call?.monitors.length ?? 0) > 0 ? [t('listened', { n: call?.monitors.length ?? 0 })] : []),
  ];
  return (
    <span class={`agent-state tone-${agent.state}`}>
      <i />
      {words(`agent.${agent.state}`)}
      {notes.length > 0 && <span class="quiet">{notes.join(', ')}</span>}
    </span>
  );
}

/** Ticks by itself, so that the table need not be drawn again each second. */
function Since({ at, offset, state }: { at: string; offset: number; state: string }) {
  const now = useNow() + offset;
  if (state === 'offline') return <span class="quiet">–</span>;
  return <span class="mono">{timer(now - Date.parse(at))}</span>;
}

function Actions({
  agent,
  onAsk,
  reload,
}: {
  agent: Agent;
  onAsk: (asking: Asking) => void;
  reload: () => void;
}) {
  const name = agent.name || agent.id;
  if (agent.state === 'offline') return null;
  return (
    <span class="row-actions">
      {agent.state === 'talking' && agent.attemptId !== '' && (
        <>
          <button
            type="button"
            class="icon-button"
            title={t('monitor.label', { name })}
            aria-label={t('monitor.label', { name })}
            onClick={() => onAsk({ what: 'monitor', agent })}
          >
            <Icon name="headset" size={17} />
          </button>
          {(agent.call?.monitors.length ?? 0) > 0 && (
            <button
              type="button"
              class="icon-button"
              title={t('monitor.stop')}
              aria-label={t('monitor.stop')}
              onClick={() => void stopMonitoring(agent.attemptId).then(reload)}
            >
              <Icon name="close" size={17} />
            </button>
          )}
        </>
      )}
      {agent.state !== 'paused' && (
        <button
          type="button"
          class="icon-button"
          title={t('pause.label', { name })}
          aria-label={t('pause.label', { name })}
          onClick={() => onAsk({ what: 'pause', agent })}
        >
          <Icon name="pause" size={17} />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        title={t('logout.label', { name })}
        aria-label={t('logout.label', { name })}
        onClick={() => onAsk({ what: 'logout', agent })}
      >
        <Icon name="leave" size={17} />
      </button>
    </span>
  );
}

function Ask({ asking, onDone, onClose }: { asking: Asking; onDone(): void; onClose(): void }) {
  const { what, agent } = asking;
  const name = agent.name || agent.id;
  if (what === 'monitor') return <MonitorDialog agent={agent} onDone={onDone} onClose={onClose} />;
  const path = `/v1/agents/${encodeURIComponent(agent.id)}/${what}`;
  return (
    <ConfirmDialog
      title={t(`${what}.ask`, { name })}
      text={t(`${what}.text`)}
      action={t(what)}
      reason={what === 'pause' ? 'needed' : 'none'}
      reasonLabel={t('reason')}
      danger={what === 'logout'}
      onConfirm={async (reason) => {
        await api.post(path, what === 'pause' ? { reason } : {});
        notify('good', t(what === 'pause' ? 'paused' : 'loggedOut', { name }));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
