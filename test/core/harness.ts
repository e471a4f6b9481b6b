/** Drives the core by hand: a virtual clock, the in-memory store answering at once, and a switch that does as it is told. */
import type { DncListVersion, RulePack } from '../../compliance/index.js';
import { type Core, createCore } from '../../dialer/core/core.js';
import type { Effect, TelephonyEffect } from '../../dialer/core/effects.js';
import type { Input, TelephonyInput } from '../../dialer/core/inputs.js';
import type {
  AgentTier,
  CampaignSettings,
  Lead,
  StageName,
  SwitchSettings,
  Trunk,
} from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import { lastCallTo } from '../../dialer/store/find-caller.js';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import type { NewContact } from '../../dialer/store/port.js';
import { answerStageRequestNow } from '../../dialer/store/stage-requests.js';
import type { ChannelSnapshot } from '../../dialer/telephony/port.js';

/** Wednesday 2026-11-18, 17:00 UTC: noon in New York, inside every US calling window of the contacts used here. */
export const noon = Date.UTC(2026, 10, 18, 17, 0, 0);

export function settings(over: Partial<CampaignSettings> = {}): CampaignSettings {
  const rule = { maximumAttempts: 2, delaySeconds: 600 };
  return {
    id: 'c1',
    name: 'Test',
    pool: 'main',
    purpose: 'service',
    pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
    stages: {
      validation: { tiers: ['expert'], contacts: 0 },
      pilot: { tiers: ['expert', 'experienced', 'ordinary'], contacts: 0 },
      production: { tiers: ['expert', 'experienced', 'ordinary'] },
    },
    ringSeconds: 25,
    answerWaitMilliseconds: 2000,
    safeHarbour: { message: 'tone_stream://%(1000,0,440)', optOutKey: '9' },
    wrapUpSeconds: 60,
    maximumTalkSeconds: 3600,
    callerId: '+12125550100',
    retry: {
      'no-answer': rule,
      busy: rule,
      machine: rule,
      abandoned: rule,
      failed: rule,
      rejected: rule,
      short: rule,
    },
    maximumAttempts: 3,
    attemptsPerDay: 3,
    consentRequired: false,
    successDispositions: ['sale'],
    refusalDispositions: ['refused'],
    optOutDispositions: ['opt-out'],
    callbackGraceSeconds: 900,
    ...over,
  };
}

export function contact(index: number, over: Partial<NewContact> = {}): NewContact {
  return {
    externalId: `x${index}`,
    name: `Person ${index}`,
    timeZone: 'America/New_York',
    region: '',
    numbers: [`+1212555${String(1000 + index).padStart(4, '0')}`],
    consent: 'granted',
    fields: {},
    ...over,
  };
}

export interface Registries {
  readonly required: boolean;
  readonly lists: readonly DncListVersion[];
  readonly listsOf: (e164: string) => readonly string[];
}

export class Harness {
  readonly core: Core = createCore();
  readonly store: MemoryStoreCore;
  now = noon;
  readonly events: DomainEvent[] = [];
  readonly telephony: TelephonyEffect[] = [];
  readonly replies: { ok: boolean; code: string; message: string }[] = [];
  /** Every input with its time, and every effect, for replays. */
  readonly inputs: { at: number; input: Input }[] = [];
  readonly effects: Effect[] = [];
  /** Answer store requests at once; tests of store trouble turn it off. */
  storeAnswers = true;
  /** Off: extensions of a sample are neither carried out nor answered. */
  extensions = true;
  /** Registries as the shell has them: versions in force, and who is on them. */
  registries: Registries | undefined;
  #requests = 0;
  readonly #callsPerSecond: number;
  readonly #seed: string;
  readonly #packs: readonly RulePack[];
  readonly #lines: { readonly switches?: readonly SwitchSettings[]; readonly trunks?: readonly Trunk[] };

