/**
 * Everything that can happen to the engine. A run is the list of its inputs with their times; replaying
 * them gives the same effects byte for byte.
 */
import type { DncListVersion, RulePack } from '../../compliance/index.js';
import type { ChannelSnapshot } from '../telephony/port.js';
import type { ConsentWord } from './consent.js';
import type { Measure, PastAttempt } from './measure.js';
import type {
  AgentProfile,
  AgentSession,
  CallerIdPoolSettings,
  CallerIdSnapshot,
  CampaignRecord,
  CampaignSettings,
  EmergencyAreaRecord,
  EmergencyStop,
  EpochMilliseconds,
  Lead,
  LearnedSnapshot,
  LedgerRow,
  MonitorMode,
  OpenAttempt,
  RectifiedPart,
  StageName,
  SwitchDrain,
  SwitchSettings,
  Trunk,
  WatchSnapshot,
} from './model.js';

/** First input of every run: the engine's whole initial state. */
export interface BootInput {
  readonly type: 'boot';
  /** 32 hexadecimal digits from a real random source; attempt ids are drawn from it. */
  readonly seed: string;
  /** 8 hexadecimal digits that begin the uuid of every channel this installation creates. */
  readonly installation: string;
  readonly switches: readonly SwitchSettings[];
  readonly trunks: readonly Trunk[];
  readonly campaigns: readonly CampaignRecord[];
  readonly agents: readonly AgentSession[];
  readonly openAttempts: readonly OpenAttempt[];
  /** Rows of the abandon ledgers that still matter; absent in recordings of older versions. */
  readonly ledger?: readonly LedgerRow[];
  readonly learned?: readonly LearnedSnapshot[];
  /** What the watches over campaigns knew, as they last said; absent in recordings of older versions. */
  readonly watches?: readonly WatchSnapshot[];
  /** Time zone data version of the runtime, for the record. */
  readonly timeZoneData: string;
  /** Areas in which nobody may be called; absent in recordings of older versions. */
  readonly emergencyAreas?: readonly EmergencyAreaRecord[];
  /** Pools of caller ids, and what was known of their numbers; absent in recordings of older versions. */
  readonly callerIdPools?: readonly CallerIdPoolSettings[];
  readonly callerIds?: readonly CallerIdSnapshot[];
  /** All dialling has been stopped since before the restart; absent when it has not. */
  readonly emergencyStop?: EmergencyStop;
  /** Switches that are out of service. */
  readonly switchDrains?: readonly SwitchDrain[];
  /** The do-not-call registries that leads are looked up in. Absent: none, and none is asked for. */
  readonly registries?: {
    /** Refuse calls whose rules ask for a registry that is not held. */
    readonly required: boolean;
    readonly lists: readonly DncListVersion[];
  };
  /** The operator's rule packs, beside or in the place of the built-in ones. Absent: none. */
  readonly packs?: readonly RulePack[];
}

export interface CampaignSaveInput {
  readonly type: 'campaign-save';
  readonly requestId: string;
  readonly settings: CampaignSettings;
  /** Version of the settings that the change was made on, 0 for a new campaign; refused when another is in force. */
  readonly ifVersion?: number;
}

/** Stops all dialling at once, or lets it go on. */
export interface EmergencyStopInput {
  readonly type: 'emergency-stop';
  readonly requestId: string;
  readonly active: boolean;
  readonly by: string;
  /** Why; needed to stop. */
  readonly reason: string;
}

/** Takes a switch out of service, or returns it. */
export interface DrainSwitchInput {
  readonly type: 'drain-switch';
  readonly requestId: string;
  readonly switchId: string;
  /** False: it serves again. */
  readonly drain: boolean;
  /** Its agents go to other switches; else they stay and wait. */
  readonly moveAgents: boolean;
  readonly by: string;
  /** Why; needed to take it out of service. */
  readonly reason: string;
}

