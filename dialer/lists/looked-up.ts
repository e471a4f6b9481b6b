/** What is known of the numbers of a lead besides the store: the kinds of number they are, and the registries that hold them. */
import type { Lead } from '../core/model.js';
import { numberClassesOf } from './number-classes.js';

/** @param listsOf ids of the do-not-call registries that hold a number */
export function lookedUp<L extends Lead>(lead: L, listsOf: (number: string) => readonly string[]): L {
  const numbers = lead.numbers.map((number) => {
    const registries = listsOf(number.e164);
    const classes = numberClassesOf(number.e164);
    return registries.length === 0 ? { ...number, classes } : { ...number, classes, registries };
  });
  return { ...lead, numbers };
}
