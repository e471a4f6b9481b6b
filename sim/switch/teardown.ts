/** The end of legs and bridges, in the order of events that the real switch has for each way of ending. */
import type { Channel, EndedBy } from './channel.js';
import type { SwitchCore } from './core.js';
import { applicationHeaders } from './events.js';
import { onFarHangup, onRefusal, onReport } from './signalling.js';

/** CHANNEL_CREATE and its companions, once. */
export function announce(core: SwitchCore, channel: Channel): void {
  if (channel.announced) return;
  channel.announced = true;
  const { bus } = core;
  const { state, stateNumber } = channel;
  channel.state = 'CS_NONE';
  channel.stateNumber = 1;
  bus.channel('CHANNEL_OUTGOING', channel);
  channel.state = 'CS_INIT';
  bus.channel('CHANNEL_STATE', channel);
  channel.state = state;
  channel.stateNumber = stateNumber;
  bus.channel('CHANNEL_CREATE', channel);
  bus.channel('CHANNEL_ORIGINATE', channel);
  channel.state = 'CS_CONSUME_MEDIA';
  channel.stateNumber = 7;
  bus.channel('CHANNEL_STATE', channel);
}

/** Tells the originate how it went; later results are ignored. */
export function finishOriginate(channel: Channel, result: string): void {
  const done = channel.originated;
  channel.originated = undefined;
  done?.(result);
}

/**
 * Ends a leg. It is gone for commands at once; its events follow at once, or at the switch's next look (`soon`).
 */
export function hangUp(
  core: SwitchCore,
  channel: Channel,
  cause: string,
  by: EndedBy,
  when: 'now' | 'soon' = 'now',
): void {
  if (channel.ended) return;
  leave(core, channel);
  if (when === 'now') end(core, channel, cause, by);
  else core.timeline.after(core.reaction(), () => end(core, channel, cause, by));
}

/** Gone for commands, and for everything that was to happen to it. */
function leave(core: SwitchCore, channel: Channel): void {
  channel.ended = true;
  for (const timer of channel.timers) core.timeline.cancel(timer);
  channel.timers.clear();
}

function end(core: SwitchCore, channel: Channel, cause: string, by: EndedBy): void {
  // A crash has taken the leg meanwhile.
  if (core.channels.get(channel.uuid) !== channel) return;
  announce(core, channel);
  channel.hungUpAt = 0;
  channel.hangupCause = cause;
  channel.answerState = 'hangup';
  channel.stateNumber = 10;
  if (by === 'them') {
    if (channel.answeredAt > 0) onFarHangup(channel, cause);
    else onRefusal(channel, cause, channel.plan.sipStatus, core.random);
  }
  const { bus } = core;
  const { peer } = channel;
  if (channel.phase === 'bridged' && peer !== undefined) {
    endBridge(core, channel, peer, by);
    return;
  }
  bus.channel('CHANNEL_HANGUP', channel);
  if (channel.phase === 'parked') unpark(core, channel);
  else if (channel.phase === 'executing') stopApplication(core, channel);
  // When the switch itself gives up, the job is over before the leg's record is written.
  const jobFirst = by === 'us' && (cause === 'NO_ANSWER' || cause === 'SYSTEM_SHUTDOWN');
  if (jobFirst) finishOriginate(channel, `-ERR ${cause}\n`);
  report(core, channel, by);
  const job = (): void => finishOriginate(channel, `-ERR ${cause}\n`);
  if (core.random.bernoulli(0.9)) {
    job();
    destroy(core, channel);
  } else {
    destroy(core, channel);
    job();
  }
}

/** CHANNEL_UNPARK, and the end of the park application when it was one. */
export function unpark(core: SwitchCore, channel: Channel): void {
  core.bus.channel('CHANNEL_UNPARK', channel);
  if (!channel.parkState && channel.application !== undefined) {
    core.bus.channel('CHANNEL_EXECUTE_COMPLETE', channel, {
      after: applicationHeaders(channel.application, '_none_'),
    });
  }
  channel.application = undefined;
  channel.parkState = false;
}

function stopApplication(core: SwitchCore, channel: Channel): void {
  const { application } = channel;
  if (application === undefined) return;
  if (application.name === 'playback' || application.name === 'play_and_get_digits') {
    core.bus.channel('PLAYBACK_STOP', channel, {
      after: [
        'Playback-File-Type',
        application.data.split('://')[0]!,
        'Playback-File-Path',
        application.data,
        'Playback-Status',
        'break',
      ],
    });
  }
  core.bus.channel('CHANNEL_EXECUTE_COMPLETE', channel, {
    after: applicationHeaders(application, application.name === 'playback' ? 'FILE PLAYED' : '_none_'),
  });
  channel.application = undefined;
}

function report(core: SwitchCore, channel: Channel, by: EndedBy): void {
  channel.hungUpAt = core.timeline.now;
  channel.state = 'CS_REPORTING';
  channel.callState = 'HANGUP';
  channel.stateNumber = 11;
  onReport(channel, by);
  core.bus.channel('CHANNEL_CALLSTATE', channel);
  core.bus.channel('CHANNEL_HANGUP_COMPLETE', channel, { before: ['Hangup-Cause', channel.hangupCause] });
}

