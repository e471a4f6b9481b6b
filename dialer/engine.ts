/**
 * The running engine as its surroundings see it. `api/` and the command line talk to this, never to the core.
 */
import type { AuditEntry } from './audit/audit-record.js';
import type { OperatorInput } from './core/inputs.js';
import type { AgentDetail, EngineView } from './core/view.js';
import type { JournalledEvent } from './events/domain-events.js';
import type { Store } from './store/port.js';
import type { Telephony } from './telephony/port.js';

/** An operator's input without the request id, which the engine adds. */
export type OperatorRequest = OperatorInput extends infer I
  ? I extends { readonly requestId: string }
    ? Omit<I, 'requestId'>
    : never
  : never;

/** What the engine is told, not asked. */
export type Notice = Extract<
  OperatorInput,
  {
    type:
      | 'dnc-changed'
      | 'consent-changed'
      | 'contacts-changed'
      | 'emergency-areas-changed'
      | 'caller-id-pools-changed';
  }
>;

export interface Reply {
  readonly ok: boolean;
  /** Stable error code, for example `campaign_not_found`; empty when ok. */
  readonly code: string;
  /** One line that names what is wrong and the remedy; empty when ok. */
  readonly message: string;
}

export interface Engine {
  readonly store: Store;
  readonly telephony: Telephony;
  /**
   * Runs an operator's request; resolves when its effects are durable. Rejects only when the engine has stopped. When the
   * request is accepted, `audit` becomes a record of the audit log in the same transaction as its effects.
   */
  request(request: OperatorRequest, audit?: AuditEntry): Promise<Reply>;
  /** Notices that need no answer. */
  notify(input: Notice): void;
  view(): EngineView;
  /** One agent of the view, at a cost that does not grow with the team; undefined when nobody of that id has logged in. */
  agent(agentId: string): AgentDetail | undefined;
  /** Durable domain events as they are journalled. Returns the function that ends the subscription. */
  subscribe(listener: (events: readonly JournalledEvent[]) => void): () => void;
  /** Seconds from the answer to the bridge of each connected call, since the last call of this method. */
  takeAnswerToAgentSeconds(): readonly number[];
  /** No new calls; live ones may end for `drainSeconds`; what is left is released and recorded. */
  stop(drainSeconds: number): Promise<void>;
}
