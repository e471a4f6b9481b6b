/**
 * What happened, told to others: the journal, the SSE stream, webhooks and metrics all carry these events.
 * `events.proto` is their wire form; a field added here is added there with a new number.
 */
import type {
  AbandonKind,
  AgentState,
  CampaignStatus,
  EpochMilliseconds,
  Outcome,
  PreviewChange,
  StageCounters,
  StageName,
} from '../core/model.js';

/** What was done with a conversation. */
export type CallChange =
  | 'held'
  | 'resumed'
  | 'muted'
  | 'unmuted'
  | 'digits-sent'
  | 'transferred'
  | 'consult-started'
  | 'consult-connected'
  | 'consult-ended'
  | 'consult-completed'
  | 'three-way'
  | 'monitor-started'
  | 'monitor-ended'
  | 'recording-started'
  | 'recording-stopped';

export type DomainEvent =
  | {
      readonly kind: 'campaign-changed';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly status: CampaignStatus;
      readonly stage: StageName;
      readonly reason: string;
      readonly by: string;
    }
  | {
      readonly kind: 'gate-decided';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly stage: StageName;
      readonly decision: 'pass' | 'fail' | 'inconclusive';
      /** One line with the figures that decided. */
      readonly evidence: string;
      readonly counters: StageCounters;
      /** Contacts that the sample is extended by, where it could not decide; 0 otherwise. */
      readonly extendedBy: number;
    }
  | {
      readonly kind: 'phase-changed';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly stage: StageName;
      /** Counting from 1, of so many. */
      readonly phase: number;
      readonly phases: number;
      /** `waiting`: the phase before it is worked, and nobody who may work this one is logged in. */
      readonly change: 'begun' | 'waiting';
      readonly reason: string;
    }
  | {
      readonly kind: 'preview-changed';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly contactId: string;
      readonly agentId: string;
      readonly change: PreviewChange;
      /** Why it was skipped or refused. */
      readonly reason: string;
    }
  | {
      readonly kind: 'halt-raised';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly stage: StageName;
      readonly cause: 'kpi' | 'limit' | 'gate' | 'operator';
      /** Empty where no KPI is behind it. */
      readonly kpi: string;
      /** The segment that it is about; both empty for the campaign as a whole. */
      readonly dimension: string;
      readonly value: string;
      /** Time of the likely change; 0 when unknown. */
      readonly since: EpochMilliseconds;
      readonly text: string;
    }
  | {
      readonly kind: 'attempt-started';
      readonly at: EpochMilliseconds;
      readonly attemptId: string;
      readonly campaignId: string;
      readonly stage: StageName;
      readonly contactId: string;
      readonly switchId: string;
      readonly trunk: string;
    }
  | {
      readonly kind: 'attempt-answered';
      readonly at: EpochMilliseconds;
      readonly attemptId: string;
      readonly campaignId: string;
    }
  | {
      readonly kind: 'attempt-connected';
      readonly at: EpochMilliseconds;
      readonly attemptId: string;
      readonly campaignId: string;
      readonly agentId: string;
      /** From the answer to the bridge. */
      readonly waitedMilliseconds: number;
    }
  | {
      readonly kind: 'attempt-ended';
      readonly at: EpochMilliseconds;
      readonly attemptId: string;
      readonly campaignId: string;
      readonly stage: StageName;
      readonly contactId: string;
      readonly outcome: Outcome;
      readonly abandonKind: AbandonKind | '';
      readonly cause: string;
      readonly agentId: string;
      readonly ringMilliseconds: number;
      readonly talkMilliseconds: number;
    }
  | {
      readonly kind: 'call-changed';
      readonly at: EpochMilliseconds;
      readonly attemptId: string;
      readonly campaignId: string;
      readonly agentId: string;
      readonly change: CallChange;
      /** What there is to add, such as the cause of a consultation's end; never a phone number. */
      readonly detail: string;
    }
  | {
      readonly kind: 'inbound-changed';
      readonly at: EpochMilliseconds;
      readonly switchId: string;
      /** The campaign, contact and attempt that last called the caller; empty when not known. */
      readonly campaignId: string;
      readonly contactId: string;
      readonly attemptId: string;
      /** Empty when no agent is with the caller. */
      readonly agentId: string;
      readonly change: 'received' | 'waiting' | 'connected' | 'message' | 'ended';
    }
  | {
      readonly kind: 'disposition-recorded';
      readonly at: EpochMilliseconds;
      readonly attemptId: string;
      readonly campaignId: string;
      readonly contactId: string;
      readonly agentId: string;
      readonly disposition: string;
      readonly success: boolean;
    }
  | {
      readonly kind: 'agent-changed';
      readonly at: EpochMilliseconds;
      readonly agentId: string;
      readonly pool: string;
      readonly state: AgentState;
      readonly reason: string;
      /** The attempt the agent is on; empty when none. */
      readonly attemptId: string;
    }
  | {
      readonly kind: 'number-suppressed';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly attemptId: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'lead-refused';
      readonly at: EpochMilliseconds;
      readonly campaignId: string;
      readonly contactId: string;
      readonly rule: string;
      readonly verdict: 'deny' | 'defer';
      readonly detail: string;
    }
  | {
      readonly kind: 'switch-changed';
      readonly at: EpochMilliseconds;
      readonly switchId: string;
      readonly connected: boolean;
      readonly reason: string;
    }
  | {
      readonly kind: 'caller-id-flagged';
      readonly at: EpochMilliseconds;
      readonly pool: string;
      /** The operator's own number. */
      readonly callerId: string;
      /** Time of the likely change. */
      readonly since: EpochMilliseconds;
      readonly restUntil: EpochMilliseconds;
      readonly text: string;
    }
  | {
      readonly kind: 'emergency-stop-changed';
      readonly at: EpochMilliseconds;
      /** All dialling is stopped; false: it was lifted. */
      readonly active: boolean;
      readonly reason: string;
      readonly by: string;
    }
  | {
      readonly kind: 'switch-drain-changed';
      readonly at: EpochMilliseconds;
      readonly switchId: string;
      /** It is taken out of service; false: it serves again. */
      readonly draining: boolean;
      readonly reason: string;
      readonly by: string;
    }
  | {
      readonly kind: 'resynchronised';
      readonly at: EpochMilliseconds;
      readonly switchId: string;
      readonly discrepancies: number;
      readonly orphans: number;
    };

export type DomainEventKind = DomainEvent['kind'];

/** An event as the journal gives it back: its position is what `Last-Event-ID` names. */
export interface JournalledEvent {
  readonly sequence: number;
  readonly event: DomainEvent;
}