/** A number that was flagged is used again: somebody has looked at it. */
export interface CallerIdReleaseInput {
  readonly type: 'caller-id-release';
  readonly requestId: string;
  readonly pool: string;
  readonly number: string;
}

export interface CampaignCommandInput {
  readonly type: 'campaign-command';
  readonly requestId: string;
  readonly campaignId: string;
  readonly command: 'start' | 'pause' | 'resume' | 'stop' | 'halt' | 'approve';
  /** Who asks. */
  readonly by: string;
  /** Why; a rectification is required to resume a halted campaign. */
  readonly reason: string;
  /** What the rectification changed: any part but `other` is tried in a fresh short validation first. */
  readonly touched?: readonly RectifiedPart[];
}

export interface DispositionInput {
  readonly type: 'disposition';
  readonly requestId: string;
  readonly agentId: string;
  readonly attemptId: string;
  readonly disposition: string;
  readonly note: string;
  /** Call again at this instant, by this agent (`self`) or by anyone. */
  readonly callback?: { readonly at: EpochMilliseconds; readonly who: 'self' | 'anyone' };
}

/** What an agent asks of the own call. */
export type CallAction =
  | { readonly kind: 'hold' | 'mute' | 'recording'; readonly on: boolean }
  | { readonly kind: 'digits'; readonly digits: string }
  /** A phone number, an endpoint on the switch, or the name of one of the campaign's destinations. */
  | { readonly kind: 'transfer' | 'consult'; readonly to: string }
  | { readonly kind: 'consult-complete' | 'consult-cancel' | 'three-way' };

export type MonitorInput =
  | {
      readonly type: 'monitor-start';
      readonly requestId: string;
      readonly attemptId: string;
      readonly mode: MonitorMode;
      /** Of the supervisor's phone. */
      readonly endpoint: string;
      readonly by: string;
    }
  | {
      readonly type: 'monitor-stop';
      readonly requestId: string;
      readonly attemptId: string;
      readonly by: string;
    };

export type OperatorInput =
  | CampaignSaveInput
  | CampaignCommandInput
  | EmergencyStopInput
  | DrainSwitchInput
  | CallerIdReleaseInput
  /** The caller-id pools are these from now on. */
  | { readonly type: 'caller-id-pools-changed'; readonly pools: readonly CallerIdPoolSettings[] }
  | {
      readonly type: 'agent-login';
      readonly requestId: string;
      readonly profile: AgentProfile;
      readonly endpoint: string;
      /** Switch that keeps the leg; the first configured when empty. */
      readonly switchId: string;
      /** Ready as soon as the leg is up, else paused. */
      readonly ready: boolean;
    }
  | { readonly type: 'agent-ready'; readonly requestId: string; readonly agentId: string }
  | {
      readonly type: 'agent-pause';
      readonly requestId: string;
      readonly agentId: string;
      readonly reason: string;
    }
  | { readonly type: 'agent-logout'; readonly requestId: string; readonly agentId: string }
  /** The agent is about to be free: the last thing touched before ready, some seconds ahead. */
  | { readonly type: 'agent-ending'; readonly requestId: string; readonly agentId: string }
  /** An inbound call takes the agent, or has let the agent go. */
  | {
      readonly type: 'agent-inbound';
      readonly requestId: string;
      readonly agentId: string;
      readonly phase: 'started' | 'ended';
    }
  /** The agent hangs up on the customer. */
  | { readonly type: 'agent-hangup'; readonly requestId: string; readonly agentId: string }
  | {
      readonly type: 'agent-call';
      readonly requestId: string;
      readonly agentId: string;
      readonly action: CallAction;
    }
  | MonitorInput
  | DispositionInput
  /** What the agent does with the contact that is shown in preview. */
  | {
      readonly type: 'agent-preview';
      readonly requestId: string;
      readonly agentId: string;
      /** The contact that the agent means: another one may be shown by now. */
      readonly contactId: string;
      readonly action: 'dial' | 'skip';
      /** Why it is skipped. */
      readonly reason: string;
    }
  /** The agent dials a contact by hand. Answered when the call has left, or was refused. */
  | {
      readonly type: 'agent-dial';
      readonly requestId: string;
      readonly agentId: string;
      readonly campaignId: string;
      readonly contactId: string;
      /** One of the contact's numbers; the first that may be called, in turn, when empty. */
      readonly number: string;
    }
  /** The person asked the agent not to be called again. */
  | {
      readonly type: 'agent-opt-out';
      readonly requestId: string;
      readonly agentId: string;
      readonly attemptId: string;
    }
  /** The number was put on (or taken off) the internal list, or on the list of one campaign. */
  | {
      readonly type: 'dnc-changed';
      readonly number: string;
      readonly listed: boolean;
      readonly campaignId?: string;
    }
  /** A do-not-call registry has a new version, or is held no longer: these are in force from now on. */
  | { readonly type: 'registries-changed'; readonly lists: readonly DncListVersion[] }
  /** Areas in which nobody may be called for a time: these are declared from now on. */
  | { readonly type: 'emergency-areas-changed'; readonly areas: readonly EmergencyAreaRecord[] }
  /** Consent was granted, refused or revoked for the number. */
  | { readonly type: 'consent-changed'; readonly number: string; readonly word: ConsentWord }
  /** The contacts of the campaign changed (an import ended): its hopper may be filled again. */
  | { readonly type: 'contacts-changed'; readonly campaignId: string }
  /** No new calls; live ones go on until `deadlineAt`, then they are released and recorded. A second one may bring the deadline forward. */
  | { readonly type: 'drain'; readonly deadlineAt: EpochMilliseconds };

