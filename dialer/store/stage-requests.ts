/** What the core asks about a campaign's stages, answered by a store: the samples, their extension, and measures. */
import type { StoreRequestEffect } from '../core/effects.js';
import type { StoreInput } from '../core/inputs.js';
import { type Measure, type MeasureRequest, Measurer, type PastAttempt } from '../core/measure.js';
import type { StageName } from '../core/model.js';
import type { StoreOperations } from './operations.js';
import type { AttemptRecord, Store } from './port.js';

export type StageRequestEffect = Extract<
  StoreRequestEffect,
  { type: 'draw-samples' | 'extend-sample' | 'measure-stage' | 'attempts-since' }
>;

/** Attempts in one page of a measure: a store that is busy with one still answers others in time. */
const PAGE = 5_000;

/** Measures all pages, one after the other. */
export async function measureAll(store: Pick<Store, 'measure'>, request: MeasureRequest): Promise<Measure> {
  const measurer = new Measurer(request);
  let cursor: string | undefined;
  do {
    const page = await store.measure(request, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    measurer.merge(page.measure);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return measurer.result();
}

/** The answer to a stage request, from a store that is asked over a thread or a network. */
export async function answerStageRequest(store: Store, effect: StageRequestEffect): Promise<StoreInput> {
  if (effect.type === 'draw-samples')
    return {
      type: 'samples-drawn',
      campaignId: effect.campaignId,
      sizes: await store.drawSamples(effect),
    };
  if (effect.type === 'extend-sample')
    return {
      type: 'sample-extended',
      campaignId: effect.campaignId,
      stage: effect.stage,
      added: await store.extendSample(effect),
    };
  if (effect.type === 'attempts-since') {
    const { campaignId } = effect;
    const named = await Promise.all(effect.ids.map((id) => store.attempt(id)));
    const found = named.filter((record) => record !== undefined);
    let cursor: string | undefined;
    do {
      const page = await store.attemptsBetween(sinceOf(effect, PAGE, cursor));
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return { type: 'attempts-found', campaignId, attempts: found.map(pastOf) };
  }
  const { campaignId, stage, rules } = effect.request;
  const validation = effect.withValidation
    ? await measureAll(store, { campaignId, stage: 'validation', dimensions: [], rules })
    : undefined;
  const counts = await store.contactCounts(campaignId);
  return measured(effect, await measureAll(store, effect.request), validation, contactsOf(counts, stage));
}

/** The same from a store that answers at once. */
export function answerStageRequestNow(
  store: Pick<
    StoreOperations,
    'drawSamples' | 'extendSample' | 'measure' | 'contactCounts' | 'attempt' | 'attemptsBetween'
  >,
  effect: StageRequestEffect,
): StoreInput {
  if (effect.type === 'draw-samples')
    return { type: 'samples-drawn', campaignId: effect.campaignId, sizes: store.drawSamples(effect) };
  if (effect.type === 'extend-sample')
    return {
      type: 'sample-extended',
      campaignId: effect.campaignId,
      stage: effect.stage,
      added: store.extendSample(effect),
    };
  if (effect.type === 'attempts-since') {
    const { campaignId } = effect;
    const named = effect.ids.map((id) => store.attempt(id)).filter((record) => record !== undefined);
    const { items } = store.attemptsBetween(sinceOf(effect, Number.MAX_SAFE_INTEGER - 1));
    return { type: 'attempts-found', campaignId, attempts: [...named, ...items].map(pastOf) };
  }
  const { campaignId, stage, rules } = effect.request;
  const all = { limit: Number.MAX_SAFE_INTEGER };
  const validation = effect.withValidation
    ? store.measure({ campaignId, stage: 'validation', dimensions: [], rules }, all).measure
    : undefined;
  return measured(
    effect,
    store.measure(effect.request, all).measure,
    validation,
    contactsOf(store.contactCounts(campaignId), stage),
  );
}

function sinceOf(
  { campaignId, from }: Extract<StageRequestEffect, { type: 'attempts-since' }>,
  limit: number,
  cursor?: string,
) {
  const to = Number.MAX_SAFE_INTEGER;
  return { campaignId, from, to, limit, ...(cursor === undefined ? {} : { cursor }) };
}

function pastOf({ result, disposition, answers: _, ...intent }: AttemptRecord): PastAttempt {
  return { intent, result, disposition };
}

function measured(
  { purpose, request }: Extract<StageRequestEffect, { type: 'measure-stage' }>,
  measure: Measure,
  validation: Measure | undefined,
  contacts: number,
): StoreInput {
  return {
    type: 'stage-measured',
    purpose,
    campaignId: request.campaignId,
    stage: request.stage,
    measure,
    ...(validation === undefined ? {} : { validation }),
    contacts,
  };
}

function contactsOf(
  counts: readonly { readonly stage: StageName; readonly count: number }[],
  stage: StageName,
): number {
  return counts.reduce((sum, each) => (each.stage === stage ? sum + each.count : sum), 0);
}
