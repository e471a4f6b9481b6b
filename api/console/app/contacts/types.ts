/** Answers of the service about contacts, as far as the pages use them. */
import type { RuleReason } from '../compliance/reason';

export interface Contact {
  readonly id: string;
  readonly campaignId: string;
  readonly list: string;
  readonly version: number;
  readonly externalId: string;
  readonly name: string;
  readonly stage: string;
  readonly heldPhase?: number;
  readonly state: string;
  readonly doneReason: string;
  readonly timeZone: string;
  readonly region: string;
  readonly postalCode?: string;
  readonly party?: string;
  readonly numbers: readonly { readonly number: string; readonly attempts: number; readonly dead: boolean }[];
  readonly attempts: number;
  readonly lastOutcome: string;
  readonly lastAttemptAt?: string;
  readonly dueAt?: string;
  readonly callbackAt?: string;
  readonly callbackAgent?: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Explanation {
  readonly answer: string;
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  readonly numbers: readonly {
    readonly number: string;
    readonly verdict: 'allow' | 'defer' | 'deny' | 'dead';
    readonly until?: string;
    readonly reasons: readonly RuleReason[];
  }[];
}

export interface Attempt {
  readonly id: string;
  readonly number: string;
  readonly intendedAt: string;
  readonly callerId: string;
  readonly result?: {
    readonly outcome: string;
    readonly agentId?: string;
    readonly recording?: string;
    readonly connectedAt?: string;
    readonly endedAt: string;
  };
  readonly disposition?: { readonly disposition: string; readonly note: string; readonly agentId: string };
}

export interface Consent {
  readonly consent: 'granted' | 'refused' | 'none';
  readonly level?: string;
  readonly at?: string;
  readonly expiresAt?: string;
  readonly history: readonly { readonly source: string; readonly evidence: string; readonly at: string }[];
}
