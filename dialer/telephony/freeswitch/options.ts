/** Settings of the FreeSWITCH adapter. */
import type { Clock } from '../../clock.js';
import type { TelephonyLogEntry } from '../port.js';
import type { LinkTimings, SwitchAddress } from './link.js';
import { defaultLinkTimings } from './link.js';

export interface FreeSwitchSettings extends SwitchAddress {
  readonly switchId: string;
}

export interface FreeSwitchOptions {
  /** 8 hexadecimal digits that begin the uuid of every channel of this installation; others are not ours. */
  readonly ownPrefix: string;
  /** Tells the time and times what belongs to calls; connections are timed by real time. */
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: (entry: TelephonyLogEntry) => void;
  readonly timings: LinkTimings;
  /** Parked for longer without an agent or a message, the switch ends the customer's call by itself. */
  readonly parkSeconds: number;
  /** Between `+OK` to a bridge and its CHANNEL_BRIDGE. */
  readonly bridgeMilliseconds: number;
  /** Between the failure of an originate's job and the end of its channel. */
  readonly endGraceMilliseconds: number;
  /** Beyond its ring time, until the result of an originate is given up. */
  readonly jobGraceMilliseconds: number;
  /**
   * From the subscription to events until the switch is listed: its table of channels is written up to a quarter of a
   * second behind the events, so what is older than this stands in the table, and what is younger is heard.
   */
  readonly settleMilliseconds: number;
  /** Folder on the switch that recordings are written to; nothing is recorded when empty. */
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
export type FreeSwitchOptionsGiven = Pick<FreeSwitchOptions, 'ownPrefix' | 'clock' | 'random' | 'log'> &
  Partial<Omit<FreeSwitchOptions, 'timings'>> & { readonly timings?: Partial<LinkTimings> };

/** @throws Error when the prefix is not 8 hexadecimal digits. */
export function completeOptions(given: FreeSwitchOptionsGiven): FreeSwitchOptions {
  if (!/^[0-9a-f]{8}$/.test(given.ownPrefix))
    throw new Error(
      `ownPrefix ${JSON.stringify(given.ownPrefix)} must be 8 hexadecimal digits in lower case`,
    );
  return {
    parkSeconds: 8,
    bridgeMilliseconds: 3000,
    endGraceMilliseconds: 1000,
    jobGraceMilliseconds: 5000,
    settleMilliseconds: 500,
    recordingsDirectory: '',
    originateWindow: 16,
    maximumWaitingOriginates: 1000,
    staleOriginateMilliseconds: 2000,
    lateMilliseconds: 3000,
    ...given,
    timings: { ...defaultLinkTimings, ...given.timings },
  };
}
