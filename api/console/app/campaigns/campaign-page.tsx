/** One campaign: its head with the commands, and its parts behind tabs. */
import { useState } from 'preact/hooks';
import { ListsTab } from '../lists/lists-tab';
import { useCampaignOverview, useServiceNow } from '../live';
import { StatusPill } from '../overview/campaign-card';
import { StagePath } from '../overview/stage-path';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { Banner, Loading, notify, Trouble } from '../shared/feedback';
import { dateTime, span } from '../shared/format';
import { Icon, type IconName } from '../shared/icons';
import { Card, PageHead, Tabs } from '../shared/layout';
import { useLoad } from '../shared/load';
import { href } from '../shared/router';
import { type Role, useSession } from '../shared/session';
import { CloneDialog } from './clone-dialog';
import { GatesTab } from './gates-tab';
import { KpisTab } from './kpis-tab';
import { PacingTab } from './pacing-tab';
import { ReportTab } from './report-tab';
import { SaidText } from './said';
import { ScheduleTab } from './schedule-tab';
import { SettingsTab } from './settings-tab';
import { SummaryTab } from './summary-tab';
import { t } from './texts';
import type { Campaign } from './types';

export const CAMPAIGN_TABS = [
  'summary',
  'lists',
  'gates',
  'kpis',
  'pacing',
  'report',
  'schedule',
  'settings',
] as const;
export type CampaignTab = (typeof CAMPAIGN_TABS)[number];

const EVERY_MILLISECONDS = 3_000;

export function CampaignPage({ id, tab }: { id: string; tab: CampaignTab }) {
  const path = `/v1/campaigns/${encodeURIComponent(id)}`;
  const { data, error, reload } = useLoad(
    path,
    (signal) => api.get<Campaign>(path, {}, signal),
    EVERY_MILLISECONDS,
  );
  const overview = useCampaignOverview(id);
  const now = useServiceNow();
  if (data === undefined) {
    return (
      <>
        <PageHead title={id} back={{ path: '/campaigns', name: t('list.title') }} />
        {error === undefined ? <Loading /> : <Trouble error={error} retry={reload} />}
      </>
    );
  }
  const { settings, status } = data;
  const base = `/campaigns/${encodeURIComponent(id)}`;
  return (
    <>
      <PageHead
        title={settings.name}
        back={{ path: '/campaigns', name: t('list.title') }}
        subtitle={
          <>
            <StatusPill status={status} />{' '}
            {words('card.subtitle', {
              method: words.of('method', settings.pacing.method),
              pool: settings.pool,
              status: words.of('status', status).toLowerCase(),
              span: span(now - Date.parse(data.statusSince)),
            })}
          </>
        }
      >
        <Commands campaign={data} onDone={reload} />
      </PageHead>
      <Trouble error={error} retry={reload} />
      {overview !== undefined && (
        <Card class="path-card">
          <StagePath campaign={overview} />
        </Card>
      )}
      {status === 'halted' && tab !== 'gates' && (
        <Banner
          tone="bad"
          title={t('halt.now')}
          action={
            <a class="button small" href={href(`${base}/gates`)}>
              {t('rectify.title')}
            </a>
          }
        >
          <SaidText said={data.reasonSaid}>{data.reason}</SaidText>
        </Banner>
      )}
      {(status === 'paused' || status === 'awaiting-approval' || status === 'stopped') &&
        data.reason !== '' && (
          <Banner tone="warn" title={words.of('status', status)}>
            <SaidText said={data.reasonSaid}>{data.reason}</SaidText> · {dateTime(data.statusSince)}
          </Banner>
        )}
      <Tabs
        label={t('tabs')}
        tabs={CAMPAIGN_TABS.map((name) => ({
          path: name === 'summary' ? base : `${base}/${name}`,
          name: t(`tab.${name}`),
          here: name === tab,
        }))}
      />
      {tab === 'summary' && <SummaryTab campaign={data} overview={overview} />}
      {tab === 'lists' && <ListsTab campaignId={id} />}
      {tab === 'gates' && <GatesTab campaign={data} onResumed={reload} />}
      {tab === 'kpis' && <KpisTab campaign={data} />}
      {tab === 'pacing' && <PacingTab campaign={data} />}
      {tab === 'report' && <ReportTab campaign={data} />}
      {tab === 'schedule' && <ScheduleTab campaign={data} />}
      {tab === 'settings' && <SettingsTab campaign={data} />}
    </>
  );
}

type CommandName = 'start' | 'pause' | 'resume' | 'stop' | 'halt' | 'approve';

interface Command {
  readonly icon: IconName;
  readonly statuses: readonly string[];
  readonly roles: readonly Role[];
  readonly reason: 'optional' | 'needed';
  readonly danger?: true;
}

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  start: { icon: 'play', statuses: ['draft'], roles: ['admin', 'operator'], reason: 'optional' },
  approve: {
    icon: 'check',
    statuses: ['awaiting-approval'],
    roles: ['admin', 'operator'],
    reason: 'optional',
  },
  resume: { icon: 'play', statuses: ['paused'], roles: ['admin', 'operator'], reason: 'optional' },
  pause: {
    icon: 'pause',
    statuses: ['running', 'awaiting-approval'],
    roles: ['admin', 'operator', 'supervisor'],
    reason: 'optional',
  },
  halt: {
    icon: 'alert',
    statuses: ['running', 'awaiting-approval', 'paused'],
    roles: ['admin', 'operator', 'supervisor'],
    reason: 'needed',
    danger: true,
  },
  stop: {
    icon: 'stop',
    statuses: ['running', 'awaiting-approval', 'paused', 'halted'],
    roles: ['admin', 'operator'],
    reason: 'optional',
    danger: true,
  },
};

function Commands({ campaign, onDone }: { campaign: Campaign; onDone(): void }) {
  const { may } = useSession();
  const [asking, setAsking] = useState<CommandName | 'clone'>();
  const { id, status, settings } = campaign;
  const { name } = settings;
  const possible = (Object.keys(COMMANDS) as CommandName[]).filter(
    (command) => COMMANDS[command].statuses.includes(status) && may(...COMMANDS[command].roles),
  );
  return (
    <>
      {possible.map((command, i) => (
        <button
          key={command}
          type="button"
          class={`button ${COMMANDS[command].danger ? 'danger' : i === 0 ? 'primary' : ''}`}
          onClick={() => setAsking(command)}
        >
          <Icon name={COMMANDS[command].icon} size={16} /> {t(`action.${command}`)}
        </button>
      ))}
      {may('admin', 'operator') && (
        <button type="button" class="button" onClick={() => setAsking('clone')}>
          <Icon name="copy" size={16} /> {t('action.clone')}
        </button>
      )}
      {asking === 'clone' && <CloneDialog campaign={campaign} onClose={() => setAsking(undefined)} />}
      {asking !== undefined && asking !== 'clone' && (
        <ConfirmDialog
          title={t(`ask.${asking}`, { name })}
          text={t(`ask.${asking}Text`)}
          action={t(`action.${asking}`)}
          danger={COMMANDS[asking].danger === true}
          reason={COMMANDS[asking].reason}
          onConfirm={async (reason) => {
            await command(id, asking, reason);
            notify('good', t('done.command', { name, action: t(`action.${asking}`).toLowerCase() }));
            onDone();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

async function command(id: string, name: CommandName, reason: string): Promise<void> {
  await api.post(`/v1/campaigns/${encodeURIComponent(id)}/${name}`, reason === '' ? {} : { reason });
}
