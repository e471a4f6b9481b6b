export { type AuditDraft, type AuditLog, createAuditLog, ENGINE_ACTOR } from './audit-log.js';
export {
  type AuditActor,
  type AuditEntry,
  type AuditHead,
  type AuditNumber,
  type AuditRecord,
  type AuditSubject,
  CHAIN_START,
  ChainCheck,
  type ChainReport,
  canonicalJson,
  checkChain,
  hashOfRecord,
  type Json,
} from './audit-record.js';
