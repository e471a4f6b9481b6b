/**
 * Calls that come in: the switch answers them by the dialplan of docs/freeswitch.md, hands them to the dialer and parks
 * them. People who missed a call ring the number that it showed.
 */
import type { CallPlan } from '../people.js';
import { type Application, runApplications } from './applications.js';
import { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import { onAnswered, onIncoming } from './signalling.js';
import { hangUp } from './teardown.js';

/** A switch that takes no call now is tried again after this, milliseconds. */
const TRY_AGAIN = 10_000;

/** As docs/freeswitch.md says under "Calls back". */
const DIALPLAN: readonly Application[] = [
  { name: 'set', data: 'accountcode=tactus-inbound' },
  { name: 'set', data: 'hangup_after_bridge=true' },
  { name: 'set', data: 'park_timeout=60:NORMAL_CLEARING' },
  { name: 'answer', data: '' },
  { name: 'event', data: 'Tactus=inbound' },
  { name: 'park', data: '' },
];

/** Makes the switch take calls, and people who missed one ring back. */
export function installCallsIn(core: SwitchCore): void {
  core.applications.set('answer', (channel, _data, next) => {
    if (channel.answeredAt === 0) answer(core, channel);
    next();
  });
  core.applications.set('event', (channel, data, next) => {
    core.bus.channel('CHANNEL_APPLICATION', channel, {
      after: data.split(',').flatMap((pair) => {
        const equals = pair.indexOf('=');
        return equals > 0 ? [pair.slice(0, equals), pair.slice(equals + 1)] : [];
      }),
    });
    next();
  });
  core.whenGone = (channel) => missed(core, channel);
}

/** A call is over: who heard it ring and spoke to nobody may ring the number that it showed. */
function missed(core: SwitchCore, channel: Channel): void {
  const { plan, progressAt, conversed, direction, number, shownNumber, attempt } = channel;
  if (direction === 'inbound' || progressAt === 0 || conversed || shownNumber === '') return;
  if (plan.callBackAfter === Number.POSITIVE_INFINITY) return;
  const ring = (): void => {
    const back = core.peopleAt(number).callBack(number, attempt);
    if (callIn(core, number, shownNumber, back) === undefined) core.timeline.after(TRY_AGAIN, ring);
    else core.calledBack++;
  };
  core.timeline.after(plan.callBackAfter, ring);
}

/**
 * Somebody calls one of the switch's numbers.
 *
 * @param from the caller's number, digits with the country code
 * @param to the number that was rung, digits
 * @returns the uuid of the leg, or undefined when the switch takes no call now
 */
export function callIn(core: SwitchCore, from: string, to: string, plan: CallPlan): string | undefined {
  if (core.shuttingDown || !core.admit()) return undefined;
  const channel = new Channel({
    uuid: core.random.uuid(),
    direction: 'inbound',
    number: to,
    shownNumber: '',
    attempt: 0,
    gateway: 'pstn',
    callerIdName: from,
    callerIdNumber: from,
    plan,
    createdAt: core.timeline.now,
    sessionId: core.sessions,
  });
  onIncoming(channel, core.random);
  core.add(channel);
  core.timeline.after(core.reaction(), () => {
    if (!channel.ended) take(core, channel);
  });
  return channel.uuid;
}

/** The call is told of, and goes through the dialplan. */
function take(core: SwitchCore, channel: Channel): void {
  const { bus } = core;
  channel.announced = true;
  bus.channel('CHANNEL_CREATE', channel);
  channel.callState = 'RINGING';
  bus.channel('CHANNEL_CALLSTATE', channel);
  channel.dialplan = 'XML';
  channel.hitDialplan = true;
  core.later(channel, channel.plan.patience, () => {
    if (!channel.conversed) hangUp(core, channel, channel.plan.cause, 'them');
  });
  runApplications(core, channel, DIALPLAN);
}

function answer(core: SwitchCore, channel: Channel): void {
  channel.answerState = 'answered';
  channel.answeredAt = core.timeline.now;
  onAnswered(channel, core.random);
  core.bus.channel('CHANNEL_ANSWER', channel);
  channel.callState = 'ACTIVE';
  core.bus.channel('CHANNEL_CALLSTATE', channel);
}
