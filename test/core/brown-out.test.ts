import t from 'tap';
import { contact, Harness } from './harness.js';

t.test(
  'a trunk whose network refuses call after call rests, and is probed until it carries calls again',
  async (t) => {
    const h = new Harness({
      agents: 10,
      contacts: Array.from({ length: 400 }, (_, i) => contact(i)),
      settings: { pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } },
    });
    h.command('start');
    let done = 0;
    const refuseAll = (milliseconds: number): void => {
      for (let passed = 0; passed < milliseconds; passed += 250) {
        h.pass(250);
        const calls = h.all('originate');
        for (; done < calls.length; done++)
          h.end((calls[done] as { channelId: string }).channelId, 'NORMAL_CIRCUIT_CONGESTION', {
            progressed: false,
          });
      }
    };
    refuseAll(60_000);
    const burnt = done;
    t.ok(burnt < 80, `${burnt} calls in a minute of congestion`);
    refuseAll(120_000);
    t.ok(done - burnt < 120, `${done - burnt} probes in the two minutes after it`);
    t.ok(done > burnt, 'it is probed');
    // The network is back: the first call that rings sets the trunk free.
    h.pass(31_000);
    const probe = h.all('originate')[done] as { channelId: string };
    h.ring(probe.channelId);
    h.pass(2_000);
    t.ok(h.all('originate').length - done >= 15, 'all lines again');
  },
);

t.test('a promised callback is kept although the attempts of the contact are used up', async (t) => {
  const h = new Harness({ agents: 1, contacts: [contact(1)], settings: { maximumAttempts: 1 } });
  h.command('start');
  h.pass(1_000);
  const call = h.last('originate');
  h.answer(call.channelId);
  h.bridgeUp();
  h.pass(20_000);
  h.end(call.channelId, 'NORMAL_CLEARING');
  h.input({
    type: 'disposition',
    requestId: 'd',
    agentId: 'a1',
    attemptId: call.channelId,
    disposition: 'callback',
    note: '',
    callback: { at: h.now + 3_600_000, who: 'anyone' },
  });
  for (let i = 0; i < 140; i++) h.pass(30_000);
  t.equal(h.all('originate').length, 2);
});
