/**
 * Caller-id pools: which of the operator's numbers a call shows. The nearest to the called person first where local presence is
 * wanted, then in turn or the least used; none beyond its calls a day, none within its rest, none that looks flagged as spam.
 */
import { countriesOfNumber, localDate, regionsOfNumber, type Verdict } from '../../compliance/index.js';
import {
  type AnswerWatch,
  type AnswerWatchState,
  CallerIdComparison,
  newAnswerWatch,
} from './caller-id-watch.js';
import type { Replies } from './core.js';
import { touch } from './groups.js';
import type { CallerIdReleaseInput } from './inputs.js';
import type { CallerIdPoolSettings, CallerIdSnapshot, EpochMilliseconds, Outcome } from './model.js';
import { type Campaign, emit, type LiveAttempt, type State, tell } from './state.js';

/** The uses of a pool are saved this long after the last time at the earliest. */
const saveMilliseconds = 1_000;
/** A call whose free caller ids may all not be shown to its number is looked at again after this. */
export const callerIdRetryMilliseconds = 60_000;

export interface CallerId {
  readonly number: string;
  readonly dailyCap: number;
  readonly regions: readonly string[];
  readonly countries: readonly string[];
  /** Local date that `used` counts, days since 1970. */
  day: number;
  used: number;
  lastUsedAt: EpochMilliseconds;
  /** Uses at that very instant. */
  usedAtLast: number;
  /** Order of the last uses. */
  turn: number;
  /** Not used before: its rest after a use, or after a flag. */
  restUntil: EpochMilliseconds;
  flaggedAt: EpochMilliseconds | undefined;
}

export interface CallerIdPool {
  readonly settings: CallerIdPoolSettings;
  readonly numbers: readonly CallerId[];
  readonly watches: Map<string, AnswerWatch>;
  readonly comparison: CallerIdComparison;
  /** Counts uses. */
  turn: number;
  flags: number;
  usesUnsaved: boolean;
  watchUnsaved: boolean;
  savedAt: EpochMilliseconds;
}

interface SavedUses {
  readonly turn: number;
  readonly flags: number;
  readonly numbers: readonly (Pick<
    CallerId,
    'number' | 'day' | 'used' | 'lastUsedAt' | 'turn' | 'restUntil'
  > & {
    readonly flaggedAt?: number;
    /** Absent: one. */
    readonly usedAtLast?: number;
  })[];
}

/** The pools are these from now on; numbers that stay keep what is known of them. */
export function setCallerIdPools(
  state: State,
  pools: readonly CallerIdPoolSettings[],
  saved: readonly CallerIdSnapshot[] = [],
): void {
  const before = new Map(state.callerIdPools);
  state.callerIdPools.clear();
  for (const settings of pools) {
    const old = before.get(settings.id);
    const kept = saved.find(({ pool }) => pool === settings.id);
    state.callerIdPools.set(settings.id, makePool(state.now, settings, old, kept));
  }
  for (const campaign of state.campaigns.values())
    if (campaign.settings.callerIdPool !== undefined)
      for (const group of campaign.groups) touch(state, group);
}

function makePool(
  now: EpochMilliseconds,
  settings: CallerIdPoolSettings,
  old: CallerIdPool | undefined,
  saved: CallerIdSnapshot | undefined,
): CallerIdPool {
  const { numbers, dailyCap = Number.POSITIVE_INFINITY } = settings;
  const uses = saved?.uses === undefined ? undefined : (JSON.parse(saved.uses) as SavedUses);
  const watched =
    saved?.watch === undefined ? {} : (JSON.parse(saved.watch) as Record<string, AnswerWatchState>);
  const comparison = new CallerIdComparison(numbers.length, settings.callsBetweenFalseFlags);
  // Alone, a number is watched by its answers, among others by what it wins: the two do not mix.
  const comparable = old === undefined || old.numbers.length > 1 === numbers.length > 1;
  const watches = new Map<string, AnswerWatch>();
  for (const { number } of numbers) {
    const known = comparable ? old?.watches.get(number) : undefined;
    const state = watched[number];
    watches.set(number, known ?? (state === undefined ? newAnswerWatch() : comparison.load(state)));
  }
  const pool: CallerIdPool = {
    settings,
    comparison,
    watches,
    numbers: numbers.map(({ number, regions, dailyCap: own }) => {
      const last =
        old?.numbers.find((each) => each.number === number) ?? uses?.numbers.find((u) => u.number === number);
      return {
        number,
        dailyCap: own ?? dailyCap,
        regions: regions ?? regionsOfNumber(number),
        countries: countriesOfNumber(number),
        day: last?.day ?? 0,
        used: last?.used ?? 0,
        lastUsedAt: last?.lastUsedAt ?? 0,
        usedAtLast: last?.usedAtLast ?? 1,
        turn: last?.turn ?? 0,
        restUntil: last?.restUntil ?? 0,
        flaggedAt: last?.flaggedAt,
      };
    }),
    turn: old?.turn ?? uses?.turn ?? 0,
    flags: old?.flags ?? uses?.flags ?? 0,
    usesUnsaved: false,
    watchUnsaved: false,
    savedAt: now,
  };
  if (old === undefined) countSince(pool, saved?.since ?? []);
  return pool;
}

