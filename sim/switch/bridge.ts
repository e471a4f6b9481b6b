/** `uuid_bridge`: two legs become one conversation. */
import { establish } from './applications.js';
import type { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import { breakBridge, finishOriginate, hangUp, parkAgain, unpark } from './teardown.js';

const UNPARK_MILLISECONDS = 20;
const BRIDGE_MILLISECONDS = 21;

/** The command's answer. That it says `+OK` means no more than that both legs were there. */
export function bridge(core: SwitchCore, leadId: string, otherId: string): string {
  const lead = core.live(leadId);
  const other = core.live(otherId);
  if (lead === undefined || other === undefined || lead === other) return '-ERR Invalid uuid\n';
  if (lead.answeredAt === 0 || other.answeredAt === 0) {
    bridgeTooEarly(core, lead, other);
    return `+OK ${otherId}\n`;
  }
  core.timeline.after(UNPARK_MILLISECONDS, () => prepare(core, lead, other));
  return `+OK ${otherId}\n`;
}

/** A leg that still rings cannot be bridged: both legs die, unless the first asked to be parked then. */
function bridgeTooEarly(core: SwitchCore, lead: Channel, other: Channel): void {
  for (const channel of [lead, other]) {
    if (channel.answeredAt > 0) continue;
    core.timeline.after(core.reaction(), () => {
      if (channel.ended) return;
      finishOriginate(channel, '-ERR ORIGINATOR_CANCEL\n');
    });
  }
  core.timeline.after(UNPARK_MILLISECONDS, () => {
    for (const channel of [lead, other]) {
      if (channel.ended || channel.phase !== 'parked') continue;
      describe(channel, channel === lead ? other : lead, channel === lead, core);
      unpark(core, channel);
      channel.phase = 'bridging';
    }
  });
  core.timeline.after(2 * UNPARK_MILLISECONDS, () => {
    for (const channel of [other, lead]) {
      if (channel.ended) continue;
      channel.state = 'CS_SOFT_EXECUTE';
      if (channel === lead && channel.answeredAt > 0) cancel(core, channel);
      else
        hangUp(
          core,
          channel,
          channel.answeredAt > 0 ? 'ORIGINATOR_CANCEL' : 'DESTINATION_OUT_OF_ORDER',
          'us',
        );
    }
  });
}

/** The leg named first waited for the other in vain: it is hung up, unless it asked to be parked then. */
function cancel(core: SwitchCore, lead: Channel): void {
  if (lead.is('uuid_bridge_park_on_cancel', 'true')) parkAgain(core, lead);
  else hangUp(core, lead, 'ORIGINATOR_CANCEL', 'us');
}

/** Takes both legs out of what they do. */
function prepare(core: SwitchCore, lead: Channel, other: Channel): void {
  const order = core.random.bernoulli(0.6) ? [other, lead] : [lead, other];
  for (const channel of order) {
    if (channel.ended) continue;
    // The command may come before the originate's own end; that comes first.
    if (channel.phase === 'answered') establish(core, channel, [{ name: 'park', data: '' }]);
    if (channel.phase === 'bridged') breakBridge(core, channel);
    else if (channel.phase === 'parked' || channel.phase === 'executing') {
      describe(channel, channel === lead ? other : lead, channel === lead, core);
      channel.stateNumber = 8;
      unpark(core, channel);
    }
    describe(channel, channel === lead ? other : lead, channel === lead, core);
    channel.phase = 'bridging';
    channel.application = undefined;
  }
  core.timeline.after(BRIDGE_MILLISECONDS, () => join(core, lead, other));
}

/** The traces of the bridge on one of its legs. */
function describe(channel: Channel, partner: Channel, isLead: boolean, core: SwitchCore): void {
  const now = core.timeline.now;
  if (channel.otherLeg?.channel !== partner) {
    channel.profileIndex++;
    channel.profileAt = now;
    channel.bridgedAt = 0;
    channel.transferSource = `${Math.floor(now / 1000)}:${core.random.uuid()}:uuid_br:${partner.uuid}`;
    if (isLead) channel.set('uuid_bridge', partner.uuid);
    channel.setAll({ bridge_channel: partner.name, bridge_uuid: partner.uuid, signal_bond: partner.uuid });
    if (!channel.variables.has('original_destination_number')) {
      channel.setAll({
        original_destination_number: channel.number,
        original_caller_id_name: 'Outbound Call',
        original_caller_id_number: channel.number,
      });
    }
    channel.setAll({ transfer_history: channel.transferSource, transfer_source: channel.transferSource });
  }
  channel.otherLeg = { role: isLead ? 'originatee' : 'originator', channel: partner };
  channel.bridgeLead = isLead;
  if (!isLead) channel.hitDialplan = false;
}

/** Both legs are taken out of what they do, and are one conversation. */
export function joinNow(core: SwitchCore, lead: Channel, other: Channel): void {
  prepare(core, lead, other);
}

function join(core: SwitchCore, lead: Channel, other: Channel): void {
  if (lead.ended || other.ended || lead.phase !== 'bridging' || other.phase !== 'bridging') {
    // One leg went in the very moment: the other one is hung up too.
    for (const channel of [lead, other]) {
      if (channel.ended || channel.phase !== 'bridging') continue;
      channel.state = 'CS_SOFT_EXECUTE';
      if (channel === lead) cancel(core, channel);
      else hangUp(core, channel, 'ORIGINATOR_CANCEL', 'us');
    }
    return;
  }
  const now = core.timeline.now;
  core.bridged++;
  for (const [channel, partner] of [
    [lead, other],
    [other, lead],
  ] as const) {
    channel.variables.delete('uuid_bridge');
    channel.state = 'CS_SOFT_EXECUTE';
    channel.stateNumber = 3;
    channel.peer = partner;
    channel.conversed = true;
    channel.phase = 'bridged';
    core.bus.channel('CHANNEL_EXECUTE', channel, {
      after: ['Application', 'uuid_bridge', 'Application-Data', partner.uuid],
    });
  }
  lead.bridgedAt = now;
  other.bridgedAt = now;
  core.bus.channel('CHANNEL_BRIDGE', lead, {
    before: ['Bridge-A-Unique-ID', lead.uuid, 'Bridge-B-Unique-ID', other.uuid],
  });
  for (const channel of [lead, other]) {
    core.later(channel, channel.plan.talk, () => {
      if (channel.phase === 'bridged') hangUp(core, channel, channel.plan.cause, 'them');
    });
  }
}
