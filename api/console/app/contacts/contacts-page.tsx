/** The search for contacts: by number, key, name, text, list and state, in one campaign or in all. */
import { useState } from 'preact/hooks';
import { t as campaignWords } from '../campaigns/texts';
import { CampaignSelect } from '../compliance/campaign-select';
import { t as listWords } from '../lists/texts';
import { Loading, Pill, type Tone, Trouble } from '../shared/feedback';
import { SelectField, TextField } from '../shared/form';
import { count, dateTime } from '../shared/format';
import { Card, PageHead } from '../shared/layout';
import { usePaged, useSettled } from '../shared/paged';
import { href, navigate, replaceQuery, useRoute } from '../shared/router';
import { type Column, Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { t } from './texts';
import type { Contact } from './types';

const STATES = ['open', 'leased', 'pending', 'callback', 'done'] as const;
const PAGE = 50;
const TONES: Readonly<Record<string, Tone>> = {
  open: 'info',
  leased: 'info',
  pending: 'good',
  callback: 'warn',
  done: 'quiet',
};

export function ContactState({
  contact: { state, doneReason },
}: {
  contact: Pick<Contact, 'state' | 'doneReason'>;
}) {
  return (
    <>
      <Pill tone={TONES[state] ?? 'quiet'}>{t.of('state', state)}</Pill>
      {doneReason !== '' && <span class="quiet"> {listWords.of('done', doneReason)}</span>}
    </>
  );
}

export function contactPath(id: string): string {
  return `/contacts/${encodeURIComponent(id)}`;
}

const FILTERS = ['campaign', 'list', 'state', 'number', 'name', 'externalId', 'text'] as const;
type Filter = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

export function ContactsPage() {
  const { query } = useRoute();
  // The address keeps the filters, so that they are there again after a look at a contact.
  const [filter, setFilter] = useState<Filter>(() =>
    Object.fromEntries(FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : []))),
  );
  const set = (name: (typeof FILTERS)[number]) => (value: string) => {
    const next = { ...filter, [name]: value };
    setFilter(next);
    replaceQuery(next);
  };
  const { text = '', ...rest } = useSettled(
    Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, value.trim()])) as Filter,
  );
  // A single letter is too little to look through a list for.
  const asked = { ...rest, ...(text.length > 1 ? { text } : {}), limit: PAGE };
  const { items, error, reload, more } = usePaged<Contact>('/v1/contacts', asked);

  return (
    <>
      <PageHead title={t('title')} subtitle={t('subtitle')}>
        {Object.values(filter).some((value) => value !== '') && (
          <button
            type="button"
            class="button"
            onClick={() => {
              setFilter({});
              replaceQuery({});
            }}
          >
            {t('find.clear')}
          </button>
        )}
      </PageHead>
      <div class="filters">
        <TextField
          label={t('find.number')}
          name="number"
          type="search"
          placeholder="+12025550143"
          value={filter.number ?? ''}
          onChange={set('number')}
        />
        <TextField
          label={t('find.name')}
          name="name"
          type="search"
          value={filter.name ?? ''}
          onChange={set('name')}
        />
        <TextField
          label={t('find.externalId')}
          name="externalId"
          type="search"
          value={filter.externalId ?? ''}
          onChange={set('externalId')}
        />
        <TextField
          label={t('find.text')}
          name="text"
          type="search"
          placeholder={t('find.textHint')}
          value={filter.text ?? ''}
          onChange={set('text')}
        />
        <CampaignSelect value={filter.campaign ?? ''} onChange={set('campaign')} none={t('find.campaign')} />
        <TextField
          label={t('find.list')}
          name="list"
          type="search"
          value={filter.list ?? ''}
          onChange={set('list')}
        />
        <SelectField
          label={t('find.state')}
          name="state"
          value={filter.state ?? ''}
          onChange={set('state')}
          options={[
            { value: '', label: t('find.anyState') },
            ...STATES.map((value) => ({ value, label: t(`state.${value}`) })),
          ]}
        />
      </div>
      <Trouble error={error} retry={reload} />
      <Card class="flush">
        {items === undefined ? (
          error === undefined && <Loading />
        ) : (
          <Table<Contact>
            label={t('title')}
            rows={items}
            keyOf={(contact) => contact.id}
            empty={t('find.none')}
            onOpen={(contact) => navigate(contactPath(contact.id))}
            columns={columns()}
          />
        )}
      </Card>
      {more !== undefined && (
        <div class="row table-foot">
          <button type="button" class="button" onClick={more}>
            {shared('table.more')}
          </button>
        </div>
      )}
    </>
  );
}

function columns(): readonly Column<Contact>[] {
  return [
    {
      id: 'name',
      head: t('column.name'),
      cell: (contact) => (
        <div class="cell-name">
          <a href={href(contactPath(contact.id))}>{contact.name || t('unnamed')}</a>
          {contact.externalId !== '' && <span class="quiet">{contact.externalId}</span>}
        </div>
      ),
    },
    {
      id: 'numbers',
      head: t('column.numbers'),
      cell: (contact) =>
        contact.numbers.map(({ number }) => (
          <span key={number} class="mono nowrap">
            {number}{' '}
          </span>
        )),
    },
    {
      id: 'campaign',
      head: t('column.campaign'),
      wideOnly: true,
      cell: (contact) => (
        <>
          {contact.campaignId} <span class="quiet">{contact.list}</span>
        </>
      ),
    },
    { id: 'state', head: t('column.state'), cell: (contact) => <ContactState contact={contact} /> },
    {
      id: 'attempts',
      head: t('column.attempts'),
      align: 'right',
      wideOnly: true,
      cell: (contact) => count(contact.attempts),
    },
    {
      id: 'last',
      head: t('column.last'),
      wideOnly: true,
      cell: (contact) =>
        contact.lastAttemptAt === undefined ? (
          '–'
        ) : (
          <>
            {dateTime(contact.lastAttemptAt)}{' '}
            <span class="quiet">{campaignWords.of('result', contact.lastOutcome)}</span>
          </>
        ),
    },
    {
      id: 'due',
      head: t('column.due'),
      wideOnly: true,
      cell: (contact) => (contact.dueAt === undefined ? '–' : dateTime(contact.callbackAt ?? contact.dueAt)),
    },
  ];
}
