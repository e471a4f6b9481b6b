/** Answers of the service about lists and imports, as far as the pages use them. */

export interface ListStanding {
  readonly name: string;
  readonly source: string;
  readonly createdAt: string;
  readonly paused: boolean;
  readonly contacts: number;
  readonly worked: number;
  readonly workedShare: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly byAttempts: Readonly<Record<string, number>>;
}

export interface RowProblem {
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly reason: string;
  readonly value?: string;
  readonly kept: boolean;
}

export interface ImportStanding {
  readonly id: string;
  readonly campaignId: string;
  readonly list: string;
  readonly source: string;
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly bytes: number;
  readonly totalBytes?: number;
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly numbersDropped: number;
  readonly errors: readonly RowProblem[];
  readonly errorsOmitted: number;
  readonly issueCounts: Readonly<Record<string, number>>;
  readonly failure: string;
}

export interface Preview {
  readonly format: 'csv' | 'ndjson';
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly header: readonly string[];
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly {
    readonly line: number;
    readonly cells: readonly string[];
    readonly contact?: {
      readonly externalId: string;
      readonly name: string;
      readonly numbers: readonly string[];
      readonly timeZone: string;
      readonly region: string;
      readonly postalCode?: string;
      readonly consent: string;
      readonly fields: Readonly<Record<string, string>>;
    };
    readonly problems: readonly Omit<RowProblem, 'line' | 'kept'>[];
  }[];
}

export interface Recycled {
  readonly looked: number;
  readonly recycled: number;
  readonly kept: Readonly<Record<string, number>>;
}
