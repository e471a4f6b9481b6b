/** What contacts and imports look like to clients, and the way to and from the store's. */
import Type, { type Static } from 'typebox';
import { CLASS_WORDS, isZone } from '../../../compliance/index.js';
import { readPhoneNumber } from '../../../dialer/lists/phone-number.js';
import { LONGEST_POSTAL_CODE, readPostalCode } from '../../../dialer/lists/postal-code.js';
import { readCountry } from '../../../dialer/lists/regions.js';
import type { ContactEdit } from '../../../dialer/store/lists.js';
import type { ContactRecord, NewContact } from '../../../dialer/store/port.js';
import { defined } from '../defined.js';
import type { Role } from '../identity/principal.js';
import { type DefaultCountry, shownNumber } from '../phone-numbers.js';
import { Instant, iso, MapOf, OneOf, PhoneNumber, STRICT } from '../schemas.js';

/** Contacts in one JSON request. */
export const MAXIMUM_CONTACTS = 10_000;
export const ContactInput = Type.Object(
  {
    externalId: Type.Optional(
      Type.String({ maxLength: 200, description: 'Your own key; a second contact with it is a duplicate.' }),
    ),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: 'IANA zone; the number decides when absent.' }),
    ),
    region: Type.Optional(Type.String({ maxLength: 10, description: 'ISO 3166-2 or country code.' })),
    postalCode: Type.Optional(
      Type.String({
        maxLength: LONGEST_POSTAL_CODE,
        description: 'Adds its time zones and its region; tells whether an emergency area holds the contact.',
      }),
    ),
    party: Type.Optional(
      OneOf(['consumer', 'business'], {
        description: "Who is called; the campaign's `party`, or a consumer, when absent.",
      }),
    ),
    numberClasses: Type.Optional(
      Type.Array(OneOf(CLASS_WORDS), {
        uniqueItems: true,
        maxItems: CLASS_WORDS.length,
        description: 'Kinds of number that its numbers are besides what their numbering plan shows.',
      }),
    ),
    numbers: Type.Array(PhoneNumber, { minItems: 1, maxItems: 10, description: 'In order of preference.' }),
    consent: Type.Optional(OneOf(['granted', 'refused', 'none'])),
    consentDetails: Type.Optional(
      Type.Object(
        {
          level: Type.Optional(OneOf(['presumed', 'express', 'written'])),
          source: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'How it came.' })),
          evidence: Type.Optional(
            Type.String({ minLength: 1, maxLength: 2000, description: 'Where the proof is.' }),
          ),
          at: Type.Optional(Instant),
          expiresAt: Type.Optional(Instant),
        },
        {
          ...STRICT,
          description:
            'Of a consent that was granted or refused. With a time and evidence it counts from that time.',
        },
      ),
    ),
    fields: Type.Optional(
      MapOf<string>(Type.String({ maxLength: 1000 }), {
        maxProperties: 100,
        description: 'Shown to the agent.',
      }),
    ),
  },
  { ...STRICT, title: 'NewContact' },
);
export const ContactInputs = Type.Array(ContactInput, {
  minItems: 1,
  maxItems: MAXIMUM_CONTACTS,
  examples: [
    [
      {
        externalId: 'C-1001',
        name: 'Grace Hopper',
        numbers: ['+12025550143'],
        timeZone: 'America/New_York',
        fields: { product: 'fibre' },
      },
    ],
  ],
});

