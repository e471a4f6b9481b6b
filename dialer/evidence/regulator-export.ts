/**
 * All that a regulator asks of a campaign and a period, as one stream of records: attempts with their permits, what they
 * count in the abandon ledgers beside what the ledgers say, the DNC lists that were looked up, consent, DNC entries, and
 * the audit log of the period with what proves its chain. The last record is the manifest, with the SHA-256 of each part.
 */
import { createHash, type Hash } from 'node:crypto';
import type { RulePack } from '../../compliance/index.js';
import { type AuditHead, type AuditRecord, canonicalJson } from '../audit/index.js';
import type { CampaignRecord, EpochMilliseconds, LedgerRow } from '../core/model.js';
import { NumberSet } from '../store/number-set.js';
import type { AttemptRecord, Page, Store } from '../store/port.js';
import { ledgerOf } from './attempt-evidence.js';

export const EXPORT_FORMAT = 'tactus-regulator-export/1';

export interface ExportRequest {
  readonly campaign: CampaignRecord;
  /** Rule packs in force. */
  readonly packs: readonly RulePack[];
  /** `[from, to)`, by the time of the intent. */
  readonly from: EpochMilliseconds;
  readonly to: EpochMilliseconds;
  readonly now: EpochMilliseconds;
  readonly version: string;
}

export type ExportStore = Pick<
  Store,
  'attemptsBetween' | 'abandonLedger' | 'consentHistory' | 'dncEntries' | 'auditRecords' | 'auditHead'
>;

/** One line of the stream. */
export interface ExportLine {
  readonly part: string;
  readonly record: unknown;
}

interface PartSum {
  readonly hash: Hash;
  records: number;
  bytes: number;
}

interface Recount {
  readonly law: string;
  readonly from: string;
  readonly until?: string;
  answers: number;
  abandoned: number;
  machines: number;
}

interface ListUse {
  readonly id: string;
  readonly version: string;
  readonly obtainedAt: string;
  readonly firstUsedAt: string;
  lastUsedAt: string;
  attempts: number;
}

const RECORDS_AT_ONCE = 500;

/** The lines of the export, each ended by a newline, some at a time. */
export async function* regulatorExport(store: ExportStore, request: ExportRequest): AsyncGenerator<string> {
  const sums = new Map<string, PartSum>();
  const lines = (part: string, records: readonly unknown[]): string => {
    let sum = sums.get(part);
    if (sum === undefined) {
      sum = { hash: createHash('sha256'), records: 0, bytes: 0 };
      sums.set(part, sum);
    }
    let text = '';
    for (const record of records) {
      const body = canonicalJson(record);
      sum.hash.update(`${body}\n`);
      sum.records += 1;
      sum.bytes += Buffer.byteLength(body) + 1;
      text += `{"part":"${part}","record":${body}}\n`;
    }
    return text;
  };

  const { campaign, packs, from, to, now, version } = request;
  yield lines('campaign', [isoTimes(campaign)]);
  const recounts = new Map<string, Recount>();
  const lists = new Map<string, ListUse>();
  const numbers = new NumberSet();
  for await (const attempts of attemptPages(store, request)) {
    const startedAt = campaign.startedAt ?? campaign.createdAt;
    const withLedger = attempts.map((attempt) => {
      const ledger =
        attempt.result === undefined ? [] : ledgerOf({ attempt, packs, campaignStartedAt: startedAt });
      for (const each of ledger) recount(recounts, each);
      noteLists(lists, attempt);
      return { ...(isoTimes(attempt) as object), ledger };
    });
    yield lines('attempts', withLedger);
    const fresh = attempts.map(({ number }) => number).filter((number) => !numbers.has(number));
    for (const number of fresh) numbers.add(number);
    const histories = await Promise.all([...new Set(fresh)].map((number) => store.consentHistory(number)));
    yield lines('consents', histories.flat().map(isoTimes));
  }
  yield lines('dnc-lists', [...lists.values()]);

  const rows = await store.abandonLedger({ campaignId: campaign.settings.id, from, to });
  yield lines('ledger', rows.map(isoRow));
  yield lines(
    'ledger-recount',
    [...recounts.values()].map((each) => compared(each, rows, from, to)),
  );

  for await (const entries of pages((cursor) => store.dncEntries({ limit: RECORDS_AT_ONCE, ...cursor }))) {
    const wanted = entries.filter(
      ({ campaignId }) => (campaignId ?? campaign.settings.id) === campaign.settings.id,
    );
    yield lines('dnc-entries', wanted.map(isoTimes));
  }

  let first: AuditRecord | undefined;
  let last: AuditRecord | undefined;
  for await (const records of pages((cursor) =>
    store.auditRecords({ from, to, oldestFirst: true, limit: RECORDS_AT_ONCE, ...cursor }),
  )) {
    first ??= records[0];
    last = records.at(-1) ?? last;
    yield lines('audit', records);
  }

  const head: AuditHead = await store.auditHead();
  const manifest = {
    format: EXPORT_FORMAT,
    campaignId: campaign.settings.id,
    from: iso(from),
    to: iso(to),
    generatedAt: iso(now),
    version,
    parts: [...sums].map(([name, { hash, records, bytes }]) => ({
      name,
      records,
      bytes,
      sha256: hash.digest('hex'),
    })),
    audit: {
      head,
      ...(first === undefined || last === undefined
        ? {}
        : {
            slice: {
              first: first.sequence,
              follows: first.previous,
              last: last.sequence,
              hash: last.hash,
            },
          }),
    },
    notice:
      'Times are UTC. Permits name rule packs, which are defaults reviewed by the operator. A number of the form erased:… belongs to a person who was erased on request.',
  };
  yield `${canonicalJson({ part: 'manifest', record: manifest })}\n`;
}

