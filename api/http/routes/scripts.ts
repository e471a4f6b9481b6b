/** What agents say and offer: scripts, offers, and the sets of dispositions they choose from. */
import Type, { type Static } from 'typebox';
import type { CampaignSettings } from '../../../dialer/core/model.js';
import type { App, Context } from '../context.js';
import { fieldProblem } from '../problem.js';
import { Instant, OneOf, STRICT } from '../schemas.js';
import { addDocumentRoutes } from './document-routes.js';

const Word = Type.String({ minLength: 1, maxLength: 64 });
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Text = Type.String({ minLength: 1, maxLength: 50_000 });

const Step = Type.Object(
  {
    id: Word,
    text: Text,
    kind: OneOf(['say', 'choice', 'text', 'number', 'date'], {
      description: 'say: nothing is filled in; the others are a question and the kind of its answer.',
    }),
    options: Type.Optional(
      Type.Array(
        Type.Object(
          {
            value: Word,
            label: Name,
            next: Type.Optional(
              Type.Unsafe<string>({ ...Word, description: 'Step that follows this answer.' }),
            ),
          },
          STRICT,
        ),
        { minItems: 1, maxItems: 50, description: 'Of a choice.' },
      ),
    ),
    next: Type.Optional(
      Type.Unsafe<string>({ ...Word, description: 'Step that follows; the next of the list when absent.' }),
    ),
  },
  STRICT,
);
const SCRIPT_FIELDS = {
  name: Name,
  steps: Type.Array(Step, {
    minItems: 1,
    maxItems: 200,
    description: 'In order. {{field}} in a text stands for a field of the contact, such as {{name}}.',
  }),
};
const Script = Type.Object(SCRIPT_FIELDS, STRICT);
export type ScriptBody = Static<typeof Script>;

function checkScript({ steps }: ScriptBody): void {
  const ids = new Set<string>();
  for (const [i, { id }] of steps.entries()) {
    if (ids.has(id))
      throw fieldProblem(`steps[${i}].id`, `is there twice: give each step its own id, not "${id}"`);
    ids.add(id);
  }
  const follows = (field: string, next: string | undefined): void => {
    if (next !== undefined && !ids.has(next))
      throw fieldProblem(field, `names no step of the script: "${next}" is none of ${[...ids].join(', ')}`);
  };
  for (const [i, { kind, options, next }] of steps.entries()) {
    if ((kind === 'choice') !== (options !== undefined))
      throw fieldProblem(
        `steps[${i}].options`,
        kind === 'choice'
          ? 'is missing: a choice needs its options'
          : `is only for a choice, not for ${kind}`,
      );
    follows(`steps[${i}].next`, next);
    const values = options?.map(({ value }) => value) ?? [];
    const twice = values.find((value, j) => values.indexOf(value) !== j);
    if (twice !== undefined) throw fieldProblem(`steps[${i}].options`, `has the value "${twice}" twice`);
    for (const [j, option] of (options ?? []).entries())
      follows(`steps[${i}].options[${j}].next`, option.next);
  }
}

const OFFER_FIELDS = {
  name: Name,
  text: Text,
  validFrom: Type.Optional(Instant),
  validUntil: Type.Optional(Instant),
};
const Offer = Type.Object(OFFER_FIELDS, STRICT);
export type OfferBody = Static<typeof Offer>;

function checkOffer({ validFrom, validUntil }: OfferBody): void {
  if (validFrom !== undefined && validUntil !== undefined && Date.parse(validFrom) >= Date.parse(validUntil))
    throw fieldProblem('validUntil', 'is not after validFrom: give a later time');
}

const KINDS = ['success', 'refusal', 'opt-out', 'complaint', 'callback', 'neutral'] as const;
const DISPOSITION_FIELDS = {
  name: Name,
  dispositions: Type.Array(
    Type.Object(
      {
        value: Type.Unsafe<string>({ ...Word, description: 'The word in records and figures.' }),
        label: Type.Unsafe<string>({ ...Name, description: 'What the agent sees.' }),
        kind: OneOf(KINDS, {
          description:
            'What it counts as: success; refusal of this offer; opt-out (the number goes on the DNC list); complaint; callback (a time is asked for); neutral.',
        }),
      },
      STRICT,
    ),
    { minItems: 1, maxItems: 100 },
  ),
};
const DispositionSet = Type.Object(DISPOSITION_FIELDS, STRICT);
export type DispositionSetBody = Static<typeof DispositionSet>;

