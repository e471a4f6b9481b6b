/** What Linux tells of another process. */
import { readFileSync } from 'node:fs';

/** Kernel ticks a second in /proc/PID/stat. */
const TICKS = 100;

/** User and system time of a process so far, seconds; not a number where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return Number.NaN;
  }
}

/** Seconds that the first thread of a process has worked so far, and waited for a core that others had. */
export function firstThread(pid: number): { readonly worked: number; readonly waited: number } {
  try {
    const [worked, waited] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
    return { worked: (worked ?? Number.NaN) / 1e9, waited: (waited ?? Number.NaN) / 1e9 };
  } catch {
    return { worked: Number.NaN, waited: Number.NaN };
  }
}
