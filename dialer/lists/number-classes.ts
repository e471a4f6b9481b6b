/** Kinds of number: what a number shows by itself, and what a list says in words. */
import type { NumberClass } from '../../compliance/index.js';
import { countriesOfCallingCode, type NumberingPlan, numberingPlan } from './numbering-plan.js';

/** What the types of libphonenumber are to the rule packs; others say nothing that a rule asks about. */
const CLASS_OF_TYPE: Readonly<Record<string, NumberClass>> = {
  FIXED_LINE: 'fixed',
  MOBILE: 'mobile',
  PREMIUM_RATE: 'premium',
  TOLL_FREE: 'toll-free',
  PAGER: 'pager',
};
/** A line whose kind cannot be told is both. */
const EITHER: readonly NumberClass[] = ['fixed', 'mobile'];

/** Classes of a country's types are few: each set is kept once. */
const sets = new Map<string, readonly NumberClass[]>();

function classesIn(plan: NumberingPlan, nationalNumber: string): readonly NumberClass[] | undefined {
  const types = plan.typesOf(nationalNumber);
  if (types.length === 0) return undefined;
  const key = types.join();
  let classes = sets.get(key);
  if (classes === undefined) {
    classes = types.flatMap((type) => CLASS_OF_TYPE[type] ?? []);
    sets.set(key, classes);
  }
  return classes;
}

/**
 * The kinds of number that this one is by its numbering plan, strictly read: where the plan does not tell fixed lines from
 * mobiles (North America), or does not know the number, it counts as both.
 *
 * @param e164 with the plus sign
 */
export function numberClassesOf(e164: string): readonly NumberClass[] {
  for (let length = 1; length <= 3; length += 1) {
    const countries = countriesOfCallingCode(e164.slice(1, 1 + length));
    if (countries.length === 0) continue;
    const nationalNumber = e164.slice(1 + length);
    for (const country of countries) {
      const plan = numberingPlan(country);
      if (plan.leading !== undefined && !plan.leading.test(nationalNumber)) continue;
      const classes = classesIn(plan, nationalNumber);
      if (classes !== undefined) return classes;
    }
    return EITHER;
  }
  return EITHER;
}

/** Words of lists, without spaces, hyphens and case, for the kinds that no numbering plan shows or that it may not know. */
const WORDS: ReadonlyMap<string, NumberClass> = new Map(
  Object.entries({
    emergency: 'emergency',
    police: 'emergency',
    fire: 'emergency',
    poisoncontrol: 'emergency',
    healthcare: 'health-care',
    hospital: 'health-care',
    patientroom: 'health-care',
    nursinghome: 'health-care',
    physician: 'health-care',
    payphone: 'payphone',
    premium: 'premium',
    tollfree: 'toll-free',
    freephone: 'toll-free',
    multiline: 'multi-line',
    pager: 'pager',
    paging: 'pager',
    mobile: 'mobile',
    cell: 'mobile',
    wireless: 'mobile',
    fixed: 'fixed',
    landline: 'fixed',
  } as const),
);

/** The classes that a cell names, several separated by a comma, semicolon or bar; undefined when a word is not known. */
export function readNumberClasses(text: string): readonly NumberClass[] | undefined {
  const classes: NumberClass[] = [];
  for (const part of text.split(/[,;|]/)) {
    const word = part.toLowerCase().replaceAll(/[\s_-]/g, '');
    if (word === '') continue;
    const found = WORDS.get(word);
    if (found === undefined) return undefined;
    if (!classes.includes(found)) classes.push(found);
  }
  return classes;
}
