/** A campaign's settings: the form to change them, and who changed what before. */
import { useState } from 'preact/hooks';
import { api, request } from '../shared/api';
import { Loading, notify, Trouble } from '../shared/feedback';
import { dateTime } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { Table } from '../shared/table';
import { CampaignForm, type Draft } from './campaign-form';
import { t } from './texts';
import type { Campaign } from './types';

interface Version {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before?: unknown;
    readonly after?: unknown;
  }[];
}

export function SettingsTab({ campaign }: { campaign: Campaign }) {
  const path = `/v1/campaigns/${encodeURIComponent(campaign.id)}`;
  // Loaded once, with its version: what is being edited must not change under the hands.
  const [round, setRound] = useState(0);
  const { data, error, reload } = useLoad(`${path}#${round}`, (signal) =>
    request<Campaign>('GET', path, { signal }),
  );
  const versions = useLoad(`${path}/versions#${round}`, (signal) =>
    allItems<Version>(`${path}/versions`, {}, signal),
  );
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
      <Card title={t('versions.title')} class="flush">
        <Trouble error={versions.error} retry={versions.reload} />
        <Table<Version>
          label={t('versions.title')}
          rows={versions.data ?? []}
          keyOf={(row) => String(row.version)}
          columns={[
            { id: 'version', head: t('versions.version'), width: '90px', cell: (row) => row.version },
            { id: 'at', head: t('versions.at'), width: '180px', cell: (row) => dateTime(row.at) },
            { id: 'by', head: t('versions.by'), width: '20%', cell: (row) => row.by },
            { id: 'changes', head: t('versions.changes'), cell: (row) => <Changes version={row} /> },
          ]}
        />
      </Card>
    </div>
  );
}

function draftOf(campaign: Campaign): Draft {
  const { id: _, ...draft } = JSON.parse(JSON.stringify(campaign.settings)) as Draft;
  return draft;
}

function Changes({ version }: { version: Version }) {
  if (version.changes.length === 0) return <span class="quiet">{t('versions.first')}</span>;
  return (
    <span class="mono">
      {version.changes
        .map(
          ({ field, before, after }) =>
            `${field}: ${JSON.stringify(before) ?? '–'} → ${JSON.stringify(after) ?? '–'}`,
        )
        .join('; ')}
    </span>
  );
}
