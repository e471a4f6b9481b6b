/**
 * Cost of one predictive decision by team size: `node dist/bench/pacing-cost.js`.
 *
 * Lines in flight are one and a half per agent, a hundredth of the team is ready. CPU time of the whole call,
 * with the tables in the decisions when they are due. Budgets: 1 ms at 1,000 agents, 5 ms at 10,000.
 */
import { createPacer, type PacingSnapshot } from '../pacing/index.js';

const DECISIONS = 400;

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

for (const agents of [20, 100, 1000, 10_000]) {
  for (const hinted of [false, true]) {
    const pacer = createPacer('predictive');
    if (hinted) pacer.observe({ type: 'placed', t: 0, id: 'x', pHint: 0.3 });
    const times: number[] = [];
    for (let i = 0; i < DECISIONS; i++) {
      const s = state(agents, i, hinted);
      const before = process.cpuUsage();
      pacer.callsToPlace(s);
      const { user, system } = process.cpuUsage(before);
      if (i >= DECISIONS / 4) times.push((user + system) / 1000);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => (times[Math.floor(share * (times.length - 1))] as number).toFixed(3);
    process.stdout.write(
      `${String(agents).padStart(6)} agents, ${hinted ? 'own chance per call' : 'one answer rate    '}: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, most ${at(1)} ms\n`,
    );
  }
}
