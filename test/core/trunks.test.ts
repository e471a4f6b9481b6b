import t from 'tap';
import type { Trunk } from '../../dialer/core/model.js';
import { contact, Harness } from './harness.js';

const trunk = (name: string, over: Partial<Trunk> = {}): Trunk => ({
  name,
  switchId: 'fs',
  dialString: `sofia/gateway/${name}/{number}`,
  maximumChannels: 500,
  callsPerSecond: 500,
  ...over,
});
const contacts = Array.from({ length: 1200 }, (_, i) => contact(i));
const byRatio = { pacing: { method: 'ratio', ratio: 2, targetAbandonRatio: 0.03 } } as const;

/** Ends calls as they come; returns how many went to each trunk. */
function carry(h: Harness, seconds: number, fails: (trunk: string) => boolean): Record<string, number> {
  const counts: Record<string, number> = {};
  let done = h.all('originate').length;
  for (let i = 0; i < seconds * 4; i++) {
    h.pass(250);
    const calls = h.all('originate');
    for (; done < calls.length; done++) {
      const { channelId, trunk: name } = calls[done] as { channelId: string; trunk: string };
      counts[name] = (counts[name] ?? 0) + 1;
      if (fails(name)) h.end(channelId, 'NORMAL_CIRCUIT_CONGESTION', { progressed: false });
      else {
        h.ring(channelId);
        h.end(channelId, 'NO_ANSWER');
      }
    }
  }
  return counts;
}
const trunkView = (h: Harness, name: string) => h.core.view(h.now).trunks.find((each) => each.name === name);

t.test('calls are dealt out by the weights of the trunks', async (t) => {
  const h = new Harness({
    agents: 10,
    contacts,
    settings: byRatio,
    trunks: [trunk('cheap', { weight: 3 }), trunk('dear', { weight: 1 })],
  });
  h.command('start');
  const { cheap = 0, dear = 0 } = carry(h, 8, () => false);
  t.ok(cheap + dear > 200, `${cheap + dear} calls`);
  t.ok(Math.abs(cheap - 3 * dear) <= 4, `${cheap} and ${dear}`);
});

t.test('a trunk at its limit leaves its turns to the others', async (t) => {
  const h = new Harness({
    agents: 10,
    contacts,
    settings: byRatio,
    trunks: [trunk('cheap', { weight: 9, maximumChannels: 2 }), trunk('dear', { weight: 1 })],
  });
  h.command('start');
  h.pass(2_000);
  const calls = h.all('originate').map(({ trunk: name }) => name);
  t.equal(calls.filter((name) => name === 'cheap').length, 2);
  t.equal(calls.length, 20, 'every line is placed');
});

t.test('a trunk that fails some of its calls is given fewer, and is called degraded', async (t) => {
  const h = new Harness({
    agents: 10,
    contacts,
    settings: byRatio,
    trunks: [trunk('good', { weight: 1 }), trunk('bad', { weight: 1 })],
  });
  h.command('start');
  let n = 0;
  const fails = (name: string): boolean => name === 'bad' && n++ % 2 === 0;
  carry(h, 6, fails);
  const { good = 0, bad = 0 } = carry(h, 6, fails);
  t.ok(good > 2 * bad && bad > 0, `${good} and ${bad}`);
  t.match(trunkView(h, 'bad'), { degraded: true, onProbation: false });
  t.ok((trunkView(h, 'bad')?.failedShare ?? 0) > 0.3);
  t.match(trunkView(h, 'good'), { degraded: false, failedShare: 0 });
});

t.test('a trunk whose network answers late is given fewer calls', async (t) => {
  const h = new Harness({
    agents: 10,
    contacts,
    settings: byRatio,
    trunks: [trunk('quick', { weight: 1 }), trunk('late', { weight: 1, postDialDelaySeconds: 4 })],
  });
  h.command('start');
  const due: { channelId: string; at: number }[] = [];
  let done = 0;
  const count = { quick: 0, late: 0 };
  for (let i = 0; i < 400; i++) {
    h.pass(250);
    const calls = h.all('originate');
    for (; done < calls.length; done++) {
      const { channelId, trunk: name } = calls[done] as { channelId: string; trunk: 'quick' | 'late' };
      count[name]++;
      due.push({ channelId, at: h.now + (name === 'late' ? 6_000 : 500) });
    }
    for (const call of due.filter(({ at }) => at <= h.now)) {
      h.ring(call.channelId);
      h.end(call.channelId, 'NO_ANSWER');
      due.splice(due.indexOf(call), 1);
    }
  }
  t.ok(count.late >= 20, 'enough to know its delay');
  t.ok(count.quick > 3 * count.late, `${count.quick} and ${count.late}`);
  t.match(trunkView(h, 'late'), { degraded: true });
  t.ok((trunkView(h, 'late')?.postDialDelay ?? 0) > 4);
});

t.test(
  'after a rest two calls probe the trunk; the rest of the lines wait for what becomes of them',
  async (t) => {
    const h = new Harness({ agents: 10, contacts, settings: byRatio, trunks: [trunk('only')] });
    h.command('start');
    carry(h, 3, () => true);
    t.match(trunkView(h, 'only'), { onProbation: true });
    h.pass(31_000);
    const before = h.all('originate').length;
    h.pass(1_000);
    t.equal(h.all('originate').length - before, 0, 'the probes of the first moment are out already');
    const out = h
      .all('originate')
      .slice(before - 2)
      .map(({ channelId }) => channelId);
    h.pass(5_000);
    t.equal(h.all('originate').length - before, 2, 'two more when nobody answered for the first');
    h.ring(out[0] as string);
    h.pass(1_000);
    t.ok(h.all('originate').length - before >= 16, 'one that rings sets it free');
    t.match(trunkView(h, 'only'), { onProbation: false });
  },
);
