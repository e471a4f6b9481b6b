/** National and other do-not-call registries as the engine asks them. Lookups are in memory and never wait. */
import type { DncListVersion } from '../../compliance/index.js';

export interface DncRegistries {
  /** The registries held now, each in its current version. A new array whenever one of them changes. */
  versions(): readonly DncListVersion[];
  /** Ids of the registries held now that hold the number (E.164, with the plus sign). */
  listsOf(e164: string): readonly string[];
  /** The same for many numbers, which are looked up side by side: of each that is held by any. */
  listsOfEach(numbers: readonly string[]): ReadonlyMap<string, readonly string[]>;
  /** Tells when `versions` has changed, at once and before anybody can look a number up in the new ones. */
  subscribe(listener: () => void): () => void;
}
