/**
 * Whole campaigns on a real switch: 500 numbers over all kinds of callees with 20 agents, then one in which the link is cut, the
 * reader stalls and the switch is killed.
 *
 * The far end acts by the first digit of the called number, as in `test/telephony/freeswitch-live.ts`; besides, 1 is a person
 * who talks 10–40 s and 5 a machine that talks 20 s. The engine's clock is set to an hour at which all numbers may be called;
 * nothing else differs from the service.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { campaignDefaults } from '../../api/http/campaign-defaults.js';
import { type Clock, systemClock } from '../../dialer/clock.js';
import { DEFAULT_WATCH } from '../../dialer/core/campaign-watch.js';
import type { CampaignSettings, Outcome } from '../../dialer/core/model.js';
import type { Engine } from '../../dialer/engine.js';
import { startLiveEngine } from '../../dialer/live-engine.js';
import { openStore } from '../../dialer/store/index.js';
import type { AttemptRecord, NewContact, Store } from '../../dialer/store/port.js';
import type { Telephony, TelephonyLogEntry } from '../../dialer/telephony/port.js';
import { Relay } from './relay.js';

const killCommand = process.env['TACTUS_TEST_KILL'];
const startCommand = process.env['TACTUS_TEST_START'];
const shell = (command: string): Promise<unknown> => promisify(execFile)('bash', ['-c', command]);

/** A switch whose far end is the one of the live tests. */
export interface LiveSwitch {
  readonly host: string;
  readonly port: number;
  /** With the called number as `{national}`. */
  readonly dialString: string;
  agentEndpoint(index: number): string;
  /** The adapter, for a switch that is reached at this port of this machine. */
  makeAdapter(port: number, settings: LiveSettings): Telephony;
}

export interface LiveSettings {
  readonly switchId: string;
  readonly ownPrefix: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (entry: TelephonyLogEntry) => void;
}

let target: LiveSwitch;

/** Wednesday, 17:30 UTC: from San Francisco to Rome everybody may be called. */
const startAt = Date.UTC(2026, 10, 18, 17, 30);
const agents = 20;

/** Numbers whose national form begins with the digit of a kind of callee, and the outcomes that are right for it. */
const kinds: readonly {
  readonly digit: string;
  readonly prefix: string;
  readonly outcomes: readonly Outcome[];
}[] = [
  { digit: '0', prefix: '+390655', outcomes: ['connected', 'abandoned'] },
  { digit: '1', prefix: '+441212', outcomes: ['connected', 'abandoned'] },
  { digit: '2', prefix: '+121255', outcomes: ['no-answer'] },
  { digit: '3', prefix: '+131255', outcomes: ['busy'] },
  { digit: '4', prefix: '+141555', outcomes: ['invalid'] },
  { digit: '5', prefix: '+151255', outcomes: ['connected', 'abandoned'] },
  { digit: '6', prefix: '+164655', outcomes: ['rejected'] },
  { digit: '7', prefix: '+170255', outcomes: ['no-answer'] },
  { digit: '81', prefix: '+181655', outcomes: ['short', 'abandoned', 'connected'] },
  { digit: '8', prefix: '+185855', outcomes: ['connected', 'short', 'abandoned'] },
  { digit: '9', prefix: '+191455', outcomes: ['congestion'] },
];

function settings(id: string): CampaignSettings {
  const once = { maximumAttempts: 1, delaySeconds: 86_400 };
  const everyone = { tiers: ['expert'] } as const;
  return {
    ...campaignDefaults(),
    id,
    name: id,
    pool: 'live',
    purpose: 'service',
    pacing: { method: 'predictive', targetAbandonRatio: 0.03 },
    stages: {
      validation: { ...everyone, contacts: 20 },
      pilot: { ...everyone, contacts: 20 },
      production: everyone,
    },
    ringSeconds: 15,
    wrapUpSeconds: 1,
    safeHarbour: { message: 'tone_stream://%(1000,0,440)', optOutKey: '9' },
    callerId: '+12025550143',
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
  };
}

interface Run {
  readonly engine: Engine;
  readonly telephony: Telephony;
  readonly store: Store;
  readonly relay: Relay;
  readonly clock: ReturnType<typeof systemClock>;
}

async function withEngine(body: (run: Run) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'tactus-live-'));
  const relay = await Relay.start(target.host, target.port);
  const store = await openStore(`sqlite:${join(data, 'tactus.db')}`);
  const clock = systemClock({ notBefore: startAt });
  const offset = startAt - Date.now();
  const shifted = { now: () => Date.now() + offset, after: clock.after };
  const bootState = await store.boot(shifted.now());
  const telephony = target.makeAdapter(relay.port, {
    switchId: 'live',
    ownPrefix: bootState.installation,
    clock: shifted,
    random: Math.random,
    log: ({ level, message }) =>
      t.comment(`${new Date(shifted.now()).toISOString().slice(11, 23)} ${level}: ${message}`),
  });
  const engine = startLiveEngine({
    store,
    bootState,
    telephony,
    clock: shifted,
    log: {
      info: () => undefined,
      warn: (d, m) => t.comment(`${m} ${JSON.stringify(d)}`),
      error: (d, m) => t.comment(`${m} ${JSON.stringify(d)}`),
    },
    switches: [{ id: 'live', maximumChannels: 500, callsPerSecond: 50 }],
    trunks: [
      {
        name: 'carrier',
        switchId: 'live',
        dialString: target.dialString,
        maximumChannels: 300,
        callsPerSecond: 30,
      },
    ],
    timeZoneData: 'live',
    onFatal: (error) => t.fail(`the engine had to stop: ${error.stack}`),
  });
  try {
    await body({ engine, telephony, store, relay, clock: shifted });
  } finally {
    await engine.stop(2);
    await telephony.stop(3_000);
    await store.close();
    relay.close();
    await rm(data, { recursive: true, force: true });
  }
}

