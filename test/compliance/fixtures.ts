/** Requests and facts with nothing against them, to change in one point. */
import { DateTime } from 'luxon';
import type { Facts, Request } from '../../compliance/index.js';

export const clean: Facts = {
  dnc: { internal: false, campaign: false },
  consent: { state: 'none' },
  attempts: { at: [] },
};

/** Facts with the strongest consent, so that only times and counts matter. */
export const consented: Facts = { ...clean, consent: { state: 'granted', level: 'written' } };

export function call(number: string, more: Partial<Request> = {}): Request {
  return { number, campaignId: 'c1', ringSeconds: 25, ...more };
}

/** Epoch ms of a local time such as `2026-09-14 08:30` in a zone. */
export function local(text: string, zone: string): number {
  const time = DateTime.fromSQL(text, { zone });
  if (!time.isValid) throw new Error(`${text} in ${zone}: ${time.invalidExplanation}`);
  return time.toMillis();
}
