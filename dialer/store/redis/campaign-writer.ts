/** The part of a step's writes that one campaign takes, in one transaction and once. */
import type { WriteEffect } from '../../core/effects.js';
import { wrongNumberDisposition } from '../../core/model.js';
import type { AttemptDocument } from './attempt-document.js';
import { ContactChanges, readContacts, readOpenPhase } from './contact-changes.js';
import { applyNext, type ContactWork, closeContact, endCallback, lineOf, release } from './contact-state.js';
import type { RedisContext } from './context.js';
import { postLedger } from './ledger-book.js';
import { dispositionSettlement, type Settlement, settlementOf } from './reservations.js';
import { type Doc, readDocs, Transaction, untilCommitted } from './transaction.js';

export type CampaignWrite = Extract<
  WriteEffect,
  {
    type:
      | 'record-result'
      | 'record-disposition'
      | 'release-lead'
      | 'close-lead'
      | 'open-phases'
      | 'save-watch';
  }
>;
type ResultWrite = Extract<WriteEffect, { type: 'record-result' }>;
type DispositionWrite = Extract<WriteEffect, { type: 'record-disposition' }>;

/** What the campaign made of its part. */
export interface CampaignPart {
  /** Attempts whose result was not taken. */
  readonly refused: readonly string[];
  readonly settlements: readonly Settlement[];
}

/** What is being written, as it was read and as it is to be. */
interface Workshop {
  readonly transaction: Transaction;
  readonly contacts: ReadonlyMap<string, ContactWork>;
  readonly attempts: Map<string, Doc<AttemptDocument>>;
  readonly changedContacts: Set<ContactWork>;
  readonly changedAttempts: Map<string, AttemptDocument>;
  readonly refused: string[];
  readonly settlements: Settlement[];
}

export class CampaignWriter {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  write(batch: string, campaignId: string, writes: readonly CampaignWrite[]): Promise<CampaignPart> {
    return untilCommitted(async () => {
      const shop = await this.#read(campaignId, writes);
      for (const write of writes) await this.#apply(campaignId, write, shop);
      const { transaction, changedContacts, changedAttempts, refused, settlements } = shop;
      for (const [id, document] of changedAttempts)
        transaction.replace(shop.attempts.get(id) as Doc<AttemptDocument>, document);
      const changes = new ContactChanges(this.#context, transaction, campaignId);
      for (const work of changedContacts) changes.save(work);
      const part: CampaignPart = { refused, settlements };
      const committed = await changes
        .flush()
        .once(this.#doneKey(batch, campaignId), JSON.stringify(part))
        .commit();
      if (committed.outcome === 'done') return JSON.parse(committed.answer) as CampaignPart;
      return committed.outcome === 'ok' ? part : undefined;
    });
  }

  /** Forgets what was kept for a repetition of the batch. */
  async forget(batch: string, campaignId: string): Promise<void> {
    await this.#context.connection.call('del', this.#doneKey(batch, campaignId));
  }

  #doneKey(batch: string, campaignId: string): string {
    return this.#context.keys.campaign(campaignId, `done:${batch}`);
  }

  async #read(campaignId: string, writes: readonly CampaignWrite[]): Promise<Workshop> {
    const { connection, keys, fences } = this.#context;
    const contactIds = new Set<string>();
    const attemptIds = new Set<string>();
    for (const write of writes) {
      const named =
        write.type === 'record-result'
          ? write.result
          : write.type === 'record-disposition'
            ? write.disposition
            : write;
      if ('contactId' in named) contactIds.add(named.contactId);
      if ('attemptId' in named) attemptIds.add(named.attemptId);
    }
    const ordinals = [...contactIds].map((id) => Number(id.slice(1))).filter((ordinal) => ordinal > 0);
    const [works, docs] = await Promise.all([
      readContacts(this.#context, campaignId, ordinals),
      readDocs<AttemptDocument>(
        connection,
        [...attemptIds].map((id) => keys.attempt(campaignId, id)),
      ),
    ]);
    return {
      transaction: fences.guard(new Transaction(connection), campaignId),
      contacts: new Map(works.flatMap((work) => (work === undefined ? [] : [[work.id, work]]))),
      attempts: new Map([...attemptIds].map((id, i) => [id, docs[i] as Doc<AttemptDocument>])),
      changedContacts: new Set(),
      changedAttempts: new Map(),
      refused: [],
      settlements: [],
    };
  }

