/** What agents and supervisors do with calls, over HTTP: hold, mute, keys, transfers, consultations, listening, recordings. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { type Harness, startHarness, until } from './harness.js';

async function started(t: Test, options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const h = await startHarness(options);
  t.teardown(() => h.close());
  return h;
}

/** An agent who talks. */
async function talking(h: Harness, id: string, campaign: object = {}, areaCode = '212') {
  const made = await h.send('POST', '/v1/campaigns', {
    id,
    name: id,
    pool: id,
    stages: { validation: { contacts: 1, tiers: ['expert'] } },
    ...campaign,
  });
  if (made.status !== 201) throw new Error(made.text);
  const number = `+1${areaCode}555${String(1000 + h.telephony.originated.length)}`;
  await h.send('POST', `/v1/campaigns/${id}/contacts`, [{ numbers: [number], timeZone: 'America/New_York' }]);
  const login = { pool: id, tier: 'expert', endpoint: 'user/1', ready: true };
  await h.send('POST', `/v1/agents/${id}/login`, login);
  await h.send('POST', `/v1/campaigns/${id}/start`, {});
  const agent = async () => (await h.send('GET', `/v1/agents/${id}`)).body;
  await until(async () => (await agent()).state === 'talking', 'the call stands');
  const { attemptId } = await agent();
  const post = (what: string, body?: object) => h.send('POST', `/v1/agents/${id}/call/${what}`, body);
  const mode = async (wanted: string) =>
    until(async () => {
      const { call } = await agent();
      return call?.mode === wanted && !call.changing;
    }, `the call is ${wanted}`);
  return { attemptId, agent, post, mode };
}

t.test('hold, mute and keys', async (t) => {
  const h = await started(t);
  const { agent, post, mode, attemptId } = await talking(h, 'hold', { holdMusic: 'local_stream://moh' });
  t.match((await agent()).call, { mode: 'talking', muted: false, changing: false, monitors: [] });
  t.match((await post('hold', { on: true })).body.call, { mode: 'held' });
  t.match(h.telephony.controls.at(-1), { type: 'hold', channelId: attemptId, music: 'local_stream://moh' });
  t.match(
    await post('dtmf', { digits: '1' }),
    { status: 409, body: { code: 'conflict' } },
    'nobody would hear them',
  );
  t.equal((await post('hold', { on: false })).status, 200);
  await mode('talking');
  t.match((await post('mute', { on: true })).body.call, { muted: true });
  t.match(h.telephony.controls.at(-1), { type: 'mute', on: true });
  t.equal((await post('dtmf', { digits: '12#' })).status, 200);
  t.match(h.telephony.controls.at(-1), { type: 'send-digits', channelId: attemptId, digits: '12#' });
  t.equal((await post('dtmf', { digits: '12x' })).status, 400);
  await h.send('POST', '/v1/agents/hold/hangup');
  await until(async () => (await agent()).state === 'wrap-up', 'the call ended');
  t.match(h.telephony.controls.at(-1), { type: 'mute', on: false }, 'the leg is not mute in the next call');
  t.match(await post('hold', { on: true }), { status: 409 });
  t.match((await h.send('POST', '/v1/agents/nobody/call/mute', { on: true })).body, {
    code: 'agent_not_found',
  });
});

t.test('a consultation, three-way, and the customer left with the other party', async (t) => {
  const h = await started(t);
  const { agent, post, mode, attemptId } = await talking(h, 'consult', {
    destinations: [{ name: 'Second level', to: 'user/2000' }],
  });
  t.match(await post('consult', { to: '+12125550123' }), { status: 400 }, 'only where the campaign allows');
  t.match(await post('consult/complete'), { status: 409 });
  t.equal((await post('consult', { to: 'Second level' })).status, 200);
  await until(async () => (await agent()).call?.consult?.state === 'connected', 'the party talks');
  t.match((await agent()).call, { mode: 'consulting', consult: { to: 'Second level' } });
  t.equal((await post('conference')).status, 200);
  await mode('three-way');
  t.match(h.telephony.controls.at(-1), { type: 'three-way', targetId: attemptId });
  t.equal((await post('consult/complete')).status, 200);
  await until(async () => (await agent()).state === 'wrap-up', 'the agent is out of the call');
  t.match((await h.send('GET', `/v1/attempts/${attemptId}`)).body.result, {
    outcome: 'connected',
    cause: 'transferred',
  });
});

t.test('a consultation that is cancelled, and a transfer at once', async (t) => {
  const h = await started(t);
  const { agent, post, mode, attemptId } = await talking(h, 'transfer');
  await post('consult', { to: 'user/2' });
  await until(async () => (await agent()).call?.consult?.state === 'connected', 'the party talks');
  t.equal((await post('consult/cancel')).status, 200);
  await mode('talking');
  t.equal((await post('transfer', { to: '+12125550188' })).status, 200);
  t.match(h.telephony.controls.at(-1), {
    type: 'hand-over',
    channelId: attemptId,
    destination: { number: '+12125550188' },
  });
  await until(async () => (await agent()).state === 'wrap-up', 'the agent wraps up');
  t.match(await h.send('GET', '/metrics'), { text: /dialer_call_changes_total\{change="transferred"\} 1/ });
});

