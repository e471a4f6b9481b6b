/**
 * Stage samples. What is drawn is worked out from the whole list, and written down as a plan in one transaction: from then on it
 * is drawn. The contacts are then moved in parts, by whoever comes next when the one who drew them ends before that.
 */
import type { SampleReport, StageName } from '../../core/model.js';
import type { ExtensionRequest, SampleRequest } from '../port.js';
import { drawFirst, drawStages, type SampleMember, stratumOf } from '../sample-draw.js';
import { ContactChanges, readContacts } from './contact-changes.js';
import type { ContactWork } from './contact-state.js';
import type { RedisContext } from './context.js';
import { readDoc, Transaction, untilCommitted } from './transaction.js';

/** Contacts that are read, or moved, at once. */
const MOVED_AT_ONCE = 500;

interface Sample {
  readonly sizes: Readonly<Record<StageName, number>>;
  readonly report: SampleReport;
}

/** Contacts that go to a stage, and are held back there for a phase. */
interface Part {
  readonly stage: StageName;
  readonly held: number;
  readonly ordinals: readonly number[];
}

export class SampleBook {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  async drawSamples(request: SampleRequest): Promise<Readonly<Record<StageName, number>>> {
    const { campaignId, sampling } = request;
    const { connection, keys } = this.#context;
    return untilCommitted(async () => {
      const sample = await readDoc<Sample>(connection, keys.campaign(campaignId, 'sample'));
      if (sample.value !== undefined) {
        await this.finish(campaignId);
        return sample.value.sizes;
      }
      const members: SampleMember[] = [];
      let total = 0;
      for await (const { id, now, profile } of this.#all(campaignId)) {
        total += 1;
        if (now.state === 'open' && now.attempts === 0)
          members.push({ id, stratum: stratumOf(sampling?.strata ?? [], profile.source) });
      }
      const { sizes, report, validation, phases } = drawStages(request, members, total);
      if (total === 0) return sizes;
      const transaction = this.#begin(campaignId).replace<Sample>(sample, { sizes, report });
      this.#plan(transaction, campaignId, 'validation', 0, validation);
      for (const [phase, ids] of phases.entries()) this.#plan(transaction, campaignId, 'pilot', phase, ids);
      // Phases that were opened before had nobody to open for.
      transaction.run('DEL', keys.campaign(campaignId, 'open-phase'));
      if ((await transaction.commit()).outcome !== 'ok') return undefined;
      await this.finish(campaignId);
      return sizes;
    });
  }

  async sampleReport(campaignId: string): Promise<SampleReport | undefined> {
    const { connection, keys } = this.#context;
    return (await readDoc<Sample>(connection, keys.campaign(campaignId, 'sample'))).value?.report;
  }

  async extendSample({ campaignId, seed, stage, count }: ExtensionRequest): Promise<number> {
    await this.finish(campaignId);
    const ids: string[] = [];
    for await (const { id, now } of this.#all(campaignId))
      if (now.stage === 'production' && now.state === 'open' && now.attempts === 0) ids.push(id);
    const drawn = drawFirst(seed, ids, Math.min(count, ids.length));
    if (drawn.length > 0) {
      const transaction = this.#begin(campaignId);
      this.#plan(transaction, campaignId, stage, 0, drawn);
      await transaction.commit();
      await this.finish(campaignId);
    }
    return drawn.length;
  }

  /** Moves the contacts of a plan that was written down and not carried out. */
  async finish(campaignId: string): Promise<void> {
    const { connection, keys } = this.#context;
    const key = keys.campaign(campaignId, 'sample-plan');
    for (;;) {
      const [name] = (await connection.call('hkeys', key)) as string[];
      if (name === undefined) return;
      await untilCommitted(async () => {
        const text = (await connection.call('hget', key, name)) as string | null;
        if (text === null) return true;
        const { stage, held, ordinals } = JSON.parse(text) as Part;
        const transaction = this.#begin(campaignId).expectField(key, name, text);
        const changes = new ContactChanges(this.#context, transaction, campaignId);
        for (const work of await readContacts(this.#context, campaignId, ordinals)) {
          if (work?.now.stage !== 'production') continue;
          work.now.stage = stage;
          work.now.held = held;
          changes.save(work);
        }
        const { outcome } = await changes.flush().run('HDEL', key, name).commit();
        return outcome === 'ok' ? true : undefined;
      });
    }
  }

  #begin(campaignId: string): Transaction {
    return this.#context.fences.guard(new Transaction(this.#context.connection), campaignId);
  }

  #plan(
    transaction: Transaction,
    campaignId: string,
    stage: StageName,
    held: number,
    ids: readonly string[],
  ): void {
    const key = this.#context.keys.campaign(campaignId, 'sample-plan');
    for (let at = 0; at < ids.length; at += MOVED_AT_ONCE) {
      const ordinals = ids.slice(at, at + MOVED_AT_ONCE).map((id) => Number(id.slice(1)));
      const part: Part = { stage, held, ordinals };
      transaction.run('HSET', key, `${stage}:${held}:${at}`, JSON.stringify(part));
    }
  }

  async *#all(campaignId: string): AsyncGenerator<ContactWork> {
    let after = 0;
    for (;;) {
      const places = await this.#context.directory.after(after, MOVED_AT_ONCE, campaignId);
      const ordinals = places.map(({ ordinal }) => ordinal);
      for (const work of await readContacts(this.#context, campaignId, ordinals))
        if (work !== undefined) yield work;
      const last = ordinals.at(-1);
      if (last === undefined || ordinals.length < MOVED_AT_ONCE) return;
      after = last;
    }
  }
}
