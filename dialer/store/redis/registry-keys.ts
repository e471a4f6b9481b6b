/** Names of the keys of what there is once: documents, webhooks, answers, areas, keys and the audit log. */
import type { AuditRecord } from '../../audit/audit-record.js';
import type { Keys } from './keys.js';

export interface DocumentKeys {
  readonly document: string;
  readonly versions: string;
  readonly kind: string;
}

export interface DeliveryKeys {
  readonly bodies: string;
  readonly retrying: string;
  readonly dead: string;
  readonly times: string;
}

/** What audit records are found by. */
export interface AuditTraits {
  readonly action?: string | undefined;
  readonly actorId?: string | undefined;
  readonly subjectKind?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly numberHash?: string | undefined;
}

export class RegistryKeys {
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  document(kind: string, id: string): DocumentKeys {
    const named = encodeURIComponent(kind);
    return {
      document: this.#keys.global(`document:${named}:${id}`),
      versions: this.#keys.global(`versions:${named}:${id}`),
      kind: this.#keys.global(`documents:${named}`),
    };
  }

  get webhooks(): string {
    return this.#keys.global('webhooks');
  }

  get webhookPlaces(): string {
    return this.#keys.global('webhook-places');
  }

  deliveries(webhookId: string): DeliveryKeys {
    const of = (name: string): string => this.#keys.global(`deliveries:${name}:${webhookId}`);
    return { bodies: of('bodies'), retrying: of('retrying'), dead: of('dead'), times: of('times') };
  }

  get answers(): string {
    return this.#keys.global('answers');
  }

  get answerTimes(): string {
    return this.#keys.global('answer-times');
  }

  get apiKeys(): string {
    return this.#keys.global('api-keys');
  }

  get emergencyAreas(): string {
    return this.#keys.global('emergency-areas');
  }

  /** The key of the numbers' hashes, which only the store has. */
  get numberKey(): string {
    return this.#keys.global('number-key');
  }

  // -- the audit log
  /** Says that the batch is appended. */
  auditMark(batch: string): string {
    return this.#keys.audit(`done:${batch}`);
  }

  get auditHead(): string {
    return this.#keys.audit('head');
  }

  get auditRecords(): string {
    return this.#keys.audit('records');
  }

  get auditSpans(): string {
    return this.#keys.audit('spans');
  }

  /** Sorted sets of the sequences of the records with each of the traits. */
  auditIndexes({ action, actorId, subjectKind, subjectId, numberHash }: AuditTraits): readonly string[] {
    const by = (trait: string, value: string | undefined): readonly string[] =>
      value === undefined ? [] : [this.#keys.audit(`by-${trait}:${value}`)];
    return [
      ...by('number', numberHash),
      ...by('id', subjectId),
      ...by('actor', actorId),
      ...by('action', action),
      ...by('kind', subjectKind),
    ];
  }

  auditIndexesOf({ action, actor, subject, numbers = [] }: Omit<AuditRecord, 'hash'>): readonly string[] {
    const traits = { action, actorId: actor.id, subjectKind: subject.kind, subjectId: subject.id };
    const named = new Set(numbers.map(({ hash }) => hash));
    return [
      ...this.auditIndexes(traits),
      ...[...named].flatMap((numberHash) => this.auditIndexes({ numberHash })),
    ];
  }
}
