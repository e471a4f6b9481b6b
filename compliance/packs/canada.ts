import type { RulePack } from './schema.js';

export const canada: RulePack = {
  id: 'ca-federal',
  title: 'Canada: Unsolicited Telecommunications Rules',
  version: '2026.11.1',
  asOf: '2026-11-22',
  jurisdictions: ['CA'],
  rules: [
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:00-21:30'], 'sat-sun': ['10:00-18:00'] },
      source: 'CRTC Unsolicited Telecommunications Rules, part III; applied to every purpose',
      confidence: 'secondary',
    },
    {
      kind: 'calling_window',
      hours: { 'mon-fri': ['09:30-20:00'], 'sat-sun': ['10:30-17:00'] },
      modes: ['prerecorded'],
      source: 'CRTC Unsolicited Telecommunications Rules, part IV',
      confidence: 'memory',
    },
    {
      kind: 'consent',
      level: 'express',
      purposes: ['sales', 'fundraising'],
      modes: ['prerecorded'],
      source: 'CRTC Unsolicited Telecommunications Rules, part IV',
      confidence: 'memory',
    },
    {
      kind: 'dnc',
      list: 'ca-national',
      maxAgeDays: 31,
      exceptConsent: 'express',
      // The shortest eighteen and six months.
      exceptTransactionDays: 546,
      exceptInquiryDays: 181,
      purposes: ['sales'],
      source: 'CRTC Unsolicited Telecommunications Rules, part II; Telecommunications Act 41.7',
      confidence: 'secondary',
    },
  ],
  notes:
    'Not covered: stricter provincial law and provincial holidays, the abandonment ledger (5 % in a calendar month).',
};
