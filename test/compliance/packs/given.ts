/**
 * The calls and facts of the case tables: words `name=value` apart by spaces. What is not said is a call by the engine for
 * sales to a consumer, rung for fifteen seconds (the least that American and British law let it ring), to somebody
 * who consented in writing and whom nothing else speaks against.
 *
 *   purpose mode party   one word, several with commas (each is tried), or `any`
 *   subject seller ring from   of the call; `from` is the number it shows
 *   consent   none, refused, presumed, express or written; `age` = when it was given, `about` = its purposes
 *   refused-about   subjects that were refused
 *   zones country region postal   what the record says of the place
 *   dnc=internal, dnc=campaign, on=LIST, copy=LIST:AGE   lists that hold the number, copies that were looked up
 *   attempts same-subject elsewhere elsewhere-same connects   moments, with commas
 *   abandoned machine refused conversation   moment of the last one
 *   bought asked   moment of the last purchase or inquiry
 *   class   kind of number; reassigned=none or ANSWER:MOMENT; emergency=AREA:FROM:UNTIL; ledger=PACK/RULE:ABANDONED:ANSWERED:UNTIL
 *
 * A moment is an age such as `71h59m59s` or `31d`, one to come such as `+1h`, or a local time such as `2026-07-16T19:00`.
 */
import type {
  CallMode,
  ConsentFacts,
  Facts,
  NumberClass,
  Party,
  Purpose,
  Request,
} from '../../../compliance/index.js';
import { local } from '../fixtures.js';

const PURPOSES: readonly Purpose[] = ['sales', 'fundraising', 'survey', 'service', 'collection', 'political'];
const MODES: readonly CallMode[] = ['predictive', 'manual', 'prerecorded'];
const PARTIES: readonly Party[] = ['consumer', 'business'];
const NAMES = new Set(
  (
    'purpose mode party subject seller ring from consent age about refused-about zones country region postal dnc ' +
    'on copy attempts same-subject elsewhere elsewhere-same connects abandoned machine refused conversation bought ' +
    'asked class reassigned emergency ledger'
  ).split(' '),
);
const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/** Milliseconds of a length of time such as `71h59m59s`. */
export function length(text: string): number {
  if (!/^(\d+[dhms])+$/.test(text)) throw new Error(`'${text}' is no length of time such as 71h59m59s`);
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([dhms])/g)) sum += Number(count) * UNITS[unit!]!;
  return sum;
}

/** Epoch ms of a moment: an age, a length to come, or a local time. */
export function moment(text: string, at: number, zone: string): number {
  if (text.startsWith('+')) return at + length(text.slice(1));
  return /^\d{4}-/.test(text) ? local(text.replace('T', ' '), zone) : at - length(text);
}

export interface Call {
  readonly request: Request;
  readonly facts: Facts;
}

/** The words of a table's field; a later one of the same name counts. */
export function words(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const [name = '', value] = word.split(/=(.*)/s);
    if (!NAMES.has(name) || value === undefined || value === '')
      throw new Error(`'${word}' is not known in a case table`);
    found.set(name, value);
  }
  return found;
}

function consentOf(given: ReadonlyMap<string, string>, moments: (text: string) => number[]): ConsentFacts {
  const level = given.get('consent') ?? 'written';
  const age = given.get('age');
  const about = given.get('about');
  const refused = given.get('refused-about');
  const more = {
    ...(age !== undefined && { at: moments(age)[0]! }),
    ...(about !== undefined && { scope: about.split(',') as Purpose[] }),
    ...(refused !== undefined && { refusedSubjects: refused.split(',') }),
  };
  if (level === 'none' || level === 'refused') return { state: level, ...more };
  if (level !== 'presumed' && level !== 'express' && level !== 'written')
    throw new Error(`consent=${level} is not known`);
  return { state: 'granted', level, ...more };
}

