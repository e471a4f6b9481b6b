/** A domain event in one sentence, without ids or numbers of people. */
import type { DomainEvent } from '../../dialer/events/domain-events.js';

const OUTCOMES: Readonly<Record<string, string>> = {
  connected: 'ended after a conversation',
  abandoned: 'was abandoned: no agent in time',
  short: 'ended before the agent was there',
  machine: 'reached a machine',
  'no-answer': 'was not answered',
  busy: 'was busy',
  rejected: 'was rejected',
  invalid: 'reached no valid number',
  congestion: 'met congestion',
  failed: 'failed',
  cancelled: 'was cancelled',
  'not-dialed': 'was not dialled',
  unknown: 'ended in a way that cannot be known',
};

/** Seconds up to two minutes, minutes beyond. */
function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds > 120 ? `${Math.round(seconds / 60)}\u00a0min` : `${seconds}\u00a0s`;
}

export function eventSentence(event: DomainEvent): string {
  switch (event.kind) {
    case 'campaign-changed':
      return `Campaign is ${event.status} in ${event.stage}${event.reason === '' ? '' : `: ${event.reason}`}`;
    case 'gate-decided':
      return `Gate of ${event.stage}: ${event.decision}. ${event.evidence}`;
    case 'phase-changed':
      return event.change === 'begun'
        ? `Phase ${event.phase} of ${event.phases} of the ${event.stage} begins, ${event.reason}`
        : event.reason;
    case 'preview-changed':
      return `A contact in preview was ${event.change}${event.reason === '' ? '' : `: ${event.reason}`}`;
    case 'halt-raised':
      return event.dimension === ''
        ? `Halt: ${event.text}`
        : `Halt of ${event.dimension} ${event.value}: ${event.text}`;
    case 'attempt-started':
      return `A call was placed on ${event.trunk}`;
    case 'attempt-answered':
      return 'A call was answered';
    case 'attempt-connected':
      return `An agent took a call after ${(event.waitedMilliseconds / 1000).toFixed(1)}\u00a0s`;
    case 'attempt-ended': {
      const talk = event.talkMilliseconds > 0 ? ` of ${duration(event.talkMilliseconds)}` : '';
      return `A call ${OUTCOMES[event.outcome] ?? event.outcome}${talk}`;
    }
    case 'call-changed':
      return `A conversation: ${event.change.replaceAll('-', ' ')}${event.detail === '' ? '' : ` (${event.detail})`}`;
    case 'inbound-changed':
      return `A call back: ${event.change}`;
    case 'disposition-recorded':
      return `Disposition: ${event.disposition}${event.success ? ' (success)' : ''}`;
    case 'agent-changed':
      // The reason of a pause is the agent's own business.
      return `An agent is ${event.state}`;
    case 'number-suppressed':
      return `A number was suppressed: ${event.reason}`;
    case 'lead-refused':
      return `A contact may not be called now (${event.rule.replaceAll('_', ' ')})`;
    case 'switch-changed':
      return `Switch ${event.switchId} is ${event.connected ? 'connected' : 'not connected'}${event.reason === '' ? '' : `: ${event.reason}`}`;
    case 'caller-id-flagged':
      return `A caller id of pool ${event.pool} looks labelled as spam and rests`;
    case 'emergency-stop-changed':
      return event.active ? `Emergency stop: ${event.reason}` : 'The emergency stop was lifted';
    case 'switch-drain-changed':
      return event.draining
        ? `Switch ${event.switchId} is taken out of service: ${event.reason}`
        : `Switch ${event.switchId} serves again`;
    case 'resynchronised':
      return `Switch ${event.switchId} was resynchronised: ${event.discrepancies} discrepancies, ${event.orphans} orphans`;
  }
}
