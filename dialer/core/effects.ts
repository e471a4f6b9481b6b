/**
 * Everything the engine can ask of the world. The shell carries effects out in the order given; what comes
 * of them returns as inputs.
 */
import type { DomainEvent } from '../events/domain-events.js';
import type { CallScope, NewConsent } from './consent.js';
import type { MeasureRequest } from './measure.js';
import type {
  AgentSession,
  AttemptResult,
  CallDestination,
  CallerIdSnapshot,
  CampaignRecord,
  ContactNext,
  Disposition,
  EmergencyStop,
  EpochMilliseconds,
  Intent,
  LearnedSnapshot,
  LedgerEntry,
  MonitorMode,
  SamplingSettings,
  StageName,
  StagePlan,
  SwitchDrain,
  WatchSnapshot,
} from './model.js';

/** Asked of the switch. None of these waits; results come back as telephony inputs. */
export type TelephonyEffect =
  | {
      readonly type: 'originate';
      readonly switchId: string;
      /** Attempt id and channel uuid. */
      readonly channelId: string;
      /** Dial string with the number filled in; the adapter escapes and refuses what could break out of it. */
      readonly dialString: string;
      readonly trunk: string;
      readonly number: string;
      readonly callerId: string;
      readonly ringSeconds: number;
      readonly campaignId: string;
    }
  | {
      readonly type: 'dial-agent';
      readonly switchId: string;
      readonly channelId: string;
      readonly agentId: string;
      readonly endpoint: string;
      readonly ringSeconds: number;
    }
  | {
      readonly type: 'bridge';
      readonly switchId: string;
      readonly channelId: string;
      readonly agentLegId: string;
    }
  | {
      readonly type: 'play-safe-harbour';
      readonly switchId: string;
      readonly channelId: string;
      readonly message: string;
    }
  | {
      readonly type: 'hang-up';
      readonly switchId: string;
      readonly channelId: string;
      readonly cause: string;
    }
  /** Takes the customer away from the agent: the one hears music, the other waits. */
  | {
      readonly type: 'hold';
      readonly switchId: string;
      readonly channelId: string;
      readonly agentLegId: string;
      /** File or stream; the switch's own music when empty. */
      readonly music: string;
      /** The switch ends the call by itself when nobody has come back by then. */
      readonly maximumSeconds: number;
    }
  /** Lets two answered legs talk, whatever they do now. Answered by `channel-bridged` or `bridge-failed`. */
  | {
      readonly type: 'join';
      readonly switchId: string;
      readonly channelId: string;
      readonly otherLegId: string;
    }
  /** What the leg says is not heard by anybody. */
  | { readonly type: 'mute'; readonly switchId: string; readonly channelId: string; readonly on: boolean }
  /** Sends keys to the far end of the leg. */
  | {
      readonly type: 'send-digits';
      readonly switchId: string;
      readonly channelId: string;
      readonly digits: string;
    }
  /** A leg beside a call, parked when it is answered. */
  | {
      readonly type: 'dial-leg';
      readonly switchId: string;
      readonly channelId: string;
      readonly purpose: 'consult' | 'monitor';
      readonly destination: CallDestination;
      readonly callerId: string;
      readonly ringSeconds: number;
    }
  /** The customer leaves the agent and is connected with the destination by the switch. */
  | {
      readonly type: 'hand-over';
      readonly switchId: string;
      readonly channelId: string;
      readonly agentLegId: string;
      readonly destination: CallDestination;
      readonly callerId: string;
      readonly ringSeconds: number;
      readonly maximumSeconds: number;
    }
  /** Records the conversation of the customer's channel, or ends that. */
  | {
      readonly type: 'record';
      readonly switchId: string;
      readonly channelId: string;
      readonly on: boolean;
      /** Below the folder of recordings. */
      readonly path: string;
      /** Played to both when it begins; nothing when empty. */
      readonly announcement: string;
    }
  /** The leg hears, and is heard in, the conversation of the target, for as long as that lasts. */
  | {
      readonly type: 'three-way';
      readonly switchId: string;
      readonly channelId: string;
      readonly targetId: string;
    }
  /** A supervisor's leg hears the conversation of the customer's channel `targetId`. */
  | {
      readonly type: 'eavesdrop';
      readonly switchId: string;
      readonly channelId: string;
      readonly targetId: string;
      readonly mode: MonitorMode;
    }
  /** Ask the switch what is on it; answered by `switch-channels`. */
  | { readonly type: 'audit-channels'; readonly switchId: string };

