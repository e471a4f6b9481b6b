/** The port's operations on do-not-call lists and consent. */
import type { NewConsent } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import { grantedNumbers } from '../rules.js';
import type { AsyncOperations, RedisContext } from './context.js';
import { Reopening } from './reopening.js';
import type { Steps } from './steps.js';

export function numberOperations(context: RedisContext): Partial<AsyncOperations> {
  const { operations, numbers } = context;
  const reopening = new Reopening(context);
  operations.define(
    'addDnc',
    (
      steps: Steps,
      listed: readonly string[],
      entry: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
    ) => numbers.addDnc(steps, listed, entry),
  );
  operations.define('removeDnc', async (steps: Steps, number: string, campaignId?: string) => {
    const removed = await numbers.removeDnc(steps, number, campaignId);
    if (removed) await reopening.reopenFor([number], campaignId);
    return removed;
  });
  operations.define('addConsent', async (steps: Steps, entries: readonly NewConsent[]) => {
    const added = await numbers.addConsents(steps, 'consent', entries);
    await reopening.reopenFor(grantedNumbers(entries));
    return added;
  });
  const inSteps = (operation: string) =>
    ((...parameters: unknown[]) => operations.run(operation, parameters)) as never;
  return {
    addDnc: inSteps('addDnc'),
    removeDnc: inSteps('removeDnc'),
    isDnc: (number, campaignId) => numbers.isDnc(number, campaignId),
    dncEntries: (filter) => numbers.dncEntries(filter),
    addConsent: inSteps('addConsent'),
    consentOf: (number, scope, now) => numbers.consentOf(number, scope, now),
    consentHistory: (number) => numbers.consentHistory(number),
    consentRecords: (filter) => numbers.consentRecords(filter),
    recentAttempts: (number, since) => numbers.recentAttempts(number, since),
  };
}
