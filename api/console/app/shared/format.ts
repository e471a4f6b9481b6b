/** Numbers, shares and times as people read them, in the language in use. */
import { localeTag } from './i18n';
import { t } from './texts';

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${localeTag()}:${name}`;
  let format = made.get(key) as Intl.NumberFormat | undefined;
  if (format === undefined) {
    format = new Intl.NumberFormat(localeTag(), options);
    made.set(key, format);
  }
  return format;
}

function dateFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${localeTag()}:${name}`;
  let format = made.get(key) as Intl.DateTimeFormat | undefined;
  if (format === undefined) {
    format = new Intl.DateTimeFormat(localeTag(), { hourCycle: 'h23', ...options });
    made.set(key, format);
  }
  return format;
}

/** What the service sends as a time: milliseconds since 1970, or ISO 8601. */
export type Moment = number | string;

export function milliseconds(at: Moment): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

export function count(value: number): string {
  return numberFormat('count', { maximumFractionDigits: 0 }).format(value);
}

/** A large count in few characters: 1.2K, 3M. */
export function compact(value: number): string {
  return numberFormat('compact', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function decimal(value: number | undefined, digits = 1): string {
  return value === undefined
    ? '–'
    : numberFormat(`decimal${digits}`, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(value);
}

/** A ratio of 0–1 as a percentage; a dash when there is nothing to divide. */
export function percent(ratio: number | undefined, digits = 1): string {
  return ratio === undefined ? '–' : `${decimal(ratio * 100, digits)} %`;
}

/** Time between two instants in milliseconds, in its largest units. */
export function span(length: number): string {
  const seconds = Math.max(0, Math.round(length / 1000));
  if (seconds < 60) return t('unit.seconds', { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('unit.minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const m = minutes % 60;
    return m === 0 ? t('unit.hours', { n: hours }) : t('unit.hoursMinutes', { h: hours, m });
  }
  const days = Math.floor(hours / 24);
  const h = hours % 24;
  return h === 0 || days >= 7 ? t('unit.days', { n: days }) : t('unit.daysHours', { d: days, h });
}

/** A running timer: 0:07, 12:34, 1:02:03. */
export function timer(length: number): string {
  const seconds = Math.max(0, Math.floor(length / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** "3 min ago", "in 2 h" – seen from `now`. */
export function relative(at: Moment, now: number): string {
  const away = milliseconds(at) - now;
  if (Math.abs(away) < 1_000) return t('time.now');
  return away < 0 ? t('time.ago', { span: span(-away) }) : t('time.in', { span: span(away) });
}

/** Time of day with seconds. */
export function clock(at: Moment): string {
  return dateFormat('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    milliseconds(at),
  );
}

/** Time of day without seconds. */
export function hourMinute(at: Moment): string {
  return dateFormat('hm', { hour: '2-digit', minute: '2-digit' }).format(milliseconds(at));
}

/** Day and time of day. */
export function dateTime(at: Moment): string {
  return dateFormat('dateTime', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(milliseconds(at));
}

/** Day and time to the second, for logs. */
export function dateTimeSeconds(at: Moment): string {
  return dateFormat('dateTimeSeconds', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(milliseconds(at));
}

export function day(at: Moment): string {
  return dateFormat('day', { year: 'numeric', month: 'short', day: 'numeric' }).format(milliseconds(at));
}

/** A file's size in bytes. */
export function bytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = size <= 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** step;
  return `${decimal(value, step === 0 || value >= 100 ? 0 : 1)} ${units[step]}`;
}
