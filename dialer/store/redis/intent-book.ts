/**
 * Intents. What the rules look at is spread over slots, so that an intent is committed in two steps: its number and its person
 * are reserved in their shards, on exactly the facts that the rules were asked about; then the intent is written in its
 * campaign's slot, on exactly the contact that was looked at. What came between is read anew; what is refused after all gives
 * its reservation back.
 */
import { consentInForce } from '../../core/consent.js';
import type { IntentResult } from '../../core/inputs.js';
import type { EpochMilliseconds, Intent } from '../../core/model.js';
import { StoreError } from '../errors.js';
import type { ListRecord } from '../lists.js';
import { reachBackTo, refusalOf, timesOf } from '../rules.js';
import { type AttemptDocument, momentOf } from './attempt-document.js';
import { ContactChanges, readContacts, readLists } from './contact-changes.js';
import type { ContactWork } from './contact-state.js';
import type { RedisContext } from './context.js';
import { grouped } from './grouped.js';
import { shardOf } from './keys.js';
import type { NumberDocument } from './number-document.js';
import { charged, chargesFrom, readDocsOf } from './number-facts.js';
import type { Reservations } from './reservations.js';
import { type Doc, Transaction } from './transaction.js';

/** Rounds of reading and committing before what is left is given up. */
const MOST_ROUNDS = 40;

/** An intent on its way. */
interface Candidate {
  readonly intent: Intent;
  /** Of its attempt, once it is committed. */
  readonly ordinal: number;
  /** It holds reservations, or may. */
  reserved: boolean;
  result: IntentResult | undefined;
}

/** What the rules are asked about, as it was read; what one intent changes the next one of the same call finds. */
interface Facts {
  readonly contacts: ReadonlyMap<string, ContactWork | undefined>;
  readonly lists: ReadonlyMap<string, Doc<readonly ListRecord[]>>;
  readonly attempts: ReadonlyMap<string, Doc<AttemptDocument>>;
  readonly revoked: ReadonlyMap<string, string>;
  /** Of numbers and persons, by key. */
  readonly read: ReadonlyMap<string, Doc<NumberDocument>>;
  readonly next: Map<string, NumberDocument>;
}

