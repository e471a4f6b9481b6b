/**
 * "Why is it not dialling?", asked of an engine that really is in that state. A used up allowance of abandoned calls is
 * asked about in `test/abandon/limit.test.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { countryOfRegistry } from '../../api/registries/registry-views.js';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../../dialer/dnc/registry-importer.js';
import { type Harness, startHarness, until } from './harness.js';

const PATH = '/v1/campaigns/c/diagnostics';

interface Setup {
  readonly campaign?: object;
  readonly agents?: number;
  readonly contacts?: readonly object[];
  readonly harness?: Parameters<typeof startHarness>[0];
  readonly trunk?: Parameters<typeof startHarness>[3];
}

const inNewYork = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, i) => ({
    numbers: [`+1212555${1000 + i}`],
    timeZone: 'America/New_York',
  }));

/** A campaign that runs, with agents who are ready. */
async function running(t: Test, setup: Setup = {}): Promise<Harness> {
  const h = await startHarness(setup.harness ?? {}, (engine) => engine, {}, setup.trunk ?? {});
  t.teardown(() => h.close());
  const contacts = setup.contacts ?? inNewYork(5);
  const stages = { validation: { contacts: Math.max(1, contacts.length), tiers: ['expert'] } };
  const campaign = { id: 'c', name: 'C', pool: 'p', stages, ...setup.campaign };
  const made = await h.send('POST', '/v1/campaigns', campaign);
  if (made.status !== 201) throw new Error(made.text);
  if (contacts.length > 0) {
    const imported = await h.send('POST', '/v1/campaigns/c/contacts', contacts);
    if (imported.status !== 200) throw new Error(imported.text);
  }
  for (let i = 1; i <= (setup.agents ?? 1); i++)
    await h.send('POST', `/v1/agents/a${i}/login`, {
      pool: 'p',
      tier: 'expert',
      endpoint: `user/${i}`,
      ready: true,
    });
  const started = await h.send('POST', '/v1/campaigns/c/start', {});
  if (started.status !== 200) throw new Error(started.text);
  return h;
}

const diagnosis = async (h: Harness) => (await h.send('GET', PATH)).body;

/** Waits for an answer of such a code with this limit, and returns that one: a moment later another may be true. */
async function limitedBy(h: Harness, limit: string, code: RegExp) {
  let said = await diagnosis(h);
  await until(async () => {
    said = await diagnosis(h);
    return said.limit === limit && code.test(said.code);
  }, `${limit} limits it`);
  return said;
}

/** Waits until the answer is of this code, and returns it. */
async function answer(h: Harness, code: string) {
  await until(async () => (await diagnosis(h)).code === code, `the answer is ${code}`).catch(async () => {
    const refused = (await h.store.events(0, 500)).flatMap(({ event }) =>
      event.kind === 'lead-refused' ? [event.detail] : [],
    );
    throw new Error(`not ${code}: ${JSON.stringify([refused[0], await diagnosis(h)])}`);
  });
  return diagnosis(h);
}

interface Check {
  readonly name: string;
  readonly ok: boolean;
}

