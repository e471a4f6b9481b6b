/** Listening to a live call, whispering to its agent, or barging in. */
import { useState } from 'preact/hooks';
import { api } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { notify, notifyError } from '../shared/feedback';
import { ChoiceField, Form, SubmitButton, TextField } from '../shared/form';
import { t } from './texts';
import type { Agent } from './types';

const MODES = ['listen', 'whisper', 'barge'] as const;
const ENDPOINT = 'tactus-endpoint';

function storedEndpoint(): string {
  try {
    return localStorage.getItem(ENDPOINT) ?? '';
  } catch {
    return '';
  }
}

export function MonitorDialog({ agent, onDone, onClose }: { agent: Agent; onDone(): void; onClose(): void }) {
  const [endpoint, setEndpoint] = useState(storedEndpoint);
  const [mode, setMode] = useState<string>('listen');
  return (
    <Dialog title={t('monitor.title', { name: agent.name || agent.id })} onClose={onClose}>
      <Form
        onSubmit={async () => {
          await api.post(`/v1/attempts/${encodeURIComponent(agent.attemptId)}/monitor`, {
            mode,
            endpoint: endpoint.trim(),
          });
          try {
            localStorage.setItem(ENDPOINT, endpoint.trim());
          } catch {
            // A browser that keeps nothing: the phone is asked for again.
          }
          notify('good', t('monitor.started'));
          onDone();
          onClose();
        }}
      >
        <p class="quiet">{t('monitor.text')}</p>
        <TextField
          label={t('monitor.endpoint')}
          name="endpoint"
          hint={t('monitor.endpointHint')}
          value={endpoint}
          onChange={setEndpoint}
          mono
          autofocus
        />
        <ChoiceField
          label={t('monitor.mode')}
          name="mode"
          hint={t('mode.hint')}
          options={MODES.map((value) => ({ value, label: t(`mode.${value}`) }))}
          chosen={[mode]}
          onChange={([chosen = 'listen']) => setMode(chosen)}
        />
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={endpoint.trim() === ''}>{t('monitor')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

export async function stopMonitoring(attemptId: string): Promise<void> {
  try {
    await api.remove(`/v1/attempts/${encodeURIComponent(attemptId)}/monitor`);
    notify('good', t('monitor.stopped'));
  } catch (error) {
    notifyError(error);
  }
}
