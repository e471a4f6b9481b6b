/** Operators in virtual time: they import lists, start campaigns and press the buttons that the scenario says. */

import type { Json } from '../../dialer/audit/audit-record.js';
import type { NewConsent } from '../../dialer/core/consent.js';
import type { Effect } from '../../dialer/core/effects.js';
import type { CampaignCommandInput, Input, OperatorInput } from '../../dialer/core/inputs.js';
import type { CallerIdPoolSettings, CampaignSettings, EpochMilliseconds } from '../../dialer/core/model.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { NewContact } from '../../dialer/store/port.js';
import { hashText, type RandomStream, randomStream } from '../random.js';
import type { ListScenario, OperatorPlan } from '../scenario.js';
import { contactsOf } from './campaigns.js';
import { EventHeap } from './event-heap.js';
import type { VirtualAgents } from './virtual-agents.js';

const PRESS = 0;
const IMPORT = 1;
const APPROVE = 2;

/** When the service is away, an operator tries again after this. */
const TRY_AGAIN = 5_000;
/** Somebody looks at a passed gate within this. */
const APPROVAL_AFTER = 60_000;
/** Contacts handed to the store at once. */
const BATCH = 10_000;

/** What operators do to numbers, for whoever keeps books of his own. */
export type NumberChange =
  | { readonly kind: 'dnc'; readonly number: string; readonly listed: boolean; readonly campaignId?: string }
  | { readonly kind: 'consent'; readonly number: string; readonly consent: 'granted' | 'refused' }
  | { readonly kind: 'contact'; readonly campaignId: string; readonly contact: NewContact };

/** The service, as operators reach it. */
export interface Service {
  readonly store: StoreOperations;
  /** Nobody answers: the process is gone or frozen, or the store takes nothing. */
  readonly away: boolean;
  /** The engine's own time. */
  clock(): EpochMilliseconds;
  take(input: Input): void;
  /** A leg is gone without anybody having wanted it. */
  dropLeg(agentId: string): void;
}

type Target = OperatorPlan | ListScenario | string;

export class VirtualOperators {
  readonly #service: Service;
  readonly #agents: VirtualAgents;
  readonly #seed: string;
  readonly #random: RandomStream;
  readonly #heap = new EventHeap<Target>();
  readonly #pools: readonly CallerIdPoolSettings[];
  readonly #settings: Map<string, CampaignSettings>;
  /** Campaigns that wait for their first agent. */
  readonly #toStart = new Set<string>();
  readonly #numbers: string[] = [];
  readonly #changed: ((change: NumberChange) => void) | undefined;
  #requests = 0;

  constructor(options: {
    readonly service: Service;
    readonly agents: VirtualAgents;
    readonly campaigns: readonly CampaignSettings[];
    readonly callerIdPools: readonly CallerIdPoolSettings[];
    readonly lists: readonly ListScenario[];
    readonly plans: readonly OperatorPlan[];
    readonly seed: string;
    readonly startAt: EpochMilliseconds;
    readonly changed?: (change: NumberChange) => void;
  }) {
    const { campaigns, plans, startAt } = options;
    this.#service = options.service;
    this.#agents = options.agents;
    this.#seed = options.seed;
    this.#random = randomStream(options.seed, 'operators');
    this.#changed = options.changed;
    this.#pools = options.callerIdPools;
    this.#settings = new Map(campaigns.map((settings) => [settings.id, settings]));
    const byHand = new Set(plans.flatMap(({ action, campaign }) => (action === 'start' ? [campaign] : [])));
    for (const { id } of campaigns) if (!byHand.has(id) && !byHand.has('')) this.#toStart.add(id);
    for (const list of options.lists)
      if (list.at > 0) this.#heap.push(startAt + 1000 * list.at, IMPORT, list);
    for (const plan of plans) this.#heap.push(startAt + Math.round(1000 * plan.at), PRESS, plan);
  }

  nextTime(): EpochMilliseconds {
    return this.#heap.next();
  }

  advance(): void {
    const heap = this.#heap;
    heap.pop();
    const { target, kind, time } = heap;
    if (this.#service.away) {
      heap.push(time + TRY_AGAIN, kind, target as Target);
      return;
    }
    if (kind === IMPORT) this.importList(target as ListScenario);
    else if (kind === APPROVE) this.#command(target as string, 'approve', 'looks well');
    else this.#press(target as OperatorPlan);
  }

