/** Applications that join a leg with others: transfers of the switch's own, listening in, music on hold. */
import { play } from './applications.js';
import { joinNow } from './bridge.js';
import type { Channel } from './channel.js';
import type { SwitchCore } from './core.js';
import { originate } from './originate.js';
import { hangUp } from './teardown.js';

/** Makes the applications known to the switch. */
export function installConversations(core: SwitchCore): void {
  const { applications } = core;
  applications.set('endless_playback', (channel, data, next) => repeat(core, channel, data, next));
  for (const name of ['three_way', 'eavesdrop'])
    applications.set(name, (channel, data, next) => follow(core, channel, data, next));
  applications.set('bridge', (channel, data, next) => dialAndBridge(core, channel, data, next));
}

/** Plays over and over; what cannot be played is passed over. */
function repeat(core: SwitchCore, channel: Channel, path: string, next: () => void): void {
  const running = channel.application;
  if (path.startsWith('$') || path.startsWith('/no/such')) {
    next();
    return;
  }
  const again = (): void => {
    if (channel.application === running) play(core, channel, path, again);
  };
  // Endless by itself: nothing more will happen.
  if (!path.startsWith('silence_stream://-1')) again();
}

/** Hears the target, for as long as that lives. */
function follow(core: SwitchCore, channel: Channel, target: string, next: () => void): void {
  const followed = core.live(target);
  const running = channel.application;
  if (followed === undefined) {
    next();
    return;
  }
  followed.followers.add(() => {
    if (!channel.ended && channel.application === running) next();
  });
}

function dialAndBridge(core: SwitchCore, channel: Channel, endpoint: string, next: () => void): void {
  const running = channel.application;
  const uuid = core.random.uuid();
  const timeout = channel.variables.get('call_timeout') ?? '60';
  const cancelled = (): void => {
    const leg = core.live(uuid);
    if (leg !== undefined) hangUp(core, leg, 'ORIGINATOR_CANCEL', 'us');
  };
  channel.followers.add(cancelled);
  const variables = `origination_uuid=${uuid},ignore_early_media=true,originate_timeout=${timeout}`;
  originate(core, `{${variables}}${endpoint} &park()`, (result) => {
    channel.followers.delete(cancelled);
    const leg = core.live(uuid);
    if (channel.ended || channel.application !== running) {
      if (leg !== undefined) hangUp(core, leg, 'ORIGINATOR_CANCEL', 'us');
      return;
    }
    if (leg === undefined || !result.startsWith('+OK')) next();
    else core.timeline.after(0, () => joinNow(core, channel, leg));
  });
}
