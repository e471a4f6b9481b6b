/** Forms: fields with label, hint and error; the service's problem is shown at the field it names. */
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useId, useRef, useState } from 'preact/hooks';
import { ApiProblem, messageOf } from './api';
import { Banner, Spinner } from './feedback';
import { t } from './texts';

interface FormState {
  readonly busy: boolean;
  /** What is wrong with the field, if anything. Fields of a body or a query are named alike. */
  errorOf(name: string): string | undefined;
}

const FormContext = createContext<FormState>({ busy: false, errorOf: () => undefined });

/**
 * `onSubmit` sends the form; what it throws is shown. Errors of fields that the form has (their names are in its
 * elements' `name`) go to those, all others to its head.
 */
export function Form({
  onSubmit,
  children,
  label,
  class: className = '',
}: {
  onSubmit: () => Promise<void>;
  children: ComponentChildren;
  label?: string;
  class?: string;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const element = useRef<HTMLFormElement>(null);
  const errors = problem instanceof ApiProblem ? problem.errors : [];
  const names = new Set(
    [...(element.current?.elements ?? [])].map((control) => control.getAttribute('name') ?? ''),
  );
  const homeless = errors.filter((error) => !names.has(bare(error.field)));

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit();
    } catch (failure) {
      setProblem(failure);
      requestAnimationFrame(() => {
        const wrong = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]');
        wrong?.focus();
        wrong?.scrollIntoView({ block: 'nearest' });
      });
    } finally {
      setBusy(false);
    }
  }

  return (
    <FormContext.Provider
      value={{ busy, errorOf: (name) => errors.find((error) => bare(error.field) === name)?.detail }}
    >
      <form
        ref={element}
        class={`form ${className}`}
        onSubmit={(event) => void submit(event)}
        noValidate
        {...(label === undefined ? {} : { 'aria-label': label })}
      >
        {problem !== undefined && (
          <Banner tone="bad">
            {errors.length === 0
              ? messageOf(problem)
              : homeless.length === 0
                ? t('problem.form', { n: errors.length })
                : homeless.map((error) => (
                    <p key={error.field}>
                      <b>{error.field}</b> {error.detail}
                    </p>
                  ))}
          </Banner>
        )}
        {children}
      </form>
    </FormContext.Provider>
  );
}

/** `query limit` and `header if-match` name the place too. */
function bare(field: string): string {
  return field.replace(/^(query|header|body|params) /, '');
}

export function SubmitButton({
  children,
  tone = 'primary',
  disabled = false,
}: {
  children: ComponentChildren;
  tone?: 'primary' | 'danger';
  disabled?: boolean;
}) {
  const { busy } = useContext(FormContext);
  return (
    <button type="submit" class={`button ${tone}`} disabled={disabled || busy}>
      {busy && <Spinner />}
      {children}
    </button>
  );
}

