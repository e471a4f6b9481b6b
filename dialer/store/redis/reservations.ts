/**
 * Numbers and persons reserved by attempts. A number is reserved before its intent is committed, with a deadline; the attempt
 * keeps it until its result. Each step may be repeated. What a crash leaves over is freed or settled when the deadline has
 * passed, after the campaign was asked what became of the attempt.
 */
import type { AttemptResult, Disposition, EpochMilliseconds, Intent } from '../../core/model.js';
import { machineDisposition } from '../../core/model.js';
import type { AttemptDocument } from './attempt-document.js';
import type { RedisContext } from './context.js';
import { grouped } from './grouped.js';
import { NUMBER_SHARDS, shardOf } from './keys.js';
import type { HistoryDocument, NumberDocument } from './number-document.js';
import { readDocsOf, uncharged } from './number-facts.js';
import { type Doc, readDoc, Transaction, untilCommitted } from './transaction.js';

/** From the reservation to the intent; the attempt then has as long again until it is asked for once more. */
const DEADLINE_MILLISECONDS = 60_000;
const ASKED_AGAIN_MILLISECONDS = 600_000;
/** How long an intent that came too late is refused, seconds: far longer than a command can be under way. */
const VOID_SECONDS = 86_400;
/** Reservations that are looked at in one shard at a time. */
const REAPED_AT_ONCE = 100;

/** What became of an attempt, for its number and its person. */
export interface Settlement {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly number: string;
  readonly person: string;
  /** It has ended: the number is free again. */
  readonly ended: boolean;
  /** It does not count. */
  readonly uncharged: boolean;
  readonly marks: Partial<Record<keyof Omit<HistoryDocument, 'charges'>, EpochMilliseconds>>;
}

type Attempted = Pick<Intent, 'attemptId' | 'campaignId' | 'number' | 'person'>;

const named = ({ attemptId, campaignId, number, person }: Attempted): Attempted => ({
  attemptId,
  campaignId,
  number,
  person,
});

export function settlementOf(intent: Attempted, result: AttemptResult): Settlement {
  const { outcome, endedAt } = result;
  return {
    ...named(intent),
    ended: true,
    uncharged: !result.charged,
    marks: {
      ...(outcome === 'abandoned' && { lastAbandonedAt: endedAt }),
      ...(outcome === 'machine' && { lastMachineAt: endedAt }),
      ...(outcome === 'connected' && { lastConversationAt: endedAt }),
    },
  };
}

export function dispositionSettlement(intent: Attempted, disposition: Disposition): Settlement {
  return {
    ...named(intent),
    ended: false,
    uncharged: false,
    marks: {
      ...(disposition.refusal && { lastRefusedAt: disposition.at }),
      ...(disposition.disposition === machineDisposition && { lastMachineAt: disposition.at }),
    },
  };
}

