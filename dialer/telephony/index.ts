/** Telephony adapters: what implements the Telephony port. */
import { FreeSwitchTelephony } from './freeswitch/freeswitch-telephony.js';
import type { FreeSwitchOptionsGiven, FreeSwitchSettings, TelephonyLogEntry } from './freeswitch/options.js';
import type { Telephony } from './port.js';

export { fillDialString } from './freeswitch/dial-string.js';
export type { ChannelSnapshot, SwitchStatistics, Telephony } from './port.js';
export { parseSwitchUrl, type SwitchUrl } from './switch-url.js';
export type { FreeSwitchSettings, TelephonyLogEntry };

/** Settings of `createFreeSwitchTelephony`. */
export interface FreeSwitchTelephonyOptions extends FreeSwitchOptionsGiven {
  readonly switches: readonly FreeSwitchSettings[];
}

/**
 * Telephony over one or more FreeSWITCH servers. It connects when it is started.
 * @throws Error when there is no switch, two have one id, or `ownPrefix` is not 8 hexadecimal digits.
 */
export function createFreeSwitchTelephony(options: FreeSwitchTelephonyOptions): Telephony {
  const { switches, ...rest } = options;
  return new FreeSwitchTelephony(switches, rest);
}
