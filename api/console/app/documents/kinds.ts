/** The kinds of documents that operators keep: where they are, what their fields are, who edits them. */
import type { Role } from '../shared/session';
import type { Body, FieldSpec } from './fields';
import { t } from './texts';

export const KIND_SLUGS = ['scripts', 'offers', 'dispositions', 'agents', 'pools', 'caller-ids'] as const;
export type KindSlug = (typeof KIND_SLUGS)[number];

export interface StoredDocument extends Body {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: string;
}

export interface DocumentKind {
  /** Of the address of its pages: `#/scripts`. */
  readonly slug: KindSlug;
  /** Of the service: `/v1/scripts`. */
  readonly path: string;
  readonly title: string;
  /** "New script" */
  readonly create: string;
  readonly none: string;
  readonly editors: readonly Role[];
  readonly fields: readonly FieldSpec[];
  /** What the list says of each, besides name and version. */
  readonly gist: readonly { readonly head: string; cell(document: StoredDocument): string }[];
  /** Its id is typed, because other things go by it. */
  readonly idHint?: string;
}

const OPERATORS: readonly Role[] = ['admin', 'operator'];
const LEADERS: readonly Role[] = ['admin', 'operator', 'supervisor'];

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const name = (): FieldSpec => ({ kind: 'text', name: 'name', label: t('field.name'), wide: true });