function factsOf(given: ReadonlyMap<string, string>, at: number, zone: string): Facts {
  const moments = (text: string): number[] => text.split(',').map((each) => moment(each, at, zone));
  const times = (name: string): number[] | undefined => {
    const text = given.get(name);
    return text === undefined ? undefined : moments(text);
  };
  const some = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
    value === undefined ? {} : ({ [name]: value } as Record<K, V>);
  const last = Object.fromEntries(
    (['abandoned', 'machine', 'refused', 'conversation'] as const).flatMap((name) => {
      const [time] = times(name) ?? [];
      return time === undefined ? [] : [[name, time]];
    }),
  );
  const elsewhere = times('elsewhere');
  const relationship = {
    ...some('transactionAt', times('bought')?.[0]),
    ...some('inquiryAt', times('asked')?.[0]),
  };
  const [answer = 'no', checked = '1d'] = (given.get('reassigned') ?? 'no').split(':');
  const emergency = given.get('emergency')?.split(':');
  const ledger = given.get('ledger')?.split(':');
  const copies = given.get('copy')?.split(',');
  return {
    ...some('zones', given.get('zones')?.split(',')),
    ...some('country', given.get('country')),
    ...some('region', given.get('region')),
    ...some('postalCode', given.get('postal')),
    dnc: {
      internal: given.get('dnc') === 'internal',
      campaign: given.get('dnc') === 'campaign',
      ...some('lists', given.get('on')?.split(',')),
      ...some(
        'checked',
        copies?.map((copy) => {
          const [id = '', age = ''] = copy.split(':');
          return { id, version: '1', obtainedAt: moment(age, at, zone) };
        }),
      ),
    },
    consent: consentOf(given, moments),
    attempts: {
      at: times('attempts') ?? [],
      ...some('sameSubject', times('same-subject')),
      ...some('connects', times('connects')),
      ...(elsewhere !== undefined && {
        elsewhere: { at: elsewhere, ...some('sameSubject', times('elsewhere-same')) },
      }),
      ...(Object.keys(last).length > 0 && { last }),
    },
    ...(Object.keys(relationship).length > 0 && { relationship }),
    ...some('numberClasses', given.get('class')?.split(',') as NumberClass[] | undefined),
    ...(answer !== 'none' && {
      reassigned: { answer: answer as 'yes' | 'no' | 'no_data', checkedAt: moment(checked, at, zone) },
    }),
    ...(emergency !== undefined && {
      emergencyAreas: [
        {
          area: emergency[0]!,
          from: moment(emergency[1]!, at, zone),
          ...(emergency[2] !== undefined && { until: moment(emergency[2], at, zone) }),
          reason: 'storm',
        },
      ],
    }),
    ...(ledger !== undefined && {
      abandon: [
        {
          pack: ledger[0]!.split('/')[0]!,
          rule: ledger[0]!.split('/')[1]!,
          abandoned: Number(ledger[1]),
          answered: Number(ledger[2]),
          ...(ledger[3] !== undefined && { until: moment(ledger[3], at, zone) }),
        },
      ],
    }),
  };
}

/** Every call that the words describe, to a number, at an instant (epoch ms); `zone` is that of the local times in them. */
export function callsOf(
  number: string,
  given: ReadonlyMap<string, string>,
  at: number,
  zone: string,
): readonly Call[] {
  const each = <T extends string>(name: string, all: readonly T[], otherwise: T): readonly T[] => {
    const text = given.get(name) ?? otherwise;
    const chosen = text === 'any' ? all : (text.split(',') as T[]);
    for (const one of chosen) if (!all.includes(one)) throw new Error(`${name}=${one} is not known`);
    return chosen;
  };
  const facts = factsOf(given, at, zone);
  const subject = given.get('subject');
  const seller = given.get('seller');
  const callerId = given.get('from');
  const calls: Call[] = [];
  for (const purpose of each('purpose', PURPOSES, 'sales'))
    for (const mode of each('mode', MODES, 'predictive'))
      for (const party of each('party', PARTIES, 'consumer'))
        calls.push({
          request: {
            number,
            campaignId: 'c1',
            ringSeconds: ringOf(given),
            purpose,
            mode,
            party,
            ...(subject !== undefined && { subject }),
            ...(seller !== undefined && { seller }),
            ...(callerId !== undefined && { callerId }),
          },
          facts,
        });
  return calls;
}

/** Seconds that the call rings. */
export function ringOf(given: ReadonlyMap<string, string>): number {
  return Number(given.get('ring') ?? 15);
}
