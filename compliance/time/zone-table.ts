/**
 * UTC offsets of one IANA zone as a table of transitions, read once from the runtime's Intl and searched
 * from then on. Intl itself answers a few hundred thousand questions a second; the table, tens of millions.
 */
export interface ZoneTable {
  readonly zone: string;
  /** Start of each stretch of constant offset, epoch ms, ascending; the first is the start of the coverage. */
  starts: Float64Array;
  /** UTC offset of each stretch in ms, east positive. */
  offsets: Int32Array;
  /** The table knows [coveredFrom, coveredTo), epoch ms. */
  coveredFrom: number;
  coveredTo: number;
  /** Stretch of the last lookup, tried first by the next one. */
  last: number;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
// Shorter than any offset is kept: Morocco leaves its usual time for about a month.
const SAMPLE = 14 * DAY;
const BLOCK_YEARS = 3;
/** Instants outside this range are refused: no decision is ever made there. */
export const EARLIEST_INSTANT = Date.UTC(2000, 0, 1);
export const LATEST_INSTANT = Date.UTC(2100, 0, 1);

const MAX_TABLES = 2_000;
const tables = new Map<string, ZoneTable>();

/** Version of the runtime's time zone data, such as `2025c`. */
export const tzdataVersion: string = process.versions.tz ?? 'unknown';

function offsetReader(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const p = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(format.format(at));
    if (p === null) throw new Error(`time zone ${zone}: this runtime's Intl gives dates in an unknown form`);
    const local = Date.UTC(+p[3]!, +p[1]! - 1, +p[2]!, +p[4]!, +p[5]!, +p[6]!);
    return local - Math.floor(at / 1000) * 1000;
  };
}

function scan(zone: string, from: number, to: number): { starts: number[]; offsets: number[] } {
  const offsetAt = offsetReader(zone);
  const starts = [from];
  const offsets = [offsetAt(from)];
  let previous = from;
  while (previous < to) {
    const next = Math.min(previous + SAMPLE, to);
    let low = previous;
    while (offsetAt(next) !== offsets[offsets.length - 1]) {
      const before = offsets[offsets.length - 1]!;
      let high = next;
      // The first minute that has left the offset of `low`; several changes in one sample are found in turn.
      while (high - low > MINUTE) {
        const middle = low + Math.floor((high - low) / (2 * MINUTE)) * MINUTE;
        if (offsetAt(middle) === before) low = middle;
        else high = middle;
      }
      starts.push(high);
      offsets.push(offsetAt(high));
      low = high;
    }
    previous = next;
  }
  return { starts, offsets };
}

function fill(table: ZoneTable, from: number, to: number): void {
  const found = scan(table.zone, from, to);
  table.starts = Float64Array.from(found.starts);
  table.offsets = Int32Array.from(found.offsets);
  table.coveredFrom = from;
  table.coveredTo = to;
  table.last = 0;
}

/** Is this a time zone that the runtime knows? */
export function isZone(zone: string): boolean {
  return find(zone) !== undefined;
}

/**
 * The table of a zone; its transitions are read when they are first needed (some milliseconds), and kept.
 * @throws RangeError when the runtime does not know the zone.
 */
export function zoneTable(zone: string): ZoneTable {
  const table = find(zone);
  if (table === undefined)
    throw new RangeError(`time zone '${zone}' is unknown: use an IANA name such as America/New_York`);
  return table;
}

function find(zone: string): ZoneTable | undefined {
  const known = tables.get(zone);
  if (known !== undefined) return known;
  // Intl also takes bare offsets, which are no places.
  if (zone === '' || /^[+-]/.test(zone)) return undefined;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  // Names come from contact lists, in any spelling that Intl takes.
  if (tables.size >= MAX_TABLES) tables.clear();
  const table: ZoneTable = {
    zone,
    starts: new Float64Array(0),
    offsets: new Int32Array(0),
    coveredFrom: 0,
    coveredTo: 0,
    last: 0,
  };
  tables.set(zone, table);
  return table;
}

function cover(table: ZoneTable, at: number): void {
  if (!(at >= EARLIEST_INSTANT && at < LATEST_INSTANT))
    throw new RangeError(`instant ${at} is outside the years 2000 to 2099`);
  const year = new Date(at).getUTCFullYear();
  const from = Math.max(Date.UTC(year - 1, 0, 1), EARLIEST_INSTANT - DAY);
  const to = Date.UTC(year + BLOCK_YEARS, 0, 1);
  if (table.coveredTo === 0) fill(table, from, to);
  else fill(table, Math.min(table.coveredFrom, from), Math.max(table.coveredTo, to));
}

/**
 * Index of the stretch of constant offset that holds the instant.
 * @throws RangeError for an instant outside the years 2000 to 2099.
 */
export function stretchAt(table: ZoneTable, at: number): number {
  if (!(at >= table.coveredFrom && at < table.coveredTo)) cover(table, at);
  const { starts } = table;
  const hint = table.last;
  if (at >= starts[hint]! && (hint + 1 === starts.length || at < starts[hint + 1]!)) return hint;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  table.last = low;
  return low;
}

/** UTC offset in ms at an instant, east positive. */
export function offsetAt(table: ZoneTable, at: number): number {
  // The search first: it may extend the table.
  const stretch = stretchAt(table, at);
  return table.offsets[stretch]!;
}

/** End of a stretch, epoch ms: the next change of offset, or where the coverage of the table ends. */
export function stretchEnd(table: ZoneTable, stretch: number): number {
  return stretch + 1 < table.starts.length ? table.starts[stretch + 1]! : table.coveredTo;
}