/** Calls that were placed after the uses had been saved, or just then, and before the engine ended. */
function countSince(pool: CallerIdPool, since: NonNullable<CallerIdSnapshot['since']>): void {
  for (const callerId of pool.numbers) {
    const { number, lastUsedAt, usedAtLast } = callerId;
    const known = since.filter((use) => use.number === number && use.at >= lastUsedAt);
    let counted = usedAtLast;
    for (const { at } of known) if (at > lastUsedAt || --counted < 0) countUse(pool, callerId, at);
  }
}

export function callerIdPoolOf(state: State, campaign: Campaign): CallerIdPool | undefined {
  const { callerIdPool } = campaign.settings;
  return callerIdPool === undefined ? undefined : state.callerIdPools.get(callerIdPool);
}

// ---------------------------------------------------------------- choosing

/** Uses of the number on the present local date. */
export function usedToday(pool: CallerIdPool, callerId: CallerId, now: EpochMilliseconds): number {
  return callerId.day === localDate(pool.settings.timeZone, now).day ? callerId.used : 0;
}

/** When the number may be shown again; `now` or before when it may. */
export function freeAt(pool: CallerIdPool, callerId: CallerId, now: EpochMilliseconds): EpochMilliseconds {
  const { day, endsAt } = localDate(pool.settings.timeZone, now);
  const spent = callerId.day === day && callerId.used >= callerId.dailyCap;
  return spent ? Math.max(endsAt, callerId.restUntil) : callerId.restUntil;
}

/** When the first number of the campaign's pool is free; `now` or before without a pool. */
export function callerIdsFreeAt(state: State, campaign: Campaign): EpochMilliseconds {
  if (campaign.settings.callerIdPool === undefined) return state.now;
  const pool = callerIdPoolOf(state, campaign);
  let first = Number.POSITIVE_INFINITY;
  for (const callerId of pool?.numbers ?? [])
    first = Math.min(first, freeAt(pool as CallerIdPool, callerId, state.now));
  return first;
}

/** How near a caller id is to the called number: 3 the same area code, 2 the same region, 1 the same country, 0 none. */
export function nearness(
  callerId: Pick<CallerId, 'number' | 'regions' | 'countries'>,
  called: string,
): number {
  if (called.startsWith('+1') && callerId.number.slice(0, 5) === called.slice(0, 5)) return 3;
  const regions = regionsOfNumber(called);
  if (callerId.regions.some((region) => regions.includes(region))) return 2;
  const countries = countriesOfNumber(called);
  return callerId.countries.some((country) => countries.includes(country)) ? 1 : 0;
}

/** Numbers of the pool that may be shown to the called one now, the best first. */
export function usableCallerIds(pool: CallerIdPool, called: string, now: EpochMilliseconds): CallerId[] {
  const { rotation, localPresence } = pool.settings;
  const ranked = pool.numbers
    .filter((callerId) => freeAt(pool, callerId, now) <= now)
    .map((callerId) => ({
      callerId,
      near: localPresence ? nearness(callerId, called) : 0,
      used: rotation === 'least-used' ? usedToday(pool, callerId, now) : 0,
    }));
  ranked.sort((a, b) => b.near - a.near || a.used - b.used || a.callerId.turn - b.callerId.turn);
  return ranked.map(({ callerId }) => callerId);
}

/** The verdict objects to nothing but the caller id. */
export function objectsToCallerId(verdict: Verdict): boolean {
  return verdict.verdict === 'deny' && verdict.reasons.every(({ rule }) => rule === 'caller_id');
}

// ---------------------------------------------------------------- uses and what came of them

/** The intent shows this number. */
export function noteUse(state: State, campaign: Campaign, number: string): void {
  const pool = callerIdPoolOf(state, campaign);
  const callerId = pool?.numbers.find((each) => each.number === number);
  if (pool === undefined || callerId === undefined) return;
  countUse(pool, callerId, state.now);
}

function countUse(pool: CallerIdPool, callerId: CallerId, at: EpochMilliseconds): void {
  const { day } = localDate(pool.settings.timeZone, at);
  callerId.used = callerId.day === day ? callerId.used + 1 : 1;
  callerId.day = day;
  callerId.usedAtLast = callerId.lastUsedAt === at ? callerId.usedAtLast + 1 : 1;
  callerId.lastUsedAt = at;
  callerId.turn = ++pool.turn;
  const rest = at + 1000 * (pool.settings.restSeconds ?? 0);
  callerId.restUntil = Math.max(callerId.restUntil, rest);
  pool.usesUnsaved = true;
}

