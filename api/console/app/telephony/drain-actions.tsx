/** Taking a switch out of service, and returning it; for those who may. */
import { useState } from 'preact/hooks';
import { api } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { notify } from '../shared/feedback';
import { CheckField, Form, SubmitButton, TextField } from '../shared/form';
import { useSession } from '../shared/session';
import { t } from './texts';

interface DrainOf {
  readonly id: string;
  readonly drained: boolean;
  onChanged(): void;
}

export function DrainActions({ id, drained, onChanged }: DrainOf) {
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  if (!may('admin', 'operator')) return null;
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-label={t(drained ? 'returnOf' : 'drainOf', { id })}
        onClick={() => setAsking(true)}
      >
        {t(drained ? 'return' : 'drain')}
      </button>
      {asking &&
        (drained ? (
          <ReturnDialog id={id} onChanged={onChanged} onClose={() => setAsking(false)} />
        ) : (
          <DrainDialog id={id} onChanged={onChanged} onClose={() => setAsking(false)} />
        ))}
    </>
  );
}

interface DialogOf extends Omit<DrainOf, 'drained'> {
  onClose(): void;
}

function DrainDialog({ id, onChanged, onClose }: DialogOf) {
  const [reason, setReason] = useState('');
  const [moveAgents, setMoveAgents] = useState(true);
  return (
    <Dialog title={t('drainOf', { id })} onClose={onClose}>
      <Form
        onSubmit={async () => {
          await api.post(`/v1/switches/${encodeURIComponent(id)}/drain`, { reason, moveAgents });
          notify('good', t('drained', { id }));
          onChanged();
          onClose();
        }}
      >
        <p class="dialog-text">{t('drainText')}</p>
        <TextField label={t('reason')} name="reason" value={reason} onChange={setReason} autofocus />
        <CheckField
          label={t('moveAgents')}
          name="moveAgents"
          hint={t('moveAgentsHint')}
          checked={moveAgents}
          onChange={setMoveAgents}
        />
        <DialogActions onCancel={onClose}>
          <SubmitButton tone="danger" disabled={reason.trim() === ''}>
            {t('drain')}
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function ReturnDialog({ id, onChanged, onClose }: DialogOf) {
  return (
    <Dialog title={t('returnOf', { id })} onClose={onClose}>
      <Form
        onSubmit={async () => {
          await api.remove(`/v1/switches/${encodeURIComponent(id)}/drain`);
          notify('good', t('returned', { id }));
          onChanged();
          onClose();
        }}
      >
        <p class="dialog-text">{t('returnText')}</p>
        <DialogActions onCancel={onClose}>
          <SubmitButton>{t('return')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
