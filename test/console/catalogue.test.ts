/** Every text of the console exists in both languages, and no text stands outside the catalogues. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import t from 'tap';

// Compiled to dist/test/console/; the sources are beside dist/.
const application = fileURLToPath(new URL('../../../api/console/app/', import.meta.url));
const files = (await readdir(application, { recursive: true })).filter((name) => /\.tsx?$/.test(name)).sort();
const catalogueFiles = files.filter((name) => /(^|\/)texts(-\w+)?\.ts$/.test(name));

type Catalogue = Readonly<Record<string, readonly [string, string]>>;

async function catalogues(): Promise<readonly Catalogue[]> {
  const bundle = await build({
    stdin: {
      contents: [
        ...catalogueFiles.map((name) => `import ${JSON.stringify(`./${name}`)};`),
        "export { CATALOGUES } from './shared/i18n';",
      ].join('\n'),
      resolveDir: application,
    },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  const code = Buffer.from(bundle.outputFiles[0]!.contents).toString('base64');
  return ((await import(`data:text/javascript;base64,${code}`)) as { CATALOGUES: Catalogue[] }).CATALOGUES;
}

/** Names and abbreviations that are the same in both languages, and texts that are only places. */
const SAME = /^(API|CSV|JSON|ID|IP|Webhook|DNC|URL|[\d{}:|%.,/\s+×–·-]*|\{\w+\}.*)$/;

t.test('both catalogues are complete, with the same places', async (t) => {
  const all = await catalogues();
  t.equal(all.length, catalogueFiles.length, 'each texts file makes one catalogue');
  for (const catalogue of all) {
    for (const [key, entry] of Object.entries(catalogue)) {
      const [english, chinese] = entry;
      t.equal(entry.length, 2, `${key} has two languages`);
      if (english.trim() === '' || chinese.trim() === '') t.fail(`${key} is empty`);
      t.same(placesOf(chinese), placesOf(english), `${key}: the same places`);
      if (!/\p{Script=Han}/u.test(chinese) && !SAME.test(chinese))
        t.fail(`${key} is not Chinese: ${chinese}`);
      if (/\p{Script=Han}/u.test(english)) t.fail(`${key} is not English: ${english}`);
    }
  }
});

