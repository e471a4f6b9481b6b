import t from 'tap';
import { createCore } from '../../dialer/core/core.js';
import type { Effect } from '../../dialer/core/effects.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { answerStageRequestNow } from '../../dialer/store/stage-requests.js';
import { contact, noon, settings } from './harness.js';

t.test('calls are placed only on switches that have agents, in the number of their own agents', async (t) => {
  const core = createCore();
  const store = new MemoryStoreCore();
  let now = noon;
  const originates: Extract<Effect, { type: 'originate' }>[] = [];
  const input = (next: Parameters<typeof core.step>[0]): void => {
    for (const effect of [...core.step(next, now)]) {
      if (effect.type === 'originate') originates.push(effect);
      else if (effect.type === 'dial-agent')
        input({ type: 'channel-answered', switchId: effect.switchId, channelId: effect.channelId });
      else if (effect.type === 'lease-leads') {
        const { leads, summary } = store.leaseLeads({ ...effect, now });
        input({ type: 'leads-leased', campaignId: 'c1', stage: effect.stage, leads, summary });
      } else if (effect.type === 'commit-intents')
        input({ type: 'intents-committed', results: store.commitIntents(effect.intents, now) });
      else if (
        effect.type === 'draw-samples' ||
        effect.type === 'extend-sample' ||
        effect.type === 'measure-stage' ||
        effect.type === 'attempts-since'
      )
        input(answerStageRequestNow(store, effect));
      else if (effect.type === 'save-campaign' || effect.type === 'save-agent' || effect.type === 'event')
        store.write([effect]);
    }
  };
  const boot = store.boot(now);
  const line = { maximumChannels: 100, callsPerSecond: 100 };
  input({
    ...boot,
    type: 'boot',
    seed: '0123456789abcdef0123456789abcdef',
    switches: ['east', 'west', 'south'].map((id) => ({ id, ...line })),
    trunks: ['east', 'west', 'south'].map((id) => ({
      name: `trunk-${id}`,
      switchId: id,
      dialString: 'sofia/gateway/carrier/{number}',
      ...line,
    })),
    timeZoneData: 'test',
  });
  for (const switchId of ['east', 'west', 'south'])
    input({ type: 'switch-up', switchId, instanceId: switchId, channels: [], requestedAt: now });
  input({ type: 'campaign-save', requestId: 'r', settings: settings() });
  store.addContacts(
    'c1',
    Array.from({ length: 20 }, (_, i) => contact(i)),
    now,
  );
  const logIn = (id: string, switchId: string): void =>
    input({
      type: 'agent-login',
      requestId: id,
      profile: { id, name: id, pool: 'main', team: 'one', tier: 'expert', skills: [] },
      endpoint: `user/${id}`,
      switchId,
      ready: true,
    });
  logIn('e1', 'east');
  logIn('e2', 'east');
  logIn('w1', 'west');
  input({
    type: 'campaign-command',
    requestId: 's',
    campaignId: 'c1',
    command: 'start',
    by: 't',
    reason: '',
  });
  for (let i = 0; i < 20; i++) {
    now += 100;
    input({ type: 'tick' });
  }
  t.equal(originates.filter((o) => o.switchId === 'east').length, 2);
  t.equal(originates.filter((o) => o.switchId === 'west').length, 1);
  t.equal(originates.filter((o) => o.switchId === 'south').length, 0);
  input({ type: 'switch-down', switchId: 'east', reason: 'cut' });
  const west = originates.find((o) => o.switchId === 'west')?.channelId ?? '';
  input({
    type: 'channel-ended',
    switchId: 'west',
    channelId: west,
    cause: 'USER_BUSY',
    answered: false,
    progressed: false,
  });
  for (let i = 0; i < 20; i++) {
    now += 100;
    input({ type: 'tick' });
  }
  t.equal(originates.filter((o) => o.switchId === 'west').length, 2, 'the other switch goes on');
  t.equal(originates.filter((o) => o.switchId === 'east').length, 2);
});
