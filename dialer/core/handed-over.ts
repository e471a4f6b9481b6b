/**
 * Calls that agents have handed over. The attempt has its result and the agent wraps up, while the customer's channel goes
 * on with somebody else: it still counts on its trunk, its number stays taken, and it ends by a deadline.
 */
import type { EpochMilliseconds } from './model.js';
import { emit, type HandedOver, type LiveAttempt, type SideLeg, type State, setTimer } from './state.js';

/** After a hang-up was asked for, it is asked for again this often until the channel is gone. */
const hangUpCheckMilliseconds = 5_000;
/** Longest time that a call found on the switch after a restart goes on. */
const adoptedMilliseconds = 3_600_000;

/** Called right after the attempt was finished. `partner` is the leg that the customer was joined with. */
export function handOverTo(state: State, attempt: LiveAttempt, partner: SideLeg | undefined): void {
  const { trunk } = attempt;
  if (trunk !== undefined) {
    trunk.channels++;
    trunk.line.channels++;
  }
  state.liveNumbers.add(attempt.number);
  state.ended.delete(attempt.id);
  const until = state.now + attempt.campaign.settings.maximumTalkSeconds * 1000;
  add(state, attempt.id, attempt.switchId, until, {
    free: () => {
      if (trunk !== undefined) {
        trunk.channels--;
        trunk.line.channels--;
      }
      state.liveNumbers.delete(attempt.number);
    },
  });
  if (partner === undefined) return;
  state.deadlines.cancel(partner.timer);
  partner.timer = undefined;
  state.sideLegs.delete(partner.id);
  addOnLine(state, partner.id, partner.switchId, until);
}

/** A call that was handed over before a restart. */
export function adoptHandedOver(state: State, channelId: string, switchId: string): void {
  const line = state.switches.get(switchId);
  if (line === undefined || state.handedOver.has(channelId)) return;
  line.channels++;
  addOnLine(state, channelId, switchId, state.now + adoptedMilliseconds);
}

function addOnLine(state: State, channelId: string, switchId: string, until: EpochMilliseconds): void {
  add(state, channelId, switchId, until, {
    free: () => {
      const line = state.switches.get(switchId);
      if (line !== undefined) line.channels--;
    },
  });
}

function add(
  state: State,
  channelId: string,
  switchId: string,
  until: EpochMilliseconds,
  holds: Pick<HandedOver, 'free'>,
): void {
  const call: HandedOver = {
    channelId,
    switchId,
    since: state.now,
    timer: undefined,
    missingSince: undefined,
    ...holds,
  };
  state.handedOver.set(channelId, call);
  setTimer(state, call, until, { kind: 'handed-over', call });
}

export function handedOverEnded(state: State, call: HandedOver): void {
  if (!state.handedOver.delete(call.channelId)) return;
  state.deadlines.cancel(call.timer);
  call.timer = undefined;
  call.free();
  state.ended.set(call.channelId, state.now);
}

/** Its time is over: it is hung up, and again until it is gone. */
export function endHandedOver(state: State, call: HandedOver): void {
  const { channelId, switchId } = call;
  emit(state, { type: 'hang-up', switchId, channelId, cause: 'ALLOTTED_TIMEOUT' });
  if (state.switches.get(switchId)?.up) emit(state, { type: 'audit-channels', switchId });
  setTimer(state, call, state.now + hangUpCheckMilliseconds, { kind: 'handed-over', call });
}
