/** Makes the world of a failure small: what is not needed for it is left out, as delta debugging does. */
import { defaultScenario, type Scenario } from '../../sim/index.js';
import type { SeedWorld } from './seed-scenario.js';

/** A piece of trouble, and the world without it. */
type Without = (world: SeedWorld) => SeedWorld;

function scenario(world: SeedWorld, over: Partial<Scenario>): SeedWorld {
  return { ...world, scenario: { ...world.scenario, ...over } };
}

/** Entries of the lists of faults and operators that are in the world. */
interface Entry {
  readonly list: 'faults' | 'operators';
  readonly value: unknown;
}

function entriesOf({ scenario: { faults, operators } }: SeedWorld): readonly Entry[] {
  return [
    ...faults.schedule.map((value) => ({ list: 'faults', value }) as const),
    ...operators.map((value) => ({ list: 'operators', value }) as const),
  ];
}

function withEntries(world: SeedWorld, kept: ReadonlySet<unknown>): SeedWorld {
  const { faults, operators } = world.scenario;
  return scenario(world, {
    faults: { ...faults, schedule: faults.schedule.filter((each) => kept.has(each)) },
    operators: operators.filter((each) => kept.has(each)),
  });
}

/** Everything else that can be taken away at once. */
function simplifications(world: SeedWorld): readonly Without[] {
  const { faults, store, people, agents, changes } = world.scenario;
  const out: Without[] = [];
  for (const name of Object.keys(faults) as (keyof typeof faults)[])
    if (name.endsWith('Rate') && faults[name] !== 0)
      out.push((w) => scenario(w, { faults: { ...w.scenario.faults, [name]: 0 } }));
  for (const name of Object.keys(store) as (keyof typeof store)[])
    if (name.endsWith('Rate') && store[name] !== 0)
      out.push((w) => scenario(w, { store: { ...w.scenario.store, [name]: 0 } }));
  out.push((w) => scenario(w, { store: { ...w.scenario.store, delay: { kind: 'constant', value: 0 } } }));
  for (const name of ['legDropsPerHour', 'legFailureRate', 'silentRate', 'callbackRate'] as const)
    if (agents[name] !== 0) out.push((w) => scenario(w, { agents: { ...w.scenario.agents, [name]: 0 } }));
  if (agents.breakEvery !== null)
    out.push((w) => scenario(w, { agents: { ...w.scenario.agents, breakEvery: null } }));
  for (const name of ['shortRate', 'instantRate', 'screeningRate', 'rejectedRate', 'answerSpread'] as const)
    if (people[name] !== 0) out.push((w) => scenario(w, { people: { ...w.scenario.people, [name]: 0 } }));
  for (const [name, value] of Object.entries(agents.desk))
    if (value !== 0 && name.endsWith('Rate'))
      out.push((w) => {
        const desk = { ...w.scenario.agents.desk, [name]: 0 };
        return scenario(w, { agents: { ...w.scenario.agents, desk } });
      });
  if (people.callBackRate !== 0)
    out.push((w) => scenario(w, { people: { ...w.scenario.people, callBackRate: 0 } }));
  if (changes.length > 0) out.push((w) => scenario(w, { changes: [] }));
  const detection = world.scenario.trunk.machineDetection;
  if (detection.enabled) out.push((w) => scenario(w, { trunk: { ...defaultScenario.trunk } }));
  for (const share of [0.5, 0.8])
    out.push((w) =>
      scenario(w, { agents: { ...w.scenario.agents, count: Math.ceil(w.scenario.agents.count * share) } }),
    );
  for (const share of [0.5, 0.8]) out.push((w) => ({ ...w, seconds: Math.ceil(w.seconds * share) }));
  return out;
}

/** Zeller and Hildebrandt's ddmin: the smallest list of entries that still fails, without any one of them it does not. */
function fewestEntries(world: SeedWorld, fails: (world: SeedWorld) => boolean): SeedWorld {
  let entries = entriesOf(world);
  let pieces = 2;
  while (entries.length > 0) {
    const size = Math.ceil(entries.length / pieces);
    let smaller: readonly Entry[] | undefined;
    for (let from = 0; from < entries.length && smaller === undefined; from += size) {
      const rest = [...entries.slice(0, from), ...entries.slice(from + size)];
      if (fails(withEntries(world, new Set(rest.map(({ value }) => value))))) smaller = rest;
    }
    if (smaller !== undefined) {
      entries = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) break;
    else pieces = Math.min(entries.length, pieces * 2);
  }
  return withEntries(world, new Set(entries.map(({ value }) => value)));
}

/** @param fails whether a world still fails in the same way; asked at most `most` times */
export function shrink(world: SeedWorld, fails: (world: SeedWorld) => boolean, most = 150): SeedWorld {
  let asked = 0;
  const ask = (candidate: SeedWorld): boolean => asked++ < most && fails(candidate);
  let smallest = fewestEntries(world, ask);
  for (let changed = true; changed && asked < most; ) {
    changed = false;
    for (const without of simplifications(smallest)) {
      const candidate = without(smallest);
      if (!ask(candidate)) continue;
      smallest = candidate;
      changed = true;
    }
  }
  return smallest;
}
