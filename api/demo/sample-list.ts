/**
 * The list of the sample campaign: people who do not exist, with numbers that belong to nobody, in places where it
 * is lawful to call now and for a while. The calling rules hold for the demonstration as for any campaign; it is
 * the list that fits the hour.
 */
import { type Gate, zonesOfNumber } from '../../compliance/index.js';
import type { EpochMilliseconds } from '../../dialer/core/model.js';
import type { NewContact } from '../../dialer/store/port.js';
import { FICTITIOUS_RANGES, type NumberRange, numberAt, rangeSize } from './fictitious-numbers.js';

const STEP_MILLISECONDS = 15 * 60_000;
/** A place should stay open for so long, so that the campaign gets somewhere. */
const GOOD_WHILE_MILLISECONDS = 2 * 3_600_000;
const LEAST_WHILE_MILLISECONDS = 30 * 60_000;
const RING_SECONDS = 30;
/** A tenth of the people can be reached on a second number. */
const SECOND_NUMBER_EVERY = 10;
/** One in a hundred has refused to be called: the gate turns them down. */
const REFUSED_EVERY = 100;

const FIRST_NAMES = [
  'Ada',
  'Alan',
  'Barbara',
  'Claudia',
  'Dorothy',
  'Edsger',
  'Evelyn',
  'Frances',
  'Grace',
  'Hedy',
  'Ida',
  'Jean',
  'John',
  'Katherine',
  'Kurt',
  'Linus',
  'Margaret',
  'Mary',
  'Niklaus',
  'Radia',
  'Rosalind',
  'Sophie',
  'Tim',
  'Vera',
] as const;
const LAST_NAMES = [
  'Archer',
  'Baker',
  'Carter',
  'Dyer',
  'Ellis',
  'Fisher',
  'Gardener',
  'Hunter',
  'Ivory',
  'Joiner',
  'Keeper',
  'Lister',
  'Mason',
  'Naylor',
  'Oakes',
  'Potter',
  'Quill',
  'Reeve',
  'Sawyer',
  'Turner',
  'Underhill',
  'Vintner',
  'Weaver',
  'Yeoman',
] as const;
const PRODUCTS = ['fibre 100', 'fibre 500', 'mobile', 'bundle'] as const;

export interface SampleList {
  readonly contacts: readonly NewContact[];
  /** Where the people are, most of them first. */
  readonly places: readonly string[];
}

/** Small generator of numbers in [0, 1) from a text; the same text gives the same numbers (mulberry32). */
function generator(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How long from now the gate would allow a call to the range without a break, up to two hours. */
export function openFor(gate: Gate, number: string, region: string, now: EpochMilliseconds): number {
  const allowed = (at: EpochMilliseconds): boolean =>
    gate.decide(
      { number, campaignId: 'demo', ringSeconds: RING_SECONDS },
      {
        ...(region.includes('-') ? { region } : { country: region }),
        dnc: { internal: false, campaign: false },
        consent: { state: 'granted' },
        attempts: { at: [] },
      },
      at,
    ).verdict === 'allow';
  let open = 0;
  while (open <= GOOD_WHILE_MILLISECONDS && allowed(now + open)) open += STEP_MILLISECONDS;
  return Math.max(0, open - STEP_MILLISECONDS);
}

/**
 * The ranges to take numbers from: those in America, where they are enough; then the others; places that close soon only
 * when there is nothing else.
 */
function openRanges(gate: Gate, now: EpochMilliseconds, count: number): NumberRange[] {
  const open = FICTITIOUS_RANGES.map((range) => ({
    range,
    open: openFor(gate, numberAt(range, 0), range.region, now),
  }));
  const rank = (entry: (typeof open)[number]): number =>
    (entry.open >= GOOD_WHILE_MILLISECONDS ? 0 : 2) + (entry.range.region.startsWith('US-') ? 0 : 1);
  const chosen: NumberRange[] = [];
  let numbers = 0;
  for (const wanted of [0, 1, 2, 3]) {
    if (numbers >= count) break;
    for (const entry of open) {
      if (entry.open < LEAST_WHILE_MILLISECONDS || rank(entry) !== wanted) continue;
      chosen.push(entry.range);
      numbers += rangeSize(entry.range);
    }
  }
  return chosen;
}

/** Numbers of the ranges, taking turns between the places so that each has its share. */
function takeNumbers(
  ranges: readonly NumberRange[],
  count: number,
): { number: string; range: NumberRange }[] {
  const places = new Map<string, { range: NumberRange; next: number }[]>();
  for (const range of ranges) {
    const list = places.get(range.place) ?? [];
    list.push({ range, next: 0 });
    places.set(range.place, list);
  }
  const taken: { number: string; range: NumberRange }[] = [];
  while (taken.length < count && places.size > 0) {
    for (const [place, list] of places) {
      // Ranges of a place take turns as well.
      const source = list.shift()!;
      if (taken.length < count)
        taken.push({ number: numberAt(source.range, source.next), range: source.range });
      source.next += 1;
      if (source.next < rangeSize(source.range)) list.push(source);
      else if (list.length === 0) places.delete(place);
    }
  }
  return taken;
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}

/**
 * The sample list for this hour. The same seed and time give the same list. There are fewer contacts than asked for
 * at the few hours at which hardly anywhere may be called.
 */
export function sampleList(gate: Gate, now: EpochMilliseconds, count: number, seed: string): SampleList {
  const random = generator(seed);
  const wanted = count + Math.floor(count / SECOND_NUMBER_EVERY);
  const numbers = shuffle(takeNumbers(openRanges(gate, now, wanted), wanted), random);
  const placeCounts = new Map<string, number>();
  const contacts: NewContact[] = [];
  let next = 0;
  while (contacts.length < count && next < numbers.length) {
    const { number, range } = numbers[next++]!;
    placeCounts.set(range.place, (placeCounts.get(range.place) ?? 0) + 1);
    const index = contacts.length + 1;
    const second = index % SECOND_NUMBER_EVERY === 0 ? numbers[next] : undefined;
    const own = [number];
    // Only within one region: a contact lives in one place.
    if (second !== undefined && second.range.region === range.region) {
      own.push(second.number);
      next += 1;
    }
    const zones = zonesOfNumber(number);
    contacts.push({
      externalId: `sample-${String(index).padStart(5, '0')}`,
      name: `${pick(FIRST_NAMES, random)} ${pick(LAST_NAMES, random)}`,
      timeZone: zones.length === 1 ? zones[0]! : '',
      region: range.region,
      numbers: own,
      consent: index % REFUSED_EVERY === 0 ? 'refused' : 'granted',
      fields: { product: pick(PRODUCTS, random), 'customer since': String(2008 + Math.floor(random() * 17)) },
    });
  }
  const places = [...placeCounts].sort((a, b) => b[1] - a[1]).map(([place]) => place);
  return { contacts, places };
}
