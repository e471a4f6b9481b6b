/** What the simulated switch can do of a scenario: it is a switch with people behind it, and nothing of the engine. */
import { isDeepStrictEqual } from 'node:util';
import { defaultScenario, type Scenario } from './scenario.js';
import { ScenarioError } from './scenario-reader.js';
import { PROCESS_ACTIONS } from './scenario-schema.js';

/** Parts of a scenario, by path, that only virtual time acts out, and why the switch does not. */
const VIRTUAL_ONLY: Readonly<Record<string, string>> = {
  startAt: 'its clock is the real one',
  lists: 'it knows no lists',
  campaigns: 'it knows no campaigns',
  callerIdPools: 'it shows whatever number it is told',
  switches: 'it is one switch; start one for each',
  trunks: 'its gateways are all alike',
  store: 'it has no store',
  operators: 'it has no operators',
  'agents.shifts': 'it has no agents but their phones',
  'agents.skills': 'it has no agents but their phones',
  'agents.teams': 'it has no agents but their phones',
  'agents.desk': 'it has no agents but their phones',
  'agents.legFailureRate': "its agents' phones always answer",
  'agents.talkFactor': 'it does not know what comes of a conversation',
  'faults.lostCommandRate': 'a connection loses no command',
  'faults.lostReplyRate': 'a connection loses no reply',
  'faults.lateCommandRate': 'a connection that stalls is late with everything',
  'faults.failedBridgeRate': 'its bridges stand when both legs are there',
  'faults.slowBridgeRate': 'its bridges stand at once',
  'faults.lateListingRate': 'its listings are those of the moment',
  'faults.surpriseRate': 'it does not see what the engine is about to do',
};

function at(scenario: Scenario, path: string): unknown {
  let value: unknown = scenario;
  for (const name of path.split('.')) value = (value as Readonly<Record<string, unknown>>)[name];
  return value;
}

/** Throws `ScenarioError` that names every field which the simulated switch cannot act out. */
export function requireSwitchScenario(scenario: Scenario): void {
  const problems: string[] = [];
  const refuse = (path: string, why: string): void => {
    problems.push(
      `${path} cannot be acted out by the simulated switch (${why}): run it with tactus simulate`,
    );
  };
  for (const [path, why] of Object.entries(VIRTUAL_ONLY))
    if (!isDeepStrictEqual(at(scenario, path), at(defaultScenario, path))) refuse(path, why);
  scenario.faults.schedule.forEach(({ action, switch: name }, index) => {
    const path = `faults.schedule[${index}]`;
    if (PROCESS_ACTIONS.includes(action as never)) refuse(`${path}.action`, 'the engine is another process');
    if (name !== '') refuse(`${path}.switch`, 'it is one switch');
  });
  if (problems.length > 0) throw new ScenarioError(problems);
}
