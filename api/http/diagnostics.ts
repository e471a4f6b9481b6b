/** Why is it (not) dialling? One sentence, and the list of everything a call needs. */
import type { RulePack } from '../../compliance/index.js';
import { staffInWords } from '../../dialer/core/staffing.js';
import type { CampaignView, EngineView } from '../../dialer/core/view.js';
import { limitSentence } from './overview.js';
import { noticesNeeded } from './recording-notices.js';
import { iso } from './schemas.js';

export interface Diagnostics {
  readonly campaignId: string;
  readonly dialling: boolean;
  /** The answer in one sentence. */
  readonly sentence: string;
  readonly limit: string;
  readonly checks: { readonly name: string; readonly ok: boolean; readonly detail: string }[];
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
  const { staff, phase } = c;
  const ofPool = view.agents.filter((agent) => agent.pool === record.settings.pool);
  const ofStage = ofPool.filter(
    ({ tier, team }) =>
      staff.tiers.includes(tier) && (staff.teams === undefined || staff.teams.includes(team)),
  );
  const online = ofStage.filter((agent) => agent.state !== 'offline');
  const ready = ofStage.filter((agent) => agent.state === 'ready');
  const up = view.switches.filter((s) => s.connected);
  const next =
    c.nextDueAt === undefined ? '' : `; the next falls due at ${new Date(c.nextDueAt).toISOString()}`;
  const place = phase === undefined ? record.stage : `${record.stage}, phase ${phase.number} of ${phase.of}`;
  return {
    campaignId: record.settings.id,
    dialling: record.status === 'running' && (c.inFlight > 0 || c.limit === 'none' || c.limit === 'lines'),
    sentence: c.diagnosis,
    limit: c.limit,
    checks: [
      {
        name: 'running',
        ok: record.status === 'running',
        detail: `The campaign is ${record.status} in ${record.stage}${record.reason === '' ? '' : `: ${record.reason}`}.`,
      },
      {
        name: 'emergency stop',
        ok: view.emergencyStop === undefined,
        detail:
          view.emergencyStop === undefined
            ? 'No emergency stop is set.'
            : `All dialling was stopped by ${view.emergencyStop.by} at ${iso(view.emergencyStop.since)}: ${view.emergencyStop.reason}. DELETE /v1/emergency-stop lifts it.`,
      },
      {
        name: 'schedule',
        ok: c.schedule.open,
        detail: scheduleDetail(c),
      },
      ...callerIdCheck(c, view),
      ...recordingCheck(c, packs),
      {
        name: 'service',
        ok: !view.draining && !view.storeFailed,
        detail: view.draining
          ? 'The service is stopping and places no new calls.'
          : view.storeFailed
            ? 'The store refuses writes, so nothing new is dialled.'
            : 'The service takes new calls.',
      },
      {
        name: 'switch',
        ok: up.length > 0,
        detail: `${up.length} of ${view.switches.length} switches are connected.`,
      },
      {
        name: 'agents',
        ok: ready.length > 0,
        detail: `${ready.length} ready of ${online.length} logged in who may work ${place} (${staffInWords(staff)}); the pool ${record.settings.pool} has ${ofPool.length}.`,
      },
      ...(phase === undefined
        ? []
        : [
            {
              name: 'phase',
              ok: phase.waiting === undefined,
              detail:
                phase.waiting === undefined
                  ? `Phase ${phase.number} of ${phase.of} of the ${record.stage}.`
                  : `${phase.waiting}.`,
            },
          ]),
      {
        name: 'contacts',
        ok: c.open > 0 || c.hopper > 0,
        detail: `${c.open} contacts of the stage are open, ${c.untried} never tried${next}.`,
      },
      {
        name: 'hopper',
        ok: c.hopper > 0,
        detail: `${c.hopper} leads are checked and ready to dial.`,
      },
      {
        name: 'abandon allowance',
        ok: !c.abandon.spent,
        detail: allowance(c),
      },
      {
        name: 'pacing',
        ok: ['none', 'lines', 'agents', 'abandon'].includes(c.limit),
        detail: `${limitSentence(c.limit)} ${c.inFlight} lines in flight of ${c.linesTarget} wanted.`,
      },
    ],
    ...(c.pacing === undefined ? {} : { pacing: c.pacing }),
    abandon: standingOf(c),
  };
}

function recordingCheck({ record }: CampaignView, packs: readonly RulePack[]): Diagnostics['checks'] {
  const { notRecorded, advised } = noticesNeeded(record.settings, packs);
  const set = 'Set recording.announcement.';
  return [
    ...(notRecorded.length === 0
      ? []
      : [
          {
            name: 'recording',
            ok: false,
            detail: `Conversations are not recorded where everybody has to be told (${notRecorded.join(', ')}): the campaign has no notice. ${set}`,
          },
        ]),
    ...(advised.length === 0
      ? []
      : [
          {
            name: 'recording notice',
            ok: false,
            detail: `A notice is advised in ${advised.join(', ')}. ${set}`,
          },
        ]),
  ];
}

function callerIdCheck({ record }: CampaignView, view: EngineView): Diagnostics['checks'] {
  const { callerIdPool } = record.settings;
  if (callerIdPool === undefined) return [];
  const numbers = view.callerIds.find(({ pool }) => pool === callerIdPool)?.numbers ?? [];
  const count = (state: string): number => numbers.filter((number) => number.state === state).length;
  return [
    {
      name: 'caller ids',
      ok: count('free') > 0,
      detail: `Of ${numbers.length} numbers of caller-id pool ${callerIdPool} ${count('free')} are free, ${count('resting')} rest, ${count('spent')} have had their calls of the day, ${count('flagged')} look labelled as spam.`,
    },
  ];
}

function scheduleDetail({ record, schedule }: CampaignView): string {
  if (record.settings.schedule === undefined) return 'It has no schedule: it dials whenever it runs.';
  const { open, ended, until } = schedule;
  if (ended) return 'Its schedule is over.';
  const next = until === Number.POSITIVE_INFINITY ? 'and nothing changes that' : `until ${iso(until)}`;
  return `Its schedule is ${open ? 'open' : 'closed'} ${next}.`;
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
