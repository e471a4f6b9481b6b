/**
 * Tables of cases of the law, one for each pack, and what becomes of them: questions to a gate with the answers that the law
 * gives. The answers come from the statutes and regulators that the packs name, never from running the gate.
 */
import { builtinPacks, type Duties, type Gate, type Verdict } from '../../../compliance/index.js';
import { ruleId } from '../../../compliance/packs/schema.js';
import { local } from '../fixtures.js';
import { type Call, callsOf, moment, ringOf, words } from './given.js';

/**
 * Cases of one pack, of one number. Each table is lines of fields apart by `|`; local times are those of `zone`. Words
 * of calls and facts are those of given.ts. Rules are named as in the pack, those of another one as `us-federal/hours`;
 * `hours(holiday)` is that rule objecting as another kind; `~abandon` only gives notice.
 */
export interface Section {
  readonly pack: string;
  readonly number: string;
  readonly zone: string;
  /** Words that hold for every line. */
  readonly given?: string;
  /**
   * name | dates | words | hours | rules | reopens — calls may be placed in these hours of the day and never else. Hours
   * are `closed` or such as `10:00-13:00 14:00-20:00`; a call must ring to its end inside. The rules are those
   * that object before it opens, and after a `;` those after it closes where they are others. `reopens` is the
   * next opening after the day's last.
   */
  readonly hours?: string;
  /** name | local time | words | allow, defer or deny | rules that object | until */
  readonly cases?: string;
  /** name | local time | words | what this pack alone asks for, in the words of `dutiesInWords`; `no-keep` = nothing such */
  readonly duties?: string;
}

/** One question, with what the answer must be. */
export interface Probe {
  readonly name: string;
  readonly call: Call;
  readonly at: number;
  readonly expected: Answer | DutyAnswer;
  /** Not on a boundary: asked of the gate, but of no use to tell it from a changed one. */
  readonly filler?: true;
}
interface Answer {
  readonly verdict: 'allow' | 'defer' | 'deny' | 'refused';
  /** `pack/rule kind` of those that object, sorted; absent = not looked at. */
  readonly by?: readonly string[];
  readonly notices?: readonly string[];
  readonly until?: number;
}
interface DutyAnswer {
  readonly duties: readonly string[];
}

const kinds = new Map(
  builtinPacks.flatMap((pack) => pack.rules.map((rule, i) => [`${pack.id}/${ruleId(rule, i)}`, rule.kind])),
);

function signature(pack: string, text: string): string {
  const [, name = '', kind] = /^([^()]+)(?:\((\w+)\))?$/.exec(text.trim()) ?? [];
  const ref = name.includes('/') ? name : `${pack}/${name}`;
  const found = kind ?? (ref.startsWith('gate/') ? ref.slice(5) : kinds.get(ref));
  if (found === undefined) throw new Error(`'${text}' is no rule of a pack`);
  return `${ref} ${found}`;
}

function signatures(pack: string, text: string): { by: string[]; notices: string[] } {
  const each = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const of = (parts: string[]): string[] => parts.map((part) => signature(pack, part)).sort();
  return {
    by: of(each.filter((part) => !part.startsWith('~'))),
    notices: of(each.filter((part) => part.startsWith('~')).map((part) => part.slice(1))),
  };
}

/** Lines of a table; every one has so many fields, the last of which may be left out. */
function lines(table: string | undefined, fields: number): string[][] {
  return (table ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const found = line.split('|').map((field) => field.trim());
      if (found.length < fields - 2 || found.length > fields)
        throw new Error(`${found.length} fields instead of ${fields} in the case '${line.trim()}'`);
      while (found.length < fields) found.push('');
      return found;
    });
}

const DAY = 86_400_000;
const nextDate = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
const clock = (date: string, time: string, zone: string): number =>
  time === '24:00' ? local(`${nextDate(date)} 00:00`, zone) : local(`${date} ${time}`, zone);

/** Every quarter of an hour of a local day. */
function quarters(date: string, zone: string): number[] {
  const [from, to] = [clock(date, '00:00', zone), clock(date, '24:00', zone)];
  return Array.from({ length: (to - from) / 900_000 }, (_, i) => from + i * 900_000);
}