/** What a lease found beside the leads it returned. */
export interface LeaseSummary {
  /** Contacts of the stage and of earlier ones that are neither done nor leased, due now or later. */
  readonly open: number;
  /** Contacts of this stage alone that have never been attempted and are not done. */
  readonly untried: number;
  /** The next phase of this stage, from 0, that untried contacts are held back for; absent when none are. */
  readonly heldPhase?: number;
  /** When the next of them falls due; absent when none does. */
  readonly nextDueAt?: EpochMilliseconds;
}

/** What became of the lease of one contact. */
export type ContactLease =
  | {
      readonly lead: Lead;
      /** When it would have been due. */
      readonly dueAt: EpochMilliseconds;
    }
  /** `in-use`: leased, in a call or in its wrap-up. `closed`: never to be called again. `stage`: its stage has not begun. */
  | { readonly lead?: undefined; readonly refusal: 'not-found' | 'in-use' | 'closed' | 'stage' };

export type StoreInput =
  | {
      readonly type: 'leads-leased';
      readonly campaignId: string;
      readonly stage: StageName;
      readonly leads: readonly Lead[];
      readonly summary: LeaseSummary;
    }
  | ({
      readonly type: 'contact-leased';
      readonly requestId: string;
      readonly agentId: string;
      readonly campaignId: string;
    } & ContactLease)
  | { readonly type: 'intents-committed'; readonly results: readonly IntentResult[] }
  | {
      readonly type: 'samples-drawn';
      readonly campaignId: string;
      readonly sizes: Readonly<Record<StageName, number>>;
    }
  | {
      readonly type: 'sample-extended';
      readonly campaignId: string;
      readonly stage: StageName;
      readonly added: number;
    }
  | {
      readonly type: 'stage-measured';
      readonly purpose: 'gate' | 'baseline';
      readonly campaignId: string;
      readonly stage: StageName;
      readonly measure: Measure;
      readonly validation?: Measure;
      /** Contacts of the stage. */
      readonly contacts: number;
    }
  | {
      readonly type: 'attempts-found';
      readonly campaignId: string;
      /** Those that were named, and then the others in the order of their intents; none that are not there. */
      readonly attempts: readonly PastAttempt[];
    }
  /** Who it is that calls back; absent when nobody was called at the number. */
  | { readonly type: 'caller-found'; readonly channelId: string; readonly found?: FoundCaller }
  /** The store could not do what was asked; the engine goes blind for new dials until `store-recovered`. */
  | {
      readonly type: 'store-failed';
      readonly operation: 'lease' | 'lease-contact' | 'intents' | 'sample' | 'measure' | 'write';
      readonly campaignId?: string;
      /** Whose request it was, for the lease of one contact. */
      readonly agentId?: string;
      readonly attemptIds?: readonly string[];
      readonly error: string;
    }
  | { readonly type: 'store-recovered' };