/** The call was never placed: it does not count for the day. */
export function takeBackUse(state: State, { campaign, intent }: LiveAttempt): void {
  const pool = callerIdPoolOf(state, campaign);
  const callerId = pool?.numbers.find((each) => each.number === intent.callerId);
  if (pool === undefined || callerId === undefined || callerId.used === 0) return;
  if (callerId.day !== localDate(pool.settings.timeZone, intent.intendedAt).day) return;
  callerId.used--;
  pool.usesUnsaved = true;
}

/** What never reached the called person's network says nothing about the number. */
const saysNothing: readonly Outcome[] = [
  'not-dialed',
  'cancelled',
  'unknown',
  'congestion',
  'failed',
  'invalid',
];

/** The call has ended: its answer, or the want of one, is evidence on the number that it showed. */
export function noteCallerIdOutcome(state: State, attempt: LiveAttempt, outcome: Outcome): void {
  const pool = callerIdPoolOf(state, attempt.campaign);
  if (outcome === 'not-dialed') takeBackUse(state, attempt);
  if (pool === undefined || saysNothing.includes(outcome)) return;
  const answered = attempt.answeredAt !== undefined;
  pool.watchUnsaved = true;
  const { callerId } = attempt.intent;
  for (const number of pool.comparison.observe(pool.watches, callerId, answered, state.now))
    flag(state, pool, number);
}

function flag(state: State, pool: CallerIdPool, number: string): void {
  const callerId = pool.numbers.find((each) => each.number === number);
  const watch = pool.watches.get(number);
  if (callerId === undefined || watch === undefined) return;
  const hours = pool.settings.flagRestHours;
  const evidence = watch.monitor?.verdict(state.now / 1000);
  callerId.flaggedAt = state.now;
  callerId.restUntil = Math.max(callerId.restUntil, state.now + hours * 3_600_000);
  pool.flags++;
  pool.comparison.restart(watch);
  pool.usesUnsaved = true;
  tell(state, {
    kind: 'caller-id-flagged',
    at: state.now,
    pool: pool.settings.id,
    callerId: number,
    since: Math.round(1000 * (evidence?.since ?? state.now / 1000)),
    restUntil: callerId.restUntil,
    text: `${number} is answered less than before and less than the other numbers of its pool, as numbers labelled as spam are: it rests for ${hours} hours`,
  });
}

/** An operator has looked at the number: it is used again. */
export function releaseCallerId(state: State, input: CallerIdReleaseInput, replies: Replies): void {
  const pool = state.callerIdPools.get(input.pool);
  const callerId = pool?.numbers.find(({ number }) => number === input.number);
  if (pool === undefined || callerId === undefined) {
    replies.refuse(
      input.requestId,
      'caller_id_not_found',
      `${input.number} is not in caller-id pool ${input.pool}`,
    );
    return;
  }
  callerId.flaggedAt = undefined;
  callerId.restUntil = state.now;
  pool.usesUnsaved = true;
  for (const campaign of state.campaigns.values())
    if (campaign.settings.callerIdPool === input.pool)
      for (const group of campaign.groups) touch(state, group);
  replies.accept(input.requestId);
}

// ---------------------------------------------------------------- kept over restarts

/** Saves what changed. `all`: what was learned of the answers, too. */
export function saveCallerIds(state: State, all = false): void {
  for (const pool of state.callerIdPools.values()) {
    const due = all || state.now - pool.savedAt >= saveMilliseconds;
    if (!due || !(pool.usesUnsaved || (all && pool.watchUnsaved))) continue;
    pool.savedAt = state.now;
    pool.usesUnsaved = false;
    const uses: SavedUses = {
      turn: pool.turn,
      flags: pool.flags,
      numbers: pool.numbers.map(
        ({ number, day, used, lastUsedAt, usedAtLast, turn, restUntil, flaggedAt }) => ({
          number,
          day,
          used,
          lastUsedAt,
          ...(usedAtLast === 1 ? {} : { usedAtLast }),
          turn,
          restUntil,
          ...(flaggedAt === undefined ? {} : { flaggedAt }),
        }),
      ),
    };
    const snapshot: { -readonly [K in keyof CallerIdSnapshot]: CallerIdSnapshot[K] } = {
      pool: pool.settings.id,
      uses: JSON.stringify(uses),
    };
    if (all && pool.watchUnsaved) {
      pool.watchUnsaved = false;
      const watches: [string, AnswerWatchState][] = [];
      for (const [number, watch] of pool.watches) watches.push([number, pool.comparison.save(watch)]);
      snapshot.watch = JSON.stringify(Object.fromEntries(watches));
    }
    emit(state, { type: 'save-caller-ids', at: state.now, snapshot });
  }
}
