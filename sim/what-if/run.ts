/** One run of a what-if: one pacer, one team, one seed. Pure: the same task gives the same figures. */
import type { Effect } from '../../dialer/core/effects.js';
import type { AgentState, CampaignSettings, EpochMilliseconds } from '../../dialer/core/model.js';
import type { Scenario } from '../scenario.js';
import { runSimulation } from '../virtual/simulation.js';
import { WorkingHours } from './working-hours.js';

export interface RunTask {
  readonly scenario: Scenario;
  readonly agents: number;
  readonly seed: string;
  readonly hours: number;
  readonly hoursPerDay: number;
  /** Contacts on the list. */
  readonly contacts: number;
  /** Whether the list is the one asked about, so that the run ends with it. */
  readonly listCounts: boolean;
  readonly campaign: Partial<CampaignSettings>;
}

/** Slices of the course, hours of working time. */
export const SLICE_HOURS = 0.25;

export interface RunResult {
  /** Working hours until every contact was closed; absent when it did not come to that. */
  readonly hoursToDone?: number;
  /** The same of nine in ten contacts. */
  readonly hoursToMost?: number;
  /** Working hours until all were closed, or all of them. */
  readonly hoursWorked: number;
  readonly calls: number;
  readonly answered: number;
  readonly connected: number;
  readonly abandoned: number;
  readonly successes: number;
  readonly optOuts: number;
  readonly occupancy: number;
  readonly contactsClosed: number;
  /**
   * In each slice: agent seconds in talk and wrap-up; the same with ready and reserved; contacts closed; conversations with
   * people; successes.
   */
  readonly course: {
    readonly busy: readonly number[];
    readonly staffed: readonly number[];
    readonly closed: readonly number[];
    readonly connected: readonly number[];
    readonly successes: readonly number[];
  };
}

/** What is meant by most of the contacts. */
const MOST = 0.9;
const BUSY: ReadonlySet<AgentState> = new Set(['talking', 'wrap-up']);
const FREE: ReadonlySet<AgentState> = new Set(['ready', 'reserved']);

export function runWhatIf(task: RunTask, progress?: (done: number) => void): RunResult {
  const time = new WorkingHours(task.hours, task.hoursPerDay);
  const observer = new Observer(
    time,
    task.listCounts ? task.contacts : Number.POSITIVE_INFINITY,
    task.scenario.agents.dispositions.machine,
  );
  const simulated = runSimulation({
    scenario: task.scenario,
    seed: task.seed,
    hours: time.calendarHours,
    agents: task.agents,
    contacts: task.contacts,
    startAt: time.startAt,
    campaign: { ...task.campaign, callingHours: time.callingHours },
    observeInput: (input, at, effects) => {
      if (!task.listCounts && input.type === 'leads-leased' && input.stage === 'production')
        mustBePlenty(task, input.summary.untried, observer.hours);
      observer.observe(effects, at);
    },
    stop: () => observer.done,
    ...(progress === undefined
      ? {}
      : {
          progress: () =>
            progress(
              Math.max(observer.hours / task.hours, task.listCounts ? observer.closed / task.contacts : 0),
            ),
        }),
  });
  const { dispositions } = task.scenario.agents;
  return {
    ...observer.result(),
    calls: simulated.calls,
    answered: simulated.answered,
    connected: simulated.connected,
    abandoned: simulated.abandoned,
    successes: simulated.dispositions[dispositions.success] ?? 0,
    optOuts: simulated.dispositions[dispositions.optOut] ?? 0,
  };
}

/**
 * A list that nobody asked about must not run out: agents without anybody to call would be the answer.
 *
 * @param untried contacts that nobody has called yet
 */
function mustBePlenty({ contacts, hours, agents }: RunTask, untried: number, worked: number): void {
  if (untried > 0) return;
  throw new Error(
    `hours: ${agents} agents have called all of the ${contacts.toLocaleString('en')} contacts that a run has room for after ${worked.toFixed(1)} of ${hours} hours; ask for fewer hours or agents, or give the contacts of your list`,
  );
}

/** Keeps the books of a run from what the core does. */
class Observer {
  readonly #time: WorkingHours;
  readonly #contacts: number;
  /** What agents say of a machine. */
  readonly #machine: string;
  readonly #closedContacts = new Set<string>();
  readonly #agents = new Map<string, { state: AgentState; since: number }>();
  readonly #busy: number[];
  readonly #staffed: number[];
  readonly #closed: number[];
  readonly #connected: number[];
  readonly #successes: number[];
  #at: EpochMilliseconds;
  #mostAt: number | undefined;
  #doneAt: number | undefined;

