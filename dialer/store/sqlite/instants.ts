import type { EpochMilliseconds } from '../../core/model.js';

const NONE: readonly EpochMilliseconds[] = Object.freeze([]);

/** A JSON array of instants as SQLite gathers it, sorted; most numbers have none. */
export function newestFirst(instants: string): readonly EpochMilliseconds[] {
  if (instants === '[]') return NONE;
  return (JSON.parse(instants) as EpochMilliseconds[]).sort((a, b) => b - a);
}