function hourProbes(
  section: Section,
  [name = '', dates = '', given = '', open = '', by = '', reopens = '']: string[],
) {
  const probes: Probe[] = [];
  const { pack, number, zone } = section;
  const said = words(`${section.given ?? ''} ${given}`);
  const lead = ringOf(said) * 1000;
  const [opening = '', closing = opening] = by.split(';');
  const before = signatures(pack, opening).by;
  const after = signatures(pack, closing).by;
  const then = reopens === '' ? undefined : local(reopens, zone);
  for (const date of dates.split(' ')) {
    const ask = (at: number, expected: Answer, filler?: true): void => {
      const calls = callsOf(number, said, at, zone);
      for (const call of filler ? calls.slice(0, 1) : calls)
        probes.push({ name: `${name}, ${date}`, call, at, expected, ...(filler && { filler }) });
    };
    const refused = (rules: readonly string[], until: number | undefined): Answer => ({
      verdict: until === undefined ? 'refused' : 'defer',
      by: rules,
      notices: [],
      ...(until !== undefined && { until }),
    });
    const intervals =
      open === 'closed' ? [] : open.split(' ').map((each) => each.split('-') as [string, string]);
    for (const [i, [from, to]] of intervals.entries()) {
      const [opens, closes] = [clock(date, from, zone), clock(date, to, zone)];
      const next = intervals[i + 1];
      if (before.length > 0) ask(opens - 1000, refused(before, opens));
      ask(opens, { verdict: 'allow' });
      ask(closes - lead - 1000, { verdict: 'allow' });
      if (next !== undefined) ask(closes - lead, refused(before, clock(date, next[0], zone)));
      else if (after.length > 0) ask(closes - lead, refused(after, then));
    }
    if (intervals.length === 0) ask(clock(date, '12:00', zone), refused(before, then));
    const within = intervals.map(
      ([from, to]) => [clock(date, from, zone), clock(date, to, zone) - lead] as const,
    );
    for (const at of quarters(date, zone))
      ask(at, { verdict: within.some(([from, to]) => at >= from && at < to) ? 'allow' : 'refused' }, true);
  }
  return probes;
}

/** An instant: a local time, or one with its offset, such as `2026-11-01T01:30-05:00`. */
function instant(text: string, zone: string): number {
  return /[+-]\d\d:\d\d$/.test(text) ? Date.parse(text) : local(text, zone);
}

function caseProbes(
  section: Section,
  [name = '', time = '', given = '', verdict = '', by = '', until = '']: string[],
) {
  const { pack, number, zone } = section;
  const at = instant(time, zone);
  if (verdict !== 'allow' && verdict !== 'defer' && verdict !== 'deny')
    throw new Error(`verdict '${verdict}' of the case '${name}'`);
  if ((verdict === 'defer') !== (until !== '')) throw new Error(`until '${until}' of the case '${name}'`);
  if (verdict !== 'allow' && by === '') throw new Error(`no rule in the case '${name}'`);
  const expected: Answer = {
    verdict,
    ...signatures(pack, by),
    ...(until !== '' && { until: until.startsWith('+') ? moment(until, at, zone) : instant(until, zone) }),
  };
  return callsOf(number, words(`${section.given ?? ''} ${given}`), at, zone).map(
    (call): Probe => ({ name: `${name}, ${time}`, call, at, expected }),
  );
}

function dutyProbes(section: Section, [name = '', time = '', given = '', asked = '']: string[]) {
  const { number, zone } = section;
  const at = instant(time, zone);
  const duties = asked.split(' ').filter((each) => each !== '');
  return callsOf(number, words(`${section.given ?? ''} ${given}`), at, zone).map(
    (call): Probe => ({ name: `${name}, ${time}`, call, at, expected: { duties } }),
  );
}

/** Every question of a section. @throws Error that names what is wrong in a line. */
export function probesOf(section: Section): readonly Probe[] {
  return [
    ...lines(section.hours, 6).flatMap((line) => hourProbes(section, line)),
    ...lines(section.cases, 6).flatMap((line) => caseProbes(section, line)),
    ...lines(section.duties, 4).flatMap((line) => dutyProbes(section, line)),
  ];
}

