import { consentInForce } from '../../core/consent.js';
import type { EpochMilliseconds } from '../../core/model.js';
import type {
  CallbackCancellation,
  CallbackMove,
  ContactEdit,
  RecycleReport,
  RecycleRequest,
} from '../lists.js';
import { CALLBACK_CANCELLED, isToRecycle, NEVER_RECYCLED } from '../rules.js';
import type { CallbackTable } from './callback-table.js';
import type { CampaignTable } from './campaign-table.js';
import { contactKeyOf, STATE_CODE } from './codes.js';
import { consentWords, consentWordsOf } from './consent-table.js';
import type { ContactCounts } from './contact-counts.js';
import type { ContactLists } from './contact-lists.js';
import type { ContactRow, ContactTable } from './contact-table.js';
import type { Database } from './database.js';
import { ofNumbers } from './late-index.js';
import { type ListTable, REMOVED_KEY } from './list-table.js';

type NumberColumns = [position: number, number: string, attempts: number, dead: number];
type DoneColumns = [
  key: number,
  listKey: number,
  doneReason: string,
  lastOutcome: string,
  attempts: number,
  lastAttemptAt: EpochMilliseconds,
];
type CallableColumns = [position: number, dead: number, dnc: number, consent: string];

/** What operators change about single contacts, their callbacks, and contacts that were closed. */
export class ContactEdits {
  readonly #campaigns: CampaignTable;
  readonly #contacts: ContactTable;
  readonly #counts: ContactCounts;
  readonly #lists: ContactLists;
  readonly #table: ListTable;
  readonly #callbacks: CallbackTable;
  readonly #editable;
  readonly #numbers;
  readonly #sameId;
  readonly #sameNumber;
  readonly #update;
  readonly #deleteNumbers;
  readonly #addNumber;
  readonly #deleteContact;
  readonly #noteRemoved;
  readonly #offerAgain;
  readonly #setCallback;
  readonly #done;
  readonly #callable;
  readonly #startRound;
  readonly #clearNumbers;

