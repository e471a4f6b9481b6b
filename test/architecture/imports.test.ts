import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { transformSync } from 'esbuild';
import t from 'tap';
import { type Import, importsOf, readSources, root, type Source } from './sources.js';

const sources = await readSources();

/** Packages that compute and do nothing else. */
const PURE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  pacing: [],
  compliance: ['libphonenumber-js', 'luxon', 'typebox'],
  'dialer/core': [],
};

const ALLOWED_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  pacing: ['pacing'],
  compliance: ['compliance'],
  dialer: ['dialer', 'pacing', 'compliance'],
  sim: ['sim', 'dialer', 'pacing', 'compliance'],
  api: ['api', 'dialer', 'pacing', 'compliance'],
};

/** What users of the package import; within the project it would be a way round the rules. */
const PACKAGE_SURFACE = 'dialer/index.ts';
const COMPOSITION_ROOT = 'api/main.ts';
/** Browser code: compiled apart, shares nothing with the server. */
const BROWSER = 'api/console/app/';

function folderOf(path: string): string {
  return path.split('/')[0]!;
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}

/** What is behind a port: the folders under `dialer/store` and `dialer/telephony`. */
function isInsideAdapter(path: string): boolean {
  return /^dialer\/(?:store|telephony)\/[^/]+\//.test(path);
}

/** Files beside a port that open an adapter: they import from its folder. */
const openers = new Set(
  sources
    .filter(({ path }) => /^dialer\/(?:store|telephony)\/[^/]+$/.test(path))
    .filter(({ imports }) =>
      imports.some(({ target, typeOnly }) => target && !typeOnly && isInsideAdapter(target)),
    )
    .map(({ path }) => path),
);

/** Concrete stores and switches, and whatever hands them out. */
function isAdapter(path: string): boolean {
  return isInsideAdapter(path) || openers.has(path) || path === PACKAGE_SURFACE;
}

/** Every import that breaks a rule, as a line that says which. */
function violations(rule: (source: Source, imported: Import) => string | undefined): string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap((imported) => {
      const problem = rule(source, imported);
      return problem === undefined ? [] : [`${source.path} imports ${imported.specifier}: ${problem}`];
    }),
  );
}

t.test('the reader of imports sees every form of import', async (t) => {
  const text = [
    "import a from './a.js';",
    "import type { B } from '../b.js';",
    "import { type C, type D } from './c.js';",
    "import { type E, f } from './e.js';",
    "import 'node:fs';",
    'import {',
    '  g,',
    "} from './g.js';",
    "export * from './h.js';",
    "export type { I } from './i.js';",
    "const j = await import('./j.js');",
    "const k = new URL('./k.js', import.meta.url);",
  ].join('\n');
  t.same(
    importsOf('dialer/x/y.ts', text).map(
      (found) => `${found.target ?? found.specifier}${found.typeOnly ? ' type' : ''}`,
    ),
    [
      'dialer/x/a.ts',
      'dialer/b.ts type',
      'dialer/x/c.ts type',
      'dialer/x/e.ts',
      'node:fs',
      'dialer/x/g.ts',
      'dialer/x/h.ts',
      'dialer/x/i.ts type',
      'dialer/x/j.ts',
      'dialer/x/k.ts',
    ],
  );
});

t.test('every relative import names a source file that exists', async (t) => {
  t.same(
    violations((_source, { target }) =>
      target === undefined || existsSync(resolve(root, target)) ? undefined : 'there is no such source',
    ),
    [],
  );
});

t.test('imports point one way: api → dialer → pacing and compliance; sim may use dialer', async (t) => {
  t.same(
    violations((source, { target, typeOnly }) => {
      if (target === undefined || source.path === COMPOSITION_ROOT) return undefined;
      if (source.path.startsWith(BROWSER) && !target.startsWith(BROWSER) && !typeOnly)
        return 'browser code shares nothing but types with the server';
      const allowed = ALLOWED_FOLDERS[folderOf(source.path)] ?? [];
      return allowed.includes(folderOf(target)) ? undefined : `${folderOf(source.path)} may not`;
    }),
    [],
  );
});

