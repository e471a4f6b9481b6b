/**
 * The registries held: each in its current version, in shared memory; snapshots under the data directory, one folder a list.
 *
 * A new version takes the place of the old one in one assignment; whoever still reads the old one keeps it alive. A
 * snapshot that is damaged is never used: the list falls back to an older good one, whose age the rules still judge, or
 * counts as missing.
 */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { DncListVersion } from '../../compliance/index.js';
import type { EpochMilliseconds } from '../core/model.js';
import { ExactNumberSet } from './exact-number-set.js';
import { cutNumbers } from './number-parts.js';
import type { LoadResult } from './registry-import.js';
import type { DncRegistries } from './registry-port.js';
import { describeSnapshot, SNAPSHOT_SUFFIX, type SnapshotDescription } from './snapshot-file.js';

/** A registry as it is held. */
export interface HeldRegistry {
  readonly description: SnapshotDescription;
  readonly set: ExactNumberSet;
  /** Path of its snapshot; absent for one that is in memory only. */
  readonly file?: string;
  /** Invented, for a demonstration. */
  readonly synthetic?: boolean;
}

/** A snapshot that was refused. */
export interface RefusedSnapshot {
  readonly list: string;
  readonly file: string;
  readonly reason: string;
}

/** A registry for other threads: its numbers are shared, not copied. */
export interface SharedRegistry extends DncListVersion {
  readonly buffer: SharedArrayBuffer;
}

/** Snapshots kept of each list: the current one and the one before. */
const SNAPSHOTS_KEPT = 2;
const LIST_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isListId(text: string): boolean {
  return LIST_ID.test(text);
}

export function isListVersion(text: string): boolean {
  return VERSION.test(text) && !text.includes('..');
}

export class RegistryCatalogue implements DncRegistries {
  readonly directory: string;
  readonly #held = new Map<string, HeldRegistry>();
  #refused: RefusedSnapshot[] = [];
  readonly #listeners = new Set<() => void>();
  #versions: readonly DncListVersion[] = [];
  #sets: readonly { readonly id: string; readonly set: ExactNumberSet }[] = [];

  /** @param directory folder of the snapshots; made when the first list is imported */
  constructor(directory: string) {
    this.directory = directory;
  }

  versions(): readonly DncListVersion[] {
    return this.#versions;
  }

  listsOf(e164: string): readonly string[] {
    let found: string[] | undefined;
    for (const { id, set } of this.#sets) {
      if (!set.has(e164)) continue;
      found ??= [];
      found.push(id);
    }
    return found ?? NO_LISTS;
  }

