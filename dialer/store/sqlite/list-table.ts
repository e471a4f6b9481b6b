import type { EpochMilliseconds, SampleReport, StageName } from '../../core/model.js';
import { MOST_PHASES, STAGES } from '../../core/model.js';
import { MAIN_LIST } from '../lists.js';
import { NumberSet } from '../number-set.js';
import type {
  ContactRecord,
  ContactState,
  ExtensionRequest,
  ImportCounts,
  NewContact,
  Page,
  SampleRequest,
} from '../port.js';
import { grantedNumbers, importedConsents, partyFieldsOf, requireNumbers } from '../rules.js';
import { drawFirst, drawStages, type SampleMember, type SampleSizes, stratumOf } from '../sample-draw.js';
import type { CampaignTable } from './campaign-table.js';
import {
  codesOf,
  contactIdOf,
  contactKeyOf,
  heldCode,
  STAGE_CODE,
  STATE_CODE,
  STATE_NAMES,
  stageName,
  stateName,
} from './codes.js';
import type { ConsentTable } from './consent-table.js';
import type { ContactCounts } from './contact-counts.js';
import type { ContactLists } from './contact-lists.js';
import type { ContactTable } from './contact-table.js';
import type { Database } from './database.js';
import type { LateIndex } from './late-index.js';

export type RecordColumns = [
  key: number,
  campaignKey: number,
  stage: number,
  state: number,
  doneReason: string,
  externalId: string,
  name: string,
  timeZone: string,
  region: string,
  attempts: number,
  lastOutcome: string,
  dueAt: EpochMilliseconds,
  fields: string,
  numbers: string,
  postalCode: string,
  party: string,
  numberClasses: string,
  listKey: number,
  version: number,
  inCall: number,
  lastAttemptAt: EpochMilliseconds,
  callbackAt: EpochMilliseconds | null,
  callbackAgent: string | null,
];

/** Columns of a contact's record, of `contacts`. */
export const RECORD = `contact_key, campaign_key, stage, state, done_reason, external_id, name, time_zone, region,
  attempts, last_outcome, due_at, fields,
  (SELECT json_group_array(json_array(position, number, attempts, dead))
     FROM contact_numbers n WHERE n.contact_key = contacts.contact_key), postal_code, party, number_classes,
  list_key, version, state = ${STATE_CODE.pending} OR (state = ${STATE_CODE.leased} AND leased_until IS NULL),
  last_attempt_at, callback_at, callback_agent`;

/** Campaigns whose first numbers are kept in memory, 16 MB for a million of them. */
const REMEMBERED_CAMPAIGNS = 8;

/** Where the greatest key of a removed contact is kept. */
export const REMOVED_KEY = 'last_removed_contact';

/** Lists of contacts: import, samples, and looking through them. */
export class ListTable {
  readonly #campaigns: CampaignTable;
  readonly #counts: ContactCounts;
  readonly #lists: ContactLists;
  readonly #lateIndexes: readonly LateIndex[];
  readonly #lastKey;
  readonly #known;
  readonly #numbersOf;
  /** First numbers of the campaigns that were imported into lately. */
  readonly #firstNumbers = new Map<number, NumberSet>();
  readonly #addContacts;
  readonly #addNumbers;
  readonly #consents: ConsentTable;
  readonly #contacts: ContactTable;
  readonly #record;
  readonly #pageOfAll;
  readonly #pageOfState;
  readonly #total;
  readonly #eligible;
  readonly #undrawn;
  readonly #withStrata;
  readonly #assign;
  readonly #open;

