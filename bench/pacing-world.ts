/**
 * A small world for pacers alone, in virtual time: agents, attempts and customers' patience, and nothing of
 * the dialer. Benches and tests drive pacers with it; the same seed gives the same run.
 */
import type { Pacer, PacingEvent, PacingSnapshot } from '../pacing/index.js';

export interface WorldOptions {
  readonly agents: number;
  readonly hours: number;
  readonly seed: number;
  /** Share of attempts that a person answers; a function of time (seconds) may step. */
  readonly answerRate: number | ((t: number) => number);
  /** Shares of attempts that a machine answers (recognised) and that fail at once. */
  readonly machineRate?: number;
  readonly failureRate?: number;
  readonly talkSeconds: number;
  readonly talkVariation?: number;
  readonly wrapSeconds: number;
  readonly wrapVariation?: number;
  readonly ringSeconds?: number;
  /** Seconds after which an unanswered call is given up. */
  readonly ringTimeout?: number;
  readonly answerWait?: number;
  /** Mean seconds that a waiting customer stays. */
  readonly patience?: number;
  /** Seconds left out of the figures at the start. */
  readonly warmup?: number;
  readonly tick?: number;
}

export interface WorldResult {
  readonly attempts: number;
  readonly answers: number;
  readonly abandoned: number;
  readonly connects: number;
  readonly abandonRatio: number;
  readonly occupancy: number;
  /** Largest abandon ratio of a rolling half hour with at least 20 answers. */
  readonly worstHalfHour: number;
  readonly decisions: number;
}

interface Call {
  readonly id: number;
  readonly placedAt: number;
  ringingAt: number | null;
  readonly kind: 'person' | 'machine' | 'failure' | 'silence';
  readonly patience: number;
  readonly talk: number;
  readonly wrap: number;
  answeredAt: number;
  slot: number;
  waiting: boolean;
}

interface Agent {
  readonly id: number;
  state: 'ready' | 'talk' | 'wrap';
  since: number;
  call: Call | null;
}

type Happening =
  | { readonly what: 'tick' }
  | { readonly what: 'ring' | 'resolve' | 'give-up'; readonly call: Call }
  | { readonly what: 'talk-end' | 'wrap-end' | 'login'; readonly agent: Agent };

/** Earliest first; the order of insertion decides between equals. */
class Agenda {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: Happening[] = [];
  #order = 0;

  push(time: number, item: Happening): void {
    let i = this.#items.length;
    this.#times.push(time);
    this.#orders.push(this.#order++);
    this.#items.push(item);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.#before(i, up)) break;
      this.#swap(i, up);
      i = up;
    }
  }

  pop(): { time: number; item: Happening } | undefined {
    const item = this.#items[0];
    if (!item) return undefined;
    const time = this.#times[0] as number;
    const last = this.#items.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    this.#orders.pop();
    this.#items.pop();
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= last) break;
      const down = left + 1 < last && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(down, i)) break;
      this.#swap(i, down);
      i = down;
    }
    return { time, item };
  }

  #before(a: number, b: number): boolean {
    const d = (this.#times[a] as number) - (this.#times[b] as number);
    return d < 0 || (d === 0 && (this.#orders[a] as number) < (this.#orders[b] as number));
  }

  #swap(a: number, b: number): void {
    for (const list of [this.#times, this.#orders, this.#items] as unknown[][]) {
      const x = list[a];
      list[a] = list[b];
      list[b] = x;
    }
  }
}

/** Seeded random numbers: mulberry32, the polar method, Marsaglia and Tsang's gamma. */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }
  lognormal(mean: number, variation: number): number {
    const variance = Math.log(1 + variation * variation);
    return mean * Math.exp(Math.sqrt(variance) * this.normal() - variance / 2);
  }
  gamma(shape: number): number {
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}

const MINUTE = 60;

