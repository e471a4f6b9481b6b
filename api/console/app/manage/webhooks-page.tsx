/** Webhooks: where events are posted to, what did not arrive, and sending it again. */
import { useState } from 'preact/hooks';
import type { DomainEventKind } from '../../../../dialer/events/domain-events';
import { api } from '../shared/api';
import { ConfirmDialog, Dialog, DialogActions } from '../shared/dialog';
import { Loading, notify, notifyError, Pill, ServiceText, Trouble } from '../shared/feedback';
import { ChoiceField, Form, SubmitButton, TextField } from '../shared/form';
import { count, dateTime, dateTimeSeconds } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { SecretDialog } from './secret-dialog';
import { t } from './texts';

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly campaign?: string;
  readonly description: string;
  readonly retrying: number;
  readonly dead: number;
  readonly lastDeliveredAt?: string;
  readonly lastError: string;
}

interface Delivery {
  readonly id: string;
  readonly sequence: number;
  readonly kind: string;
  readonly state: 'retrying' | 'dead';
  readonly attempts: number;
  readonly lastAt: string;
  readonly nextAt?: string;
  readonly status: number;
  readonly error: string;
}

const EVERY_MILLISECONDS = 5_000;

const KINDS = [
  'campaign-changed',
  'gate-decided',
  'attempt-started',
  'attempt-answered',
  'attempt-connected',
  'attempt-ended',
  'disposition-recorded',
  'agent-changed',
  'number-suppressed',
  'lead-refused',
  'switch-changed',
  'resynchronised',
  'halt-raised',
  'phase-changed',
  'emergency-stop-changed',
  'switch-drain-changed',
  'call-changed',
] as const satisfies readonly DomainEventKind[];

