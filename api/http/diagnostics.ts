/** Why is it (not) dialling? One sentence, and the list of everything a call needs. */
import type { RulePack } from '../../compliance/index.js';
import { staffInWords } from '../../dialer/core/staffing.js';
import type { CampaignView, DiagnosisCode, EngineView } from '../../dialer/core/view.js';
import { limitSentence } from './overview.js';
import { noticesNeeded } from './recording-notices.js';
import { iso } from './schemas.js';

type Parameters = Readonly<Record<string, string | number>>;

export interface DiagnosticsCheck {
  readonly name: string;
  readonly ok: boolean;
  /** In English. */
  readonly detail: string;
  /** The detail as a code with its parameters, for other languages. */
  readonly code: string;
  readonly parameters: Parameters;
}

export interface Diagnostics {
  readonly campaignId: string;
  readonly dialling: boolean;
  /** The answer in one sentence … */
  readonly sentence: string;
  /** … and as a code with its parameters, for other languages. */
  readonly code: DiagnosisCode;
  readonly parameters: Parameters;
  readonly limit: string;
  readonly checks: DiagnosticsCheck[];
  /** What the pacer saw and believed at its last decision. */
  readonly pacing?: CampaignView['pacing'];
  /** The abandon ledgers, and what they let the pacer aim at. */
  readonly abandon: AbandonStanding;
}

export interface AbandonStanding {
  target: number;
  limitedBy?: string;
  spent: boolean;
  windows: {
    law: string;
    name: string;
    from: string;
    /** Absent: the window has no end. */
    until?: string;
    limit: number;
    answers: number;
    abandoned: number;
    ratio: number;
    left: number;
    over: boolean;
    target?: number;
  }[];
}

/** Instants beyond this are no dates. */
const LAST_DATE = 8.64e15;

function standingOf({ abandon }: CampaignView): AbandonStanding {
  const { windows, ...rest } = abandon;
  return {
    ...rest,
    windows: windows.map(({ from, until, ...window }) => ({
      ...window,
      from: iso(from),
      ...(until > LAST_DATE ? {} : { until: iso(until) }),
    })),
  };
}

export function diagnose(c: CampaignView, view: EngineView, packs: readonly RulePack[]): Diagnostics {
  const { record } = c;
  return {
    campaignId: record.settings.id,
    dialling: record.status === 'running' && (c.inFlight > 0 || c.limit === 'none' || c.limit === 'lines'),
    sentence: c.diagnosis,
    code: c.why.code,
    parameters: c.why.parameters,
    limit: c.limit,
    checks: [
      runningCheck(c),
      emergencyCheck(view),
      scheduleCheck(c),
      ...callerIdCheck(c, view),
      ...recordingCheck(c, packs),
      serviceCheck(view),
      switchCheck(view),
      agentsCheck(c, view),
      ...phaseCheck(c),
      contactsCheck(c),
      {
        name: 'hopper',
        ok: c.hopper > 0,
        detail: `${c.hopper} leads are checked and ready to dial.`,
        code: 'hopper',
        parameters: { leads: c.hopper },
      },
      {
        name: 'abandon allowance',
        ok: !c.abandon.spent,
        detail: allowance(c),
        code:
          c.abandon.windows.length === 0 ? 'abandon_unbound' : c.abandon.spent ? 'abandon_spent' : 'abandon',
        parameters: { target: (100 * c.abandon.target).toFixed(2) },
      },
      {
        name: 'pacing',
        ok: ['none', 'lines', 'agents', 'abandon'].includes(c.limit),
        detail: `${limitSentence(c.limit)} ${c.inFlight} lines in flight of ${c.linesTarget} wanted.`,
        code: 'pacing',
        parameters: { limit: c.limit, lines: c.inFlight, wanted: c.linesTarget },
      },
    ],
    ...(c.pacing === undefined ? {} : { pacing: c.pacing }),
    abandon: standingOf(c),
  };
}

function runningCheck({ record }: CampaignView): DiagnosticsCheck {
  const { status, stage, reason } = record;
  return {
    name: 'running',
    ok: status === 'running',
    detail: `The campaign is ${status} in ${stage}${reason === '' ? '' : `: ${reason}`}.`,
    code: reason === '' ? 'running' : 'running_reason',
    parameters: { status, stage, reason },
  };
}

function emergencyCheck({ emergencyStop }: EngineView): DiagnosticsCheck {
  const name = 'emergency stop';
  if (emergencyStop === undefined)
    return {
      name,
      ok: true,
      detail: 'No emergency stop is set.',
      code: 'emergency_stop_none',
      parameters: {},
    };
  const { by, reason } = emergencyStop;
  const since = iso(emergencyStop.since);
  return {
    name,
    ok: false,
    detail: `All dialling was stopped by ${by} at ${since}: ${reason}. DELETE /v1/emergency-stop lifts it.`,
    code: 'emergency_stop_set',
    parameters: { by, since, reason },
  };
}

function scheduleCheck({ record, schedule }: CampaignView): DiagnosticsCheck {
  const { open, ended, until } = schedule;
  const common = { name: 'schedule', ok: open };
  if (record.settings.schedule === undefined)
    return {
      ...common,
      detail: 'It has no schedule: it dials whenever it runs.',
      code: 'schedule_none',
      parameters: {},
    };
  if (ended) return { ...common, detail: 'Its schedule is over.', code: 'schedule_over', parameters: {} };
  const word = open ? 'open' : 'closed';
  if (until === Number.POSITIVE_INFINITY)
    return {
      ...common,
      detail: `Its schedule is ${word} and nothing changes that.`,
      code: `schedule_${word}_always`,
      parameters: {},
    };
  const at = iso(until);
  return {
    ...common,
    detail: `Its schedule is ${word} until ${at}.`,
    code: `schedule_${word}`,
    parameters: { at },
  };
}

