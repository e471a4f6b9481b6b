/** Dialling by hand, through the same rules as every call. */
import { useState } from 'preact/hooks';
import { api } from '../shared/api';
import { Form, SelectField, SubmitButton, TextField } from '../shared/form';
import { t } from './texts';
import type { Card } from './types';

export function HandDial({ card, take }: { card: Card; take(card: Card): void }) {
  const [campaign, setCampaign] = useState('');
  const [number, setNumber] = useState('');
  const chosen = card.campaigns.find(({ id }) => id === campaign) ?? card.campaigns[0];
  if (chosen === undefined) return null;
  return (
    <section class="card hand-dial" aria-labelledby="hand-dial">
      <h2 id="hand-dial">{t('dial.title')}</h2>
      <Form
        onSubmit={async () => {
          take(
            await api.post<Card>(`/v1/agents/${encodeURIComponent(card.agent.id)}/dial`, {
              campaign: chosen.id,
              number: number.trim(),
            }),
          );
          setNumber('');
        }}
      >
        <div class="hand-dial-fields">
          {card.campaigns.length > 1 && (
            <SelectField
              label={t('dial.campaign')}
              name="campaign"
              value={chosen.id}
              onChange={setCampaign}
              options={card.campaigns.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
          <TextField
            label={t('dial.number')}
            name="number"
            type="tel"
            value={number}
            onChange={setNumber}
            {...(chosen.manualDialing === 'contacts' ? { hint: t('dial.contactsOnly') } : {})}
          />
          <SubmitButton disabled={number.trim() === ''}>{t('dial.action')}</SubmitButton>
        </div>
      </Form>
    </section>
  );
}
