/**
 * The running service against the simulated switch over real TCP: a campaign that dials far too many lines overdraws its
 * allowance of abandoned calls, goes on with one line per ready agent, and still knows after a restart. That the next
 * window begins at nothing is shown in `test/core/abandon-ledger.test.ts`, where time is virtual.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { scenarioFrom, startSimulatedSwitch } from '../../sim/index.js';
import { callablePlace } from '../support/callable-numbers.js';
import { ServiceProcess } from '../support/service-process.js';

const agents = 4;
const timeout = 180_000;
t.setTimeout(timeout);

const answering = scenarioFrom({
  people: {
    answerRate: 0.7,
    machineRate: 0,
    dialLatency: { kind: 'uniform', from: 0.05, to: 0.1 },
    failureDelay: { kind: 'uniform', from: 0.05, to: 0.1 },
    ring: { kind: 'uniform', from: 0.2, to: 0.6 },
    talk: { kind: 'uniform', from: 1, to: 3 },
    ringLimitSeconds: 2,
  },
});

interface Standing {
  readonly spent: boolean;
  readonly target: number;
  readonly windows: readonly {
    readonly law: string;
    readonly answers: number;
    readonly abandoned: number;
    readonly over: boolean;
  }[];
}

async function standing(service: ServiceProcess): Promise<Standing & { inFlight: number; limit: string }> {
  const { abandon, limit } = await service.must('GET', '/v1/campaigns/limit/diagnostics');
  const { live } = await service.must('GET', '/v1/campaigns/limit');
  const { inFlight } = live as { inFlight: number };
  return { ...(abandon as Standing), inFlight, limit: String(limit) };
}

async function logIn(service: ServiceProcess): Promise<void> {
  for (let i = 0; i < agents; i++)
    await service.must('POST', `/v1/agents/a${i}/login`, {
      pool: 'main',
      tier: 'expert',
      endpoint: `sofia/gateway/desk/tagent-${i}`,
      ready: true,
    });
}

/** A law of the operator's own on every call to the country: built-in ones bind only some calls, by country and so by the hour. */
async function writeHousePack(folder: string, country: string): Promise<string> {
  const pack = {
    id: 'house',
    title: 'Abandoned calls',
    version: '1',
    asOf: '2026-01-01',
    jurisdictions: [country],
    rules: [
      {
        id: 'abandon',
        kind: 'abandon_limit',
        limit: 0.03,
        numerator: 'not_connected_in_time',
        denominator: 'live_answers',
        window: { blockDays: 30 },
        scope: 'campaign',
        connectSeconds: 2,
        connectFrom: 'answer',
        detectorErrors: 'known',
        severity: 'warn',
        source: 'house rule',
        confidence: 'primary',
      },
    ],
  };
  await writeFile(join(folder, 'house.json'), JSON.stringify({ packs: [pack] }));
  const config = join(folder, 'tactus.yaml');
  await writeFile(config, 'compliance:\n  packs: [house.json]\n');
  return config;
}

t.test('a campaign over its limit goes on with one line per ready agent', { timeout }, async (t) => {
  // The British pack stops a campaign at its limit; this one is to go on.
  const { country, number } = callablePlace(Date.now(), ['GB']);
  const line = await startSimulatedSwitch({
    scenario: answering,
    seed: 'limit',
    cps: 1000,
    maxSessions: 1000,
  });
  const data = await mkdtemp(join(tmpdir(), 'tactus-limit-'));
  const config = await writeHousePack(data, country);
  const flags = ['--config', config, '--switch', `${line.url}?gateway=pstn&channels=500&cps=500`];
  flags.push('--drain', '3');
  let service: ServiceProcess | undefined;
  try {
    service = await ServiceProcess.start(data, flags);
    const everyone = { tiers: ['expert'], contacts: 1 };
    await service.must('POST', '/v1/campaigns', {
      id: 'limit',
      name: 'Limit',
      pool: 'main',
      purpose: 'service',
      pacing: { method: 'ratio', ratio: 8, targetAbandonRatio: 0.03 },
      stages: { validation: everyone, pilot: everyone },
      wrapUpSeconds: 0,
      maximumAttempts: 1,
    });
    for (let from = 0; from < 2000; from += 500)
      await service.must(
        'POST',
        '/v1/campaigns/limit/contacts',
        Array.from({ length: 500 }, (_, i) => ({
          externalId: `x${from + i}`,
          numbers: [number(from + i)],
          consent: 'granted',
        })),
      );
    await logIn(service);
    await service.must('POST', '/v1/campaigns/limit/start', { reason: 'limit test' });

    let now = await standing(service);
    for (let tries = 0; tries < 300 && !now.spent; tries++) {
      await pause(100);
      now = await standing(service);
    }
    t.ok(now.spent, 'eight lines for each agent use the allowance up');
    // Calls that were out by then come to their ends.
    await pause(6_000);
    const before = await standing(service);
    const since = new Date().toISOString();
    t.equal(before.spent, true);
    t.ok(before.target < 0.01, `aims at ${before.target}`);
    let most = 0;
    for (let look = 0; look < 60; look++) {
      await pause(100);
      most = Math.max(most, (await standing(service)).inFlight);
    }
    const after = await standing(service);
    t.ok(most <= agents, `${most} lines were out for ${agents} agents`);
    const [first, last] = [before.windows[0], after.windows[0]];
    t.ok((last?.answers ?? 0) >= (first?.answers ?? 0) + 5, 'the campaign goes on');
    // Those who were abandoned before may still be listening to the message, and are counted at its end.
    const { items } = await service.must('GET', '/v1/attempts?campaign=limit&outcome=abandoned&limit=100');
    const late = (items as { intendedAt: string }[]).filter((each) => each.intendedAt > since);
    t.same(late, [], 'and abandons nobody');

    t.equal(await service.stop(), 0);
    service = await ServiceProcess.start(data, flags);
    const restarted = await standing(service);
    t.equal(restarted.windows[0]?.law, first?.law);
    t.ok((restarted.windows[0]?.answers ?? 0) >= (last?.answers ?? 0), 'the ledger is there after a restart');
    t.ok(restarted.spent);
    t.comment(
      `${country}: ${last?.abandoned} of ${last?.answers} answers abandoned, ${most} lines at most afterwards`,
    );
  } finally {
    await service?.kill();
    await line.stop();
    await rm(data, { recursive: true, force: true });
  }
});
