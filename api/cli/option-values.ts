/** Reads the values of options; what is wrong is said as commander says it. */
import { InvalidArgumentError } from 'commander';

/** A number in a range. The unit is shown in the error. */
export function numberBetween(minimum: number, maximum: number, unit = ''): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Must be ${minimum}–${maximum}${unit}.`);
  };
}

export function integerBetween(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Must be a whole number, ${minimum}–${maximum}.`);
  };
}

/** Whole numbers with commas between them. */
export function integersBetween(minimum: number, maximum: number): (text: string) => readonly number[] {
  const one = integerBetween(minimum, maximum);
  return (text) => words(text).map(one);
}

/** ISO 8601, as an instant in epoch milliseconds. Without an offset it would mean the machine's own zone. */
export function instant(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError('Must be a time with its offset, such as 2026-03-02T15:00:00-05:00.');
  return at;
}

export function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}

export function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
