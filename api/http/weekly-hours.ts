/** Weekly opening hours as clients write them: `{ "mon-fri": ["10:00-13:00"], "sat": ["10:00-12:00"] }`. */
import Type from 'typebox';
import { createGate, type WeekHours } from '../../compliance/index.js';
import { fieldProblem } from './problem.js';
import { STRICT } from './schemas.js';

export const Span = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  description: 'hours such as 10:00-13:00; 24:00 ends a day',
});
const Spans = Type.Optional(Type.Array(Span, { maxItems: 12 }));

export const DAYS = {
  all: Spans,
  'mon-fri': Spans,
  'mon-sat': Spans,
  'sat-sun': Spans,
  mon: Spans,
  tue: Spans,
  wed: Spans,
  thu: Spans,
  fri: Spans,
  sat: Spans,
  sun: Spans,
};

export const WeeklyHours = Type.Object(DAYS, {
  ...STRICT,
  description:
    "Hours in the called party's local time that narrow the legal calling window. Days that are not named are closed.",
});

/** @throws Problem when the gate does not take the hours: a span is empty, spans overlap, a day is named twice. */
export function checkWeeklyHours(field: string, hours: WeekHours): void {
  try {
    createGate({ campaign: { hours } });
  } catch (error) {
    throw fieldProblem(field, `is not usable: ${error instanceof Error ? error.message : String(error)}`);
  }
}
