import t from 'tap';
import { scheduleAt } from '../../dialer/core/campaign-schedule.js';
import type { CampaignSchedule } from '../../dialer/core/model.js';
import { contact, Harness, noon, settings } from './harness.js';

const people = Array.from({ length: 30 }, (_, i) => contact(i));
const HOUR = 3_600_000;
/** Noon is at 12:00 in New York. */
const afternoons: CampaignSchedule = { timeZone: 'America/New_York', hours: { 'mon-fri': ['13:00-14:00'] } };
const originates = (h: Harness) => h.all('originate').length;

t.test('a schedule opens and closes by local time, also over a change of the clocks', (t) => {
  const schedule: CampaignSchedule = {
    timeZone: 'America/New_York',
    hours: { sat: ['09:00-10:00'], sun: ['09:00-10:00'], mon: ['09:00-10:00'] },
    dates: { '2026-11-02': [], '2026-11-03': ['11:00-12:00'] },
    from: '2026-10-31T12:00:00Z',
    until: '2026-11-07T13:30:00Z',
  };
  const at = (text: string) => scheduleAt(schedule, Date.parse(text));
  const closed = (until: string) => ({ open: false, ended: false, until: Date.parse(until) });
  t.match(at('2026-10-30T00:00:00Z'), closed('2026-10-31T13:00:00Z'), 'Saturday at 09:00 summer time');
  t.match(at('2026-10-31T13:30:00Z'), { open: true, until: Date.parse('2026-10-31T14:00:00Z') });
  t.match(at('2026-10-31T14:00:00Z'), closed('2026-11-01T14:00:00Z'), 'Sunday at 09:00 winter time');
  t.match(at('2026-11-01T15:00:00Z'), closed('2026-11-03T16:00:00Z'), 'the Monday is a holiday');
  t.match(at('2026-11-03T17:00:00Z'), closed('2026-11-07T13:30:00Z'), 'it ends before it opens again');
  t.match(at('2026-11-07T13:30:00Z'), { open: false, ended: true });
  t.match(scheduleAt(undefined, noon), { open: true, until: Number.POSITIVE_INFINITY });
  t.match(scheduleAt({ timeZone: 'UTC', from: '2026-01-01T00:00:00Z' }, noon), { open: true, ended: false });
  t.throws(() => scheduleAt({ timeZone: 'UTC', hours: { mon: ['9-10'] } }, noon), /hours\.mon/);
  t.throws(() => scheduleAt({ timeZone: 'UTC', dates: { '2026-02-30': [] } }, noon), /2026-02-30/);
  t.end();
});

t.test('a started campaign dials inside its hours by itself, and not outside', (t) => {
  const h = new Harness({ contacts: people, settings: { schedule: afternoons } });
  t.match(h.command('start'), { ok: true }, 'it may be started before the agents are there');
  h.logIn('a1');
  h.pass(HOUR - 1_000);
  t.equal(originates(h), 0);
  t.match(h.campaign(), {
    limit: 'schedule',
    hopper: 0,
    diagnosis:
      'Outside the hours of its schedule (America/New_York): it goes on at 2026-11-18T18:00:00.000Z.',
  });
  h.pass(2_000);
  t.ok(originates(h) > 0, 'it begins by itself');
  for (const { channelId } of h.all('originate')) h.end(channelId, 'NO_ANSWER');
  h.pass(HOUR);
  const before = originates(h);
  h.pass(HOUR);
  t.equal(originates(h), before, 'nothing leaves after the close');
  t.equal(h.campaign().record.status, 'running');
  t.equal(h.campaign().hopper, 0, 'and no lead is held');
  t.end();
});

t.test('intents that are being committed when it closes are not dialled', (t) => {
  const h = new Harness({
    contacts: people,
    settings: { schedule: afternoons },
    startAt: noon + 2 * HOUR - 5_000,
  });
  h.logIn('a1', { ready: false });
  h.command('start');
  h.pass(1_000);
  h.storeAnswers = false;
  h.input({ type: 'agent-ready', requestId: 'r', agentId: 'a1' });
  h.pass(1_000);
  const intents = h.effects.flatMap((e) => (e.type === 'commit-intents' ? e.intents : []));
  t.ok(intents.length > 0);
  h.pass(5_000);
  h.input({ type: 'intents-committed', results: h.store.commitIntents(intents, h.now) });
  t.equal(originates(h), 0);
  t.match(h.store.attempts({ limit: 10 }).items[0]?.result, {
    outcome: 'not-dialed',
    cause: 'outside schedule',
  });
  t.end();
});

t.test('at its end it is paused, and resumes when it gets a later one', (t) => {
  const until = new Date(noon + HOUR).toISOString();
  const h = new Harness({ agents: 1, contacts: people, settings: { schedule: { timeZone: 'UTC', until } } });
  t.match(h.command('start'), { ok: true });
  h.pass(HOUR + 1_000);
  t.match(h.campaign().record, {
    status: 'paused',
    reason: `its schedule ended at ${until}: give it a later end, then resume`,
  });
  t.match(h.command('resume'), { ok: false, code: 'schedule_ended' });
  const later = settings({ schedule: { timeZone: 'UTC', until: new Date(noon + 3 * HOUR).toISOString() } });
  h.input({ type: 'campaign-save', requestId: 's', settings: later });
  t.match(h.command('resume'), { ok: true });
  t.end();
});

t.test('a restart finds the schedule as it stands', (t) => {
  const h = new Harness({ contacts: people, settings: { schedule: afternoons } });
  h.command('start');
  const again = new Harness({
    store: h.store,
    startAt: noon + HOUR + 1_000,
    seed: 'fedcba9876543210fedcba9876543210',
  });
  again.up([]);
  again.logIn('a1');
  again.pass(1_000);
  t.ok(originates(again) > 0);
  t.end();
});

t.test('agents of a closed campaign work the other one of their pool', (t) => {
  const h = new Harness({ agents: 1, contacts: people, settings: { schedule: afternoons } });
  h.input({ type: 'campaign-save', requestId: 's', settings: settings({ id: 'c2' }) });
  h.store.addContacts('c2', [contact(90)], h.now);
  h.command('start');
  h.input({
    type: 'campaign-command',
    requestId: 'c',
    campaignId: 'c2',
    command: 'start',
    by: 't',
    reason: '',
  });
  h.pass(10_000);
  t.same(
    h.all('originate').map(({ campaignId }) => campaignId),
    ['c2'],
  );
  t.end();
});
