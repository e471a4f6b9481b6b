/** Who calls back: the contact and the campaign that last called a number. */
import type { FoundCaller } from '../core/inputs.js';
import type { AttemptRecord, Store } from './port.js';

/** Attempts on the number that are looked at, newest first. */
export const CALLER_ATTEMPTS = 50;

/** @param number in E.164 */
export async function findCaller(
  store: Pick<Store, 'attempts'>,
  number: string,
): Promise<FoundCaller | undefined> {
  return lastCallTo((await store.attempts({ number, limit: CALLER_ATTEMPTS })).items);
}

/** The newest attempt that reached the network, and the agent of the newest conversation in the same campaign. */
export function lastCallTo(newestFirst: readonly AttemptRecord[]): FoundCaller | undefined {
  const last = newestFirst.find(({ result }) => result?.charged !== false);
  if (last === undefined) return undefined;
  const { attemptId, campaignId, contactId } = last;
  const spoken = newestFirst.find(
    (attempt) => attempt.campaignId === campaignId && attempt.result?.agentId !== undefined,
  );
  const agentId = spoken?.result?.agentId;
  return { attemptId, campaignId, contactId, ...(agentId === undefined ? {} : { agentId }) };
}