  constructor(
    options: {
      startAt?: number;
      store?: MemoryStoreCore;
      agents?: number;
      contacts?: readonly NewContact[];
      settings?: Partial<CampaignSettings>;
      registries?: Registries;
      /** The operator's rule packs. */
      packs?: readonly RulePack[];
      /** Of the trunk. */
      callsPerSecond?: number;
      /** What ids are drawn from: another one for each process that works on the same store. */
      seed?: string;
      /** In the place of the one switch `fs` with the trunk `t1`. */
      switches?: readonly SwitchSettings[];
      trunks?: readonly Trunk[];
    } = {},
  ) {
    this.now = options.startAt ?? noon;
    this.registries = options.registries;
    this.store = options.store ?? new MemoryStoreCore();
    this.#callsPerSecond = options.callsPerSecond ?? 500;
    this.#seed = options.seed ?? '0123456789abcdef0123456789abcdef';
    this.#packs = options.packs ?? [];
    this.#lines = options;
    this.boot();
    if (options.store !== undefined) return;
    this.up([]);
    if (options.contacts !== undefined) {
      this.input({ type: 'campaign-save', requestId: 'r', settings: settings(options.settings) });
      this.store.addContacts('c1', options.contacts, this.now);
    }
    for (let i = 1; i <= (options.agents ?? 0); i++) this.logIn(`a${i}`);
  }

