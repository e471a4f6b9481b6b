/** Packs that an operator writes: added to the built-in ones, or put in the place of one with the same id. */
import { findLoosenings, type Loosening } from './loosening.js';
import type { RulePack } from './schema.js';
import { neverCallable, PackFault, parseDate, validatePack } from './validate.js';

/** Who takes the responsibility for packs that are looser than the built-in ones. */
export interface Acknowledgement {
  readonly by: string;
  readonly reason: string;
  /** Date, YYYY-MM-DD. */
  readonly at: string;
}

/** A file of packs, read. */
export interface PackFile {
  readonly packs: readonly RulePack[];
  readonly acknowledge?: Acknowledgement;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readAcknowledgement(value: unknown): Acknowledgement {
  if (!isObject(value)) throw new PackFault('acknowledge: give by, reason and at', ['acknowledge']);
  for (const name of Object.keys(value))
    if (!['by', 'reason', 'at'].includes(name))
      throw new PackFault(`acknowledge.${name}: not a known field; use by, reason, at`, [
        'acknowledge',
        name,
      ]);
  for (const name of ['by', 'reason', 'at'])
    if (typeof value[name] !== 'string' || value[name].trim() === '')
      throw new PackFault(`acknowledge.${name}: give a text`, ['acknowledge', name]);
  const { by, reason, at } = value as { by: string; reason: string; at: string };
  try {
    parseDate(at, 'acknowledge.at');
  } catch (error) {
    throw new PackFault((error as Error).message, ['acknowledge', 'at']);
  }
  return { by, reason, at };
}

/**
 * Reads the parsed content of a file of packs.
 * @throws PackFault whose path leads to what is wrong in that content
 */
export function readPackFile(content: unknown): PackFile {
  if (!isObject(content) || !Array.isArray(content['packs']) || content['packs'].length === 0)
    throw new PackFault('packs: give a list of rule packs', []);
  for (const name of Object.keys(content))
    if (!['packs', 'acknowledge'].includes(name))
      throw new PackFault(`${name}: not a known field; use packs, acknowledge`, [name]);
  const packs = content['packs'] as RulePack[];
  const ids = new Set<string>();
  for (const [i, pack] of packs.entries()) {
    try {
      validatePack(pack);
      if (ids.has(pack.id)) throw new PackFault(`pack ${pack.id}: the id is used twice; rename one`, ['id']);
    } catch (error) {
      if (error instanceof PackFault) throw new PackFault(error.message, ['packs', i, ...error.path]);
      throw error;
    }
    ids.add(pack.id);
  }
  const { acknowledge } = content;
  return { packs, ...(acknowledge !== undefined && { acknowledge: readAcknowledgement(acknowledge) }) };
}

/** The packs in force: the operator's, and those built-in ones that none of them replaces. */
export function combinePacks(
  builtin: readonly RulePack[],
  operator: readonly RulePack[],
): readonly RulePack[] {
  if (operator.length === 0) return builtin;
  const ids = new Set(operator.map((pack) => pack.id));
  return [...builtin.filter((pack) => !ids.has(pack.id)), ...operator];
}

/** Does some pack of the operator, with the others that govern the same place, leave no hour at all? In words. */
function contradiction(all: readonly RulePack[], operator: readonly RulePack[]): string | undefined {
  const governing = (jurisdiction: string): RulePack[] => {
    const own = all.filter((pack) => pack.jurisdictions.includes(jurisdiction));
    return own.length > 0 || jurisdiction.includes('-')
      ? own
      : all.filter((pack) => pack.jurisdictions.includes('*'));
  };
  for (const pack of operator)
    for (const jurisdiction of pack.jurisdictions) {
      const country = jurisdiction.slice(0, 2);
      const packs = [...new Set([...governing(country), ...governing(jurisdiction)])];
      const never = neverCallable(packs.flatMap((each) => each.rules));
      if (never !== undefined)
        return `pack ${pack.id}: together with ${packs.flatMap((each) => (each === pack ? [] : each.id)).join(', ')} it leaves no hour of any day for ${never.call} in ${jurisdiction}; widen its hours, or leave the place out`;
    }
  return undefined;
}

/** What an operator's packs come to. */
export interface OperatorPacks {
  /** Those of the files. */
  readonly operator: readonly RulePack[];
  /** All packs in force. */
  readonly packs: readonly RulePack[];
  /** Where they are looser than the built-in ones: acknowledged, for the audit log. */
  readonly loosenings: readonly (Loosening & { readonly acknowledge: Acknowledgement })[];
}

/**
 * Puts files of packs to work.
 * @throws PackFault (its path begins with the file's index) when two files have a pack of the same id, when packs
 * contradict each other, or when one is looser than a built-in one and nobody acknowledges it.
 */
export function applyPackFiles(builtin: readonly RulePack[], files: readonly PackFile[]): OperatorPacks {
  const operator = files.flatMap((file) => file.packs);
  const seen = new Map<string, number>();
  for (const [i, file] of files.entries())
    for (const [n, pack] of file.packs.entries()) {
      if (seen.has(pack.id))
        throw new PackFault(`pack ${pack.id}: another file has a pack of this id; rename one`, [
          i,
          'packs',
          n,
          'id',
        ]);
      seen.set(pack.id, i);
    }
  const packs = combinePacks(builtin, operator);
  const loose = findLoosenings(builtin, operator);
  const loosenings = files.flatMap((file, i) => {
    const found = loose.filter(({ by }) => seen.get(by) === i);
    if (found.length === 0) return [];
    const { acknowledge } = file;
    if (acknowledge === undefined)
      throw new PackFault(
        `looser than the built-in packs, which needs 'acknowledge: { by, reason, at }' in this file: ${found
          .map(({ pack, rule, detail }) => `${pack}${rule === '' ? '' : `/${rule}`}: ${detail}`)
          .join('; ')}`,
        [i],
      );
    return found.map((each) => ({ ...each, acknowledge }));
  });
  const contradicts = contradiction(packs, operator);
  if (contradicts !== undefined) {
    const id = /^pack ([^:]+):/.exec(contradicts)?.[1] ?? '';
    throw new PackFault(contradicts, [seen.get(id) ?? 0]);
  }
  return { operator, packs, loosenings };
}
