/** The tables of cases, and whether they leave a figure of a pack untested. */
import t from 'tap';
import { builtinPacks, createGate, type RulePack } from '../../../compliance/index.js';
import { RULE_FIELDS } from '../../../compliance/packs/fields.js';
import { ruleId } from '../../../compliance/packs/schema.js';
import { mutantsOf } from './mutants.js';
import { sections } from './sections.js';
import { deciding, difference, type Gates, type Probe, probesOf } from './table.js';

/** Windows are asked about to the second, and caps are those of the packs. */
const options = { maxAttemptsPerDay: 99, answerMarginSeconds: 0 };
const patient = { timeout: 600_000 };

const probesByPack = new Map<string, Probe[]>();
for (const section of sections) {
  const probes = probesByPack.get(section.pack) ?? [];
  probesByPack.set(section.pack, probes);
  probes.push(...probesOf(section));
}
const everything = createGate(options);
const gatesOf = (packs: readonly RulePack[], pack: RulePack): Gates => ({
  all: packs === builtinPacks ? everything : createGate({ ...options, packs }),
  alone: createGate({ ...options, packs: [pack] }),
});

t.test('every case of every pack is decided as the law says', patient, async (t) => {
  let asked = 0;
  for (const [id, probes] of probesByPack) {
    const pack = builtinPacks.find((each) => each.id === id);
    if (pack === undefined) throw new Error(`there is no pack ${id}`);
    const gates = gatesOf(builtinPacks, pack);
    const failed = new Set<string>();
    for (const probe of probes) {
      asked++;
      if (failed.has(probe.name)) continue;
      const wrong = difference(gates, probe);
      if (wrong === undefined) continue;
      failed.add(probe.name);
      t.fail(`${id}: ${probe.name}: ${wrong}`);
    }
  }
  t.comment(`${asked} questions`);
  t.ok(asked > 0);
});

t.test('every kind of rule is in some pack, and so in a table', async (t) => {
  const found = new Set(builtinPacks.flatMap(({ rules }) => rules.map(({ kind }) => kind)));
  t.same([...found].sort(), Object.keys(RULE_FIELDS).sort());
});

/** Rules that another one always outdoes: why. Their objection is in the tables all the same. */
const OUTDONE: Readonly<Record<string, string>> = {
  'us-ut/consent': 'federal law asks for written consent to the same calls',
  'ie/dnc': 'the consent that exempts from the register is needed for every call',
  'br-mg/holidays': 'the state keeps the national holidays only',
  'br-mt/holidays': 'the state keeps the national holidays only',
  'br-pe/holidays': 'its own holiday is in the tables on a Sunday, which is closed',
  'br-sc/holidays': 'its own holidays are kept on Sundays, which are closed',
};

t.test('every rule that can object decides some case alone', async (t) => {
  const alone = new Set([...probesByPack.values()].flat().flatMap(deciding));
  for (const pack of builtinPacks)
    for (const [i, rule] of pack.rules.entries()) {
      if (['message', 'retention', 'identity', 'recording_notice'].includes(rule.kind)) continue;
      const ref = `${pack.id}/${ruleId(rule, i)}`;
      t.equal(alone.has(ref), OUTDONE[ref] === undefined, `cases in which ${ref} alone objects`);
    }
});

/** The packs that bind the calls of some cases: others do not matter for the answers. */
function packsOf(probes: readonly Probe[]): readonly RulePack[] {
  const ids = new Set<string>();
  for (const { call, at } of probes)
    for (const { pack } of everything.scope(call.request, call.facts, at)?.rules ?? []) ids.add(pack);
  return builtinPacks.filter(({ id }) => ids.has(id));
}

/** Cases on boundaries, which tell a pack from a changed one. */
const boundaries = (pack: RulePack): readonly Probe[] =>
  (probesByPack.get(pack.id) ?? []).filter(({ filler }) => filler === undefined);

t.test('no holiday of a pack can be left out without a case that notices', patient, async (t) => {
  for (const pack of builtinPacks) {
    const { holidays = [] } = pack;
    const probes = boundaries(pack);
    const packs = packsOf(probes);
    for (const holiday of holidays) {
      // It is closed like any Sunday.
      if (/Sunday/.test(holiday.name)) continue;
      const changedPack = { ...pack, holidays: holidays.filter((each) => each !== holiday) };
      const gates = gatesOf(
        packs.map((each) => (each === pack ? changedPack : each)),
        changedPack,
      );
      t.ok(
        probes.some((probe) => difference(gates, probe) !== undefined),
        `${pack.id}: cases on ${holiday.name}`,
      );
    }
  }
});

t.test('no figure of a pack can change without a case that notices', patient, async (t) => {
  let changed = 0;
  for (const pack of builtinPacks) {
    const probes = boundaries(pack);
    if (probes.length === 0) t.fail(`the pack ${pack.id} has no table of cases`);
    const packs = packsOf(probes);
    for (const [i, rule] of pack.rules.entries())
      for (const { what, rule: other } of mutantsOf(rule)) {
        changed++;
        const rules = pack.rules.flatMap((each, j) =>
          j !== i ? [each] : other === undefined ? [] : [other],
        );
        const changedPack = { ...pack, rules };
        const gates = gatesOf(
          packs.map((each) => (each === pack ? changedPack : each)),
          changedPack,
        );
        if (!probes.some((probe) => difference(gates, probe) !== undefined))
          t.fail(`${pack.id}/${ruleId(rule, i)}: no case notices '${what}'`);
      }
  }
  t.comment(`${changed} changes`);
  t.ok(changed > 0);
});