async function must(engine: Engine, request: Parameters<Engine['request']>[0]): Promise<void> {
  const reply = await engine.request(request);
  if (!reply.ok) throw new Error(`${request.type}: ${reply.message}`);
}

async function logIn(engine: Engine, index: number): Promise<void> {
  await must(engine, {
    type: 'agent-login',
    profile: {
      id: `a${index}`,
      name: `Agent ${index}`,
      pool: 'live',
      team: 'one',
      tier: 'expert',
      skills: [],
    },
    endpoint: target.agentEndpoint(index),
    switchId: '',
    ready: true,
  });
}

function contacts(count: number, chosen: typeof kinds): NewContact[] {
  return Array.from({ length: count }, (_, i) => {
    const kind = chosen[i % chosen.length] as (typeof kinds)[number];
    const tail = String(1000 + Math.floor(i / chosen.length)).padStart(5, '0');
    return {
      externalId: `x${i}`,
      name: `Callee ${kind.digit}`,
      timeZone: '',
      region: '',
      numbers: [`${kind.prefix}${tail}`],
      consent: 'granted',
      fields: {},
    };
  });
}

async function attemptsOf(store: Store, campaignId: string): Promise<AttemptRecord[]> {
  const all: AttemptRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await store.attempts({
      campaignId,
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    all.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === undefined) return all;
  }
}

function campaign(engine: Engine, id: string) {
  const view = engine.view().campaigns.find(({ record }) => record.settings.id === id);
  if (view === undefined) throw new Error(`no campaign ${id}`);
  return view;
}

