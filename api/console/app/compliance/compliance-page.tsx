/** Compliance: the number check, the DNC registries, the rule packs, and the what-if over a list. */
import { PageHead, Tabs } from '../shared/layout';
import { AreasTab } from './areas-tab';
import { CheckTab } from './check-tab';
import { ListTab } from './list-tab';
import { PacksTab } from './packs-tab';
import { RegistriesTab } from './registries-tab';
import { t } from './texts';

export const COMPLIANCE_TABS = ['check', 'registries', 'packs', 'list', 'areas'] as const;
export type ComplianceTab = (typeof COMPLIANCE_TABS)[number];

export function CompliancePage({ tab }: { tab: ComplianceTab }) {
  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle')} />
      <Tabs
        label={t('tabs')}
        tabs={COMPLIANCE_TABS.map((name) => ({
          path: name === 'check' ? '/compliance' : `/compliance/${name}`,
          name: t(`tab.${name}`),
          here: name === tab,
        }))}
      />
      {tab === 'check' && <CheckTab />}
      {tab === 'registries' && <RegistriesTab />}
      {tab === 'packs' && <PacksTab />}
      {tab === 'list' && <ListTab />}
      {tab === 'areas' && <AreasTab />}
    </>
  );
}
