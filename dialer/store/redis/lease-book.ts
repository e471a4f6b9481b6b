/** Leases: who is due, in the order in which they fall due, and given to one engine at a time. */
import type { ContactLease, LeaseSummary } from '../../core/inputs.js';
import { type EpochMilliseconds, type Lead, MOST_PHASES, type StageName } from '../../core/model.js';
import type { LeaseContactRequest, LeaseRequest, Page, PeekedLead, PeekRequest } from '../port.js';
import { stagesUpTo } from '../rules.js';
import { ContactChanges, readContacts, readLists, readOpenPhase, shelfOf } from './contact-changes.js';
import { type ContactWork, type StoredStanding, unlease } from './contact-state.js';
import type { RedisContext } from './context.js';
import { leadsOf } from './lead-view.js';
import { readDocs, Transaction, untilCommitted } from './transaction.js';

/** Leases that are ended in one transaction. */
const ENDED_AT_ONCE = 500;
/** Callbacks that are looked at in one call to Redis, for one that may be made. */
const CALLBACKS_AT_ONCE = 200;

interface Due {
  readonly ordinal: number;
  readonly dueAt: EpochMilliseconds;
}

/** What of a campaign a lease may take from. */
interface Shelves {
  /** Lists that are not paused, by position. */
  readonly lists: readonly number[];
  /** Of each stage the names of its shelves, the earlier stage first. */
  readonly stages: readonly (readonly string[])[];
}

export class LeaseBook {
  readonly #context: RedisContext;

  constructor(context: RedisContext) {
    this.#context = context;
  }

