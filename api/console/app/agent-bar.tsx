/** Agents by state, as one bar and its legend. */
import type { OverviewCampaign } from '../../http/overview';
import { count } from './format';

const STATES = [
  ['talking', 'talking'],
  ['reserved', 'reserved'],
  ['ready', 'ready'],
  ['wrap-up', 'wrap-up'],
  ['paused', 'paused'],
  ['connecting', 'connecting'],
] as const;

export function AgentBar({ agents }: { agents: OverviewCampaign['agents'] }) {
  const present = STATES.filter(([state]) => (agents[state] ?? 0) > 0);
  const total = present.reduce((sum, [state]) => sum + (agents[state] ?? 0), 0);
  if (total === 0) return <p class="quiet agents-none">No agent is logged in.</p>;
  return (
    <div class="agents">
      <div
        class="agents-bar"
        role="img"
        aria-label={present.map(([state, name]) => `${agents[state]} ${name}`).join(', ')}
      >
        {present.map(([state]) => (
          <i key={state} class={`tone-${state}`} style={{ flexGrow: agents[state] ?? 0 }} />
        ))}
      </div>
      <div class="legend">
        <span>
          Agents <b>{count(total)}</b>
        </span>
        {present.map(([state, name]) => (
          <span key={state} class={`tone-${state}`}>
            <i />
            {name} <b>{count(agents[state] ?? 0)}</b>
          </span>
        ))}
      </div>
    </div>
  );
}
