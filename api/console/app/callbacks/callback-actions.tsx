/** Moving a callback to another time or agent, and cancelling it; for those who may. */
import { useState } from 'preact/hooks';
import { useServiceNow } from '../live';
import { address, api } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { notify } from '../shared/feedback';
import { ChoiceField, Form, SelectField, SubmitButton, TextField } from '../shared/form';
import { dateTime } from '../shared/format';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { useSession } from '../shared/session';
import { t } from './texts';

interface CallbackOf {
  readonly contactId: string;
  readonly dueAt: string;
  readonly agentId: string | undefined;
  onChanged(): void;
}

export function CallbackActions({
  name,
  small = false,
  ...callback
}: CallbackOf & { name?: string; small?: boolean }) {
  const { may } = useSession();
  const [asking, setAsking] = useState<'move' | 'cancel'>();
  const close = () => setAsking(undefined);
  if (!may('admin', 'operator', 'supervisor')) return null;
  return (
    <>
      {(['move', 'cancel'] as const).map((what) => (
        <button
          key={what}
          type="button"
          class={`button ${small ? 'small' : ''}`}
          {...(name === undefined ? {} : { 'aria-label': t(`${what}Of`, { name }) })}
          onClick={() => setAsking(what)}
        >
          {t(small ? what : `${what}Title`).replace(/[?？]$/, '')}
        </button>
      ))}
      {asking === 'move' && <MoveDialog {...callback} onClose={close} />}
      {asking === 'cancel' && <CancelDialog {...callback} onClose={close} />}
    </>
  );
}

/** As `datetime-local` wants it: the browser's own time, without a zone. */
function localInput(at: number): string {
  const local = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}T${two(local.getHours())}:${two(local.getMinutes())}`;
}

const HOUR = 3_600_000;

function MoveDialog({ contactId, dueAt, agentId, onChanged, onClose }: CallbackOf & { onClose(): void }) {
  const now = useServiceNow();
  const [at, setAt] = useState(() => localInput(Math.max(Date.parse(dueAt), now + HOUR)));
  const [agent, setAgent] = useState(agentId ?? '');
  const { data } = useLoad('agents', (signal) =>
    allItems<{ readonly id: string; readonly name: string }>('/v1/agents', {}, signal),
  );
  const agents = data ?? (agentId === undefined ? [] : [{ id: agentId, name: agentId }]);
  return (
    <Dialog title={t('moveTitle')} onClose={onClose}>
      <Form
        onSubmit={async () => {
          const to = new Date(at).toISOString();
          await api.put(`/v1/contacts/${encodeURIComponent(contactId)}/callback`, {
            at: to,
            agentId: agent === '' ? null : agent,
          });
          notify('good', t('moved', { when: dateTime(to) }));
          onChanged();
          onClose();
        }}
      >
        <TextField
          label={t('at')}
          name="at"
          type="datetime-local"
          hint={t('atHint')}
          value={at}
          onChange={setAt}
          autofocus
        />
        <SelectField
          label={t('giveTo')}
          name="agentId"
          value={agent}
          onChange={setAgent}
          options={[
            { value: '', label: t('anyone') },
            ...agents.map(({ id, name }) => ({ value: id, label: name || id })),
          ]}
        />
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={at === ''}>{t('moveTitle')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function CancelDialog({ contactId, onChanged, onClose }: CallbackOf & { onClose(): void }) {
  const [next, setNext] = useState('done');
  return (
    <Dialog title={t('cancelTitle')} onClose={onClose}>
      <Form
        onSubmit={async () => {
          await api.remove(address(`/v1/contacts/${encodeURIComponent(contactId)}/callback`, { next }));
          notify('good', t('cancelled'));
          onChanged();
          onClose();
        }}
      >
        <p class="dialog-text">{t('cancelText')}</p>
        <ChoiceField
          label={t('afterwards')}
          name="next"
          chosen={[next]}
          onChange={([chosen = 'done']) => setNext(chosen)}
          options={[
            { value: 'done', label: t('next.done') },
            { value: 'open', label: t('next.open') },
          ]}
        />
        <DialogActions onCancel={onClose}>
          <SubmitButton tone="danger">{t('cancelIt')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
