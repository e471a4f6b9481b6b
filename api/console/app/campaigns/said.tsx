/** Reasons that the service gives in parts, by their codes, in the language in use. */
import type { Said } from '../../../../dialer/kpi/words';
import { t as words } from '../overview/texts';
import { ServiceText } from '../shared/feedback';
import { count, dateTime, decimal, percent } from '../shared/format';
import { currentLanguage } from '../shared/i18n';
import { t } from './texts';
import { saidTexts } from './texts-said';

const RATES = new Set([
  'rate',
  'baseline',
  'low',
  'high',
  'limit',
  'confidence',
  'gap',
  'difference',
  'drift',
]);
const STATISTICS = new Set(['z', 'bound']);
const INSTANTS = new Set(['since', 'at']);

function spoken(name: string, value: string | number): string {
  if (typeof value === 'number')
    return RATES.has(name) ? percent(value) : STATISTICS.has(name) ? decimal(value, 2) : count(value);
  if (INSTANTS.has(name)) return Number.isNaN(Date.parse(value)) ? value : dateTime(value);
  switch (name) {
    case 'kpi':
      return t.of('kpi', value);
    case 'stage':
      return words.of('stage', value);
    case 'dimension':
      return t.of('by', value);
    case 'verdict':
    case 'cohort':
      return saidTexts.of(name, value);
    default:
      return value;
  }
}

/** @returns the sentence, or undefined when a part of it is new to this console */
export function saidSentence(parts: readonly Said[]): string | undefined {
  const sentences = parts.map(({ code, parameters }) => {
    const values = Object.entries(parameters).map(([name, value]) => [name, spoken(name, value)]);
    const text = saidTexts.of('said', code, Object.fromEntries(values));
    return text === code ? undefined : text;
  });
  if (sentences.length === 0 || sentences.includes(undefined)) return undefined;
  return sentences.join(currentLanguage() === 'zh' ? '；' : '; ');
}

/** A reason: the service's own words in English, in other languages by its codes where it sent some. */
export function SaidText({ said, children }: { said: readonly Said[] | undefined; children: string }) {
  const sentence = currentLanguage() === 'en' || said === undefined ? undefined : saidSentence(said);
  return sentence === undefined ? <ServiceText>{children}</ServiceText> : <span>{sentence}</span>;
}

/** The name of a test behind a gate's condition. */
export function TestName({ code, children }: { code: string | undefined; children: string }) {
  if (currentLanguage() === 'en' || code === undefined) return <ServiceText>{children}</ServiceText>;
  return <span>{saidTexts.of('test', code)}</span>;
}
