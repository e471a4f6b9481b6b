/** What the parts of the store's contract have in common. */
import type { Test as Tap } from 'tap';
import type { WriteEffect } from '../../../dialer/core/effects.js';
import type { IntentResult } from '../../../dialer/core/inputs.js';
import type { ContactNext, Intent, Lead, Outcome } from '../../../dialer/core/model.js';
import type { Store } from '../../../dialer/store/port.js';
import { contact, HOUR, intentFor, leaseOf, recordResult, START } from '../records.js';

export type { Tap };
/** Declares a test that is given a fresh store. */
export type StoreTest = (title: string, body: (t: Tap, store: Store) => Promise<void>) => void;

export const LATER: ContactNext = { state: 'open', dueAt: START + HOUR, nextNumber: 0 };
export const DONE: ContactNext = { state: 'done', reason: 'no-answer' };

export async function leaseOne(store: Store, over: Parameters<typeof leaseOf>[0] = {}): Promise<Lead> {
  const { leads } = await store.leaseLeads(leaseOf({ count: 1, ...over }));
  const lead = leads[0];
  if (lead === undefined) throw new Error('nothing was leased');
  return lead;
}

/** Adds a contact with this number to a campaign of its own and leases it, so that another attempt can be made on it. */
export async function leadWith(store: Store, number: string, campaignId: string, now = START): Promise<Lead> {
  await store.addContacts(campaignId, [contact(0, { numbers: [number] })], now);
  return leaseOne(store, { campaignId, now });
}

export async function commit(store: Store, intent: Intent, now = intent.intendedAt): Promise<IntentResult> {
  const [result] = await store.commitIntents([intent], now);
  if (result === undefined) throw new Error('no answer to the intent');
  return result;
}

/** One whole attempt on the contact that is due first. */
export async function attempt(
  store: Store,
  next: ContactNext,
  outcome: Outcome = 'no-answer',
  over: Parameters<typeof leaseOf>[0] = {},
): Promise<Intent> {
  const intent = intentFor(await leaseOne(store, over));
  await commit(store, intent);
  await store.write([recordResult(intent, next, outcome)]);
  return intent;
}

export const refusal = (result: IntentResult): string => (result.committed ? 'committed' : result.refusal);

export function release(lead: Lead, dueAt: number, nextNumber: number): WriteEffect {
  const { campaignId, contactId } = lead;
  return { type: 'release-lead', campaignId, contactId, dueAt, reason: 'not now', nextNumber };
}

export function close(lead: Lead, reason: string): WriteEffect {
  return { type: 'close-lead', campaignId: lead.campaignId, contactId: lead.contactId, reason };
}
