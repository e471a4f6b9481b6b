/** Records over their life: read for exports, erased on request, pruned when their time is over. */
import type { Permit } from '../../../compliance/index.js';
import type { EpochMilliseconds } from '../../core/model.js';
import { decodeEvent } from '../../events/codec.js';
import { daysKept } from '../../retention/periods.js';
import { ERASED, erasedAttempt, erasedNumber } from '../erasure.js';
import type {
  AttemptRecord,
  DncEntry,
  Erasure,
  ErasureReport,
  Page,
  PersonRecords,
  PruneAttemptsReport,
  PruneAttemptsRequest,
  PruneReport,
} from '../port.js';
import { personOf } from '../rules.js';
import { type RecordColumns, recordOf } from './attempt-table.js';
import type { CampaignTable } from './campaign-table.js';
import { contactIdOf, contactKeyOf, STATE_CODE } from './codes.js';
import type { ContactTable } from './contact-table.js';
import type { Database } from './database.js';
import { ofNumbers } from './late-index.js';

type EntryColumns = [number: string, campaignKey: number, reason: string, at: EpochMilliseconds];

export class RecordTable {
  readonly #database: Database;
  readonly #campaigns: CampaignTable;
  readonly #contacts: ContactTable;
  readonly #hashOf: (number: string) => string;
  readonly #withNumbers;
  readonly #sameId;
  readonly #personColumns;
  readonly #numbersOf;
  readonly #live;
  readonly #attemptsOf;
  readonly #blankContact;
  readonly #replaceListed;
  readonly #replaceAttempt;
  readonly #forgetOutcomes;
  readonly #replaceConsents;
  readonly #blankDnc;
  readonly #addDnc;
  readonly #forgetAnswers;
  readonly #between;
  readonly #entries;
  readonly #oldestAttempts;
  readonly #attemptsFrom;
  readonly #oldestEvents;
  readonly #deleteAttempts;
  readonly #deleteEvents;
  readonly #deleteLedger;

