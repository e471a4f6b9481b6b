/** Whether a campaign dials, and if not what it waits for, in a sentence of the language in use. */
import { count, dateTime, type Moment } from '../shared/format';
import { t } from './texts';

export interface Standing {
  readonly status: string;
  readonly inFlight: number;
  readonly talking: number;
  readonly limit: string;
  readonly nextDueAt?: Moment;
}

export function verdict({ status, inFlight, talking, limit, nextDueAt }: Standing): string {
  if (status !== 'running') return t.of('verdict', status);
  if (inFlight > 0 || talking > 0) {
    return t('verdict.dialling', { lines: inFlight, talking: count(talking) });
  }
  if ((limit === 'hopper' || limit === 'window') && nextDueAt !== undefined) {
    return t('verdict.nextDue', { when: dateTime(nextDueAt) });
  }
  return t('verdict.idle');
}
