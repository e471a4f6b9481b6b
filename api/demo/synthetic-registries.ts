/**
 * Invented registries for the simulated switch: every list that rules ask for, with some of the numbers that belong to
 * nobody. They are in memory only, bear the version `synthetic`, and give way to any list that is imported.
 */
import type { Clock } from '../../dialer/clock.js';
import { partsOf } from '../../dialer/dnc/number-parts.js';
import { NumberSetBuilder } from '../../dialer/dnc/number-set-builder.js';
import type { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { listsAskedFor } from '../registries/registry-views.js';
import { FICTITIOUS_RANGES, numberAt, rangeSize } from './fictitious-numbers.js';

export const SYNTHETIC_VERSION = 'synthetic';
/** One number in so many is on the lists. */
const ONE_IN = 40;
const FIRST = 17;
/** Younger than any rule asks for, in the clock's own time. */
const REFRESH_MILLISECONDS = 86_400_000;

/** Holds them from now on, always fresh. Returns the function that ends that. */
export function holdSyntheticRegistries(catalogue: RegistryCatalogue, clock: Clock): () => void {
  const builder = new NumberSetBuilder();
  for (const range of FICTITIOUS_RANGES)
    for (let index = FIRST; index < rangeSize(range); index += ONE_IN) {
      const parts = partsOf(numberAt(range, index));
      if (parts !== undefined) builder.add(parts.area, parts.rest);
    }
  const set = builder.finish();
  let cancel: () => void = () => undefined;
  const refresh = (): void => {
    const now = clock.now();
    const wanted = listsAskedFor().filter((list) => {
      const held = catalogue.get(list);
      return held === undefined || held.synthetic === true;
    });
    catalogue.hold(
      ...wanted.map((list) => ({
        description: { list, version: SYNTHETIC_VERSION, obtainedAt: now, importedAt: now, count: set.size },
        set,
        synthetic: true,
      })),
    );
    cancel = clock.after(REFRESH_MILLISECONDS, refresh);
  };
  refresh();
  return () => cancel();
}