  async #apply(campaignId: string, write: CampaignWrite, shop: Workshop): Promise<void> {
    const { keys } = this.#context;
    const { transaction } = shop;
    switch (write.type) {
      case 'record-result':
        this.#result(campaignId, write, shop);
        break;
      case 'record-disposition':
        this.#disposition(campaignId, write, shop);
        break;
      case 'release-lead':
      case 'close-lead': {
        const work = shop.contacts.get(write.contactId);
        if (work === undefined) break;
        shop.changedContacts.add(work);
        if (write.type === 'close-lead') closeContact(work, write.reason);
        else release(work, write.dueAt, write.nextNumber);
        break;
      }
      case 'open-phases':
        if (write.through > (await readOpenPhase(this.#context, campaignId)))
          transaction.run('SET', keys.campaign(campaignId, 'open-phase'), write.through);
        break;
      case 'save-watch':
        if (write.snapshot === '') transaction.run('DEL', keys.campaign(campaignId, 'watch'));
        else transaction.run('SET', keys.campaign(campaignId, 'watch'), write.snapshot);
        break;
    }
  }

  /** The first result of an attempt stands. */
  #result(campaignId: string, { result, next, numberDead, ledger }: ResultWrite, shop: Workshop): void {
    const { keys } = this.#context;
    const { attemptId, contactId } = result;
    const attempt = shop.changedAttempts.get(attemptId) ?? shop.attempts.get(attemptId)?.value;
    if (attempt === undefined || attempt.result !== undefined) {
      shop.refused.push(attemptId);
      return;
    }
    const { intent } = attempt;
    shop.changedAttempts.set(attemptId, { ...attempt, result });
    shop.settlements.push(settlementOf(intent, result));
    shop.transaction.run('SREM', keys.campaign(campaignId, 'open'), attemptId);
    postLedger(this.#context, shop.transaction, campaignId, ledger);
    const work = shop.contacts.get(contactId);
    if (work === undefined) return;
    shop.changedContacts.add(work);
    const { now } = work;
    if (now.attemptId === attemptId) now.attemptId = '';
    const line = lineOf(work, intent.numberIndex);
    if (result.charged) {
      if (now.callbackAt !== 0)
        endCallback(work, 'called', result.endedAt, {
          attemptId,
          calledAt: result.dialedAt ?? intent.intendedAt,
        });
      now.attempts += 1;
      now.lastAttemptAt = intent.intendedAt;
      line[0] += 1;
    }
    if (numberDead) line[1] = 1;
    if (line[0] > 0 || line[1] > 0) now.lines[intent.numberIndex] = line;
    now.lastOutcome = result.outcome;
    // Closed while the call was up: the lead is never dialled again, whatever the attempt came to.
    if (now.state !== 'done') applyNext(work, next, result.endedAt);
  }

  #disposition(campaignId: string, { disposition, next, ledger }: DispositionWrite, shop: Workshop): void {
    const { attemptId, contactId } = disposition;
    const attempt = shop.changedAttempts.get(attemptId) ?? shop.attempts.get(attemptId)?.value;
    if (attempt === undefined) return;
    const { intent } = attempt;
    if (attempt.disposition === undefined) postLedger(this.#context, shop.transaction, campaignId, ledger);
    shop.changedAttempts.set(attemptId, { ...attempt, disposition });
    shop.settlements.push(dispositionSettlement(intent, disposition));
    const work = shop.contacts.get(contactId);
    if (work === undefined) return;
    const { now } = work;
    if (disposition.disposition === wrongNumberDisposition) {
      now.lines[intent.numberIndex] = [lineOf(work, intent.numberIndex)[0], 1];
      shop.changedContacts.add(work);
    }
    // A late word on an old attempt must not take the contact away from the one it is in now.
    if (now.attemptId !== '') return;
    shop.changedContacts.add(work);
    // What was promised before is replaced by the new word.
    if (now.callbackAt !== 0) endCallback(work, 'dropped', disposition.at);
    applyNext(work, next, disposition.at);
  }
}
