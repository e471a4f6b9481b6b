/** What of a step of the engine belongs into the audit log. */
import type { Effect } from '../core/effects.js';
import type { EpochMilliseconds } from '../core/model.js';
import { ENGINE_ACTOR } from './audit-log.js';
import type { AuditEntry, Json } from './audit-record.js';

/**
 * The records of one step. `asked`: the entry of the request that the step carried out, which becomes a record
 * when the request was accepted; without `after` it gets what the step saved. What the engine changed by itself (a halt,
 * a stage that ended, a number that opted out) is recorded as the engine's doing.
 */
export function auditOfStep(
  effects: readonly Effect[],
  asked: AuditEntry | undefined,
  at: EpochMilliseconds,
): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const effect of effects) {
    if (effect.type === 'reply') {
      if (asked !== undefined && effect.ok) entries.push(withAfter(asked, effects));
    } else if (effect.type === 'add-dnc') {
      entries.push({
        at,
        action: 'dnc.add',
        actor: asked?.actor ?? ENGINE_ACTOR,
        subject: { kind: 'number', id: '' },
        numbers: [effect.number],
        reason: effect.reason,
        after: { list: effect.campaignId ?? 'internal' },
      });
    } else if (effect.type === 'event') {
      const { event } = effect;
      if (event.kind === 'campaign-changed' && asked === undefined) {
        entries.push({
          at,
          action: 'campaign.change',
          actor: { ...ENGINE_ACTOR, name: event.by },
          subject: { kind: 'campaign', id: event.campaignId },
          reason: event.reason,
          after: { status: event.status, stage: event.stage },
        });
      } else if (event.kind === 'gate-decided') {
        entries.push({
          at,
          action: 'gate.decide',
          actor: ENGINE_ACTOR,
          subject: { kind: 'campaign', id: event.campaignId },
          reason: event.evidence,
          after: { stage: event.stage, decision: event.decision, counters: { ...event.counters } },
        });
      }
    }
  }
  return entries;
}

function withAfter(asked: AuditEntry, effects: readonly Effect[]): AuditEntry {
  if (asked.after !== undefined) return asked;
  let after: Json | undefined;
  for (const effect of effects) {
    if (effect.type === 'save-campaign' && effect.campaign.settings.id === asked.subject.id) {
      const { status, stage } = effect.campaign;
      after = { status, stage };
    } else if (effect.type === 'save-agent' && effect.agent.id === asked.subject.id) {
      const { state, pauseReason } = effect.agent;
      after = pauseReason === '' ? { state } : { state, pauseReason };
    }
  }
  return after === undefined ? asked : { ...asked, after };
}
