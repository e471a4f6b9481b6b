export { type AttemptEvidence, type EvidenceFacts, evidenceOf } from './attempt-evidence.js';
export {
  type CallableReport,
  type CallableWorld,
  callableContacts,
  judgeNumber,
  type NumberVerdict,
  verdictsOf,
} from './callable.js';
export { EXPORT_FORMAT, type ExportLine, type ExportRequest, regulatorExport } from './regulator-export.js';
