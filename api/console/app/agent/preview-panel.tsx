/** A contact to look at before it is dialled. */
import { useState } from 'preact/hooks';
import { timer } from '../shared/format';
import { Icon } from '../shared/icons';
import type { Act } from './call-controls';
import { t } from './texts';
import type { Call } from './types';

const REASONS = ['data', 'time', 'known', 'other'] as const;

export function PreviewPanel({
  call,
  left,
  act,
  trouble,
}: {
  call: Call;
  /** Milliseconds. */
  left: number;
  act: Act;
  /** Why the last dial was refused. */
  trouble: string;
}) {
  const [skipping, setSkipping] = useState(false);
  const { contactId } = call;
  return (
    <section class="card preview" aria-labelledby="preview-title">
      <header>
        <h2 id="preview-title">{t('preview.title')}</h2>
        <span class={left < 15_000 ? 'warn timer' : 'quiet timer'}>
          {t('preview.left', { time: timer(left) })}
        </span>
      </header>
      {trouble !== '' && (
        <p class="bad" role="alert" lang="en">
          {trouble}
        </p>
      )}
      <div class="row">
        <button
          type="button"
          class="button primary large"
          onClick={() => void act('preview/dial', { contactId })}
        >
          <Icon name="phone" /> {t('preview.dial')}
        </button>
        <button
          type="button"
          class="button large"
          aria-expanded={skipping}
          onClick={() => setSkipping(!skipping)}
        >
          {t('preview.skip')}
        </button>
      </div>
      {skipping && (
        <div class="row skip-reasons">
          {REASONS.map((reason) => (
            <button
              key={reason}
              type="button"
              class="button small"
              onClick={() => void act('preview/skip', { contactId, reason: t(`skip.${reason}`) })}
            >
              {t(`skip.${reason}`)}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
