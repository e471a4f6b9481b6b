/** Which rules the random calls of the oracle reach. */
import { builtinPacks, type Verdict } from '../../compliance/index.js';
import { ruleId } from '../../compliance/packs/schema.js';

/** Kinds that say what is to be done about a call and never object to one. */
const DUTIES: readonly string[] = ['message', 'retention', 'identity', 'recording_notice'];

export interface RuleCount {
  /** `pack/rule`; `gate` for what holds without a pack. */
  readonly rule: string;
  /** Calls to which it objected, whether it forbids or only gives notice. */
  objected: number;
  /** Those of them to which nothing else that forbids did. */
  alone: number;
}

/** Counts the objections of every rule of the built-in packs, and of the gate's own. */
export class RuleCoverage {
  readonly #counts = new Map<string, RuleCount>();

  constructor() {
    for (const pack of builtinPacks)
      for (const [i, rule] of pack.rules.entries())
        if (!DUTIES.includes(rule.kind)) this.#of(`${pack.id}/${ruleId(rule, i)}`);
    for (const kind of ['dnc', 'consent', 'frequency_cap', 'emergency_area', 'reassigned'])
      this.#of(`gate/${kind}`);
  }

  #of(rule: string): RuleCount {
    let count = this.#counts.get(rule);
    if (count === undefined) {
      count = { rule, objected: 0, alone: 0 };
      this.#counts.set(rule, count);
    }
    return count;
  }

  note(verdict: Verdict): void {
    const { reasons, notices = [] } = verdict;
    const forbidding = new Set(reasons.map(({ pack, id }) => `${pack}/${id}`));
    const noticing = new Set(notices.map(({ pack, id }) => `${pack}/${id}`));
    for (const rule of forbidding) this.#of(rule).objected++;
    for (const rule of noticing) this.#of(rule).objected++;
    if (forbidding.size === 1) for (const rule of forbidding) this.#of(rule).alone++;
    if (forbidding.size === 0) for (const rule of noticing) this.#of(rule).alone++;
  }

  /** Adds what was counted elsewhere. */
  add(counts: readonly Readonly<RuleCount>[]): void {
    for (const { rule, objected, alone } of counts) {
      const count = this.#of(rule);
      count.objected += objected;
      count.alone += alone;
    }
  }

  /** Rarest first. */
  rows(): readonly Readonly<RuleCount>[] {
    return [...this.#counts.values()].sort((a, b) => a.objected - b.objected || (a.rule < b.rule ? -1 : 1));
  }
}
