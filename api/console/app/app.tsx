/** The console: which page is at which address, and what is always in sight. */
import type { ComponentChildren } from 'preact';
import type { Overview } from '../../http/overview';
import { AccountPage } from './account/account-page';
import { CallbacksPage } from './callbacks/callbacks-page';
import { CAMPAIGN_TABS, CampaignPage } from './campaigns/campaign-page';
import { CampaignsPage } from './campaigns/campaigns-page';
import { NewCampaignPage } from './campaigns/new-campaign-page';
import { COMPLIANCE_TABS, CompliancePage } from './compliance/compliance-page';
import { ContactPage } from './contacts/contact-page';
import { ContactsPage } from './contacts/contacts-page';
import { DocumentPage, NewDocumentPage } from './documents/document-page';
import { KIND_SLUGS } from './documents/kinds';
import { DocumentListPage } from './documents/list-page';
import { EmergencyBanner, EmergencyButton } from './emergency';
import { FloorPage } from './floor/floor-page';
import { SimulationsPage } from './insight/simulations-page';
import { ImportPage } from './lists/import-page';
import { ImportResultPage } from './lists/import-result-page';
import { LiveProvider } from './live';
import { AuditPage } from './manage/audit-page';
import { UsersPage } from './manage/users-page';
import { WebhooksPage } from './manage/webhooks-page';
import { OverviewPage } from './overview/overview-page';
import { useOverview } from './overview/use-overview';
import type { StreamState } from './shared/events';
import { Empty, Loading } from './shared/feedback';
import { count } from './shared/format';
import { Layout, type NavGroup, PageHead } from './shared/layout';
import { LoginPage } from './shared/login';
import { href, match, type Parameters, useRoute } from './shared/router';
import { type Session, useSession } from './shared/session';
import { t as shared } from './shared/texts';
import { TelephonyPage } from './telephony/telephony-page';
import { t } from './texts';

interface Page {
  readonly pattern: string;
  page(parameters: Parameters): ComponentChildren;
}

const PAGES: readonly Page[] = [
  { pattern: '/campaigns', page: () => <CampaignsPage /> },
  { pattern: '/campaigns/new', page: () => <NewCampaignPage /> },
  { pattern: '/campaigns/:id', page: ({ id }) => <CampaignPage id={id ?? ''} tab="summary" /> },
  { pattern: '/campaigns/:id/import', page: ({ id }) => <ImportPage campaignId={id ?? ''} /> },
  {
    pattern: '/campaigns/:id/imports/:import',
    page: ({ id, import: job }) => <ImportResultPage campaignId={id ?? ''} id={job ?? ''} />,
  },
  {
    pattern: '/campaigns/:id/:tab',
    page: ({ id, tab }) => {
      const known = CAMPAIGN_TABS.find((one) => one === tab);
      return known === undefined ? <Lost /> : <CampaignPage id={id ?? ''} tab={known} />;
    },
  },
  { pattern: '/contacts', page: () => <ContactsPage /> },
  { pattern: '/contacts/:id', page: ({ id }) => <ContactPage id={id ?? ''} /> },
  { pattern: '/callbacks', page: () => <CallbacksPage /> },
  { pattern: '/floor', page: () => <FloorPage /> },
  { pattern: '/compliance', page: () => <CompliancePage tab="check" /> },
  {
    pattern: '/compliance/:tab',
    page: ({ tab }) => {
      const known = COMPLIANCE_TABS.find((one) => one === tab);
      return known === undefined ? <Lost /> : <CompliancePage tab={known} />;
    },
  },
  ...KIND_SLUGS.flatMap((slug): readonly Page[] => [
    { pattern: `/${slug}`, page: () => <DocumentListPage key={slug} slug={slug} /> },
    { pattern: `/${slug}/-/new`, page: () => <NewDocumentPage key={slug} slug={slug} /> },
    {
      pattern: `/${slug}/:id`,
      page: ({ id }) => <DocumentPage key={`${slug}/${id}`} slug={slug} id={id ?? ''} />,
    },
  ]),
  { pattern: '/telephony', page: () => <TelephonyPage /> },
  { pattern: '/account', page: () => <AccountPage /> },
  { pattern: '/simulations', page: () => <SimulationsPage /> },
  { pattern: '/audit', page: () => <AuditPage /> },
  { pattern: '/webhooks', page: () => <WebhooksPage /> },
  { pattern: '/users', page: () => <UsersPage /> },
];

/** Pages that the user's role has something to do with. */
function groups(may: Session['may']): readonly NavGroup[] {
  const staff = may('admin', 'operator', 'supervisor', 'read-only');
  const all: readonly NavGroup[] = [
    {
      name: t('group.operate'),
      items: [
        { path: '/', name: t('nav.overview'), icon: 'overview' },
        { path: '/campaigns', name: t('nav.campaigns'), icon: 'campaigns' },
        ...(staff ? [{ path: '/contacts', name: t('nav.contacts'), icon: 'contacts' } as const] : []),
        { path: '/callbacks', name: t('nav.callbacks'), icon: 'clock' },
        { path: '/floor', name: t('nav.floor'), icon: 'floor' },
      ],
    },
    {
      name: t('group.law'),
      items: [
        ...(staff ? [{ path: '/compliance', name: t('nav.compliance'), icon: 'compliance' } as const] : []),
        ...(may('admin', 'supervisor')
          ? [{ path: '/audit', name: t('nav.audit'), icon: 'audit' } as const]
          : []),
      ],
    },
    {
      name: t('group.insight'),
      items: staff ? [{ path: '/simulations', name: t('nav.simulations'), icon: 'simulations' }] : [],
    },
    {
      name: t('group.setUp'),
      items: [
        ...(staff ? [{ path: '/scripts', name: t('nav.scripts'), icon: 'script' } as const] : []),
        ...(staff ? [{ path: '/agents', name: t('nav.agents'), icon: 'headset' } as const] : []),
        ...(staff ? [{ path: '/caller-ids', name: t('nav.callerIds'), icon: 'phone' } as const] : []),
        ...(staff ? [{ path: '/telephony', name: t('nav.telephony'), icon: 'trunk' } as const] : []),
      ],
    },
    {
      name: t('group.manage'),
      items: [
        ...(may('admin', 'operator', 'integrator')
          ? [{ path: '/webhooks', name: t('nav.webhooks'), icon: 'webhooks' } as const]
          : []),
        ...(may('admin') ? [{ path: '/users', name: t('nav.users'), icon: 'users' } as const] : []),
      ],
    },
  ];
  return all.filter((group) => group.items.length > 0);
}

/** Without login there is the overview alone. */
function publicGroups(): readonly NavGroup[] {
  return groups(() => false)
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
  const { may } = useSession();
  const live = useOverview(true);
  const streamed: StreamState =
    live.trouble !== '' ? 'reconnecting' : live.overview === undefined ? 'connecting' : 'live';
  return (
    <LiveProvider live={live}>
      <Layout
        groups={groups(may)}
        path={path}
        live={streamed}
        status={
          <>
            <Switches overview={live.overview} />
            <EmergencyButton />
          </>
        }
      >
        <EmergencyBanner />
        {path === '/' ? <OverviewPage live={live} signedIn /> : pageAt(path)}
      </Layout>
    </LiveProvider>
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
