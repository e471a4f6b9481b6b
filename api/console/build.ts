/** Builds the console and the agent desktop into the folder of this file: of each one script, one style sheet and the page. */
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const output = fileURLToPath(new URL('.', import.meta.url));
// Compiled to dist/api/console/; the sources are beside dist/.
const source = join(output, '../../../api/console/app');

await build({
  entryPoints: [
    { in: join(source, 'main.tsx'), out: 'console' },
    { in: join(source, 'console.css'), out: 'console' },
    { in: join(source, 'agent/main.tsx'), out: 'agent' },
    { in: join(source, 'agent/agent.css'), out: 'agent' },
  ],
  outdir: output,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
});
for (const file of ['index.html', 'favicon.svg', 'agent/agent.html'])
  await copyFile(join(source, file), join(output, basename(file)));
