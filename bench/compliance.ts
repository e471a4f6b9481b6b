/**
 * Decisions of the compliance gate per second of CPU time: `node dist/bench/compliance.js [--seconds N]`.
 * Prints the rate of each kind of request, of the look-up of time zones alone, and of luxon as a yardstick.
 */
import { DateTime } from 'luxon';
import { createGate, type Facts, type Request, zonesOfNumber } from '../compliance/index.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly } from './table.js';

const BUDGET = 1_000_000;
const DISTINCT = 2_000;
const given = directArguments(import.meta.url, ['seconds']);

/** A small generator of its own, so that every run asks the same. */
let state = 0;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const AREA_CODES = '212 312 415 213 404 602 702 718 646 917 206 303 617 713 214 850 941 208 503 808'.split(
  ' ',
);
const MONDAY_17_UTC = Date.UTC(2026, 8, 14, 17);

interface Case {
  readonly request: Request;
  readonly facts: Facts;
  readonly now: number;
}

function usCase(now: number, areaCodes: readonly string[], stated: boolean): Case {
  const number = `+1${areaCodes[random(areaCodes.length)]}${200 + random(800)}${String(random(10_000)).padStart(4, '0')}`;
  const attempts = Array.from({ length: random(3) }, () => now - 3_600_000 - random(20 * 86_400_000));
  return {
    now,
    request: { number, campaignId: 'bench', purpose: 'sales', ringSeconds: 25, callerId: '+12125550100' },
    facts: {
      ...(stated && { zones: ['America/New_York'], region: 'US-NY' }),
      dnc: {
        internal: random(50) === 0,
        campaign: false,
        lists: random(10) === 0 ? ['us-national'] : [],
        checked: [{ id: 'us-national', version: '2026-09-01', obtainedAt: now - 12 * 86_400_000 }],
      },
      consent: random(3) === 0 ? { state: 'granted', level: 'written' } : { state: 'none' },
      attempts: { at: attempts, since: now - 31 * 86_400_000 },
    },
  };
}

/** In order of time, as an engine asks. */
const cases = (make: () => Case): Case[] =>
  Array.from({ length: DISTINCT }, make).sort((a, b) => a.now - b.now);
const anyHour = (): number => MONDAY_17_UTC + random(7 * 86_400_000);
const open = (): number => MONDAY_17_UTC + random(3 * 3_600_000);

/** Items per second of CPU time: the best of four slices, since other work on the machine only slows. */
function rate(run: () => void, each: number, seconds: number): number {
  const slice = (length: number): number => {
    const started = process.cpuUsage();
    let done = 0;
    for (;;) {
      run();
      done += each;
      const { user, system } = process.cpuUsage(started);
      const used = (user + system) / 1e6;
      if (used >= length) return done / used;
    }
  };
  slice(seconds / 8);
  return Math.max(...[1, 2, 3, 4].map(() => slice(seconds / 4)));
}

/** Millions a second, to two digits. */
const millions = (perSecond: number): number => Math.round(perSecond / 1e4) / 100;

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const seconds = given.number('seconds', quick ? 0.4 : 2, 0.1);
  state = 12344 + seed;
  const groups: readonly (readonly [string, Case[]])[] = [
    ['typical US request, business hours', cases(() => usCase(open(), AREA_CODES, false))],
    ['the same, zone and state given by the record', cases(() => usCase(open(), AREA_CODES, true))],
    ['US request at any hour of a week', cases(() => usCase(anyHour(), AREA_CODES, false))],
    ['unknown area code: twenty zones, two countries', cases(() => usCase(open(), ['555'], false))],
  ];
  const gate = createGate({ maxAttemptsPerDay: 3, campaign: { hours: { 'mon-sat': ['09:00-20:00'] } } });
  const decisions = groups.map(([name, group]) => {
    const outcomes = { allow: 0, defer: 0, deny: 0 };
    for (const { request, facts, now } of group) outcomes[gate.decide(request, facts, now).verdict]++;
    const decide = (): void => {
      for (const { request, facts, now } of group) gate.decide(request, facts, now);
    };
    const perSecond = rate(decide, group.length, seconds);
    const share = (n: number): string => `${Math.round((100 * n) / group.length)} %`;
    return [
      name,
      millions(perSecond),
      `${(perSecond / BUDGET).toFixed(2)}×`,
      share(outcomes.allow),
      share(outcomes.defer),
      share(outcomes.deny),
    ];
  });

  const luxonHour = (): void => {
    for (const { now } of groups[0]![1]) DateTime.fromMillis(now, { zone: 'America/New_York' }).hour;
  };
  const numbers = groups[0]![1].map((c) => c.request.number);
  let zones = 0;
  const lookUp = (): void => {
    for (const number of numbers) zones += zonesOfNumber(number).length;
  };
  const lookups = rate(lookUp, numbers.length, seconds);
  if (zones === 0) throw new Error('no zone was found');
  return [
    {
      title: 'Compliance decisions',
      columns: ['request', 'million/s', 'of the budget', 'allowed', 'deferred', 'denied'],
      rows: decisions,
      notes: ['Per second of CPU time on one core; the budget is 1 million a second.'],
    },
    {
      title: 'Time zones',
      columns: ['work', 'million/s'],
      rows: [
        ['zones of a number', millions(lookups)],
        ['yardstick: the local hour in one zone by luxon', millions(rate(luxonHour, DISTINCT, seconds))],
      ],
    },
  ];
}

await runDirectly(import.meta.url, rows);
