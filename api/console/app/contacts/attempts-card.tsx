/** The calls that were placed to a contact, the latest first as the service gives them. */
import { t as campaignWords } from '../campaigns/texts';
import { download } from '../shared/api';
import { Loading, notifyError, Trouble } from '../shared/feedback';
import { dateTimeSeconds, timer } from '../shared/format';
import { Card } from '../shared/layout';
import { usePaged } from '../shared/paged';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { t } from './texts';
import type { Attempt } from './types';

const EVERY_MILLISECONDS = 5_000;

export function AttemptsCard({ contactId }: { contactId: string }) {
  const { items, error, reload, more } = usePaged<Attempt>(
    '/v1/attempts',
    { contact: contactId },
    EVERY_MILLISECONDS,
  );
  const { may } = useSession();
  const recorded =
    may('admin', 'operator', 'supervisor') &&
    items?.some((attempt) => attempt.result?.recording !== undefined) === true;
  return (
    <Card class="flush" title={t('card.attempts')}>
      <Trouble error={error} retry={reload} />
      {items === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<Attempt>
          label={t('card.attempts')}
          rows={items}
          keyOf={(attempt) => attempt.id}
          empty={t('card.noAttempts')}
          columns={[
            { id: 'at', head: t('attempt.at'), cell: (attempt) => dateTimeSeconds(attempt.intendedAt) },
            {
              id: 'number',
              head: t('attempt.number'),
              wideOnly: true,
              cell: (attempt) => <span class="mono nowrap">{attempt.number}</span>,
            },
            {
              id: 'outcome',
              head: t('attempt.outcome'),
              cell: ({ result }) =>
                result === undefined ? (
                  t('attempt.underWay')
                ) : (
                  <>
                    {campaignWords.of('result', result.outcome)}{' '}
                    {result.connectedAt !== undefined && (
                      <span class="quiet">
                        {timer(Date.parse(result.endedAt) - Date.parse(result.connectedAt))}
                      </span>
                    )}
                  </>
                ),
            },
            {
              id: 'agent',
              head: t('attempt.agent'),
              wideOnly: true,
              cell: ({ result, disposition }) => result?.agentId ?? disposition?.agentId ?? '–',
            },
            {
              id: 'disposition',
              head: t('attempt.disposition'),
              cell: ({ disposition }) => (
                <>
                  {disposition?.disposition ?? '–'} <span class="quiet">{disposition?.note ?? ''}</span>
                </>
              ),
            },
            ...(recorded
              ? [
                  {
                    id: 'recording',
                    head: t('attempt.recording'),
                    cell: (attempt: Attempt) =>
                      attempt.result?.recording === undefined ? (
                        ''
                      ) : (
                        <button
                          type="button"
                          class="button small"
                          onClick={() =>
                            download(
                              `/v1/attempts/${encodeURIComponent(attempt.id)}/recording`,
                              {},
                              `${attempt.id}${/\.\w+$/.exec(attempt.result?.recording ?? '')?.[0] ?? ''}`,
                            ).catch(notifyError)
                          }
                        >
                          {t('attempt.listen')}
                        </button>
                      ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {more !== undefined && (
        <div class="row table-foot">
          <button type="button" class="button" onClick={more}>
            {shared('table.more')}
          </button>
        </div>
      )}
    </Card>
  );
}
