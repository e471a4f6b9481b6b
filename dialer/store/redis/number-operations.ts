/** The port's operations on do-not-call lists and consent. */
import type { NewConsent } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type { AsyncOperations, RedisContext } from './context.js';
import type { Steps } from './steps.js';

export function numberOperations({ operations, numbers }: RedisContext): Partial<AsyncOperations> {
  operations.define(
    'addDnc',
    (
      steps: Steps,
      listed: readonly string[],
      entry: { readonly campaignId?: string; readonly reason: string; readonly at: EpochMilliseconds },
    ) => numbers.addDnc(steps, listed, entry),
  );
  operations.define('removeDnc', (steps: Steps, number: string, campaignId?: string) =>
    numbers.removeDnc(steps, number, campaignId),
  );
  operations.define('addConsent', (steps: Steps, entries: readonly NewConsent[]) =>
    numbers.addConsents(steps, 'consent', entries),
  );
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
