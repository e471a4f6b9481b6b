/** Registries and the running engine: what is imported while it dials. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { countryOfRegistry } from '../../api/registries/registry-views.js';
import { createAuditLog } from '../../dialer/audit/index.js';
import { openDelistedContacts } from '../../dialer/dnc/delisted-contacts.js';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../../dialer/dnc/registry-importer.js';
import { RunRecorder } from '../../dialer/recording/recorder.js';
import { replayRun } from '../../dialer/recording/replay.js';
import { type Harness, startHarness, until } from './harness.js';

interface Rig extends Harness {
  readonly recording: string;
  import(version: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

async function start(t_: Test): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-registries-'));
  const catalogue = new RegistryCatalogue(join(folder, 'dnc'));
  let now = (): number => Date.parse('2026-03-02T16:00:00Z');
  const log = { info: () => undefined, warn: () => undefined };
  const importer = createRegistryImporter({
    countryOf: countryOfRegistry,
    catalogue,
    now: () => now(),
    log,
  });
  const recording = join(folder, 'run.jsonl');
  const h = await startHarness(
    {
      registries: { held: catalogue, importer, required: true },
      limits: { shortImportMilliseconds: 120_000 },
    },
    (engine) => engine,
    { recorder: new RunRecorder(recording, (error) => t_.fail(error.message)) },
  );
  now = h.clock.now;
  const delisted = openDelistedContacts({
    store: h.store,
    registries: catalogue,
    audit: createAuditLog(h.store, h.clock.now),
    contactsChanged: (campaignId) => h.engine.notify({ type: 'contacts-changed', campaignId }),
    onError: (error) => t_.fail(String(error)),
  });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await delisted.close();
    await h.close();
    await importer.close();
  };
  t_.teardown(async () => {
    stopped ??= stop();
    await stopped;
    await rm(folder, { recursive: true, force: true });
  });
  const campaign = {
    id: 'spring',
    name: 'Spring',
    pool: 'sales',
    purpose: 'sales',
    pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
    stages: { validation: { contacts: 50 } },
    callerId: '+12025550143',
  };
  t_.equal((await h.send('POST', '/v1/campaigns', campaign)).status, 201);
  const contacts = Array.from({ length: 10 }, (_, i) => ({ numbers: [`+1212555010${i}`] }));
  t_.equal((await h.send('POST', '/v1/campaigns/spring/contacts', contacts)).status, 200);
  const login = { tier: 'expert', endpoint: 'user/1000', pool: 'sales', ready: false };
  t_.equal((await h.send('POST', '/v1/agents/ada/login', login)).status, 200);
  await until(() => h.engine.agent('ada')?.state === 'paused', 'the leg is up');
  t_.equal((await h.send('POST', '/v1/campaigns/spring/start', { reason: 'go' })).status, 200);
  return {
    ...h,
    recording,
    async import(version, text) {
      const answer = await h.send('POST', `/v1/dnc/lists/us-national/versions?version=${version}`, text, {
        'content-type': 'text/plain',
      });
      t_.equal(answer.status, 201, answer.text);
    },
    async stop() {
      stopped ??= stop();
      await stopped;
    },
  };
}

const hopper = (h: Harness): number => h.engine.view().campaigns[0]?.hopper ?? 0;

t.test('a sales call without its registry is refused as list_stale, and no contact is lost', async (t) => {
  const h = await start(t);
  const stale = (): number => h.engine.view().totals.complianceChecks['list_stale']?.['deny'] ?? 0;
  await until(() => stale() >= 10, 'every lead was refused');
  await h.send('POST', '/v1/agents/ada/ready', {});
  t.same(h.telephony.originated, []);
  const { items } = (await h.send('GET', '/v1/campaigns/spring/contacts?state=done')).body;
  t.same(items, []);
});

t.test('a number that comes onto a registry while it waits in the hopper is never originated', async (t) => {
  const h = await start(t);
  await h.import('2026-03-01', '6465550100\n');
  // What was refused for want of the list is offered again after five minutes.
  h.clock.advance(301_000);
  h.engine.notify({ type: 'contacts-changed', campaignId: 'spring' });
  await until(() => hopper(h) === 10, 'the hopper is full');
  await h.import('2026-03-02', '6465550100\n2125550100\n2125550103\n2125550109\n');
  await until(() => hopper(h) === 7, 'the hopper is filled again');
  await h.send('POST', '/v1/agents/ada/ready', {});
  for (let call = 1; call <= 7; call++) {
    await until(() => h.telephony.originated.length === call, `call ${call}`);
    await until(() => h.engine.agent('ada')?.state === 'talking', 'the agent talks');
    await h.send('POST', '/v1/agents/ada/hangup', {});
    await until(() => h.engine.agent('ada')?.state === 'wrap-up', 'the call is over');
    const attempt = (await h.send('GET', '/v1/attempts?limit=1')).body.items[0];
    await h.send('POST', '/v1/agents/ada/disposition', { attemptId: attempt.id, disposition: 'sale' });
  }
  const called = [...h.telephony.originated].sort();
  t.same(
    called,
    [1, 2, 4, 5, 6, 7, 8].map((i) => `+1212555010${i}`),
  );
  const attempts = (await h.send('GET', '/v1/attempts')).body.items;
  const { body } = await h.send('GET', `/v1/attempts/${attempts[0].id}`);
  t.match(JSON.stringify(body), /"id":"us-national","version":"2026-03-02"/);
  await h.stop();
  const lines = createInterface({ input: createReadStream(h.recording) });
  const report = await replayRun(lines);
  t.equal(report.divergence, undefined);
  t.ok(report.inputs > 50);
});

t.test('a number that a file forbids while it waits in the hopper is never originated', async (t) => {
  const h = await start(t);
  await h.import('2026-03-01', '6465550100\n');
  h.clock.advance(301_000);
  h.engine.notify({ type: 'contacts-changed', campaignId: 'spring' });
  await until(() => hopper(h) === 10, 'the hopper is full');
  const other = { id: 'autumn', name: 'Autumn', pool: 'nobody', purpose: 'sales', callerId: '+12025550143' };
  const pacing = { method: 'progressive', targetAbandonRatio: 0.03 };
  t.equal((await h.send('POST', '/v1/campaigns', { ...other, pacing })).status, 201);

  // A list of another campaign, a file of consent, changes of a registry, and a list of our own.
  const csv = { 'content-type': 'text/csv' };
  const list = 'phone,consent\n+12125550101,no\n+12125550199,yes\n';
  const job = (await h.send('POST', '/v1/campaigns/autumn/contacts', list, csv)).body;
  await until(
    async () => (await h.send('GET', `/v1/imports/${job.id}`)).body.state === 'completed',
    'the list is imported',
  );
  const consent = 'number,consent,evidence\n+12125550102,refused,letter 7\n';
  t.match((await h.send('POST', '/v1/consent', consent, csv)).body, { added: 1, rejected: 0 });
  const text = { 'content-type': 'text/plain' };
  const changes = '/v1/dnc/lists/us-national/versions?version=2026-03-02&base=2026-03-01';
  t.equal((await h.send('POST', changes, '212,5550103,20260302101500,A\n', text)).status, 201);
  const own = '/v1/dnc/lists/own-blocklist/versions?version=2026-03-02&country=US';
  t.equal((await h.send('POST', own, '2125550104\n', text)).status, 201);

  const free = [0, 5, 6, 7, 8, 9];
  await h.send('POST', '/v1/agents/ada/ready', {});
  for (let call = 1; call <= free.length; call++) {
    await until(() => h.telephony.originated.length === call, `call ${call}`);
    await until(() => h.engine.agent('ada')?.state === 'talking', 'the agent talks');
    await h.send('POST', '/v1/agents/ada/hangup', {});
    await until(() => h.engine.agent('ada')?.state === 'wrap-up', 'the call is over');
    const attempt = (await h.send('GET', '/v1/attempts?limit=1')).body.items[0];
    await h.send('POST', '/v1/agents/ada/disposition', { attemptId: attempt.id, disposition: 'sale' });
  }
  t.same(
    [...h.telephony.originated].sort(),
    free.map((i) => `+1212555010${i}`),
  );
  await h.stop();
  const report = await replayRun(createInterface({ input: createReadStream(h.recording) }));
  t.equal(report.divergence, undefined);
});

t.test('contacts closed for a list or a refusal are called when a later word allows it', async (t) => {
  const h = await start(t);
  const [listed, refused] = ['+12125550103', '+12125550104'];
  const consent = (word: string) =>
    h.send('PUT', `/v1/consent/${encodeURIComponent(refused)}`, { consent: word, evidence: 'letter' });
  await h.send('POST', '/v1/dnc', { numbers: [listed], reason: 'letter' });
  await consent('refused');
  await h.import('2026-03-01', '6465550100\n');
  h.clock.advance(301_000);
  h.engine.notify({ type: 'contacts-changed', campaignId: 'spring' });
  await until(() => hopper(h) === 8, 'the hopper is full');
  const contact = async (number: string) =>
    (await h.send('GET', '/v1/campaigns/spring/contacts')).body.items.find(
      ({ numbers }: { numbers: { number: string }[] }) => numbers[0]?.number === number,
    );
  t.match(await contact(listed), { state: 'done', doneReason: 'dnc' });
  t.match(await contact(refused), { state: 'done', doneReason: 'consent' });

  t.equal((await h.send('DELETE', `/v1/dnc/${encodeURIComponent(listed)}`)).status, 204);
  await until(() => hopper(h) === 9, 'it is in the hopper');
  t.match(await contact(listed), { state: 'leased', doneReason: '' });
  await consent('granted');
  await until(() => hopper(h) === 10, 'so is the other');
  t.match(await contact(refused), { state: 'leased', doneReason: '' });
});

t.test('contacts closed for a registry are called when a later version no longer lists them', async (t) => {
  const h = await start(t);
  const [dropped, kept, asked] = ['+12125550103', '+12125550104', '+12125550105'];
  await h.send('POST', '/v1/dnc', { numbers: [asked], reason: 'letter' });
  await h.import('2026-03-01', '2125550103\n2125550104\n2125550105\n');
  h.clock.advance(301_000);
  h.engine.notify({ type: 'contacts-changed', campaignId: 'spring' });
  await until(() => hopper(h) === 7, 'the hopper is full');
  const contact = async (number: string) =>
    (await h.send('GET', '/v1/campaigns/spring/contacts')).body.items.find(
      ({ numbers }: { numbers: { number: string }[] }) => numbers[0]?.number === number,
    );
  for (const number of [dropped, kept, asked])
    t.match(await contact(number), { state: 'done', doneReason: 'dnc' }, number);

  await h.import('2026-03-02', '2125550104\n');
  await until(() => hopper(h) === 8, 'what the new version dropped is in the hopper');
  t.match(await contact(dropped), { state: 'leased', doneReason: '' });
  t.match(await contact(kept), { state: 'done', doneReason: 'dnc' }, 'still listed');
  t.match(await contact(asked), { state: 'done', doneReason: 'dnc' }, 'asked this company not to call');

  await h.send('POST', '/v1/agents/ada/ready', {});
  await until(() => h.telephony.originated.length > 0, 'a call');
  const { items } = (await h.send('GET', '/v1/audit?action=contacts.reopen')).body;
  t.equal(items.length, 1);
  t.match(items[0], { actor: { kind: 'engine' }, after: { registries: ['us-national 2026-03-02'] } });
  t.same(items[0].result, [(await contact(dropped)).id]);
  await h.stop();
  const report = await replayRun(createInterface({ input: createReadStream(h.recording) }));
  t.equal(report.divergence, undefined);
});