t.test('what the service says of a campaign by codes has texts in both languages', async (t) => {
  const all = Object.assign({}, ...(await catalogues())) as Catalogue;
  const sources = fileURLToPath(new URL('../../../', import.meta.url));
  const read = (path: string) => readFile(join(sources, path), 'utf8');
  const codes = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  const why = codes(await read('dialer/core/diagnosis.ts'), /say\(\s*'([a-z_]+)'/g);
  const checks = await read('api/http/diagnostics.ts');
  const detail = [
    ...codes(checks, /code:[^\n]*?'([a-z_]+)'/g),
    ...codes(checks, /\? '([a-z_]+)'\s*:/g),
    ...codes(checks, /\? '[a-z_]+'\s*:\s*'([a-z_]+)',\n\s*parameters/g),
    ...['open', 'closed', 'open_always', 'closed_always'].map((state) => `schedule_${state}`),
  ].filter((code) => code !== 'open' && code !== 'closed');
  t.ok(why.length >= 17 && detail.length >= 20, `${why.length} and ${detail.length} codes`);
  for (const code of why) t.ok(Object.hasOwn(all, `why.${code}`), `why.${code}`);
  for (const code of detail) t.ok(Object.hasOwn(all, `detail.${code}`), `detail.${code}`);
});

t.test('reasons of campaigns, halts and gates have texts in both languages', async (t) => {
  const all = Object.assign({}, ...(await catalogues())) as Catalogue;
  const sources = fileURLToPath(new URL('../../../dialer/', import.meta.url));
  const names = (await readdir(sources, { recursive: true })).filter((name) =>
    /^(core|kpi)\/.*\.ts$/.test(name),
  );
  const text = (await Promise.all(names.map((name) => readFile(join(sources, name), 'utf8')))).join('\n');
  const calls = [...text.matchAll(/\bsaid\(\s*(?:[^'()]*\?\s*)?'([a-z_]+)'(?:\s*:\s*'([a-z_]+)')?/g)];
  const codes = calls.flatMap(([, one = '', other]) => (other === undefined ? [one] : [one, other]));
  t.ok(codes.length >= 29, `${codes.length} codes`);
  t.equal(calls.length, text.match(/(?<!function )\bsaid\(/g)?.length, 'each call names its codes in quotes');
  const known = Object.keys(all).filter((key) => key.startsWith('said.'));
  t.same(codes.map((code) => `said.${code}`).sort(), known.sort(), 'the codes in the sources');
  const tests = /testCode\?: ([^;]+);/.exec(text)?.[1]?.match(/[a-z]+/g) ?? [];
  t.ok(tests.length >= 4, `${tests.length} tests`);
  for (const test of tests) t.ok(Object.hasOwn(all, `test.${test}`), `test.${test}`);
});

t.test('reasons of the rules, and the rules, have texts in both languages', async (t) => {
  const all = Object.assign({}, ...(await catalogues())) as Catalogue;
  const sources = fileURLToPath(new URL('../../../compliance/', import.meta.url));
  const read = (name: string) => readFile(join(sources, name), 'utf8');
  const names = ['rules.ts', 'windows.ts', 'call-rules.ts', 'plan.ts'];
  const text = (await Promise.all(names.map(read))).join('\n');
  const found = [
    // After `code:`, in the branches of a choice, and returned by the functions that choose.
    ...[...text.matchAll(/\bcode:([^;{}]*?)(?:,?\n\s*(?:detail|why):|, why:)/g)].map((match) => match[1]!),
    ...[...text.matchAll(/function (?:consent|cap)Code\([\s\S]*?\n\}/g)].map((match) =>
      match[0].replace(/state === '\w+'/g, ''),
    ),
  ].flatMap((part) => [...part.matchAll(/(?<!=== )'([a-z_]+)'/g)].map((match) => match[1]!));
  const faults = [...(await read('input-faults.ts')).matchAll(/fault\(\s*'\w+',\s*'([a-z_]+)'/g)].map(
    (match) => match[1]!,
  );
  const facts = await readFile(join(sources, '../dialer/core/call-facts.ts'), 'utf8');
  const judged = [...facts.matchAll(/\bcode = '([a-z_]+)'/g)].map((match) => match[1]!);
  const codes = [...new Set([...found, ...faults, ...judged])].map((code) => `objection.${code}`).sort();
  const known = Object.keys(all).filter((key) => key.startsWith('objection.'));
  t.same(codes, known.sort(), 'the codes in the sources');
  const kinds = /type RuleKind =([^;]+);/.exec(await read('types.ts'))?.[1]?.match(/[a-z_]{2,}/g) ?? [];
  t.ok(kinds.length >= 20, `${kinds.length} rules`);
  for (const kind of kinds) t.ok(Object.hasOwn(all, `rule.${kind}`), `rule.${kind}`);
});

t.test('limits of the pacing and events of the overview have texts in both languages', async (t) => {
  const all = Object.assign({}, ...(await catalogues())) as Catalogue;
  const sources = fileURLToPath(new URL('../../../', import.meta.url));
  const read = (path: string) => readFile(join(sources, path), 'utf8');
  const limits = /type PacingLimit =([^;]+);/.exec(await read('dialer/core/view.ts'))?.[1] ?? '';
  const names = [...limits.matchAll(/'([a-z-]+)'/g)].map((match) => match[1]!);
  t.ok(names.length >= 15, `${names.length} limits`);
  for (const name of names) t.ok(Object.hasOwn(all, `limit.${name}`), `limit.${name}`);
  const links = new Map<string, readonly string[]>();
  const linked = /'([a-z-]+)'\) codes\['link'\] = [^?]+\? '(\w+)' : '(\w+)'/g;
  for (const [, kind = '', yes = '', no = ''] of (await read('api/http/overview.ts')).matchAll(linked))
    links.set(kind, [yes, no]);
  t.equal(links.size, 3, 'events that are told by a state of theirs');
  const sentences = await read('api/http/event-sentence.ts');
  const kinds = [...sentences.matchAll(/case '([a-z-]+)':/g)].map((match) => match[1]!);
  t.ok(kinds.length >= 19, `${kinds.length} events`);
  for (const kind of kinds)
    for (const key of links.get(kind)?.map((link) => `event.${kind}.${link}`) ?? [`event.${kind}`])
      t.ok(Object.hasOwn(all, key), key);
});

/** Names of the values that a text takes. English picks a plural by a number that Chinese may leave out there. */
function placesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort();
}

t.test('no page has words of its own', async (t) => {
  for (const name of files.filter((file) => file.endsWith('.tsx'))) {
    const source = (await readFile(join(application, name), 'utf8')).replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '');
    const words = [
      // Text between tags, and the attributes that people see or hear.
      ...[...source.matchAll(/(?<!=)>\s*([A-Za-z][^<>{}=;()]*?)\s*</g)].map((match) => match[1]!),
      ...[
        ...source.matchAll(/\s(?:title|label|placeholder|aria-label|alt|hint)="([^"]*[A-Za-z][^"]*)"/g),
      ].map((match) => match[1]!),
    ].filter(
      (text) =>
        /[A-Za-z]{3}/.test(text) && !ALLOWED.has(text) && !/^(extends|readonly|void|undefined)\b/.test(text),
    );
    t.same(words, [], name);
  }
});

/** Names, and shapes of what is typed. */
const ALLOWED = new Set(['Tactus', 'tactus_…']);
