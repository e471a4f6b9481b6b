/**
 * The invariants A1–A8 of a run, read independently of the core and of the store: from what went in, what came out, and books
 * of its own about attempts, numbers, agents and campaigns. A violated one is thrown with its name.
 */
import type { Effect, WriteEffect } from '../../dialer/core/effects.js';
import type { Input, StoreInput } from '../../dialer/core/inputs.js';
import type { AttemptResult, CampaignSettings, Intent, Outcome } from '../../dialer/core/model.js';
import type { DomainEvent } from '../../dialer/events/domain-events.js';
import type { BootState } from '../../dialer/store/port.js';
import type { Scenario } from '../../sim/index.js';
import type { NumberChange } from '../../sim/virtual/virtual-operators.js';
import type { StoreQuestion } from '../../sim/virtual/virtual-store.js';
import { LawfulHours } from './lawful-hours.js';
import { OwnRules } from './own-rules.js';

const DAY = 86_400_000;
const HOURS = new LawfulHours();

export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}

export function violated(invariant: string, what: string): never {
  throw new Violation(invariant, what);
}

/** An attempt as the checker has it from the transactions of the store. */
export interface BookedAttempt {
  readonly intent: Intent;
  result: AttemptResult | undefined;
  disposition: string;
}

interface NumberBook {
  /** The open attempt on it. */
  live: BookedAttempt | undefined;
  /** Charged attempts by the time of their intents. */
  charged: number[];
  dnc: boolean;
  campaignDnc: Set<string> | undefined;
  /** The latest word. */
  consent: 'granted' | 'refused' | 'none';
}

export class Checker {
  /** Every attempt whose intent became durable. */
  readonly attempts = new Map<string, BookedAttempt>();
  readonly settings = new Map<string, CampaignSettings>();
  /** Attempts whose person was put on the DNC list. */
  readonly optedOut = new Set<string>();
  lastOriginate = 0;
  readonly #own: OwnRules;
  readonly #numbers = new Map<string, NumberBook>();
  readonly #contactZones = new Map<string, string>();
  readonly #openContacts = new Map<string, string>();
  readonly #intended = new Map<string, Intent>();
  readonly #stopped = new Set<string>();
  /** Of the engine's present life. */
  #told = new Set<string>();
  #originated = new Set<string>();
  #localFailures = new Set<string>();
  #results = new Set<string>();
  #agentCalls = new Map<string, string>();
  /** Leg by call and call by leg, as the engine last asked for it, and as a switch said that it stands. */
  #asked = new Map<string, string>();
  #stands = new Map<string, string>();
  #legs = new Map<string, string>();
  #linkDown = new Set<string>();
  /** Callers that agents are with, by agent. */
  #agentCallers = new Map<string, string>();
  /** Calls that agents are kept for. */
  #reserved = new Map<string, string>();
  #draining = false;
  #emergencyStop = false;
  /** Numbers that the engine was told are on the DNC list. */
  #suppressed = new Set<string>();
  #now = 0;

  constructor(scenario: Scenario) {
    this.#own = new OwnRules(scenario);
  }

  // ---------------------------------------------------------------- what is durable