function recordingCheck({ record }: CampaignView, packs: readonly RulePack[]): DiagnosticsCheck[] {
  const { notRecorded, advised } = noticesNeeded(record.settings, packs);
  const set = 'Set recording.announcement.';
  const checks: DiagnosticsCheck[] = [];
  if (notRecorded.length > 0) {
    const places = notRecorded.join(', ');
    checks.push({
      name: 'recording',
      ok: false,
      detail: `Conversations are not recorded where everybody has to be told (${places}): the campaign has no notice. ${set}`,
      code: 'recording_without_notice',
      parameters: { places },
    });
  }
  if (advised.length > 0) {
    const places = advised.join(', ');
    checks.push({
      name: 'recording notice',
      ok: false,
      detail: `A notice is advised in ${places}. ${set}`,
      code: 'recording_notice_advised',
      parameters: { places },
    });
  }
  return checks;
}

function callerIdCheck({ record }: CampaignView, view: EngineView): DiagnosticsCheck[] {
  const { callerIdPool } = record.settings;
  if (callerIdPool === undefined) return [];
  const numbers = view.callerIds.find(({ pool }) => pool === callerIdPool)?.numbers ?? [];
  const count = (state: string): number => numbers.filter((number) => number.state === state).length;
  const counts = {
    numbers: numbers.length,
    free: count('free'),
    resting: count('resting'),
    spent: count('spent'),
    flagged: count('flagged'),
  };
  return [
    {
      name: 'caller ids',
      ok: counts.free > 0,
      detail: `Of ${counts.numbers} numbers of caller-id pool ${callerIdPool} ${counts.free} are free, ${counts.resting} rest, ${counts.spent} have had their calls of the day, ${counts.flagged} look labelled as spam.`,
      code: 'caller_ids',
      parameters: { pool: callerIdPool, ...counts },
    },
  ];
}

function serviceCheck({ draining, storeFailed }: EngineView): DiagnosticsCheck {
  const common = { name: 'service', ok: !draining && !storeFailed, parameters: {} };
  if (draining)
    return {
      ...common,
      detail: 'The service is stopping and places no new calls.',
      code: 'service_stopping',
    };
  if (storeFailed)
    return {
      ...common,
      detail: 'The store refuses writes, so nothing new is dialled.',
      code: 'service_store',
    };
  return { ...common, detail: 'The service takes new calls.', code: 'service' };
}

function switchCheck({ switches }: EngineView): DiagnosticsCheck {
  const up = switches.filter((one) => one.connected).length;
  const all = switches.length;
  return {
    name: 'switch',
    ok: up > 0,
    detail: `${up} of ${all} switches are connected.`,
    code: 'switch',
    parameters: { up, all },
  };
}

function agentsCheck({ record, staff, phase }: CampaignView, view: EngineView): DiagnosticsCheck {
  const { pool } = record.settings;
  const ofPool = view.agents.filter((agent) => agent.pool === pool);
  const ofStage = ofPool.filter(
    ({ tier, team }) =>
      staff.tiers.includes(tier) && (staff.teams === undefined || staff.teams.includes(team)),
  );
  const online = ofStage.filter((agent) => agent.state !== 'offline').length;
  const ready = ofStage.filter((agent) => agent.state === 'ready').length;
  const place = phase === undefined ? record.stage : `${record.stage}, phase ${phase.number} of ${phase.of}`;
  const who = staffInWords(staff);
  const inPool = ofPool.length;
  return {
    name: 'agents',
    ok: ready > 0,
    detail: `${ready} ready of ${online} logged in who may work ${place} (${who}); the pool ${pool} has ${inPool}.`,
    code: 'agents',
    parameters: { ready, online, stage: record.stage, who, pool, inPool },
  };
}

function phaseCheck({ record, phase }: CampaignView): DiagnosticsCheck[] {
  if (phase === undefined) return [];
  const { number, of, waiting } = phase;
  const detail = waiting === undefined ? `Phase ${number} of ${of} of the ${record.stage}.` : `${waiting}.`;
  return [
    {
      name: 'phase',
      ok: waiting === undefined,
      detail,
      code: waiting === undefined ? 'phase' : 'phase_waits',
      parameters: { number, of, stage: record.stage },
    },
  ];
}

function contactsCheck({ open, untried, hopper, nextDueAt }: CampaignView): DiagnosticsCheck {
  const next = nextDueAt === undefined ? '' : `; the next falls due at ${iso(nextDueAt)}`;
  return {
    name: 'contacts',
    ok: open > 0 || hopper > 0,
    detail: `${open} contacts of the stage are open, ${untried} never tried${next}.`,
    code: nextDueAt === undefined ? 'contacts' : 'contacts_next',
    parameters: { open, untried, ...(nextDueAt === undefined ? {} : { at: iso(nextDueAt) }) },
  };
}

function allowance({ abandon }: CampaignView): string {
  const standing = abandon.windows.map(
    ({ name, abandoned, answers, limit }) =>
      `${name}: ${abandoned.toFixed(1)} of ${answers.toFixed(0)} answers abandoned, limit ${100 * limit} %`,
  );
  if (standing.length === 0) return 'No law on abandoned calls binds the calls made so far.';
  const now = abandon.spent
    ? 'the allowance is used up, so one line is placed for each ready agent'
    : `the pacer may aim at ${(100 * abandon.target).toFixed(2)} %`;
  return `${standing.join('; ')}; ${now}.`;
}