interface FieldProps {
  readonly label: string;
  /** Name of the field in the request, for the service's errors. */
  readonly name: string;
  readonly hint?: ComponentChildren;
  /** An error that the page itself found. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
  readonly wide?: boolean;
}

/** Ids and states that tie a control to its label, hint and error. */
interface Wiring {
  readonly id: string;
  readonly name: string;
  readonly 'aria-invalid'?: 'true';
  readonly 'aria-describedby'?: string;
}

export function Field({
  label,
  name,
  hint,
  error,
  optional = false,
  wide = false,
  children,
}: FieldProps & { children: (wiring: Wiring) => ComponentChildren }) {
  const id = useId();
  const { errorOf } = useContext(FormContext);
  const wrong = error ?? errorOf(name);
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(wrong === undefined ? [] : [`${id}-error`]),
  ].join(' ');
  return (
    <div class={`field ${wide ? 'wide' : ''} ${wrong === undefined ? '' : 'wrong'}`}>
      <label for={id}>
        {label}
        {optional && <span class="quiet"> · {t('form.optional')}</span>}
      </label>
      {children({
        id,
        name,
        ...(wrong === undefined ? {} : { 'aria-invalid': 'true' }),
        ...(described === '' ? {} : { 'aria-describedby': described }),
      })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p class="error" id={`${id}-error`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

export function TextField({
  value,
  onChange,
  type = 'text',
  placeholder,
  autocomplete = 'off',
  maxLength,
  mono = false,
  autofocus = false,
  readOnly = false,
  ...field
}: FieldProps & {
  value: string;
  onChange(value: string): void;
  type?: 'text' | 'password' | 'url' | 'tel' | 'search' | 'date' | 'time' | 'datetime-local';
  placeholder?: string;
  autocomplete?: string;
  maxLength?: number;
  mono?: boolean;
  autofocus?: boolean;
  readOnly?: boolean;
}) {
  return (
    <Field {...field}>
      {(wiring) => (
        <input
          {...wiring}
          class={mono ? 'mono' : ''}
          // The types of elements tell a text input from the others; it is none of theirs here.
          type={type as 'text'}
          value={value}
          autocomplete={autocomplete}
          spellcheck={false}
          {...(autofocus ? { autofocus: true } : {})}
          {...(readOnly ? { readOnly: true } : {})}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(maxLength === undefined ? {} : { maxLength })}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A number, or nothing: an empty field is undefined. `scale` 100 shows a ratio as per cent. */
export function NumberField({
  value,
  onChange,
  min,
  max,
  step,
  unit,
  scale = 1,
  placeholder,
  ...field
}: FieldProps & {
  value: number | undefined;
  onChange(value: number | undefined): void;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  scale?: number;
  placeholder?: string;
}) {
  // What is being typed ("0.", "-") is kept as it is until it is a number.
  const [typed, setTyped] = useState<string>();
  const shown = value === undefined ? '' : String(Number((value * scale).toPrecision(12)));
  return (
    <Field {...field}>
      {(wiring) => (
        <span class="with-unit">
          <input
            {...wiring}
            type="number"
            inputMode="decimal"
            value={typed ?? shown}
            step={step ?? 'any'}
            {...(min === undefined ? {} : { min })}
            {...(max === undefined ? {} : { max })}
            {...(placeholder === undefined ? {} : { placeholder })}
            onInput={(event) => {
              const text = event.currentTarget.value;
              setTyped(text);
              const number = Number(text);
              onChange(text.trim() === '' || Number.isNaN(number) ? undefined : number / scale);
            }}
            onBlur={() => setTyped(undefined)}
          />
          {unit !== undefined && <span class="unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function SelectField({
  value,
  onChange,
  options,
  ...field
}: FieldProps & { value: string; onChange(value: string): void; options: readonly Option[] }) {
  return (
    <Field {...field}>
      {(wiring) => (
        <select {...wiring} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function TextAreaField({
  value,
  onChange,
  rows = 3,
  placeholder,
  maxLength,
  mono = false,
  ...field
}: FieldProps & {
  value: string;
  onChange(value: string): void;
  rows?: number;
  placeholder?: string;
  maxLength?: number;
  mono?: boolean;
}) {
  return (
    <Field {...field}>
      {(wiring) => (
        <textarea
          {...wiring}
          class={mono ? 'mono' : ''}
          rows={rows}
          value={value}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(maxLength === undefined ? {} : { maxLength })}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function CheckField({
  label,
  name,
  hint,
  checked,
  onChange,
}: {
  label: string;
  name: string;
  hint?: ComponentChildren;
  checked: boolean;
  onChange(checked: boolean): void;
}) {
  const id = useId();
  const { errorOf } = useContext(FormContext);
  const wrong = errorOf(name);
  return (
    <div class="field check">
      <label for={id}>
        <input
          id={id}
          name={name}
          type="checkbox"
          checked={checked}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {wrong !== undefined && <p class="error">{wrong}</p>}
    </div>
  );
}

/** One of a few, or several of a few, as buttons side by side. */
export function ChoiceField({
  label,
  name,
  options,
  chosen,
  several = false,
  hint,
  onChange,
}: {
  label: string;
  name: string;
  options: readonly Option[];
  chosen: readonly string[];
  several?: boolean;
  hint?: string;
  onChange(chosen: readonly string[]): void;
}) {
  const { errorOf } = useContext(FormContext);
  const wrong = errorOf(name);
  return (
    <fieldset class="field choice">
      <legend>{label}</legend>
      <div class="choices">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type={several ? 'checkbox' : 'radio'}
              name={name}
              value={option.value}
              checked={chosen.includes(option.value)}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                if (!several) onChange([option.value]);
                else
                  onChange(on ? [...chosen, option.value] : chosen.filter((value) => value !== option.value));
              }}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {wrong !== undefined && <p class="error">{wrong}</p>}
    </fieldset>
  );
}

/** A part of a long form, with a heading. */
export function FormPart({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: string;
  children: ComponentChildren;
}) {
  return (
    <section class="form-part">
      <header>
        <h2>{title}</h2>
        {hint !== undefined && <p class="quiet">{hint}</p>}
      </header>
      <div class="fields">{children}</div>
    </section>
  );
}
