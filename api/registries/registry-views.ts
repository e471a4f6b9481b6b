/** The do-not-call registries as operators see them: those that rules ask for, and those that are held. */
import { builtinPacks } from '../../compliance/index.js';
import type { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';

/**
 * `current`: in force and young enough for every rule that asks for it. `stale`: too old for at least one. `missing`: not
 * held. `damaged`: not held, because no snapshot of it could be read.
 */
export type RegistryState = 'current' | 'stale' | 'missing' | 'damaged';

export interface RegistryView {
  readonly id: string;
  readonly state: RegistryState;
  /** Rule packs that ask for it; none for a list of the operator's own. */
  readonly packs: readonly string[];
  readonly jurisdictions: readonly string[];
  /** The strictest of the packs. */
  readonly maximumAgeSeconds?: number;
  readonly version?: string;
  /** Epoch milliseconds. */
  readonly obtainedAt?: number;
  readonly importedAt?: number;
  readonly ageSeconds?: number;
  readonly count?: number;
  /** Size in memory. */
  readonly bytes?: number;
  /** Invented for the demonstration; no real numbers are on it. */
  readonly synthetic: boolean;
  /** Snapshots that were refused, and why. */
  readonly problems: readonly string[];
}

interface Asked {
  readonly packs: string[];
  readonly jurisdictions: Set<string>;
  days: number;
}

const DAY_SECONDS = 86_400;

/** What the rules ask for, by list. */
function askedFor(): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const { id, jurisdictions, rules } of builtinPacks)
    for (const rule of rules) {
      if (rule.kind !== 'dnc') continue;
      let list = asked.get(rule.list);
      if (list === undefined) {
        list = { packs: [], jurisdictions: new Set(), days: rule.maxAgeDays };
        asked.set(rule.list, list);
      }
      list.packs.push(id);
      for (const jurisdiction of jurisdictions) list.jurisdictions.add(jurisdiction);
      list.days = Math.min(list.days, rule.maxAgeDays);
    }
  return asked;
}

const ASKED: ReadonlyMap<string, Asked> = askedFor();

/** Ids of the lists that some rule asks for. */
export function listsAskedFor(): readonly string[] {
  return [...ASKED.keys()].sort();
}

/** The country of a list that rules ask for, if it is one: where its national numbers belong. */
export function countryOfRegistry(list: string): string | undefined {
  const countries = new Set([...(ASKED.get(list)?.jurisdictions ?? [])].map((place) => place.slice(0, 2)));
  const [country] = countries;
  return countries.size === 1 ? country : undefined;
}

/** All registries, by id. @param catalogue undefined: none is held */
export function registryViews(
  catalogue: RegistryCatalogue | undefined,
  now: number,
): readonly RegistryView[] {
  const ids = new Set([
    ...ASKED.keys(),
    ...(catalogue?.held() ?? []).map(({ description }) => description.list),
    ...(catalogue?.lost() ?? []),
  ]);
  return [...ids].sort().map((id) => viewOf(catalogue, id, now));
}

function viewOf(catalogue: RegistryCatalogue | undefined, id: string, now: number): RegistryView {
  const asked = ASKED.get(id);
  const held = catalogue?.get(id);
  const refused = catalogue?.refused(id) ?? [];
  const maximumAgeSeconds = asked && asked.days * DAY_SECONDS;
  const ageSeconds = held && Math.max(0, Math.floor((now - held.description.obtainedAt) / 1000));
  const stale = ageSeconds !== undefined && maximumAgeSeconds !== undefined && ageSeconds > maximumAgeSeconds;
  return {
    id,
    state: held === undefined ? (refused.length > 0 ? 'damaged' : 'missing') : stale ? 'stale' : 'current',
    packs: asked?.packs ?? [],
    jurisdictions: [...(asked?.jurisdictions ?? [])].sort(),
    ...(maximumAgeSeconds !== undefined && { maximumAgeSeconds }),
    ...(held !== undefined && {
      version: held.description.version,
      obtainedAt: held.description.obtainedAt,
      importedAt: held.description.importedAt,
      count: held.set.size,
      bytes: held.set.buffer.byteLength,
    }),
    ...(ageSeconds !== undefined && { ageSeconds }),
    synthetic: held?.synthetic === true,
    problems: refused.map(({ file, reason }) => `${file.replace(/^.*[/\\]/, '')}: ${reason}`),
  };
}
