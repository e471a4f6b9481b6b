/** How each number of a caller-id pool stands: calls of the day, answers, and the sign of a spam label. */
import { api } from '../shared/api';
import { Loading, notify, notifyError, Pill, type Tone, Trouble } from '../shared/feedback';
import { count, dateTime, percent } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { Table } from '../shared/table';
import { t } from './texts';

interface CallerNumber {
  readonly number: string;
  readonly state: 'free' | 'resting' | 'spent' | 'flagged';
  readonly usedToday: number;
  readonly lastUsedAt?: string;
  readonly freeAt?: string;
  readonly flaggedAt?: string;
  readonly calls: number;
  readonly answers: number;
  readonly answerRate?: number;
  readonly evidence: number;
}

const EVERY_MILLISECONDS = 5_000;
const TONES: Readonly<Record<CallerNumber['state'], Tone>> = {
  free: 'good',
  resting: 'info',
  spent: 'warn',
  flagged: 'bad',
};

export function CallerNumbers({ pool, editable }: { pool: string; editable: boolean }) {
  const path = `/v1/caller-id-pools/${encodeURIComponent(pool)}/numbers`;
  const { data, error, reload } = useLoad(
    path,
    (signal) => allItems<CallerNumber>(path, {}, signal),
    EVERY_MILLISECONDS,
  );
  async function release(number: string): Promise<void> {
    try {
      await api.post(`${path}/${encodeURIComponent(number)}/release`);
      notify('good', t('callers.released', { number }));
      reload();
    } catch (failure) {
      notifyError(failure);
    }
  }
  return (
    <Card title={t('callers.now')} class="flush">
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<CallerNumber>
          label={t('callers.now')}
          rows={data}
          keyOf={(row) => row.number}
          columns={[
            {
              id: 'number',
              head: t('callers.number'),
              sort: (row) => row.number,
              cell: (row) => <span class="mono">{row.number}</span>,
            },
            {
              id: 'state',
              head: t('callers.state'),
              sort: (row) => row.state,
              cell: (row) => (
                <>
                  <Pill tone={TONES[row.state]}>{t(`number.${row.state}`)}</Pill>
                  {row.freeAt !== undefined && row.state !== 'free' && (
                    <p class="quiet">{t('callers.freeAt', { time: dateTime(row.freeAt) })}</p>
                  )}
                </>
              ),
            },
            {
              id: 'today',
              head: t('callers.today'),
              align: 'right',
              sort: (row) => row.usedToday,
              cell: (row) => count(row.usedToday),
            },
            {
              id: 'rate',
              head: t('callers.rate'),
              align: 'right',
              sort: (row) => row.answerRate,
              cell: (row) => percent(row.answerRate),
            },
            {
              id: 'calls',
              head: t('callers.calls'),
              align: 'right',
              wideOnly: true,
              sort: (row) => row.calls,
              cell: (row) => count(row.calls),
            },
            {
              id: 'evidence',
              head: t('callers.spam'),
              wideOnly: true,
              align: 'right',
              sort: (row) => row.evidence,
              cell: (row) => (
                <span title={t('callers.spamHint')}>{percent(Math.max(0, row.evidence), 0)}</span>
              ),
            },
            {
              id: 'actions',
              head: '',
              align: 'right',
              cell: (row) =>
                editable &&
                row.state === 'flagged' && (
                  <button type="button" class="button small" onClick={() => void release(row.number)}>
                    {t('callers.release')}
                  </button>
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}
