/** What the thread that holds ari-client and the link to it say to each other. */

/** Where the thread connects to. */
export interface AriTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Name of the Stasis application. */
  readonly application: string;
}

/** An event, with the fields that the dialer reads and no others. */
export interface AriEvent {
  readonly type: string;
  /** As Asterisk writes it: 2026-11-22T02:35:57.423+0000 */
  readonly timestamp: string;
  /** The event's channel, or the called one of a `Dial`. */
  readonly channel?: AriChannel;
  readonly bridge?: AriBridge;
  readonly playback?: { readonly id: string; readonly state: string };
  readonly recording?: { readonly name: string; readonly cause?: string };
  /** Of the application, from the dialplan or from the originate. */
  readonly args?: readonly string[];
  readonly dialstatus?: string;
  /** Q.850 */
  readonly cause?: number;
  /** SIP status */
  readonly techCause?: number;
  readonly digit?: string;
}

export interface AriChannel {
  readonly id: string;
  readonly state: string;
  readonly createdAt: string;
  /** Number of the caller. */
  readonly caller: string;
  /** What was dialled, as the dialplan has it. */
  readonly extension: string;
  /** Application of the dialplan that the channel is in, and its arguments. */
  readonly dialplan: string;
}

export interface AriBridge {
  readonly id: string;
  readonly name: string;
  readonly channels: readonly string[];
}

export type ToThread =
  | {
      readonly kind: 'call';
      readonly id: number;
      /** `channels.originate` */
      readonly operation: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'ping' };

export type FromThread =
  /** The link stands; `instance` tells one run of the server from another. */
  | { readonly kind: 'open'; readonly instance: string; readonly version: string }
  | { readonly kind: 'answer'; readonly id: number; readonly body?: unknown; readonly error?: string }
  | { readonly kind: 'event'; readonly event: AriEvent }
  | { readonly kind: 'pong' }
  /** The link is lost, or did not come about; nothing follows. `refused`: a person has to change something. */
  | { readonly kind: 'lost'; readonly reason: string; readonly refused: boolean };
