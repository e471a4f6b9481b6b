/** What a campaign takes over of the documents that it names: script, offer and dispositions. */
import type { Store } from '../../dialer/store/port.js';
import type { CampaignRequest } from './campaign-schema.js';
import { fieldProblem } from './problem.js';
import type { DispositionSetBody, OfferBody, ScriptBody } from './routes/scripts.js';

type Documents = Pick<Store, 'document'>;

async function bodyOf<Body>(
  store: Documents,
  kind: string,
  id: string,
  field: string,
  list: string,
): Promise<Body> {
  const found = await store.document(kind, id);
  if (found === undefined)
    throw fieldProblem(field, `names no ${kind.replaceAll('-', ' ')}: GET ${list} lists them`);
  return found.body as Body;
}

/** A script as one text, so that the engine counts its versions and results are told apart by them. */
function scriptText({ steps }: ScriptBody): string {
  return steps
    .map(({ text, options }) => [text, ...(options ?? []).map(({ label }) => `- ${label}`)].join('\n'))
    .join('\n\n');
}

/**
 * The request with what its documents say filled in.
 *
 * @throws Problem when a document is not there, or contradicts what is given beside it
 */
export async function withDocuments<R extends CampaignRequest>(store: Documents, request: R): Promise<R> {
  const filled: Partial<{ -readonly [K in keyof CampaignRequest]: CampaignRequest[K] }> = {};
  const { script, scripts, offer, dispositionSet, callerIdPool } = request;
  if (script !== undefined) {
    if (scripts !== undefined && (scripts.length > 1 || scripts[0]?.id !== script))
      throw fieldProblem('scripts', 'contradicts script: leave out one of the two');
    const body = await bodyOf<ScriptBody>(store, 'script', script, 'script', '/v1/scripts');
    filled.scripts = [{ id: script, text: scriptText(body) }];
  }
  if (offer !== undefined && offer.text === undefined) {
    const { text } = await bodyOf<OfferBody>(store, 'offer', offer.id, 'offer.id', '/v1/offers');
    filled.offer = { ...offer, text };
  }
  if (dispositionSet !== undefined) {
    const field = 'dispositionSet';
    const list = '/v1/disposition-sets';
    const set = await bodyOf<DispositionSetBody>(store, 'disposition-set', dispositionSet, field, list);
    const of = (kind: string) => set.dispositions.filter((d) => d.kind === kind).map(({ value }) => value);
    filled.successDispositions = of('success');
    filled.refusalDispositions = of('refusal');
    filled.optOutDispositions = of('opt-out');
    filled.complaintDispositions = of('complaint');
  }
  if (callerIdPool !== undefined)
    await bodyOf<object>(store, 'caller-id-pool', callerIdPool, 'callerIdPool', '/v1/caller-id-pools');
  return { ...request, ...filled };
}
