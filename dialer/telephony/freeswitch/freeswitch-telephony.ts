/** The Telephony port over one or more FreeSWITCH servers. */
import type { TelephonyEffect } from '../../core/effects.js';
import type { TelephonyInput } from '../../core/inputs.js';
import type { SwitchStatistics, Telephony } from '../port.js';
import { FreeSwitchSwitch } from './freeswitch-switch.js';
import {
  completeOptions,
  type FreeSwitchOptions,
  type FreeSwitchOptionsGiven,
  type FreeSwitchSettings,
} from './options.js';

export class FreeSwitchTelephony implements Telephony {
  readonly switchIds: readonly string[];
  readonly #settings: readonly FreeSwitchSettings[];
  readonly #options: FreeSwitchOptions;
  readonly #switches = new Map<string, FreeSwitchSwitch>();

  /** @throws Error when there is no switch, two have one id, or an option is wrong. */
  constructor(settings: readonly FreeSwitchSettings[], options: FreeSwitchOptionsGiven) {
    if (settings.length === 0) throw new Error('at least one switch is needed');
    this.switchIds = settings.map(({ switchId }) => switchId);
    if (new Set(this.switchIds).size < settings.length)
      throw new Error(`each switch needs its own id; given: ${this.switchIds.join(', ')}`);
    this.#settings = settings;
    this.#options = completeOptions(options);
  }

  start(report: (input: TelephonyInput) => void): void {
    if (this.#switches.size > 0) throw new Error('start() was called before');
    for (const settings of this.#settings)
      this.#switches.set(settings.switchId, new FreeSwitchSwitch(settings, this.#options, report));
    for (const one of this.#switches.values()) one.start();
  }

  perform(effect: TelephonyEffect): void {
    const target = this.#switches.get(effect.switchId);
    if (target) target.perform(effect);
    else
      this.#options.log({
        level: 'error',
        switchId: effect.switchId,
        message: `${effect.type} for a switch that is not configured; known: ${this.switchIds.join(', ')}`,
      });
  }

  async stop(deadlineMilliseconds: number): Promise<void> {
    await Promise.all([...this.#switches.values()].map((one) => one.stop(deadlineMilliseconds)));
  }

  statistics(): readonly SwitchStatistics[] {
    return [...this.#switches.values()].map((one) => one.statistics());
  }
}
