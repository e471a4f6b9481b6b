/** Makes a new campaign with the settings of another. */
import { useState } from 'preact/hooks';
import { api } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { notify } from '../shared/feedback';
import { Form, SubmitButton, TextField } from '../shared/form';
import { navigate } from '../shared/router';
import { t } from './texts';
import type { Campaign } from './types';

export function CloneDialog({ campaign, onClose }: { campaign: Campaign; onClose(): void }) {
  const [name, setName] = useState('');
  const [id, setId] = useState('');
  return (
    <Dialog title={t('clone.title', { name: campaign.settings.name })} onClose={onClose}>
      <Form
        onSubmit={async () => {
          const made = await api.post<Campaign>(`/v1/campaigns/${encodeURIComponent(campaign.id)}/clone`, {
            ...(name.trim() === '' ? {} : { name: name.trim() }),
            ...(id.trim() === '' ? {} : { id: id.trim() }),
          });
          notify('good', t('edit.created', { name: made.settings.name }));
          onClose();
          navigate(`/campaigns/${encodeURIComponent(made.id)}`);
        }}
      >
        <TextField label={t('clone.name')} name="name" optional value={name} onChange={setName} autofocus />
        <TextField
          label={t('edit.id')}
          name="id"
          hint={t('edit.idHint')}
          optional
          value={id}
          onChange={setId}
          mono
        />
        <DialogActions onCancel={onClose}>
          <SubmitButton>{t('action.clone')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
