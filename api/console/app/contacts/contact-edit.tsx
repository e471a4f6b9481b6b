/** Editing a contact: only what was changed is sent, and never over what somebody else changed meanwhile. */
import { useState } from 'preact/hooks';
import { ApiProblem, api, request } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { Loading, notify, Trouble } from '../shared/feedback';
import { Form, SelectField, SubmitButton, TextAreaField, TextField } from '../shared/form';
import { Icon } from '../shared/icons';
import { useLoad } from '../shared/load';
import { t as shared } from '../shared/texts';
import { t } from './texts';
import type { Contact } from './types';

/** What is being typed. */
interface Draft {
  readonly name: string;
  readonly externalId: string;
  readonly timeZone: string;
  readonly region: string;
  readonly postalCode: string;
  readonly party: string;
  readonly numbers: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

function draftOf(contact: Contact): Draft {
  return {
    name: contact.name,
    externalId: contact.externalId,
    timeZone: contact.timeZone,
    region: contact.region,
    postalCode: contact.postalCode ?? '',
    party: contact.party ?? '',
    numbers: contact.numbers.map(({ number }) => number).join('\n'),
    fields: Object.entries(contact.fields),
  };
}

/** What differs from what was read. */
function patchOf(draft: Draft, contact: Contact): Readonly<Record<string, unknown>> {
  const before = draftOf(contact);
  const changed = (name: keyof Draft) => JSON.stringify(draft[name]) !== JSON.stringify(before[name]);
  const patch: Record<string, unknown> = {};
  for (const name of ['name', 'externalId', 'timeZone', 'region', 'postalCode', 'party'] as const)
    if (changed(name)) patch[name] = draft[name].trim();
  if (changed('numbers'))
    patch['numbers'] = draft.numbers
      .split(/[\n,;]/)
      .map((number) => number.trim())
      .filter((number) => number !== '');
  if (changed('fields'))
    patch['fields'] = Object.fromEntries(
      draft.fields.filter(([name]) => name.trim() !== '').map(([name, value]) => [name.trim(), value]),
    );
  return patch;
}

export function EditDialog({ id, onSaved, onClose }: { id: string; onSaved(): void; onClose(): void }) {
  const path = `/v1/contacts/${encodeURIComponent(id)}`;
  const { data, error, reload } = useLoad(path, (signal) => request<Contact>('GET', path, { signal }));
  const name = data?.body.name || id;
  return (
    <Dialog title={t('edit.title', { name })} onClose={onClose} wide>
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        // A newer version is a form of its own.
        <EditForm
          key={data.etag}
          contact={data.body}
          etag={data.etag}
          onNewest={reload}
          onSaved={() => {
            onSaved();
            onClose();
          }}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

function EditForm({
  contact,
  etag,
  onNewest,
  onSaved,
  onClose,
}: {
  contact: Contact;
  etag: string | undefined;
  onNewest(): void;
  onSaved(): void;
  onClose(): void;
}) {
  const [draft, setDraft] = useState(() => draftOf(contact));
  const [stale, setStale] = useState(false);
  const set = (name: keyof Omit<Draft, 'fields'>) => (value: string) => setDraft({ ...draft, [name]: value });

  async function save(): Promise<void> {
    const patch = patchOf(draft, contact);
    if (Object.keys(patch).length === 0) throw new Error(t('edit.nothing'));
    try {
      await api.patch(`/v1/contacts/${encodeURIComponent(contact.id)}`, patch, etag);
    } catch (error) {
      setStale(error instanceof ApiProblem && error.status === 412);
      throw error;
    }
    notify('good', t('edit.saved', { name: draft.name || contact.id }));
    onSaved();
  }

  return (
    <Form onSubmit={save}>
      {stale && (
        <div class="row">
          <button type="button" class="button small" onClick={onNewest}>
            {t('edit.newest')}
          </button>
        </div>
      )}
      <div class="fields">
        <TextField label={t('column.name')} name="name" value={draft.name} onChange={set('name')} autofocus />
        <TextField
          label={t('fact.externalId')}
          name="externalId"
          value={draft.externalId}
          onChange={set('externalId')}
        />
        <TextAreaField
          label={t('edit.numbers')}
          name="numbers"
          hint={t('edit.numbersHint')}
          mono
          value={draft.numbers}
          onChange={set('numbers')}
        />
        <TextField
          label={t('fact.zone')}
          name="timeZone"
          hint={t('edit.zoneHint')}
          value={draft.timeZone}
          onChange={set('timeZone')}
        />
        <TextField
          label={t('fact.region')}
          name="region"
          hint={t('edit.regionHint')}
          value={draft.region}
          onChange={set('region')}
        />
        <TextField
          label={t('fact.postalCode')}
          name="postalCode"
          value={draft.postalCode}
          onChange={set('postalCode')}
        />
        <SelectField
          label={t('fact.party')}
          name="party"
          value={draft.party}
          onChange={set('party')}
          options={[
            ...(contact.party === undefined ? [{ value: '', label: '–' }] : []),
            { value: 'consumer', label: t('party.consumer') },
            { value: 'business', label: t('party.business') },
          ]}
        />
      </div>
      <FieldRows fields={draft.fields} onChange={(fields) => setDraft({ ...draft, fields })} />
      <DialogActions onCancel={onClose}>
        <SubmitButton>{shared('form.save')}</SubmitButton>
      </DialogActions>
    </Form>
  );
}

function FieldRows({
  fields,
  onChange,
}: {
  fields: Draft['fields'];
  onChange(fields: Draft['fields']): void;
}) {
  const change = (at: number, pair: readonly [string, string]) =>
    onChange(fields.map((old, i) => (i === at ? pair : old)));
  return (
    <fieldset class="field">
      <legend>{t('card.fields')}</legend>
      <div class="field-rows">
        {fields.map(([name, value], at) => (
          <div key={at}>
            <input
              aria-label={t('edit.field')}
              value={name}
              onInput={(event) => change(at, [event.currentTarget.value, value])}
            />
            <input
              aria-label={`${t('edit.value')} ${name}`}
              value={value}
              onInput={(event) => change(at, [name, event.currentTarget.value])}
            />
            <button
              type="button"
              class="icon-button"
              aria-label={t('edit.removeField', { name })}
              onClick={() => onChange(fields.filter((_, i) => i !== at))}
            >
              <Icon name="close" size={16} />
            </button>
          </div>
        ))}
        <div class="row">
          <button type="button" class="button small" onClick={() => onChange([...fields, ['', '']])}>
            <Icon name="plus" size={14} /> {t('edit.addField')}
          </button>
        </div>
      </div>
    </fieldset>
  );
}
