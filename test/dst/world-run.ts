/** One run of a world under faults, with every invariant checked on the way and at the end. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../../dialer/core/core.js';
import type { Effect } from '../../dialer/core/effects.js';
import type { Input } from '../../dialer/core/inputs.js';
import type { State } from '../../dialer/core/state.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import { startOf } from '../../sim/scenario-reader.js';
import { VirtualRun } from '../../sim/virtual/virtual-run.js';
import { checkBookkeeping } from '../core/bookkeeping.js';
import { Checker, violated } from './checker.js';
import { ALONE, differences } from './differences.js';
import type { DiskStore } from './disk-store.js';
import type { EngineParts } from './engine-parts.js';
import { checkEnd, checkNothingWaits, type Waiting, waitingContacts } from './rest-checks.js';
import { RunHash } from './run-hash.js';
import { sameJson } from './same-json.js';
import type { SeedWorld } from './seed-scenario.js';

export interface RunReport {
  /** Calls that left a switch. */
  readonly calls: number;
  /** Steps of the core. */
  readonly steps: number;
  readonly digest: string;
}

export interface WorldRunOptions {
  readonly parts: EngineParts;
  readonly world: SeedWorld;
  readonly seed: string;
  /** Without them the run is only repeated, for its digest. */
  readonly checks: boolean;
  /** A8: a second core takes every input as a recording keeps it, and has to do the same. */
  readonly twin: boolean;
}

/** The whole of the core's books is looked at once in so many steps. */
const STEPS_PER_AUDIT = 256;
const ALL = 1_000_000;
const WATCH = 5_000;
const ORPHAN = 60_000;
/** Steps of one instant that are more than any work. */
const SPIN = 20_000;

export function runWorld(options: WorldRunOptions): RunReport {
  const folder = options.world.store === 'disk' ? mkdtempSync(join(tmpdir(), 'tactus-dst-')) : '';
  let disk: DiskStore | undefined;
  let run: WorldRun | undefined;
  try {
    if (folder !== '') disk = options.parts.diskStore(folder);
    run = new WorldRun(options, disk);
    return run.run();
  } catch (error) {
    throw Object.assign(error as Error, { calls: run?.calls ?? 0 });
  } finally {
    disk?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  }
}

class WorldRun {
  readonly #options: WorldRunOptions;
  readonly #checker: Checker | undefined;
  readonly #hash = new RunHash();
  readonly #run: VirtualRun;
  readonly #startAt: number;
  #state: State;
  #twin: Core | undefined;
  #steps = 0;
  #stepsNow = 0;
  #stepNow = 0;
  /** Since when the engine's picture differs from the switches' truth. */
  readonly #differing = new Map<string, number>();

