/**
 * The numbering plans of libphonenumber as compiled expressions.
 *
 * libphonenumber-js builds every expression anew for every number, which costs 20 to 30 µs. Here each is built
 * once; the data are the library's own.
 */
import { type CountryCode, Metadata } from 'libphonenumber-js/core';
import metadataJson from 'libphonenumber-js/max/metadata';

/** What the library's `Metadata` offers beyond its published types. */
interface PlanMetadata {
  selectNumberingPlan(code: string): void;
  hasCountry(country: string): boolean;
  getCountryCodesForCallingCode(code: string): readonly string[] | undefined;
  readonly numberingPlan: {
    callingCode(): string;
    IDDPrefix(): string;
    nationalNumberPattern(): string;
    possibleLengths(): readonly number[] | undefined;
    nationalPrefixForParsing(): string | undefined;
    leadingDigits(): string | undefined;
    type(name: string):
      | {
          pattern(): string;
          possibleLengths(): readonly number[] | undefined;
        }
      | undefined;
  };
}

const TYPES = [
  'FIXED_LINE',
  'MOBILE',
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'VOIP',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
];

export interface NumberingPlan {
  readonly callingCode: string;
  readonly international: RegExp;
  readonly national: RegExp;
  readonly lengths: readonly number[];
  /** Digits dialled before a national number inside the country; undefined when there are none. */
  readonly prefix: RegExp | undefined;
  /** The prefix is more than digits that are left out: carrier codes, area codes that are put in. */
  readonly prefixRewrites: boolean;
  /** Of a country that shares its calling code: how its numbers begin; undefined when that does not tell. */
  readonly leading: RegExp | undefined;
  /** Whether a national number is one that the country gives out. */
  valid(nationalNumber: string): boolean;
  /** Types of the library that hold the national number; none when the country does not give it out. */
  typesOf(nationalNumber: string): readonly string[];
}

const entirely = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const atStart = (pattern: string): RegExp => new RegExp(`^(?:${pattern})`);

function compile(code: string): NumberingPlan {
  const metadata = new Metadata(metadataJson) as unknown as PlanMetadata;
  metadata.selectNumberingPlan(code);
  const plan = metadata.numberingPlan;
  const prefix = plan.nationalPrefixForParsing();
  const leading = plan.leadingDigits();
  const national = entirely(plan.nationalNumberPattern());
  const types = TYPES.flatMap((name) => {
    const type = plan.type(name);
    const pattern = type?.pattern();
    if (pattern === undefined || pattern === '') return [];
    return [{ name, pattern: entirely(pattern), lengths: type?.possibleLengths() }];
  });
  // The library leaves the pattern of mobiles out where it is that of fixed lines.
  const mobileIsFixed = !plan.type('MOBILE')?.pattern();
  const has = ({ lengths, pattern }: (typeof types)[number], nationalNumber: string): boolean =>
    (lengths === undefined || lengths.includes(nationalNumber.length)) && pattern.test(nationalNumber);
  return {
    callingCode: plan.callingCode(),
    international: atStart(plan.IDDPrefix()),
    national,
    lengths: plan.possibleLengths() ?? [],
    prefix: prefix ? atStart(prefix) : undefined,
    prefixRewrites: prefix ? /\((?!\?)/.test(prefix) : false,
    leading: leading ? atStart(leading) : undefined,
    valid(nationalNumber) {
      if (!national.test(nationalNumber)) return false;
      for (const type of types) if (has(type, nationalNumber)) return true;
      return false;
    },
    typesOf(nationalNumber) {
      if (!national.test(nationalNumber)) return [];
      const names = types.filter((type) => has(type, nationalNumber)).map(({ name }) => name);
      return mobileIsFixed && names.includes('FIXED_LINE') ? [...names, 'MOBILE'] : names;
    },
  };
}

const plans = new Map<string, NumberingPlan>();

/** Plan of a country (ISO 3166-1 alpha-2, upper case) or, by its calling code, of the code's main country. */
export function numberingPlan(code: string): NumberingPlan {
  let plan = plans.get(code);
  if (plan === undefined) {
    plan = compile(code);
    plans.set(code, plan);
  }
  return plan;
}

const directory = new Metadata(metadataJson) as unknown as PlanMetadata;
const countriesOf = new Map<string, readonly string[]>();

/** Countries that share a calling code, the main one first; empty for a code of no country. */
export function countriesOfCallingCode(callingCode: string): readonly string[] {
  let countries = countriesOf.get(callingCode);
  if (countries === undefined) {
    countries = directory.getCountryCodesForCallingCode(callingCode) ?? [];
    countriesOf.set(callingCode, countries);
  }
  return countries;
}

/** Whether it is a country of the plans: an ISO 3166-1 alpha-2 code in upper case. */
export function isCountry(code: string): code is CountryCode {
  return directory.hasCountry(code);
}