/** Runs a pacer in the world and reports what came of it. */
export function runWorld(pacer: Pacer, options: WorldOptions): WorldResult {
  const {
    agents: team,
    hours,
    seed,
    answerRate,
    machineRate = 0.15,
    failureRate = 0.07,
    talkSeconds,
    talkVariation = 0.9,
    wrapSeconds,
    wrapVariation = 0.6,
    ringSeconds = 10,
    ringTimeout = 24,
    answerWait = 2,
    patience = 10,
    warmup = 1800,
    tick = 0.25,
  } = options;
  const random = new Random(seed);
  const agenda = new Agenda();
  const end = hours * 3600;
  const agents: Agent[] = [];
  const ready: Agent[] = [];
  const waiting: Call[] = [];
  const flights: Call[] = [];
  let talking = 0;
  let wrapping = 0;
  let loggedIn = 0;
  let now = 0;
  let ids = 0;
  let decisions = 0;
  let busySeconds = 0;
  let allSeconds = 0;
  const minutes = Math.ceil(end / MINUTE);
  const answersBy = new Float64Array(minutes + 2);
  const abandonedBy = new Float64Array(minutes + 2);
  const count = { attempts: 0, connects: 0 };

  const since = (state: Agent['state']) => agents.filter((a) => a.state === state).map((a) => a.since);
  const snapshot: PacingSnapshot = {
    get now() {
      return now;
    },
    get agentsReady() {
      return ready.length;
    },
    get agentsTalking() {
      return talking;
    },
    get agentsWrap() {
      return wrapping;
    },
    get agentsTotal() {
      return loggedIn;
    },
    get talkingSince() {
      return since('talk');
    },
    get wrapSince() {
      return since('wrap');
    },
    get inFlight() {
      return flights;
    },
    get inFlightCount() {
      return flights.length;
    },
    get waitingAnswered() {
      return waiting.length;
    },
    maxChannelsLeft: Number.POSITIVE_INFINITY,
    cpsBudget: Number.POSITIVE_INFINITY,
  };
  const tell = (e: PacingEvent) => pacer.observe(e);
  const minuteOf = (t: number) => Math.min(minutes + 1, Math.floor(t / MINUTE));

  const place = () => {
    const p = typeof answerRate === 'function' ? answerRate(now) : answerRate;
    const u = random.uniform();
    const kind =
      u < p
        ? 'person'
        : u < p + machineRate
          ? 'machine'
          : u < p + machineRate + failureRate
            ? 'failure'
            : 'silence';
    const call: Call = {
      id: ++ids,
      placedAt: now,
      ringingAt: null,
      kind,
      patience: -patience * Math.log(1 - random.uniform()),
      talk: random.lognormal(talkSeconds, talkVariation),
      wrap: random.lognormal(wrapSeconds, wrapVariation),
      answeredAt: 0,
      slot: flights.length,
      waiting: false,
    };
    const ringAt = now + 0.3 + 2.7 * random.uniform();
    const ring = Math.min(ringTimeout, 1 + ((ringSeconds - 1) / 4) * random.gamma(4));
    if (kind !== 'failure') agenda.push(ringAt, { what: 'ring', call });
    const lasts =
      kind === 'person'
        ? ring
        : kind === 'machine'
          ? 15 + 5 * random.uniform()
          : kind === 'failure'
            ? 1 + 2 * random.uniform()
            : ringTimeout;
    agenda.push(ringAt + lasts, { what: 'resolve', call });
    flights.push(call);
    count.attempts++;
    tell({ type: 'placed', t: now, id: call.id });
  };

  const connect = (agent: Agent, call: Call) => {
    agent.state = 'talk';
    agent.since = now;
    agent.call = call;
    talking++;
    count.connects++;
    tell({ type: 'connected', t: now, id: call.id, agent: agent.id, waited: now - call.answeredAt });
    tell({ type: 'agent', t: now, agent: agent.id, state: 'talk', call: call.id });
    agenda.push(now + call.talk, { what: 'talk-end', agent });
  };

  const becomeReady = (agent: Agent) => {
    agent.state = 'ready';
    agent.since = now;
    tell({ type: 'agent', t: now, agent: agent.id, state: 'ready' });
    const call = waiting.shift();
    if (call) {
      call.waiting = false;
      connect(agent, call);
    } else ready.push(agent);
  };

  const resolve = (call: Call) => {
    const last = flights.pop() as Call;
    if (last !== call) {
      flights[call.slot] = last;
      last.slot = call.slot;
    }
    if (call.kind === 'machine') tell({ type: 'machine', t: now, id: call.id });
    else if (call.kind !== 'person') {
      tell({ type: 'failed', t: now, id: call.id, kind: call.kind === 'failure' ? 'busy' : 'noanswer' });
    } else {
      call.answeredAt = now;
      const m = minuteOf(now);
      answersBy[m] = (answersBy[m] as number) + 1;
      tell({ type: 'answered', t: now, id: call.id });
      const agent = ready.shift();
      if (agent) connect(agent, call);
      else {
        call.waiting = true;
        waiting.push(call);
        agenda.push(now + Math.min(answerWait, call.patience), { what: 'give-up', call });
      }
    }
  };

  for (let i = 0; i < team; i++) {
    const agent: Agent = { id: i, state: 'ready', since: 0, call: null };
    agenda.push(30 * random.uniform(), { what: 'login', agent });
  }
  agenda.push(0, { what: 'tick' });
  for (let next = agenda.pop(); next && next.time <= end; next = agenda.pop()) {
    const from = Math.max(now, warmup);
    if (next.time > from) {
      busySeconds += (talking + wrapping) * (next.time - from);
      allSeconds += loggedIn * (next.time - from);
    }
    now = next.time;
    const { item } = next;
    switch (item.what) {
      case 'tick':
        agenda.push(now + tick, item);
        break;
      case 'login':
        loggedIn++;
        agents.push(item.agent);
        becomeReady(item.agent);
        break;
      case 'ring':
        item.call.ringingAt = now;
        tell({ type: 'ringing', t: now, id: item.call.id });
        break;
      case 'resolve':
        resolve(item.call);
        break;
      case 'give-up': {
        const { call } = item;
        if (!call.waiting) break;
        call.waiting = false;
        waiting.splice(waiting.indexOf(call), 1);
        const m = minuteOf(call.answeredAt);
        abandonedBy[m] = (abandonedBy[m] as number) + 1;
        const kind = call.patience < answerWait ? 'hangup' : 'timeout';
        tell({ type: 'abandoned', t: now, id: call.id, kind, waited: now - call.answeredAt });
        break;
      }
      case 'talk-end': {
        const { agent } = item;
        const call = agent.call as Call;
        agent.state = 'wrap';
        agent.since = now;
        talking--;
        wrapping++;
        tell({ type: 'agent', t: now, agent: agent.id, state: 'wrap', call: call.id });
        agenda.push(now + call.wrap, { what: 'wrap-end', agent });
        break;
      }
      case 'wrap-end': {
        const { agent } = item;
        tell({ type: 'disposition', t: now, agent: agent.id, call: (agent.call as Call).id, human: true });
        agent.call = null;
        wrapping--;
        becomeReady(agent);
        break;
      }
    }
    decisions++;
    const wish = pacer.callsToPlace(snapshot);
    const lines = typeof wish === 'number' ? wish : wish.picks.length;
    for (let i = 0; i < lines; i++) place();
  }

  const first = Math.floor(warmup / MINUTE);
  let answers = 0;
  let abandoned = 0;
  let worst = 0;
  let recentAnswers = 0;
  let recentAbandoned = 0;
  for (let m = first; m < minutes; m++) {
    answers += answersBy[m] as number;
    abandoned += abandonedBy[m] as number;
    recentAnswers += answersBy[m] as number;
    recentAbandoned += abandonedBy[m] as number;
    if (m - 30 >= first) {
      recentAnswers -= answersBy[m - 30] as number;
      recentAbandoned -= abandonedBy[m - 30] as number;
    }
    if (m - 29 >= first && recentAnswers >= 20) worst = Math.max(worst, recentAbandoned / recentAnswers);
  }
  return {
    attempts: count.attempts,
    answers,
    abandoned,
    connects: count.connects,
    abandonRatio: answers > 0 ? abandoned / answers : 0,
    occupancy: allSeconds > 0 ? busySeconds / allSeconds : 0,
    worstHalfHour: worst,
    decisions,
  };
}