  boot(): void {
    const state = this.store.boot(this.now);
    this.input({
      type: 'boot',
      seed: this.#seed,
      installation: state.installation,
      switches: this.#lines.switches ?? [{ id: 'fs', maximumChannels: 1000, callsPerSecond: 1000 }],
      trunks: this.#lines.trunks ?? [
        {
          name: 't1',
          switchId: 'fs',
          dialString: 'sofia/gateway/carrier/{number}',
          maximumChannels: 500,
          callsPerSecond: this.#callsPerSecond,
        },
      ],
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
      ...(state.emergencyStop && { emergencyStop: state.emergencyStop }),
      switchDrains: state.switchDrains,
      timeZoneData: 'test',
      packs: this.#packs,
      ...(this.registries && {
        registries: { required: this.registries.required, lists: this.registries.lists },
      }),
    });
  }

  up(channels: readonly ChannelSnapshot[], instanceId = 'core-1'): void {
    this.input({ type: 'switch-up', switchId: 'fs', instanceId, channels, requestedAt: this.now });
  }

  /** One input now, and whatever the store answers to it. */
  input(input: Input): readonly Effect[] {
    this.inputs.push({ at: this.now, input });
    const effects = [...this.core.step(input, this.now)];
    this.effects.push(...effects);
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  #perform(effect: Effect): void {
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
        this.telephony.push(effect);
        return;
      case 'reply':
        this.replies.push(effect);
        return;
      case 'lease-leads': {
        if (!this.storeAnswers) return;
        const { leads, summary } = this.store.leaseLeads({ ...effect, now: this.now });
        this.input({
          type: 'leads-leased',
          campaignId: effect.campaignId,
          stage: effect.stage,
          leads: this.#lookedUp(leads),
          summary,
        });
        return;
      }
      case 'lease-contact': {
        if (!this.storeAnswers) return;
        const { requestId, agentId, campaignId } = effect;
        const leased = this.store.leaseContact({ ...effect, now: this.now });
        this.input({ type: 'contact-leased', requestId, agentId, campaignId, ...leased });
        return;
      }
      case 'commit-intents':
        if (!this.storeAnswers) return;
        this.input({
          type: 'intents-committed',
          results: this.store.commitIntents(effect.intents, this.now),
        });
        return;
      case 'extend-sample':
        if (this.extensions) this.input(answerStageRequestNow(this.store, effect));
        return;
      case 'draw-samples':
      case 'measure-stage':
      case 'attempts-since':
        this.input(answerStageRequestNow(this.store, effect));
        return;
      case 'find-caller': {
        const { channelId, number } = effect;
        const found = lastCallTo(this.store.attempts({ number, limit: 50 }).items);
        this.input({ type: 'caller-found', channelId, ...(found && { found }) });
        return;
      }
      case 'event':
        this.events.push(effect.event);
        this.store.write([effect]);
        return;
      default:
        this.store.write([effect]);
    }
  }

  #lookedUp(leads: readonly Lead[]): readonly Lead[] {
    const held = this.registries;
    if (held === undefined) return leads;
    return leads.map((lead) => ({
      ...lead,
      numbers: lead.numbers.map((number) => ({ ...number, registries: held.listsOf(number.e164) })),
    }));
  }

  /** Other versions of the registries are in force. */
  changeRegistries(lists: readonly DncListVersion[], listsOf: Registries['listsOf']): void {
    this.registries = { required: this.registries?.required ?? true, lists, listsOf };
    this.input({ type: 'registries-changed', lists });
  }

  /** Lets time pass, waking the core at each of its deadlines. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let next = this.core.nextDeadline(); next <= end; next = this.core.nextDeadline()) {
      this.now = Math.max(this.now, next);
      this.input({ type: 'tick' });
    }
    this.now = end;
    this.input({ type: 'tick' });
  }

  /** Logs an agent in and answers the leg. */
  logIn(id: string, over: { tier?: AgentTier; team?: string; pool?: string; ready?: boolean } = {}): string {
    this.input({
      type: 'agent-login',
      requestId: `l${++this.#requests}`,
      profile: {
        id,
        name: id,
        pool: over.pool ?? 'main',
        team: over.team ?? 'one',
        tier: over.tier ?? 'expert',
        skills: [],
      },
      endpoint: `user/${id}`,
      switchId: '',
      ready: over.ready ?? true,
    });
    const dial = this.last('dial-agent');
    this.switchSays({ type: 'channel-answered', switchId: 'fs', channelId: dial.channelId });
    return dial.channelId;
  }

  command(
    command: 'start' | 'pause' | 'resume' | 'stop' | 'halt' | 'approve',
    reason = '',
  ): { ok: boolean; code: string; message: string } {
    this.input({ type: 'campaign-command', requestId: 'c', campaignId: 'c1', command, by: 'tester', reason });
    return this.replies[this.replies.length - 1] as { ok: boolean; code: string; message: string };
  }

  switchSays(input: TelephonyInput): readonly Effect[] {
    return this.input(input);
  }

  answer(channelId: string): readonly Effect[] {
    return this.switchSays({ type: 'channel-answered', switchId: 'fs', channelId });
  }

  ring(channelId: string): void {
    this.switchSays({ type: 'channel-progress', switchId: 'fs', channelId });
  }

  end(
    channelId: string,
    cause = 'NORMAL_CLEARING',
    over: { answered?: boolean; progressed?: boolean } = {},
  ): void {
    this.switchSays({
      type: 'channel-ended',
      switchId: 'fs',
      channelId,
      cause,
      answered: over.answered ?? false,
      progressed: over.progressed ?? true,
    });
  }

  bridgeUp(): { channelId: string; agentLegId: string } {
    const bridge = this.last('bridge');
    this.switchSays({
      type: 'channel-bridged',
      switchId: 'fs',
      channelId: bridge.channelId,
      otherChannelId: bridge.agentLegId,
    });
    return bridge;
  }

  /** The newest telephony effect of a kind. */
  last<T extends TelephonyEffect['type']>(type: T): Extract<TelephonyEffect, { type: T }> {
    for (let i = this.telephony.length - 1; i >= 0; i--) {
      const effect = this.telephony[i] as TelephonyEffect;
      if (effect.type === type) return effect as Extract<TelephonyEffect, { type: T }>;
    }
    throw new Error(`no ${type} was asked of the switch`);
  }

  all<T extends TelephonyEffect['type']>(type: T): Extract<TelephonyEffect, { type: T }>[] {
    return this.telephony.filter((e): e is Extract<TelephonyEffect, { type: T }> => e.type === type);
  }

  campaign() {
    const view = this.core.view(this.now).campaigns.find((c) => c.record.settings.id === 'c1');
    if (view === undefined) throw new Error('no campaign c1');
    return view;
  }

  agent(id: string) {
    const view = this.core.view(this.now).agents.find((a) => a.id === id);
    if (view === undefined) throw new Error(`no agent ${id}`);
    return view;
  }

  outcomes(): string[] {
    return this.events.flatMap((e) => (e.kind === 'attempt-ended' ? [e.outcome] : []));
  }

  stages(): StageName[] {
    return this.events.flatMap((e) =>
      e.kind === 'campaign-changed' && e.status === 'running' ? [e.stage] : [],
    );
  }
}