  async leaseLeads(
    request: LeaseRequest,
  ): Promise<{ readonly leads: readonly Lead[]; readonly summary: LeaseSummary }> {
    const { campaignId, stage, leaseUntil, now } = request;
    await this.#endLeases(campaignId, now);
    const { leased, through, nextDueAt } = await untilCommitted(async () => {
      const [lists, through] = await Promise.all([
        readLists(this.#context, campaignId),
        readOpenPhase(this.#context, campaignId),
      ]);
      if (lists.value === undefined) return { leased: [], through, nextDueAt: Number.POSITIVE_INFINITY };
      const shelves: Shelves = {
        lists: lists.value.flatMap(({ paused }, position) => (paused ? [] : [position])),
        stages: stagesUpTo(stage).map((each) => openShelves(each, through)),
      };
      const { ordinals, nextDueAt } = await this.#due(request, shelves);
      const works = await readContacts(this.#context, campaignId, ordinals);
      const transaction = this.#begin(campaignId).expect(lists);
      const changes = new ContactChanges(this.#context, transaction, campaignId);
      const leased: ContactWork[] = [];
      for (const work of works) {
        if (work === undefined || (work.before.state !== 'open' && work.before.state !== 'callback'))
          return undefined;
        work.now.state = 'leased';
        work.now.leasedUntil = leaseUntil;
        changes.save(work);
        leased.push(work);
      }
      if (leased.length > 0 && (await changes.flush().commit()).outcome !== 'ok') return undefined;
      return { leased, through, nextDueAt };
    });
    const [leads, summary] = await Promise.all([
      leadsOf(this.#context, leased, request),
      this.#summary(campaignId, stage, through),
    ]);
    return { leads, summary: { ...summary, ...(Number.isFinite(nextDueAt) && { nextDueAt }) } };
  }

  async leaseContact(request: LeaseContactRequest): Promise<ContactLease> {
    const { campaignId, contactId, stage, leaseUntil, now } = request;
    await this.#endLeases(campaignId, now);
    const place = await this.#context.directory.find(contactId);
    if (place?.campaignId !== campaignId) return { refusal: 'not-found' };
    const answer = await untilCommitted(
      async (): Promise<
        ContactWork | { readonly refusal: 'not-found' | 'in-use' | 'closed' | 'stage' } | undefined
      > => {
        const [[work], through] = await Promise.all([
          readContacts(this.#context, campaignId, [place.ordinal]),
          readOpenPhase(this.#context, campaignId),
        ]);
        if (work === undefined) return { refusal: 'not-found' };
        const { state, held } = work.before;
        if (state === 'done') return { refusal: 'closed' };
        if (held > through || !stagesUpTo(stage).includes(work.before.stage)) return { refusal: 'stage' };
        if (state !== 'open' && state !== 'callback') return { refusal: 'in-use' };
        work.now.state = 'leased';
        work.now.leasedUntil = leaseUntil;
        const changes = new ContactChanges(this.#context, this.#begin(campaignId), campaignId).save(work);
        return (await changes.flush().commit()).outcome === 'ok' ? work : undefined;
      },
    );
    if ('refusal' in answer) return answer;
    const [lead] = await leadsOf(this.#context, [answer], request);
    return lead === undefined ? { refusal: 'not-found' } : { lead, dueAt: answer.before.dueAt };
  }

  async peekLeads(request: PeekRequest): Promise<Page<PeekedLead>> {
    const { campaignId, contactId, limit, cursor } = request;
    const { directory } = this.#context;
    if (contactId !== undefined) {
      const place = await directory.find(contactId);
      if (place?.campaignId !== campaignId) return { items: [] };
      return { items: await this.#peek(request, [place.ordinal]) };
    }
    const places = await directory.after(Number(cursor ?? 0), limit, campaignId);
    const ordinals = places.map(({ ordinal }) => ordinal);
    const items = await this.#peek(request, ordinals);
    const last = ordinals.at(-1);
    return last === undefined || ordinals.length < limit ? { items } : { items, nextCursor: String(last) };
  }

  async #peek(request: PeekRequest, ordinals: readonly number[]): Promise<readonly PeekedLead[]> {
    const found = await readContacts(this.#context, request.campaignId, ordinals);
    const works = found.filter((work) => work !== undefined);
    const leads = await leadsOf(this.#context, works, request);
    return leads.map((lead, i) => {
      const { state, doneReason } = (works[i] as ContactWork).now;
      const numbers = state === 'done' && request.contactId === undefined ? [] : lead.numbers;
      return { ...lead, numbers, name: '', fields: {}, state, doneReason };
    });
  }

  #begin(campaignId: string): Transaction {
    return this.#context.fences.guard(new Transaction(this.#context.connection), campaignId);
  }

  /** Offers again what was leased up to now and is in no attempt. */
  async #endLeases(campaignId: string, now: EpochMilliseconds): Promise<void> {
    const { connection, keys } = this.#context;
    const key = keys.campaign(campaignId, 'leased');
    let ended: number;
    do {
      ended = await untilCommitted(async () => {
        const places = (await connection.call(
          'zrangebyscore',
          key,
          '-inf',
          now,
          'LIMIT',
          0,
          ENDED_AT_ONCE,
        )) as string[];
        if (places.length === 0) return 0;
        const transaction = this.#begin(campaignId);
        const changes = new ContactChanges(this.#context, transaction, campaignId);
        for (const work of await readContacts(this.#context, campaignId, places.map(Number))) {
          if (work?.before.state !== 'leased') return undefined;
          unlease(work);
          changes.save(work);
        }
        return (await changes.flush().commit()).outcome === 'ok' ? places.length : undefined;
      });
    } while (ended === ENDED_AT_ONCE);
  }

  /** Up to `count` contacts that may be leased now, and when the next of the rest falls due. */
  async #due(
    request: LeaseRequest,
    { lists, stages }: Shelves,
  ): Promise<{ readonly ordinals: readonly number[]; readonly nextDueAt: EpochMilliseconds }> {
    const { campaignId, count, now } = request;
    const { keys } = this.#context;
    const ready = new Set(request.readyAgents);
    const ordinals: number[] = [];
    let nextDueAt = Number.POSITIVE_INFINITY;
    for (const shelves of stages) {
      const places = shelves.flatMap((shelf) =>
        lists.map((list) => keys.dueCallbacks(campaignId, shelf, list)),
      );
      nextDueAt = Math.min(
        nextDueAt,
        await this.#takeCallbacks(campaignId, places, ordinals, count, ready, now),
      );
    }
    const open = await Promise.all(
      stages.map((shelves) =>
        this.#first(
          shelves.flatMap((shelf) => lists.map((list) => keys.due(campaignId, shelf, list))),
          0,
          count + 1,
        ),
      ),
    );
    for (const due of open) {
      let at = 0;
      while (at < due.length && (due[at] as Due).dueAt <= now && ordinals.length < count) {
        ordinals.push((due[at] as Due).ordinal);
        at += 1;
      }
      nextDueAt = Math.min(nextDueAt, due[at]?.dueAt ?? Number.POSITIVE_INFINITY);
    }
    return { ordinals, nextDueAt };
  }

  /** Takes what is due and may be called back now; returns when the next of the rest falls due. */
  async #takeCallbacks(
    campaignId: string,
    sets: readonly string[],
    ordinals: number[],
    count: number,
    ready: ReadonlySet<string>,
    now: EpochMilliseconds,
  ): Promise<EpochMilliseconds> {
    const { connection, keys } = this.#context;
    let nextDueAt = Number.POSITIVE_INFINITY;
    for (let offset = 0; ; offset += CALLBACKS_AT_ONCE) {
      const page = await this.#first(sets, offset, CALLBACKS_AT_ONCE);
      const due = page.filter(({ dueAt }) => dueAt <= now);
      const states = await readDocs<StoredStanding>(
        connection,
        due.map(({ ordinal }) => keys.state(campaignId, ordinal)),
      );
      for (const [i, { ordinal, dueAt }] of due.entries()) {
        const { callbackAgent = '', callbackGrace = 0 } = states[i]?.value ?? {};
        const graceEnds = callbackGrace === 0 ? Number.POSITIVE_INFINITY : callbackGrace;
        if (callbackAgent === '' || graceEnds <= now || ready.has(callbackAgent)) {
          if (ordinals.length >= count) return Math.min(nextDueAt, dueAt);
          ordinals.push(ordinal);
        } else nextDueAt = Math.min(nextDueAt, graceEnds);
      }
      const next = page[due.length];
      if (next !== undefined) return Math.min(nextDueAt, next.dueAt);
      if (page.length < CALLBACKS_AT_ONCE) return nextDueAt;
    }
  }

  /** Entries of the sets together, in the order in which they fall due. */
  async #first(sets: readonly string[], offset: number, count: number): Promise<readonly Due[]> {
    const { connection } = this.#context;
    const flat = await Promise.all(
      sets.map(
        (key) => connection.call('zrange', key, 0, offset + count - 1, 'WITHSCORES') as Promise<string[]>,
      ),
    );
    const due = flat.flatMap((texts) => {
      const found: Due[] = [];
      for (let i = 0; i < texts.length; i += 2)
        found.push({ ordinal: Number(texts[i]), dueAt: Number(texts[i + 1]) });
      return found;
    });
    if (sets.length > 1) due.sort((a, b) => a.dueAt - b.dueAt || a.ordinal - b.ordinal);
    return due.slice(offset, offset + count);
  }

  async #summary(campaignId: string, stage: StageName, through: number): Promise<LeaseSummary> {
    const { connection, keys } = this.#context;
    const counts = await readCounters(connection, keys.campaign(campaignId, 'counts'));
    const count = (shelf: string, state: string): number => counts.get(`${shelf}|${state}`) ?? 0;
    let open = 0;
    for (const each of stagesUpTo(stage))
      for (const shelf of openShelves(each, through))
        open += count(shelf, 'open') + count(shelf, 'callback') + count(shelf, 'pending');
    let untried = 0;
    for (const shelf of openShelves(stage, through)) untried += count(shelf, 'untried');
    let heldPhase: number | undefined;
    for (
      let phase = through + 1;
      stage === 'pilot' && phase < MOST_PHASES && heldPhase === undefined;
      phase += 1
    )
      if (count(shelfOf(stage, phase), 'open') > 0) heldPhase = phase;
    return { open, untried, ...(heldPhase !== undefined && { heldPhase }) };
  }
}

/** Shelves of the stage that are not held back. */
function openShelves(stage: StageName, through: number): readonly string[] {
  if (stage !== 'pilot') return [stage];
  return Array.from({ length: Math.min(through, MOST_PHASES - 1) + 1 }, (_, phase) => shelfOf(stage, phase));
}

/** A hash of counters; those at zero are left out. */
export async function readCounters(
  connection: RedisContext['connection'],
  key: string,
): Promise<ReadonlyMap<string, number>> {
  const counters = new Map<string, number>();
  for (const [field, count] of await connection.fields(key))
    if (count !== '0') counters.set(field, Number(count));
  return counters;
}
