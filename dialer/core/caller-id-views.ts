/** How caller ids stand, for whoever looks. */
import {
  type CallerId,
  type CallerIdPool,
  callerIdPoolOf,
  callerIdsFreeAt,
  freeAt,
  usedToday,
} from './caller-ids.js';
import type { EpochMilliseconds } from './model.js';
import type { Campaign, State } from './state.js';
import type { CallerIdPoolView, CallerIdView } from './view.js';

export function callerIdViews(state: State, now: EpochMilliseconds): CallerIdPoolView[] {
  return Array.from(state.callerIdPools.values(), (pool) => ({
    pool: pool.settings.id,
    flags: pool.flags,
    numbers: pool.numbers.map((callerId) => callerIdView(pool, callerId, now)),
  }));
}

function callerIdView(pool: CallerIdPool, callerId: CallerId, now: EpochMilliseconds): CallerIdView {
  const { number, lastUsedAt, flaggedAt, restUntil } = callerId;
  const free = freeAt(pool, callerId, now);
  const flagged = flaggedAt !== undefined && restUntil > now;
  const used = usedToday(pool, callerId, now);
  const watch = pool.watches.get(number);
  return {
    number,
    state: flagged ? 'flagged' : free <= now ? 'free' : used >= callerId.dailyCap ? 'spent' : 'resting',
    usedToday: used,
    ...(lastUsedAt === 0 ? {} : { lastUsedAt }),
    ...(free <= now ? {} : { freeAt: free }),
    ...(flagged ? { flaggedAt } : {}),
    calls: watch?.calls ?? 0,
    answers: watch?.answers ?? 0,
    evidence: watch === undefined ? 0 : pool.comparison.evidence(watch),
  };
}

/** Why no number can be shown now, in one sentence; undefined when one can. */
export function callerIdSentence(state: State, campaign: Campaign): string | undefined {
  const { callerIdPool } = campaign.settings;
  if (callerIdPool === undefined) return undefined;
  const pool = callerIdPoolOf(state, campaign);
  if (pool === undefined) return `Its caller-id pool ${callerIdPool} is not there: name another one.`;
  const free = callerIdsFreeAt(state, campaign);
  if (free <= state.now) return undefined;
  const at = Number.isFinite(free) ? `; the first is free at ${new Date(free).toISOString()}` : '';
  return `Every number of caller-id pool ${callerIdPool} rests or has had its calls of the day${at}.`;
}
