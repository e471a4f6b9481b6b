/** Whether the harness finds what was planted: each bug, what caught it, and after how many calls. */
import type { Mutation } from './mutations.js';
import { runSeeds } from './pool.js';

export interface PlantedReport {
  readonly name: string;
  /** Absent: it was not caught. */
  readonly caught?: { readonly invariant: string; readonly message: string; readonly seed: number };
  readonly seeds: number;
  readonly calls: number;
}

/** @param calls how many calls a bug may live for */
export async function findPlanted(
  mutation: Mutation,
  options: { readonly root: string; readonly jobs: number; readonly seed: number; readonly calls: number },
): Promise<PlantedReport> {
  const report = await runSeeds({
    ...options,
    mutation,
    // A run that is not repeated cannot show that it would go otherwise.
    repeat: mutation.file.endsWith('identifiers.js'),
    stopAtFailure: true,
    ...(mutation.store === undefined ? {} : { store: mutation.store }),
  });
  const first = report.failures[0];
  const { seeds, calls } = report;
  if (first?.failure === undefined) return { name: mutation.name, seeds, calls };
  const { invariant, message } = first.failure;
  return { name: mutation.name, seeds, calls, caught: { invariant, message, seed: first.seed } };
}

export async function findAllPlanted(
  mutations: readonly Mutation[],
  options: { readonly root: string; readonly jobs: number; readonly seed: number; readonly calls: number },
  told: (report: PlantedReport) => void,
): Promise<readonly PlantedReport[]> {
  const reports: PlantedReport[] = [];
  for (const mutation of mutations) {
    const report = await findPlanted(mutation, options);
    reports.push(report);
    told(report);
  }
  return reports;
}
