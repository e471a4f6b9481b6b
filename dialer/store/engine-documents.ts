/** Documents that the engine itself keeps, or starts with: alike in every store. */
import type { EmergencyStop } from '../core/model.js';
import type { DocumentRemoval, DocumentWrite, StoredDocument } from './documents.js';
import type { BootState } from './port.js';

/** A store's documents, within its transaction. */
export interface Documents {
  document(kind: string, id: string): StoredDocument | undefined;
  saveDocument(write: DocumentWrite): number | false;
  removeDocument(removal: DocumentRemoval): boolean;
}

const EMERGENCY_STOP = { kind: 'emergency-stop', id: 'all' } as const;

export function keepEmergencyStop(documents: Documents, stop: EmergencyStop | undefined): void {
  if (stop === undefined) documents.removeDocument(EMERGENCY_STOP);
  else documents.saveDocument({ ...EMERGENCY_STOP, body: { ...stop }, at: stop.since });
}

/** What a restarting engine finds in the documents. */
export function bootDocuments(documents: Documents): Pick<BootState, 'emergencyStop'> {
  const stop = documents.document(EMERGENCY_STOP.kind, EMERGENCY_STOP.id);
  return stop === undefined ? {} : { emergencyStop: stop.body as unknown as EmergencyStop };
}
