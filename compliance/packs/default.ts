import type { RulePack } from './schema.js';

export const defaultPack: RulePack = {
  id: 'default',
  title: 'Every country without a pack of its own',
  version: '2026.11.1',
  asOf: '2026-11-22',
  jurisdictions: ['*'],
  rules: [
    {
      id: 'hours',
      kind: 'calling_window',
      hours: { 'mon-fri': ['10:00-13:00', '14:00-18:00'] },
      source: 'No statute was read: the narrowest hours in common between the countries that have packs',
      confidence: 'weak',
    },
    {
      id: 'consent',
      kind: 'consent',
      level: 'express',
      purposes: ['sales', 'fundraising'],
      source: 'No statute was read: opt-in is the strictest rule that is common',
      confidence: 'weak',
    },
    {
      id: 'cap',
      kind: 'frequency_cap',
      max: 3,
      seconds: 86_400,
      source: 'No statute was read: the cap of the US states that have one',
      confidence: 'weak',
    },
  ],
  notes: 'Public holidays are not known here. Replace this pack by one for the country before calling it.',
};
