/** Single keys for what agents do all day; they can be switched off, and never act while something is typed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../shared/dialog';
import { t } from './texts';

export interface Shortcut {
  /** As `KeyboardEvent.key`, in lower case. */
  readonly key: string;
  readonly name: string;
  act(): void;
}

const STORED = 'tactus-single-keys';

function wanted(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

export function useShortcuts(shortcuts: readonly Shortcut[]): {
  readonly on: boolean;
  switchOn(on: boolean): void;
} {
  const [on, setOn] = useState(wanted);
  const newest = useRef(shortcuts);
  newest.current = shortcuts;
  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const target = event.target as HTMLElement | null;
      if (target?.closest('input, textarea, select, dialog, [contenteditable]') != null) return;
      // Enter and the space bar press the button that has the focus.
      if (event.key === 'Enter' && target?.closest('button, a, summary') != null) return;
      const found = newest.current.find(({ key }) => key === event.key.toLowerCase());
      if (found === undefined) return;
      event.preventDefault();
      found.act();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [on]);
  return {
    on,
    switchOn(next) {
      setOn(next);
      try {
        localStorage.setItem(STORED, next ? 'on' : 'off');
      } catch {
        // A browser that keeps nothing: the choice holds until the page is closed.
      }
    },
  };
}

export function ShortcutDialog({
  shortcuts,
  on,
  switchOn,
  onClose,
}: {
  shortcuts: readonly Shortcut[];
  on: boolean;
  switchOn(on: boolean): void;
  onClose(): void;
}) {
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <label class="keys-switch">
        <input type="checkbox" checked={on} onChange={(event) => switchOn(event.currentTarget.checked)} />{' '}
        {t('keys.on')}
      </label>
      <dl class="keys">
        {shortcuts.map(({ key, name }) => (
          <div key={key}>
            <dt>
              <kbd>{key === 'enter' ? '⏎' : key.toUpperCase()}</kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