  #number(number: string): NumberBook {
    let book = this.#numbers.get(number);
    if (book === undefined) {
      book = { live: undefined, charged: [], dnc: false, campaignDnc: undefined, consent: 'none' };
      this.#numbers.set(number, book);
    }
    return book;
  }

  changed(change: NumberChange): void {
    switch (change.kind) {
      case 'contact':
        for (const number of change.contact.numbers) {
          this.#contactZones.set(number, change.contact.timeZone);
          const book = this.#number(number);
          if (change.contact.consent === 'refused') book.consent = 'refused';
          else if (change.contact.consent === 'granted' && book.consent === 'none') book.consent = 'granted';
        }
        return;
      case 'consent':
        this.#number(change.number).consent = change.consent;
        return;
      case 'dnc': {
        const book = this.#number(change.number);
        if (change.campaignId === undefined) book.dnc = change.listed;
        else if (change.listed) {
          book.campaignDnc ??= new Set();
          book.campaignDnc.add(change.campaignId);
        } else book.campaignDnc?.delete(change.campaignId);
      }
    }
  }

  /** The store has carried something out: what it lets through is judged on the books of that instant. */
  carriedOut(effect: StoreQuestion, answer: StoreInput): void {
    if (effect.type !== 'commit-intents' || answer.type !== 'intents-committed') return;
    if (answer.results.length !== effect.intents.length) violated('A3', 'an intent was not answered');
    answer.results.forEach((result, index) => {
      const intent = effect.intents[index] as Intent;
      if (result.attemptId !== intent.attemptId) violated('A3', `${intent.attemptId} was not answered`);
      if (result.committed) this.#commit(intent);
    });
  }

  #commit(intent: Intent): void {
    const { attemptId, number, campaignId, contactId } = intent;
    if (this.attempts.has(attemptId)) violated('A3', `${attemptId} was committed twice`);
    const book = this.#number(number);
    if (book.dnc || book.campaignDnc?.has(campaignId))
      violated('A1', `${number} is on a DNC list and was committed`);
    if (book.consent === 'refused') violated('A1', `${number} has refused consent and was committed`);
    const settings = this.settings.get(campaignId);
    if (settings?.consentRequired && book.consent !== 'granted')
      violated('A1', `${campaignId} requires consent, ${number} has none and was committed`);
    if (book.live !== undefined)
      violated('A2', `${number} is in ${book.live.intent.attemptId} and ${attemptId} was committed`);
    const held = this.#openContacts.get(contactId);
    if (held !== undefined) violated('A2', `contact ${contactId} is in ${held} and ${attemptId}`);
    const attempt: BookedAttempt = { intent, result: undefined, disposition: '' };
    this.attempts.set(attemptId, attempt);
    this.#openContacts.set(contactId, attemptId);
    book.live = attempt;
    book.charged.push(intent.intendedAt);
    const most = settings?.attemptsPerDay ?? 0;
    let recent = 0;
    for (const at of book.charged) if (at > intent.intendedAt - DAY) recent++;
    const shown = this.#own.shown(intent);
    if (shown !== undefined) violated('A2', shown);
    if (recent > most) violated('A2', `${number} is tried ${recent} times in 24 hours, at most ${most}`);
  }

  wrote(writes: readonly WriteEffect[]): void {
    for (const write of writes) {
      if (write.type === 'record-result') this.#result(write.result);
      else if (write.type === 'record-disposition') {
        const attempt = this.attempts.get(write.disposition.attemptId);
        if (attempt !== undefined) attempt.disposition = write.disposition.disposition;
      } else if (write.type === 'add-dnc') {
        const { number, campaignId } = write;
        this.changed({
          kind: 'dnc',
          number,
          listed: true,
          ...(campaignId === undefined ? {} : { campaignId }),
        });
      } else if (write.type === 'record-consent')
        this.#number(write.consent.number).consent = write.consent.decision;
      else if (write.type === 'event' && write.event.kind === 'number-suppressed') {
        const { attemptId, reason } = write.event;
        // By somebody who called back: no attempt's opt-out, and not known by an attempt.
        if (reason === 'opt-out key, call back') continue;
        this.optedOut.add(attemptId);
        const number = this.attempts.get(attemptId)?.intent.number ?? '';
        if (!this.#number(number).dnc)
          violated('A1', `${number} opted out in ${attemptId} and is not on the DNC list`);
      }
    }
  }

  /** The first durable result of an attempt stands. */
  #result(result: AttemptResult): void {
    const attempt = this.attempts.get(result.attemptId);
    if (attempt === undefined || attempt.result !== undefined) return;
    attempt.result = result;
    this.#own.ended(attempt.intent, result);
    this.#openContacts.delete(attempt.intent.contactId);
    const book = this.#number(attempt.intent.number);
    if (book.live === attempt) book.live = undefined;
    if (!result.charged) {
      const place = book.charged.indexOf(attempt.intent.intendedAt);
      if (place >= 0) book.charged.splice(place, 1);
    }
  }

  // ---------------------------------------------------------------- what the engine does

  /** A new engine starts on the store. */
  started(state: BootState): void {
    this.#told = new Set();
    this.#originated = new Set();
    this.#localFailures = new Set();
    this.#results = new Set();
    this.#agentCalls = new Map();
    this.#agentCallers = new Map();
    this.#reserved = new Map();
    this.#asked = new Map();
    this.#stands = new Map();
    this.#legs = new Map();
    this.#linkDown = new Set();
    this.#draining = false;
    this.#suppressed = new Set();
    this.#now = 0;
    // A3: what is open in the store is exactly what is open in the books.
    let open = 0;
    for (const { result } of this.attempts.values()) if (result === undefined) open++;
    if (state.openAttempts.length !== open)
      violated('A3', `${open} attempts are open and the store hands over ${state.openAttempts.length}`);
    for (const { attemptId } of state.openAttempts) {
      const attempt = this.attempts.get(attemptId);
      if (attempt === undefined || attempt.result !== undefined)
        violated('A3', `${attemptId} is open in the store and not in the books`);
    }
  }

  step(at: number, input: Input, effects: readonly Effect[]): void {
    if (at < this.#now) violated('time', 'the engine was stepped backwards');
    this.#now = at;
    this.#before(input, effects);
    for (const effect of effects) this.#effect(at, effect);
    if (input.type !== 'campaign-command') return;
    const starts = input.command === 'start' || input.command === 'resume' || input.command === 'approve';
    if (starts && accepted(effects, input.requestId)) this.#stopped.delete(input.campaignId);
  }

  /** The call, or the agent's leg, is gone: no bridge with it stands. */
  #part(channelId: string): void {
    this.#stands.delete(channelId);
    const legId = this.#asked.get(channelId);
    if (legId !== undefined && this.#stands.get(legId) === channelId) this.#stands.delete(legId);
    this.#asked.delete(channelId);
  }

  #before(input: Input, effects: readonly Effect[]): void {
    switch (input.type) {
      case 'boot':
        for (const record of input.campaigns) {
          this.settings.set(record.settings.id, record.settings);
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
        if (stops && accepted(effects, input.requestId)) this.#stopped.add(input.campaignId);
        return;
      }
      case 'campaign-save':
        if (accepted(effects, input.requestId)) this.settings.set(input.settings.id, input.settings);
        return;
      case 'intents-committed':
        for (const result of input.results) if (result.committed) this.#told.add(result.attemptId);
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
        this.#reserved.delete(this.#legs.get(input.channelId) ?? '');
        return;
      case 'originate-failed':
        if (input.local) this.#localFailures.add(input.channelId);
        return;
      case 'dnc-changed': {
        const key = `${input.number} ${input.campaignId ?? ''}`;
        if (input.listed) this.#suppressed.add(key);
        else this.#suppressed.delete(key);
        return;
      }
      case 'drain':
        this.#draining = true;
        return;
      default:
    }
  }

  #effect(at: number, effect: Effect): void {
    switch (effect.type) {
      case 'commit-intents':
        for (const intent of effect.intents) {
          if (this.#intended.has(intent.attemptId)) violated('A3', `${intent.attemptId} was intended twice`);
          this.#intended.set(intent.attemptId, intent);
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
        const caller = this.#agentCallers.get(agent);
        if (caller !== undefined)
          violated('A4', `${agent} is given ${effect.channelId} while with ${caller}`);
        const own = this.attempts.get(effect.channelId)?.intent.agentId;
        if (own !== undefined && own !== agent && this.#reserved.get(own) === effect.channelId)
          violated('A4', `${agent} is given ${effect.channelId}, which ${own} has dialled and waits for`);
        const other = this.#agentCalls.get(agent) ?? this.#stands.get(effect.agentLegId);
        if (other !== undefined && other !== effect.channelId)
          violated('A4', `${agent} is given ${effect.channelId} while on ${other}`);
        this.#asked.set(effect.channelId, effect.agentLegId);
        this.#asked.set(effect.agentLegId, effect.channelId);
        return;
      }
      case 'join':
        this.#joins(effect.channelId, effect.otherLegId);
        return;
      case 'record-result': {
        const { attemptId, outcome } = effect.result;
        if (this.#results.has(attemptId)) violated('A3', `${attemptId} was given two results`);
        this.#results.add(attemptId);
        this.#part(attemptId);
        if (
          outcome === 'not-dialed' &&
          this.#originated.has(attemptId) &&
          !this.#localFailures.has(attemptId)
        )
          violated('A3', `${attemptId} was originated and is recorded as not dialled`);
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
        } else if (event.kind === 'agent-changed') {
          if (event.state === 'reserved') this.#reserved.set(event.agentId, event.attemptId);
          else this.#reserved.delete(event.agentId);
          if (event.state === 'offline') {
            this.#agentCalls.delete(event.agentId);
            this.#agentCallers.delete(event.agentId);
          }
        } else if (event.kind === 'inbound-changed') {
          this.#inboundChanged(event);
        } else if (event.kind === 'campaign-changed') {
          if (event.status === 'running') this.#stopped.delete(event.campaignId);
          else this.#stopped.add(event.campaignId);
        }
        return;
      }
      default:
    }
  }

  /** A4: legs are joined for the agent whose call it is, and for nobody else's. */
  #joins(channelId: string, otherLegId: string): void {
    const agent = this.#legs.get(otherLegId);
    if (agent === undefined) return;
    const call = this.#agentCalls.get(agent);
    const caller = this.#agentCallers.get(agent);
    if (caller !== undefined && caller !== channelId)
      violated('A4', `${agent} is joined with ${channelId} while with ${caller}`);
    // A consulted party is joined with the agent of the call that it is beside.
    if (call !== undefined && call !== channelId && this.attempts.has(channelId))
      violated('A4', `${agent} is joined with ${channelId} while on ${call}`);
    const customer = this.attempts.get(channelId);
    if (customer !== undefined && call === undefined)
      violated('A4', `${agent} is joined again with ${channelId}, which is not theirs`);
  }

  #inboundChanged({ agentId, change, at }: Extract<DomainEvent, { kind: 'inbound-changed' }>): void {
    if (change === 'connected') {
      const call = this.#agentCalls.get(agentId);
      if (call !== undefined) violated('A4', `${agentId} takes a call back while on ${call}`);
      this.#agentCallers.set(agentId, `a caller since ${new Date(at).toISOString()}`);
    } else if (change === 'ended') this.#agentCallers.delete(agentId);
  }

  #originate(at: number, effect: Extract<Effect, { type: 'originate' }>): void {
    this.lastOriginate = at;
    const { channelId, number, campaignId, switchId } = effect;
    const attempt = this.attempts.get(channelId);
    if (attempt === undefined || !this.#told.has(channelId))
      violated('A1', `${channelId} is originated before its intent is known to be durable`);
    const { intent } = attempt;
    const { permit } = intent;
    if (
      intent.number !== number ||
      permit.number !== number ||
      permit.campaignId !== campaignId ||
      permit.expiresAt <= at ||
      permit.issuedAt > at
    )
      violated('A1', `${channelId} is originated without a valid permit`);
    const purpose = this.settings.get(campaignId)?.purpose ?? 'service';
    const zone = this.#contactZones.get(number) ?? '';
    // What the permit leans on was in force when the intent became durable.
    const consented = permit.consent !== 'none';
    if (consented && this.#number(number).consent === 'none')
      violated('A1', `the permit of ${channelId} leans on consent that nobody has given`);
    const ring = effect.ringSeconds * 1000;
    if (!HOURS.mayRing({ number, zone, purpose, consented }, at, ring))
      violated('A1', `${number} rings at ${new Date(at).toISOString()}, which ${zone} does not allow`);
    if (attempt.result !== undefined || this.#originated.has(channelId) || this.#results.has(channelId))
      violated('A3', `${channelId} is originated again`);
    this.#originated.add(channelId);
    if (this.#number(number).live !== attempt) violated('A2', `${number} is in another attempt`);
    if (this.#suppressed.has(`${number} `) || this.#suppressed.has(`${number} ${campaignId}`))
      violated('A1', `${number} is dialled and the engine knows that it is on a DNC list`);
    if (effect.callerId !== intent.callerId)
      violated('A1', `${channelId} shows another caller id than its intent`);
    if (!this.#own.isOpen(campaignId, at))
      violated('A6', `${campaignId} originates outside its hours, at ${new Date(at).toISOString()}`);
    if (this.#stopped.has(campaignId)) violated('A6', `${campaignId} does not run and originates`);
    if (this.#emergencyStop) violated('A6', 'a call is originated while the emergency stop is set');
    if (this.#draining) violated('A6', 'a call is originated in a drain');
    if (this.#linkDown.has(switchId)) violated('A6', `a call is originated on ${switchId}, which is down`);
  }

  // ---------------------------------------------------------------- at the end

  /** Counts by campaign and outcome of what is durable. */
  outcomes(campaignId: string): Partial<Record<Outcome, number>> {
    const counts: Partial<Record<Outcome, number>> = {};
    for (const { intent, result } of this.attempts.values()) {
      if (intent.campaignId !== campaignId || result === undefined) continue;
      counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
    }
    return counts;
  }

  dnc(number: string, campaignId: string): boolean {
    const book = this.#numbers.get(number);
    return book !== undefined && (book.dnc || book.campaignDnc?.has(campaignId) === true);
  }

  consent(number: string): 'granted' | 'refused' | 'none' {
    return this.#numbers.get(number)?.consent ?? 'none';
  }
}

function accepted(effects: readonly Effect[], requestId: string): boolean {
  return effects.some((e) => e.type === 'reply' && e.requestId === requestId && e.ok);
}
