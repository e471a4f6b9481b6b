/**
 * The invariants A1–A8 of a run, read independently of the core: from what went in, what came out, what the store keeps
 * and what is on the switches. A violated one is thrown with its name.
 */
import assert from 'node:assert/strict';
import type { Effect } from '../../dialer/core/effects.js';
import type { Input, IntentResult } from '../../dialer/core/inputs.js';
import { type CampaignSettings, type Intent, STAGES, type StageName } from '../../dialer/core/model.js';
import type { Campaign } from '../../dialer/core/state.js';
import type { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import type { AttemptRecord } from '../../dialer/store/port.js';

const day = 86_400_000;
const hourInNewYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hour: 'numeric',
  hourCycle: 'h23',
});

export function violated(name: string, what: string): never {
  throw new Error(`${name}: ${what}`);
}

/** Is fed everything that one store and the engines that run on it, one after the other, take in and put out. */
export class Checker {
  readonly #store: MemoryStoreCore;
  readonly #intents = new Map<string, Intent>();
  readonly #settings = new Map<string, CampaignSettings>();
  /** What the store said to the core of this life. */
  #committed = new Set<string>();
  #originated = new Map<string, number>();
  #localFailures = new Set<string>();
  #results = new Set<string>();
  #liveNumbers = new Map<string, string>();
  /** Originates by number, but for those that never left the switch. */
  readonly #dialled = new Map<string, { readonly id: string; readonly at: number }[]>();
  #agentCalls = new Map<string, string>();
  /** Leg by call and call by leg, as the engine last asked for it, and as a switch said that it stands. */
  #asked = new Map<string, string>();
  #stands = new Map<string, string>();
  #legs = new Map<string, string>();
  readonly #stopped = new Set<string>();
  #linkDown = new Set<string>();
  #draining = false;
  #emergencyStop = false;

  constructor(store: MemoryStoreCore) {
    this.#store = store;
  }

  /** The engine died; the next one starts on the same store. */
  restarted(): void {
    this.#committed = new Set();
    this.#originated = new Map();
    this.#localFailures = new Set();
    this.#results = new Set();
    this.#agentCalls = new Map();
    this.#asked = new Map();
    this.#stands = new Map();
    this.#legs = new Map();
    this.#linkDown = new Set();
    this.#draining = false;
    this.#liveNumbers = new Map();
    // Results that were not durable are open again, and so are their numbers.
    for (const attempt of this.attempts())
      if (attempt.result === undefined) this.#liveNumbers.set(attempt.number, attempt.attemptId);
  }

  attempts(): readonly AttemptRecord[] {
    return this.#store.attempts({ limit: 1_000_000 }).items;
  }

  /** A1, A2: what the store let through, on data of that instant. */
  storeCommitted(results: readonly IntentResult[]): void {
    for (const result of results) {
      if (!result.committed) continue;
      const intent = this.#intents.get(result.attemptId);
      if (intent === undefined) violated('A1', `${result.attemptId} was committed and never intended`);
      const { internal, campaign } = this.#store.isDnc(intent.number, intent.campaignId);
      if (internal || campaign) violated('A1', `${intent.number} is on a DNC list and was committed`);
    }
  }

  step(at: number, input: Input, effects: readonly Effect[]): void {
    this.#before(input, effects);
    for (const effect of effects) this.#effect(at, effect);
    this.#after(input, effects);
  }

  /** The call, or the agent's leg, is gone: no bridge with it stands. */
  #part(channelId: string): void {
    this.#stands.delete(channelId);
    const legId = this.#asked.get(channelId);
    if (legId !== undefined && this.#stands.get(legId) === channelId) this.#stands.delete(legId);
    this.#asked.delete(channelId);
  }

