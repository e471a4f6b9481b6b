/**
 * A step's writes. They are noted in the redo log together with what they change in the common slot; each campaign takes its
 * part in one transaction, once; then numbers are settled, events journalled and records appended, each so that it can be
 * repeated. The call resolves when all of it is done.
 */
import type { AuditEntry } from '../../audit/audit-record.js';
import type { WriteEffect } from '../../core/effects.js';
import type { JournalledEvent } from '../../events/domain-events.js';
import { type CampaignPart, type CampaignWrite, CampaignWriter } from './campaign-writer.js';
import type { RedisContext } from './context.js';
import { keepCallerIds, keepEmergencyStop, keepSwitchDrain } from './engine-documents.js';
import { grouped } from './grouped.js';
import type { Reservations } from './reservations.js';
import { OnceSteps } from './steps.js';
import type { Transaction } from './transaction.js';

type CommonWrite = Extract<WriteEffect, { type: 'save-campaign' | 'save-agent' | 'save-learned' }>;

interface Note {
  /** All but those of the common slot, which are written with the note. */
  readonly writes: readonly Exclude<WriteEffect, CommonWrite>[];
  readonly audit: readonly AuditEntry[];
}

const KIND = 'write';

export class WriteBook {
  readonly #context: RedisContext;
  readonly #campaigns: CampaignWriter;
  readonly #reservations: Reservations;
  /** Who repeats a write that got no answer hands over the same array: it is the same write. */
  readonly #batches = new WeakMap<readonly WriteEffect[], string>();
  /** Writes have their turns: they take effect in the order in which they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: RedisContext, reservations: Reservations) {
    this.#context = context;
    this.#reservations = reservations;
    this.#campaigns = new CampaignWriter(context);
    context.redo.register(KIND, (batch, note: Note) => this.#carryOut(batch, note));
  }

  write(
    writes: readonly WriteEffect[],
    audit: readonly AuditEntry[] = [],
  ): Promise<readonly JournalledEvent[]> {
    const turn = this.#turn.then(() => this.#write(writes, audit));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #write(
    writes: readonly WriteEffect[],
    audit: readonly AuditEntry[],
  ): Promise<readonly JournalledEvent[]> {
    const { redo, fences } = this.#context;
    const batch = this.#batches.get(writes) ?? redo.newBatch();
    this.#batches.set(writes, batch);
    const note: Note = { writes: writes.filter((write) => !isCommon(write)), audit };
    const begin = redo.begin(batch, KIND, note);
    fences.guardCommon(
      begin,
      writes.flatMap((write) => campaignOf(write) ?? []),
    );
    for (const write of writes) {
      if (isCommon(write)) this.#common(begin, write);
      else if (write.type === 'save-watch')
        begin.run('SADD', this.#context.keys.global('watched'), write.campaignId);
    }
    await begin.commit();
    const { events, campaignIds, steps } = await this.#carryOut(batch, note);
    redo.end(batch, () => this.#forget(batch, note, campaignIds, steps));
    return events;
  }

  #common(transaction: Transaction, write: CommonWrite): void {
    const { keys } = this.#context;
    if (write.type === 'save-campaign')
      transaction.run(
        'HSET',
        keys.global('campaigns'),
        write.campaign.settings.id,
        JSON.stringify(write.campaign),
      );
    else if (write.type === 'save-agent')
      transaction.run('HSET', keys.global('agents'), write.agent.id, JSON.stringify(write.agent));
    else transaction.run('HSET', keys.global('learned'), write.learned.pool, write.learned.snapshot);
  }

  async #carryOut(
    batch: string,
    { writes, audit }: Note,
  ): Promise<{
    readonly events: readonly JournalledEvent[];
    readonly campaignIds: readonly string[];
    readonly steps: OnceSteps;
  }> {
    const steps = new OnceSteps(this.#context.connection, batch);
    const campaigns = grouped(writes.filter(isOfCampaign), (write) => campaignOf(write) as string);
    const [parts] = await Promise.all([
      Promise.all(Array.from(campaigns, ([id, own]) => this.#campaigns.write(batch, id, own))),
      this.#others(steps, writes),
    ]);
    const refused = new Set(parts.flatMap((part: CampaignPart) => part.refused));
    const news = writes.flatMap((write) =>
      // The end of an attempt that had ended before is no news.
      write.type === 'event' && !(write.event.kind === 'attempt-ended' && refused.has(write.event.attemptId))
        ? [write.event]
        : [],
    );
    const [events] = await Promise.all([
      this.#context.journal.append(batch, news),
      this.#reservations.settle(parts.flatMap((part) => part.settlements)),
      this.#context.audit.append(audit, undefined, batch),
    ]);
    return { events, campaignIds: [...campaigns.keys()], steps };
  }

  /** What goes to numbers and documents, in its order. */
  async #others(steps: OnceSteps, writes: Note['writes']): Promise<void> {
    const { numbers, documents } = this.#context;
    for (const [i, write] of writes.entries()) {
      if (write.type === 'add-dnc') await numbers.addDnc(steps, [write.number], write, `dnc:${i}`);
      else if (write.type === 'record-consent')
        await numbers.addConsents(steps, `consent:${i}`, [write.consent]);
      else if (write.type === 'save-caller-ids')
        await keepCallerIds(documents, steps, write.at, write.snapshot, `caller-ids:${i}`);
      else if (write.type === 'save-emergency-stop')
        await keepEmergencyStop(documents, steps, write.stop, `emergency-stop:${i}`);
      else if (write.type === 'save-switch-drain')
        await keepSwitchDrain(documents, steps, write.switchId, write.drain, `switch-drain:${i}`);
      else if (write.type !== 'event' && !isOfCampaign(write)) write satisfies never;
    }
  }

  /** Drops the answers that were kept for a repetition. */
  async #forget(
    batch: string,
    { writes, audit }: Note,
    campaignIds: readonly string[],
    steps: OnceSteps,
  ): Promise<void> {
    const { journal, audit: chain } = this.#context;
    await Promise.all([
      writes.some(({ type }) => type === 'event') && journal.forget(batch),
      audit.length > 0 && chain.forget(batch),
      ...campaignIds.map((id) => this.#campaigns.forget(batch, id)),
      steps.forget(),
    ]);
  }
}

function isCommon(write: WriteEffect): write is CommonWrite {
  return write.type === 'save-campaign' || write.type === 'save-agent' || write.type === 'save-learned';
}

const OF_CAMPAIGN: readonly WriteEffect['type'][] = [
  'record-result',
  'record-disposition',
  'release-lead',
  'close-lead',
  'open-phases',
  'save-watch',
];

function isOfCampaign(write: WriteEffect): write is CampaignWrite {
  return OF_CAMPAIGN.includes(write.type);
}

/** The campaign that the write belongs to, and whose owner alone may make it. */
function campaignOf(write: WriteEffect): string | undefined {
  switch (write.type) {
    case 'save-campaign':
      return write.campaign.settings.id;
    case 'record-result':
      return write.result.campaignId;
    case 'record-disposition':
      return write.disposition.campaignId;
    case 'release-lead':
    case 'close-lead':
    case 'open-phases':
    case 'save-watch':
      return write.campaignId;
    default:
      return undefined;
  }
}