/** What packs ask of a call: `connect=2`, `message=company@2`, `keep-calls=30`, `abandon:gb/abandon=0.03,…`. */
function dutiesInWords(duties: Duties): string[] {
  const { message, identity } = duties;
  const number = (name: string, value: number | undefined): string[] =>
    value === undefined || value === 0 ? [] : [`${name}=${value}`];
  return [
    ...number('connect', duties.connectSeconds),
    ...number('ring', duties.ringSeconds),
    ...number('reachable', duties.callerIdReachableDays),
    ...number('identify', identity.identifySeconds),
    ...(identity.endOnRequestSeconds === undefined ? [] : [`end=${identity.endOnRequestSeconds}`]),
    ...number('release', identity.releaseSeconds),
    ...(duties.recordingNotice === undefined ? [] : [`notice=${duties.recordingNotice}`]),
    ...(message === undefined ? [] : [`message=${message.elements.join()}@${message.startSeconds}`]),
    ...Object.entries(duties.retentionDays).map(([record, days]) => `keep-${record}=${days}`),
    ...duties.abandon.map(
      ({
        pack,
        id,
        limit,
        target,
        denominator,
        window,
        scope,
        connectSeconds,
        connectFrom,
        detectorErrors,
      }) =>
        `abandon:${pack}/${id}=${[limit, target ?? limit, denominator, ...Object.entries(window).flat(), scope, `${connectSeconds}s`, connectFrom, detectorErrors].join()}`,
    ),
  ];
}

const list = (values: readonly string[] | undefined): string => values?.join(', ') || 'none';

function answerInWords(verdict: Verdict, { by, notices, until }: Answer): string {
  const of = (all: readonly { pack: string; id: string; rule: string }[] | undefined): string =>
    list([...new Set((all ?? []).map(({ pack, id, rule }) => `${pack}/${id} ${rule}`))].sort());
  return [
    verdict.verdict,
    ...(by === undefined ? [] : [`by ${of(verdict.reasons)}`]),
    ...(notices === undefined ? [] : [`notices ${of(verdict.notices)}`]),
    ...(until === undefined ? [] : [`until ${iso(verdict.until)}`]),
  ].join('; ');
}

const iso = (at: number | undefined): string => (at === undefined ? 'never' : new Date(at).toISOString());

/** Who is asked: a gate with all packs, and for duties, which are merged, one with this pack alone. */
export interface Gates {
  readonly all: Gate;
  readonly alone: Gate;
}

/** How an answer differs from what it must be, in words; undefined when it does not. */
export function difference({ all: gate, alone }: Gates, { call, at, expected }: Probe): string | undefined {
  const { request, facts } = call;
  if ('duties' in expected) {
    const found = alone.duties(request, facts, at);
    const said = found === undefined ? [] : dutiesInWords(found);
    const missing = expected.duties.filter((duty) =>
      duty.startsWith('no-') ? said.some((each) => each.startsWith(duty.slice(3))) : !said.includes(duty),
    );
    return missing.length === 0 ? undefined : `${list(missing)} expected; the packs ask for ${list(said)}`;
  }
  const verdict = gate.decide(request, facts, at);
  const found = answerInWords(verdict, expected);
  const must = [
    expected.verdict === 'refused' && verdict.verdict !== 'allow' ? verdict.verdict : expected.verdict,
    ...(expected.by === undefined ? [] : [`by ${list(expected.by)}`]),
    ...(expected.notices === undefined ? [] : [`notices ${list(expected.notices)}`]),
    ...(expected.until === undefined ? [] : [`until ${iso(expected.until)}`]),
  ].join('; ');
  return found === must
    ? undefined
    : `${iso(at)} ${request.number} ${request.purpose} ${request.mode} ${request.party}: ${must} expected; found ${found}`;
}

/** The rule that alone decides a case, as `pack/rule`: the only one that forbids, or those that give notice of a lawful call. */
export function deciding({ expected }: Probe): readonly string[] {
  if ('duties' in expected) return [];
  const { by = [], notices = [] } = expected;
  const all = by.length === 0 ? notices : by.length === 1 ? by : [];
  return all.map((each) => each.split(' ')[0]!);
}
