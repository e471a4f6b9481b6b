/**
 * A campaign from its first call to its halts, in the real service against the simulated switch over real TCP: the world
 * turns bad at a known time, the right KPI and segment are named, nobody is called after the halt, and the alert reaches
 * a webhook. That a fine campaign is left alone over many seeds is shown in `test/core/watch.test.ts`.
 */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { scenarioFrom, startSimulatedSwitch } from '../../sim/index.js';
import { callablePlace } from '../support/callable-numbers.js';
import { ServiceProcess } from '../support/service-process.js';
import { type Received, WebhookReceiver } from '../support/webhook-receiver.js';

const agents = 20;
const contacts = 3_000;
/** Numbers of the source `web` and of the source `shop` begin differently. */
const shopFrom = 500_000;
const timeout = 300_000;
t.setTimeout(timeout);

const fine = scenarioFrom({
  people: {
    answerRate: 0.5,
    machineRate: 0,
    dialLatency: { kind: 'uniform', from: 0.05, to: 0.1 },
    failureDelay: { kind: 'uniform', from: 0.05, to: 0.1 },
    ring: { kind: 'uniform', from: 0.2, to: 0.5 },
    talk: { kind: 'uniform', from: 0.2, to: 0.5 },
    ringLimitSeconds: 1,
  },
});

function signedBy(secret: string, { headers, body }: Received): boolean {
  const [, seconds, digest] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['tactus-signature'])) ?? [];
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex') === digest;
}

interface Halt {
  readonly at: number;
  readonly kind: string;
  readonly kpi?: string;
  readonly segment?: { readonly dimension: string; readonly value: string };
  readonly since?: number;
  readonly statistic?: number;
  readonly threshold?: number;
  readonly rectification?: object;
}

interface Progress {
  readonly status: string;
  readonly stage: string;
  readonly returnTo?: string;
  readonly gates: readonly {
    readonly stage: string;
    readonly decision: string;
    readonly extendedBy?: number;
    readonly why?: string;
  }[];
  readonly halts: readonly Halt[];
  readonly blocked: readonly { readonly dimension: string; readonly value: string }[];
  readonly watch?: object;
}

