/** Links and pictures of the guides lead somewhere; no picture is larger than it has to be, and none lies about unused. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import { root } from '../architecture/sources.js';

const LARGEST_PICTURE = 150_000;

const guides = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

interface Link {
  readonly path: string;
  /** After the `#`; empty without one. */
  readonly heading: string;
}

/** Links to files of the repository; those to other sites are not asked for. */
async function linksOf(guide: string): Promise<readonly Link[]> {
  const text = (await readFile(join(root, guide), 'utf8')).replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1]!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', heading = ''] = link.split('#');
      return { path: path === '' ? guide : normalize(join(dirname(guide), path)), heading };
    });
}

/** As hosts of repositories make them of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

const all = await Promise.all(guides.map(async (guide) => ({ guide, links: await linksOf(guide) })));

t.test('every link leads to a file, and to a heading that it has', async (t) => {
  t.ok(all.flatMap(({ links }) => links).length > 50);
  for (const { guide, links } of all)
    for (const { path, heading } of links) {
      const found = await stat(join(root, path)).catch(() => undefined);
      t.ok(found !== undefined, `${guide}: ${path}`);
      if (heading === '' || found === undefined) continue;
      const headings = [...(await readFile(join(root, path), 'utf8')).matchAll(/^#+ (.+)$/gm)];
      t.ok(
        headings.some((one) => anchorOf(one[1]!) === heading),
        `${guide}: ${path}#${heading}`,
      );
    }
});

t.test('pictures are small, and each is shown by a guide', async (t) => {
  const shown = new Set(all.flatMap(({ links }) => links.map(({ path }) => path)));
  for (const name of await readdir(join(root, 'docs/images'))) {
    t.ok(shown.has(`docs/images/${name}`), `${name} is shown`);
    t.ok((await stat(join(root, 'docs/images', name))).size < LARGEST_PICTURE, `${name} is small`);
  }
});