  constructor(
    database: Database,
    parts: {
      readonly campaigns: CampaignTable;
      readonly contacts: ContactTable;
      readonly counts: ContactCounts;
      readonly lists: ContactLists;
      readonly table: ListTable;
      readonly callbacks: CallbackTable;
    },
  ) {
    this.#campaigns = parts.campaigns;
    this.#contacts = parts.contacts;
    this.#counts = parts.counts;
    this.#lists = parts.lists;
    this.#table = parts.table;
    this.#callbacks = parts.callbacks;
    this.#editable = database.query<[version: number, nextNumber: number, dueAt: EpochMilliseconds]>(
      'SELECT version, next_number, due_at FROM contacts WHERE contact_key = ?',
    );
    this.#numbers = database.query<NumberColumns>(
      'SELECT position, number, attempts, dead FROM contact_numbers WHERE contact_key = ? ORDER BY position',
    );
    this.#sameId = database.query<[number]>(
      `SELECT 1 FROM contacts WHERE external_id <> '' AND campaign_key = ? AND external_id = ? AND contact_key <> ?`,
    );
    this.#sameNumber = database.query<[number]>(
      `SELECT 1 FROM (${ofNumbers('contact_key', 'number = ?2 AND position = 0 AND contact_key <> ?3')})
         CROSS JOIN contacts USING (contact_key) WHERE campaign_key = ?1`,
    );
    this.#update = database.command(
      `UPDATE contacts SET version = version + 1, next_number = ?2,
         external_id = coalesce(?3 ->> '$.externalId', external_id), name = coalesce(?3 ->> '$.name', name),
         time_zone = coalesce(?3 ->> '$.timeZone', time_zone), region = coalesce(?3 ->> '$.region', region),
         postal_code = coalesce(?3 ->> '$.postalCode', postal_code), party = coalesce(?3 ->> '$.party', party),
         number_classes = coalesce(?4, number_classes), fields = coalesce(?3 -> '$.fields', fields)
         WHERE contact_key = ?1`,
    );
    this.#deleteNumbers = database.command('DELETE FROM contact_numbers WHERE contact_key = ?');
    this.#addNumber = database.command('INSERT INTO contact_numbers VALUES (?, ?, ?, ?, ?, ?)');
    this.#deleteContact = database.command('DELETE FROM contacts WHERE contact_key = ?');
    this.#noteRemoved = database.command(
      `INSERT INTO meta VALUES ('${REMOVED_KEY}', ?1) ON CONFLICT (name)
         DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(?1 AS INTEGER))`,
    );
    this.#offerAgain = database.command(
      'UPDATE contacts SET due_at = max(due_at, ?2) WHERE contact_key = ?1',
    );
    this.#setCallback = database.command(
      `UPDATE contacts SET due_at = ?2, callback_at = ?3, callback_agent = ?4, callback_grace = ?5
         WHERE contact_key = ?1`,
    );
    this.#done = database.query<DoneColumns>(
      `SELECT contact_key, list_key, done_reason, last_outcome, attempts, last_attempt_at FROM contacts
         WHERE campaign_key = ?1 AND state = ${STATE_CODE.done} AND contact_key > ?2
           AND (?3 IS NULL OR contact_key IN (SELECT value FROM json_each(?3)))
         ORDER BY contact_key LIMIT ?4`,
    );
    this.#callable = database.query<CallableColumns>(
      `SELECT n.position, n.dead,
           EXISTS (SELECT 1 FROM dnc d WHERE d.number = n.number AND d.campaign_key IN (0, n.campaign_key)),
           ${consentWordsOf('n.number')}
         FROM contact_numbers n WHERE n.contact_key = ? ORDER BY n.position`,
    );
    this.#startRound = database.command('UPDATE contacts SET spent = attempts WHERE contact_key = ?');
    this.#clearNumbers = database.command('UPDATE contact_numbers SET attempts = 0 WHERE contact_key = ?');
  }

  update(contactId: string, edit: ContactEdit, ifVersion: number, now: EpochMilliseconds): number | false {
    const contact = this.#freeContact(contactId, ifVersion);
    if (contact === undefined) return false;
    const { key, campaignKey } = contact;
    const { externalId, numbers } = edit;
    if (externalId !== undefined && externalId !== '' && this.#sameId.first(campaignKey, externalId, key))
      return false;
    const before = this.#numbers.all(key);
    let nextNumber = this.#editable.first(key)?.[1] ?? 0;
    if (numbers !== undefined) {
      const first = numbers[0];
      if (first === undefined) return false;
      if (first !== before[0]?.[1] && this.#sameNumber.first(campaignKey, first, key)) return false;
      const known = new Map(before.map((row) => [row[1], row]));
      const next = before[nextNumber]?.[1];
      nextNumber = Math.max(0, next === undefined ? 0 : numbers.indexOf(next));
      this.#deleteNumbers.run(key);
      for (const [position, number] of numbers.entries()) {
        const [, , attempts = 0, dead = 0] = known.get(number) ?? [];
        this.#addNumber.run(key, position, number, campaignKey, attempts, dead);
      }
      this.#table.forgetNumbers();
    }
    const classes = edit.numberClasses === undefined ? null : edit.numberClasses.join(' ');
    this.#update.run(key, nextNumber, JSON.stringify(edit), classes);
    this.#offer(contact, now);
    return ifVersion + 1;
  }

  remove(contactId: string, ifVersion: number, now: EpochMilliseconds): boolean {
    const contact = this.#freeContact(contactId, ifVersion);
    if (contact === undefined) return false;
    if (contact.callbackAt !== null) this.#callbacks.end(contact.key, 'dropped', now);
    this.#counts.add(contact, contact.state, -1);
    this.#deleteNumbers.run(contact.key);
    this.#deleteContact.run(contact.key);
    this.#noteRemoved.run(String(contact.key));
    this.#table.forgetNumbers();
    return true;
  }

  /** The contact, when it is in no call and has the version. */
  #freeContact(contactId: string, ifVersion: number): ContactRow | undefined {
    const contact = this.#contacts.findById(contactId);
    if (contact === undefined || isInCall(contact)) return undefined;
    return this.#editable.first(contact.key)?.[0] === ifVersion ? contact : undefined;
  }

  /**
   * What the engine has in its hopper is out of date: its intent will be refused, and the contact is not leased again before
   * the engine has let the old lead go.
   */
  #offer(contact: ContactRow, now: EpochMilliseconds): void {
    if (contact.state !== STATE_CODE.leased || contact.leasedUntil === null) return;
    this.#contacts.unlease(contact);
    this.#offerAgain.run(contact.key, Math.max(now, contact.leasedUntil));
  }

  moveCallback({ contactId, dueAt, agentId, graceUntil }: CallbackMove): boolean {
    const contact = this.#waitingForCallback(contactId);
    if (contact === undefined) return false;
    const leasedUntil = contact.state === STATE_CODE.leased ? (contact.leasedUntil ?? 0) : 0;
    if (leasedUntil > 0) this.#contacts.unlease(contact);
    const { key } = contact;
    this.#setCallback.run(key, Math.max(dueAt, leasedUntil), dueAt, agentId ?? null, graceUntil ?? null);
    this.#callbacks.move(key, dueAt, agentId, graceUntil);
    return true;
  }

  cancelCallback({ contactId, next, now }: CallbackCancellation): boolean {
    const contact = this.#waitingForCallback(contactId);
    if (contact === undefined) return false;
    const { key, leasedUntil, state } = contact;
    this.#callbacks.end(key, 'cancelled', now);
    const [, nextNumber = 0] = this.#editable.first(key) ?? [];
    const dueAt = state === STATE_CODE.leased ? Math.max(now, leasedUntil ?? 0) : now;
    this.#contacts.apply(
      contact,
      next === 'open' ? { state: 'open', dueAt, nextNumber } : { state: 'done', reason: CALLBACK_CANCELLED },
    );
    return true;
  }

  #waitingForCallback(contactId: string): ContactRow | undefined {
    const contact = this.#contacts.findById(contactId);
    if (contact === undefined || contact.callbackAt === null || isInCall(contact)) return undefined;
    return contact;
  }

  recycle(request: RecycleRequest): RecycleReport {
    const { campaignId, list, contactIds, dryRun, now, limit, cursor } = request;
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const wanted = contactIds === undefined ? null : JSON.stringify(contactIds.map(contactKeyOf));
    const rows = this.#done.all(campaignKey, Number(cursor ?? 0), wanted, limit);
    const listKey = list === undefined ? undefined : this.#lists.keyOf(campaignKey, list);
    const kept: Record<string, number> = {};
    let recycled = 0;
    for (const [key, ofList, doneReason, lastOutcome, attempts, lastAttemptAt] of rows) {
      if (listKey !== undefined && ofList !== listKey) continue;
      if (!isToRecycle(request, { doneReason, lastOutcome, attempts, lastAttemptAt })) continue;
      const against = NEVER_RECYCLED.includes(doneReason) ? doneReason : this.#nextNumber(key, request);
      if (typeof against === 'string') {
        kept[against] = (kept[against] ?? 0) + 1;
        continue;
      }
      recycled += 1;
      if (dryRun) continue;
      const contact = this.#contacts.find(key);
      if (contact === undefined) continue;
      this.#contacts.apply(contact, { state: 'open', dueAt: now, nextNumber: against });
      this.#startRound.run(key);
      this.#clearNumbers.run(key);
    }
    const last = rows.at(-1)?.[0];
    const report = { looked: rows.length, recycled, kept };
    return rows.length < limit || last === undefined ? report : { ...report, nextCursor: String(last) };
  }

  /** The first number that may be called, as far as the store knows; or why there is none. */
  #nextNumber(key: number, { scope, now }: RecycleRequest): number | string {
    let against = 'no-valid-number';
    for (const [position, dead, dnc, consent] of this.#callable.all(key)) {
      if (dead === 1) continue;
      if (dnc === 1) against = 'dnc';
      else if (consentInForce(consentWords(consent), scope, now).state === 'refused') against = 'consent';
      else return position;
    }
    return against;
  }
}

/** An attempt holds the contact, or waits for its disposition. */
function isInCall({ state, leasedUntil }: ContactRow): boolean {
  return state === STATE_CODE.pending || (state === STATE_CODE.leased && leasedUntil === null);
}
