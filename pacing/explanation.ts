/** A decision in plain words: how many lines, and what kept it from placing more. */
import type { Clipped } from './clip.js';

/** `0 lines: …; limited by channels: 0 left, 7 lines wanted`. `rule`: how the method arrived at its wish. */
export function decisionText(last: Clipped, rule: string, state: string): string {
  return `${counted(last.lines, 'line')}: ${rule}; ${state}; limited by ${limitText(last)}`;
}

function limitText({ limit, wanted, available }: Clipped): string {
  const short = (what: string) => `${limit}: ${what}, ${counted(wanted, 'line')} wanted`;
  switch (limit) {
    case 'agents':
      return 'agents: no agent is left to dial for';
    case 'abandon':
      return 'abandon: one more line would risk the abandon target';
    case 'lines':
      return 'lines: as many are placed as the method aims at';
    case 'channels':
      return short(`${counted(available, 'channel')} left`);
    case 'cps':
      return short(`${counted(available, 'call')} may leave now under the calls-per-second limit`);
    case 'hopper':
      return short(`the hopper holds ${counted(available, 'contact')}`);
    case 'window':
      return 'window: it is no lawful hour for the contacts that are left';
    case 'blind':
      return 'blind: the switch cannot be seen';
  }
}

/** `1 line`, `2 lines`. */
export function counted(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

export function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(ratio < 0.1 ? 2 : 1)} %`;
}
