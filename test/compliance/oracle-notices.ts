/** What the oracle expects a lawful call to be warned of: rules that do not forbid. */
import type { Facts, Request } from '../../compliance/index.js';
import { whereabouts } from './oracle.js';

const DAY = 24 * 3_600_000;
const LIMITS = [
  { pack: 'us-federal', place: 'US', limit: 0.03, onlySolicitation: true },
  { pack: 'ca-federal', place: 'CA', limit: 0.05, onlySolicitation: true },
  { pack: 'it', place: 'IT', limit: 0.03, onlySolicitation: false },
  { pack: 'in', place: 'IN', limit: 0.03, onlySolicitation: false },
];

/** Rules that give notice of a call at an instant, as `pack/rule`, in alphabetical order. */
export function warned(request: Request, facts: Facts, at: number): readonly string[] {
  const { places } = whereabouts(request, facts);
  const { purpose = 'sales', mode = 'predictive' } = request;
  const solicitation = purpose === 'sales' || purpose === 'fundraising';
  const { reassigned } = facts;
  const found: string[] = [];
  const fresh =
    reassigned !== undefined && reassigned.checkedAt <= at && at - reassigned.checkedAt < 30 * DAY;
  if (places.has('US') && solicitation && !fresh) found.push('us-federal/reassigned');
  if (places.has('US-ME') && purpose === 'sales' && !fresh) found.push('us-me/reassigned');
  if (places.has('IT') && mode !== 'manual' && facts.attempts.last?.abandoned !== undefined)
    found.push('it/agent-after-abandon');
  for (const { pack, place, limit, onlySolicitation } of LIMITS)
    for (const standing of facts.abandon ?? [])
      if (
        standing.pack === pack &&
        standing.rule === 'abandon' &&
        places.has(place) &&
        mode === 'predictive' &&
        (solicitation || !onlySolicitation) &&
        standing.abandoned > limit * standing.answered &&
        (standing.until === undefined || at < standing.until)
      )
        found.push(`${pack}/abandon`);
  return found.sort();
}