function attemptPages(
  store: ExportStore,
  { campaign, from, to }: ExportRequest,
): AsyncGenerator<readonly AttemptRecord[]> {
  const campaignId = campaign.settings.id;
  return pages((cursor) =>
    store.attemptsBetween({ campaignId, from, to, limit: RECORDS_AT_ONCE, ...cursor }),
  );
}

async function* pages<T>(
  read: (cursor: { readonly cursor?: string }) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? {} : { cursor });
    if (page.items.length > 0) yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function recount(recounts: Map<string, Recount>, counts: ReturnType<typeof ledgerOf>[number]): void {
  const { law, windowFrom = '', windowUntil, answers, abandoned, machines } = counts;
  const key = `${law} ${windowFrom}`;
  let row = recounts.get(key);
  if (row === undefined) {
    row = {
      law,
      from: windowFrom,
      ...(windowUntil === undefined ? {} : { until: windowUntil }),
      answers: 0,
      abandoned: 0,
      machines: 0,
    };
    recounts.set(key, row);
  }
  row.answers += answers;
  row.abandoned += abandoned;
  row.machines += machines;
}

/** The recount beside the ledger's own row; they can only be compared where the period holds the whole window. */
function compared(
  row: Recount,
  rows: readonly LedgerRow[],
  from: EpochMilliseconds,
  to: EpochMilliseconds,
): object {
  const kept = rows.find((each) => each.law === row.law && iso(each.from) === row.from);
  const whole = row.from >= iso(from) && row.until !== undefined && row.until <= iso(to);
  const { answers = 0, abandoned = 0, machines = 0 } = kept ?? {};
  const equal = answers === row.answers && abandoned === row.abandoned && machines === row.machines;
  return { ...row, wholeWindow: whole, ...(whole ? { equalsLedger: equal } : {}) };
}

function noteLists(lists: Map<string, ListUse>, { permit, intendedAt }: AttemptRecord): void {
  const at = iso(intendedAt);
  for (const { id, version, obtainedAt } of permit.dncLists) {
    const key = `${id} ${version} ${obtainedAt}`;
    const use = lists.get(key);
    if (use === undefined)
      lists.set(key, {
        id,
        version,
        obtainedAt: iso(obtainedAt),
        firstUsedAt: at,
        lastUsedAt: at,
        attempts: 1,
      });
    else {
      use.lastUsedAt = at;
      use.attempts += 1;
    }
  }
}

function isoRow({ from, neededUntil, ...row }: LedgerRow): object {
  return { ...row, from: iso(from), ...(neededUntil < 8.64e15 ? { neededUntil: iso(neededUntil) } : {}) };
}

/** The record with its instants, which are the fields `at` and those that end in `At`, as ISO 8601. */
function isoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(isoTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'number' && (name === 'at' || /[a-z]At$/.test(name)) ? iso(member) : isoTimes(member),
    ]),
  );
}

function iso(at: EpochMilliseconds): string {
  return new Date(at).toISOString();
}
