import type { RulePack } from './schema.js';

const SALES = ['sales', 'fundraising'] as const;
const DAY = 86_400;

export const usFederal: RulePack = {
  id: 'us-federal',
  title: 'United States: TCPA and Telemarketing Sales Rule',
  version: '2026.11.1',
  asOf: '2026-11-22',
  jurisdictions: ['US'],
  rules: [
    {
      kind: 'calling_window',
      hours: { all: ['08:00-21:00'] },
      source: '47 CFR 64.1200(c)(1); 16 CFR 310.4(c); 12 CFR 1006.6(b) for collection',
      confidence: 'secondary',
    },
    {
      kind: 'dnc',
      list: 'us-national',
      maxAgeDays: 31,
      exceptConsent: 'written',
      exceptTransactionDays: 546,
      exceptInquiryDays: 89,
      purposes: ['sales'],
      source: '47 CFR 64.1200(c)(2), (f)(5); 16 CFR 310.4(b)(3)(iv)',
      confidence: 'primary',
    },
    {
      kind: 'consent',
      level: 'written',
      purposes: SALES,
      modes: ['prerecorded'],
      source: '47 CFR 64.1200(a)(2)-(3), (f)(9)',
      confidence: 'memory',
    },
    {
      kind: 'frequency_cap',
      max: 7,
      seconds: 7 * DAY,
      purposes: ['collection'],
      source: '12 CFR 1006.14(b)(2): seven attempts in seven days; counted here per number, not per debt',
      confidence: 'memory',
    },
    {
      kind: 'recall_delay',
      after: 'conversation',
      wait: { calendarDays: 6 },
      purposes: ['collection'],
      source: '12 CFR 1006.14(b)(2): no call within seven days of a conversation, which is day one',
      confidence: 'memory',
    },
  ],
  notes:
    'Not covered yet: the abandonment ledger, the reassigned numbers database, wireless port feeds, emergency and hospital lines.',
};
