/** The port's operations on what there is once: documents, webhooks, keys, areas, answers and the audit log. */
import type { AuditEntry } from '../../audit/audit-record.js';
import type { EmergencyAreaRecord } from '../../core/model.js';
import type { DocumentRemoval, DocumentWrite } from '../documents.js';
import type { ApiKey } from '../port.js';
import type { StoredWebhook } from '../webhooks.js';
import type { AsyncOperations, RedisContext } from './context.js';
import { Registry } from './registry.js';
import type { Steps } from './steps.js';
import { WebhookRecords } from './webhook-records.js';

/** Of these, those that `audited` knows are defined for repetition after a crash. */
export function registryOperations({
  connection,
  registryKeys,
  audit,
  operations,
  documents,
}: RedisContext): Partial<AsyncOperations> {
  const webhooks = new WebhookRecords(connection, registryKeys);
  const registry = new Registry(connection, registryKeys);
  operations.define('saveDocument', (steps: Steps, write: DocumentWrite) => documents.save(steps, write));
  operations.define('removeDocument', (steps: Steps, removal: DocumentRemoval) =>
    documents.remove(steps, removal),
  );
  operations.define('saveWebhook', (steps: Steps, webhook: StoredWebhook) => webhooks.save(steps, webhook));
  operations.define('removeWebhook', (steps: Steps, id: string) => webhooks.remove(steps, id));
  operations.define('saveApiKey', (steps: Steps, key: ApiKey) => registry.saveApiKey(steps, key));
  operations.define('saveEmergencyArea', (steps: Steps, area: EmergencyAreaRecord) =>
    registry.saveEmergencyArea(steps, area),
  );
  operations.define('removeEmergencyArea', (steps: Steps, id: string) =>
    registry.removeEmergencyArea(steps, id),
  );

  const atOnce = (operation: string) =>
    ((...parameters: unknown[]) => operations.atOnce(operation, parameters)) as never;
  return {
    document: (kind, id, version) => documents.get(kind, id, version),
    documents: (filter) => documents.page(filter),
    documentVersions: (filter) => documents.versions(filter),
    saveDocument: atOnce('saveDocument'),
    removeDocument: atOnce('removeDocument'),
    webhooks: () => webhooks.all(),
    saveWebhook: atOnce('saveWebhook'),
    removeWebhook: atOnce('removeWebhook'),
    settleDeliveries: (outcome) => webhooks.settle(outcome),
    webhookDeliveries: (filter) => webhooks.deliveries(filter),
    apiKeys: () => registry.apiKeys(),
    saveApiKey: atOnce('saveApiKey'),
    emergencyAreas: () => registry.emergencyAreas(),
    saveEmergencyArea: atOnce('saveEmergencyArea'),
    removeEmergencyArea: atOnce('removeEmergencyArea'),
    idempotent: (key, now) => registry.answer(key, now),
    rememberIdempotent: (key, answer, at) => registry.remember(key, answer, at),
    appendAudit: (entries) => audit.append(entries),
    audited: (entry: AuditEntry, operation, parameters) => operations.run(operation, parameters, [entry]),
    auditRecords: (filter) => audit.page(filter),
    auditHead: () => audit.head(),
  };
}