/** The last call to somebody. */
export interface FoundCaller {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly contactId: string;
  /** Who talked with them last in that campaign. */
  readonly agentId?: string;
}

export type IntentResult =
  | { readonly attemptId: string; readonly committed: true }
  | {
      readonly attemptId: string;
      readonly committed: false;
      /**
       * `live`: the number is in another live attempt. `changed`: more has happened to the number or its person than the gate
       * was told of.
       */
      readonly refusal: 'frequency_cap' | 'dnc' | 'consent' | 'live' | 'suppressed' | 'changed';
      readonly detail: string;
      /** For a frequency cap, when it frees. */
      readonly until?: EpochMilliseconds;
    };

/** What a switch reports. `at` is the switch's own time of the event where it gives one. */
export type TelephonyInput =
  /** The link stands and the switch has been asked what is on it; dialling may begin. */
  | {
      readonly type: 'switch-up';
      readonly switchId: string;
      readonly instanceId: string;
      readonly channels: readonly ChannelSnapshot[];
      readonly requestedAt: EpochMilliseconds;
    }
  /** Blind: no new dials on this switch until `switch-up`. */
  | { readonly type: 'switch-down'; readonly switchId: string; readonly reason: string }
  /** A periodic audit, for finding lost events. */
  | {
      readonly type: 'switch-channels';
      readonly switchId: string;
      readonly channels: readonly ChannelSnapshot[];
      readonly requestedAt: EpochMilliseconds;
    }
  | {
      readonly type: 'channel-progress';
      readonly switchId: string;
      readonly channelId: string;
      readonly at?: EpochMilliseconds;
    }
  | {
      readonly type: 'channel-answered';
      readonly switchId: string;
      readonly channelId: string;
      readonly at?: EpochMilliseconds;
      readonly answeredBy?: 'human' | 'machine';
    }
  | {
      readonly type: 'channel-bridged';
      readonly switchId: string;
      readonly channelId: string;
      readonly otherChannelId: string;
      readonly at?: EpochMilliseconds;
    }
  | {
      readonly type: 'channel-ended';
      readonly switchId: string;
      readonly channelId: string;
      readonly cause: string;
      readonly q850?: number;
      readonly sipStatus?: number;
      readonly answered: boolean;
      readonly progressed: boolean;
      readonly at?: EpochMilliseconds;
    }
  /** The originate failed and no `channel-ended` will come. `local`: it never left the switch. */
  | {
      readonly type: 'originate-failed';
      readonly switchId: string;
      readonly channelId: string;
      readonly cause: string;
      readonly local: boolean;
    }
  /** The bridge did not come about; the customer's channel may still be there. */
  | {
      readonly type: 'bridge-failed';
      readonly switchId: string;
      readonly channelId: string;
      readonly agentLegId: string;
      readonly reason: string;
    }
  /** Somebody calls a number of ours, and waits. */
  | {
      readonly type: 'inbound-call';
      readonly switchId: string;
      readonly channelId: string;
      /** Numbers as the switch has them. */
      readonly from: string;
      readonly to: string;
      readonly at?: EpochMilliseconds;
    }
  /** The opt-out key was pressed during the safe-harbour message. */
  | {
      readonly type: 'key-pressed';
      readonly switchId: string;
      readonly channelId: string;
      readonly key: string;
    };

export type Input = BootInput | { readonly type: 'tick' } | OperatorInput | StoreInput | TelephonyInput;
