/**
 * What the predictive pacer costs: `node dist/bench/pacing-cost.js [--quick] [--seed N] [--json]`.
 *
 * CPU time of this process, so that other work on the machine does not count. First one decision by team size,
 * with one and a half lines in flight per agent and a hundredth of the team ready; tables that are due are built
 * within it. Budgets: 1 ms at 1,000 agents, 5 ms at 10,000. Then every call of a simulated pool, to see that none
 * stalls its caller: what is learned is built up event by event, and tables every 10 to 30 s.
 */
import { createPacer, type Pacer, type PacingSnapshot } from '../pacing/index.js';
import { runWorld } from './pacing-world.js';
import { type BenchOptions, type BenchTable, runDirectly } from './table.js';

function state(agents: number, now: number, hinted: boolean): PacingSnapshot {
  const talking = Math.round(0.84 * agents);
  const wrap = Math.round(0.15 * agents);
  const lines = Math.round(1.5 * agents);
  return {
    now,
    agentsReady: agents - talking - wrap,
    agentsTalking: talking,
    agentsWrap: wrap,
    agentsTotal: agents,
    talkingSince: Array.from({ length: talking }, (_, i) => now - ((i * 7.31) % 240)),
    wrapSince: Array.from({ length: wrap }, (_, i) => now - ((i * 1.73) % 25)),
    inFlight: Array.from({ length: lines }, (_, i) => {
      const age = (i * 3.17) % 26;
      const ringingAt = age > 2 ? now - age + 2 : null;
      return { id: i, placedAt: now - age, ringingAt, pHint: hinted ? 0.05 + ((i * 0.37) % 0.5) : undefined };
    }),
    inFlightCount: lines,
    waitingAnswered: 0,
    maxChannelsLeft: Number.POSITIVE_INFINITY,
    cpsBudget: Number.POSITIVE_INFINITY,
  };
}

/** CPU milliseconds of one call. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function quantiles(times: number[], shares: readonly number[]): string[] {
  times.sort((a, b) => a - b);
  return shares.map((share) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(3));
}

function decisionTable(decisions: number): BenchTable {
  const rows: (string | number)[][] = [];
  for (const agents of [20, 100, 1000, 10_000]) {
    for (const hinted of [false, true]) {
      const pacer = createPacer('predictive');
      if (hinted) pacer.observe({ type: 'placed', t: 0, id: 'x', pHint: 0.3 });
      const times: number[] = [];
      for (let i = 0; i < decisions; i++) {
        const s = state(agents, i, hinted);
        const ms = cost(() => void pacer.callsToPlace(s));
        if (i >= decisions / 4) times.push(ms);
      }
      const budget = agents === 1000 ? 1 : agents === 10_000 ? 5 : '–';
      rows.push([
        agents,
        Math.round(1.5 * agents),
        hinted ? 'own chance per call' : 'one answer rate',
        ...quantiles(times, [0.5, 0.95, 1]),
        budget,
      ]);
    }
  }
  return {
    title: 'Cost of one predictive decision, ms of CPU',
    columns: ['agents', 'lines in flight', 'answer chances', 'median', '95 %', 'most', 'budget'],
    rows,
  };
}

/** Times each call of the pacer inside a run. */
class Timed implements Pacer {
  readonly name = 'timed';
  readonly #pacer = createPacer('predictive');
  readonly observed: number[] = [];
  readonly decided: number[] = [];
  observe(e: Parameters<Pacer['observe']>[0]): void {
    this.observed.push(cost(() => this.#pacer.observe(e)));
  }
  callsToPlace(s: PacingSnapshot): ReturnType<Pacer['callsToPlace']> {
    let answer: ReturnType<Pacer['callsToPlace']> = 0;
    // The snapshot's arrays are the caller's cost: they are built before the clock starts.
    const flat = flattened(s);
    this.decided.push(
      cost(() => {
        answer = this.#pacer.callsToPlace(flat);
      }),
    );
    return answer;
  }
  explain() {
    return this.#pacer.explain();
  }
}

function flattened(s: PacingSnapshot): PacingSnapshot {
  const { now, agentsReady, agentsTalking, agentsWrap, agentsTotal, agentsReserved, waitingAnswered } = s;
  const { talkingSince, wrapSince, inFlight, inFlightCount, maxChannelsLeft, cpsBudget } = s;
  const counts = {
    now,
    agentsReady,
    agentsTalking,
    agentsWrap,
    agentsTotal,
    agentsReserved,
    waitingAnswered,
  };
  return { ...counts, talkingSince, wrapSince, inFlight, inFlightCount, maxChannelsLeft, cpsBudget };
}

function stallTable(quick: boolean, seed: number): BenchTable {
  const rows: (string | number)[][] = [];
  for (const [agents, minutes] of quick
    ? ([[100, 10]] as const)
    : ([
        [1000, 12],
        [10_000, 4],
      ] as const)) {
    const pacer = new Timed();
    const world = { agents, hours: minutes / 60, seed, warmup: 60, tick: agents >= 10_000 ? 1 : 0.25 };
    runWorld(pacer, { ...world, answerRate: 0.3, talkSeconds: 90, wrapSeconds: 15 });
    for (const [call, times] of [
      ['observe', pacer.observed],
      ['callsToPlace', pacer.decided],
    ] as const) {
      rows.push([agents, call, times.length, ...quantiles(times, [0.5, 0.99, 0.999, 1])]);
    }
  }
  return {
    title: 'Every call of a simulated pool from its cold start on, ms of CPU',
    columns: ['agents', 'call', 'calls', 'median', '99 %', '99.9 %', 'most'],
    rows,
  };
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  return [decisionTable(quick ? 80 : 400), stallTable(quick, seed)];
}

await runDirectly(import.meta.url, rows);
