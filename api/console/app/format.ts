/** Numbers, shares and times as people read them. */

const INTEGER = new Intl.NumberFormat('en');

export function count(value: number): string {
  return INTEGER.format(value);
}

/** A ratio of 0–1 as a percentage; a dash when there is nothing to divide. */
export function percent(ratio: number | undefined, digits = 1): string {
  return ratio === undefined ? '–' : `${(ratio * 100).toFixed(digits)} %`;
}

/** Time between two instants in milliseconds, in its largest unit. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) {
    const minutes = Math.floor((seconds % 3600) / 60);
    return `${Math.floor(seconds / 3600)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  }
  return `${Math.floor(seconds / 86_400)} d`;
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
}
