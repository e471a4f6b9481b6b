/** What the packs ask of a call besides leave to place it: the strictest of each where several ask. */
import type { AbandonRule, IdentityRule, MessageElement, RecordKind } from './packs/schema.js';
import type { Owned, Plan } from './plan.js';
import type { Severity } from './types.js';

/** From the mildest on. */
const SEVERITIES: readonly Severity[] = ['report', 'warn', 'block'];

/** An abandonment rule that binds a call, and where it comes from. */
export type AbandonDuty = Omit<AbandonRule, 'id' | 'kind'> & {
  readonly id: string;
  readonly pack: string;
  readonly version: string;
};

export interface Duties {
  /** Every limit that a live answer counts towards. */
  readonly abandon: readonly AbandonDuty[];
  /** An agent must be there so many seconds after the answer; absent = no rule. */
  readonly connectSeconds?: number;
  /** Least ringing of an unanswered call in seconds; 0 = no rule. */
  readonly ringSeconds: number;
  /** The message for people whom no agent takes; absent = no rule. */
  readonly message?: { readonly elements: readonly MessageElement[]; readonly startSeconds: number };
  /** The shown number must be reachable for so many days; 0 = no rule. */
  readonly callerIdReachableDays: number;
  /** Days for which each kind of record is kept, longest rule. */
  readonly retentionDays: Readonly<Partial<Record<RecordKind, number>>>;
  /** Recordings need a notice: what becomes of one without it; absent = no rule. */
  readonly recordingNotice?: Severity;
  /** Timers of the conversation, strictest of each. */
  readonly identity: Pick<IdentityRule, 'identifySeconds' | 'endOnRequestSeconds' | 'releaseSeconds'>;
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

function abandonDuty({ rule, id, pack, version }: Owned<AbandonRule>): AbandonDuty {
  const { kind: _kind, ...data } = rule;
  return { ...data, id, pack, version };
}

/** Gathers the duties of a plan. */
export function dutiesOf(plan: Plan): Duties {
  const abandon: AbandonDuty[] = [];
  let connectSeconds: number | undefined;
  let ringSeconds = 0;
  let message: Duties['message'];
  let callerIdReachableDays = 0;
  const retentionDays: Partial<Record<RecordKind, number>> = {};
  let recordingNotice: Severity | undefined;
  let identity: Duties['identity'] = {};
  for (const owned of plan.duties) {
    const { rule } = owned;
    switch (rule.kind) {
      case 'abandon_limit':
        abandon.push(abandonDuty({ ...owned, rule }));
        connectSeconds = least(connectSeconds, rule.connectSeconds);
        break;
      case 'ring_time':
        ringSeconds = Math.max(ringSeconds, rule.minSeconds);
        break;
      case 'message':
        message = {
          elements: [...new Set([...(message?.elements ?? []), ...rule.elements])],
          startSeconds: Math.min(message?.startSeconds ?? rule.startSeconds, rule.startSeconds),
        };
        break;
      case 'caller_id':
        callerIdReachableDays = Math.max(callerIdReachableDays, rule.reachableDays ?? 0);
        break;
      case 'retention':
        retentionDays[rule.record] = Math.max(retentionDays[rule.record] ?? 0, rule.days);
        break;
      case 'recording_notice':
        if (SEVERITIES.indexOf(owned.severity) > SEVERITIES.indexOf(recordingNotice ?? 'report'))
          recordingNotice = owned.severity;
        else recordingNotice ??= owned.severity;
        break;
      case 'identity': {
        const identifySeconds = least(identity.identifySeconds, rule.identifySeconds);
        const endOnRequestSeconds = least(identity.endOnRequestSeconds, rule.endOnRequestSeconds);
        const releaseSeconds = least(identity.releaseSeconds, rule.releaseSeconds);
        identity = {
          ...(identifySeconds !== undefined && { identifySeconds }),
          ...(endOnRequestSeconds !== undefined && { endOnRequestSeconds }),
          ...(releaseSeconds !== undefined && { releaseSeconds }),
        };
        break;
      }
    }
  }
  return {
    abandon,
    ...(connectSeconds !== undefined && { connectSeconds }),
    ringSeconds,
    ...(message !== undefined && { message }),
    callerIdReachableDays,
    retentionDays,
    ...(recordingNotice !== undefined && { recordingNotice }),
    identity,
  };
}
