/** How far agents are apart: the best, the median and the worst, and whether that is more than chance. */
import { type Rate, wilsonInterval } from '../kpi/intervals.js';
import type { KpiCounts } from '../kpi/kpis.js';
import { normalQuantile } from '../kpi/special-functions.js';

/** Contacts below which an agent's rate is not ranked. */
export const FEWEST_CONTACTS = 10;

export interface AgentResult {
  readonly agent: string;
  readonly successes: number;
  readonly contacts: number;
  readonly rate: number;
  /** Wilson interval, 95 %. */
  readonly low: number;
  readonly high: number;
  /** Mean of talk and wrap-up, seconds. */
  readonly handleSeconds: number;
}

export interface AgentSpread {
  /** By success rate, the best first; those with too few contacts are left out. */
  readonly ranked: readonly AgentResult[];
  readonly unranked: number;
  readonly best?: AgentResult;
  readonly median?: AgentResult;
  readonly worst?: AgentResult;
  /** Pearson's chi-square of all ranked agents against one common rate, and its 95 % limit. */
  readonly chiSquare?: number;
  readonly limit?: number;
  /** One sentence. */
  readonly text: string;
}

/** The 95 % quantile of chi-square (Wilson and Hilferty 1931). */
function chiSquareLimit(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + normalQuantile(0.95) * Math.sqrt(part)) ** 3;
}

export function agentSpread(agents: Readonly<Record<string, KpiCounts>>): AgentSpread {
  const all = Object.entries(agents);
  const ranked = all
    .filter(([, { contacts }]) => contacts >= FEWEST_CONTACTS)
    .map(([agent, counts]): AgentResult => {
      const { successes, contacts, handleSeconds, connected } = counts;
      const rate: Rate = { events: successes, trials: contacts };
      return {
        agent,
        successes,
        contacts,
        rate: successes / contacts,
        ...wilsonInterval(rate),
        handleSeconds: connected === 0 ? 0 : handleSeconds / connected,
      };
    })
    .sort((a, b) => b.rate - a.rate || b.contacts - a.contacts || (a.agent < b.agent ? -1 : 1));
  const unranked = all.length - ranked.length;
  const best = ranked[0];
  const median = ranked[Math.floor((ranked.length - 1) / 2)];
  const worst = ranked[ranked.length - 1];
  if (best === undefined || median === undefined || worst === undefined)
    return { ranked, unranked, text: `No agent has ${FEWEST_CONTACTS} contacts yet: too few to compare.` };
  if (ranked.length === 1)
    return { ranked, unranked, best, median, worst, text: 'One agent only: nothing to compare.' };
  const successes = ranked.reduce((sum, each) => sum + each.successes, 0);
  const contacts = ranked.reduce((sum, each) => sum + each.contacts, 0);
  const common = successes / contacts;
  if (common === 0 || common === 1)
    return { ranked, unranked, best, median, worst, text: 'All agents have the same rate.' };
  const chiSquare = ranked.reduce(
    (sum, each) =>
      sum + (each.successes - each.contacts * common) ** 2 / (each.contacts * common * (1 - common)),
    0,
  );
  const limit = chiSquareLimit(ranked.length - 1);
  const figures = `χ² ${chiSquare.toFixed(1)} against ${limit.toFixed(1)} with ${ranked.length - 1} degrees of freedom`;
  return {
    ranked,
    unranked,
    best,
    median,
    worst,
    chiSquare,
    limit,
    text:
      chiSquare > limit
        ? `The agents differ by more than chance (${figures}).`
        : `No more than chance: agents who are alike would be as far apart (${figures}). Best and worst are picked after the fact.`,
  };
}
