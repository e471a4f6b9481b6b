/** What is known of a number over all campaigns, and of a person over all numbers, as documents in the shards. */
import type { EpochMilliseconds } from '../../core/model.js';
import type { ChargedAttempt } from '../rules.js';
import type { RedisConnection } from './connection.js';
import type { Charge, HistoryDocument } from './number-document.js';
import { type Doc, readDocs } from './transaction.js';

export interface HistoryCharge extends ChargedAttempt {
  readonly number: string;
}

/** Charged attempts at `since` or later; on other numbers than `not`, when it is given, and without the attempt itself. */
export function chargesFrom(
  facts: HistoryDocument | undefined,
  since: EpochMilliseconds,
  not?: string,
  butAttempt?: string,
): HistoryCharge[] {
  const found: HistoryCharge[] = [];
  for (const [at, subject, number, attemptId] of facts?.charges ?? [])
    if (at >= since && number !== not && attemptId !== butAttempt) found.push({ at, subject, number });
  return found;
}

/** The history with the attempt counted once, in its order. */
export function charged<T extends HistoryDocument>(facts: T, charge: Charge): T {
  const others = (facts.charges ?? []).filter(([, , , attemptId]) => attemptId !== charge[3]);
  let place = others.length;
  while (place > 0 && (others[place - 1] as Charge)[0] > charge[0]) place -= 1;
  return { ...facts, charges: others.toSpliced(place, 0, charge) };
}

/** The history without the attempt. */
export function uncharged<T extends HistoryDocument>(facts: T, attemptId: string): T {
  const { charges = [], ...rest } = facts;
  const others = charges.filter(([, , , id]) => id !== attemptId);
  return (others.length === 0 ? rest : { ...rest, charges: others }) as T;
}

/** Documents of any keys, over all slots, each once. */
export async function readDocsOf<T>(
  connection: RedisConnection,
  keys: Iterable<string>,
): Promise<Map<string, Doc<T>>> {
  const slots = new Map<string, string[]>();
  for (const key of new Set(keys)) {
    const tag = key.slice(0, key.indexOf('}'));
    const same = slots.get(tag);
    if (same === undefined) slots.set(tag, [key]);
    else same.push(key);
  }
  const docs = await Promise.all([...slots.values()].map((same) => readDocs<T>(connection, same)));
  return new Map(docs.flat().map((doc) => [doc.key, doc]));
}
