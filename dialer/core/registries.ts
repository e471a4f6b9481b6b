/**
 * The do-not-call registries of which the core knows the versions only: numbers are looked up by the shell when leads
 * are leased, and the answers come in with them.
 */
import type { Verdict } from '../../compliance/index.js';

/**
 * Does a registry that is missing or too old stand in the way, and nothing besides that waiting would not cure? Importing
 * it does.
 */
export function awaitsRegistry({ verdict, reasons }: Verdict): boolean {
  return (
    verdict !== 'allow' &&
    reasons.some(({ rule }) => rule === 'list_stale') &&
    reasons.every(({ rule, until }) => rule === 'list_stale' || until !== undefined)
  );
}