  /** Saves the caller-id pools and the campaigns; the lists of the start follow. */
  open(): void {
    const { store } = this.#service;
    for (const pool of this.#pools) {
      const { id, ...body } = pool;
      const at = this.#service.clock();
      store.saveDocument({ kind: 'caller-id-pool', id, body: body as unknown as Json, at });
    }
    if (this.#pools.length > 0) this.#service.take({ type: 'caller-id-pools-changed', pools: this.#pools });
    for (const settings of this.#settings.values()) this.#ask({ type: 'campaign-save', settings });
  }

  importList(list: ListScenario): void {
    const { store } = this.#service;
    const { contacts, suppressed } = contactsOf(list, hashText(this.#seed));
    const now = this.#service.clock();
    for (let from = 0; from < contacts.length; from += BATCH)
      store.addContacts(list.campaign, contacts.slice(from, from + BATCH), now);
    if (suppressed.length > 0) store.addDnc(suppressed, { reason: 'before the start', at: now });
    if (this.#changed !== undefined) {
      for (const contact of contacts) this.#changed({ kind: 'contact', campaignId: list.campaign, contact });
      for (const number of suppressed) this.#changed({ kind: 'dnc', number, listed: true });
    }
    for (const { numbers } of contacts) this.#numbers.push(numbers[0] as string);
    this.#service.take({ type: 'contacts-changed', campaignId: list.campaign });
  }

  /** What the engine tells and answers. */
  observe(effect: Effect, now: EpochMilliseconds): void {
    if (effect.type === 'reply') {
      if (!effect.ok && effect.code === 'no_agents' && effect.requestId.startsWith('start:'))
        this.#toStart.add(effect.requestId.slice('start:'.length));
      return;
    }
    if (effect.type !== 'event') return;
    const { event } = effect;
    if (event.kind === 'agent-changed') {
      if (this.#toStart.size > 0 && event.state !== 'offline' && event.state !== 'connecting') this.#start();
    } else if (event.kind === 'campaign-changed' && event.status === 'awaiting-approval')
      this.#heap.push(now + APPROVAL_AFTER, APPROVE, event.campaignId);
  }

  #start(): void {
    for (const campaignId of this.#toStart) {
      this.#service.take({
        type: 'campaign-command',
        requestId: `start:${campaignId}`,
        campaignId,
        command: 'start',
        by: 'operator',
        reason: '',
      });
    }
    this.#toStart.clear();
  }

  #ask(input: { [K in OperatorInput as K['type']]: Omit<K, 'requestId'> }[OperatorInput['type']]): void {
    this.#service.take({ ...input, requestId: `o${++this.#requests}` } as OperatorInput);
  }

  #command(campaignId: string, command: CampaignCommandInput['command'], reason: string): void {
    this.#ask({ type: 'campaign-command', campaignId, command, by: 'operator', reason });
  }

  /** Presses a button at once, whatever the scenario has planned. */
  #press(plan: OperatorPlan): void {
    const campaigns = plan.campaign === '' ? [...this.#settings.keys()] : [plan.campaign];
    const agentId = `agent-${plan.agent}`;
    switch (plan.action) {
      case 'start':
      case 'pause':
      case 'resume':
      case 'halt':
      case 'stop':
      case 'approve':
        for (const id of campaigns) this.#command(id, plan.action, 'the scenario says so');
        return;
      case 'set-pacer':
        for (const id of campaigns) this.#setPacer(id, plan.pacer);
        return;
      case 'drain':
        this.#service.take({ type: 'drain', deadlineAt: this.#service.clock() + 20_000 });
        return;
      case 'emergency-stop':
      case 'lift-emergency-stop':
        this.#ask({
          type: 'emergency-stop',
          active: plan.action === 'emergency-stop',
          by: 'operator',
          reason: 'the scenario says so',
        });
        return;
      case 'agent-ready':
      case 'agent-logout':
      case 'agent-hangup':
        this.#ask({ type: plan.action, agentId });
        return;
      case 'agent-pause':
        this.#ask({ type: 'agent-pause', agentId, reason: 'supervisor' });
        return;
      case 'agent-login':
        this.#agents.logInNow(plan.agent);
        return;
      case 'drop-leg':
        this.#service.dropLeg(agentId);
        return;
      default:
        this.#changeNumbers(plan);
    }
  }

  #setPacer(campaignId: string, method: string): void {
    const before = this.#settings.get(campaignId);
    if (before === undefined) return;
    const settings = { ...before, pacing: { ...before.pacing, method } };
    this.#settings.set(campaignId, settings);
    this.#command(campaignId, 'pause', 'other pacer');
    this.#ask({ type: 'campaign-save', settings });
    this.#command(campaignId, 'resume', 'other pacer');
  }

  #changeNumbers({ action, share, campaign }: OperatorPlan): void {
    const campaignId = campaign === '' ? undefined : campaign;
    for (const number of this.#numbers)
      if (this.#random.bernoulli(share)) this.#changeNumber(number, action, campaignId);
  }

  /** Somebody asks, at a moment that the scenario does not plan, not to be called. */
  suppress(number: string, action: 'add-dnc' | 'withdraw-consent'): void {
    if (!this.#service.away) this.#changeNumber(number, action, undefined);
  }

  #changeNumber(number: string, action: OperatorPlan['action'], campaignId: string | undefined): void {
    const { store } = this.#service;
    const at = this.#service.clock();
    if (action === 'withdraw-consent' || action === 'grant-consent') {
      const consent = action === 'grant-consent' ? 'granted' : 'refused';
      const word: NewConsent = {
        number,
        decision: consent,
        level: 'express',
        source: 'operator',
        evidence: 'told us',
        at,
        recordedBy: 'operator',
        recordedAt: at,
      };
      store.addConsent([word]);
      this.#changed?.({ kind: 'consent', number, consent });
      this.#service.take({ type: 'consent-changed', number, word });
      return;
    }
    const where = campaignId === undefined ? {} : { campaignId };
    const listed = action === 'add-dnc';
    if (listed) store.addDnc([number], { ...where, reason: 'asked', at });
    else store.removeDnc(number, campaignId);
    this.#changed?.({ kind: 'dnc', number, listed, ...where });
    this.#service.take({ type: 'dnc-changed', number, listed, ...where });
  }

  /** A command that the scenario does not plan. */
  soon(at: EpochMilliseconds, campaignId: string, command: 'resume'): void {
    const plan: OperatorPlan = {
      at: 0,
      action: command,
      campaign: campaignId,
      agent: 0,
      pacer: '',
      share: 0,
    };
    this.#heap.push(at, PRESS, plan);
  }

  /** No more buttons; callbacks and approvals go on. */
  rest(): void {
    const kept: [number, number, Target][] = [];
    while (this.#heap.size > 0) {
      this.#heap.pop();
      const { time, kind, target } = this.#heap;
      if (kind !== PRESS) kept.push([time, kind, target as Target]);
    }
    for (const [time, kind, target] of kept) this.#heap.push(time, kind, target);
  }
}
