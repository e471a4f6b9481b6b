import type { EngineView } from '../../dialer/core/view.js';
import type { Engine } from '../../dialer/engine.js';
import { type Makers, resetAll } from './makers.js';

/** Links to the switches, their events, and whether both agree about the channels. */
export function switchMetrics(
  { gauge, counter }: Makers,
  telephony: Engine['telephony'],
): (view: EngineView) => void {
  const connected = gauge('dialer_esl_connected', '1 when the link to the switch stands.', ['switch']);
  const events = counter('dialer_esl_events_total', 'Events received from the switch.', ['switch', 'event']);
  const lag = gauge('dialer_esl_event_lag_seconds', 'Age of the newest event when it was read.', ['switch']);
  const reconnects = counter('dialer_esl_reconnects_total', 'Times the link was made again.', ['switch']);
  const pending = gauge('dialer_esl_commands_pending', 'Commands that the switch has not answered yet.', [
    'switch',
  ]);
  const channels = gauge('dialer_switch_channels', 'Channels the engine counts on the switch.', ['switch']);
  const drained = gauge('dialer_switch_drained', '1 while the switch is taken out of service.', ['switch']);
  const resting = gauge('dialer_trunk_resting', '1 while the trunk rests or is probed after failed calls.', [
    'trunk',
  ]);
  const failed = gauge('dialer_trunk_failed_ratio', 'Failed calls among the latest of the trunk.', ['trunk']);
  const delay = gauge(
    'dialer_trunk_post_dial_delay_seconds',
    'Mean time from the dial to the first sign from the network.',
    ['trunk'],
  );
  const trunkChannels = gauge('dialer_trunk_channels', 'Channels in use on the trunk.', ['trunk']);
  const orphans = gauge('dialer_orphan_calls', 'Channels on the switch that no attempt owns.', ['switch']);
  const discrepancies = counter(
    'dialer_resync_discrepancies_total',
    'Channels on which engine and switch disagreed.',
  );
  return (view) => {
    resetAll([connected, events, lag, reconnects, pending, channels, orphans, discrepancies]);
    resetAll([drained, resting, failed, delay, trunkChannels]);
    discrepancies.inc(view.totals.discrepancies);
    for (const each of view.switches) {
      channels.set({ switch: each.switchId }, each.channels);
      orphans.set({ switch: each.switchId }, each.orphans);
      drained.set({ switch: each.switchId }, each.drain === undefined ? 0 : 1);
    }
    for (const { name: trunk, restUntil, onProbation, ...each } of view.trunks) {
      trunkChannels.set({ trunk }, each.channels);
      resting.set({ trunk }, onProbation || restUntil > view.now ? 1 : 0);
      if (each.failedShare !== undefined) failed.set({ trunk }, each.failedShare);
      if (each.postDialDelay !== undefined) delay.set({ trunk }, each.postDialDelay);
    }
    for (const s of telephony.statistics()) {
      connected.set({ switch: s.switchId }, s.connected ? 1 : 0);
      lag.set({ switch: s.switchId }, s.eventLagSeconds);
      reconnects.inc({ switch: s.switchId }, s.reconnects);
      pending.set({ switch: s.switchId }, s.commandsPending);
      for (const [event, count] of Object.entries(s.events)) events.inc({ switch: s.switchId, event }, count);
    }
  };
}
