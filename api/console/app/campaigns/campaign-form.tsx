/** The form of a campaign's settings: what is set most, by field; all else as JSON. */
import { useMemo, useState } from 'preact/hooks';
import { t as words } from '../overview/texts';
import { ApiProblem } from '../shared/api';
import {
  CheckField,
  ChoiceField,
  Form,
  FormPart,
  NumberField,
  SelectField,
  SubmitButton,
  TextAreaField,
  TextField,
} from '../shared/form';
import { Card } from '../shared/layout';
import { useSession } from '../shared/session';
import { t as shared } from '../shared/texts';
import { type Draft, read, wordsOf, write } from './draft';
import { t } from './texts';

export type { Draft };

const METHODS = ['predictive', 'progressive', 'ratio', 'preview', 'agentless'] as const;
const PURPOSES = ['sales', 'service', 'survey', 'collection', 'fundraising', 'political'] as const;
const TIERS = ['expert', 'experienced', 'ordinary'] as const;
const GATE_RATES = [
  'minimumContactRate',
  'minimumSuccessRate',
  'maximumAbandonRatio',
  'maximumRefusalRate',
  'maximumOptOutRate',
] as const;

interface Part {
  readonly draft: Draft;
  set(path: string, value: unknown): void;
}

export function CampaignForm({
  initial,
  action,
  withId = false,
  onSave,
}: {
  initial: Draft;
  action: string;
  withId?: boolean;
  onSave(draft: Draft): Promise<void>;
}) {
  const { may } = useSession();
  const [draft, setDraft] = useState(initial);
  const [json, setJson] = useState<string>();
  const set = (path: string, value: unknown) => setDraft((old) => write(old, path, value));
  const part = { draft, set };
  return (
    <Card>
      <Form
        onSubmit={async () => {
          const base = json === undefined ? draft : merged(json, initial, draft);
          await onSave(base);
        }}
      >
        <Basics part={part} withId={withId} />
        <Pacing part={part} />
        {(['validation', 'pilot', 'production'] as const).map((stage) => (
          <Stage key={stage} part={part} stage={stage} />
        ))}
        <Calls part={part} />
        <Law part={part} />
        <details class="all-settings">
          <summary>{t('edit.json')}</summary>
          <TextAreaField
            label={t('edit.json')}
            name="json"
            hint={t('edit.jsonHint')}
            rows={16}
            mono
            value={json ?? JSON.stringify(draft, null, 2)}
            onChange={setJson}
          />
        </details>
        {may('admin', 'operator') && (
          <div class="row">
            <SubmitButton>{withId ? action : shared('form.save')}</SubmitButton>
          </div>
        )}
      </Form>
    </Card>
  );
}

/** The JSON as typed, with what was changed in the fields on top. */
function merged(json: string, initial: Draft, draft: Draft): Draft {
  let typed: Draft;
  try {
    typed = JSON.parse(json) as Draft;
  } catch (error) {
    const detail = t('edit.jsonWrong', { reason: error instanceof Error ? error.message : String(error) });
    throw new ApiProblem(400, 'validation_failed', detail, [{ field: 'json', detail }]);
  }
  return changesOf(initial, draft).reduce((sum, [path, value]) => write(sum, path, value), typed);
}

/** Paths at which the draft differs from what it began as. */
function changesOf(before: Draft, after: Draft, prefix = ''): (readonly [string, unknown])[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) => {
    const [old, now] = [before[field], after[field]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const path = `${prefix}${field}`;
    const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject(old) && isObject(now)
      ? changesOf(old as Draft, now as Draft, `${path}.`)
      : [[path, now] as const];
  });
}

function Basics({ part, withId }: { part: Part; withId: boolean }) {
  return (
    <FormPart title={t('edit.basics')} hint={t('edit.basicsHint')}>
      <Text part={part} path="name" label={t('edit.name')} needed />
      {withId && <Text part={part} path="id" label={t('edit.id')} hint={t('edit.idHint')} mono />}
      <Text part={part} path="pool" label={t('edit.pool')} mono />
      <Select
        part={part}
        path="purpose"
        label={t('edit.purpose')}
        hint={t('edit.purposeHint')}
        fallback="sales"
        options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
      />
      <Select
        part={part}
        path="party"
        label={t('edit.party')}
        fallback=""
        options={[
          { value: '', label: t('party.unsaid') },
          { value: 'consumer', label: t('party.consumer') },
          { value: 'business', label: t('party.business') },
        ]}
      />
      <Text part={part} path="seller" label={t('edit.seller')} hint={t('edit.sellerHint')} />
      <Text part={part} path="callerId" label={t('edit.callerId')} hint={t('edit.callerIdHint')} mono />
    </FormPart>
  );
}

function Pacing({ part }: { part: Part }) {
  const method = read(part.draft, 'pacing.method') ?? 'predictive';
  const known = METHODS.some((one) => one === method) ? METHODS : [...METHODS, String(method)];
  return (
    <FormPart title={t('edit.pacing')} hint={t('edit.pacingHint')}>
      <Select
        part={part}
        path="pacing.method"
        label={t('edit.method')}
        fallback="predictive"
        options={known.map((value) => ({ value, label: words.of('method', value) }))}
      />
      {method === 'ratio' && (
        <Numeric part={part} path="pacing.ratio" label={t('edit.ratio')} min={1} max={20} />
      )}
      <Share
        part={part}
        path="pacing.targetAbandonRatio"
        label={t('edit.targetAbandon')}
        hint={t('edit.targetAbandonHint')}
      />
      <Select
        part={part}
        path="pacing.atAbandonLimit"
        label={t('edit.atLimit')}
        fallback="progressive"
        options={(['progressive', 'stop'] as const).map((value) => ({
          value,
          label: t(`edit.atLimit.${value}`),
        }))}
      />
    </FormPart>
  );
}

