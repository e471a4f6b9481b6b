/** Importing a list: a file, what its columns are, the first rows as they would be read, and sending it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useCampaignOverview } from '../live';
import { ApiProblem, address, request, upload } from '../shared/api';
import { Banner, Loading, notify, Progress, Trouble } from '../shared/feedback';
import { TextField } from '../shared/form';
import { bytes, count } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { useSettled } from '../shared/paged';
import { navigate } from '../shared/router';
import { FileChoice } from './file-choice';
import { ImportsCard, importPath, useImports } from './imports-card';
import { type Mapping, mappingQuery, proposedMapping, withRole } from './mapping';
import { MappingCard } from './mapping-card';
import { PreviewCard } from './preview-card';
import { t } from './texts';
import type { ImportStanding, Preview } from './types';

/** What the service looks at for a preview. */
const BEGINNING_BYTES = 64 * 1024;
/** Where contacts go without the name of a list. */
const MAIN_LIST = 'main';
const WATCH_MILLISECONDS = 1_000;

function mediaType(file: File): string {
  return /\.(ndjson|jsonl|json)$/i.test(file.name) ? 'application/x-ndjson' : 'text/csv';
}

export function ImportPage({ campaignId }: { campaignId: string }) {
  const name = useCampaignOverview(campaignId)?.name ?? campaignId;
  const [file, setFile] = useState<File>();
  const [sending, setSending] = useState<Sending>();
  const path = `/campaigns/${encodeURIComponent(campaignId)}`;
  return (
    <>
      <PageHead
        title={t('import.title')}
        subtitle={t('import.subtitle', { name })}
        back={{ path: `${path}/lists`, name: t('lists.title') }}
      />
      <div class="stack">
        {sending !== undefined ? (
          <SendingCard
            campaignId={campaignId}
            sending={sending}
            onDone={(id) => navigate(importPath({ campaignId, id }))}
            onBroken={() => setSending(undefined)}
          />
        ) : file === undefined ? (
          <FileChoice onChoose={setFile} />
        ) : (
          <Reading
            // Another file is read from the beginning.
            key={`${file.name} ${file.size} ${file.lastModified}`}
            campaignId={campaignId}
            file={file}
            onSend={(query) => setSending({ file, query })}
            onAnother={() => setFile(undefined)}
          />
        )}
        <ImportsCard campaignId={campaignId} />
      </div>
    </>
  );
}

/** What is sent, and how it is to be read. */
interface Sending {
  readonly file: File;
  readonly query: Readonly<Record<string, string>>;
}

/** How a file is read: the options, the columns, and what becomes of its first rows. */
function Reading({
  campaignId,
  file,
  onSend,
  onAnother,
}: {
  campaignId: string;
  file: File;
  onSend(query: Readonly<Record<string, string>>): void;
  onAnother(): void;
}) {
  const [list, setList] = useState('');
  const [country, setCountry] = useState('');
  /** What the operator made of the proposal. */
  const [corrected, setCorrected] = useState<Mapping>();
  const options: Readonly<Record<string, string>> =
    country.trim() === '' ? {} : { defaultCountry: country.trim().toUpperCase() };
  const reading = useSettled({ ...options, ...(corrected === undefined ? {} : mappingQuery(corrected)) });
  const { data, error, reload } = useLoad(JSON.stringify(reading), (signal) =>
    preview(campaignId, file, reading, signal),
  );
  // While another reading is on its way the columns stay where they are.
  const shown = useLatest(data);
  const mapping = corrected ?? (shown === undefined ? undefined : proposedMapping(shown.preview));
  const countryWrong =
    error instanceof ApiProblem
      ? error.errors.find(({ field }) => field === 'query defaultCountry')?.detail
      : undefined;
  const mayBegin = error === undefined && data !== undefined && !data.numbersUnknown;

  return (
    <>
      <Card
        title={t('import.options')}
        aside={
          <>
            <b>{file.name}</b> {bytes(file.size)}
            <button type="button" class="button small" onClick={onAnother}>
              {t('import.another')}
            </button>
          </>
        }
      >
        <div class="fields">
          <TextField
            label={t('import.list')}
            name="list"
            optional
            hint={t('import.listHint')}
            placeholder={MAIN_LIST}
            value={list}
            onChange={setList}
          />
          <TextField
            label={t('import.country')}
            name="defaultCountry"
            optional
            hint={t('import.countryHint')}
            error={countryWrong}
            maxLength={2}
            value={country}
            onChange={setCountry}
          />
        </div>
      </Card>
      {countryWrong === undefined && <Trouble error={error} retry={reload} />}
      {shown === undefined && error === undefined && <Loading />}
      {shown !== undefined && mapping !== undefined && (
        <>
          {data?.numbersUnknown === true && corrected === undefined && (
            <Banner tone="warn">{t('import.noNumbers')}</Banner>
          )}
          <MappingCard
            preview={shown.preview}
            mapping={mapping}
            corrected={corrected !== undefined}
            onRole={(column, role) => setCorrected(withRole(mapping, column, role))}
            onReset={() => setCorrected(undefined)}
          />
          <PreviewCard preview={shown.preview} />
          <div class="row">
            <button
              type="button"
              class="button primary"
              disabled={!mayBegin}
              onClick={() =>
                onSend({
                  ...reading,
                  ...(list.trim() === '' ? {} : { list: list.trim() }),
                  source: file.name.slice(0, 200),
                })
              }
            >
              {t('import.start', { file: file.name })}
            </button>
          </div>
        </>
      )}
    </>
  );
}