  /** `hashOf`: keyed hash of a number. */
  constructor(
    database: Database,
    campaigns: CampaignTable,
    contacts: ContactTable,
    hashOf: (number: string) => string,
  ) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#contacts = contacts;
    this.#hashOf = hashOf;
    const each = (parameter: string): string => `(SELECT value FROM json_each(${parameter}))`;
    this.#withNumbers = database.query<[number]>(
      `${ofNumbers('contact_key', `number IN ${each('?1')}`)} ORDER BY contact_key`,
    );
    this.#sameId = database.query<[number]>(
      `SELECT contact_key FROM campaigns CROSS JOIN contacts USING (campaign_key)
         WHERE external_id <> '' AND external_id IN
           (SELECT external_id FROM contacts WHERE contact_key IN ${each('?1')})`,
    );
    this.#personColumns = database.query<[key: number, externalId: string, numbers: number]>(
      `SELECT contact_key, external_id,
           (SELECT count(*) FROM contact_numbers n WHERE n.contact_key = contacts.contact_key)
         FROM contacts WHERE contact_key IN ${each('?1')}`,
    );
    this.#numbersOf = database.query<[string]>(
      `SELECT DISTINCT number FROM contact_numbers WHERE contact_key IN ${each('?1')} AND number LIKE '+%'`,
    );
    this.#live = database.query<[number]>(
      `SELECT EXISTS (SELECT 1 FROM attempts WHERE outcome IS NULL AND number IN ${each('?2')})
         OR EXISTS (SELECT 1 FROM attempts WHERE outcome IS NULL AND contact_key IN ${each('?1')})
         OR EXISTS (SELECT 1 FROM contacts WHERE contact_key IN ${each('?1')} AND state = ${STATE_CODE.pending})`,
    );
    this.#attemptsOf = database.query<RecordColumns>(
      `SELECT attempt_key, intent, result, disposition, answers FROM attempts WHERE contact_key IN ${each('?1')}
       UNION SELECT attempt_key, intent, result, disposition, answers FROM attempts WHERE number IN ${each('?2')}`,
    );
    this.#blankContact = database.command(
      `UPDATE contacts SET external_id = '', name = '', time_zone = '', region = '', postal_code = '', party = '',
         number_classes = '', fields = '{}',
         done_reason = '${ERASED}' WHERE contact_key = ?`,
    );
    this.#replaceListed = database.command(
      `UPDATE contact_numbers SET number = ?2, dead = 1 WHERE contact_key IN ${each('?1')} AND number = ?3`,
    );
    this.#replaceAttempt = database.command(
      `UPDATE attempts SET number = ?, person = NULL, intent = ?, result = ?, disposition = ?, answers = NULL WHERE attempt_key = ?`,
    );
    this.#forgetOutcomes = database.command(`DELETE FROM outcome_history WHERE whose IN ${each('?1')}`);
    this.#replaceConsents = database.command(
      `UPDATE consent_records SET number = ?2, sequence = sequence +
           (SELECT coalesce(max(sequence), 0) FROM consent_records WHERE number = ?2)
         WHERE number = ?1`,
    );
    this.#blankDnc = database.command(`UPDATE dnc SET reason = '${ERASED}' WHERE number IN ${each('?1')}`);
    this.#addDnc = database.command(
      `INSERT OR IGNORE INTO dnc SELECT value, 0, '${ERASED}', ?2 FROM json_each(?1)`,
    );
    this.#forgetAnswers = database.command('DELETE FROM idempotency WHERE instr(body, ?) > 0');
    this.#between = database.query<[...RecordColumns, EpochMilliseconds]>(
      `SELECT attempt_key, intent, result, disposition, answers, intended_at FROM attempts
         WHERE campaign_key = ?1 AND (intended_at, attempt_key) > (?2, ?3) AND intended_at < ?4
         ORDER BY intended_at, attempt_key LIMIT ?5`,
    );
    this.#entries = database.query<EntryColumns>(
      `SELECT number, campaign_key, reason, added_at FROM dnc WHERE (number, campaign_key) > (?1, ?2)
         ORDER BY number, campaign_key LIMIT ?3`,
    );
    this.#oldestAttempts = database.query<[key: number, intendedAt: number, outcome: string | null]>(
      'SELECT attempt_key, intended_at, outcome FROM attempts ORDER BY attempt_key LIMIT ?',
    );
    this.#attemptsFrom = database.query<
      [key: number, intendedAt: number, outcome: string | null, permit: string]
    >(
      `SELECT attempt_key, intended_at, outcome, intent -> '$.permit' FROM attempts
         WHERE attempt_key > ? ORDER BY attempt_key LIMIT ?`,
    );
    this.#oldestEvents = database.query<[sequence: number, event: Uint8Array]>(
      'SELECT sequence, event FROM journal ORDER BY sequence LIMIT ?',
    );
    this.#deleteAttempts = database.command(`DELETE FROM attempts WHERE attempt_key IN ${each('?1')}`);
    this.#deleteEvents = database.command('DELETE FROM journal WHERE sequence <= ?');
    this.#deleteLedger = database.command('DELETE FROM abandon_ledger WHERE needed_until <= ?');
  }

  // -- erasure

  contactsWith(numbers: readonly string[]): readonly string[] {
    return this.#withNumbers.all(JSON.stringify(numbers)).map(([key]) => contactIdOf(key));
  }

  person(contactIds: readonly string[]): PersonRecords {
    const given = contactIds.map(contactKeyOf);
    const keys = new Set(given);
    for (const [key] of this.#sameId.all(JSON.stringify(given))) keys.add(key);
    const all = [...keys].filter((key) => this.#contacts.find(key) !== undefined);
    return {
      contactIds: all.map(contactIdOf),
      numbers: this.#numbersOf.all(JSON.stringify(all)).map(([number]) => number),
    };
  }

  erase({ contactIds, numbers, at }: Erasure): ErasureReport | false {
    const keys = JSON.stringify(contactIds.map(contactKeyOf));
    const plain = JSON.stringify(numbers);
    if (this.#live.first(keys, plain)?.[0] === 1) return false;
    // What is deleted is overwritten in the file, too.
    this.#database.execute('PRAGMA secure_delete = ON');
    try {
      return this.#erase(contactIds, keys, numbers, plain, at);
    } finally {
      this.#database.execute('PRAGMA secure_delete = OFF');
    }
  }

  #erase(
    contactIds: readonly string[],
    keys: string,
    numbers: readonly string[],
    plain: string,
    at: EpochMilliseconds,
  ): ErasureReport {
    const persons = this.#personColumns
      .all(keys)
      .map(([key, externalId, count]) => personOf(externalId, contactIdOf(key), count));
    const attempts = this.#attemptsOf.all(keys, plain);
    for (const [key, ...texts] of attempts) {
      const record = erasedAttempt(recordOf([key, ...texts]), this.#tokenOf(JSON.parse(texts[0]).number));
      const { result, disposition, ...intent } = record;
      this.#replaceAttempt.run(
        intent.number,
        JSON.stringify(intent),
        result === undefined ? null : JSON.stringify(result),
        disposition === undefined ? null : JSON.stringify(disposition),
        key,
      );
    }
    let contacts = 0;
    for (const contactId of contactIds) {
      const contact = this.#contacts.findById(contactId);
      if (contact === undefined) continue;
      contacts += 1;
      this.#contacts.close(contact, ERASED);
      this.#blankContact.run(contact.key);
    }
    let consents = 0;
    for (const number of numbers) {
      const token = this.#tokenOf(number);
      this.#replaceListed.run(keys, token, number);
      consents += this.#replaceConsents.run(number, token);
      this.#forgetAnswers.run(number);
    }
    this.#forgetOutcomes.run(JSON.stringify([...numbers, ...persons.filter((each) => each !== '')]));
    this.#blankDnc.run(plain);
    this.#addDnc.run(plain, at);
    return { contacts, attempts: attempts.length, consents };
  }

  #tokenOf(number: string): string {
    return number.startsWith('+') ? erasedNumber(this.#hashOf(number)) : number;
  }

  // -- reading in order

  attemptsBetween({
    campaignId,
    from,
    to,
    limit,
    cursor,
  }: {
    readonly campaignId: string;
    readonly from: EpochMilliseconds;
    readonly to: EpochMilliseconds;
    readonly limit: number;
    readonly cursor?: string;
  }): Page<AttemptRecord> {
    const [at = from, key = 0] = cursor === undefined ? [] : cursor.split(':').map(Number);
    const rows = this.#between.all(this.#campaigns.keyOf(campaignId), at, key, to, limit + 1);
    const items = rows.slice(0, limit).map(([...row]) => recordOf(row.slice(0, 5) as RecordColumns));
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) return { items };
    return { items, nextCursor: `${last[5]}:${last[0]}` };
  }

  dncEntries({ limit, cursor }: { readonly limit: number; readonly cursor?: string }): Page<DncEntry> {
    const [number = '', campaignKey = '-1'] = cursor?.split(':') ?? [];
    const rows = this.#entries.all(number, Number(campaignKey), limit + 1);
    const items = rows.slice(0, limit).map(([e164, key, reason, at]) => ({
      number: e164,
      ...(key === 0 ? {} : { campaignId: this.#campaigns.idOf(key) }),
      reason,
      at,
    }));
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) return { items };
    return { items, nextCursor: `${last[0]}:${last[1]}` };
  }

  // -- retention

  pruneAttempts({ before, days, periods, now, limit, cursor }: PruneAttemptsRequest): PruneAttemptsReport {
    const rows = this.#attemptsFrom.all(Number(cursor ?? 0), limit);
    const due: number[] = [];
    let last: number | undefined;
    for (const [key, intendedAt, outcome, permit] of rows) {
      if (intendedAt >= before) break;
      last = key;
      if (outcome !== null && daysKept(JSON.parse(permit) as Permit, periods, now) <= days) due.push(key);
    }
    if (due.length > 0) this.#deleteAttempts.run(JSON.stringify(due));
    const more = rows.length === limit && last === rows.at(-1)?.[0];
    return { attempts: due.length, more, ...(last !== undefined && { cursor: String(last) }) };
  }

  prune(before: EpochMilliseconds, limit: number): PruneReport {
    const rows = this.#oldestAttempts.all(limit);
    const old = rows.filter(([, intendedAt, outcome]) => outcome !== null && intendedAt < before);
    if (old.length > 0) this.#deleteAttempts.run(JSON.stringify(old.map(([key]) => key)));
    let events = 0;
    let lastSequence = 0;
    const journal = this.#oldestEvents.all(limit);
    for (const [sequence, event] of journal) {
      if (decodeEvent(event).at >= before) break;
      events += 1;
      lastSequence = sequence;
    }
    if (events > 0) this.#deleteEvents.run(lastSequence);
    const more = (old.length > 0 && rows.length === limit) || (events > 0 && events === limit);
    if (!more) this.#deleteLedger.run(before);
    return { attempts: old.length, events, more };
  }
}
