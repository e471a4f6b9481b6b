/** The examples of the integrator's guide, run as they stand, one after the other, in bash against a fresh service. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../architecture/sources.js';
import { ServiceProcess } from '../support/service-process.js';

const missing =
  spawnSync('curl', ['--version']).error === undefined
    ? false
    : 'curl is not installed: install it to run them';

/** What the examples say, in the order of the guide; each is run with what the ones before it defined. */
async function examplesOf(guide: string): Promise<readonly string[]> {
  const text = await readFile(join(root, guide), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, example]) => example ?? '');
}

t.test('every example works', { skip: missing }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-guide-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const service = await ServiceProcess.start(join(folder, 'data'), []);
  t.teardown(() => service.kill());
  const examples = await examplesOf('docs/integrating.md');
  t.ok(examples.length > 10);
  const definitions = examples[0] ?? '';
  const answers: string[] = [];
  for (const example of examples) {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-euo', 'pipefail', '-c', `${definitions}\n${example}`],
      {
        encoding: 'utf8',
        cwd: folder,
        env: { ...process.env, TACTUS_URL: service.url, TACTUS_KEY: await keyOf(folder) },
      },
    );
    t.equal(status, 0, `${example}\n${stdout}\n${stderr}`);
    answers.push(stdout);
  }
  const all = answers.join('\n');
  t.match(all, /"field":"pacing\.method"/, 'what is wrong is named');
  t.match(all, /"rejected":1|"rejectedRows":1|"unusable":1|invalid/i, 'the row without a number is told');
  t.match(all, /"verdict":"(?:allow|deny|defer)"/);
  t.match(all, /dialer_agents\{state="ready"\}/);
  const { items } = (await service.must('GET', '/v1/campaigns/spring/contacts')) as {
    items: { externalId: string }[];
  };
  t.same(items.map(({ externalId }) => externalId).sort(), ['crm-77', 'crm-78', 'crm-79', 'crm-81']);
});

async function keyOf(folder: string): Promise<string> {
  return (await readFile(join(folder, 'data/admin.key'), 'utf8')).trim();
}
