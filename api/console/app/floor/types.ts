/** An agent as the service tells of it. */
import type { AgentState } from '../../../../dialer/core/model';

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly team: string;
  readonly tier: string;
  readonly state: AgentState;
  readonly stateSince: string;
  readonly pauseReason: string;
  readonly attemptId: string;
  readonly campaignId: string;
  readonly call?: {
    readonly mode: 'talking' | 'held' | 'consulting' | 'three-way';
    readonly muted: boolean;
    readonly monitors: readonly { readonly by: string; readonly mode: string }[];
  };
}