  #accepted(effects: readonly Effect[], requestId: string): boolean {
    return effects.some((e) => e.type === 'reply' && e.requestId === requestId && e.ok);
  }

  #before(input: Input, effects: readonly Effect[]): void {
    switch (input.type) {
      case 'boot':
        for (const record of input.campaigns) {
          if (record.status !== 'running') this.#stopped.add(record.settings.id);
          else this.#stopped.delete(record.settings.id);
        }
        this.#emergencyStop = input.emergencyStop !== undefined;
        for (const { id } of input.switches) this.#linkDown.add(id);
        for (const session of input.agents)
          if (session.legId !== '') this.#legs.set(session.legId, session.id);
        return;
      case 'emergency-stop':
        this.#emergencyStop = input.active;
        return;
      case 'campaign-command': {
        const stops = input.command === 'pause' || input.command === 'halt' || input.command === 'stop';
        if (stops && this.#accepted(effects, input.requestId)) this.#stopped.add(input.campaignId);
        return;
      }
      case 'campaign-save':
        if (this.#accepted(effects, input.requestId)) this.#settings.set(input.settings.id, input.settings);
        return;
      case 'intents-committed':
        for (const result of input.results) if (result.committed) this.#committed.add(result.attemptId);
        return;
      case 'switch-down':
        this.#linkDown.add(input.switchId);
        return;
      case 'switch-up':
        this.#stands.clear();
        this.#linkDown.delete(input.switchId);
        return;
      case 'channel-bridged': {
        const { channelId, otherChannelId } = input;
        if (this.#asked.get(channelId) === otherChannelId && this.#asked.get(otherChannelId) === channelId)
          this.#stands.set(otherChannelId, channelId);
        return;
      }
      case 'channel-ended':
        this.#part(input.channelId);
        return;
      case 'originate-failed':
        if (input.local) this.#localFailures.add(input.channelId);
        return;
      case 'drain':
        this.#draining = true;
        return;
      default:
    }
  }

  #after(input: Input, effects: readonly Effect[]): void {
    if (input.type !== 'campaign-command') return;
    const starts = input.command === 'start' || input.command === 'resume' || input.command === 'approve';
    if (starts && this.#accepted(effects, input.requestId)) this.#stopped.delete(input.campaignId);
  }

  #effect(at: number, effect: Effect): void {
    switch (effect.type) {
      case 'commit-intents':
        for (const intent of effect.intents) {
          if (this.#intents.has(intent.attemptId)) violated('A3', `${intent.attemptId} was intended twice`);
          this.#intents.set(intent.attemptId, intent);
        }
        return;
      case 'originate':
        this.#originate(at, effect);
        return;
      case 'dial-agent':
        this.#legs.set(effect.channelId, effect.agentId);
        return;
      case 'bridge': {
        const agent = this.#legs.get(effect.agentLegId);
        if (agent === undefined) violated('A4', `${effect.agentLegId} is bridged and is nobody's leg`);
        const other = this.#agentCalls.get(agent) ?? this.#stands.get(effect.agentLegId);
        if (other !== undefined && other !== effect.channelId)
          violated('A4', `${agent} is given ${effect.channelId} while on ${other}`);
        this.#asked.set(effect.channelId, effect.agentLegId);
        this.#asked.set(effect.agentLegId, effect.channelId);
        return;
      }
      case 'record-result': {
        const { attemptId, outcome, charged, number } = effect.result;
        if (this.#results.has(attemptId)) violated('A3', `${attemptId} was given two results`);
        this.#results.add(attemptId);
        this.#part(attemptId);
        if (
          outcome === 'not-dialed' &&
          this.#originated.has(attemptId) &&
          !this.#localFailures.has(attemptId)
        )
          violated('A3', `${attemptId} was originated and is recorded as not dialled`);
        if (this.#liveNumbers.get(number) === attemptId) this.#liveNumbers.delete(number);
        if (!charged) {
          const dialled = this.#dialled.get(number) ?? [];
          const index = dialled.findIndex((d) => d.id === attemptId);
          if (index >= 0) dialled.splice(index, 1);
        }
        return;
      }
      case 'event': {
        const { event } = effect;
        if (event.kind === 'attempt-connected') {
          const other = this.#agentCalls.get(event.agentId);
          if (other !== undefined) violated('A4', `${event.agentId} is on ${other} and ${event.attemptId}`);
          this.#agentCalls.set(event.agentId, event.attemptId);
        } else if (event.kind === 'attempt-ended') {
          if (this.#agentCalls.get(event.agentId) === event.attemptId) this.#agentCalls.delete(event.agentId);
        } else if (event.kind === 'agent-changed' && event.state === 'offline') {
          this.#agentCalls.delete(event.agentId);
        } else if (event.kind === 'campaign-changed') {
          if (event.status === 'running') this.#stopped.delete(event.campaignId);
          else this.#stopped.add(event.campaignId);
        }
        return;
      }
      default:
    }
  }

  #originate(at: number, effect: Extract<Effect, { type: 'originate' }>): void {
    const { channelId, number, campaignId, switchId } = effect;
    const intent = this.#intents.get(channelId);
    if (intent === undefined || !this.#committed.has(channelId))
      violated('A1', `${channelId} is originated before its intent is durable`);
    const { permit } = intent;
    if (intent.number !== number || permit.number !== number || permit.expiresAt <= at)
      violated('A1', `${channelId} is originated without a valid permit`);
    const hour = Number(hourInNewYork.format(at));
    if (hour < 8 || hour >= 21) violated('A1', `${channelId} is originated at ${hour} o'clock`);
    if (this.#originated.has(channelId) || this.#results.has(channelId))
      violated('A3', `${channelId} is originated again`);
    this.#originated.set(channelId, at);
    const live = this.#liveNumbers.get(number);
    if (live !== undefined && live !== channelId) violated('A2', `${number} is in ${live} and ${channelId}`);
    this.#liveNumbers.set(number, channelId);
    const dialled = this.#dialled.get(number) ?? [];
    // A cap's period is counted from the intents, as the store does.
    dialled.push({ id: channelId, at: intent.intendedAt });
    this.#dialled.set(number, dialled);
    const most = this.#settings.get(campaignId)?.attemptsPerDay ?? 0;
    const recent = dialled.filter((d) => d.at > intent.intendedAt - day).length;
    if (recent > most) violated('A2', `${number} is dialled ${recent} times in 24 hours, at most ${most}`);
    if (this.#stopped.has(campaignId)) violated('A6', `${campaignId} does not run and originates`);
    if (this.#emergencyStop) violated('A6', 'a call is originated while the emergency stop is set');
    if (this.#draining) violated('A6', 'a call is originated in a drain');
    if (this.#linkDown.has(switchId)) violated('A6', `a call is originated on ${switchId}, which is down`);
  }

  /** A3, A7: when no call is live and everything is written. */
  atRest(counters: ReadonlyMap<string, Readonly<Record<StageName, object>>>): void {
    const attempts = this.attempts();
    const optedOut = new Set<string>();
    for (const { event } of this.#store.events(0, Number.MAX_SAFE_INTEGER))
      if (event.kind === 'number-suppressed') optedOut.add(event.attemptId);
    for (const attempt of attempts)
      if (attempt.result === undefined) violated('A3', `${attempt.attemptId} has no result`);
    for (const [campaignId, counted] of counters) {
      for (const stage of STAGES) {
        const own = attempts.filter((a) => a.campaignId === campaignId && a.stage === stage);
        assert.deepEqual(
          { ...counted[stage] },
          recount(own, this.#settings.get(campaignId), optedOut),
          `A7: counters of ${campaignId} in ${stage}`,
        );
      }
      const totals = this.#store.attemptTotals({ campaignId, from: 0, to: Number.POSITIVE_INFINITY });
      const own = attempts.filter((a) => a.campaignId === campaignId);
      const abandoned = own.filter((a) => a.result?.outcome === 'abandoned').length;
      assert.equal(totals.abandoned, abandoned, `A7: abandoned of ${campaignId}`);
      // Answered by a person and put through to nobody is an abandon, whatever else is said about it.
      for (const { attemptId, result } of own) {
        if (result?.answeredAt === undefined || result.connectedAt !== undefined) continue;
        if (!['abandoned', 'machine', 'short'].includes(result.outcome))
          violated('A7', `${attemptId} was answered, reached no agent and is ${result.outcome}`);
      }
    }
  }

  /** A7: the abandon ledgers, in the store and in the engine, against the attempts. */
  ledgers(campaigns: Iterable<Campaign>): void {
    for (const campaign of campaigns) {
      const { id } = campaign.settings;
      const own = this.attempts().filter((a) => a.campaignId === id);
      const expected = [...recountBlocks(own, campaign.startedAt ?? 0)].map(([from, counts]) => ({
        from,
        ...counts,
      }));
      const stored = this.#store.abandonLedger({ campaignId: id, from: 0, to: Number.MAX_SAFE_INTEGER });
      assert.deepEqual(
        stored.map(({ from, answers, abandoned, machines }) => ({ from, answers, abandoned, machines })),
        expected,
        `A7: abandon ledger of ${id} in the store`,
      );
      const held = campaign.ledgers.get('us-federal/abandon')?.rows ?? [];
      assert.deepEqual(
        held.map(({ from, answers, abandoned, machines }) => ({ from, answers, abandoned, machines })),
        expected,
        `A7: abandon ledger of ${id} in the engine`,
      );
    }
  }
}

/** What the abandon ledger of a campaign in the US must hold, read from the attempts alone: 47 CFR 64.1200(a)(7). */
export function recountBlocks(attempts: readonly AttemptRecord[], startedAt: number) {
  const blocks = new Map<number, { answers: number; abandoned: number; machines: number }>();
  for (const { result, disposition, permit } of attempts) {
    if (result?.answeredAt === undefined || !permit.jurisdictions.includes('US')) continue;
    const block = startedAt + Math.floor((result.answeredAt - startedAt) / (30 * day)) * 30 * day;
    const counts = blocks.get(block) ?? { answers: 0, abandoned: 0, machines: 0 };
    blocks.set(block, counts);
    if (result.outcome === 'machine') counts.machines++;
    else if (disposition?.disposition !== 'machine') {
      counts.answers++;
      const withAgent = result.connectedAt ?? (result.outcome === 'short' ? result.endedAt : Number.NaN);
      // Nobody, or somebody later than two seconds.
      if (!(withAgent - result.answeredAt <= 2_000)) counts.abandoned++;
    }
  }
  return blocks;
}

/** Counters of a stage, read from its attempts. */
export function recount(
  attempts: readonly AttemptRecord[],
  settings: CampaignSettings | undefined,
  optedOut: ReadonlySet<string>,
) {
  const ended = attempts.filter((a) => a.result?.charged === true);
  const of = (outcome: string): AttemptRecord[] => ended.filter((a) => a.result?.outcome === outcome);
  const connected = of('connected');
  const mistaken = connected.filter((a) => a.disposition?.disposition === 'machine').length;
  const abandoned = of('abandoned').length;
  return {
    attempts: ended.length,
    liveAnswers: connected.length - mistaken + abandoned + of('short').length,
    machines: of('machine').length + mistaken,
    connected: connected.length - mistaken,
    abandoned,
    successes: connected.filter((a) =>
      settings?.successDispositions.includes(a.disposition?.disposition ?? ''),
    ).length,
    optOuts: ended.filter((a) => optedOut.has(a.attemptId)).length,
  };
}