function checkDispositions({ dispositions }: DispositionSetBody): void {
  const values = dispositions.map(({ value }) => value);
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw fieldProblem('dispositions', `has "${twice}" twice: each value once`);
  if (!dispositions.some(({ kind }) => kind === 'opt-out'))
    throw fieldProblem(
      'dispositions',
      'has none of kind opt-out: the agent must be able to put a number on the DNC list',
    );
}

/** Campaigns that are not over and name the document, in words. */
export function campaignsNaming(
  context: Context,
  names: (settings: CampaignSettings) => boolean,
): string | undefined {
  const users = context.views
    .current()
    .campaigns.filter(
      ({ record }) => record.status !== 'stopped' && record.status !== 'completed' && names(record.settings),
    )
    .map(({ record }) => record.settings.id);
  if (users.length === 0) return undefined;
  return `campaign ${users.slice(0, 3).join(', ')}${users.length > 3 ? ` and ${users.length - 3} more` : ''}`;
}

export function scriptRoutes(app: App, context: Context): void {
  addDocumentRoutes<ScriptBody>(app, context, {
    kind: 'script',
    path: '/v1/scripts',
    name: 'script',
    plural: 'scripts',
    tag: 'scripts',
    title: 'Script',
    description: 'What the agent says and asks, step by step. A campaign names it as `script`.',
    operations: {
      list: 'listScripts',
      create: 'createScript',
      get: 'getScript',
      update: 'updateScript',
      remove: 'removeScript',
      versions: 'listScriptVersions',
    },
    fields: SCRIPT_FIELDS,
    example: {
      name: 'Renewal',
      steps: [
        { id: 'greeting', kind: 'say', text: 'Good day {{name}}, this is Acme about your contract.' },
        {
          id: 'interest',
          kind: 'choice',
          text: 'Would you like to renew it?',
          options: [
            { value: 'yes', label: 'Yes', next: 'date' },
            { value: 'no', label: 'No', next: 'close' },
          ],
        },
        { id: 'date', kind: 'date', text: 'From which day?' },
        { id: 'close', kind: 'say', text: 'Thank you, goodbye.' },
      ],
    },
    check: checkScript,
    usedBy: (id) => campaignsNaming(context, ({ script }) => script === id),
  });
  addDocumentRoutes<OfferBody>(app, context, {
    kind: 'offer',
    path: '/v1/offers',
    name: 'offer',
    plural: 'offers',
    tag: 'scripts',
    title: 'Offer',
    description: 'What is offered. A campaign names it as `offer.id`.',
    operations: {
      list: 'listOffers',
      create: 'createOffer',
      get: 'getOffer',
      update: 'updateOffer',
      remove: 'removeOffer',
      versions: 'listOfferVersions',
    },
    fields: OFFER_FIELDS,
    example: { name: 'Summer', text: '10 % off for two years', validUntil: '2027-09-01T00:00:00Z' },
    check: checkOffer,
    usedBy: (id) => campaignsNaming(context, ({ offer }) => offer?.id === id),
  });
  addDocumentRoutes<DispositionSetBody>(app, context, {
    kind: 'disposition-set',
    path: '/v1/disposition-sets',
    name: 'disposition set',
    plural: 'disposition sets',
    tag: 'scripts',
    title: 'DispositionSet',
    description:
      'What an agent may say of a call. A campaign names it as `dispositionSet`, and takes over what counts as what when it is saved.',
    operations: {
      list: 'listDispositionSets',
      create: 'createDispositionSet',
      get: 'getDispositionSet',
      update: 'updateDispositionSet',
      remove: 'removeDispositionSet',
      versions: 'listDispositionSetVersions',
    },
    fields: DISPOSITION_FIELDS,
    example: {
      name: 'Sales',
      dispositions: [
        { value: 'sale', label: 'Sold', kind: 'success' },
        { value: 'not-interested', label: 'Not interested', kind: 'refusal' },
        { value: 'call-back', label: 'Call back', kind: 'callback' },
        { value: 'do-not-call', label: 'Do not call again', kind: 'opt-out' },
        { value: 'complaint', label: 'Complained', kind: 'complaint' },
      ],
    },
    check: checkDispositions,
    usedBy: (id) => campaignsNaming(context, ({ dispositionSet }) => dispositionSet === id),
  });
}