  constructor(time: WorkingHours, contacts: number, machine: string) {
    this.#time = time;
    this.#contacts = contacts;
    this.#machine = machine;
    this.#at = time.startAt;
    const slices = (): number[] => Array<number>(Math.ceil(time.hours / SLICE_HOURS)).fill(0);
    this.#busy = slices();
    this.#staffed = slices();
    this.#closed = slices();
    this.#connected = slices();
    this.#successes = slices();
  }

  /** Every contact is closed. */
  get done(): boolean {
    return this.#doneAt !== undefined;
  }

  get closed(): number {
    return this.#closedContacts.size;
  }

  /** Working hours so far. */
  get hours(): number {
    return this.#time.until(this.#at);
  }

  observe(effects: readonly Effect[], at: EpochMilliseconds): void {
    this.#at = at;
    for (const effect of effects) {
      switch (effect.type) {
        case 'record-result':
          if (effect.next.state === 'done') this.#close(effect.result.contactId, at);
          break;
        case 'record-disposition':
          if (effect.disposition.disposition !== this.#machine) this.#count(this.#connected, at);
          if (effect.disposition.success) this.#count(this.#successes, at);
          if (effect.next.state === 'done') this.#close(effect.disposition.contactId, at);
          break;
        case 'close-lead':
          this.#close(effect.contactId, at);
          break;
        case 'event':
          if (effect.event.kind === 'agent-changed')
            this.#agent(effect.event.agentId, effect.event.state, at);
          break;
      }
    }
  }

  result(): Pick<
    RunResult,
    'hoursToDone' | 'hoursToMost' | 'hoursWorked' | 'occupancy' | 'contactsClosed' | 'course'
  > {
    const hoursWorked = this.#doneAt ?? this.#time.hours;
    for (const agent of this.#agents.values()) this.#spend(agent.state, agent.since, hoursWorked);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const staffed = sum(this.#staffed);
    return {
      ...(this.#doneAt === undefined ? {} : { hoursToDone: this.#doneAt }),
      ...(this.#mostAt === undefined ? {} : { hoursToMost: this.#mostAt }),
      hoursWorked,
      occupancy: staffed === 0 ? 0 : sum(this.#busy) / staffed,
      contactsClosed: this.#closedContacts.size,
      course: {
        busy: this.#busy,
        staffed: this.#staffed,
        closed: this.#closed,
        connected: this.#connected,
        successes: this.#successes,
      },
    };
  }

  #close(contactId: string, at: EpochMilliseconds): void {
    if (this.#closedContacts.has(contactId)) return;
    this.#closedContacts.add(contactId);
    this.#count(this.#closed, at);
    if (this.#closedContacts.size >= MOST * this.#contacts) this.#mostAt ??= this.#time.until(at);
    if (this.#closedContacts.size >= this.#contacts) this.#doneAt = this.#time.until(at);
  }

  #count(slices: number[], at: EpochMilliseconds): void {
    const slice = Math.min(slices.length - 1, Math.floor(this.#time.until(at) / SLICE_HOURS));
    slices[slice] = slices[slice]! + 1;
  }

  #agent(id: string, state: AgentState, at: EpochMilliseconds): void {
    const hours = this.#time.until(at);
    const agent = this.#agents.get(id);
    if (agent === undefined) {
      this.#agents.set(id, { state, since: hours });
      return;
    }
    this.#spend(agent.state, agent.since, hours);
    agent.state = state;
    agent.since = hours;
  }

  /** Books time in a state, in working hours, to the slices that it falls into. */
  #spend(state: AgentState, from: number, to: number): void {
    const busy = BUSY.has(state);
    if (!busy && !FREE.has(state)) return;
    for (let at = from; at < to - 1e-12; ) {
      const slice = Math.min(this.#staffed.length - 1, Math.floor(at / SLICE_HOURS + 1e-9));
      const end = slice === this.#staffed.length - 1 ? to : Math.min(to, (slice + 1) * SLICE_HOURS);
      const seconds = (end - at) * 3600;
      this.#staffed[slice] = this.#staffed[slice]! + seconds;
      if (busy) this.#busy[slice] = this.#busy[slice]! + seconds;
      at = end;
    }
  }
}
