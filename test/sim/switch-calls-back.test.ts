/**
 * People who missed a call ring the number that it showed, in the real service against the simulated switch over real
 * TCP: they are matched to the contact and reach an agent, or hear the message in which a key opts them out.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type SimulatedSwitch, scenarioFrom, startSimulatedSwitch } from '../../sim/index.js';
import { callablePlace } from '../support/callable-numbers.js';
import { ServiceProcess } from '../support/service-process.js';

const timeout = 180_000;
t.setTimeout(timeout);
const SHOWN = '+12025550143';
const { number } = callablePlace();

/** Nobody answers; whoever heard it ring calls back at once, and waits for as long as it takes. */
const missing = (optOutKeyRate: number) =>
  scenarioFrom({
    people: {
      answerRate: 0,
      machineRate: 0,
      busyRate: 0,
      invalidRate: 0,
      congestionRate: 0,
      dialLatency: { kind: 'uniform', from: 0.05, to: 0.1 },
      ringLimitSeconds: 1,
      callBackRate: 1,
      callBackDelay: { kind: 'uniform', from: 0.5, to: 1 },
      callBackWait: { kind: 'uniform', from: 3000, to: 3500 },
      talk: { kind: 'uniform', from: 3000, to: 3500 },
      optOutKeyRate,
      optOutKeyDelay: { kind: 'uniform', from: 0.5, to: 1 },
    },
  });

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 60_000; ; await pause(50)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
  }
}

/** A service with one contact, who is called and does not answer. */
async function oneMissedCall(
  t: Test,
  optOutKeyRate: number,
): Promise<{ service: ServiceProcess; line: SimulatedSwitch; contactId: string }> {
  const line = await startSimulatedSwitch({ scenario: missing(optOutKeyRate), seed: 'calls back' });
  const data = await mkdtemp(join(tmpdir(), 'tactus-calls-back-'));
  const service = await ServiceProcess.start(data, ['--switch', `${line.url}?gateway=pstn`, '--drain', '2']);
  t.teardown(async () => {
    await service.stop();
    await line.stop();
    await rm(data, { recursive: true, force: true });
  });
  await service.must('POST', '/v1/campaigns', {
    id: 'back',
    name: 'Calls back',
    pool: 'main',
    purpose: 'service',
    callerId: SHOWN,
    pacing: { method: 'progressive' },
    stages: { validation: { contacts: 10, tiers: ['expert'] } },
    inbound: { waitSeconds: 1 },
  });
  await service.must('POST', '/v1/campaigns/back/contacts', [
    { externalId: 'crm-1', name: 'Maya', numbers: [number(1)], consent: 'granted' },
  ]);
  const { items } = await service.must('GET', '/v1/contacts?campaign=back&limit=10');
  const [contact] = items as readonly { id: string }[];
  await service.must('POST', '/v1/agents/ann/login', {
    pool: 'main',
    tier: 'expert',
    endpoint: 'sofia/gateway/desk/tagent-1',
    ready: true,
  });
  await service.must('POST', '/v1/campaigns/back/start', { reason: 'end to end' });
  return { service, line, contactId: contact?.id ?? '' };
}

t.test('who calls back is known and reaches the agent of the campaign', { timeout }, async (t) => {
  const { service, line, contactId } = await oneMissedCall(t, 0);
  const taken = await until('the call back has reached Ann', async () => {
    const agent = await service.must('GET', '/v1/agents/ann');
    return agent['inbound'] as object | undefined;
  });
  t.match(taken, { campaignId: 'back', contactId });
  t.equal(line.counts().calledBack, 1);
  const caller = await until('they are in conversation', async () =>
    line.channels().find(({ agent, bridgedTo }) => !agent && bridgedTo !== ''),
  );
  t.equal(`+${caller.number}`, SHOWN, 'the number that was rung is the one that was shown');
  line.control.hangUpFarEnd(caller.uuid);
  await until('Ann is free', async () => {
    const { inbound } = await service.must('GET', '/v1/agents/ann');
    return inbound === undefined ? true : undefined;
  });
  t.equal((await service.must('GET', `/v1/dnc/${number(1)}`))['internal'], false);
});

t.test('who calls back when nobody is there hears the message and can opt out', { timeout }, async (t) => {
  const { service, line } = await oneMissedCall(t, 1);
  await until('the call is out', async () => (line.callsTo(number(1).slice(1)).made > 0 ? true : undefined));
  await service.must('POST', '/v1/agents/ann/pause', { reason: 'break' });
  await until('the key has put them on the list', async () => {
    const { internal } = await service.must('GET', `/v1/dnc/${number(1)}`);
    return internal === true ? true : undefined;
  });
  t.equal((await service.must('GET', `/v1/consent/${number(1)}`))['consent'], 'refused');
  t.equal(line.counts().calledBack, 1);
  await until('the call is over', async () =>
    line.channels().every(({ agent }) => agent) ? true : undefined,
  );
});