export class Reservations {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  /** Member of the shard's sorted set of reservations by deadline. */
  #member({ attemptId, campaignId, number, person }: Attempted): string {
    return JSON.stringify([attemptId, campaignId, number, person]);
  }

  /** Adds the reservation's deadline to the transaction that reserves the number. */
  note(transaction: Transaction, intent: Intent): void {
    const { keys, clock } = this.#context;
    const key = keys.shard(shardOf(intent.number), 'live');
    transaction.run('ZADD', key, clock() + DEADLINE_MILLISECONDS, this.#member(intent));
  }

  /** Frees what was reserved for intents that were refused after all. */
  async release(intents: readonly Intent[]): Promise<void> {
    await this.settle(
      intents.map((intent) => ({ ...named(intent), ended: true, uncharged: true, marks: {} })),
    );
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    const { keys } = this.#context;
    const changes = settlements.flatMap((settlement) => [
      { settlement, key: keys.number(settlement.number), ofPerson: false },
      ...(settlement.person === ''
        ? []
        : [{ settlement, key: keys.person(settlement.person), ofPerson: true }]),
    ]);
    const shards = grouped(changes, ({ settlement, ofPerson }) =>
      shardOf(ofPerson ? settlement.person : settlement.number),
    );
    await Promise.all(
      Array.from(shards, ([shard, ofShard]) => untilCommitted(() => this.#settleShard(shard, ofShard))),
    );
  }

  async #settleShard(
    shard: number,
    changes: readonly { readonly settlement: Settlement; readonly key: string; readonly ofPerson: boolean }[],
  ): Promise<true | undefined> {
    const { connection, keys } = this.#context;
    const docs = await readDocsOf<NumberDocument>(
      connection,
      changes.map(({ key }) => key),
    );
    const transaction = new Transaction(connection);
    const next = new Map<string, NumberDocument>();
    const over: string[] = [];
    for (const { settlement, key, ofPerson } of changes) {
      const before = next.get(key) ?? docs.get(key)?.value ?? {};
      next.set(key, settled(before, settlement, ofPerson));
      if (settlement.ended && !ofPerson) over.push(this.#member(settlement));
    }
    for (const [key, value] of next) {
      const doc = docs.get(key) as Doc<NumberDocument>;
      if (JSON.stringify(value) !== JSON.stringify(doc.value ?? {})) transaction.replace(doc, value);
    }
    if (over.length > 0) transaction.runInParts('ZREM', keys.shard(shard, 'live'), over);
    if (transaction.isEmpty) return true;
    return (await transaction.commit()).outcome === 'ok' ? true : undefined;
  }

  /** Looks after reservations whose deadline has passed. Returns how many were freed or settled. */
  async reap(now: EpochMilliseconds): Promise<number> {
    const counts = await Promise.all(
      Array.from({ length: NUMBER_SHARDS }, async (_, shard) => {
        const key = this.#context.keys.shard(shard, 'live');
        const members = (await this.#context.connection.call(
          'zrangebyscore',
          key,
          '-inf',
          now,
          'LIMIT',
          0,
          REAPED_AT_ONCE,
        )) as string[];
        let freed = 0;
        for (const member of members) if (await this.#reapOne(key, member, now)) freed += 1;
        return freed;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #reapOne(key: string, member: string, now: EpochMilliseconds): Promise<boolean> {
    const { connection, keys } = this.#context;
    const [attemptId, campaignId, number, person] = JSON.parse(member) as [string, string, string, string];
    const intent: Attempted = { attemptId, campaignId, number, person };
    const attempt = await untilCommitted(async () => {
      const doc = await readDoc<AttemptDocument>(connection, keys.attempt(campaignId, attemptId));
      if (doc.value !== undefined) return doc.value;
      // From now on the intent is refused, if it should still be on its way.
      const { outcome } = await new Transaction(connection)
        .expectAbsent(doc.key)
        .run('SET', keys.revoked(campaignId, attemptId), 'live', 'EX', VOID_SECONDS)
        .commit();
      return outcome === 'ok' ? ('none' as const) : undefined;
    });
    if (attempt === 'none') await this.settle([{ ...intent, ended: true, uncharged: true, marks: {} }]);
    else if (attempt.result !== undefined) await this.settle([settlementOf(attempt.intent, attempt.result)]);
    else {
      await connection.call('zadd', key, 'XX', now + ASKED_AGAIN_MILLISECONDS, member);
      return false;
    }
    // An erased person's number goes by another name: its entry is found no more under the old one.
    await connection.call('zrem', key, member);
    return true;
  }
}

/** The document after the attempt: the same however often it is done. */
function settled(
  before: NumberDocument,
  { attemptId, ended, uncharged: isUncharged, marks }: Settlement,
  ofPerson: boolean,
): NumberDocument {
  let after: NumberDocument = before;
  if (ended && !ofPerson && before.live?.attemptId === attemptId) {
    const { live: _, ...free } = before;
    after = free;
  }
  if (isUncharged) after = uncharged(after, attemptId);
  for (const [name, at] of Object.entries(marks) as [keyof Settlement['marks'], EpochMilliseconds][]) {
    if (ofPerson && name !== 'lastRefusedAt' && name !== 'lastConversationAt') continue;
    after = { ...after, [name]: Math.max(after[name] ?? 0, at) };
  }
  return after;
}
