/** Times as ARI writes them. */
import type { EpochMilliseconds } from '../../core/model.js';

/** `2026-11-22T02:35:57.423+0000` in epoch milliseconds; undefined when it is no time. */
export function timeOf(timestamp: string): EpochMilliseconds | undefined {
  const at = Date.parse(timestamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : at;
}

/** `{ at }` when the event has a time. */
export function atOf({ timestamp }: { readonly timestamp: string }): { readonly at?: EpochMilliseconds } {
  const at = timeOf(timestamp);
  return at === undefined ? {} : { at };
}
