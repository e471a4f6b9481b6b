/** Attempts on numbers that their contact does not have any more: by number, so that they are still found. */
import type { Intent } from '../../core/model.js';
import type { ContactWork } from './contact-state.js';
import type { RedisContext } from './context.js';
import { readDocs, type Transaction } from './transaction.js';

/** Notes the contact's attempts on numbers other than those it keeps. */
export async function noteFormerAttempts(
  { connection, keys }: RedisContext,
  transaction: Transaction,
  { campaignId, before }: ContactWork,
  kept: readonly string[],
): Promise<void> {
  const docs = await readDocs<{ readonly intent: Pick<Intent, 'number'> }>(
    connection,
    before.attemptIds.map((attemptId) => keys.attempt(campaignId, attemptId)),
  );
  const former = new Map<string, string[]>();
  for (const [i, attemptId] of before.attemptIds.entries()) {
    const number = docs[i]?.value?.intent.number;
    if (number === undefined || kept.includes(number)) continue;
    former.set(number, [...(former.get(number) ?? []), attemptId]);
  }
  if (former.size === 0) return;
  const key = keys.campaign(campaignId, 'former');
  const known = (await connection.call('hmget', key, ...former.keys())) as (string | null)[];
  for (const [i, [number, ids]] of [...former].entries()) {
    const before = known[i] ?? '';
    transaction.expectField(key, number, before);
    transaction.run('HSET', key, number, [...(before === '' ? [] : before.split(',')), ...ids].join(','));
  }
}
