/** Creates a campaign. */
import { api } from '../shared/api';
import { notify } from '../shared/feedback';
import { PageHead } from '../shared/layout';
import { navigate } from '../shared/router';
import { CampaignForm } from './campaign-form';
import { t } from './texts';
import type { Campaign } from './types';

export function NewCampaignPage() {
  return (
    <>
      <PageHead title={t('edit.new')} back={{ path: '/campaigns', name: t('list.title') }} />
      <CampaignForm
        withId
        initial={{ name: '', pacing: { method: 'predictive' }, stages: { validation: {}, pilot: {} } }}
        action={t('edit.create')}
        onSave={async (draft) => {
          const made = await api.post<Campaign>('/v1/campaigns', draft);
          notify('good', t('edit.created', { name: made.settings.name }));
          navigate(`/campaigns/${encodeURIComponent(made.id)}`);
        }}
      />
    </>
  );
}