function check(answered: { readonly checks: readonly Check[] }, name: string): Check {
  const found = answered.checks.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no check "${name}"`);
  return found;
}

t.test('outside the hours in which the contacts may be called', async (t) => {
  // 6 in the morning in Honolulu.
  const contacts = [{ numbers: ['+18085551234'], timeZone: 'Pacific/Honolulu' }];
  const h = await running(t, { campaign: { purpose: 'sales' }, contacts });
  const said = await answer(h, 'calling_window');
  t.match(said.sentence, /may be called at 2026-03-02T18:00:00/);
  t.match(said, { dialling: false, parameters: { at: /^2026-03-02T18:00:00/ } });
  await until(
    async () => check(await diagnosis(h), 'contacts').ok,
    'the next lease tells that there is somebody to call, later',
  );
  t.same(h.telephony.originated, []);
});

t.test('a do-not-call registry that its rules ask for is not held', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-diagnostics-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const held = new RegistryCatalogue(join(folder, 'dnc'));
  const importer = createRegistryImporter({
    countryOf: countryOfRegistry,
    catalogue: held,
    now: Date.now,
    log: { info: () => undefined, warn: () => undefined },
  });
  t.teardown(() => importer.close());
  const h = await running(t, {
    campaign: { purpose: 'sales', callerId: '+12025550143' },
    harness: { registries: { held, importer, required: true } },
  });
  const said = await answer(h, 'registry');
  t.match(said, { dialling: false, sentence: /do-not-call registry is missing or too old/ });
  t.match(said.parameters.detail, /us-national|registry/i);
  t.same(h.telephony.originated, []);
});

t.test('the calls per second of the trunk', async (t) => {
  const h = await running(t, { agents: 4, contacts: inNewYork(30), trunk: { callsPerSecond: 1 } });
  const said = await limitedBy(h, 'cps', /dialling|no_line/);
  t.match(said, { code: /dialling|no_line/, sentence: /calls per second of its trunks are used up/ });
  t.match(check(said, 'pacing'), { ok: false, parameters: { limit: 'cps' } });
});

t.test('all channels of the trunk are taken', async (t) => {
  const h = await running(t, { agents: 2, trunk: { maximumChannels: 1 } });
  const said = await limitedBy(h, 'channels', /no_line/);
  t.match(said, { code: 'no_line', sentence: /all channels of its trunks are taken/ });
  t.match(check(said, 'pacing'), { ok: false, parameters: { limit: 'channels' } });
  t.equal(h.telephony.originated.length, 1);
});

t.test('nobody of the stage is logged in', async (t) => {
  const h = await running(t);
  await h.send('POST', '/v1/agents/a1/logout');
  const said = await answer(h, 'no_agents');
  t.match(said, { sentence: 'No agent of tier expert is working in pool p.', parameters: { pool: 'p' } });
  t.match(check(said, 'agents'), { ok: false, parameters: { ready: 0, online: 0, inPool: 1 } });
});

t.test('nobody is left to call', async (t) => {
  const h = await running(t, { contacts: inNewYork(1), agents: 2 });
  await until(() => h.telephony.originated.length === 1, 'the one is called');
  await until(async () => check(await diagnosis(h), 'hopper').ok === false, 'the hopper is empty');
  t.match(await diagnosis(h), { limit: /hopper|agents/ });
});

t.test('it was halted, and why', async (t) => {
  const h = await running(t);
  await h.send('POST', '/v1/campaigns/c/halt', { reason: 'complaints about the offer' });
  const said = await answer(h, 'not_running');
  t.match(said, {
    dialling: false,
    limit: 'not-running',
    sentence: 'Halted: complaints about the offer.',
    parameters: { status: 'halted', reason: 'complaints about the offer' },
  });
  t.match(check(said, 'running'), { ok: false, code: 'running_reason' });
});

t.test('all dialling is stopped', async (t) => {
  const h = await running(t);
  await h.send('POST', '/v1/emergency-stop', { reason: 'wrong list' });
  const said = await answer(h, 'emergency_stop');
  t.match(said, { parameters: { reason: 'wrong list', by: /.+/ }, sentence: /^Emergency stop by / });
  t.match(check(said, 'emergency stop'), { ok: false, code: 'emergency_stop_set' });
});

t.test('the switch is not connected', async (t) => {
  const h = await running(t, { contacts: inNewYork(1), agents: 2 });
  await until(() => h.telephony.originated.length === 1, 'the one is called');
  await until(async () => (await h.send('GET', '/v1/agents')).text.includes('talking'), 'they talk');
  h.telephony.down('connection refused');
  const said = await answer(h, 'switch_down');
  t.match(said, {
    dialling: false,
    sentence: 'Not dialling: no switch with a trunk for it is connected (connection refused).',
  });
  t.match(check(said, 'switch'), { ok: false, parameters: { up: 0, all: 1 } });
});

t.test('outside the hours of its schedule', async (t) => {
  const schedule = { timeZone: 'America/New_York', hours: { all: ['14:00-18:00'] } };
  const h = await running(t, { campaign: { schedule } });
  const said = await answer(h, 'schedule_closed');
  t.match(said, {
    dialling: false,
    limit: 'schedule',
    parameters: { timeZone: 'America/New_York', at: '2026-03-02T19:00:00.000Z' },
  });
  t.match(check(said, 'schedule'), { ok: false, code: 'schedule_closed' });
});
