import { newAnswerModel } from './answer-chance.js';
import { ReadyList } from './ready-list.js';
import type { Pool, State } from './state.js';

/** The pool of that name, made at its first mention. */
export function poolOf(state: State, name: string): Pool {
  let pool = state.pools.get(name);
  if (pool === undefined) {
    pool = {
      name,
      agents: new Map(),
      ready: new ReadyList(),
      campaigns: [],
      groups: [],
      knownGroups: new Map(),
      waiting: [],
      offer: false,
      regroup: false,
      answers: newAnswerModel(),
      unsavedOutcomes: 0,
      learnedAt: state.now,
    };
    state.pools.set(name, pool);
  }
  return pool;
}
