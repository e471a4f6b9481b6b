/**
 * kill -9 of the real service at random moments under load, against the simulated switch over real TCP.
 * TACTUS_KILLS sets how many times (5 unless said).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openStore } from '../../dialer/store/index.js';
import type { AttemptRecord, Store } from '../../dialer/store/port.js';
import { type SimulatedSwitch, scenarioFrom, startSimulatedSwitch } from '../../sim/index.js';
import { callablePlace } from '../support/callable-numbers.js';
import { ServiceProcess } from '../support/service-process.js';

const kills = Number(process.env['TACTUS_KILLS'] ?? 5);
const agents = 30;
const contacts = 400 + kills * 400;

/** People who are quick, so that there is much to lose at every moment. */
const quick = scenarioFrom({
  people: {
    answerRate: 0.4,
    machineRate: 0.1,
    dialLatency: { kind: 'uniform', from: 0.05, to: 0.3 },
    failureDelay: { kind: 'uniform', from: 0.05, to: 0.3 },
    ring: { kind: 'uniform', from: 0.2, to: 1.5 },
    machineRing: { kind: 'uniform', from: 0.5, to: 1.5 },
    talk: { kind: 'uniform', from: 0.3, to: 2 },
    machineTalk: { kind: 'uniform', from: 0.3, to: 1 },
    ringLimitSeconds: 2,
  },
});

async function attemptsOf(store: Store): Promise<AttemptRecord[]> {
  const all: AttemptRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await store.attempts({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === undefined) return all;
  }
}

/** Waits until `done`, at most so long; the milliseconds it took. */
async function until(done: () => boolean, seconds: number, what: string): Promise<number> {
  const start = performance.now();
  while (!done()) {
    if (performance.now() - start > seconds * 1000) throw new Error(`${what}: not within ${seconds} s`);
    await pause(10);
  }
  return performance.now() - start;
}

async function prepare(service: ServiceProcess, number: (index: number) => string): Promise<void> {
  const once = { maximumAttempts: 1, delaySeconds: 3600 };
  const everyone = { tiers: ['expert', 'experienced', 'ordinary'] };
  await service.must('POST', '/v1/campaigns', {
    id: 'crash',
    name: 'Crash',
    pool: 'main',
    purpose: 'service',
    pacing: { method: 'ratio', ratio: 2 },
    stages: {
      validation: { ...everyone, contacts: 10 },
      pilot: { ...everyone, contacts: 20 },
      production: everyone,
    },
    wrapUpSeconds: 1,
    retry: {
      'no-answer': once,
      busy: once,
      machine: once,
      abandoned: once,
      failed: once,
      rejected: once,
      short: once,
    },
    maximumAttempts: 1,
  });
  for (let from = 0; from < contacts; from += 500) {
    const size = Math.min(500, contacts - from);
    await service.must(
      'POST',
      '/v1/campaigns/crash/contacts',
      Array.from({ length: size }, (_, i) => ({
        externalId: `x${from + i}`,
        name: `Person ${from + i}`,
        numbers: [number(from + i)],
        consent: 'granted',
      })),
    );
  }
  for (let i = 0; i < agents; i++)
    await service.must('POST', `/v1/agents/a${i}/login`, {
      name: `Agent ${i}`,
      pool: 'main',
      team: 'one',
      tier: 'expert',
      endpoint: `sofia/gateway/desk/tagent-${i}`,
      ready: true,
    });
}

/** What must hold between the attempts in the store and the calls that the switch saw. */
function compareBooks(
  t: Test,
  attempts: readonly AttemptRecord[],
  line: SimulatedSwitch,
  number: (index: number) => string,
): void {
  const charged = new Map<string, number>();
  const unknown = new Set<string>();
  let open = 0;
  let calls = 0;
  for (const { number: called, result } of attempts) {
    if (result === undefined) open++;
    else if (result.charged) charged.set(called, (charged.get(called) ?? 0) + 1);
    if (result?.outcome === 'unknown') unknown.add(called);
  }
  t.equal(open, 0, 'every attempt has its one result');
  t.equal(line.counts().numbersCalledTwiceAtOnce, 0);
  const twice: string[] = [];
  const unbooked: string[] = [];
  const invented: string[] = [];
  for (let i = 0; i < contacts; i++) {
    const called = number(i);
    // Trunks dial the digits without the plus sign.
    const { made } = line.callsTo(called.slice(1));
    calls += made;
    const booked = charged.get(called) ?? 0;
    if (made > 1) twice.push(called);
    if (made > booked) unbooked.push(called);
    // An attempt that no call belongs to can only be one that nobody can know about.
    if (booked > made && !unknown.has(called)) invented.push(called);
  }
  t.ok(calls > agents, 'the switch saw the calls that are compared');
  t.same(twice, [], 'no number is called twice');
  t.same(unbooked, [], 'no call is lost from the books');
  t.same(invented, [], 'no call is in the books that was not made');
}

const timeout = (60 + kills * 30) * 1000;
t.setTimeout(timeout);

t.test(
  'kill -9 under load loses no attempt, doubles none, and leaves nothing on the switch',
  { timeout },
  async (t) => {
    const { number } = callablePlace();
    const line = await startSimulatedSwitch({ scenario: quick, seed: 'crash', cps: 1000, maxSessions: 5000 });
    const data = await mkdtemp(join(tmpdir(), 'tactus-crash-'));
    const flags = [
      '--switch',
      `${line.url}?gateway=pstn&channels=2000&cps=500`,
      '--log-level',
      'info',
      '--drain',
      '3',
    ];
    const resumed: number[] = [];
    let random = 12_345;
    const draw = (): number => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
      return random / 0x7fffffff;
    };
    let service: ServiceProcess | undefined;
    try {
      service = await ServiceProcess.start(data, flags);
      await prepare(service, number);
      await service.must('POST', '/v1/campaigns/crash/start', { reason: 'crash test' });
      // A stage's end waits for its last call, so only in production is there always somebody to dial next.
      for (let stage = ''; stage !== 'production'; await pause(100))
        stage = String((await service.must('GET', '/v1/campaigns/crash'))['stage']);
      for (let kill = 0; kill < kills; kill++) {
        await pause(300 + draw() * 2500);
        await service.kill();
        const before = line.counts().originated;
        const from = performance.now();
        service = await ServiceProcess.start(data, flags);
        await until(() => line.counts().originated > before, 60, `dialling again after kill ${kill + 1}`);
        resumed.push(performance.now() - from);
        if (performance.now() - from > 5_000) t.comment(`slow restart: ${service.output.join(' | ')}`);
      }
      await pause(1000);
      t.equal(await service.stop(), 0, service.output.slice(-3).join('\n'));
      await until(() => line.channels().length === 0, 60, 'an empty switch');
      const store = await openStore(`sqlite:${join(data, 'tactus.db')}`);
      try {
        const attempts = await attemptsOf(store);
        compareBooks(t, attempts, line, number);
        const lost = attempts.filter((a) => a.result?.outcome === 'unknown').length;
        resumed.sort((a, b) => a - b);
        const seconds = (share: number): string =>
          ((resumed[Math.min(resumed.length - 1, Math.floor(share * resumed.length))] ?? 0) / 1000).toFixed(
            2,
          );
        t.comment(
          `${kills} kills, ${attempts.length} attempts, ${lost} unknown; dialling again after ${seconds(0.5)} s (median), ${seconds(1)} s (longest)`,
        );
      } finally {
        await store.close();
      }
    } finally {
      await service?.kill();
      await line.stop();
      await rm(data, { recursive: true, force: true });
    }
  },
);