export function WebhooksPage() {
  const { data, error, reload } = useLoad(
    'webhooks',
    (signal) => allItems<Webhook>('/v1/webhooks', {}, signal),
    EVERY_MILLISECONDS,
  );
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [removing, setRemoving] = useState<Webhook>();
  const [open, setOpen] = useState<string>();
  const shown = data?.find((hook) => hook.id === open);
  return (
    <>
      <PageHead title={t('hooks.title')} subtitle={t('hooks.subtitle')}>
        <button type="button" class="button primary" onClick={() => setCreating(true)}>
          <Icon name="plus" /> {t('hooks.new')}
        </button>
      </PageHead>
      <Trouble error={error} retry={reload} />
      <div class="stack">
        <Card class="flush">
          {data === undefined ? (
            error === undefined && <Loading />
          ) : (
            <Table<Webhook>
              label={t('hooks.title')}
              rows={data}
              keyOf={(row) => row.id}
              empty={t('hooks.none')}
              rowClass={(row) => (row.id === open ? 'chosen' : '')}
              onOpen={(row) => setOpen(row.id)}
              columns={[
                {
                  id: 'url',
                  head: t('hooks.url'),
                  width: '38%',
                  sort: (row) => row.url,
                  cell: (row) => (
                    <>
                      <button type="button" class="link-button mono" onClick={() => setOpen(row.id)}>
                        {row.url}
                      </button>
                      {row.description !== '' && <p class="quiet">{row.description}</p>}
                    </>
                  ),
                },
                {
                  id: 'state',
                  head: t('hooks.state'),
                  sort: (row) => row.dead * 1_000_000 + row.retrying,
                  cell: (row) => (
                    <span class="row">
                      {row.dead > 0 && <Pill tone="bad">{t('hooks.dead', { n: count(row.dead) })}</Pill>}
                      {row.retrying > 0 && (
                        <Pill tone="warn">{t('hooks.retrying', { n: count(row.retrying) })}</Pill>
                      )}
                      {row.dead + row.retrying === 0 && <Pill tone="good">{t('hooks.ok')}</Pill>}
                    </span>
                  ),
                },
                {
                  id: 'kinds',
                  head: t('hooks.kinds'),
                  wideOnly: true,
                  cell: (row) => (
                    <span class="quiet clip">
                      {row.kinds.length === 0 ? t('hooks.allKinds') : row.kinds.join(', ')}
                    </span>
                  ),
                },
                {
                  id: 'last',
                  head: t('hooks.last'),
                  wideOnly: true,
                  cell: (row) => (row.lastDeliveredAt === undefined ? '–' : dateTime(row.lastDeliveredAt)),
                },
                {
                  id: 'actions',
                  head: '',
                  align: 'right',
                  cell: (row) => (
                    <span class="row-actions">
                      <button type="button" class="button small" onClick={() => void ping(row)}>
                        {t('hooks.ping')}
                      </button>
                      <button type="button" class="button small" onClick={() => setRemoving(row)}>
                        {shared('form.remove')}
                      </button>
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Card>
        {shown !== undefined && <Deliveries webhook={shown} onReplayed={reload} />}
      </div>
      {creating && (
        <NewWebhook
          onMade={(made) => {
            setSecret(made);
            reload();
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {secret !== undefined && (
        <SecretDialog
          title={t('hooks.secret')}
          text={t('hooks.secretText')}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
      {removing !== undefined && (
        <ConfirmDialog
          title={t('hooks.removeAsk')}
          text={<span class="mono">{removing.url}</span>}
          action={shared('form.remove')}
          danger
          onConfirm={async () => {
            await api.remove(`/v1/webhooks/${encodeURIComponent(removing.id)}`);
            notify('good', t('hooks.removed'));
            reload();
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

async function ping(webhook: Webhook): Promise<void> {
  try {
    await api.post(`/v1/webhooks/${encodeURIComponent(webhook.id)}/ping`);
    notify('good', t('hooks.pinged'));
  } catch (error) {
    notifyError(error);
  }
}

function Deliveries({ webhook, onReplayed }: { webhook: Webhook; onReplayed(): void }) {
  const path = `/v1/webhooks/${encodeURIComponent(webhook.id)}`;
  const { data, error, reload } = useLoad(
    path,
    (signal) => allItems<Delivery>(`${path}/deliveries`, { limit: 200 }, signal, 2_000),
    EVERY_MILLISECONDS,
  );
  async function replay(sequences: readonly number[] | undefined): Promise<void> {
    try {
      const { replayed } = await api.post<{ readonly replayed: number }>(
        `${path}/replay`,
        sequences === undefined ? {} : { sequences },
      );
      notify('good', t('hooks.replayed', { n: replayed }));
      reload();
      onReplayed();
    } catch (failure) {
      notifyError(failure);
    }
  }
  return (
    <Card
      class="flush"
      title={t('hooks.deliveries')}
      aside={
        <>
          <span class="mono">{webhook.url}</span>
          {webhook.dead > 0 && (
            <button type="button" class="button small" onClick={() => void replay(undefined)}>
              {t('hooks.replay')}
            </button>
          )}
        </>
      }
    >
      <Trouble error={error} retry={reload} />
      <Table<Delivery>
        label={t('hooks.deliveries')}
        rows={data ?? []}
        keyOf={(row) => row.id}
        empty={t('hooks.noDeliveries')}
        columns={[
          {
            id: 'sequence',
            head: '#',
            width: '80px',
            sort: (row) => row.sequence,
            cell: (row) => row.sequence,
          },
          {
            id: 'kind',
            head: t('hooks.event'),
            sort: (row) => row.kind,
            cell: (row) => <span class="mono">{row.kind}</span>,
          },
          {
            id: 'state',
            head: t('hooks.state'),
            cell: (row) => (
              <Pill tone={row.state === 'dead' ? 'bad' : 'warn'}>{t(`delivery.${row.state}`)}</Pill>
            ),
          },
          { id: 'attempts', head: t('hooks.attempts'), align: 'right', cell: (row) => count(row.attempts) },
          {
            id: 'error',
            head: t('hooks.error'),
            wideOnly: true,
            cell: (row) => (
              <span class="clip">
                {row.status > 0 && `${row.status} `}
                <ServiceText>{row.error}</ServiceText>
              </span>
            ),
          },
          {
            id: 'next',
            head: t('hooks.next'),
            wideOnly: true,
            cell: (row) => (row.nextAt === undefined ? '–' : dateTimeSeconds(row.nextAt)),
          },
          {
            id: 'replay',
            head: '',
            align: 'right',
            cell: (row) =>
              row.state === 'dead' && (
                <button type="button" class="button small" onClick={() => void replay([row.sequence])}>
                  {t('hooks.replayOne')}
                </button>
              ),
          },
        ]}
      />
    </Card>
  );
}

function NewWebhook({ onMade, onClose }: { onMade(secret: string): void; onClose(): void }) {
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [kinds, setKinds] = useState<readonly string[]>([]);
  return (
    <Dialog title={t('hooks.new')} onClose={onClose} wide>
      <Form
        onSubmit={async () => {
          const made = await api.post<{ readonly secret: string }>('/v1/webhooks', {
            url: url.trim(),
            ...(kinds.length === 0 ? {} : { kinds }),
            ...(description.trim() === '' ? {} : { description: description.trim() }),
          });
          onClose();
          onMade(made.secret);
        }}
      >
        <TextField
          label={t('hooks.url')}
          name="url"
          type="url"
          hint={t('hooks.urlHint')}
          value={url}
          onChange={setUrl}
          mono
          autofocus
        />
        <TextField
          label={t('hooks.description')}
          name="description"
          optional
          value={description}
          onChange={setDescription}
        />
        <ChoiceField
          several
          label={t('hooks.kinds')}
          name="kinds"
          hint={t('hooks.kindsHint')}
          options={KINDS.map((kind) => ({ value: kind, label: kind }))}
          chosen={kinds}
          onChange={setKinds}
        />
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={url.trim() === ''}>{t('hooks.new')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
