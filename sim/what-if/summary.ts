/** From the runs of a case to its figures and its course, with intervals. */
import type { Estimate, WhatIfCase, WhatIfFigures, WhatIfMoment } from '../../dialer/what-if/port.js';
import { type RunResult, SLICE_HOURS } from './run.js';
import { estimate } from './statistics.js';

/** Moments of the course that are kept. */
const MOST_MOMENTS = 48;

export interface CaseContext {
  readonly pacer: string;
  readonly agents: number;
  /** Absent: the list does not run out. */
  readonly contacts?: number;
}

export function summarise(context: CaseContext, runs: readonly RunResult[]): WhatIfCase {
  const { pacer, agents } = context;
  return {
    pacer,
    agents,
    runs: runs.length,
    runsDone: runs.filter(({ hoursToDone }) => hoursToDone !== undefined).length,
    figures: figuresOf(context, runs),
    course: courseOf(context, runs),
  };
}

const SHARE = { low: 0, high: 1 } as const;
const COUNT = { low: 0 } as const;

function figuresOf({ agents, contacts }: CaseContext, runs: readonly RunResult[]): WhatIfFigures {
  const of = (value: (run: RunResult) => number, limits: { low?: number; high?: number } = COUNT): Estimate =>
    estimate(runs.map(value), limits);
  const done = runs.flatMap(({ hoursToDone }) => hoursToDone ?? []);
  const most = runs.flatMap(({ hoursToMost }) => hoursToMost ?? []);
  const agentHours = ({ hoursWorked }: RunResult): number => Math.max(1e-9, agents * hoursWorked);
  return {
    ...(done.length === runs.length ? { hoursToDone: estimate(done, COUNT) } : {}),
    ...(most.length === runs.length ? { hoursToMost: estimate(most, COUNT) } : {}),
    ...(contacts === undefined ? {} : { listDone: of((run) => run.contactsClosed / contacts, SHARE) }),
    calls: of((run) => run.calls),
    answered: of((run) => run.answered),
    connected: of((run) => run.connected),
    abandoned: of((run) => run.abandoned),
    abandonRatio: of((run) => (run.answered === 0 ? 0 : run.abandoned / run.answered), SHARE),
    occupancy: of((run) => run.occupancy, SHARE),
    workHours: of((run) => run.course.busy.reduce((sum, seconds) => sum + seconds, 0) / 3600),
    successes: of((run) => run.successes),
    optOuts: of((run) => run.optOuts),
    ...(runs.every(({ connected }) => connected > 0)
      ? { callsPerConnect: of((run) => run.calls / run.connected) }
      : {}),
    connectsPerAgentHour: of((run) => run.connected / agentHours(run)),
    successesPerAgentHour: of((run) => run.successes / agentHours(run)),
  };
}

/** Until the last run was over; slices are put together until there are not too many. */
function courseOf({ contacts }: CaseContext, runs: readonly RunResult[]): WhatIfMoment[] {
  const hours = Math.max(...runs.map(({ hoursWorked }) => hoursWorked));
  const slices = Math.max(1, Math.ceil(hours / SLICE_HOURS - 1e-9));
  const each = Math.ceil(slices / MOST_MOMENTS);
  const moments: WhatIfMoment[] = [];
  for (let from = 0; from < slices; from += each) {
    const to = Math.min(slices, from + each);
    const sum = (values: readonly number[], begin: number): number => {
      let total = 0;
      for (let slice = begin; slice < to; slice++) total += values[slice] ?? 0;
      return total;
    };
    const occupancies = runs.flatMap(({ course }) => {
      const staffed = sum(course.staffed, from);
      return staffed === 0 ? [] : [sum(course.busy, from) / staffed];
    });
    const so = (name: 'closed' | 'connected' | 'successes'): number[] =>
      runs.map(({ course }) => sum(course[name], 0));
    moments.push({
      hours: Math.min(hours, to * SLICE_HOURS),
      ...(contacts === undefined
        ? {}
        : {
            listDone: estimate(
              so('closed').map((closed) => closed / contacts),
              SHARE,
            ),
          }),
      // Where only some runs are still at work, the mean would be of other runs at each moment.
      ...(occupancies.length === runs.length ? { occupancy: estimate(occupancies, SHARE) } : {}),
      connected: estimate(so('connected'), COUNT),
      successes: estimate(so('successes'), COUNT),
    });
  }
  return moments;
}
