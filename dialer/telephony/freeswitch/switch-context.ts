/** What the parts of one switch's adapter share. */
import type { TelephonyInput } from '../../core/inputs.js';
import type { LegBook } from '../leg-book.js';
import type { CommandConnection } from './command-connection.js';
import type { FreeSwitchOptions } from './options.js';

export interface SwitchContext {
  readonly switchId: string;
  readonly options: FreeSwitchOptions;
  readonly commands: CommandConnection;
  readonly legs: LegBook;
  /** Reports at once; not to be called within `perform`, as the engine is in the middle of a step then. */
  report(input: TelephonyInput): void;
  /** Reports when the present turn is over. */
  reportLater(input: TelephonyInput): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
  /** Whether originates may leave, and if not, why. */
  downReason(): string | undefined;
  /** Asks the switch what is on it, unless it is being asked. */
  audit(): void;
}