  listsOfEach(numbers: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const { areas, rests } = cutNumbers(numbers);
    const found = new Uint8Array(numbers.length);
    const lists = new Map<string, Set<string>>();
    for (const { id, set } of this.#sets) {
      set.hasMany(areas, rests, found);
      for (let i = found.indexOf(1); i >= 0; i = found.indexOf(1, i + 1)) {
        const number = numbers[i] as string;
        const known = lists.get(number);
        if (known === undefined) lists.set(number, new Set([id]));
        else known.add(id);
      }
    }
    return new Map(Array.from(lists, ([number, ids]) => [number, [...ids]]));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The lists held, by id. */
  held(): readonly HeldRegistry[] {
    return [...this.#held.values()];
  }

  get(list: string): HeldRegistry | undefined {
    return this.#held.get(list);
  }

  /** Snapshots that could not be used, newest first. */
  refused(list: string): readonly RefusedSnapshot[] {
    return this.#refused.filter((each) => each.list === list);
  }

  /** Ids of lists with nothing but refused snapshots. */
  lost(): readonly string[] {
    return [...new Set(this.#refused.map(({ list }) => list))].filter((list) => !this.#held.has(list));
  }

  /** What another thread needs for its own lookups: `new ExactNumberSet(buffer)`. */
  share(): readonly SharedRegistry[] {
    return this.held().map(({ description: { list: id, version, obtainedAt }, set }) => ({
      id,
      version,
      obtainedAt,
      buffer: set.buffer,
    }));
  }

  /** Puts versions in force, at once and for everybody who asks from now on. */
  hold(...registries: readonly HeldRegistry[]): void {
    if (registries.length === 0) return;
    for (const registry of registries) this.#held.set(registry.description.list, registry);
    const lists = [...this.held()].sort((a, b) => (a.description.list < b.description.list ? -1 : 1));
    this.#sets = lists.map(({ description, set }) => ({ id: description.list, set }));
    this.#versions = lists.map(({ description: { list, version, obtainedAt } }) => ({
      id: list,
      version,
      obtainedAt,
    }));
    for (const listener of this.#listeners) listener();
  }

  fileOf(list: string, version: string, importedAt: EpochMilliseconds): string {
    return join(this.directory, list, `${String(importedAt).padStart(15, '0')}-${version}${SNAPSHOT_SUFFIX}`);
  }

  async makeFolder(list: string): Promise<string> {
    const folder = join(this.directory, list);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Loads the newest good snapshot of every list, in worker threads. Refused ones are in `refused`. */
  async load(): Promise<void> {
    const lists = await foldersIn(this.directory);
    if (lists.length === 0) return;
    const pool = new Piscina({
      filename: REGISTRY_WORKER,
      minThreads: 0,
      maxThreads: Math.min(lists.length, availableParallelism()),
    });
    try {
      const loaded = await Promise.all(lists.map((list) => this.#loadList(pool, list)));
      this.hold(...loaded.filter((registry) => registry !== undefined));
    } finally {
      await pool.destroy();
    }
  }

  async #loadList(pool: Piscina, list: string): Promise<HeldRegistry | undefined> {
    await removeLeftovers(join(this.directory, list));
    const candidates: { readonly file: string; readonly description: SnapshotDescription }[] = [];
    for (const file of await snapshotsIn(join(this.directory, list))) {
      try {
        const description = await describeSnapshot(file);
        if (description.list !== list) throw new Error(`it is of the list ${description.list}`);
        candidates.push({ file, description });
      } catch (error) {
        this.#refused.unshift({ list, file, reason: (error as Error).message });
      }
    }
    candidates.sort(
      ({ description: a }, { description: b }) => b.obtainedAt - a.obtainedAt || b.importedAt - a.importedAt,
    );
    for (const { file } of candidates) {
      const result = (await pool.run({ kind: 'load', file })) as LoadResult;
      if (result.ok) return { description: result.description, set: new ExactNumberSet(result.buffer), file };
      this.#refused.unshift({ list, file, reason: result.reason });
    }
    return undefined;
  }

  /** Removes the snapshots that are neither current nor the one before, and those that were refused. */
  async prune(list: string): Promise<void> {
    for (const { file } of this.refused(list)) await rm(file, { force: true });
    this.#refused = this.#refused.filter((each) => each.list !== list);
    const files = await snapshotsIn(join(this.directory, list));
    const current = this.#held.get(list)?.file;
    const others = files.filter((file) => file !== current).sort();
    for (const file of others.slice(0, Math.max(0, others.length - (SNAPSHOTS_KEPT - 1))))
      await rm(file, { force: true });
  }
}

export const REGISTRY_WORKER = new URL('./registry-worker.js', import.meta.url).href;
const NO_LISTS: readonly string[] = [];

async function foldersIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(absent);
  return entries
    .filter((entry) => entry.isDirectory() && isListId(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function snapshotsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(absent);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(SNAPSHOT_SUFFIX))
    .map(({ name }) => join(folder, name))
    .sort();
}

/** What an import that was cut off has left. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/\.(?:partial|upload|bad-lines\.csv)$/.test(name)) await rm(join(folder, name), { force: true });
}

function absent(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
