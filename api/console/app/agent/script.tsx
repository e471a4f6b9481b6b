/** The script: what to say, what to ask, and the answers, which are kept as they are given. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../shared/api';
import { notifyError } from '../shared/feedback';
import { t } from './texts';
import type { Answers, Call, Step } from './types';

/** Answers are sent this long after the last stroke. */
const PAUSE_MILLISECONDS = 500;

/** The steps up to the first choice that is open: what comes after depends on it. */
export function stepsOnTheWay(steps: readonly Step[], answers: Answers): readonly Step[] {
  const way: Step[] = [];
  let index = 0;
  while (index >= 0 && index < steps.length) {
    const step = steps[index]!;
    if (way.includes(step)) break;
    way.push(step);
    const chosen = step.options?.find(({ value }) => value === answers[step.id]);
    if (step.kind === 'choice' && chosen === undefined) break;
    const next = chosen?.next ?? step.next;
    index = next === undefined ? index + 1 : steps.findIndex(({ id }) => id === next);
  }
  return way;
}

export function ScriptPanel({ call }: { call: Call }) {
  const { attemptId, script } = call;
  const [answers, setAnswers] = useState<Answers>(call.answers);
  const [saving, setSaving] = useState<'' | 'saving' | 'saved'>('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function change(id: string, value: string | number | undefined): void {
    const { [id]: _, ...others } = answers;
    const next = value === undefined || value === '' ? others : { ...others, [id]: value };
    setAnswers(next);
    if (attemptId === undefined) return;
    setSaving('saving');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      api.put(`/v1/attempts/${encodeURIComponent(attemptId)}/answers`, { answers: next }).then(
        () => setSaving('saved'),
        (error: unknown) => {
          setSaving('');
          notifyError(error);
        },
      );
    }, PAUSE_MILLISECONDS);
  }

  return (
    <section class="card script" aria-labelledby="script-title">
      <header>
        <h2 id="script-title">{script?.name ?? t('card.script')}</h2>
        <span class="quiet" role="status">
          {saving === ''
            ? script !== undefined && t('script.version', { version: script.version })
            : t(`script.${saving}`)}
        </span>
      </header>
      {script === undefined ? (
        <p class="quiet">{t('card.noScript')}</p>
      ) : (
        <ol class="script-steps">
          {stepsOnTheWay(script.steps, answers).map((step) => (
            <li key={step.id} class={step.kind}>
              <StepView
                step={step}
                value={answers[step.id]}
                open={attemptId !== undefined}
                onChange={(value) => change(step.id, value)}
              />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function StepView({
  step,
  value,
  open,
  onChange,
}: {
  step: Step;
  value: string | number | undefined;
  /** Nothing can be answered before there is a call. */
  open: boolean;
  onChange(value: string | number | undefined): void;
}) {
  if (step.kind === 'say') return <p>{step.text}</p>;
  if (step.kind === 'choice')
    return (
      <fieldset class="script-choice" disabled={!open}>
        <legend>{step.text}</legend>
        {step.options?.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={`step-${step.id}`}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
        {value === undefined && open && <p class="hint">{t('script.choose')}</p>}
      </fieldset>
    );
  const type = step.kind;
  return (
    <label class="script-field">
      <span>{step.text}</span>
      <input
        type={type as 'text'}
        disabled={!open}
        value={value ?? ''}
        onInput={({ currentTarget }) => {
          if (type !== 'number') onChange(currentTarget.value);
          else onChange(currentTarget.value === '' ? undefined : currentTarget.valueAsNumber);
        }}
      />
    </label>
  );
}
