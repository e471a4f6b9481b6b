/**
 * A small world for pacers alone, in virtual time: agents, attempts and customers' patience, and nothing of
 * the dialer. Benches and tests drive pacers with it; the same seed gives the same run, and the k-th call of a
 * seed is the same for every pacer.
 */
import type { HopperLead, InFlightAttempt, Pacer, PacingEvent, PacingSnapshot } from '../pacing/index.js';
import { Agenda } from './pacing-agenda.js';
import type { WorldLead } from './pacing-leads.js';
import { Random } from './pacing-random.js';
import { WorldFigures } from './pacing-world-figures.js';
import type { Changing, WorldOptions, WorldResult } from './pacing-world-types.js';

interface Call {
  readonly id: number;
  readonly kind: 'person' | 'machine' | 'failure' | 'silence' | 'inbound';
  readonly patience: number;
  readonly talk: number;
  readonly wrap: number;
  readonly view: { -readonly [K in keyof InFlightAttempt]: InFlightAttempt[K] };
  readonly lead: WorldLead | undefined;
  answeredAt: number;
  slot: number;
  state: 'flight' | 'waiting' | 'reserved' | 'done';
}

interface Agent {
  readonly id: number;
  state: 'out' | 'ready' | 'reserved' | 'talk' | 'wrap';
  since: number;
  endingSince: number | null;
  leaving: boolean;
  call: Call | null;
}

type Happening =
  | { readonly what: 'tick' | 'inbound' | 'login' }
  | { readonly what: 'team'; readonly size: number }
  | { readonly what: 'ring' | 'resolve' | 'give-up'; readonly call: Call }
  | {
      readonly what: 'hand-end' | 'hand-hangup' | 'talk-end' | 'wrap-end' | 'ending';
      readonly agent: Agent;
      readonly call: Call;
    };

const campaignOf = ({ view }: Call) => (view.campaign === undefined ? undefined : String(view.campaign));
const valueAt = (value: Changing, t: number) => (typeof value === 'function' ? value(t) : value);

/** Runs a pacer in the world and reports what came of it. */
export function runWorld(pacer: Pacer, options: WorldOptions): WorldResult {
  return new World(pacer, options).run();
}

class World {
  readonly #pacer: Pacer;
  readonly #o: WorldOptions;
  readonly #wait: number;
  readonly #agenda = new Agenda<Happening>();
  readonly #random: Random;
  readonly #agentRandom: Random;
  readonly #inboundRandom: Random;
  readonly #agents: Agent[] = [];
  readonly #ready: Agent[] = [];
  readonly #waiting: Call[] = [];
  readonly #queue: Call[] = [];
  readonly #flights: Call[] = [];
  readonly #views: InFlightAttempt[] = [];
  readonly #hopper: WorldLead[] = [];
  readonly #placedAt: number[] = [];
  readonly #counts = { talk: 0, wrap: 0, reserved: 0, wanted: 0, loggingIn: 0 };
  readonly #figures: WorldFigures;
  readonly #snapshot: PacingSnapshot;
  #now = 0;
  #ids = 0;
  #inboundIds = 0;
  /** Changes when an agent's state does: the views are built anew only then. */
  #version = 0;

  constructor(pacer: Pacer, options: WorldOptions) {
    this.#pacer = pacer;
    this.#o = options;
    this.#wait = Math.max(0, (options.answerWait ?? 2) - (options.handover ?? 0));
    this.#figures = new WorldFigures(options.hours * 3600, options.warmup ?? 1800);
    this.#random = new Random(options.seed);
    this.#agentRandom = new Random(options.seed, 2);
    this.#inboundRandom = new Random(options.seed, 4);
    this.#snapshot = this.#view();
  }

