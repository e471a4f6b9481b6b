/** Do-not-call registries: which version is in force, how old it is, and the import of a new one. */
import { useState } from 'preact/hooks';
import { api, request } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { Banner, Empty, Loading, notify, Pill, ServiceText, Trouble } from '../shared/feedback';
import { Field, Form, SubmitButton, TextField } from '../shared/form';
import { bytes, count, dateTime, span } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { t } from './texts';

interface Registry {
  readonly id: string;
  readonly state: 'current' | 'stale' | 'missing' | 'damaged';
  readonly packs: readonly string[];
  readonly jurisdictions: readonly string[];
  readonly maximumAgeSeconds?: number;
  readonly version?: string;
  readonly obtainedAt?: string;
  readonly ageSeconds?: number;
  readonly count?: number;
  readonly bytes?: number;
  readonly synthetic: boolean;
  readonly problems: readonly string[];
}

interface Registries {
  readonly required: boolean;
  readonly items: readonly Registry[];
}

interface RegistryImport {
  readonly id: string;
  readonly state: string;
  readonly list: string;
  readonly version: string;
  readonly failure: string;
}

const TONES = { current: 'good', stale: 'bad', missing: 'bad', damaged: 'bad' } as const;
const EVERY_MILLISECONDS = 15_000;

export function RegistriesTab() {
  const { data, error, reload } = useLoad(
    'registries',
    (signal) => api.get<Registries>('/v1/dnc/lists', {}, signal),
    EVERY_MILLISECONDS,
  );
  const { may } = useSession();
  const [importing, setImporting] = useState<Registry>();
  if (data === undefined) return error === undefined ? <Loading /> : <Trouble error={error} retry={reload} />;
  const wanting = data.items.some((registry) => registry.state !== 'current');
  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      {data.required && wanting && <Banner tone="warn">{t('registry.required')}</Banner>}
      <Card class="flush">
        {data.items.length === 0 ? (
          <Empty title={t('registry.notRequired')} />
        ) : (
          <Table<Registry>
            label={t('tab.registries')}
            rows={data.items}
            keyOf={(row) => row.id}
            columns={[
              {
                id: 'id',
                head: t('registry.id'),
                sort: (row) => row.id,
                cell: (row) => (
                  <div class="cell-name">
                    <span class="mono">{row.id}</span>
                    {row.synthetic && <span class="quiet">{t('registry.synthetic')}</span>}
                  </div>
                ),
              },
              {
                id: 'state',
                head: t('registry.state'),
                sort: (row) => row.state,
                cell: (row) => (
                  <>
                    <Pill tone={TONES[row.state]}>{t(`registry.state.${row.state}`)}</Pill>
                    {row.problems.map((problem) => (
                      <p key={problem} class="quiet">
                        <ServiceText>{problem}</ServiceText>
                      </p>
                    ))}
                  </>
                ),
              },
              {
                id: 'version',
                head: t('registry.version'),
                wideOnly: true,
                cell: (row) => (
                  <>
                    {row.version ?? '–'}
                    {row.obtainedAt !== undefined && <span class="quiet"> · {dateTime(row.obtainedAt)}</span>}
                  </>
                ),
              },
              {
                id: 'age',
                head: t('registry.age'),
                align: 'right',
                sort: (row) => row.ageSeconds,
                cell: (row) =>
                  row.ageSeconds === undefined
                    ? '–'
                    : row.maximumAgeSeconds === undefined
                      ? span(row.ageSeconds * 1000)
                      : t('registry.ageOf', {
                          age: span(row.ageSeconds * 1000),
                          maximum: span(row.maximumAgeSeconds * 1000),
                        }),
              },
              {
                id: 'count',
                head: t('registry.count'),
                align: 'right',
                sort: (row) => row.count,
                cell: (row) => (row.count === undefined ? '–' : count(row.count)),
              },
              {
                id: 'size',
                head: t('registry.size'),
                align: 'right',
                wideOnly: true,
                cell: (row) => (row.bytes === undefined ? '–' : bytes(row.bytes)),
              },
              {
                id: 'packs',
                head: t('registry.packs'),
                wideOnly: true,
                cell: (row) => <span class="quiet">{row.packs.join(', ') || '–'}</span>,
              },
              ...(may('admin', 'operator')
                ? [
                    {
                      id: 'import',
                      head: '',
                      align: 'right' as const,
                      cell: (row: Registry) => (
                        <button type="button" class="button small" onClick={() => setImporting(row)}>
                          {t('registry.import')}
                        </button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Card>
      {importing !== undefined && (
        <ImportDialog registry={importing} onDone={reload} onClose={() => setImporting(undefined)} />
      )}
    </div>
  );
}

/** Longest upload of a national registry, milliseconds. */
const UPLOAD_MILLISECONDS = 30 * 60_000;
const POLL_MILLISECONDS = 1_000;

function ImportDialog({
  registry,
  onDone,
  onClose,
}: {
  registry: Registry;
  onDone(): void;
  onClose(): void;
}) {
  const [version, setVersion] = useState('');
  const [obtained, setObtained] = useState('');
  const [file, setFile] = useState<File>();
  return (
    <Dialog title={`${t('registry.import')}: ${registry.id}`} onClose={onClose}>
      <Form
        onSubmit={async () => {
          if (file === undefined) return;
          const answer = await request<RegistryImport>(
            'POST',
            `/v1/dnc/lists/${encodeURIComponent(registry.id)}/versions`,
            {
              query: {
                version: version.trim(),
                obtainedAt: obtained === '' ? undefined : new Date(obtained).toISOString(),
              },
              raw: { type: file.name.endsWith('.gz') ? 'application/gzip' : 'text/plain', data: file },
              deadline: UPLOAD_MILLISECONDS,
            },
          );
          const done = await finished(answer.body);
          if (done.state === 'completed') {
            notify('good', t('registry.imported', { list: done.list, version: done.version }));
            onDone();
            onClose();
          } else throw new Error(t('registry.failed', { reason: done.failure }));
        }}
      >
        <TextField
          label={t('registry.version')}
          name="version"
          value={version}
          onChange={setVersion}
          mono
          autofocus
        />
        <TextField
          label={t('registry.obtained')}
          name="obtainedAt"
          type="date"
          optional
          value={obtained}
          onChange={setObtained}
        />
        <Field label={t('registry.file')} name="file">
          {(wiring) => (
            <input {...wiring} type="file" onChange={(event) => setFile(event.currentTarget.files?.[0])} />
          )}
        </Field>
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={version.trim() === '' || file === undefined}>
            {t('registry.import')}
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

async function finished(started: RegistryImport): Promise<RegistryImport> {
  let now = started;
  while (!['completed', 'failed', 'cancelled'].includes(now.state)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    now = await api.get<RegistryImport>(`/v1/dnc/imports/${encodeURIComponent(started.id)}`);
  }
  return now;
}