/** Made anew each time: texts follow the language. */
export function kindOf(slug: KindSlug): DocumentKind {
  switch (slug) {
    case 'scripts':
      return {
        slug,
        path: '/v1/scripts',
        title: t('scripts.title'),
        create: t('scripts.new'),
        none: t('scripts.none'),
        editors: OPERATORS,
        gist: [{ head: t('scripts.steps'), cell: ({ steps }) => String(list(steps).length) }],
        fields: [
          name(),
          {
            kind: 'rows',
            name: 'steps',
            label: t('scripts.steps'),
            one: t('scripts.step'),
            fields: [
              { kind: 'text', name: 'id', label: t('field.id'), mono: true },
              {
                kind: 'select',
                name: 'kind',
                label: t('scripts.kind'),
                initial: 'say',
                options: (['say', 'choice', 'text', 'number', 'date'] as const).map((value) => ({
                  value,
                  label: t(`step.${value}`),
                })),
              },
              {
                kind: 'area',
                name: 'text',
                label: t('scripts.text'),
                hint: t('scripts.textHint'),
                wide: true,
              },
              {
                kind: 'rows',
                name: 'options',
                label: t('scripts.options'),
                one: t('scripts.option'),
                when: ({ kind }) => kind === 'choice',
                fields: [
                  { kind: 'text', name: 'value', label: t('field.value'), mono: true },
                  { kind: 'text', name: 'label', label: t('field.label') },
                  { kind: 'text', name: 'next', label: t('scripts.next'), mono: true, optional: true },
                ],
              },
              { kind: 'text', name: 'next', label: t('scripts.next'), mono: true, optional: true },
            ],
          },
        ],
      };
    case 'offers':
      return {
        slug,
        path: '/v1/offers',
        title: t('offers.title'),
        create: t('offers.new'),
        none: t('offers.none'),
        editors: OPERATORS,
        gist: [{ head: t('offers.text'), cell: (offer) => text(offer['text']) }],
        fields: [
          name(),
          { kind: 'area', name: 'text', label: t('offers.text'), wide: true },
          { kind: 'instant', name: 'validFrom', label: t('offers.from'), optional: true },
          { kind: 'instant', name: 'validUntil', label: t('offers.until'), optional: true },
        ],
      };
    case 'dispositions':
      return {
        slug,
        path: '/v1/disposition-sets',
        title: t('dispositions.title'),
        create: t('dispositions.new'),
        none: t('dispositions.none'),
        editors: OPERATORS,
        gist: [
          { head: t('dispositions.all'), cell: ({ dispositions }) => String(list(dispositions).length) },
        ],
        fields: [
          name(),
          {
            kind: 'rows',
            name: 'dispositions',
            label: t('dispositions.all'),
            one: t('dispositions.one'),
            fields: [
              { kind: 'text', name: 'value', label: t('field.value'), mono: true },
              { kind: 'text', name: 'label', label: t('field.label') },
              {
                kind: 'select',
                name: 'kind',
                label: t('dispositions.kind'),
                initial: 'neutral',
                options: (['success', 'refusal', 'opt-out', 'complaint', 'callback', 'neutral'] as const).map(
                  (value) => ({ value, label: t(`disposition.${value}`) }),
                ),
              },
            ],
          },
        ],
      };
    case 'agents':
      return {
        slug,
        path: '/v1/agent-profiles',
        title: t('agents.title'),
        create: t('agents.new'),
        none: t('agents.none'),
        editors: LEADERS,
        idHint: t('agents.idHint'),
        gist: [
          { head: t('agents.team'), cell: ({ team }) => text(team) },
          { head: t('agents.tier'), cell: ({ tier }) => t.of('tier', text(tier)) },
          { head: t('agents.endpoint'), cell: ({ endpoint }) => text(endpoint) },
        ],
        fields: [
          name(),
          { kind: 'text', name: 'team', label: t('agents.team') },
          {
            kind: 'select',
            name: 'tier',
            label: t('agents.tier'),
            initial: 'ordinary',
            options: (['expert', 'experienced', 'ordinary'] as const).map((value) => ({
              value,
              label: t(`tier.${value}`),
            })),
          },
          { kind: 'words', name: 'skills', label: t('agents.skills'), optional: true },
          {
            kind: 'words',
            name: 'languages',
            label: t('agents.languages'),
            hint: t('agents.languagesHint'),
            optional: true,
          },
          {
            kind: 'text',
            name: 'endpoint',
            label: t('agents.endpoint'),
            hint: t('agents.endpointHint'),
            mono: true,
            optional: true,
          },
          {
            kind: 'text',
            name: 'pool',
            label: t('agents.pool'),
            hint: t('agents.poolHint'),
            mono: true,
            optional: true,
          },
          { kind: 'text', name: 'switchId', label: t('agents.switch'), mono: true, optional: true },
          {
            kind: 'text',
            name: 'username',
            label: t('agents.user'),
            hint: t('agents.userHint'),
            mono: true,
            optional: true,
          },
        ],
      };
    case 'pools':
      return {
        slug,
        path: '/v1/agent-pools',
        title: t('pools.title'),
        create: t('pools.new'),
        none: t('pools.none'),
        editors: OPERATORS,
        idHint: t('pools.idHint'),
        gist: [{ head: t('pools.teams'), cell: ({ teams }) => list(teams).join(', ') }],
        fields: [
          name(),
          { kind: 'words', name: 'teams', label: t('pools.teams'), hint: t('pools.teamsHint'), wide: true },
          { kind: 'area', name: 'description', label: t('pools.description'), optional: true, wide: true },
        ],
      };
    case 'caller-ids':
      return {
        slug,
        path: '/v1/caller-id-pools',
        title: t('callers.title'),
        create: t('callers.new'),
        none: t('callers.none'),
        editors: OPERATORS,
        gist: [{ head: t('callers.numbers'), cell: ({ numbers }) => String(list(numbers).length) }],
        fields: [
          name(),
          {
            kind: 'select',
            name: 'rotation',
            label: t('callers.rotation'),
            optional: true,
            options: [
              { value: '', label: t('callers.default') },
              { value: 'least-used', label: t('rotation.least-used') },
              { value: 'round-robin', label: t('rotation.round-robin') },
            ],
          },
          { kind: 'text', name: 'timeZone', label: t('callers.zone'), optional: true, mono: true },
          { kind: 'number', name: 'dailyCap', label: t('callers.cap'), optional: true, min: 1 },
          {
            kind: 'number',
            name: 'restSeconds',
            label: t('callers.rest'),
            unit: 's',
            optional: true,
            min: 0,
          },
          {
            kind: 'number',
            name: 'flagRestHours',
            label: t('callers.flagRest'),
            unit: 'h',
            optional: true,
            min: 1,
          },
          { kind: 'check', name: 'localPresence', label: t('callers.local'), initial: true },
          {
            kind: 'rows',
            name: 'numbers',
            label: t('callers.numbers'),
            one: t('callers.number'),
            fields: [
              { kind: 'text', name: 'number', label: t('callers.number'), mono: true },
              {
                kind: 'words',
                name: 'regions',
                label: t('callers.regions'),
                hint: t('callers.regionsHint'),
                optional: true,
              },
              { kind: 'number', name: 'dailyCap', label: t('callers.cap'), optional: true, min: 1 },
            ],
          },
        ],
      };
  }
}
