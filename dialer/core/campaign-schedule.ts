/**
 * The schedule of a campaign: the hours and dates in which it runs by itself. Outside of them a running campaign places no
 * call; after its end it is paused.
 */
import { type OpeningHours, openingHours } from '../../compliance/index.js';
import { said } from '../kpi/words.js';
import { touch } from './groups.js';
import { leaveRunning } from './halts.js';
import { emptyHopper, leaseSoon } from './hopper.js';
import type { CampaignSchedule, EpochMilliseconds } from './model.js';
import type { Campaign, State } from './state.js';

/** Openings are looked for this far ahead. */
const horizonMilliseconds = 400 * 86_400_000;
const HALF_YEAR = 'no hours within 400 days';

/** Hours are worked out once for each saved schedule. */
const hoursOf = new WeakMap<CampaignSchedule, OpeningHours | undefined>();

function hours(schedule: CampaignSchedule): OpeningHours | undefined {
  if (hoursOf.has(schedule)) return hoursOf.get(schedule);
  const { timeZone, hours: week, dates } = schedule;
  const made =
    week === undefined && dates === undefined
      ? undefined
      : openingHours({ timeZone, hours: week ?? { all: ['00:00-24:00'] }, ...(dates && { dates }) });
  hoursOf.set(schedule, made);
  return made;
}

function instant(text: string | undefined, absent: number): EpochMilliseconds {
  return text === undefined ? absent : Date.parse(text);
}

/** How a schedule stands at an instant. */
export interface ScheduleStanding {
  readonly open: boolean;
  /** It is over for good. */
  readonly ended: boolean;
  /** When that changes next; Infinity when it does not. */
  readonly until: EpochMilliseconds;
}

/** Of a campaign without one. */
export const ALWAYS: ScheduleStanding = { open: true, ended: false, until: Number.POSITIVE_INFINITY };

/** @throws Error that names the field when hours, dates or zone are not usable. */
export function scheduleAt(schedule: CampaignSchedule | undefined, at: EpochMilliseconds): ScheduleStanding {
  if (schedule === undefined) return ALWAYS;
  const startsAt = instant(schedule.from, Number.NEGATIVE_INFINITY);
  const endsAt = instant(schedule.until, Number.POSITIVE_INFINITY);
  if (at >= endsAt) return { open: false, ended: true, until: Number.POSITIVE_INFINITY };
  const week = hours(schedule);
  const from = Math.max(at, startsAt);
  const opens = week === undefined ? from : week.opensAt(from, horizonMilliseconds);
  if (opens > at) return { open: false, ended: false, until: Math.min(opens, endsAt) };
  const closes = week === undefined ? Number.POSITIVE_INFINITY : week.closesAt(at, horizonMilliseconds);
  return { open: true, ended: false, until: Math.min(closes, endsAt) };
}

/** The campaign may dial as far as its schedule goes. */
export function isOpen(campaign: Campaign): boolean {
  return campaign.schedule.open;
}

/** Looks at the clock: at a start, at a change of settings, and whenever the schedule opens or closes. */
export function followSchedule(state: State, campaign: Campaign): void {
  state.deadlines.cancel(campaign.scheduleTimer);
  campaign.scheduleTimer = undefined;
  const before = campaign.schedule;
  campaign.schedule = scheduleAt(campaign.settings.schedule, state.now);
  const { open, ended, until } = campaign.schedule;
  if (until < Number.POSITIVE_INFINITY)
    campaign.scheduleTimer = state.deadlines.set(until, { kind: 'schedule', campaign });
  if (campaign.status !== 'running') return;
  if (ended) {
    const at = campaign.settings.schedule?.until ?? '';
    leaveRunning(
      state,
      campaign,
      'paused',
      `its schedule ended at ${at}: give it a later end, then resume`,
      'schedule',
      [said('schedule_ended', { at })],
    );
    return;
  }
  if (!open) {
    emptyHopper(state, campaign);
    campaign.limit = 'schedule';
  } else if (!before.open) leaseSoon(state, campaign);
  if (open !== before.open) {
    // Its agents are free for the other campaigns of the pool meanwhile.
    campaign.starved = !open;
    campaign.pool.regroup = true;
  }
  for (const group of campaign.groups) touch(state, group);
}

/** Why the schedule keeps the campaign from dialling now, in one sentence; undefined when it does not. */
export function scheduleSentence({ schedule, settings }: Campaign): string | undefined {
  if (schedule.open) return undefined;
  const { from, timeZone = 'UTC' } = settings.schedule ?? {};
  if (schedule.ended) return 'Its schedule is over: give it a later end.';
  if (schedule.until === Number.POSITIVE_INFINITY) return `Outside its schedule: ${HALF_YEAR}.`;
  const at = new Date(schedule.until).toISOString();
  return schedule.until === instant(from, Number.NaN)
    ? `Its schedule begins at ${at}.`
    : `Outside the hours of its schedule (${timeZone}): it goes on at ${at}.`;
}
