import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ConfigError, loadSettings } from '../../api/config/index.js';
import { builtinPacks } from '../../compliance/index.js';

const folder = mkdtempSync(join(tmpdir(), 'tactus-packs-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const PACK = `
  - id: house
    title: House rules
    version: "3"
    asOf: 2026-11-01
    jurisdictions: [US]
    rules:
      - id: late
        kind: calling_window
        hours: { mon-sat: ["10:00-19:00"] }
        source: house
        confidence: primary
`;

/** Settings of a configuration that names these files; `config.yaml` stands for the folder in messages. */
function load(...files: readonly string[]) {
  const names = files.map((content, i) => {
    writeFileSync(join(folder, `${i}.yaml`), content);
    return `${i}.yaml`;
  });
  const config = join(folder, 'config.yaml');
  writeFileSync(config, `compliance: { packs: [${names.join(', ')}] }\n`);
  return loadSettings({ config }, {});
}

function problems(...files: readonly string[]): readonly string[] {
  try {
    load(...files);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((line) => line.replaceAll(`${folder}/`, ''));
    throw error;
  }
  return [];
}

t.test("packs named in the configuration are read from beside it and added to the package's", async (t) => {
  const { compliance } = load(`packs:${PACK}`);
  t.equal(compliance?.packs.length, builtinPacks.length + 1);
  t.same(
    compliance?.operator.map((pack) => pack.id),
    ['house'],
  );
  t.same(compliance?.loosenings, []);
  t.equal(loadSettings({}, {}).compliance, undefined);
});

t.test('JSON is read too', async (t) => {
  const pack = {
    id: 'json',
    title: 'J',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: ['US'],
    rules: [{ kind: 'consent', level: 'express', source: 's', confidence: 'weak' }],
  };
  t.equal(load(JSON.stringify({ packs: [pack] })).compliance?.operator[0]?.id, 'json');
});

t.test('what is wrong with a file is told with its line, and nothing starts', async (t) => {
  t.match(problems(`packs:${PACK.replace('calling_window', 'moon_phase')}`), [
    /^0\.yaml:9: pack house, rule 1\.kind: 'moon_phase' is not known; use calling_window/,
  ]);
  t.match(problems(`packs:${PACK.replace('10:00-19:00', '19:00-10:00')}`), [
    /^0\.yaml:10: pack house, rule 1\.hours\.mon-sat: '19:00-10:00' ends before it begins/,
  ]);
  t.match(problems(`packs:${PACK.replace('mon-sat: ["10:00-19:00"]', 'mon: []')}`), [
    /^0\.yaml:8: pack house, rule 1: .*leaves no hour of any day/,
  ]);
  t.match(problems(`packs:${PACK.replace('10:00-19:00', '21:00-24:00')}`), [
    /^0\.yaml:1: pack house: together with us-federal it leaves no hour/,
  ]);
  t.match(problems('packs:\n  - id: [\n'), [/^0\.yaml:\d+: /]);
  t.match(problems(`packs:${PACK}`, `packs:${PACK}`), [/^1\.yaml:2: pack house: another file has a pack/]);
  t.match(problems(`packs:${PACK}`, 'packs: 5'), [/^1\.yaml:1: packs: give a list/]);
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'compliance: { packs: [nowhere.yaml] }\n');
  t.throws(() => loadSettings({ config }, {}), /nowhere\.yaml: cannot be read \(ENOENT\)/);
  writeFileSync(config, 'compliance: { pack: [a.yaml] }\n');
  t.throws(() => loadSettings({ config }, {}), /compliance/);
});

t.test('a pack that loosens a built-in one starts only with an acknowledgement, which is kept', async (t) => {
  const looser = `packs:
  - id: nz
    title: New Zealand by us
    version: "1"
    asOf: 2026-11-01
    jurisdictions: [NZ]
    rules:
      - { id: hours, kind: calling_window, hours: { mon-sat: ["08:00-20:30"] }, source: s, confidence: weak }
`;
  t.match(problems(looser), [
    /^0\.yaml:1: looser than the built-in packs.*nz\/hours: on Mon it is open 08:00-09:00 too.*nz\/dnc: nothing as strict/,
  ]);
  const acknowledge = 'acknowledge: { by: Jane Roe, reason: opinion of counsel, at: 2026-11-02 }\n';
  const { compliance } = load(acknowledge + looser);
  t.ok(compliance!.loosenings.length >= 3);
  t.match(compliance!.loosenings[0], {
    pack: 'nz',
    rule: 'hours',
    by: 'nz',
    acknowledge: { by: 'Jane Roe', reason: 'opinion of counsel', at: '2026-11-02' },
  });
});
