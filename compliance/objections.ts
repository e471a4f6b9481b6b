import type { Owner } from './plan.js';
import type { Inputs, Notice, Reason, RuleKind } from './types.js';

const DAY = 86_400_000;
export const NEVER = Number.POSITIVE_INFINITY;

/** What an objection says, worked out only when somebody reads it. */
export interface Words {
  readonly code: string;
  readonly detail: string;
  readonly inputs: Inputs;
}

/** An objection that is the same to every call, made once: as a reason, and as the notices of a call that has no other. */
export interface Standing {
  readonly reason: Reason;
  readonly notices: readonly Notice[];
  readonly refs: readonly string[];
}

/** The standing objection of an owner. */
export function standing(owner: Owner, rule: RuleKind, { code, detail, inputs }: Words): Standing {
  const { id, pack, version, severity, ends, ref } = owner;
  const until = ends < NEVER ? { until: ends } : {};
  return {
    reason: { rule, id, pack, version, code, detail, inputs, ...until },
    notices:
      severity === 'block' ? [] : [{ rule, id, pack, version, severity, code, detail, inputs, ...until }],
    refs: [ref],
  };
}

/** Collects what the rules say to one question. */
export class Objections {
  readonly at: number;
  /** When all objections so far have ended: `at` when there is none, Infinity when waiting does not help. */
  clear: number;
  /** When something that the answer leans on ends: an exemption, a copy of a list, the opening. */
  lapses = NEVER;
  /** Every objection that forbids, when they were asked for and there is one. */
  reasons: Reason[] | undefined;
  notices: readonly Notice[] | undefined;
  /** The notices as `pack/rule`, for the permit. */
  noticeRefs: readonly string[] | undefined;
  readonly explains: boolean;

  constructor(at: number, explain: boolean) {
    this.at = at;
    this.clear = at;
    this.explains = explain;
  }

  /** A rule objects until an instant, or its own end; its severity says whether that forbids the call. */
  object(rule: RuleKind, owner: Owner, objectsUntil: number, words: () => Words): void {
    const { id, pack, version, severity, ends } = owner;
    const until = Math.min(objectsUntil, ends);
    if (severity === 'block' && !(until <= this.clear)) this.clear = until;
    if (!this.explains) return;
    const { code, detail, inputs } = words();
    if (severity === 'block') {
      this.reasons ??= [];
      this.reasons.push(
        until === NEVER
          ? { rule, id, pack, version, code, detail, inputs }
          : { rule, id, pack, version, code, detail, inputs, until },
      );
    } else {
      const notice =
        until === NEVER
          ? { rule, id, pack, version, severity, code, detail, inputs }
          : { rule, id, pack, version, severity, code, detail, inputs, until };
      this.notices = [...(this.notices ?? []), notice];
      this.noticeRefs = [...(this.noticeRefs ?? []), owner.ref];
    }
  }

  /** An objection that only the rule's own end ends, and whose words are always the same. */
  same(owner: Owner, { reason, notices, refs }: Standing): void {
    if (owner.severity === 'block') {
      if (!(owner.ends <= this.clear)) this.clear = owner.ends;
      if (!this.explains) return;
      this.reasons ??= [];
      this.reasons.push(reason);
    } else if (this.explains) {
      if (this.notices === undefined || this.noticeRefs === undefined) {
        this.notices = notices;
        this.noticeRefs = refs;
      } else {
        this.notices = [...this.notices, ...notices];
        this.noticeRefs = [...this.noticeRefs, ...refs];
      }
    }
  }

  /** The answer holds at most until then. */
  leansOnUntil(end: number): void {
    if (end < this.lapses) this.lapses = end;
  }

  /** Is `since` at most so many days ago? What leans on it ends with them. */
  within(since: number | undefined, days: number | undefined): boolean {
    if (since === undefined || days === undefined) return false;
    const end = since + days * DAY;
    if (!(since <= this.at && this.at < end)) return false;
    this.leansOnUntil(end);
    return true;
  }
}
