import { EARLIEST_INSTANT, LATEST_INSTANT } from './time/zone-table.js';

/** Can a decision be made about this instant (epoch ms)? It may come from a broken record. */
export function isReadable(at: number): boolean {
  return at >= EARLIEST_INSTANT && at < LATEST_INSTANT;
}

/** An instant in words; it may come from a broken record. */
export function iso(at: number): string {
  return isReadable(at) ? new Date(at).toISOString() : `the unreadable time ${at}`;
}
