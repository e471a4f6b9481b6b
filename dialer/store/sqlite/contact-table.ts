import type { ContactNext, EpochMilliseconds } from '../../core/model.js';
import type { ClosedContact, Page } from '../port.js';
import { CLOSED_BY_LIST, CLOSED_BY_WORD, NO_DISPOSITION, OVER } from '../rules.js';
import type { CallbackTable } from './callback-table.js';
import { contactIdOf, contactKeyOf, STATE_CODE } from './codes.js';
import type { ContactCounts } from './contact-counts.js';
import type { Database } from './database.js';
import { ofNumbers } from './late-index.js';

/** What a change of state needs to know of a contact. */
export interface ContactRow {
  readonly key: number;
  readonly campaignKey: number;
  readonly listKey: number;
  readonly stage: number;
  readonly state: number;
  /** Null while an attempt holds the contact. */
  readonly leasedUntil: EpochMilliseconds | null;
  readonly attempts: number;
  readonly callbackAt: EpochMilliseconds | null;
}

type RowColumns = [
  campaignKey: number,
  listKey: number,
  stage: number,
  state: number,
  leasedUntil: EpochMilliseconds | null,
  attempts: number,
  callbackAt: EpochMilliseconds | null,
];

const { open: OPEN, leased: LEASED, pending: PENDING, callback: CALLBACK, done: DONE } = STATE_CODE;

/** The states of contacts: every change of one goes through here, and is counted. */
export class ContactTable {
  readonly #counts: ContactCounts;
  readonly #callbacks: CallbackTable;
  readonly #find;
  readonly #setOpen;
  readonly #setCallback;
  readonly #setPending;
  readonly #setDone;
  readonly #unlease;
  readonly #release;
  readonly #hold;
  readonly #countAttempt;
  readonly #setOutcome;
  readonly #countNumber;
  readonly #killNumber;
  readonly #expired;
  readonly #abandonedLeases;
  readonly #pendings;
  readonly #anyClosed;
  readonly #closedWith;
  readonly #closedFrom;
  readonly #freeNumbers;
  readonly #closedOn;