t.test('a world that turns bad halts the campaign, then a part of it', { timeout }, async (t) => {
  const { number, country } = callablePlace();
  const line = await startSimulatedSwitch({ scenario: fine, seed: 'stages', cps: 1000, maxSessions: 1000 });
  const receiver = await WebhookReceiver.start();
  const data = await mkdtemp(join(tmpdir(), 'tactus-stages-'));
  let running: ServiceProcess | undefined;
  try {
    const service = await ServiceProcess.start(data, [
      '--switch',
      `${line.url}?gateway=pstn&channels=500&cps=500`,
      '--drain',
      '2',
    ]);
    running = service;
    const { secret } = await service.must('POST', '/v1/webhooks', {
      id: 'alerts',
      url: receiver.url,
      kinds: ['halt-raised', 'gate-decided'],
    });
    const progress = async (id: string): Promise<Progress> =>
      (await service.must('GET', `/v1/campaigns/${id}/progress`)) as unknown as Progress;
    const until = async (id: string, what: string, holds: (now: Progress) => boolean): Promise<Progress> => {
      for (const end = performance.now() + 90_000; ; await pause(100)) {
        const now = await progress(id);
        if (holds(now)) return now;
        if (performance.now() > end) throw new Error(`waited in vain until ${what}: ${JSON.stringify(now)}`);
      }
    };
    const attempts = async (): Promise<number> => {
      const { counters } = await service.must('GET', '/v1/campaigns/stages');
      return (counters as { production: { attempts: number } }).production.attempts;
    };
    const alert = async (holds: (received: Received) => boolean): Promise<Received> => {
      for (let tries = 0; tries < 100; tries++, await pause(100)) {
        const found = receiver.received.find(holds);
        if (found !== undefined) return found;
      }
      throw new Error('the alert did not arrive');
    };
    /** When each call of the campaign was intended, and to which source it went. */
    const calls = async (): Promise<readonly { readonly at: number; readonly number: string }[]> => {
      const all: { at: number; number: string }[] = [];
      for (let cursor: string | undefined; ; ) {
        const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await service.must('GET', `/v1/attempts?campaign=stages&limit=500${query}`);
        for (const each of page['items'] as { intendedAt: string; number: string; outcome?: string }[])
          if (each.outcome !== 'not-dialed')
            all.push({ at: Date.parse(each.intendedAt), number: each.number });
        cursor = page['nextCursor'] as string | undefined;
        if (cursor === undefined) return all;
      }
    };

    const everyone = { tiers: ['expert'] };
    const make = async (id: string, size: number, first: number, stages: object): Promise<void> => {
      await service.must('POST', '/v1/campaigns', {
        id,
        name: id,
        pool: 'main',
        purpose: 'service',
        pacing: { method: 'progressive' },
        sourceField: 'source',
        sampling: { expected: { answerRate: 0.99, contactRate: 0.99, abandonRatio: 0.001 } },
        stages,
        watch: {
          attemptsBetweenFalseAlarms: 50_000,
          kpis: ['contact-rate'],
          segments: ['source'],
          windowMinutes: 30,
        },
        wrapUpSeconds: 0,
        maximumAttempts: 1,
      });
      for (let from = 0; from < size; from += 500)
        await service.must(
          'POST',
          `/v1/campaigns/${id}/contacts`,
          Array.from({ length: Math.min(500, size - from) }, (_, i) => first + from + i).map((i) => ({
            externalId: `x${i}`,
            numbers: [number(i % 2 === 0 ? i : shopFrom + i)],
            fields: { source: i % 2 === 0 ? 'web' : 'shop' },
            consent: 'granted',
          })),
        );
    };
    for (let i = 0; i < agents; i++)
      await service.must('POST', `/v1/agents/a${i}/login`, {
        pool: 'main',
        tier: 'expert',
        endpoint: `sofia/gateway/desk/tagent-${i}`,
        ready: true,
      });

    // -- A sample that cannot decide is extended, and says by how much.
    await make('unsure', 60, 10_000, {
      // Half of them answer, which is too few to show that at most one answer in five is abandoned.
      validation: { ...everyone, contacts: 12, gate: { maximumAbandonRatio: 0.2 } },
      pilot: everyone,
      production: everyone,
    });
    await service.must('POST', '/v1/campaigns/unsure/start', { reason: 'end to end' });
    const undecided = await until('unsure', 'the gate has decided', ({ gates }) => gates.length > 0);
    const [gate] = undecided.gates;
    t.match(gate, { stage: 'validation', decision: 'inconclusive', why: /./ });
    t.ok((gate?.extendedBy ?? 0) > 0, `extended by ${gate?.extendedBy}: ${gate?.why}`);
    const decided = await alert(({ json }) => json.event.kind === 'gate-decided');
    t.match(decided.json.event, { decision: 'inconclusive', extendedBy: gate?.extendedBy ?? 0 });
    await service.must('POST', '/v1/campaigns/unsure/stop', { reason: 'seen enough' });

    // -- A campaign that is fine goes through its stages untouched.
    await make('stages', contacts, 0, {
      validation: { ...everyone, contacts: 10 },
      pilot: { ...everyone, contacts: 120, gate: { minimumContactRate: 0.2 } },
      production: everyone,
    });
    await service.must('POST', '/v1/campaigns/stages/start', { reason: 'end to end' });
    await until(
      'stages',
      'it is watched',
      ({ stage, watch }) => stage === 'production' && watch !== undefined,
    );
    const calm = await attempts();
    while ((await attempts()) < calm + 60) await pause(100);
    const untouched = await progress('stages');
    t.same([untouched.status, untouched.halts, untouched.blocked], ['running', [], []]);
    t.match(
      untouched.gates.map(({ stage, decision }) => [stage, decision]),
      [
        ['validation', 'pass'],
        ['pilot', 'pass'],
      ],
    );

    // -- The world turns bad: the whole campaign is halted.
    const turned = Date.now();
    line.control.changePeople({ answerRate: 0.04 });
    const halted = await until('stages', 'it is halted', ({ status }) => status === 'halted');
    const halt = halted.halts.at(-1) as Halt;
    t.match(halt, { kind: 'kpi', kpi: 'contact-rate', segment: undefined, rectification: undefined });
    t.ok((halt.statistic ?? 0) > (halt.threshold ?? Number.POSITIVE_INFINITY));
    t.ok(halt.at > turned);
    t.ok(Math.abs((halt.since ?? 0) - turned) < 15_000, 'the likely time of the change is near the true one');
    const told = await alert(({ json }) => json.event.kind === 'halt-raised');
    t.match(told.json.event, { campaignId: 'stages', cause: 'kpi', kpi: 'contact-rate', dimension: '' });
    t.equal(signedBy(String(secret), told), true, 'the alert is signed');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    t.match(metrics, /dialer_halts_total\{kpi="contact-rate"\} 1\n/);
    const placed = line.counts().originated;
    await pause(1_500);
    t.equal(line.counts().originated, placed, 'the switch is given no call any more');
    t.same(
      (await calls()).filter(({ at }) => at > halt.at),
      [],
      'no call is originated after the halt',
    );

    // -- It goes on only with what was put right, and what touched the script is validated first.
    const refused = await service.request('POST', '/v1/campaigns/stages/resume', {});
    t.match(refused, { status: 409, body: { detail: /put right|rectif/ } });
    line.control.changePeople({ answerRate: 0.5 });
    const resume = { reason: 'the greeting says who calls', touched: ['script'] };
    await service.must('POST', '/v1/campaigns/stages/resume', resume);
    const resumed = await progress('stages');
    t.equal(resumed.stage, 'validation');
    t.match(resumed.halts.at(-1)?.rectification, { text: resume.reason, touched: ['script'] });
    await until(
      'stages',
      'it is back in production',
      ({ stage, status, watch }) => stage === 'production' && status === 'running' && watch !== undefined,
    );

    // -- One source turns bad: only that one is halted.
    const before = await attempts();
    while ((await attempts()) < before + 30) await pause(100);
    line.control.changePeople({ answerRate: 0.01 }, number(0).slice(1, -5));
    const partly = await until('stages', 'the source is halted', ({ blocked }) => blocked.length > 0);
    t.equal(partly.status, 'running');
    t.match(partly.blocked, [{ dimension: 'source', value: 'web' }]);
    const local = partly.halts.at(-1) as Halt;
    t.match(local, { kpi: 'contact-rate', segment: { dimension: 'source', value: 'web' } });
    await alert(({ json }) => json.event['dimension'] === 'source' && json.event['value'] === 'web');
    const after = async () => (await calls()).filter(({ at }) => at > local.at);
    let later = await after();
    for (let tries = 0; later.length < 20 && tries < 60; tries++, later = await after()) await pause(500);
    const { status, reason } = await service.must('GET', '/v1/campaigns/stages');
    t.ok(later.length >= 20, `the rest goes on: ${later.length} calls, ${status} ${reason}`);
    const web = number(0).slice(0, -5);
    t.same(
      later.filter((call) => call.number.startsWith(web)),
      [],
      'and nobody of the source is called any more',
    );
    t.equal(await service.stop(), 0);
  } finally {
    await running?.kill();
    await line.stop();
    await receiver.close();
    await rm(data, { recursive: true, force: true });
    t.comment(country);
  }
});
