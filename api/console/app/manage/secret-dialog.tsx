/** Shows a secret, once. */
import { useState } from 'preact/hooks';
import { Dialog } from '../shared/dialog';
import { Icon } from '../shared/icons';
import { t as shared } from '../shared/texts';

export function SecretDialog({
  title,
  text,
  secret,
  onClose,
}: {
  title: string;
  text: string;
  secret: string;
  onClose(): void;
}) {
  const [copied, setCopied] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        <p>{text}</p>
        <pre class="secret">{secret}</pre>
        <div class="row">
          <button
            type="button"
            class="button"
            onClick={() => void navigator.clipboard?.writeText(secret).then(() => setCopied(true))}
          >
            <Icon name={copied ? 'check' : 'copy'} size={16} /> {shared(copied ? 'form.copied' : 'form.copy')}
          </button>
          <button type="button" class="button primary" onClick={onClose}>
            {shared('dialog.close')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
