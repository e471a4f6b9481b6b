/**
 * What the called person's phone makes of the number that a call shows: a number from the same area is answered more often,
 * one that the carriers have labelled as spam less often. A number is labelled when it is shown too often in one day, and
 * stays so.
 */
import type { PeopleScenario } from './scenario.js';

const DAY = 86_400_000;

export class CallerIdLabels {
  readonly #shown = new Map<string, { day: number; calls: number }>();
  readonly #labelled = new Set<string>();

  isLabelled(callerId: string): boolean {
    return this.#labelled.has(callerId);
  }

  /**
   * The call is placed: what its answer rate is multiplied with.
   *
   * @param callerId E.164; empty when withheld
   * @param called digits of the called number
   * @param at epoch milliseconds
   */
  shown(rules: PeopleScenario['callerIds'], callerId: string, called: string, at: number): number {
    const { localFactor, labelFactor, labelled, labelCallsPerDay } = rules;
    if (callerId === '' || (localFactor === 1 && labelFactor === 1)) return 1;
    if (labelCallsPerDay !== null) this.#count(callerId, at, labelCallsPerDay);
    const marked = this.#labelled.has(callerId) || labelled.includes(callerId);
    // +1 and the area code; elsewhere nothing is local.
    const local = callerId.startsWith('+1') && callerId.slice(1, 5) === called.slice(0, 4);
    return (local ? localFactor : 1) * (marked ? labelFactor : 1);
  }

  #count(callerId: string, at: number, most: number): void {
    const day = Math.floor(at / DAY);
    const known = this.#shown.get(callerId);
    const calls = known?.day === day ? known.calls + 1 : 1;
    this.#shown.set(callerId, { day, calls });
    if (calls > most) this.#labelled.add(callerId);
  }
}
