/** What is kept of a connected call while its agent does more with it than talk. */
import type { CallChange } from '../events/domain-events.js';
import { endSideLeg } from './side-legs.js';
import { bump, type CallHandling, emit, type LiveAttempt, type State, tell } from './state.js';

/** Why a request on a call was refused: a stable code and one line with the remedy. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Tells the world, and counts. `detail` never holds a phone number. */
export function tellCallChange(state: State, attempt: LiveAttempt, change: CallChange, detail = ''): void {
  bump(state.totals.callChanges, change);
  tell(state, {
    kind: 'call-changed',
    at: state.now,
    attemptId: attempt.id,
    campaignId: attempt.campaign.settings.id,
    agentId: attempt.agent?.id ?? '',
    change,
    detail,
  });
}

export function handlingOf(attempt: LiveAttempt): CallHandling {
  attempt.handling ??= {
    mode: 'talking',
    muted: false,
    joining: undefined,
    consult: undefined,
    monitors: [],
    recording: undefined,
    timer: undefined,
  };
  return attempt.handling;
}

/** The channel that the customer's should be joined with; undefined while a join is under way and either may be true. */
export function expectedPartner(attempt: LiveAttempt): string | undefined {
  const { handling } = attempt;
  const legId = attempt.agent?.legId ?? '';
  if (handling === undefined) return legId;
  if (handling.joining !== undefined) return undefined;
  return handling.mode === 'talking' || handling.mode === 'three-way' ? legId : '';
}

/** The call is over for the engine: nothing of what was done with it may stay behind. */
export function endHandling(state: State, attempt: LiveAttempt): void {
  const { handling, agent } = attempt;
  if (handling === undefined) return;
  state.deadlines.cancel(handling.timer);
  handling.timer = undefined;
  handling.joining = undefined;
  if (handling.muted && agent?.legUp)
    emit(state, { type: 'mute', switchId: attempt.switchId, channelId: agent.legId, on: false });
  handling.muted = false;
  const { consult } = handling;
  handling.consult = undefined;
  if (consult !== undefined && !consult.handed) endSideLeg(state, consult);
  for (const leg of [...handling.monitors]) endSideLeg(state, leg);
}
