/** The card as the service sends it. */
export type CallState =
  | 'preview'
  | 'dialing'
  | 'ringing'
  | 'answered'
  | 'connected'
  | 'held'
  | 'consulting'
  | 'three-way'
  | 'wrap-up';

export interface Step {
  readonly id: string;
  readonly text: string;
  readonly kind: 'say' | 'choice' | 'text' | 'number' | 'date';
  readonly options?: readonly { readonly value: string; readonly label: string; readonly next?: string }[];
  readonly next?: string;
}

export type Answers = Readonly<Record<string, string | number>>;

export interface Call {
  readonly state: CallState;
  readonly number: string;
  readonly contactId: string;
  readonly campaign: { readonly id: string; readonly name: string };
  readonly attemptId?: string;
  readonly optedOut?: boolean;
  readonly dialedAt?: string;
  readonly ringingAt?: string;
  readonly answeredAt?: string;
  readonly connectedAt?: string;
  readonly endedAt?: string;
  readonly previewUntil?: string;
  readonly handling?: {
    readonly mode: string;
    readonly muted: boolean;
    readonly changing: boolean;
    readonly consult?: { readonly to: string; readonly state: string };
  };
  readonly destinations?: readonly string[];
  readonly contact?: {
    readonly name: string;
    readonly externalId: string;
    readonly region: string;
    readonly attempts: number;
    readonly fields: Readonly<Record<string, string>>;
  };
  readonly customerTime: { readonly zone: string; readonly local: string };
  readonly consent?: { readonly state: string };
  readonly history: readonly {
    readonly attemptId: string;
    readonly at: string;
    readonly outcome?: string;
    readonly agentId?: string;
    readonly disposition?: string;
    readonly note?: string;
  }[];
  readonly script?: {
    readonly id: string;
    readonly version: number;
    readonly name: string;
    readonly steps: readonly Step[];
  };
  readonly offer?: { readonly name: string; readonly text: string; readonly validUntil?: string };
  readonly answers: Answers;
  readonly dispositions?: readonly {
    readonly code: string;
    readonly kind: string;
    readonly label?: string;
  }[];
}

export interface Card {
  readonly now: string;
  readonly agent: {
    readonly id: string;
    readonly name: string;
    readonly pool: string;
    readonly team: string;
    readonly tier: string;
    readonly endpoint: string;
    readonly state: string;
    readonly stateSince: string;
    readonly pauseReason: string;
    readonly pauseAfter?: string;
    readonly logoutAfter: boolean;
    readonly wrapUpUntil?: string;
  };
  readonly campaigns: readonly {
    readonly id: string;
    readonly name: string;
    readonly manualDialing: string;
  }[];
  readonly call?: Call;
}
