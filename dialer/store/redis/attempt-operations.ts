/** The port's operations on attempts and all that hangs on them: intents, writes, samples, measures, ledgers, a restart. */
import { AttemptBook } from './attempt-book.js';
import { BootBook } from './boot-book.js';
import type { AsyncOperations, RedisContext } from './context.js';
import { IntentBook } from './intent-book.js';
import { LedgerBook } from './ledger-book.js';
import type { Reservations } from './reservations.js';
import { SampleBook } from './sample-book.js';
import { WriteBook } from './write-book.js';

export function attemptOperations(
  context: RedisContext,
  reservations: Reservations,
): Partial<AsyncOperations> {
  const intents = new IntentBook(context, reservations);
  const writes = new WriteBook(context, reservations);
  const attempts = new AttemptBook(context);
  const ledger = new LedgerBook(context);
  const samples = new SampleBook(context);
  const start = new BootBook(context, attempts, ledger, samples);
  return {
    boot: (now) => start.boot(now),
    write: (effects, audit) => writes.write(effects, audit),
    commitIntents: (wanted, now) => intents.commitIntents(wanted, now),
    drawSamples: (request) => samples.drawSamples(request),
    sampleReport: (campaignId) => samples.sampleReport(campaignId),
    extendSample: (request) => samples.extendSample(request),
    measure: (request, page) => attempts.measure(request, page),
    saveAnswers: (attemptId, answers) => attempts.saveAnswers(attemptId, answers),
    attempt: (attemptId) => attempts.attempt(attemptId),
    attempts: (filter) => attempts.attempts(filter),
    attemptTotals: (filter) => attempts.attemptTotals(filter),
    attemptsBetween: (filter) => attempts.attemptsBetween(filter),
    abandonLedger: (filter) => ledger.period(filter),
  };
}