export const ImportAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    list: Type.String({ description: 'The list that the contacts go to.' }),
    source: Type.String({ description: 'What the file is called; empty when nobody said.' }),
    format: Type.String(),
    state: OneOf(['running', 'completed', 'failed', 'cancelled', 'interrupted'], {
      description: 'interrupted: the service ended while it ran; what was stored stays.',
    }),
    startedAt: Instant,
    finishedAt: Type.Optional(Instant),
    bytes: Type.Integer(),
    totalBytes: Type.Optional(Type.Integer()),
    rows: Type.Integer(),
    added: Type.Integer(),
    duplicates: Type.Integer(),
    rejected: Type.Integer(),
    numbersDropped: Type.Integer({ description: 'Numbers left out of contacts that have another.' }),
    errors: Type.Array(
      Type.Object({
        line: Type.Integer({ description: 'Counts from 1, the header included.' }),
        field: Type.String(),
        code: Type.String(),
        reason: Type.String(),
        value: Type.Optional(Type.String({ description: 'Not shown to read-only keys.' })),
        kept: Type.Boolean({ description: 'The contact was kept without it.' }),
      }),
      { description: 'The first rows with something wrong.' },
    ),
    errorsOmitted: Type.Integer(),
    issueCounts: MapOf<number>(Type.Integer()),
    columns: MapOf<readonly string[]>(Type.Array(Type.String()), {
      description: 'Column headers by what they were taken for.',
    }),
    encoding: Type.String(),
    delimiter: Type.String(),
    failure: Type.String(),
  },
  { title: 'Import' },
);

export const AddedAnswer = Type.Object(
  {
    added: Type.Integer(),
    duplicates: Type.Integer(),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ description: 'Position in the request, from 0.' }),
        field: Type.String(),
        detail: Type.String(),
      }),
    ),
  },
  { title: 'ContactsAdded' },
);

export const ContactAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    list: Type.String({ description: 'The list it came with.' }),
    version: Type.Integer({ description: 'Its ETag; one more with each edit.' }),
    externalId: Type.String(),
    name: Type.String(),
    stage: Type.String(),
    heldPhase: Type.Optional(
      Type.Integer({ description: 'Phase of the pilot that the contact is held back for, counting from 1.' }),
    ),
    state: Type.String(),
    doneReason: Type.String(),
    timeZone: Type.String(),
    region: Type.String(),
    postalCode: Type.Optional(Type.String()),
    party: Type.Optional(Type.String()),
    numberClasses: Type.Optional(Type.Array(Type.String())),
    numbers: Type.Array(
      Type.Object({ number: Type.String(), attempts: Type.Integer(), dead: Type.Boolean() }),
    ),
    attempts: Type.Integer(),
    lastOutcome: Type.String(),
    lastAttemptAt: Type.Optional(Instant),
    dueAt: Type.Optional(Instant),
    callbackAt: Type.Optional(Instant),
    callbackAgent: Type.Optional(Type.String()),
    fields: MapOf<string>(Type.String()),
  },
  { title: 'Contact' },
);

export function contactAnswer(contact: ContactRecord, role: Role) {
  return {
    id: contact.contactId,
    campaignId: contact.campaignId,
    list: contact.list,
    version: contact.version,
    externalId: contact.externalId,
    name: contact.name,
    stage: contact.stage,
    ...(contact.heldPhase === undefined ? {} : { heldPhase: contact.heldPhase + 1 }),
    state: contact.state,
    doneReason: contact.doneReason,
    timeZone: contact.timeZone,
    region: contact.region,
    ...(contact.postalCode === undefined ? {} : { postalCode: contact.postalCode }),
    ...(contact.party === undefined ? {} : { party: contact.party }),
    ...(contact.numberClasses === undefined ? {} : { numberClasses: [...contact.numberClasses] }),
    numbers: contact.numbers.map((n) => ({
      number: shownNumber(n.e164, role),
      attempts: n.attempts,
      dead: n.dead,
    })),
    attempts: contact.attempts,
    lastOutcome: contact.lastOutcome,
    ...(contact.lastAttemptAt === 0 ? {} : { lastAttemptAt: iso(contact.lastAttemptAt) }),
    ...(contact.state === 'done' ? {} : { dueAt: iso(contact.dueAt) }),
    ...(contact.callbackAt === undefined ? {} : { callbackAt: iso(contact.callbackAt) }),
    ...(contact.callbackAgent === undefined ? {} : { callbackAgent: contact.callbackAgent }),
    fields: contact.fields,
  };
}

