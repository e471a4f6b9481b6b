/** What tells the user how things stand: banners, notes that pass, progress, places without content. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { messageOf } from './api';
import { dateTime } from './format';
import { Icon, type IconName } from './icons';
import { t } from './texts';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

const TONE_ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  warn: 'alert',
  bad: 'alert',
  info: 'info',
  quiet: 'info',
};

export function Banner({
  tone,
  title,
  children,
  action,
}: {
  tone: Tone;
  title?: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class={`banner ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={TONE_ICONS[tone]} />
      <div class="banner-text">
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}

/** An error of a load, with a way to try again. Nothing while there is none. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error === undefined) return null;
  return (
    <Banner
      tone="bad"
      action={
        retry !== undefined && (
          <button type="button" class="button small" onClick={retry}>
            {t('problem.retry')}
          </button>
        )
      }
    >
      {messageOf(error)}
    </Banner>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      <Spinner /> {t('loading')}
    </p>
  );
}

export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}

export function Empty({
  title,
  children,
  icon = 'info',
}: {
  title: string;
  children?: ComponentChildren;
  icon?: IconName;
}) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      <p>{title}</p>
      {children}
    </div>
  );
}

/** `share`: 0–1; undefined while it is not known. */
export function Progress({
  share,
  label,
  tone = 'info',
}: {
  share: number | undefined;
  label: string;
  tone?: Tone | 'quiet';
}) {
  return share === undefined ? (
    <progress class={tone} aria-label={label} />
  ) : (
    <progress class={tone} aria-label={label} value={Math.max(0, Math.min(1, share))} max={1} />
  );
}

export function Pill({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`pill ${tone}`}>{children}</span>;
}

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Words of the service itself, which speaks English; its instants in the time of this browser. */
export function ServiceText({ children }: { children: string }) {
  return <span lang="en">{children.replace(INSTANT, (instant) => dateTime(instant))}</span>;
}

interface Note {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

let notes: readonly Note[] = [];
let nextNote = 0;
let showNotes: (notes: readonly Note[]) => void = () => undefined;
const NOTE_MILLISECONDS = 6_000;

/** Shows a note in the corner for some seconds. */
export function notify(tone: Tone, text: string): void {
  nextNote += 1;
  const id = nextNote;
  notes = [...notes.slice(-3), { id, tone, text }];
  showNotes(notes);
  setTimeout(() => {
    notes = notes.filter((note) => note.id !== id);
    showNotes(notes);
  }, NOTE_MILLISECONDS);
}

/** Tells of an error that belongs to no field and no page. */
export function notifyError(error: unknown): void {
  notify('bad', messageOf(error));
}

/** The corner where notes are shown; once on a page. */
export function Notes() {
  const [shown, setShown] = useState<readonly Note[]>([]);
  useEffect(() => {
    showNotes = setShown;
    return () => {
      showNotes = () => undefined;
    };
  }, []);
  return (
    <div class="notes" role="status" aria-live="polite">
      {shown.map((note) => (
        <p key={note.id} class={`note ${note.tone}`}>
          <Icon name={TONE_ICONS[note.tone]} /> {note.text}
        </p>
      ))}
    </div>
  );
}
