/** The simulator: people, agents, and a switch that speaks FreeSWITCH's event socket. */
export { Agents, type BreakPlan, type RosterEntry, type WrapUpPlan } from './agents.js';
export type { Distribution } from './distributions.js';
export { type CalleeKind, type CallPlan, People } from './people.js';
export { RandomStream, randomStream } from './random.js';
export {
  type AgentsScenario,
  defaultScenario,
  demoScenario,
  type FaultAction,
  type FaultScenario,
  loadScenario,
  type PeopleScenario,
  type Scenario,
  scenarioFrom,
  type TrunkScenario,
} from './scenario.js';
export { ScenarioError } from './scenario-reader.js';
export { ScenarioSchema } from './scenario-schema.js';
export { requireSwitchScenario } from './scenario-support.js';
export type { SwitchControl } from './switch/control.js';
export { type RunSwitchOptions, runSimulatedSwitch } from './switch/run.js';
export {
  type LegView,
  type SimulatedSwitch,
  type SimulatedSwitchOptions,
  type SwitchCounts,
  startSimulatedSwitch,
} from './switch/server.js';
export {
  runSimulation,
  type SimulationOptions,
  type SimulationResult,
} from './virtual/simulation.js';
export { createSimulator, type SimulatorOptions } from './what-if/simulator.js';
export { worldClock } from './world-clock.js';
