/** The versions of something that is edited: compare two, go back to one. */
import { useState } from 'preact/hooks';
import { ConfirmDialog, Dialog } from '../shared/dialog';
import { Loading, Trouble } from '../shared/feedback';
import { dateTime } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { Table } from '../shared/table';
import { ChangesTable, differences } from './changes';
import { t } from './texts';

export interface VersionRow {
  readonly version: number;
  readonly at: string;
  readonly by?: string;
  /** Names of the fields that are not as they were before; empty for the first. */
  readonly changed: readonly string[];
}

export function VersionsCard({
  rows,
  error,
  retry,
  bodyOf,
  onRestore,
}: {
  /** Newest first; undefined while they are loaded. */
  rows: readonly VersionRow[] | undefined;
  error: unknown;
  retry(): void;
  /** The fields as they were in a version. */
  bodyOf(version: number): Promise<object>;
  /** Absent for those who may not. */
  onRestore?: ((version: number) => Promise<void>) | undefined;
}) {
  const [comparing, setComparing] = useState<number>();
  const [restoring, setRestoring] = useState<number>();
  const newest = rows?.[0]?.version;
  const oldest = rows?.at(-1)?.version;
  return (
    <Card title={t('versions.title')} class="flush">
      <Trouble error={error} retry={retry} />
      {rows === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<VersionRow>
          label={t('versions.title')}
          rows={rows}
          keyOf={(row) => String(row.version)}
          columns={[
            { id: 'version', head: t('versions.version'), width: '90px', cell: (row) => row.version },
            { id: 'at', head: t('versions.at'), width: '190px', cell: (row) => dateTime(row.at) },
            ...(rows.some(({ by }) => by !== undefined)
              ? [
                  {
                    id: 'by',
                    head: t('versions.by'),
                    width: '20%',
                    wideOnly: true,
                    cell: (row: VersionRow) => row.by ?? '',
                  },
                ]
              : []),
            {
              id: 'changed',
              head: t('versions.changed'),
              wideOnly: true,
              cell: (row) =>
                row.changed.length === 0 ? (
                  <span class="quiet">{row.version === oldest ? t('versions.first') : '–'}</span>
                ) : (
                  <span class="mono clip">{row.changed.join(', ')}</span>
                ),
            },
            {
              id: 'actions',
              head: '',
              align: 'right',
              cell: (row) => (
                <span class="row-actions">
                  {row.version !== oldest && (
                    <button
                      type="button"
                      class="button small"
                      aria-label={t('versions.compareOne', { n: row.version })}
                      onClick={() => setComparing(row.version)}
                    >
                      {t('versions.compare')}
                    </button>
                  )}
                  {onRestore !== undefined && row.version !== newest && (
                    <button
                      type="button"
                      class="button small"
                      aria-label={t('versions.restoreOne', { n: row.version })}
                      onClick={() => setRestoring(row.version)}
                    >
                      {t('versions.restore')}
                    </button>
                  )}
                </span>
              ),
            },
          ]}
        />
      )}
      {comparing !== undefined && rows !== undefined && (
        <CompareDialog
          rows={rows}
          version={comparing}
          bodyOf={bodyOf}
          onClose={() => setComparing(undefined)}
        />
      )}
      {restoring !== undefined && onRestore !== undefined && (
        <ConfirmDialog
          title={t('versions.restoreAsk', { n: restoring })}
          text={t('versions.restoreText')}
          action={t('versions.restore')}
          onConfirm={() => onRestore(restoring)}
          onClose={() => setRestoring(undefined)}
        />
      )}
    </Card>
  );
}

function CompareDialog({
  rows,
  version,
  bodyOf,
  onClose,
}: {
  rows: readonly VersionRow[];
  version: number;
  bodyOf(version: number): Promise<object>;
  onClose(): void;
}) {
  const earlier = rows.filter((row) => row.version < version).map((row) => row.version);
  const [against, setAgainst] = useState(earlier[0] ?? version);
  const { data, error, reload } = useLoad(`compare ${version} ${against}`, async () =>
    differences(await bodyOf(against), await bodyOf(version)),
  );
  return (
    <Dialog title={t('versions.compareTitle', { n: version })} onClose={onClose} wide>
      <div class="stack">
        <label class="inline-field">
          {t('versions.against')}{' '}
          <select
            name="against"
            value={String(against)}
            onChange={(event) => setAgainst(Number(event.currentTarget.value))}
          >
            {earlier.map((each) => (
              <option key={each} value={String(each)}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <Trouble error={error} retry={reload} />
        {data === undefined ? (
          error === undefined && <Loading />
        ) : (
          <ChangesTable label={t('versions.compareTitle', { n: version })} changes={data} />
        )}
      </div>
    </Dialog>
  );
}