async function until(
  done: () => boolean | Promise<boolean>,
  seconds: number,
  what: () => string,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what()}`);
    await pause(200);
  }
}

/** Callees of kind 0 stay on the line: their agents hang up after three seconds. */
function playAgents({ engine, store, clock }: Run): void {
  engine.subscribe((events) => {
    for (const { event } of events) {
      if (event.kind === 'attempt-connected') {
        void store.attempt(event.attemptId).then((attempt) => {
          if (attempt?.number.startsWith('+39'))
            clock.after(3_000, () => void engine.request({ type: 'agent-hangup', agentId: event.agentId }));
        });
      }
      if (event.kind === 'agent-changed' && event.state === 'offline' && event.reason !== 'service stopped')
        clock.after(3_000, () => void logIn(engine, Number(event.agentId.slice(1))).catch(() => undefined));
    }
  });
}

function tally(attempts: readonly AttemptRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { result } of attempts) {
    const key = result === undefined ? 'open' : result.outcome;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function kindOf(number: string): (typeof kinds)[number] | undefined {
  return kinds.find(({ prefix }) => number.startsWith(prefix));
}

/** One result each, one attempt a number, nothing left on the switch but the agents' legs. */
async function checkBooks(t: Test, run: Run, id: string, count: number): Promise<AttemptRecord[]> {
  const attempts = await attemptsOf(run.store, id);
  t.same(
    attempts.filter(({ result }) => result === undefined).map(({ attemptId }) => attemptId),
    [],
    'every attempt has one result',
  );
  const charged = attempts.filter(({ result }) => result?.charged === true);
  t.equal(new Set(charged.map(({ number }) => number)).size, charged.length, 'no number is called twice');
  t.equal(charged.length, count, 'every number is accounted for');
  await until(
    () => run.engine.view().switches[0]?.channels === agents,
    30,
    () => JSON.stringify(run.engine.view().switches),
  );
  t.pass("the engine counts the agents' legs alone");
  return attempts;
}

/** Runs the campaigns on a switch. */
export function liveCampaigns(live: LiveSwitch): void {
  target = live;
  t.setTimeout(1_800_000);

  t.test('500 numbers over all kinds of callees, 20 agents', { timeout: 900_000 }, async (t) => {
    await withEngine(async (run) => {
      const { engine, store } = run;
      playAgents(run);
      await must(engine, { type: 'campaign-save', settings: settings('all-kinds') });
      await store.addContacts('all-kinds', contacts(500, kinds), run.clock.now());
      for (let i = 0; i < agents; i++) await logIn(engine, i);
      await until(
        () => engine.view().agents.filter((a) => a.state === 'ready').length === agents,
        30,
        () => 'agents ready',
      );
      const legs = engine
        .view()
        .agents.map((a) => a.legId)
        .sort();
      const from = Date.now();
      await must(engine, {
        type: 'campaign-command',
        campaignId: 'all-kinds',
        command: 'start',
        by: 'test',
        reason: '',
      });
      await until(
        () => campaign(engine, 'all-kinds').record.status === 'completed',
        800,
        () => JSON.stringify(campaign(engine, 'all-kinds')),
      );
      t.comment(`completed in ${((Date.now() - from) / 1000).toFixed(0)} s`);
      const attempts = await checkBooks(t, run, 'all-kinds', 500);
      for (const { digit, prefix, outcomes } of kinds) {
        const own = attempts.filter(({ number }) => number.startsWith(prefix));
        const wrong = own.filter(({ result }) => !outcomes.includes(result?.outcome ?? 'unknown'));
        t.comment(
          `kind ${digit}: ${JSON.stringify(tally(own))}, causes ${JSON.stringify([...new Set(own.map(({ result }) => `${result?.cause} ${result?.sipStatus ?? ''}`))])}`,
        );
        t.same(
          wrong.map(({ result }) => result),
          [],
          `outcomes of callees ${digit}`,
        );
      }
      t.same(
        engine
          .view()
          .agents.map((a) => a.legId)
          .sort(),
        legs,
        "every agent's leg has survived",
      );
      t.comment(`outcomes ${JSON.stringify(tally(attempts))}`);
      const waits = [...engine.takeAnswerToAgentSeconds()].sort((a, b) => a - b);
      const at = (share: number): string =>
        `${((waits[Math.floor(share * (waits.length - 1))] ?? 0) * 1000).toFixed(0)} ms`;
      t.comment(`answer to bridge: ${waits.length} calls, median ${at(0.5)}, p99 ${at(0.99)}`);
      t.equal(engine.view().totals.orphans, 0);
      t.equal(engine.view().totals.discrepancies, 0);
    });
  });

  t.test(
    'a cut link, a stalled reader and a killed switch leave the books right',
    { timeout: 900_000 },
    async (t) => {
      await withEngine(async (run) => {
        const { engine, store, relay } = run;
        playAgents(run);
        const people = kinds.filter(({ digit }) => ['0', '1', '2', '3'].includes(digit));
        // Faults of this size are a change of every KPI: it is the books that are looked at here.
        const watch = { ...DEFAULT_WATCH, enabled: false };
        await must(engine, { type: 'campaign-save', settings: { ...settings('faults'), watch } });
        await store.addContacts('faults', contacts(400, people), run.clock.now());
        for (let i = 0; i < agents; i++) await logIn(engine, i);
        await until(
          () => engine.view().agents.filter((a) => a.state === 'ready').length === agents,
          30,
          () => 'agents ready',
        );
        await must(engine, {
          type: 'campaign-command',
          campaignId: 'faults',
          command: 'start',
          by: 'test',
          reason: '',
        });
        const ended = (): number =>
          Object.values(engine.view().totals.ended['faults'] ?? {}).reduce((a, b) => a + b, 0);
        const fault = async (name: string, act: () => Promise<void>): Promise<void> => {
          const before = engine.view().totals;
          t.comment(
            `${name}: ${ended()} ended, ${campaign(engine, 'faults').inFlight} in flight, ${campaign(engine, 'faults').talking} talking`,
          );
          await act();
          await until(
            () => engine.view().switches[0]?.connected === true,
            120,
            () => 'the link',
          );
          const from = ended();
          await until(
            () => ended() > from + 10 || campaign(engine, 'faults').record.status === 'completed',
            120,
            () => 'going on',
          );
          const after = engine.view().totals;
          t.comment(
            `after ${name}: ${JSON.stringify(after.ended['faults'])}; discrepancies ${after.discrepancies - before.discrepancies}, orphans ${after.orphans - before.orphans}`,
          );
        };
        await until(
          () => ended() >= 30,
          120,
          () => 'the first calls',
        );
        await fault('link cut for 30 s', async () => {
          relay.cut();
          await pause(30_000);
          relay.mend();
        });
        await fault('reader stalled for 20 s', async () => {
          relay.stall();
          await pause(20_000);
          relay.flow();
        });
        if (killCommand !== undefined && startCommand !== undefined) {
          await fault('switch killed and started again', async () => {
            await shell(killCommand);
            await pause(3_000);
            await shell(startCommand);
          });
        } else t.comment('TACTUS_TEST_KILL and TACTUS_TEST_START are not set: the switch was not killed');
        await until(
          () => campaign(engine, 'faults').record.status === 'completed',
          700,
          () => JSON.stringify(campaign(engine, 'faults')),
        );
        const attempts = await checkBooks(t, run, 'faults', 400);
        t.comment(`outcomes ${JSON.stringify(tally(attempts))}`);
        for (const { number, result } of attempts) {
          const kind = kindOf(number);
          const right = [...(kind?.outcomes ?? []), 'unknown', 'not-dialed', 'failed', 'congestion', 'short'];
          if (!right.includes(result?.outcome ?? 'open')) t.fail(`${number}: ${JSON.stringify(result)}`);
        }
      });
    },
  );
}
