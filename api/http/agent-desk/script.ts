/** The script that an agent follows on a call: its steps with the contact's fields filled in, and the answers to them. */
import type { CampaignSettings } from '../../../dialer/core/model.js';
import type { ContactRecord, Store } from '../../../dialer/store/port.js';
import { type FieldError, Problem } from '../problem.js';

export const STEP_KINDS = ['say', 'choice', 'text', 'number', 'date'] as const;

export interface ScriptOption {
  readonly value: string;
  readonly label: string;
  /** The step that comes next when it is chosen; the one after this step when absent. */
  readonly next?: string;
}

export interface ScriptStep {
  readonly id: string;
  readonly text: string;
  /** `say` is read out; the others are asked. */
  readonly kind: (typeof STEP_KINDS)[number];
  readonly options?: readonly ScriptOption[];
  /** The step that comes next; the one after this when absent. */
  readonly next?: string;
}

export interface CallScript {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly steps: readonly ScriptStep[];
}

export interface OfferText {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly text: string;
  readonly validUntil?: string;
}

export type Answers = Readonly<Record<string, string | number>>;

const LONGEST_TEXT = 4000;

/** `id@version`, as attempts name scripts and offers. */
export function readReference(text: string): { readonly id: string; readonly version: number | undefined } {
  const at = text.lastIndexOf('@');
  const version = Number(text.slice(at + 1));
  if (at < 0 || !Number.isInteger(version) || version < 1) return { id: text, version: undefined };
  return { id: text.slice(0, at), version };
}

/**
 * The script of a call: the document that the campaign names, or else the campaign's own text, as one step to be said for
 * each of its paragraphs.
 *
 * @param variant the attempt's variant of the campaign's own texts, `id@version`
 * @param kept the script that the attempt's answers were given to, `id@version`: it stays the same for them
 */
export async function scriptOfCall(
  store: Pick<Store, 'document'>,
  settings: CampaignSettings,
  variant: string | undefined,
  kept?: string,
): Promise<CallScript | undefined> {
  const before = kept === undefined ? undefined : readReference(kept);
  if (settings.script !== undefined) {
    const version = before?.id === settings.script ? before.version : undefined;
    const document = await store.document('script', settings.script, version);
    if (document !== undefined) {
      const body = document.body as { readonly name?: string; readonly steps?: readonly ScriptStep[] };
      const { id } = document;
      return { id, version: document.version, name: body.name ?? id, steps: body.steps ?? [] };
    }
  }
  const { id, version } = before ?? readReference(variant ?? '');
  const own = settings.scripts?.find((each) => each.id === id);
  if (own === undefined) return undefined;
  return { id, version: version ?? own.version, name: id, steps: paragraphs(own.text) };
}

/** The offer of the campaign, as the call found it. @param reference `id@version` of the attempt */
export async function offerOfCall(
  store: Pick<Store, 'document'>,
  settings: CampaignSettings,
  reference: string | undefined,
): Promise<OfferText | undefined> {
  const { offer } = settings;
  if (offer === undefined) return undefined;
  const { version } = readReference(reference ?? '');
  const document = await store.document('offer', offer.id);
  const body = (document?.body ?? {}) as { readonly name?: string; readonly validUntil?: string };
  return {
    id: offer.id,
    version: version ?? offer.version,
    name: body.name ?? offer.id,
    text: offer.text,
    ...(body.validUntil === undefined ? {} : { validUntil: body.validUntil }),
  };
}

function paragraphs(text: string): readonly ScriptStep[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph, index) => ({ id: `paragraph-${index + 1}`, text: paragraph, kind: 'say' }));
}

/** What `{{field}}` in a script stands for: the contact's name and the columns of its list. */
export function filledIn(text: string, contact: Pick<ContactRecord, 'name' | 'fields'> | undefined): string {
  return text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (whole, field: string) => {
    if (contact === undefined) return whole;
    if (field === 'name' && contact.name !== '') return contact.name;
    return contact.fields[field] ?? '';
  });
}

/** @throws Problem that names each answer which does not fit its step */
export function checkAnswers(script: CallScript, answers: Answers): void {
  const errors: FieldError[] = [];
  for (const [id, value] of Object.entries(answers)) {
    const step = script.steps.find((each) => each.id === id && each.kind !== 'say');
    const detail = step === undefined ? 'is no question of this script' : wrongAnswer(step, value);
    if (detail !== undefined) errors.push({ field: `answers.${id}`, detail });
  }
  const [first] = errors;
  if (first === undefined) return;
  throw new Problem('validation_failed', `${first.field} ${first.detail}`, errors);
}

function wrongAnswer({ kind, options = [] }: ScriptStep, value: string | number): string | undefined {
  switch (kind) {
    case 'say':
      return 'is no question';
    case 'number':
      return typeof value === 'number' ? undefined : 'is no number: give a number without quotes';
    case 'choice': {
      if (options.some((option) => option.value === value)) return undefined;
      return `is none of ${options.map((option) => option.value).join(', ')}`;
    }
    case 'date':
      return typeof value === 'string' && isDate(value)
        ? undefined
        : 'is no date: give one such as 2026-03-02';
    case 'text':
      if (typeof value !== 'string') return 'is no text';
      return value.length <= LONGEST_TEXT
        ? undefined
        : `is longer than ${LONGEST_TEXT} characters: shorten it`;
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}
