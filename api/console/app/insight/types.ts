/** A simulation as the service tells of it. */
export interface Estimate {
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

export interface SimulationCase {
  readonly pacer: string;
  readonly agents: number;
  readonly runs: number;
  readonly runsDone: number;
  readonly figures: {
    readonly hoursToDone?: Estimate;
    readonly connected: Estimate;
    readonly abandonRatio: Estimate;
    readonly occupancy: Estimate;
    readonly successes: Estimate;
    readonly connectsPerAgentHour?: Estimate;
  };
  readonly course: readonly {
    readonly hours: number;
    readonly listDone?: Estimate;
    readonly successes: Estimate;
  }[];
}

export interface Result {
  readonly hours: number;
  readonly targetAbandonRatio: number;
  readonly runs: number;
  readonly interval: { readonly level: number; readonly kind: string };
  readonly cases: readonly SimulationCase[];
  readonly notes: readonly string[];
}

export interface Simulation {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly progress: number;
  readonly calls: number;
  readonly by: string;
  readonly campaignId?: string;
  readonly createdAt: string;
  readonly failure?: string;
  readonly result?: Result;
}