t.test('while all dialling is stopped agents consult nobody and transfer to nobody outside', async (t) => {
  const h = await started(t);
  const { agent, post, mode } = await talking(h, 'stopped');
  await h.send('POST', '/v1/emergency-stop', { reason: 'wrong list' });
  const before = h.telephony.controls.length;
  const refused = { status: 409, body: { detail: /all dialling is stopped \(emergency stop\): wrong list/ } };
  t.match(await post('consult', { to: 'user/2' }), refused);
  t.match(await post('transfer', { to: '+12125550188' }), refused);
  const contact = { campaign: 'stopped', number: '+12125551099' };
  t.equal((await h.send('POST', '/v1/agents/stopped/dial', contact)).status, 409);
  t.equal(h.telephony.controls.length, before, 'nothing was asked of the switch');
  t.equal((await post('hold', { on: true })).status, 200, 'the call goes on');
  await mode('held');
  t.equal((await agent()).state, 'talking');
  await h.send('DELETE', '/v1/emergency-stop');
  t.equal((await post('consult', { to: 'user/2' })).status, 200, 'lifted');
});

t.test('a supervisor listens, whispers and leaves', async (t) => {
  const h = await started(t);
  const { agent, attemptId } = await talking(h, 'monitor');
  const path = `/v1/attempts/${attemptId}/monitor`;
  t.equal((await h.send('DELETE', path)).status, 409, 'nobody listens');
  t.match(await h.send('POST', path, { mode: 'listen', endpoint: 'user/9' }), { status: 200 });
  await until(async () => (await agent()).call?.monitors.length === 1, 'on the call');
  t.match(h.telephony.controls.at(-1), { type: 'eavesdrop', targetId: attemptId, mode: 'listen' });
  await h.send('POST', path, { mode: 'whisper', endpoint: 'user/9' });
  t.match(h.telephony.controls.at(-1), { type: 'eavesdrop', mode: 'whisper' });
  t.equal((await h.send('DELETE', path)).status, 204);
  await until(async () => (await agent()).call?.monitors.length === 0, 'off the call');
  t.match(await h.send('POST', '/v1/attempts/nothing/monitor', { mode: 'listen', endpoint: 'user/9' }), {
    status: 409,
  });
});

t.test('recordings: by policy, on demand, and to be heard', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tactus-recordings-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const h = await started(t, { recordingsDirectory: directory });
  const { agent, post, attemptId } = await talking(h, 'recorded', {
    recording: { policy: 'all', announcement: 'this-call.wav', path: '{agent}/{attempt}.wav' },
  });
  const path = `recorded/recorded/${attemptId}.wav`;
  t.match(h.telephony.controls, [
    { type: 'record', channelId: attemptId, on: true, path, announcement: 'this-call.wav' },
  ]);
  t.match((await agent()).call, { recording: true });
  t.equal((await post('recording', { on: false })).status, 409, 'the policy is not the agent’s to change');
  const address = `/v1/attempts/${attemptId}/recording`;
  t.match(await h.send('GET', address), { status: 404, body: { code: 'recording_not_found' } });
  await h.send('POST', '/v1/agents/recorded/hangup');
  await until(async () => (await agent()).state === 'wrap-up', 'the call ended');
  t.match(await h.send('GET', address), { status: 404 }, 'the switch has written it elsewhere');
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), 'sound');
  const heard = await h.send('GET', address);
  t.match(heard, { status: 200, text: 'sound' });
  t.equal(heard.headers.get('content-type'), 'audio/wav');
  t.match(await h.send('GET', '/v1/audit?action=recording.listen'), { status: 200 });
  const urlFor = async (token: string) =>
    (await h.as(token)('GET', `/v1/attempts/${attemptId}`)).body.result.recordingUrl;
  t.equal(await urlFor(h.tokens.supervisor), address);
  t.equal(await urlFor(h.tokens['read-only']), undefined, 'not for those who may not hear it');

  const other = await talking(h, 'asked', { recording: { policy: 'on-demand' } });
  t.match((await other.agent()).call, { recording: false });
  t.match((await other.post('recording', { on: true })).body.call, { recording: true });
  t.match((await other.post('recording', { on: false })).body.call, { recording: false });
  const never = await talking(h, 'never');
  t.equal((await never.post('recording', { on: true })).status, 409);
});

t.test('where everybody has to be told, nothing is recorded without a notice', async (t) => {
  const h = await started(t);
  const recorded = () => h.telephony.controls.filter(({ type }) => type === 'record').length;
  const silent = await talking(h, 'silent', { recording: { policy: 'all' } }, '603');
  t.match((await silent.agent()).call, { recording: false });
  t.equal(recorded(), 0);
  const { checks } = (await h.send('GET', '/v1/campaigns/silent/diagnostics')).body;
  const check = (name: string) => checks.find((each: { name: string }) => each.name === name);
  t.match(check('recording'), { ok: false, detail: /US-NH.*recording\.announcement/ });
  t.match(check('recording notice'), { ok: false, detail: /advised in US-MI/ });
  const asked = await talking(h, 'asked', { recording: { policy: 'on-demand' } }, '603');
  t.match(await asked.post('recording', { on: true }), {
    status: 409,
    body: { code: 'recording_notice_missing', detail: /us-nh/ },
  });
  t.equal(recorded(), 0);
  const told = await talking(h, 'told', { recording: { policy: 'all', announcement: 'notice.wav' } }, '603');
  t.match((await told.agent()).call, { recording: true });
  const quiet = (await h.send('GET', '/v1/campaigns/told/diagnostics')).body.checks;
  t.notOk(quiet.some(({ name }: { name: string }) => name.startsWith('recording')));
  const elsewhere = await talking(h, 'elsewhere', { recording: { policy: 'all' } });
  t.match((await elsewhere.agent()).call, { recording: true }, 'New York asks one party');
});
