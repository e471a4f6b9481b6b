/** A campaign's settings: the form to change them, and who changed what before. */
import { useState } from 'preact/hooks';
import { VersionsCard } from '../documents/versions-card';
import { api, request } from '../shared/api';
import { Loading, notify, Trouble } from '../shared/feedback';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { useSession } from '../shared/session';
import { CampaignForm, type Draft } from './campaign-form';
import { t } from './texts';
import type { Campaign } from './types';

interface Version {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly changes: readonly { readonly field: string }[];
}

export function SettingsTab({ campaign }: { campaign: Campaign }) {
  const path = `/v1/campaigns/${encodeURIComponent(campaign.id)}`;
  const { may } = useSession();
  // Loaded once, with its version: what is being edited must not change under the hands.
  const [round, setRound] = useState(0);
  const { data, error, reload } = useLoad(`${path}#${round}`, (signal) =>
    request<Campaign>('GET', path, { signal }),
  );
  const versions = useLoad(`${path}/versions#${round}`, (signal) =>
    allItems<Version>(`${path}/versions`, {}, signal),
  );
  const settingsOf = async (version: number) =>
    (await api.get<{ readonly settings: Draft }>(`${path}/versions/${version}`)).settings;
  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <CampaignForm
          key={data.etag ?? ''}
          initial={draftOf(data.body)}
          action={t('action.edit')}
          onSave={async (draft) => {
            await api.put<Campaign>(path, draft, data.etag);
            notify('good', t('edit.saved', { name: String(draft['name']) }));
            setRound((n) => n + 1);
          }}
        />
      )}
      <VersionsCard
        rows={versions.data?.map(({ version, at, by, changes }) => ({
          version,
          at,
          by,
          changed: changes.map(({ field }) => field),
        }))}
        error={versions.error}
        retry={versions.reload}
        bodyOf={settingsOf}
        onRestore={
          may('admin', 'operator') && data !== undefined
            ? async (version) => {
                const { id: _, ...old } = await settingsOf(version);
                await api.put<Campaign>(path, old, data.etag);
                notify('good', t('versions.restored', { name: campaign.settings.name, n: version }));
                setRound((n) => n + 1);
              }
            : undefined
        }
      />
    </div>
  );
}

function draftOf(campaign: Campaign): Draft {
  const { id: _, ...draft } = JSON.parse(JSON.stringify(campaign.settings)) as Draft;
  return draft;
}
