/** The rule packs in force. */
import { useState } from 'preact/hooks';
import { api } from '../shared/api';
import { Banner, Loading, ServiceText, Trouble } from '../shared/feedback';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { Table } from '../shared/table';
import { t } from './texts';

interface PackRule {
  readonly id: string;
  readonly kind: string;
  readonly source?: string;
}

interface Pack {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly asOf: string;
  readonly jurisdictions: readonly string[];
  readonly rules: readonly PackRule[];
  readonly notes?: string;
}

export function PacksTab() {
  const packs = useLoad('packs', (signal) =>
    api.get<{ readonly notice: string; readonly items: readonly Pack[] }>('/v1/compliance/packs', {}, signal),
  );
  const [open, setOpen] = useState<string>();
  const pack = packs.data?.items.find((one) => one.id === open);
  return (
    <div class="stack">
      <Trouble error={packs.error} retry={packs.reload} />
      {packs.data === undefined ? (
        packs.error === undefined && <Loading />
      ) : (
        <>
          <Banner tone="info">
            <ServiceText>{packs.data.notice}</ServiceText>
          </Banner>
          <div class={pack === undefined ? '' : 'grid-2'}>
            <Card class="flush">
              <Table<Pack>
                label={t('tab.packs')}
                rows={packs.data.items}
                keyOf={(row) => row.id}
                rowClass={(row) => (row.id === open ? 'chosen' : '')}
                onOpen={(row) => setOpen(row.id)}
                initialOrder={{ column: 'id', descending: false }}
                columns={[
                  {
                    id: 'id',
                    head: t('packs.id'),
                    width: '24%',
                    sort: (row) => row.id,
                    cell: (row) => (
                      <button type="button" class="link-button mono" onClick={() => setOpen(row.id)}>
                        {row.id}
                      </button>
                    ),
                  },
                  {
                    id: 'name',
                    head: t('packs.name'),
                    wideOnly: true,
                    sort: (row) => row.title,
                    cell: (row) => <ServiceText>{row.title}</ServiceText>,
                  },
                  {
                    id: 'version',
                    head: t('packs.version'),
                    sort: (row) => row.version,
                    cell: (row) => row.version,
                  },
                  {
                    id: 'rules',
                    head: t('packs.rules'),
                    align: 'right',
                    sort: (row) => row.rules.length,
                    cell: (row) => row.rules.length,
                  },
                ]}
              />
            </Card>
            {pack !== undefined && <PackCard pack={pack} />}
          </div>
        </>
      )}
    </div>
  );
}

function PackCard({ pack }: { pack: Pack }) {
  return (
    <Card title={pack.title} aside={`${pack.id} ${pack.version} · ${pack.asOf}`}>
      <p class="quiet">
        {t('packs.jurisdictions')}: {pack.jurisdictions.join(', ')}
      </p>
      <ul class="plain rules">
        {pack.rules.map((rule) => (
          <li key={rule.id}>
            <b class="mono">{rule.id}</b>
            {rule.source !== undefined && (
              <p class="quiet">
                <ServiceText>{rule.source}</ServiceText>
              </p>
            )}
          </li>
        ))}
      </ul>
      {pack.notes !== undefined && (
        <p class="quiet">
          <ServiceText>{pack.notes}</ServiceText>
        </p>
      )}
    </Card>
  );
}
