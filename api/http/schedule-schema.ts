/** The schedule of a campaign as clients write it. */
import Type from 'typebox';
import { isZone, openingHours } from '../../compliance/index.js';
import type { CampaignSchedule } from '../../dialer/core/model.js';
import { fieldProblem } from './problem.js';
import { Instant, MapOf, STRICT } from './schemas.js';
import { DAYS, Span } from './weekly-hours.js';

export const ScheduleSchema = Type.Object(
  {
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'IANA zone of hours and dates, such as America/New_York: where the agents are.',
    }),
    hours: Type.Optional(
      Type.Object(DAYS, {
        ...STRICT,
        description: 'Hours in which it dials. Days that are not named are closed. All the time when absent.',
      }),
    ),
    dates: Type.Optional(
      MapOf<string[]>(Type.Array(Span, { maxItems: 12 }), {
        maxProperties: 400,
        description:
          'Dates such as 2026-12-24 whose hours replace the weekday’s; none: closed, as on a holiday.',
      }),
    ),
    from: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Nothing is dialled before.' })),
    until: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'It is paused then, until it gets a later end.' }),
    ),
  },
  {
    ...STRICT,
    description:
      'When the campaign, once started, runs by itself: outside of it no call is placed. The law’s calling windows hold besides.',
  },
);

/** @throws Problem when the schedule contradicts itself. */
export function checkSchedule({ timeZone, hours, dates, from, until }: CampaignSchedule): void {
  if (!isZone(timeZone))
    throw fieldProblem(
      'schedule.timeZone',
      `"${timeZone}" is no IANA time zone: give one such as Europe/Berlin`,
    );
  if (from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until))
    throw fieldProblem('schedule.until', 'is not after schedule.from: give a later time');
  try {
    openingHours({ timeZone, hours: hours ?? {}, ...(dates === undefined ? {} : { dates }) });
  } catch (error) {
    throw fieldProblem(
      'schedule',
      `is not usable: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
