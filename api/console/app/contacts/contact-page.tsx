/** One contact: why it was called or not, what is known of it, its attempts, and what may be done about it. */
import { useState } from 'preact/hooks';
import { CallbackActions } from '../callbacks/callback-actions';
import { t as words } from '../overview/texts';
import { api, request } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { Loading, notify, Trouble } from '../shared/feedback';
import { dateTime } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { href, navigate } from '../shared/router';
import { useSession } from '../shared/session';
import { AttemptsCard } from './attempts-card';
import { EditDialog } from './contact-edit';
import { ContactState } from './contacts-page';
import { NumbersCard } from './numbers-card';
import { t } from './texts';
import type { Contact, Explanation } from './types';
import { WhyCard } from './why-card';

const EVERY_MILLISECONDS = 5_000;

export function ContactPage({ id }: { id: string }) {
  const path = `/v1/contacts/${encodeURIComponent(id)}`;
  const { data, error, reload } = useLoad(
    path,
    async (signal) => {
      const [contact, explanation] = await Promise.all([
        api.get<Contact>(path, {}, signal),
        api.get<Explanation>(`${path}/explain`, {}, signal),
      ]);
      return { contact, explanation };
    },
    EVERY_MILLISECONDS,
  );
  const back = { path: '/contacts', name: t('title') };
  if (data === undefined)
    return (
      <>
        <PageHead title={id} back={back} />
        {error === undefined ? <Loading /> : <Trouble error={error} retry={reload} />}
      </>
    );
  const { contact, explanation } = data;
  return (
    <>
      <PageHead
        title={contact.name || t('unnamed')}
        back={back}
        subtitle={<ContactState contact={contact} />}
      >
        <Actions contact={contact} onChanged={reload} />
      </PageHead>
      <div class="stack">
        <Trouble error={error} retry={reload} />
        <WhyCard explanation={explanation} />
        <div class="grid-2">
          <FactsCard contact={contact} />
          <FieldsCard contact={contact} />
        </div>
        <NumbersCard contact={contact} explanation={explanation} />
        <AttemptsCard contactId={contact.id} />
      </div>
    </>
  );
}

type Asking = 'edit' | 'remove' | 'erase';

function Actions({ contact, onChanged }: { contact: Contact; onChanged(): void }) {
  const { may } = useSession();
  const [asking, setAsking] = useState<Asking>();
  const close = () => setAsking(undefined);
  const name = contact.name || contact.id;
  const path = `/v1/contacts/${encodeURIComponent(contact.id)}`;
  const erased = contact.doneReason === 'erased';
  return (
    <>
      {contact.callbackAt !== undefined && (
        <CallbackActions
          contactId={contact.id}
          dueAt={contact.callbackAt}
          agentId={contact.callbackAgent}
          onChanged={onChanged}
        />
      )}
      {!erased && may('admin', 'operator', 'supervisor', 'integrator') && (
        <button type="button" class="button" onClick={() => setAsking('edit')}>
          {t('edit.do')}
        </button>
      )}
      {may('admin', 'operator', 'integrator') && (
        <button type="button" class="button" onClick={() => setAsking('remove')}>
          {t('remove.do')}
        </button>
      )}
      {!erased && may('admin', 'supervisor') && (
        <button type="button" class="button danger" onClick={() => setAsking('erase')}>
          {t('erase.do')}
        </button>
      )}
      {asking === 'edit' && <EditDialog id={contact.id} onSaved={onChanged} onClose={close} />}
      {asking === 'remove' && (
        <ConfirmDialog
          title={t('remove.ask', { name })}
          text={t('remove.text')}
          action={t('remove.do')}
          danger
          onConfirm={async () => {
            const { etag } = await request<Contact>('GET', path);
            await api.remove(path, etag);
            notify('good', t('remove.done', { name }));
            navigate('/contacts');
          }}
          onClose={close}
        />
      )}
      {asking === 'erase' && (
        <ConfirmDialog
          title={t('erase.ask', { name })}
          text={t('erase.text')}
          action={t('erase.do')}
          danger
          reason="needed"
          reasonLabel={t('erase.reference')}
          onConfirm={async (reference) => {
            const { contacts, numbers } = await api.post<{
              readonly contacts: number;
              readonly numbers: number;
            }>('/v1/erasures', { contactId: contact.id, reference });
            notify('good', t('erase.done', { contacts, numbers }));
            onChanged();
          }}
          onClose={close}
        />
      )}
    </>
  );
}

function FactsCard({ contact }: { contact: Contact }) {
  const campaign = `/campaigns/${encodeURIComponent(contact.campaignId)}`;
  return (
    <Card title={t('card.facts')}>
      <dl class="facts">
        <dt>{t('fact.campaign')}</dt>
        <dd>
          <a href={href(campaign)}>{contact.campaignId}</a>
        </dd>
        <dt>{t('fact.list')}</dt>
        <dd>
          <a href={href(`${campaign}/lists`)}>{contact.list}</a>
        </dd>
        <dt>{t('fact.stage')}</dt>
        <dd>{words.of('stage', contact.stage)}</dd>
        {contact.externalId !== '' && (
          <>
            <dt>{t('fact.externalId')}</dt>
            <dd>{contact.externalId}</dd>
          </>
        )}
        <dt>{t('fact.zone')}</dt>
        <dd>{contact.timeZone || <span class="quiet">{t('fact.zoneByNumber')}</span>}</dd>
        {contact.region !== '' && (
          <>
            <dt>{t('fact.region')}</dt>
            <dd>{contact.region}</dd>
          </>
        )}
        {contact.postalCode !== undefined && (
          <>
            <dt>{t('fact.postalCode')}</dt>
            <dd>{contact.postalCode}</dd>
          </>
        )}
        {contact.party !== undefined && (
          <>
            <dt>{t('fact.party')}</dt>
            <dd>{t.of('party', contact.party)}</dd>
          </>
        )}
        {contact.dueAt !== undefined && (
          <>
            <dt>{t('fact.due')}</dt>
            <dd>{dateTime(contact.dueAt)}</dd>
          </>
        )}
        {contact.callbackAt !== undefined && (
          <>
            <dt>{t('fact.callback')}</dt>
            <dd>
              {t('fact.callbackBy', {
                when: dateTime(contact.callbackAt),
                agent: contact.callbackAgent ?? t('fact.anyone'),
              })}
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function FieldsCard({ contact }: { contact: Contact }) {
  const fields = Object.entries(contact.fields);
  return (
    <Card title={t('card.fields')}>
      {fields.length === 0 ? (
        <p class="quiet">{t('card.noFields')}</p>
      ) : (
        <dl class="facts">
          {fields.map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
    </Card>
  );
}
