/**
 * The gate at the end of a stage: a first, plain version that compares the stage's figures with the campaign's
 * conditions. It decides on points, not intervals, and says so in its evidence.
 */
import type { GateConditions, StageCounters } from './model.js';

export interface GateDecision {
  readonly decision: 'pass' | 'fail' | 'inconclusive';
  /** One line with the figures that decided. */
  readonly evidence: string;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? `0/0` : `${((100 * part) / whole).toFixed(1)} % (${part}/${whole})`;
}

/** A condition whose denominator is zero cannot be judged: the gate is inconclusive unless another condition fails. */
export function decideGate(conditions: GateConditions | undefined, counters: StageCounters): GateDecision {
  const parts: string[] = [];
  let failed = false;
  let unjudged = false;
  const judge = (
    name: string,
    part: number,
    whole: number,
    limit: number | undefined,
    ok: (rate: number, limit: number) => boolean,
    word: string,
  ): void => {
    if (limit === undefined) return;
    const stated = `${name} ${percent(part, whole)}, ${word} ${(100 * limit).toFixed(1)} %`;
    if (whole === 0) {
      unjudged = true;
      parts.push(`${stated}: nothing to judge`);
    } else if (ok(part / whole, limit)) parts.push(`${stated}: met`);
    else {
      failed = true;
      parts.push(`${stated}: not met`);
    }
  };
  judge(
    'abandon rate',
    counters.abandoned,
    counters.liveAnswers,
    conditions?.maximumAbandonRatio,
    (r, l) => r <= l,
    'at most',
  );
  judge(
    'contact rate',
    counters.connected,
    counters.attempts,
    conditions?.minimumContactRate,
    (r, l) => r >= l,
    'at least',
  );
  judge(
    'success rate',
    counters.successes,
    counters.connected,
    conditions?.minimumSuccessRate,
    (r, l) => r >= l,
    'at least',
  );
  if (parts.length === 0)
    parts.push(
      `no conditions set; ${counters.attempts} attempts, abandon rate ${percent(counters.abandoned, counters.liveAnswers)}`,
    );
  return { decision: failed ? 'fail' : unjudged ? 'inconclusive' : 'pass', evidence: parts.join('; ') };
}