/** What an edit may change: what is given replaces what was there. */
export const ContactPatch = Type.Partial(Type.Omit(ContactInput, ['consent', 'consentDetails']), {
  ...STRICT,
  title: 'ContactEdit',
  minProperties: 1,
  examples: [{ name: 'Grace B. Hopper', fields: { product: 'fibre', note: 'moved' } }],
});

/** The edit in the store's terms, or which field cannot be used; an empty text takes an optional value away. */
export function contactEdit(
  patch: Static<typeof ContactPatch>,
  before: ContactRecord,
  country: DefaultCountry,
): ContactEdit | { readonly field: string; readonly detail: string } {
  const numbers = patch.numbers ?? before.numbers.map(({ e164 }) => e164);
  const { postalCode, party, region, ...rest } = patch;
  const whole = newContact(
    {
      ...rest,
      numbers,
      region: region ?? before.region,
      ...(postalCode === undefined || postalCode === '' ? {} : { postalCode }),
      ...(party === undefined ? {} : { party }),
    },
    country,
    0,
  );
  if ('detail' in whole) return whole;
  return defined({
    externalId: patch.externalId,
    name: patch.name,
    timeZone: patch.timeZone,
    region,
    postalCode: postalCode === undefined ? undefined : (whole.postalCode ?? ''),
    party,
    numberClasses: patch.numberClasses,
    numbers: patch.numbers === undefined ? undefined : whole.numbers,
    fields: patch.fields,
  });
}

export function newContact(
  input: Static<typeof ContactInput>,
  country: DefaultCountry,
  now: number,
): NewContact | { readonly field: string; readonly detail: string } {
  const numbers: string[] = [];
  for (const [i, text] of input.numbers.entries()) {
    const { e164, problem } = readPhoneNumber(text, country);
    if (problem !== undefined) return { field: `numbers[${i}]`, detail: problem };
    if (!numbers.includes(e164)) numbers.push(e164);
  }
  const timeZone = input.timeZone ?? '';
  if (timeZone !== '' && !isZone(timeZone)) {
    return { field: 'timeZone', detail: 'is not a time zone: give an IANA name such as America/New_York' };
  }
  const region = input.region ?? '';
  const postalCode = readPostalCode(
    input.postalCode ?? '',
    region === '' ? country : readCountry(region.slice(0, 2)),
  );
  if (postalCode === undefined && (input.postalCode ?? '') !== '')
    return { field: 'postalCode', detail: 'is no postal code: give one such as 70112, or leave it out' };
  const { consent = 'none', consentDetails: details } = input;
  const at = details?.at === undefined ? undefined : Date.parse(details.at);
  const expiresAt = details?.expiresAt === undefined ? undefined : Date.parse(details.expiresAt);
  if (details !== undefined && consent === 'none')
    return { field: 'consentDetails', detail: 'says more of a consent that is not stated: set consent' };
  if (at !== undefined && at > now)
    return { field: 'consentDetails.at', detail: 'lies in the future: nobody has said it yet' };
  if (at !== undefined && expiresAt !== undefined && expiresAt <= at)
    return { field: 'consentDetails.expiresAt', detail: 'is before the consent was given' };
  return {
    externalId: input.externalId ?? '',
    name: input.name ?? '',
    timeZone,
    region,
    ...(postalCode !== undefined && { postalCode }),
    ...(input.party !== undefined && { party: input.party }),
    ...(input.numberClasses !== undefined &&
      input.numberClasses.length > 0 && { numberClasses: input.numberClasses }),
    numbers,
    consent,
    ...(details !== undefined && {
      consentDetails: {
        ...defined({
          level: details.level,
          source: details.source,
          evidence: details.evidence,
          at,
          expiresAt,
        }),
      },
    }),
    fields: input.fields ?? {},
  };
}