export class IntentBook {
  readonly #context: RedisContext;
  readonly #reservations: Reservations;
  /** Calls of this process have their turns: among themselves they never meet. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: RedisContext, reservations: Reservations) {
    this.#context = context;
    this.#reservations = reservations;
  }

  commitIntents(intents: readonly Intent[], now: EpochMilliseconds): Promise<readonly IntentResult[]> {
    const turn = this.#turn.then(() => this.#commit(intents, now));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #commit(intents: readonly Intent[], now: EpochMilliseconds): Promise<readonly IntentResult[]> {
    if (intents.length === 0) return [];
    const { connection, keys } = this.#context;
    const last = Number(await connection.call('incrby', keys.global('attempt-ordinal'), intents.length));
    const candidates = intents.map(
      (intent, i): Candidate => ({
        intent,
        ordinal: last - intents.length + 1 + i,
        reserved: false,
        result: undefined,
      }),
    );
    for (let round = 0; ; round += 1) {
      const waiting = candidates.filter(({ result }) => result === undefined);
      if (waiting.length === 0) break;
      if (round === MOST_ROUNDS)
        throw new StoreError(
          'store_overloaded',
          'others change the same numbers all the time: try again later',
        );
      try {
        await this.#round(waiting, now);
      } catch (error) {
        // Another node owns the campaign: nothing was written there, and nothing will be. Other failures leave it open what was
        // written; the reaper finds out.
        if (error instanceof StoreError && error.code === 'store_fenced')
          await this.#reservations.release(
            waiting
              .filter(({ result, reserved }) => reserved && !result?.committed)
              .map(({ intent }) => intent),
          );
        throw error;
      }
    }
    const refused = candidates.filter(({ result, reserved }) => reserved && result?.committed === false);
    if (refused.length > 0) await this.#reservations.release(refused.map(({ intent }) => intent));
    return candidates.map(({ result }) => result as IntentResult);
  }

  async #round(candidates: readonly Candidate[], now: EpochMilliseconds): Promise<void> {
    const facts = await this.#read(candidates);
    const accepted: Candidate[] = [];
    for (const candidate of candidates) {
      const refusal = this.#judge(candidate.intent, facts, now);
      if (refusal === undefined) accepted.push(candidate);
      else candidate.result = refusal;
    }
    const reserved = await this.#reserve(accepted, facts);
    const campaigns = grouped(reserved, ({ intent }) => intent.campaignId);
    await Promise.all(
      Array.from(campaigns, async ([campaignId, ofCampaign]) => {
        if (await this.#write(campaignId, ofCampaign, facts))
          for (const candidate of ofCampaign)
            candidate.result = { attemptId: candidate.intent.attemptId, committed: true };
      }),
    );
  }

  async #read(candidates: readonly Candidate[]): Promise<Facts> {
    const { connection, keys, directory } = this.#context;
    const intents = candidates.map(({ intent }) => intent);
    const places = await Promise.all(intents.map(({ contactId }) => directory.find(contactId)));
    const known = intents.flatMap((intent, i) => {
      const place = places[i];
      return place?.campaignId === intent.campaignId ? [place] : [];
    });
    const campaignIds = [...new Set(known.map(({ campaignId }) => campaignId))];
    const byCampaign = grouped(intents, ({ campaignId }) => campaignId);
    const [contacts, lists, attempts, revoked, read] = await Promise.all([
      Promise.all(
        Array.from(
          grouped(known, ({ campaignId }) => campaignId),
          ([campaignId, own]) =>
            readContacts(this.#context, campaignId, [...new Set(own.map(({ ordinal }) => ordinal))]),
        ),
      ),
      Promise.all(campaignIds.map(async (id) => [id, await readLists(this.#context, id)] as const)),
      readDocsOf<AttemptDocument>(
        connection,
        intents.map(({ campaignId, attemptId }) => keys.attempt(campaignId, attemptId)),
      ),
      Promise.all(
        Array.from(byCampaign, async ([campaignId, own]) => {
          const values = await connection.values(
            own.map(({ attemptId }) => keys.revoked(campaignId, attemptId)),
          );
          return own.flatMap(({ attemptId }, i) => {
            const value = values[i] ?? null;
            return value === null ? [] : [[attemptId, value] as const];
          });
        }),
      ),
      readDocsOf<NumberDocument>(
        connection,
        intents.flatMap(({ number, person }) => [
          keys.number(number),
          ...(person === '' ? [] : [keys.person(person)]),
        ]),
      ),
    ]);
    return {
      contacts: new Map(contacts.flat().flatMap((work) => (work === undefined ? [] : [[work.id, work]]))),
      lists: new Map(lists),
      attempts,
      revoked: new Map(revoked.flat()),
      read,
      next: new Map(),
    };
  }

  /** Why the intent is refused; or undefined, and the facts are those after it. */
  #judge(intent: Intent, facts: Facts, now: EpochMilliseconds): IntentResult | undefined {
    const { keys } = this.#context;
    const { attemptId, campaignId } = intent;
    const revoked = facts.revoked.get(attemptId);
    if (revoked !== undefined)
      return {
        attemptId,
        committed: false,
        refusal: revoked === 'dnc' || revoked === 'consent' ? revoked : 'live',
        detail: 'a word on the number came just before, or the intent came too late',
      };
    const work = facts.contacts.get(intent.contactId);
    const contact = work?.campaignId === campaignId ? work : undefined;
    const numberKey = keys.number(intent.number);
    const personKey = intent.person === '' ? undefined : keys.person(intent.person);
    const of = (key: string): NumberDocument => facts.next.get(key) ?? facts.read.get(key)?.value ?? {};
    const number = of(numberKey);
    const person = personKey === undefined ? undefined : of(personKey);
    const since = reachBackTo(intent, now);
    const isRecorded = facts.attempts.get(keys.attempt(campaignId, attemptId))?.value !== undefined;
    const refusal = refusalOf(
      intent,
      {
        contactState: contact?.now.state,
        contactInAttempt: contact !== undefined && contact.now.attemptId !== '',
        leasedUntil: contact?.now.leasedUntil ?? 0,
        listPaused:
          contact !== undefined &&
          (facts.lists.get(campaignId)?.value?.[contact.profile.list]?.paused ?? false),
        live: isRecorded || (number.live !== undefined && number.live.attemptId !== attemptId),
        internalDnc: number.dnc !== undefined,
        campaignDnc: number.campaignDnc?.[campaignId] !== undefined,
        consent: consentInForce(number.consents ?? [], intent.scope, now),
        recentAttempts: timesOf(chargesFrom(number, since, undefined, attemptId)),
        elsewhere: timesOf(chargesFrom(person, since, intent.number, attemptId)),
        newestOutcomeAt: Math.max(
          number.lastAbandonedAt ?? 0,
          number.lastMachineAt ?? 0,
          number.lastRefusedAt ?? 0,
          number.lastConversationAt ?? 0,
          person?.lastRefusedAt ?? 0,
          person?.lastConversationAt ?? 0,
        ),
      },
      now,
    );
    if (refusal !== undefined || contact === undefined) return refusal;
    const { contactId } = intent;
    const charge = [intent.intendedAt, intent.scope.subject, intent.number, attemptId] as const;
    const live = { attemptId, campaignId, contactId, person: intent.person };
    facts.next.set(numberKey, { ...charged(number, charge), live });
    if (personKey !== undefined) facts.next.set(personKey, charged(of(personKey), charge));
    contact.now.attemptId = attemptId;
    contact.now.attemptIds = [...contact.now.attemptIds, attemptId];
    return undefined;
  }

  /** Reserves numbers and persons, each shard in one transaction. Returns the intents that have all they need. */
  async #reserve(candidates: readonly Candidate[], facts: Facts): Promise<readonly Candidate[]> {
    const { connection, keys } = this.#context;
    const shardsOf = ({ number, person }: Intent): readonly number[] =>
      person === '' ? [shardOf(number)] : [shardOf(number), shardOf(person)];
    const wanted = grouped(
      candidates.flatMap((candidate) =>
        [...new Set(shardsOf(candidate.intent))].map((shard) => ({ candidate, shard })),
      ),
      ({ shard }) => shard,
    );
    const conflicts = new Set<number>();
    for (const candidate of candidates) candidate.reserved = true;
    await Promise.all(
      Array.from(wanted, async ([shard, ofShard]) => {
        const transaction = new Transaction(connection);
        const changed = new Set<string>();
        for (const { candidate } of ofShard) {
          const { number, person } = candidate.intent;
          if (shardOf(number) === shard) {
            changed.add(keys.number(number));
            this.#reservations.note(transaction, candidate.intent);
          }
          if (person !== '' && shardOf(person) === shard) changed.add(keys.person(person));
        }
        for (const key of changed)
          transaction.replace(
            facts.read.get(key) as Doc<NumberDocument>,
            facts.next.get(key) as NumberDocument,
          );
        if ((await transaction.commit()).outcome !== 'ok') conflicts.add(shard);
      }),
    );
    return candidates.filter(({ intent }) => !shardsOf(intent).some((shard) => conflicts.has(shard)));
  }

  /** Writes the intents in their campaign's slot; false when something came between. */
  async #write(campaignId: string, candidates: readonly Candidate[], facts: Facts): Promise<boolean> {
    const { connection, keys, fences } = this.#context;
    const transaction = fences.guard(new Transaction(connection), campaignId);
    transaction.expect(facts.lists.get(campaignId) as Doc<unknown>);
    const changes = new ContactChanges(this.#context, transaction, campaignId);
    const order: (string | number)[] = [];
    const moments: (string | number)[] = [];
    for (const { intent, ordinal } of candidates) {
      const document: AttemptDocument = { ordinal, intent };
      changes.save(facts.contacts.get(intent.contactId) as ContactWork);
      transaction
        .replace(
          facts.attempts.get(keys.attempt(campaignId, intent.attemptId)) as Doc<AttemptDocument>,
          document,
        )
        .expectAbsent(keys.revoked(campaignId, intent.attemptId))
        .expectField(keys.dnc(campaignId), intent.number, '');
      order.push(ordinal, intent.attemptId);
      moments.push(intent.intendedAt, momentOf(document));
    }
    transaction
      .runInParts('ZADD', keys.campaign(campaignId, 'attempts'), order)
      .runInParts('ZADD', keys.campaign(campaignId, 'attempts-at'), moments)
      .runInParts(
        'SADD',
        keys.campaign(campaignId, 'open'),
        candidates.map(({ intent }) => intent.attemptId),
      );
    return (await changes.flush().commit()).outcome === 'ok';
  }
}
