/** Which role may do what: one table for all routes, by operation id. */
import type { Role } from './identity/principal.js';

const EVERYONE: readonly Role[] = ['admin', 'operator', 'supervisor', 'agent', 'integrator', 'read-only'];
const STAFF: readonly Role[] = ['admin', 'operator', 'supervisor', 'integrator', 'read-only'];
const FLOOR: readonly Role[] = ['admin', 'operator', 'supervisor', 'agent'];
const LEADERS: readonly Role[] = ['admin', 'operator', 'supervisor'];
const OPERATORS: readonly Role[] = ['admin', 'operator'];
/** What other systems do: they bring lists and consent and take what came of them, but dial nobody. */
const FEEDERS: readonly Role[] = ['admin', 'operator', 'integrator'];
const ADMINS: readonly Role[] = ['admin'];
const AUDITORS: readonly Role[] = ['admin', 'supervisor'];

/** Roles per operation. `open` needs no key. A route whose operation is not here does not come up. */
export const ACCESS = {
  health: 'open',
  readiness: 'open',
  metrics: 'open',
  openapi: 'open',
  docs: 'open',
  console: 'open',
  publicOverview: 'open',

  overview: EVERYONE,
  streamEvents: STAFF,

  listCampaigns: EVERYONE,
  createCampaign: OPERATORS,
  getCampaign: EVERYONE,
  updateCampaign: OPERATORS,
  listCampaignVersions: STAFF,
  getCampaignVersion: STAFF,
  cloneCampaign: OPERATORS,
  startCampaign: OPERATORS,
  pauseCampaign: LEADERS,
  resumeCampaign: OPERATORS,
  stopCampaign: OPERATORS,
  haltCampaign: LEADERS,
  approveCampaign: OPERATORS,
  diagnoseCampaign: STAFF,
  getKpis: STAFF,
  getKpiSeries: STAFF,
  getSample: STAFF,
  getStageProgress: STAFF,
  getReport: STAFF,
  getForecast: STAFF,
  getExperiments: STAFF,
  listCallerIdPools: STAFF,
  createCallerIdPool: OPERATORS,
  getCallerIdPool: STAFF,
  updateCallerIdPool: OPERATORS,
  removeCallerIdPool: OPERATORS,
  listCallerIdPoolVersions: STAFF,
  listCallerIds: STAFF,
  releaseCallerId: OPERATORS,

  listPools: EVERYONE,
  listTeams: EVERYONE,
  listSwitches: STAFF,
  listTrunks: STAFF,
  listHalts: STAFF,
  listGates: STAFF,

  listScripts: EVERYONE,
  createScript: OPERATORS,
  getScript: EVERYONE,
  updateScript: OPERATORS,
  removeScript: OPERATORS,
  listScriptVersions: STAFF,
  listOffers: EVERYONE,
  createOffer: OPERATORS,
  getOffer: EVERYONE,
  updateOffer: OPERATORS,
  removeOffer: OPERATORS,
  listOfferVersions: STAFF,
  listDispositionSets: EVERYONE,
  createDispositionSet: OPERATORS,
  getDispositionSet: EVERYONE,
  updateDispositionSet: OPERATORS,
  removeDispositionSet: OPERATORS,
  listDispositionSetVersions: STAFF,

  addContacts: FEEDERS,
  listContacts: STAFF,
  searchContacts: STAFF,
  exportContacts: [...LEADERS, 'integrator'],
  getImport: STAFF,
  startImport: FEEDERS,
  previewImport: FEEDERS,
  listImports: STAFF,
  cancelImport: FEEDERS,
  getImportErrors: [...LEADERS, 'integrator'],
  getContact: EVERYONE,
  editContact: [...LEADERS, 'integrator'],
  removeContact: FEEDERS,
  recycleContacts: OPERATORS,
  listLists: STAFF,
  saveList: OPERATORS,
  listCallbacks: EVERYONE,
  moveCallback: LEADERS,
  cancelCallback: LEADERS,
  listDispositions: STAFF,

  listAgents: EVERYONE,
  getAgent: EVERYONE,
  loginAgent: FLOOR,
  readyAgent: FLOOR,
  pauseAgent: FLOOR,
  logoutAgent: FLOOR,
  hangupAgent: FLOOR,
  holdCall: FLOOR,
  muteCall: FLOOR,
  sendDigits: FLOOR,
  transferCall: FLOOR,
  consultCall: FLOOR,
  completeConsult: FLOOR,
  cancelConsult: FLOOR,
  conferenceCall: FLOOR,
  recordCall: FLOOR,
  announceEnd: FLOOR,
  inboundCall: FLOOR,
  recordDisposition: FLOOR,
  streamAgentEvents: FLOOR,
  getAgentCard: [...FLOOR, 'read-only'],
  getPreview: [...FLOOR, 'read-only'],
  dialPreview: FLOOR,
  skipPreview: FLOOR,
  dialByHand: FLOOR,
  optOut: FLOOR,
  getCallbackTimes: FLOOR,
  saveAnswers: FLOOR,

  listAttempts: STAFF,
  getAttempt: EVERYONE,
  monitorAttempt: LEADERS,
  stopMonitor: LEADERS,
  getRecording: LEADERS,
  getEvidence: STAFF,

  addDnc: [...FLOOR, 'integrator'],
  getDnc: EVERYONE,
  removeDnc: OPERATORS,
  listRegistries: STAFF,
  importRegistry: OPERATORS,
  getRegistryImport: STAFF,
  getRegistryBadLines: LEADERS,
  getConsent: EVERYONE,
  setConsent: [...FLOOR, 'integrator'],
  addConsent: [...LEADERS, 'integrator'],
  exportConsent: [...LEADERS, 'integrator'],
  checkNumber: EVERYONE,

  startCallable: LEADERS,
  getCallable: STAFF,
  explainContact: STAFF,

  listWebhooks: FEEDERS,
  createWebhook: FEEDERS,
  getWebhook: FEEDERS,
  updateWebhook: FEEDERS,
  rotateWebhookSecret: FEEDERS,
  removeWebhook: FEEDERS,
  pingWebhook: FEEDERS,
  listDeliveries: FEEDERS,
  replayDeliveries: FEEDERS,

  getEmergencyStop: EVERYONE,
  stopAllDialling: LEADERS,
  liftEmergencyStop: OPERATORS,

  listPacks: EVERYONE,
  listEmergencyAreas: EVERYONE,
  saveEmergencyArea: LEADERS,
  removeEmergencyArea: LEADERS,

  getRetention: STAFF,
  erasePerson: AUDITORS,
  exportDnc: AUDITORS,
  exportForRegulator: AUDITORS,

  listAudit: AUDITORS,
  getAuditHead: AUDITORS,
  exportAudit: AUDITORS,

  measureCampaign: STAFF,
  createSimulation: LEADERS,
  listSimulations: STAFF,
  getSimulation: STAFF,
  cancelSimulation: LEADERS,
  drawSimulation: STAFF,

  login: 'open',
  getSession: EVERYONE,
  logout: EVERYONE,
  listUsers: ADMINS,
  createUser: ADMINS,
  getUser: ADMINS,
  updateUser: ADMINS,
  removeUser: ADMINS,
  /** The own; of others, administrators only. */
  setPassword: EVERYONE,
  listKeys: ADMINS,
  createKey: ADMINS,
  revokeKey: ADMINS,
} as const satisfies Record<string, readonly Role[] | 'open'>;

export type Operation = keyof typeof ACCESS;

export function isOperation(name: unknown): name is Operation {
  return typeof name === 'string' && Object.hasOwn(ACCESS, name);
}

/** Roles that may use the operation; `open` when no key is needed. */
export function rolesFor(operation: Operation): readonly Role[] | 'open' {
  return ACCESS[operation];
}
