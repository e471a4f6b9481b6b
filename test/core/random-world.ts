/**
 * An engine's core in a world that misbehaves: modelled switches, a store that answers late or not at all, agents who come
 * and go, engines that die. Everything is drawn from one seed.
 */
import assert from 'node:assert/strict';
import { type Core, createCore } from '../../dialer/core/core.js';
import type { Effect, StoreRequestEffect, WriteEffect } from '../../dialer/core/effects.js';
import { makeState } from '../../dialer/core/initial-state.js';
import type { CallAction, Input, StoreInput } from '../../dialer/core/inputs.js';
import type { AgentTier, CampaignSettings } from '../../dialer/core/model.js';
import type { State } from '../../dialer/core/state.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { answerStageRequestNow } from '../../dialer/store/stage-requests.js';
import { checkBookkeeping } from './bookkeeping.js';
import { noon } from './harness.js';
import { Checker, violated } from './invariants.js';
import { ModelSwitch, noFaults, type SwitchFaults } from './model-switch.js';

export interface StoreFaults {
  /** Requests that fail; half of them were carried out all the same. */
  fail: number;
  /** Answers that take up to 20 s. */
  late: number;
}

export interface RandomWorldOptions {
  readonly seed: number;
  readonly switches: number;
  readonly campaigns: readonly CampaignSettings[];
  readonly switchFaults: SwitchFaults;
  readonly storeFaults: StoreFaults;
  /** Chance that something happens just while a call is committed, originated or bridged. */
  readonly ambush: number;
}

const orphanMilliseconds = 60_000;
const alone = ' is on the switch alone';
const words = ['sale', 'refused', 'machine', 'opt-out', 'wrong-number', 'no-sale'];
const actions: readonly CallAction[] = [
  { kind: 'hold', on: true },
  { kind: 'hold', on: false },
  { kind: 'mute', on: true },
  { kind: 'digits', digits: '1' },
  { kind: 'transfer', to: '+12125550199' },
  { kind: 'consult', to: 'user/2' },
  { kind: 'consult-complete' },
  { kind: 'consult-cancel' },
  { kind: 'three-way' },
];
const tiers: readonly AgentTier[] = ['expert', 'experienced', 'ordinary'];

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

export class RandomWorld {
  readonly store = new MemoryStoreCore();
  readonly checker = new Checker(this.store);
  readonly switches: ModelSwitch[] = [];
  readonly storeFaults: StoreFaults;
  readonly random: () => number;
  clock = noon;
  state: State = makeState();
  /** Inputs of the engine's present life with what came of them. */
  life: { at: number; input: Input; effects: string }[] = [];
  readonly #options: RandomWorldOptions;
  #ambush: number;
  #core: Core = createCore(this.state);
  #engine = 0;
  #planned: Planned[] = [];
  #order = 0;
  #requests = 0;
  #steps = 0;
  #stepsNow = 0;
  #storeDown = false;
  /** Writes of steps that are not durable yet, oldest first. */
  #writes: (() => void)[] = [];
  #pumping = false;
  /** Since when the engine's picture differs from the switches' truth. */
  readonly #differing = new Map<string, number>();