const STAGE_HINTS = {
  validation: 'edit.stage.hintValidation',
  pilot: 'edit.stage.hintPilot',
  production: 'edit.stage.hintProduction',
} as const;

function Stage({ part, stage }: { part: Part; stage: 'validation' | 'pilot' | 'production' }) {
  const base = `stages.${stage}`;
  const tiers = read(part.draft, `${base}.tiers`);
  return (
    <FormPart title={words(`stage.${stage}`)} hint={t(STAGE_HINTS[stage])}>
      {stage !== 'production' && (
        <>
          <Numeric
            part={part}
            path={`${base}.contacts`}
            label={t('edit.contacts')}
            hint={t('edit.sizeHint')}
            min={1}
          />
          <Share part={part} path={`${base}.share`} label={t('edit.share')} />
        </>
      )}
      <ChoiceField
        several
        label={t('edit.tiers')}
        name={`${base}.tiers`}
        options={TIERS.map((value) => ({ value, label: t(`tier.${value}`) }))}
        chosen={Array.isArray(tiers) ? (tiers as string[]) : []}
        onChange={(chosen) => part.set(`${base}.tiers`, chosen.length === 0 ? undefined : chosen)}
      />
      {stage !== 'production' && (
        <>
          {GATE_RATES.map((rate) => (
            <Share key={rate} part={part} path={`${base}.gate.${rate}`} label={t(`edit.gate.${rate}`)} />
          ))}
          <CheckField
            label={t('edit.gate.approval')}
            name={`${base}.gate.approval`}
            checked={read(part.draft, `${base}.gate.approval`) === true}
            onChange={(on) => part.set(`${base}.gate.approval`, on ? true : undefined)}
          />
        </>
      )}
    </FormPart>
  );
}

function Calls({ part }: { part: Part }) {
  return (
    <FormPart title={t('edit.calls')} hint={t('edit.callsHint')}>
      <Numeric
        part={part}
        path="ringSeconds"
        label={t('edit.ring')}
        unit={t('unit.seconds')}
        min={15}
        max={120}
      />
      <Numeric part={part} path="wrapUpSeconds" label={t('edit.wrapUp')} unit={t('unit.seconds')} min={0} />
      <Numeric part={part} path="maximumAttempts" label={t('edit.maximumAttempts')} min={1} max={100} />
      <Numeric part={part} path="attemptsPerDay" label={t('edit.attemptsPerDay')} min={1} max={20} />
      <Text part={part} path="safeHarbour.message" label={t('edit.safeHarbour')} mono />
      <Text part={part} path="safeHarbour.optOutKey" label={t('edit.optOutKey')} mono />
      <Words part={part} path="successDispositions" label={t('edit.success')} />
    </FormPart>
  );
}

function Law({ part }: { part: Part }) {
  return (
    <FormPart title={t('edit.law')} hint={t('edit.lawHint')}>
      <CheckField
        label={t('edit.consentRequired')}
        name="consentRequired"
        checked={read(part.draft, 'consentRequired') === true}
        onChange={(on) => part.set('consentRequired', on)}
      />
      <Select
        part={part}
        path="consentLevel"
        label={t('edit.consentLevel')}
        fallback=""
        options={[
          { value: '', label: t('consent.any') },
          { value: 'presumed', label: t('consent.presumed') },
          { value: 'express', label: t('consent.express') },
          { value: 'written', label: t('consent.written') },
        ]}
      />
    </FormPart>
  );
}

interface At {
  readonly part: Part;
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
}

function Text({
  part,
  path,
  needed = false,
  mono = false,
  ...field
}: At & { needed?: boolean; mono?: boolean }) {
  const value = read(part.draft, path);
  return (
    <TextField
      {...field}
      name={path}
      mono={mono}
      optional={!needed}
      value={typeof value === 'string' ? value : ''}
      onChange={(text) => part.set(path, text === '' && !needed ? undefined : text)}
    />
  );
}

function Numeric({
  part,
  path,
  ...field
}: At & { unit?: string; min?: number; max?: number; scale?: number }) {
  const value = read(part.draft, path);
  return (
    <NumberField
      {...field}
      name={path}
      optional
      value={typeof value === 'number' ? value : undefined}
      onChange={(number) => part.set(path, number)}
    />
  );
}

/** A ratio of 0–1, shown in per cent. */
function Share(at: At) {
  return <Numeric {...at} unit={t('unit.perCent')} scale={100} min={0} max={100} />;
}

function Select({
  part,
  path,
  fallback,
  options,
  ...field
}: At & { fallback: string; options: readonly { readonly value: string; readonly label: string }[] }) {
  const value = read(part.draft, path);
  return (
    <SelectField
      {...field}
      name={path}
      value={typeof value === 'string' ? value : fallback}
      options={options}
      onChange={(chosen) => part.set(path, chosen === '' ? undefined : chosen)}
    />
  );
}

/** Words separated by commas; as typed while it is being typed. */
function Words({ part, path, ...field }: At) {
  const value = read(part.draft, path);
  const initial = useMemo(() => (Array.isArray(value) ? value.join(', ') : ''), []);
  const [text, setText] = useState(initial);
  return (
    <TextField
      {...field}
      hint={t('edit.commaHint')}
      name={path}
      optional
      wide
      value={text}
      onChange={(typed) => {
        setText(typed);
        const words = wordsOf(typed);
        part.set(path, words.length === 0 ? undefined : words);
      }}
    />
  );
}
