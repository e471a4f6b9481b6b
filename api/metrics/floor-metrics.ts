import type { EngineView } from '../../dialer/core/view.js';
import { fillBy, type Makers } from './makers.js';

const AGENT_STATES = ['offline', 'connecting', 'ready', 'reserved', 'talking', 'wrap-up', 'paused'];

/** Agents by state, and their time in each. */
export function floorMetrics({ gauge, counter }: Makers): (view: EngineView) => void {
  const agents = gauge('dialer_agents', 'Agents by state.', ['state']);
  const seconds = counter('dialer_agent_state_seconds_total', 'Time of all agents in each state.', ['state']);
  return (view) => {
    agents.reset();
    for (const state of AGENT_STATES) agents.set({ state }, 0);
    for (const agent of view.agents) agents.inc({ state: agent.state });
    fillBy(seconds, 'state', view.totals.agentStateSeconds);
  };
}