  constructor(
    database: Database,
    campaigns: CampaignTable,
    counts: ContactCounts,
    consents: ConsentTable,
    contacts: ContactTable,
    lists: ContactLists,
    lateIndexes: readonly LateIndex[],
  ) {
    this.#lists = lists;
    this.#lateIndexes = lateIndexes;
    this.#consents = consents;
    this.#contacts = contacts;
    this.#campaigns = campaigns;
    this.#counts = counts;
    // A key is never given twice: attempts keep the keys of contacts that were removed.
    this.#lastKey = database.query<[number]>(
      `SELECT max(coalesce((SELECT max(contact_key) FROM contacts), 0),
         coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = '${REMOVED_KEY}'), 0))`,
    );
    // A batch travels as one JSON text each way: rows of a thousand contacts cost one call, not thousands.
    this.#known = database.query<[number]>(
      `SELECT key FROM json_each(?2) batch WHERE batch.value <> '' AND EXISTS
         (SELECT 1 FROM contacts WHERE external_id <> '' AND campaign_key = ?1 AND external_id = batch.value)`,
    );
    this.#numbersOf = database.query<[string]>(
      'SELECT json_group_array(number) FROM contact_numbers WHERE campaign_key = ? AND position = 0',
    );
    this.#addContacts = database.command(
      `INSERT INTO contacts
         SELECT ?1 + key, ?2, ${STAGE_CODE.production}, ${STATE_CODE.open}, ?3, NULL, 0, 0, '', 0, '', NULL, NULL,
           NULL, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
           value ->> 5, value ->> 6, value ->> 7, ?5, 1, 0 FROM json_each(?4)`,
    );
    this.#addNumbers = database.command(
      `INSERT INTO contact_numbers SELECT value ->> 0, value ->> 1, value ->> 2, ?1, 0, 0 FROM json_each(?2)`,
    );
    this.#record = database.query<RecordColumns>(`SELECT ${RECORD} FROM contacts WHERE contact_key = ?`);
    const ofState = (state: string): string =>
      `SELECT ${RECORD} FROM contacts WHERE campaign_key = ?1 AND state = ${state} AND contact_key > ?2
         ORDER BY contact_key LIMIT ?3`;
    this.#pageOfState = database.query<RecordColumns>(ofState('?4'));
    // Each state comes in order out of the index, so that only five short runs are merged.
    const keysOfState = (state: number): string =>
      `SELECT * FROM (SELECT contact_key FROM contacts WHERE campaign_key = ?1 AND state = ${state}
         AND contact_key > ?2 ORDER BY contact_key LIMIT ?3)`;
    this.#pageOfAll = database.query<RecordColumns>(
      `SELECT ${RECORD} FROM contacts WHERE contact_key IN
         (${STATE_NAMES.map((_name, code) => keysOfState(code)).join(' UNION ALL ')})
         ORDER BY contact_key LIMIT ?3`,
    );
    this.#total = database.query<[number]>('SELECT count(*) FROM contacts WHERE campaign_key = ?');
    this.#eligible = database.query<[string]>(
      `SELECT json_group_array(contact_key) FROM contacts
         WHERE campaign_key = ? AND state = ${STATE_CODE.open} AND attempts = 0`,
    );
    this.#undrawn = database.query<[string]>(
      `SELECT json_group_array(contact_key) FROM contacts WHERE campaign_key = ?
         AND stage = ${STAGE_CODE.production} AND state = ${STATE_CODE.open} AND attempts = 0`,
    );
    this.#withStrata = database.query<[key: number, region: string, timeZone: string, fields: string]>(
      `SELECT contact_key, region, time_zone, fields FROM contacts
         WHERE campaign_key = ? AND state = ${STATE_CODE.open} AND attempts = 0 ORDER BY contact_key`,
    );
    this.#assign = database.command(
      'UPDATE contacts SET stage = ? WHERE contact_key IN (SELECT value FROM json_each(?))',
    );
    this.#open = database.command(
      'UPDATE contacts SET stage = ? WHERE campaign_key = ? AND stage = ? AND state = ?',
    );
  }

  add(
    campaignId: string,
    contacts: readonly NewContact[],
    now: EpochMilliseconds,
    list: string = MAIN_LIST,
  ): ImportCounts {
    requireNumbers(contacts);
    const campaignKey = this.#campaigns.ensure(campaignId);
    const listKey = this.#lists.ensure(campaignKey, list, now);
    const { undated, dated } = importedConsents(campaignId, contacts, now);
    this.#consents.addFirst(undated);
    this.#consents.add(dated);
    this.#contacts.reopen([...grantedNumbers(undated), ...grantedNumbers(dated)]);
    const fresh = this.#withoutDuplicates(campaignKey, contacts);
    if (fresh.length > 0) {
      const firstKey = (this.#lastKey.first()?.[0] ?? 0) + 1;
      const rows = fresh.map((each) => [
        each.externalId,
        each.name,
        each.timeZone,
        each.region,
        each.fields,
        each.postalCode ?? '',
        each.party ?? '',
        each.numberClasses?.join(' ') ?? '',
      ]);
      this.#addContacts.run(firstKey, campaignKey, now, JSON.stringify(rows), listKey);
      const numbers = fresh.flatMap((each, index) =>
        each.numbers.map((number, position) => [firstKey + index, position, number]),
      );
      this.#addNumbers.run(campaignKey, JSON.stringify(numbers));
      const counted = { campaignKey, listKey, stage: STAGE_CODE.production, attempts: 0 };
      this.#counts.add(counted, STATE_CODE.open, fresh.length);
      for (const index of this.#lateIndexes) index.contactsAdded();
    }
    return { added: fresh.length, duplicates: contacts.length - fresh.length };
  }

  #withoutDuplicates(campaignKey: number, contacts: readonly NewContact[]): readonly NewContact[] {
    const ids = JSON.stringify(contacts.map((each) => each.externalId));
    const known = new Set(this.#known.all(campaignKey, ids).map(([index]) => index));
    const externalIds = new Set<string>();
    const firstNumbers = this.#firstNumbersOf(campaignKey);
    return contacts.filter(({ externalId, numbers: [firstNumber = ''] }, index) => {
      if (known.has(index) || externalIds.has(externalId) || firstNumbers.has(firstNumber)) return false;
      if (externalId !== '') externalIds.add(externalId);
      firstNumbers.add(firstNumber);
      return true;
    });
  }

  #firstNumbersOf(campaignKey: number): NumberSet {
    let set = this.#firstNumbers.get(campaignKey);
    if (set === undefined) {
      set = new NumberSet();
      const stored =
        this.#total.first(campaignKey)?.[0] === 0 ? undefined : this.#numbersOf.first(campaignKey);
      for (const number of JSON.parse(stored?.[0] ?? '[]') as string[]) set.add(number);
      const [oldest] = this.#firstNumbers.keys();
      if (this.#firstNumbers.size >= REMEMBERED_CAMPAIGNS && oldest !== undefined) {
        this.#firstNumbers.delete(oldest);
      }
      this.#firstNumbers.set(campaignKey, set);
    }
    return set;
  }

  /** After a rollback: what was added to the sets may not be in the file. */
  forgetNumbers(): void {
    this.#firstNumbers.clear();
  }

  draw(request: SampleRequest): SampleSizes {
    const campaignKey = this.#campaigns.ensure(request.campaignId);
    const drawn = this.#campaigns.samples(campaignKey);
    if (drawn !== undefined) return drawn.sizes;
    const total = this.#total.first(campaignKey)?.[0] ?? 0;
    const strata = request.sampling?.strata ?? [];
    const members = this.#members(campaignKey, strata);
    const { sizes, report, validation, phases } = drawStages(request, members, total);
    this.#move(campaignKey, STAGE_CODE.validation, validation);
    for (const [phase, ids] of phases.entries())
      this.#move(campaignKey, phase === 0 ? STAGE_CODE.pilot : heldCode(phase), ids);
    // An empty list is not drawn for good: its contacts are still to come.
    if (total > 0) this.#campaigns.saveSamples(campaignKey, { sizes, report });
    return sizes;
  }

  sampleReport(campaignId: string): SampleReport | undefined {
    return this.#campaigns.samples(this.#campaigns.keyOf(campaignId))?.report;
  }

  extend({ campaignId, seed, stage, count }: ExtensionRequest): number {
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const ids = (JSON.parse(this.#undrawn.first(campaignKey)?.[0] ?? '[]') as number[]).map(contactIdOf);
    const drawn = drawFirst(seed, ids, Math.min(count, ids.length));
    this.#move(campaignKey, STAGE_CODE[stage], drawn);
    return drawn.length;
  }

  openPhases(campaignId: string, through: number): void {
    const campaignKey = this.#campaigns.keyOf(campaignId);
    for (let phase = 1; phase <= Math.min(through, MOST_PHASES - 1); phase += 1) {
      const code = heldCode(phase);
      // Those that are closed go with them: a later word may open them again.
      for (const state of [STATE_CODE.open, STATE_CODE.done]) {
        const moved = this.#open.run(STAGE_CODE.pilot, campaignKey, code, state);
        if (moved === 0) continue;
        this.#counts.moveStage(campaignKey, code, STAGE_CODE.pilot, state, false, moved);
      }
    }
  }

  /** Contacts that were never tried, with their strata. */
  #members(campaignKey: number, strata: readonly string[]): SampleMember[] {
    if (strata.length === 0) {
      const keys = JSON.parse(this.#eligible.first(campaignKey)?.[0] ?? '[]') as number[];
      return keys.map((key) => ({ id: contactIdOf(key), stratum: '' }));
    }
    return this.#withStrata.all(campaignKey).map(([key, region, timeZone, fields]) => ({
      id: contactIdOf(key),
      stratum: stratumOf(strata, {
        region,
        timeZone,
        fields: JSON.parse(fields) as Record<string, string>,
      }),
    }));
  }

  /** Moves untried contacts of production into a sample. */
  #move(campaignKey: number, code: number, ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#assign.run(code, JSON.stringify(ids.map(contactKeyOf)));
    this.#counts.moveStage(campaignKey, STAGE_CODE.production, code, STATE_CODE.open, false, ids.length);
  }

  get(contactId: string): ContactRecord | undefined {
    const row = this.#record.first(contactKeyOf(contactId));
    return row && this.recordOf(row);
  }

  page(
    campaignId: string,
    state: ContactState | undefined,
    limit: number,
    cursor: string | undefined,
  ): Page<ContactRecord> {
    const campaignKey = this.#campaigns.keyOf(campaignId);
    const after = Number(cursor ?? 0);
    // One more than asked for tells whether there is a next page.
    const rows =
      state === undefined
        ? this.#pageOfAll.all(campaignKey, after, limit + 1)
        : this.#pageOfState.all(campaignKey, after, limit + 1, STATE_CODE[state]);
    const items = rows.slice(0, limit).map((row) => this.recordOf(row));
    const last = rows[limit - 1];
    return rows.length > limit && last !== undefined ? { items, nextCursor: String(last[0]) } : { items };
  }

  counts(
    campaignId: string,
  ): { readonly stage: StageName; readonly state: ContactState; readonly count: number }[] {
    const campaignKey = this.#campaigns.keyOf(campaignId);
    return STAGES.flatMap((stage) =>
      STATE_NAMES.map((state) => ({
        stage,
        state,
        count: codesOf(stage).reduce(
          (sum, code) => sum + this.#counts.count(campaignKey, code, STATE_CODE[state]),
          0,
        ),
      })),
    ).filter(({ count }) => count > 0);
  }

  recordOf(row: RecordColumns): ContactRecord {
    const [key, campaignKey, stage, state, doneReason, externalId, name, timeZone, region] = row;
    const [attempts, lastOutcome, dueAt, fields, numbers, postalCode, party, classes] = row.slice(9) as [
      number,
      string,
      number,
      string,
      string,
      string,
      string,
      string,
    ];
    const [listKey, version, inCall, lastAttemptAt, callbackAt, callbackAgent] = row.slice(17) as [
      number,
      number,
      number,
      number,
      number | null,
      string | null,
    ];
    const lines = JSON.parse(numbers) as [position: number, e164: string, attempts: number, dead: number][];
    return {
      contactId: contactIdOf(key),
      campaignId: this.#campaigns.idOf(campaignKey),
      list: this.#lists.nameOf(listKey),
      version,
      stage: stageName(stage),
      ...(stage > STAGE_CODE.production && { heldPhase: stage - STAGE_CODE.production }),
      state: stateName(state),
      inCall: inCall === 1,
      doneReason,
      externalId,
      name,
      timeZone,
      region,
      ...(postalCode !== '' && { postalCode }),
      ...partyFieldsOf(party, classes),
      numbers: lines
        .sort(([a], [b]) => a - b)
        .map(([, e164, made, dead]) => ({ e164, attempts: made, dead: dead === 1 })),
      attempts,
      lastOutcome,
      lastAttemptAt,
      dueAt,
      ...(callbackAt !== null && { callbackAt }),
      ...(callbackAgent !== null && { callbackAgent }),
      fields: JSON.parse(fields) as ContactRecord['fields'],
    };
  }
}
