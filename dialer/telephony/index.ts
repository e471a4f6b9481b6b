/** Telephony adapters: what implements the Telephony port. */
import { AsteriskSwitch } from './asterisk/asterisk-switch.js';
import {
  type AsteriskOptionsGiven,
  type AsteriskSettings,
  completeAsteriskOptions,
} from './asterisk/options.js';
import { FreeSwitchSwitch } from './freeswitch/freeswitch-switch.js';
import {
  completeOptions,
  type FreeSwitchOptionsGiven,
  type FreeSwitchSettings,
} from './freeswitch/options.js';
import type { Telephony } from './port.js';
import { SwitchGroup, type SwitchToDrive } from './switch-group.js';

export type { ChannelSnapshot, SwitchStatistics, Telephony, TelephonyLogEntry } from './port.js';
export { fillDialString } from './safe-arguments.js';
export { parseSwitchUrl, type SwitchUrl } from './switch-url.js';
export type { AsteriskSettings, FreeSwitchSettings };

/** Settings of `createFreeSwitchTelephony`. */
export interface FreeSwitchTelephonyOptions extends FreeSwitchOptionsGiven {
  readonly switches: readonly FreeSwitchSettings[];
}

/** Settings of `createAsteriskTelephony`. */
export interface AsteriskTelephonyOptions extends AsteriskOptionsGiven {
  readonly switches: readonly AsteriskSettings[];
}

/** A switch of either kind. */
export type SwitchTarget =
  | ({ readonly kind: 'freeswitch' } & FreeSwitchSettings)
  | ({ readonly kind: 'asterisk' } & AsteriskSettings);

/** What both kinds of switch are driven with. */
export interface TelephonyOptions
  extends Pick<
    FreeSwitchOptionsGiven,
    'ownPrefix' | 'clock' | 'random' | 'log' | 'recordingsDirectory' | 'lateMilliseconds'
  > {
  readonly switches: readonly SwitchTarget[];
}

/**
 * Telephony over one or more switches, of one kind or of both. It connects when it is started.
 * @throws Error when there is no switch, two have one id, or `ownPrefix` is not 8 hexadecimal digits.
 */
export function createTelephony(options: TelephonyOptions): Telephony {
  const { switches, ...rest } = options;
  const freeSwitch = completeOptions(rest);
  const asterisk = completeAsteriskOptions(rest);
  return new SwitchGroup(
    switches.map(
      (target): SwitchToDrive => ({
        switchId: target.switchId,
        drive: (report) =>
          target.kind === 'asterisk'
            ? new AsteriskSwitch(target, asterisk, report)
            : new FreeSwitchSwitch(target, freeSwitch, report),
      }),
    ),
    options.log,
  );
}

/**
 * Telephony over one or more FreeSWITCH servers. It connects when it is started.
 * @throws Error when there is no switch, two have one id, or `ownPrefix` is not 8 hexadecimal digits.
 */
export function createFreeSwitchTelephony(options: FreeSwitchTelephonyOptions): Telephony {
  const { switches, ...rest } = options;
  const complete = completeOptions(rest);
  return new SwitchGroup(
    switches.map((settings) => ({
      switchId: settings.switchId,
      drive: (report) => new FreeSwitchSwitch(settings, complete, report),
    })),
    options.log,
  );
}

/**
 * Telephony over one or more Asterisk servers. It connects when it is started.
 * @throws Error when there is no switch, two have one id, or `ownPrefix` is not 8 hexadecimal digits.
 */
export function createAsteriskTelephony(options: AsteriskTelephonyOptions): Telephony {
  const { switches, ...rest } = options;
  const complete = completeAsteriskOptions(rest);
  return new SwitchGroup(
    switches.map((settings) => ({
      switchId: settings.switchId,
      drive: (report) => new AsteriskSwitch(settings, complete, report),
    })),
    options.log,
  );
}
