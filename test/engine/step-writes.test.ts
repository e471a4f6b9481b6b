import t from 'tap';
import type { TelephonyEffect, WriteEffect } from '../../dialer/core/effects.js';
import type { TelephonyInput } from '../../dialer/core/inputs.js';
import { startLiveEngine } from '../../dialer/live-engine.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import type { Telephony } from '../../dialer/telephony/port.js';
import { contact, noon, settings } from '../core/harness.js';

/** Agents' legs come up at once, customers are busy at once. */
class BusySwitch implements Telephony {
  readonly switchIds = ['fs'];
  #report: (input: TelephonyInput) => void = () => undefined;

  start(report: (input: TelephonyInput) => void): void {
    this.#report = report;
    report({ type: 'switch-up', switchId: 'fs', instanceId: 'one', channels: [], requestedAt: noon });
  }

  perform(effect: TelephonyEffect): void {
    if (effect.type !== 'dial-agent' && effect.type !== 'originate') return;
    const { switchId, channelId } = effect;
    setImmediate(() =>
      this.#report(
        effect.type === 'dial-agent'
          ? { type: 'channel-answered', switchId, channelId }
          : {
              type: 'channel-ended',
              switchId,
              channelId,
              cause: 'USER_BUSY',
              answered: false,
              progressed: false,
            },
      ),
    );
  }

  async stop(): Promise<void> {}

  statistics(): [] {
    return [];
  }
}

t.test('a result and the counters that count it are one transaction, whatever the step asks', async (t) => {
  const batches: (readonly WriteEffect[])[] = [];
  const store = new MemoryStore();
  const { write } = store;
  Object.defineProperty(store, 'write', {
    value: (writes: readonly WriteEffect[], ...rest: []) => {
      batches.push(writes);
      return write(writes, ...rest);
    },
  });
  let ended = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const start = Date.now();
  const engine = startLiveEngine({
    store,
    bootState: await store.boot(noon),
    telephony: new BusySwitch(),
    // Noon in New York, a hundred times as fast.
    clock: {
      now: () => noon + (Date.now() - start) * 100,
      after(milliseconds, callback) {
        const timer = setTimeout(callback, milliseconds / 100);
        return () => clearTimeout(timer);
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    switches: [{ id: 'fs', maximumChannels: 100, callsPerSecond: 100 }],
    trunks: [
      {
        name: 't',
        switchId: 'fs',
        dialString: 'sofia/gateway/t/{number}',
        maximumChannels: 100,
        callsPerSecond: 100,
      },
    ],
    timeZoneData: 'test',
    onFatal: (error) => t.fail(error.message),
  });
  engine.subscribe((events) => {
    if (events.some(({ event }) => event.kind === 'campaign-changed' && event.status === 'completed'))
      ended();
  });
  const once = { maximumAttempts: 1, delaySeconds: 60 };
  const campaign = settings({ retry: { ...settings().retry, busy: once }, maximumAttempts: 1 });
  await engine.request({ type: 'campaign-save', settings: campaign });
  await store.addContacts(
    'c1',
    Array.from({ length: 200 }, (_, index) => contact(index)),
    noon,
  );
  const profile = { id: 'a1', name: 'a1', pool: 'main', team: 'one', tier: 'expert', skills: [] } as const;
  const logIn = { type: 'agent-login', profile, endpoint: 'user/a1', switchId: '', ready: true } as const;
  t.equal((await engine.request(logIn)).ok, true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const command = { type: 'campaign-command', campaignId: 'c1', by: 'tester', reason: '' } as const;
  t.same(await engine.request({ ...command, command: 'start' }), { ok: true, code: '', message: '' });
  await done;
  await engine.stop(0);
  // What was intended and never dialled counts nowhere.
  const results = batches.filter((writes) =>
    writes.some((write) => write.type === 'record-result' && write.result.charged),
  );
  const parted = results.filter((writes) => !writes.some(({ type }) => type === 'save-campaign'));
  t.ok(results.length > 20, `${results.length} transactions with results`);
  t.equal(parted.length, 0, 'none without the counters');
});
