import { holidayTableNames } from '../holidays/tables.js';
import type { RulePack } from './schema.js';

/** Countries whose calls stop on public holidays, and whose parts keep further ones: why. */
const COUNTRIES: Readonly<Record<string, { readonly name: string; readonly source: string }>> = {
  BR: { name: 'Brazil', source: 'Holidays of the state; sector self-regulation stops on holidays' },
  DE: { name: 'Germany', source: 'Holidays of the Land; practice stops on holidays' },
  ES: { name: 'Spain', source: 'TRLGDCU art. 96.2: never on public holidays, those of the region too' },
  FR: { name: 'France', source: 'C. conso. D.223-9: never on public holidays, those of local law too' },
};
/** Territories of France have calling codes, and so country codes, of their own. */
const TERRITORIES = ['GF', 'GP', 'MQ', 'RE', 'YT'];

/** One pack for each part of a country that has a table of holidays: closed on them, whatever the hour. */
export const regionalPacks: readonly RulePack[] = [...holidayTableNames].flatMap((table): RulePack[] => {
  const [country = '', part = ''] = table.split('-');
  const known = COUNTRIES[country];
  if (known === undefined || part === '') return [];
  return [
    {
      id: table.toLowerCase(),
      title: `${known.name}: holidays of ${table}`,
      version: '2026.11.2',
      asOf: '2026-11-22',
      jurisdictions: TERRITORIES.includes(part) ? [table, part] : [table],
      holidayTables: [table],
      rules: [
        {
          id: 'holidays',
          kind: 'calling_window',
          hours: { all: ['00:00-24:00'] },
          holidays: 'closed',
          source: known.source,
          confidence: 'weak',
        },
      ],
    },
  ];
});
