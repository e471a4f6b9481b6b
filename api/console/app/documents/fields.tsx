/** The fields of a document, drawn from a description: texts, numbers, lists, and rows of fields within fields. */
import { useState } from 'preact/hooks';
import { CheckField, NumberField, SelectField, TextAreaField, TextField } from '../shared/form';
import { Icon } from '../shared/icons';
import { t } from './texts';

export type Body = Readonly<Record<string, unknown>>;

interface Common {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
  /** Takes the whole width. */
  readonly wide?: boolean;
  /** Only with these values of the fields beside it; all when absent. */
  readonly when?: (beside: Body) => boolean;
}

export type FieldSpec =
  | (Common & { readonly kind: 'text'; readonly mono?: boolean })
  | (Common & { readonly kind: 'area' })
  | (Common & { readonly kind: 'number'; readonly unit?: string; readonly min?: number })
  | (Common & {
      readonly kind: 'select';
      readonly options: readonly { readonly value: string; readonly label: string }[];
      /** Of a new one. */
      readonly initial?: string;
    })
  | (Common & { readonly kind: 'words' })
  /** True or false; `initial` is what it means when it is absent. */
  | (Common & { readonly kind: 'check'; readonly initial?: boolean })
  | (Common & { readonly kind: 'instant' })
  | (Common & {
      readonly kind: 'rows';
      readonly fields: readonly FieldSpec[];
      /** The name of one row, such as "Step". */
      readonly one: string;
    });

/** A copy with the field; undefined takes it out. */
function withField(body: Body, name: string, value: unknown): Body {
  const { [name]: _, ...rest } = body;
  return value === undefined ? rest : { ...body, [name]: value };
}

/** A new document, or row, with what its choices begin with. */
export function emptyBody(fields: readonly FieldSpec[]): Body {
  return Object.fromEntries(
    fields.flatMap((field): [string, unknown][] => {
      if (field.optional === true) return [];
      if (field.kind === 'select') return [[field.name, field.initial ?? field.options[0]?.value ?? '']];
      if (field.kind === 'rows') return [[field.name, [emptyBody(field.fields)]]];
      return field.kind === 'words' ? [[field.name, []]] : [];
    }),
  );
}

/** What is sent: without fields that do not belong to the choices made. */
export function sentBody(fields: readonly FieldSpec[], body: Body): Body {
  let sent: Body = body;
  for (const field of fields) {
    if (field.when !== undefined && !field.when(body)) sent = withField(sent, field.name, undefined);
    else if (field.kind === 'rows' && Array.isArray(body[field.name]))
      sent = withField(
        sent,
        field.name,
        (body[field.name] as readonly Body[]).map((row) => sentBody(field.fields, row)),
      );
  }
  return sent;
}

export function DocumentFields({
  fields,
  body,
  onChange,
  path = '',
}: {
  fields: readonly FieldSpec[];
  body: Body;
  onChange(body: Body): void;
  /** Of the object that the fields are of, for the service's errors: `steps[0].`. */
  path?: string;
}) {
  return (
    <div class="fields">
      {fields
        .filter(({ when }) => when === undefined || when(body))
        .map((field) => (
          <OneField
            key={field.name}
            field={field}
            path={path}
            value={body[field.name]}
            onChange={(value) => onChange(withField(body, field.name, value))}
          />
        ))}
    </div>
  );
}

