/** The Telephony port over several switches, of one kind or of several. */
import type { TelephonyEffect } from '../core/effects.js';
import type { TelephonyInput } from '../core/inputs.js';
import type { SwitchStatistics, Telephony, TelephonyLogEntry } from './port.js';

/** What drives one switch. */
export interface SwitchDriver {
  /** Begins to connect. Called once. */
  start(): void;
  /** Never throws. */
  perform(effect: TelephonyEffect): void;
  /** Waits for the answers to what was sent, then ends the connections. */
  stop(deadlineMilliseconds: number): Promise<void>;
  statistics(): SwitchStatistics;
}

/** A switch that is configured and not driven yet. */
export interface SwitchToDrive {
  readonly switchId: string;
  drive(report: (input: TelephonyInput) => void): SwitchDriver;
}

export class SwitchGroup implements Telephony {
  readonly switchIds: readonly string[];
  readonly #toDrive: readonly SwitchToDrive[];
  readonly #log: (entry: TelephonyLogEntry) => void;
  readonly #drivers = new Map<string, SwitchDriver>();

  /** @throws Error when there is no switch, or two have one id. */
  constructor(switches: readonly SwitchToDrive[], log: (entry: TelephonyLogEntry) => void) {
    if (switches.length === 0) throw new Error('at least one switch is needed');
    this.switchIds = switches.map(({ switchId }) => switchId);
    if (new Set(this.switchIds).size < switches.length)
      throw new Error(`each switch needs its own id; given: ${this.switchIds.join(', ')}`);
    this.#toDrive = switches;
    this.#log = log;
  }

  start(report: (input: TelephonyInput) => void): void {
    if (this.#drivers.size > 0) throw new Error('start() was called before');
    for (const one of this.#toDrive) this.#drivers.set(one.switchId, one.drive(report));
    for (const driver of this.#drivers.values()) driver.start();
  }

  perform(effect: TelephonyEffect): void {
    const driver = this.#drivers.get(effect.switchId);
    if (driver) driver.perform(effect);
    else
      this.#log({
        level: 'error',
        switchId: effect.switchId,
        message: `${effect.type} for a switch that is not configured; known: ${this.switchIds.join(', ')}`,
      });
  }

  async stop(deadlineMilliseconds: number): Promise<void> {
    await Promise.all([...this.#drivers.values()].map((driver) => driver.stop(deadlineMilliseconds)));
  }

  statistics(): readonly SwitchStatistics[] {
    return [...this.#drivers.values()].map((driver) => driver.statistics());
  }
}
