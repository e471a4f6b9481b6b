/** The audit log: who changed what, filtered, page by page. */
import { useState } from 'preact/hooks';
import { api, download } from '../shared/api';
import { Dialog } from '../shared/dialog';
import { Loading, notifyError, Trouble } from '../shared/feedback';
import { TextField } from '../shared/form';
import { count, dateTimeSeconds } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { usePaged, useSettled } from '../shared/paged';
import { Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { t } from './texts';

interface AuditRecord {
  readonly sequence: number;
  readonly at: string;
  readonly action: string;
  readonly actor: {
    readonly kind: string;
    readonly id: string;
    readonly name: string;
    readonly role: string;
  };
  readonly subject: { readonly kind: string; readonly id: string };
  readonly reason?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly result?: unknown;
  readonly previous: string;
  readonly hash: string;
}

const PAGE = 100;

export function AuditPage() {
  const [action, setAction] = useState('');
  const [subject, setSubject] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [open, setOpen] = useState<AuditRecord>();
  const filter = useSettled({
    action: action.trim() || undefined,
    subject: /^[\w-]+:./.test(subject.trim()) ? subject.trim() : undefined,
    from: from === '' ? undefined : new Date(from).toISOString(),
    to: to === '' ? undefined : new Date(to).toISOString(),
  });
  const { items, error, reload, more } = usePaged<AuditRecord>('/v1/audit', { ...filter, limit: PAGE });
  const head = useLoad('head', (signal) =>
    api.get<{ readonly sequence: number; readonly hash: string }>('/v1/audit/head', {}, signal),
  );

  return (
    <>
      <PageHead title={t('audit.title')} subtitle={t('audit.subtitle')}>
        <button
          type="button"
          class="button"
          onClick={() => download('/v1/audit/export', filter, 'audit.ndjson').catch(notifyError)}
        >
          {t('audit.export')}
        </button>
      </PageHead>
      <div class="filters">
        <TextField
          label={t('audit.action')}
          name="action"
          placeholder={t('audit.actionHint')}
          value={action}
          onChange={setAction}
        />
        <TextField
          label={t('audit.subject')}
          name="subject"
          placeholder={t('audit.subjectHint')}
          value={subject}
          onChange={setSubject}
        />
        <TextField
          label={t('audit.from')}
          name="from"
          type="datetime-local"
          value={from}
          onChange={setFrom}
        />
        <TextField label={t('audit.to')} name="to" type="datetime-local" value={to} onChange={setTo} />
      </div>
      <Trouble error={error} retry={reload} />
      <Card class="flush">
        {items === undefined ? (
          error === undefined && <Loading />
        ) : (
          <Table<AuditRecord>
            label={t('audit.title')}
            rows={items}
            keyOf={(row) => String(row.sequence)}
            onOpen={setOpen}
            columns={[
              {
                id: 'sequence',
                head: '#',
                width: '70px',
                cell: (row) => (
                  <button
                    type="button"
                    class="link-button"
                    aria-label={t('audit.show', { n: row.sequence })}
                    onClick={() => setOpen(row)}
                  >
                    {row.sequence}
                  </button>
                ),
              },
              { id: 'at', head: t('audit.at'), width: '160px', cell: (row) => dateTimeSeconds(row.at) },
              {
                id: 'actor',
                head: t('audit.actor'),
                wideOnly: true,
                cell: (row) => (
                  <>
                    {row.actor.name || row.actor.id}{' '}
                    <span class="quiet">{shared.of('role', row.actor.role)}</span>
                  </>
                ),
              },
              {
                id: 'action',
                head: t('audit.action'),
                cell: (row) => <span class="mono">{row.action}</span>,
              },
              {
                id: 'subject',
                head: t('audit.subject'),
                wideOnly: true,
                cell: (row) => (
                  <span class="mono">
                    {row.subject.kind} {row.subject.id}
                  </span>
                ),
              },
              {
                id: 'reason',
                head: t('audit.reason'),
                cell: (row) => <span class="clip">{row.reason ?? ''}</span>,
              },
            ]}
          />
        )}
      </Card>
      <div class="row table-foot">
        {more !== undefined && (
          <button type="button" class="button" onClick={more}>
            {shared('table.more')}
          </button>
        )}
        {head.data !== undefined && (
          <span class="quiet">
            {t('audit.head', { n: count(head.data.sequence), hash: head.data.hash.slice(0, 16) })}
          </span>
        )}
      </div>
      {open !== undefined && <RecordDialog record={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function RecordDialog({ record, onClose }: { record: AuditRecord; onClose(): void }) {
  const parts = [
    ['audit.before', record.before],
    ['audit.after', record.after],
    ['audit.result', record.result],
  ] as const;
  return (
    <Dialog wide title={t('audit.details', { n: record.sequence })} onClose={onClose}>
      <div class="stack">
        <dl class="facts">
          <dt>{t('audit.at')}</dt>
          <dd>{dateTimeSeconds(record.at)}</dd>
          <dt>{t('audit.actor')}</dt>
          <dd>
            {record.actor.name} ({record.actor.id}, {shared.of('role', record.actor.role)})
          </dd>
          <dt>{t('audit.action')}</dt>
          <dd class="mono">{record.action}</dd>
          <dt>{t('audit.subject')}</dt>
          <dd class="mono">
            {record.subject.kind} {record.subject.id}
          </dd>
          {record.reason !== undefined && (
            <>
              <dt>{t('audit.reason')}</dt>
              <dd>{record.reason}</dd>
            </>
          )}
          <dt>{t('audit.hash')}</dt>
          <dd class="mono">{record.hash}</dd>
          <dt>{t('audit.previous')}</dt>
          <dd class="mono">{record.previous}</dd>
        </dl>
        {parts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <h3>{t(name)}</h3>
                <pre>{JSON.stringify(value, null, 2)}</pre>
              </div>
            ),
        )}
      </div>
    </Dialog>
  );
}
