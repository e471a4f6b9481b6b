/** A leg on the simulated switch: its state, its times, and the variables that its events carry. */
import type { CallPlan } from '../people.js';
import type { Timed } from './timeline.js';

/** What the switch is doing with the leg. */
export type Phase =
  | 'dialing'
  | 'ringing'
  | 'early'
  | 'answered'
  | 'parked'
  | 'bridging'
  | 'bridged'
  | 'executing';

/** Who ended the leg, as SIP shows it. */
export type EndedBy = 'us' | 'them';

export type ChannelState =
  | 'CS_NONE'
  | 'CS_INIT'
  | 'CS_ROUTING'
  | 'CS_SOFT_EXECUTE'
  | 'CS_EXECUTE'
  | 'CS_EXCHANGE_MEDIA'
  | 'CS_PARK'
  | 'CS_CONSUME_MEDIA'
  | 'CS_REPORTING';

export interface OtherLeg {
  readonly role: 'originator' | 'originatee';
  readonly channel: Channel;
}

export interface ChannelOptions {
  readonly uuid: string;
  /** Who called whom: the dialer somebody, unless said, or somebody one of our numbers. */
  readonly direction?: 'outbound' | 'inbound';
  /** The number that was called, in digits. */
  readonly number: string;
  /** The number that the called person saw, in digits; empty for none. */
  readonly shownNumber: string;
  /** How often the number had been called before. */
  readonly attempt: number;
  readonly gateway: string;
  readonly callerIdName: string;
  readonly callerIdNumber: string;
  readonly plan: CallPlan;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly sessionId: number;
}

export class Channel {
  readonly uuid: string;
  readonly direction: 'outbound' | 'inbound';
  readonly number: string;
  readonly shownNumber: string;
  readonly attempt: number;
  readonly gateway: string;
  readonly name: string;
  readonly callerIdName: string;
  readonly callerIdNumber: string;
  readonly plan: CallPlan;
  readonly sessionId: number;
  /** Insertion order is the order on the wire. */
  readonly variables = new Map<string, string>();

  phase: Phase = 'dialing';
  ended = false;
  /** CHANNEL_CREATE has been sent. */
  announced = false;
  state: ChannelState = 'CS_INIT';
  /** The state the leg is about to enter; events show both. */
  stateNumber = 2;
  callState: 'DOWN' | 'RINGING' | 'EARLY' | 'ACTIVE' | 'HANGUP' = 'DOWN';
  answerState: 'ringing' | 'early' | 'answered' | 'hangup' = 'ringing';
  hitDialplan = false;
  /** The far end has answered a request, so its address is known. */
  heardFrom = false;
  hasMedia = false;
  flipped = false;
  hangupCause = '';

  /** Epoch milliseconds; 0 for never. */
  createdAt: number;
  progressAt = 0;
  earlyAt = 0;
  answeredAt = 0;
  bridgedAt = 0;
  /** It was in a bridge at some time. */
  conversed = false;
  hungUpAt = 0;
  profileAt: number;
  profileIndex = 1;
  transferSource = '';
  /** Where the leg was transferred to: `inline` or a dialplan; empty before. */
  dialplan = '';
  callUuid: string;

  otherLeg: OtherLeg | undefined;
  peer: Channel | undefined;
  /** This leg was the first argument of the bridge. */
  bridgeLead = false;
  /** The application that runs, with its identifier and argument. */
  application: { readonly name: string; readonly data: string; readonly uuid: string } | undefined;
  /** Parked by the park state, not by the application (after a bridge). */
  parkState = false;
  /** What the leg says is not heard. */
  muted = false;
  /** Keys that were sent to the far end. */
  keysSent = '';
  /** Called once with the originate's result. */
  originated: ((result: string) => void) | undefined;
  /** Things that will happen to the leg unless it ends. */
  readonly timers = new Set<Timed>();
  /** Told when the leg is gone. */
  readonly followers = new Set<() => void>();

  constructor(options: ChannelOptions) {
    this.uuid = options.uuid;
    this.direction = options.direction ?? 'outbound';
    this.number = options.number;
    this.shownNumber = options.shownNumber;
    this.attempt = options.attempt;
    this.gateway = options.gateway;
    this.name = `sofia/lo/${this.direction === 'inbound' ? options.callerIdNumber : options.number}`;
    this.callerIdName = options.callerIdName;
    this.callerIdNumber = options.callerIdNumber;
    this.plan = options.plan;
    this.sessionId = options.sessionId;
    this.createdAt = options.createdAt;
    this.profileAt = options.createdAt;
    this.callUuid = options.uuid;
  }

  /** Sets a variable; a variable set again moves to the end, as on the real switch. */
  set(name: string, value: string): void {
    this.variables.delete(name);
    this.variables.set(name, value);
  }

  setAll(values: Readonly<Record<string, string>>): void {
    for (const name of Object.keys(values)) this.set(name, values[name]!);
  }

  is(name: string, value: string): boolean {
    return this.variables.get(name) === value;
  }
}
