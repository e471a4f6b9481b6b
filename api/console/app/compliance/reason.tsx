/** Why the rules object to a call, in the language in use. */
import type { Reason } from '../../../../compliance/index';
import { ServiceText } from '../shared/feedback';
import { count, dateTime, percent } from '../shared/format';
import { currentLanguage } from '../shared/i18n';
import { reasonTexts } from './texts-reasons';

export type RuleReason = Pick<Reason, 'rule' | 'pack' | 'code' | 'detail' | 'inputs'>;

const INSTANTS = new Set(['obtainedAt', 'since', 'last', 'from', 'checkedAt']);

function spoken(name: string, value: Reason['inputs'][string]): string {
  if (typeof value === 'number') {
    if (INSTANTS.has(name)) return Number.isNaN(new Date(value).getTime()) ? String(value) : dateTime(value);
    return name === 'limit' ? percent(value) : count(value);
  }
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return value.join(currentLanguage() === 'zh' ? '、' : ', ');
  if (name === 'needed') return reasonTexts.of('consent', value);
  return name === 'consent' || name === 'counted' || name === 'calendar'
    ? reasonTexts.of(name, value)
    : value;
}

/** @returns the reason, or undefined when its code is new to this console */
export function reasonSentence({ code, inputs }: Pick<Reason, 'code' | 'inputs'>): string | undefined {
  const { seconds, ofPerson, sameSubject, zones } = inputs;
  const text = reasonTexts.of('objection', code, {
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, spoken(name, value)])),
    ...(typeof seconds === 'number' ? { hours: count(seconds / 3600) } : {}),
    scope: [
      ofPerson === true ? reasonTexts('scope.ofPerson') : '',
      sameSubject === true ? reasonTexts('scope.sameSubject') : '',
    ].join(''),
  });
  if (text === code) return undefined;
  const several = inputs['local'] !== undefined && Array.isArray(zones) && zones.length > 1;
  if (!several || zones === undefined) return text;
  const each = reasonTexts('and.eachZone', { zones: spoken('zones', zones) });
  return currentLanguage() === 'zh' ? `${text}；${each}` : `${text}; ${each}`;
}

/** The detail of a reason: the service's own words in English, in other languages by its code. */
export function ReasonText({ reason }: { reason: RuleReason }) {
  const sentence = currentLanguage() === 'en' ? undefined : reasonSentence(reason);
  return sentence === undefined ? <ServiceText>{reason.detail}</ServiceText> : <span>{sentence}</span>;
}
