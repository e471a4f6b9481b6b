/** When a person may be called back: wall-clock times where the person is, and the instants that the rules allow. */
import { DateTime } from 'luxon';
import { isZone, zonesOfNumber } from '../../../compliance/index.js';
import type { Lead, LeadNumber } from '../../../dialer/core/model.js';
import { type CallableWorld, judgeNumber } from '../../../dialer/evidence/index.js';
import { lookedUp } from '../../../dialer/lists/looked-up.js';

/** Deferrals that are followed to find the next lawful time. */
const MOST_DEFERRALS = 12;
const LATEST_DAYS = 366;

export interface LocalInstant {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Wall-clock time in the person's zone, such as 2026-03-02T15:30. */
  readonly local: string;
}

/** A time that somebody would like, judged. */
export interface JudgedTime extends LocalInstant {
  readonly allowed: boolean;
  /** Why not, in words; empty when it is allowed. */
  readonly reason: string;
  /** The next time that is allowed, from the one asked for on; absent when there is none. */
  readonly next?: LocalInstant;
}

/** Zone that the person's wall clock shows: the contact's own, or that of the number; UTC when neither is known. */
export function zoneOf(lead: Pick<Lead, 'timeZone'>, number: string): string {
  if (lead.timeZone !== '' && isZone(lead.timeZone)) return lead.timeZone;
  return zonesOfNumber(number)[0] ?? 'UTC';
}

export function localInstant(at: number, zone: string): LocalInstant {
  return { at, local: DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd'T'HH:mm") };
}

/** The instant of a wall-clock time; undefined when the text is none. A time that a change of clocks skips is moved past it. */
export function instantOf(local: string, zone: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return undefined;
  const time = DateTime.fromISO(local, { zone });
  return time.isValid ? time.toMillis() : undefined;
}

export interface CallbackQuestion {
  readonly world: CallableWorld;
  readonly lead: Lead;
  readonly number: string;
  readonly zone: string;
  readonly now: number;
}

/** May the person be called back at this instant, and if not, when next? */
export function judgeCallback(question: CallbackQuestion, at: number): JudgedTime {
  const { zone, now } = question;
  const asked = localInstant(at, zone);
  if (at <= now) return { ...asked, allowed: false, reason: 'is in the past', ...nextLawful(question, now) };
  if (at > now + LATEST_DAYS * 86_400_000)
    return { ...asked, allowed: false, reason: 'is more than a year ahead' };
  const verdict = verdictAt(question, at);
  if (verdict === undefined) return { ...asked, allowed: false, reason: 'the contact has no such number' };
  if (verdict.verdict === 'allow') return { ...asked, allowed: true, reason: '' };
  const reason = verdict.reasons[0]?.detail ?? '';
  return { ...asked, allowed: false, reason, ...nextLawful(question, at) };
}

function verdictAt({ world, lead, number }: CallbackQuestion, at: number) {
  const known = lookedUp(lead, world.listsOf);
  const line: LeadNumber | undefined = known.numbers.find(({ e164 }) => e164 === number);
  return line && judgeNumber(known, line, world, at).verdict;
}

/** The first lawful time from `from` on, on a full minute. */
function nextLawful(question: CallbackQuestion, from: number): { readonly next?: LocalInstant } {
  const latest = question.now + LATEST_DAYS * 86_400_000;
  let at = Math.ceil(from / 60_000) * 60_000;
  for (let step = 0; step < MOST_DEFERRALS && at <= latest; step++) {
    const verdict = verdictAt(question, at);
    if (verdict === undefined || verdict.verdict === 'deny') return {};
    if (verdict.verdict === 'allow') return { next: localInstant(at, question.zone) };
    at = Math.ceil(Math.max(verdict.until, at + 60_000) / 60_000) * 60_000;
  }
  return {};
}

/** Times that people ask for, each moved to the next that is lawful, in order and none twice. */
export function suggestedTimes(question: CallbackQuestion): readonly LocalInstant[] {
  const { zone, now } = question;
  const here = DateTime.fromMillis(now, { zone });
  const quarter = (time: DateTime): DateTime =>
    time.set({ minute: 15 * Math.floor(time.minute / 15), second: 0, millisecond: 0 });
  const tomorrow = here.plus({ days: 1 }).startOf('day');
  const wishes = [
    quarter(here.plus({ hours: 1, minutes: 14 })),
    here.startOf('day').set({ hour: 18 }),
    tomorrow.set({ hour: 10 }),
    tomorrow.set({ hour: 18 }),
    quarter(here.plus({ days: 7 })),
  ];
  const times = new Map<number, LocalInstant>();
  for (const wish of wishes) {
    const at = wish.toMillis();
    if (at <= now) continue;
    const judged = judgeCallback(question, at);
    const time = judged.allowed ? { at: judged.at, local: judged.local } : judged.next;
    if (time !== undefined) times.set(time.at, time);
  }
  return [...times.values()].sort((a, b) => a.at - b.at);
}