  constructor(options: RandomWorldOptions) {
    this.#options = options;
    this.storeFaults = { ...options.storeFaults };
    this.#ambush = options.ambush;
    this.random = randomFrom(options.seed);
    const world = {
      now: () => this.clock,
      random: this.random,
      after: (milliseconds: number, action: () => void) => this.after(milliseconds, action),
    };
    for (let i = 0; i < options.switches; i++)
      this.switches.push(
        new ModelSwitch(`s${i}`, world, { ...options.switchFaults }, (input) => this.input(input)),
      );
    this.#boot();
    for (const settings of options.campaigns)
      this.input({ type: 'campaign-save', requestId: this.#request(), settings });
    const watch = (): void => {
      this.#watch();
      this.after(5_000, watch);
    };
    watch();
  }

  // ---------------------------------------------------------------- time

  after(milliseconds: number, action: () => void): void {
    const planned = { at: this.clock + milliseconds, order: this.#order++, action };
    let low = 0;
    let high = this.#planned.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#planned[middle] as Planned).at <= planned.at) high = middle;
      else low = middle + 1;
    }
    // Latest first; among equals the first planned is nearest to the end, which is taken first.
    this.#planned.splice(low, 0, planned);
  }

  pass(milliseconds: number): void {
    const end = this.clock + milliseconds;
    for (;;) {
      const planned = this.#planned[this.#planned.length - 1];
      const deadline = this.#dead ? Number.POSITIVE_INFINITY : this.#core.nextDeadline();
      const next = Math.min(deadline, planned?.at ?? Number.POSITIVE_INFINITY);
      if (next > end) break;
      if (next > this.clock) this.#stepsNow = 0;
      this.clock = Math.max(this.clock, next);
      if (++this.#stepsNow > 20_000) violated('time', 'the engine spins and time does not pass');
      if (planned !== undefined && planned.at <= deadline) {
        this.#planned.pop();
        planned.action();
      } else this.input({ type: 'tick' });
    }
    this.clock = Math.max(this.clock, end);
  }

  // ---------------------------------------------------------------- the engine

  #boot(): void {
    const state = this.store.boot(this.clock);
    this.input({
      type: 'boot',
      seed: (1 + this.#engine + this.#options.seed * 1_000).toString(16).padStart(32, '0').slice(-32),
      installation: state.installation,
      switches: this.switches.map(({ id }) => ({ id, maximumChannels: 40, callsPerSecond: 20 })),
      trunks: this.switches.map(({ id }) => ({
        name: `t-${id}`,
        switchId: id,
        dialString: 'sofia/gateway/carrier/{number}',
        maximumChannels: 12,
        callsPerSecond: 5,
      })),
      campaigns: state.campaigns,
      agents: state.agents,
      openAttempts: state.openAttempts,
      ledger: state.ledger,
      learned: state.learned,
      watches: state.watches,
      ...(state.callerIdPools.length > 0 && {
        callerIdPools: state.callerIdPools,
        callerIds: state.callerIds,
      }),
      ...(state.emergencyStop !== undefined && { emergencyStop: state.emergencyStop }),
      timeZoneData: 'test',
    });
    for (const line of this.switches) {
      line.linked = false;
      const engine = this.#engine;
      this.after(100 + this.random() * 1_000, () => {
        if (engine === this.#engine) line.connect();
      });
    }
  }

  /** The engine dies, with everything that was not durable; the next one starts on the same store. */
  crash(gone: number): void {
    if (this.#dead) return;
    this.checkReplay();
    this.#engine++;
    this.#writes = [];
    this.#storeDown = false;
    for (const line of this.switches) line.breakLink(0, Number.POSITIVE_INFINITY);
    // Nobody is there to be told: what is planned for the old engine is dropped by its number.
    this.#dead = true;
    this.after(gone, () => {
      this.#dead = false;
      this.life = [];
      this.state = makeState();
      this.#core = createCore(this.state);
      this.checker.restarted();
      this.#boot();
    });
  }

  #dead = false;

  input(input: Input): void {
    if (this.#dead) return;
    let effects: Effect[];
    try {
      effects = [...this.#core.step(input, this.clock)];
      this.life.push({ at: this.clock, input, effects: JSON.stringify(effects) });
      this.checker.step(this.clock, input, effects);
      if (this.#steps++ % 16 === 0) checkBookkeeping(this.state);
    } catch (error) {
      (error as Error).message +=
        `\nat ${new Date(this.clock).toISOString()}, input ${JSON.stringify(input)}`;
      throw error;
    }
    const writes: WriteEffect[] = [];
    for (const effect of effects) {
      if (this.random() < this.#ambush) this.#surprise(effect);
      switch (effect.type) {
        case 'originate':
        case 'dial-agent':
        case 'bridge':
        case 'play-safe-harbour':
        case 'hold':
        case 'join':
        case 'mute':
        case 'record':
        case 'send-digits':
        case 'dial-leg':
        case 'hand-over':
        case 'three-way':
        case 'eavesdrop':
        case 'hang-up':
        case 'audit-channels':
          this.switches.find((s) => s.id === effect.switchId)?.perform(effect);
          break;
        case 'lease-leads':
        case 'lease-contact':
        case 'commit-intents':
        case 'draw-samples':
        case 'extend-sample':
        case 'measure-stage':
        case 'attempts-since':
          this.#flush(writes.splice(0));
          this.#ask(effect);
          break;
        case 'find-caller':
        case 'reply':
          break;
        default:
          writes.push(effect);
          if (effect.type === 'event') this.#notice(effect.event);
      }
    }
    this.#flush(writes);
  }

  /** The worst moment for a halt, a lost link, a lost leg or a crash is while something is under way. */
  #surprise(effect: Effect): void {
    if (effect.type !== 'commit-intents' && effect.type !== 'originate' && effect.type !== 'bridge') return;
    const choice = this.random();
    this.after(this.random() * 60, () => {
      if (effect.type === 'bridge' && choice < 0.7) {
        const dropped = choice < 0.5 ? effect.agentLegId : effect.channelId;
        for (const line of this.switches) line.end(dropped, 'NORMAL_CLEARING');
      } else if (choice < 0.7) {
        for (const { id } of this.#options.campaigns) {
          this.command(id, choice < 0.3 ? 'pause' : 'halt');
          this.after(this.random() * 10_000, () => this.command(id, 'resume'));
        }
      } else if (choice < 0.75) {
        this.emergencyStop(true);
        this.after(this.random() * 10_000, () => this.emergencyStop(false));
      } else if (choice < 0.85) {
        const line = this.switches[0];
        if (line?.linked) line.breakLink(this.random() * 2_000, this.random() * 5_000);
      } else this.crash(this.random() * 3_000);
    });
  }

  /** A8: the inputs of this life give the same effects again. */
  checkReplay(): void {
    const again = createCore();
    for (const { at, input, effects } of this.life)
      assert.equal(JSON.stringify(again.step(input, at)), effects, 'A8: a replay gives the same effects');
  }

  // ---------------------------------------------------------------- the store

  #flush(writes: readonly WriteEffect[]): void {
    if (writes.length > 0) this.#writes.push(() => this.store.write(writes));
    if (this.#pumping || this.#writes.length === 0) return;
    this.#pumping = true;
    this.after(this.random() < 0.8 ? 0 : this.random() * 30, () => {
      this.#pumping = false;
      this.#drainWrites();
    });
  }

  #drainWrites(): void {
    if (this.#storeDown) return;
    for (const write of this.#writes.splice(0)) write();
  }

  storeOutage(milliseconds: number): void {
    if (this.#storeDown) return;
    this.#storeDown = true;
    this.input({ type: 'store-failed', operation: 'write', error: 'disk full' });
    this.#recover(milliseconds, () => {
      this.#storeDown = false;
      this.#drainWrites();
    });
  }

  #recover(milliseconds: number, first: () => void = () => {}): void {
    const engine = this.#engine;
    this.after(milliseconds, () => {
      if (engine !== this.#engine) return;
      first();
      if (!this.#storeDown) this.input({ type: 'store-recovered' });
    });
  }

  #ask(effect: StoreRequestEffect): void {
    const engine = this.#engine;
    const { fail, late } = this.storeFaults;
    const fails = this.random() < fail;
    this.after(this.random() * 20, () => {
      if (engine !== this.#engine) return;
      const carriedOut = !this.#storeDown && (!fails || this.random() < 0.5);
      // What was written before is durable before.
      if (carriedOut) this.#drainWrites();
      const answer = carriedOut ? this.#carryOut(effect) : undefined;
      const failed = fails || answer === undefined;
      const wait = this.random() < late ? this.random() * 20_000 : this.random() * 20;
      this.after(wait, () => {
        if (engine !== this.#engine) return;
        if (!failed) this.input(answer);
        else {
          this.input(failureOf(effect));
          this.#recover(50 + this.random() * 500);
        }
      });
    });
  }

  #carryOut(effect: StoreRequestEffect): StoreInput {
    switch (effect.type) {
      case 'lease-leads': {
        const { campaignId, stage } = effect;
        const { leads, summary } = this.store.leaseLeads({ ...effect, now: this.clock });
        return { type: 'leads-leased', campaignId, stage, leads, summary };
      }
      case 'lease-contact': {
        const { requestId, agentId, campaignId } = effect;
        return {
          type: 'contact-leased',
          requestId,
          agentId,
          campaignId,
          ...this.store.leaseContact({ ...effect, now: this.clock }),
        };
      }
      case 'commit-intents': {
        const results = this.store.commitIntents(effect.intents, this.clock);
        this.checker.storeCommitted(results);
        return { type: 'intents-committed', results };
      }
      case 'draw-samples':
      case 'extend-sample':
      case 'measure-stage':
      case 'attempts-since':
        return answerStageRequestNow(this.store, effect);
    }
  }

  // ---------------------------------------------------------------- people

  #request(): string {
    return `r${++this.#requests}`;
  }

  /** Agents say something about their calls, most of the time. */
  #notice(event: DomainEvent): void {
    if (event.kind !== 'agent-changed' || event.state !== 'wrap-up' || this.random() < 0.15) return;
    const { agentId, attemptId } = event;
    this.after(500 + this.random() * 15_000, () => {
      const callback = this.random() < 0.25;
      this.input({
        type: 'disposition',
        requestId: this.#request(),
        agentId,
        attemptId,
        disposition: callback ? 'callback' : (words[Math.floor(this.random() * words.length)] as string),
        note: '',
        ...(callback
          ? {
              callback: {
                at: this.clock + 1_000 + Math.floor(this.random() * 300_000),
                who: this.random() < 0.6 ? ('self' as const) : ('anyone' as const),
              },
            }
          : {}),
      });
    });
  }

  logIn(index: number): void {
    const id = `a${index}`;
    this.input({
      type: 'agent-login',
      requestId: this.#request(),
      profile: {
        id,
        name: id,
        pool: 'main',
        team: index % 2 === 0 ? 'even' : 'odd',
        tier: tiers[index % tiers.length] as AgentTier,
        skills: [],
      },
      endpoint: `user/${id}`,
      switchId: `s${index % this.switches.length}`,
      ready: index % 5 !== 4,
    });
  }

  agent(index: number, what: 'ready' | 'pause' | 'logout' | 'hangup'): void {
    const request = { requestId: this.#request(), agentId: `a${index}` };
    if (what === 'pause') this.input({ type: 'agent-pause', ...request, reason: 'tea' });
    else this.input({ type: `agent-${what}`, ...request });
  }

  emergencyStop(active: boolean): void {
    this.input({ type: 'emergency-stop', requestId: this.#request(), active, by: 'tester', reason: 'test' });
  }

  /** The agent, or a supervisor, does something with the agent's call. */
  act(index: number, which: number): void {
    const agentId = `a${index}`;
    const request = { requestId: this.#request(), agentId };
    const action = actions[which];
    if (action !== undefined) this.input({ type: 'agent-call', ...request, action });
    else {
      const attemptId = this.state.agents.get(agentId)?.attempt?.id ?? '';
      const { requestId } = request;
      const by = 'sue';
      if (this.random() < 0.3) this.input({ type: 'monitor-stop', requestId, attemptId, by });
      else
        this.input({ type: 'monitor-start', requestId, attemptId, by, mode: 'listen', endpoint: 'user/9' });
    }
  }

  dropLeg(index: number): void {
    const legId = this.state.agents.get(`a${index}`)?.legId ?? '';
    for (const line of this.switches) line.end(legId, 'NORMAL_CLEARING');
  }

  command(
    campaignId: string,
    command: 'start' | 'pause' | 'resume' | 'stop' | 'halt' | 'approve',
    reason = 'put right',
  ): void {
    this.input({
      type: 'campaign-command',
      requestId: this.#request(),
      campaignId,
      command,
      by: 'tester',
      reason,
    });
  }

  suppress(number: string, listed: boolean, campaignId: string | undefined): void {
    const where = campaignId === undefined ? {} : { campaignId };
    if (listed) this.store.addDnc([number], { ...where, reason: 'asked', at: this.clock });
    else this.store.removeDnc(number, campaignId);
    this.input({ type: 'dnc-changed', number, listed, ...where });
  }

  // ---------------------------------------------------------------- checks

  /** No more trouble: whatever is wrong by now has to come right by itself. */
  calm(): void {
    this.#ambush = 0;
    this.emergencyStop(false);
    this.storeFaults.fail = 0;
    this.storeFaults.late = 0;
    for (const line of this.switches) line.faults = noFaults;
  }

  /** A4, A5: whatever got lost, while the link stands the engine knows within a minute what is on the switch. */
  #watch(): void {
    const seen = this.#dead ? new Set<string>() : this.#differences();
    for (const difference of seen) {
      const since = this.#differing.get(difference) ?? this.clock;
      this.#differing.set(difference, since);
      if (this.clock - since > orphanMilliseconds) violated('A4/A5', `for a minute, ${difference}`);
    }
    for (const difference of this.#differing.keys())
      if (!seen.has(difference)) this.#differing.delete(difference);
  }

  /** What the engine and the switches say differently about channels and bridges. */
  #differences(): Set<string> {
    const found = new Set<string>();
    for (const line of this.switches) {
      if (!line.linked || this.state.switches.get(line.id)?.up !== true) continue;
      for (const { id, kind, bridgedTo } of line.channels.values()) {
        const known = this.state.attempts.has(id) || this.state.agentsByLeg.has(id);
        if (!known) found.add(`${id}${alone}`);
        if (kind === 'customer' && bridgedTo !== '') {
          const attempt = this.state.attempts.get(id);
          const agent = this.state.agentsByLeg.get(bridgedTo);
          if (attempt !== undefined && attempt.hangUpReason === '' && agent?.attempt !== attempt)
            found.add(`${id} is bridged to ${agent?.id}, who is ${agent?.state}`);
        }
      }
      for (const attempt of this.state.attempts.values()) {
        if (attempt.switchId !== line.id || attempt.state === 'intended') continue;
        const channel = line.channels.get(attempt.id);
        if (channel === undefined) found.add(`${attempt.id} is not on the switch`);
        else if (attempt.connectedAt !== undefined && channel.bridgedTo === '' && attempt.hangUpReason === '')
          found.add(`${attempt.id} is connected and not bridged`);
      }
      for (const [legId, agent] of this.state.agentsByLeg)
        if (agent.switchId === line.id && !line.channels.has(legId) && agent.state !== 'connecting')
          found.add(`${agent.id} has no leg`);
    }
    return found;
  }

  /** A4, A5: the engine's picture is the switches' truth; what is just under way is not held against it. */
  checkTruth(): void {
    const before = this.#differences();
    this.pass(1_500);
    // Orphans have their minute, which is watched all the time.
    for (const difference of this.#differences())
      if (before.has(difference) && !difference.endsWith(alone))
        violated('A4/A5', `the engine's picture is wrong: ${difference}`);
  }
}

function failureOf(effect: StoreRequestEffect): StoreInput {
  const error = 'the store failed';
  if (effect.type === 'commit-intents')
    return {
      type: 'store-failed',
      operation: 'intents',
      attemptIds: effect.intents.map((i) => i.attemptId),
      error,
    };
  if (effect.type === 'measure-stage')
    return { type: 'store-failed', operation: 'measure', campaignId: effect.request.campaignId, error };
  if (effect.type === 'attempts-since')
    return { type: 'store-failed', operation: 'measure', campaignId: effect.campaignId, error };
  if (effect.type === 'lease-contact') {
    const { campaignId, agentId } = effect;
    return { type: 'store-failed', operation: 'lease-contact', campaignId, agentId, error };
  }
  const operation = effect.type === 'lease-leads' ? 'lease' : 'sample';
  return { type: 'store-failed', operation, campaignId: effect.campaignId, error };
}