  constructor(options: WorldRunOptions, disk: DiskStore | undefined) {
    this.#options = options;
    const { parts, world, seed } = options;
    const { scenario } = world;
    const checker = options.checks ? new Checker(scenario) : undefined;
    this.#checker = checker;
    this.#startAt = startOf(scenario);
    this.#state = parts.makeState();
    const store: StoreOperations = disk?.operations ?? parts.memoryStore();
    this.#run = new VirtualRun({
      scenario,
      seed,
      startAt: this.#startAt,
      store,
      ...(disk === undefined ? {} : { reopen: (torn: boolean) => disk.reopen(torn) }),
      makeCore: () => {
        this.#state = parts.makeState();
        if (options.twin) this.#twin = parts.createCore(parts.makeState());
        return parts.createCore(this.#state);
      },
      observer: {
        stepped: (input, at, effects) => this.#stepped(input, at, effects),
        ...(checker === undefined
          ? {}
          : {
              started: (state) => checker.started(state),
              carriedOut: (effect, answer) => checker.carriedOut(effect, answer),
              wrote: (writes) => checker.wrote(writes),
              changed: (change) => checker.changed(change),
            }),
      },
    });
  }

  get calls(): number {
    return this.#run.world.counts.originated;
  }

  run(): RunReport {
    const { world } = this.#options;
    const run = this.#run;
    const campaigns = world.scenario.campaigns.map(({ id }) => id);
    run.open();
    this.#pass(1000 * world.seconds);
    run.calm();
    // A drained engine does nothing more: it is stopped, and started again, as operators do.
    if (this.#state.draining) run.engine.crash({ action: 'process-crash', seconds: 1 });
    this.#pass(75_000);
    run.input({ type: 'emergency-stop', requestId: 'end', active: false, by: 'tester', reason: '' });
    this.#pass(1_000);
    for (const id of campaigns) {
      this.#command(id, 'approve');
      this.#command(id, 'resume');
    }
    this.#truth();
    const waiting: Waiting | undefined =
      this.#checker && waitingContacts(this.#checker, run.engine.store, this.#state);
    this.#pass(1000 * world.calmSeconds);
    if (this.#checker !== undefined && waiting !== undefined)
      checkNothingWaits(waiting, this.#checker, run.engine.store, this.#state);
    this.#truth();
    // A pause would leave a gate open to be approved.
    for (const id of campaigns) this.#command(id, 'stop');
    const longest = Math.max(
      ...world.scenario.campaigns.map((c) => c.maximumTalkSeconds + c.wrapUpSeconds + c.ringSeconds),
    );
    this.#pass(1000 * (longest + 90));
    this.#truth();
    const { store } = run.engine;
    this.#hash.add(store.attempts({ limit: ALL }));
    for (const id of campaigns) {
      for (const contact of store.contacts({ campaignId: id, limit: ALL }).items)
        this.#hash.addContact(contact);
      this.#hash.add([store.contactCounts(id), this.#state.campaigns.get(id)?.counters]);
    }
    // Last: it leases what is left, and a run without checks would end with other books.
    if (this.#checker !== undefined) checkEnd(this.#checker, run, this.#state);
    return { calls: this.calls, steps: this.#steps, digest: this.#hash.digest() };
  }

  #command(campaignId: string, command: 'stop' | 'resume' | 'approve'): void {
    this.#run.input({
      type: 'campaign-command',
      requestId: 'end',
      campaignId,
      command,
      by: 'tester',
      reason: 'the trouble is over',
    });
  }

  #pass(milliseconds: number): void {
    const run = this.#run;
    const end = run.now + milliseconds;
    if (this.#checker === undefined) {
      run.runTo(end);
      return;
    }
    for (let watch = run.now + WATCH; run.now < end; watch += WATCH) {
      run.runTo(Math.min(watch, end));
      this.#watch();
    }
  }

  #stepped(input: Input, at: number, effects: readonly Effect[]): void {
    this.#steps++;
    this.#hash.addStep(at, input, effects);
    if (this.#twin !== undefined) {
      const again = this.#twin.step(JSON.parse(JSON.stringify(input)) as Input, at);
      if (!sameJson(again, effects))
        violated('A8', `a replay does otherwise at ${new Date(at).toISOString()}, input ${input.type}`);
    }
    const checker = this.#checker;
    if (checker === undefined) return;
    try {
      checker.step(at, input, effects);
      if (this.#steps % STEPS_PER_AUDIT === 0) checkBookkeeping(this.#state);
      if (at > this.#stepNow) {
        this.#stepNow = at;
        this.#stepsNow = 0;
      } else if (++this.#stepsNow > SPIN) violated('time', 'the engine spins and time does not pass');
    } catch (error) {
      (error as Error).message +=
        `\n  at ${new Date(at).toISOString()}, ${Math.round((this.#run.now - this.#startAt) / 1000)} s after the start, input ${JSON.stringify(input).slice(0, 2_000)}`;
      throw error;
    }
  }

  /** A4, A5: whatever got lost, while the link stands the engine knows within a minute what is on the switch. */
  #watch(): void {
    const now = this.#run.now;
    if (this.#run.engine.dead || this.#run.engine.away) {
      this.#differing.clear();
      return;
    }
    const seen = differences(this.#state, this.#run.world);
    for (const difference of seen) {
      const since = this.#differing.get(difference) ?? now;
      this.#differing.set(difference, since);
      if (now - since > ORPHAN) violated('A5', `for a minute, ${difference}`);
    }
    for (const difference of this.#differing.keys())
      if (!seen.has(difference)) this.#differing.delete(difference);
  }

  /** A4, A5: the engine's picture is the switches' truth; what is just under way is not held against it. */
  #truth(): void {
    if (this.#checker === undefined) {
      this.#run.runTo(this.#run.now + 1_500);
      return;
    }
    const before = differences(this.#state, this.#run.world);
    this.#run.runTo(this.#run.now + 1_500);
    // Orphans have their minute, which is watched all the time.
    for (const difference of differences(this.#state, this.#run.world))
      if (before.has(difference) && !difference.endsWith(ALONE))
        violated('A5', `the engine's picture is wrong: ${difference}`);
    assert.ok(!this.#run.engine.dead, 'the engine is there');
  }
}
