/**
 * Numbers that belong to nobody: ranges that numbering authorities keep for films, books and tests. They pass every
 * check of form, and no telephone rings when one is dialled by mistake.
 */

/** A run of numbers in one place: `prefix` followed by as many digits as `digits`, from `first` to `last`. */
export interface NumberRange {
  readonly prefix: string;
  readonly digits: number;
  readonly first: number;
  readonly last: number;
  /** ISO 3166-2, or a country. */
  readonly region: string;
  /** For people. */
  readonly place: string;
}

/** 555-0100 to 555-0199 in every North American area code (NANPA, ATIS-0300115). */
function american(place: string, region: string, areaCodes: readonly number[]): NumberRange[] {
  return areaCodes.map((code) => ({
    prefix: `+1${code}55501`,
    digits: 2,
    first: 0,
    last: 99,
    region,
    place,
  }));
}

/** Ofcom's numbers for drama: the last thousand of a subscriber range. */
function british(prefix: string): NumberRange {
  return { prefix, digits: 3, first: 0, last: 999, region: 'GB', place: 'the United Kingdom' };
}

/** ACMA's numbers for creative works. */
function australian(prefix: string, place: string): NumberRange {
  return { prefix, digits: 4, first: 0, last: 9999, region: 'AU', place };
}

export const FICTITIOUS_RANGES: readonly NumberRange[] = [
  ...american('US Eastern', 'US-NY', [212, 315, 518, 585, 607, 716, 914]),
  ...american('US Eastern', 'US-MA', [413, 508, 617, 978]),
  ...american('US Eastern', 'US-OH', [216, 330, 419, 513, 614, 740, 937]),
  ...american('US Eastern', 'US-NJ', [201, 609, 732, 856, 908, 973]),
  ...american('US Central', 'US-IL', [217, 309, 312, 618, 630, 708, 773, 815, 847]),
  ...american('US Central', 'US-MN', [218, 320, 507, 612, 651, 763, 952]),
  ...american('US Central', 'US-WI', [262, 414, 608, 715, 920]),
  ...american('US Mountain', 'US-CO', [303, 719, 720, 970]),
  ...american('US Mountain', 'US-NM', [505, 575]),
  ...american(
    'US Pacific',
    'US-CA',
    [209, 213, 310, 323, 408, 415, 510, 559, 619, 626, 707, 714, 805, 818, 916, 925],
  ),
  ...american('US Pacific', 'US-WA', [206, 253, 360, 425]),
  ...american('Hawaii', 'US-HI', [808]),
  ...american('Guam', 'US-GU', [671]),
  ...american('the Northern Marianas', 'US-MP', [670]),
  ...[
    '+441134960',
    '+441144960',
    '+441164960',
    '+441174960',
    '+441214960',
    '+441314960',
    '+441414960',
    '+441514960',
    '+441614960',
    '+442079460',
  ].map(british),
  australian('+6125550', 'Sydney'),
  australian('+6135550', 'Melbourne'),
];

export function numberAt(range: NumberRange, index: number): string {
  return range.prefix + String(range.first + index).padStart(range.digits, '0');
}

export function rangeSize(range: NumberRange): number {
  return range.last - range.first + 1;
}
