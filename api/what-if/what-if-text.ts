/** What-ifs in words: numbers with their intervals, and what the interval is. */
import type { Estimate, WhatIfCase, WhatIfResult } from '../../dialer/what-if/port.js';
import { table } from '../cli/table.js';

/** Working days begin then; what-ifs are of days from Monday to Friday. */
const OPENING_MINUTES = 9 * 60;

export const percentText =
  (digits: number) =>
  (ratio: number): string =>
    `${(100 * ratio).toFixed(digits)} %`;

export const countText = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });

export const hoursText = (hours: number): string => `${hours.toFixed(1)} h`;

/** `12.4 (11.0–13.8)`; the mean alone when there is no interval. */
export function estimateText({ mean, low, high }: Estimate, format: (value: number) => string): string {
  if (low === undefined || high === undefined) return format(mean);
  // The unit once, at the end.
  const bare = (value: number): string => format(value).replace(/\s*(?:%|h)$/, '');
  return `${format(mean)} (${bare(low)}–${bare(high)})`;
}

/** `day 2, 10:54` for working hours since the start. */
export function momentText(hours: number, hoursPerDay: number): string {
  const day = Math.max(0, Math.ceil(hours / hoursPerDay - 1e-9) - 1);
  const minutes = Math.round(OPENING_MINUTES + (hours - day * hoursPerDay) * 60);
  return `day ${day + 1}, ${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** When the list is done, or why that is not known. */
export function doneText(one: WhatIfCase, result: Pick<WhatIfResult, 'hoursPerDay'>): string {
  const { hoursToDone, listDone } = one.figures;
  if (hoursToDone !== undefined) {
    return `${estimateText(hoursToDone, hoursText)}, ${momentText(hoursToDone.mean, result.hoursPerDay)}`;
  }
  if (listDone === undefined) return '-';
  const share = `${estimateText(listDone, percentText(1))} done`;
  return one.runsDone === 0
    ? `not within the hours: ${share}`
    : `only in ${one.runsDone} of ${one.runs} runs: ${share}`;
}

/** What the intervals are, in one sentence; empty without any. */
export function intervalText({ runs }: Pick<WhatIfResult, 'runs'>): string {
  return runs < 2
    ? 'One run: no intervals.'
    : `Means of ${runs} runs; in brackets 95 % prediction intervals: where one more such run would be in 19 of 20 cases.`;
}

/** What was simulated, in one line. */
export function questionText(result: WhatIfResult): string {
  const list =
    result.contacts === undefined
      ? 'a list that does not run out'
      : `${result.contacts.toLocaleString('en')} contacts`;
  const days =
    result.hours > result.hoursPerDay
      ? ` in days of ${result.hoursPerDay} h (Monday to Friday from 09:00)`
      : '';
  const most = result.contacts === undefined ? '' : 'at most ';
  return `${list}, ${most}${Number(result.hours.toFixed(2))} h${days}; target ${percentText(1)(result.targetAbandonRatio)} abandoned; seed ${result.seed}`;
}

/** The whole answer for a terminal. */
export function whatIfText(result: WhatIfResult): string {
  const list = result.contacts !== undefined;
  const rows = result.cases.map((one) => {
    const { figures } = one;
    return [
      one.pacer,
      String(one.agents),
      ...(list
        ? [
            doneText(one, result),
            figures.hoursToMost === undefined ? '-' : estimateText(figures.hoursToMost, hoursText),
          ]
        : []),
      estimateText(figures.occupancy, percentText(1)),
      estimateText(figures.abandonRatio, percentText(2)),
      estimateText(figures.connected, countText),
      estimateText(figures.successes, countText),
      estimateText(figures.calls, countText),
      estimateText(figures.connectsPerAgentHour, (value) => value.toFixed(1)),
    ];
  });
  const header = [
    'PACER',
    'AGENTS#',
    ...(list ? ['LIST DONE AFTER', '90 % AFTER'] : []),
    'OCCUPANCY#',
    'ABANDONED#',
    'CONNECTED#',
    'SUCCESSES#',
    'CALLS#',
    'CONNECTED PER AGENT HOUR#',
  ];
  return [questionText(result), '', table(header, rows), '', intervalText(result), ...result.notes].join(
    '\n',
  );
}
