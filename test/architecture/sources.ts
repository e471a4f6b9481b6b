/** Reads the project's TypeScript sources and what they import, for the architecture tests. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: the nearest folder above this file that has the sources. */
export const root = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(resolve(folder, 'tsconfig.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no folder above the tests has a tsconfig.json');
    folder = parent;
  }
  return folder;
})();

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path of the imported source from the root, with `.ts`; undefined for a package or a Node module. */
  readonly target?: string;
  /** Erased when compiled. */
  readonly typeOnly: boolean;
}

export interface Source {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const FOLDERS = ['dialer', 'pacing', 'compliance', 'api', 'sim'];

/** The statement forms that name another module; the formatter keeps them at the start of a line. */
const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^'\n]+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^'\n]+)'\s*\)/g;
const WORKER = /new URL\(\s*'(\.[^'\n]+\.js)'\s*,\s*import\.meta\.url\s*\)/g;

export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    if (!specifier.startsWith('.')) {
      found.push({ specifier, typeOnly });
      return;
    }
    const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, '');
    // Assets are bundled, they import nothing.
    if (/\.(?:css|json|svg)$/.test(target)) found.push({ specifier, typeOnly });
    else found.push({ specifier, target: `${target}.ts`, typeOnly });
  };
  for (const match of text.matchAll(STATEMENT)) {
    const allInline = /^(?:import|export)\s*\{\s*(?:type\s+\w+(?:\s+as\s+\w+)?\s*,?\s*)+\}/.test(match[0]);
    add(match[2]!, match[1] !== undefined || allInline);
  }
  for (const match of text.matchAll(DYNAMIC)) add(match[1]!, false);
  for (const match of text.matchAll(WORKER)) add(match[1]!, false);
  return found;
}

/** All sources of the product; tests and benchmarks may import what they like. */
export async function readSources(): Promise<Source[]> {
  const sources: Source[] = [];
  for (const folder of FOLDERS) {
    const entries = await readdir(resolve(root, folder), { recursive: true });
    for (const entry of entries.sort()) {
      const path = `${folder}/${entry.split('\\').join('/')}`;
      if (!/\.tsx?$/.test(path) || path.endsWith('.d.ts')) continue;
      const text = await readFile(resolve(root, path), 'utf8');
      sources.push({ path, text, imports: importsOf(path, text) });
    }
  }
  const paths = new Set(sources.map(({ path }) => path));
  const resolved = (imported: Import): Import => {
    const { target } = imported;
    const component = `${target}x`;
    return target !== undefined && !paths.has(target) && paths.has(component)
      ? { ...imported, target: component }
      : imported;
  };
  return sources.map((source) => ({ ...source, imports: source.imports.map(resolved) }));
}
