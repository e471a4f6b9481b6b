/** `originate`: from the dial string to an established leg, or to the cause of its failure. */
import { type Application, establish, readExtension } from './applications.js';
import { calleeOf } from './callees.js';
import { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import { type OriginateArguments, readOriginate, resolveEndpoint } from './dial-string.js';
import { onCreate, onEarlyMedia, onMedia, onResponse } from './signalling.js';
import { announce, hangUp } from './teardown.js';

const USAGE =
  '-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]\n';
const DEFAULT_TIMEOUT_SECONDS = 60;
const OUT_OF_ORDER = '-ERR DESTINATION_OUT_OF_ORDER\n';

/** `done` gets the result text once: now for what fails at once, else when the call is established or over. */
export function originate(core: SwitchCore, text: string, done: (result: string) => void): void {
  const request = readOriginate(text);
  if (!request.ok) {
    done(request.cause === 'usage' ? USAGE : `-ERR ${request.cause}\n`);
    return;
  }
  const { variables, endpoint } = request.arguments;
  const destination = resolveEndpoint(endpoint, core.gateways);
  const uuid = variables.get('origination_uuid') ?? core.random.uuid();
  // All of these are local: nothing leaves the switch and no leg is seen.
  if (core.outboundPaused || core.shuttingDown || core.channels.has(uuid) || !core.admit()) {
    done(OUT_OF_ORDER);
    return;
  }
  if (core.random.bernoulli(core.scenario.faults.localFailureRate)) {
    done(OUT_OF_ORDER);
    return;
  }
  if (destination.kind === 'failure') {
    if (destination.leavesTrace) leaveTrace(core, uuid);
    done(`-ERR ${destination.cause}\n`);
    return;
  }
  core.originated++;
  call(core, request.arguments, uuid, destination.gateway, destination.number, done);
}

/** A leg that was never made still leaves a CHANNEL_DESTROY. */
function leaveTrace(core: SwitchCore, uuid: string): void {
  core.bus.plain('CHANNEL_DESTROY', [
    ...['Channel-State', 'CS_NONE', 'Channel-Call-State', 'DOWN', 'Channel-State-Number', '0'],
    ...['Channel-Name', 'N/A', 'Unique-ID', uuid, 'Call-Direction', 'outbound'],
    ...['Presence-Call-Direction', 'outbound', 'Channel-HIT-Dialplan', 'false', 'Channel-Call-UUID', uuid],
    ...['Answer-State', 'ringing', 'variable_direction', 'outbound', 'variable_is_outbound', 'true'],
    ...['variable_uuid', uuid, 'variable_call_uuid', uuid, 'variable_session_id', String(core.sessions)],
  ]);
}

function call(
  core: SwitchCore,
  request: OriginateArguments,
  uuid: string,
  gateway: string,
  number: string,
  done: (result: string) => void,
): void {
  const now = core.timeline.now;
  const attempt = core.calls.get(number)?.made ?? 0;
  const { variables } = request;
  const given =
    variables.get('origination_caller_id_number') ||
    request.callerIdNumber ||
    variables.get('effective_caller_id_number') ||
    '';
  const callerIdNumber = given || '0000000000';
  const people = core.peopleAt(number);
  const shown = `+${callerIdNumber.replace(/[^0-9]/g, '')}`;
  const factor = core.labels.shown(people.rules.callerIds, shown, number, now);
  let plan = calleeOf(gateway, number, people, attempt, core.hourOf(now), core.random, factor);
  if (now < core.brownOutUntil && !/agent-/.test(number)) {
    plan = {
      ...plan,
      kind: 'congestion',
      signal: 'none',
      answerAfter: Number.POSITIVE_INFINITY,
      refuseAfter: plan.signalAfter,
      cause: 'NORMAL_CIRCUIT_CONGESTION',
      sipStatus: 503,
    };
  }
  const channel = new Channel({
    uuid,
    number,
    shownNumber: given.replace(/[^0-9]/g, ''),
    attempt,
    gateway,
    callerIdName: variables.get('origination_caller_id_name') ?? request.callerIdName,
    callerIdNumber,
    plan,
    createdAt: now,
    sessionId: core.sessions,
  });
  onCreate(channel, variables, core.random);
  channel.originated = done;
  core.add(channel);

  // The INVITE leaves with the announcement; what the far end does counts from there.
  core.timeline.after(core.reaction(), () => {
    if (channel.ended) return;
    announce(core, channel);
    playOut(core, channel, request);
  });
  watchTimeouts(core, channel, request);
}

function playOut(core: SwitchCore, channel: Channel, request: OriginateArguments): void {
  const { plan } = channel;
  // Replies to the INVITE take a moment even from the machine beside us.
  const travel = core.reaction();
  if (plan.signal === 'ringing') {
    core.later(channel, plan.signalAfter + travel, () => {
      channel.phase = 'ringing';
      channel.progressAt = core.timeline.now;
      onResponse(channel, core.random);
      core.bus.channel('CHANNEL_PROGRESS', channel);
      channel.callState = 'RINGING';
      core.bus.channel('CHANNEL_CALLSTATE', channel);
    });
  } else if (plan.signal === 'announcement') {
    core.later(channel, plan.signalAfter + travel, () => {
      channel.phase = 'early';
      channel.answerState = 'early';
      channel.earlyAt = core.timeline.now;
      onEarlyMedia(channel, core.random);
      core.bus.channel('CHANNEL_PROGRESS_MEDIA', channel);
      channel.callState = 'EARLY';
      onMedia(channel, core.random);
      if (!channel.is('ignore_early_media', 'true')) {
        core.later(channel, core.reaction(), () => establish(core, channel, applicationOf(request)));
      }
    });
  }
  core.later(channel, plan.refuseAfter + travel, () => {
    if (channel.answeredAt === 0) hangUp(core, channel, plan.cause, 'them');
  });
  core.later(channel, plan.answerAfter + travel, () => answer(core, channel, request));
}

function answer(core: SwitchCore, channel: Channel, request: OriginateArguments): void {
  const { plan, number } = channel;
  core.answered++;
  channel.phase = 'answered';
  channel.answerState = 'answered';
  channel.answeredAt = core.timeline.now;
  onResponse(channel, core.random);
  onMedia(channel, core.random);
  if (plan.detected !== '') channel.set('amd_result', plan.detected === 'machine' ? 'MACHINE' : 'HUMAN');
  // Who hangs up at once may be gone before the answer has been told.
  const told = plan.stay > 0 || core.random.bernoulli(0.8);
  if (told) {
    core.bus.channel('CHANNEL_ANSWER', channel);
    channel.callState = 'ACTIVE';
    core.bus.channel('CHANNEL_CALLSTATE', channel);
  } else {
    channel.hasMedia = false;
  }
  if (plan.stay === 0) {
    hangUp(core, channel, plan.cause, 'them');
    return;
  }
  core.later(channel, plan.stay, () => hangUp(core, channel, plan.cause, 'them'));
  core.later(channel, plan.patience, () => {
    if (channel.phase !== 'bridged' && channel.bridgedAt === 0) hangUp(core, channel, plan.cause, 'them');
  });
  core.later(channel, core.reaction(), () => {
    if (channel.phase === 'answered') establish(core, channel, applicationOf(request));
  });
  const { legDropsPerHour } = core.scenario.agents;
  if (legDropsPerHour > 0 && /agent-/.test(number)) {
    core.later(channel, core.random.exponential(3_600_000 / legDropsPerHour), () =>
      hangUp(core, channel, 'NORMAL_CLEARING', 'them'),
    );
  }
}

function applicationOf(request: OriginateArguments): readonly Application[] {
  if (request.application !== '') return [{ name: request.application, data: request.applicationData }];
  return readExtension('park')!;
}

function watchTimeouts(core: SwitchCore, channel: Channel, request: OriginateArguments): void {
  const { variables } = request;
  const giveUp = (cause: string): void => {
    if (channel.answeredAt === 0 && channel.originated !== undefined) hangUp(core, channel, cause, 'us');
  };
  const seconds = (name: string): number => Number(variables.get(name) ?? Number.NaN);
  const timeout = seconds('originate_timeout') || request.timeoutSeconds || DEFAULT_TIMEOUT_SECONDS;
  core.atWholeSeconds(channel, timeout, () => giveUp('NO_ANSWER'));
  // These two let a whole second more go by.
  if (seconds('leg_timeout') > 0) {
    core.atWholeSeconds(channel, seconds('leg_timeout') + 1, () => giveUp('ALLOTTED_TIMEOUT'));
  }
  if (seconds('progress_timeout') > 0) {
    core.atWholeSeconds(channel, seconds('progress_timeout') + 1, () => giveUp('PROGRESS_TIMEOUT'));
  }
}
