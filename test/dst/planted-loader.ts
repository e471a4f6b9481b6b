/**
 * Loads an engine with a bug in it beside the one without: hooks of Node's module loader, which run in a thread of their own.
 * Modules of that engine have its tag behind their addresses, and so has what they import.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface PlantedModules {
  /** What stands behind the address of each of its modules, with the question mark. */
  readonly tag: string;
  /** Address of the folder of compiled files, with a slash at its end. */
  readonly root: string;
  /** Files with the bug in them, by their paths from that folder. */
  readonly texts: ReadonlyMap<string, string>;
}

interface Resolved {
  readonly url: string;
}

interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: true;
}

let planted: PlantedModules = { tag: '', root: '', texts: new Map() };

export function initialize(modules: PlantedModules): void {
  planted = modules;
}

export async function resolve<C extends { readonly parentURL?: string }>(
  specifier: string,
  context: C,
  next: (specifier: string, context: C) => Promise<Resolved>,
): Promise<Resolved> {
  const found = await next(specifier, context);
  const { tag, root } = planted;
  const inside = found.url.startsWith(root) && !found.url.includes('?');
  return inside && context.parentURL?.endsWith(tag) === true ? { ...found, url: found.url + tag } : found;
}

export async function load<C, L>(
  url: string,
  context: C,
  next: (url: string, context: C) => Promise<L>,
): Promise<L | Loaded> {
  const { tag, root, texts } = planted;
  if (!url.startsWith(root) || !url.endsWith(tag)) return next(url, context);
  const address = url.slice(0, -tag.length);
  const source = texts.get(address.slice(root.length)) ?? readFileSync(fileURLToPath(address), 'utf8');
  return { format: 'module', source, shortCircuit: true };
}
