/** The agent's own state with its timer, and what changes it. */
import { useState } from 'preact/hooks';
import { milliseconds, timer } from '../shared/format';
import { Icon } from '../shared/icons';
import type { Act } from './call-controls';
import { t } from './texts';
import type { Card } from './types';

const REASONS = ['break', 'lunch', 'meeting', 'training', 'paperwork', 'technical'] as const;

const TONES: Readonly<Record<string, string>> = {
  ready: 'tone-good',
  reserved: 'tone-reserved',
  talking: 'tone-talking',
  'wrap-up': 'tone-warn',
  paused: 'tone-quiet',
  connecting: 'tone-flight',
};

/** The state in words: of the call where there is one. */
export function stateInWords(card: Card): string {
  const { agent, call } = card;
  if (call !== undefined && agent.state !== 'paused' && agent.state !== 'ready')
    return t.of('call', call.state);
  return t.of('state', agent.state);
}

export function StateBar({
  card,
  now,
  act,
  believed,
}: {
  card: Card;
  now: number;
  act: Act;
  believed: boolean;
}) {
  const { agent, call } = card;
  const [pausing, setPausing] = useState(false);
  const since = milliseconds(
    call?.connectedAt !== undefined && agent.state === 'talking' ? call.connectedAt : agent.stateSince,
  );
  const left = agent.wrapUpUntil === undefined ? undefined : milliseconds(agent.wrapUpUntil) - now;
  const free = agent.state === 'ready' || agent.state === 'paused';
  return (
    <section
      class={`card state-bar ${believed ? (TONES[agent.state] ?? '') : 'tone-bad'}`}
      aria-label={t('title')}
    >
      <div class="state-now" role="status" aria-live="polite">
        <span class="state-light" aria-hidden="true" />
        <strong>{believed ? stateInWords(card) : t('state.unknown')}</strong>
        {believed && agent.state === 'paused' && (
          <span class="quiet">{t.of('reason', agent.pauseReason)}</span>
        )}
      </div>
      {believed && (
        <span class="timer state-timer" aria-hidden="true">
          {timer(now - since)}
          {left !== undefined && (
            <small class={left < 10_000 ? 'bad' : 'quiet'}> {t('left.wrap', { time: timer(left) })}</small>
          )}
        </span>
      )}
      <div class="state-actions" inert={!believed}>
        {agent.state === 'paused' && (
          <button type="button" class="button primary" onClick={() => void act('ready')}>
            <Icon name="play" /> {t('action.ready')}
          </button>
        )}
        {agent.state === 'wrap-up' && (
          <button type="button" class="button" onClick={() => void act('ready')}>
            {t('action.finish')}
          </button>
        )}
        {agent.pauseAfter === undefined ? (
          agent.state !== 'paused' && (
            <button type="button" class="button" aria-expanded={pausing} onClick={() => setPausing(!pausing)}>
              <Icon name="pause" /> {t('action.pause')}
            </button>
          )
        ) : (
          <span class="quiet">{t('pause.after', { reason: t.of('reason', agent.pauseAfter) })}</span>
        )}
        {agent.logoutAfter ? (
          <span class="quiet">{t('logout.after')}</span>
        ) : (
          <button type="button" class="button" onClick={() => void act('logout')}>
            <Icon name="leave" /> {t('action.logout')}
          </button>
        )}
      </div>
      {pausing && agent.state !== 'paused' && agent.pauseAfter === undefined && (
        <div class="pause-reasons">
          {REASONS.map((reason) => (
            <button
              key={reason}
              type="button"
              class="button small"
              onClick={() => {
                setPausing(false);
                void act('pause', { reason });
              }}
            >
              {t(`reason.${reason}`)}
            </button>
          ))}
        </div>
      )}
      {free && call === undefined && (
        <p class="state-hint quiet">{agent.state === 'ready' ? t('wait.text') : t('pause.text')}</p>
      )}
    </section>
  );
}