  #view(): PacingSnapshot {
    const world = this;
    const o = this.#o;
    let built = -1;
    let talking: Agent[] = [];
    let wrapping: Agent[] = [];
    const build = () => {
      if (built === world.#version) return;
      built = world.#version;
      talking = world.#agents.filter((a) => a.state === 'talk');
      wrapping = world.#agents.filter((a) => a.state === 'wrap');
    };
    const busy = (agents: readonly Agent[]) =>
      agents.map((a) => ({ agent: a.id, since: a.since, endingSince: a.endingSince }));
    const view: PacingSnapshot = {
      get now() {
        return world.#now;
      },
      get agentsReady() {
        return world.#ready.length;
      },
      get agentsTalking() {
        return world.#counts.talk;
      },
      get agentsWrap() {
        return world.#counts.wrap;
      },
      get agentsReserved() {
        return world.#counts.reserved;
      },
      get agentsTotal() {
        return world.#loggedIn;
      },
      get talkingSince() {
        build();
        return talking.map((a) => a.since);
      },
      get wrapSince() {
        build();
        return wrapping.map((a) => a.since);
      },
      get inFlight() {
        return world.#views;
      },
      get inFlightCount() {
        return world.#views.length;
      },
      get waitingAnswered() {
        return world.#waiting.length;
      },
      get maxChannelsLeft() {
        return world.#channelsLeft;
      },
      get cpsBudget() {
        return world.#callsLeft;
      },
    };
    const more: PropertyDescriptorMap = {};
    const add = (name: keyof PacingSnapshot, get: () => unknown) => {
      more[name] = { get, enumerable: true };
    };
    if (o.announced !== undefined) {
      add('talking', () => {
        build();
        return busy(talking);
      });
      add('wrapping', () => {
        build();
        return busy(wrapping);
      });
    }
    if (o.leads) add('hopper', () => this.#hopper satisfies readonly HopperLead[]);
    if (o.target) add('targetAbandonRatio', () => o.target?.(this.#now));
    if (o.handover !== undefined && !o.handoverUntold) add('handover', () => o.handover);
    if (o.shedFrom !== undefined) add('minRing', () => o.shedFrom);
    if (o.inbound) add('inboundWaiting', () => this.#queue.length);
    return Object.defineProperties(view, more);
  }

  get #loggedIn(): number {
    const { talk, wrap, reserved } = this.#counts;
    return this.#ready.length + talk + wrap + reserved;
  }

  get #channelsLeft(): number {
    const { talk, reserved } = this.#counts;
    return (
      (this.#o.channels ?? Number.POSITIVE_INFINITY) -
      this.#views.length -
      this.#waiting.length -
      talk -
      reserved
    );
  }

  get #callsLeft(): number {
    const { callsPerSecond } = this.#o;
    if (callsPerSecond === undefined) return Number.POSITIVE_INFINITY;
    const placed = this.#placedAt;
    while (placed.length > 0 && (placed[0] as number) <= this.#now - 1) placed.shift();
    return callsPerSecond - placed.length;
  }

  #tell(e: PacingEvent): void {
    this.#pacer.observe(e);
  }

  run(): WorldResult {
    const o = this.#o;
    const agenda = this.#agenda;
    const end = o.hours * 3600;
    const steps = typeof o.agents === 'number' ? ([[0, o.agents]] as const) : o.agents;
    for (const [t, size] of steps) agenda.push(t, { what: 'team', size });
    agenda.push(0, { what: 'tick' });
    if (o.inbound) agenda.push(this.#nextInbound(), { what: 'inbound' });
    for (let next = agenda.pop(); next && next.time <= end; next = agenda.pop()) {
      this.#advance(next.time);
      this.#handle(next.item);
      this.#decide();
    }
    return this.#figures.report(end);
  }

  #advance(to: number): void {
    const { talk, wrap } = this.#counts;
    this.#figures.staffed(this.#now, to, talk + wrap, this.#loggedIn);
    this.#now = to;
  }

  #handle(item: Happening): void {
    switch (item.what) {
      case 'tick':
        this.#agenda.push(this.#now + (this.#o.tick ?? 0.25), item);
        break;
      case 'team':
        this.#setTeam(item.size);
        break;
      case 'login':
        this.#login();
        break;
      case 'inbound':
        this.#arrive();
        break;
      case 'ring':
        if (item.call.state !== 'flight') break;
        item.call.view.ringingAt = this.#now;
        this.#tell({ type: 'ringing', t: this.#now, id: item.call.id });
        break;
      case 'resolve':
        if (item.call.state === 'flight') this.#resolve(item.call);
        break;
      case 'give-up':
        this.#giveUp(item.call);
        break;
      default:
        if (item.agent.call === item.call) this.#agentHappening(item.what, item.agent, item.call);
    }
  }

  #decide(): void {
    const o = this.#o;
    this.#figures.decided();
    if (o.leads) {
      const most = o.hopper ?? 200;
      while (this.#hopper.length < most) this.#hopper.push(o.leads.next(this.#hopper));
    }
    if (o.shedFrom !== undefined) {
      for (const id of this.#pacer.callsToShed?.(this.#snapshot) ?? []) this.#shed(id as number, o.shedFrom);
    }
    const wish = this.#pacer.callsToPlace(this.#snapshot);
    const picks = typeof wish === 'number' ? null : wish.picks;
    const lines = Math.min(picks?.length ?? (wish as number), this.#channelsLeft, this.#callsLeft);
    for (let i = 0; i < lines; i++) this.#place(picks?.[i] as number | undefined);
  }

  #place(pick: number | undefined): void {
    const o = this.#o;
    const now = this.#now;
    const id = ++this.#ids;
    let lead: WorldLead | undefined;
    if (o.leads) {
      const at = pick === undefined ? 0 : this.#hopper.findIndex((l) => l.lead === pick);
      lead = this.#hopper.splice(Math.max(0, at), 1)[0];
    }
    const chance = lead?.chance ?? valueAt(o.answerRate, now);
    // What does not answer is divided as the mean attempt's is.
    const rest = lead && o.leads ? (1 - lead.chance) / (1 - o.leads.mean) : 1;
    const random = this.#random.restart(o.seed, 1, id);
    const u = random.uniform() - chance;
    const machines = rest * (o.machineRate ?? 0.15);
    const failures = rest * (o.failureRate ?? 0.07);
    const kind =
      u < 0 ? 'person' : u < machines ? 'machine' : u < machines + failures ? 'failure' : 'silence';
    const latency = 0.3 + 2.7 * random.uniform();
    const timeout = o.ringTimeout ?? 24;
    const ring = Math.min(timeout, 1 + (((o.ringSeconds ?? 10) - 1) / 4) * random.gamma(4));
    const other = random.uniform();
    const view: Call['view'] = { id, placedAt: now, ringingAt: null };
    if (lead?.pHint !== undefined) view.pHint = lead.pHint;
    if (lead) view.lead = lead.lead;
    if (lead?.campaign !== undefined) view.campaign = lead.campaign;
    const call: Call = {
      id,
      kind,
      patience: random.exponential(o.patience ?? 10),
      talk: random.lognormal(valueAt(o.talkSeconds, now), o.talkVariation ?? 0.9),
      wrap: random.lognormal(valueAt(o.wrapSeconds, now), o.wrapVariation ?? 0.6),
      view,
      lead,
      answeredAt: 0,
      slot: this.#flights.length,
      state: 'flight',
    };
    if (kind !== 'failure') this.#agenda.push(now + latency, { what: 'ring', call });
    const lasts =
      kind === 'person'
        ? ring
        : kind === 'machine'
          ? 15 + 5 * other
          : kind === 'failure'
            ? 1 + 2 * other
            : timeout;
    this.#agenda.push(now + latency + lasts, { what: 'resolve', call });
    this.#flights.push(call);
    this.#views.push(view);
    if (o.callsPerSecond !== undefined) this.#placedAt.push(now);
    this.#figures.placed(now, chance, campaignOf(call));
    this.#tell({ type: 'placed', t: now, ...view });
  }

  #leaveFlight(call: Call): void {
    const last = this.#flights.pop() as Call;
    const lastView = this.#views.pop() as InFlightAttempt;
    if (last !== call) {
      this.#flights[call.slot] = last;
      this.#views[call.slot] = lastView;
      last.slot = call.slot;
    }
    call.state = 'done';
  }

  #shed(id: number, from: number): void {
    const call = this.#flights.find((c) => c.id === id);
    if (!call || call.view.ringingAt === null || this.#now - call.view.ringingAt < from) return;
    this.#leaveFlight(call);
    if (call.kind === 'person') this.#figures.lost(this.#now);
    this.#tell({ type: 'shed', t: this.#now, id });
  }

  #resolve(call: Call): void {
    const now = this.#now;
    this.#leaveFlight(call);
    call.lead?.ended?.(call.kind === 'person');
    if (call.kind === 'machine') this.#tell({ type: 'machine', t: now, id: call.id });
    else if (call.kind !== 'person') {
      this.#tell({
        type: 'failed',
        t: now,
        id: call.id,
        kind: call.kind === 'failure' ? 'busy' : 'noanswer',
      });
    } else {
      call.answeredAt = now;
      this.#figures.answered(now, campaignOf(call));
      this.#tell({ type: 'answered', t: now, id: call.id });
      this.#offer(call, this.#waiting, Math.min(this.#wait, call.patience));
    }
  }

  /** To the agent idle longest, or into the queue until `patience` is over. */
  #offer(call: Call, queue: Call[], patience: number): void {
    const agent = this.#ready.shift();
    if (agent) this.#take(agent, call);
    else {
      call.state = 'waiting';
      queue.push(call);
      this.#agenda.push(this.#now + patience, { what: 'give-up', call });
    }
  }

  #giveUp(call: Call): void {
    if (call.state !== 'waiting') return;
    call.state = 'done';
    const now = this.#now;
    if (call.kind === 'inbound') {
      this.#queue.splice(this.#queue.indexOf(call), 1);
      this.#tell({ type: 'inboundLost', t: now, waited: now - call.answeredAt });
      this.#figures.inboundEnded(call.answeredAt, now - call.answeredAt, true);
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(call), 1);
    this.#figures.abandoned(call.answeredAt, campaignOf(call));
    const kind = call.patience < this.#wait ? 'hangup' : 'timeout';
    this.#tell({ type: 'abandoned', t: now, id: call.id, kind, waited: now - call.answeredAt });
  }

  #setState(agent: Agent, state: Agent['state'], call?: number): void {
    const counts = this.#counts;
    if (agent.state in counts) counts[agent.state as 'talk']--;
    if (state in counts) counts[state as 'talk']++;
    agent.state = state;
    agent.since = this.#now;
    this.#version++;
    this.#tell({
      type: 'agent',
      t: this.#now,
      agent: agent.id,
      state,
      ...(call === undefined ? {} : { call }),
    });
  }

  #take(agent: Agent, call: Call): void {
    const { handover } = this.#o;
    agent.call = call;
    if (call.kind === 'inbound') {
      const waited = this.#now - call.answeredAt;
      this.#figures.inboundEnded(call.answeredAt, waited, false);
      call.state = 'done';
      this.#tell({ type: 'inboundAnswered', t: this.#now, waited });
      this.#setState(agent, 'talk');
      this.#agenda.push(this.#now + call.talk, { what: 'talk-end', agent, call });
      return;
    }
    if (!handover) {
      this.#connect(agent, call);
      return;
    }
    call.state = 'reserved';
    this.#setState(agent, 'reserved', call.id);
    const left = call.patience - (this.#now - call.answeredAt);
    if (left < handover) this.#agenda.push(this.#now + left, { what: 'hand-hangup', agent, call });
    else this.#agenda.push(this.#now + handover, { what: 'hand-end', agent, call });
  }

  #connect(agent: Agent, call: Call): void {
    const now = this.#now;
    call.state = 'done';
    this.#figures.connected(now);
    this.#tell({ type: 'connected', t: now, id: call.id, agent: agent.id, waited: now - call.answeredAt });
    this.#setState(agent, 'talk', call.id);
    this.#agenda.push(now + call.talk, { what: 'talk-end', agent, call });
    const { announced } = this.#o;
    if (announced === undefined) return;
    const random = this.#agentRandom.restart(this.#o.seed, 6, call.id);
    if (random.uniform() >= announced) return;
    const lead = 5 + 5 * random.uniform();
    this.#agenda.push(now + Math.max(0, call.talk + call.wrap - lead), { what: 'ending', agent, call });
  }

  #agentHappening(what: Happening['what'], agent: Agent, call: Call): void {
    const now = this.#now;
    switch (what) {
      case 'hand-end':
        this.#connect(agent, call);
        break;
      case 'hand-hangup':
        this.#tell({ type: 'hungup', t: now, id: call.id, waited: now - call.answeredAt });
        this.#becomeReady(agent);
        break;
      case 'talk-end':
        this.#setState(agent, 'wrap', call.id);
        this.#agenda.push(now + call.wrap, { what: 'wrap-end', agent, call });
        break;
      case 'ending':
        agent.endingSince = now;
        this.#version++;
        this.#tell({ type: 'ending', t: now, agent: agent.id, call: call.id });
        break;
      case 'wrap-end':
        if (call.kind !== 'inbound')
          this.#tell({ type: 'disposition', t: now, agent: agent.id, call: call.id, human: true });
        this.#becomeReady(agent);
        break;
      default:
        break;
    }
  }

  #becomeReady(agent: Agent): void {
    agent.call = null;
    agent.endingSince = null;
    if (agent.leaving) {
      agent.leaving = false;
      this.#setState(agent, 'out');
      return;
    }
    this.#setState(agent, 'ready');
    const call = this.#waiting.shift() ?? this.#queue.shift();
    if (call) this.#take(agent, call);
    else this.#ready.push(agent);
  }

  #setTeam(size: number): void {
    const counts = this.#counts;
    counts.wanted = size;
    const staying = () => this.#agents.filter((a) => a.state !== 'out' && !a.leaving).length;
    for (const agent of this.#agents) {
      if (agent.leaving && staying() + counts.loggingIn < size) agent.leaving = false;
    }
    for (let n = staying() + counts.loggingIn; n < size; n++) {
      counts.loggingIn++;
      this.#agenda.push(this.#now + 30 * this.#agentRandom.uniform(), { what: 'login' });
    }
    while (staying() > size && this.#ready.length > 0) {
      this.#setState(this.#ready.shift() as Agent, 'out');
    }
    for (const state of ['wrap', 'talk', 'reserved']) {
      for (const agent of this.#agents) {
        if (agent.state === state && !agent.leaving && staying() > size) agent.leaving = true;
      }
    }
  }

  #login(): void {
    this.#counts.loggingIn--;
    if (this.#loggedIn >= this.#counts.wanted) return;
    let agent = this.#agents.find((a) => a.state === 'out');
    if (!agent) {
      const id = this.#agents.length;
      agent = { id, state: 'out', since: 0, endingSince: null, leaving: false, call: null };
      this.#agents.push(agent);
    }
    this.#becomeReady(agent);
  }

  #nextInbound(): number {
    return this.#now + this.#inboundRandom.exponential(3600 / (this.#o.inbound?.perHour ?? 1));
  }

  #arrive(): void {
    const o = this.#o;
    const { inbound } = o;
    if (!inbound) return;
    const random = this.#inboundRandom;
    const id = --this.#inboundIds;
    const call: Call = {
      id,
      kind: 'inbound',
      patience: random.exponential(inbound.patience),
      talk: random.lognormal(inbound.talkSeconds, o.talkVariation ?? 0.9),
      wrap: random.lognormal(valueAt(o.wrapSeconds, this.#now), o.wrapVariation ?? 0.6),
      view: { id, placedAt: this.#now, ringingAt: null },
      lead: undefined,
      answeredAt: this.#now,
      slot: -1,
      state: 'waiting',
    };
    this.#agenda.push(this.#nextInbound(), { what: 'inbound' });
    this.#figures.inboundArrived(this.#now);
    this.#tell({ type: 'inbound', t: this.#now });
    this.#offer(call, this.#queue, call.patience);
  }
}