function destroy(core: SwitchCore, channel: Channel): void {
  channel.stateNumber = 12;
  core.bus.channel('CHANNEL_DESTROY', channel);
  core.remove(channel);
  for (const follower of [...channel.followers]) follower();
  channel.followers.clear();
}

/** Whether a leg goes back to park when its bridge ends. */
function staysAfterBridge(channel: Channel): boolean {
  return !channel.ended && channel.is('park_after_bridge', 'true');
}

/** What the end of a bridge leaves on a leg: one that leaves, that is left, or that is taken out of the bridge. */
function leaveTraces(
  channel: Channel,
  partner: Channel,
  how: 'leaves' | 'left' | 'taken',
  cause: string,
): void {
  const leaves = how === 'leaves';
  channel.setAll({
    ...(leaves ? { bridge_to: partner.uuid } : {}),
    last_bridge_to: partner.uuid,
    bridge_channel: partner.name,
    bridge_uuid: partner.uuid,
    signal_bond: partner.uuid,
    last_sent_callee_id_name: leaves ? 'Outbound Call' : partner.callerIdNumber,
    last_sent_callee_id_number: leaves ? partner.number : partner.callerIdNumber,
    ...(leaves ? { last_bridge_role: channel.bridgeLead ? 'originator' : 'originatee' } : {}),
    ...(how === 'left' ? { last_bridge_hangup_cause: cause, bridge_hangup_cause: cause } : {}),
  });
  if (!channel.bridgeLead) {
    // The second leg of a bridge belongs to the first one's call.
    channel.callUuid = partner.uuid;
    channel.set('call_uuid', partner.uuid);
    if (leaves) channel.state = 'CS_EXCHANGE_MEDIA';
  }
}

/** CHANNEL_UNBRIDGE comes once, from the leg that was the first argument of the bridge. */
function unbridge(core: SwitchCore, lead: Channel, other: Channel): void {
  core.bus.channel('CHANNEL_UNBRIDGE', lead, {
    before: ['Bridge-A-Unique-ID', lead.uuid, 'Bridge-B-Unique-ID', other.uuid],
  });
}

/** `channel` is bridged and ends; its HANGUP has not been sent. */
function endBridge(core: SwitchCore, channel: Channel, peer: Channel, by: EndedBy): void {
  const { bus } = core;
  const cause = channel.hangupCause;
  channel.peer = undefined;
  peer.peer = undefined;
  leaveTraces(channel, peer, 'leaves', cause);
  leaveTraces(peer, channel, 'left', cause);
  bus.channel('CHANNEL_HANGUP', channel);
  const stays = staysAfterBridge(peer);
  const finishLeg = (): void => {
    channel.variables.delete('bridge_to');
    report(core, channel, by);
    channel.callUuid = channel.uuid;
  };
  if (channel.bridgeLead) {
    if (stays) parkAgain(core, peer);
    unbridge(core, channel, peer);
    finishLeg();
    if (!stays) endPeer(core, peer);
    destroy(core, channel);
  } else {
    finishLeg();
    unbridge(core, peer, channel);
    if (stays) parkAgain(core, peer);
    destroy(core, channel);
    if (!stays) endPeer(core, peer);
  }
}

function endPeer(core: SwitchCore, peer: Channel): void {
  if (peer.ended) return; // its own end is on the way
  peer.phase = 'answered';
  peer.state = peer.bridgeLead ? 'CS_EXECUTE' : 'CS_EXCHANGE_MEDIA';
  hangUp(core, peer, 'NORMAL_CLEARING', 'us');
}

/** Back in park after a bridge: the park state, not the application. */
export function parkAgain(core: SwitchCore, channel: Channel): void {
  channel.phase = 'parked';
  channel.parkState = true;
  channel.bridgeLead = false;
  channel.state = 'CS_PARK';
  channel.stateNumber = 6;
  core.bus.channel('CHANNEL_PARK', channel);
}

/**
 * Takes `channel` out of its bridge because it is wanted elsewhere; the other leg is hung up unless it parks.
 */
export function breakBridge(core: SwitchCore, channel: Channel): void {
  const { peer } = channel;
  if (peer === undefined) return;
  channel.peer = undefined;
  peer.peer = undefined;
  const lead = channel.bridgeLead ? channel : peer;
  const second = lead === channel ? peer : channel;
  leaveTraces(peer, channel, 'taken', 'NORMAL_CLEARING');
  leaveTraces(channel, peer, 'left', 'NORMAL_CLEARING');
  if (staysAfterBridge(peer)) parkAgain(core, peer);
  if (peer.ended || peer.phase === 'parked') {
    unbridge(core, lead, second);
  } else {
    leave(core, peer);
    peer.hangupCause = 'NORMAL_CLEARING';
    peer.answerState = 'hangup';
    peer.stateNumber = 10;
    core.bus.channel('CHANNEL_HANGUP', peer);
    report(core, peer, 'us');
    unbridge(core, lead, second);
    destroy(core, peer);
  }
  channel.bridgeLead = false;
}