function OneField({
  field,
  path,
  value,
  onChange,
}: {
  field: FieldSpec;
  path: string;
  value: unknown;
  onChange(value: unknown): void;
}) {
  const { label, hint, optional = false, wide = false } = field;
  const common = {
    label,
    name: `${path}${field.name}`,
    optional,
    wide,
    ...(hint === undefined ? {} : { hint }),
  };
  const text = typeof value === 'string' ? value : '';
  // What is empty and may be is left out.
  const change = (next: string) => onChange(next === '' && optional ? undefined : next);
  switch (field.kind) {
    case 'text':
      return <TextField {...common} value={text} onChange={change} mono={field.mono ?? false} />;
    case 'area':
      return <TextAreaField {...common} value={text} onChange={change} rows={3} />;
    case 'number':
      return (
        <NumberField
          {...common}
          value={typeof value === 'number' ? value : undefined}
          onChange={onChange}
          {...(field.unit === undefined ? {} : { unit: field.unit })}
          {...(field.min === undefined ? {} : { min: field.min })}
        />
      );
    case 'select':
      return <SelectField {...common} value={text} onChange={change} options={field.options} />;
    case 'check':
      return (
        <CheckField
          label={label}
          name={common.name}
          {...(hint === undefined ? {} : { hint })}
          checked={typeof value === 'boolean' ? value : (field.initial ?? false)}
          onChange={onChange}
        />
      );
    case 'words':
      return <WordsField {...common} value={Array.isArray(value) ? value : []} onChange={onChange} />;
    case 'instant':
      return (
        <TextField
          {...common}
          type="datetime-local"
          value={localText(text)}
          onChange={(next) => onChange(next === '' ? undefined : new Date(next).toISOString())}
        />
      );
    case 'rows':
      return (
        <Rows
          label={label}
          name={common.name}
          one={field.one}
          fields={field.fields}
          rows={Array.isArray(value) ? (value as readonly Body[]) : []}
          optional={optional}
          onChange={onChange}
        />
      );
  }
}

/** An instant as the browser's field shows it, in the browser's zone. */
export function localText(instant: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

interface WordsProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: string;
  readonly optional: boolean;
  readonly wide: boolean;
}

/** A list of words with commas between them. */
function WordsField({
  value,
  onChange,
  ...common
}: WordsProps & { value: readonly unknown[]; onChange(value: unknown): void }) {
  // A comma that is being typed stays until there is a word behind it.
  const [typed, setTyped] = useState<string>();
  const shown = value.join(', ');
  return (
    <TextField
      {...common}
      hint={common.hint ?? t('words.hint')}
      value={typed !== undefined && wordsOf(typed).join(', ') === shown ? typed : shown}
      onChange={(text) => {
        setTyped(text);
        const words = wordsOf(text);
        onChange(words.length === 0 && common.optional ? undefined : words);
      }}
    />
  );
}

function wordsOf(text: string): readonly string[] {
  return text
    .split(/[,，]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function Rows({
  label,
  name,
  one,
  fields,
  rows,
  optional,
  onChange,
}: {
  label: string;
  name: string;
  one: string;
  fields: readonly FieldSpec[];
  rows: readonly Body[];
  optional: boolean;
  onChange(rows: unknown): void;
}) {
  const put = (next: readonly Body[]) => onChange(next.length === 0 && optional ? undefined : next);
  const swap = (from: number, to: number) => {
    const next = [...rows];
    const [moved] = next.splice(from, 1);
    next.splice(to, 0, moved!);
    put(next);
  };
  return (
    <fieldset class="field rows wide" name={name}>
      <legend>{label}</legend>
      <ol>
        {rows.map((row, i) => {
          const title = `${one} ${i + 1}`;
          return (
            <li key={i}>
              <div class="row-head">
                <b>{title}</b>
                <span class="row-actions">
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={t('rows.up', { row: title })}
                    disabled={i === 0}
                    onClick={() => swap(i, i - 1)}
                  >
                    <Icon name="up" size={16} />
                  </button>
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={t('rows.down', { row: title })}
                    disabled={i === rows.length - 1}
                    onClick={() => swap(i, i + 1)}
                  >
                    <Icon name="down" size={16} />
                  </button>
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={t('rows.remove', { row: title })}
                    onClick={() => put(rows.filter((_, other) => other !== i))}
                  >
                    <Icon name="close" size={16} />
                  </button>
                </span>
              </div>
              <DocumentFields
                fields={fields}
                body={row}
                path={`${name}[${i}].`}
                onChange={(changed) => put(rows.map((each, other) => (other === i ? changed : each)))}
              />
            </li>
          );
        })}
      </ol>
      <button type="button" class="button small" onClick={() => put([...rows, emptyBody(fields)])}>
        <Icon name="plus" size={14} /> {t('rows.add', { row: one })}
      </button>
    </fieldset>
  );
}
