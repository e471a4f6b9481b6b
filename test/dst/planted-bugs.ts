/** Whether the harness finds what was planted: each bug, what caught it, and after how many calls. */
import type { Mutation } from './mutations.js';
import { runSeeds } from './pool.js';
import { worldOfSeed } from './seed-scenario.js';

export interface PlantedReport {
  readonly name: string;
  /** Absent: it was not caught. */
  readonly caught?: { readonly invariant: string; readonly message: string; readonly seed: number };
  readonly seeds: number;
  readonly calls: number;
}

interface Search {
  readonly root: string;
  /** Workers. */
  readonly jobs: number;
  readonly seed: number;
  /** How many calls a bug may live for. */
  readonly calls: number;
}

/** The predictive pacer takes more time than all the rest together, and none of the bugs is in it. */
function isCheap(seed: number): boolean {
  const { campaigns, operators } = worldOfSeed(seed).scenario;
  return [...campaigns, ...operators].every(({ pacer }) => pacer !== 'predictive');
}

export async function findPlanted(mutation: Mutation, options: Search): Promise<PlantedReport> {
  const report = await runSeeds({
    ...options,
    mutation,
    // A run that is not repeated cannot show that it would go otherwise.
    repeat: mutation.file.endsWith('identifiers.js'),
    stopAtFailure: true,
    fits: isCheap,
    ...(mutation.store === undefined ? {} : { store: mutation.store }),
  });
  const first = report.failures[0];
  const { seeds, calls } = report;
  if (first?.failure === undefined) return { name: mutation.name, seeds, calls };
  const { invariant, message } = first.failure;
  return { name: mutation.name, seeds, calls, caught: { invariant, message, seed: first.seed } };
}

/** As many at a time as there are `jobs`, each in one worker: what others do when a bug is caught would be for nothing. */
export async function findAllPlanted(
  mutations: readonly Mutation[],
  options: Search,
  told: (report: PlantedReport) => void,
): Promise<void> {
  const waiting = mutations.values();
  const search = async (): Promise<void> => {
    for (const mutation of waiting) told(await findPlanted(mutation, { ...options, jobs: 1 }));
  };
  await Promise.all(Array.from({ length: options.jobs }, search));
}
