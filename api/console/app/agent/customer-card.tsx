/** Who is on the line: name, place and time, the columns of the list, what is offered, and the attempts before. */
import { Pill } from '../shared/feedback';
import { dateTime } from '../shared/format';
import { t } from './texts';
import type { Call } from './types';

export function CustomerCard({ call }: { call: Call }) {
  const { contact, customerTime, consent } = call;
  const fields = Object.entries(contact?.fields ?? {}).filter(([, value]) => value !== '');
  return (
    <section class="card customer" aria-labelledby="customer-name">
      <header>
        <div>
          <h2 id="customer-name">{contact?.name || t('customer.unnamed')}</h2>
          <p class="quiet">
            <span class="mono">{call.number}</span> · {call.campaign.name}
          </p>
        </div>
        <p class="customer-time" title={t('customer.zone', { zone: customerTime.zone })}>
          {t('customer.time', { time: customerTime.local.slice(11) })}
        </p>
      </header>
      <p class="customer-marks">
        {consent !== undefined && (
          <Pill tone={consent.state === 'granted' ? 'good' : consent.state === 'refused' ? 'bad' : 'quiet'}>
            {t('customer.consent')}: {t.of('consent', consent.state)}
          </Pill>
        )}
        {contact !== undefined && (
          <Pill tone="quiet">
            {t('customer.attempts')}: {contact.attempts}
          </Pill>
        )}
      </p>
      {fields.length > 0 && (
        <dl class="customer-fields">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {call.offer !== undefined && (
        <div class="customer-offer">
          <h3>
            {t('card.offer')}: {call.offer.name}
          </h3>
          <p>{call.offer.text}</p>
          {call.offer.validUntil !== undefined && (
            <p class="quiet">{t('card.valid', { date: call.offer.validUntil })}</p>
          )}
        </div>
      )}
      <h3>{t('card.history')}</h3>
      {call.history.length === 0 ? (
        <p class="quiet">{t('card.noHistory')}</p>
      ) : (
        <ol class="customer-history">
          {call.history.map((entry) => (
            <li key={entry.attemptId}>
              <span class="quiet">{dateTime(entry.at)}</span>{' '}
              <b>
                {entry.disposition === undefined
                  ? t.of('outcome', entry.outcome ?? 'unknown')
                  : t.of('code', entry.disposition)}
              </b>
              {entry.agentId !== undefined && <span class="quiet"> · {entry.agentId}</span>}
              {entry.note !== undefined && entry.note !== '' && <p>{entry.note}</p>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
