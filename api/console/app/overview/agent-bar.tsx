/** Agents by state, as one bar and its legend. */
import type { OverviewCampaign } from '../../../http/overview';
import { count } from '../shared/format';
import { t } from './texts';

const STATES = ['talking', 'reserved', 'ready', 'wrap-up', 'paused', 'connecting'] as const;

export function AgentBar({ agents }: { agents: OverviewCampaign['agents'] }) {
  const present = STATES.filter((state) => (agents[state] ?? 0) > 0);
  const total = present.reduce((sum, state) => sum + (agents[state] ?? 0), 0);
  if (total === 0) return <p class="quiet agents-none">{t('agents.none')}</p>;
  return (
    <div class="agents">
      <div
        class="agents-bar"
        role="img"
        aria-label={present
          .map((state) => t('agents.one', { n: agents[state] ?? 0, state: t(`agent.${state}`) }))
          .join(', ')}
      >
        {present.map((state) => (
          <i key={state} class={`tone-${state}`} style={{ flexGrow: String(agents[state] ?? 0) }} />
        ))}
      </div>
      <div class="legend">
        <span>
          {t('agents.title')} <b>{count(total)}</b>
        </span>
        {present.map((state) => (
          <span key={state} class={`tone-${state}`}>
            <i />
            {t(`agent.${state}`)} <b>{count(agents[state] ?? 0)}</b>
          </span>
        ))}
      </div>
    </div>
  );
}