  constructor(database: Database, counts: ContactCounts, callbacks: CallbackTable) {
    this.#counts = counts;
    this.#callbacks = callbacks;
    this.#find = database.query<RowColumns>(
      `SELECT campaign_key, list_key, stage, state, leased_until, attempts, callback_at FROM contacts
         WHERE contact_key = ?`,
    );
    const noCallback = 'callback_at = NULL, callback_agent = NULL, callback_grace = NULL';
    this.#setOpen = database.command(
      `UPDATE contacts SET state = ${OPEN}, leased_until = NULL, due_at = ?, next_number = ?,
         done_reason = '', ${noCallback} WHERE contact_key = ?`,
    );
    this.#setCallback = database.command(
      `UPDATE contacts SET state = ${CALLBACK}, leased_until = NULL, due_at = ?1, callback_at = ?1,
         callback_agent = ?2, callback_grace = ?3, done_reason = '' WHERE contact_key = ?4`,
    );
    this.#setPending = database.command(
      `UPDATE contacts SET state = ${PENDING}, leased_until = NULL, done_reason = '', ${noCallback}
         WHERE contact_key = ?`,
    );
    this.#setDone = database.command(
      `UPDATE contacts SET state = ${DONE}, leased_until = NULL, done_reason = ?, ${noCallback}
         WHERE contact_key = ?`,
    );
    this.#unlease = database.command(
      'UPDATE contacts SET state = ?, leased_until = NULL WHERE contact_key = ?',
    );
    this.#release = database.command(
      'UPDATE contacts SET state = ?, leased_until = NULL, due_at = ?, next_number = ? WHERE contact_key = ?',
    );
    this.#hold = database.command('UPDATE contacts SET leased_until = NULL WHERE contact_key = ?');
    this.#countAttempt = database.command(
      'UPDATE contacts SET attempts = attempts + 1, last_attempt_at = ?, last_outcome = ? WHERE contact_key = ?',
    );
    this.#setOutcome = database.command('UPDATE contacts SET last_outcome = ? WHERE contact_key = ?');
    this.#countNumber = database.command(
      'UPDATE contact_numbers SET attempts = attempts + 1 WHERE contact_key = ? AND position = ?',
    );
    this.#killNumber = database.command(
      'UPDATE contact_numbers SET dead = 1 WHERE contact_key = ? AND position = ?',
    );
    this.#expired = database.query<[number]>(
      `SELECT contact_key FROM contacts WHERE state = ${LEASED} AND leased_until <= ?
         ORDER BY leased_until, contact_key`,
    );
    this.#abandonedLeases = database.query<[number]>(
      `SELECT contact_key FROM contacts WHERE state = ${LEASED} AND contact_key NOT IN
         (SELECT contact_key FROM attempts WHERE outcome IS NULL)`,
    );
    const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
    const closed = `state = ${DONE} AND done_reason IN (${quoted(CLOSED_BY_WORD)})`;
    this.#anyClosed = database.query<[number]>(`SELECT EXISTS (SELECT 1 FROM contacts WHERE ${closed})`);
    this.#closedWith = database.query<[key: number, position: number, dueAt: EpochMilliseconds]>(
      `SELECT contact_key, min(n.position), due_at
         FROM (${ofNumbers('contact_key, position', 'number IN (SELECT value FROM json_each(?1))')})
           CROSS JOIN contact_numbers n USING (contact_key, position)
           CROSS JOIN contacts USING (contact_key)
           CROSS JOIN campaigns k ON k.campaign_key = contacts.campaign_key
         WHERE ${closed} AND n.dead = 0 AND ?2 IN (0, k.campaign_key)
           AND coalesce(k.record ->> '$.status', 'draft') NOT IN (${quoted(OVER)})
         GROUP BY contact_key`,
    );
    // The words of the index come first, or it is not used.
    const closedByList = `${closed} AND done_reason = '${CLOSED_BY_LIST}'`;
    this.#closedFrom = database.query<[number]>(
      `SELECT contact_key FROM contacts WHERE ${closedByList} AND contact_key > ?
         ORDER BY contact_key LIMIT ?`,
    );
    this.#freeNumbers = database.query<[key: number, campaignId: string, numbers: string]>(
      `SELECT contact_key, k.campaign_id, json_group_array(n.number ORDER BY n.position) FILTER (WHERE n.dead = 0)
         FROM contacts
           CROSS JOIN contact_numbers n USING (contact_key)
           CROSS JOIN campaigns k ON k.campaign_key = contacts.campaign_key
         WHERE ${closedByList} AND contact_key BETWEEN ? AND ?
           AND coalesce(k.record ->> '$.status', 'draft') NOT IN (${quoted(OVER)})
         GROUP BY contact_key
         HAVING NOT max(EXISTS (SELECT 1 FROM dnc d
                                  WHERE d.number = n.number AND d.campaign_key IN (0, k.campaign_key)))
         ORDER BY contact_key`,
    );
    this.#closedOn = database.query<[position: number, dueAt: EpochMilliseconds]>(
      `SELECT n.position, due_at
         FROM contacts
           CROSS JOIN contact_numbers n USING (contact_key)
           CROSS JOIN campaigns k ON k.campaign_key = contacts.campaign_key
         WHERE contact_key = ? AND ${closedByList} AND n.number = ? AND n.dead = 0
           AND coalesce(k.record ->> '$.status', 'draft') NOT IN (${quoted(OVER)})`,
    );
    this.#pendings = database.query<[number]>(
      `SELECT contact_key FROM campaigns JOIN contacts USING (campaign_key) WHERE state = ${PENDING}`,
    );
  }

  find(key: number): ContactRow | undefined {
    const row = this.#find.first(key);
    if (row === undefined) return undefined;
    const [campaignKey, listKey, stage, state, leasedUntil, attempts, callbackAt] = row;
    return { key, campaignKey, listKey, stage, state, leasedUntil, attempts, callbackAt };
  }

  findById(contactId: string): ContactRow | undefined {
    return this.find(contactKeyOf(contactId));
  }

  #moved(contact: ContactRow, state: number): void {
    if (contact.state === state) return;
    this.#counts.add(contact, contact.state, -1);
    this.#counts.add(contact, state, 1);
  }

  /** `at`: when it was decided; absent where only the lead's end is known. */
  apply(contact: ContactRow, next: ContactNext, at: EpochMilliseconds | null = null): void {
    if (next.state === 'callback') this.#callbacks.book(contact, next, at ?? next.dueAt);
    else if (contact.callbackAt !== null) this.#callbacks.end(contact.key, 'dropped', at);
    switch (next.state) {
      case 'open':
        this.#setOpen.run(next.dueAt, next.nextNumber, contact.key);
        break;
      case 'callback':
        this.#setCallback.run(next.dueAt, next.agentId ?? null, next.graceUntil ?? null, contact.key);
        break;
      case 'pending':
        this.#setPending.run(contact.key);
        break;
      case 'done':
        this.#setDone.run(next.reason, contact.key);
        break;
    }
    this.#moved(contact, STATE_CODE[next.state]);
  }

  /** Gives a leased lead back undialled; nothing happens when the lease has ended already. */
  release(contact: ContactRow, dueAt: EpochMilliseconds, nextNumber: number): void {
    if (contact.state !== LEASED || contact.leasedUntil === null) return;
    const state = contact.callbackAt === null ? OPEN : CALLBACK;
    this.#release.run(state, dueAt, nextNumber, contact.key);
    this.#moved(contact, state);
  }

  close(contact: ContactRow, reason: string): void {
    if (contact.state !== DONE) this.apply(contact, { state: 'done', reason });
  }

  /**
   * Opens the contacts again that were closed for a do-not-call list or for consent and have one of the numbers: of the
   * campaign, or with 0 of all. The gate judges them when they are leased.
   */
  reopen(numbers: readonly string[], campaignKey = 0): void {
    if (numbers.length === 0 || this.#anyClosed.first()?.[0] !== 1) return;
    for (const [key, nextNumber, dueAt] of this.#closedWith.all(JSON.stringify(numbers), campaignKey)) {
      const contact = this.find(key);
      if (contact !== undefined) this.apply(contact, { state: 'open', dueAt, nextNumber });
    }
  }

  /** Of up to `limit` contacts that were closed for a do-not-call list: those that only a registry can have closed. */
  closedByLists(limit: number, cursor: string): Page<ClosedContact> {
    const keys = this.#closedFrom.all(contactKeyOf(cursor), limit);
    const [first, last] = [keys[0]?.[0], keys[keys.length - 1]?.[0]];
    if (first === undefined || last === undefined) return { items: [] };
    const items = this.#freeNumbers.all(first, last).flatMap(([key, campaignId, text]): ClosedContact[] => {
      const numbers = JSON.parse(text) as string[];
      return numbers.length === 0 ? [] : [{ contactId: contactIdOf(key), campaignId, numbers }];
    });
    return { items, ...(keys.length === limit && { nextCursor: contactIdOf(last) }) };
  }

  /** Opens them again where they are still closed for a do-not-call list, with this number next. */
  reopenEach(contacts: readonly { readonly contactId: string; readonly number: string }[]): string[] {
    return contacts.flatMap(({ contactId, number }) => {
      const contact = this.findById(contactId);
      const found = contact === undefined ? undefined : this.#closedOn.first(contact.key, number);
      if (contact === undefined || found === undefined) return [];
      const [nextNumber, dueAt] = found;
      this.apply(contact, { state: 'open', dueAt, nextNumber });
      return [contactId];
    });
  }

  /** From here on the attempt holds the contact, not the lease. */
  hold(contact: ContactRow): void {
    this.#hold.run(contact.key);
  }

  /** Notes how an attempt ended; returns the contact as it is then. */
  recordOutcome(
    contact: ContactRow,
    outcome: string,
    number: { readonly position: number; readonly dead: boolean },
    chargedAt: EpochMilliseconds | undefined,
  ): ContactRow {
    if (number.dead) this.#killNumber.run(contact.key, number.position);
    if (chargedAt === undefined) {
      this.#setOutcome.run(outcome, contact.key);
      return contact;
    }
    this.#countAttempt.run(chargedAt, outcome, contact.key);
    this.#countNumber.run(contact.key, number.position);
    const tried = { ...contact, attempts: contact.attempts + 1 };
    this.#counts.add(contact, contact.state, -1);
    this.#counts.add(tried, contact.state, 1);
    return tried;
  }

  /** The number is not dialled again in its campaign. */
  killNumber(contactKey: number, position: number): void {
    this.#killNumber.run(contactKey, position);
  }

  /** Offers leases that ran out again, as what they were. */
  endLeases(now: EpochMilliseconds): void {
    this.#unleaseAll(this.#expired.all(now));
  }

  /** Ends what the run before has left: leases without an attempt, and waits for a disposition. */
  endRun(): void {
    this.#unleaseAll(this.#abandonedLeases.all());
    for (const [key] of this.#pendings.all()) {
      const contact = this.find(key);
      if (contact !== undefined) this.close(contact, NO_DISPOSITION);
    }
  }

  #unleaseAll(keys: readonly (readonly [number])[]): void {
    for (const [key] of keys) {
      const contact = this.find(key);
      if (contact !== undefined) this.unlease(contact);
    }
  }

  /** Offers a leased contact again, as what it was. */
  unlease(contact: ContactRow): void {
    const state = contact.callbackAt === null ? OPEN : CALLBACK;
    this.#unlease.run(state, contact.key);
    this.#moved(contact, state);
  }
}
