/** Pacing: how many calls to place now. Pure: no clock, no randomness of its own, no input or output. */
import { PacerOptionError } from './options.js';
import { PredictivePacer } from './predictive-pacer.js';
import { AgentlessPacer, PreviewPacer, ProgressivePacer, RatioPacer } from './simple-pacers.js';
import type { Pacer, PacerOptions } from './types.js';
import { VicidialPacer } from './vicidial-pacer.js';

export {
  type AnswerFeatures,
  AnswerModel,
  type AnswerModelOptions,
  type AnswerModelReport,
} from './answer-model.js';
export { type CapacityClaim, FairTurns, shareCapacity } from './fair-share.js';
export {
  type AnswersAheadOptions,
  answersAhead,
  type LedgerOptions,
  type LedgerTarget,
  type LegalWindow,
  ledgerTarget,
  pacerBias,
  type WindowTarget,
} from './ledger-target.js';
export { PacerOptionError } from './options.js';
export type * from './types.js';

const makers: Readonly<Record<string, (options: PacerOptions) => Pacer>> = {
  predictive: (o) => new PredictivePacer(o),
  progressive: (o) => new ProgressivePacer(o),
  ratio: (o) => new RatioPacer(o),
  preview: (o) => new PreviewPacer(o),
  agentless: (o) => new AgentlessPacer(o),
  'vicidial-hard-limit': (o) => new VicidialPacer('hard-limit', o),
  'vicidial-average': (o) => new VicidialPacer('average', o),
  'vicidial-tapered': (o) => new VicidialPacer('tapered', o),
};

/** Names that createPacer knows. */
export const pacerNames: readonly string[] = Object.keys(makers);

/**
 * Makes a pacer. Each has its own state: use one per pool.
 * @throws PacerOptionError when the name is unknown or an option is out of its range.
 */
export function createPacer(name: string, options: PacerOptions = {}): Pacer {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (!make)
    throw new PacerOptionError('pacer', `pacer ${name} is unknown: use one of ${pacerNames.join(', ')}`);
  return make(options);
}
