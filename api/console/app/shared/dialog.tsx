/** Dialogs over the page; the browser keeps the focus inside and closes them on Escape. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Form, SubmitButton, TextAreaField } from './form';
import { Icon } from './icons';
import { t } from './texts';

export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string;
  onClose(): void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog ${wide ? 'wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon-button" aria-label={t('dialog.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

export function DialogActions({ children, onCancel }: { children: ComponentChildren; onCancel(): void }) {
  return (
    <footer class="dialog-actions">
      <button type="button" class="button" onClick={onCancel}>
        {t('dialog.cancel')}
      </button>
      {children}
    </footer>
  );
}

/** Asks before something is done; with `reason`, for the words that go into the audit log. */
export function ConfirmDialog({
  title,
  text,
  action,
  danger = false,
  reason = 'none',
  reasonLabel,
  onConfirm,
  onClose,
}: {
  title: string;
  text?: ComponentChildren;
  action: string;
  danger?: boolean;
  reason?: 'none' | 'optional' | 'needed';
  reasonLabel?: string;
  onConfirm(reason: string): Promise<void>;
  onClose(): void;
}) {
  const [words, setWords] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        onSubmit={async () => {
          await onConfirm(words.trim());
          onClose();
        }}
      >
        {text !== undefined && <div class="dialog-text">{text}</div>}
        {reason !== 'none' && (
          <TextAreaField
            label={reasonLabel ?? t('form.reason')}
            name="reason"
            optional={reason === 'optional'}
            value={words}
            onChange={setWords}
          />
        )}
        <DialogActions onCancel={onClose}>
          <SubmitButton
            tone={danger ? 'danger' : 'primary'}
            disabled={reason === 'needed' && words.trim() === ''}
          >
            {action}
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
