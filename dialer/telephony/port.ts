/**
 * The Telephony port: what the engine needs of a switch, in the engine's words.
 *
 * `perform` never throws and never waits: what becomes of an effect is reported as inputs. An adapter adds what
 * its client library lacks: deadlines on every command, reconnection with backoff, a watchdog on the
 * link, and a resynchronisation (`switch-up` with the channels that exist) after each reconnect. Blind means
 * stop: it reports `switch-down` as soon as the link is down, silent or has lost events.
 */
import type { TelephonyEffect } from '../core/effects.js';
import type { TelephonyInput } from '../core/inputs.js';
import type { EpochMilliseconds } from '../core/model.js';

/** A channel that exists on the switch, as a listing shows it. */
export interface ChannelSnapshot {
  readonly channelId: string;
  readonly state: 'dialing' | 'ringing' | 'answered';
  /** The channel it is bridged with; empty when none. */
  readonly bridgedTo: string;
  readonly createdAt: EpochMilliseconds;
  /** Waits for its agent and hears music. */
  readonly held?: boolean;
  /** Somebody called us; the numbers as the switch has them. */
  readonly inbound?: { readonly from: string; readonly to: string };
  /** Was transferred: it goes on without an agent. */
  readonly handedOver?: boolean;
}

export interface Telephony {
  /** The switches it drives. */
  readonly switchIds: readonly string[];
  /** Begins to connect; reports `switch-up` when a link stands. Called once. */
  start(report: (input: TelephonyInput) => void): void;
  /** Hands an effect to the switch it names. Never throws. */
  perform(effect: TelephonyEffect): void;
  /** Ends all links within `deadlineMilliseconds`; channels on the switch are left as they are. */
  stop(deadlineMilliseconds: number): Promise<void>;
  /** Figures for the metrics: link state, event counts and lag. */
  statistics(): readonly SwitchStatistics[];
}

export interface TelephonyLogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly switchId: string;
  readonly message: string;
}

export interface SwitchStatistics {
  readonly switchId: string;
  readonly connected: boolean;
  readonly reconnects: number;
  /** Events received by name. */
  readonly events: Readonly<Record<string, number>>;
  /** Age of the newest event when it was read, seconds: switch clock against ours. */
  readonly eventLagSeconds: number;
  readonly commandsPending: number;
}
