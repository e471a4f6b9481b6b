/** Sentences of the service about a campaign's dialling, in the language in use. */
import type { Said } from '../../../../dialer/kpi/words';
import { t as words } from '../overview/texts';
import { dateTime } from '../shared/format';
import { diagnosisTexts } from './texts-diagnosis';

/** Tiers stand in a sentence as "expert or experienced", with names of teams as they are. */
function tiers(text: string): string {
  return text.replace(/\b(expert|experienced|ordinary)\b/g, (tier) => diagnosisTexts.of('tier', tier));
}

/** The parameters as people read them: codes as words, instants as dates. */
function spoken(parameters: Said['parameters']): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value === 'number') return [name, value];
      if (name === 'limit' || name === 'status' || name === 'stage') return [name, words.of(name, value)];
      if ((name === 'at' || name === 'since') && value !== '') return [name, dateTime(value)];
      return [name, name === 'who' ? tiers(value) : value];
    }),
  );
}

/** @returns the text of the code, or the English one when the code is new to this console */
function textOf(prefix: 'why' | 'detail', { code, parameters }: Said, english: string): string {
  const text = diagnosisTexts.of(prefix, code, spoken(parameters));
  return text === code ? english : text;
}

/** @param reason why the campaign does not run, where its reason has codes */
export function sentenceOf(said: Said & { readonly sentence: string }, reason: string | undefined): string {
  const parameters = reason === undefined ? said.parameters : { ...said.parameters, reason };
  return textOf('why', { ...said, parameters }, said.sentence);
}

export function detailOf(said: Said & { readonly detail: string }): string {
  return textOf('detail', said, said.detail);
}