/** Asked of the store; each is answered by an input. */
export type StoreRequestEffect =
  | {
      readonly type: 'lease-leads';
      readonly campaignId: string;
      readonly stage: StageName;
      readonly count: number;
      readonly leaseUntil: EpochMilliseconds;
      /** How far back `recentAttempts` reaches. */
      readonly lookbackSeconds: number;
      /** What the calls are about: consent and attempts are looked up for it. */
      readonly scope: CallScope;
      readonly readyAgents: readonly string[];
    }
  /** Lease one contact that an agent asked for. Answered by `contact-leased`. */
  | {
      readonly type: 'lease-contact';
      /** Of the agent's request. */
      readonly requestId: string;
      readonly agentId: string;
      readonly campaignId: string;
      readonly contactId: string;
      /** Contacts of this stage and those before it may be leased. */
      readonly stage: StageName;
      readonly leaseUntil: EpochMilliseconds;
      readonly lookbackSeconds: number;
      readonly scope: CallScope;
    }
  | { readonly type: 'commit-intents'; readonly intents: readonly Intent[] }
  | {
      readonly type: 'draw-samples';
      readonly campaignId: string;
      readonly seed: string;
      readonly stages: Readonly<Record<StageName, StagePlan>>;
      readonly sampling?: SamplingSettings;
    }
  /** More contacts of the list for the stage, in the order of the same draw. Answered by `sample-extended`. */
  | {
      readonly type: 'extend-sample';
      readonly campaignId: string;
      readonly seed: string;
      readonly stage: StageName;
      readonly count: number;
    }
  /** Measure the ended attempts of a stage. Answered by `stage-measured`. */
  | {
      readonly type: 'measure-stage';
      /** `gate`: to decide it; `baseline`: for the watch to compare with. */
      readonly purpose: 'gate' | 'baseline';
      readonly request: MeasureRequest & { readonly stage: StageName };
      /** Measure the validation, too. */
      readonly withValidation: boolean;
    }
  /** How the named attempts, and those intended at `from` or later, stand. Answered by `attempts-found`. */
  | {
      readonly type: 'attempts-since';
      readonly campaignId: string;
      readonly ids: readonly string[];
      readonly from: EpochMilliseconds;
    };

/** Asked of the store: who calls from this number? Answered by `caller-found`. */
export type LookUpEffect = {
  readonly type: 'find-caller';
  readonly channelId: string;
  /** E.164 */
  readonly number: string;
};

/** Written durably, in order, without an answer (a failure comes back as `store-failed`). */
export type WriteEffect =
  | { readonly type: 'save-campaign'; readonly campaign: CampaignRecord }
  | { readonly type: 'save-agent'; readonly agent: AgentSession }
  | {
      readonly type: 'record-result';
      readonly result: AttemptResult;
      readonly next: ContactNext;
      readonly numberDead: boolean;
      /** Posted to the abandon ledgers when the result is the first of its attempt; absent when there is nothing. */
      readonly ledger?: readonly LedgerEntry[];
    }
  | {
      readonly type: 'record-disposition';
      readonly disposition: Disposition;
      readonly next: ContactNext;
      /** Corrections of the abandon ledgers, posted with the first disposition of an attempt. */
      readonly ledger?: readonly LedgerEntry[];
    }
  /** Replaces what was kept for the pool. */
  | { readonly type: 'save-learned'; readonly learned: LearnedSnapshot }
  /** Replaces what was kept for the campaign; an empty snapshot forgets it. */
  | ({ readonly type: 'save-watch' } & WatchSnapshot)
  /** Replaces what was kept of the pool's numbers, as far as it is there. */
  | {
      readonly type: 'save-caller-ids';
      readonly at: EpochMilliseconds;
      readonly snapshot: CallerIdSnapshot;
    }
  /** All dialling is stopped, also after a restart; absent: it is not any more. */
  | { readonly type: 'save-emergency-stop'; readonly stop?: EmergencyStop }
  /** A switch is out of service, also after a restart; absent: it serves again. */
  | { readonly type: 'save-switch-drain'; readonly switchId: string; readonly drain?: SwitchDrain }
  /**
   * Contacts of the pilot's sample that are held back for its phases up to this one, from 0, may be leased from now on. A
   * sample that is drawn later is held back all the same.
   */
  | { readonly type: 'open-phases'; readonly campaignId: string; readonly through: number }
  /** The lead goes back undialled, to be offered again at `dueAt`. */
  | {
      readonly type: 'release-lead';
      readonly campaignId: string;
      readonly contactId: string;
      readonly dueAt: EpochMilliseconds;
      readonly reason: string;
      readonly nextNumber: number;
    }
  /** The lead will never be dialled in this campaign. */
  | {
      readonly type: 'close-lead';
      readonly campaignId: string;
      readonly contactId: string;
      readonly reason: string;
    }
  | {
      readonly type: 'add-dnc';
      readonly number: string;
      readonly campaignId?: string;
      readonly reason: string;
      readonly at: EpochMilliseconds;
    }
  /** Appended to the number's consent history. */
  | { readonly type: 'record-consent'; readonly consent: NewConsent }
  | { readonly type: 'event'; readonly event: DomainEvent };

/** The answer to an operator's input. */
export type ReplyEffect = {
  readonly type: 'reply';
  readonly requestId: string;
  readonly ok: boolean;
  /** Stable code of the error, for example `agent_not_found`; empty when ok. */
  readonly code: string;
  /** One line that names what is wrong and the remedy; empty when ok. */
  readonly message: string;
};

export type Effect = TelephonyEffect | StoreRequestEffect | LookUpEffect | WriteEffect | ReplyEffect;