interface Read {
  readonly preview: Preview;
  /** The service found no column with numbers: the first one stands in for it. */
  readonly numbersUnknown: boolean;
}

async function preview(
  campaignId: string,
  file: File,
  reading: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Read> {
  const ask = async (query: Readonly<Record<string, string>>) =>
    (
      await request<Preview>('POST', importAddress(campaignId, '/preview', query), {
        raw: { type: mediaType(file), data: file.slice(0, BEGINNING_BYTES) },
        signal,
      })
    ).body;
  try {
    return { preview: await ask(reading), numbersUnknown: false };
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'list_invalid' || 'numbers' in reading) throw error;
    const read = await ask({ ...reading, numbers: 'column 1' }).catch(() => undefined);
    if (read === undefined) throw error;
    return { preview: read, numbersUnknown: true };
  }
}

/** An empty parameter says that no column is taken so; `address` would leave it out. */
function importAddress(campaignId: string, tail: string, query: Readonly<Record<string, string>>): string {
  return `${address(`/v1/campaigns/${encodeURIComponent(campaignId)}/imports${tail}`)}?${new URLSearchParams(query)}`;
}

function useLatest<T>(value: T | undefined): T | undefined {
  const latest = useRef(value);
  if (value !== undefined) latest.current = value;
  return latest.current;
}

/** The file on its way, and what of it is in the list already. */
function SendingCard({
  campaignId,
  sending: { file, query },
  onDone,
  onBroken,
}: {
  campaignId: string;
  sending: Sending;
  onDone(id: string): void;
  onBroken(): void;
}) {
  const [sent, setSent] = useState(0);
  const [error, setError] = useState<unknown>();
  const ending = useRef<AbortController | undefined>(undefined);
  const running = useImports(campaignId, WATCH_MILLISECONDS).data?.find(
    ({ state, source }) => state === 'running' && source === query['source'],
  );
  useEffect(() => {
    const controller = new AbortController();
    ending.current = controller;
    upload<ImportStanding>(importAddress(campaignId, '', query), file, mediaType(file), {
      // The service counts what it reads; the browser only what it has handed over.
      onSent: (n) => setSent(Math.min(n, file.size)),
      signal: controller.signal,
    }).then(
      ({ id }) => {
        if (!controller.signal.aborted) onDone(id);
      },
      (failure: unknown) => {
        if (!controller.signal.aborted) setError(failure);
      },
    );
    return () => controller.abort();
  }, []);

  if (error !== undefined) return <Trouble error={error} retry={onBroken} />;
  return (
    <Card
      title={t('import.sending', { file: file.name })}
      aside={
        <button
          type="button"
          class="button small"
          onClick={() => {
            ending.current?.abort();
            notify('warn', t('import.stopped'));
            onBroken();
          }}
        >
          {t('import.stop')}
        </button>
      }
    >
      <div class="stack">
        <Progress
          share={file.size === 0 ? undefined : sent / file.size}
          label={t('import.sending', { file: file.name })}
        />
        <p>{t('import.sent', { sent: bytes(sent), total: bytes(file.size) })}</p>
        {running !== undefined && (
          <p>
            {t('import.read', {
              rows: count(running.rows),
              added: count(running.added),
              rejected: count(running.rejected),
            })}
          </p>
        )}
        <p class="quiet">{t('import.stay')}</p>
      </div>
    </Card>
  );
}
