/**
 * The do-not-call registries of which the core knows the versions only: numbers are looked up by the shell when leads
 * are leased, and the answers come in with them.
 */
import type { Verdict } from '../../compliance/index.js';

/** Is a registry that is missing or too old all that waiting would not cure? Importing it does. */
export function awaitsRegistry(verdict: Verdict): boolean {
  return (
    verdict.verdict === 'deny' &&
    verdict.reasons.every(({ rule, until }) => rule === 'list_stale' || until !== undefined)
  );
}
