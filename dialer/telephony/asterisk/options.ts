/** Settings of the Asterisk adapter. */
import type { Clock } from '../../clock.js';
import type { TelephonyLogEntry } from '../port.js';

export interface AsteriskSettings {
  readonly switchId: string;
  readonly host: string;
  /** Of Asterisk's HTTP server. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Name of the Stasis application; `tactus` unless said. Two services on one Asterisk need two. */
  readonly application?: string;
}

export interface AriTimings {
  /** From the start of the thread until events come. */
  readonly connectMilliseconds: number;
  /** Between two liveness questions, on the websocket and by request. */
  readonly pingMilliseconds: number;
  /** A liveness question that is not answered for so long means that the link is dead; other requests are given up. */
  readonly replyMilliseconds: number;
  readonly reconnectFirstMilliseconds: number;
  readonly reconnectLongestMilliseconds: number;
  /** Between attempts when the server refused the user, or another program has the application. */
  readonly refusedMilliseconds: number;
}

export const defaultAriTimings: AriTimings = {
  connectMilliseconds: 10_000,
  pingMilliseconds: 2000,
  replyMilliseconds: 5000,
  reconnectFirstMilliseconds: 500,
  reconnectLongestMilliseconds: 10_000,
  refusedMilliseconds: 15_000,
};

export interface AsteriskOptions {
  /** 8 hexadecimal digits that begin the id of every channel of this installation; others are not ours. */
  readonly ownPrefix: string;
  /** Tells the time and times what belongs to calls; links are timed by real time. */
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: (entry: TelephonyLogEntry) => void;
  readonly timings: AriTimings;
  /** Waiting for longer without an agent or a message, the switch ends the call by itself. */
  readonly parkSeconds: number;
  /** The switch ends any conversation that lasts longer, should the dialer be dead. */
  readonly longestCallSeconds: number;
  /** A message that has not ended by then is, with its call. */
  readonly longestMessageSeconds: number;
  /** Between the answer to a bridge and the events that prove it. */
  readonly bridgeMilliseconds: number;
  /** Between a hang-up that found no channel and the end of the channel. */
  readonly endGraceMilliseconds: number;
  /** Beyond its ring time, until an originate is given up. */
  readonly originateGraceMilliseconds: number;
  /** Of any kind but empty: recordings are made, below Asterisk's own folder for them. */
  readonly recordingsDirectory: string;
  /** Originates sent and not yet taken by a switch. */
  readonly originateWindow: number;
  /** Originates waiting to be sent to a switch; more are refused. */
  readonly maximumWaitingOriginates: number;
  /** An originate that could not be sent for so long is refused. */
  readonly staleOriginateMilliseconds: number;
  /** Events later than this, by the clock, mean that the picture is old: no dialling until they are punctual again. */
  readonly lateMilliseconds: number;
}

/** What has to be given; the rest has defaults. */
export type AsteriskOptionsGiven = Pick<AsteriskOptions, 'ownPrefix' | 'clock' | 'random' | 'log'> &
  Partial<Omit<AsteriskOptions, 'timings'>> & { readonly timings?: Partial<AriTimings> };

/** @throws Error when the prefix is not 8 hexadecimal digits. */
export function completeAsteriskOptions(given: AsteriskOptionsGiven): AsteriskOptions {
  if (!/^[0-9a-f]{8}$/.test(given.ownPrefix))
    throw new Error(
      `ownPrefix ${JSON.stringify(given.ownPrefix)} must be 8 hexadecimal digits in lower case`,
    );
  return {
    parkSeconds: 8,
    longestCallSeconds: 4 * 3600,
    longestMessageSeconds: 180,
    bridgeMilliseconds: 3000,
    endGraceMilliseconds: 1000,
    originateGraceMilliseconds: 5000,
    recordingsDirectory: '',
    originateWindow: 16,
    maximumWaitingOriginates: 1000,
    staleOriginateMilliseconds: 2000,
    lateMilliseconds: 3000,
    ...given,
    timings: { ...defaultAriTimings, ...given.timings },
  };
}