t.test('only the composition root knows the concrete stores, switches and the simulator', async (t) => {
  t.same(
    violations((source, { target }) => {
      if (target === undefined || source.path === COMPOSITION_ROOT) return undefined;
      if (!isAdapter(target) || isAdapter(source.path)) return undefined;
      return folderOf(source.path) === 'sim' ? undefined : `only ${COMPOSITION_ROOT} may import an adapter`;
    }),
    [],
  );
});

t.test('a store adapter does not know a telephony adapter, nor the other way round', async (t) => {
  const kind = (path: string): string => path.split('/')[1]!;
  t.same(
    violations((source, { target }) =>
      target !== undefined &&
      source.path !== PACKAGE_SURFACE &&
      isAdapter(source.path) &&
      isAdapter(target) &&
      kind(source.path) !== kind(target)
        ? 'adapters know their port only'
        : undefined,
    ),
    [],
  );
});

t.test('pacing and compliance are used through their index', async (t) => {
  t.same(
    violations((source, { target }) => {
      if (target === undefined) return undefined;
      const folder = folderOf(target);
      if (folder !== 'pacing' && folder !== 'compliance') return undefined;
      if (folder === folderOf(source.path) || target === `${folder}/index.ts`) return undefined;
      return `import it from ${folder}/index.js`;
    }),
    [],
  );
});

t.test('the core imports the core, ports and events, and nothing that acts', async (t) => {
  t.same(
    violations((source, { target, typeOnly }) => {
      if (target === undefined || !source.path.startsWith('dialer/core/')) return undefined;
      if (/^(dialer\/(core|events|kpi)|pacing|compliance)\//.test(target)) return undefined;
      if (typeOnly && /^dialer\/(store|telephony)\/port\.ts$/.test(target)) return undefined;
      return 'the core decides, the shell acts';
    }),
    [],
  );
});

/** Scripts run by hand that write generated data; nothing imports them. */
const GENERATOR = /\/generate\.ts$/;

t.test('the pure parts use no Node module and no package that acts', async (t) => {
  t.same(
    violations((source, { specifier, target }) => {
      const pure = Object.keys(PURE_PACKAGES).find((folder) => source.path.startsWith(`${folder}/`));
      if (pure === undefined || target !== undefined || GENERATOR.test(source.path)) return undefined;
      if (specifier.startsWith('node:')) return 'pure code has no I/O';
      return PURE_PACKAGES[pure]!.includes(packageOf(specifier)) ? undefined : 'not a pure package';
    }),
    [],
  );
});

t.test('the pure parts read no clock, random source, timer or environment', async (t) => {
  const forbidden: readonly (readonly [string, RegExp])[] = [
    ['the clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()|(?<!new )\bDate\(|\bperformance\./],
    ['the clock', /\bDateTime\.(?:now|local|utc)\(\s*\)/],
    ['a random source', /\bMath\.random\b|\bcrypto\.|\brandomUUID\b/],
    ['a timer', /\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/],
    ['the environment', /\bprocess\.(?!versions\b)|\bglobalThis\.process\b/],
    ['the outside', /\bfetch\(|\bconsole\./],
  ];
  const problems: string[] = [];
  for (const { path, text } of sources) {
    if (!Object.keys(PURE_PACKAGES).some((folder) => path.startsWith(`${folder}/`))) continue;
    if (GENERATOR.test(path)) continue;
    // Compiled: without comments and types, which may well speak of clocks.
    const { code } = transformSync(text, { loader: 'ts', format: 'esm', legalComments: 'none' });
    for (const [what, pattern] of forbidden) {
      const match = pattern.exec(code);
      if (match !== null) problems.push(`${path} reads ${what}: ${match[0]}`);
    }
  }
  t.same(problems, []);
});

t.test('no source imports a generator', async (t) => {
  t.same(
    violations((_source, { target }) =>
      target !== undefined && GENERATOR.test(target) ? 'it acts when it is loaded' : undefined,
    ),
    [],
  );
});

t.test('there is no cycle of imports', async (t) => {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.imports.flatMap(({ target, typeOnly }) => (target === undefined || typeOnly ? [] : [target])),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return;
    const from = trail.indexOf(path);
    if (from >= 0) {
      cycles.push([...trail.slice(from), path].join(' → '));
      return;
    }
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  t.same(cycles, []);
});
