import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { countryOfRegistry } from '../../api/registries/registry-views.js';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../../dialer/dnc/registry-importer.js';
import { startHarness } from '../api/harness.js';
import { temporaryFolder } from '../dnc/numbers.js';
import { run } from './support.js';

async function service(t_: Test) {
  const folder = await temporaryFolder();
  const catalogue = new RegistryCatalogue(join(folder.path, 'dnc'));
  const log = { info: () => undefined, warn: () => undefined };
  const importer = createRegistryImporter({
    countryOf: countryOfRegistry,
    catalogue,
    now: () => Date.parse('2026-03-02T16:00:00Z'),
    log,
  });
  const h = await startHarness({
    registries: { held: catalogue, importer, required: true },
    limits: { shortImportMilliseconds: 120_000 },
  });
  t_.teardown(async () => {
    await h.close();
    await importer.close();
    await folder.remove();
  });
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return path;
  };
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.operator };
  return { file, tactus: (...line: string[]) => run(['dnc', ...line], { environment }) };
}

t.test('a list is imported, listed and asked', async (t) => {
  const { file, tactus } = await service(t);
  const list = await file('us.txt', '2125550100\r\n212,5550101\r\nnonsense\r\n');
  const imported = await tactus('import', list, '--list', 'us-national', '--version', '2026-03-01');
  t.equal(imported.code, 0, imported.err);
  t.match(imported.out, /us-national 2026-03-01: 2 numbers in force, from 3 lines, 1 of them bad/);
  t.match(imported.out, /line 3: "nonsense" is not a telephone number/);
  t.match(imported.err, /sent: /);
  const listed = await tactus('lists');
  t.match(listed.out, /us-national +current +2026-03-01 +2026-03-01 +1 d +31 d +2/);
  t.match(listed.out, /more that rules ask for are not held/);
  t.match((await tactus('lists', '--all')).out, /gb-tps +missing/);
  t.equal((await tactus('check', '2125550101')).out, '+12125550101 is on us-national\n');
  t.equal((await tactus('check', '+12125550102')).out, '+12125550102 is on none of the lists held\n');
});

t.test('changes name their base, and every refusal is one line and an exit code', async (t) => {
  const { file, tactus } = await service(t);
  const full = await file('full.txt', '2125550100\n');
  await tactus('import', full, '--list', 'us-national', '--version', '2026-03-01');
  const changes = await file('changes.txt', '212,5550101,t,A\n212,5550100,t,D\n');
  const options = ['--list', 'us-national', '--version', '2026-03-02'];
  const without = await tactus('import', changes, ...options, '--delta');
  t.match(without, { code: 1, err: /--delta and --base go together/ });
  const wrong = await tactus('import', changes, ...options, '--delta', '--base', '2026-02-01');
  t.match(wrong, { code: 1, err: /but 2026-03-01 is in force/ });
  const asFull = await tactus('import', changes, ...options);
  t.match(asFull, { code: 1, err: /line 2 deletes a number/ });
  const done = await tactus('import', changes, ...options, '--delta', '--base', '2026-03-01', '--json');
  t.equal(done.code, 0, done.err);
  t.match(JSON.parse(done.out), { state: 'completed', count: 1, base: '2026-03-01' });
  const absent = await tactus('import', '/not/there', ...options);
  t.match(absent, { code: 1, err: /cannot be read \(ENOENT\)/ });
});
