/** Answers of the service about campaigns, as far as the pages use them. */
import type { CampaignSettings, HaltRecord, StageName } from '../../../../dialer/core/model';
import type { Said } from '../../../../dialer/kpi/words';
import type { KpiValue } from '../../../../dialer/report/kpi-values';
import type { AbandonStanding, Diagnostics } from '../../../http/diagnostics';

export type { AbandonStanding, CampaignSettings, Diagnostics, HaltRecord, KpiValue, StageName };

export interface Campaign {
  readonly id: string;
  readonly status: string;
  readonly stage: StageName;
  readonly statusSince: string;
  readonly createdAt: string;
  readonly reason: string;
  readonly reasonSaid?: readonly Said[];
  readonly settings: CampaignSettings;
  readonly live: {
    readonly hopper: number;
    readonly inFlight: number;
    readonly waiting: number;
    readonly talking: number;
    readonly linesTarget: number;
    readonly limit: string;
    readonly open: number;
    readonly untried: number;
    readonly nextDueAt?: string;
  };
}

export interface GateCondition {
  readonly condition: string;
  readonly kpi: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly numerator: number;
  readonly denominator: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly target: number;
  readonly test: string;
  readonly testCode?: string;
  readonly text: string;
  readonly said?: Said;
  readonly furtherTrials?: number;
}

export interface GateRecord {
  readonly stage: StageName;
  readonly at: number;
  readonly decision: 'pass' | 'fail' | 'inconclusive';
  readonly evidence: string;
  readonly said?: readonly Said[];
  readonly conditions: readonly GateCondition[];
  readonly extendedBy?: number;
  readonly why?: string;
  readonly whySaid?: readonly Said[];
}

export interface WatchedKpi {
  readonly kpi: string;
  readonly direction: 'drop' | 'rise';
  readonly test: string;
  readonly statistic: number;
  readonly threshold: number;
  readonly baselineRate: number;
  readonly successes: number;
  readonly trials: number;
  readonly text: string;
}

export interface Progress {
  readonly campaignId: string;
  readonly status: string;
  readonly stage: StageName;
  readonly extensions: number;
  readonly returnTo?: string;
  readonly staff: { readonly tiers: readonly string[]; readonly teams?: readonly string[] };
  readonly phase?: { readonly number: number; readonly of: number; readonly waiting?: string };
  readonly gates: readonly GateRecord[];
  readonly halts: readonly HaltRecord[];
  readonly blocked: readonly {
    readonly dimension: string;
    readonly value: string;
    readonly reason: string;
    readonly said?: readonly Said[];
  }[];
  readonly watch?: {
    readonly since: number;
    readonly kpis: readonly WatchedKpi[];
    readonly unwatched: readonly string[];
  };
}

export interface KpiRow {
  readonly segment: string;
  readonly attempts: number;
  readonly costPerSuccess?: number;
  readonly kpis: readonly KpiValue[];
}

export interface Kpis {
  readonly rows: readonly KpiRow[];
  readonly dispositions: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface KpiSeries {
  readonly blockMinutes: number;
  readonly blocks: readonly {
    readonly from: string;
    readonly attempts: number;
    readonly kpis: readonly Pick<KpiValue, 'id' | 'numerator' | 'denominator' | 'value' | 'low' | 'high'>[];
  }[];
}
