import { builtinAbandonLaws, builtinPacks } from '../../compliance/index.js';
import { Deadlines } from './deadlines.js';
import { RandomBits } from './identifiers.js';
import { SlotMap } from './slot-map.js';
import type { State } from './state.js';

/** The state before the boot input. */
export function makeState(): State {
  return {
    now: Number.NEGATIVE_INFINITY,
    booted: false,
    installation: '',
    random: new RandomBits('00000000000000000000000000000001'),
    effects: [],
    deadlines: new Deadlines(),
    switches: new Map(),
    trunks: [],
    pools: new Map(),
    campaigns: new Map(),
    agents: new Map(),
    agentsByLeg: new Map(),
    attempts: new SlotMap(),
    liveNumbers: new Set(),
    sideLegs: new Map(),
    handedOver: new Map(),
    inbound: new Map(),
    numberChanges: new Map(),
    ended: new Map(),
    draining: false,
    drainTimer: undefined,
    released: false,
    storeFailed: false,
    callerIdPools: new Map(),
    emergencyStop: undefined,
    emergencyAreas: [],
    emergencyAreasSince: 0,
    registries: [],
    registriesRequired: false,
    packs: builtinPacks,
    abandonLaws: builtinAbandonLaws,
    totals: {
      originated: {},
      ended: {},
      answered: {},
      abandoned: {},
      dispositions: {},
      complianceChecks: {},
      pacingDecisions: {},
      agentStateSeconds: {
        offline: 0,
        connecting: 0,
        ready: 0,
        reserved: 0,
        talking: 0,
        'wrap-up': 0,
        paused: 0,
      },
      gateDecisions: {},
      halts: {},
      callChanges: {},
      orphans: 0,
      discrepancies: 0,
    },
    touched: [],
    counted: [],
  };
}
