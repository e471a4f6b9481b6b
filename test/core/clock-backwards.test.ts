/** A clock that jumps back must not open the gate: what lies in the future counts against the call. */
import t from 'tap';
import { createGate, type Facts } from '../../compliance/index.js';
import { systemClock } from '../../dialer/clock.js';
import { createCore } from '../../dialer/core/core.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { contact, Harness, noon, settings } from './harness.js';

const HOUR = 3_600_000;

t.test('the wall clock is set back under a running service: its own time goes on', async (t) => {
  const wall = Date.now;
  t.teardown(() => {
    Date.now = wall;
  });
  const clock = systemClock();
  const before = clock.now();
  Date.now = () => wall() - HOUR;
  t.ok(clock.now() >= before);
  t.ok(clock.now() < before + HOUR);
});

t.test('a service that starts on a clock behind its last event begins where that was', async (t) => {
  t.ok(systemClock({ notBefore: Date.now() + HOUR }).now() >= Date.now() + HOUR - 1_000);
});

t.test('the core refuses an earlier instant by name, and does nothing on it', async (t) => {
  const h = new Harness({ agents: 1, contacts: [contact(1)] });
  const originated = h.all('originate').length;
  t.throws(() => h.core.step({ type: 'tick' }, noon - 1), /time runs backwards: \d+ after \d+/);
  t.equal(h.all('originate').length, originated);
  t.throws(() => createCore().step({ type: 'tick' }, noon), /the first input of a run is boot/);
});

t.test('attempts, lists and consent from the future forbid the call', async (t) => {
  const gate = createGate({ maxAttemptsPerDay: 1, registries: 'required' });
  const request = { number: '+12125550123', campaignId: 'c', purpose: 'sales', ringSeconds: 25 } as const;
  const list = { id: 'us-national', version: '1' };
  const facts: Facts = {
    dnc: { internal: false, campaign: false, checked: [{ ...list, obtainedAt: noon }] },
    consent: { state: 'none' },
    attempts: { at: [] },
  };
  const rules = (more: Partial<Facts>, mode: 'predictive' | 'prerecorded' = 'predictive') =>
    gate.decide({ ...request, mode }, { ...facts, ...more }, noon).reasons.map(({ rule }) => rule);
  t.same(rules({}), []);
  t.same(rules({ attempts: { at: [noon + HOUR] } }), ['frequency_cap']);
  t.same(rules({ dnc: { ...facts.dnc, checked: [{ ...list, obtainedAt: noon + HOUR }] } }), ['list_stale']);
  const written = { state: 'granted', level: 'written' } as const;
  t.same(rules({ consent: { ...written, at: noon - HOUR } }, 'prerecorded'), []);
  t.same(rules({ consent: { ...written, at: noon + HOUR } }, 'prerecorded'), ['consent']);
});

t.test('after a restart on an earlier clock the attempts of the later one still fill the cap', async (t) => {
  const callsAfter = (attemptsPerDay: number): number => {
    const store = new MemoryStoreCore();
    const late = new Harness({ store, startAt: noon + HOUR });
    late.up([]);
    late.input({ type: 'campaign-save', requestId: 'r', settings: settings({ attemptsPerDay }) });
    store.addContacts('c1', [contact(1)], late.now);
    late.logIn('a1');
    late.command('start');
    late.pass(500);
    late.end(late.last('originate').channelId, 'USER_BUSY');

    const early = new Harness({ store, startAt: noon });
    early.up([]);
    early.logIn('a2');
    early.pass(2 * HOUR);
    return early.all('originate').length;
  };
  t.equal(callsAfter(1), 0);
  t.equal(callsAfter(2), 1, 'with a larger cap the retry is made');
});
