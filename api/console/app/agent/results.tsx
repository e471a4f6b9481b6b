/** What came of the call: dispositions as large buttons, a note, and callbacks in the customer's own time. */
import { useEffect, useState } from 'preact/hooks';
import { api } from '../shared/api';
import { Banner, Loading, Trouble } from '../shared/feedback';
import { localeTag } from '../shared/i18n';
import { t } from './texts';
import type { Call } from './types';

export type Book = (callback: { readonly local: string; readonly who: 'self' | 'anyone' }) => Promise<void>;

/** Dispositions in the order of their keys, 1 to 9. */
export function Results({
  call,
  open,
  note,
  onNote,
  onChoose,
  callback,
  onCallback,
  book,
  agentId,
}: {
  call: Call;
  /** The call is over: a result can be given. */
  open: boolean;
  note: string;
  onNote(note: string): void;
  onChoose(code: string): void;
  callback: boolean;
  onCallback(open: boolean): void;
  book: Book;
  agentId: string;
}) {
  return (
    <section class="card results" aria-labelledby="results-title">
      <h2 id="results-title">{t('result.title')}</h2>
      {!open && <p class="quiet">{t('result.after')}</p>}
      <div class="dispositions">
        {call.dispositions?.map(({ code, kind, label }, index) => (
          <button
            key={code}
            type="button"
            class={`button disposition ${kind}`}
            disabled={!open}
            aria-pressed={kind === 'callback' ? callback : undefined}
            onClick={() => onChoose(code)}
          >
            {index < 9 && <kbd>{index + 1}</kbd>} {label ?? t.of('code', code)}
          </button>
        ))}
      </div>
      {open && callback && <CallbackPanel agentId={agentId} book={book} onClose={() => onCallback(false)} />}
      <label class="field">
        <span>{t('result.note')}</span>
        <textarea rows={2} value={note} onInput={(event) => onNote(event.currentTarget.value)} />
      </label>
    </section>
  );
}

interface LocalTime {
  readonly at: string;
  readonly local: string;
}

interface Times {
  readonly zone: string;
  readonly now: LocalTime;
  readonly asked?: LocalTime & {
    readonly allowed: boolean;
    readonly reason: string;
    readonly next?: LocalTime;
  };
  readonly suggestions: readonly LocalTime[];
}

/** A wall-clock time as people say it: Tue 3 Mar, 15:30. */
function said(local: string): string {
  return new Intl.DateTimeFormat(localeTag(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  }).format(new Date(`${local}:00Z`));
}

function CallbackPanel({ agentId, book, onClose }: { agentId: string; book: Book; onClose(): void }) {
  const [times, setTimes] = useState<Times>();
  const [error, setError] = useState<unknown>();
  const [chosen, setChosen] = useState('');
  const [own, setOwn] = useState('');
  const [who, setWho] = useState<'self' | 'anyone'>('anyone');
  const path = `/v1/agents/${encodeURIComponent(agentId)}/callback-times`;

  useEffect(() => {
    api.get<Times>(path).then(setTimes, setError);
  }, [path]);

  async function check(local: string): Promise<void> {
    setOwn(local);
    setChosen('');
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return;
    try {
      const next = await api.get<Times>(path, { local });
      setTimes(next);
      setError(undefined);
      if (next.asked?.allowed) setChosen(local);
    } catch (failure) {
      setError(failure);
    }
  }

  async function submit(): Promise<void> {
    try {
      await book({ local: chosen, who });
      onClose();
    } catch (failure) {
      setError(failure);
    }
  }

  if (times === undefined) return error === undefined ? <Loading /> : <Trouble error={error} />;
  const refused = times.asked !== undefined && !times.asked.allowed && times.asked.local === own;
  const next = times.asked?.next?.local;
  return (
    <fieldset class="callback-panel" aria-label={t('callback.title')}>
      <p class="quiet">{t('callback.text', { zone: times.zone })}</p>
      <Trouble error={error} />
      <div class="callback-times">
        {times.suggestions.map(({ local }) => (
          <button
            key={local}
            type="button"
            class="button"
            aria-pressed={chosen === local}
            onClick={() => setChosen(local)}
          >
            {said(local)}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t('callback.other')}</span>
        <input
          type="datetime-local"
          min={times.now.local}
          value={own}
          onChange={(event) => void check(event.currentTarget.value)}
        />
      </label>
      {refused && (
        <Banner
          tone="warn"
          title={t('callback.refused')}
          action={
            next !== undefined && (
              <button type="button" class="button small" onClick={() => setChosen(next)}>
                {t('callback.next', { time: said(next) })}
              </button>
            )
          }
        >
          <span lang="en">{times.asked?.reason}</span>
        </Banner>
      )}
      <div class="segments">
        <div>
          {(['anyone', 'self'] as const).map((each) => (
            <button key={each} type="button" aria-pressed={who === each} onClick={() => setWho(each)}>
              {t(`callback.${each}`)}
            </button>
          ))}
        </div>
      </div>
      <button type="button" class="button primary" disabled={chosen === ''} onClick={() => void submit()}>
        {t('callback.book', { time: chosen === '' ? '–' : said(chosen) })}
      </button>
    </fieldset>
  );
}
