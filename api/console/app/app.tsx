/** The console: which page is at which address, and what is always in sight. */
import type { ComponentChildren } from 'preact';
import type { Overview } from '../../http/overview';
import { CAMPAIGN_TABS, CampaignPage } from './campaigns/campaign-page';
import { CampaignsPage } from './campaigns/campaigns-page';
import { NewCampaignPage } from './campaigns/new-campaign-page';
import { LiveProvider } from './live';
import { OverviewPage } from './overview/overview-page';
import { useOverview } from './overview/use-overview';
import type { StreamState } from './shared/events';
import { Empty, Loading } from './shared/feedback';
import { count } from './shared/format';
import { Layout, type NavGroup, PageHead } from './shared/layout';
import { LoginPage } from './shared/login';
import { href, match, type Parameters, useRoute } from './shared/router';
import { useSession } from './shared/session';
import { t as shared } from './shared/texts';
import { t } from './texts';

interface Page {
  readonly pattern: string;
  page(parameters: Parameters): ComponentChildren;
}

const PAGES: readonly Page[] = [
  { pattern: '/campaigns', page: () => <CampaignsPage /> },
  { pattern: '/campaigns/new', page: () => <NewCampaignPage /> },
  { pattern: '/campaigns/:id', page: ({ id }) => <CampaignPage id={id ?? ''} tab="summary" /> },
  {
    pattern: '/campaigns/:id/:tab',
    page: ({ id, tab }) => {
      const known = CAMPAIGN_TABS.find((one) => one === tab);
      return known === undefined ? <Lost /> : <CampaignPage id={id ?? ''} tab={known} />;
    },
  },
];

function groups(): readonly NavGroup[] {
  return [
    {
      name: t('group.operate'),
      items: [
        { path: '/', name: t('nav.overview'), icon: 'overview' },
        { path: '/campaigns', name: t('nav.campaigns'), icon: 'campaigns' },
      ],
    },
  ];
}

/** Without login there is the overview alone. */
function publicGroups(): readonly NavGroup[] {
  return groups()
    .slice(0, 1)
    .map((group) => ({ ...group, items: group.items.slice(0, 1) }));
}

export function App() {
  const { state } = useSession();
  const { path } = useRoute();
  if (state === 'unknown') return <Loading />;
  if (state === 'in') return <Console path={path === '/login' ? '/' : path} />;
  return path === '/' ? (
    <PublicOverview />
  ) : (
    <LoginPage publicPage={{ name: t('toOverview'), href: href('/') }} />
  );
}

function Console({ path }: { path: string }) {
  const live = useOverview(true);
  const streamed: StreamState =
    live.trouble !== '' ? 'reconnecting' : live.overview === undefined ? 'connecting' : 'live';
  return (
    <Layout groups={groups()} path={path} live={streamed} status={<Switches overview={live.overview} />}>
      <LiveProvider live={live}>
        {path === '/' ? <OverviewPage live={live} signedIn /> : pageAt(path)}
      </LiveProvider>
    </Layout>
  );
}

function pageAt(path: string): ComponentChildren {
  for (const { pattern, page } of PAGES) {
    const parameters = match(pattern, path);
    if (parameters !== undefined) return page(parameters);
  }
  return <Lost />;
}

function Lost() {
  return (
    <>
      <PageHead title={shared('page.lost.title')} />
      <Empty title={shared('page.lost.text')}>
        <a class="button" href={href('/')}>
          {shared('page.lost.home')}
        </a>
      </Empty>
    </>
  );
}

/** What is shown to those who are not signed in, where the service allows it. */
function PublicOverview() {
  const live = useOverview(false);
  if (live.closed) return <LoginPage />;
  const streamed: StreamState =
    live.trouble !== '' ? 'reconnecting' : live.overview === undefined ? 'connecting' : 'live';
  return (
    <Layout
      groups={publicGroups()}
      path="/"
      live={streamed}
      status={
        <>
          <Switches overview={live.overview} />
          <a class="button primary small" href={href('/login')}>
            {t('signIn')}
          </a>
        </>
      }
    >
      <OverviewPage live={live} signedIn={false} />
    </Layout>
  );
}

function Switches({ overview }: { overview: Overview | undefined }) {
  return (
    <>
      {overview?.switches.map((s) => (
        <span
          key={s.id}
          class={`switch ${s.connected ? 'good' : 'bad'}`}
          title={t(s.connected ? 'switch.connected' : 'switch.down', { id: s.id })}
        >
          <i />
          {s.id}
          <small>
            {s.connected ? t('switch.channels', { n: count(s.channels) }) : t('switch.downShort')}
          </small>
        </span>
      ))}
    </>
  );
}
